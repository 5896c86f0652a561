"""Tangent of tests/golden/attention.py."""

# %% numpy
import numpy as np


def f_jvp(Q, K, V, *, Q_dot, K_dot, V_dot):
    """Value and tangent of f with respect to Q, K, V.   Q: f64[n,m], K: f64[k,m], V: f64[k,l]"""
    t = np.sqrt(Q.shape[1])
    scores_dot = (np.einsum("id,jd->ij", Q_dot, K) + np.einsum("id,jd->ij", Q, K_dot)) / t
    scores = np.einsum("id,jd->ij", Q, K) / t
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights_dot = scores_dot * weights
    t = np.sum(weights, axis=1, keepdims=True)
    weights = weights / t
    weights_dot = weights_dot / t - np.sum(weights_dot, axis=1, keepdims=True) / t * weights
    out_dot = np.matmul(weights_dot, V) + np.matmul(weights, V_dot)
    out = np.matmul(weights, V)
    t = out.T
    return np.sum(t ** 2), np.sum(2 * t * out_dot.T)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_jvp(Q, K, V, *, Q_dot, K_dot, V_dot):
    """Value and tangent of f with respect to Q, K, V.   Q: f64[n,m], K: f64[k,m], V: f64[k,l]"""
    t = jnp.sqrt(Q.shape[1])
    scores_dot = (jnp.einsum("id,jd->ij", Q_dot, K) + jnp.einsum("id,jd->ij", Q, K_dot)) / t
    scores = jnp.einsum("id,jd->ij", Q, K) / t
    weights = jnp.exp(scores - jnp.max(scores, axis=1, keepdims=True))
    weights_dot = scores_dot * weights
    t = jnp.sum(weights, axis=1, keepdims=True)
    weights = weights / t
    weights_dot = weights_dot / t - jnp.sum(weights_dot, axis=1, keepdims=True) / t * weights
    out_dot = weights_dot @ V + weights @ V_dot
    out = weights @ V
    t = out.T
    return jnp.sum(t ** 2), jnp.sum(2 * t * out_dot.T)

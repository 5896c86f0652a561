"""Both halves of the pullback of tests/golden/attention.py."""

# %% numpy
import numpy as np


def f_fwd(Q, K, V):
    """Value of f, and what f_bwd reads."""
    t = np.sqrt(Q.shape[1])
    scores = np.einsum("id,jd->ij", Q, K) / t
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    t1 = np.sum(weights, axis=1, keepdims=True)
    weights_1 = weights / t1
    out = np.matmul(weights_1, V)
    t2 = out.T
    return np.sum(t2 ** 2), (Q.copy(), K.copy(), V.copy(), t, weights, t1, weights_1, t2)


def f_bwd(Q, K, V, t, weights, t_1, weights_1, t_2, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dout = (2 * t_2 * g).T        # line 10: return np.sum(np.transpose(out) ** 2)
    dweights = dout @ V.T         # line 9: out = np.matmul(weights, V)
    dV = weights_1.T @ dout
    dweights = dweights / t_1     # line 8: weights = weights / np.sum(weights, axis=1, keepdims=True)
    dweights = dweights - np.sum(dweights * weights_1, axis=1, keepdims=True)
    dscores = dweights * weights  # line 7: weights = np.exp(scores - np.max(scores, axis=1, keepdim ...
    t1 = dscores / t              # line 6: scores = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    dQ = np.einsum("ij,jd->id", t1, K)
    dK = np.einsum("ij,id->jd", t1, Q)
    return dQ, dK, dV

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_fwd(Q, K, V):
    """Value of f, and what f_bwd reads."""
    t = jnp.sqrt(Q.shape[1])
    scores = jnp.einsum("id,jd->ij", Q, K) / t
    weights = jnp.exp(scores - jnp.max(scores, axis=1, keepdims=True))
    t_1 = jnp.sum(weights, axis=1, keepdims=True)
    weights_1 = weights / t_1
    out = weights_1 @ V
    t_2 = out.T
    return jnp.sum(t_2 ** 2), (Q, K, V, t, weights, t_1, weights_1, t_2)


@jax.jit
def f_bwd(Q, K, V, t, weights, t_1, weights_1, t_2, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dout = (2 * t_2 * g).T        # line 10: return np.sum(np.transpose(out) ** 2)
    dweights = dout @ V.T         # line 9: out = np.matmul(weights, V)
    dV = weights_1.T @ dout
    dweights = dweights / t_1     # line 8: weights = weights / np.sum(weights, axis=1, keepdims=True)
    dweights = dweights - jnp.sum(dweights * weights_1, axis=1, keepdims=True)
    dscores = dweights * weights  # line 7: weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    t = dscores / t               # line 6: scores = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    dQ = jnp.einsum("ij,jd->id", t, K)
    dK = jnp.einsum("ij,id->jd", t, Q)
    return dQ, dK, dV

"""Tangent of tests/golden/dict_params.py."""

# %% numpy
import numpy as np


def f_jvp(params, x, *, params_dot):
    """Value and tangent of f with respect to params.   params: {'W': f64[n,m], 'b': f64[n], 'v': f64[n]}, x: f64[m]"""
    W = params["W"]
    b = params["b"]
    v = params["v"]
    W_dot = params_dot["W"]
    b_dot = params_dot["b"]
    v_dot = params_dot["v"]
    h = np.tanh(W @ x + b)
    h_dot = (W_dot @ x + b_dot) * (1 - h ** 2)
    return (
        np.sum(v * h) + 0.01 * (0.0 + np.sum(W ** 2) + np.sum(v ** 2)),
        np.sum(v_dot * h + v * h_dot) + 0.01 * (np.sum(2 * W * W_dot) + np.sum(2 * v * v_dot)),
    )

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_jvp(params, x, *, params_dot):
    """Value and tangent of f with respect to params.   params: {'W': f64[n,m], 'b': f64[n], 'v': f64[n]}, x: f64[m]"""
    h = jnp.tanh(params["W"] @ x + params["b"])
    h_dot = (params_dot["W"] @ x + params_dot["b"]) * (1 - h ** 2)
    return (
        jnp.sum(params["v"] * h) + 0.01 * (0.0 + jnp.sum(params["W"] ** 2) + jnp.sum(params["v"] ** 2)),
        (
            jnp.sum(params_dot["v"] * h + params["v"] * h_dot)
            + 0.01 * (jnp.sum(2 * params["W"] * params_dot["W"]) + jnp.sum(2 * params["v"] * params_dot["v"]))
        ),
    )

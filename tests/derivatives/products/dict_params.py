"""Gradient, and Hessian times a vector, of tests/golden/dict_params.py."""

# %% numpy
import numpy as np


def f_grad_jvp(params, x, *, params_dot):
    """Value and tangent of f_grad with respect to params.   params: {'W': f64[n,m], 'b': f64[n], 'v': f64[n]}, x: f64[m]"""
    W = params["W"]
    b = params["b"]
    v = params["v"]
    W_dot = params_dot["W"]
    b_dot = params_dot["b"]
    v_dot = params_dot["v"]
    h = np.tanh(W @ x + b)
    t = 1 - h ** 2
    h_dot = (W_dot @ x + b_dot) * t
    dv_dot = 0.02 * v_dot
    dv = 0.02 * v
    dW_dot = 0.02 * W_dot
    dW = 0.02 * W
    dv_dot = dv_dot + h_dot
    dv = dv + h
    db_dot = v_dot * t - v * (2 * h * h_dot)
    db = v * t
    dW_dot = dW_dot + np.outer(db_dot, x)
    dW = dW + np.outer(db, x)
    return {"W": dW, "b": db, "v": dv}, {"W": dW_dot, "b": db_dot, "v": dv_dot}

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad_jvp(params, x, *, params_dot):
    """Value and tangent of f_grad with respect to params.   params: {'W': f64[n,m], 'b': f64[n], 'v': f64[n]}, x: f64[m]"""
    h = jnp.tanh(params["W"] @ x + params["b"])
    t = 1 - h ** 2
    h_dot = (params_dot["W"] @ x + params_dot["b"]) * t
    dv_dot = 0.02 * params_dot["v"]
    dv = 0.02 * params["v"]
    dW_dot = 0.02 * params_dot["W"]
    dW = 0.02 * params["W"]
    dv_dot = dv_dot + h_dot
    dv = dv + h
    db_dot = params_dot["v"] * t - params["v"] * (2 * h * h_dot)
    db = params["v"] * t
    dW_dot = dW_dot + jnp.outer(db_dot, x)
    dW = dW + jnp.outer(db, x)
    return {"W": dW, "b": db, "v": dv}, {"W": dW_dot, "b": db_dot, "v": dv_dot}

"""Both halves of the pullback of tests/golden/dict_params.py."""

# %% numpy
import numpy as np


def f_fwd(params, x):
    """Value of f, and what f_bwd reads."""
    W = params["W"]
    b = params["b"]
    v = params["v"]
    h = np.tanh(W @ x + b)
    return np.sum(v * h) + 0.01 * (0.0 + np.sum(W ** 2) + np.sum(v ** 2)), (W.copy(), v.copy(), x.copy(), h)


def f_bwd(W, v, x, h, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    t = g * 0.01            # line 11: return terms["fit"] + 0.01 * terms["size"]
    dv = 2 * v * t          # line 10: terms["size"] += np.sum(p**2)
    dW = 2 * W * t
    dv = dv + g * h         # line 7: terms = {"fit": np.sum(params["v"] * h), "size": 0.0}
    dh = g * v
    db = dh * (1 - h ** 2)  # line 6: h = np.tanh(params["W"] @ x + params["b"])
    dW = dW + np.outer(db, x)
    return ({"W": dW, "b": db, "v": dv},)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_fwd(params, x):
    """Value of f, and what f_bwd reads."""
    h = jnp.tanh(params["W"] @ x + params["b"])
    return (
        jnp.sum(params["v"] * h) + 0.01 * (0.0 + jnp.sum(params["W"] ** 2) + jnp.sum(params["v"] ** 2)),
        (params, x, h),
    )


@jax.jit
def f_bwd(params, x, h, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    t = g * 0.01              # line 11: return terms["fit"] + 0.01 * terms["size"]
    dv = 2 * params["v"] * t  # line 10: terms["size"] += np.sum(p**2)
    dW = 2 * params["W"] * t
    dv = dv + g * h           # line 7: terms = {"fit": np.sum(params["v"] * h), "size": 0.0}
    dh = g * params["v"]
    db = dh * (1 - h ** 2)    # line 6: h = np.tanh(params["W"] @ x + params["b"])
    dW = dW + jnp.outer(db, x)
    return ({"W": dW, "b": db, "v": dv},)

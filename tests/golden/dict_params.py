"""A dict of parameters: read by key, looped over by items, one built as a local."""
import numpy as np


def f(params, x):
    h = np.tanh(params["W"] @ x + params["b"])
    terms = {"fit": np.sum(params["v"] * h), "size": 0.0}
    for name, p in params.items():
        if name != "b":
            terms["size"] += np.sum(p**2)
    return terms["fit"] + 0.01 * terms["size"]


rng = np.random.default_rng(0)
args = ({"W": rng.normal(size=(3, 2)), "b": rng.normal(size=3), "v": rng.normal(size=3)}, rng.normal(size=2))


# %% ir
# func f_grad(%W: f64[params['W'].shape[0],params['W'].shape[1]] = params['W'], %b: f64[params['b'].shape[0]] = params['b'], %v: f64[params['v'].shape[0]] = params['v'], %x: f64[x.shape[0]]):
#     %t: f64[params['W'].shape[0]] = matmul(%W, %x)    # line 6
#     %t.1: f64[params['W'].shape[0]] = add(%t, %b)    # adjoint of line 6
#     %h: f64[params['W'].shape[0]] = tanh(%t.1)    # adjoint of line 6
#     %dv: f64[params['v'].shape[0]] = multiply(0.02, %v)    # adjoint of line 10
#     %dW: f64[params['W'].shape[0],params['W'].shape[1]] = multiply(0.02, %W)    # adjoint of line 10
#     %dv.1: f64[params['v'].shape[0]] = add(%dv, %h)    # adjoint of line 7
#     %t.2: f64[params['W'].shape[0]] = power(%h, 2)    # adjoint of line 6
#     %t.3: f64[params['W'].shape[0]] = subtract(1, %t.2)    # adjoint of line 6
#     %db: f64[params['v'].shape[0]] = multiply(%v, %t.3)    # adjoint of line 6
#     %t.4: f64[params['v'].shape[0],x.shape[0]] = outer(%db, %x)    # adjoint of line 6
#     %dW.1: f64[params['W'].shape[0],params['W'].shape[1]] = add(%dW, %t.4)    # adjoint of line 6
#     return %dW.1, %db, %dv.1

# %% numpy
import numpy as np


def f_grad(params, x):
    """Gradient of f with respect to params.   params: {'W': f64[n,m], 'b': f64[n], 'v': f64[n]}, x: f64[m]"""
    W = params["W"]
    b = params["b"]
    v = params["v"]
    h = np.tanh(W @ x + b)  # line 6: h = np.tanh(params["W"] @ x + params["b"])
    dv = 0.02 * v           # line 10: terms["size"] += np.sum(p**2)
    dW = 0.02 * W
    dv = dv + h             # line 7: terms = {"fit": np.sum(params["v"] * h), "size": 0.0}
    db = v * (1 - h ** 2)   # line 6: h = np.tanh(params["W"] @ x + params["b"])
    dW = dW + np.outer(db, x)
    return {"W": dW, "b": db, "v": dv}

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(params, x):
    """Gradient of f with respect to params.   params: {'W': f64[n,m], 'b': f64[n], 'v': f64[n]}, x: f64[m]"""
    # adjoint
    # line 6: h = np.tanh(params["W"] @ x + params["b"])
    h = jnp.tanh(params["W"] @ x + params["b"])
    dv = 0.02 * params["v"]          # line 10: terms["size"] += np.sum(p**2)
    dW = 0.02 * params["W"]
    dv = dv + h                      # line 7: terms = {"fit": np.sum(params["v"] * h), "size": 0.0}
    db = params["v"] * (1 - h ** 2)  # line 6: h = np.tanh(params["W"] @ x + params["b"])
    dW = dW + jnp.outer(db, x)
    return {"W": dW, "b": db, "v": dv}

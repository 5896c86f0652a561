"""A named tuple as an argument."""
from typing import NamedTuple

import numpy as np


class Params(NamedTuple):
    W: np.ndarray
    b: np.ndarray


def f(params, x, y):
    z = params.W @ x + params.b
    return np.mean((z - y) ** 2)


rng = np.random.default_rng(0)
args = (Params(rng.normal(size=(2, 3)), rng.normal(size=2)), rng.normal(size=3), rng.normal(size=2))


# %% ir
# func f_grad(%W: f64[params.W.shape[0],params.W.shape[1]] = params.W, %b: f64[params.b.shape[0]] = params.b, %x: f64[x.shape[0]], %y: f64[y.shape[0]]):
#     %t: f64[params.W.shape[0]] = matmul(%W, %x)    # line 13
#     %z: f64[params.W.shape[0]] = add(%t, %b)    # adjoint of line 13
#     %t.1: f64[params.W.shape[0]] = subtract(%z, %y)    # adjoint of line 14
#     %t.2: i64 = size(%z, axis=0)    # adjoint of line 14
#     %t.3: f64[params.W.shape[0]] = multiply(2, %t.1)    # adjoint of line 14
#     %dz: f64[params.W.shape[0]] = divide(%t.3, %t.2)    # adjoint of line 14
#     %dW: f64[params.W.shape[0],x.shape[0]] = outer(%dz, %x)    # adjoint of line 13
#     return %dW, %dz

# %% numpy
import numpy as np


def f_grad(params, x, y):
    """Gradient of f with respect to params.   params: Params(f64[n,m], f64[n]), x: f64[m], y: f64[n]"""
    W = params.W
    b = params.b
    z = W @ x + b              # line 13: z = params.W @ x + params.b
    dz = 2 * (z - y) / len(z)  # line 14: return np.mean((z - y) ** 2)
    dW = np.outer(dz, x)       # line 13: z = params.W @ x + params.b
    return dW, dz

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(params, x, y):
    """Gradient of f with respect to params.   params: Params(f64[n,m], f64[n]), x: f64[m], y: f64[n]"""
    W = jnp.asarray(params.W)
    b = jnp.asarray(params.b)
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    # adjoint
    z = W @ x + b                  # line 13: z = params.W @ x + params.b
    dz = 2 * (z - y) / z.shape[0]  # line 14: return np.mean((z - y) ** 2)
    dW = jnp.outer(dz, x)          # line 13: z = params.W @ x + params.b
    return dW, dz

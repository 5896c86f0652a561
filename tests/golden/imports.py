"""from imports and aliases."""
import math as m

import numpy as xp
from numpy import exp, linalg
from numpy import sum as total


def f(x):
    return m.log(total(exp(x))) + linalg.norm(x) + xp.cos(x[0])


args = (xp.array([0.3, -1.0, 0.8]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: f64[x.shape[0]] = exp(%x)    # line 10
#     %t.1: f64 = sum(%t, keepdims=False)    # line 10
#     %t.2: f64 = norm(%x, keepdims=False)    # line 10
#     %t.3: f64 = getitem(%x, 0, index=(At(operand=0),))    # line 10
#     %t.4: f64 = sin(%t.3)    # adjoint of line 10
#     %t.5: f64 = negative(%t.4)    # adjoint of line 10
#     %t.6: (x.shape[0]) = shape(%x)    # adjoint of line 10
#     %dx: f64[x.shape[0]] = zeros_of(%t.6)    # adjoint of line 10
#     %dx.1: f64[x.shape[0]] = setitem(%dx, %t.5, 0, index=(At(operand=0),))    # adjoint of line 10
#     %t.7: f64[x.shape[0]] = divide(%x, %t.2)    # adjoint of line 10
#     %dx.2: f64[x.shape[0]] = add(%dx.1, %t.7)    # adjoint of line 10
#     %t.8: f64[x.shape[0]] = divide(%t, %t.1)    # adjoint of line 10
#     %dx.3: f64[x.shape[0]] = add(%dx.2, %t.8)    # adjoint of line 10
#     return %dx.3

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    t = np.exp(x)
    # adjoint
    dx = np.zeros_like(x)  # line 10: return m.log(total(exp(x))) + linalg.norm(x) + xp.cos(x[0])
    dx[0] = -np.sin(x[0])
    dx = dx + x / np.linalg.norm(x)
    dx = dx + t / np.sum(t)
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    t = jnp.exp(x)
    # adjoint
    dx = jnp.zeros_like(x)  # line 10: return m.log(total(exp(x))) + linalg.norm(x) + xp.cos(x[0])
    dx = dx.at[0].set(-jnp.sin(x[0]))
    dx = dx + x / jnp.linalg.norm(x)
    dx = dx + t / jnp.sum(t)
    return dx

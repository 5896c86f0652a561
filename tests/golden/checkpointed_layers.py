"""Layers whose insides are computed again in the reverse sweep."""

import numpy as np

from adcompiler import checkpoint


@checkpoint
def layer(x, w):
    a = np.tanh(x @ w)
    return x + a * np.exp(-a)


def f(x, w):
    h = layer(layer(x, w), w)
    return np.sum(h * h)


args = (np.array([0.3, -0.5, 0.8]), np.array([[0.4, -0.2, 0.1], [0.3, 0.5, -0.6], [-0.1, 0.2, 0.7]]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %w: f64[w.shape[0],w.shape[1]]):
#     %t: f64[w.shape[1]] = matmul(%x, %w)    # line 10
#     %a: f64[w.shape[1]] = tanh(%t)    # line 10
#     %t.1: f64[w.shape[1]] = negative(%a)    # line 11
#     %t.2: f64[w.shape[1]] = exp(%t.1)    # line 11
#     %t.3: f64[w.shape[1]] = multiply(%a, %t.2)    # line 11
#     %t.4: f64[x.shape[0]] = add(%x, %t.3)    # line 11
#     %t.5: f64[w.shape[1]] = matmul(%t.4, %w)    # line 10
#     %a.1: f64[w.shape[1]] = tanh(%t.5)    # adjoint of line 10
#     %t.6: f64[w.shape[1]] = negative(%a.1)    # adjoint of line 11
#     %t.7: f64[w.shape[1]] = exp(%t.6)    # adjoint of line 11
#     %t.8: f64[w.shape[1]] = multiply(%a.1, %t.7)    # adjoint of line 11
#     %h: f64[x.shape[0]] = add(%t.4, %t.8)    # adjoint of line 11
#     %dh: f64[x.shape[0]] = multiply(2, %h)    # adjoint of line 16
#     %t.9: f64[x.shape[0]] = barrier(%t.4, %dh)    # adjoint of line 11
#     %w.1: f64[w.shape[0],w.shape[1]] = barrier(%w, %dh)    # adjoint of line 11
#     %t.10: f64[w.shape[1]] = matmul(%t.9, %w.1)    # line 10
#     %a.2: f64[w.shape[1]] = tanh(%t.10)    # line 10
#     %t.11: f64[w.shape[1]] = negative(%a.2)    # line 11
#     %t.12: f64[w.shape[1]] = exp(%t.11)    # line 11
#     %da: f64[x.shape[0]] = multiply(%dh, %t.12)    # adjoint of line 11
#     %t.13: f64[x.shape[0]] = multiply(%dh, %a.2)    # adjoint of line 11
#     %t.14: f64[x.shape[0]] = multiply(%t.13, %t.12)    # adjoint of line 11
#     %da.1: f64[x.shape[0]] = subtract(%da, %t.14)    # adjoint of line 11
#     %t.15: f64[w.shape[1]] = power(%a.2, 2)    # adjoint of line 10
#     %t.16: f64[w.shape[1]] = subtract(1, %t.15)    # adjoint of line 10
#     %t.17: f64[x.shape[0]] = multiply(%da.1, %t.16)    # adjoint of line 10
#     %t.18: f64[w.shape[0]] = matmul(%w.1, %t.17)    # adjoint of line 10
#     %dx: f64[x.shape[0]] = add(%dh, %t.18)    # adjoint of line 10
#     %dw: f64[x.shape[0],x.shape[0]] = outer(%t.9, %t.17)    # adjoint of line 10
#     %x.1: f64[x.shape[0]] = barrier(%x, %dx)    # adjoint of line 11
#     %w.2: f64[w.shape[0],w.shape[1]] = barrier(%w, %dx)    # adjoint of line 11
#     %t.19: f64[w.shape[1]] = matmul(%x.1, %w.2)    # line 10
#     %a.3: f64[w.shape[1]] = tanh(%t.19)    # line 10
#     %t.20: f64[w.shape[1]] = negative(%a.3)    # line 11
#     %t.21: f64[w.shape[1]] = exp(%t.20)    # line 11
#     %da.2: f64[x.shape[0]] = multiply(%dx, %t.21)    # adjoint of line 11
#     %t.22: f64[x.shape[0]] = multiply(%dx, %a.3)    # adjoint of line 11
#     %t.23: f64[x.shape[0]] = multiply(%t.22, %t.21)    # adjoint of line 11
#     %da.3: f64[x.shape[0]] = subtract(%da.2, %t.23)    # adjoint of line 11
#     %t.24: f64[w.shape[1]] = power(%a.3, 2)    # adjoint of line 10
#     %t.25: f64[w.shape[1]] = subtract(1, %t.24)    # adjoint of line 10
#     %t.26: f64[x.shape[0]] = multiply(%da.3, %t.25)    # adjoint of line 10
#     %t.27: f64[w.shape[0]] = matmul(%w.2, %t.26)    # adjoint of line 10
#     %dx.1: f64[x.shape[0]] = add(%dx, %t.27)    # adjoint of line 10
#     %t.28: f64[x.shape[0],x.shape[0]] = outer(%x.1, %t.26)    # adjoint of line 10
#     %dw.1: f64[x.shape[0],x.shape[0]] = add(%dw, %t.28)    # adjoint of line 10
#     return %dx.1, %dw.1

# %% numpy
import numpy as np


def f_grad(x, w):
    """Gradient of f with respect to x, w.   x: f64[n], w: f64[n,n]"""
    # primal
    a = np.tanh(x @ w)
    t = x + a * np.exp(-a)
    # adjoint
    a = np.tanh(t @ w)      # line 10: a = np.tanh(x @ w)
    h = t + a * np.exp(-a)  # line 11: return x + a * np.exp(-a)
    dh = 2 * h              # line 16: return np.sum(h * h)
    a = np.tanh(t @ w)
    t1 = np.exp(-a)
    da = dh * t1            # line 11: return x + a * np.exp(-a)
    da = da - dh * a * t1
    t1 = da * (1 - a ** 2)  # line 10: a = np.tanh(x @ w)
    dx = dh + w @ t1
    dw = np.outer(t, t1)
    a = np.tanh(x @ w)
    t = np.exp(-a)
    da = dx * t             # line 11: return x + a * np.exp(-a)
    da = da - dx * a * t
    t = da * (1 - a ** 2)   # line 10: a = np.tanh(x @ w)
    dx = dx + w @ t
    dw = dw + np.outer(x, t)
    return dx, dw

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_grad(x, w):
    """Gradient of f with respect to x, w.   x: f64[n], w: f64[n,n]"""
    # primal
    a = jnp.tanh(x @ w)
    t = x + a * jnp.exp(-a)
    # adjoint
    a = jnp.tanh(t @ w)      # line 10: a = np.tanh(x @ w)
    h = t + a * jnp.exp(-a)  # line 11: return x + a * np.exp(-a)
    dh = 2 * h               # line 16: return np.sum(h * h)
    # line 11: return x + a * np.exp(-a)
    t = lax.optimization_barrier((t, dh))[0]
    w_1 = lax.optimization_barrier((w, dh))[0]
    a = jnp.tanh(t @ w_1)
    t_1 = jnp.exp(-a)
    da = dh * t_1
    da = da - dh * a * t_1
    t_1 = da * (1 - a ** 2)  # line 10: a = np.tanh(x @ w)
    dx = dh + w_1 @ t_1
    dw = jnp.outer(t, t_1)
    # line 11: return x + a * np.exp(-a)
    x = lax.optimization_barrier((x, dx))[0]
    w = lax.optimization_barrier((w, dx))[0]
    a = jnp.tanh(x @ w)
    t = jnp.exp(-a)
    da = dx * t
    da = da - dx * a * t
    t = da * (1 - a ** 2)    # line 10: a = np.tanh(x @ w)
    dx = dx + w @ t
    dw = dw + jnp.outer(x, t)
    return dx, dw

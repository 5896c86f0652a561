"""The sigmoid graph of the lectures, a scalar at a time."""
from math import exp


def f(w0, w1, w2, x0, x1):
    a = w0 * x0 + w1 * x1 + w2
    return 1 / (1 + exp(-a))


args = (2.0, -3.0, -3.0, -1.0, -2.0)
argnums = (0, 1, 2, 3, 4)


# %% ir
# func f_grad(%w0: f64, %w1: f64, %w2: f64, %x0: f64, %x1: f64):
#     %t: f64 = multiply(%w0, %x0)    # adjoint of line 6
#     %t.1: f64 = multiply(%w1, %x1)    # adjoint of line 6
#     %t.2: f64 = add(%t, %t.1)    # adjoint of line 6
#     %a: f64 = add(%t.2, %w2)    # adjoint of line 6
#     %t.3: f64 = negative(%a)    # adjoint of line 7
#     %t.4: f64 = exp(%t.3)    # adjoint of line 7
#     %t.5: f64 = add(1, %t.4)    # adjoint of line 7
#     %t.6: f64 = divide(1, %t.5)    # adjoint of line 7
#     %t.7: f64 = divide(%t.6, %t.5)    # adjoint of line 7
#     %t.8: f64 = multiply(%t.7, %t.4)    # adjoint of line 7
#     %dw1: f64 = multiply(%t.8, %x1)    # adjoint of line 6
#     %dx1: f64 = multiply(%t.8, %w1)    # adjoint of line 6
#     %dw0: f64 = multiply(%t.8, %x0)    # adjoint of line 6
#     %dx0: f64 = multiply(%t.8, %w0)    # adjoint of line 6
#     return %dw0, %dw1, %t.8, %dx0, %dx1

# %% numpy
import math


def f_grad(w0, w1, w2, x0, x1):
    """Gradient of f with respect to w0, w1, w2, x0, x1.   w0: float, w1: float, w2: float, x0: float, x1: float"""
    a = w0 * x0 + w1 * x1 + w2  # line 6: a = w0 * x0 + w1 * x1 + w2
    t = math.exp(-a)            # line 7: return 1 / (1 + exp(-a))
    t1 = 1 + t
    t2 = 1 / t1 / t1 * t
    dw1 = t2 * x1               # line 6: a = w0 * x0 + w1 * x1 + w2
    dx1 = t2 * w1
    dw0 = t2 * x0
    dx0 = t2 * w0
    return dw0, dw1, t2, dx0, dx1

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(w0, w1, w2, x0, x1):
    """Gradient of f with respect to w0, w1, w2, x0, x1.   w0: float, w1: float, w2: float, x0: float, x1: float"""
    # adjoint
    a = w0 * x0 + w1 * x1 + w2  # line 6: a = w0 * x0 + w1 * x1 + w2
    t = jnp.exp(-a)             # line 7: return 1 / (1 + exp(-a))
    t_1 = 1 + t
    t = 1 / t_1 / t_1 * t
    dw1 = t * x1                # line 6: a = w0 * x0 + w1 * x1 + w2
    dx1 = t * w1
    dw0 = t * x0
    dx0 = t * w0
    return dw0, dw1, t, dx0, dx1

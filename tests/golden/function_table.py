"""Functions as values: a tuple of them looped over, and one made by another."""
import numpy as np


def scaled(g, factor):
    def inner(z):
        return factor * g(z)

    return inner


def f(x, factor):
    for g in (np.tanh, np.sin, scaled(np.exp, factor)):
        x = g(x) + 0.1 * x
    return np.sum(x)


args = (np.array([0.5, -1.0]), 0.7)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %factor: f64):
#     %t: f64[x.shape[0]] = tanh(%x)    # adjoint of line 14
#     %t.1: f64[x.shape[0]] = multiply(0.1, %x)    # adjoint of line 14
#     %x.1: f64[x.shape[0]] = add(%t, %t.1)    # adjoint of line 14
#     %t.2: f64[x.shape[0]] = sin(%x.1)    # adjoint of line 14
#     %t.3: f64[x.shape[0]] = multiply(0.1, %x.1)    # adjoint of line 14
#     %x.2: f64[x.shape[0]] = add(%t.2, %t.3)    # adjoint of line 14
#     %t.4: f64[x.shape[0]] = exp(%x.2)    # adjoint of line 7
#     %t.5: (x.shape[0]) = shape(%x.2)    # adjoint of line 15
#     %dx: f64[x.shape[0]] = full_of(%t.5, 1.0)    # adjoint of line 15
#     %dx.1: f64[x.shape[0]] = multiply(%dx, 0.1)    # adjoint of line 14
#     %dfactor: f64 = sum(%t.4, keepdims=False)    # adjoint of line 7
#     %t.6: f64[x.shape[0]] = multiply(%dx, %factor)    # adjoint of line 7
#     %t.7: f64[x.shape[0]] = multiply(%t.6, %t.4)    # adjoint of line 7
#     %dx.2: f64[x.shape[0]] = add(%dx.1, %t.7)    # adjoint of line 7
#     %dx.3: f64[x.shape[0]] = multiply(%dx.2, 0.1)    # adjoint of line 14
#     %t.8: f64[x.shape[0]] = cos(%x.1)    # adjoint of line 14
#     %t.9: f64[x.shape[0]] = multiply(%dx.2, %t.8)    # adjoint of line 14
#     %dx.4: f64[x.shape[0]] = add(%dx.3, %t.9)    # adjoint of line 14
#     %dx.5: f64[x.shape[0]] = multiply(%dx.4, 0.1)    # adjoint of line 14
#     %t.10: f64[x.shape[0]] = power(%t, 2)    # adjoint of line 14
#     %t.11: f64[x.shape[0]] = subtract(1, %t.10)    # adjoint of line 14
#     %t.12: f64[x.shape[0]] = multiply(%dx.4, %t.11)    # adjoint of line 14
#     %dx.6: f64[x.shape[0]] = add(%dx.5, %t.12)    # adjoint of line 14
#     return %dx.6, %dfactor

# %% numpy
import numpy as np


def f_grad(x, factor):
    """Gradient of f with respect to x, factor.   x: f64[n], factor: float"""
    t = np.tanh(x)        # line 14: x = g(x) + 0.1 * x
    x = t + 0.1 * x
    t1 = np.cos(x)
    x = np.sin(x) + 0.1 * x
    t2 = np.exp(x)        # line 7: return factor * g(z)
    dx = np.ones_like(x)  # line 15: return np.sum(x)
    t3 = dx * factor      # line 7: return factor * g(z)
    dx = dx * 0.1         # line 14: x = g(x) + 0.1 * x
    dfactor = np.sum(t2)  # line 7: return factor * g(z)
    dx = dx + t3 * t2
    t2 = dx * t1          # line 14: x = g(x) + 0.1 * x
    dx = dx * 0.1
    dx = dx + t2
    t1 = dx * (1 - t ** 2)
    dx = dx * 0.1
    dx = dx + t1
    return dx, dfactor

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, factor):
    """Gradient of f with respect to x, factor.   x: f64[n], factor: float"""
    # adjoint
    t = jnp.tanh(x)          # line 14: x = g(x) + 0.1 * x
    x = t + 0.1 * x
    x_1 = jnp.sin(x) + 0.1 * x
    t_1 = jnp.exp(x_1)       # line 7: return factor * g(z)
    dx = jnp.ones_like(x_1)  # line 15: return np.sum(x)
    dx_1 = dx * 0.1          # line 14: x = g(x) + 0.1 * x
    dfactor = jnp.sum(t_1)   # line 7: return factor * g(z)
    dx = dx_1 + dx * factor * t_1
    dx_1 = dx * 0.1          # line 14: x = g(x) + 0.1 * x
    dx = dx_1 + dx * jnp.cos(x)
    dx_1 = dx * 0.1
    dx = dx_1 + dx * (1 - t ** 2)
    return dx, dfactor

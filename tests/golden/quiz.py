"""The calculus quiz of the lectures."""
import numpy as np


def f(x, z):
    return np.exp(x * z) + x * z / np.log(x) + np.sin(np.log(x)) / np.exp(x * z)


args = (2.0, 3.0)
argnums = (0, 1)
order = 2


# %% ir
# func f_grad(%x: f64, %z: f64):
#     %t: f64 = multiply(%x, %z)    # adjoint of line 6
#     %t.1: f64 = exp(%t)    # adjoint of line 6
#     %t.2: f64 = log(%x)    # adjoint of line 6
#     %t.3: f64 = divide(%t, %t.2)    # adjoint of line 6
#     %t.4: f64 = sin(%t.2)    # adjoint of line 6
#     %t.5: f64 = divide(%t.4, %t.1)    # adjoint of line 6
#     %t.6: f64 = divide(%t.5, %t.1)    # adjoint of line 6
#     %t.7: f64 = multiply(%t.6, %t.1)    # adjoint of line 6
#     %t.8: f64 = multiply(%t.7, %z)    # adjoint of line 6
#     %t.9: f64 = multiply(%t.7, %x)    # adjoint of line 6
#     %t.10: f64 = cos(%t.2)    # adjoint of line 6
#     %t.11: f64 = divide(%t.10, %t.1)    # adjoint of line 6
#     %t.12: f64 = divide(%t.11, %x)    # adjoint of line 6
#     %dx: f64 = subtract(%t.12, %t.8)    # adjoint of line 6
#     %t.13: f64 = divide(%t.3, %t.2)    # adjoint of line 6
#     %t.14: f64 = divide(%t.13, %x)    # adjoint of line 6
#     %dx.1: f64 = subtract(%dx, %t.14)    # adjoint of line 6
#     %t.15: f64 = divide(%z, %t.2)    # adjoint of line 6
#     %dx.2: f64 = add(%dx.1, %t.15)    # adjoint of line 6
#     %t.16: f64 = divide(%x, %t.2)    # adjoint of line 6
#     %dz: f64 = subtract(%t.16, %t.9)    # adjoint of line 6
#     %t.17: f64 = multiply(%t.1, %z)    # adjoint of line 6
#     %dx.3: f64 = add(%dx.2, %t.17)    # adjoint of line 6
#     %t.18: f64 = multiply(%t.1, %x)    # adjoint of line 6
#     %dz.1: f64 = add(%dz, %t.18)    # adjoint of line 6
#     return %dx.3, %dz.1

# %% numpy
import numpy as np


def f_grad(x, z):
    """Gradient of f with respect to x, z.   x: float, z: float"""
    t = x * z  # line 6: return np.exp(x * z) + x * z / np.log(x) + np.sin(np.log ...
    t1 = np.exp(t)
    t2 = np.log(x)
    t3 = np.sin(t2) / t1 / t1 * t1
    dx = np.cos(t2) / t1 / x - t3 * z
    dx -= t / t2 / t2 / x
    dx += z / t2
    dz = x / t2 - t3 * x
    dx += t1 * z
    dz += t1 * x
    return dx, dz

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, z):
    """Gradient of f with respect to x, z.   x: float, z: float"""
    # adjoint
    t = x * z  # line 6: return np.exp(x * z) + x * z / np.log(x) + np.sin(np.log(x)) / np.exp(x * z)
    t_1 = jnp.exp(t)
    t_2 = jnp.log(x)
    t_3 = jnp.sin(t_2) / t_1 / t_1 * t_1
    dx = jnp.cos(t_2) / t_1 / x - t_3 * z
    dx = dx - t / t_2 / t_2 / x
    dx = dx + z / t_2
    dz = x / t_2 - t_3 * x
    dx = dx + t_1 * z
    dz = dz + t_1 * x
    return dx, dz

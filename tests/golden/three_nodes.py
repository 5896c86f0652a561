"""The first graph of the lectures: value -10, gradient (-2, -2, 5)."""


def f(x, y, z):
    return z * (x + y)


args = (2.0, 3.0, -2.0)
more_args = [(1.0, -3.0, 4.0)]
argnums = (0, 1, 2)


# %% ir
# func f_grad(%x: f64, %y: f64, %z: f64):
#     %t: f64 = add(%x, %y)    # line 5
#     return %z, %z, %t

# %% numpy
def f_grad(x, y, z):
    """Gradient of f with respect to x, y, z.   x: float, y: float, z: float"""
    return z, z, x + y

# %% jax
import jax


@jax.jit
def f_grad(x, y, z):
    """Gradient of f with respect to x, y, z.   x: float, y: float, z: float"""
    return z, z, x + y

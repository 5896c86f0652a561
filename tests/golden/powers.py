"""Powers with a differentiated base, exponent, or both."""
import numpy as np


def f(x, y):
    return np.sum(x**y + 2.0**x + x**2 + x**-1 + y**0.5 + (-x) ** 2 - -(3**y))


args = (np.array([0.5, 1.5, 2.0]), np.array([2.0, 0.7, 1.1]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %y: f64[y.shape[0]]):
#     %t: f64[x.shape[0]] = power(%x, %y)    # adjoint of line 6
#     %t.1: f64[x.shape[0]] = power(2.0, %x)    # adjoint of line 6
#     %t.2: f64[x.shape[0]] = power(%x, 2)    # adjoint of line 6
#     %t.3: f64[y.shape[0]] = power(3, %y)    # adjoint of line 6
#     %dy: f64[x.shape[0]] = multiply(%t.3, 1.0986122886681098)    # adjoint of line 6
#     %dx: f64[x.shape[0]] = multiply(2, %x)    # adjoint of line 6
#     %t.4: f64[y.shape[0]] = power(%y, -0.5)    # adjoint of line 6
#     %t.5: f64[y.shape[0]] = multiply(0.5, %t.4)    # adjoint of line 6
#     %dy.1: f64[x.shape[0]] = add(%dy, %t.5)    # adjoint of line 6
#     %t.6: f64[x.shape[0]] = divide(1.0, %t.2)    # adjoint of line 6
#     %dx.1: f64[x.shape[0]] = subtract(%dx, %t.6)    # adjoint of line 6
#     %dx.2: f64[x.shape[0]] = add(%dx.1, %dx)    # adjoint of line 6
#     %t.7: f64[x.shape[0]] = multiply(%t.1, 0.6931471805599453)    # adjoint of line 6
#     %dx.3: f64[x.shape[0]] = add(%dx.2, %t.7)    # adjoint of line 6
#     %t.8: bool[y.shape[0]] = equal(%y, 0)    # adjoint of line 6
#     %t.9: f64[y.shape[0]] = subtract(%y, 1)    # adjoint of line 6
#     %t.10: f64[y.shape[0]] = where(%t.8, 1, %t.9)    # adjoint of line 6
#     %t.11: f64[x.shape[0]] = power(%x, %t.10)    # adjoint of line 6
#     %t.12: f64[x.shape[0]] = multiply(%y, %t.11)    # adjoint of line 6
#     %dx.4: f64[x.shape[0]] = add(%dx.3, %t.12)    # adjoint of line 6
#     %t.13: bool[x.shape[0]] = equal(%x, 0)    # adjoint of line 6
#     %t.14: f64[x.shape[0]] = where(%t.13, 1, %x)    # adjoint of line 6
#     %t.15: f64[x.shape[0]] = log(%t.14)    # adjoint of line 6
#     %t.16: f64[x.shape[0]] = multiply(%t, %t.15)    # adjoint of line 6
#     %dy.2: f64[x.shape[0]] = add(%dy.1, %t.16)    # adjoint of line 6
#     return %dx.4, %dy.2

# %% numpy
import numpy as np


def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[n]"""
    dy = 3 ** y * 1.0986122886681098  # line 6: return np.sum(x**y + 2.0**x + x**2 + x**-1 + y**0.5 + (- ...
    dx = 2 * x
    dy = dy + 0.5 * y ** -0.5
    dx_1 = dx - 1.0 / x ** 2
    dx = dx_1 + dx
    dx = dx + 2.0 ** x * 0.6931471805599453
    dx = dx + y * x ** np.where(y == 0, 1, y - 1)
    dy = dy + x ** y * np.log(np.where(x == 0, 1, x))
    return dx, dy

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[n]"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    # adjoint
    # line 6: return np.sum(x**y + 2.0**x + x**2 + x**-1 + y**0.5 + (-x) ** 2 - -(3**y))
    dy = 3 ** y * 1.0986122886681098
    dx = 2 * x
    dy = dy + 0.5 * y ** -0.5
    dx_1 = dx - 1.0 / x ** 2
    dx = dx_1 + dx
    dx = dx + 2.0 ** x * 0.6931471805599453
    dx = dx + y * x ** jnp.where(y == 0, 1, y - 1)
    dy = dy + x ** y * jnp.log(jnp.where(x == 0, 1, x))
    return dx, dy

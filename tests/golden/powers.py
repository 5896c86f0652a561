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
#     %t.2: f64[x.shape[0]] = add(%t, %t.1)    # adjoint of line 6
#     %t.3: f64[x.shape[0]] = power(%x, 2)    # adjoint of line 6
#     %t.4: f64[x.shape[0]] = add(%t.2, %t.3)    # adjoint of line 6
#     %t.5: f64[x.shape[0]] = power(%x, -1)    # adjoint of line 6
#     %t.6: f64[x.shape[0]] = add(%t.4, %t.5)    # adjoint of line 6
#     %t.7: f64[y.shape[0]] = power(3, %y)    # adjoint of line 6
#     %t.8: (x.shape[0]) = shape(%t.6)    # adjoint of line 6
#     %t.9: f64[x.shape[0]] = full_of(%t.8, 1.0)    # adjoint of line 6
#     %t.10: f64[x.shape[0]] = multiply(%t.9, %t.7)    # adjoint of line 6
#     %dy: f64[x.shape[0]] = multiply(%t.10, 1.0986122886681098)    # adjoint of line 6
#     %dx: f64[x.shape[0]] = multiply(2, %x)    # adjoint of line 6
#     %t.11: f64[y.shape[0]] = power(%y, -0.5)    # adjoint of line 6
#     %t.12: f64[y.shape[0]] = multiply(0.5, %t.11)    # adjoint of line 6
#     %dy.1: f64[x.shape[0]] = add(%dy, %t.12)    # adjoint of line 6
#     %t.13: f64[x.shape[0]] = divide(1.0, %t.3)    # adjoint of line 6
#     %dx.1: f64[x.shape[0]] = subtract(%dx, %t.13)    # adjoint of line 6
#     %dx.2: f64[x.shape[0]] = add(%dx.1, %dx)    # adjoint of line 6
#     %t.14: f64[x.shape[0]] = multiply(%t.1, 0.6931471805599453)    # adjoint of line 6
#     %dx.3: f64[x.shape[0]] = add(%dx.2, %t.14)    # adjoint of line 6
#     %t.15: f64[x.shape[0]] = multiply(%t.9, %y)    # adjoint of line 6
#     %t.16: bool[y.shape[0]] = equal(%y, 0)    # adjoint of line 6
#     %t.17: f64[y.shape[0]] = subtract(%y, 1)    # adjoint of line 6
#     %t.18: f64[y.shape[0]] = where(%t.16, 1, %t.17)    # adjoint of line 6
#     %t.19: f64[x.shape[0]] = power(%x, %t.18)    # adjoint of line 6
#     %t.20: f64[x.shape[0]] = multiply(%t.15, %t.19)    # adjoint of line 6
#     %dx.4: f64[x.shape[0]] = add(%dx.3, %t.20)    # adjoint of line 6
#     %t.21: bool[x.shape[0]] = equal(%x, 0)    # adjoint of line 6
#     %t.22: f64[x.shape[0]] = where(%t.21, 1, %x)    # adjoint of line 6
#     %t.23: f64[x.shape[0]] = log(%t.22)    # adjoint of line 6
#     %t.24: f64[x.shape[0]] = multiply(%t, %t.23)    # adjoint of line 6
#     %dy.2: f64[x.shape[0]] = add(%dy.1, %t.24)    # adjoint of line 6
#     return %dx.4, %dy.2

# %% numpy
import numpy as np


def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[n]"""
    t = x ** y  # line 6: return np.sum(x**y + 2.0**x + x**2 + x**-1 + y**0.5 + (- ...
    t1 = 2.0 ** x
    t2 = x ** 2
    t3 = t + t1 + t2 + x ** -1
    t4 = np.ones_like(t3)
    dy = t4 * 3 ** y * 1.0986122886681098
    dx = 2 * x
    dy = dy + 0.5 * y ** -0.5
    dx_1 = dx - 1.0 / t2
    dx = dx_1 + dx
    dx = dx + t1 * 0.6931471805599453
    dx = dx + t4 * y * x ** np.where(y == 0, 1, y - 1)
    dy = dy + t * np.log(np.where(x == 0, 1, x))
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
    t = x ** y  # line 6: return np.sum(x**y + 2.0**x + x**2 + x**-1 + y**0.5 + (-x) ** 2 - -(3**y))
    t_1 = 2.0 ** x
    t_2 = x ** 2
    t_3 = jnp.ones_like(t + t_1 + t_2 + x ** -1)
    dy = t_3 * 3 ** y * 1.0986122886681098
    dx = 2 * x
    dy = dy + 0.5 * y ** -0.5
    dx_1 = dx - 1.0 / t_2
    dx = dx_1 + dx
    dx = dx + t_1 * 0.6931471805599453
    dx = dx + t_3 * y * x ** jnp.where(y == 0, 1, y - 1)
    dy = dy + t * jnp.log(jnp.where(x == 0, 1, x))
    return dx, dy

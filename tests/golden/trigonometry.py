"""More of math, and its constants."""
import math


def f(x, y):
    a = math.atan2(y, x) / math.pi + math.hypot(x, y)
    b = math.sinh(x) * math.tanh(y) + math.log1p(x) - math.expm1(-y)
    return a + b + math.asin(x / 3) + math.cos(math.tau * x) + math.pow(x, y)


args = (0.7, 1.3)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64, %y: f64):
#     %t: f64 = hypot(%x, %y)    # adjoint of line 6
#     %t.1: f64 = sinh(%x)    # adjoint of line 7
#     %t.2: f64 = tanh(%y)    # adjoint of line 7
#     %t.3: f64 = negative(%y)    # adjoint of line 7
#     %t.4: f64 = expm1(%t.3)    # adjoint of line 7
#     %t.5: f64 = divide(%x, 3)    # adjoint of line 8
#     %t.6: f64 = multiply(6.283185307179586, %x)    # adjoint of line 8
#     %t.7: f64 = float_power(%x, %y)    # adjoint of line 8
#     %t.8: bool = equal(%y, 0)    # adjoint of line 8
#     %t.9: f64 = subtract(%y, 1)    # adjoint of line 8
#     %t.10: f64 = where(%t.8, 1, %t.9)    # adjoint of line 8
#     %t.11: f64 = power(%x, %t.10)    # adjoint of line 8
#     %dx: f64 = multiply(%y, %t.11)    # adjoint of line 8
#     %t.12: bool = equal(%x, 0)    # adjoint of line 8
#     %t.13: f64 = where(%t.12, 1, %x)    # adjoint of line 8
#     %t.14: f64 = log(%t.13)    # adjoint of line 8
#     %dy: f64 = multiply(%t.7, %t.14)    # adjoint of line 8
#     %t.15: f64 = sin(%t.6)    # adjoint of line 8
#     %t.16: f64 = multiply(-6.283185307179586, %t.15)    # adjoint of line 8
#     %dx.1: f64 = add(%dx, %t.16)    # adjoint of line 8
#     %t.17: f64 = subtract(1, %t.5)    # adjoint of line 8
#     %t.18: f64 = add(1, %t.5)    # adjoint of line 8
#     %t.19: f64 = multiply(%t.17, %t.18)    # adjoint of line 8
#     %t.20: f64 = sqrt(%t.19)    # adjoint of line 8
#     %t.21: f64 = divide(1.0, %t.20)    # adjoint of line 8
#     %t.22: f64 = divide(%t.21, 3)    # adjoint of line 8
#     %dx.2: f64 = add(%dx.1, %t.22)    # adjoint of line 8
#     %t.23: f64 = add(%t.4, 1)    # adjoint of line 7
#     %dy.1: f64 = add(%dy, %t.23)    # adjoint of line 7
#     %t.24: f64 = add(1, %x)    # adjoint of line 7
#     %t.25: f64 = divide(1.0, %t.24)    # adjoint of line 7
#     %dx.3: f64 = add(%dx.2, %t.25)    # adjoint of line 7
#     %t.26: f64 = power(%t.2, 2)    # adjoint of line 7
#     %t.27: f64 = subtract(1, %t.26)    # adjoint of line 7
#     %t.28: f64 = multiply(%t.1, %t.27)    # adjoint of line 7
#     %dy.2: f64 = add(%dy.1, %t.28)    # adjoint of line 7
#     %t.29: f64 = cosh(%x)    # adjoint of line 7
#     %t.30: f64 = multiply(%t.2, %t.29)    # adjoint of line 7
#     %dx.4: f64 = add(%dx.3, %t.30)    # adjoint of line 7
#     %t.31: f64 = divide(%x, %t)    # adjoint of line 6
#     %dx.5: f64 = add(%dx.4, %t.31)    # adjoint of line 6
#     %t.32: f64 = divide(%y, %t)    # adjoint of line 6
#     %dy.3: f64 = add(%dy.2, %t.32)    # adjoint of line 6
#     %t.33: f64 = multiply(0.3183098861837907, %x)    # adjoint of line 6
#     %t.34: f64 = power(%y, 2)    # adjoint of line 6
#     %t.35: f64 = power(%x, 2)    # adjoint of line 6
#     %t.36: f64 = add(%t.34, %t.35)    # adjoint of line 6
#     %t.37: f64 = divide(%t.33, %t.36)    # adjoint of line 6
#     %dy.4: f64 = add(%dy.3, %t.37)    # adjoint of line 6
#     %t.38: f64 = multiply(-0.3183098861837907, %y)    # adjoint of line 6
#     %t.39: f64 = divide(%t.38, %t.36)    # adjoint of line 6
#     %dx.6: f64 = add(%dx.5, %t.39)    # adjoint of line 6
#     return %dx.6, %dy.4

# %% numpy
import math
import numpy as np


def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: float, y: float"""
    t = math.hypot(x, y)      # line 6: a = math.atan2(y, x) / math.pi + math.hypot(x, y)
    t1 = math.tanh(y)         # line 7: b = math.sinh(x) * math.tanh(y) + math.log1p(x) - math.e ...
    t2 = x / 3                # line 8: return a + b + math.asin(x / 3) + math.cos(math.tau * x) ...
    dx = y * x ** np.where(y == 0, 1, y - 1)
    dy = math.pow(x, y) * np.log(np.where(x == 0, 1, x))
    dx -= 6.283185307179586 * math.sin(6.283185307179586 * x)
    dx += 1.0 / np.sqrt((1 - t2) * (1 + t2)) / 3
    dy += math.expm1(-y) + 1  # line 7: b = math.sinh(x) * math.tanh(y) + math.log1p(x) - math.e ...
    dx += 1.0 / (1 + x)
    dy += math.sinh(x) * (1 - t1 ** 2)
    dx += t1 * math.cosh(x)
    dx += x / t               # line 6: a = math.atan2(y, x) / math.pi + math.hypot(x, y)
    dy += y / t
    t = y ** 2 + x ** 2
    dy += 0.3183098861837907 * x / t
    dx -= 0.3183098861837907 * y / t
    return dx, dy

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: float, y: float"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    # adjoint
    t = jnp.hypot(x, y)  # line 6: a = math.atan2(y, x) / math.pi + math.hypot(x, y)
    t_1 = jnp.tanh(y)    # line 7: b = math.sinh(x) * math.tanh(y) + math.log1p(x) - math.expm1(-y)
    t_2 = x / 3          # line 8: return a + b + math.asin(x / 3) + math.cos(math.tau * x) + math.pow(x, y)
    dx = y * x ** jnp.where(y == 0, 1, y - 1)
    dy = jnp.float_power(x, y) * jnp.log(jnp.where(x == 0, 1, x))
    dx = dx - 6.283185307179586 * jnp.sin(6.283185307179586 * x)
    dx = dx + 1.0 / jnp.sqrt((1 - t_2) * (1 + t_2)) / 3
    # line 7: b = math.sinh(x) * math.tanh(y) + math.log1p(x) - math.expm1(-y)
    dy = dy + (jnp.expm1(-y) + 1)
    dx = dx + 1.0 / (1 + x)
    dy = dy + jnp.sinh(x) * (1 - t_1 ** 2)
    dx = dx + t_1 * jnp.cosh(x)
    dx = dx + x / t      # line 6: a = math.atan2(y, x) / math.pi + math.hypot(x, y)
    dy = dy + y / t
    t = y ** 2 + x ** 2
    dy = dy + 0.3183098861837907 * x / t
    dx = dx - 0.3183098861837907 * y / t
    return dx, dy

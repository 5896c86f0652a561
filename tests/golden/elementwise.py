"""Elementwise functions of NumPy."""
import numpy as np


def f(x):
    a = np.exp(x) + np.log(x) + np.sqrt(x) + np.square(x) + np.abs(x - 1) + np.sign(x) * x
    b = np.sin(x) * np.cos(x) + np.tan(x) - np.arctan(x) + np.sinh(x) / np.cosh(x) + np.tanh(x)
    c = np.log1p(x) + np.expm1(x) + np.log2(x) + np.log10(x) + np.reciprocal(x) + np.negative(x)
    d = np.arcsin(x / 3) + np.arccos(x / 3) + np.arcsinh(x) + np.arccosh(x + 2) + np.arctanh(x / 3)
    e = np.power(x, 1.5) + np.hypot(x, 2.0) + np.arctan2(x, 3.0) + np.logaddexp(x, 1.0) + np.cbrt(x)
    return np.sum(a + b * c + d + e * np.exp2(x) + np.floor(x))


args = (np.array([0.4, 0.7, 1.3]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: f64[x.shape[0]] = exp(%x)    # adjoint of line 6
#     %t.1: f64[x.shape[0]] = sqrt(%x)    # adjoint of line 6
#     %t.2: f64[x.shape[0]] = subtract(%x, 1)    # adjoint of line 6
#     %t.3: f64[x.shape[0]] = sign(%x)    # adjoint of line 6
#     %t.4: f64[x.shape[0]] = sin(%x)    # adjoint of line 7
#     %t.5: f64[x.shape[0]] = cos(%x)    # adjoint of line 7
#     %t.6: f64[x.shape[0]] = multiply(%t.4, %t.5)    # adjoint of line 7
#     %t.7: f64[x.shape[0]] = tan(%x)    # adjoint of line 7
#     %t.8: f64[x.shape[0]] = add(%t.6, %t.7)    # adjoint of line 7
#     %t.9: f64[x.shape[0]] = arctan(%x)    # adjoint of line 7
#     %t.10: f64[x.shape[0]] = subtract(%t.8, %t.9)    # adjoint of line 7
#     %t.11: f64[x.shape[0]] = sinh(%x)    # adjoint of line 7
#     %t.12: f64[x.shape[0]] = cosh(%x)    # adjoint of line 7
#     %t.13: f64[x.shape[0]] = divide(%t.11, %t.12)    # adjoint of line 7
#     %t.14: f64[x.shape[0]] = add(%t.10, %t.13)    # adjoint of line 7
#     %t.15: f64[x.shape[0]] = tanh(%x)    # adjoint of line 7
#     %b: f64[x.shape[0]] = add(%t.14, %t.15)    # adjoint of line 7
#     %t.16: f64[x.shape[0]] = log1p(%x)    # adjoint of line 8
#     %t.17: f64[x.shape[0]] = expm1(%x)    # adjoint of line 8
#     %t.18: f64[x.shape[0]] = add(%t.16, %t.17)    # adjoint of line 8
#     %t.19: f64[x.shape[0]] = log2(%x)    # adjoint of line 8
#     %t.20: f64[x.shape[0]] = add(%t.18, %t.19)    # adjoint of line 8
#     %t.21: f64[x.shape[0]] = log10(%x)    # adjoint of line 8
#     %t.22: f64[x.shape[0]] = add(%t.20, %t.21)    # adjoint of line 8
#     %t.23: f64[x.shape[0]] = reciprocal(%x)    # adjoint of line 8
#     %t.24: f64[x.shape[0]] = add(%t.22, %t.23)    # adjoint of line 8
#     %c: f64[x.shape[0]] = subtract(%t.24, %x)    # adjoint of line 8
#     %t.25: f64[x.shape[0]] = divide(%x, 3)    # adjoint of line 9
#     %t.26: f64[x.shape[0]] = add(%x, 2)    # adjoint of line 9
#     %t.27: f64[x.shape[0]] = power(%x, 1.5)    # adjoint of line 10
#     %t.28: f64[x.shape[0]] = hypot(%x, 2.0)    # adjoint of line 10
#     %t.29: f64[x.shape[0]] = add(%t.27, %t.28)    # adjoint of line 10
#     %t.30: f64[x.shape[0]] = arctan2(%x, 3.0)    # adjoint of line 10
#     %t.31: f64[x.shape[0]] = add(%t.29, %t.30)    # adjoint of line 10
#     %t.32: f64[x.shape[0]] = logaddexp(%x, 1.0)    # adjoint of line 10
#     %t.33: f64[x.shape[0]] = add(%t.31, %t.32)    # adjoint of line 10
#     %t.34: f64[x.shape[0]] = cbrt(%x)    # adjoint of line 10
#     %e: f64[x.shape[0]] = add(%t.33, %t.34)    # adjoint of line 10
#     %t.35: f64[x.shape[0]] = exp2(%x)    # adjoint of line 11
#     %t.36: f64[x.shape[0]] = multiply(%e, %t.35)    # adjoint of line 11
#     %dx: f64[x.shape[0]] = multiply(%t.36, 0.6931471805599453)    # adjoint of line 11
#     %t.37: f64[x.shape[0]] = power(%t.34, 2)    # adjoint of line 10
#     %t.38: f64[x.shape[0]] = multiply(3, %t.37)    # adjoint of line 10
#     %t.39: f64[x.shape[0]] = divide(%t.35, %t.38)    # adjoint of line 10
#     %dx.1: f64[x.shape[0]] = add(%dx, %t.39)    # adjoint of line 10
#     %t.40: f64[x.shape[0]] = subtract(%x, %t.32)    # adjoint of line 10
#     %t.41: f64[x.shape[0]] = exp(%t.40)    # adjoint of line 10
#     %t.42: f64[x.shape[0]] = multiply(%t.35, %t.41)    # adjoint of line 10
#     %dx.2: f64[x.shape[0]] = add(%dx.1, %t.42)    # adjoint of line 10
#     %t.43: f64[x.shape[0]] = multiply(%t.35, 3.0)    # adjoint of line 10
#     %t.44: f64[x.shape[0]] = power(%x, 2)    # adjoint of line 10
#     %t.45: f64[x.shape[0]] = add(%t.44, 9.0)    # adjoint of line 10
#     %t.46: f64[x.shape[0]] = divide(%t.43, %t.45)    # adjoint of line 10
#     %dx.3: f64[x.shape[0]] = add(%dx.2, %t.46)    # adjoint of line 10
#     %t.47: f64[x.shape[0]] = multiply(%t.35, %x)    # adjoint of line 10
#     %t.48: f64[x.shape[0]] = divide(%t.47, %t.28)    # adjoint of line 10
#     %dx.4: f64[x.shape[0]] = add(%dx.3, %t.48)    # adjoint of line 10
#     %t.49: f64[x.shape[0]] = power(%x, 0.5)    # adjoint of line 10
#     %t.50: f64[x.shape[0]] = multiply(1.5, %t.49)    # adjoint of line 10
#     %t.51: f64[x.shape[0]] = multiply(%t.50, %t.35)    # adjoint of line 10
#     %dx.5: f64[x.shape[0]] = add(%dx.4, %t.51)    # adjoint of line 10
#     %t.52: f64[x.shape[0]] = subtract(1, %t.25)    # adjoint of line 9
#     %t.53: f64[x.shape[0]] = add(1, %t.25)    # adjoint of line 9
#     %t.54: f64[x.shape[0]] = multiply(%t.52, %t.53)    # adjoint of line 9
#     %t.55: f64[x.shape[0]] = divide(1.0, %t.54)    # adjoint of line 9
#     %t.56: f64[x.shape[0]] = divide(%t.55, 3)    # adjoint of line 9
#     %dx.6: f64[x.shape[0]] = add(%dx.5, %t.56)    # adjoint of line 9
#     %t.57: f64[x.shape[0]] = subtract(%t.26, 1)    # adjoint of line 9
#     %t.58: f64[x.shape[0]] = add(%t.26, 1)    # adjoint of line 9
#     %t.59: f64[x.shape[0]] = multiply(%t.57, %t.58)    # adjoint of line 9
#     %t.60: f64[x.shape[0]] = sqrt(%t.59)    # adjoint of line 9
#     %t.61: f64[x.shape[0]] = divide(1.0, %t.60)    # adjoint of line 9
#     %dx.7: f64[x.shape[0]] = add(%dx.6, %t.61)    # adjoint of line 9
#     %t.62: f64[x.shape[0]] = add(%t.44, 1)    # adjoint of line 9
#     %t.63: f64[x.shape[0]] = sqrt(%t.62)    # adjoint of line 9
#     %t.64: f64[x.shape[0]] = divide(1.0, %t.63)    # adjoint of line 9
#     %dx.8: f64[x.shape[0]] = add(%dx.7, %t.64)    # adjoint of line 9
#     %t.65: f64[x.shape[0]] = sqrt(%t.54)    # adjoint of line 9
#     %t.66: f64[x.shape[0]] = divide(1.0, %t.65)    # adjoint of line 9
#     %t.67: f64[x.shape[0]] = divide(%t.66, 3)    # adjoint of line 9
#     %dx.9: f64[x.shape[0]] = subtract(%dx.8, %t.67)    # adjoint of line 9
#     %dx.10: f64[x.shape[0]] = add(%dx.9, %t.67)    # adjoint of line 9
#     %dx.11: f64[x.shape[0]] = subtract(%dx.10, %b)    # adjoint of line 8
#     %t.68: f64[x.shape[0]] = power(%t.23, 2)    # adjoint of line 8
#     %t.69: f64[x.shape[0]] = multiply(%b, %t.68)    # adjoint of line 8
#     %dx.12: f64[x.shape[0]] = subtract(%dx.11, %t.69)    # adjoint of line 8
#     %t.70: f64[x.shape[0]] = multiply(%x, 2.302585092994046)    # adjoint of line 8
#     %t.71: f64[x.shape[0]] = divide(%b, %t.70)    # adjoint of line 8
#     %dx.13: f64[x.shape[0]] = add(%dx.12, %t.71)    # adjoint of line 8
#     %t.72: f64[x.shape[0]] = multiply(%x, 0.6931471805599453)    # adjoint of line 8
#     %t.73: f64[x.shape[0]] = divide(%b, %t.72)    # adjoint of line 8
#     %dx.14: f64[x.shape[0]] = add(%dx.13, %t.73)    # adjoint of line 8
#     %t.74: f64[x.shape[0]] = add(%t.17, 1)    # adjoint of line 8
#     %t.75: f64[x.shape[0]] = multiply(%b, %t.74)    # adjoint of line 8
#     %dx.15: f64[x.shape[0]] = add(%dx.14, %t.75)    # adjoint of line 8
#     %t.76: f64[x.shape[0]] = add(1, %x)    # adjoint of line 8
#     %t.77: f64[x.shape[0]] = divide(%b, %t.76)    # adjoint of line 8
#     %dx.16: f64[x.shape[0]] = add(%dx.15, %t.77)    # adjoint of line 8
#     %t.78: f64[x.shape[0]] = power(%t.15, 2)    # adjoint of line 7
#     %t.79: f64[x.shape[0]] = subtract(1, %t.78)    # adjoint of line 7
#     %t.80: f64[x.shape[0]] = multiply(%c, %t.79)    # adjoint of line 7
#     %dx.17: f64[x.shape[0]] = add(%dx.16, %t.80)    # adjoint of line 7
#     %t.81: f64[x.shape[0]] = divide(%c, %t.12)    # adjoint of line 7
#     %t.82: f64[x.shape[0]] = multiply(%t.81, %t.13)    # adjoint of line 7
#     %t.83: f64[x.shape[0]] = multiply(%t.82, %t.11)    # adjoint of line 7
#     %dx.18: f64[x.shape[0]] = subtract(%dx.17, %t.83)    # adjoint of line 7
#     %t.84: f64[x.shape[0]] = multiply(%t.81, %t.12)    # adjoint of line 7
#     %dx.19: f64[x.shape[0]] = add(%dx.18, %t.84)    # adjoint of line 7
#     %t.85: f64[x.shape[0]] = divide(%c, %t.62)    # adjoint of line 7
#     %dx.20: f64[x.shape[0]] = subtract(%dx.19, %t.85)    # adjoint of line 7
#     %t.86: f64[x.shape[0]] = power(%t.7, 2)    # adjoint of line 7
#     %t.87: f64[x.shape[0]] = add(1, %t.86)    # adjoint of line 7
#     %t.88: f64[x.shape[0]] = multiply(%c, %t.87)    # adjoint of line 7
#     %dx.21: f64[x.shape[0]] = add(%dx.20, %t.88)    # adjoint of line 7
#     %t.89: f64[x.shape[0]] = multiply(%c, %t.5)    # adjoint of line 7
#     %t.90: f64[x.shape[0]] = multiply(%c, %t.4)    # adjoint of line 7
#     %t.91: f64[x.shape[0]] = multiply(%t.90, %t.4)    # adjoint of line 7
#     %dx.22: f64[x.shape[0]] = subtract(%dx.21, %t.91)    # adjoint of line 7
#     %t.92: f64[x.shape[0]] = multiply(%t.89, %t.5)    # adjoint of line 7
#     %dx.23: f64[x.shape[0]] = add(%dx.22, %t.92)    # adjoint of line 7
#     %dx.24: f64[x.shape[0]] = add(%dx.23, %t.3)    # adjoint of line 6
#     %t.93: f64[x.shape[0]] = sign(%t.2)    # adjoint of line 6
#     %dx.25: f64[x.shape[0]] = add(%dx.24, %t.93)    # adjoint of line 6
#     %t.94: f64[x.shape[0]] = multiply(2, %x)    # adjoint of line 6
#     %dx.26: f64[x.shape[0]] = add(%dx.25, %t.94)    # adjoint of line 6
#     %t.95: f64[x.shape[0]] = multiply(2, %t.1)    # adjoint of line 6
#     %t.96: f64[x.shape[0]] = divide(1.0, %t.95)    # adjoint of line 6
#     %dx.27: f64[x.shape[0]] = add(%dx.26, %t.96)    # adjoint of line 6
#     %t.97: f64[x.shape[0]] = divide(1.0, %x)    # adjoint of line 6
#     %dx.28: f64[x.shape[0]] = add(%dx.27, %t.97)    # adjoint of line 6
#     %dx.29: f64[x.shape[0]] = add(%dx.28, %t)    # adjoint of line 6
#     return %dx.29

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    t = np.sin(x)                   # line 7: b = np.sin(x) * np.cos(x) + np.tan(x) - np.arctan(x) + n ...
    t1 = np.cos(x)
    t2 = np.tan(x)
    t3 = np.sinh(x)
    t4 = np.cosh(x)
    t5 = t3 / t4
    t6 = np.tanh(x)
    b = t * t1 + t2 - np.arctan(x) + t5 + t6
    t7 = np.expm1(x)                # line 8: c = np.log1p(x) + np.expm1(x) + np.log2(x) + np.log10(x) ...
    t8 = np.reciprocal(x)
    c = np.log1p(x) + t7 + np.log2(x) + np.log10(x) + t8 - x
    t9 = x / 3                      # line 9: d = np.arcsin(x / 3) + np.arccos(x / 3) + np.arcsinh(x) ...
    t10 = x + 2
    t11 = np.hypot(x, 2.0)          # line 10: e = np.power(x, 1.5) + np.hypot(x, 2.0) + np.arctan2(x, ...
    t12 = np.logaddexp(x, 1.0)
    t13 = np.cbrt(x)
    e = np.power(x, 1.5) + t11 + np.arctan2(x, 3.0) + t12 + t13
    t14 = np.exp2(x)                # line 11: return np.sum(a + b * c + d + e * np.exp2(x) + np.floor(x))
    dx = e * t14 * 0.6931471805599453
    dx = dx + t14 / (3 * t13 ** 2)  # line 10: e = np.power(x, 1.5) + np.hypot(x, 2.0) + np.arctan2(x, ...
    dx = dx + t14 * np.exp(x - t12)
    t12 = x ** 2
    dx = dx + t14 * 3.0 / (t12 + 9.0)
    dx = dx + t14 * x / t11
    dx = dx + 1.5 * x ** 0.5 * t14
    t11 = (1 - t9) * (1 + t9)       # line 9: d = np.arcsin(x / 3) + np.arccos(x / 3) + np.arcsinh(x) ...
    dx = dx + 1.0 / t11 / 3
    dx = dx + 1.0 / np.sqrt((t10 - 1) * (t10 + 1))
    t9 = t12 + 1
    dx = dx + 1.0 / np.sqrt(t9)
    t10 = 1.0 / np.sqrt(t11) / 3
    dx = dx - t10
    dx = dx + t10
    dx = dx - b                     # line 8: c = np.log1p(x) + np.expm1(x) + np.log2(x) + np.log10(x) ...
    dx = dx - b * t8 ** 2
    dx = dx + b / (x * 2.302585092994046)
    dx = dx + b / (x * 0.6931471805599453)
    dx = dx + b * (t7 + 1)
    dx = dx + b / (1 + x)
    dx = dx + c * (1 - t6 ** 2)     # line 7: b = np.sin(x) * np.cos(x) + np.tan(x) - np.arctan(x) + n ...
    t6 = c / t4
    dx = dx - t6 * t5 * t3
    dx = dx + t6 * t4
    dx = dx - c / t9
    dx = dx + c * (1 + t2 ** 2)
    dx = dx - c * t * t
    dx = dx + c * t1 * t1
    dx = dx + np.sign(x)            # line 6: a = np.exp(x) + np.log(x) + np.sqrt(x) + np.square(x) + ...
    dx = dx + np.sign(x - 1)
    dx = dx + 2 * x
    dx = dx + 1.0 / (2 * np.sqrt(x))
    dx = dx + 1.0 / x
    dx = dx + np.exp(x)
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # adjoint
    # line 7: b = np.sin(x) * np.cos(x) + np.tan(x) - np.arctan(x) + np.sinh(x) / np.cosh(x) + np.tanh(x)
    t = jnp.sin(x)
    t_1 = jnp.cos(x)
    t_2 = jnp.tan(x)
    t_3 = jnp.sinh(x)
    t_4 = jnp.cosh(x)
    t_5 = t_3 / t_4
    t_6 = jnp.tanh(x)
    b = t * t_1 + t_2 - jnp.arctan(x) + t_5 + t_6
    # line 8: c = np.log1p(x) + np.expm1(x) + np.log2(x) + np.log10(x) + np.reciprocal(x) + np.negative(x)
    t_7 = jnp.expm1(x)
    t_8 = jnp.reciprocal(x)
    c = jnp.log1p(x) + t_7 + jnp.log2(x) + jnp.log10(x) + t_8 - x
    # line 9: d = np.arcsin(x / 3) + np.arccos(x / 3) + np.arcsinh(x) + np.arccosh(x + 2) + np.arctanh(x / 3)
    t_9 = x / 3
    t_10 = x + 2
    # line 10: e = np.power(x, 1.5) + np.hypot(x, 2.0) + np.arctan2(x, 3.0) + np.logaddexp(x, 1.0) + ...
    t_11 = jnp.hypot(x, 2.0)
    t_12 = jnp.logaddexp(x, 1.0)
    t_13 = jnp.cbrt(x)
    e = x ** 1.5 + t_11 + jnp.arctan2(x, 3.0) + t_12 + t_13
    t_14 = jnp.exp2(x)  # line 11: return np.sum(a + b * c + d + e * np.exp2(x) + np.floor(x))
    dx = e * t_14 * 0.6931471805599453
    # line 10: e = np.power(x, 1.5) + np.hypot(x, 2.0) + np.arctan2(x, 3.0) + np.logaddexp(x, 1.0) + ...
    dx = dx + t_14 / (3 * t_13 ** 2)
    dx = dx + t_14 * jnp.exp(x - t_12)
    t_12 = x ** 2
    dx = dx + t_14 * 3.0 / (t_12 + 9.0)
    dx = dx + t_14 * x / t_11
    dx = dx + 1.5 * x ** 0.5 * t_14
    # line 9: d = np.arcsin(x / 3) + np.arccos(x / 3) + np.arcsinh(x) + np.arccosh(x + 2) + np.arctanh(x / 3)
    t_9 = (1 - t_9) * (1 + t_9)
    dx = dx + 1.0 / t_9 / 3
    dx = dx + 1.0 / jnp.sqrt((t_10 - 1) * (t_10 + 1))
    t_10 = t_12 + 1
    dx = dx + 1.0 / jnp.sqrt(t_10)
    t_9 = 1.0 / jnp.sqrt(t_9) / 3
    dx = dx - t_9
    dx = dx + t_9
    # line 8: c = np.log1p(x) + np.expm1(x) + np.log2(x) + np.log10(x) + np.reciprocal(x) + np.negative(x)
    dx = dx - b
    dx = dx - b * t_8 ** 2
    dx = dx + b / (x * 2.302585092994046)
    dx = dx + b / (x * 0.6931471805599453)
    dx = dx + b * (t_7 + 1)
    dx = dx + b / (1 + x)
    # line 7: b = np.sin(x) * np.cos(x) + np.tan(x) - np.arctan(x) + np.sinh(x) / np.cosh(x) + np.tanh(x)
    dx = dx + c * (1 - t_6 ** 2)
    t_6 = c / t_4
    dx = dx - t_6 * t_5 * t_3
    dx = dx + t_6 * t_4
    dx = dx - c / t_10
    dx = dx + c * (1 + t_2 ** 2)
    dx = dx - c * t * t
    dx = dx + c * t_1 * t_1
    # line 6: a = np.exp(x) + np.log(x) + np.sqrt(x) + np.square(x) + np.abs(x - 1) + np.sign(x) * x
    dx = dx + jnp.sign(x)
    dx = dx + jnp.sign(x - 1)
    dx = dx + 2 * x
    dx = dx + 1.0 / (2 * jnp.sqrt(x))
    dx = dx + 1.0 / x
    dx = dx + jnp.exp(x)
    return dx

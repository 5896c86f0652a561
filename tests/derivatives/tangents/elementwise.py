"""Tangent of tests/golden/elementwise.py."""

# %% numpy
import numpy as np


def f_jvp(x, *, x_dot):
    """Value and tangent of f with respect to x.   x: f64[n]"""
    t = np.exp(x)
    t1 = np.sqrt(x)
    t2 = x - 1
    t3 = np.sign(x)
    a_dot = x_dot * t + x_dot / x + x_dot / (2 * t1) + 2 * x * x_dot + x_dot * np.sign(t2) + t3 * x_dot
    a = t + np.log(x) + t1 + np.square(x) + np.abs(t2) + t3 * x
    t = np.cos(x)
    t1 = np.sin(x)
    t2 = np.tan(x)
    t3 = x ** 2
    t4 = 1 + t3
    t5 = np.cosh(x)
    t6 = np.sinh(x)
    t7 = t6 / t5
    t8 = np.tanh(x)
    b_dot = (
        x_dot * t * t
        - t1 * (x_dot * t1)
        + x_dot * (1 + t2 ** 2)
        - x_dot / t4
        + (x_dot * t5 / t5 - x_dot * t6 / t5 * t7)
        + x_dot * (1 - t8 ** 2)
    )
    b = t1 * t + t2 - np.arctan(x) + t7 + t8
    t = np.expm1(x)
    t1 = np.reciprocal(x)
    c_dot = (
        x_dot / (1 + x)
        + x_dot * (t + 1)
        + x_dot / (x * 0.6931471805599453)
        + x_dot / (x * 2.302585092994046)
        - x_dot * t1 ** 2
        - x_dot
    )
    c = np.log1p(x) + t + np.log2(x) + np.log10(x) + t1 + np.negative(x)
    t = x_dot / 3
    t1 = x / 3
    t2 = x / 3
    t5 = x + 2
    t6 = x / 3
    d_dot = (
        t / np.sqrt((1 - t1) * (1 + t1))
        - t / np.sqrt((1 - t2) * (1 + t2))
        + x_dot / np.sqrt(t4)
        + x_dot / np.sqrt((t5 - 1) * (t5 + 1))
        + t / ((1 - t6) * (1 + t6))
    )
    d = np.arcsin(t1) + np.arccos(t2) + np.arcsinh(x) + np.arccosh(t5) + np.arctanh(t6)
    t = np.hypot(x, 2.0)
    t1 = np.logaddexp(x, 1.0)
    t2 = np.cbrt(x)
    e_dot = (
        1.5 * x ** 0.5 * x_dot
        + x_dot * x / t
        + x_dot * 3.0 / (t3 + 9.0)
        + x_dot * np.exp(x - t1)
        + x_dot / (3 * t2 ** 2)
    )
    e = np.power(x, 1.5) + t + np.arctan2(x, 3.0) + t1 + t2
    t = np.exp2(x)
    return (
        np.sum(a + b * c + d + e * t + np.floor(x)),
        np.sum(a_dot + (b_dot * c + b * c_dot) + d_dot + (e_dot * t + e * (x_dot * t * 0.6931471805599453))),
    )

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_jvp(x, *, x_dot):
    """Value and tangent of f with respect to x.   x: f64[n]"""
    t = jnp.exp(x)
    t_1 = jnp.sqrt(x)
    t_2 = x - 1
    t_3 = jnp.sign(x)
    a_dot = x_dot * t + x_dot / x + x_dot / (2 * t_1) + 2 * x * x_dot + x_dot * jnp.sign(t_2) + t_3 * x_dot
    a = t + jnp.log(x) + t_1 + jnp.square(x) + jnp.abs(t_2) + t_3 * x
    t = jnp.cos(x)
    t_1 = jnp.sin(x)
    t_2 = jnp.tan(x)
    t_3 = x ** 2
    t_4 = 1 + t_3
    t_5 = jnp.cosh(x)
    t_6 = jnp.sinh(x)
    t_7 = t_6 / t_5
    t_8 = jnp.tanh(x)
    b_dot = (
        x_dot * t * t
        - t_1 * (x_dot * t_1)
        + x_dot * (1 + t_2 ** 2)
        - x_dot / t_4
        + (x_dot * t_5 / t_5 - x_dot * t_6 / t_5 * t_7)
        + x_dot * (1 - t_8 ** 2)
    )
    b = t_1 * t + t_2 - jnp.arctan(x) + t_7 + t_8
    t = jnp.expm1(x)
    t_1 = jnp.reciprocal(x)
    c_dot = (
        x_dot / (1 + x)
        + x_dot * (t + 1)
        + x_dot / (x * 0.6931471805599453)
        + x_dot / (x * 2.302585092994046)
        - x_dot * t_1 ** 2
        - x_dot
    )
    c = jnp.log1p(x) + t + jnp.log2(x) + jnp.log10(x) + t_1 + -x
    t = x_dot / 3
    t_1 = x / 3
    t_2 = x / 3
    t_5 = x + 2
    t_6 = x / 3
    d_dot = (
        t / jnp.sqrt((1 - t_1) * (1 + t_1))
        - t / jnp.sqrt((1 - t_2) * (1 + t_2))
        + x_dot / jnp.sqrt(t_4)
        + x_dot / jnp.sqrt((t_5 - 1) * (t_5 + 1))
        + t / ((1 - t_6) * (1 + t_6))
    )
    d = jnp.arcsin(t_1) + jnp.arccos(t_2) + jnp.arcsinh(x) + jnp.arccosh(t_5) + jnp.arctanh(t_6)
    t = jnp.hypot(x, 2.0)
    t_1 = jnp.logaddexp(x, 1.0)
    t_2 = jnp.cbrt(x)
    e_dot = (
        1.5 * x ** 0.5 * x_dot
        + x_dot * x / t
        + x_dot * 3.0 / (t_3 + 9.0)
        + x_dot * jnp.exp(x - t_1)
        + x_dot / (3 * t_2 ** 2)
    )
    e = x ** 1.5 + t + jnp.arctan2(x, 3.0) + t_1 + t_2
    t = jnp.exp2(x)
    return (
        jnp.sum(a + b * c + d + e * t + jnp.floor(x)),
        jnp.sum(a_dot + (b_dot * c + b * c_dot) + d_dot + (e_dot * t + e * (x_dot * t * 0.6931471805599453))),
    )

"""Tangent of tests/golden/function_table.py."""

# %% numpy
import numpy as np


def f_jvp(x, factor, *, x_dot, factor_dot):
    """Value and tangent of f with respect to x, factor.   x: f64[n], factor: float"""
    t = np.tanh(x)
    x_dot = x_dot * (1 - t ** 2) + 0.1 * x_dot
    x = t + 0.1 * x
    x_dot = x_dot * np.cos(x) + 0.1 * x_dot
    x = np.sin(x) + 0.1 * x
    t = np.exp(x)
    x_dot = factor_dot * t + factor * (x_dot * t) + 0.1 * x_dot
    x = factor * t + 0.1 * x
    return np.sum(x), np.sum(x_dot)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_jvp(x, factor, *, x_dot, factor_dot):
    """Value and tangent of f with respect to x, factor.   x: f64[n], factor: float"""
    t = jnp.tanh(x)
    x_dot = x_dot * (1 - t ** 2) + 0.1 * x_dot
    x = t + 0.1 * x
    x_dot = x_dot * jnp.cos(x) + 0.1 * x_dot
    x = jnp.sin(x) + 0.1 * x
    t = jnp.exp(x)
    x_dot = factor_dot * t + factor * (x_dot * t) + 0.1 * x_dot
    x = factor * t + 0.1 * x
    return jnp.sum(x), jnp.sum(x_dot)

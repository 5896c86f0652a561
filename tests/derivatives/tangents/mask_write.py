"""Tangent of tests/golden/mask_write.py."""

# %% numpy
import numpy as np


def f_jvp(x, floor, *, x_dot, floor_dot):
    """Value and tangent of f with respect to x, floor.   x: f64[n], floor: float"""
    y_dot = x_dot * 2.0
    y = x * 2.0
    t = x < 0
    y_dot[t] = 0.0
    y[t] = 0.0
    t = (x > 1) & (y < 9)
    y_dot[t] = floor_dot
    y[t] = floor
    t = np.sum(y ** 2)
    return t * floor, np.sum(2 * y * y_dot) * floor + t * floor_dot

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_jvp(x, floor, *, x_dot, floor_dot):
    """Value and tangent of f with respect to x, floor.   x: f64[n], floor: float"""
    x = jnp.asarray(x)
    x_dot = jnp.asarray(x_dot)
    y_dot = x_dot * 2.0
    y = x * 2.0
    t = x < 0
    y_dot = jnp.where(t, 0.0, y_dot)
    y = jnp.where(t, 0.0, y)
    t = (x > 1) & (y < 9)
    y_dot = jnp.where(t, floor_dot, y_dot)
    y = jnp.where(t, floor, y)
    t = jnp.sum(y ** 2)
    return t * floor, jnp.sum(2 * y * y_dot) * floor + t * floor_dot

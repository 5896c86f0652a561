"""Tangent of tests/golden/barrier.py."""

# %% numpy
import numpy as np


def f_jvp(x, centre, radius, *, x_dot, radius_dot):
    """Value and tangent of f with respect to x, radius.   x: f64[n], centre: f64[n], radius: float"""
    t = x - centre
    r2_dot = np.sum(2 * t * x_dot)
    r2 = np.sum(t ** 2)
    if r2 > radius ** 2:
        result_dot = r2_dot - 2 * radius * radius_dot
        result = r2 - radius ** 2
    else:
        t = np.sqrt(r2)
        gap_dot = radius_dot - r2_dot / (2 * t)
        gap = radius - t
        if gap < 0.1:
            result_dot = 10 * gap_dot
            result = 10 * gap
        else:
            result_dot = -(gap_dot / gap)
            result = -np.log(gap)
    return result, result_dot

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_jvp(x, centre, radius, *, x_dot, radius_dot):
    """Value and tangent of f with respect to x, radius.   x: f64[n], centre: f64[n], radius: float"""
    radius = jnp.asarray(radius)
    radius_dot = jnp.asarray(radius_dot)
    t = x - centre
    r2_dot = jnp.sum(2 * t * x_dot)
    r2 = jnp.sum(t ** 2)

    def then():
        result_dot = r2_dot - 2 * radius * radius_dot
        result = r2 - radius ** 2
        return result, result_dot

    def otherwise():
        t = jnp.sqrt(r2)
        gap_dot = radius_dot - r2_dot / (2 * t)
        gap = radius - t

        def then():
            result_dot = 10 * gap_dot
            result = 10 * gap
            return result, result_dot

        def otherwise():
            result_dot = -(gap_dot / gap)
            result = -jnp.log(gap)
            return result, result_dot

        return lax.cond(gap < 0.1, then, otherwise)

    result, result_dot = lax.cond(r2 > radius ** 2, then, otherwise)
    return result, result_dot

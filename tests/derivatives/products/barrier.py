"""Gradient, and Hessian times a vector, of tests/golden/barrier.py."""

# %% numpy
import numpy as np


def f_grad_jvp(x, centre, radius, *, x_dot, radius_dot):
    """Value and tangent of f_grad with respect to x, radius.   x: f64[n], centre: f64[n], radius: float"""
    t = x - centre
    t1 = 2 * t
    r2_dot = np.sum(t1 * x_dot)
    r2 = np.sum(t ** 2)
    if r2 > radius ** 2:
        dradius_dot = -2 * radius_dot
        dradius = -2 * radius
        t = 1.0
        t2 = 0.0
    else:
        t = np.sqrt(r2)
        t2 = 2 * t
        t3 = r2_dot / t2
        t4 = radius_dot - t3
        t5 = radius - t
        if t5 < 0.1:
            dradius = 10.0
            dradius_dot = 0.0
        else:
            dradius = -1.0 / t5
            dradius_dot = -(t4 / t5 * dradius)
        t = dradius / t2
        t2 = 2 * t3 / t2 * t - dradius_dot / t2
        t = -t
    dx_dot = 2 * x_dot * t + t1 * t2
    dx = t1 * t
    return (dx, dradius), (dx_dot, dradius_dot)

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_grad_jvp(x, centre, radius, *, x_dot, radius_dot):
    """Value and tangent of f_grad with respect to x, radius.   x: f64[n], centre: f64[n], radius: float"""
    radius = jnp.asarray(radius)
    radius_dot = jnp.asarray(radius_dot)
    t = x - centre
    t_1 = 2 * t
    r2_dot = jnp.sum(t_1 * x_dot)
    r2 = jnp.sum(t ** 2)

    def then():
        dradius_dot = -2 * radius_dot
        dradius = -2 * radius
        return dradius, 1.0, dradius_dot, 0.0

    def otherwise():
        t = jnp.sqrt(r2)
        t_1 = 2 * t
        t_2 = r2_dot / t_1
        t_3 = radius_dot - t_2
        t = radius - t

        def otherwise():
            t_1 = -1.0 / t
            return t_1, -(t_3 / t * t_1)

        dradius, dradius_dot = lax.cond(t < 0.1, lambda: (10.0, 0.0), otherwise)
        t = dradius / t_1
        return dradius, -t, dradius_dot, 2 * t_2 / t_1 * t - dradius_dot / t_1

    dradius, t, dradius_dot, t_2 = lax.cond(r2 > radius ** 2, then, otherwise)
    dx_dot = 2 * x_dot * t + t_1 * t_2
    dx = t_1 * t
    return (dx, dradius), (dx_dot, dradius_dot)

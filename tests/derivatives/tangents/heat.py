"""Tangent of tests/golden/heat.py."""

# %% numpy
import numpy as np


def f_jvp(u, rate, steps, *, u_dot, rate_dot):
    """Value and tangent of f with respect to u, rate.   u: f64[n], rate: float, steps: int"""
    u_dot = u_dot.copy()
    u = u.copy()
    for _ in range(steps):
        t = u[2:] - 2 * u[1:-1] + u[:-2]
        u_dot[1:-1] = u_dot[1:-1] + (rate_dot * t + rate * (u_dot[2:] + -2 * u_dot[1:-1] + u_dot[:-2]))
        u[1:-1] = u[1:-1] + rate * t
    return np.sum(u ** 2), np.sum(2 * u * u_dot)

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_jvp(u, rate, steps, *, u_dot, rate_dot):
    """Value and tangent of f with respect to u, rate.   u: f64[n], rate: float, steps: int"""

    def body_k(k, carry):
        u, u_dot = carry
        t = u[2:] - 2 * u[1:-1] + u[:-2]
        u_dot = u_dot.at[1:-1].set(
            u_dot[1:-1] + (rate_dot * t + rate * (u_dot[2:] + -2 * u_dot[1:-1] + u_dot[:-2]))
        )
        u = u.at[1:-1].set(u[1:-1] + rate * t)
        return u, u_dot

    u, u_dot = lax.fori_loop(0, steps, body_k, (u, u_dot))
    return jnp.sum(u ** 2), jnp.sum(2 * u * u_dot)

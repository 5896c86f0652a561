"""Tangent of tests/golden/square_root.py."""

# %% numpy
def square_root_jvp(a, *, a_dot):
    """Value and tangent of square_root with respect to a.   a: float"""
    x = 1.0
    x_dot = 0.0
    while abs(x * x - a) > 1e-12:
        t = a / x
        x_dot = 0.5 * (x_dot + (a_dot / x - x_dot / x * t))
        x = 0.5 * (x + t)
    return x, x_dot

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def square_root_jvp(a, *, a_dot):
    """Value and tangent of square_root with respect to a.   a: float"""
    a = jnp.asarray(a)
    a_dot = jnp.asarray(a_dot)

    def condition(carry):
        x, _ = carry
        return jnp.abs(x * x - a) > 1e-12

    def body(carry):
        x, x_dot = carry
        t = a / x
        x_dot = 0.5 * (x_dot + (a_dot / x - x_dot / x * t))
        x = 0.5 * (x + t)
        return x, x_dot

    x, x_dot = lax.while_loop(condition, body, (1.0, 0.0))
    return x, x_dot

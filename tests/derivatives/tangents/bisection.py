"""Tangent of tests/golden/bisection.py."""

# %% numpy
def f_jvp(target, low, high, *, target_dot, low_dot, high_dot):
    """Value and tangent of f with respect to target, low, high.   target: float, low: float, high: float"""
    while high - low > 0.1:
        middle_dot = 0.5 * (low_dot + high_dot)
        middle = 0.5 * (low + high)
        if middle * middle * middle < target:
            low = middle
            low_dot = middle_dot
        else:
            high = middle
            high_dot = middle_dot
    t = low * low
    t1 = 3 * high
    t2 = t1 * high
    t3 = (target - t * low) / t2
    return (
        t3 + low,
        (
            (target_dot - (2 * low_dot * low * low + t * low_dot)) / t2
            - (3 * high_dot * high + t1 * high_dot) / t2 * t3
            + low_dot
        ),
    )

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_jvp(target, low, high, *, target_dot, low_dot, high_dot):
    """Value and tangent of f with respect to target, low, high.   target: float, low: float, high: float"""
    target = jnp.asarray(target)

    def condition(carry):
        low, high, _, _ = carry
        return high - low > 0.1

    def body(carry):
        low, high, low_dot, high_dot = carry
        middle_dot = 0.5 * (low_dot + high_dot)
        middle = 0.5 * (low + high)
        return lax.cond(
            middle * middle * middle < target,
            lambda: (middle, high, middle_dot, high_dot),
            lambda: (low, middle, low_dot, middle_dot),
        )

    low, high, low_dot, high_dot = lax.while_loop(condition, body, (low, high, low_dot, high_dot))
    t = low * low
    t_1 = 3 * high
    t_2 = t_1 * high
    t_3 = (target - t * low) / t_2
    return (
        t_3 + low,
        (
            (target_dot - (2 * low_dot * low * low + t * low_dot)) / t_2
            - (3 * high_dot * high + t_1 * high_dot) / t_2 * t_3
            + low_dot
        ),
    )

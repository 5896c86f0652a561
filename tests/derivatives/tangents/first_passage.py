"""Tangent of tests/golden/first_passage.py."""

# %% numpy
import numpy as np


def f_jvp(x, level, *, x_dot, level_dot):
    """Value and tangent of f with respect to x, level.   x: f64[n], level: float"""
    broke = False
    i = 0
    s = 0.0
    has_s = False
    s_dot = 0.0
    while not broke and i < len(x):
        x_i = x[i]
        if x_i > level:
            s_dot = 2 * x_i * x_dot[i]
            s = x[i] ** 2
            broke = True
            has_s = True
        i += 1
    if not broke:
        t = np.sum(x)
        s_dot = np.sum(x_dot) * level + t * level_dot
        s = t * level
        has_s = True
    if not has_s:
        raise UnboundLocalError("'s' may have no value here")
    return s, s_dot

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def read_at(x, *index):
    """x[index] for an index that is not negative: XLA reads it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    return lax.dynamic_slice(x, start, (1,) * len(index) + rest, allow_negative_indices=False).reshape(rest)


def while_loop(possible, condition, body, init):
    """lax.while_loop; one that cannot have a trip is not traced, since there may be no elements to pick."""
    return lax.while_loop(condition, body, init) if possible else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_jvp(x, level, *, x_dot, level_dot):
    """Value and tangent of f with respect to x, level.   x: f64[n], level: float"""
    x = jnp.asarray(x)
    level = jnp.asarray(level)
    x_dot = jnp.asarray(x_dot)
    level_dot = jnp.asarray(level_dot)

    def condition(carry):
        broke, i, _, _, _ = carry
        return jnp.logical_and(jnp.logical_not(broke), i < x.shape[0])

    def body(carry):
        broke, i, s, has_s, s_dot = carry
        x_i = read_at(x, i)
        x_dot_i = read_at(x_dot, i)
        x_i_1 = read_at(x, i)

        def then():
            s_dot = 2 * x_i * x_dot_i
            s = x_i_1 ** 2
            return True, s, True, s_dot

        broke, s, t, s_dot = lax.cond(x_i > level, then, lambda: (broke, s, has_s, s_dot))
        return broke, i + 1, s, t, s_dot

    broke, _, s, has_s, s_dot = while_loop(x.shape[0] > 0, condition, body, (False, 0, 0.0, False, 0.0))

    def then():
        t = jnp.sum(x)
        s_dot = jnp.sum(x_dot) * level + t * level_dot
        s = t * level
        return s, True, s_dot

    s, t, s_dot = lax.cond(broke, lambda: (s, has_s, s_dot), then)

    def check(holds):
        if not holds:
            raise UnboundLocalError("'s' may have no value here")

    jax.debug.callback(check, t, ordered=True)
    return s, s_dot

"""Tangent of tests/golden/histogram.py."""

# %% numpy
import numpy as np


def f_jvp(weights, bins, count, *, weights_dot):
    """Value and tangent of f with respect to weights.   weights: f64[n], bins: i64[m], count: int"""
    total = np.zeros(count)
    total_dot = np.zeros_like(total)
    for i in range(len(weights)):
        bins_i = bins[i]
        weights_i = weights[i]
        total_dot[bins_i] += 2 * weights_i * weights_dot[i]
        total[bins_i] += weights_i ** 2
    return np.sum(total ** 2), np.sum(2 * total * total_dot)

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def read_at(x, *index):
    """x[index] for an index that is not negative: XLA reads it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    return lax.dynamic_slice(x, start, (1,) * len(index) + rest, allow_negative_indices=False).reshape(rest)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit(static_argnames=("count",))
def f_jvp(weights, bins, count, *, weights_dot):
    """Value and tangent of f with respect to weights.   weights: f64[n], bins: i64[m], count: int"""
    weights = jnp.asarray(weights)
    bins = jnp.asarray(bins)
    weights_dot = jnp.asarray(weights_dot)
    total = jnp.zeros(count)

    def body_i(i, carry):
        total, total_dot = carry
        bins_i = read_at(bins, i)
        weights_i = read_at(weights, i)
        total_dot = total_dot.at[bins_i].set(total_dot[bins_i] + 2 * weights_i * read_at(weights_dot, i))
        total = total.at[bins_i].set(total[bins_i] + weights_i ** 2)
        return total, total_dot

    total, total_dot = fori_loop(0, weights.shape[0], body_i, (total, jnp.zeros_like(total)))
    return jnp.sum(total ** 2), jnp.sum(2 * total * total_dot)

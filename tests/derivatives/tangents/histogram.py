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


def write_at(x, v, *index):
    """x with v at an index that is not negative: XLA writes it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), rest).reshape((1,) * len(index) + rest)
    return lax.dynamic_update_slice(x, v, start, allow_negative_indices=False)


def from_start(x, index):
    """A subscript of x whose integers may count from the end as one whose integers do not."""
    return [jnp.where(i < 0, i + n, i) for i, n in zip(index, x.shape)]


def write_to(x, v, *index):
    """x with v at an index that may be negative: XLA writes it in place."""
    return write_at(x, v, *from_start(x, index))


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
        total_dot = write_to(total_dot, total_dot[bins_i] + 2 * weights_i * read_at(weights_dot, i), bins_i)
        total = write_to(total, total[bins_i] + weights_i ** 2, bins_i)
        return total, total_dot

    total, total_dot = fori_loop(0, weights.shape[0], body_i, (total, jnp.zeros_like(total)))
    return jnp.sum(total ** 2), jnp.sum(2 * total * total_dot)

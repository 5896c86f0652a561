"""Both halves of the pullback of tests/golden/histogram.py."""

# %% numpy
import numpy as np


def f_fwd(weights, bins, count):
    """Value of f, and what f_bwd reads."""
    total = np.zeros(count)
    for i in range(len(weights)):
        bins_i = bins[i]
        total[bins_i] += weights[i] ** 2
    return np.sum(total ** 2), (weights.copy(), bins.copy(), total)


def f_bwd(weights, bins, total, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dtotal = 2 * total * g                              # line 9: return np.sum(total**2)
    dweights = np.zeros_like(weights)
    for i in reversed(range(len(weights))):             # line 7: for i in range(len(weights))
        dweights[i] = 2 * weights[i] * dtotal[bins[i]]  # line 8: total[bins[i]] += weights[i] ** 2
    return (dweights,)

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
def f_fwd(weights, bins, count):
    """Value of f, and what f_bwd reads."""
    weights = jnp.asarray(weights)
    bins = jnp.asarray(bins)
    total = jnp.zeros(count)

    def body_i(i, total):
        bins_i = read_at(bins, i)
        return write_to(total, total[bins_i] + read_at(weights, i) ** 2, bins_i)

    total = fori_loop(0, weights.shape[0], body_i, total)
    return jnp.sum(total ** 2), (weights, bins, total)


@jax.jit
def f_bwd(weights, bins, total, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    g = jnp.asarray(g)
    dtotal = 2 * total * g              # line 9: return np.sum(total**2)
    dweights = jnp.zeros_like(weights)  # line 7: for i in range(len(weights)):

    def body_i(k, dweights):
        i = weights.shape[0] - 1 - k
        # line 8: total[bins[i]] += weights[i] ** 2
        return write_at(dweights, 2 * read_at(weights, i) * dtotal[read_at(bins, i)], i)

    dweights = fori_loop(0, weights.shape[0], body_i, dweights)
    return (dweights,)

"""Adding to an element chosen by data."""
import numpy as np


def f(weights, bins, count):
    total = np.zeros(count)
    for i in range(len(weights)):
        total[bins[i]] += weights[i] ** 2
    return np.sum(total**2)


args = (np.array([0.5, -1.0, 2.0, 0.7]), np.array([1, 0, 1, 2]), 3)


# %% ir
# func f_grad(%weights: f64[weights.shape[0]], %bins: i64[bins.shape[0]], %count: i64):
#     %total: f64[count] = zeros(%count)    # line 6
#     %t: i64 = size(%weights, axis=0)    # line 7
#     %total.1: f64[count] = for %i in range(0, %t, 1) carrying (%total.2 = %total):    # line 7
#         %t.1: i64 = getitem(%bins, %i, index=(At(operand=0),))    # line 8
#         %t.2: f64 = getitem(%total.2, %t.1, index=(At(operand=0),))    # line 8
#         %t.3: f64 = getitem(%weights, %i, index=(At(operand=0),))    # line 8
#         %t.4: f64 = power(%t.3, 2)    # line 8
#         %t.5: f64 = add(%t.2, %t.4)    # line 8
#         %total.3: f64[count] = setitem(%total.2, %t.5, %t.1, index=(At(operand=0),))    # line 8
#         yield %total.3
#     %dtotal: f64[count] = multiply(2, %total.1)    # adjoint of line 9
#     %t.6: (weights.shape[0]) = shape(%weights)    # adjoint of line 7
#     %dweights: f64[weights.shape[0]] = zeros_of(%t.6)    # adjoint of line 7
#     %dweights.1: f64[weights.shape[0]] = for %i.1 in reversed range(0, %t, 1) carrying (%dweights.2 = %dweights):    # adjoint of line 7
#         %t.7: i64 = getitem(%bins, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.8: f64 = getitem(%weights, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.9: f64 = getitem(%dtotal, %t.7, index=(At(operand=0),))    # adjoint of line 8
#         %t.10: f64 = multiply(2, %t.8)    # adjoint of line 8
#         %t.11: f64 = multiply(%t.10, %t.9)    # adjoint of line 8
#         %dweights.3: f64[weights.shape[0]] = setitem(%dweights.2, %t.11, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         yield %dweights.3
#     return %dweights.1

# %% numpy
import numpy as np


def f_grad(weights, bins, count):
    """Gradient of f with respect to weights.   weights: f64[n], bins: i64[m], count: int"""
    # primal
    total = np.zeros(count)
    for i in range(len(weights)):
        bins_i = bins[i]
        total[bins_i] += weights[i] ** 2
    # adjoint
    dtotal = 2 * total                                  # line 9: return np.sum(total**2)
    dweights = np.zeros_like(weights)
    for i in reversed(range(len(weights))):             # line 7: for i in range(len(weights))
        dweights[i] = 2 * weights[i] * dtotal[bins[i]]  # line 8: total[bins[i]] += weights[i] ** 2
    return dweights

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
def f_grad(weights, bins, count):
    """Gradient of f with respect to weights.   weights: f64[n], bins: i64[m], count: int"""
    weights = jnp.asarray(weights)
    bins = jnp.asarray(bins)
    # primal
    total = jnp.zeros(count)

    def body_i(i, total):
        bins_i = read_at(bins, i)
        return write_to(total, total[bins_i] + read_at(weights, i) ** 2, bins_i)

    total = fori_loop(0, weights.shape[0], body_i, total)
    # adjoint
    dtotal = 2 * total                  # line 9: return np.sum(total**2)
    dweights = jnp.zeros_like(weights)  # line 7: for i in range(len(weights)):

    def body_i(k, dweights):
        i = weights.shape[0] - 1 - k
        # line 8: total[bins[i]] += weights[i] ** 2
        return write_at(dweights, 2 * read_at(weights, i) * dtotal[read_at(bins, i)], i)

    dweights = fori_loop(0, weights.shape[0], body_i, dweights)
    return dweights

"""Both halves of the pullback of tests/golden/recurrence.py."""

# %% numpy
import numpy as np


def recurrence_fwd(x):
    """Value of recurrence, and what recurrence_bwd reads."""
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y), (x.copy(), y)


def recurrence_bwd(x, y, g):
    """Cotangents of the arguments of recurrence, for the cotangent g of its value."""
    dy = np.full_like(y, g)               # line 10: return np.sum(y)
    dx = np.zeros_like(x)
    for i in reversed(range(1, len(x))):  # line 8: for i in range(1, len(x))
        y_im1 = y[i - 1]                  # line 9: y[i] = np.sin(y[i - 1]) * x[i]
        dy_i = dy[i]
        dx[i] = dy_i * np.sin(y_im1)
        dy[i - 1] += dy_i * x[i] * np.cos(y_im1)
    dx[0] = dy[0]                         # line 7: y[0] = x[0]
    return (dx,)

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


def add_at(x, v, *index):
    """x with v added at an index that is not negative: XLA adds it in place."""
    return write_at(x, read_at(x, *index) + v, *index)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def recurrence_fwd(x):
    """Value of recurrence, and what recurrence_bwd reads."""
    x = jnp.asarray(x)
    y = jnp.zeros(x.shape[0])
    y = y.at[0].set(x[0])

    def body_i(i, y):
        return write_at(y, jnp.sin(read_at(y, i - 1)) * read_at(x, i), i)

    y = fori_loop(1, x.shape[0], body_i, y)
    return jnp.sum(y), (x, y)


@jax.jit
def recurrence_bwd(x, y, g):
    """Cotangents of the arguments of recurrence, for the cotangent g of its value."""
    dy = jnp.full_like(y, g)  # line 10: return np.sum(y)
    dx = jnp.zeros_like(x)    # line 8: for i in range(1, len(x)):

    def body_i(k, carry):
        dy, dx = carry
        i = x.shape[0] - k
        y_im1 = read_at(y, i - 1)  # line 9: y[i] = np.sin(y[i - 1]) * x[i]
        dy_i = read_at(dy, i)
        dx = write_at(dx, dy_i * jnp.sin(y_im1), i)
        dy = add_at(dy, dy_i * read_at(x, i) * jnp.cos(y_im1), i - 1)
        return dy, dx

    dy, dx = fori_loop(1, x.shape[0], body_i, (dy, dx))
    dx = dx.at[0].set(dy[0])  # line 7: y[0] = x[0]
    return (dx,)

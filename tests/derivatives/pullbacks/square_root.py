"""Both halves of the pullback of tests/golden/square_root.py."""

# %% numpy
def square_root_fwd(a):
    """Value of square_root, and what square_root_bwd reads."""
    x_tape = []
    x = 1.0
    k = 0
    while abs(x * x - a) > 1e-12:  # records 8 bytes a trip
        x_tape.append(x)
        x = 0.5 * (x + a / x)
        k += 1
    return x, (a, k, x_tape)


def square_root_bwd(a, trips, x_tape, g):
    """Cotangents of the arguments of square_root, for the cotangent g of its value."""
    dx = g
    da = 0.0
    for k in reversed(range(trips)):  # line 6: while abs(x * x - a) > 1e-12
        x = x_tape[k]
        dx = dx * 0.5                 # line 7: x = 0.5 * (x + a / x)
        t = dx / x
        da += t
        dx -= t * (a / x)
    return (da,)

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


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit(static_argnames=("max_trips",))
def square_root_fwd(a, *, max_trips=1024):
    """Value of square_root, and what square_root_bwd reads."""
    a = jnp.asarray(a)

    def condition(carry):
        x, _, _, _ = carry
        return jnp.abs(x * x - a) > 1e-12

    def body(carry):  # records 8 bytes a trip
        x, k, x_tape, needed = carry
        x_tape = write_at(x_tape, x, k)
        needed = jnp.maximum(needed, k + 1)
        x = 0.5 * (x + a / x)
        return x, k + 1, x_tape, needed

    x, trips, x_tape, needed = lax.while_loop(condition, body, (1.0, 0, jnp.zeros(max(max_trips, 0)), 0))
    enough = needed <= max_trips
    return (jnp.where(enough, x, jnp.nan), (a, needed, trips, x_tape)), needed


@jax.jit(static_argnames=("max_trips",))
def square_root_bwd(a, needed, trips, x_tape, g, *, max_trips):
    """Cotangents of the arguments of square_root, for the cotangent g of its value."""

    def body_k(trip, carry):    # line 6: while abs(x * x - a) > 1e-12:
        dx, da = carry
        k = trips - 1 - trip
        x = read_at(x_tape, k)  # line 6: while abs(x * x - a) > 1e-12:
        dx = dx * 0.5           # line 7: x = 0.5 * (x + a / x)
        t = dx / x
        da = da + t
        dx = dx - t * (a / x)
        return dx, da

    _, da = lax.fori_loop(0, trips, body_k, (g, 0.0))
    enough = needed <= max_trips
    return (jnp.where(enough, da, jnp.nan),)

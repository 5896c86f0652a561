"""A while loop whose number of trips depends on the data."""


def square_root(a):
    x = 1.0
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


f = square_root
args = (2.3,)
more_args = [(0.5,), (144.0,)]


# %% ir
# func square_root_grad(%a: f64):
#     %x_tape: list[f64] = tape(-1, item=f64)    # line 6
#     %x: f64, %trips: i64, %x_tape.1: list[f64] = while carrying (%x.1 = 1.0, %k = 0, %x_tape.2 = %x_tape):    # line 6, records 8 bytes a trip
#         %t: f64 = multiply(%x.1, %x.1)    # line 6
#         %t.1: f64 = subtract(%t, %a)    # line 6
#         %t.2: f64 = absolute(%t.1)    # line 6
#         %t.3: bool = greater(%t.2, 1e-12)    # line 6
#         test %t.3
#     do:
#         %x_tape.3: list[f64] = record(%x_tape.2, %k, %x.1)    # line 6
#         %t.4: f64 = divide(%a, %x.1)    # line 7
#         %t.5: f64 = add(%x.1, %t.4)    # line 7
#         %x.2: f64 = multiply(0.5, %t.5)    # line 7
#         %t.6: i64 = add(%k, 1)    # line 6
#         yield %x.2, %t.6, %x_tape.3
#     %dx: f64, %da: f64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dx.1 = 1.0, %da.1 = 0.0):    # adjoint of line 6
#         %x.3: f64 = recall(%x_tape.1, %k.1)    # adjoint of line 6
#         %t.7: f64 = divide(%a, %x.3)    # adjoint of line 7
#         %dx.2: f64 = multiply(%dx.1, 0.5)    # adjoint of line 7
#         %t.8: f64 = divide(%dx.2, %x.3)    # adjoint of line 7
#         %da.2: f64 = add(%da.1, %t.8)    # adjoint of line 7
#         %t.9: f64 = multiply(%t.8, %t.7)    # adjoint of line 7
#         %dx.3: f64 = subtract(%dx.2, %t.9)    # adjoint of line 7
#         yield %dx.3, %da.2
#     return %da

# %% numpy
def square_root_grad(a):
    """Gradient of square_root with respect to a.   a: float"""
    # primal
    x_tape = []
    x = 1.0
    while abs(x * x - a) > 1e-12:  # records 8 bytes a trip
        x_tape.append(x)
        x = 0.5 * (x + a / x)
    # adjoint
    dx = 1.0
    da = 0.0
    for x in reversed(x_tape):  # line 6: while abs(x * x - a) > 1e-12
        dx *= 0.5               # line 7: x = 0.5 * (x + a / x)
        t = dx / x
        da += t
        dx -= t * (a / x)
    return da

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
def square_root_grad(a, *, max_trips=1024):
    """Gradient of square_root with respect to a.   a: float"""
    a = jnp.asarray(a)

    # primal
    def condition(carry):
        x, _, _, _ = carry
        return jnp.abs(x * x - a) > 1e-12

    def body(carry):  # records 8 bytes a trip
        x, k, x_tape, needed = carry
        x_tape = write_at(x_tape, x, k)
        needed = jnp.maximum(needed, k + 1)
        x = 0.5 * (x + a / x)
        return x, k + 1, x_tape, needed

    _, trips, x_tape, needed = lax.while_loop(condition, body, (1.0, 0, jnp.zeros(max(max_trips, 0)), 0))

    # adjoint
    def body_k(trip, carry):    # line 6: while abs(x * x - a) > 1e-12:
        dx, da = carry
        k = trips - 1 - trip
        x = read_at(x_tape, k)  # line 6: while abs(x * x - a) > 1e-12:
        dx = dx * 0.5           # line 7: x = 0.5 * (x + a / x)
        t = dx / x
        da = da + t
        dx = dx - t * (a / x)
        return dx, da

    _, da = lax.fori_loop(0, trips, body_k, (1.0, 0.0))
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, da, jnp.nan)

"""while True with break."""
import numpy as np


def f(a):
    x = 1.0
    while True:
        new = a * np.cos(x)
        if abs(new - x) < 1e-14:
            break
        x = new
    return x


args = (0.6,)


# %% ir
# func f_grad(%a: f64):
#     %x_tape: list[f64] = tape(-1, item=f64)    # line 7
#     %x: f64, %broke: bool, %trips: i64, %x_tape.1: list[f64] = while carrying (%x.1 = 1.0, %broke.1 = False, %k = 0, %x_tape.2 = %x_tape):    # line 7, records 8 bytes a trip
#         %t: bool = logical_not(%broke.1)    # line 7
#         test %t
#     do:
#         %x_tape.3: list[f64] = record(%x_tape.2, %k, %x.1)    # line 7
#         %t.1: f64 = cos(%x.1)    # line 8
#         %new: f64 = multiply(%a, %t.1)    # line 8
#         %t.2: f64 = subtract(%new, %x.1)    # line 9
#         %t.3: f64 = absolute(%t.2)    # line 9
#         %t.4: bool = less(%t.3, 1e-14)    # line 9
#         %x.2: f64, %broke.2: bool = if %t.4:    # line 9
#             yield %x.1, True
#         else:
#             yield %new, %broke.1
#         %t.5: i64 = add(%k, 1)    # line 7
#         yield %x.2, %broke.2, %t.5, %x_tape.3
#     %dx: f64, %da: f64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dx.1 = 1.0, %da.1 = 0.0):    # adjoint of line 7
#         %x.3: f64 = recall(%x_tape.1, %k.1)    # adjoint of line 7
#         %t.6: f64 = cos(%x.3)    # adjoint of line 8
#         %new.1: f64 = multiply(%a, %t.6)    # adjoint of line 8
#         %t.7: f64 = subtract(%new.1, %x.3)    # adjoint of line 9
#         %t.8: f64 = absolute(%t.7)    # adjoint of line 9
#         %t.9: bool = less(%t.8, 1e-14)    # adjoint of line 9
#         %dx.2: f64, %dnew: f64 = if %t.9:    # adjoint of line 9
#             yield %dx.1, 0.0
#         else:
#             yield 0.0, %dx.1
#         %t.10: f64 = multiply(%dnew, %t.6)    # adjoint of line 8
#         %da.2: f64 = add(%da.1, %t.10)    # adjoint of line 8
#         %t.11: f64 = multiply(%dnew, %a)    # adjoint of line 8
#         %t.12: f64 = sin(%x.3)    # adjoint of line 8
#         %t.13: f64 = multiply(%t.11, %t.12)    # adjoint of line 8
#         %dx.3: f64 = subtract(%dx.2, %t.13)    # adjoint of line 8
#         yield %dx.3, %da.2
#     return %da

# %% numpy
import numpy as np


def f_grad(a):
    """Gradient of f with respect to a.   a: float"""
    # primal
    x_tape = []
    x = 1.0
    broke = False
    while not broke:  # records 8 bytes a trip
        x_tape.append(x)
        new = a * np.cos(x)
        if abs(new - x) < 1e-14:
            broke = True
        else:
            x = new
    # adjoint
    dx = 1.0
    da = 0.0
    for x in reversed(x_tape):  # line 7: while True
        t = np.cos(x)           # line 8: new = a * np.cos(x)
        new = a * t
        if abs(new - x) < 1e-14:
            dnew = 0.0
        else:
            dnew = dx
            dx = 0.0
        da += dnew * t
        dx -= dnew * a * np.sin(x)
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
def f_grad(a, *, max_trips=1024):
    """Gradient of f with respect to a.   a: float"""
    a = jnp.asarray(a)

    # primal
    def condition(carry):
        _, broke, _, _, _ = carry
        return jnp.logical_not(broke)

    def body(carry):  # records 8 bytes a trip
        x, broke, k, x_tape, needed = carry
        x_tape = write_at(x_tape, x, k)
        needed = jnp.maximum(needed, k + 1)
        new = a * jnp.cos(x)
        t = jnp.abs(new - x) < 1e-14
        x_1 = jnp.where(t, x, new)
        broke = jnp.logical_or(t, broke)
        return x_1, broke, k + 1, x_tape, needed

    _, _, trips, x_tape, needed = lax.while_loop(
        condition, body, (1.0, False, 0, jnp.zeros(max(max_trips, 0)), 0)
    )

    # adjoint
    def body_k(trip, carry):            # line 7: while True:
        dx, da = carry
        k = trips - 1 - trip
        x = read_at(x_tape, k)          # line 7: while True:
        t = jnp.cos(x)                  # line 8: new = a * np.cos(x)
        new = a * t
        t_1 = jnp.abs(new - x) < 1e-14  # line 9: if abs(new - x) < 1e-14:
        dx_1 = jnp.where(t_1, dx, 0.0)
        dnew = jnp.where(t_1, 0.0, dx)
        da = da + dnew * t              # line 8: new = a * np.cos(x)
        dx = dx_1 - dnew * a * jnp.sin(x)
        return dx, da

    _, da = lax.fori_loop(0, trips, body_k, (1.0, 0.0))
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, da, jnp.nan)

"""while with break and else: the height of a falling body after half a second, or where it lands."""


def f(v, drag):
    y, t = 0.0, 0.0
    while t < 0.55:
        v = v - 0.1 * (9.81 + drag * v * abs(v))
        y = y + 0.1 * v
        t = t + 0.1
        if y < -0.5:
            break
    else:
        y = y * 2
    return y


args = (7.0, 0.1)
more_args = [(-1.5, 0.1)]
argnums = (0, 1)


# %% ir
# func f_grad(%v: f64, %drag: f64):
#     %v_tape: list[f64] = tape(-1, item=f64)    # line 6
#     %v.1: f64, %y: f64, %t: f64, %broke: bool, %trips: i64, %v_tape.1: list[f64] = while carrying (%v.2 = %v, %y.1 = 0.0, %t.1 = 0.0, %broke.1 = False, %k = 0, %v_tape.2 = %v_tape):    # line 6, records 8 bytes a trip
#         %t.2: bool = logical_not(%broke.1)    # line 6
#         %t.3: bool = if %t.2:    # line 6
#             %t.4: bool = less(%t.1, 0.55)    # line 6
#             yield %t.4
#         else:
#             yield False
#         test %t.3
#     do:
#         %v_tape.3: list[f64] = record(%v_tape.2, %k, %v.2)    # line 6
#         %t.5: f64 = multiply(%drag, %v.2)    # line 7
#         %t.6: f64 = absolute(%v.2)    # line 7
#         %t.7: f64 = multiply(%t.5, %t.6)    # line 7
#         %t.8: f64 = add(9.81, %t.7)    # line 7
#         %t.9: f64 = multiply(0.1, %t.8)    # line 7
#         %v.3: f64 = subtract(%v.2, %t.9)    # line 7
#         %t.10: f64 = multiply(0.1, %v.3)    # line 8
#         %y.2: f64 = add(%y.1, %t.10)    # line 8
#         %t.11: f64 = add(%t.1, 0.1)    # line 9
#         %t.12: bool = less(%y.2, -0.5)    # line 10
#         %broke.2: bool = if %t.12:    # line 10
#             yield True
#         else:
#             yield %broke.1
#         %t.13: i64 = add(%k, 1)    # line 6
#         yield %v.3, %y.2, %t.11, %broke.2, %t.13, %v_tape.3
#     %t.14: bool = logical_not(%broke)    # adjoint of line 6
#     %dy: f64 = if %t.14:    # adjoint of line 6
#         yield 2.0
#     else:
#         yield 1.0
#     %dv: f64, %ddrag: f64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dv.1 = 0.0, %ddrag.1 = 0.0):    # adjoint of line 6
#         %v.4: f64 = recall(%v_tape.1, %k.1)    # adjoint of line 6
#         %t.15: f64 = multiply(%drag, %v.4)    # adjoint of line 7
#         %t.16: f64 = absolute(%v.4)    # adjoint of line 7
#         %t.17: f64 = multiply(%dy, 0.1)    # adjoint of line 8
#         %dv.2: f64 = add(%dv.1, %t.17)    # adjoint of line 8
#         %t.18: f64 = multiply(-0.1, %dv.2)    # adjoint of line 7
#         %t.19: f64 = multiply(%t.18, %t.16)    # adjoint of line 7
#         %t.20: f64 = multiply(%t.18, %t.15)    # adjoint of line 7
#         %t.21: f64 = sign(%v.4)    # adjoint of line 7
#         %t.22: f64 = multiply(%t.20, %t.21)    # adjoint of line 7
#         %dv.3: f64 = add(%dv.2, %t.22)    # adjoint of line 7
#         %t.23: f64 = multiply(%t.19, %v.4)    # adjoint of line 7
#         %ddrag.2: f64 = add(%ddrag.1, %t.23)    # adjoint of line 7
#         %t.24: f64 = multiply(%t.19, %drag)    # adjoint of line 7
#         %dv.4: f64 = add(%dv.3, %t.24)    # adjoint of line 7
#         yield %dv.4, %ddrag.2
#     return %dv, %ddrag

# %% numpy
import numpy as np


def f_grad(v, drag):
    """Gradient of f with respect to v, drag.   v: float, drag: float"""
    # primal
    v_tape = []
    y = 0.0
    t = 0.0
    broke = False
    while not broke and t < 0.55:  # records 8 bytes a trip
        v_tape.append(v)
        v = v - 0.1 * (9.81 + drag * v * abs(v))
        y = y + 0.1 * v
        t = t + 0.1
        if y < -0.5:
            broke = True
    # adjoint
    dy = 2.0 if not broke else 1.0
    dv = 0.0
    ddrag = 0.0
    for v in reversed(v_tape):  # line 6: while t < 0.55
        dv += dy * 0.1          # line 8: y = y + 0.1 * v
        t1 = -0.1 * dv          # line 7: v = v - 0.1 * (9.81 + drag * v * abs(v))
        t2 = t1 * abs(v)
        dv += t1 * (drag * v) * np.sign(v)
        ddrag += t2 * v
        dv += t2 * drag
    return dv, ddrag

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
def f_grad(v, drag, *, max_trips=1024):
    """Gradient of f with respect to v, drag.   v: float, drag: float"""
    drag = jnp.asarray(drag)

    # primal
    def condition(carry):
        _, _, t, broke, _, _, _ = carry
        return jnp.logical_and(jnp.logical_not(broke), t < 0.55)

    def body(carry):  # records 8 bytes a trip
        v, y, t, broke, k, v_tape, needed = carry
        v_tape = write_at(v_tape, v, k)
        needed = jnp.maximum(needed, k + 1)
        v = v - 0.1 * (9.81 + drag * v * jnp.abs(v))
        y = y + 0.1 * v
        t = t + 0.1
        broke = jnp.logical_or(y < -0.5, broke)
        return v, y, t, broke, k + 1, v_tape, needed

    _, _, _, broke, trips, v_tape, needed = lax.while_loop(
        condition, body, (v, 0.0, 0.0, False, 0, jnp.zeros(max(max_trips, 0)), 0)
    )
    # adjoint
    dy = jnp.where(jnp.logical_not(broke), 2.0, 1.0)  # line 6: while t < 0.55:

    def body_k(trip, carry):
        dv, ddrag = carry
        k = trips - 1 - trip
        v = read_at(v_tape, k)
        dv = dv + dy * 0.1  # line 8: y = y + 0.1 * v
        t = -0.1 * dv       # line 7: v = v - 0.1 * (9.81 + drag * v * abs(v))
        t_1 = t * jnp.abs(v)
        dv = dv + t * (drag * v) * jnp.sign(v)
        ddrag = ddrag + t_1 * v
        dv = dv + t_1 * drag
        return dv, ddrag

    dv, ddrag = lax.fori_loop(0, trips, body_k, (0.0, 0.0))
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, dv, jnp.nan), jnp.where(enough, ddrag, jnp.nan)

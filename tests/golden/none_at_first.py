"""A name that is None until a loop gives it a value, and is asked about with `is None`."""

import numpy as np


def f(heights, times):
    rise, top, before = 0.0, None, None
    for h, t in zip(heights, times):
        if before is not None:
            rise += (h - before) ** 2 / t
        if top is None or h > top:
            top = h
        before = h
    return rise / top


argnums = (0, 1)
args = (np.array([0.3, 1.2, 0.7, 1.9]), np.array([1.0, 0.5, 2.0, 1.5]))


# %% ir
# func f_grad(%heights: f64[heights.shape[0]], %times: f64[times.shape[0]]):
#     %t: i64 = size(%heights, axis=0)    # line 8
#     %t.1: f64 = undefined(type=f64)    # line 8
#     %t.2: f64 = undefined(type=f64)    # line 8
#     %before_tape: list[f64] = tape(%t, item=f64)    # line 8
#     %has_before_tape: list[bool] = tape(%t, item=bool)    # line 8
#     %tape: list[bool] = tape(%t, item=bool)    # line 8
#     %top: f64, %has_top: bool, %before: f64, %has_before: bool, %rise: f64, %before_tape.1: list[f64], %has_before_tape.1: list[bool], %tape.1: list[bool] = for %k in range(0, %t, 1) carrying (%top.1 = %t.1, %has_top.1 = False, %before.1 = %t.2, %has_before.1 = False, %rise.1 = 0.0, %before_tape.2 = %before_tape, %has_before_tape.2 = %has_before_tape, %tape.2 = %tape):    # line 8, records 10 bytes a trip
#         %before_tape.3: list[f64] = record(%before_tape.2, %k, %before.1)    # line 8
#         %has_before_tape.3: list[bool] = record(%has_before_tape.2, %k, %has_before.1)    # line 8
#         %h: f64 = getitem(%heights, %k, index=(At(operand=0),))    # line 8
#         %t.3: f64 = getitem(%times, %k, index=(At(operand=0),))    # line 8
#         %rise.2: f64 = if %has_before.1:    # line 9
#             %t.4: f64 = subtract(%h, %before.1)    # line 10
#             %t.5: f64 = power(%t.4, 2)    # line 10
#             %t.6: f64 = divide(%t.5, %t.3)    # line 10
#             %rise.3: f64 = add(%rise.1, %t.6)    # line 10
#             yield %rise.3
#         else:
#             yield %rise.1
#         %t.7: bool = logical_not(%has_top.1)    # line 11
#         %t.8: bool = if %t.7:    # line 11
#             yield True
#         else:
#             %t.9: bool = greater(%h, %top.1)    # line 11
#             yield %t.9
#         %tape.3: list[bool] = record(%tape.2, %k, %t.8)    # line 8
#         %top.2: f64 = if %t.8:    # line 11
#             yield %h
#         else:
#             yield %top.1
#         yield %top.2, True, %h, True, %rise.2, %before_tape.3, %has_before_tape.3, %tape.3
#     %t.10: () = check(%has_top, error='TypeError', text='"\'top\' is None on the path taken"')    # line 14
#     %t.11: f64 = divide(%rise, %top)    # adjoint of line 14
#     %drise: f64 = divide(1.0, %top)    # adjoint of line 14
#     %t.12: f64 = divide(%t.11, %top)    # adjoint of line 14
#     %dtop: f64 = negative(%t.12)    # adjoint of line 14
#     %t.13: (heights.shape[0]) = shape(%heights)    # adjoint of line 8
#     %dheights: f64[heights.shape[0]] = zeros_of(%t.13)    # adjoint of line 8
#     %t.14: (times.shape[0]) = shape(%times)    # adjoint of line 8
#     %dtimes: f64[times.shape[0]] = zeros_of(%t.14)    # adjoint of line 8
#     %dtop.1: f64, %dbefore: f64, %dheights.1: f64[heights.shape[0]], %dtimes.1: f64[times.shape[0]] = for %k.1 in reversed range(0, %t, 1) carrying (%dtop.2 = %dtop, %dbefore.1 = 0.0, %dheights.2 = %dheights, %dtimes.2 = %dtimes):    # adjoint of line 8
#         %before.2: f64 = recall(%before_tape.1, %k.1)    # adjoint of line 8
#         %has_before.2: bool = recall(%has_before_tape.1, %k.1)    # adjoint of line 8
#         %t.15: bool = recall(%tape.1, %k.1)    # adjoint of line 8
#         %h.1: f64 = getitem(%heights, %k.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.16: f64 = getitem(%times, %k.1, index=(At(operand=0),))    # adjoint of line 8
#         %dh: f64, %dtop.3: f64 = if %t.15:    # adjoint of line 11
#             %dh.1: f64 = add(%dbefore.1, %dtop.2)    # adjoint of line 11
#             yield %dh.1, 0.0
#         else:
#             yield %dbefore.1, %dtop.2
#         %dh.2: f64, %dbefore.2: f64, %dt: f64 = if %has_before.2:    # adjoint of line 9
#             %t.17: f64 = subtract(%h.1, %before.2)    # adjoint of line 10
#             %t.18: f64 = power(%t.17, 2)    # adjoint of line 10
#             %t.19: f64 = divide(%t.18, %t.16)    # adjoint of line 10
#             %t.20: f64 = divide(%drise, %t.16)    # adjoint of line 10
#             %t.21: f64 = multiply(%t.20, %t.19)    # adjoint of line 10
#             %dt.1: f64 = negative(%t.21)    # adjoint of line 10
#             %t.22: f64 = multiply(2, %t.17)    # adjoint of line 10
#             %t.23: f64 = multiply(%t.22, %t.20)    # adjoint of line 10
#             %dh.3: f64 = add(%dh, %t.23)    # adjoint of line 10
#             %dbefore.3: f64 = negative(%t.23)    # adjoint of line 10
#             yield %dh.3, %dbefore.3, %dt.1
#         else:
#             yield %dh, 0.0, 0.0
#         %dtimes.3: f64[times.shape[0]] = setitem(%dtimes.2, %dt, %k.1, index=(At(operand=0),))    # adjoint of line 8
#         %dheights.3: f64[heights.shape[0]] = setitem(%dheights.2, %dh.2, %k.1, index=(At(operand=0),))    # adjoint of line 8
#         yield %dtop.3, %dbefore.2, %dheights.3, %dtimes.3
#     return %dheights.1, %dtimes.1

# %% numpy
import numpy as np


def f_grad(heights, times):
    """Gradient of f with respect to heights, times.   heights: f64[n], times: f64[n]"""
    # primal
    before_tape = []
    has_before_tape = []
    tape = []
    has_top = False
    before = 0.0
    has_before = False
    rise = 0.0
    for k in range(len(heights)):  # records 10 bytes a trip
        before_tape.append(before)
        has_before_tape.append(has_before)
        h = heights[k]
        t = times[k]
        if has_before:
            rise += (h - before) ** 2 / t
        if not has_top:
            t1 = True
        else:
            t1 = h > top
        tape.append(t1)
        if t1:
            top = h
        has_top = True
        before = h
        has_before = True
    if not has_top:
        raise TypeError("'top' is None on the path taken")
    # adjoint
    drise = 1.0 / top                        # line 14: return rise / top
    dtop = -(rise / top / top)
    dheights = np.zeros_like(heights)
    dtimes = np.zeros_like(times)
    dbefore = 0.0
    for k in reversed(range(len(heights))):  # line 8: for h, t in zip(heights, times)
        before = before_tape[k]
        h = heights[k]
        t = times[k]
        if tape[k]:
            dh = dbefore + dtop              # line 11: if top is None or h > top
            dtop = 0.0
        else:
            dh = dbefore
        if has_before_tape[k]:
            t1 = h - before                  # line 10: rise += (h - before) ** 2 / t
            t2 = drise / t
            dt = -(t2 * (t1 ** 2 / t))
            t3 = 2 * t1 * t2
            dh += t3
            dbefore = -t3
        else:
            dbefore = 0.0
            dt = 0.0
        dtimes[k] = dt
        dheights[k] = dh
    return dheights, dtimes

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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(heights, times):
    """Gradient of f with respect to heights, times.   heights: f64[n], times: f64[n]"""
    heights = jnp.asarray(heights)
    times = jnp.asarray(times)

    # primal
    def body_k(k, carry):  # records 10 bytes a trip
        top, has_top, before, has_before, rise, before_tape, has_before_tape, tape = carry
        before_tape = write_at(before_tape, before, k)
        has_before_tape = write_at(has_before_tape, has_before, k)
        h = read_at(heights, k)
        t = read_at(times, k)
        rise = lax.cond(has_before, lambda: rise + (h - before) ** 2 / t, lambda: rise)
        t = jnp.logical_or(jnp.logical_not(has_top), h > top)
        tape = write_at(tape, t, k)
        top = jnp.where(t, h, top)
        return top, True, h, True, rise, before_tape, has_before_tape, tape

    top, has_top, _, _, rise, before_tape, has_before_tape, tape = fori_loop(
        0,
        heights.shape[0],
        body_k,
        (
            0.0,
            False,
            0.0,
            False,
            0.0,
            jnp.zeros(heights.shape[0]),
            jnp.zeros(heights.shape[0], bool),
            jnp.zeros(heights.shape[0], bool),
        ),
    )

    def check(holds):
        if not holds:
            raise TypeError("'top' is None on the path taken")

    jax.debug.callback(check, has_top, ordered=True)
    # adjoint
    drise = 1.0 / top                   # line 14: return rise / top
    dtop = -(rise / top / top)
    dheights = jnp.zeros_like(heights)  # line 8: for h, t in zip(heights, times):
    dtimes = jnp.zeros_like(times)

    def body_k(trip, carry):
        dtop, dbefore, dheights, dtimes = carry
        k = heights.shape[0] - 1 - trip
        before = read_at(before_tape, k)
        has_before = read_at(has_before_tape, k)
        h = read_at(heights, k)
        t = read_at(times, k)

        def then():
            dh = dbefore + dtop
            return dh, 0.0

        dh, dtop = lax.cond(read_at(tape, k), then, lambda: (dbefore, dtop))

        def then():  # line 9: if before is not None:
            t_1 = h - before
            t_2 = drise / t
            dt = -(t_2 * (t_1 ** 2 / t))
            t_1 = 2 * t_1 * t_2
            dh_1 = dh + t_1
            dbefore = -t_1
            return dh_1, dbefore, dt

        dh, dbefore, dt = lax.cond(has_before, then, lambda: (dh, 0.0, 0.0))
        dtimes = write_at(dtimes, dt, k)  # line 8: for h, t in zip(heights, times):
        dheights = write_at(dheights, dh, k)
        return dtop, dbefore, dheights, dtimes

    _, _, dheights, dtimes = fori_loop(0, heights.shape[0], body_k, (dtop, 0.0, dheights, dtimes))
    return dheights, dtimes

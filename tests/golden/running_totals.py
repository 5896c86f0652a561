"""itertools: running products, neighbours, and the first items."""

import itertools
import operator

import numpy as np


def f(x):
    products = itertools.accumulate(x, operator.mul)
    steps = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
    return sum(products) * steps + sum(itertools.islice(x, 2))


args = (np.array([0.5, 1.2, -0.7, 1.5]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 11
#     %t.1: i64 = subtract(%t, 1)    # line 11
#     %t.2: list[f64] = seq_make(item=f64)    # line 11
#     %t.3: list[f64] = for %place in range(0, %t.1, 1) carrying (%t.4 = %t.2):    # line 11
#         %a: f64 = getitem(%x, %place, index=(At(operand=0),))    # line 11
#         %t.5: i64 = add(%place, 1)    # line 11
#         %b: f64 = getitem(%x, %t.5, index=(At(operand=0),))    # line 11
#         %t.6: f64 = subtract(%b, %a)    # line 11
#         %t.7: f64 = power(%t.6, 2)    # line 11
#         %t.8: list[f64] = seq_append(%t.4, %t.7)    # line 11
#         yield %t.8
#     %t.9: i64 = seq_length(%t.3)    # line 11
#     %total: f64 = for %k in range(0, %t.9, 1) carrying (%total.1 = 0.0):    # line 11
#         %item: f64 = seq_get(%t.3, %k)    # line 11
#         %total.2: f64 = add(%total.1, %item)    # line 11
#         yield %total.2
#     %total.3: f64 = getitem(%x, 0, index=(At(operand=0),))    # line 12
#     %total.4: f64 = add(0, %total.3)    # line 12
#     %t.10: i64 = size(%x, axis=0)    # line 12
#     %t.11: i64 = subtract(%t.10, 1)    # line 12
#     %total_tape: list[f64] = tape(%t.11, item=f64)    # line 12
#     %total.5: f64, %total.6: f64, %total_tape.1: list[f64] = for %place.1 in range(1, %t.10, 1) carrying (%total.7 = %total.3, %total.8 = %total.4, %total_tape.2 = %total_tape):    # line 12, records 8 bytes a trip
#         %t.12: i64 = subtract(%place.1, 1)    # line 12
#         %total_tape.3: list[f64] = record(%total_tape.2, %t.12, %total.7)    # line 12
#         %t.13: f64 = getitem(%x, %place.1, index=(At(operand=0),))    # line 12
#         %total.9: f64 = multiply(%total.7, %t.13)    # line 12
#         %total.10: f64 = add(%total.8, %total.9)    # line 12
#         yield %total.9, %total.10, %total_tape.3
#     %t.14: i64 = size(%x, axis=0)    # line 12
#     %k.1: i64, %returned: bool, %place.2: i64 = while carrying (%k.2 = 0, %returned.1 = False, %place.3 = 0):    # line 12
#         %t.15: bool = logical_not(%returned.1)    # line 12
#         %t.16: bool = if %t.15:    # line 12
#             %t.17: bool = less(%k.2, %t.14)    # line 12
#             yield %t.17
#         else:
#             yield False
#         test %t.16
#     do:
#         %place.4: i64 = add(%place.3, 1)    # line 12
#         %t.18: bool = greater_equal(%place.4, 2)    # line 12
#         %returned.2: bool = if %t.18:    # line 12
#             yield True
#         else:
#             yield %returned.1
#         %t.19: i64 = add(%k.2, 1)    # line 12
#         yield %t.19, %returned.2, %place.4
#     %t.20: (x.shape[0]) = shape(%x)    # adjoint of line 12
#     %dx: f64[x.shape[0]] = zeros_of(%t.20)    # adjoint of line 12
#     %dx.1: f64[x.shape[0]] = for %place.5 in reversed range(0, %place.2, 1) carrying (%dx.2 = %dx):    # adjoint of line 12
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, 1.0, %place.5, index=(At(operand=0),))    # adjoint of line 12
#         yield %dx.3
#     %dtotal: f64, %dx.4: f64[x.shape[0]] = for %place.6 in reversed range(1, %t.10, 1) carrying (%dtotal.1 = 0.0, %dx.5 = %dx.1):    # adjoint of line 12
#         %t.21: i64 = subtract(%place.6, 1)    # adjoint of line 12
#         %total.11: f64 = recall(%total_tape.1, %t.21)    # adjoint of line 12
#         %t.22: f64 = getitem(%x, %place.6, index=(At(operand=0),))    # adjoint of line 12
#         %dtotal.2: f64 = add(%dtotal.1, %total)    # adjoint of line 12
#         %dtotal.3: f64 = multiply(%dtotal.2, %t.22)    # adjoint of line 12
#         %t.23: f64 = multiply(%dtotal.2, %total.11)    # adjoint of line 12
#         %dx.6: f64[x.shape[0]] = add_at(%dx.5, %t.23, %place.6, index=(At(operand=0),))    # adjoint of line 12
#         yield %dtotal.3, %dx.6
#     %dtotal.4: f64 = add(%dtotal, %total)    # adjoint of line 12
#     %dx.7: f64[x.shape[0]] = add_at(%dx.4, %dtotal.4, 0, index=(At(operand=0),))    # adjoint of line 12
#     %t.24: list[f64] = seq_blank(%t.3)    # adjoint of line 11
#     %t.25: list[f64] = for %k.3 in reversed range(0, %t.9, 1) carrying (%t.26 = %t.24):    # adjoint of line 11
#         %t.27: list[f64] = seq_set(%t.26, %k.3, %total.6)    # adjoint of line 11
#         yield %t.27
#     %t.28: list[f64], %dx.8: f64[x.shape[0]] = for %place.7 in reversed range(0, %t.1, 1) carrying (%t.29 = %t.25, %dx.9 = %dx.7):    # adjoint of line 11
#         %t.30: i64 = add(%place.7, 1)    # adjoint of line 11
#         %b.1: f64 = getitem(%x, %t.30, index=(At(operand=0),))    # adjoint of line 11
#         %a.1: f64 = getitem(%x, %place.7, index=(At(operand=0),))    # adjoint of line 11
#         %t.31: f64 = subtract(%b.1, %a.1)    # adjoint of line 11
#         %t.32: f64 = seq_get(%t.29, -1)    # adjoint of line 11
#         %t.33: list[f64] = seq_drop(%t.29)    # adjoint of line 11
#         %t.34: f64 = multiply(2, %t.31)    # adjoint of line 11
#         %db: f64 = multiply(%t.34, %t.32)    # adjoint of line 11
#         %da: f64 = negative(%db)    # adjoint of line 11
#         %dx.10: f64[x.shape[0]] = add_at(%dx.9, %db, %t.30, index=(At(operand=0),))    # adjoint of line 11
#         %dx.11: f64[x.shape[0]] = add_at(%dx.10, %da, %place.7, index=(At(operand=0),))    # adjoint of line 11
#         yield %t.33, %dx.11
#     return %dx.8

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    t = len(x) - 1
    t1 = []
    for place in range(t):
        a = x[place]
        b = x[place + 1]
        t1.append((b - a) ** 2)
    n = len(t1)
    total = 0.0
    for k in range(n):
        item = t1[k]
        total = total + item
    total_1 = x[0]
    total_2 = 0 + total_1
    total_tape = []
    for place in range(1, len(x)):  # records 8 bytes a trip
        total_tape.append(total_1)
        total_1 *= x[place]
        total_2 += total_1
    k = 0
    returned = False
    place = 0
    while not returned and k < len(x):
        place += 1
        returned = place >= 2 or returned
        k += 1
    # adjoint
    dx = np.zeros_like(x)             # line 12: return sum(products) * steps + sum(itertools.islice(x, 2))
    # line 12: return sum(products) * steps + sum(itertools.islice(x, 2))
    for place in reversed(range(place)):
        dx[place] = 1.0
    dtotal = 0.0
    # line 12: return sum(products) * steps + sum(itertools.islice(x, 2))
    for place in reversed(range(1, len(x))):
        dtotal += total
        dtotal_1 = dtotal * x[place]
        dx[place] += dtotal * total_tape[place - 1]
        dtotal = dtotal_1
    dtotal += total
    dx[0] += dtotal
    t2 = [0.0] * len(t1)              # line 11: steps = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
    for k in reversed(range(n)):      # line 11: steps = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
        t2[k] = total_2
    for place in reversed(range(t)):  # line 11: steps = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
        b = x[place + 1]
        a = x[place]
        t1 = t2.pop()
        db = 2 * (b - a) * t1
        da = -db
        dx[place + 1] += db
        dx[place] += da
    return dx

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
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    # primal
    t = x.shape[0] - 1
    t_1 = []
    for place in range(t):
        a = x[place]
        b = x[place + 1]
        t_1.append((b - a) ** 2)
    total = 0.0
    for k in range(len(t_1)):
        item = t_1[k]
        total = total + item
    total_1 = x[0]
    total_2 = 0 + total_1

    def body_place(place, carry):  # records 8 bytes a trip
        total, total_1, total_tape = carry
        total_tape = write_at(total_tape, total, place - 1)
        total = total * read_at(x, place)
        total_1 = total_1 + total
        return total, total_1, total_tape

    _, total_1, total_tape = fori_loop(
        1, x.shape[0], body_place, (total_1, total_2, jnp.zeros(max(x.shape[0] - 1, 0)))
    )

    def condition(carry):
        k, returned, _ = carry
        return jnp.logical_and(jnp.logical_not(returned), k < x.shape[0])

    def body(carry):
        k, returned, place = carry
        place = place + 1
        returned = jnp.logical_or(place >= 2, returned)
        return k + 1, returned, place

    _, _, place = lax.while_loop(condition, body, (0, False, 0))
    # adjoint
    dx = jnp.zeros_like(x)  # line 12: return sum(products) * steps + sum(itertools.islice(x, 2))

    def body_place(k, dx):
        place_1 = place - 1 - k
        return write_at(dx, 1.0, place_1)

    dx = lax.fori_loop(0, place, body_place, dx)

    def body_place(k, carry):
        dtotal, dx = carry
        place = x.shape[0] - k
        total_1 = read_at(total_tape, place - 1)
        dtotal = dtotal + total
        dtotal_1 = dtotal * read_at(x, place)
        dx = add_at(dx, dtotal * total_1, place)
        return dtotal_1, dx

    dtotal, dx = fori_loop(1, x.shape[0], body_place, (0.0, dx))
    dtotal = dtotal + total
    dx = dx.at[0].add(dtotal)
    t_2 = [None] * len(t_1)
    for k in reversed(range(len(t_1))):
        t_2[k] = total_1  # line 11: steps = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
    t_1 = t_2
    for place in reversed(range(t)):
        b = x[place + 1]
        a = x[place]
        t_3 = t_1[:-1]
        db = 2 * (b - a) * t_1[-1]
        da = -db
        dx_1 = dx.at[place + 1].add(db)
        dx = dx_1.at[place].add(da)
        t_1 = t_3
    return dx

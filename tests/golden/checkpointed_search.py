"""A checkpointed loop of which only data says how often it runs."""

import numpy as np

from adcompiler import checkpoint


def f(x):
    y = np.ones_like(x)
    for k in checkpoint(range(100), slots=3):
        change = np.cos(x * y) - y
        y = y + change
        if np.sum(change**2) < 1e-6:
            break
    return np.sum(y)


args = (np.array([0.2, 0.5, 0.8]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %y: f64[x.shape[0]] = ones_like(%x)    # line 9
#     %y_kept: list[f64[x.shape[0]]] = tape(4, item=f64[x.shape[0]], places=True)    # line 10
#     %trip_kept: list[i64] = tape(4, item=i64, places=True)    # line 10
#     %level_kept: list[i64] = tape(4, item=i64, places=True)    # line 10
#     %y.1: f64[x.shape[0]], %broke: bool, %y_kept.1: list[f64[x.shape[0]]], %trip_kept.1: list[i64], %level_kept.1: list[i64], %kept: i64, %k: i64 = while carrying (%y.2 = %y, %broke.1 = False, %y_kept.2 = %y_kept, %trip_kept.2 = %trip_kept, %level_kept.2 = %level_kept, %kept.1 = 0, %k.1 = 0):    # line 10
#         %t: bool = logical_not(%broke.1)    # line 10
#         %t.1: bool = if %t:    # line 10
#             %t.2: bool = less(%k.1, 100)    # line 10
#             yield %t.2
#         else:
#             yield False
#         test %t.1
#     do:
#         %place: i64, %level: i64 = next_place(%level_kept.3, %kept.2)    # line 10
#         %y_kept.4: list[f64[x.shape[0]]] = record(%y_kept.3, %place, %y.2, places=True)    # line 10
#         %trip_kept.4: list[i64] = record(%trip_kept.3, %place, %k.1, places=True)    # line 10
#         %level_kept.4: list[i64] = record(%level_kept.3, %place, %level, places=True)    # line 10
#         %kept.3: i64 = add(%place, 1)    # line 10
#         %t.3: f64[x.shape[0]] = multiply(%x, %y.2)    # line 11
#         %t.4: f64[x.shape[0]] = cos(%t.3)    # line 11
#         %change: f64[x.shape[0]] = subtract(%t.4, %y.2)    # line 11
#         %y.3: f64[x.shape[0]] = add(%y.2, %change)    # line 12
#         %t.5: f64[x.shape[0]] = power(%change, 2)    # line 13
#         %t.6: f64 = sum(%t.5, keepdims=False)    # line 13
#         %t.7: bool = less(%t.6, 1e-06)    # line 13
#         %broke.2: bool = if %t.7:    # line 13
#             yield True
#         else:
#             yield %broke.1
#         %t.8: i64 = add(%k.1, 1)    # line 10
#         yield %y.3, %broke.2, %y_kept.4, %trip_kept.4, %level_kept.4, %kept.3, %t.8
#     %t.9: (x.shape[0]) = shape(%y.1)    # adjoint of line 15
#     %dy: f64[x.shape[0]] = full_of(%t.9, 1.0)    # adjoint of line 15
#     %t.10: (x.shape[0]) = shape(%x)    # adjoint of line 10
#     %dx: f64[x.shape[0]] = zeros_of(%t.10)    # adjoint of line 10
#     %dy.1: f64[x.shape[0]], %dx.1: f64[x.shape[0]], %y_kept.5: list[f64[x.shape[0]]], %trip_kept.5: list[i64], %kept.4: i64 = for %k.2 in reversed range(0, %k, 1) carrying (%dy.2 = %dy, %dx.2 = %dx, %y_kept.6 = %y_kept.1, %trip_kept.6 = %trip_kept.1, %kept.5 = %kept):    # adjoint of line 10
#         %y_kept.7: list[f64[x.shape[0]]], %trip_kept.7: list[i64], %kept.6: i64 = while carrying (%y_kept.8 = %y_kept.6, %trip_kept.8 = %trip_kept.6, %kept.7 = %kept.5):    # line 10
#             %t.11: i64 = subtract(%kept.7, 1)    # adjoint of line 10
#             %at: i64 = recall(%trip_kept.8, %t.11, places=True)    # adjoint of line 10
#             %t.12: bool = less(%at, %k.2)    # adjoint of line 10
#             test %t.12
#         do:
#             %t.13: i64 = subtract(%kept.8, 1)    # adjoint of line 10
#             %at.1: i64 = recall(%trip_kept.9, %t.13, places=True)    # adjoint of line 10
#             %t.14: i64 = subtract(3, %kept.8)    # adjoint of line 10
#             %stop: i64 = next_snapshot(%at.1, %k.2, %t.14)    # adjoint of line 10
#             %y.4: f64[x.shape[0]] = recall(%y_kept.9, %t.13, places=True)    # adjoint of line 10
#             %y.5: f64[x.shape[0]] = for %k.3 in range(%at.1, %stop, 1) carrying (%y.6 = %y.4):    # line 10
#                 %t.15: f64[x.shape[0]] = multiply(%x, %y.6)    # line 11
#                 %t.16: f64[x.shape[0]] = cos(%t.15)    # line 11
#                 %change.1: f64[x.shape[0]] = subtract(%t.16, %y.6)    # line 11
#                 %y.7: f64[x.shape[0]] = add(%y.6, %change.1)    # line 12
#                 yield %y.7
#             %y_kept.10: list[f64[x.shape[0]]] = record(%y_kept.9, %kept.8, %y.5, places=True)    # adjoint of line 10
#             %trip_kept.10: list[i64] = record(%trip_kept.9, %kept.8, %stop, places=True)    # adjoint of line 10
#             %kept.9: i64 = add(%kept.8, 1)    # adjoint of line 10
#             yield %y_kept.10, %trip_kept.10, %kept.9
#         %kept.10: i64 = subtract(%kept.6, 1)    # adjoint of line 10
#         %y.8: f64[x.shape[0]] = recall(%y_kept.7, %kept.10, places=True)    # adjoint of line 10
#         %t.17: f64[x.shape[0]] = multiply(%x, %y.8)    # line 11
#         %dy.3: f64[x.shape[0]] = subtract(%dy.2, %dy.2)    # adjoint of line 11
#         %t.18: f64[x.shape[0]] = sin(%t.17)    # adjoint of line 11
#         %t.19: f64[x.shape[0]] = multiply(%dy.2, %t.18)    # adjoint of line 11
#         %t.20: f64[x.shape[0]] = multiply(%t.19, %y.8)    # adjoint of line 11
#         %dx.3: f64[x.shape[0]] = subtract(%dx.2, %t.20)    # adjoint of line 11
#         %t.21: f64[x.shape[0]] = multiply(%t.19, %x)    # adjoint of line 11
#         %dy.4: f64[x.shape[0]] = subtract(%dy.3, %t.21)    # adjoint of line 11
#         yield %dy.4, %dx.3, %y_kept.7, %trip_kept.7, %kept.10
#     return %dx.1

# %% numpy
import numpy as np


def next_place(levels, kept):
    """The place of the next snapshot of a loop whose trips nobody knows before, and its level; `kept` are there.

    Where no place is free, its level is one more than that of the last. It takes the place of the first that is of a
    lower level: that one, and those behind it, the longer loop has no need of (Wang, Moin and Iaccarino, Minimal
    repetition dynamic checkpointing algorithm, SIAM J. Sci. Comput. 31(4), 2009). The first of all stays.
    """
    if kept < len(levels):
        return kept, 0
    level = levels[-1] + 1
    return next(place for place in range(1, kept) if levels[place] < level), level


def next_snapshot(at, end, free):
    """The trip before which the next snapshot is due, where trips `at` to `end` are reversed with the one of `at`.

    `free` snapshots are free; `end` where there is none, or no need. Each trip is run at most `runs` times for that,
    and no schedule runs fewer in all: with s snapshots at most (s + runs over s) trips can be reversed so (Griewank
    and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000).
    """
    trips = end + 1 - at
    if free == 0 or trips <= 2:
        return end
    runs, before, reach = 0, 0, 1
    while reach < trips:
        runs += 1
        before, reach = reach, reach * (free + 1 + runs) // runs
    behind = reach - before
    twice = before * (runs - 1) // (free + runs)
    return at + max(twice, trips - behind, 1)


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    y = np.ones_like(x)
    y_kept = [None] * 4
    trip_kept = [None] * 4
    level_kept = [None] * 4
    broke = False
    kept = 0
    k = 0
    while not broke and k < 100:
        place, level = next_place(level_kept, kept)
        y_kept[place] = y
        trip_kept[place] = k
        level_kept[place] = level
        kept = place + 1
        change = np.cos(x * y) - y
        y = y + change
        if np.sum(change ** 2) < 1e-6:
            broke = True
        k = k + 1
    # adjoint
    dy = np.ones_like(y)          # line 15: return np.sum(y)
    dx = np.zeros_like(x)
    for k in reversed(range(k)):  # line 10: for k in checkpoint(range(100), slots=3)
        while trip_kept[kept - 1] < k:
            t = kept - 1
            at = trip_kept[t]
            stop = next_snapshot(at, k, 3 - kept)
            y = y_kept[t]
            for _ in range(at, stop):
                change = np.cos(x * y) - y
                y = y + change
            y_kept[kept] = y
            trip_kept[kept] = stop
            kept += 1
        kept -= 1
        y = y_kept[kept]
        t = dy * np.sin(x * y)    # line 11: change = np.cos(x * y) - y
        dy -= dy
        dx -= t * y
        dy -= t * x
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


def next_snapshot(at, end, free):
    """The trip before which the next snapshot is due, where trips `at` to `end` are reversed with the one of `at`.

    The schedule with the fewest trips (Griewank and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000).
    """
    trips = end + 1 - at

    def more(reached):
        runs, _, reach = reached
        return runs + 1, reach, reach * (free + 2 + runs) // (runs + 1)

    start = (jnp.zeros_like(trips), jnp.zeros_like(trips), jnp.ones_like(trips))
    runs, before, reach = lax.while_loop(lambda reached: (free > 0) & (reached[2] < trips), more, start)
    twice = before * (runs - 1) // jnp.maximum(free + runs, 1)
    due = at + jnp.maximum(jnp.maximum(twice, trips - (reach - before)), 1)
    return jnp.where((free == 0) | (trips <= 2), end, due)


def next_place(levels, kept):
    """The place of the next snapshot of a loop whose trips nobody knows before, and its level; `kept` are there.

    With full places, that of the first of a lower level (Wang, Moin and Iaccarino, SIAM J. Sci. Comput. 31(4), 2009).
    """
    level = levels[-1] + 1
    lower = 1 + jnp.argmax(levels[1:] < level)
    free = kept < len(levels)
    return jnp.where(free, kept, lower), jnp.where(free, 0, level)


@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    y = jnp.ones_like(x)

    def condition(carry):
        _, broke, _, _, _, _, k = carry
        return jnp.logical_and(jnp.logical_not(broke), k < 100)

    def body(carry):
        y, broke, y_kept, trip_kept, level_kept, kept, k = carry
        place, level = next_place(level_kept, kept)
        y_kept = write_at(y_kept, y, place)
        trip_kept = write_at(trip_kept, k, place)
        level_kept = write_at(level_kept, level, place)
        kept = place + 1
        change = jnp.cos(x * y) - y
        y = y + change
        broke = jnp.logical_or(jnp.sum(change ** 2) < 1e-6, broke)
        return y, broke, y_kept, trip_kept, level_kept, kept, k + 1

    y, _, y_kept, trip_kept, _, kept, k = lax.while_loop(
        condition,
        body,
        (y, False, jnp.zeros((4, *y.shape)), jnp.zeros(4, jnp.int64), jnp.zeros(4, jnp.int64), 0, 0),
    )
    # adjoint
    dy = jnp.ones_like(y)   # line 15: return np.sum(y)
    dx = jnp.zeros_like(x)  # line 10: for k in checkpoint(range(100), slots=3):

    def body_k(trip, carry):
        dy, dx, y_kept, trip_kept, kept = carry
        k_1 = k - 1 - trip

        def condition(carry):
            _, trip_kept, kept = carry
            at = read_at(trip_kept, kept - 1)
            return at < k_1

        def body(carry):
            y_kept, trip_kept, kept = carry
            t = kept - 1
            at = read_at(trip_kept, t)
            stop = next_snapshot(at, k_1, 3 - kept)
            y = read_at(y_kept, t)

            def body_k(k_2, y):
                change = jnp.cos(x * y) - y
                return y + change

            y = lax.fori_loop(at, stop, body_k, y)
            y_kept = write_at(y_kept, y, kept)
            trip_kept = write_at(trip_kept, stop, kept)
            kept = kept + 1
            return y_kept, trip_kept, kept

        y_kept, trip_kept, kept = lax.while_loop(condition, body, (y_kept, trip_kept, kept))
        kept = kept - 1
        y = read_at(y_kept, kept)
        dy_1 = dy - dy  # line 11: change = np.cos(x * y) - y
        t = dy * jnp.sin(x * y)
        dx = dx - t * y
        dy = dy_1 - t * x
        return dy, dx, y_kept, trip_kept, kept

    _, dx, _, _, _ = lax.fori_loop(0, k, body_k, (dy, dx, y_kept, trip_kept, kept))
    return dx

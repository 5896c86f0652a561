"""A fixed point, until it has settled: a while loop that keeps its state at no more than three trips."""

import numpy as np

from adcompiler import checkpoint


def f(x):
    y = np.ones_like(x)
    change = 1.0
    while checkpoint(change > 1e-26, slots=3):
        new = np.cos(x * y)
        change = np.sum((new - y) ** 2)
        y = new
    return np.sum(y)


args = (np.array([0.2, 0.5, 0.8]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %y: f64[x.shape[0]] = ones_like(%x)    # line 9
#     %y_kept: list[f64[x.shape[0]]] = tape(4, item=f64[x.shape[0]], places=True)    # line 11
#     %trip_kept: list[i64] = tape(4, item=i64, places=True)    # line 11
#     %level_kept: list[i64] = tape(4, item=i64, places=True)    # line 11
#     %y.1: f64[x.shape[0]], %change: f64, %y_kept.1: list[f64[x.shape[0]]], %trip_kept.1: list[i64], %level_kept.1: list[i64], %kept: i64, %trips: i64 = while carrying (%y.2 = %y, %change.1 = 1.0, %y_kept.2 = %y_kept, %trip_kept.2 = %trip_kept, %level_kept.2 = %level_kept, %kept.1 = 0, %k = 0):    # line 11
#         %t: bool = greater(%change.1, 1e-26)    # line 11
#         test %t
#     do:
#         %place: i64, %level: i64 = next_place(%level_kept.3, %kept.2)    # line 11
#         %y_kept.4: list[f64[x.shape[0]]] = record(%y_kept.3, %place, %y.2, places=True)    # line 11
#         %trip_kept.4: list[i64] = record(%trip_kept.3, %place, %k, places=True)    # line 11
#         %level_kept.4: list[i64] = record(%level_kept.3, %place, %level, places=True)    # line 11
#         %kept.3: i64 = add(%place, 1)    # line 11
#         %t.1: f64[x.shape[0]] = multiply(%x, %y.2)    # line 12
#         %new: f64[x.shape[0]] = cos(%t.1)    # line 12
#         %t.2: f64[x.shape[0]] = subtract(%new, %y.2)    # line 13
#         %t.3: f64[x.shape[0]] = power(%t.2, 2)    # line 13
#         %change.2: f64 = sum(%t.3, keepdims=False)    # line 13
#         %t.4: i64 = add(%k, 1)    # line 11
#         yield %new, %change.2, %y_kept.4, %trip_kept.4, %level_kept.4, %kept.3, %t.4
#     %t.5: (x.shape[0]) = shape(%y.1)    # adjoint of line 15
#     %dy: f64[x.shape[0]] = full_of(%t.5, 1.0)    # adjoint of line 15
#     %t.6: (x.shape[0]) = shape(%x)    # adjoint of line 11
#     %dx: f64[x.shape[0]] = zeros_of(%t.6)    # adjoint of line 11
#     %dy.1: f64[x.shape[0]], %dx.1: f64[x.shape[0]], %y_kept.5: list[f64[x.shape[0]]], %trip_kept.5: list[i64], %kept.4: i64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dy.2 = %dy, %dx.2 = %dx, %y_kept.6 = %y_kept.1, %trip_kept.6 = %trip_kept.1, %kept.5 = %kept):    # adjoint of line 11
#         %y_kept.7: list[f64[x.shape[0]]], %trip_kept.7: list[i64], %kept.6: i64 = while carrying (%y_kept.8 = %y_kept.6, %trip_kept.8 = %trip_kept.6, %kept.7 = %kept.5):    # line 11
#             %t.7: i64 = subtract(%kept.7, 1)    # adjoint of line 11
#             %at: i64 = recall(%trip_kept.8, %t.7, places=True)    # adjoint of line 11
#             %t.8: bool = less(%at, %k.1)    # adjoint of line 11
#             test %t.8
#         do:
#             %t.9: i64 = subtract(%kept.8, 1)    # adjoint of line 11
#             %at.1: i64 = recall(%trip_kept.9, %t.9, places=True)    # adjoint of line 11
#             %t.10: i64 = subtract(3, %kept.8)    # adjoint of line 11
#             %stop: i64 = next_snapshot(%at.1, %k.1, %t.10)    # adjoint of line 11
#             %y.3: f64[x.shape[0]] = recall(%y_kept.9, %t.9, places=True)    # adjoint of line 11
#             %y.4: f64[x.shape[0]] = for %k.2 in range(%at.1, %stop, 1) carrying (%y.5 = %y.3):    # line 11
#                 %t.11: f64[x.shape[0]] = multiply(%x, %y.5)    # line 12
#                 %new.1: f64[x.shape[0]] = cos(%t.11)    # line 12
#                 yield %new.1
#             %y_kept.10: list[f64[x.shape[0]]] = record(%y_kept.9, %kept.8, %y.4, places=True)    # adjoint of line 11
#             %trip_kept.10: list[i64] = record(%trip_kept.9, %kept.8, %stop, places=True)    # adjoint of line 11
#             %kept.9: i64 = add(%kept.8, 1)    # adjoint of line 11
#             yield %y_kept.10, %trip_kept.10, %kept.9
#         %kept.10: i64 = subtract(%kept.6, 1)    # adjoint of line 11
#         %y.6: f64[x.shape[0]] = recall(%y_kept.7, %kept.10, places=True)    # adjoint of line 11
#         %t.12: f64[x.shape[0]] = multiply(%x, %y.6)    # line 12
#         %t.13: f64[x.shape[0]] = sin(%t.12)    # adjoint of line 12
#         %t.14: f64[x.shape[0]] = multiply(%dy.2, %t.13)    # adjoint of line 12
#         %t.15: f64[x.shape[0]] = multiply(%t.14, %y.6)    # adjoint of line 12
#         %dx.3: f64[x.shape[0]] = subtract(%dx.2, %t.15)    # adjoint of line 12
#         %t.16: f64[x.shape[0]] = multiply(%t.14, %x)    # adjoint of line 12
#         %dy.3: f64[x.shape[0]] = negative(%t.16)    # adjoint of line 12
#         yield %dy.3, %dx.3, %y_kept.7, %trip_kept.7, %kept.10
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
    change = 1.0
    kept = 0
    k = 0
    while change > 1e-26:
        place, level = next_place(level_kept, kept)
        y_kept[place] = y
        trip_kept[place] = k
        level_kept[place] = level
        kept = place + 1
        new = np.cos(x * y)
        change = np.sum((new - y) ** 2)
        k = k + 1
        y = new
    # adjoint
    dy = np.ones_like(y)          # line 15: return np.sum(y)
    dx = np.zeros_like(x)
    for k in reversed(range(k)):  # line 11: while checkpoint(change > 1e-26, slots=3)
        while trip_kept[kept - 1] < k:
            t = kept - 1
            at = trip_kept[t]
            stop = next_snapshot(at, k, 3 - kept)
            y = y_kept[t]
            for _ in range(at, stop):
                new = np.cos(x * y)
                y = new
            y_kept[kept] = y
            trip_kept[kept] = stop
            kept += 1
        kept -= 1
        y = y_kept[kept]
        t = dy * np.sin(x * y)    # line 12: new = np.cos(x * y)
        dx -= t * y
        dy = -(t * x)
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
        _, change, _, _, _, _, _ = carry
        return change > 1e-26

    def body(carry):
        y, _, y_kept, trip_kept, level_kept, kept, k = carry
        place, level = next_place(level_kept, kept)
        y_kept = write_at(y_kept, y, place)
        trip_kept = write_at(trip_kept, k, place)
        level_kept = write_at(level_kept, level, place)
        kept = place + 1
        new = jnp.cos(x * y)
        change = jnp.sum((new - y) ** 2)
        return new, change, y_kept, trip_kept, level_kept, kept, k + 1

    y, _, y_kept, trip_kept, _, kept, trips = lax.while_loop(
        condition,
        body,
        (y, 1.0, jnp.zeros((4, *y.shape)), jnp.zeros(4, jnp.int64), jnp.zeros(4, jnp.int64), 0, 0),
    )
    # adjoint
    dy = jnp.ones_like(y)   # line 15: return np.sum(y)
    dx = jnp.zeros_like(x)  # line 11: while checkpoint(change > 1e-26, slots=3):

    def body_k(trip, carry):
        dy, dx, y_kept, trip_kept, kept = carry
        k = trips - 1 - trip

        def condition(carry):
            _, trip_kept, kept = carry
            at = read_at(trip_kept, kept - 1)
            return at < k

        def body(carry):
            y_kept, trip_kept, kept = carry
            t = kept - 1
            at = read_at(trip_kept, t)
            stop = next_snapshot(at, k, 3 - kept)
            y = read_at(y_kept, t)

            def body_k(k_1, y):
                return jnp.cos(x * y)

            y = lax.fori_loop(at, stop, body_k, y)
            y_kept = write_at(y_kept, y, kept)
            trip_kept = write_at(trip_kept, stop, kept)
            kept = kept + 1
            return y_kept, trip_kept, kept

        y_kept, trip_kept, kept = lax.while_loop(condition, body, (y_kept, trip_kept, kept))
        kept = kept - 1
        y = read_at(y_kept, kept)
        t = dy * jnp.sin(x * y)  # line 12: new = np.cos(x * y)
        dx = dx - t * y
        dy = -(t * x)
        return dy, dx, y_kept, trip_kept, kept

    _, dx, _, _, _ = lax.fori_loop(0, trips, body_k, (dy, dx, y_kept, trip_kept, kept))
    return dx

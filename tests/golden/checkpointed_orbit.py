"""A loop with several states that keeps these at about the square root of its trips."""

import numpy as np

from adcompiler import checkpoint


def f(x, v, n):
    for _ in checkpoint(range(n)):
        r = np.sqrt(np.sum(x * x))
        v = v - 0.1 * x / r**3
        x = x + 0.1 * v
    return np.sum(x * v)


args = (np.array([1.0, 0.2]), np.array([-0.1, 0.9]), 12)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %v: f64[v.shape[0]], %n: i64):
#     %x.1: f64[x.shape[0]], %v.1: f64[v.shape[0]] = for %_ in range(0, %n, 1) carrying (%x.2 = %x, %v.2 = %v) slots=sqrt:    # line 9
#         %t: f64[x.shape[0]] = multiply(%x.2, %x.2)    # line 10
#         %t.1: f64 = sum(%t, keepdims=False)    # line 10
#         %r: f64 = sqrt(%t.1)    # line 10
#         %t.2: f64[x.shape[0]] = multiply(0.1, %x.2)    # line 11
#         %t.3: f64 = power(%r, 3)    # line 11
#         %t.4: f64[x.shape[0]] = divide(%t.2, %t.3)    # line 11
#         %v.3: f64[v.shape[0]] = subtract(%v.2, %t.4)    # line 11
#         %t.5: f64[v.shape[0]] = multiply(0.1, %v.3)    # line 12
#         %x.3: f64[x.shape[0]] = add(%x.2, %t.5)    # line 12
#         yield %x.3, %v.3
#     %slots: i64 = square_root_slots(%n)    # adjoint of line 9
#     %t.6: i64 = add(%slots, 1)    # adjoint of line 9
#     %x_kept: list[f64[x.shape[0]]] = tape(%t.6, item=f64[x.shape[0]], places=True)    # adjoint of line 9
#     %x_kept.1: list[f64[x.shape[0]]] = record(%x_kept, 0, %x, places=True)    # adjoint of line 9
#     %v_kept: list[f64[v.shape[0]]] = tape(%t.6, item=f64[v.shape[0]], places=True)    # adjoint of line 9
#     %v_kept.1: list[f64[v.shape[0]]] = record(%v_kept, 0, %v, places=True)    # adjoint of line 9
#     %trip_kept: list[i64] = tape(%t.6, item=i64, places=True)    # adjoint of line 9
#     %trip_kept.1: list[i64] = record(%trip_kept, 0, 0, places=True)    # adjoint of line 9
#     %dx: f64[x.shape[0]], %dv: f64[v.shape[0]], %x_kept.2: list[f64[x.shape[0]]], %v_kept.2: list[f64[v.shape[0]]], %trip_kept.2: list[i64], %kept: i64 = for %_.1 in reversed range(0, %n, 1) carrying (%dx.1 = %v.1, %dv.1 = %x.1, %x_kept.3 = %x_kept.1, %v_kept.3 = %v_kept.1, %trip_kept.3 = %trip_kept.1, %kept.1 = 1):    # adjoint of line 9
#         %x_kept.4: list[f64[x.shape[0]]], %v_kept.4: list[f64[v.shape[0]]], %trip_kept.4: list[i64], %kept.2: i64 = while carrying (%x_kept.5 = %x_kept.3, %v_kept.5 = %v_kept.3, %trip_kept.5 = %trip_kept.3, %kept.3 = %kept.1):    # line 9
#             %t.7: i64 = subtract(%kept.3, 1)    # adjoint of line 9
#             %at: i64 = recall(%trip_kept.5, %t.7, places=True)    # adjoint of line 9
#             %t.8: bool = less(%at, %_.1)    # adjoint of line 9
#             test %t.8
#         do:
#             %t.9: i64 = subtract(%kept.4, 1)    # adjoint of line 9
#             %at.1: i64 = recall(%trip_kept.6, %t.9, places=True)    # adjoint of line 9
#             %t.10: i64 = subtract(%slots, %kept.4)    # adjoint of line 9
#             %stop: i64 = next_snapshot(%at.1, %_.1, %t.10)    # adjoint of line 9
#             %x.4: f64[x.shape[0]] = recall(%x_kept.6, %t.9, places=True)    # adjoint of line 9
#             %v.4: f64[v.shape[0]] = recall(%v_kept.6, %t.9, places=True)    # adjoint of line 9
#             %x.5: f64[x.shape[0]], %v.5: f64[v.shape[0]] = for %_.2 in range(%at.1, %stop, 1) carrying (%x.6 = %x.4, %v.6 = %v.4):    # line 9
#                 %t.11: f64[x.shape[0]] = multiply(%x.6, %x.6)    # line 10
#                 %t.12: f64 = sum(%t.11, keepdims=False)    # line 10
#                 %r.1: f64 = sqrt(%t.12)    # line 10
#                 %t.13: f64[x.shape[0]] = multiply(0.1, %x.6)    # line 11
#                 %t.14: f64 = power(%r.1, 3)    # line 11
#                 %t.15: f64[x.shape[0]] = divide(%t.13, %t.14)    # line 11
#                 %v.7: f64[v.shape[0]] = subtract(%v.6, %t.15)    # line 11
#                 %t.16: f64[v.shape[0]] = multiply(0.1, %v.7)    # line 12
#                 %x.7: f64[x.shape[0]] = add(%x.6, %t.16)    # line 12
#                 yield %x.7, %v.7
#             %x_kept.7: list[f64[x.shape[0]]] = record(%x_kept.6, %kept.4, %x.5, places=True)    # adjoint of line 9
#             %v_kept.7: list[f64[v.shape[0]]] = record(%v_kept.6, %kept.4, %v.5, places=True)    # adjoint of line 9
#             %trip_kept.7: list[i64] = record(%trip_kept.6, %kept.4, %stop, places=True)    # adjoint of line 9
#             %kept.5: i64 = add(%kept.4, 1)    # adjoint of line 9
#             yield %x_kept.7, %v_kept.7, %trip_kept.7, %kept.5
#         %kept.6: i64 = subtract(%kept.2, 1)    # adjoint of line 9
#         %x.8: f64[x.shape[0]] = recall(%x_kept.4, %kept.6, places=True)    # adjoint of line 9
#         %t.17: f64[x.shape[0]] = multiply(%x.8, %x.8)    # line 10
#         %t.18: f64 = sum(%t.17, keepdims=False)    # line 10
#         %r.2: f64 = sqrt(%t.18)    # line 10
#         %t.19: f64[x.shape[0]] = multiply(0.1, %x.8)    # line 11
#         %t.20: f64 = power(%r.2, 3)    # line 11
#         %t.21: f64[x.shape[0]] = divide(%t.19, %t.20)    # line 11
#         %t.22: f64[x.shape[0]] = multiply(%dx.1, 0.1)    # adjoint of line 12
#         %dv.2: f64[v.shape[0]] = add(%dv.1, %t.22)    # adjoint of line 12
#         %t.23: f64[v.shape[0]] = divide(%dv.2, %t.20)    # adjoint of line 11
#         %t.24: f64[v.shape[0]] = multiply(%t.23, %t.21)    # adjoint of line 11
#         %t.25: f64 = sum(%t.24, keepdims=False)    # adjoint of line 11
#         %t.26: f64 = power(%r.2, 2)    # adjoint of line 11
#         %t.27: f64 = multiply(3, %t.26)    # adjoint of line 11
#         %dr: f64 = multiply(%t.27, %t.25)    # adjoint of line 11
#         %t.28: f64[v.shape[0]] = multiply(-0.1, %t.23)    # adjoint of line 11
#         %dx.2: f64[x.shape[0]] = add(%dx.1, %t.28)    # adjoint of line 11
#         %t.29: f64 = multiply(2, %r.2)    # adjoint of line 10
#         %t.30: f64 = divide(%dr, %t.29)    # adjoint of line 10
#         %t.31: f64[x.shape[0]] = multiply(%t.30, %x.8)    # adjoint of line 10
#         %dx.3: f64[x.shape[0]] = add(%dx.2, %t.31)    # adjoint of line 10
#         %dx.4: f64[x.shape[0]] = add(%dx.3, %t.31)    # adjoint of line 10
#         yield %dx.4, %dv.2, %x_kept.4, %v_kept.4, %trip_kept.4, %kept.6
#     return %dx, %dv

# %% numpy
import numpy as np


def square_root_slots(n):
    """With so many slots a checkpointed loop of n trips is run again twice at most, from trip to trip."""
    return int((2 * max(n, 1)) ** 0.5) + 1


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


def f_grad(x, v, n):
    """Gradient of f with respect to x, v.   x: f64[n], v: f64[n], n: int"""
    # primal
    x_1 = x
    v_1 = v
    for _ in range(n):
        r = np.sqrt(np.sum(x_1 * x_1))
        v_1 = v_1 - 0.1 * x_1 / r ** 3
        x_1 = x_1 + 0.1 * v_1
    # adjoint
    slots = square_root_slots(n)
    t = slots + 1
    x_kept = [None] * t
    x_kept[0] = x
    v_kept = [None] * t
    v_kept[0] = v
    trip_kept = [None] * t
    trip_kept[0] = 0
    dx = v_1
    dv = x_1
    kept = 1
    for k in reversed(range(n)):  # line 9: for _ in checkpoint(range(n))
        while trip_kept[kept - 1] < k:
            t = kept - 1
            at = trip_kept[t]
            stop = next_snapshot(at, k, slots - kept)
            x = x_kept[t]
            v = v_kept[t]
            for _ in range(at, stop):
                r = np.sqrt(np.sum(x * x))
                v = v - 0.1 * x / r ** 3
                x = x + 0.1 * v
            x_kept[kept] = x
            v_kept[kept] = v
            trip_kept[kept] = stop
            kept += 1
        kept -= 1
        x = x_kept[kept]
        r = np.sqrt(np.sum(x * x))
        t = r ** 3
        dv = dv + dx * 0.1        # line 12: x = x + 0.1 * v
        t1 = dv / t               # line 11: v = v - 0.1 * x / r**3
        dr = 3 * r ** 2 * np.sum(t1 * (0.1 * x / t))
        dx = dx - 0.1 * t1
        t = dr / (2 * r) * x      # line 10: r = np.sqrt(np.sum(x * x))
        dx += t
        dx += t
    return dx.copy(), dv.copy()

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


def square_root_slots(n):
    """With so many slots a checkpointed loop of n trips is run again twice at most, from trip to trip."""
    return int((2 * max(n, 1)) ** 0.5) + 1


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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit(static_argnames=("n",))
def f_grad(x, v, n):
    """Gradient of f with respect to x, v.   x: f64[n], v: f64[n], n: int"""

    # primal
    def body_k(k, carry):
        x, v = carry
        r = jnp.sqrt(jnp.sum(x * x))
        v = v - 0.1 * x / r ** 3
        x = x + 0.1 * v
        return x, v

    x_1, v_1 = lax.fori_loop(0, n, body_k, (x, v))
    # adjoint
    slots = square_root_slots(n)  # line 9: for _ in checkpoint(range(n)):
    t = slots + 1
    x_kept = write_at(jnp.zeros((max(t, 0), *x.shape)), x, 0)
    v_kept = write_at(jnp.zeros((max(t, 0), *v.shape)), v, 0)
    trip_kept = write_at(jnp.zeros(max(t, 0), jnp.int64), 0, 0)

    def body_k(trip, carry):
        dx, dv, x_kept, v_kept, trip_kept, kept = carry
        k = n - 1 - trip

        def condition(carry):
            _, _, trip_kept, kept = carry
            at = read_at(trip_kept, kept - 1)
            return at < k

        def body(carry):
            x_kept, v_kept, trip_kept, kept = carry
            t = kept - 1
            at = read_at(trip_kept, t)
            stop = next_snapshot(at, k, slots - kept)
            x = read_at(x_kept, t)
            v = read_at(v_kept, t)

            def body_k(k_1, carry):
                x, v = carry
                r = jnp.sqrt(jnp.sum(x * x))
                v = v - 0.1 * x / r ** 3
                x = x + 0.1 * v
                return x, v

            x, v = lax.fori_loop(at, stop, body_k, (x, v))
            x_kept = write_at(x_kept, x, kept)
            v_kept = write_at(v_kept, v, kept)
            trip_kept = write_at(trip_kept, stop, kept)
            kept = kept + 1
            return x_kept, v_kept, trip_kept, kept

        x_kept, v_kept, trip_kept, kept = lax.while_loop(condition, body, (x_kept, v_kept, trip_kept, kept))
        kept = kept - 1
        x = read_at(x_kept, kept)
        r = jnp.sqrt(jnp.sum(x * x))
        t = r ** 3
        dv = dv + dx * 0.1    # line 12: x = x + 0.1 * v
        t_1 = dv / t          # line 11: v = v - 0.1 * x / r**3
        dr = 3 * r ** 2 * jnp.sum(t_1 * (0.1 * x / t))
        dx = dx - 0.1 * t_1
        t = dr / (2 * r) * x  # line 10: r = np.sqrt(np.sum(x * x))
        dx = dx + t
        dx = dx + t
        return dx, dv, x_kept, v_kept, trip_kept, kept

    dx, dv, _, _, _, _ = fori_loop(0, n, body_k, (v_1, x_1, x_kept, v_kept, trip_kept, 1))
    return dx, dv

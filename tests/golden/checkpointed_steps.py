"""A loop that keeps its state at three trips at a time, and writes in place."""

import numpy as np

from adcompiler import checkpoint


def f(u, n):
    for _ in checkpoint(range(n), slots=3):
        u[1:-1] += 0.2 * np.tanh(u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


args = (np.array([0.3, -0.5, 0.8, 0.1, 0.4]), 9)
more_args = [(np.array([0.3, -0.5, 0.8, 0.1, 0.4]), n) for n in (0, 1, 2)]


# %% ir
# func f_grad(%u: f64[u.shape[0]], %n: i64):
#     %u.1: f64[u.shape[0]] = for %_ in range(0, %n, 1) carrying (%u.2 = %u) slots=3:    # line 9
#         %t: f64[u.shape[0] - 2] = getitem(%u.2, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#         %t.1: f64[u.shape[0] - 2] = getitem(%u.2, 2, index=(Slice(start=0, stop=None, step=None),))    # line 10
#         %t.2: f64[u.shape[0] - 2] = getitem(%u.2, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#         %t.3: f64[u.shape[0] - 2] = multiply(2, %t.2)    # line 10
#         %t.4: f64[u.shape[0] - 2] = subtract(%t.1, %t.3)    # line 10
#         %t.5: f64[u.shape[0] - 2] = getitem(%u.2, -2, index=(Slice(start=None, stop=0, step=None),))    # line 10
#         %t.6: f64[u.shape[0] - 2] = add(%t.4, %t.5)    # line 10
#         %t.7: f64[u.shape[0] - 2] = tanh(%t.6)    # line 10
#         %t.8: f64[u.shape[0] - 2] = multiply(0.2, %t.7)    # line 10
#         %t.9: f64[u.shape[0] - 2] = add(%t, %t.8)    # line 10
#         %u.3: f64[u.shape[0]] = setitem(%u.2, %t.9, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#         yield %u.3
#     %t.10: f64[u.shape[0]] = multiply(2, %u.1)    # adjoint of line 11
#     %u_kept: list[f64[u.shape[0]]] = tape(4, item=f64[u.shape[0]], places=True)    # adjoint of line 9
#     %u_kept.1: list[f64[u.shape[0]]] = record(%u_kept, 0, %u, places=True)    # adjoint of line 9
#     %trip_kept: list[i64] = tape(4, item=i64, places=True)    # adjoint of line 9
#     %trip_kept.1: list[i64] = record(%trip_kept, 0, 0, places=True)    # adjoint of line 9
#     %du: f64[u.shape[0]], %u_kept.2: list[f64[u.shape[0]]], %trip_kept.2: list[i64], %kept: i64 = for %_.1 in reversed range(0, %n, 1) carrying (%du.1 = %t.10, %u_kept.3 = %u_kept.1, %trip_kept.3 = %trip_kept.1, %kept.1 = 1):    # adjoint of line 9
#         %u_kept.4: list[f64[u.shape[0]]], %trip_kept.4: list[i64], %kept.2: i64 = while carrying (%u_kept.5 = %u_kept.3, %trip_kept.5 = %trip_kept.3, %kept.3 = %kept.1):    # line 9
#             %t.11: i64 = subtract(%kept.3, 1)    # adjoint of line 9
#             %at: i64 = recall(%trip_kept.5, %t.11, places=True)    # adjoint of line 9
#             %t.12: bool = less(%at, %_.1)    # adjoint of line 9
#             test %t.12
#         do:
#             %t.13: i64 = subtract(%kept.4, 1)    # adjoint of line 9
#             %at.1: i64 = recall(%trip_kept.6, %t.13, places=True)    # adjoint of line 9
#             %t.14: i64 = subtract(3, %kept.4)    # adjoint of line 9
#             %stop: i64 = next_snapshot(%at.1, %_.1, %t.14)    # adjoint of line 9
#             %u.4: f64[u.shape[0]] = recall(%u_kept.6, %t.13, places=True)    # adjoint of line 9
#             %u.5: f64[u.shape[0]] = for %_.2 in range(%at.1, %stop, 1) carrying (%u.6 = %u.4):    # line 9
#                 %t.15: f64[u.shape[0] - 2] = getitem(%u.6, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#                 %t.16: f64[u.shape[0] - 2] = getitem(%u.6, 2, index=(Slice(start=0, stop=None, step=None),))    # line 10
#                 %t.17: f64[u.shape[0] - 2] = getitem(%u.6, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#                 %t.18: f64[u.shape[0] - 2] = multiply(2, %t.17)    # line 10
#                 %t.19: f64[u.shape[0] - 2] = subtract(%t.16, %t.18)    # line 10
#                 %t.20: f64[u.shape[0] - 2] = getitem(%u.6, -2, index=(Slice(start=None, stop=0, step=None),))    # line 10
#                 %t.21: f64[u.shape[0] - 2] = add(%t.19, %t.20)    # line 10
#                 %t.22: f64[u.shape[0] - 2] = tanh(%t.21)    # line 10
#                 %t.23: f64[u.shape[0] - 2] = multiply(0.2, %t.22)    # line 10
#                 %t.24: f64[u.shape[0] - 2] = add(%t.15, %t.23)    # line 10
#                 %u.7: f64[u.shape[0]] = setitem(%u.6, %t.24, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#                 yield %u.7
#             %u_kept.7: list[f64[u.shape[0]]] = record(%u_kept.6, %kept.4, %u.5, places=True)    # adjoint of line 9
#             %trip_kept.7: list[i64] = record(%trip_kept.6, %kept.4, %stop, places=True)    # adjoint of line 9
#             %kept.5: i64 = add(%kept.4, 1)    # adjoint of line 9
#             yield %u_kept.7, %trip_kept.7, %kept.5
#         %kept.6: i64 = subtract(%kept.2, 1)    # adjoint of line 9
#         %u.8: f64[u.shape[0]] = recall(%u_kept.4, %kept.6, places=True)    # adjoint of line 9
#         %t.25: f64[u.shape[0] - 2] = getitem(%u.8, 2, index=(Slice(start=0, stop=None, step=None),))    # line 10
#         %t.26: f64[u.shape[0] - 2] = getitem(%u.8, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 10
#         %t.27: f64[u.shape[0] - 2] = multiply(2, %t.26)    # line 10
#         %t.28: f64[u.shape[0] - 2] = subtract(%t.25, %t.27)    # line 10
#         %t.29: f64[u.shape[0] - 2] = getitem(%u.8, -2, index=(Slice(start=None, stop=0, step=None),))    # line 10
#         %t.30: f64[u.shape[0] - 2] = add(%t.28, %t.29)    # line 10
#         %t.31: f64[u.shape[0] - 2] = tanh(%t.30)    # line 10
#         %t.32: f64[u.shape[0] - 2] = getitem(%du.1, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 10
#         %t.33: f64[u.shape[0] - 2] = multiply(%t.32, 0.2)    # adjoint of line 10
#         %t.34: f64[u.shape[0] - 2] = power(%t.31, 2)    # adjoint of line 10
#         %t.35: f64[u.shape[0] - 2] = subtract(1, %t.34)    # adjoint of line 10
#         %t.36: f64[u.shape[0] - 2] = multiply(%t.33, %t.35)    # adjoint of line 10
#         %t.37: f64[u.shape[0] - 2] = multiply(-2, %t.36)    # adjoint of line 10
#         %du.2: f64[u.shape[0]] = add_at(%du.1, %t.37, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 10
#         %du.3: f64[u.shape[0]] = add_at(%du.2, %t.36, -2, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 10
#         %du.4: f64[u.shape[0]] = add_at(%du.3, %t.36, 2, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 10
#         yield %du.4, %u_kept.4, %trip_kept.4, %kept.6
#     return %du

# %% numpy
import numpy as np


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


def f_grad(u, n):
    """Gradient of f with respect to u.   u: f64[n], n: int"""
    # primal
    u_1 = u.copy()
    for _ in range(n):
        u_1[1:-1] += 0.2 * np.tanh(u_1[2:] - 2 * u_1[1:-1] + u_1[:-2])
    # adjoint
    du = 2 * u_1                  # line 11: return np.sum(u**2)
    u_kept = [None] * 4
    u_kept[0] = u
    trip_kept = [None] * 4
    trip_kept[0] = 0
    kept = 1
    for k in reversed(range(n)):  # line 9: for _ in checkpoint(range(n), slots=3)
        while trip_kept[kept - 1] < k:
            t = kept - 1
            at = trip_kept[t]
            stop = next_snapshot(at, k, 3 - kept)
            u = u_kept[t]
            u = u.copy()
            for _ in range(at, stop):
                u[1:-1] += 0.2 * np.tanh(u[2:] - 2 * u[1:-1] + u[:-2])
            u_kept[kept] = u
            trip_kept[kept] = stop
            kept += 1
        kept -= 1
        u = u_kept[kept]
        # line 10: u[1:-1] += 0.2 * np.tanh(u[2:] - 2 * u[1:-1] + u[:-2])
        t = np.tanh(u[2:] - 2 * u[1:-1] + u[:-2]) ** 2
        t1 = du[1:-1] * 0.2 * (1 - t)
        du[1:-1] -= 2 * t1
        du[:-2] += t1
        du[2:] += t1
    return du

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


@jax.jit
def f_grad(u, n):
    """Gradient of f with respect to u.   u: f64[n], n: int"""

    # primal
    def body_k(k, u):
        return u.at[1:-1].set(u[1:-1] + 0.2 * jnp.tanh(u[2:] - 2 * u[1:-1] + u[:-2]))

    u_1 = lax.fori_loop(0, n, body_k, u)
    # adjoint
    u_kept = write_at(jnp.zeros((4, *u.shape)), u, 0)  # line 9: for _ in checkpoint(range(n), slots=3):
    trip_kept = write_at(jnp.zeros(4, jnp.int64), 0, 0)

    def body_k(trip, carry):
        du, u_kept, trip_kept, kept = carry
        k = n - 1 - trip

        def condition(carry):
            _, trip_kept, kept = carry
            at = read_at(trip_kept, kept - 1)
            return at < k

        def body(carry):
            u_kept, trip_kept, kept = carry
            t = kept - 1
            at = read_at(trip_kept, t)
            stop = next_snapshot(at, k, 3 - kept)
            u = read_at(u_kept, t)

            def body_k(k_1, u):
                return u.at[1:-1].set(u[1:-1] + 0.2 * jnp.tanh(u[2:] - 2 * u[1:-1] + u[:-2]))

            u = lax.fori_loop(at, stop, body_k, u)
            u_kept = write_at(u_kept, u, kept)
            trip_kept = write_at(trip_kept, stop, kept)
            kept = kept + 1
            return u_kept, trip_kept, kept

        u_kept, trip_kept, kept = lax.while_loop(condition, body, (u_kept, trip_kept, kept))
        kept = kept - 1
        u = read_at(u_kept, kept)
        # line 10: u[1:-1] += 0.2 * np.tanh(u[2:] - 2 * u[1:-1] + u[:-2])
        t = du[1:-1] * 0.2 * (1 - jnp.tanh(u[2:] - 2 * u[1:-1] + u[:-2]) ** 2)
        du = du + jnp.pad(-2 * t, (1, 1)) + jnp.pad(t, (0, 2)) + jnp.pad(t, (2, 0))
        return du, u_kept, trip_kept, kept

    du, _, _, _ = lax.fori_loop(0, n, body_k, (2 * u_1, u_kept, trip_kept, 1))
    return du

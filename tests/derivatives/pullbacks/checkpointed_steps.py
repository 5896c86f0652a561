"""Both halves of the pullback of tests/golden/checkpointed_steps.py."""

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


def f_fwd(u, n):
    """Value of f, and what f_bwd reads."""
    u_1 = u.copy()
    for _ in range(n):
        u_1[1:-1] += 0.2 * np.tanh(u_1[2:] - 2 * u_1[1:-1] + u_1[:-2])
    return np.sum(u_1 ** 2), (u.copy(), n, u_1)


def f_bwd(u, n, u_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    du = 2 * u_1 * g              # line 11: return np.sum(u**2)
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
    return (du,)

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
def f_fwd(u, n):
    """Value of f, and what f_bwd reads."""

    def body_k(k, u):
        return u.at[1:-1].set(u[1:-1] + 0.2 * jnp.tanh(u[2:] - 2 * u[1:-1] + u[:-2]))

    u_1 = lax.fori_loop(0, n, body_k, u)
    return jnp.sum(u_1 ** 2), (u, n, u_1)


@jax.jit
def f_bwd(u, n, u_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    du = 2 * u_1 * g                                   # line 11: return np.sum(u**2)
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

    du, _, _, _ = lax.fori_loop(0, n, body_k, (du, u_kept, trip_kept, 1))
    return (du,)

"""Both halves of the pullback of tests/golden/heat.py."""

# %% numpy
import numpy as np


def f_fwd(u, rate, steps):
    """Value of f, and what f_bwd reads."""
    u = u.copy()
    tape = []
    for _ in range(steps):  # records 8 * u.shape[0] - 16 bytes a trip
        t = u[2:] - 2 * u[1:-1] + u[:-2]
        tape.append(t)
        u[1:-1] = u[1:-1] + rate * t
    return np.sum(u ** 2), (rate, steps, u, tape)


def f_bwd(rate, steps, u, tape, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    du = 2 * u * g                    # line 9: return np.sum(u**2)
    drate = 0.0
    for k in reversed(range(steps)):  # line 7: for _ in range(steps)
        t = du[1:-1]                  # line 8: u[1:-1] = u[1:-1] + rate * (u[2:] - 2 * u[1:-1] + u[:-2])
        drate += np.sum(t * tape[k])
        t1 = t * rate
        du[1:-1] -= 2 * t1
        du[:-2] += t1
        du[2:] += t1
    return du, drate

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


@jax.jit(static_argnames=("steps",))
def f_fwd(u, rate, steps):
    """Value of f, and what f_bwd reads."""

    def body_k(k, carry):  # records 8 * u.shape[0] - 16 bytes a trip
        u_1, tape = carry
        t = u_1[2:] - 2 * u_1[1:-1] + u_1[:-2]
        tape = write_at(tape, t, k)
        u_1 = u_1.at[1:-1].set(u_1[1:-1] + rate * t)
        return u_1, tape

    u_1, tape = fori_loop(0, steps, body_k, (u, jnp.zeros((max(steps, 0), u.shape[0] - 2))))
    return jnp.sum(u_1 ** 2), (rate, tape, u_1)


@jax.jit(static_argnames=("steps",))
def f_bwd(rate, tape, u_1, g, *, steps):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    du = 2 * u_1 * g  # line 9: return np.sum(u**2)

    def body_k(trip, carry):  # line 7: for _ in range(steps):
        du, drate = carry
        k = steps - 1 - trip
        t = du[1:-1]          # line 8: u[1:-1] = u[1:-1] + rate * (u[2:] - 2 * u[1:-1] + u[:-2])
        drate = drate + jnp.sum(t * read_at(tape, k))
        t = t * rate
        du = du + jnp.pad(-2 * t, (1, 1)) + jnp.pad(t, (0, 2)) + jnp.pad(t, (2, 0))
        return du, drate

    du, drate = fori_loop(0, steps, body_k, (du, 0.0))
    return du, drate

"""Gradient, and Hessian times a vector, of tests/golden/heat.py."""

# %% numpy
import numpy as np


def f_grad_jvp(u, rate, steps, *, u_dot, rate_dot):
    """Value and tangent of f_grad with respect to u, rate.   u: f64[n], rate: float, steps: int"""
    u_dot = u_dot.copy()
    u = u.copy()
    tape = []
    tape_dot = []
    for _ in range(steps):  # records 16 * u.shape[0] - 32 bytes a trip
        t = u_dot[2:] + -2 * u_dot[1:-1] + u_dot[:-2]
        t1 = u[2:] - 2 * u[1:-1] + u[:-2]
        tape_dot.append(t)
        tape.append(t1)
        u_dot[1:-1] = u_dot[1:-1] + (rate_dot * t1 + rate * t)
        u[1:-1] = u[1:-1] + rate * t1
    du_dot = 2 * u_dot
    du = 2 * u
    drate = 0.0
    drate_dot = 0.0
    for k in reversed(range(steps)):
        t = tape[k]
        t1 = du_dot[1:-1].copy()
        t2 = du[1:-1].copy()
        du_dot[1:-1] = 0
        du[1:-1] = 0
        drate_dot = drate_dot + np.sum(t1 * t + t2 * tape_dot[k])
        drate = drate + np.sum(t2 * t)
        t = t1 * rate + t2 * rate_dot
        t3 = t2 * rate
        du_dot[:-2] += t
        du[:-2] += t3
        du_dot[1:-1] -= 2 * t
        du[1:-1] -= 2 * t3
        du_dot[2:] += t
        du[2:] += t3
        du_dot[1:-1] += t1
        du[1:-1] += t2
    return (du, drate), (du_dot, drate_dot)

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
def f_grad_jvp(u, rate, steps, *, u_dot, rate_dot):
    """Value and tangent of f_grad with respect to u, rate.   u: f64[n], rate: float, steps: int"""

    def body_k(k, carry):  # records 16 * u.shape[0] - 32 bytes a trip
        u_1, tape, u_dot, tape_dot = carry
        t = u_dot[2:] + -2 * u_dot[1:-1] + u_dot[:-2]
        t_1 = u_1[2:] - 2 * u_1[1:-1] + u_1[:-2]
        tape_dot = write_at(tape_dot, t, k)
        tape = write_at(tape, t_1, k)
        u_dot = u_dot.at[1:-1].set(u_dot[1:-1] + (rate_dot * t_1 + rate * t))
        u_1 = u_1.at[1:-1].set(u_1[1:-1] + rate * t_1)
        return u_1, tape, u_dot, tape_dot

    u_1, tape, u_dot, tape_dot = fori_loop(
        0,
        steps,
        body_k,
        (u, jnp.zeros((max(steps, 0), u.shape[0] - 2)), u_dot, jnp.zeros((max(steps, 0), u.shape[0] - 2))),
    )

    def body_k(trip, carry):
        du, drate, du_dot, drate_dot = carry
        k = steps - 1 - trip
        t = read_at(tape, k)
        t_1 = du_dot[1:-1]
        t_2 = du[1:-1]
        du_dot = du_dot.at[1:-1].set(0)
        du = du.at[1:-1].set(0)
        drate_dot = drate_dot + jnp.sum(t_1 * t + t_2 * read_at(tape_dot, k))
        drate = drate + jnp.sum(t_2 * t)
        t = t_1 * rate + t_2 * rate_dot
        t_3 = t_2 * rate
        du_dot = (
            du_dot + jnp.pad(t, (0, 2)) + jnp.pad(-2 * t, (1, 1)) + jnp.pad(t, (2, 0)) + jnp.pad(t_1, (1, 1))
        )
        du = (
            du
            + jnp.pad(t_3, (0, 2))
            + jnp.pad(-2 * t_3, (1, 1))
            + jnp.pad(t_3, (2, 0))
            + jnp.pad(t_2, (1, 1))
        )
        return du, drate, du_dot, drate_dot

    du, drate, du_dot, drate_dot = fori_loop(0, steps, body_k, (2 * u_1, 0.0, 2 * u_dot, 0.0))
    return (du, drate), (du_dot, drate_dot)

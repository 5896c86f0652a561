"""Gradient, and Hessian times a vector, of tests/golden/square_root.py."""

# %% numpy
def square_root_grad_jvp(a, *, a_dot):
    """Value and tangent of square_root_grad with respect to a.   a: float"""
    x_tape = []
    x_tape_dot = []
    x = 1.0
    k = 0
    x_dot = 0.0
    while abs(x * x - a) > 1e-12:  # records 16 bytes a trip
        x_tape_dot.append(x_dot)
        x_tape.append(x)
        t = a / x
        x_dot = 0.5 * (x_dot + (a_dot / x - x_dot / x * t))
        x = 0.5 * (x + t)
        k += 1
    dx = 1.0
    da = 0.0
    dx_dot = 0.0
    da_dot = 0.0
    for k in reversed(range(k)):
        x = x_tape[k]
        t = a / x
        t1 = x_tape_dot[k] / x
        dx_dot = dx_dot * 0.5
        dx = dx * 0.5
        t2 = dx / x
        t3 = dx_dot / x - t1 * t2
        da_dot = da_dot + t3
        da = da + t2
        dx_dot = dx_dot - (t3 * t + t2 * (a_dot / x - t1 * t))
        dx = dx - t2 * t
    return da, da_dot

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
def square_root_grad_jvp(a, *, a_dot, max_trips=1024):
    """Value and tangent of square_root_grad with respect to a.   a: float"""
    a = jnp.asarray(a)
    a_dot = jnp.asarray(a_dot)

    def condition(carry):
        x, _, _, _, _, _ = carry
        return jnp.abs(x * x - a) > 1e-12

    def body(carry):  # records 16 bytes a trip
        x, k, x_tape, x_dot, x_tape_dot, needed = carry
        x_tape_dot = write_at(x_tape_dot, x_dot, k)
        needed = jnp.maximum(needed, k + 1)
        x_tape = write_at(x_tape, x, k)
        needed = jnp.maximum(needed, k + 1)
        t = a / x
        x_dot = 0.5 * (x_dot + (a_dot / x - x_dot / x * t))
        x = 0.5 * (x + t)
        return x, k + 1, x_tape, x_dot, x_tape_dot, needed

    _, trips, x_tape, _, x_tape_dot, needed = lax.while_loop(
        condition, body, (1.0, 0, jnp.zeros(max(max_trips, 0)), 0.0, jnp.zeros(max(max_trips, 0)), 0)
    )

    def body_k(trip, carry):
        dx, da, dx_dot, da_dot = carry
        k = trips - 1 - trip
        x_dot = read_at(x_tape_dot, k)
        x = read_at(x_tape, k)
        t = a / x
        t_1 = x_dot / x
        dx_dot = dx_dot * 0.5
        dx = dx * 0.5
        t_2 = dx / x
        t_3 = dx_dot / x - t_1 * t_2
        da_dot = da_dot + t_3
        da = da + t_2
        dx_dot = dx_dot - (t_3 * t + t_2 * (a_dot / x - t_1 * t))
        dx = dx - t_2 * t
        return dx, da, dx_dot, da_dot

    _, da, _, da_dot = lax.fori_loop(0, trips, body_k, (1.0, 0.0, 0.0, 0.0))
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, da, jnp.nan), jnp.where(enough, da_dot, jnp.nan)

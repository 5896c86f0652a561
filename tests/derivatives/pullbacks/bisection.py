"""Both halves of the pullback of tests/golden/bisection.py."""

# %% numpy
def f_fwd(target, low, high):
    """Value of f, and what f_bwd reads."""
    tape = []
    k = 0
    while high - low > 0.1:  # records 1 byte a trip
        middle = 0.5 * (low + high)
        t = middle * middle * middle < target
        tape.append(t)
        if t:
            low = middle
        else:
            high = middle
        k += 1
    t = low * low
    t1 = 3 * high
    t2 = t1 * high
    t3 = (target - t * low) / t2
    return t3 + low, (low, high, k, tape, t, t1, t2, t3)


def f_bwd(low, high, trips, tape, t, t_1, t_2, t_3, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dtarget = g / t_2                 # line 11: return (target - low * low * low) / (3 * high * high) + low
    t1 = dtarget * t_3
    dhigh = -3 * (t1 * high) - t1 * t_1
    dlow = g - dtarget * t
    t = dtarget * low * low
    dlow -= t
    dlow -= t
    for k in reversed(range(trips)):  # line 5: while high - low > 0.1
        if tape[k]:
            dmiddle = dlow
            dlow = 0.0
        else:
            dmiddle = dhigh
            dhigh = 0.0
        t = dmiddle * 0.5             # line 6: middle = 0.5 * (low + high)
        dlow += t
        dhigh += t
    return dtarget, dlow, dhigh

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
def f_fwd(target, low, high, *, max_trips=1024):
    """Value of f, and what f_bwd reads."""
    target = jnp.asarray(target)

    def condition(carry):
        low, high, _, _, _ = carry
        return high - low > 0.1

    def body(carry):  # records 1 byte a trip
        low, high, k, tape, needed = carry
        middle = 0.5 * (low + high)
        t = middle * middle * middle < target
        tape = write_at(tape, t, k)
        needed = jnp.maximum(needed, k + 1)
        low_1 = jnp.where(t, middle, low)
        high = jnp.where(t, high, middle)
        return low_1, high, k + 1, tape, needed

    low, high, trips, tape, needed = lax.while_loop(
        condition, body, (low, high, 0, jnp.zeros(max(max_trips, 0), bool), 0)
    )
    t = low * low
    t_1 = 3 * high
    t_2 = t_1 * high
    t_3 = (target - t * low) / t_2
    enough = needed <= max_trips
    return (jnp.where(enough, t_3 + low, jnp.nan), (low, high, needed, tape, trips, t, t_1, t_2, t_3)), needed


@jax.jit(static_argnames=("max_trips",))
def f_bwd(low, high, needed, tape, trips, t, t_1, t_2, t_3, g, *, max_trips):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dtarget = g / t_2  # line 11: return (target - low * low * low) / (3 * high * high) + low
    t_2 = dtarget * t_3
    dhigh = -3 * (t_2 * high) - t_2 * t_1
    dlow = g - dtarget * t
    t = dtarget * low * low
    dlow = dlow - t
    dlow = dlow - t

    def body_k(trip, carry):  # line 5: while high - low > 0.1:
        dlow, dhigh = carry
        k = trips - 1 - trip
        t = read_at(tape, k)  # line 7: if middle * middle * middle < target:
        dmiddle = jnp.where(t, dlow, dhigh)
        dhigh_1 = jnp.where(t, dhigh, 0.0)
        dlow = jnp.where(t, 0.0, dlow)
        t = dmiddle * 0.5     # line 6: middle = 0.5 * (low + high)
        dlow = dlow + t
        dhigh = dhigh_1 + t
        return dlow, dhigh

    dlow, dhigh = lax.fori_loop(0, trips, body_k, (dlow, dhigh))
    enough = needed <= max_trips
    return (
        jnp.where(enough, dtarget, jnp.nan),
        jnp.where(enough, dlow, jnp.nan),
        jnp.where(enough, dhigh, jnp.nan),
    )

"""A while loop that halves an interval, with a branch on data inside."""


def f(target, low, high):
    while high - low > 0.1:
        middle = 0.5 * (low + high)
        if middle * middle * middle < target:
            low = middle
        else:
            high = middle
    return (target - low * low * low) / (3 * high * high) + low


args = (2.0, 0.0, 2.3)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%target: f64, %low: f64, %high: f64):
#     %tape: list[bool] = tape(-1, item=bool)    # line 5
#     %low.1: f64, %high.1: f64, %trips: i64, %tape.1: list[bool] = while carrying (%low.2 = %low, %high.2 = %high, %k = 0, %tape.2 = %tape):    # line 5, records 1 byte a trip
#         %t: f64 = subtract(%high.2, %low.2)    # line 5
#         %t.1: bool = greater(%t, 0.1)    # line 5
#         test %t.1
#     do:
#         %t.2: f64 = add(%low.2, %high.2)    # line 6
#         %middle: f64 = multiply(0.5, %t.2)    # line 6
#         %t.3: f64 = multiply(%middle, %middle)    # line 7
#         %t.4: f64 = multiply(%t.3, %middle)    # line 7
#         %t.5: bool = less(%t.4, %target)    # line 7
#         %tape.3: list[bool] = record(%tape.2, %k, %t.5)    # line 5
#         %low.3: f64, %high.3: f64 = if %t.5:    # line 7
#             yield %middle, %high.2
#         else:
#             yield %low.2, %middle
#         %t.6: i64 = add(%k, 1)    # line 5
#         yield %low.3, %high.3, %t.6, %tape.3
#     %t.7: f64 = multiply(%low.1, %low.1)    # adjoint of line 11
#     %t.8: f64 = multiply(%t.7, %low.1)    # adjoint of line 11
#     %t.9: f64 = subtract(%target, %t.8)    # adjoint of line 11
#     %t.10: f64 = multiply(3, %high.1)    # adjoint of line 11
#     %t.11: f64 = multiply(%t.10, %high.1)    # adjoint of line 11
#     %t.12: f64 = divide(%t.9, %t.11)    # adjoint of line 11
#     %dtarget: f64 = divide(1.0, %t.11)    # adjoint of line 11
#     %t.13: f64 = divide(%t.12, %t.11)    # adjoint of line 11
#     %t.14: f64 = multiply(%t.13, %high.1)    # adjoint of line 11
#     %t.15: f64 = multiply(%t.13, %t.10)    # adjoint of line 11
#     %t.16: f64 = multiply(-3, %t.14)    # adjoint of line 11
#     %dhigh: f64 = subtract(%t.16, %t.15)    # adjoint of line 11
#     %t.17: f64 = divide(%low.1, %t.11)    # adjoint of line 11
#     %t.18: f64 = divide(%t.7, %t.11)    # adjoint of line 11
#     %dlow: f64 = subtract(1.0, %t.18)    # adjoint of line 11
#     %t.19: f64 = multiply(%t.17, %low.1)    # adjoint of line 11
#     %dlow.1: f64 = subtract(%dlow, %t.19)    # adjoint of line 11
#     %dlow.2: f64 = subtract(%dlow.1, %t.19)    # adjoint of line 11
#     %dlow.3: f64, %dhigh.1: f64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dlow.4 = %dlow.2, %dhigh.2 = %dhigh):    # adjoint of line 5
#         %t.20: bool = recall(%tape.1, %k.1)    # adjoint of line 5
#         %dmiddle: f64, %dhigh.3: f64, %dlow.5: f64 = if %t.20:    # adjoint of line 7
#             yield %dlow.4, %dhigh.2, 0.0
#         else:
#             yield %dhigh.2, 0.0, %dlow.4
#         %t.21: f64 = multiply(%dmiddle, 0.5)    # adjoint of line 6
#         %dlow.6: f64 = add(%dlow.5, %t.21)    # adjoint of line 6
#         %dhigh.4: f64 = add(%dhigh.3, %t.21)    # adjoint of line 6
#         yield %dlow.6, %dhigh.4
#     return %dtarget, %dlow.3, %dhigh.1

# %% numpy
def f_grad(target, low, high):
    """Gradient of f with respect to target, low, high.   target: float, low: float, high: float"""
    # primal
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
    # adjoint
    t = low * low                 # line 11: return (target - low * low * low) / (3 * high * high) + low
    t1 = 3 * high
    t2 = t1 * high
    dtarget = 1.0 / t2
    t3 = (target - t * low) / t2 / t2
    dhigh = -3 * (t3 * high) - t3 * t1
    dlow = 1.0 - t / t2
    t = low / t2 * low
    dlow -= t
    dlow -= t
    for k in reversed(range(k)):  # line 5: while high - low > 0.1
        if tape[k]:
            dmiddle = dlow
            dlow = 0.0
        else:
            dmiddle = dhigh
            dhigh = 0.0
        t = dmiddle * 0.5         # line 6: middle = 0.5 * (low + high)
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
def f_grad(target, low, high, *, max_trips=1024):
    """Gradient of f with respect to target, low, high.   target: float, low: float, high: float"""
    target = jnp.asarray(target)

    # primal
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
    # adjoint
    t = low * low  # line 11: return (target - low * low * low) / (3 * high * high) + low
    t_1 = 3 * high
    t_2 = t_1 * high
    dtarget = 1.0 / t_2
    t_3 = (target - t * low) / t_2 / t_2
    dhigh = -3 * (t_3 * high) - t_3 * t_1
    dlow = 1.0 - t / t_2
    t = low / t_2 * low
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
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return (
        jnp.where(enough, dtarget, jnp.nan),
        jnp.where(enough, dlow, jnp.nan),
        jnp.where(enough, dhigh, jnp.nan),
    )

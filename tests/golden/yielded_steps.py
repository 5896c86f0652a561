"""A function that yields: the steps of a method, looked at by the loop that goes over them until they are good enough."""


def newton_steps(a, x):
    while True:
        x = 0.5 * (x + a / x)
        yield x


def f(a):
    before = a
    for k, x in enumerate(newton_steps(a, a)):
        if abs(x - before) < 1e-9 or k > 30:
            break
        before = x
    return x


args = (2.0,)
more_args = [(0.3,)]


# %% ir
# func f_grad(%a: f64):
#     %x_tape: list[f64] = tape(-1, item=f64)    # line 5
#     %x: f64, %before: f64, %broke: bool, %number: i64, %returned: bool, %returned.1: bool, %t: bool, %trips: i64, %x_tape.1: list[f64] = while carrying (%x.1 = %a, %before.1 = %a, %broke.1 = False, %number.1 = 0, %returned.2 = False, %returned.3 = False, %t.1 = False, %k = 0, %x_tape.2 = %x_tape):    # line 5, records 8 bytes a trip
#         %t.2: bool = logical_not(%returned.3)    # line 5
#         test %t.2
#     do:
#         %x_tape.3: list[f64] = record(%x_tape.2, %k, %x.1)    # line 5
#         %t.3: f64 = divide(%a, %x.1)    # line 6
#         %t.4: f64 = add(%x.1, %t.3)    # line 6
#         %x.2: f64 = multiply(0.5, %t.4)    # line 6
#         %t.5: f64 = subtract(%x.2, %before.1)    # line 13
#         %t.6: f64 = absolute(%t.5)    # line 13
#         %t.7: bool = less(%t.6, 1e-09)    # line 13
#         %t.8: bool = if %t.7:    # line 13
#             yield True
#         else:
#             %t.9: bool = greater(%number.1, 30)    # line 13
#             yield %t.9
#         %before.2: f64, %broke.2: bool = if %t.8:    # line 13
#             yield %before.1, True
#         else:
#             yield %x.2, %broke.1
#         %number.2: i64, %returned.4: bool = if %broke.2:    # line 12
#             yield %number.1, True
#         else:
#             %number.3: i64 = add(%number.1, 1)    # line 12
#             yield %number.3, %returned.2
#         %returned.5: bool = if %returned.4:    # line 7
#             yield True
#         else:
#             yield %returned.3
#         %t.10: i64 = add(%k, 1)    # line 5
#         yield %x.2, %before.2, %broke.2, %number.2, %returned.4, %returned.5, True, %t.10, %x_tape.3
#     %t.11: () = check(%t, error='UnboundLocalError', text='"\'x\' gets its value in a loop that may run zero times"')    # line 16
#     %dx: f64, %dx.1: f64, %da: f64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dx.2 = 0.0, %dx.3 = 1.0, %da.1 = 0.0):    # adjoint of line 5
#         %x.3: f64 = recall(%x_tape.1, %k.1)    # adjoint of line 5
#         %t.12: f64 = divide(%a, %x.3)    # adjoint of line 6
#         %dx.4: f64 = add(%dx.2, %dx.3)    # adjoint of line 5
#         %dx.5: f64 = multiply(%dx.4, 0.5)    # adjoint of line 6
#         %t.13: f64 = divide(%dx.5, %x.3)    # adjoint of line 6
#         %da.2: f64 = add(%da.1, %t.13)    # adjoint of line 6
#         %t.14: f64 = multiply(%t.13, %t.12)    # adjoint of line 6
#         %dx.6: f64 = subtract(%dx.5, %t.14)    # adjoint of line 6
#         yield %dx.6, 0.0, %da.2
#     %da.3: f64 = add(%da, %dx)    # adjoint of line 5
#     return %da.3

# %% numpy
def f_grad(a):
    """Gradient of f with respect to a.   a: float"""
    # primal
    x_tape = []
    x = a
    before = a
    broke = False
    number = 0
    returned = False
    returned_1 = False
    t = False
    while not returned_1:  # records 8 bytes a trip
        x_tape.append(x)
        x = 0.5 * (x + a / x)
        if abs(x - before) < 1e-9:
            t = True
        else:
            t = number > 30
        if t:
            broke = True
        else:
            before = x
        if broke:
            returned = True
        else:
            number += 1
        returned_1 = returned or returned_1
        t = True
    if not t:
        raise UnboundLocalError("'x' gets its value in a loop that may run zero times")
    # adjoint
    dx = 0.0
    dx_1 = 1.0
    da = 0.0
    for x in reversed(x_tape):  # line 5: while True
        dx += dx_1
        dx *= 0.5               # line 6: x = 0.5 * (x + a / x)
        t = dx / x
        da += t
        dx -= t * (a / x)
        dx_1 = 0.0
    da += dx
    return da

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
def f_grad(a, *, max_trips=1024):
    """Gradient of f with respect to a.   a: float"""
    a = jnp.asarray(a)

    # primal
    def condition(carry):
        _, _, _, _, _, returned, _, _, _, _ = carry
        return jnp.logical_not(returned)

    def body(carry):  # records 8 bytes a trip
        x, before, broke, number, returned, returned_1, _, k, x_tape, needed = carry
        x_tape = write_at(x_tape, x, k)
        needed = jnp.maximum(needed, k + 1)
        x = 0.5 * (x + a / x)
        t = jnp.logical_or(jnp.abs(x - before) < 1e-9, number > 30)
        before_1 = jnp.where(t, before, x)
        broke = jnp.logical_or(t, broke)

        def otherwise():
            number_1 = number + 1
            return number_1, returned

        number, returned = lax.cond(broke, lambda: (number, True), otherwise)
        returned_1 = jnp.logical_or(returned, returned_1)
        return x, before_1, broke, number, returned, returned_1, True, k + 1, x_tape, needed

    _, _, _, _, _, _, t, trips, x_tape, needed = lax.while_loop(
        condition, body, (a, a, False, 0, False, False, False, 0, jnp.zeros(max(max_trips, 0)), 0)
    )

    def check(holds):
        if not holds:
            raise UnboundLocalError("'x' gets its value in a loop that may run zero times")

    jax.debug.callback(check, t, ordered=True)

    # adjoint
    def body_k(trip, carry):    # line 5: while True:
        dx, dx_1, da = carry
        k = trips - 1 - trip
        x = read_at(x_tape, k)  # line 5: while True:
        dx = dx + dx_1
        dx = dx * 0.5           # line 6: x = 0.5 * (x + a / x)
        t = dx / x
        da = da + t
        dx = dx - t * (a / x)
        return dx, 0.0, da

    dx, _, da = lax.fori_loop(0, trips, body_k, (0.0, 1.0, 0.0))
    da = da + dx
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, da, jnp.nan)

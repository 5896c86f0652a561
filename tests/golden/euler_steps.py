"""A range whose bound is computed from the data."""


def f(y, t):
    steps = int(t / 0.1) + 1
    h = t / steps
    for _ in range(steps):
        y = y + h * (1 - y * y)
    return y


args = (0.2, 0.75)
more_args = [(0.2, 0.05)]
argnums = (0, 1)


# %% ir
# func f_grad(%y: f64, %t: f64):
#     %t.1: f64 = divide(%t, 0.1)    # line 5
#     %t.2: i64 = python(%t.1, kind=i64)    # line 5
#     %steps: i64 = add(%t.2, 1)    # line 5
#     %h: f64 = divide(%t, %steps)    # line 6
#     %y_tape: list[f64] = tape(%steps, item=f64)    # line 7
#     %y.1: f64, %y_tape.1: list[f64] = for %_ in range(0, %steps, 1) carrying (%y.2 = %y, %y_tape.2 = %y_tape):    # line 7, records 8 bytes a trip
#         %y_tape.3: list[f64] = record(%y_tape.2, %_, %y.2)    # line 7
#         %t.3: f64 = multiply(%y.2, %y.2)    # line 8
#         %t.4: f64 = subtract(1, %t.3)    # line 8
#         %t.5: f64 = multiply(%h, %t.4)    # line 8
#         %y.3: f64 = add(%y.2, %t.5)    # line 8
#         yield %y.3, %y_tape.3
#     %dy: f64, %dh: f64 = for %_.1 in reversed range(0, %steps, 1) carrying (%dy.1 = 1.0, %dh.1 = 0.0):    # adjoint of line 7
#         %y.4: f64 = recall(%y_tape.1, %_.1)    # adjoint of line 7
#         %t.6: f64 = multiply(%y.4, %y.4)    # adjoint of line 8
#         %t.7: f64 = subtract(1, %t.6)    # adjoint of line 8
#         %t.8: f64 = multiply(%dy.1, %t.7)    # adjoint of line 8
#         %dh.2: f64 = add(%dh.1, %t.8)    # adjoint of line 8
#         %t.9: f64 = multiply(%dy.1, %h)    # adjoint of line 8
#         %t.10: f64 = multiply(%t.9, %y.4)    # adjoint of line 8
#         %dy.2: f64 = subtract(%dy.1, %t.10)    # adjoint of line 8
#         %dy.3: f64 = subtract(%dy.2, %t.10)    # adjoint of line 8
#         yield %dy.3, %dh.2
#     %dt: f64 = divide(%dh, %steps)    # adjoint of line 6
#     return %dy, %dt

# %% numpy
def f_grad(y, t):
    """Gradient of f with respect to y, t.   y: float, t: float"""
    # primal
    steps = int(t / 0.1) + 1
    h = t / steps
    y_tape = []
    for _ in range(steps):  # records 8 bytes a trip
        y_tape.append(y)
        y = y + h * (1 - y * y)
    # adjoint
    dy = 1.0
    dh = 0.0
    for y in reversed(y_tape):  # line 7: for _ in range(steps)
        dh += dy * (1 - y * y)  # line 8: y = y + h * (1 - y * y)
        t1 = dy * h * y
        dy -= t1
        dy -= t1
    dt = dh / steps             # line 6: h = t / steps
    return dy, dt

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
def f_grad(y, t, *, max_trips=1024):
    """Gradient of f with respect to y, t.   y: float, t: float"""
    t = jnp.asarray(t)
    # primal
    steps = (t / 0.1).astype(jnp.int64) + 1
    h = t / steps

    def body_k(k, carry):  # records 8 bytes a trip
        y, y_tape, needed = carry
        y_tape = write_at(y_tape, y, k)
        needed = jnp.maximum(needed, k + 1)
        y = y + h * (1 - y * y)
        return y, y_tape, needed

    _, y_tape, needed = lax.fori_loop(0, steps, body_k, (y, jnp.zeros(max(max_trips, 0)), 0))

    # adjoint
    def body_k(trip, carry):        # line 7: for _ in range(steps):
        dy, dh = carry
        k = steps - 1 - trip
        y = read_at(y_tape, k)      # line 7: for _ in range(steps):
        dh = dh + dy * (1 - y * y)  # line 8: y = y + h * (1 - y * y)
        t = dy * h * y
        dy = dy - t
        dy = dy - t
        return dy, dh

    dy, dh = lax.fori_loop(0, steps, body_k, (1.0, 0.0))
    dt = dh / steps  # line 6: h = t / steps
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, dy, jnp.nan), jnp.where(enough, dt, jnp.nan)

"""A loop that may make no trip at all."""


def f(x, n):
    y = 1.0
    for _ in range(n):
        y = y * x
    return y


args = (1.7, 5)
more_args = [(1.7, 0), (1.7, 1)]


# %% ir
# func f_grad(%x: f64, %n: i64):
#     %y_tape: list[f64] = tape(%n, item=f64)    # line 6
#     %y: f64, %y_tape.1: list[f64] = for %_ in range(0, %n, 1) carrying (%y.1 = 1.0, %y_tape.2 = %y_tape):    # line 6, records 8 bytes a trip
#         %y_tape.3: list[f64] = record(%y_tape.2, %_, %y.1)    # line 6
#         %y.2: f64 = multiply(%y.1, %x)    # line 7
#         yield %y.2, %y_tape.3
#     %dy: f64, %dx: f64 = for %_.1 in reversed range(0, %n, 1) carrying (%dy.1 = 1.0, %dx.1 = 0.0):    # adjoint of line 6
#         %y.3: f64 = recall(%y_tape.1, %_.1)    # adjoint of line 6
#         %dy.2: f64 = multiply(%dy.1, %x)    # adjoint of line 7
#         %t: f64 = multiply(%dy.1, %y.3)    # adjoint of line 7
#         %dx.2: f64 = add(%dx.1, %t)    # adjoint of line 7
#         yield %dy.2, %dx.2
#     return %dx

# %% numpy
def f_grad(x, n):
    """Gradient of f with respect to x.   x: float, n: int"""
    # primal
    y_tape = []
    y = 1.0
    for _ in range(n):  # records 8 bytes a trip
        y_tape.append(y)
        y = y * x
    # adjoint
    dy = 1.0
    dx = 0.0
    for k in reversed(range(n)):  # line 6: for _ in range(n)
        t = dy * y_tape[k]        # line 7: y = y * x
        dy *= x
        dx += t
    return dx

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


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit(static_argnames=("n",))
def f_grad(x, n):
    """Gradient of f with respect to x.   x: float, n: int"""
    x = jnp.asarray(x)

    # primal
    def body_k(k, carry):  # records 8 bytes a trip
        y, y_tape = carry
        y_tape = write_at(y_tape, y, k)
        y = y * x
        return y, y_tape

    _, y_tape = fori_loop(0, n, body_k, (1.0, jnp.zeros(max(n, 0))))

    # adjoint
    def body_k(trip, carry):    # line 6: for _ in range(n):
        dy, dx = carry
        k = n - 1 - trip
        y = read_at(y_tape, k)  # line 6: for _ in range(n):
        dy_1 = dy * x           # line 7: y = y * x
        dx = dx + dy * y
        return dy_1, dx

    _, dx = fori_loop(0, n, body_k, (1.0, 0.0))
    return dx

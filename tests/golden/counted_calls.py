"""nonlocal: a nested function that adds to what the function around it holds."""

import math


def f(x, n):
    total = 0.0
    calls = 0

    def visit(v):
        nonlocal total, calls
        calls += 1
        total += math.sin(v) / calls

    for k in range(n):
        visit(x * k)
        if k % 2:
            visit(x + k)
    return total


args = (0.7, 5)


# %% ir
# func f_grad(%x: f64, %n: i64):
#     %calls_tape: list[i64] = tape(%n, item=i64)    # line 15
#     %calls: i64, %calls_tape.1: list[i64] = for %k in range(0, %n, 1) carrying (%calls.1 = 0, %calls_tape.2 = %calls_tape):    # line 15, records 8 bytes a trip
#         %calls.2: i64 = add(%calls.1, 1)    # line 12
#         %calls_tape.3: list[i64] = record(%calls_tape.2, %k, %calls.2)    # line 15
#         %t: i64 = remainder(%k, 2)    # line 17
#         %t.1: bool = not_equal(%t, 0)    # line 17
#         %calls.3: i64 = if %t.1:    # line 17
#             %calls.4: i64 = add(%calls.2, 1)    # line 12
#             yield %calls.4
#         else:
#             yield %calls.2
#         yield %calls.3, %calls_tape.3
#     %dx: f64 = for %k.1 in reversed range(0, %n, 1) carrying (%dx.1 = 0.0):    # adjoint of line 15
#         %calls.5: i64 = recall(%calls_tape.1, %k.1)    # adjoint of line 15
#         %t.2: f64 = multiply(%x, %k.1)    # adjoint of line 16
#         %t.3: i64 = remainder(%k.1, 2)    # adjoint of line 17
#         %t.4: bool = not_equal(%t.3, 0)    # adjoint of line 17
#         %dx.2: f64 = if %t.4:    # adjoint of line 17
#             %t.5: f64 = add(%x, %k.1)    # adjoint of line 18
#             %calls.6: i64 = add(%calls.5, 1)    # adjoint of line 12
#             %t.6: f64 = cos(%t.5)    # adjoint of line 13
#             %t.7: f64 = divide(%t.6, %calls.6)    # adjoint of line 13
#             %dx.3: f64 = add(%dx.1, %t.7)    # adjoint of line 18
#             yield %dx.3
#         else:
#             yield %dx.1
#         %t.8: f64 = cos(%t.2)    # adjoint of line 13
#         %t.9: f64 = divide(%t.8, %calls.5)    # adjoint of line 13
#         %t.10: f64 = multiply(%t.9, %k.1)    # adjoint of line 16
#         %dx.4: f64 = add(%dx.2, %t.10)    # adjoint of line 16
#         yield %dx.4
#     return %dx

# %% numpy
import math


def f_grad(x, n):
    """Gradient of f with respect to x.   x: float, n: int"""
    # primal
    calls_tape = []
    calls = 0
    for k in range(n):  # records 8 bytes a trip
        calls += 1
        calls_tape.append(calls)
        if k % 2 != 0:
            calls += 1
    # adjoint
    dx = 0.0
    for k in reversed(range(n)):             # line 15: for k in range(n)
        calls = calls_tape[k]
        if k % 2 != 0:
            calls_1 = calls + 1              # line 12: calls += 1
            dx += math.cos(x + k) / calls_1  # line 18: visit(x + k)
        dx += math.cos(x * k) / calls * k    # line 16: visit(x * k)
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
        calls, calls_tape = carry
        calls = calls + 1
        calls_tape = write_at(calls_tape, calls, k)
        calls = lax.cond(k % 2 != 0, lambda: calls + 1, lambda: calls)
        return calls, calls_tape

    _, calls_tape = fori_loop(0, n, body_k, (0, jnp.zeros(max(n, 0), jnp.int64)))

    # adjoint
    def body_k(trip, dx):               # line 15: for k in range(n):
        k = n - 1 - trip
        calls = read_at(calls_tape, k)  # line 15: for k in range(n):

        def then():                               # line 17: if k % 2:
            calls_1 = calls + 1                   # line 12: calls += 1
            return dx + jnp.cos(x + k) / calls_1  # line 18: visit(x + k)

        dx = lax.cond(k % 2 != 0, then, lambda: dx)
        return dx + jnp.cos(x * k) / calls * k  # line 16: visit(x * k)

    dx = fori_loop(0, n, body_k, 0.0)
    return dx

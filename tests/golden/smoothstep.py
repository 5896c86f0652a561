"""Chained comparison, boolean operators and a conditional expression on data."""
import numpy as np


def f(x, edge):
    total = 0.0
    for t in x:
        if 0 < t <= edge and not (t == 0.5 or edge < 0):
            u = t / edge
            total += u * u * (3 - 2 * u)
        else:
            total += 1.0 if t > edge else 0.0
    return total


args = (np.array([-0.3, 0.2, 0.7, 1.4]), 1.2)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %edge: f64):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %tape: list[bool] = tape(%t, item=bool)    # line 7
#     %tape.1: list[bool] = for %k in range(0, %t, 1) carrying (%tape.2 = %tape):    # line 7, records 1 byte a trip
#         %t.1: f64 = getitem(%x, %k, index=(At(operand=0),))    # line 7
#         %t.2: bool = less(0, %t.1)    # line 8
#         %t.3: bool = if %t.2:    # line 8
#             %t.4: bool = less_equal(%t.1, %edge)    # line 8
#             yield %t.4
#         else:
#             yield False
#         %t.5: bool = if %t.3:    # line 8
#             %t.6: bool = equal(%t.1, 0.5)    # line 8
#             %t.7: bool = if %t.6:    # line 8
#                 yield True
#             else:
#                 %t.8: bool = less(%edge, 0)    # line 8
#                 yield %t.8
#             %t.9: bool = logical_not(%t.7)    # line 8
#             yield %t.9
#         else:
#             yield False
#         %tape.3: list[bool] = record(%tape.2, %k, %t.5)    # line 7
#         yield %tape.3
#     %t.10: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.10)    # adjoint of line 7
#     %dx.1: f64[x.shape[0]], %dedge: f64 = for %k.1 in reversed range(0, %t, 1) carrying (%dx.2 = %dx, %dedge.1 = 0.0):    # adjoint of line 7
#         %t.11: bool = recall(%tape.1, %k.1)    # adjoint of line 7
#         %t.12: f64 = getitem(%x, %k.1, index=(At(operand=0),))    # adjoint of line 7
#         %dt: f64, %dedge.2: f64 = if %t.11:    # adjoint of line 8
#             %u: f64 = divide(%t.12, %edge)    # adjoint of line 9
#             %t.13: f64 = multiply(%u, %u)    # adjoint of line 10
#             %t.14: f64 = multiply(2, %u)    # adjoint of line 10
#             %t.15: f64 = subtract(3, %t.14)    # adjoint of line 10
#             %du: f64 = multiply(-2, %t.13)    # adjoint of line 10
#             %t.16: f64 = multiply(%t.15, %u)    # adjoint of line 10
#             %du.1: f64 = add(%du, %t.16)    # adjoint of line 10
#             %du.2: f64 = add(%du.1, %t.16)    # adjoint of line 10
#             %dt.1: f64 = divide(%du.2, %edge)    # adjoint of line 9
#             %t.17: f64 = multiply(%dt.1, %u)    # adjoint of line 9
#             %dedge.3: f64 = subtract(%dedge.1, %t.17)    # adjoint of line 9
#             yield %dt.1, %dedge.3
#         else:
#             yield 0.0, %dedge.1
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %dt, %k.1, index=(At(operand=0),))    # adjoint of line 7
#         yield %dx.3, %dedge.2
#     return %dx.1, %dedge

# %% numpy
import numpy as np


def f_grad(x, edge):
    """Gradient of f with respect to x, edge.   x: f64[n], edge: float"""
    # primal
    tape = []
    for t in x:  # records 1 byte a trip
        if 0 < t:
            t1 = t <= edge
        else:
            t1 = False
        if t1:
            if t == 0.5:
                t2 = True
            else:
                t2 = edge < 0
            t2 = not t2
        else:
            t2 = False
        tape.append(t2)
    # adjoint
    dx = np.zeros_like(x)
    dedge = 0.0
    for k in reversed(range(len(x))):  # line 7: for t in x
        t = x[k]
        if tape[k]:
            u = t / edge               # line 9: u = t / edge
            du = -2 * (u * u)          # line 10: total += u * u * (3 - 2 * u)
            t1 = (3 - 2 * u) * u
            du += t1
            du += t1
            dt = du / edge             # line 9: u = t / edge
            dedge -= dt * u
        else:
            dt = 0.0
        dx[k] = dt
    return dx, dedge

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
@jax.jit
def f_grad(x, edge):
    """Gradient of f with respect to x, edge.   x: f64[n], edge: float"""
    x = jnp.asarray(x)
    edge = jnp.asarray(edge)

    # primal
    def body_k(k, tape):  # records 1 byte a trip
        t = read_at(x, k)
        t = lax.cond(
            jnp.logical_and(0 < t, t <= edge),
            lambda: jnp.logical_not(jnp.logical_or(t == 0.5, edge < 0)),
            lambda: False,
        )
        return write_at(tape, t, k)

    tape = fori_loop(0, x.shape[0], body_k, jnp.zeros(x.shape[0], bool))
    # adjoint
    dx = jnp.zeros_like(x)  # line 7: for t in x:

    def body_k(trip, carry):
        dx, dedge = carry
        k = x.shape[0] - 1 - trip
        t = read_at(x, k)

        def then():            # line 8: if 0 < t <= edge and not (t == 0.5 or edge < 0):
            u = t / edge
            du = -2 * (u * u)  # line 10: total += u * u * (3 - 2 * u)
            t_1 = (3 - 2 * u) * u
            du = du + t_1
            du = du + t_1
            dt = du / edge     # line 9: u = t / edge
            dedge_1 = dedge - dt * u
            return dt, dedge_1

        dt, dedge = lax.cond(read_at(tape, k), then, lambda: (0.0, dedge))
        dx = write_at(dx, dt, k)  # line 7: for t in x:
        return dx, dedge

    dx, dedge = fori_loop(0, x.shape[0], body_k, (dx, 0.0))
    return dx, dedge

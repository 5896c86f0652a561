"""A return from two nested loops."""
import numpy as np


def f(A, level):
    s = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            s += A[i, j] * A[i, j]
            if s > level:
                return s * (i + 1)
    return s


args = (np.array([[0.5, 1.0, 0.2], [2.0, 0.1, 0.3]]), 3.0)
more_args = [(np.array([[0.5, 1.0, 0.2], [0.2, 0.1, 0.3]]), 3.0)]


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]], %level: f64):
#     %t: i64 = size(%A, axis=0)    # line 7
#     %j_tape: list[i64] = tape(-1, item=i64)    # line 7
#     %tapes: list[list[bool]] = tape(-1, item=list[bool])    # line 7
#     %s: f64, %returned: bool, %i: i64, %j_tape.1: list[i64], %tapes.1: list[list[bool]] = while carrying (%s.1 = 0.0, %returned.1 = False, %i.1 = 0, %j_tape.2 = %j_tape, %tapes.2 = %tapes):    # line 7, records 8 bytes a trip
#         %t.1: bool = logical_not(%returned.1)    # line 7
#         %t.2: bool = if %t.1:    # line 7
#             %t.3: bool = less(%i.1, %t)    # line 7
#             yield %t.3
#         else:
#             yield False
#         test %t.2
#     do:
#         %t.4: i64 = size(%A, axis=1)    # line 8
#         %tape: list[bool] = tape(-1, item=bool)    # line 8
#         %s.2: f64, %returned.2: bool, %j: i64, %tape.1: list[bool] = while carrying (%s.3 = %s.1, %returned.3 = %returned.1, %j.1 = 0, %tape.2 = %tape):    # line 8, records 1 byte a trip
#             %t.5: bool = logical_not(%returned.3)    # line 8
#             %t.6: bool = if %t.5:    # line 8
#                 %t.7: bool = less(%j.1, %t.4)    # line 8
#                 yield %t.7
#             else:
#                 yield False
#             test %t.6
#         do:
#             %t.8: f64 = getitem(%A, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # line 9
#             %t.9: f64 = getitem(%A, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # line 9
#             %t.10: f64 = multiply(%t.8, %t.9)    # line 9
#             %s.4: f64 = add(%s.3, %t.10)    # line 9
#             %t.11: bool = greater(%s.4, %level)    # line 10
#             %tape.3: list[bool] = record(%tape.2, %j.1, %t.11)    # line 8
#             %returned.4: bool = if %t.11:    # line 10
#                 yield True
#             else:
#                 yield %returned.3
#             %t.12: i64 = add(%j.1, 1)    # line 8
#             yield %s.4, %returned.4, %t.12, %tape.3
#         %j_tape.3: list[i64] = record(%j_tape.2, %i.1, %j)    # line 7
#         %tapes.3: list[list[bool]] = record(%tapes.2, %i.1, %tape.1)    # line 7
#         %t.13: i64 = add(%i.1, 1)    # line 7
#         yield %s.2, %returned.2, %t.13, %j_tape.3, %tapes.3
#     %t.14: bool = logical_not(%returned)    # adjoint of line 7
#     %ds: f64, %dresult: f64 = if %t.14:    # adjoint of line 7
#         yield 1.0, 0.0
#     else:
#         yield 0.0, 1.0
#     %t.15: (A.shape[0], A.shape[1]) = shape(%A)    # adjoint of line 7
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.15)    # adjoint of line 7
#     %ds.1: f64, %dresult.1: f64, %dA.1: f64[A.shape[0],A.shape[1]] = for %i.2 in reversed range(0, %i, 1) carrying (%ds.2 = %ds, %dresult.2 = %dresult, %dA.2 = %dA):    # adjoint of line 7
#         %j.2: i64 = recall(%j_tape.1, %i.2)    # adjoint of line 7
#         %tape.4: list[bool] = recall(%tapes.1, %i.2)    # adjoint of line 7
#         %ds.3: f64, %dresult.3: f64, %dA.3: f64[A.shape[0],A.shape[1]] = for %j.3 in reversed range(0, %j.2, 1) carrying (%ds.4 = %ds.2, %dresult.4 = %dresult.2, %dA.4 = %dA.2):    # adjoint of line 8
#             %t.16: bool = recall(%tape.4, %j.3)    # adjoint of line 8
#             %t.17: f64 = getitem(%A, %i.2, %j.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#             %ds.5: f64, %dresult.5: f64 = if %t.16:    # adjoint of line 10
#                 %t.18: i64 = add(%i.2, 1)    # adjoint of line 11
#                 %t.19: f64 = multiply(%dresult.4, %t.18)    # adjoint of line 11
#                 %ds.6: f64 = add(%ds.4, %t.19)    # adjoint of line 11
#                 yield %ds.6, 0.0
#             else:
#                 yield %ds.4, %dresult.4
#             %t.20: f64 = multiply(2, %ds.5)    # adjoint of line 9
#             %t.21: f64 = multiply(%t.20, %t.17)    # adjoint of line 9
#             %dA.5: f64[A.shape[0],A.shape[1]] = add_at(%dA.4, %t.21, %i.2, %j.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#             yield %ds.5, %dresult.5, %dA.5
#         yield %ds.3, %dresult.3, %dA.3
#     return %dA.1

# %% numpy
import numpy as np


def f_grad(A, level):
    """Gradient of f with respect to A.   A: f64[n,m], level: float"""
    # primal
    j_tape = []
    tapes = []
    s = 0.0
    returned = False
    i = 0
    while not returned and i < A.shape[0]:      # records 8 bytes a trip
        tape = []
        j = 0
        while not returned and j < A.shape[1]:  # records 1 byte a trip
            s += A[i, j] * A[i, j]
            t = s > level
            tape.append(t)
            if t:
                returned = True
            j += 1
        j_tape.append(j)
        tapes.append(tape)
        i += 1
    # adjoint
    if not returned:
        ds = 1.0
        dresult = 0.0
    else:
        ds = 0.0
        dresult = 1.0
    dA = np.zeros_like(A)
    for i in reversed(range(i)):              # line 7: for i in range(A.shape[0])
        tape = tapes[i]
        for j in reversed(range(j_tape[i])):  # line 8: for j in range(A.shape[1])
            if tape[j]:
                ds += dresult * (i + 1)       # line 11: return s * (i + 1)
                dresult = 0.0
            dA[i, j] += 2 * ds * A[i, j]      # line 9: s += A[i, j] * A[i, j]
    return dA

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


def add_at(x, v, *index):
    """x with v added at an index that is not negative: XLA adds it in place."""
    return write_at(x, read_at(x, *index) + v, *index)


def while_loop(possible, condition, body, init):
    """lax.while_loop; one that cannot have a trip is not traced, since there may be no elements to pick."""
    return lax.while_loop(condition, body, init) if possible else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(A, level):
    """Gradient of f with respect to A.   A: f64[n,m], level: float"""
    A = jnp.asarray(A)
    level = jnp.asarray(level)

    # primal
    def condition(carry):
        _, returned, i, _, _ = carry
        return jnp.logical_and(jnp.logical_not(returned), i < A.shape[0])

    def body(carry):  # records 8 bytes a trip
        s, returned, i, j_tape, tapes = carry

        def condition(carry):
            _, returned, j, _ = carry
            return jnp.logical_and(jnp.logical_not(returned), j < A.shape[1])

        def body(carry):  # records 1 byte a trip
            s, returned, j, tapes = carry
            s = s + read_at(A, i, j) * read_at(A, i, j)
            t = s > level
            tapes = write_at(tapes, t, i, j)
            returned = jnp.logical_or(t, returned)
            return s, returned, j + 1, tapes

        s, returned, j, tapes = while_loop(A.shape[1] > 0, condition, body, (s, returned, 0, tapes))
        j_tape = write_at(j_tape, j, i)
        return s, returned, i + 1, j_tape, tapes

    _, returned, i, j_tape, tapes = while_loop(
        A.shape[0] > 0,
        condition,
        body,
        (
            0.0,
            False,
            0,
            jnp.zeros(max(A.shape[0], 1), jnp.int64),
            jnp.zeros((max(A.shape[0], 1), max(A.shape[1], 1)), bool),
        ),
    )
    # adjoint
    t = jnp.logical_not(returned)  # line 7: for i in range(A.shape[0]):
    ds = jnp.where(t, 1.0, 0.0)
    dresult = jnp.where(t, 0.0, 1.0)
    dA = jnp.zeros_like(A)

    def body_i(k, carry):
        ds, dresult, dA = carry
        i_1 = i - 1 - k
        j = read_at(j_tape, i_1)

        def body_j(k, carry):  # line 8: for j in range(A.shape[1]):
            ds, dresult, dA = carry
            j_1 = j - 1 - k

            def then():  # line 10: if s > level:
                ds_1 = ds + dresult * (i_1 + 1)
                return ds_1, 0.0

            ds, dresult = lax.cond(read_at(tapes, i_1, j_1), then, lambda: (ds, dresult))
            dA = add_at(dA, 2 * ds * read_at(A, i_1, j_1), i_1, j_1)  # line 9: s += A[i, j] * A[i, j]
            return ds, dresult, dA

        return lax.fori_loop(0, j, body_j, (ds, dresult, dA))

    _, _, dA = lax.fori_loop(0, i, body_i, (ds, dresult, dA))
    return dA

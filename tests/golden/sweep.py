"""A Gauss-Seidel sweep: elements of one array are read and overwritten in three nested loops."""
import numpy as np


def sweep(A, steps):
    A = A.copy()
    n, m = A.shape
    for t in range(steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                A[i, j] = np.sin(A[i, j - 1] * A[i - 1, j]) + 0.5 * A[i + 1, j] * A[i, j]
    return np.sum(A)


f = sweep
rng = np.random.default_rng(0)
args = (rng.normal(size=(5, 6)), 3)
more_args = [(rng.normal(size=(5, 6)), 0), (rng.normal(size=(3, 3)), 1), (rng.normal(size=(2, 4)), 2)]


# %% ir
# func sweep_grad(%A: f64[A.shape[0],A.shape[1]], %steps: i64):
#     %A.1: f64[A.shape[0],A.shape[1]] = copy(%A)    # line 6
#     %n: i64 = size(%A.1, axis=0)    # line 7
#     %m: i64 = size(%A.1, axis=1)    # line 7
#     %A_tape: list[f64[A.shape[0],A.shape[1]]] = tape(%steps, item=f64[A.shape[0],A.shape[1]])    # line 8
#     %tapes: list[list[list[f64]]] = tape(%steps, item=list[list[f64]])    # line 8
#     %A_i_j_tapes: list[list[list[f64]]] = tape(%steps, item=list[list[f64]])    # line 8
#     %A.2: f64[A.shape[0],A.shape[1]], %A_tape.1: list[f64[A.shape[0],A.shape[1]]], %tapes.1: list[list[list[f64]]], %A_i_j_tapes.1: list[list[list[f64]]] = for %t in range(0, %steps, 1) carrying (%A.3 = %A.1, %A_tape.2 = %A_tape, %tapes.2 = %tapes, %A_i_j_tapes.2 = %A_i_j_tapes):    # line 8, records 8 * A.shape[0] * A.shape[1] bytes a trip
#         %t.1: i64 = subtract(%n, 1)    # line 9
#         %t.2: i64 = subtract(%t.1, 1)    # line 9
#         %tapes.3: list[list[f64]] = tape(%t.2, item=list[f64])    # line 9
#         %A_i_j_tapes.3: list[list[f64]] = tape(%t.2, item=list[f64])    # line 9
#         %A.4: f64[A.shape[0],A.shape[1]], %tapes.4: list[list[f64]], %A_i_j_tapes.4: list[list[f64]] = for %i in range(1, %t.1, 1) carrying (%A.5 = %A.3, %tapes.5 = %tapes.3, %A_i_j_tapes.5 = %A_i_j_tapes.3):    # line 9
#             %t.3: i64 = subtract(%i, 1)    # line 9
#             %t.4: i64 = subtract(%m, 1)    # line 10
#             %t.5: i64 = subtract(%t.4, 1)    # line 10
#             %tape: list[f64] = tape(%t.5, item=f64)    # line 10
#             %A_i_j_tape: list[f64] = tape(%t.5, item=f64)    # line 10
#             %A.6: f64[A.shape[0],A.shape[1]], %tape.1: list[f64], %A_i_j_tape.1: list[f64] = for %j in range(1, %t.4, 1) carrying (%A.7 = %A.5, %tape.2 = %tape, %A_i_j_tape.2 = %A_i_j_tape):    # line 10, records 16 bytes a trip
#                 %t.6: i64 = subtract(%j, 1)    # line 10
#                 %t.7: i64 = subtract(%j, 1)    # line 11
#                 %t.8: f64 = getitem(%A.7, %i, %t.7, index=(At(operand=0), At(operand=1)))    # line 11
#                 %t.9: i64 = subtract(%i, 1)    # line 11
#                 %t.10: f64 = getitem(%A.7, %t.9, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 %t.11: f64 = multiply(%t.8, %t.10)    # line 11
#                 %t.12: f64 = sin(%t.11)    # line 11
#                 %t.13: i64 = add(%i, 1)    # line 11
#                 %t.14: f64 = getitem(%A.7, %t.13, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 %t.15: f64 = multiply(0.5, %t.14)    # line 11
#                 %tape.3: list[f64] = record(%tape.2, %t.6, %t.15)    # line 10
#                 %t.16: f64 = getitem(%A.7, %i, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 %A_i_j_tape.3: list[f64] = record(%A_i_j_tape.2, %t.6, %t.16)    # line 10
#                 %t.17: f64 = multiply(%t.15, %t.16)    # line 11
#                 %t.18: f64 = add(%t.12, %t.17)    # line 11
#                 %A.8: f64[A.shape[0],A.shape[1]] = setitem(%A.7, %t.18, %i, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 yield %A.8, %tape.3, %A_i_j_tape.3
#             %tapes.6: list[list[f64]] = record(%tapes.5, %t.3, %tape.1)    # line 9
#             %A_i_j_tapes.6: list[list[f64]] = record(%A_i_j_tapes.5, %t.3, %A_i_j_tape.1)    # line 9
#             yield %A.6, %tapes.6, %A_i_j_tapes.6
#         %A_tape.3: list[f64[A.shape[0],A.shape[1]]] = record(%A_tape.2, %t, %A.4)    # line 8
#         %tapes.7: list[list[list[f64]]] = record(%tapes.2, %t, %tapes.4)    # line 8
#         %A_i_j_tapes.7: list[list[list[f64]]] = record(%A_i_j_tapes.2, %t, %A_i_j_tapes.4)    # line 8
#         yield %A.4, %A_tape.3, %tapes.7, %A_i_j_tapes.7
#     %t.19: (A.shape[0], A.shape[1]) = shape(%A.2)    # adjoint of line 12
#     %dA: f64[A.shape[0],A.shape[1]] = full_of(%t.19, 1.0)    # adjoint of line 12
#     %dA.1: f64[A.shape[0],A.shape[1]] = for %t.20 in reversed range(0, %steps, 1) carrying (%dA.2 = %dA):    # adjoint of line 8
#         %A.9: f64[A.shape[0],A.shape[1]] = recall(%A_tape.1, %t.20)    # adjoint of line 8
#         %tapes.8: list[list[f64]] = recall(%tapes.1, %t.20)    # adjoint of line 8
#         %A_i_j_tapes.8: list[list[f64]] = recall(%A_i_j_tapes.1, %t.20)    # adjoint of line 8
#         %t.21: i64 = subtract(%n, 1)    # adjoint of line 9
#         %dA.3: f64[A.shape[0],A.shape[1]] = for %i.1 in reversed range(1, %t.21, 1) carrying (%dA.4 = %dA.2):    # adjoint of line 9
#             %t.22: i64 = subtract(%i.1, 1)    # adjoint of line 9
#             %tape.4: list[f64] = recall(%tapes.8, %t.22)    # adjoint of line 9
#             %A_i_j_tape.4: list[f64] = recall(%A_i_j_tapes.8, %t.22)    # adjoint of line 9
#             %t.23: i64 = subtract(%m, 1)    # adjoint of line 10
#             %dA.5: f64[A.shape[0],A.shape[1]] = for %j.1 in reversed range(1, %t.23, 1) carrying (%dA.6 = %dA.4):    # adjoint of line 10
#                 %t.24: i64 = subtract(%j.1, 1)    # adjoint of line 10
#                 %t.25: f64 = recall(%tape.4, %t.24)    # adjoint of line 10
#                 %t.26: f64 = recall(%A_i_j_tape.4, %t.24)    # adjoint of line 10
#                 %t.27: f64 = getitem(%A.9, %i.1, %t.24, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %t.28: f64 = getitem(%A.9, %t.22, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %t.29: f64 = multiply(%t.27, %t.28)    # adjoint of line 11
#                 %t.30: i64 = add(%i.1, 1)    # adjoint of line 11
#                 %t.31: f64 = getitem(%dA.6, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %t.32: f64 = multiply(%t.31, %t.26)    # adjoint of line 11
#                 %t.33: f64 = multiply(%t.31, %t.25)    # adjoint of line 11
#                 %t.34: f64 = multiply(%t.32, 0.5)    # adjoint of line 11
#                 %t.35: f64 = cos(%t.29)    # adjoint of line 11
#                 %t.36: f64 = multiply(%t.31, %t.35)    # adjoint of line 11
#                 %t.37: f64 = multiply(%t.36, %t.28)    # adjoint of line 11
#                 %t.38: f64 = multiply(%t.36, %t.27)    # adjoint of line 11
#                 %dA.7: f64[A.shape[0],A.shape[1]] = setitem(%dA.6, %t.33, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %dA.8: f64[A.shape[0],A.shape[1]] = add_at(%dA.7, %t.34, %t.30, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %dA.9: f64[A.shape[0],A.shape[1]] = add_at(%dA.8, %t.38, %t.22, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %dA.10: f64[A.shape[0],A.shape[1]] = add_at(%dA.9, %t.37, %i.1, %t.24, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 yield %dA.10
#             yield %dA.5
#         yield %dA.3
#     return %dA.1

# %% numpy
import numpy as np


def sweep_grad(A, steps):
    """Gradient of sweep with respect to A.   A: f64[n,m], steps: int"""
    # primal
    A = A.copy()
    n, m = A.shape
    A_tape = []
    tapes = []
    A_i_j_tapes = []
    for _ in range(steps):             # records 8 * A.shape[0] * A.shape[1] bytes a trip
        tapes_1 = []
        A_i_j_tapes_1 = []
        for i in range(1, n - 1):
            tape = []
            A_i_j_tape = []
            for j in range(1, m - 1):  # records 16 bytes a trip
                t1 = 0.5 * A[i + 1, j]
                tape.append(t1)
                A_i_j = A[i, j]
                A_i_j_tape.append(A_i_j)
                A[i, j] = np.sin(A[i, j - 1] * A[i - 1, j]) + t1 * A_i_j
            tapes_1.append(tape)
            A_i_j_tapes_1.append(A_i_j_tape)
        A_tape.append(A.copy())
        tapes.append(tapes_1)
        A_i_j_tapes.append(A_i_j_tapes_1)
    # adjoint
    dA = np.ones_like(A)                         # line 12: return np.sum(A)
    for t in reversed(range(steps)):             # line 8: for t in range(steps)
        A = A_tape[t]
        tapes_1 = tapes[t]
        A_i_j_tapes_1 = A_i_j_tapes[t]
        for i in reversed(range(1, n - 1)):      # line 9: for i in range(1, n - 1)
            tape = tapes_1[i - 1]
            A_i_j_tape = A_i_j_tapes_1[i - 1]
            for j in reversed(range(1, m - 1)):  # line 10: for j in range(1, m - 1)
                # line 11: A[i, j] = np.sin(A[i, j - 1] * A[i - 1, j]) + 0.5 * A[i ...
                A_i_jm1 = A[i, j - 1]
                A_im1_j = A[i - 1, j]
                dA_i_j = dA[i, j]
                t1 = dA_i_j * np.cos(A_i_jm1 * A_im1_j)
                dA[i, j] = dA_i_j * tape[j - 1]
                dA[i + 1, j] += dA_i_j * A_i_j_tape[j - 1] * 0.5
                dA[i - 1, j] += t1 * A_i_jm1
                dA[i, j - 1] += t1 * A_im1_j
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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit(static_argnames=("steps",))
def sweep_grad(A, steps):
    """Gradient of sweep with respect to A.   A: f64[n,m], steps: int"""
    # primal
    n = A.shape[0]
    m = A.shape[1]

    def body_t(t, carry):  # records 8 * A.shape[0] * A.shape[1] bytes a trip
        A_1, A_tape, tapes, A_i_j_tapes = carry

        def body_i(i, carry):
            A_1, tapes, A_i_j_tapes = carry

            def body_j(j, carry):  # records 16 bytes a trip
                A_1, tapes, A_i_j_tapes = carry
                t_1 = 0.5 * read_at(A_1, i + 1, j)
                tapes = write_at(tapes, t_1, t, i - 1, j - 1)
                A_i_j = read_at(A_1, i, j)
                A_i_j_tapes = write_at(A_i_j_tapes, A_i_j, t, i - 1, j - 1)
                A_1 = write_at(
                    A_1, jnp.sin(read_at(A_1, i, j - 1) * read_at(A_1, i - 1, j)) + t_1 * A_i_j, i, j
                )
                return A_1, tapes, A_i_j_tapes

            return fori_loop(1, m - 1, body_j, (A_1, tapes, A_i_j_tapes))

        A_1, tapes, A_i_j_tapes = fori_loop(1, n - 1, body_i, (A_1, tapes, A_i_j_tapes))
        A_tape = write_at(A_tape, A_1, t)
        return A_1, A_tape, tapes, A_i_j_tapes

    A_1, A_tape, tapes, A_i_j_tapes = fori_loop(
        0,
        steps,
        body_t,
        (
            A,
            jnp.zeros((max(steps, 0), A.shape[0], A.shape[1])),
            jnp.zeros((max(steps, 0), max(A.shape[0] - 2, 1), max(A.shape[1] - 2, 1))),
            jnp.zeros((max(steps, 0), max(A.shape[0] - 2, 1), max(A.shape[1] - 2, 1))),
        ),
    )
    # adjoint
    dA = jnp.ones_like(A_1)  # line 12: return np.sum(A)

    def body_t(k, dA):            # line 8: for t in range(steps):
        t = steps - 1 - k
        A_1 = read_at(A_tape, t)  # line 8: for t in range(steps):
        t_1 = n - 1               # line 9: for i in range(1, n - 1):

        def body_i(k, dA):
            i = t_1 - k
            t_2 = m - 1  # line 10: for j in range(1, m - 1):

            def body_j(k, dA):
                j = t_2 - k
                # line 11: A[i, j] = np.sin(A[i, j - 1] * A[i - 1, j]) + 0.5 * A[i + 1, j] * A[i, j]
                A_i_jm1 = read_at(A_1, i, j - 1)
                A_im1_j = read_at(A_1, i - 1, j)
                dA_i_j = read_at(dA, i, j)
                t_3 = dA_i_j * jnp.cos(A_i_jm1 * A_im1_j)
                dA = write_at(dA, dA_i_j * read_at(tapes, t, i - 1, j - 1), i, j)
                dA = add_at(dA, dA_i_j * read_at(A_i_j_tapes, t, i - 1, j - 1) * 0.5, i + 1, j)
                dA = add_at(dA, t_3 * A_i_jm1, i - 1, j)
                return add_at(dA, t_3 * A_im1_j, i, j - 1)

            return fori_loop(1, t_2, body_j, dA)

        return fori_loop(1, t_1, body_i, dA)

    dA = fori_loop(0, steps, body_t, dA)
    return dA

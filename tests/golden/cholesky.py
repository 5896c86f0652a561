"""The row Cholesky factorisation: slices that grow with the loop index, elements overwritten."""
import numpy as np


def f(A):
    L = np.zeros_like(A)
    logdet = 0.0
    for i in range(A.shape[0]):
        for j in range(i):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
        L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        logdet += 2 * np.log(L[i, i])
    return logdet


args = (np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]),)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %L: f64[A.shape[0],A.shape[1]] = zeros_like(%A)    # line 6
#     %t: i64 = size(%A, axis=0)    # line 8
#     %L.1: f64[A.shape[0],A.shape[1]] = for %i in range(0, %t, 1) carrying (%L.2 = %L):    # line 8
#         %L.3: f64[A.shape[0],A.shape[1]] = for %j in range(0, %i, 1) carrying (%L.4 = %L.2):    # line 9
#             %t.1: f64 = getitem(%A, %i, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.2: f64[?j@loop4] = getitem(%L.4, %i, %j, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 10
#             %t.3: f64[?j@loop4] = getitem(%L.4, %j, %j, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 10
#             %t.4: f64 = matmul(%t.2, %t.3)    # line 10
#             %t.5: f64 = subtract(%t.1, %t.4)    # line 10
#             %t.6: f64 = getitem(%L.4, %j, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.7: f64 = divide(%t.5, %t.6)    # line 10
#             %L.5: f64[A.shape[0],A.shape[1]] = setitem(%L.4, %t.7, %i, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             yield %L.5
#         %t.8: f64 = getitem(%A, %i, %i, index=(At(operand=0), At(operand=1)))    # line 11
#         %t.9: f64[?i@loop1] = getitem(%L.3, %i, %i, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 11
#         %t.10: f64[?i@loop1] = getitem(%L.3, %i, %i, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 11
#         %t.11: f64 = matmul(%t.9, %t.10)    # line 11
#         %t.12: f64 = subtract(%t.8, %t.11)    # line 11
#         %t.13: f64 = sqrt(%t.12)    # line 11
#         %L.6: f64[A.shape[0],A.shape[1]] = setitem(%L.3, %t.13, %i, %i, index=(At(operand=0), At(operand=1)))    # line 11
#         yield %L.6
#     %t.14: (A.shape[0], A.shape[1]) = shape(%L.1)    # adjoint of line 8
#     %t.15: f64[A.shape[0],A.shape[1]] = zeros_of(%t.14)    # adjoint of line 8
#     %t.16: (A.shape[0], A.shape[1]) = shape(%A)    # adjoint of line 8
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.16)    # adjoint of line 8
#     %dL: f64[A.shape[0],A.shape[1]], %dA.1: f64[A.shape[0],A.shape[1]] = for %i.1 in reversed range(0, %t, 1) carrying (%dL.1 = %t.15, %dA.2 = %dA):    # adjoint of line 8
#         %t.17: f64[?i@loop1] = getitem(%L.1, %i.1, %i.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 11
#         %t.18: f64 = getitem(%L.1, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %t.19: f64 = multiply(1.0, 2)    # adjoint of line 12
#         %t.20: f64 = divide(%t.19, %t.18)    # adjoint of line 12
#         %dL.2: f64[A.shape[0],A.shape[1]] = add_at(%dL.1, %t.20, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#         %t.21: f64 = getitem(%dL.2, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %t.22: f64 = multiply(2, %t.18)    # adjoint of line 11
#         %t.23: f64 = divide(%t.21, %t.22)    # adjoint of line 11
#         %t.24: f64[?i@loop1] = multiply(%t.23, %t.17)    # adjoint of line 11
#         %dL.3: f64[A.shape[0],A.shape[1]] = setitem(%dL.2, 0, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %t.25: f64[?i@loop1] = multiply(-2, %t.24)    # adjoint of line 11
#         %dL.4: f64[A.shape[0],A.shape[1]] = add_at(%dL.3, %t.25, %i.1, %i.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 11
#         %dA.3: f64[A.shape[0],A.shape[1]] = add_at(%dA.2, %t.23, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %dL.5: f64[A.shape[0],A.shape[1]], %dA.4: f64[A.shape[0],A.shape[1]] = for %j.1 in reversed range(0, %i.1, 1) carrying (%dL.6 = %dL.4, %dA.5 = %dA.3):    # adjoint of line 9
#             %t.26: f64[?j@loop4] = getitem(%L.1, %i.1, %j.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 10
#             %t.27: f64[?j@loop4] = getitem(%L.1, %j.1, %j.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 10
#             %t.28: f64 = getitem(%L.1, %j.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.29: f64 = getitem(%L.1, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.30: f64 = getitem(%dL.6, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dL.7: f64[A.shape[0],A.shape[1]] = setitem(%dL.6, 0, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.31: f64 = divide(%t.30, %t.28)    # adjoint of line 10
#             %t.32: f64 = multiply(%t.31, %t.29)    # adjoint of line 10
#             %t.33: f64 = negative(%t.32)    # adjoint of line 10
#             %dL.8: f64[A.shape[0],A.shape[1]] = add_at(%dL.7, %t.33, %j.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.34: f64[?j@loop4] = multiply(%t.31, %t.27)    # adjoint of line 10
#             %t.35: f64[?j@loop4] = negative(%t.34)    # adjoint of line 10
#             %t.36: f64[?j@loop4] = multiply(%t.31, %t.26)    # adjoint of line 10
#             %t.37: f64[?j@loop4] = negative(%t.36)    # adjoint of line 10
#             %dL.9: f64[A.shape[0],A.shape[1]] = add_at(%dL.8, %t.37, %j.1, %j.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 10
#             %dL.10: f64[A.shape[0],A.shape[1]] = add_at(%dL.9, %t.35, %i.1, %j.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 10
#             %dA.6: f64[A.shape[0],A.shape[1]] = add_at(%dA.5, %t.31, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             yield %dL.10, %dA.6
#         yield %dL.5, %dA.4
#     return %dA.1

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # primal
    L = np.zeros_like(A)
    for i in range(A.shape[0]):
        for j in range(i):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
        L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
    # adjoint
    dL = np.zeros_like(L)
    dA = np.zeros_like(A)
    for i in reversed(range(A.shape[0])):  # line 8: for i in range(A.shape[0])
        L_i_i = L[i, i]                    # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        dL[i, i] += 1.0 * 2 / L_i_i        # line 12: logdet += 2 * np.log(L[i, i])
        t = dL[i, i] / (2 * L_i_i)         # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        dL[i, i] = 0
        dL[i, :i] -= 2 * (t * L[i, :i])
        dA[i, i] += t
        for j in reversed(range(i)):       # line 9: for j in range(i)
            dL_i_j = dL[i, j]              # line 10: L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
            dL[i, j] = 0
            t = dL_i_j / L[j, j]
            dL[j, j] -= t * L[i, j]
            dL[j, :j] -= t * L[i, :j]
            dL[i, :j] -= t * L[j, :j]
            dA[i, j] += t
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


@jax.jit
def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    A = jnp.asarray(A)
    # primal
    L = jnp.zeros_like(A)

    def body_i(i, L):
        def body_j(j, L):
            return write_at(
                L,
                (
                    read_at(A, i, j)
                    - jnp.sum(jnp.where(jnp.arange(A.shape[1]) < j, read_at(L, i) * read_at(L, j), 0))
                ) / read_at(L, j, j),
                i,
                j,
            )

        L = lax.fori_loop(0, i, body_j, L)
        return write_at(
            L,
            jnp.sqrt(
                read_at(A, i, i)
                - jnp.sum(jnp.where(jnp.arange(A.shape[1]) < i, read_at(L, i) * read_at(L, i), 0))
            ),
            i,
            i,
        )

    L = fori_loop(0, A.shape[0], body_i, L)
    # adjoint
    dA = jnp.zeros_like(A)  # line 8: for i in range(A.shape[0]):

    def body_i(k, carry):
        dL, dA = carry
        i = A.shape[0] - 1 - k
        L_i_i = read_at(L, i, i)  # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        # line 12: logdet += 2 * np.log(L[i, i])
        t = add_at(read_at(dL, i), 1.0 * 2 / L_i_i, i)
        t_1 = read_at(t, i)       # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        t_2 = t_1 / (2 * L_i_i)
        t_3 = jnp.arange(A.shape[1])
        dL = write_at(
            dL,
            write_at(t, jnp.where(i >= 0, 0.0, t_1), i) + jnp.where(t_3 < i, -2 * (t_2 * read_at(L, i)), 0),
            i,
        )
        dA = add_at(dA, t_2, i, i)

        def body_j(k, carry):  # line 9: for j in range(i):
            dL, dA, t = carry
            j = i - 1 - k
            # line 10: L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
            t_1 = read_at(t, j) / read_at(L, j, j)
            t_2 = t_3 < j
            dL = write_at(
                dL,
                (
                    add_at(read_at(dL, j), -(t_1 * read_at(L, i, j)), j)
                    + jnp.where(t_2, -(t_1 * read_at(L, i)), 0)
                ),
                j,
            )
            dA = add_at(dA, t_1, i, j)
            return dL, dA, write_at(t, 0, j) + jnp.where(t_2, -(t_1 * read_at(L, j)), 0)

        dL, dA, dL_i = lax.fori_loop(0, i, body_j, (dL, dA, read_at(dL, i)))
        dL = write_at(dL, dL_i, i)
        return dL, dA

    _, dA = fori_loop(0, A.shape[0], body_i, (jnp.zeros_like(L), dA))
    return dA

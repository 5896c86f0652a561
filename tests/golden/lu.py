"""LU factorisation in place: everything that the adjoint reads is in the factors at the end."""
import numpy as np


def f(A):
    A = A.copy()
    n = A.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    return np.sum(np.log(np.abs(np.diag(A))))


args = (np.array([[4.0, 1.0, 0.5], [1.5, 3.0, 0.2], [-0.5, 0.7, 2.0]]),)
more_args = [(np.array([[4.0, 1.0, 0.5, 0.3], [1.5, 3.0, 0.2, -0.4], [-0.5, 0.7, 2.0, 1.0], [0.1, 0.2, 0.3, 5.0]]),)]


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %A.1: f64[A.shape[0],A.shape[1]] = copy(%A)    # line 6
#     %n: i64 = size(%A.1, axis=0)    # line 7
#     %A.2: f64[A.shape[0],A.shape[1]] = for %k in range(0, %n, 1) carrying (%A.3 = %A.1):    # line 8
#         %t: i64 = add(%k, 1)    # line 9
#         %A.4: f64[A.shape[0],A.shape[1]] = for %i in range(%t, %n, 1) carrying (%A.5 = %A.3):    # line 9
#             %t.1: f64 = getitem(%A.5, %i, %k, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.2: f64 = getitem(%A.5, %k, %k, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.3: f64 = divide(%t.1, %t.2)    # line 10
#             %A.6: f64[A.shape[0],A.shape[1]] = setitem(%A.5, %t.3, %i, %k, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.4: i64 = add(%k, 1)    # line 11
#             %A.7: f64[A.shape[0],A.shape[1]] = for %j in range(%t.4, %n, 1) carrying (%A.8 = %A.6):    # line 11
#                 %t.5: f64 = getitem(%A.8, %i, %j, index=(At(operand=0), At(operand=1)))    # line 12
#                 %t.6: f64 = getitem(%A.8, %i, %k, index=(At(operand=0), At(operand=1)))    # line 12
#                 %t.7: f64 = getitem(%A.8, %k, %j, index=(At(operand=0), At(operand=1)))    # line 12
#                 %t.8: f64 = multiply(%t.6, %t.7)    # line 12
#                 %t.9: f64 = subtract(%t.5, %t.8)    # line 12
#                 %A.9: f64[A.shape[0],A.shape[1]] = setitem(%A.8, %t.9, %i, %j, index=(At(operand=0), At(operand=1)))    # line 12
#                 yield %A.9
#             yield %A.7
#         yield %A.4
#     %t.10: f64[min(A.shape[0], A.shape[1])] = diag(%A.2, k=0)    # line 13
#     %t.11: f64[min(A.shape[0], A.shape[1])] = absolute(%t.10)    # adjoint of line 13
#     %t.12: f64[min(A.shape[0], A.shape[1])] = sign(%t.10)    # adjoint of line 13
#     %t.13: f64[min(A.shape[0], A.shape[1])] = divide(%t.12, %t.11)    # adjoint of line 13
#     %t.14: i64 = size(%t.10, axis=0)    # adjoint of line 13
#     %t.15: i64[min(A.shape[0], A.shape[1])] = arange(%t.14)    # adjoint of line 13
#     %t.16: (A.shape[0], A.shape[1]) = shape(%A.2)    # adjoint of line 13
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.16)    # adjoint of line 13
#     %dA.1: f64[A.shape[0],A.shape[1]] = add_at(%dA, %t.13, %t.15, %t.15, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#     %dA.2: f64[A.shape[0],A.shape[1]] = for %k.1 in reversed range(0, %n, 1) carrying (%dA.3 = %dA.1):    # adjoint of line 8
#         %t.17: i64 = add(%k.1, 1)    # adjoint of line 9
#         %dA.4: f64[A.shape[0],A.shape[1]] = for %i.1 in reversed range(%t.17, %n, 1) carrying (%dA.5 = %dA.3):    # adjoint of line 9
#             %t.18: f64 = getitem(%A.2, %k.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.19: f64 = getitem(%A.2, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dA.6: f64[A.shape[0],A.shape[1]] = for %j.1 in reversed range(%t.17, %n, 1) carrying (%dA.7 = %dA.5):    # adjoint of line 11
#                 %t.20: f64 = getitem(%A.2, %k.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#                 %t.21: f64 = getitem(%dA.7, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#                 %t.22: f64 = multiply(%t.21, %t.20)    # adjoint of line 12
#                 %t.23: f64 = negative(%t.22)    # adjoint of line 12
#                 %t.24: f64 = multiply(%t.21, %t.19)    # adjoint of line 12
#                 %t.25: f64 = negative(%t.24)    # adjoint of line 12
#                 %dA.8: f64[A.shape[0],A.shape[1]] = add_at(%dA.7, %t.25, %k.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#                 %dA.9: f64[A.shape[0],A.shape[1]] = add_at(%dA.8, %t.23, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#                 yield %dA.9
#             %t.26: f64 = getitem(%dA.6, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.27: f64 = divide(%t.26, %t.18)    # adjoint of line 10
#             %t.28: f64 = multiply(%t.27, %t.19)    # adjoint of line 10
#             %t.29: f64 = negative(%t.28)    # adjoint of line 10
#             %dA.10: f64[A.shape[0],A.shape[1]] = setitem(%dA.6, %t.27, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dA.11: f64[A.shape[0],A.shape[1]] = add_at(%dA.10, %t.29, %k.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             yield %dA.11
#         yield %dA.4
#     return %dA.2

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # primal
    A = A.copy()
    n = A.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    t = np.diag(A)
    # adjoint
    t1 = np.arange(len(t))                   # line 13: return np.sum(np.log(np.abs(np.diag(A))))
    dA = np.zeros_like(A)
    dA[t1, t1] += np.sign(t) / np.abs(t)
    for k in reversed(range(n)):             # line 8: for k in range(n)
        t = k + 1
        for i in reversed(range(t, n)):      # line 9: for i in range(k + 1, n)
            A_i_k = A[i, k]                  # line 10: A[i, k] /= A[k, k]
            for j in reversed(range(t, n)):  # line 11: for j in range(k + 1, n)
                dA_i_j = dA[i, j]            # line 12: A[i, j] -= A[i, k] * A[k, j]
                dA[k, j] -= dA_i_j * A_i_k
                dA[i, k] -= dA_i_j * A[k, j]
            dA_i_k = dA[i, k] / A[k, k]      # line 10: A[i, k] /= A[k, k]
            dA[i, k] = dA_i_k
            dA[k, k] -= dA_i_k * A_i_k
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
@jax.jit
def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # primal
    n = A.shape[0]

    def body_k(k, A):
        def body_i(i, A):
            A = write_at(A, read_at(A, i, k) / read_at(A, k, k), i, k)
            A_i_k = read_at(A, i, k)

            def body_j(j, A):
                return write_at(A, read_at(A, i, j) - A_i_k * read_at(A, k, j), i, j)

            return lax.fori_loop(k + 1, n, body_j, A)

        return lax.fori_loop(k + 1, n, body_i, A)

    A = fori_loop(0, n, body_k, A)
    t = jnp.diag(A)
    # adjoint
    t_1 = jnp.arange(t.shape[0])  # line 13: return np.sum(np.log(np.abs(np.diag(A))))
    dA = jnp.zeros_like(A)
    dA = dA.at[t_1, t_1].add(jnp.sign(t) / jnp.abs(t))

    def body_k(trip, dA):  # line 8: for k in range(n):
        k = n - 1 - trip

        def body_i(k_1, dA):          # line 9: for i in range(k + 1, n):
            i = k + 1 + (n - 1) - k_1
            A_i_k = read_at(A, i, k)  # line 10: A[i, k] /= A[k, k]

            def body_j(k_1, carry):         # line 11: for j in range(k + 1, n):
                dA, t = carry
                j = k + 1 + (n - 1) - k_1
                dA_i_j = read_at(dA, i, j)  # line 12: A[i, j] -= A[i, k] * A[k, j]
                dA = add_at(dA, -(dA_i_j * A_i_k), k, j)
                return dA, t - dA_i_j * read_at(A, k, j)

            dA, dA_i_k = lax.fori_loop(k + 1, n, body_j, (dA, read_at(dA, i, k)))
            dA = write_at(dA, dA_i_k, i, k)
            dA_i_k = read_at(dA, i, k) / read_at(A, k, k)  # line 10: A[i, k] /= A[k, k]
            dA = write_at(dA, dA_i_k, i, k)
            return add_at(dA, -(dA_i_k * A_i_k), k, k)

        return lax.fori_loop(k + 1, n, body_i, dA)

    dA = fori_loop(0, n, body_k, dA)
    return dA

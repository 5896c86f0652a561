"""A matrix product written as three loops."""
import numpy as np


def f(A, B):
    n, m = A.shape
    p = B.shape[1]
    C = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            s = 0.0
            for k in range(m):
                s += A[i, k] * B[k, j]
            C[i, j] = s
    return np.sum(C**2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(2, 3)), rng.normal(size=(3, 2)))
argnums = (0, 1)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]], %B: f64[B.shape[0],B.shape[1]]):
#     %n: i64 = size(%A, axis=0)    # line 6
#     %m: i64 = size(%A, axis=1)    # line 6
#     %p: i64 = size(%B, axis=1)    # line 7
#     %C: f64[A.shape[0],B.shape[1]] = zeros(%n, %p)    # line 8
#     %C.1: f64[A.shape[0],B.shape[1]] = for %i in range(0, %n, 1) carrying (%C.2 = %C):    # line 9
#         %C.3: f64[A.shape[0],B.shape[1]] = for %j in range(0, %p, 1) carrying (%C.4 = %C.2):    # line 10
#             %s: f64 = for %k in range(0, %m, 1) carrying (%s.1 = 0.0):    # line 12
#                 %t: f64 = getitem(%A, %i, %k, index=(At(operand=0), At(operand=1)))    # line 13
#                 %t.1: f64 = getitem(%B, %k, %j, index=(At(operand=0), At(operand=1)))    # line 13
#                 %t.2: f64 = multiply(%t, %t.1)    # line 13
#                 %s.2: f64 = add(%s.1, %t.2)    # line 13
#                 yield %s.2
#             %C.5: f64[A.shape[0],B.shape[1]] = setitem(%C.4, %s, %i, %j, index=(At(operand=0), At(operand=1)))    # line 14
#             yield %C.5
#         yield %C.3
#     %t.3: f64[A.shape[0],B.shape[1]] = multiply(2, %C.1)    # adjoint of line 15
#     %t.4: (A.shape[0], A.shape[1]) = shape(%A)    # adjoint of line 9
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.4)    # adjoint of line 9
#     %t.5: (B.shape[0], B.shape[1]) = shape(%B)    # adjoint of line 9
#     %dB: f64[B.shape[0],B.shape[1]] = zeros_of(%t.5)    # adjoint of line 9
#     %dC: f64[A.shape[0],B.shape[1]], %dA.1: f64[A.shape[0],A.shape[1]], %dB.1: f64[B.shape[0],B.shape[1]] = for %i.1 in reversed range(0, %n, 1) carrying (%dC.1 = %t.3, %dA.2 = %dA, %dB.2 = %dB):    # adjoint of line 9
#         %dC.2: f64[A.shape[0],B.shape[1]], %dA.3: f64[A.shape[0],A.shape[1]], %dB.3: f64[B.shape[0],B.shape[1]] = for %j.1 in reversed range(0, %p, 1) carrying (%dC.3 = %dC.1, %dA.4 = %dA.2, %dB.4 = %dB.2):    # adjoint of line 10
#             %ds: f64 = getitem(%dC.3, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 14
#             %dA.5: f64[A.shape[0],A.shape[1]], %dB.5: f64[B.shape[0],B.shape[1]] = for %k.1 in reversed range(0, %m, 1) carrying (%dA.6 = %dA.4, %dB.6 = %dB.4):    # adjoint of line 12
#                 %t.6: f64 = getitem(%A, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %t.7: f64 = getitem(%B, %k.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %t.8: f64 = multiply(%ds, %t.7)    # adjoint of line 13
#                 %t.9: f64 = multiply(%ds, %t.6)    # adjoint of line 13
#                 %dB.7: f64[B.shape[0],B.shape[1]] = add_at(%dB.6, %t.9, %k.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %dA.7: f64[A.shape[0],A.shape[1]] = add_at(%dA.6, %t.8, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 yield %dA.7, %dB.7
#             yield %dC.3, %dA.5, %dB.5
#         yield %dC.2, %dA.3, %dB.3
#     return %dA.1, %dB.1

# %% numpy
import numpy as np


def f_grad(A, B):
    """Gradient of f with respect to A, B.   A: f64[n,m], B: f64[k,l]"""
    # primal
    n, m = A.shape
    p = B.shape[1]
    C = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            s = 0.0
            for k in range(m):
                s += A[i, k] * B[k, j]
            C[i, j] = s
    # adjoint
    dC = 2 * C                            # line 15: return np.sum(C**2)
    dA = np.zeros_like(A)
    dB = np.zeros_like(B)
    for i in reversed(range(n)):          # line 9: for i in range(n)
        for j in reversed(range(p)):      # line 10: for j in range(p)
            ds = dC[i, j]                 # line 14: C[i, j] = s
            for k in reversed(range(m)):  # line 12: for k in range(m)
                dB[k, j] += ds * A[i, k]  # line 13: s += A[i, k] * B[k, j]
                dA[i, k] += ds * B[k, j]
    return dA, dB

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
def f_grad(A, B):
    """Gradient of f with respect to A, B.   A: f64[n,m], B: f64[k,l]"""
    A = jnp.asarray(A)
    B = jnp.asarray(B)
    # primal
    n = A.shape[0]
    m = A.shape[1]
    p = B.shape[1]
    C = jnp.zeros((n, p))

    def body_i(i, C):
        def body_j(j, C):
            def body_k(k, s):
                return s + read_at(A, i, k) * read_at(B, k, j)

            s = fori_loop(0, m, body_k, 0.0)
            return write_at(C, s, i, j)

        return fori_loop(0, p, body_j, C)

    C = fori_loop(0, n, body_i, C)
    # adjoint
    dA = jnp.zeros_like(A)  # line 9: for i in range(n):
    dB = jnp.zeros_like(B)

    def body_i(k, carry):
        dC, dA, dB = carry
        i = n - 1 - k

        def body_j(k, carry):       # line 10: for j in range(p):
            dC, dA, dB = carry
            j = p - 1 - k
            ds = read_at(dC, i, j)  # line 14: C[i, j] = s

            def body_k(trip, carry):                          # line 12: for k in range(m):
                dA, dB = carry
                k = m - 1 - trip
                dB = add_at(dB, ds * read_at(A, i, k), k, j)  # line 13: s += A[i, k] * B[k, j]
                dA = add_at(dA, ds * read_at(B, k, j), i, k)
                return dA, dB

            dA, dB = fori_loop(0, m, body_k, (dA, dB))
            return dC, dA, dB

        return fori_loop(0, p, body_j, (dC, dA, dB))

    _, dA, dB = fori_loop(0, n, body_i, (2 * C, dA, dB))
    return dA, dB

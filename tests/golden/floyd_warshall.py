"""Floyd and Warshall's shortest paths, with a soft minimum, in place."""
import numpy as np


def f(W):
    D = W.copy()
    n = len(D)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                D[i, j] = -np.log(np.exp(-D[i, j]) + np.exp(-(D[i, k] + D[k, j])))
    return np.sum(D)


args = (np.array([[0.3, 1.0, 2.0], [1.5, 0.2, 0.7], [0.9, 1.1, 0.4]]),)


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]]):
#     %D: f64[W.shape[0],W.shape[1]] = copy(%W)    # line 6
#     %n: i64 = size(%D, axis=0)    # line 7
#     %tapes: list[list[list[f64]]] = tape(%n, item=list[list[f64]])    # line 8
#     %tapes.1: list[list[list[f64]]] = tape(%n, item=list[list[f64]])    # line 8
#     %D.1: f64[W.shape[0],W.shape[1]], %tapes.2: list[list[list[f64]]], %tapes.3: list[list[list[f64]]] = for %k in range(0, %n, 1) carrying (%D.2 = %D, %tapes.4 = %tapes, %tapes.5 = %tapes.1):    # line 8
#         %tapes.6: list[list[f64]] = tape(%n, item=list[f64])    # line 9
#         %tapes.7: list[list[f64]] = tape(%n, item=list[f64])    # line 9
#         %D.3: f64[W.shape[0],W.shape[1]], %tapes.8: list[list[f64]], %tapes.9: list[list[f64]] = for %i in range(0, %n, 1) carrying (%D.4 = %D.2, %tapes.10 = %tapes.6, %tapes.11 = %tapes.7):    # line 9
#             %tape: list[f64] = tape(%n, item=f64)    # line 10
#             %tape.1: list[f64] = tape(%n, item=f64)    # line 10
#             %D.5: f64[W.shape[0],W.shape[1]], %tape.2: list[f64], %tape.3: list[f64] = for %j in range(0, %n, 1) carrying (%D.6 = %D.4, %tape.4 = %tape, %tape.5 = %tape.1):    # line 10, records 16 bytes a trip
#                 %t: f64 = getitem(%D.6, %i, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 %t.1: f64 = negative(%t)    # line 11
#                 %t.2: f64 = exp(%t.1)    # line 11
#                 %tape.6: list[f64] = record(%tape.4, %j, %t.2)    # line 10
#                 %t.3: f64 = getitem(%D.6, %i, %k, index=(At(operand=0), At(operand=1)))    # line 11
#                 %t.4: f64 = getitem(%D.6, %k, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 %t.5: f64 = add(%t.3, %t.4)    # line 11
#                 %t.6: f64 = negative(%t.5)    # line 11
#                 %t.7: f64 = exp(%t.6)    # line 11
#                 %tape.7: list[f64] = record(%tape.5, %j, %t.7)    # line 10
#                 %t.8: f64 = add(%t.2, %t.7)    # line 11
#                 %t.9: f64 = log(%t.8)    # line 11
#                 %t.10: f64 = negative(%t.9)    # line 11
#                 %D.7: f64[W.shape[0],W.shape[1]] = setitem(%D.6, %t.10, %i, %j, index=(At(operand=0), At(operand=1)))    # line 11
#                 yield %D.7, %tape.6, %tape.7
#             %tapes.12: list[list[f64]] = record(%tapes.10, %i, %tape.2)    # line 9
#             %tapes.13: list[list[f64]] = record(%tapes.11, %i, %tape.3)    # line 9
#             yield %D.5, %tapes.12, %tapes.13
#         %tapes.14: list[list[list[f64]]] = record(%tapes.4, %k, %tapes.8)    # line 8
#         %tapes.15: list[list[list[f64]]] = record(%tapes.5, %k, %tapes.9)    # line 8
#         yield %D.3, %tapes.14, %tapes.15
#     %t.11: (W.shape[0], W.shape[1]) = shape(%D.1)    # adjoint of line 12
#     %dD: f64[W.shape[0],W.shape[1]] = full_of(%t.11, 1.0)    # adjoint of line 12
#     %dD.1: f64[W.shape[0],W.shape[1]] = for %k.1 in reversed range(0, %n, 1) carrying (%dD.2 = %dD):    # adjoint of line 8
#         %tapes.16: list[list[f64]] = recall(%tapes.2, %k.1)    # adjoint of line 8
#         %tapes.17: list[list[f64]] = recall(%tapes.3, %k.1)    # adjoint of line 8
#         %dD.3: f64[W.shape[0],W.shape[1]] = for %i.1 in reversed range(0, %n, 1) carrying (%dD.4 = %dD.2):    # adjoint of line 9
#             %tape.8: list[f64] = recall(%tapes.16, %i.1)    # adjoint of line 9
#             %tape.9: list[f64] = recall(%tapes.17, %i.1)    # adjoint of line 9
#             %dD.5: f64[W.shape[0],W.shape[1]] = for %j.1 in reversed range(0, %n, 1) carrying (%dD.6 = %dD.4):    # adjoint of line 10
#                 %t.12: f64 = recall(%tape.8, %j.1)    # adjoint of line 10
#                 %t.13: f64 = recall(%tape.9, %j.1)    # adjoint of line 10
#                 %t.14: f64 = add(%t.12, %t.13)    # adjoint of line 11
#                 %t.15: f64 = getitem(%dD.6, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %t.16: f64 = divide(%t.15, %t.14)    # adjoint of line 11
#                 %t.17: f64 = multiply(%t.16, %t.13)    # adjoint of line 11
#                 %t.18: f64 = multiply(%t.16, %t.12)    # adjoint of line 11
#                 %dD.7: f64[W.shape[0],W.shape[1]] = setitem(%dD.6, %t.18, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %dD.8: f64[W.shape[0],W.shape[1]] = add_at(%dD.7, %t.17, %k.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 %dD.9: f64[W.shape[0],W.shape[1]] = add_at(%dD.8, %t.17, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#                 yield %dD.9
#             yield %dD.5
#         yield %dD.3
#     return %dD.1

# %% numpy
import numpy as np


def f_grad(W):
    """Gradient of f with respect to W.   W: f64[n,m]"""
    # primal
    D = W.copy()
    n = len(D)
    tapes = []
    tapes_1 = []
    for k in range(n):
        tapes_2 = []
        tapes_3 = []
        for i in range(n):
            tape = []
            tape_1 = []
            for j in range(n):  # records 16 bytes a trip
                t = np.exp(-D[i, j])
                tape.append(t)
                t1 = np.exp(-(D[i, k] + D[k, j]))
                tape_1.append(t1)
                D[i, j] = -np.log(t + t1)
            tapes_2.append(tape)
            tapes_3.append(tape_1)
        tapes.append(tapes_2)
        tapes_1.append(tapes_3)
    # adjoint
    dD = np.ones_like(D)                  # line 12: return np.sum(D)
    for k in reversed(range(n)):          # line 8: for k in range(n)
        tapes_2 = tapes_1[k]
        tapes_3 = tapes[k]
        for i in reversed(range(n)):      # line 9: for i in range(n)
            tape = tapes_3[i]
            tape_1 = tapes_2[i]
            for j in reversed(range(n)):  # line 10: for j in range(n)
                t = tape[j]
                t1 = tape_1[j]
                # line 11: D[i, j] = -np.log(np.exp(-D[i, j]) + np.exp(-(D[i, k] + ...
                t2 = dD[i, j] / (t + t1)
                t3 = t2 * t1
                dD[i, j] = t2 * t
                dD[k, j] += t3
                dD[i, k] += t3
    return dD

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
def f_grad(W):
    """Gradient of f with respect to W.   W: f64[n,m]"""
    # primal
    n = W.shape[0]

    def body_k(k, carry):
        D, tapes, tapes_1 = carry

        def body_i(i, carry):
            D, tapes, tapes_1 = carry

            def body_j(j, carry):  # records 16 bytes a trip
                D, tapes, tapes_1 = carry
                t = jnp.exp(-read_at(D, i, j))
                tapes = write_at(tapes, t, k, i, j)
                t_1 = jnp.exp(-(read_at(D, i, k) + read_at(D, k, j)))
                tapes_1 = write_at(tapes_1, t_1, k, i, j)
                D = write_at(D, -jnp.log(t + t_1), i, j)
                return D, tapes, tapes_1

            return fori_loop(0, n, body_j, (D, tapes, tapes_1))

        return fori_loop(0, n, body_i, (D, tapes, tapes_1))

    D, tapes, tapes_1 = fori_loop(
        0,
        n,
        body_k,
        (
            W,
            jnp.zeros((n, max(W.shape[0], 1), max(W.shape[0], 1))),
            jnp.zeros((n, max(W.shape[0], 1), max(W.shape[0], 1))),
        ),
    )
    # adjoint
    dD = jnp.ones_like(D)  # line 12: return np.sum(D)

    def body_k(trip, dD):  # line 8: for k in range(n):
        k = n - 1 - trip

        def body_i(k_1, dD):  # line 9: for i in range(n):
            i = n - 1 - k_1

            def body_j(k_1, dD):             # line 10: for j in range(n):
                j = n - 1 - k_1
                t = read_at(tapes, k, i, j)  # line 10: for j in range(n):
                t_1 = read_at(tapes_1, k, i, j)
                # line 11: D[i, j] = -np.log(np.exp(-D[i, j]) + np.exp(-(D[i, k] + D[k, j])))
                t_2 = read_at(dD, i, j) / (t + t_1)
                t_1 = t_2 * t_1
                dD = write_at(dD, t_2 * t, i, j)
                dD = add_at(dD, t_1, k, j)
                return add_at(dD, t_1, i, k)

            return fori_loop(0, n, body_j, dD)

        return fori_loop(0, n, body_i, dD)

    dD = fori_loop(0, n, body_k, dD)
    return dD

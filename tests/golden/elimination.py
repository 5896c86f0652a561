"""Gaussian elimination by rows: slices that start at the loop index, read and written."""
import numpy as np


def f(A, b):
    A, b = A.copy(), b.copy()
    n = len(b)
    for k in range(n):
        for i in range(k + 1, n):
            factor = A[i, k] / A[k, k]
            A[i, k:] -= factor * A[k, k:]
            b[i] -= factor * b[k]
    return np.sum(b**2) + np.log(np.abs(np.prod(np.diag(A))))


args = (np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]), np.array([1.0, -2.0, 0.5]))
argnums = (0, 1)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]], %b: f64[b.shape[0]]):
#     %A.1: f64[A.shape[0],A.shape[1]] = copy(%A)    # line 6
#     %b.1: f64[b.shape[0]] = copy(%b)    # line 6
#     %n: i64 = size(%b.1, axis=0)    # line 7
#     %factor_tapes: list[list[f64]] = tape(%n, item=list[f64])    # line 8
#     %A.2: f64[A.shape[0],A.shape[1]], %b.2: f64[b.shape[0]], %factor_tapes.1: list[list[f64]] = for %k in range(0, %n, 1) carrying (%A.3 = %A.1, %b.3 = %b.1, %factor_tapes.2 = %factor_tapes):    # line 8
#         %t: i64 = add(%k, 1)    # line 9
#         %t.1: i64 = subtract(%n, %t)    # line 9
#         %factor_tape: list[f64] = tape(%t.1, item=f64)    # line 9
#         %A.4: f64[A.shape[0],A.shape[1]], %b.4: f64[b.shape[0]], %factor_tape.1: list[f64] = for %i in range(%t, %n, 1) carrying (%A.5 = %A.3, %b.5 = %b.3, %factor_tape.2 = %factor_tape):    # line 9, records 8 bytes a trip
#             %t.2: i64 = subtract(%i, %t)    # line 9
#             %t.3: f64 = getitem(%A.5, %i, %k, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.4: f64 = getitem(%A.5, %k, %k, index=(At(operand=0), At(operand=1)))    # line 10
#             %factor: f64 = divide(%t.3, %t.4)    # line 10
#             %factor_tape.3: list[f64] = record(%factor_tape.2, %t.2, %factor)    # line 9
#             %t.5: f64[A.shape[1] - ?k@loop1] = getitem(%A.5, %i, %k, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # line 11
#             %t.6: f64[A.shape[1] - ?k@loop1] = getitem(%A.5, %k, %k, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # line 11
#             %t.7: f64[A.shape[1] - ?k@loop1] = multiply(%factor, %t.6)    # line 11
#             %t.8: f64[A.shape[1] - ?k@loop1] = subtract(%t.5, %t.7)    # line 11
#             %A.6: f64[A.shape[0],A.shape[1]] = setitem(%A.5, %t.8, %i, %k, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # line 11
#             %t.9: f64 = getitem(%b.5, %i, index=(At(operand=0),))    # line 12
#             %t.10: f64 = getitem(%b.5, %k, index=(At(operand=0),))    # line 12
#             %t.11: f64 = multiply(%factor, %t.10)    # line 12
#             %t.12: f64 = subtract(%t.9, %t.11)    # line 12
#             %b.6: f64[b.shape[0]] = setitem(%b.5, %t.12, %i, index=(At(operand=0),))    # line 12
#             yield %A.6, %b.6, %factor_tape.3
#         %factor_tapes.3: list[list[f64]] = record(%factor_tapes.2, %k, %factor_tape.1)    # line 8
#         yield %A.4, %b.4, %factor_tapes.3
#     %t.13: f64[min(A.shape[0], A.shape[1])] = diag(%A.2, k=0)    # line 13
#     %t.14: f64 = prod(%t.13, keepdims=False)    # line 13
#     %t.15: f64 = absolute(%t.14)    # adjoint of line 13
#     %t.16: f64 = sign(%t.14)    # adjoint of line 13
#     %t.17: f64 = divide(%t.16, %t.15)    # adjoint of line 13
#     %t.18: f64[min(A.shape[0], A.shape[1])] = roll(%t.13, 1)    # adjoint of line 13
#     %t.19: f64[min(A.shape[0], A.shape[1])] = setitem(%t.18, 1, 1, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 13
#     %t.20: f64[min(A.shape[0], A.shape[1])] = cumprod(%t.19)    # adjoint of line 13
#     %t.21: f64[min(A.shape[0], A.shape[1])] = flip(%t.13)    # adjoint of line 13
#     %t.22: f64[min(A.shape[0], A.shape[1])] = roll(%t.21, 1)    # adjoint of line 13
#     %t.23: f64[min(A.shape[0], A.shape[1])] = setitem(%t.22, 1, 1, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 13
#     %t.24: f64[min(A.shape[0], A.shape[1])] = cumprod(%t.23)    # adjoint of line 13
#     %t.25: f64[min(A.shape[0], A.shape[1])] = flip(%t.24)    # adjoint of line 13
#     %t.26: f64[min(A.shape[0], A.shape[1])] = multiply(%t.20, %t.25)    # adjoint of line 13
#     %t.27: f64[min(A.shape[0], A.shape[1])] = multiply(%t.17, %t.26)    # adjoint of line 13
#     %t.28: i64 = size(%t.20, axis=0)    # adjoint of line 13
#     %t.29: i64[min(A.shape[0], A.shape[1])] = arange(%t.28)    # adjoint of line 13
#     %t.30: (A.shape[0], A.shape[1]) = shape(%A.2)    # adjoint of line 13
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.30)    # adjoint of line 13
#     %dA.1: f64[A.shape[0],A.shape[1]] = add_at(%dA, %t.27, %t.29, %t.29, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#     %t.31: f64[b.shape[0]] = multiply(2, %b.2)    # adjoint of line 13
#     %dA.2: f64[A.shape[0],A.shape[1]], %db: f64[b.shape[0]] = for %k.1 in reversed range(0, %n, 1) carrying (%dA.3 = %dA.1, %db.1 = %t.31):    # adjoint of line 8
#         %factor_tape.4: list[f64] = recall(%factor_tapes.1, %k.1)    # adjoint of line 8
#         %t.32: i64 = add(%k.1, 1)    # adjoint of line 9
#         %dA.4: f64[A.shape[0],A.shape[1]], %db.2: f64[b.shape[0]] = for %i.1 in reversed range(%t.32, %n, 1) carrying (%dA.5 = %dA.3, %db.3 = %db.1):    # adjoint of line 9
#             %t.33: i64 = subtract(%i.1, %t.32)    # adjoint of line 9
#             %factor.1: f64 = recall(%factor_tape.4, %t.33)    # adjoint of line 9
#             %t.34: f64 = getitem(%A.2, %k.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.35: f64[A.shape[1] - ?k@loop1] = getitem(%A.2, %k.1, %k.1, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # adjoint of line 11
#             %t.36: f64 = getitem(%b.2, %k.1, index=(At(operand=0),))    # adjoint of line 12
#             %t.37: f64 = getitem(%db.3, %i.1, index=(At(operand=0),))    # adjoint of line 12
#             %t.38: f64 = multiply(%t.37, %t.36)    # adjoint of line 12
#             %dfactor: f64 = negative(%t.38)    # adjoint of line 12
#             %t.39: f64 = multiply(%t.37, %factor.1)    # adjoint of line 12
#             %t.40: f64 = negative(%t.39)    # adjoint of line 12
#             %db.4: f64[b.shape[0]] = add_at(%db.3, %t.40, %k.1, index=(At(operand=0),))    # adjoint of line 12
#             %t.41: f64[A.shape[1] - ?k@loop1] = getitem(%dA.5, %i.1, %k.1, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # adjoint of line 11
#             %t.42: f64[A.shape[1] - ?k@loop1] = multiply(%t.41, %t.35)    # adjoint of line 11
#             %t.43: f64 = sum(%t.42, keepdims=False)    # adjoint of line 11
#             %dfactor.1: f64 = subtract(%dfactor, %t.43)    # adjoint of line 11
#             %t.44: f64[A.shape[1] - ?k@loop1] = multiply(%t.41, %factor.1)    # adjoint of line 11
#             %t.45: f64[A.shape[1] - ?k@loop1] = negative(%t.44)    # adjoint of line 11
#             %dA.6: f64[A.shape[0],A.shape[1]] = add_at(%dA.5, %t.45, %k.1, %k.1, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # adjoint of line 11
#             %t.46: f64 = divide(%dfactor.1, %t.34)    # adjoint of line 10
#             %t.47: f64 = multiply(%t.46, %factor.1)    # adjoint of line 10
#             %t.48: f64 = negative(%t.47)    # adjoint of line 10
#             %dA.7: f64[A.shape[0],A.shape[1]] = add_at(%dA.6, %t.48, %k.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dA.8: f64[A.shape[0],A.shape[1]] = add_at(%dA.7, %t.46, %i.1, %k.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             yield %dA.8, %db.4
#         yield %dA.4, %db.2
#     return %dA.2, %db

# %% numpy
import numpy as np


def f_grad(A, b):
    """Gradient of f with respect to A, b.   A: f64[n,m], b: f64[k]"""
    # primal
    A = A.copy()
    b = b.copy()
    n = len(b)
    factor_tapes = []
    for k in range(n):
        factor_tape = []
        for i in range(k + 1, n):  # records 8 bytes a trip
            factor = A[i, k] / A[k, k]
            factor_tape.append(factor)
            A[i, k:] -= factor * A[k, k:]
            b[i] -= factor * b[k]
        factor_tapes.append(factor_tape)
    t = np.diag(A)
    t1 = np.prod(t)
    # adjoint
    t2 = np.roll(t, 1)                   # line 13: return np.sum(b**2) + np.log(np.abs(np.prod(np.diag(A))))
    t2[:1] = 1
    t3 = np.cumprod(t2)
    t2 = np.roll(np.flip(t), 1)
    t2[:1] = 1
    t = np.arange(len(t3))
    dA = np.zeros_like(A)
    dA[t, t] += np.sign(t1) / np.abs(t1) * (t3 * np.flip(np.cumprod(t2)))
    db = 2 * b
    for k in reversed(range(n)):         # line 8: for k in range(n)
        factor_tape = factor_tapes[k]
        t = k + 1
        for i in reversed(range(t, n)):  # line 9: for i in range(k + 1, n)
            factor = factor_tape[i - t]
            db_i = db[i]                 # line 12: b[i] -= factor * b[k]
            dfactor = -(db_i * b[k])
            db[k] -= db_i * factor
            dA_i = dA[i, k:]             # line 11: A[i, k:] -= factor * A[k, k:]
            dfactor -= np.sum(dA_i * A[k, k:])
            dA[k, k:] -= dA_i * factor
            t1 = dfactor / A[k, k]       # line 10: factor = A[i, k] / A[k, k]
            dA[k, k] -= t1 * factor
            dA[i, k] += t1
    return dA, db

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


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(A, b):
    """Gradient of f with respect to A, b.   A: f64[n,m], b: f64[k]"""
    # primal
    n = b.shape[0]

    def body_k(k, carry):
        A_1, b_1, factor_tapes = carry
        b_k = read_at(b_1, k)

        def body_i(i, carry):  # records 8 bytes a trip
            A_1, b_1, factor_tapes = carry
            A_i = read_at(A_1, i)
            factor = read_at(A_i, k) / read_at(A_1, k, k)
            factor_tapes = write_at(factor_tapes, factor, k, i - (k + 1))
            A_1 = write_at(
                A_1, jnp.where(jnp.arange(A.shape[1]) >= k, A_i - factor * read_at(A_1, k), A_i), i
            )
            b_1 = write_at(b_1, read_at(b_1, i) - factor * b_k, i)
            return A_1, b_1, factor_tapes

        return lax.fori_loop(k + 1, n, body_i, (A_1, b_1, factor_tapes))

    A_1, b_1, factor_tapes = fori_loop(0, n, body_k, (A, b, jnp.zeros((n, max(b.shape[0] - 1, 1)))))
    t = jnp.diag(A_1)
    t_1 = jnp.prod(t)
    # adjoint
    # line 13: return np.sum(b**2) + np.log(np.abs(np.prod(np.diag(A))))
    t_2 = jnp.cumprod(write_part(jnp.roll(t, 1), 1, jnp.s_[:1]))
    t_3 = jnp.arange(t_2.shape[0])
    dA = jnp.zeros_like(A_1)
    dA = dA.at[t_3, t_3].add(
        jnp.sign(t_1) / jnp.abs(t_1)
        * (t_2 * jnp.flip(jnp.cumprod(write_part(jnp.roll(jnp.flip(t), 1), 1, jnp.s_[:1]))))
    )

    def body_k(trip, carry):  # line 8: for k in range(n):
        dA, db = carry
        k = n - 1 - trip

        def body_i(k_1, carry):                 # line 9: for i in range(k + 1, n):
            dA, t = carry
            i = k + 1 + (n - 1) - k_1
            # line 9: for i in range(k + 1, n):
            factor = read_at(factor_tapes, k, i - (k + 1))
            db_i = read_at(db, i)               # line 12: b[i] -= factor * b[k]
            dfactor = -(db_i * read_at(b_1, k))
            dA_i = read_at(dA, i)               # line 11: A[i, k:] -= factor * A[k, k:]
            t_1 = jnp.arange(A.shape[1]) >= k
            dfactor = dfactor - jnp.sum(jnp.where(t_1, dA_i * read_at(A_1, k), 0))
            t_2 = dfactor / read_at(A_1, k, k)  # line 10: factor = A[i, k] / A[k, k]
            dA = write_at(
                dA, add_at(read_at(dA, k) + jnp.where(t_1, -(dA_i * factor), 0), -(t_2 * factor), k), k
            )
            dA = add_at(dA, t_2, i, k)
            return dA, t - db_i * factor

        dA, db_k = lax.fori_loop(k + 1, n, body_i, (dA, read_at(db, k)))
        db = write_at(db, db_k, k)
        return dA, db

    dA, db = fori_loop(0, n, body_k, (dA, 2 * b_1))
    return dA, db

"""Dynamic programming: the minimum of three neighbours, in a table written in place."""
import numpy as np


def f(x, y):
    D = np.full((len(x) + 1, len(y) + 1), 1e3)
    D[0, 0] = 0.0
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[-1, -1]


args = (np.array([0.1, 1.0, 2.2, 0.4]), np.array([0.3, 1.9, 0.9]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %y: f64[y.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %t.1: i64 = add(%t, 1)    # line 6
#     %t.2: i64 = size(%y, axis=0)    # line 6
#     %t.3: i64 = add(%t.2, 1)    # line 6
#     %D: f64[x.shape[0] + 1,y.shape[0] + 1] = full(1000.0, %t.1, %t.3)    # line 6
#     %D.1: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%D, 0.0, 0, 0, index=(At(operand=0), At(operand=1)))    # line 7
#     %t.4: i64 = size(%x, axis=0)    # line 8
#     %t.5: i64 = add(%t.4, 1)    # line 8
#     %t.6: i64 = subtract(%t.5, 1)    # line 8
#     %D_im1_j_tapes: list[list[f64]] = tape(%t.6, item=list[f64])    # line 8
#     %D_i_jm1_tapes: list[list[f64]] = tape(%t.6, item=list[f64])    # line 8
#     %D_im1_jm1_tapes: list[list[f64]] = tape(%t.6, item=list[f64])    # line 8
#     %D.2: f64[x.shape[0] + 1,y.shape[0] + 1], %D_im1_j_tapes.1: list[list[f64]], %D_i_jm1_tapes.1: list[list[f64]], %D_im1_jm1_tapes.1: list[list[f64]] = for %i in range(1, %t.5, 1) carrying (%D.3 = %D.1, %D_im1_j_tapes.2 = %D_im1_j_tapes, %D_i_jm1_tapes.2 = %D_i_jm1_tapes, %D_im1_jm1_tapes.2 = %D_im1_jm1_tapes):    # line 8
#         %t.7: i64 = subtract(%i, 1)    # line 8
#         %t.8: i64 = size(%y, axis=0)    # line 9
#         %t.9: i64 = add(%t.8, 1)    # line 9
#         %t.10: i64 = subtract(%t.9, 1)    # line 9
#         %D_im1_j_tape: list[f64] = tape(%t.10, item=f64)    # line 9
#         %D_i_jm1_tape: list[f64] = tape(%t.10, item=f64)    # line 9
#         %D_im1_jm1_tape: list[f64] = tape(%t.10, item=f64)    # line 9
#         %D.4: f64[x.shape[0] + 1,y.shape[0] + 1], %D_im1_j_tape.1: list[f64], %D_i_jm1_tape.1: list[f64], %D_im1_jm1_tape.1: list[f64] = for %j in range(1, %t.9, 1) carrying (%D.5 = %D.3, %D_im1_j_tape.2 = %D_im1_j_tape, %D_i_jm1_tape.2 = %D_i_jm1_tape, %D_im1_jm1_tape.2 = %D_im1_jm1_tape):    # line 9
#             %t.11: i64 = subtract(%j, 1)    # line 9
#             %t.12: i64 = subtract(%i, 1)    # line 10
#             %t.13: f64 = getitem(%x, %t.12, index=(At(operand=0),))    # line 10
#             %t.14: i64 = subtract(%j, 1)    # line 10
#             %t.15: f64 = getitem(%y, %t.14, index=(At(operand=0),))    # line 10
#             %t.16: f64 = subtract(%t.13, %t.15)    # line 10
#             %t.17: f64 = power(%t.16, 2)    # line 10
#             %t.18: i64 = subtract(%i, 1)    # line 10
#             %t.19: f64 = getitem(%D.5, %t.18, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             %D_im1_j_tape.3: list[f64] = record(%D_im1_j_tape.2, %t.11, %t.19)    # line 9
#             %t.20: i64 = subtract(%j, 1)    # line 10
#             %t.21: f64 = getitem(%D.5, %i, %t.20, index=(At(operand=0), At(operand=1)))    # line 10
#             %D_i_jm1_tape.3: list[f64] = record(%D_i_jm1_tape.2, %t.11, %t.21)    # line 9
#             %t.22: i64 = subtract(%i, 1)    # line 10
#             %t.23: i64 = subtract(%j, 1)    # line 10
#             %t.24: f64 = getitem(%D.5, %t.22, %t.23, index=(At(operand=0), At(operand=1)))    # line 10
#             %D_im1_jm1_tape.3: list[f64] = record(%D_im1_jm1_tape.2, %t.11, %t.24)    # line 9
#             %t.25: f64 = minimum(%t.19, %t.21)    # line 10
#             %t.26: f64 = minimum(%t.25, %t.24)    # line 10
#             %t.27: f64 = add(%t.17, %t.26)    # line 10
#             %D.6: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%D.5, %t.27, %i, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             yield %D.6, %D_im1_j_tape.3, %D_i_jm1_tape.3, %D_im1_jm1_tape.3
#         %D_im1_j_tapes.3: list[list[f64]] = record(%D_im1_j_tapes.2, %t.7, %D_im1_j_tape.1)    # line 8
#         %D_i_jm1_tapes.3: list[list[f64]] = record(%D_i_jm1_tapes.2, %t.7, %D_i_jm1_tape.1)    # line 8
#         %D_im1_jm1_tapes.3: list[list[f64]] = record(%D_im1_jm1_tapes.2, %t.7, %D_im1_jm1_tape.1)    # line 8
#         yield %D.4, %D_im1_j_tapes.3, %D_i_jm1_tapes.3, %D_im1_jm1_tapes.3
#     %t.28: (x.shape[0] + 1, y.shape[0] + 1) = shape(%D.2)    # adjoint of line 11
#     %dD: f64[x.shape[0] + 1,y.shape[0] + 1] = zeros_of(%t.28)    # adjoint of line 11
#     %dD.1: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%dD, 1.0, -1, -1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#     %t.29: (y.shape[0]) = shape(%y)    # adjoint of line 8
#     %dy: f64[y.shape[0]] = zeros_of(%t.29)    # adjoint of line 8
#     %t.30: (x.shape[0]) = shape(%x)    # adjoint of line 8
#     %dx: f64[x.shape[0]] = zeros_of(%t.30)    # adjoint of line 8
#     %dD.2: f64[x.shape[0] + 1,y.shape[0] + 1], %dy.1: f64[y.shape[0]], %dx.1: f64[x.shape[0]] = for %i.1 in reversed range(1, %t.5, 1) carrying (%dD.3 = %dD.1, %dy.2 = %dy, %dx.2 = %dx):    # adjoint of line 8
#         %t.31: i64 = subtract(%i.1, 1)    # adjoint of line 8
#         %D_im1_j_tape.4: list[f64] = recall(%D_im1_j_tapes.1, %t.31)    # adjoint of line 8
#         %D_i_jm1_tape.4: list[f64] = recall(%D_i_jm1_tapes.1, %t.31)    # adjoint of line 8
#         %D_im1_jm1_tape.4: list[f64] = recall(%D_im1_jm1_tapes.1, %t.31)    # adjoint of line 8
#         %dD.4: f64[x.shape[0] + 1,y.shape[0] + 1], %dx.3: f64[x.shape[0]], %dy.3: f64[y.shape[0]] = for %j.1 in reversed range(1, %t.3, 1) carrying (%dD.5 = %dD.3, %dx.4 = %dx.2, %dy.4 = %dy.2):    # adjoint of line 9
#             %t.32: i64 = subtract(%j.1, 1)    # adjoint of line 9
#             %t.33: f64 = recall(%D_im1_j_tape.4, %t.32)    # adjoint of line 9
#             %t.34: f64 = recall(%D_i_jm1_tape.4, %t.32)    # adjoint of line 9
#             %t.35: f64 = recall(%D_im1_jm1_tape.4, %t.32)    # adjoint of line 9
#             %t.36: f64 = getitem(%x, %t.31, index=(At(operand=0),))    # adjoint of line 10
#             %t.37: f64 = getitem(%y, %t.32, index=(At(operand=0),))    # adjoint of line 10
#             %t.38: f64 = subtract(%t.36, %t.37)    # adjoint of line 10
#             %t.39: f64 = minimum(%t.33, %t.34)    # adjoint of line 10
#             %t.40: f64 = getitem(%dD.5, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.41: bool = greater(%t.35, %t.39)    # adjoint of line 10
#             %t.42: bool = equal(%t.35, %t.39)    # adjoint of line 10
#             %t.43: f64 = divide(%t.40, 2)    # adjoint of line 10
#             %t.44: f64 = where(%t.42, %t.43, 0)    # adjoint of line 10
#             %t.45: f64 = where(%t.41, %t.40, %t.44)    # adjoint of line 10
#             %t.46: bool = greater(%t.39, %t.35)    # adjoint of line 10
#             %t.47: bool = equal(%t.39, %t.35)    # adjoint of line 10
#             %t.48: f64 = where(%t.47, %t.43, 0)    # adjoint of line 10
#             %t.49: f64 = where(%t.46, %t.40, %t.48)    # adjoint of line 10
#             %t.50: bool = greater(%t.34, %t.33)    # adjoint of line 10
#             %t.51: bool = equal(%t.34, %t.33)    # adjoint of line 10
#             %t.52: f64 = divide(%t.45, 2)    # adjoint of line 10
#             %t.53: f64 = where(%t.51, %t.52, 0)    # adjoint of line 10
#             %t.54: f64 = where(%t.50, %t.45, %t.53)    # adjoint of line 10
#             %t.55: bool = greater(%t.33, %t.34)    # adjoint of line 10
#             %t.56: bool = equal(%t.33, %t.34)    # adjoint of line 10
#             %t.57: f64 = where(%t.56, %t.52, 0)    # adjoint of line 10
#             %t.58: f64 = where(%t.55, %t.45, %t.57)    # adjoint of line 10
#             %dD.6: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dD.5, %t.49, %t.31, %t.32, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dD.7: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dD.6, %t.58, %i.1, %t.32, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dD.8: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dD.7, %t.54, %t.31, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.59: f64 = multiply(2, %t.38)    # adjoint of line 10
#             %t.60: f64 = multiply(%t.59, %t.40)    # adjoint of line 10
#             %t.61: f64 = negative(%t.60)    # adjoint of line 10
#             %dy.5: f64[y.shape[0]] = add_at(%dy.4, %t.61, %t.32, index=(At(operand=0),))    # adjoint of line 10
#             %dx.5: f64[x.shape[0]] = add_at(%dx.4, %t.60, %t.31, index=(At(operand=0),))    # adjoint of line 10
#             yield %dD.8, %dx.5, %dy.5
#         yield %dD.4, %dy.3, %dx.3
#     return %dx.1, %dy.1

# %% numpy
import numpy as np


def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[m]"""
    # primal
    t = len(y) + 1
    D = np.full((len(x) + 1, t), 1000.0)
    D[0, 0] = 0.0
    t1 = len(x) + 1
    D_im1_j_tapes = []
    D_i_jm1_tapes = []
    D_im1_jm1_tapes = []
    for i in range(1, t1):
        D_im1_j_tape = []
        D_i_jm1_tape = []
        D_im1_jm1_tape = []
        for j in range(1, len(y) + 1):
            D_im1_j = D[i - 1, j]
            D_im1_j_tape.append(D_im1_j)
            D_i_jm1 = D[i, j - 1]
            D_i_jm1_tape.append(D_i_jm1)
            D_im1_jm1 = D[i - 1, j - 1]
            D_im1_jm1_tape.append(D_im1_jm1)
            D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(min(D_im1_j, D_i_jm1), D_im1_jm1)
        D_im1_j_tapes.append(D_im1_j_tape)
        D_i_jm1_tapes.append(D_i_jm1_tape)
        D_im1_jm1_tapes.append(D_im1_jm1_tape)
    # adjoint
    dD = np.zeros_like(D)               # line 11: return D[-1, -1]
    dD[-1, -1] = 1.0
    dy = np.zeros_like(y)
    dx = np.zeros_like(x)
    for i in reversed(range(1, t1)):    # line 8: for i in range(1, len(x) + 1)
        D_im1_j_tape = D_im1_j_tapes[i - 1]
        D_i_jm1_tape = D_i_jm1_tapes[i - 1]
        D_im1_jm1_tape = D_im1_jm1_tapes[i - 1]
        # line 9: for j in range(1, len(y) + 1)
        for j in reversed(range(1, t)):
            D_im1_j = D_im1_j_tape[j - 1]
            D_i_jm1 = D_i_jm1_tape[j - 1]
            D_im1_jm1 = D_im1_jm1_tape[j - 1]
            t2 = min(D_im1_j, D_i_jm1)  # line 10: D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(D[i - 1, j], ...
            dD_i_j = dD[i, j]
            t3 = dD_i_j / 2
            t4 = np.where(D_im1_jm1 > t2, dD_i_j, np.where(D_im1_jm1 == t2, t3, 0))
            t5 = t4 / 2
            dD[i - 1, j - 1] += np.where(t2 > D_im1_jm1, dD_i_j, np.where(t2 == D_im1_jm1, t3, 0))
            dD[i, j - 1] += np.where(D_im1_j > D_i_jm1, t4, np.where(D_im1_j == D_i_jm1, t5, 0))
            dD[i - 1, j] += np.where(D_i_jm1 > D_im1_j, t4, np.where(D_i_jm1 == D_im1_j, t5, 0))
            t2 = 2 * (x[i - 1] - y[j - 1]) * dD_i_j
            dy[j - 1] -= t2
            dx[i - 1] += t2
    return dx, dy

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


def smaller(a, b):
    """min(a, b) as Python takes it: beside a NaN the first."""
    return jnp.where(b < a, b, a)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[m]"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    # primal
    t = y.shape[0] + 1
    D = jnp.full((x.shape[0] + 1, t), 1000.0)
    D = D.at[0, 0].set(0.0)
    t_1 = x.shape[0] + 1
    t_2 = t_1 - 1

    def body_i(i, carry):
        D, D_im1_j_tapes, D_i_jm1_tapes, D_im1_jm1_tapes = carry

        def body_j(j, carry):
            D, D_im1_j_tapes, D_i_jm1_tapes, D_im1_jm1_tapes = carry
            D_im1_j = read_at(D, i - 1, j)
            D_im1_j_tapes = write_at(D_im1_j_tapes, D_im1_j, i - 1, j - 1)
            D_i_jm1 = read_at(D, i, j - 1)
            D_i_jm1_tapes = write_at(D_i_jm1_tapes, D_i_jm1, i - 1, j - 1)
            D_im1_jm1 = read_at(D, i - 1, j - 1)
            D_im1_jm1_tapes = write_at(D_im1_jm1_tapes, D_im1_jm1, i - 1, j - 1)
            D = write_at(
                D,
                (read_at(x, i - 1) - read_at(y, j - 1)) ** 2 + smaller(smaller(D_im1_j, D_i_jm1), D_im1_jm1),
                i,
                j,
            )
            return D, D_im1_j_tapes, D_i_jm1_tapes, D_im1_jm1_tapes

        return fori_loop(1, y.shape[0] + 1, body_j, (D, D_im1_j_tapes, D_i_jm1_tapes, D_im1_jm1_tapes))

    D, D_im1_j_tapes, D_i_jm1_tapes, D_im1_jm1_tapes = fori_loop(
        1,
        t_1,
        body_i,
        (
            D,
            jnp.zeros((t_2, max(y.shape[0], 1))),
            jnp.zeros((t_2, max(y.shape[0], 1))),
            jnp.zeros((t_2, max(y.shape[0], 1))),
        ),
    )
    # adjoint
    dD = jnp.zeros_like(D)  # line 11: return D[-1, -1]
    dD = dD.at[-1, -1].set(1.0)
    dy = jnp.zeros_like(y)  # line 8: for i in range(1, len(x) + 1):
    dx = jnp.zeros_like(x)

    def body_i(k, carry):
        dD, dy, dx = carry
        i = t_1 - k

        def body_j(k, carry):                               # line 9: for j in range(1, len(y) + 1):
            dD, dx, dy = carry
            j = t - k
            D_im1_j = read_at(D_im1_j_tapes, i - 1, j - 1)  # line 9: for j in range(1, len(y) + 1):
            D_i_jm1 = read_at(D_i_jm1_tapes, i - 1, j - 1)
            D_im1_jm1 = read_at(D_im1_jm1_tapes, i - 1, j - 1)
            # line 10: D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
            t_2 = smaller(D_im1_j, D_i_jm1)
            dD_i_j = read_at(dD, i, j)
            t_3 = dD_i_j / 2
            t_4 = jnp.where(D_im1_jm1 > t_2, dD_i_j, jnp.where(D_im1_jm1 == t_2, t_3, 0))
            t_5 = t_4 / 2
            dD = add_at(
                dD, jnp.where(t_2 > D_im1_jm1, dD_i_j, jnp.where(t_2 == D_im1_jm1, t_3, 0)), i - 1, j - 1
            )
            dD = add_at(
                dD, jnp.where(D_im1_j > D_i_jm1, t_4, jnp.where(D_im1_j == D_i_jm1, t_5, 0)), i, j - 1
            )
            dD = add_at(
                dD, jnp.where(D_i_jm1 > D_im1_j, t_4, jnp.where(D_i_jm1 == D_im1_j, t_5, 0)), i - 1, j
            )
            t_2 = 2 * (read_at(x, i - 1) - read_at(y, j - 1)) * dD_i_j
            dy = add_at(dy, -t_2, j - 1)
            dx = add_at(dx, t_2, i - 1)
            return dD, dx, dy

        dD, dx, dy = fori_loop(1, t, body_j, (dD, dx, dy))
        return dD, dy, dx

    _, dy, dx = fori_loop(1, t_1, body_i, (dD, dy, dx))
    return dx, dy

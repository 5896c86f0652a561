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
#     %D.2: f64[x.shape[0] + 1,y.shape[0] + 1] = for %i in range(1, %t.5, 1) carrying (%D.3 = %D.1):    # line 8
#         %t.6: i64 = size(%y, axis=0)    # line 9
#         %t.7: i64 = add(%t.6, 1)    # line 9
#         %D.4: f64[x.shape[0] + 1,y.shape[0] + 1] = for %j in range(1, %t.7, 1) carrying (%D.5 = %D.3):    # line 9
#             %t.8: i64 = subtract(%i, 1)    # line 10
#             %t.9: f64 = getitem(%x, %t.8, index=(At(operand=0),))    # line 10
#             %t.10: i64 = subtract(%j, 1)    # line 10
#             %t.11: f64 = getitem(%y, %t.10, index=(At(operand=0),))    # line 10
#             %t.12: f64 = subtract(%t.9, %t.11)    # line 10
#             %t.13: f64 = power(%t.12, 2)    # line 10
#             %t.14: i64 = subtract(%i, 1)    # line 10
#             %t.15: f64 = getitem(%D.5, %t.14, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.16: i64 = subtract(%j, 1)    # line 10
#             %t.17: f64 = getitem(%D.5, %i, %t.16, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.18: i64 = subtract(%i, 1)    # line 10
#             %t.19: i64 = subtract(%j, 1)    # line 10
#             %t.20: f64 = getitem(%D.5, %t.18, %t.19, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.21: f64 = minimum(%t.15, %t.17)    # line 10
#             %t.22: f64 = minimum(%t.21, %t.20)    # line 10
#             %t.23: f64 = add(%t.13, %t.22)    # line 10
#             %D.6: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%D.5, %t.23, %i, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             yield %D.6
#         yield %D.4
#     %t.24: (x.shape[0] + 1, y.shape[0] + 1) = shape(%D.2)    # adjoint of line 11
#     %dD: f64[x.shape[0] + 1,y.shape[0] + 1] = zeros_of(%t.24)    # adjoint of line 11
#     %dD.1: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%dD, 1.0, -1, -1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#     %t.25: (y.shape[0]) = shape(%y)    # adjoint of line 8
#     %dy: f64[y.shape[0]] = zeros_of(%t.25)    # adjoint of line 8
#     %t.26: (x.shape[0]) = shape(%x)    # adjoint of line 8
#     %dx: f64[x.shape[0]] = zeros_of(%t.26)    # adjoint of line 8
#     %dD.2: f64[x.shape[0] + 1,y.shape[0] + 1], %dy.1: f64[y.shape[0]], %dx.1: f64[x.shape[0]] = for %i.1 in reversed range(1, %t.5, 1) carrying (%dD.3 = %dD.1, %dy.2 = %dy, %dx.2 = %dx):    # adjoint of line 8
#         %dD.4: f64[x.shape[0] + 1,y.shape[0] + 1], %dx.3: f64[x.shape[0]], %dy.3: f64[y.shape[0]] = for %j.1 in reversed range(1, %t.3, 1) carrying (%dD.5 = %dD.3, %dx.4 = %dx.2, %dy.4 = %dy.2):    # adjoint of line 9
#             %t.27: i64 = subtract(%i.1, 1)    # adjoint of line 10
#             %t.28: i64 = subtract(%j.1, 1)    # adjoint of line 10
#             %t.29: f64 = getitem(%x, %t.27, index=(At(operand=0),))    # adjoint of line 10
#             %t.30: f64 = getitem(%y, %t.28, index=(At(operand=0),))    # adjoint of line 10
#             %t.31: f64 = subtract(%t.29, %t.30)    # adjoint of line 10
#             %t.32: f64 = getitem(%D.2, %t.27, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.33: f64 = getitem(%D.2, %i.1, %t.28, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.34: f64 = getitem(%D.2, %t.27, %t.28, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.35: f64 = minimum(%t.32, %t.33)    # adjoint of line 10
#             %t.36: f64 = getitem(%dD.5, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.37: bool = greater(%t.34, %t.35)    # adjoint of line 10
#             %t.38: bool = equal(%t.34, %t.35)    # adjoint of line 10
#             %t.39: f64 = divide(%t.36, 2)    # adjoint of line 10
#             %t.40: f64 = where(%t.38, %t.39, 0)    # adjoint of line 10
#             %t.41: f64 = where(%t.37, %t.36, %t.40)    # adjoint of line 10
#             %t.42: bool = greater(%t.35, %t.34)    # adjoint of line 10
#             %t.43: bool = equal(%t.35, %t.34)    # adjoint of line 10
#             %t.44: f64 = where(%t.43, %t.39, 0)    # adjoint of line 10
#             %t.45: f64 = where(%t.42, %t.36, %t.44)    # adjoint of line 10
#             %t.46: bool = greater(%t.33, %t.32)    # adjoint of line 10
#             %t.47: bool = equal(%t.33, %t.32)    # adjoint of line 10
#             %t.48: f64 = divide(%t.41, 2)    # adjoint of line 10
#             %t.49: f64 = where(%t.47, %t.48, 0)    # adjoint of line 10
#             %t.50: f64 = where(%t.46, %t.41, %t.49)    # adjoint of line 10
#             %t.51: bool = greater(%t.32, %t.33)    # adjoint of line 10
#             %t.52: bool = equal(%t.32, %t.33)    # adjoint of line 10
#             %t.53: f64 = where(%t.52, %t.48, 0)    # adjoint of line 10
#             %t.54: f64 = where(%t.51, %t.41, %t.53)    # adjoint of line 10
#             %dD.6: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dD.5, %t.45, %t.27, %t.28, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dD.7: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dD.6, %t.54, %i.1, %t.28, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dD.8: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dD.7, %t.50, %t.27, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.55: f64 = multiply(2, %t.31)    # adjoint of line 10
#             %t.56: f64 = multiply(%t.55, %t.36)    # adjoint of line 10
#             %t.57: f64 = negative(%t.56)    # adjoint of line 10
#             %dy.5: f64[y.shape[0]] = add_at(%dy.4, %t.57, %t.28, index=(At(operand=0),))    # adjoint of line 10
#             %dx.5: f64[x.shape[0]] = add_at(%dx.4, %t.56, %t.27, index=(At(operand=0),))    # adjoint of line 10
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
    for i in range(1, t1):
        for j in range(1, len(y) + 1):
            D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(min(D[i - 1, j], D[i, j - 1]), D[i - 1, j - 1])
    # adjoint
    dD = np.zeros_like(D)             # line 11: return D[-1, -1]
    dD[-1, -1] = 1.0
    dy = np.zeros_like(y)
    dx = np.zeros_like(x)
    for i in reversed(range(1, t1)):  # line 8: for i in range(1, len(x) + 1)
        # line 9: for j in range(1, len(y) + 1)
        for j in reversed(range(1, t)):
            D_im1_j = D[i - 1, j]     # line 10: D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(D[i - 1, j], ...
            D_i_jm1 = D[i, j - 1]
            D_im1_jm1 = D[i - 1, j - 1]
            t2 = min(D_im1_j, D_i_jm1)
            dD_i_j = dD[i, j]
            t3 = dD_i_j / 2
            t4 = dD_i_j if D_im1_jm1 > t2 else t3 if D_im1_jm1 == t2 else 0.0
            t5 = t4 / 2
            dD[i - 1, j - 1] += dD_i_j if t2 > D_im1_jm1 else t3 if t2 == D_im1_jm1 else 0.0
            dD[i, j - 1] += t4 if D_im1_j > D_i_jm1 else t5 if D_im1_j == D_i_jm1 else 0.0
            dD[i - 1, j] += t4 if D_i_jm1 > D_im1_j else t5 if D_i_jm1 == D_im1_j else 0.0
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

    def body_i(i, D):
        def body_j(j, D):
            return write_at(
                D,
                (
                    (read_at(x, i - 1) - read_at(y, j - 1)) ** 2
                    + smaller(smaller(read_at(D, i - 1, j), read_at(D, i, j - 1)), read_at(D, i - 1, j - 1))
                ),
                i,
                j,
            )

        return fori_loop(1, y.shape[0] + 1, body_j, D)

    D = fori_loop(1, t_1, body_i, D)
    # adjoint
    dD = jnp.zeros_like(D)  # line 11: return D[-1, -1]
    dD = dD.at[-1, -1].set(1.0)
    dy = jnp.zeros_like(y)  # line 8: for i in range(1, len(x) + 1):
    dx = jnp.zeros_like(x)

    def body_i(k, carry):
        dD, dy, dx = carry
        i = t_1 - k

        def body_j(k, carry):  # line 9: for j in range(1, len(y) + 1):
            dD, dy, t_2 = carry
            j = t - k
            # line 10: D[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
            D_im1_j = read_at(D, i - 1, j)
            D_i_jm1 = read_at(D, i, j - 1)
            D_im1_jm1 = read_at(D, i - 1, j - 1)
            t_3 = smaller(D_im1_j, D_i_jm1)
            dD_i_j = read_at(dD, i, j)
            t_4 = dD_i_j / 2
            t_5 = jnp.where(D_im1_jm1 > t_3, dD_i_j, jnp.where(D_im1_jm1 == t_3, t_4, 0))
            t_6 = t_5 / 2
            dD = add_at(
                dD, jnp.where(t_3 > D_im1_jm1, dD_i_j, jnp.where(t_3 == D_im1_jm1, t_4, 0)), i - 1, j - 1
            )
            dD = add_at(
                dD, jnp.where(D_im1_j > D_i_jm1, t_5, jnp.where(D_im1_j == D_i_jm1, t_6, 0)), i, j - 1
            )
            dD = add_at(
                dD, jnp.where(D_i_jm1 > D_im1_j, t_5, jnp.where(D_i_jm1 == D_im1_j, t_6, 0)), i - 1, j
            )
            t_3 = 2 * (read_at(x, i - 1) - read_at(y, j - 1)) * dD_i_j
            dy = add_at(dy, -t_3, j - 1)
            return dD, dy, t_2 + t_3

        dD, dy, dx_im1 = fori_loop(1, t, body_j, (dD, dy, read_at(dx, i - 1)))
        dx = write_at(dx, dx_im1, i - 1)
        return dD, dy, dx

    _, dy, dx = fori_loop(1, t_1, body_i, (dD, dy, dx))
    return dx, dy

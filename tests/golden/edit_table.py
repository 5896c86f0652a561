"""A list of lists that is written by two indices: an array holds it."""
import numpy as np


def f(x, y, gap):
    cost = [[0] * (len(y) + 1) for _ in range(len(x) + 1)]
    for i in range(1, len(x) + 1):
        cost[i][0] = i * gap
    for j in range(1, len(y) + 1):
        cost[0][j] = j * gap
    for i in range(1, len(x) + 1):
        row = cost[i]
        for j in range(1, len(y) + 1):
            change = cost[i - 1][j - 1] + abs(x[i - 1] - y[j - 1])
            row[j] = min(change, cost[i - 1][j] + gap, row[j - 1] + gap)
    return cost[-1][-1]


args = (np.array([0.1, 1.0, 2.2, 0.4]), np.array([0.3, 1.9, 0.9]), 0.45)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %y: f64[y.shape[0]], %gap: f64):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %t.1: i64 = add(%t, 1)    # line 6
#     %t.2: i64 = size(%y, axis=0)    # line 6
#     %t.3: i64 = add(%t.2, 1)    # line 6
#     %cost: f64[x.shape[0] + 1,y.shape[0] + 1] = zeros(%t.1, %t.3)    # line 6
#     %t.4: i64 = size(%x, axis=0)    # line 7
#     %t.5: i64 = add(%t.4, 1)    # line 7
#     %cost.1: f64[x.shape[0] + 1,y.shape[0] + 1] = for %i in range(1, %t.5, 1) carrying (%cost.2 = %cost):    # line 7
#         %t.6: f64 = multiply(%i, %gap)    # line 8
#         %cost.3: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%cost.2, %t.6, %i, 0, index=(At(operand=0), At(operand=1)))    # line 8
#         yield %cost.3
#     %t.7: i64 = size(%y, axis=0)    # line 9
#     %t.8: i64 = add(%t.7, 1)    # line 9
#     %cost.4: f64[x.shape[0] + 1,y.shape[0] + 1] = for %j in range(1, %t.8, 1) carrying (%cost.5 = %cost.1):    # line 9
#         %t.9: f64 = multiply(%j, %gap)    # line 10
#         %cost.6: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%cost.5, %t.9, 0, %j, index=(At(operand=0), At(operand=1)))    # line 10
#         yield %cost.6
#     %t.10: i64 = size(%x, axis=0)    # line 11
#     %t.11: i64 = add(%t.10, 1)    # line 11
#     %cost.7: f64[x.shape[0] + 1,y.shape[0] + 1] = for %i.1 in range(1, %t.11, 1) carrying (%cost.8 = %cost.4):    # line 11
#         %t.12: i64 = size(%y, axis=0)    # line 13
#         %t.13: i64 = add(%t.12, 1)    # line 13
#         %cost.9: f64[x.shape[0] + 1,y.shape[0] + 1] = for %j.1 in range(1, %t.13, 1) carrying (%cost.10 = %cost.8):    # line 13
#             %t.14: i64 = subtract(%i.1, 1)    # line 14
#             %t.15: i64 = subtract(%j.1, 1)    # line 14
#             %t.16: f64 = getitem(%cost.10, %t.14, %t.15, index=(At(operand=0), At(operand=1)))    # line 14
#             %t.17: i64 = subtract(%i.1, 1)    # line 14
#             %t.18: f64 = getitem(%x, %t.17, index=(At(operand=0),))    # line 14
#             %t.19: i64 = subtract(%j.1, 1)    # line 14
#             %t.20: f64 = getitem(%y, %t.19, index=(At(operand=0),))    # line 14
#             %t.21: f64 = subtract(%t.18, %t.20)    # line 14
#             %t.22: f64 = absolute(%t.21)    # line 14
#             %change: f64 = add(%t.16, %t.22)    # line 14
#             %t.23: i64 = subtract(%i.1, 1)    # line 15
#             %t.24: f64 = getitem(%cost.10, %t.23, %j.1, index=(At(operand=0), At(operand=1)))    # line 15
#             %t.25: f64 = add(%t.24, %gap)    # line 15
#             %t.26: i64 = subtract(%j.1, 1)    # line 15
#             %t.27: f64 = getitem(%cost.10, %i.1, %t.26, index=(At(operand=0), At(operand=1)))    # line 15
#             %t.28: f64 = add(%t.27, %gap)    # line 15
#             %t.29: f64 = minimum(%change, %t.25)    # line 15
#             %t.30: f64 = minimum(%t.29, %t.28)    # line 15
#             %cost.11: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%cost.10, %t.30, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # line 15
#             yield %cost.11
#         yield %cost.9
#     %t.31: (x.shape[0] + 1, y.shape[0] + 1) = shape(%cost.7)    # adjoint of line 16
#     %dcost: f64[x.shape[0] + 1,y.shape[0] + 1] = zeros_of(%t.31)    # adjoint of line 16
#     %dcost.1: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%dcost, 1.0, -1, -1, index=(At(operand=0), At(operand=1)))    # adjoint of line 16
#     %t.32: (y.shape[0]) = shape(%y)    # adjoint of line 11
#     %dy: f64[y.shape[0]] = zeros_of(%t.32)    # adjoint of line 11
#     %t.33: (x.shape[0]) = shape(%x)    # adjoint of line 11
#     %dx: f64[x.shape[0]] = zeros_of(%t.33)    # adjoint of line 11
#     %dcost.2: f64[x.shape[0] + 1,y.shape[0] + 1], %dy.1: f64[y.shape[0]], %dx.1: f64[x.shape[0]], %dgap: f64 = for %i.2 in reversed range(1, %t.11, 1) carrying (%dcost.3 = %dcost.1, %dy.2 = %dy, %dx.2 = %dx, %dgap.1 = 0.0):    # adjoint of line 11
#         %dcost.4: f64[x.shape[0] + 1,y.shape[0] + 1], %dx.3: f64[x.shape[0]], %dy.3: f64[y.shape[0]], %dgap.2: f64 = for %j.2 in reversed range(1, %t.3, 1) carrying (%dcost.5 = %dcost.3, %dx.4 = %dx.2, %dy.4 = %dy.2, %dgap.3 = %dgap.1):    # adjoint of line 13
#             %t.34: i64 = subtract(%i.2, 1)    # adjoint of line 14
#             %t.35: i64 = subtract(%j.2, 1)    # adjoint of line 14
#             %t.36: f64 = getitem(%x, %t.34, index=(At(operand=0),))    # adjoint of line 14
#             %t.37: f64 = getitem(%y, %t.35, index=(At(operand=0),))    # adjoint of line 14
#             %t.38: f64 = subtract(%t.36, %t.37)    # adjoint of line 14
#             %t.39: f64 = getitem(%cost.7, %t.34, %t.35, index=(At(operand=0), At(operand=1)))    # adjoint of line 14
#             %t.40: f64 = absolute(%t.38)    # adjoint of line 14
#             %change.1: f64 = add(%t.39, %t.40)    # adjoint of line 14
#             %t.41: f64 = getitem(%cost.7, %t.34, %j.2, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#             %t.42: f64 = add(%t.41, %gap)    # adjoint of line 15
#             %t.43: f64 = getitem(%cost.7, %i.2, %t.35, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#             %t.44: f64 = add(%t.43, %gap)    # adjoint of line 15
#             %t.45: f64 = minimum(%change.1, %t.42)    # adjoint of line 15
#             %t.46: f64 = getitem(%dcost.5, %i.2, %j.2, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#             %dcost.6: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%dcost.5, 0, %i.2, %j.2, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#             %t.47: bool = greater(%t.44, %t.45)    # adjoint of line 15
#             %t.48: bool = equal(%t.44, %t.45)    # adjoint of line 15
#             %t.49: f64 = divide(%t.46, 2)    # adjoint of line 15
#             %t.50: f64 = where(%t.48, %t.49, 0)    # adjoint of line 15
#             %t.51: f64 = where(%t.47, %t.46, %t.50)    # adjoint of line 15
#             %t.52: bool = greater(%t.45, %t.44)    # adjoint of line 15
#             %t.53: bool = equal(%t.45, %t.44)    # adjoint of line 15
#             %t.54: f64 = where(%t.53, %t.49, 0)    # adjoint of line 15
#             %t.55: f64 = where(%t.52, %t.46, %t.54)    # adjoint of line 15
#             %t.56: bool = greater(%t.42, %change.1)    # adjoint of line 15
#             %t.57: bool = equal(%t.42, %change.1)    # adjoint of line 15
#             %t.58: f64 = divide(%t.51, 2)    # adjoint of line 15
#             %t.59: f64 = where(%t.57, %t.58, 0)    # adjoint of line 15
#             %dchange: f64 = where(%t.56, %t.51, %t.59)    # adjoint of line 15
#             %t.60: bool = greater(%change.1, %t.42)    # adjoint of line 15
#             %t.61: bool = equal(%change.1, %t.42)    # adjoint of line 15
#             %t.62: f64 = where(%t.61, %t.58, 0)    # adjoint of line 15
#             %t.63: f64 = where(%t.60, %t.51, %t.62)    # adjoint of line 15
#             %dgap.4: f64 = add(%dgap.3, %t.55)    # adjoint of line 15
#             %dcost.7: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dcost.6, %t.55, %i.2, %t.35, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#             %dgap.5: f64 = add(%dgap.4, %t.63)    # adjoint of line 15
#             %dcost.8: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dcost.7, %t.63, %t.34, %j.2, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#             %t.64: f64 = sign(%t.38)    # adjoint of line 14
#             %t.65: f64 = multiply(%dchange, %t.64)    # adjoint of line 14
#             %t.66: f64 = negative(%t.65)    # adjoint of line 14
#             %dy.5: f64[y.shape[0]] = add_at(%dy.4, %t.66, %t.35, index=(At(operand=0),))    # adjoint of line 14
#             %dx.5: f64[x.shape[0]] = add_at(%dx.4, %t.65, %t.34, index=(At(operand=0),))    # adjoint of line 14
#             %dcost.9: f64[x.shape[0] + 1,y.shape[0] + 1] = add_at(%dcost.8, %dchange, %t.34, %t.35, index=(At(operand=0), At(operand=1)))    # adjoint of line 14
#             yield %dcost.9, %dx.5, %dy.5, %dgap.5
#         yield %dcost.4, %dy.3, %dx.3, %dgap.2
#     %dcost.10: f64[x.shape[0] + 1,y.shape[0] + 1], %dgap.6: f64 = for %j.3 in reversed range(1, %t.8, 1) carrying (%dcost.11 = %dcost.2, %dgap.7 = %dgap):    # adjoint of line 9
#         %t.67: f64 = getitem(%dcost.11, 0, %j.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#         %dcost.12: f64[x.shape[0] + 1,y.shape[0] + 1] = setitem(%dcost.11, 0, 0, %j.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#         %t.68: f64 = multiply(%t.67, %j.3)    # adjoint of line 10
#         %dgap.8: f64 = add(%dgap.7, %t.68)    # adjoint of line 10
#         yield %dcost.12, %dgap.8
#     %dcost.13: f64[x.shape[0] + 1,y.shape[0] + 1], %dgap.9: f64 = for %i.3 in reversed range(1, %t.5, 1) carrying (%dcost.14 = %dcost.10, %dgap.10 = %dgap.6):    # adjoint of line 7
#         %t.69: f64 = getitem(%dcost.14, %i.3, 0, index=(At(operand=0), At(operand=1)))    # adjoint of line 8
#         %t.70: f64 = multiply(%t.69, %i.3)    # adjoint of line 8
#         %dgap.11: f64 = add(%dgap.10, %t.70)    # adjoint of line 8
#         yield %dcost.14, %dgap.11
#     return %dx.1, %dy.1, %dgap.9

# %% numpy
import numpy as np


def f_grad(x, y, gap):
    """Gradient of f with respect to x, y, gap.   x: f64[n], y: f64[m], gap: float"""
    # primal
    t = len(y) + 1
    cost = np.zeros((len(x) + 1, t))
    t1 = len(x) + 1
    for i in range(1, t1):
        cost[i, 0] = i * gap
    t2 = len(y) + 1
    for j in range(1, t2):
        cost[0, j] = j * gap
    t3 = len(x) + 1
    for i in range(1, t3):
        for j in range(1, len(y) + 1):
            change = cost[i - 1, j - 1] + abs(x[i - 1] - y[j - 1])
            cost[i, j] = min(min(change, cost[i - 1, j] + gap), cost[i, j - 1] + gap)
    # adjoint
    dcost = np.zeros_like(cost)          # line 16: return cost[-1][-1]
    dcost[-1, -1] = 1.0
    dy = np.zeros_like(y)
    dx = np.zeros_like(x)
    dgap = 0.0
    for i in reversed(range(1, t3)):     # line 11: for i in range(1, len(x) + 1)
        for j in reversed(range(1, t)):  # line 13: for j in range(1, len(y) + 1)
            t4 = x[i - 1] - y[j - 1]     # line 14: change = cost[i - 1][j - 1] + abs(x[i - 1] - y[j - 1])
            change = cost[i - 1, j - 1] + abs(t4)
            # line 15: row[j] = min(change, cost[i - 1][j] + gap, row[j - 1] + gap)
            t5 = cost[i - 1, j] + gap
            t6 = cost[i, j - 1] + gap
            t7 = min(change, t5)
            dcost_i_j = dcost[i, j]
            dcost[i, j] = 0
            t8 = dcost_i_j / 2
            t9 = dcost_i_j if t6 > t7 else t8 if t6 == t7 else 0.0
            t10 = dcost_i_j if t7 > t6 else t8 if t7 == t6 else 0.0
            t6 = t9 / 2
            dchange = t9 if t5 > change else t6 if t5 == change else 0.0
            t7 = t9 if change > t5 else t6 if change == t5 else 0.0
            dgap += t10
            dcost[i, j - 1] += t10
            dgap += t7
            dcost[i - 1, j] += t7
            t5 = dchange * np.sign(t4)   # line 14: change = cost[i - 1][j - 1] + abs(x[i - 1] - y[j - 1])
            dy[j - 1] -= t5
            dx[i - 1] += t5
            dcost[i - 1, j - 1] += dchange
    for j in reversed(range(1, t2)):     # line 9: for j in range(1, len(y) + 1)
        dcost_0_j = dcost[0, j]          # line 10: cost[0][j] = j * gap
        dcost[0, j] = 0
        dgap += dcost_0_j * j
    for i in reversed(range(1, t1)):     # line 7: for i in range(1, len(x) + 1)
        dgap += dcost[i, 0] * i          # line 8: cost[i][0] = i * gap
    return dx, dy, dgap

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
def f_grad(x, y, gap):
    """Gradient of f with respect to x, y, gap.   x: f64[n], y: f64[m], gap: float"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    gap = jnp.asarray(gap)
    # primal
    t = y.shape[0] + 1
    cost = jnp.zeros((x.shape[0] + 1, t))
    t_1 = x.shape[0] + 1

    def body_i(i, cost):
        return write_at(cost, i * gap, i, 0)

    cost = fori_loop(1, t_1, body_i, cost)
    t_2 = y.shape[0] + 1

    def body_j(j, cost):
        return write_at(cost, j * gap, 0, j)

    cost = fori_loop(1, t_2, body_j, cost)
    t_3 = x.shape[0] + 1

    def body_i(i, cost):
        def body_j(j, cost):
            change = read_at(cost, i - 1, j - 1) + jnp.abs(read_at(x, i - 1) - read_at(y, j - 1))
            return write_at(
                cost,
                smaller(smaller(change, read_at(cost, i - 1, j) + gap), read_at(cost, i, j - 1) + gap),
                i,
                j,
            )

        return fori_loop(1, y.shape[0] + 1, body_j, cost)

    cost = fori_loop(1, t_3, body_i, cost)
    # adjoint
    dcost = jnp.zeros_like(cost)  # line 16: return cost[-1][-1]
    dcost = dcost.at[-1, -1].set(1.0)
    dy = jnp.zeros_like(y)        # line 11: for i in range(1, len(x) + 1):
    dx = jnp.zeros_like(x)

    def body_i(k, carry):
        dcost, dy, dx, dgap = carry
        i = t_3 - k

        def body_j(k, carry):              # line 13: for j in range(1, len(y) + 1):
            dcost, dy, dgap, t_1 = carry
            j = t - k
            # line 14: change = cost[i - 1][j - 1] + abs(x[i - 1] - y[j - 1])
            t_2 = read_at(x, i - 1) - read_at(y, j - 1)
            change = read_at(cost, i - 1, j - 1) + jnp.abs(t_2)
            # line 15: row[j] = min(change, cost[i - 1][j] + gap, row[j - 1] + gap)
            t_4 = read_at(cost, i - 1, j) + gap
            t_5 = read_at(cost, i, j - 1) + gap
            t_6 = smaller(change, t_4)
            dcost_i_j = read_at(dcost, i, j)
            t_7 = dcost_i_j / 2
            t_8 = jnp.where(t_5 > t_6, dcost_i_j, jnp.where(t_5 == t_6, t_7, 0))
            t_5 = jnp.where(t_6 > t_5, dcost_i_j, jnp.where(t_6 == t_5, t_7, 0))
            t_6 = t_8 / 2
            dchange = jnp.where(t_4 > change, t_8, jnp.where(t_4 == change, t_6, 0))
            t_4 = jnp.where(change > t_4, t_8, jnp.where(change == t_4, t_6, 0))
            dgap = dgap + t_5
            dcost = add_at(dcost, t_5, i, j - 1)
            dgap = dgap + t_4
            dcost = add_at(dcost, t_4, i - 1, j)
            t_2 = dchange * jnp.sign(t_2)  # line 14: change = cost[i - 1][j - 1] + abs(x[i - 1] - y[j - 1])
            dy = add_at(dy, -t_2, j - 1)
            dcost = add_at(dcost, dchange, i - 1, j - 1)
            # line 15: row[j] = min(change, cost[i - 1][j] + gap, row[j - 1] + gap)
            dcost = write_at(dcost, 0, i, j)
            return dcost, dy, dgap, t_1 + t_2

        dcost, dy, dgap, dx_im1 = fori_loop(1, t, body_j, (dcost, dy, dgap, read_at(dx, i - 1)))
        dx = write_at(dx, dx_im1, i - 1)
        return dcost, dy, dx, dgap

    dcost, dy, dx, dgap = fori_loop(1, t_3, body_i, (dcost, dy, dx, 0.0))

    def body_j(k, dgap):                        # line 9: for j in range(1, len(y) + 1):
        j = t_2 - k
        return dgap + read_at(dcost, 0, j) * j  # line 10: cost[0][j] = j * gap

    dgap = fori_loop(1, t_2, body_j, dgap)
    dcost = dcost.at[0, 1:].set(0)  # line 10: cost[0][j] = j * gap

    def body_i(k, carry):                       # line 7: for i in range(1, len(x) + 1):
        dcost, dgap = carry
        i = t_1 - k
        dgap = dgap + read_at(dcost, i, 0) * i  # line 8: cost[i][0] = i * gap
        return dcost, dgap

    _, dgap = fori_loop(1, t_1, body_i, (dcost, dgap))
    return dx, dy, dgap

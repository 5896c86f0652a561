"""Durbin's recursion for a Toeplitz system: an array that every trip overwrites from both ends."""
import numpy as np


def f(r):
    n = len(r)
    y = np.zeros(n)
    z = np.zeros(n)
    y[0] = -r[0]
    alpha = -r[0]
    beta = 1.0
    for k in range(1, n):
        beta = (1.0 - alpha * alpha) * beta
        total = r[k]
        for i in range(k):
            total += r[k - i - 1] * y[i]
        alpha = -total / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha
    return np.sum(y**2)


args = (np.array([0.3, 0.1, 0.05, 0.02]),)


# %% ir
# func f_grad(%r: f64[r.shape[0]]):
#     %n: i64 = size(%r, axis=0)    # line 6
#     %y: f64[r.shape[0]] = zeros(%n)    # line 7
#     %z: f64[r.shape[0]] = zeros(%n)    # line 8
#     %t: f64 = getitem(%r, 0, index=(At(operand=0),))    # line 9
#     %t.1: f64 = negative(%t)    # line 9
#     %y.1: f64[r.shape[0]] = setitem(%y, %t.1, 0, index=(At(operand=0),))    # line 9
#     %t.2: f64 = getitem(%r, 0, index=(At(operand=0),))    # line 10
#     %alpha: f64 = negative(%t.2)    # line 10
#     %t.3: i64 = subtract(%n, 1)    # line 12
#     %t.4: i64 = add(%t.3, 1)    # line 12
#     %alpha_tape: list[f64] = tape(%t.4, item=f64)    # line 12
#     %alpha_tape.1: list[f64] = record(%alpha_tape, 0, %alpha)    # line 12
#     %beta_tape: list[f64] = tape(%t.3, item=f64)    # line 12
#     %y_tapes: list[list[f64]] = tape(%t.3, item=list[f64])    # line 12
#     %y_i_tapes: list[list[f64]] = tape(%t.3, item=list[f64])    # line 12
#     %alpha.1: f64, %beta: f64, %y.2: f64[r.shape[0]], %z.1: f64[r.shape[0]], %alpha_tape.2: list[f64], %beta_tape.1: list[f64], %y_tapes.1: list[list[f64]], %y_i_tapes.1: list[list[f64]] = for %k in range(1, %n, 1) carrying (%alpha.2 = %alpha, %beta.1 = 1.0, %y.3 = %y.1, %z.2 = %z, %alpha_tape.3 = %alpha_tape.1, %beta_tape.2 = %beta_tape, %y_tapes.2 = %y_tapes, %y_i_tapes.2 = %y_i_tapes):    # line 12, records 16 bytes a trip
#         %t.5: i64 = subtract(%k, 1)    # line 12
#         %beta_tape.3: list[f64] = record(%beta_tape.2, %t.5, %beta.1)    # line 12
#         %t.6: f64 = multiply(%alpha.2, %alpha.2)    # line 13
#         %t.7: f64 = subtract(1.0, %t.6)    # line 13
#         %beta.2: f64 = multiply(%t.7, %beta.1)    # line 13
#         %total: f64 = getitem(%r, %k, index=(At(operand=0),))    # line 14
#         %y_i_tape: list[f64] = tape(%k, item=f64)    # line 15
#         %total.1: f64, %y_i_tape.1: list[f64] = for %i in range(0, %k, 1) carrying (%total.2 = %total, %y_i_tape.2 = %y_i_tape):    # line 15, records 8 bytes a trip
#             %t.8: i64 = subtract(%k, %i)    # line 16
#             %t.9: i64 = subtract(%t.8, 1)    # line 16
#             %t.10: f64 = getitem(%r, %t.9, index=(At(operand=0),))    # line 16
#             %t.11: f64 = getitem(%y.3, %i, index=(At(operand=0),))    # line 16
#             %y_i_tape.3: list[f64] = record(%y_i_tape.2, %i, %t.11)    # line 15
#             %t.12: f64 = multiply(%t.10, %t.11)    # line 16
#             %total.3: f64 = add(%total.2, %t.12)    # line 16
#             yield %total.3, %y_i_tape.3
#         %y_i_tapes.3: list[list[f64]] = record(%y_i_tapes.2, %t.5, %y_i_tape.1)    # line 12
#         %t.13: f64 = negative(%total.1)    # line 17
#         %alpha.3: f64 = divide(%t.13, %beta.2)    # line 17
#         %t.14: i64 = add(%t.5, 1)    # line 12
#         %alpha_tape.4: list[f64] = record(%alpha_tape.3, %t.14, %alpha.3)    # line 12
#         %y_tape: list[f64] = tape(%k, item=f64)    # line 18
#         %z.3: f64[r.shape[0]], %y_tape.1: list[f64] = for %i.1 in range(0, %k, 1) carrying (%z.4 = %z.2, %y_tape.2 = %y_tape):    # line 18, records 8 bytes a trip
#             %t.15: f64 = getitem(%y.3, %i.1, index=(At(operand=0),))    # line 19
#             %t.16: i64 = subtract(%k, %i.1)    # line 19
#             %t.17: i64 = subtract(%t.16, 1)    # line 19
#             %t.18: f64 = getitem(%y.3, %t.17, index=(At(operand=0),))    # line 19
#             %y_tape.3: list[f64] = record(%y_tape.2, %i.1, %t.18)    # line 18
#             %t.19: f64 = multiply(%alpha.3, %t.18)    # line 19
#             %t.20: f64 = add(%t.15, %t.19)    # line 19
#             %z.5: f64[r.shape[0]] = setitem(%z.4, %t.20, %i.1, index=(At(operand=0),))    # line 19
#             yield %z.5, %y_tape.3
#         %y_tapes.3: list[list[f64]] = record(%y_tapes.2, %t.5, %y_tape.1)    # line 12
#         %y.4: f64[r.shape[0]] = for %i.2 in range(0, %k, 1) carrying (%y.5 = %y.3):    # line 20
#             %t.21: f64 = getitem(%z.3, %i.2, index=(At(operand=0),))    # line 21
#             %y.6: f64[r.shape[0]] = setitem(%y.5, %t.21, %i.2, index=(At(operand=0),))    # line 21
#             yield %y.6
#         %y.7: f64[r.shape[0]] = setitem(%y.4, %alpha.3, %k, index=(At(operand=0),))    # line 22
#         yield %alpha.3, %beta.2, %y.7, %z.3, %alpha_tape.4, %beta_tape.3, %y_tapes.3, %y_i_tapes.3
#     %t.22: (r.shape[0]) = shape(%r)    # adjoint of line 23
#     %t.23: f64[r.shape[0]] = multiply(2, %y.2)    # adjoint of line 23
#     %t.24: (r.shape[0]) = shape(%z.1)    # adjoint of line 12
#     %t.25: f64[r.shape[0]] = zeros_of(%t.24)    # adjoint of line 12
#     %dr: f64[r.shape[0]] = zeros_of(%t.22)    # adjoint of line 12
#     %dalpha: f64, %dbeta: f64, %dy: f64[r.shape[0]], %dz: f64[r.shape[0]], %dr.1: f64[r.shape[0]] = for %k.1 in reversed range(1, %n, 1) carrying (%dalpha.1 = 0.0, %dbeta.1 = 0.0, %dy.1 = %t.23, %dz.1 = %t.25, %dr.2 = %dr):    # adjoint of line 12
#         %t.26: i64 = subtract(%k.1, 1)    # adjoint of line 12
#         %alpha.4: f64 = recall(%alpha_tape.2, %t.26)    # adjoint of line 12
#         %beta.3: f64 = recall(%beta_tape.1, %t.26)    # adjoint of line 12
#         %t.27: f64 = multiply(%alpha.4, %alpha.4)    # adjoint of line 13
#         %t.28: f64 = subtract(1.0, %t.27)    # adjoint of line 13
#         %beta.4: f64 = multiply(%t.28, %beta.3)    # adjoint of line 13
#         %t.29: i64 = add(%t.26, 1)    # adjoint of line 12
#         %alpha.5: f64 = recall(%alpha_tape.2, %t.29)    # adjoint of line 12
#         %y_tape.4: list[f64] = recall(%y_tapes.1, %t.26)    # adjoint of line 12
#         %y_i_tape.4: list[f64] = recall(%y_i_tapes.1, %t.26)    # adjoint of line 12
#         %t.30: f64 = getitem(%dy.1, %k.1, index=(At(operand=0),))    # adjoint of line 22
#         %dalpha.2: f64 = add(%dalpha.1, %t.30)    # adjoint of line 22
#         %dy.2: f64[r.shape[0]] = setitem(%dy.1, 0, %k.1, index=(At(operand=0),))    # adjoint of line 22
#         %dy.3: f64[r.shape[0]], %dz.2: f64[r.shape[0]] = for %i.3 in reversed range(0, %k.1, 1) carrying (%dy.4 = %dy.2, %dz.3 = %dz.1):    # adjoint of line 20
#             %t.31: f64 = getitem(%dy.4, %i.3, index=(At(operand=0),))    # adjoint of line 21
#             %dy.5: f64[r.shape[0]] = setitem(%dy.4, 0, %i.3, index=(At(operand=0),))    # adjoint of line 21
#             %dz.4: f64[r.shape[0]] = add_at(%dz.3, %t.31, %i.3, index=(At(operand=0),))    # adjoint of line 21
#             yield %dy.5, %dz.4
#         %dz.5: f64[r.shape[0]], %dy.6: f64[r.shape[0]], %dalpha.3: f64 = for %i.4 in reversed range(0, %k.1, 1) carrying (%dz.6 = %dz.2, %dy.7 = %dy.3, %dalpha.4 = %dalpha.2):    # adjoint of line 18
#             %t.32: f64 = recall(%y_tape.4, %i.4)    # adjoint of line 18
#             %t.33: i64 = subtract(%k.1, %i.4)    # adjoint of line 19
#             %t.34: i64 = subtract(%t.33, 1)    # adjoint of line 19
#             %t.35: f64 = getitem(%dz.6, %i.4, index=(At(operand=0),))    # adjoint of line 19
#             %dz.7: f64[r.shape[0]] = setitem(%dz.6, 0, %i.4, index=(At(operand=0),))    # adjoint of line 19
#             %t.36: f64 = multiply(%t.35, %t.32)    # adjoint of line 19
#             %dalpha.5: f64 = add(%dalpha.4, %t.36)    # adjoint of line 19
#             %t.37: f64 = multiply(%t.35, %alpha.5)    # adjoint of line 19
#             %dy.8: f64[r.shape[0]] = add_at(%dy.7, %t.37, %t.34, index=(At(operand=0),))    # adjoint of line 19
#             %dy.9: f64[r.shape[0]] = add_at(%dy.8, %t.35, %i.4, index=(At(operand=0),))    # adjoint of line 19
#             yield %dz.7, %dy.9, %dalpha.5
#         %t.38: f64 = divide(%dalpha.3, %beta.4)    # adjoint of line 17
#         %t.39: f64 = negative(%t.38)    # adjoint of line 17
#         %t.40: f64 = multiply(%t.38, %alpha.5)    # adjoint of line 17
#         %dbeta.2: f64 = subtract(%dbeta.1, %t.40)    # adjoint of line 17
#         %dr.3: f64[r.shape[0]], %dy.10: f64[r.shape[0]] = for %i.5 in reversed range(0, %k.1, 1) carrying (%dr.4 = %dr.2, %dy.11 = %dy.6):    # adjoint of line 15
#             %t.41: f64 = recall(%y_i_tape.4, %i.5)    # adjoint of line 15
#             %t.42: i64 = subtract(%k.1, %i.5)    # adjoint of line 16
#             %t.43: i64 = subtract(%t.42, 1)    # adjoint of line 16
#             %t.44: f64 = getitem(%r, %t.43, index=(At(operand=0),))    # adjoint of line 16
#             %t.45: f64 = multiply(%t.38, %t.41)    # adjoint of line 16
#             %t.46: f64 = negative(%t.45)    # adjoint of line 16
#             %t.47: f64 = multiply(%t.38, %t.44)    # adjoint of line 16
#             %t.48: f64 = negative(%t.47)    # adjoint of line 16
#             %dy.12: f64[r.shape[0]] = add_at(%dy.11, %t.48, %i.5, index=(At(operand=0),))    # adjoint of line 16
#             %dr.5: f64[r.shape[0]] = add_at(%dr.4, %t.46, %t.43, index=(At(operand=0),))    # adjoint of line 16
#             yield %dr.5, %dy.12
#         %dr.6: f64[r.shape[0]] = add_at(%dr.3, %t.39, %k.1, index=(At(operand=0),))    # adjoint of line 14
#         %t.49: f64 = multiply(%dbeta.2, %beta.3)    # adjoint of line 13
#         %dbeta.3: f64 = multiply(%dbeta.2, %t.28)    # adjoint of line 13
#         %t.50: f64 = multiply(%t.49, %alpha.4)    # adjoint of line 13
#         %dalpha.6: f64 = negative(%t.50)    # adjoint of line 13
#         %dalpha.7: f64 = subtract(%dalpha.6, %t.50)    # adjoint of line 13
#         yield %dalpha.7, %dbeta.3, %dy.10, %dz.5, %dr.6
#     %t.51: f64 = negative(%dalpha)    # adjoint of line 10
#     %dr.7: f64[r.shape[0]] = add_at(%dr.1, %t.51, 0, index=(At(operand=0),))    # adjoint of line 10
#     %t.52: f64 = getitem(%dy, 0, index=(At(operand=0),))    # adjoint of line 9
#     %t.53: f64 = negative(%t.52)    # adjoint of line 9
#     %dr.8: f64[r.shape[0]] = add_at(%dr.7, %t.53, 0, index=(At(operand=0),))    # adjoint of line 9
#     return %dr.8

# %% numpy
import numpy as np


def f_grad(r):
    """Gradient of f with respect to r.   r: f64[n]"""
    # primal
    n = len(r)
    y = np.zeros(n)
    z = np.zeros(n)
    y[0] = -r[0]
    alpha = -r[0]
    alpha_tape = [alpha]
    beta_tape = []
    y_tapes = []
    y_i_tapes = []
    beta = 1.0
    for k in range(1, n):   # records 16 bytes a trip
        beta_tape.append(beta)
        beta = (1.0 - alpha * alpha) * beta
        total = r[k]
        y_i_tape = []
        for i in range(k):  # records 8 bytes a trip
            y_i = y[i]
            y_i_tape.append(y_i)
            total += r[k - i - 1] * y_i
        y_i_tapes.append(y_i_tape)
        alpha = -total / beta
        alpha_tape.append(alpha)
        y_tape = []
        for i in range(k):  # records 8 bytes a trip
            t = y[k - i - 1]
            y_tape.append(t)
            z[i] = y[i] + alpha * t
        y_tapes.append(y_tape)
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha
    # adjoint
    dy = 2 * y                        # line 23: return np.sum(y**2)
    dz = np.zeros_like(z)
    dr = np.zeros_like(r)
    dalpha = 0.0
    dbeta = 0.0
    for k in reversed(range(1, n)):   # line 12: for k in range(1, n)
        alpha = alpha_tape[k - 1]
        beta = beta_tape[k - 1]
        t = 1.0 - alpha * alpha       # line 13: beta = (1.0 - alpha * alpha) * beta
        beta_1 = t * beta
        alpha_1 = alpha_tape[k - 1 + 1]
        y_tape = y_tapes[k - 1]
        y_i_tape = y_i_tapes[k - 1]
        dalpha += dy[k]               # line 22: y[k] = alpha
        dy[k] = 0
        for i in reversed(range(k)):  # line 20: for i in range(k)
            dy_i = dy[i]              # line 21: y[i] = z[i]
            dy[i] = 0
            dz[i] += dy_i
        for i in reversed(range(k)):  # line 18: for i in range(k)
            dz_i = dz[i]              # line 19: z[i] = y[i] + alpha * y[k - i - 1]
            dz[i] = 0
            dalpha += dz_i * y_tape[i]
            dy[k - i - 1] += dz_i * alpha_1
            dy[i] += dz_i
        t1 = dalpha / beta_1          # line 17: alpha = -total / beta
        dbeta -= t1 * alpha_1
        for i in reversed(range(k)):  # line 15: for i in range(k)
            t2 = k - i - 1            # line 16: total += r[k - i - 1] * y[i]
            dy[i] -= t1 * r[t2]
            dr[t2] -= t1 * y_i_tape[i]
        dr[k] -= t1                   # line 14: total = r[k]
        t1 = dbeta * beta             # line 13: beta = (1.0 - alpha * alpha) * beta
        dbeta *= t
        t = t1 * alpha
        dalpha = -t
        dalpha -= t
    dr[0] -= dalpha                   # line 10: alpha = -r[0]
    dr[0] -= dy[0]                    # line 9: y[0] = -r[0]
    return dr

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
def f_grad(r):
    """Gradient of f with respect to r.   r: f64[n]"""
    r = jnp.asarray(r)
    # primal
    n = r.shape[0]
    y = jnp.zeros(n)
    z = jnp.zeros(n)
    y = y.at[0].set(-r[0])
    alpha = -r[0]
    t = n - 1
    alpha_tape = write_at(jnp.zeros(t + 1), alpha, 0)

    def body_k(k, carry):  # records 16 bytes a trip
        alpha, beta, y, z, alpha_tape, beta_tape, y_tapes, y_i_tapes = carry
        beta_tape = write_at(beta_tape, beta, k - 1)
        beta = (1.0 - alpha * alpha) * beta
        total = read_at(r, k)

        def body_i(i, carry):  # records 8 bytes a trip
            total, y_i_tapes = carry
            y_i = read_at(y, i)
            y_i_tapes = write_at(y_i_tapes, y_i, k - 1, i)
            total = total + read_at(r, k - i - 1) * y_i
            return total, y_i_tapes

        total, y_i_tapes = lax.fori_loop(0, k, body_i, (total, y_i_tapes))
        alpha = -total / beta
        alpha_tape = write_at(alpha_tape, alpha, k - 1 + 1)

        def body_i(i, carry):  # records 8 bytes a trip
            z, y_tapes = carry
            t = read_at(y, k - i - 1)
            y_tapes = write_at(y_tapes, t, k - 1, i)
            z = write_at(z, read_at(y, i) + alpha * t, i)
            return z, y_tapes

        z, y_tapes = lax.fori_loop(0, k, body_i, (z, y_tapes))

        def body_i(i, y):
            return write_at(y, read_at(z, i), i)

        y = lax.fori_loop(0, k, body_i, y)
        y = write_at(y, alpha, k)
        return alpha, beta, y, z, alpha_tape, beta_tape, y_tapes, y_i_tapes

    _, _, y, z, alpha_tape, beta_tape, y_tapes, y_i_tapes = fori_loop(
        1,
        n,
        body_k,
        (
            alpha,
            1.0,
            y,
            z,
            alpha_tape,
            jnp.zeros(max(t, 0)),
            jnp.zeros((max(t, 0), max(r.shape[0] - 1, 1))),
            jnp.zeros((max(t, 0), max(r.shape[0] - 1, 1))),
        ),
    )
    # adjoint
    dr = jnp.zeros_like(r)  # line 12: for k in range(1, n):

    def body_k(trip, carry):
        dalpha, dbeta, dy, dz, dr = carry
        k = n - trip
        alpha = read_at(alpha_tape, k - 1)
        beta = read_at(beta_tape, k - 1)
        t = 1.0 - alpha * alpha                   # line 13: beta = (1.0 - alpha * alpha) * beta
        beta_1 = t * beta
        alpha_1 = read_at(alpha_tape, k - 1 + 1)  # line 12: for k in range(1, n):
        dy_k = read_at(dy, k)                     # line 22: y[k] = alpha
        dalpha = dalpha + dy_k
        dy = write_at(dy, jnp.where(k >= 0, 0.0, dy_k), k)

        def body_i(k_1, carry):    # line 20: for i in range(k):
            dy, dz = carry
            i = k - 1 - k_1
            dy_i = read_at(dy, i)  # line 21: y[i] = z[i]
            dy = write_at(dy, jnp.where(i >= 0, 0.0, dy_i), i)
            dz = add_at(dz, dy_i, i)
            return dy, dz

        dy, dz = lax.fori_loop(0, k, body_i, (dy, dz))

        def body_i(k_1, carry):    # line 18: for i in range(k):
            dz, dy, dalpha = carry
            i = k - 1 - k_1
            dz_i = read_at(dz, i)  # line 19: z[i] = y[i] + alpha * y[k - i - 1]
            dz = write_at(dz, jnp.where(i >= 0, 0.0, dz_i), i)
            dalpha = dalpha + dz_i * read_at(y_tapes, k - 1, i)
            dy = add_at(dy, dz_i * alpha_1, k - i - 1)
            dy = add_at(dy, dz_i, i)
            return dz, dy, dalpha

        dz, dy, dalpha = lax.fori_loop(0, k, body_i, (dz, dy, dalpha))
        t_1 = dalpha / beta_1  # line 17: alpha = -total / beta
        dbeta = dbeta - t_1 * alpha_1

        def body_i(k_1, carry):  # line 15: for i in range(k):
            dr, dy = carry
            i = k - 1 - k_1
            t = k - i - 1        # line 16: total += r[k - i - 1] * y[i]
            dy = add_at(dy, -(t_1 * read_at(r, t)), i)
            dr = add_at(dr, -(t_1 * read_at(y_i_tapes, k - 1, i)), t)
            return dr, dy

        dr, dy = lax.fori_loop(0, k, body_i, (dr, dy))
        dr = add_at(dr, -t_1, k)  # line 14: total = r[k]
        dbeta_1 = dbeta * t       # line 13: beta = (1.0 - alpha * alpha) * beta
        t = dbeta * beta * alpha
        dalpha = -t
        dalpha = dalpha - t
        return dalpha, dbeta_1, dy, dz, dr

    dalpha, _, dy, _, dr = fori_loop(1, n, body_k, (0.0, 0.0, 2 * y, jnp.zeros_like(z), dr))
    dr = dr.at[0].add(-dalpha)  # line 10: alpha = -r[0]
    dr = dr.at[0].add(-dy[0])   # line 9: y[0] = -r[0]
    return dr

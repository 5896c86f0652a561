"""A scalar Kalman filter: several carried values and a likelihood summed on the way."""
import numpy as np


def f(ys, q, r):
    mean, variance, nll = 0.0, 1.0, 0.0
    for y in ys:
        variance = variance + q
        s = variance + r
        nll += 0.5 * (np.log(s) + (y - mean) ** 2 / s)
        gain = variance / s
        mean = mean + gain * (y - mean)
        variance = (1 - gain) * variance
    return nll


args = (np.array([0.3, 1.1, 0.7, -0.2]), 0.1, 0.5)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%ys: f64[ys.shape[0]], %q: f64, %r: f64):
#     %t: i64 = size(%ys, axis=0)    # line 7
#     %variance_tape: list[f64] = tape(%t, item=f64)    # line 7
#     %tape: list[f64] = tape(%t, item=f64)    # line 7
#     %mean: f64, %variance: f64, %variance_tape.1: list[f64], %tape.1: list[f64] = for %k in range(0, %t, 1) carrying (%mean.1 = 0.0, %variance.1 = 1.0, %variance_tape.2 = %variance_tape, %tape.2 = %tape):    # line 7, records 16 bytes a trip
#         %y: f64 = getitem(%ys, %k, index=(At(operand=0),))    # line 7
#         %variance.2: f64 = add(%variance.1, %q)    # line 8
#         %variance_tape.3: list[f64] = record(%variance_tape.2, %k, %variance.2)    # line 7
#         %s: f64 = add(%variance.2, %r)    # line 9
#         %t.1: f64 = subtract(%y, %mean.1)    # line 10
#         %tape.3: list[f64] = record(%tape.2, %k, %t.1)    # line 7
#         %gain: f64 = divide(%variance.2, %s)    # line 11
#         %t.2: f64 = subtract(%y, %mean.1)    # line 12
#         %t.3: f64 = multiply(%gain, %t.2)    # line 12
#         %mean.2: f64 = add(%mean.1, %t.3)    # line 12
#         %t.4: f64 = subtract(1, %gain)    # line 13
#         %variance.3: f64 = multiply(%t.4, %variance.2)    # line 13
#         yield %mean.2, %variance.3, %variance_tape.3, %tape.3
#     %t.5: (ys.shape[0]) = shape(%ys)    # adjoint of line 7
#     %dys: f64[ys.shape[0]] = zeros_of(%t.5)    # adjoint of line 7
#     %dmean: f64, %dvariance: f64, %dys.1: f64[ys.shape[0]], %dq: f64, %dr: f64 = for %k.1 in reversed range(0, %t, 1) carrying (%dmean.1 = 0.0, %dvariance.1 = 0.0, %dys.2 = %dys, %dq.1 = 0.0, %dr.1 = 0.0):    # adjoint of line 7
#         %variance.4: f64 = recall(%variance_tape.1, %k.1)    # adjoint of line 7
#         %t.6: f64 = recall(%tape.1, %k.1)    # adjoint of line 7
#         %s.1: f64 = add(%variance.4, %r)    # adjoint of line 9
#         %t.7: f64 = power(%t.6, 2)    # adjoint of line 10
#         %t.8: f64 = divide(%t.7, %s.1)    # adjoint of line 10
#         %gain.1: f64 = divide(%variance.4, %s.1)    # adjoint of line 11
#         %t.9: f64 = subtract(1, %gain.1)    # adjoint of line 13
#         %t.10: f64 = multiply(%dvariance.1, %variance.4)    # adjoint of line 13
#         %dvariance.2: f64 = multiply(%dvariance.1, %t.9)    # adjoint of line 13
#         %t.11: f64 = multiply(%dmean.1, %t.6)    # adjoint of line 12
#         %dgain: f64 = subtract(%t.11, %t.10)    # adjoint of line 12
#         %dy: f64 = multiply(%dmean.1, %gain.1)    # adjoint of line 12
#         %dmean.2: f64 = subtract(%dmean.1, %dy)    # adjoint of line 12
#         %t.12: f64 = divide(%dgain, %s.1)    # adjoint of line 11
#         %dvariance.3: f64 = add(%dvariance.2, %t.12)    # adjoint of line 11
#         %t.13: f64 = multiply(%t.12, %gain.1)    # adjoint of line 11
#         %ds: f64 = negative(%t.13)    # adjoint of line 11
#         %t.14: f64 = divide(0.5, %s.1)    # adjoint of line 10
#         %t.15: f64 = multiply(0.5, %t.8)    # adjoint of line 10
#         %t.16: f64 = divide(%t.15, %s.1)    # adjoint of line 10
#         %ds.1: f64 = subtract(%ds, %t.16)    # adjoint of line 10
#         %t.17: f64 = divide(%t.6, %s.1)    # adjoint of line 10
#         %dy.1: f64 = add(%dy, %t.17)    # adjoint of line 10
#         %dmean.3: f64 = subtract(%dmean.2, %t.17)    # adjoint of line 10
#         %ds.2: f64 = add(%ds.1, %t.14)    # adjoint of line 10
#         %dvariance.4: f64 = add(%dvariance.3, %ds.2)    # adjoint of line 9
#         %dr.2: f64 = add(%dr.1, %ds.2)    # adjoint of line 9
#         %dq.2: f64 = add(%dq.1, %dvariance.4)    # adjoint of line 8
#         %dys.3: f64[ys.shape[0]] = setitem(%dys.2, %dy.1, %k.1, index=(At(operand=0),))    # adjoint of line 7
#         yield %dmean.3, %dvariance.4, %dys.3, %dq.2, %dr.2
#     return %dys.1, %dq, %dr

# %% numpy
import numpy as np


def f_grad(ys, q, r):
    """Gradient of f with respect to ys, q, r.   ys: f64[n], q: float, r: float"""
    # primal
    variance_tape = []
    tape = []
    mean = 0.0
    variance = 1.0
    for y in ys:  # records 16 bytes a trip
        variance = variance + q
        variance_tape.append(variance)
        s = variance + r
        tape.append(y - mean)
        gain = variance / s
        mean = mean + gain * (y - mean)
        variance = (1 - gain) * variance
    # adjoint
    dys = np.zeros_like(ys)
    dmean = 0.0
    dvariance = 0.0
    dq = 0.0
    dr = 0.0
    for k in reversed(range(len(ys))):  # line 7: for y in ys
        variance = variance_tape[k]
        t = tape[k]
        s = variance + r                # line 9: s = variance + r
        gain = variance / s             # line 11: gain = variance / s
        t1 = dvariance * variance       # line 13: variance = (1 - gain) * variance
        dvariance *= 1 - gain
        dgain = dmean * t - t1          # line 12: mean = mean + gain * (y - mean)
        dy = dmean * gain
        dmean -= dy
        t1 = dgain / s                  # line 11: gain = variance / s
        dvariance += t1
        ds = -(t1 * gain)
        ds -= 0.5 * (t ** 2 / s) / s    # line 10: nll += 0.5 * (np.log(s) + (y - mean) ** 2 / s)
        t1 = t / s
        dy += t1
        dmean -= t1
        ds += 0.5 / s
        dvariance += ds                 # line 9: s = variance + r
        dr += ds
        dq += dvariance                 # line 8: variance = variance + q
        dys[k] = dy
    return dys, dq, dr

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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(ys, q, r):
    """Gradient of f with respect to ys, q, r.   ys: f64[n], q: float, r: float"""
    ys = jnp.asarray(ys)
    q = jnp.asarray(q)
    r = jnp.asarray(r)

    # primal
    def body_k(k, carry):  # records 16 bytes a trip
        mean, variance, variance_tape, tape = carry
        y = read_at(ys, k)
        variance = variance + q
        variance_tape = write_at(variance_tape, variance, k)
        s = variance + r
        tape = write_at(tape, y - mean, k)
        gain = variance / s
        mean = mean + gain * (y - mean)
        variance = (1 - gain) * variance
        return mean, variance, variance_tape, tape

    _, _, variance_tape, tape = fori_loop(
        0, ys.shape[0], body_k, (0.0, 1.0, jnp.zeros(ys.shape[0]), jnp.zeros(ys.shape[0]))
    )
    # adjoint
    dys = jnp.zeros_like(ys)  # line 7: for y in ys:

    def body_k(trip, carry):
        dmean, dvariance, dys, dq, dr = carry
        k = ys.shape[0] - 1 - trip
        variance = read_at(variance_tape, k)
        t = read_at(tape, k)
        s = variance + r                          # line 9: s = variance + r
        gain = variance / s                       # line 11: gain = variance / s
        dvariance_1 = dvariance * (1 - gain)      # line 13: variance = (1 - gain) * variance
        dgain = dmean * t - dvariance * variance  # line 12: mean = mean + gain * (y - mean)
        dy = dmean * gain
        dmean = dmean - dy
        t_1 = dgain / s                           # line 11: gain = variance / s
        dvariance = dvariance_1 + t_1
        ds = -(t_1 * gain)
        ds = ds - 0.5 * (t ** 2 / s) / s          # line 10: nll += 0.5 * (np.log(s) + (y - mean) ** 2 / s)
        t = t / s
        dy = dy + t
        dmean = dmean - t
        ds = ds + 0.5 / s
        dvariance = dvariance + ds                # line 9: s = variance + r
        dr = dr + ds
        dq = dq + dvariance                       # line 8: variance = variance + q
        dys = write_at(dys, dy, k)                # line 7: for y in ys:
        return dmean, dvariance, dys, dq, dr

    _, _, dys, dq, dr = fori_loop(0, ys.shape[0], body_k, (0.0, 0.0, dys, 0.0, 0.0))
    return dys, dq, dr

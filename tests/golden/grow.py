"""A branch in a loop, continue, and a return from inside the loop."""
import numpy as np


def grow(x, limit):
    s = 1.0
    for t in x:
        if t < 0:
            continue
        s = s * t + 0.5
        if s > limit:
            return s * s
    return s


f = grow
x = np.array([0.4, -0.7, 1.3, 0.6, -0.2, 0.9])
args = (x, 3.0)
more_args = [(x[:0], 3.0), (np.abs(x) + 1.0, 3.0)]


# %% ir
# func grow_grad(%x: f64[x.shape[0]], %limit: f64):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %s_tape: list[f64] = tape(-1, item=f64)    # line 7
#     %s: f64, %returned: bool, %k: i64, %s_tape.1: list[f64] = while carrying (%s.1 = 1.0, %returned.1 = False, %k.1 = 0, %s_tape.2 = %s_tape):    # line 7, records 8 bytes a trip
#         %t.1: bool = logical_not(%returned.1)    # line 7
#         %t.2: bool = if %t.1:    # line 7
#             %t.3: bool = less(%k.1, %t)    # line 7
#             yield %t.3
#         else:
#             yield False
#         test %t.2
#     do:
#         %s_tape.3: list[f64] = record(%s_tape.2, %k.1, %s.1)    # line 7
#         %t.4: f64 = getitem(%x, %k.1, index=(At(operand=0),))    # line 7
#         %t.5: bool = less(%t.4, 0)    # line 8
#         %s.2: f64, %returned.2: bool = if %t.5:    # line 8
#             yield %s.1, %returned.1
#         else:
#             %t.6: f64 = multiply(%s.1, %t.4)    # line 10
#             %s.3: f64 = add(%t.6, 0.5)    # line 10
#             %t.7: bool = greater(%s.3, %limit)    # line 11
#             %returned.3: bool = if %t.7:    # line 11
#                 yield True
#             else:
#                 yield %returned.1
#             yield %s.3, %returned.3
#         %t.8: i64 = add(%k.1, 1)    # line 7
#         yield %s.2, %returned.2, %t.8, %s_tape.3
#     %t.9: bool = logical_not(%returned)    # adjoint of line 7
#     %ds: f64, %dresult: f64 = if %t.9:    # adjoint of line 7
#         yield 1.0, 0.0
#     else:
#         yield 0.0, 1.0
#     %t.10: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.10)    # adjoint of line 7
#     %ds.1: f64, %dresult.1: f64, %dx.1: f64[x.shape[0]] = for %k.2 in reversed range(0, %k, 1) carrying (%ds.2 = %ds, %dresult.2 = %dresult, %dx.2 = %dx):    # adjoint of line 7
#         %s.4: f64 = recall(%s_tape.1, %k.2)    # adjoint of line 7
#         %t.11: f64 = getitem(%x, %k.2, index=(At(operand=0),))    # adjoint of line 7
#         %t.12: bool = less(%t.11, 0)    # adjoint of line 8
#         %ds.3: f64, %dresult.3: f64, %dt: f64 = if %t.12:    # adjoint of line 8
#             yield %ds.2, %dresult.2, 0.0
#         else:
#             %t.13: f64 = multiply(%s.4, %t.11)    # adjoint of line 10
#             %s.5: f64 = add(%t.13, 0.5)    # adjoint of line 10
#             %t.14: bool = greater(%s.5, %limit)    # adjoint of line 11
#             %ds.4: f64, %dresult.4: f64 = if %t.14:    # adjoint of line 11
#                 %t.15: f64 = multiply(%dresult.2, %s.5)    # adjoint of line 12
#                 %ds.5: f64 = add(%ds.2, %t.15)    # adjoint of line 12
#                 %ds.6: f64 = add(%ds.5, %t.15)    # adjoint of line 12
#                 yield %ds.6, 0.0
#             else:
#                 yield %ds.2, %dresult.2
#             %ds.7: f64 = multiply(%ds.4, %t.11)    # adjoint of line 10
#             %dt.1: f64 = multiply(%ds.4, %s.4)    # adjoint of line 10
#             yield %ds.7, %dresult.4, %dt.1
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %dt, %k.2, index=(At(operand=0),))    # adjoint of line 7
#         yield %ds.3, %dresult.3, %dx.3
#     return %dx.1

# %% numpy
import numpy as np


def grow_grad(x, limit):
    """Gradient of grow with respect to x.   x: f64[n], limit: float"""
    # primal
    s_tape = []
    s = 1.0
    returned = False
    k = 0
    while not returned and k < len(x):  # records 8 bytes a trip
        s_tape.append(s)
        t = x[k]
        if not t < 0:
            s = s * t + 0.5
            if s > limit:
                returned = True
        k += 1
    # adjoint
    if not returned:
        ds = 1.0
        dresult = 0.0
    else:
        ds = 0.0
        dresult = 1.0
    dx = np.zeros_like(x)
    for k in reversed(range(k)):    # line 7: for t in x
        s = s_tape[k]
        t = x[k]
        if t < 0:
            dt = 0.0
        else:
            s_1 = s * t + 0.5       # line 10: s = s * t + 0.5
            if s_1 > limit:
                t1 = dresult * s_1  # line 12: return s * s
                ds += t1
                ds += t1
                dresult = 0.0
            dt = ds * s             # line 10: s = s * t + 0.5
            ds *= t
        dx[k] = dt
    return dx

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


def while_loop(possible, condition, body, init):
    """lax.while_loop; one that cannot have a trip is not traced, since there may be no elements to pick."""
    return lax.while_loop(condition, body, init) if possible else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def grow_grad(x, limit):
    """Gradient of grow with respect to x.   x: f64[n], limit: float"""
    x = jnp.asarray(x)
    limit = jnp.asarray(limit)

    # primal
    def condition(carry):
        _, returned, k, _ = carry
        return jnp.logical_and(jnp.logical_not(returned), k < x.shape[0])

    def body(carry):  # records 8 bytes a trip
        s, returned, k, s_tape = carry
        s_tape = write_at(s_tape, s, k)
        t = read_at(x, k)

        def otherwise():
            s_1 = s * t + 0.5
            returned_1 = jnp.logical_or(s_1 > limit, returned)
            return s_1, returned_1

        s, returned = lax.cond(t < 0, lambda: (s, returned), otherwise)
        return s, returned, k + 1, s_tape

    _, returned, k, s_tape = while_loop(
        x.shape[0] > 0, condition, body, (1.0, False, 0, jnp.zeros(max(x.shape[0], 1)))
    )
    # adjoint
    t = jnp.logical_not(returned)  # line 7: for t in x:
    ds = jnp.where(t, 1.0, 0.0)
    dresult = jnp.where(t, 0.0, 1.0)
    dx = jnp.zeros_like(x)

    def body_k(trip, carry):
        ds, dresult, dx = carry
        k_1 = k - 1 - trip
        s = read_at(s_tape, k_1)
        t = read_at(x, k_1)

        def otherwise():       # line 8: if t < 0:
            s_1 = s * t + 0.5  # line 10: s = s * t + 0.5

            def then():  # line 11: if s > limit:
                t_1 = dresult * s_1
                ds_1 = ds + t_1
                ds_1 = ds_1 + t_1
                return ds_1, 0.0

            ds_1, dresult_1 = lax.cond(s_1 > limit, then, lambda: (ds, dresult))
            ds_2 = ds_1 * t  # line 10: s = s * t + 0.5
            dt = ds_1 * s
            return ds_2, dresult_1, dt

        ds, dresult, dt = lax.cond(t < 0, lambda: (ds, dresult, 0.0), otherwise)
        dx = write_at(dx, dt, k_1)  # line 7: for t in x:
        return ds, dresult, dx

    _, _, dx = lax.fori_loop(0, k, body_k, (ds, dresult, dx))
    return dx

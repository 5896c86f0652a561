"""else on a loop: the first value above the level, or the sum of all."""
import numpy as np


def f(x, level):
    for i in range(len(x)):
        if x[i] > level:
            s = x[i] ** 2
            break
    else:
        s = np.sum(x) * level
    return s


args = (np.array([0.2, 0.9, 1.4, 2.0]), 1.0)
more_args = [(np.array([0.2, 0.9]), 1.0)]
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %level: f64):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %broke: bool, %has_s: bool, %i: i64 = while carrying (%broke.1 = False, %has_s.1 = False, %i.1 = 0):    # line 6
#         %t.1: bool = logical_not(%broke.1)    # line 6
#         %t.2: bool = if %t.1:    # line 6
#             %t.3: bool = less(%i.1, %t)    # line 6
#             yield %t.3
#         else:
#             yield False
#         test %t.2
#     do:
#         %t.4: f64 = getitem(%x, %i.1, index=(At(operand=0),))    # line 7
#         %t.5: bool = greater(%t.4, %level)    # line 7
#         %broke.2: bool, %t.6: bool = if %t.5:    # line 7
#             yield True, True
#         else:
#             yield %broke.1, %has_s.1
#         %t.7: i64 = add(%i.1, 1)    # line 6
#         yield %broke.2, %t.6, %t.7
#     %t.8: bool = logical_not(%broke)    # line 6
#     %t.9: bool, %t.10: f64 = if %t.8:    # line 6
#         %t.11: f64 = sum(%x, keepdims=False)    # line 11
#         yield True, %t.11
#     else:
#         %t.12: f64 = undefined(type=f64)    # line 6
#         yield %has_s, %t.12
#     %t.13: () = check(%t.9, error='UnboundLocalError', text='"\'s\' may have no value here"')    # line 12
#     %dx: f64[x.shape[0]], %dlevel: f64, %ds: f64 = if %t.8:    # adjoint of line 6
#         %t.14: (x.shape[0]) = shape(%x)    # adjoint of line 11
#         %dx.1: f64[x.shape[0]] = expand(%level, %t.14, keepdims=False)    # adjoint of line 11
#         yield %dx.1, %t.10, 0.0
#     else:
#         %t.15: (x.shape[0]) = shape(%x)    # adjoint of line 6
#         %t.16: f64[x.shape[0]] = zeros_of(%t.15)    # adjoint of line 6
#         yield %t.16, 0.0, 1.0
#     %ds.1: f64, %dx.2: f64[x.shape[0]] = for %i.2 in reversed range(0, %i, 1) carrying (%ds.2 = %ds, %dx.3 = %dx):    # adjoint of line 6
#         %t.17: f64 = getitem(%x, %i.2, index=(At(operand=0),))    # adjoint of line 7
#         %t.18: bool = greater(%t.17, %level)    # adjoint of line 7
#         %dx.4: f64[x.shape[0]], %ds.3: f64 = if %t.18:    # adjoint of line 7
#             %t.19: f64 = multiply(2, %t.17)    # adjoint of line 8
#             %t.20: f64 = multiply(%t.19, %ds.2)    # adjoint of line 8
#             %dx.5: f64[x.shape[0]] = add_at(%dx.3, %t.20, %i.2, index=(At(operand=0),))    # adjoint of line 8
#             yield %dx.5, 0.0
#         else:
#             yield %dx.3, %ds.2
#         yield %ds.3, %dx.4
#     return %dx.2, %dlevel

# %% numpy
import numpy as np


def f_grad(x, level):
    """Gradient of f with respect to x, level.   x: f64[n], level: float"""
    # primal
    broke = False
    has_s = False
    i = 0
    while not broke and i < len(x):
        if x[i] > level:
            broke = True
            has_s = True
        i += 1
    t = not broke
    if t:
        dlevel = np.sum(x)
        has_s = True
    else:
        dlevel = 0.0
    if not has_s:
        raise UnboundLocalError("'s' may have no value here")
    # adjoint
    if t:
        dx = np.full_like(x, level)  # line 11: s = np.sum(x) * level
        ds = 0.0
    else:
        dx = np.zeros_like(x)
        dlevel = 0.0
        ds = 1.0
    for i in reversed(range(i)):     # line 6: for i in range(len(x))
        x_i = x[i]                   # line 7: if x[i] > level
        if x_i > level:
            dx[i] += 2 * x_i * ds    # line 8: s = x[i] ** 2
            ds = 0.0
    return dx, dlevel

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


def while_loop(possible, condition, body, init):
    """lax.while_loop; one that cannot have a trip is not traced, since there may be no elements to pick."""
    return lax.while_loop(condition, body, init) if possible else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(x, level):
    """Gradient of f with respect to x, level.   x: f64[n], level: float"""
    x = jnp.asarray(x)
    level = jnp.asarray(level)

    # primal
    def condition(carry):
        broke, _, i = carry
        return jnp.logical_and(jnp.logical_not(broke), i < x.shape[0])

    def body(carry):
        broke, has_s, i = carry
        t = read_at(x, i) > level
        broke_1 = jnp.logical_or(t, broke)
        t = jnp.logical_or(t, has_s)
        return broke_1, t, i + 1

    broke, has_s, i = while_loop(x.shape[0] > 0, condition, body, (False, False, 0))
    t = jnp.logical_not(broke)
    t_1, t_2 = lax.cond(t, lambda: (True, jnp.sum(x)), lambda: (has_s, 0.0))

    def check(holds):
        if not holds:
            raise UnboundLocalError("'s' may have no value here")

    jax.debug.callback(check, t_1, ordered=True)

    # adjoint
    def then():                       # line 6: for i in range(len(x)):
        dx = jnp.full_like(x, level)  # line 11: s = np.sum(x) * level
        return dx, t_2, 0.0

    dx, dlevel, ds = lax.cond(t, then, lambda: (jnp.zeros_like(x), 0.0, 1.0))

    def body_i(k, carry):
        ds, dx = carry
        i_1 = i - 1 - k
        x_i = read_at(x, i_1)    # line 7: if x[i] > level:
        t = x_i > level
        ds_1 = jnp.where(t, 0.0, ds)
        t = jnp.where(t, 2 * x_i * ds, -0.0)
        dx = add_at(dx, t, i_1)  # line 8: s = x[i] ** 2
        return ds_1, dx

    _, dx = lax.fori_loop(0, i, body_i, (ds, dx))
    return dx, dlevel

"""continue."""
import numpy as np


def f(x):
    s = 0.0
    for v in x:
        if v <= 0:
            continue
        s += np.log(v)
    return s


args = (np.array([0.5, -1.0, 2.0, 3.0, -0.1]),)
more_args = [(np.array([-1.0, -2.0]),), (np.array([]),)]


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %t.1: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.1)    # adjoint of line 7
#     %dx.1: f64[x.shape[0]] = for %k in reversed range(0, %t, 1) carrying (%dx.2 = %dx):    # adjoint of line 7
#         %v: f64 = getitem(%x, %k, index=(At(operand=0),))    # adjoint of line 7
#         %t.2: bool = less_equal(%v, 0)    # adjoint of line 8
#         %dv: f64 = if %t.2:    # adjoint of line 8
#             yield 0.0
#         else:
#             %dv.1: f64 = divide(1.0, %v)    # adjoint of line 10
#             yield %dv.1
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %dv, %k, index=(At(operand=0),))    # adjoint of line 7
#         yield %dx.3
#     return %dx.1

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    dx = np.zeros_like(x)
    for k in reversed(range(len(x))):  # line 7: for v in x
        v = x[k]
        if v <= 0:
            dv = 0.0
        else:
            dv = 1.0 / v               # line 10: s += np.log(v)
        dx[k] = dv
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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    # adjoint
    dx = jnp.zeros_like(x)  # line 7: for v in x:

    def body_k(trip, dx):
        k = x.shape[0] - 1 - trip
        v = read_at(x, k)
        dv = lax.cond(v <= 0, lambda: 0.0, lambda: 1.0 / v)  # line 8: if v <= 0:
        return write_at(dx, dv, k)                           # line 7: for v in x:

    dx = fori_loop(0, x.shape[0], body_k, dx)
    return dx

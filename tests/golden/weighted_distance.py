"""zip over three arrays."""
import numpy as np


def f(x, y, w):
    total = 0.0
    for a, b, c in zip(x, y, w):
        total += c * (a - b) ** 2
    return total


args = (np.array([1.0, 2.0, 3.0]), np.array([0.5, 2.5, 1.0]), np.array([1.0, 2.0, 0.5]))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %y: f64[y.shape[0]], %w: f64[w.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %t.1: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.1)    # adjoint of line 7
#     %t.2: (y.shape[0]) = shape(%y)    # adjoint of line 7
#     %dy: f64[y.shape[0]] = zeros_of(%t.2)    # adjoint of line 7
#     %t.3: (w.shape[0]) = shape(%w)    # adjoint of line 7
#     %dw: f64[w.shape[0]] = zeros_of(%t.3)    # adjoint of line 7
#     %dx.1: f64[x.shape[0]], %dy.1: f64[y.shape[0]], %dw.1: f64[w.shape[0]] = for %k in reversed range(0, %t, 1) carrying (%dx.2 = %dx, %dy.2 = %dy, %dw.2 = %dw):    # adjoint of line 7
#         %c: f64 = getitem(%w, %k, index=(At(operand=0),))    # adjoint of line 7
#         %a: f64 = getitem(%x, %k, index=(At(operand=0),))    # adjoint of line 7
#         %b: f64 = getitem(%y, %k, index=(At(operand=0),))    # adjoint of line 7
#         %t.4: f64 = subtract(%a, %b)    # adjoint of line 8
#         %t.5: f64 = power(%t.4, 2)    # adjoint of line 8
#         %t.6: f64 = multiply(2, %t.4)    # adjoint of line 8
#         %da: f64 = multiply(%t.6, %c)    # adjoint of line 8
#         %db: f64 = negative(%da)    # adjoint of line 8
#         %dw.3: f64[w.shape[0]] = setitem(%dw.2, %t.5, %k, index=(At(operand=0),))    # adjoint of line 7
#         %dy.3: f64[y.shape[0]] = setitem(%dy.2, %db, %k, index=(At(operand=0),))    # adjoint of line 7
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %da, %k, index=(At(operand=0),))    # adjoint of line 7
#         yield %dx.3, %dy.3, %dw.3
#     return %dx.1, %dy.1, %dw.1

# %% numpy
import numpy as np


def f_grad(x, y, w):
    """Gradient of f with respect to x, y, w.   x: f64[n], y: f64[n], w: f64[n]"""
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    dw = np.zeros_like(w)
    for k in reversed(range(len(x))):  # line 7: for a, b, c in zip(x, y, w)
        c = w[k]
        a = x[k]
        b = y[k]
        t = a - b                      # line 8: total += c * (a - b) ** 2
        da = 2 * t * c
        db = -da
        dw[k] = t ** 2
        dy[k] = db
        dx[k] = da
    return dx, dy, dw

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
def f_grad(x, y, w):
    """Gradient of f with respect to x, y, w.   x: f64[n], y: f64[n], w: f64[n]"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    w = jnp.asarray(w)
    # adjoint
    dx = jnp.zeros_like(x)  # line 7: for a, b, c in zip(x, y, w):
    dy = jnp.zeros_like(y)
    dw = jnp.zeros_like(w)

    def body_k(trip, carry):
        dx, dy, dw = carry
        k = x.shape[0] - 1 - trip
        c = read_at(w, k)
        a = read_at(x, k)
        b = read_at(y, k)
        t = a - b                     # line 8: total += c * (a - b) ** 2
        da = 2 * t * c
        db = -da
        dw = write_at(dw, t ** 2, k)  # line 7: for a, b, c in zip(x, y, w):
        dy = write_at(dy, db, k)
        dx = write_at(dx, da, k)
        return dx, dy, dw

    dx, dy, dw = fori_loop(0, x.shape[0], body_k, (dx, dy, dw))
    return dx, dy, dw

"""argmin and argmax choose, and carry no derivative themselves."""
import numpy as np


def f(x, centres):
    d = np.sum((centres - x) ** 2, axis=1)
    k = np.argmin(d)
    return d[k] + centres[np.argmax(d), 0]


args = (np.array([0.5, -1.0]), np.array([[0.0, 0.0], [1.0, -1.0], [3.0, 2.0]]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %centres: f64[centres.shape[0],centres.shape[1]]):
#     %t: f64[centres.shape[0],centres.shape[1]] = subtract(%centres, %x)    # line 6
#     %t.1: f64[centres.shape[0],centres.shape[1]] = power(%t, 2)    # line 6
#     %d: f64[centres.shape[0]] = sum(%t.1, axis=1, keepdims=False)    # line 6
#     %k: i64 = argmin(%d, keepdims=False)    # line 7
#     %t.2: i64 = argmax(%d, keepdims=False)    # line 8
#     %t.3: (centres.shape[0], centres.shape[1]) = shape(%centres)    # adjoint of line 8
#     %dcentres: f64[centres.shape[0],centres.shape[1]] = zeros_of(%t.3)    # adjoint of line 8
#     %dcentres.1: f64[centres.shape[0],centres.shape[1]] = setitem(%dcentres, 1.0, %t.2, 0, index=(At(operand=0), At(operand=1)))    # adjoint of line 8
#     %t.4: (centres.shape[0]) = shape(%d)    # adjoint of line 8
#     %dd: f64[centres.shape[0]] = zeros_of(%t.4)    # adjoint of line 8
#     %dd.1: f64[centres.shape[0]] = setitem(%dd, 1.0, %k, index=(At(operand=0),))    # adjoint of line 8
#     %t.5: f64[centres.shape[0],centres.shape[1]] = multiply(2, %t)    # adjoint of line 6
#     %t.6: f64[centres.shape[0],1] = getitem(%dd.1, index=(Slice(start=None, stop=None, step=None), NewAxis()))    # adjoint of line 6
#     %t.7: f64[centres.shape[0],centres.shape[1]] = multiply(%t.5, %t.6)    # adjoint of line 6
#     %dcentres.2: f64[centres.shape[0],centres.shape[1]] = add(%dcentres.1, %t.7)    # adjoint of line 6
#     %t.8: f64[centres.shape[1]] = sum(%t.7, axis=0, keepdims=False)    # adjoint of line 6
#     %dx: f64[centres.shape[1]] = negative(%t.8)    # adjoint of line 6
#     return %dx, %dcentres.2

# %% numpy
import numpy as np


def f_grad(x, centres):
    """Gradient of f with respect to x, centres.   x: f64[n], centres: f64[m,n]"""
    # primal
    t = centres - x
    d = np.sum(t ** 2, axis=1)
    k = np.argmin(d)
    # adjoint
    dcentres = np.zeros_like(centres)  # line 8: return d[k] + centres[np.argmax(d), 0]
    dcentres[np.argmax(d), 0] = 1.0
    dd = np.zeros_like(d)
    dd[k] = 1.0
    t1 = 2 * t * dd[:, None]           # line 6: d = np.sum((centres - x) ** 2, axis=1)
    dcentres = dcentres + t1
    dx = -np.sum(t1, axis=0)
    return dx, dcentres

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def write_at(x, v, *index):
    """x with v at an index that is not negative: XLA writes it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), rest).reshape((1,) * len(index) + rest)
    return lax.dynamic_update_slice(x, v, start, allow_negative_indices=False)


@jax.jit
def f_grad(x, centres):
    """Gradient of f with respect to x, centres.   x: f64[n], centres: f64[m,n]"""
    # primal
    t = centres - x
    d = jnp.sum(t ** 2, axis=1)
    k = jnp.argmin(d)
    # adjoint
    dcentres = jnp.zeros_like(centres)  # line 8: return d[k] + centres[np.argmax(d), 0]
    dcentres = write_at(dcentres, 1.0, jnp.argmax(d), 0)
    dd = jnp.zeros_like(d)
    dd = write_at(dd, 1.0, k)
    t = 2 * t * dd[:, None]             # line 6: d = np.sum((centres - x) ** 2, axis=1)
    dcentres = dcentres + t
    dx = -jnp.sum(t, axis=0)
    return dx, dcentres

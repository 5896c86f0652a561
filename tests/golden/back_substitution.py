"""Slices whose length depends on the loop index, in a loop that counts down."""
import numpy as np


def f(U, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return np.sum(x**2)


args = (np.array([[2.0, 0.3, -0.5], [0.0, 1.5, 0.7], [0.0, 0.0, -1.2]]), np.array([1.0, -0.4, 2.0]))
more_args = [(np.array([[2.0]]), np.array([1.0]))]
argnums = (0, 1)


# %% ir
# func f_grad(%U: f64[U.shape[0],U.shape[1]], %b: f64[b.shape[0]]):
#     %n: i64 = size(%b, axis=0)    # line 6
#     %x: f64[b.shape[0]] = zeros(%n)    # line 7
#     %t: i64 = subtract(%n, 1)    # line 8
#     %x.1: f64[b.shape[0]] = for %i in range(%t, -1, -1) carrying (%x.2 = %x):    # line 8
#         %t.1: f64 = getitem(%b, %i, index=(At(operand=0),))    # line 9
#         %t.2: i64 = add(%i, 1)    # line 9
#         %t.3: f64[U.shape[1] - ?i@loop1 - 1] = getitem(%U, %i, %t.2, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # line 9
#         %t.4: i64 = add(%i, 1)    # line 9
#         %t.5: f64[b.shape[0] - ?i@loop1 - 1] = getitem(%x.2, %t.4, index=(Slice(start=0, stop=None, step=None),))    # line 9
#         %t.6: f64 = matmul(%t.3, %t.5)    # line 9
#         %t.7: f64 = subtract(%t.1, %t.6)    # line 9
#         %t.8: f64 = getitem(%U, %i, %i, index=(At(operand=0), At(operand=1)))    # line 9
#         %t.9: f64 = divide(%t.7, %t.8)    # line 9
#         %x.3: f64[b.shape[0]] = setitem(%x.2, %t.9, %i, index=(At(operand=0),))    # line 9
#         yield %x.3
#     %t.10: (b.shape[0]) = shape(%b)    # adjoint of line 10
#     %t.11: f64[b.shape[0]] = multiply(2, %x.1)    # adjoint of line 10
#     %db: f64[b.shape[0]] = zeros_of(%t.10)    # adjoint of line 8
#     %t.12: (U.shape[0], U.shape[1]) = shape(%U)    # adjoint of line 8
#     %dU: f64[U.shape[0],U.shape[1]] = zeros_of(%t.12)    # adjoint of line 8
#     %dx: f64[b.shape[0]], %db.1: f64[b.shape[0]], %dU.1: f64[U.shape[0],U.shape[1]] = for %i.1 in reversed range(%t, -1, -1) carrying (%dx.1 = %t.11, %db.2 = %db, %dU.2 = %dU):    # adjoint of line 8
#         %t.13: i64 = add(%i.1, 1)    # adjoint of line 9
#         %t.14: f64[U.shape[1] - ?i@loop1 - 1] = getitem(%U, %i.1, %t.13, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # adjoint of line 9
#         %t.15: f64[b.shape[0] - ?i@loop1 - 1] = getitem(%x.1, %t.13, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 9
#         %t.16: f64 = getitem(%U, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#         %t.17: f64 = getitem(%x.1, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %t.18: f64 = getitem(%dx.1, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %dx.2: f64[b.shape[0]] = setitem(%dx.1, 0, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %t.19: f64 = divide(%t.18, %t.16)    # adjoint of line 9
#         %t.20: f64 = multiply(%t.19, %t.17)    # adjoint of line 9
#         %t.21: f64 = negative(%t.20)    # adjoint of line 9
#         %dU.3: f64[U.shape[0],U.shape[1]] = add_at(%dU.2, %t.21, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#         %t.22: f64[b.shape[0] - ?i@loop1 - 1] = multiply(%t.19, %t.15)    # adjoint of line 9
#         %t.23: f64[b.shape[0] - ?i@loop1 - 1] = negative(%t.22)    # adjoint of line 9
#         %t.24: f64[U.shape[1] - ?i@loop1 - 1] = multiply(%t.19, %t.14)    # adjoint of line 9
#         %t.25: f64[U.shape[1] - ?i@loop1 - 1] = negative(%t.24)    # adjoint of line 9
#         %dx.3: f64[b.shape[0]] = add_at(%dx.2, %t.25, %t.13, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 9
#         %dU.4: f64[U.shape[0],U.shape[1]] = add_at(%dU.3, %t.23, %i.1, %t.13, index=(At(operand=0), Slice(start=1, stop=None, step=None)))    # adjoint of line 9
#         %db.3: f64[b.shape[0]] = add_at(%db.2, %t.19, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         yield %dx.3, %db.3, %dU.4
#     return %dU.1, %db.1

# %% numpy
import numpy as np


def f_grad(U, b):
    """Gradient of f with respect to U, b.   U: f64[n,m], b: f64[k]"""
    # primal
    n = len(b)
    x = np.zeros(n)
    t = n - 1
    for i in range(t, -1, -1):
        x[i] = (b[i] - U[i, i + 1:] @ x[i + 1:]) / U[i, i]
    # adjoint
    dx = 2 * x        # line 10: return np.sum(x**2)
    db = np.zeros_like(b)
    dU = np.zeros_like(U)
    # line 8: for i in range(n - 1, -1, -1)
    for i in reversed(range(t, -1, -1)):
        dx_i = dx[i]  # line 9: x[i] = (b[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
        dx[i] = 0
        t1 = dx_i / U[i, i]
        dU[i, i] -= t1 * x[i]
        dx[i + 1:] -= t1 * U[i, i + 1:]
        dU[i, i + 1:] -= t1 * x[i + 1:]
        db[i] += t1
    return dU, db

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


def resized(x, size, axis):
    """x with another size along an axis: cut off, or filled up with zeros."""
    ends = [(0, max(size - n, 0) if k == axis else 0) for k, n in enumerate(x.shape)]
    return lax.slice_in_dim(jnp.pad(x, ends), 0, size, axis=axis)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_grad(U, b):
    """Gradient of f with respect to U, b.   U: f64[n,m], b: f64[k]"""
    U = jnp.asarray(U)
    b = jnp.asarray(b)
    # primal
    n = b.shape[0]
    x = jnp.zeros(n)
    t = n - 1

    def body_i(k, x):
        i = t + k * -1
        return write_at(
            x,
            (
                read_at(b, i)
                - jnp.sum(jnp.where(
                    jnp.arange(U.shape[1]) >= i + 1, read_at(U, i) * resized(x, U.shape[1], 0), 0
                ))
            ) / read_at(U, i, i),
            i,
        )

    x = fori_loop(0, len(range(t, -1, -1)), body_i, x)
    # adjoint
    db = jnp.zeros_like(b)  # line 8: for i in range(n - 1, -1, -1):
    dU = jnp.zeros_like(U)
    trips = len(range(t, -1, -1))

    def body_i(k, carry):
        dx, db, dU = carry
        i = t + (trips - 1 - k) * -1
        dx_i = read_at(dx, i)  # line 9: x[i] = (b[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
        dx = write_at(dx, jnp.where(i >= 0, 0.0, dx_i), i)
        t_1 = dx_i / read_at(U, i, i)
        dx = dx + jnp.where(
            jnp.arange(b.shape[0]) >= i + 1, resized(-(t_1 * read_at(U, i)), b.shape[0], 0), 0
        )
        dU = write_at(
            dU,
            (
                add_at(read_at(dU, i), -(t_1 * read_at(x, i)), i)
                + jnp.where(jnp.arange(U.shape[1]) >= i + 1, resized(-(t_1 * x), U.shape[1], 0), 0)
            ),
            i,
        )
        db = add_at(db, t_1, i)
        return dx, db, dU

    _, db, dU = fori_loop(0, trips, body_i, (2 * x, db, dU))
    return dU, db

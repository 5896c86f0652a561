"""Forward substitution: what was solved for is read again, and never recorded."""
import numpy as np


def f(L, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        total = b[i]
        for j in range(i):
            total -= L[i, j] * x[j]
        x[i] = total / L[i, i]
    return np.sum(x**2)


args = (np.array([[2.0, 0.0, 0.0], [0.5, 1.5, 0.0], [-0.3, 0.7, 3.0]]), np.array([1.0, -2.0, 0.5]))
argnums = (0, 1)


# %% ir
# func f_grad(%L: f64[L.shape[0],L.shape[1]], %b: f64[b.shape[0]]):
#     %n: i64 = size(%b, axis=0)    # line 6
#     %x: f64[b.shape[0]] = zeros(%n)    # line 7
#     %x.1: f64[b.shape[0]] = for %i in range(0, %n, 1) carrying (%x.2 = %x):    # line 8
#         %total: f64 = getitem(%b, %i, index=(At(operand=0),))    # line 9
#         %total.1: f64 = for %j in range(0, %i, 1) carrying (%total.2 = %total):    # line 10
#             %t: f64 = getitem(%L, %i, %j, index=(At(operand=0), At(operand=1)))    # line 11
#             %t.1: f64 = getitem(%x.2, %j, index=(At(operand=0),))    # line 11
#             %t.2: f64 = multiply(%t, %t.1)    # line 11
#             %total.3: f64 = subtract(%total.2, %t.2)    # line 11
#             yield %total.3
#         %t.3: f64 = getitem(%L, %i, %i, index=(At(operand=0), At(operand=1)))    # line 12
#         %t.4: f64 = divide(%total.1, %t.3)    # line 12
#         %x.3: f64[b.shape[0]] = setitem(%x.2, %t.4, %i, index=(At(operand=0),))    # line 12
#         yield %x.3
#     %t.5: (b.shape[0]) = shape(%b)    # adjoint of line 13
#     %t.6: f64[b.shape[0]] = multiply(2, %x.1)    # adjoint of line 13
#     %db: f64[b.shape[0]] = zeros_of(%t.5)    # adjoint of line 8
#     %t.7: (L.shape[0], L.shape[1]) = shape(%L)    # adjoint of line 8
#     %dL: f64[L.shape[0],L.shape[1]] = zeros_of(%t.7)    # adjoint of line 8
#     %dx: f64[b.shape[0]], %db.1: f64[b.shape[0]], %dL.1: f64[L.shape[0],L.shape[1]] = for %i.1 in reversed range(0, %n, 1) carrying (%dx.1 = %t.6, %db.2 = %db, %dL.2 = %dL):    # adjoint of line 8
#         %t.8: f64 = getitem(%L, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#         %t.9: f64 = getitem(%x.1, %i.1, index=(At(operand=0),))    # adjoint of line 12
#         %t.10: f64 = getitem(%dx.1, %i.1, index=(At(operand=0),))    # adjoint of line 12
#         %dx.2: f64[b.shape[0]] = setitem(%dx.1, 0, %i.1, index=(At(operand=0),))    # adjoint of line 12
#         %dtotal: f64 = divide(%t.10, %t.8)    # adjoint of line 12
#         %t.11: f64 = multiply(%dtotal, %t.9)    # adjoint of line 12
#         %t.12: f64 = negative(%t.11)    # adjoint of line 12
#         %dL.3: f64[L.shape[0],L.shape[1]] = add_at(%dL.2, %t.12, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#         %dL.4: f64[L.shape[0],L.shape[1]], %dx.3: f64[b.shape[0]] = for %j.1 in reversed range(0, %i.1, 1) carrying (%dL.5 = %dL.3, %dx.4 = %dx.2):    # adjoint of line 10
#             %t.13: f64 = getitem(%L, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#             %t.14: f64 = getitem(%x.1, %j.1, index=(At(operand=0),))    # adjoint of line 11
#             %t.15: f64 = multiply(%dtotal, %t.14)    # adjoint of line 11
#             %t.16: f64 = negative(%t.15)    # adjoint of line 11
#             %t.17: f64 = multiply(%dtotal, %t.13)    # adjoint of line 11
#             %t.18: f64 = negative(%t.17)    # adjoint of line 11
#             %dx.5: f64[b.shape[0]] = add_at(%dx.4, %t.18, %j.1, index=(At(operand=0),))    # adjoint of line 11
#             %dL.6: f64[L.shape[0],L.shape[1]] = add_at(%dL.5, %t.16, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#             yield %dL.6, %dx.5
#         %db.3: f64[b.shape[0]] = setitem(%db.2, %dtotal, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         yield %dx.3, %db.3, %dL.4
#     return %dL.1, %db.1

# %% numpy
import numpy as np


def f_grad(L, b):
    """Gradient of f with respect to L, b.   L: f64[n,m], b: f64[k]"""
    # primal
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        total = b[i]
        for j in range(i):
            total -= L[i, j] * x[j]
        x[i] = total / L[i, i]
    # adjoint
    dx = 2 * x                         # line 13: return np.sum(x**2)
    db = np.zeros_like(b)
    dL = np.zeros_like(L)
    for i in reversed(range(n)):       # line 8: for i in range(n)
        dx_i = dx[i]                   # line 12: x[i] = total / L[i, i]
        dx[i] = 0
        dtotal = dx_i / L[i, i]
        dL[i, i] -= dtotal * x[i]
        for j in reversed(range(i)):   # line 10: for j in range(i)
            dx[j] -= dtotal * L[i, j]  # line 11: total -= L[i, j] * x[j]
            dL[i, j] -= dtotal * x[j]
        db[i] = dtotal                 # line 9: total = b[i]
    return dL, db

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
def f_grad(L, b):
    """Gradient of f with respect to L, b.   L: f64[n,m], b: f64[k]"""
    L = jnp.asarray(L)
    b = jnp.asarray(b)
    # primal
    n = b.shape[0]
    x = jnp.zeros(n)

    def body_i(i, x):
        total = read_at(b, i)

        def body_j(j, total):
            return total - read_at(L, i, j) * read_at(x, j)

        total = lax.fori_loop(0, i, body_j, total)
        return write_at(x, total / read_at(L, i, i), i)

    x = fori_loop(0, n, body_i, x)
    # adjoint
    db = jnp.zeros_like(b)  # line 8: for i in range(n):
    dL = jnp.zeros_like(L)

    def body_i(k, carry):
        dx, db, dL = carry
        i = n - 1 - k
        dx_i = read_at(dx, i)  # line 12: x[i] = total / L[i, i]
        dx = write_at(dx, jnp.where(i >= 0, 0.0, dx_i), i)
        dtotal = dx_i / read_at(L, i, i)
        dL = add_at(dL, -(dtotal * read_at(x, i)), i, i)

        def body_j(k, carry):                                 # line 10: for j in range(i):
            dL, dx = carry
            j = i - 1 - k
            dx = add_at(dx, -(dtotal * read_at(L, i, j)), j)  # line 11: total -= L[i, j] * x[j]
            dL = add_at(dL, -(dtotal * read_at(x, j)), i, j)
            return dL, dx

        dL, dx = lax.fori_loop(0, i, body_j, (dL, dx))
        db = write_at(db, dtotal, i)  # line 9: total = b[i]
        return dx, db, dL

    _, db, dL = fori_loop(0, n, body_i, (2 * x, db, dL))
    return dL, db

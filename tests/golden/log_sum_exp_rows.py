"""A loop over the rows of a matrix."""
import numpy as np


def f(X):
    s = 0.0
    for row in X:
        s += np.log(np.sum(np.exp(row)))
    return s


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 3)),)
more_args = [(rng.normal(size=(1, 3)),), (rng.normal(size=(0, 3)),)]


# %% ir
# func f_grad(%X: f64[X.shape[0],X.shape[1]]):
#     %t: i64 = size(%X, axis=0)    # line 7
#     %tape: list[f64] = tape(%t, item=f64)    # line 7
#     %tape.1: list[f64] = for %k in range(0, %t, 1) carrying (%tape.2 = %tape):    # line 7, records 8 bytes a trip
#         %row: f64[X.shape[1]] = getitem(%X, %k, index=(At(operand=0),))    # line 7
#         %t.1: f64[X.shape[1]] = exp(%row)    # line 8
#         %t.2: f64 = sum(%t.1, keepdims=False)    # line 8
#         %tape.3: list[f64] = record(%tape.2, %k, %t.2)    # line 7
#         yield %tape.3
#     %t.3: (X.shape[0], X.shape[1]) = shape(%X)    # adjoint of line 7
#     %dX: f64[X.shape[0],X.shape[1]] = zeros_of(%t.3)    # adjoint of line 7
#     %dX.1: f64[X.shape[0],X.shape[1]] = for %k.1 in reversed range(0, %t, 1) carrying (%dX.2 = %dX):    # adjoint of line 7
#         %t.4: f64 = recall(%tape.1, %k.1)    # adjoint of line 7
#         %row.1: f64[X.shape[1]] = getitem(%X, %k.1, index=(At(operand=0),))    # adjoint of line 7
#         %t.5: f64[X.shape[1]] = exp(%row.1)    # adjoint of line 8
#         %drow: f64[X.shape[1]] = divide(%t.5, %t.4)    # adjoint of line 8
#         %dX.3: f64[X.shape[0],X.shape[1]] = setitem(%dX.2, %drow, %k.1, index=(At(operand=0),))    # adjoint of line 7
#         yield %dX.3
#     return %dX.1

# %% numpy
import numpy as np


def f_grad(X):
    """Gradient of f with respect to X.   X: f64[n,m]"""
    # primal
    tape = []
    for row in X:  # records 8 bytes a trip
        tape.append(np.sum(np.exp(row)))
    # adjoint
    dX = np.zeros_like(X)
    for k in reversed(range(len(X))):  # line 7: for row in X
        row = X[k]
        drow = np.exp(row) / tape[k]   # line 8: s += np.log(np.sum(np.exp(row)))
        dX[k] = drow
    return dX

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


@jax.jit
def f_grad(X):
    """Gradient of f with respect to X.   X: f64[n,m]"""
    X = jnp.asarray(X)

    # primal
    def body_k(k, tape):  # records 8 bytes a trip
        row = read_at(X, k)
        return write_at(tape, jnp.sum(jnp.exp(row)), k)

    tape = fori_loop(0, X.shape[0], body_k, jnp.zeros(X.shape[0]))
    # adjoint
    dX = jnp.zeros_like(X)  # line 7: for row in X:

    def body_k(trip, dX):
        k = X.shape[0] - 1 - trip
        row = read_at(X, k)
        drow = jnp.exp(row) / read_at(tape, k)  # line 8: s += np.log(np.sum(np.exp(row)))
        return write_at(dX, drow, k)            # line 7: for row in X:

    dX = fori_loop(0, X.shape[0], body_k, dX)
    return dX

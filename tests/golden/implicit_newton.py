"""The root of a system by Newton's method: the derivative is that of the root, and no step is recorded."""
import numpy as np

from adcompiler import implicit


def residual(x, a, b):
    return a @ x + x ** 3 - b


@implicit(residual)
def solve(a, b):
    x = np.zeros_like(b)
    for _ in range(20):
        x = x - np.linalg.solve(a + np.diag(3 * x ** 2), residual(x, a, b))
    return x


def f(a, b):
    return np.sum(solve(a, b) ** 2)


args = (np.array([[3.0, 1.0], [0.5, 2.0]]), np.array([1.0, -2.0]))
argnums = (0, 1)


# %% ir
# func f_grad(%a: f64[a.shape[0],a.shape[1]], %b: f64[b.shape[0]]):
#     %x: f64[b.shape[0]] = zeros_like(%b)    # line 13
#     %x.1: f64[b.shape[0]] = for %_ in range(0, 20, 1) carrying (%x.2 = %x):    # line 14
#         %t: f64[b.shape[0]] = power(%x.2, 2)    # line 15
#         %t.1: f64[b.shape[0]] = multiply(3, %t)    # line 15
#         %t.2: f64[b.shape[0],b.shape[0]] = diag(%t.1, k=0)    # line 15
#         %t.3: f64[a.shape[0],a.shape[1]] = add(%a, %t.2)    # line 15
#         %t.4: f64[a.shape[0]] = matmul(%a, %x.2)    # line 8
#         %t.5: f64[b.shape[0]] = power(%x.2, 3)    # line 8
#         %t.6: f64[a.shape[0]] = add(%t.4, %t.5)    # line 8
#         %t.7: f64[a.shape[0]] = subtract(%t.6, %b)    # line 8
#         %t.8: f64[a.shape[0]] = solve(%t.3, %t.7)    # line 15
#         %x.3: f64[b.shape[0]] = subtract(%x.2, %t.8)    # line 15
#         yield %x.3
#     %t.9: f64[b.shape[0]] = power(%x.1, 2)    # adjoint of line 20
#     %t.10: f64[b.shape[0]] = multiply(2, %x.1)    # adjoint of line 20
#     %t.11: i64 = count(%x.1)    # adjoint of line 20
#     %t.12: f64[b.shape[0],b.shape[0]] = zeros(%t.11, %t.11)    # adjoint of line 20
#     %matrix: f64[b.shape[0],b.shape[0]] = for %k in range(0, %t.11, 1) carrying (%matrix.1 = %t.12):    # adjoint of line 20
#         %t.13: f64[b.shape[0]] = zeros(%t.11)    # adjoint of line 20
#         %unit: f64[b.shape[0]] = setitem(%t.13, 1.0, %k, index=(At(operand=0),))    # adjoint of line 20
#         %t.14: f64[b.shape[0]] = multiply(3, %t.9)    # adjoint of line 8
#         %t.15: f64[b.shape[0]] = multiply(%t.14, %unit)    # adjoint of line 8
#         %t.16: f64[a.shape[1],a.shape[0]] = transpose(%a)    # adjoint of line 8
#         %t.17: f64[a.shape[1]] = matmul(%t.16, %unit)    # adjoint of line 8
#         %t.18: f64[b.shape[0]] = add(%t.15, %t.17)    # adjoint of line 8
#         %matrix.2: f64[b.shape[0],b.shape[0]] = setitem(%matrix.1, %t.18, %k, index=(Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 20
#         yield %matrix.2
#     %t.19: f64[b.shape[0]] = solve(%matrix, %t.10)    # adjoint of line 20
#     %t.20: f64[b.shape[0]] = negative(%t.19)    # adjoint of line 20
#     %da: f64[b.shape[0],b.shape[0]] = outer(%t.20, %x.1)    # adjoint of line 8
#     return %da, %t.19

# %% numpy
import numpy as np


def f_grad(a, b):
    """Gradient of f with respect to a, b.   a: f64[n,m], b: f64[m]"""
    # primal
    x = np.zeros_like(b)
    for _ in range(20):
        x = x - np.linalg.solve(a + np.diag(3 * x ** 2), a @ x + x ** 3 - b)
    # adjoint
    t = x ** 2               # line 20: return np.sum(solve(a, b) ** 2)
    matrix = np.zeros((x.size, x.size), dtype=np.float64)
    for k in range(x.size):  # line 20: return np.sum(solve(a, b) ** 2)
        unit = np.zeros(x.size, dtype=np.float64)
        unit[k] = 1.0
        matrix[:, k] = 3 * t * unit + a.T @ unit
    t = np.linalg.solve(matrix, 2 * x)
    da = np.outer(-t, x)     # line 8: return a @ x + x ** 3 - b
    return da, t

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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_grad(a, b):
    """Gradient of f with respect to a, b.   a: f64[n,m], b: f64[m]"""
    # primal
    x = jnp.zeros_like(b)

    def body_k(k, x):
        return x - jnp.linalg.solve(a + jnp.diag(3 * x ** 2), a @ x + x ** 3 - b)

    x = lax.fori_loop(0, 20, body_k, x)
    # adjoint
    t = x ** 2  # line 20: return np.sum(solve(a, b) ** 2)

    def body_k(k, matrix):
        unit = write_at(jnp.zeros(x.size, dtype=jnp.float64), 1.0, k)
        return matrix.at[:, k].set(3 * t * unit + unit @ a)

    matrix = fori_loop(0, x.size, body_k, jnp.zeros((x.size, x.size), dtype=jnp.float64))
    t = jnp.linalg.solve(matrix, 2 * x)
    da = jnp.outer(-t, x)  # line 8: return a @ x + x ** 3 - b
    return da, t

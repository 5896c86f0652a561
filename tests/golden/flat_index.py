"""x.flat: elements by one number each, whatever the rank; the diagonal of a matrix is every n + 1st."""

import numpy as np


def f(A):
    B = A.copy()
    B.flat[:: len(A) + 1] += 2.0
    B.flat[1] = A[0, 0] * A[1, 1]
    return np.linalg.det(B) + max(A.flat)


args = (np.array([[0.5, -0.2, 0.3], [0.1, 0.9, -0.4], [0.6, 0.2, 1.1]]),)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %B: f64[A.shape[0],A.shape[1]] = copy(%A)    # line 7
#     %t: f64[A.shape[0] * A.shape[1]] = ravel(%B)    # line 8
#     %t.1: i64 = size(%A, axis=0)    # line 8
#     %t.2: i64 = add(%t.1, 1)    # line 8
#     %t.3: f64[-(-(A.shape[0] * A.shape[1]) // 4)] = getitem(%t, %t.2, index=(Slice(start=None, stop=None, step=0),))    # line 8
#     %t.4: f64[-(-(A.shape[0] * A.shape[1]) // 4)] = add(%t.3, 2.0)    # line 8
#     %t.5: f64[A.shape[0] * A.shape[1]] = setitem(%t, %t.4, %t.2, index=(Slice(start=None, stop=None, step=0),))    # line 8
#     %t.6: (A.shape[0], A.shape[1]) = shape(%B)    # line 8
#     %t.7: f64[A.shape[0],A.shape[1]] = reshape_to(%t.5, %t.6)    # line 8
#     %t.8: f64 = getitem(%A, 0, 0, index=(At(operand=0), At(operand=1)))    # line 9
#     %t.9: f64 = getitem(%A, 1, 1, index=(At(operand=0), At(operand=1)))    # line 9
#     %t.10: f64 = multiply(%t.8, %t.9)    # line 9
#     %t.11: f64[A.shape[0] * A.shape[1]] = ravel(%t.7)    # line 9
#     %t.12: f64[A.shape[0] * A.shape[1]] = setitem(%t.11, %t.10, 1, index=(At(operand=0),))    # line 9
#     %t.13: (A.shape[0], A.shape[1]) = shape(%t.7)    # line 9
#     %t.14: f64[A.shape[0],A.shape[1]] = reshape_to(%t.12, %t.13)    # line 9
#     %t.15: f64 = det(%t.14)    # line 10
#     %t.16: f64[A.shape[0] * A.shape[1]] = ravel(%A)    # line 10
#     %t.17: f64 = max(%t.16, keepdims=False)    # line 10
#     %t.18: bool[A.shape[0] * A.shape[1]] = hits(%t.16, %t.17, of='max')    # adjoint of line 10
#     %t.19: i64 = sum(%t.18, keepdims=False)    # adjoint of line 10
#     %t.20: f64[A.shape[0] * A.shape[1]] = where(%t.18, 1.0, 0)    # adjoint of line 10
#     %t.21: f64[A.shape[0] * A.shape[1]] = divide(%t.20, %t.19)    # adjoint of line 10
#     %t.22: (A.shape[0], A.shape[1]) = shape(%A)    # adjoint of line 10
#     %dA: f64[A.shape[0],A.shape[1]] = reshape_to(%t.21, %t.22)    # adjoint of line 10
#     %t.23: f64[A.shape[0],A.shape[1]] = inv(%t.14)    # adjoint of line 10
#     %t.24: f64[A.shape[1],A.shape[0]] = transpose(%t.23)    # adjoint of line 10
#     %t.25: f64[A.shape[1],A.shape[0]] = multiply(%t.15, %t.24)    # adjoint of line 10
#     %t.26: (A.shape[0] * A.shape[1]) = shape(%t.12)    # adjoint of line 9
#     %t.27: f64[A.shape[0] * A.shape[1]] = reshape_to(%t.25, %t.26)    # adjoint of line 9
#     %t.28: f64 = getitem(%t.27, 1, index=(At(operand=0),))    # adjoint of line 9
#     %t.29: f64[A.shape[0] * A.shape[1]] = setitem(%t.27, 0, 1, index=(At(operand=0),))    # adjoint of line 9
#     %t.30: f64[A.shape[0],A.shape[1]] = reshape_to(%t.29, %t.6)    # adjoint of line 9
#     %t.31: f64 = multiply(%t.28, %t.9)    # adjoint of line 9
#     %t.32: f64 = multiply(%t.28, %t.8)    # adjoint of line 9
#     %dA.1: f64[A.shape[0],A.shape[1]] = add_at(%dA, %t.32, 1, 1, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#     %dA.2: f64[A.shape[0],A.shape[1]] = add_at(%dA.1, %t.31, 0, 0, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#     %t.33: (A.shape[0] * A.shape[1]) = shape(%t.5)    # adjoint of line 8
#     %t.34: f64[A.shape[0] * A.shape[1]] = reshape_to(%t.30, %t.33)    # adjoint of line 8
#     %dB: f64[A.shape[0],A.shape[1]] = reshape_to(%t.34, %t.6)    # adjoint of line 8
#     %dA.3: f64[A.shape[0],A.shape[1]] = add(%dA.2, %dB)    # adjoint of line 7
#     return %dA.3

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,n]"""
    # primal
    B = A.copy()
    t = np.ravel(B)
    t[::len(A) + 1] += 2.0
    t1 = np.reshape(t, B.shape)
    A00 = A[0, 0]
    A11 = A[1, 1]
    t2 = np.ravel(t1)
    t2[1] = A00 * A11
    t3 = np.reshape(t2, t1.shape)
    t1 = np.ravel(A)
    # adjoint
    t4 = t1 == max(t1)  # line 10: return np.linalg.det(B) + max(A.flat)
    dA = np.reshape(np.where(t4, 1.0, 0) / np.sum(t4), A.shape)
    # line 9: B.flat[1] = A[0, 0] * A[1, 1]
    t1 = np.reshape(np.linalg.det(t3) * np.linalg.inv(t3).T, t2.shape)
    t2 = t1[1]
    t1[1] = 0
    dA[1, 1] += t2 * A00
    dA[0, 0] += t2 * A11
    # line 8: B.flat[:: len(A) + 1] += 2.0
    dB = np.reshape(np.reshape(np.reshape(t1, B.shape), t.shape), B.shape)
    dA = dA + dB        # line 7: B = A.copy()
    return dA

# %% jax
import jax
import jax.numpy as jnp


def largest(x):
    """max(x) as Python takes it: a NaN only if it comes first."""
    return jnp.where(jnp.isnan(x[0]), x[0], jnp.nanmax(x))


@jax.jit
def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,n]"""
    # primal
    t = jnp.ravel(A)
    t_1 = A.shape[0] + 1
    t = t.at[::t_1].set(t[::t_1] + 2.0)
    t_1 = jnp.reshape(t, A.shape)
    A00 = A[0, 0]
    A11 = A[1, 1]
    t_2 = jnp.ravel(t_1).at[1].set(A00 * A11)
    t_1 = jnp.reshape(t_2, t_1.shape)
    t_3 = jnp.ravel(A)
    # adjoint
    t_3 = t_3 == largest(t_3)  # line 10: return np.linalg.det(B) + max(A.flat)
    dA = jnp.reshape(jnp.where(t_3, 1.0, 0) / jnp.sum(t_3.astype(jnp.int64)), A.shape)
    # line 9: B.flat[1] = A[0, 0] * A[1, 1]
    t_1 = jnp.reshape(jnp.linalg.det(t_1) * jnp.linalg.inv(t_1).T, t_2.shape)
    t_2 = t_1[1]
    dA = dA.at[1, 1].add(t_2 * A00)
    dA = dA.at[0, 0].add(t_2 * A11)
    # line 8: B.flat[:: len(A) + 1] += 2.0
    dB = jnp.reshape(jnp.reshape(jnp.reshape(t_1.at[1].set(0), A.shape), t.shape), A.shape)
    dA = dA + dB               # line 7: B = A.copy()
    return dA

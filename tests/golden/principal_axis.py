"""A function with several results: the eigenvalues and eigenvectors of a symmetric matrix."""
import numpy as np


def f(A):
    w, V = np.linalg.eigh(A)
    return np.sum(V[:, 0] ** 4) / w[0]


args = (np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.2], [0.1, -0.2, 1.1]]),)
argnums = (0,)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %w: f64[A.shape[0]], %V: f64[A.shape[0],A.shape[1]] = eigh(%A, UPLO='L')    # line 6
#     %t: f64[A.shape[0]] = getitem(%V, 0, index=(Slice(start=None, stop=None, step=None), At(operand=0)))    # line 7
#     %t.1: f64[A.shape[0]] = power(%t, 4)    # line 7
#     %t.2: f64 = sum(%t.1, keepdims=False)    # line 7
#     %t.3: f64 = getitem(%w, 0, index=(At(operand=0),))    # line 7
#     %t.4: f64 = divide(%t.2, %t.3)    # adjoint of line 7
#     %t.5: f64 = divide(%t.4, %t.3)    # adjoint of line 7
#     %t.6: f64 = negative(%t.5)    # adjoint of line 7
#     %t.7: (A.shape[0]) = shape(%w)    # adjoint of line 7
#     %dw: f64[A.shape[0]] = zeros_of(%t.7)    # adjoint of line 7
#     %dw.1: f64[A.shape[0]] = setitem(%dw, %t.6, 0, index=(At(operand=0),))    # adjoint of line 7
#     %t.8: f64[A.shape[0]] = power(%t, 3)    # adjoint of line 7
#     %t.9: f64[A.shape[0]] = multiply(4, %t.8)    # adjoint of line 7
#     %t.10: f64[A.shape[0]] = divide(%t.9, %t.3)    # adjoint of line 7
#     %t.11: (A.shape[0], A.shape[1]) = shape(%V)    # adjoint of line 7
#     %dV: f64[A.shape[0],A.shape[1]] = zeros_of(%t.11)    # adjoint of line 7
#     %dV.1: f64[A.shape[0],A.shape[1]] = setitem(%dV, %t.10, 0, index=(Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 7
#     %t.12: f64[A.shape[0],1] = expand_dims(%w, axis=-1)    # adjoint of line 6
#     %t.13: f64[A.shape[0],A.shape[0]] = subtract(%w, %t.12)    # adjoint of line 6
#     %t.14: i64 = size(%w, axis=0)    # adjoint of line 6
#     %t.15: f64[A.shape[0],A.shape[0]] = eye(%t.14, k=0)    # adjoint of line 6
#     %t.16: f64[A.shape[0],A.shape[0]] = add(%t.13, %t.15)    # adjoint of line 6
#     %t.17: f64[A.shape[0],A.shape[0]] = divide(1, %t.16)    # adjoint of line 6
#     %t.18: f64[A.shape[0],A.shape[0]] = subtract(%t.17, %t.15)    # adjoint of line 6
#     %t.19: f64[A.shape[1],A.shape[0]] = transpose(%V)    # adjoint of line 6
#     %t.20: f64[A.shape[1],A.shape[1]] = matmul(%t.19, %dV.1)    # adjoint of line 6
#     %t.21: f64[A.shape[0],A.shape[0]] = multiply(%t.18, %t.20)    # adjoint of line 6
#     %t.22: i64 = size(%V, axis=1)    # adjoint of line 6
#     %t.23: f64[A.shape[1],A.shape[1]] = eye(%t.22, k=0)    # adjoint of line 6
#     %t.24: f64[A.shape[1],A.shape[0]] = multiply(%dw.1, %t.23)    # adjoint of line 6
#     %t.25: f64[A.shape[0],A.shape[0]] = add(%t.21, %t.24)    # adjoint of line 6
#     %t.26: f64[A.shape[0],A.shape[0]] = matmul(%V, %t.25)    # adjoint of line 6
#     %t.27: f64[A.shape[1],A.shape[0]] = transpose(%V)    # adjoint of line 6
#     %t.28: f64[A.shape[0],A.shape[0]] = matmul(%t.26, %t.27)    # adjoint of line 6
#     %t.29: f64[A.shape[0],A.shape[0]] = transpose(%t.28)    # adjoint of line 6
#     %t.30: f64[A.shape[0],A.shape[0]] = add(%t.28, %t.29)    # adjoint of line 6
#     %t.31: f64[A.shape[0],A.shape[0]] = tril(%t.30, k=-1)    # adjoint of line 6
#     %t.32: i64 = size(%A, axis=0)    # adjoint of line 6
#     %t.33: f64[A.shape[0],A.shape[0]] = eye(%t.32, k=0)    # adjoint of line 6
#     %t.34: f64[A.shape[0],A.shape[0]] = multiply(%t.30, %t.33)    # adjoint of line 6
#     %t.35: f64[A.shape[0],A.shape[0]] = divide(%t.34, 2)    # adjoint of line 6
#     %dA: f64[A.shape[0],A.shape[0]] = add(%t.31, %t.35)    # adjoint of line 6
#     return %dA

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,n]"""
    # primal
    w, V = np.linalg.eigh(A)
    V0 = V[:, 0]
    w0 = w[0]
    # adjoint
    dw = np.zeros_like(w)  # line 7: return np.sum(V[:, 0] ** 4) / w[0]
    dw[0] = -(np.sum(V0 ** 4) / w0 / w0)
    dV = np.zeros_like(V)
    dV[:, 0] = 4 * V0 ** 3 / w0
    t = np.eye(len(w))     # line 6: w, V = np.linalg.eigh(A)
    t1 = (1 / (w - np.expand_dims(w, axis=-1) + t) - t) * (V.T @ dV)
    t = V @ (t1 + dw * np.eye(V.shape[1])) @ V.T
    t1 = t + t.T
    dA = np.tril(t1, k=-1) + t1 * np.eye(len(A)) / 2
    return (dA,)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,n]"""
    # primal
    w, V = jnp.linalg.eigh(A, symmetrize_input=False)
    V0 = V[:, 0]
    w0 = w[0]
    # adjoint
    dw = jnp.zeros_like(w)   # line 7: return np.sum(V[:, 0] ** 4) / w[0]
    dw = dw.at[0].set(-(jnp.sum(V0 ** 4) / w0 / w0))
    dV = jnp.zeros_like(V)
    dV = dV.at[:, 0].set(4 * V0 ** 3 / w0)
    t = jnp.eye(w.shape[0])  # line 6: w, V = np.linalg.eigh(A)
    t = V @ ((1 / (w - jnp.expand_dims(w, axis=-1) + t) - t) * (V.T @ dV) + dw * jnp.eye(V.shape[1])) @ V.T
    t = t + t.T
    dA = jnp.tril(t, k=-1) + t * jnp.eye(A.shape[0]) / 2
    return (dA,)

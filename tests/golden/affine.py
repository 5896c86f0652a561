"""Logistic loss of a linear model: broadcasting is summed only where the types say so."""
import numpy as np


def affine(X, w, b):
    z = X @ w + b
    return np.mean(np.log(1 + np.exp(-z)))


f = affine
rng = np.random.default_rng(0)
args = (rng.normal(size=(7, 3)), rng.normal(size=3), 0.3)
more_args = [
    (rng.normal(size=(1, 3)), rng.normal(size=3), 0.3),
    (rng.normal(size=(2, 1)), rng.normal(size=1), 0.3),
]
argnums = (1, 2)


# %% ir
# func affine_grad(%X: f64[X.shape[0],X.shape[1]], %w: f64[w.shape[0]], %b: f64):
#     %t: f64[X.shape[0]] = matmul(%X, %w)    # line 6
#     %z: f64[X.shape[0]] = add(%t, %b)    # adjoint of line 6
#     %t.1: f64[X.shape[0]] = negative(%z)    # adjoint of line 7
#     %t.2: f64[X.shape[0]] = exp(%t.1)    # adjoint of line 7
#     %t.3: f64[X.shape[0]] = add(1, %t.2)    # adjoint of line 7
#     %t.4: i64 = size(%z, axis=0)    # adjoint of line 7
#     %t.5: f64 = divide(1.0, %t.4)    # adjoint of line 7
#     %t.6: f64[X.shape[0]] = divide(%t.5, %t.3)    # adjoint of line 7
#     %t.7: f64[X.shape[0]] = multiply(%t.6, %t.2)    # adjoint of line 7
#     %dz: f64[X.shape[0]] = negative(%t.7)    # adjoint of line 7
#     %db: f64 = sum(%dz, keepdims=False)    # adjoint of line 6
#     %t.8: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 6
#     %dw: f64[X.shape[1]] = matmul(%t.8, %dz)    # adjoint of line 6
#     return %dw, %db

# %% numpy
import numpy as np


def affine_grad(X, w, b):
    """Gradient of affine with respect to w, b.   X: f64[n,m], w: f64[m], b: float"""
    z = X @ w + b    # line 6: z = X @ w + b
    t = np.exp(-z)   # line 7: return np.mean(np.log(1 + np.exp(-z)))
    dz = -(1.0 / len(z) / (1 + t) * t)
    db = np.sum(dz)  # line 6: z = X @ w + b
    dw = X.T @ dz
    return dw, db

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def affine_grad(X, w, b):
    """Gradient of affine with respect to w, b.   X: f64[n,m], w: f64[m], b: float"""
    # adjoint
    z = X @ w + b     # line 6: z = X @ w + b
    t = jnp.exp(-z)   # line 7: return np.mean(np.log(1 + np.exp(-z)))
    dz = -(1.0 / z.shape[0] / (1 + t) * t)
    db = jnp.sum(dz)  # line 6: z = X @ w + b
    dw = dz @ X
    return dw, db

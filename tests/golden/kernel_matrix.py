"""newaxis and broadcasting: the distances between all pairs of points."""
import numpy as np


def f(X, width):
    d = X[:, np.newaxis, :] - X[None, :, :]
    K = np.exp(-np.sum(d**2, axis=-1) / (2 * width**2))
    return np.sum(np.log(1 + K))


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 2)), 1.3)
more_args = [(rng.normal(size=(1, 2)), 1.3)]
argnums = (0, 1)


# %% ir
# func f_grad(%X: f64[X.shape[0],X.shape[1]], %width: f64):
#     %t: f64[X.shape[0],1,X.shape[1]] = getitem(%X, index=(Slice(start=None, stop=None, step=None), NewAxis(), Slice(start=None, stop=None, step=None)))    # line 6
#     %t.1: f64[1,X.shape[0],X.shape[1]] = getitem(%X, index=(NewAxis(), Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None)))    # line 6
#     %d: f64[X.shape[0],X.shape[0],X.shape[1]] = subtract(%t, %t.1)    # line 6
#     %t.2: f64[X.shape[0],X.shape[0],X.shape[1]] = power(%d, 2)    # line 7
#     %t.3: f64[X.shape[0],X.shape[0]] = sum(%t.2, axis=-1, keepdims=False)    # line 7
#     %t.4: f64 = power(%width, 2)    # adjoint of line 7
#     %t.5: f64 = multiply(2, %t.4)    # adjoint of line 7
#     %t.6: f64[X.shape[0],X.shape[0]] = divide(%t.3, %t.5)    # adjoint of line 7
#     %t.7: f64[X.shape[0],X.shape[0]] = negative(%t.6)    # adjoint of line 7
#     %K: f64[X.shape[0],X.shape[0]] = exp(%t.7)    # adjoint of line 7
#     %t.8: f64[X.shape[0],X.shape[0]] = add(1, %K)    # adjoint of line 8
#     %t.9: f64[X.shape[0],X.shape[0]] = divide(%K, %t.8)    # adjoint of line 7
#     %t.10: f64[X.shape[0],X.shape[0]] = divide(%t.9, %t.5)    # adjoint of line 7
#     %t.11: f64[X.shape[0],X.shape[0]] = negative(%t.10)    # adjoint of line 7
#     %t.12: f64[X.shape[0],X.shape[0]] = multiply(%t.10, %t.6)    # adjoint of line 7
#     %t.13: f64 = sum(%t.12, keepdims=False)    # adjoint of line 7
#     %t.14: f64 = multiply(2, %t.13)    # adjoint of line 7
#     %t.15: f64 = multiply(2, %width)    # adjoint of line 7
#     %dwidth: f64 = multiply(%t.15, %t.14)    # adjoint of line 7
#     %t.16: f64[X.shape[0],X.shape[0],X.shape[1]] = multiply(2, %d)    # adjoint of line 7
#     %t.17: f64[X.shape[0],X.shape[0],1] = getitem(%t.11, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), NewAxis()))    # adjoint of line 7
#     %dd: f64[X.shape[0],X.shape[0],X.shape[1]] = multiply(%t.16, %t.17)    # adjoint of line 7
#     %t.18: f64[X.shape[0],1,X.shape[1]] = sum(%dd, axis=1, keepdims=True)    # adjoint of line 6
#     %t.19: f64[1,X.shape[0],X.shape[1]] = sum(%dd, axis=0, keepdims=True)    # adjoint of line 6
#     %t.20: f64[1,X.shape[0],X.shape[1]] = negative(%t.19)    # adjoint of line 6
#     %t.21: (X.shape[0], X.shape[1]) = shape(%X)    # adjoint of line 6
#     %dX: f64[X.shape[0],X.shape[1]] = zeros_of(%t.21)    # adjoint of line 6
#     %dX.1: f64[X.shape[0],X.shape[1]] = setitem(%dX, %t.20, index=(NewAxis(), Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None)))    # adjoint of line 6
#     %dX.2: f64[X.shape[0],X.shape[1]] = add_at(%dX.1, %t.18, index=(Slice(start=None, stop=None, step=None), NewAxis(), Slice(start=None, stop=None, step=None)))    # adjoint of line 6
#     return %dX.2, %dwidth

# %% numpy
import numpy as np


def f_grad(X, width):
    """Gradient of f with respect to X, width.   X: f64[n,m], width: float"""
    # primal
    d = X[:, None, :] - X[None, :, :]
    # adjoint
    t = 2 * width ** 2     # line 7: K = np.exp(-np.sum(d**2, axis=-1) / (2 * width**2))
    t1 = np.sum(d ** 2, axis=-1) / t
    K = np.exp(-t1)
    t2 = K / (1 + K) / t
    dwidth = 2 * width * (2 * np.sum(t2 * t1))
    dd = 2 * d * (-t2)[:, :, None]
    dX = np.zeros_like(X)  # line 6: d = X[:, np.newaxis, :] - X[None, :, :]
    dX[None, :, :] = -np.sum(dd, axis=0, keepdims=True)
    dX[:, None, :] += np.sum(dd, axis=1, keepdims=True)
    return dX, dwidth

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(X, width):
    """Gradient of f with respect to X, width.   X: f64[n,m], width: float"""
    # primal
    d = X[:, None, :] - X[None, :, :]
    # adjoint
    t = 2 * width ** 2      # line 7: K = np.exp(-np.sum(d**2, axis=-1) / (2 * width**2))
    t_1 = jnp.sum(d ** 2, axis=-1) / t
    K = jnp.exp(-t_1)
    t = K / (1 + K) / t
    dwidth = 2 * width * (2 * jnp.sum(t * t_1))
    dd = 2 * d * (-t)[:, :, None]
    dX = jnp.zeros_like(X)  # line 6: d = X[:, np.newaxis, :] - X[None, :, :]
    dX = jnp.reshape(-jnp.sum(dd, axis=0, keepdims=True), dX.shape)
    dX = dX + jnp.reshape(jnp.sum(dd, axis=1, keepdims=True), dX.shape)
    return dX, dwidth

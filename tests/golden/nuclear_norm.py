"""The sum of singular values, whose derivative needs the vectors too: a function with several results, none named."""
import numpy as np


def f(A):
    return np.sum(np.linalg.svdvals(A)) + np.linalg.norm(A, 2)


args = (np.array([[2.0, 0.3], [0.3, 1.5], [0.1, -0.2]]),)
argnums = (0,)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %t: f64[A.shape[0],A.shape[1]], %t.1: f64[A.shape[1]], %t.2: f64[A.shape[1],A.shape[1]] = svd(%A, full_matrices=False)    # adjoint of line 6
#     %t.3: f64 = max(%t.1, axis=-1, keepdims=False)    # adjoint of line 6
#     %t.4: f64[1] = expand_dims(%t.3, axis=-1)    # adjoint of line 6
#     %t.5: bool[A.shape[1]] = hits(%t.1, %t.4, axis=-1, of='max')    # adjoint of line 6
#     %t.6: i64[1] = sum(%t.5, axis=-1, keepdims=True)    # adjoint of line 6
#     %t.7: f64[1] = expand_dims(1.0, axis=-1)    # adjoint of line 6
#     %t.8: f64[A.shape[1]] = where(%t.5, %t.7, 0)    # adjoint of line 6
#     %t.9: f64[A.shape[1]] = divide(%t.8, %t.6)    # adjoint of line 6
#     %t.10: f64[A.shape[0],A.shape[1]] = multiply(%t, %t.9)    # adjoint of line 6
#     %dA: f64[A.shape[0],A.shape[1]] = matmul(%t.10, %t.2)    # adjoint of line 6
#     %t.11: f64[A.shape[0],A.shape[1]] = matmul(%t, %t.2)    # adjoint of line 6
#     %dA.1: f64[A.shape[0],A.shape[1]] = add(%dA, %t.11)    # adjoint of line 6
#     return %dA.1

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # line 6: return np.sum(np.linalg.svdvals(A)) + np.linalg.norm(A, 2)
    t, t1, t2 = np.linalg.svd(A, full_matrices=False)
    t3 = t1 == np.expand_dims(np.max(t1, axis=-1), axis=-1)
    dA = t * (np.where(t3, np.expand_dims(1.0, axis=-1), 0) / np.sum(t3, axis=-1, keepdims=True)) @ t2
    dA = dA + t @ t2
    return (dA,)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # adjoint
    # line 6: return np.sum(np.linalg.svdvals(A)) + np.linalg.norm(A, 2)
    t, t_1, t_2 = jnp.linalg.svd(A, full_matrices=False)
    t_1 = t_1 == jnp.expand_dims(jnp.max(t_1, axis=-1), axis=-1)
    dA = t * (
        jnp.where(t_1, jnp.expand_dims(1.0, axis=-1), 0)
        / jnp.sum(t_1.astype(jnp.int64), axis=-1, keepdims=True)
    ) @ t_2
    dA = dA + t @ t_2
    return (dA,)

"""The likelihood of a Gaussian by a Cholesky factor: a triangular system and a determinant."""
import numpy as np


def f(K, y):
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    return 0.5 * np.sum(z ** 2) + np.sum(np.log(np.diag(L)))


args = (np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.2], [0.1, -0.2, 1.1]]), np.array([0.4, -1.0, 0.7]))
argnums = (0, 1)


# %% ir
# func f_grad(%K: f64[K.shape[0],K.shape[1]], %y: f64[y.shape[0]]):
#     %L: f64[K.shape[0],K.shape[1]] = cholesky(%K, upper=False)    # line 6
#     %z: f64[K.shape[0]] = solve(%L, %y)    # line 7
#     %t: f64[min(K.shape[0], K.shape[1])] = diag(%L, k=0)    # line 8
#     %t.1: f64[min(K.shape[0], K.shape[1])] = divide(1.0, %t)    # adjoint of line 8
#     %t.2: i64 = size(%t, axis=0)    # adjoint of line 8
#     %t.3: i64[min(K.shape[0], K.shape[1])] = arange(%t.2)    # adjoint of line 8
#     %t.4: (K.shape[0], K.shape[1]) = shape(%L)    # adjoint of line 8
#     %dL: f64[K.shape[0],K.shape[1]] = zeros_of(%t.4)    # adjoint of line 8
#     %dL.1: f64[K.shape[0],K.shape[1]] = add_at(%dL, %t.1, %t.3, %t.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 8
#     %t.5: f64[K.shape[1],K.shape[0]] = transpose(%L)    # adjoint of line 7
#     %t.6: f64[K.shape[1]] = solve(%t.5, %z)    # adjoint of line 7
#     %t.7: f64[K.shape[1],K.shape[0]] = outer(%t.6, %z)    # adjoint of line 7
#     %dL.2: f64[K.shape[0],K.shape[1]] = subtract(%dL.1, %t.7)    # adjoint of line 7
#     %t.8: f64[K.shape[1],K.shape[0]] = transpose(%L)    # adjoint of line 7
#     %dy: f64[K.shape[1]] = solve(%t.8, %z)    # adjoint of line 7
#     %t.9: f64[K.shape[1],K.shape[0]] = transpose(%L)    # adjoint of line 6
#     %t.10: f64[K.shape[1],K.shape[0]] = transpose(%L)    # adjoint of line 6
#     %t.11: f64[K.shape[1],K.shape[1]] = matmul(%t.10, %dL.2)    # adjoint of line 6
#     %t.12: f64[K.shape[1],K.shape[1]] = tril(%t.11, k=-1)    # adjoint of line 6
#     %t.13: i64 = size(%K, axis=1)    # adjoint of line 6
#     %t.14: f64[K.shape[1],K.shape[1]] = eye(%t.13, k=0)    # adjoint of line 6
#     %t.15: f64[K.shape[1],K.shape[1]] = multiply(%t.11, %t.14)    # adjoint of line 6
#     %t.16: f64[K.shape[1],K.shape[1]] = divide(%t.15, 2)    # adjoint of line 6
#     %t.17: f64[K.shape[1],K.shape[1]] = add(%t.12, %t.16)    # adjoint of line 6
#     %t.18: f64[K.shape[0],K.shape[1]] = solve(%t.9, %t.17)    # adjoint of line 6
#     %t.19: f64[K.shape[1],K.shape[0]] = transpose(%L)    # adjoint of line 6
#     %t.20: f64[K.shape[1],K.shape[0]] = transpose(%t.18)    # adjoint of line 6
#     %t.21: f64[K.shape[0],K.shape[0]] = solve(%t.19, %t.20)    # adjoint of line 6
#     %t.22: f64[K.shape[0],K.shape[0]] = transpose(%t.21)    # adjoint of line 6
#     %t.23: f64[K.shape[0],K.shape[0]] = add(%t.22, %t.21)    # adjoint of line 6
#     %t.24: f64[K.shape[0],K.shape[0]] = tril(%t.23, k=-1)    # adjoint of line 6
#     %t.25: i64 = size(%K, axis=0)    # adjoint of line 6
#     %t.26: f64[K.shape[0],K.shape[0]] = eye(%t.25, k=0)    # adjoint of line 6
#     %t.27: f64[K.shape[0],K.shape[0]] = multiply(%t.23, %t.26)    # adjoint of line 6
#     %t.28: f64[K.shape[0],K.shape[0]] = divide(%t.27, 2)    # adjoint of line 6
#     %dK: f64[K.shape[0],K.shape[0]] = add(%t.24, %t.28)    # adjoint of line 6
#     return %dK, %dy

# %% numpy
import numpy as np


def f_grad(K, y):
    """Gradient of f with respect to K, y.   K: f64[n,m], y: f64[m]"""
    # primal
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    t = np.diag(L)
    # adjoint
    t1 = np.arange(len(t))  # line 8: return 0.5 * np.sum(z ** 2) + np.sum(np.log(np.diag(L)))
    dL = np.zeros_like(L)
    dL[t1, t1] += 1.0 / t
    # line 7: z = np.linalg.solve(L, y)
    dL = dL - np.outer(np.linalg.solve(L.T, z), z)
    dy = np.linalg.solve(L.T, z)
    t = L.T @ dL            # line 6: L = np.linalg.cholesky(K)
    t1 = np.linalg.solve(L.T, np.tril(t, k=-1) + t * np.eye(K.shape[1]) / 2).T
    t = np.linalg.solve(L.T, t1)
    t1 = t.T + t
    dK = np.tril(t1, k=-1) + t1 * np.eye(len(K)) / 2
    return dK, dy

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(K, y):
    """Gradient of f with respect to K, y.   K: f64[n,m], y: f64[m]"""
    # primal
    L = jnp.linalg.cholesky(K, symmetrize_input=False)
    z = jnp.linalg.solve(L, y)
    t = jnp.diag(L)
    # adjoint
    t_1 = jnp.arange(t.shape[0])  # line 8: return 0.5 * np.sum(z ** 2) + np.sum(np.log(np.diag(L)))
    dL = jnp.zeros_like(L)
    dL = dL.at[t_1, t_1].add(1.0 / t)
    # line 7: z = np.linalg.solve(L, y)
    dL = dL - jnp.outer(jnp.linalg.solve(L.T, z), z)
    dy = jnp.linalg.solve(L.T, z)
    t = L.T @ dL                  # line 6: L = np.linalg.cholesky(K)
    t = jnp.linalg.solve(L.T, jnp.linalg.solve(L.T, jnp.tril(t, k=-1) + t * jnp.eye(K.shape[1]) / 2).T)
    t = t.T + t
    dK = jnp.tril(t, k=-1) + t * jnp.eye(K.shape[0]) / 2
    return dK, dy

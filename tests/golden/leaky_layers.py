"""Defaults, keywords and a keyword-only parameter of a helper function."""
import numpy as np


def dense(x, W, b=0.1, *, slope=0.1):
    z = W @ x + b
    return np.where(z > 0, z, slope * z)


def f(W1, W2, x):
    h = dense(x, W1, slope=0.2)
    return np.sum(dense(h, W=W2, b=0.5) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), rng.normal(size=3))
argnums = (0, 1)


# %% ir
# func f_grad(%W1: f64[W1.shape[0],W1.shape[1]], %W2: f64[W2.shape[0],W2.shape[1]], %x: f64[x.shape[0]]):
#     %t: f64[W1.shape[0]] = matmul(%W1, %x)    # line 6
#     %z: f64[W1.shape[0]] = add(%t, 0.1)    # line 6
#     %t.1: bool[W1.shape[0]] = greater(%z, 0)    # line 7
#     %t.2: f64[W1.shape[0]] = multiply(0.2, %z)    # line 7
#     %h: f64[W1.shape[0]] = where(%t.1, %z, %t.2)    # line 7
#     %t.3: f64[W2.shape[0]] = matmul(%W2, %h)    # line 6
#     %z.1: f64[W2.shape[0]] = add(%t.3, 0.5)    # adjoint of line 6
#     %t.4: bool[W2.shape[0]] = greater(%z.1, 0)    # adjoint of line 7
#     %t.5: f64[W2.shape[0]] = multiply(0.1, %z.1)    # adjoint of line 7
#     %t.6: f64[W2.shape[0]] = where(%t.4, %z.1, %t.5)    # adjoint of line 7
#     %t.7: f64[W2.shape[0]] = multiply(2, %t.6)    # adjoint of line 12
#     %dz: f64[W2.shape[0]] = where(%t.4, %t.7, 0)    # adjoint of line 7
#     %t.8: f64[W2.shape[0]] = where(%t.4, 0, %t.7)    # adjoint of line 7
#     %t.9: f64[W2.shape[0]] = multiply(%t.8, 0.1)    # adjoint of line 7
#     %dz.1: f64[W2.shape[0]] = add(%dz, %t.9)    # adjoint of line 7
#     %dW2: f64[W2.shape[0],W1.shape[0]] = outer(%dz.1, %h)    # adjoint of line 6
#     %t.10: f64[W2.shape[1],W2.shape[0]] = transpose(%W2)    # adjoint of line 6
#     %dh: f64[W2.shape[1]] = matmul(%t.10, %dz.1)    # adjoint of line 6
#     %dz.2: f64[W1.shape[0]] = where(%t.1, %dh, 0)    # adjoint of line 7
#     %t.11: f64[W1.shape[0]] = where(%t.1, 0, %dh)    # adjoint of line 7
#     %t.12: f64[W1.shape[0]] = multiply(%t.11, 0.2)    # adjoint of line 7
#     %dz.3: f64[W1.shape[0]] = add(%dz.2, %t.12)    # adjoint of line 7
#     %dW1: f64[W1.shape[0],x.shape[0]] = outer(%dz.3, %x)    # adjoint of line 6
#     return %dW1, %dW2

# %% numpy
import numpy as np


def f_grad(W1, W2, x):
    """Gradient of f with respect to W1, W2.   W1: f64[n,m], W2: f64[k,n], x: f64[m]"""
    # primal
    z = W1 @ x + 0.1
    t = z > 0
    h = np.where(t, z, 0.2 * z)
    # adjoint
    z = W2 @ h + 0.5          # line 6: z = W @ x + b
    t1 = z > 0                # line 7: return np.where(z > 0, z, slope * z)
    # line 12: return np.sum(dense(h, W=W2, b=0.5) ** 2)
    t2 = 2 * np.where(t1, z, 0.1 * z)
    dz = np.where(t1, t2, 0)  # line 7: return np.where(z > 0, z, slope * z)
    dz = dz + np.where(t1, 0, t2) * 0.1
    dW2 = np.outer(dz, h)     # line 6: z = W @ x + b
    dh = W2.T @ dz
    dz = np.where(t, dh, 0)   # line 7: return np.where(z > 0, z, slope * z)
    dz = dz + np.where(t, 0, dh) * 0.2
    dW1 = np.outer(dz, x)     # line 6: z = W @ x + b
    return dW1, dW2

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(W1, W2, x):
    """Gradient of f with respect to W1, W2.   W1: f64[n,m], W2: f64[k,n], x: f64[m]"""
    W1 = jnp.asarray(W1)
    W2 = jnp.asarray(W2)
    x = jnp.asarray(x)
    # primal
    z = W1 @ x + 0.1
    t = z > 0
    h = jnp.where(t, z, 0.2 * z)
    # adjoint
    z = W2 @ h + 0.5             # line 6: z = W @ x + b
    t_1 = z > 0                  # line 7: return np.where(z > 0, z, slope * z)
    # line 12: return np.sum(dense(h, W=W2, b=0.5) ** 2)
    t_2 = 2 * jnp.where(t_1, z, 0.1 * z)
    dz = jnp.where(t_1, t_2, 0)  # line 7: return np.where(z > 0, z, slope * z)
    dz = dz + jnp.where(t_1, 0, t_2) * 0.1
    dW2 = jnp.outer(dz, h)       # line 6: z = W @ x + b
    dh = dz @ W2
    dz = jnp.where(t, dh, 0)     # line 7: return np.where(z > 0, z, slope * z)
    dz = dz + jnp.where(t, 0, dh) * 0.2
    dW1 = jnp.outer(dz, x)       # line 6: z = W @ x + b
    return dW1, dW2

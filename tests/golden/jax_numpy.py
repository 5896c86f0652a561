"""A function written with jax.numpy."""
import jax.numpy as jnp
import numpy as np


def f(W, x):
    h = jnp.tanh(W @ x)
    return jnp.sum(h**2) / jnp.sqrt(1.0 + jnp.dot(x, x))


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 2)), rng.normal(size=2))
argnums = (0, 1)
bitwise = False


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %x: f64[x.shape[0]]):
#     %t: f64[W.shape[0]] = matmul(%W, %x)    # line 7
#     %h: f64[W.shape[0]] = tanh(%t)    # line 7
#     %t.1: f64[W.shape[0]] = power(%h, 2)    # line 8
#     %t.2: f64 = sum(%t.1, keepdims=False)    # line 8
#     %t.3: f64 = dot(%x, %x)    # line 8
#     %t.4: f64 = add(1.0, %t.3)    # adjoint of line 8
#     %t.5: f64 = sqrt(%t.4)    # adjoint of line 8
#     %t.6: f64 = divide(%t.2, %t.5)    # adjoint of line 8
#     %t.7: f64 = divide(%t.6, %t.5)    # adjoint of line 8
#     %t.8: f64 = multiply(2, %t.5)    # adjoint of line 8
#     %t.9: f64 = divide(%t.7, %t.8)    # adjoint of line 8
#     %t.10: f64[x.shape[0]] = multiply(%t.9, %x)    # adjoint of line 8
#     %dx: f64[x.shape[0]] = negative(%t.10)    # adjoint of line 8
#     %dx.1: f64[x.shape[0]] = subtract(%dx, %t.10)    # adjoint of line 8
#     %t.11: f64[W.shape[0]] = multiply(2, %h)    # adjoint of line 8
#     %dh: f64[W.shape[0]] = divide(%t.11, %t.5)    # adjoint of line 8
#     %t.12: f64[W.shape[0]] = subtract(1, %t.1)    # adjoint of line 7
#     %t.13: f64[W.shape[0]] = multiply(%dh, %t.12)    # adjoint of line 7
#     %dW: f64[W.shape[0],x.shape[0]] = outer(%t.13, %x)    # adjoint of line 7
#     %t.14: f64[W.shape[1],W.shape[0]] = transpose(%W)    # adjoint of line 7
#     %t.15: f64[W.shape[1]] = matmul(%t.14, %t.13)    # adjoint of line 7
#     %dx.2: f64[x.shape[0]] = add(%dx.1, %t.15)    # adjoint of line 7
#     return %dW, %dx.2

# %% numpy
import numpy as np


def f_grad(W, x):
    """Gradient of f with respect to W, x.   W: f64[n,m], x: f64[m]"""
    # primal
    h = np.tanh(W @ x)
    t = h ** 2
    # adjoint
    t1 = np.sqrt(1.0 + np.dot(x, x))  # line 8: return jnp.sum(h**2) / jnp.sqrt(1.0 + jnp.dot(x, x))
    t2 = np.sum(t) / t1 / t1 / (2 * t1) * x
    dx = -t2
    dx = dx - t2
    dh = 2 * h / t1
    t1 = dh * (1 - t)                 # line 7: h = jnp.tanh(W @ x)
    dW = np.outer(t1, x)
    dx = dx + W.T @ t1
    return dW, dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(W, x):
    """Gradient of f with respect to W, x.   W: f64[n,m], x: f64[m]"""
    # primal
    h = jnp.tanh(W @ x)
    t = h ** 2
    # adjoint
    t_1 = jnp.sqrt(1.0 + jnp.dot(x, x))  # line 8: return jnp.sum(h**2) / jnp.sqrt(1.0 + jnp.dot(x, x))
    t_2 = jnp.sum(t) / t_1 / t_1 / (2 * t_1) * x
    dx = -t_2
    dx = dx - t_2
    dh = 2 * h / t_1
    t = dh * (1 - t)                     # line 7: h = jnp.tanh(W @ x)
    dW = jnp.outer(t, x)
    dx = dx + t @ W
    return dW, dx

"""Helper functions from another module."""
import activations
import numpy as np
from activations import sigmoid


def f(W, v, x):
    hidden = activations.softplus(W @ x)
    return sigmoid(v @ hidden)


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3))
argnums = (0, 1)


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %v: f64[v.shape[0]], %x: f64[x.shape[0]]):
#     %t: f64[W.shape[0]] = matmul(%W, %x)    # line 8
#     %t.1: f64[W.shape[0]] = exp(%t)    # line 13
#     %hidden: f64[W.shape[0]] = log1p(%t.1)    # line 13
#     %t.2: f64 = matmul(%v, %hidden)    # line 9
#     %t.3: f64 = negative(%t.2)    # adjoint of line 8
#     %t.4: f64 = exp(%t.3)    # adjoint of line 8
#     %t.5: f64 = add(1, %t.4)    # adjoint of line 8
#     %t.6: f64 = divide(1, %t.5)    # adjoint of line 8
#     %t.7: f64 = divide(%t.6, %t.5)    # adjoint of line 8
#     %t.8: f64 = multiply(%t.7, %t.4)    # adjoint of line 8
#     %dv: f64[W.shape[0]] = multiply(%t.8, %hidden)    # adjoint of line 9
#     %dhidden: f64[v.shape[0]] = multiply(%t.8, %v)    # adjoint of line 9
#     %t.9: f64[W.shape[0]] = add(1, %t.1)    # adjoint of line 13
#     %t.10: f64[v.shape[0]] = divide(%dhidden, %t.9)    # adjoint of line 13
#     %t.11: f64[v.shape[0]] = multiply(%t.10, %t.1)    # adjoint of line 13
#     %dW: f64[v.shape[0],x.shape[0]] = outer(%t.11, %x)    # adjoint of line 8
#     return %dW, %dv

# %% numpy
import numpy as np


def f_grad(W, v, x):
    """Gradient of f with respect to W, v.   W: f64[n,m], v: f64[n], x: f64[m]"""
    # primal
    t = np.exp(W @ x)
    hidden = np.log1p(t)
    # adjoint
    t1 = np.exp(-(v @ hidden))               # line 8: return 1 / (1 + np.exp(-z))
    t2 = 1 + t1
    t3 = 1 / t2 / t2 * t1
    dv = t3 * hidden                         # line 9: return sigmoid(v @ hidden)
    dhidden = t3 * v
    dW = np.outer(dhidden / (1 + t) * t, x)  # line 8: hidden = activations.softplus(W @ x)
    return dW, dv

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(W, v, x):
    """Gradient of f with respect to W, v.   W: f64[n,m], v: f64[n], x: f64[m]"""
    # primal
    t = jnp.exp(W @ x)
    hidden = jnp.log1p(t)
    # adjoint
    t_1 = jnp.exp(-(v @ hidden))              # line 8: return 1 / (1 + np.exp(-z))
    t_2 = 1 + t_1
    t_1 = 1 / t_2 / t_2 * t_1
    dv = t_1 * hidden                         # line 9: return sigmoid(v @ hidden)
    dhidden = t_1 * v
    dW = jnp.outer(dhidden / (1 + t) * t, x)  # line 8: hidden = activations.softplus(W @ x)
    return dW, dv

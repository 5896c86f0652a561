"""Both halves of the pullback of tests/golden/affine.py."""

# %% numpy
import numpy as np


def affine_fwd(X, w, b):
    """Value of affine, and what affine_bwd reads."""
    z = X @ w + b
    t = np.exp(-z)
    t1 = 1 + t
    return np.mean(np.log(t1)), (X.copy(), t, t1)


def affine_bwd(X, t, t_1, g):
    """Cotangents of the arguments of affine, for the cotangent g of its value."""
    dz = -(g / len(t_1) / t_1 * t)  # line 7: return np.mean(np.log(1 + np.exp(-z)))
    db = np.sum(dz)                 # line 6: z = X @ w + b
    dw = X.T @ dz
    return dw, db

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def affine_fwd(X, w, b):
    """Value of affine, and what affine_bwd reads."""
    z = X @ w + b
    t = jnp.exp(-z)
    t_1 = 1 + t
    return jnp.mean(jnp.log(t_1)), (X, z, t, t_1)


@jax.jit
def affine_bwd(X, z, t, t_1, g):
    """Cotangents of the arguments of affine, for the cotangent g of its value."""
    g = jnp.asarray(g)
    dz = -(g / z.shape[0] / t_1 * t)  # line 7: return np.mean(np.log(1 + np.exp(-z)))
    db = jnp.sum(dz)                  # line 6: z = X @ w + b
    dw = dz @ X
    return dw, db

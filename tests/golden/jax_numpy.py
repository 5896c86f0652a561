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
# %% numpy
# %% jax

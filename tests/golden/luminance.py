"""Ellipsis and negative indices, read and written."""
import numpy as np


def f(image):
    grey = 0.3 * image[..., 0] + 0.6 * image[..., 1] + 0.1 * image[..., -1]
    image = image.copy()
    image[-1, ...] = grey[0, :, None]
    image[0, -1] *= grey[-1, -1]
    return np.sum(grey**2) + np.sum(image**3)


rng = np.random.default_rng(0)
args = (rng.normal(size=(2, 3, 3)),)

# %% ir
# %% numpy
# %% jax

"""A docstring, type hints, assert and print: kept in the primal sweep, absent from the adjoint."""
import numpy as np


def mean_square(x: np.ndarray, y: np.ndarray, verbose: bool = False) -> float:
    """The mean squared difference of two vectors."""
    assert x.shape == y.shape, "the shapes differ"
    error: np.ndarray = x - y
    loss: float = np.mean(error**2)
    if verbose:
        print("entries:", len(x))
    return loss


f = mean_square
args = (np.array([1.0, 2.0]), np.array([0.5, -1.0]), True)
more_args = [(np.array([1.0, 2.0]), np.array([0.5, -1.0]))]

# %% ir
# %% numpy
# %% jax

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
# func mean_square_grad(%x: f64[x.shape[0]], %y: f64[y.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 11
#     %t.1: () = print(%t, text="print('entries:', _0_)")    # line 11
#     %error: f64[x.shape[0]] = subtract(%x, %y)    # adjoint of line 8
#     %t.2: f64[x.shape[0]] = multiply(2, %error)    # adjoint of line 9
#     %derror: f64[x.shape[0]] = divide(%t.2, %t)    # adjoint of line 9
#     return %derror

# %% numpy
def mean_square_grad(x, y, verbose=False):
    """Gradient of mean_square with respect to x.   x: f64[n], y: f64[n], verbose: bool"""
    assert verbose is True
    # primal
    print("entries:", len(x))
    # adjoint
    error = x - y                # line 8: error: np.ndarray = x - y
    derror = 2 * error / len(x)  # line 9: loss: float = np.mean(error**2)
    return derror

# %% jax
import jax
import jax.numpy as jnp


@jax.jit(static_argnames=("verbose",))
def mean_square_grad(x, y, verbose=False):
    """Gradient of mean_square with respect to x.   x: f64[n], y: f64[n], verbose: bool"""
    assert verbose is True
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    # primal
    jax.debug.print("entries: {}", x.shape[0], ordered=True)
    # adjoint
    error = x - y                    # line 8: error: np.ndarray = x - y
    derror = 2 * error / x.shape[0]  # line 9: loss: float = np.mean(error**2)
    return derror

"""A class registered with JAX as a pytree."""
import jax
import numpy as np


@jax.tree_util.register_pytree_node_class
class Quadratic:
    def __init__(self, A, b):
        self.A = A
        self.b = b

    def __call__(self, x):
        return 0.5 * x @ (self.A @ x) - self.b @ x

    def tree_flatten(self):
        return (self.A, self.b), None

    @classmethod
    def tree_unflatten(cls, aux, children):
        return cls(*children)


def f(model, x):
    return model(x) ** 2


args = (Quadratic(np.array([[2.0, 0.3], [0.1, 1.0]]), np.array([0.5, -0.7])), np.array([1.0, 2.0]))

# %% ir
# %% numpy
# %% jax

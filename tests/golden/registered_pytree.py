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
# func f_grad(%A: f64[model.A.shape[0],model.A.shape[1]] = model.A, %b: f64[model.b.shape[0]] = model.b, %x: f64[x.shape[0]]):
#     %t: f64[x.shape[0]] = multiply(0.5, %x)    # line 13
#     %t.1: f64[model.A.shape[0]] = matmul(%A, %x)    # line 13
#     %t.2: f64 = matmul(%t, %t.1)    # line 13
#     %t.3: f64 = matmul(%b, %x)    # line 13
#     %t.4: f64 = subtract(%t.2, %t.3)    # adjoint of line 13
#     %t.5: f64 = multiply(2, %t.4)    # adjoint of line 24
#     %t.6: f64 = multiply(-2, %t.4)    # adjoint of line 13
#     %db: f64[x.shape[0]] = multiply(%t.6, %x)    # adjoint of line 13
#     %t.7: f64[x.shape[0]] = multiply(%t.5, %t)    # adjoint of line 13
#     %dA: f64[x.shape[0],x.shape[0]] = outer(%t.7, %x)    # adjoint of line 13
#     return %dA, %db

# %% numpy
import numpy as np


def f_grad(model, x):
    """Gradient of f with respect to model.   model: Quadratic(f64[n,m], f64[k]), x: f64[k]"""
    A = model.A
    b = model.b
    # primal
    t = 0.5 * x
    # adjoint
    t1 = t @ (A @ x) - b @ x  # line 13: return 0.5 * x @ (self.A @ x) - self.b @ x
    db = -2 * t1 * x
    dA = np.outer(2 * t1 * t, x)
    return dA, db

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(model, x):
    """Gradient of f with respect to model.   model: Quadratic(f64[n,m], f64[k]), x: f64[k]"""
    # primal
    t = 0.5 * x
    # adjoint
    t_1 = t @ (model.A @ x) - model.b @ x  # line 13: return 0.5 * x @ (self.A @ x) - self.b @ x
    db = -2 * t_1 * x
    dA = jnp.outer(2 * t_1 * t, x)
    return dA, db

"""A loop over parameters of different ranks is written out item by item."""
import numpy as np


def f(params, strength):
    penalty = 0.0
    for p in params:
        penalty += np.sum(p**2)
    return strength * penalty


args = ((np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([0.3, -0.2]), 1.5), 0.1)
argnums = (0, 1)


# %% ir
# func f_grad(%p: f64[params[0].shape[0],params[0].shape[1]] = params[0], %p.1: f64[params[1].shape[0]] = params[1], %p.2: f64 = params[2], %strength: f64):
#     %t: f64[params[0].shape[0],params[0].shape[1]] = power(%p, 2)    # line 8
#     %t.1: f64 = sum(%t, keepdims=False)    # line 8
#     %penalty: f64 = add(0.0, %t.1)    # line 8
#     %t.2: f64[params[1].shape[0]] = power(%p.1, 2)    # line 8
#     %t.3: f64 = sum(%t.2, keepdims=False)    # line 8
#     %penalty.1: f64 = add(%penalty, %t.3)    # line 8
#     %t.4: f64 = power(%p.2, 2)    # line 8
#     %t.5: f64 = sum(%t.4, keepdims=False)    # line 8
#     %penalty.2: f64 = add(%penalty.1, %t.5)    # line 8
#     %t.6: f64 = multiply(2, %p.2)    # adjoint of line 8
#     %dp: f64 = multiply(%t.6, %strength)    # adjoint of line 8
#     %t.7: f64[params[1].shape[0]] = multiply(2, %p.1)    # adjoint of line 8
#     %dp.1: f64[params[1].shape[0]] = multiply(%t.7, %strength)    # adjoint of line 8
#     %t.8: f64[params[0].shape[0],params[0].shape[1]] = multiply(2, %p)    # adjoint of line 8
#     %dp.2: f64[params[0].shape[0],params[0].shape[1]] = multiply(%t.8, %strength)    # adjoint of line 8
#     return %dp.2, %dp.1, %dp, %penalty.2

# %% numpy
import numpy as np


def f_grad(params, strength):
    """Gradient of f with respect to params, strength.   params: (f64[n,m], f64[k], float), strength: float"""
    p = params[0]
    p_1 = params[1]
    p_2 = params[2]
    # primal
    penalty = 0.0 + np.sum(p ** 2)
    penalty += np.sum(p_1 ** 2)
    penalty += np.sum(p_2 ** 2)
    # adjoint
    dp = 2 * p_2 * strength  # line 8: penalty += np.sum(p**2)
    dp_1 = 2 * p_1 * strength
    dp_2 = 2 * p * strength
    return (dp_2, dp_1, dp), penalty

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(params, strength):
    """Gradient of f with respect to params, strength.   params: (f64[n,m], f64[k], float), strength: float"""
    # primal
    penalty = 0.0 + jnp.sum(params[0] ** 2)
    penalty = penalty + jnp.sum(params[1] ** 2)
    penalty = penalty + jnp.sum(params[2] ** 2)
    # adjoint
    dp = 2 * params[2] * strength  # line 8: penalty += np.sum(p**2)
    dp_1 = 2 * params[1] * strength
    dp_2 = 2 * params[0] * strength
    return (dp_2, dp_1, dp), penalty

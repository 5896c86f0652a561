"""Augmented assignment on an array of one's own."""
import numpy as np


def f(x, gain):
    y = x.copy()
    y -= y.mean()
    y /= np.sqrt(np.mean(y**2) + 1e-5)
    y *= gain
    return np.sum(np.tanh(y))


args = (np.array([0.5, -1.0, 2.0, 0.1]), np.array([1.0, 0.5, 2.0, -1.0]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %gain: f64[gain.shape[0]]):
#     %y: f64[x.shape[0]] = copy(%x)    # line 6
#     %t: f64 = mean(%y, keepdims=False)    # line 7
#     %y.1: f64[x.shape[0]] = subtract(%y, %t)    # line 7
#     %t.1: f64[x.shape[0]] = power(%y.1, 2)    # line 8
#     %t.2: f64 = mean(%t.1, keepdims=False)    # line 8
#     %t.3: f64 = add(%t.2, 1e-05)    # adjoint of line 8
#     %t.4: f64 = sqrt(%t.3)    # adjoint of line 8
#     %y.2: f64[x.shape[0]] = divide(%y.1, %t.4)    # adjoint of line 8
#     %y.3: f64[x.shape[0]] = multiply(%y.2, %gain)    # adjoint of line 9
#     %t.5: f64[x.shape[0]] = tanh(%y.3)    # adjoint of line 10
#     %t.6: f64[x.shape[0]] = power(%t.5, 2)    # adjoint of line 10
#     %t.7: f64[x.shape[0]] = subtract(1, %t.6)    # adjoint of line 10
#     %dy: f64[x.shape[0]] = multiply(%t.7, %gain)    # adjoint of line 9
#     %dgain: f64[x.shape[0]] = multiply(%t.7, %y.2)    # adjoint of line 9
#     %dy.1: f64[x.shape[0]] = divide(%dy, %t.4)    # adjoint of line 8
#     %t.8: f64[x.shape[0]] = multiply(%dy.1, %y.2)    # adjoint of line 8
#     %t.9: f64 = sum(%t.8, keepdims=False)    # adjoint of line 8
#     %t.10: f64 = multiply(2, %t.4)    # adjoint of line 8
#     %t.11: f64 = divide(%t.9, %t.10)    # adjoint of line 8
#     %t.12: i64 = size(%y, axis=0)    # adjoint of line 8
#     %t.13: f64 = divide(%t.11, %t.12)    # adjoint of line 8
#     %t.14: f64[x.shape[0]] = multiply(2, %y.1)    # adjoint of line 8
#     %t.15: f64[x.shape[0]] = multiply(%t.14, %t.13)    # adjoint of line 8
#     %dy.2: f64[x.shape[0]] = subtract(%dy.1, %t.15)    # adjoint of line 8
#     %t.16: f64[x.shape[0]] = subtract(%t.15, %dy.1)    # adjoint of line 7
#     %t.17: f64 = sum(%t.16, keepdims=False)    # adjoint of line 7
#     %t.18: f64 = divide(%t.17, %t.12)    # adjoint of line 7
#     %dy.3: f64[x.shape[0]] = add(%dy.2, %t.18)    # adjoint of line 7
#     return %dy.3, %dgain

# %% numpy
import numpy as np


def f_grad(x, gain):
    """Gradient of f with respect to x, gain.   x: f64[n], gain: f64[n]"""
    # primal
    y = x.copy()
    y -= np.mean(y)
    # adjoint
    # line 8: y /= np.sqrt(np.mean(y**2) + 1e-5)
    t = np.sqrt(np.mean(y ** 2) + 1e-5)
    t1 = 2 * y
    y /= t
    y_1 = y * gain                # line 9: y *= gain
    t2 = 1 - np.tanh(y_1) ** 2    # line 10: return np.sum(np.tanh(y))
    dy = t2 * gain                # line 9: y *= gain
    dgain = t2 * y
    dy = dy / t                   # line 8: y /= np.sqrt(np.mean(y**2) + 1e-5)
    t2 = t1 * (np.sum(dy * y) / (2 * t) / len(y))
    t = t2 - dy                   # line 7: y -= y.mean()
    dy = dy - t2                  # line 8: y /= np.sqrt(np.mean(y**2) + 1e-5)
    dy = dy + np.sum(t) / len(y)  # line 7: y -= y.mean()
    return dy, dgain

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, gain):
    """Gradient of f with respect to x, gain.   x: f64[n], gain: f64[n]"""
    # primal
    y = x - jnp.mean(x)
    # adjoint
    t = jnp.sqrt(jnp.mean(y ** 2) + 1e-5)     # line 8: y /= np.sqrt(np.mean(y**2) + 1e-5)
    y_1 = y / t
    y_2 = y_1 * gain                          # line 9: y *= gain
    t_1 = 1 - jnp.tanh(y_2) ** 2              # line 10: return np.sum(np.tanh(y))
    dy = t_1 * gain                           # line 9: y *= gain
    dgain = t_1 * y_1
    dy = dy / t                               # line 8: y /= np.sqrt(np.mean(y**2) + 1e-5)
    t = 2 * y * (jnp.sum(dy * y_1) / (2 * t) / x.shape[0])
    dy_1 = dy - t
    dy = dy_1 + jnp.sum(t - dy) / x.shape[0]  # line 7: y -= y.mean()
    return dy, dgain

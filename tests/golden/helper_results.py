"""Helper functions that return tuples and dicts."""
import numpy as np


def moments(x):
    mean = np.mean(x)
    return mean, np.mean((x - mean) ** 2)


def scores(x):
    mean, variance = moments(x)
    return {"ratio": mean / np.sqrt(variance), "spread": variance}


def f(x):
    s = scores(x)
    return s["ratio"] + 2 * s["spread"]


args = (np.array([1.0, 2.5, -0.3, 4.0]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %mean: f64 = mean(%x, keepdims=False)    # line 6
#     %t: f64[x.shape[0]] = subtract(%x, %mean)    # line 7
#     %t.1: f64[x.shape[0]] = power(%t, 2)    # line 7
#     %variance: f64 = mean(%t.1, keepdims=False)    # line 7
#     %t.2: f64 = sqrt(%variance)    # adjoint of line 12
#     %t.3: f64 = divide(%mean, %t.2)    # adjoint of line 12
#     %dmean: f64 = divide(1.0, %t.2)    # adjoint of line 12
#     %t.4: f64 = divide(%t.3, %t.2)    # adjoint of line 12
#     %t.5: f64 = multiply(2, %t.2)    # adjoint of line 12
#     %t.6: f64 = divide(%t.4, %t.5)    # adjoint of line 12
#     %dvariance: f64 = subtract(2.0, %t.6)    # adjoint of line 12
#     %t.7: i64 = size(%x, axis=0)    # adjoint of line 7
#     %t.8: f64 = divide(%dvariance, %t.7)    # adjoint of line 7
#     %t.9: f64[x.shape[0]] = multiply(2, %t)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = multiply(%t.9, %t.8)    # adjoint of line 7
#     %t.10: f64 = sum(%dx, keepdims=False)    # adjoint of line 7
#     %dmean.1: f64 = subtract(%dmean, %t.10)    # adjoint of line 7
#     %t.11: f64 = divide(%dmean.1, %t.7)    # adjoint of line 6
#     %dx.1: f64[x.shape[0]] = add(%dx, %t.11)    # adjoint of line 6
#     return %dx.1

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    mean = np.mean(x)
    t = x - mean
    variance = np.mean(t ** 2)
    # adjoint
    t1 = np.sqrt(variance)             # line 12: return {"ratio": mean / np.sqrt(variance), "spread": var ...
    dmean = 1.0 / t1
    dvariance = 2.0 - mean / t1 / t1 / (2 * t1)
    dx = 2 * t * (dvariance / len(x))  # line 7: return mean, np.mean((x - mean) ** 2)
    dmean -= np.sum(dx)
    dx = dx + dmean / len(x)           # line 6: mean = np.mean(x)
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    mean = jnp.mean(x)
    t = x - mean
    variance = jnp.mean(t ** 2)
    # adjoint
    t_1 = jnp.sqrt(variance)      # line 12: return {"ratio": mean / np.sqrt(variance), "spread": variance}
    dmean = 1.0 / t_1
    dvariance = 2.0 - mean / t_1 / t_1 / (2 * t_1)
    # line 7: return mean, np.mean((x - mean) ** 2)
    dx = 2 * t * (dvariance / x.shape[0])
    dmean = dmean - jnp.sum(dx)
    dx = dx + dmean / x.shape[0]  # line 6: mean = np.mean(x)
    return dx

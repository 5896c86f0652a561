"""A dataclass as an argument, as a local and as the result of a helper function."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Gaussian:
    mean: np.ndarray
    log_scale: np.ndarray


def posterior(prior, x):
    shift = np.exp(-2 * prior.log_scale) * (x - prior.mean)
    return Gaussian(mean=prior.mean + 0.5 * shift, log_scale=prior.log_scale - 0.3)


def f(prior, x):
    q = posterior(prior, x)
    z = (x - q.mean) * np.exp(-q.log_scale)
    return np.sum(0.5 * z**2 + q.log_scale)


args = (Gaussian(np.array([0.1, -0.4]), np.array([0.2, 0.3])), np.array([1.0, 0.5]))
argnums = (0, 1)


# %% ir
# func f_grad(%mean: f64[prior.mean.shape[0]] = prior.mean, %log_scale: f64[prior.log_scale.shape[0]] = prior.log_scale, %x: f64[x.shape[0]]):
#     %t: f64[prior.log_scale.shape[0]] = multiply(-2, %log_scale)    # adjoint of line 14
#     %t.1: f64[prior.log_scale.shape[0]] = exp(%t)    # adjoint of line 14
#     %t.2: f64[x.shape[0]] = subtract(%x, %mean)    # adjoint of line 14
#     %shift: f64[prior.log_scale.shape[0]] = multiply(%t.1, %t.2)    # adjoint of line 14
#     %t.3: f64[prior.log_scale.shape[0]] = multiply(0.5, %shift)    # adjoint of line 15
#     %t.4: f64[prior.mean.shape[0]] = add(%mean, %t.3)    # adjoint of line 15
#     %t.5: f64[x.shape[0]] = subtract(%x, %t.4)    # adjoint of line 20
#     %t.6: f64[prior.log_scale.shape[0]] = subtract(0.3, %log_scale)    # adjoint of line 20
#     %t.7: f64[prior.log_scale.shape[0]] = exp(%t.6)    # adjoint of line 20
#     %z: f64[x.shape[0]] = multiply(%t.5, %t.7)    # adjoint of line 20
#     %t.8: (x.shape[0]) = shape(%x)    # adjoint of line 21
#     %t.9: f64[x.shape[0]] = full_of(%t.8, 1.0)    # adjoint of line 21
#     %t.10: f64[x.shape[0]] = multiply(%t.9, 0.5)    # adjoint of line 21
#     %t.11: f64[x.shape[0]] = multiply(2, %z)    # adjoint of line 21
#     %dz: f64[x.shape[0]] = multiply(%t.11, %t.10)    # adjoint of line 21
#     %dx: f64[x.shape[0]] = multiply(%dz, %t.7)    # adjoint of line 20
#     %t.12: f64[x.shape[0]] = multiply(%dz, %t.5)    # adjoint of line 20
#     %t.13: f64[x.shape[0]] = multiply(%t.12, %t.7)    # adjoint of line 20
#     %dlog_scale: f64[x.shape[0]] = subtract(1.0, %t.13)    # adjoint of line 20
#     %dmean: f64[x.shape[0]] = negative(%dx)    # adjoint of line 20
#     %dshift: f64[x.shape[0]] = multiply(-0.5, %dx)    # adjoint of line 15
#     %t.14: f64[x.shape[0]] = multiply(%dshift, %t.2)    # adjoint of line 14
#     %t.15: f64[x.shape[0]] = multiply(%dshift, %t.1)    # adjoint of line 14
#     %dx.1: f64[x.shape[0]] = add(%dx, %t.15)    # adjoint of line 14
#     %dmean.1: f64[x.shape[0]] = subtract(%dmean, %t.15)    # adjoint of line 14
#     %t.16: f64[x.shape[0]] = multiply(%t.14, %t.1)    # adjoint of line 14
#     %t.17: f64[x.shape[0]] = multiply(%t.16, -2)    # adjoint of line 14
#     %dlog_scale.1: f64[x.shape[0]] = add(%dlog_scale, %t.17)    # adjoint of line 14
#     return %dmean.1, %dlog_scale.1, %dx.1

# %% numpy
import numpy as np


def f_grad(prior, x):
    """Gradient of f with respect to prior, x.   prior: Gaussian(f64[n], f64[m]), x: f64[m]"""
    mean = prior.mean
    log_scale = prior.log_scale
    t = np.exp(-2 * log_scale)     # line 14: shift = np.exp(-2 * prior.log_scale) * (x - prior.mean)
    t1 = x - mean
    shift = t * t1
    t2 = x - (mean + 0.5 * shift)  # line 20: z = (x - q.mean) * np.exp(-q.log_scale)
    t3 = np.exp(0.3 - log_scale)
    z = t2 * t3
    # line 21: return np.sum(0.5 * z**2 + q.log_scale)
    dz = 2 * z * (np.ones_like(x) * 0.5)
    dx = dz * t3                   # line 20: z = (x - q.mean) * np.exp(-q.log_scale)
    dlog_scale = 1.0 - dz * t2 * t3
    dmean = -dx
    dshift = -0.5 * dx             # line 15: return Gaussian(mean=prior.mean + 0.5 * shift, log_scale ...
    t2 = dshift * t                # line 14: shift = np.exp(-2 * prior.log_scale) * (x - prior.mean)
    dx = dx + t2
    dmean = dmean - t2
    dlog_scale = dlog_scale + dshift * t1 * t * -2
    return (dmean, dlog_scale), dx

# %% jax
import jax.numpy as jnp


def f_grad(prior, x):
    """Gradient of f with respect to prior, x.   prior: Gaussian(f64[n], f64[m]), x: f64[m]"""
    # adjoint
    t = jnp.exp(-2 * prior.log_scale)      # line 14: shift = np.exp(-2 * prior.log_scale) * (x - prior.mean)
    t_1 = x - prior.mean
    shift = t * t_1
    t_2 = x - (prior.mean + 0.5 * shift)   # line 20: z = (x - q.mean) * np.exp(-q.log_scale)
    t_3 = jnp.exp(0.3 - prior.log_scale)
    z = t_2 * t_3
    dz = 2 * z * (jnp.ones_like(x) * 0.5)  # line 21: return np.sum(0.5 * z**2 + q.log_scale)
    dx = dz * t_3                          # line 20: z = (x - q.mean) * np.exp(-q.log_scale)
    dlog_scale = 1.0 - dz * t_2 * t_3
    dmean = -dx
    # line 15: return Gaussian(mean=prior.mean + 0.5 * shift, log_scale=prior.log_scale - 0.3)
    dshift = -0.5 * dx
    t_2 = dshift * t                       # line 14: shift = np.exp(-2 * prior.log_scale) * (x - prior.mean)
    dx = dx + t_2
    dmean = dmean - t_2
    dlog_scale = dlog_scale + dshift * t_1 * t * -2
    return (dmean, dlog_scale), dx

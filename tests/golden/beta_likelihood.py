"""Special functions of SciPy: the likelihood of proportions, whose derivatives need others of SciPy."""
import numpy as np
from scipy import special


def f(a, b, x):
    return np.sum(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x)) - len(x) * special.betaln(a, b)


args = (2.5, 1.5, np.array([0.3, 0.9, 0.5, 0.7]))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%a: f64, %b: f64, %x: f64[x.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %t.1: f64 = subtract(%a, 1)    # adjoint of line 7
#     %t.2: f64 = subtract(%b, 1)    # adjoint of line 7
#     %t.3: f64[x.shape[0]] = negative(%x)    # adjoint of line 7
#     %t.4: f64 = multiply(-1.0, %t)    # adjoint of line 7
#     %t.5: f64 = digamma(%a)    # adjoint of line 7
#     %t.6: f64 = add(%a, %b)    # adjoint of line 7
#     %t.7: f64 = digamma(%t.6)    # adjoint of line 7
#     %t.8: f64 = subtract(%t.5, %t.7)    # adjoint of line 7
#     %da: f64 = multiply(%t.4, %t.8)    # adjoint of line 7
#     %t.9: f64 = digamma(%b)    # adjoint of line 7
#     %t.10: f64 = subtract(%t.9, %t.7)    # adjoint of line 7
#     %db: f64 = multiply(%t.4, %t.10)    # adjoint of line 7
#     %t.11: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %t.12: f64[x.shape[0]] = full_of(%t.11, 1.0)    # adjoint of line 7
#     %t.13: f64[x.shape[0]] = log1p(%t.3)    # adjoint of line 7
#     %t.14: f64 = sum(%t.13, keepdims=False)    # adjoint of line 7
#     %t.15: f64[x.shape[0]] = multiply(%t.12, %t.2)    # adjoint of line 7
#     %t.16: f64[x.shape[0]] = subtract(1, %x)    # adjoint of line 7
#     %t.17: f64[x.shape[0]] = divide(%t.15, %t.16)    # adjoint of line 7
#     %db.1: f64 = add(%db, %t.14)    # adjoint of line 7
#     %t.18: f64[x.shape[0]] = log(%x)    # adjoint of line 7
#     %t.19: f64 = sum(%t.18, keepdims=False)    # adjoint of line 7
#     %t.20: f64[x.shape[0]] = multiply(%t.12, %t.1)    # adjoint of line 7
#     %t.21: f64[x.shape[0]] = divide(%t.20, %x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = subtract(%t.21, %t.17)    # adjoint of line 7
#     %da.1: f64 = add(%da, %t.19)    # adjoint of line 7
#     return %da.1, %db.1, %dx

# %% numpy
import numpy as np
from scipy import special


def f_grad(a, b, x):
    """Gradient of f with respect to a, b, x.   a: float, b: float, x: f64[n]"""
    t = -1.0 * len(x)  # line 7: return np.sum(special.xlogy(a - 1, x) + special.xlog1py( ...
    t1 = special.digamma(a + b)
    da = t * (special.digamma(a) - t1)
    db = t * (special.digamma(b) - t1)
    t = np.ones_like(x)
    db += np.sum(np.log1p(-x))
    dx = t * (a - 1) / x - t * (b - 1) / (1 - x)
    da += np.sum(np.log(x))
    return da, db, dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(a, b, x):
    """Gradient of f with respect to a, b, x.   a: float, b: float, x: f64[n]"""
    # adjoint
    # line 7: return np.sum(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x)) - len(x) * ...
    t = -1.0 * x.shape[0]
    t_1 = jax.scipy.special.digamma(a + b)
    da = t * (jax.scipy.special.digamma(a) - t_1)
    db = t * (jax.scipy.special.digamma(b) - t_1)
    t = jnp.ones_like(x)
    db = db + jnp.sum(jnp.log1p(-x))
    dx = t * (a - 1) / x - t * (b - 1) / (1 - x)
    da = da + jnp.sum(jnp.log(x))
    return da, db, dx

"""cumsum, prod and norm."""
import numpy as np


def f(returns, target):
    path = np.cumsum(np.log1p(returns))
    growth = np.prod(1 + returns)
    return np.linalg.norm(path - target) + growth


args = (np.array([0.1, -0.05, 0.2]), np.array([1.0, -0.5, 2.0]))
argnums = (0, 1)


# %% ir
# func f_grad(%returns: f64[returns.shape[0]], %target: f64[target.shape[0]]):
#     %t: f64[returns.shape[0]] = log1p(%returns)    # line 6
#     %path: f64[returns.shape[0]] = cumsum(%t)    # line 6
#     %t.1: f64[returns.shape[0]] = subtract(%path, %target)    # line 8
#     %t.2: f64 = norm(%t.1, keepdims=False)    # line 8
#     %t.3: f64[returns.shape[0]] = add(1, %returns)    # adjoint of line 7
#     %dpath: f64[returns.shape[0]] = divide(%t.1, %t.2)    # adjoint of line 8
#     %dtarget: f64[returns.shape[0]] = negative(%dpath)    # adjoint of line 8
#     %t.4: f64[returns.shape[0]] = roll(%t.3, 1)    # adjoint of line 7
#     %t.5: f64[returns.shape[0]] = setitem(%t.4, 1, 1, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 7
#     %t.6: f64[returns.shape[0]] = cumprod(%t.5)    # adjoint of line 7
#     %t.7: f64[returns.shape[0]] = flip(%t.3)    # adjoint of line 7
#     %t.8: f64[returns.shape[0]] = roll(%t.7, 1)    # adjoint of line 7
#     %t.9: f64[returns.shape[0]] = setitem(%t.8, 1, 1, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 7
#     %t.10: f64[returns.shape[0]] = cumprod(%t.9)    # adjoint of line 7
#     %t.11: f64[returns.shape[0]] = flip(%t.10)    # adjoint of line 7
#     %t.12: f64[returns.shape[0]] = multiply(%t.6, %t.11)    # adjoint of line 7
#     %t.13: f64[returns.shape[0]] = flip(%dpath)    # adjoint of line 6
#     %t.14: f64[returns.shape[0]] = cumsum(%t.13)    # adjoint of line 6
#     %t.15: f64[returns.shape[0]] = flip(%t.14)    # adjoint of line 6
#     %t.16: f64[returns.shape[0]] = divide(%t.15, %t.3)    # adjoint of line 6
#     %dreturns: f64[returns.shape[0]] = add(%t.12, %t.16)    # adjoint of line 6
#     return %dreturns, %dtarget

# %% numpy
import numpy as np


def f_grad(returns, target):
    """Gradient of f with respect to returns, target.   returns: f64[n], target: f64[n]"""
    # primal
    path = np.cumsum(np.log1p(returns))
    t = path - target
    # adjoint
    t1 = 1 + returns               # line 7: growth = np.prod(1 + returns)
    dpath = t / np.linalg.norm(t)  # line 8: return np.linalg.norm(path - target) + growth
    dtarget = -dpath
    t = np.roll(t1, 1)             # line 7: growth = np.prod(1 + returns)
    t[:1] = 1
    t2 = np.roll(np.flip(t1), 1)
    t2[:1] = 1
    # line 6: path = np.cumsum(np.log1p(returns))
    dreturns = np.cumprod(t) * np.flip(np.cumprod(t2)) + np.flip(np.cumsum(np.flip(dpath))) / t1
    return dreturns, dtarget

# %% jax
import jax
import jax.numpy as jnp


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


@jax.jit
def f_grad(returns, target):
    """Gradient of f with respect to returns, target.   returns: f64[n], target: f64[n]"""
    # primal
    path = jnp.cumsum(jnp.log1p(returns))
    t = path - target
    # adjoint
    t_1 = 1 + returns               # line 7: growth = np.prod(1 + returns)
    dpath = t / jnp.linalg.norm(t)  # line 8: return np.linalg.norm(path - target) + growth
    dtarget = -dpath
    dreturns = (                    # line 6: path = np.cumsum(np.log1p(returns))
        jnp.cumprod(write_part(jnp.roll(t_1, 1), 1, jnp.s_[:1]))
            * jnp.flip(jnp.cumprod(write_part(jnp.roll(jnp.flip(t_1), 1), 1, jnp.s_[:1])))
        + jnp.flip(jnp.cumsum(jnp.flip(dpath))) / t_1
    )
    return dreturns, dtarget

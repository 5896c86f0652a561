"""Attributes and methods of arrays."""
import numpy as np


def f(X, v):
    centred = X - X.mean(axis=0)
    C = centred.T.dot(centred) / X.shape[0]
    flat = C.reshape(-1)
    scale = flat.sum() / flat.size + v.max() * X.ndim
    return scale * v.dot(C).dot(v) + X.min() + C.flatten().prod() + v.astype(np.float64).sum()


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 2)), np.array([0.3, -1.1]))
argnums = (0, 1)


# %% ir
# func f_grad(%X: f64[X.shape[0],X.shape[1]], %v: f64[v.shape[0]]):
#     %t: f64[X.shape[1]] = mean(%X, axis=0, keepdims=False)    # line 6
#     %centred: f64[X.shape[0],X.shape[1]] = subtract(%X, %t)    # line 6
#     %t.1: f64[X.shape[1],X.shape[0]] = transpose(%centred)    # line 7
#     %t.2: f64[X.shape[1],X.shape[1]] = dot(%t.1, %centred)    # line 7
#     %t.3: i64 = size(%X, axis=0)    # line 7
#     %C: f64[X.shape[1],X.shape[1]] = divide(%t.2, %t.3)    # line 7
#     %flat: f64[X.shape[1] * X.shape[1]] = reshape(%C, -1)    # line 8
#     %t.4: f64 = sum(%flat, keepdims=False)    # line 9
#     %t.5: i64 = count(%flat)    # line 9
#     %t.6: f64 = max(%v, keepdims=False)    # line 9
#     %t.7: f64[X.shape[1]] = dot(%v, %C)    # line 10
#     %t.8: f64 = dot(%t.7, %v)    # line 10
#     %t.9: f64 = min(%X, keepdims=False)    # line 10
#     %t.10: f64[X.shape[1] * X.shape[1]] = flatten(%C)    # line 10
#     %t.11: f64 = divide(%t.4, %t.5)    # adjoint of line 9
#     %t.12: f64 = multiply(%t.6, 2)    # adjoint of line 9
#     %scale: f64 = add(%t.11, %t.12)    # adjoint of line 9
#     %t.13: f64[X.shape[1] * X.shape[1]] = roll(%t.10, 1)    # adjoint of line 10
#     %t.14: f64[X.shape[1] * X.shape[1]] = setitem(%t.13, 1, 1, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 10
#     %t.15: f64[X.shape[1] * X.shape[1]] = cumprod(%t.14)    # adjoint of line 10
#     %t.16: f64[X.shape[1] * X.shape[1]] = flip(%t.10)    # adjoint of line 10
#     %t.17: f64[X.shape[1] * X.shape[1]] = roll(%t.16, 1)    # adjoint of line 10
#     %t.18: f64[X.shape[1] * X.shape[1]] = setitem(%t.17, 1, 1, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 10
#     %t.19: f64[X.shape[1] * X.shape[1]] = cumprod(%t.18)    # adjoint of line 10
#     %t.20: f64[X.shape[1] * X.shape[1]] = flip(%t.19)    # adjoint of line 10
#     %t.21: f64[X.shape[1] * X.shape[1]] = multiply(%t.15, %t.20)    # adjoint of line 10
#     %t.22: (X.shape[1], X.shape[1]) = shape(%C)    # adjoint of line 10
#     %dC: f64[X.shape[1],X.shape[1]] = reshape_to(%t.21, %t.22)    # adjoint of line 10
#     %t.23: bool[X.shape[0],X.shape[1]] = hits(%X, %t.9, of='min')    # adjoint of line 10
#     %t.24: i64 = sum(%t.23, keepdims=False)    # adjoint of line 10
#     %t.25: f64[X.shape[0],X.shape[1]] = where(%t.23, 1.0, 0)    # adjoint of line 10
#     %dX: f64[X.shape[0],X.shape[1]] = divide(%t.25, %t.24)    # adjoint of line 10
#     %t.26: f64[v.shape[0]] = multiply(%scale, %v)    # adjoint of line 10
#     %t.27: f64[X.shape[1]] = multiply(%scale, %t.7)    # adjoint of line 10
#     %dv: f64[v.shape[0]] = add(1.0, %t.27)    # adjoint of line 10
#     %t.28: f64[X.shape[1]] = matmul(%C, %t.26)    # adjoint of line 10
#     %dv.1: f64[v.shape[0]] = add(%dv, %t.28)    # adjoint of line 10
#     %t.29: f64[v.shape[0],v.shape[0]] = outer(%v, %t.26)    # adjoint of line 10
#     %dC.1: f64[X.shape[1],X.shape[1]] = add(%dC, %t.29)    # adjoint of line 10
#     %t.30: f64 = multiply(%t.8, 2)    # adjoint of line 9
#     %t.31: bool[v.shape[0]] = hits(%v, %t.6, of='max')    # adjoint of line 9
#     %t.32: i64 = sum(%t.31, keepdims=False)    # adjoint of line 9
#     %t.33: f64[v.shape[0]] = where(%t.31, %t.30, 0)    # adjoint of line 9
#     %t.34: f64[v.shape[0]] = divide(%t.33, %t.32)    # adjoint of line 9
#     %dv.2: f64[v.shape[0]] = add(%dv.1, %t.34)    # adjoint of line 9
#     %t.35: f64 = divide(%t.8, %t.5)    # adjoint of line 9
#     %t.36: (X.shape[1] * X.shape[1]) = shape(%flat)    # adjoint of line 9
#     %dflat: f64[X.shape[1] * X.shape[1]] = expand(%t.35, %t.36, keepdims=False)    # adjoint of line 9
#     %t.37: f64[X.shape[1],X.shape[1]] = reshape_to(%dflat, %t.22)    # adjoint of line 8
#     %dC.2: f64[X.shape[1],X.shape[1]] = add(%dC.1, %t.37)    # adjoint of line 8
#     %t.38: f64[X.shape[1],X.shape[1]] = divide(%dC.2, %t.3)    # adjoint of line 7
#     %t.39: f64[X.shape[1],X.shape[0]] = transpose(%centred)    # adjoint of line 7
#     %t.40: f64[X.shape[1],X.shape[0]] = matmul(%t.38, %t.39)    # adjoint of line 7
#     %dcentred: f64[X.shape[0],X.shape[1]] = matmul(%centred, %t.38)    # adjoint of line 7
#     %t.41: f64[X.shape[0],X.shape[1]] = transpose(%t.40)    # adjoint of line 7
#     %dcentred.1: f64[X.shape[0],X.shape[1]] = add(%dcentred, %t.41)    # adjoint of line 7
#     %dX.1: f64[X.shape[0],X.shape[1]] = add(%dX, %dcentred.1)    # adjoint of line 6
#     %t.42: f64[X.shape[1]] = sum(%dcentred.1, axis=0, keepdims=False)    # adjoint of line 6
#     %t.43: f64[X.shape[1]] = divide(%t.42, %t.3)    # adjoint of line 6
#     %dX.2: f64[X.shape[0],X.shape[1]] = subtract(%dX.1, %t.43)    # adjoint of line 6
#     return %dX.2, %dv.2

# %% numpy
import numpy as np


def f_grad(X, v):
    """Gradient of f with respect to X, v.   X: f64[n,m], v: f64[m]"""
    # primal
    centred = X - np.mean(X, axis=0)
    C = np.dot(centred.T, centred) / X.shape[0]
    flat = np.reshape(C, -1)
    t = np.max(v)
    t1 = np.dot(v, C)
    t2 = np.dot(t1, v)
    t3 = C.flatten()
    # adjoint
    # line 9: scale = flat.sum() / flat.size + v.max() * X.ndim
    scale = np.sum(flat) / flat.size + t * 2
    t4 = np.roll(t3, 1)  # line 10: return scale * v.dot(C).dot(v) + X.min() + C.flatten().p ...
    t4[:1] = 1
    t5 = np.roll(np.flip(t3), 1)
    t5[:1] = 1
    dC = np.reshape(np.cumprod(t4) * np.flip(np.cumprod(t5)), C.shape)
    t3 = X == np.min(X)
    dX = np.where(t3, 1.0, 0) / np.sum(t3)
    t3 = scale * v
    dv = 1.0 + scale * t1
    dv = dv + C @ t3
    dC = dC + np.outer(v, t3)
    t1 = v == t          # line 9: scale = flat.sum() / flat.size + v.max() * X.ndim
    dv = dv + np.where(t1, t2 * 2, 0) / np.sum(t1)
    dflat = np.full_like(flat, t2 / flat.size)
    # line 8: flat = C.reshape(-1)
    dC = dC + np.reshape(dflat, C.shape)
    t = dC / X.shape[0]  # line 7: C = centred.T.dot(centred) / X.shape[0]
    dcentred = centred @ t
    dcentred = dcentred + (t @ centred.T).T
    dX = dX + dcentred   # line 6: centred = X - X.mean(axis=0)
    dX = dX - np.sum(dcentred, axis=0) / X.shape[0]
    return dX, dv

# %% jax
import jax
import jax.numpy as jnp


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


@jax.jit
def f_grad(X, v):
    """Gradient of f with respect to X, v.   X: f64[n,m], v: f64[m]"""
    v = jnp.asarray(v)
    # primal
    centred = X - jnp.mean(X, axis=0)
    C = jnp.dot(centred.T, centred) / X.shape[0]
    flat = jnp.reshape(C, (-1,))
    t = jnp.max(v)
    t_1 = jnp.dot(v, C)
    t_2 = jnp.dot(t_1, v)
    t_3 = jnp.ravel(C)
    # adjoint
    scale = jnp.sum(flat) / flat.size + t * 2  # line 9: scale = flat.sum() / flat.size + v.max() * X.ndim
    # line 10: return scale * v.dot(C).dot(v) + X.min() + C.flatten().prod() + v.astype(np.float64).sum()
    dC = jnp.reshape(
        (
            jnp.cumprod(write_part(jnp.roll(t_3, 1), 1, jnp.s_[:1]))
            * jnp.flip(jnp.cumprod(write_part(jnp.roll(jnp.flip(t_3), 1), 1, jnp.s_[:1])))
        ),
        C.shape,
    )
    t_3 = X == jnp.min(X)
    dX = jnp.where(t_3, 1.0, 0) / jnp.sum(t_3.astype(jnp.int64))
    t_3 = scale * v
    dv = 1.0 + scale * t_1
    dv = dv + C @ t_3
    dC = dC + jnp.outer(v, t_3)
    t = v == t                                 # line 9: scale = flat.sum() / flat.size + v.max() * X.ndim
    dv = dv + jnp.where(t, t_2 * 2, 0) / jnp.sum(t.astype(jnp.int64))
    dflat = jnp.full_like(flat, t_2 / flat.size)
    dC = dC + jnp.reshape(dflat, C.shape)      # line 8: flat = C.reshape(-1)
    t = dC / X.shape[0]                        # line 7: C = centred.T.dot(centred) / X.shape[0]
    dcentred = centred @ t
    dcentred = dcentred + (t @ centred.T).T
    dX = dX + dcentred                         # line 6: centred = X - X.mean(axis=0)
    dX = dX - jnp.sum(dcentred, axis=0) / X.shape[0]
    return dX, dv

"""Nested comprehensions, and a block read by two slices of fixed length."""
import numpy as np


def f(image, gain):
    pooled = [[np.max(image[i : i + 2, j : j + 2]) for j in range(0, 4, 2)] for i in range(0, 4, 2)]
    return gain * np.sum(np.array(pooled) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 4)), 0.5)
argnums = (0, 1)


# %% ir
# func f_grad(%image: f64[image.shape[0],image.shape[1]], %gain: f64):
#     %t: f64[2,2] = getitem(%image, 0, 2, 0, 2, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # line 6
#     %t.1: f64 = max(%t, keepdims=False)    # line 6
#     %t.2: f64[2,2] = getitem(%image, 0, 2, 2, 4, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # line 6
#     %t.3: f64 = max(%t.2, keepdims=False)    # line 6
#     %t.4: f64[2,2] = getitem(%image, 2, 4, 0, 2, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # line 6
#     %t.5: f64 = max(%t.4, keepdims=False)    # line 6
#     %t.6: f64[2,2] = getitem(%image, 2, 4, 2, 4, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # line 6
#     %t.7: f64 = max(%t.6, keepdims=False)    # line 6
#     %t.8: f64[2,2] = array(%t.1, %t.3, %t.5, %t.7, nesting=((0, 1), (2, 3)))    # line 7
#     %t.9: f64[2,2] = power(%t.8, 2)    # line 7
#     %t.10: f64 = sum(%t.9, keepdims=False)    # line 7
#     %t.11: f64[2,2] = multiply(2, %t.8)    # adjoint of line 7
#     %t.12: f64[2,2] = multiply(%t.11, %gain)    # adjoint of line 7
#     %t.13: f64 = getitem(%t.12, 0, 0, index=(At(operand=0), At(operand=1)))    # adjoint of line 7
#     %t.14: f64 = getitem(%t.12, 0, 1, index=(At(operand=0), At(operand=1)))    # adjoint of line 7
#     %t.15: f64 = getitem(%t.12, 1, 0, index=(At(operand=0), At(operand=1)))    # adjoint of line 7
#     %t.16: f64 = getitem(%t.12, 1, 1, index=(At(operand=0), At(operand=1)))    # adjoint of line 7
#     %t.17: bool[2,2] = hits(%t.6, %t.7, of='max')    # adjoint of line 6
#     %t.18: i64 = sum(%t.17, keepdims=False)    # adjoint of line 6
#     %t.19: f64[2,2] = where(%t.17, %t.16, 0)    # adjoint of line 6
#     %t.20: f64[2,2] = divide(%t.19, %t.18)    # adjoint of line 6
#     %t.21: (image.shape[0], image.shape[1]) = shape(%image)    # adjoint of line 6
#     %dimage: f64[image.shape[0],image.shape[1]] = zeros_of(%t.21)    # adjoint of line 6
#     %dimage.1: f64[image.shape[0],image.shape[1]] = setitem(%dimage, %t.20, 2, 4, 2, 4, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # adjoint of line 6
#     %t.22: bool[2,2] = hits(%t.4, %t.5, of='max')    # adjoint of line 6
#     %t.23: i64 = sum(%t.22, keepdims=False)    # adjoint of line 6
#     %t.24: f64[2,2] = where(%t.22, %t.15, 0)    # adjoint of line 6
#     %t.25: f64[2,2] = divide(%t.24, %t.23)    # adjoint of line 6
#     %dimage.2: f64[image.shape[0],image.shape[1]] = add_at(%dimage.1, %t.25, 2, 4, 0, 2, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # adjoint of line 6
#     %t.26: bool[2,2] = hits(%t.2, %t.3, of='max')    # adjoint of line 6
#     %t.27: i64 = sum(%t.26, keepdims=False)    # adjoint of line 6
#     %t.28: f64[2,2] = where(%t.26, %t.14, 0)    # adjoint of line 6
#     %t.29: f64[2,2] = divide(%t.28, %t.27)    # adjoint of line 6
#     %dimage.3: f64[image.shape[0],image.shape[1]] = add_at(%dimage.2, %t.29, 0, 2, 2, 4, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # adjoint of line 6
#     %t.30: bool[2,2] = hits(%t, %t.1, of='max')    # adjoint of line 6
#     %t.31: i64 = sum(%t.30, keepdims=False)    # adjoint of line 6
#     %t.32: f64[2,2] = where(%t.30, %t.13, 0)    # adjoint of line 6
#     %t.33: f64[2,2] = divide(%t.32, %t.31)    # adjoint of line 6
#     %dimage.4: f64[image.shape[0],image.shape[1]] = add_at(%dimage.3, %t.33, 0, 2, 0, 2, index=(Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # adjoint of line 6
#     return %dimage.4, %t.10

# %% numpy
import numpy as np


def f_grad(image, gain):
    """Gradient of f with respect to image, gain.   image: f64[n,m], gain: float"""
    # primal
    t = image[0:2, 0:2]
    t1 = np.max(t)
    t2 = image[0:2, 2:4]
    t3 = np.max(t2)
    t4 = image[2:4, 0:2]
    t5 = np.max(t4)
    t6 = image[2:4, 2:4]
    t7 = np.max(t6)
    t8 = np.array([[t1, t3], [t5, t7]])
    # adjoint
    t9 = 2 * t8 * gain  # line 7: return gain * np.sum(np.array(pooled) ** 2)
    t10 = t6 == t7      # line 6: pooled = [[np.max(image[i : i + 2, j : j + 2]) for j in ...
    dimage = np.zeros_like(image)
    dimage[2:4, 2:4] = np.where(t10, t9[1, 1], 0) / np.sum(t10)
    t6 = t4 == t5
    dimage[2:4, 0:2] += np.where(t6, t9[1, 0], 0) / np.sum(t6)
    t4 = t2 == t3
    dimage[0:2, 2:4] += np.where(t4, t9[0, 1], 0) / np.sum(t4)
    t2 = t == t1
    dimage[0:2, 0:2] += np.where(t2, t9[0, 0], 0) / np.sum(t2)
    return dimage, np.sum(t8 ** 2)

# %% jax
import jax
import jax.numpy as jnp


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


def add_part(x, v, part):
    """x with v added to slices of it."""
    return write_part(x, x[part] + v, part)


@jax.jit
def f_grad(image, gain):
    """Gradient of f with respect to image, gain.   image: f64[n,m], gain: float"""
    image = jnp.asarray(image)
    gain = jnp.asarray(gain)
    # primal
    t = image[0:2, 0:2]
    t_1 = jnp.max(t)
    t_2 = image[0:2, 2:4]
    t_3 = jnp.max(t_2)
    t_4 = image[2:4, 0:2]
    t_5 = jnp.max(t_4)
    t_6 = image[2:4, 2:4]
    t_7 = jnp.max(t_6)
    t_8 = jnp.array([[t_1, t_3], [t_5, t_7]])
    # adjoint
    t_9 = 2 * t_8 * gain  # line 7: return gain * np.sum(np.array(pooled) ** 2)
    # line 6: pooled = [[np.max(image[i : i + 2, j : j + 2]) for j in range(0, 4, 2)] for i in range(0, 4, 2)]
    t_6 = t_6 == t_7
    dimage = jnp.zeros_like(image)
    dimage = dimage.at[2:4, 2:4].set(jnp.where(t_6, t_9[1, 1], 0) / jnp.sum(t_6.astype(jnp.int64)))
    t_4 = t_4 == t_5
    dimage = dimage.at[2:4, 0:2].add(jnp.where(t_4, t_9[1, 0], 0) / jnp.sum(t_4.astype(jnp.int64)))
    t_2 = t_2 == t_3
    dimage = dimage.at[0:2, 2:4].add(jnp.where(t_2, t_9[0, 1], 0) / jnp.sum(t_2.astype(jnp.int64)))
    t = t == t_1
    dimage = add_part(dimage, jnp.where(t, t_9[0, 0], 0) / jnp.sum(t.astype(jnp.int64)), jnp.s_[0:2, 0:2])
    return dimage, jnp.sum(t_8 ** 2)

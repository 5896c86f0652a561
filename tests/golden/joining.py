"""concatenate, stack, reshape and outer."""
import numpy as np


def f(x, y):
    z = np.concatenate([x, y[1:]])
    pair = np.stack([z, z**2], axis=1)
    flat = np.reshape(pair.T, (-1,))
    return np.sum(flat * np.arange(len(flat))) + np.sum(np.outer(x, y) ** 2)


args = (np.array([0.5, -1.0]), np.array([2.0, 0.7, -0.3]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %y: f64[y.shape[0]]):
#     %t: f64[y.shape[0] - 1] = getitem(%y, 1, index=(Slice(start=0, stop=None, step=None),))    # line 6
#     %z: f64[x.shape[0] + y.shape[0] - 1] = concatenate(%x, %t, axis=0)    # line 6
#     %t.1: f64[x.shape[0] + y.shape[0] - 1] = power(%z, 2)    # line 7
#     %pair: f64[x.shape[0] + y.shape[0] - 1,2] = stack(%z, %t.1, axis=1)    # line 7
#     %t.2: f64[2,x.shape[0] + y.shape[0] - 1] = transpose(%pair)    # line 8
#     %flat: f64[2 * x.shape[0] + 2 * y.shape[0] - 2] = reshape(%t.2, -1)    # line 8
#     %t.3: i64 = size(%flat, axis=0)    # line 9
#     %t.4: i64[2 * x.shape[0] + 2 * y.shape[0] - 2] = arange(%t.3)    # line 9
#     %t.5: f64[x.shape[0],y.shape[0]] = outer(%x, %y)    # line 9
#     %t.6: f64[x.shape[0],y.shape[0]] = multiply(2, %t.5)    # adjoint of line 9
#     %dx: f64[x.shape[0]] = matmul(%t.6, %y)    # adjoint of line 9
#     %dy: f64[y.shape[0]] = matmul(%x, %t.6)    # adjoint of line 9
#     %dflat: f64[2 * x.shape[0] + 2 * y.shape[0] - 2] = multiply(1.0, %t.4)    # adjoint of line 9
#     %t.7: (2, x.shape[0] + y.shape[0] - 1) = shape(%t.2)    # adjoint of line 8
#     %t.8: f64[2,x.shape[0] + y.shape[0] - 1] = reshape_to(%dflat, %t.7)    # adjoint of line 8
#     %dpair: f64[x.shape[0] + y.shape[0] - 1,2] = transpose(%t.8)    # adjoint of line 8
#     %dz: f64[x.shape[0] + y.shape[0] - 1] = getitem(%dpair, 0, index=(Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 7
#     %t.9: f64[x.shape[0] + y.shape[0] - 1] = getitem(%dpair, 1, index=(Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 7
#     %t.10: f64[x.shape[0] + y.shape[0] - 1] = multiply(2, %z)    # adjoint of line 7
#     %t.11: f64[x.shape[0] + y.shape[0] - 1] = multiply(%t.10, %t.9)    # adjoint of line 7
#     %dz.1: f64[x.shape[0] + y.shape[0] - 1] = add(%dz, %t.11)    # adjoint of line 7
#     %t.12: i64 = size(%x, axis=0)    # adjoint of line 6
#     %t.13: f64[x.shape[0]] = getitem(%dz.1, %t.12, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 6
#     %t.14: f64[y.shape[0] - 1] = getitem(%dz.1, %t.12, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 6
#     %dx.1: f64[x.shape[0]] = add(%dx, %t.13)    # adjoint of line 6
#     %dy.1: f64[y.shape[0]] = add_at(%dy, %t.14, 1, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 6
#     return %dx.1, %dy.1

# %% numpy
import numpy as np


def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[m]"""
    # primal
    z = np.concatenate([x, y[1:]])
    pair = np.stack([z, z ** 2], axis=1)
    t = pair.T
    flat = np.reshape(t, -1)
    # adjoint
    t1 = 2 * np.outer(x, y)  # line 9: return np.sum(flat * np.arange(len(flat))) + np.sum(np.o ...
    dx = t1 @ y
    dy = x @ t1
    dflat = 1.0 * np.arange(len(flat))
    # line 8: flat = np.reshape(pair.T, (-1,))
    dpair = np.reshape(dflat, t.shape).T
    dz = dpair[:, 0]         # line 7: pair = np.stack([z, z**2], axis=1)
    dz = dz + 2 * z * dpair[:, 1]
    dx = dx + dz[:len(x)]    # line 6: z = np.concatenate([x, y[1:]])
    dy[1:] += dz[len(x):]
    return dx, dy

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, y):
    """Gradient of f with respect to x, y.   x: f64[n], y: f64[m]"""
    x = jnp.asarray(x)
    # primal
    z = jnp.concatenate([x, y[1:]])
    pair = jnp.stack([z, z ** 2], axis=1)
    t = pair.T
    flat = jnp.reshape(t, (-1,))
    # adjoint
    # line 9: return np.sum(flat * np.arange(len(flat))) + np.sum(np.outer(x, y) ** 2)
    t_1 = 2 * jnp.outer(x, y)
    dx = t_1 @ y
    dy = x @ t_1
    dflat = 1.0 * jnp.arange(flat.shape[0])
    dpair = jnp.reshape(dflat, t.shape).T  # line 8: flat = np.reshape(pair.T, (-1,))
    dz = dpair[:, 0]                       # line 7: pair = np.stack([z, z**2], axis=1)
    dz = dz + 2 * z * dpair[:, 1]
    dx = dx + dz[:x.shape[0]]              # line 6: z = np.concatenate([x, y[1:]])
    dy = dy.at[1:].add(dz[x.shape[0]:])
    return dx, dy

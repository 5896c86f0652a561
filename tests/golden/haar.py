"""Slices with steps, read and written."""
import numpy as np


def f(x):
    half = len(x) // 2
    out = np.zeros_like(x)
    out[:half] = (x[::2] + x[1::2]) / 2
    out[half:] = (x[::2] - x[1::2]) / 2
    out[::-2] = out[::-2] ** 3
    return np.sum(np.sin(out[::-1]) * x)


args = (np.array([0.3, 1.2, -0.7, 0.4, 2.0, -1.1]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %half: i64 = floor_divide(%t, 2)    # line 6
#     %out: f64[x.shape[0]] = zeros_like(%x)    # line 7
#     %t.1: f64[-(-x.shape[0] // 2)] = getitem(%x, 2, index=(Slice(start=None, stop=None, step=0),))    # line 8
#     %t.2: f64[-(-(x.shape[0] - 1) // 2)] = getitem(%x, 1, 2, index=(Slice(start=0, stop=None, step=1),))    # line 8
#     %t.3: f64[-(-x.shape[0] // 2)] = add(%t.1, %t.2)    # line 8
#     %t.4: f64[-(-x.shape[0] // 2)] = divide(%t.3, 2)    # line 8
#     %out.1: f64[x.shape[0]] = setitem(%out, %t.4, %half, index=(Slice(start=None, stop=0, step=None),))    # line 8
#     %t.5: f64[-(-x.shape[0] // 2)] = getitem(%x, 2, index=(Slice(start=None, stop=None, step=0),))    # line 9
#     %t.6: f64[-(-(x.shape[0] - 1) // 2)] = getitem(%x, 1, 2, index=(Slice(start=0, stop=None, step=1),))    # line 9
#     %t.7: f64[-(-x.shape[0] // 2)] = subtract(%t.5, %t.6)    # line 9
#     %t.8: f64[-(-x.shape[0] // 2)] = divide(%t.7, 2)    # line 9
#     %out.2: f64[x.shape[0]] = setitem(%out.1, %t.8, %half, index=(Slice(start=0, stop=None, step=None),))    # line 9
#     %t.9: f64[-(-x.shape[0] // 2)] = getitem(%out.2, -2, index=(Slice(start=None, stop=None, step=0),))    # line 10
#     %t.10: f64[-(-x.shape[0] // 2)] = power(%t.9, 3)    # line 10
#     %out.3: f64[x.shape[0]] = setitem(%out.2, %t.10, -2, index=(Slice(start=None, stop=None, step=0),))    # line 10
#     %t.11: f64[x.shape[0]] = getitem(%out.3, -1, index=(Slice(start=None, stop=None, step=0),))    # line 11
#     %t.12: f64[x.shape[0]] = sin(%t.11)    # adjoint of line 11
#     %t.13: (x.shape[0]) = shape(%out.3)    # adjoint of line 11
#     %t.14: f64[x.shape[0]] = cos(%t.11)    # adjoint of line 11
#     %t.15: f64[x.shape[0]] = multiply(%x, %t.14)    # adjoint of line 11
#     %dout: f64[x.shape[0]] = zeros_of(%t.13)    # adjoint of line 11
#     %dout.1: f64[x.shape[0]] = setitem(%dout, %t.15, -1, index=(Slice(start=None, stop=None, step=0),))    # adjoint of line 11
#     %t.16: f64[-(-x.shape[0] // 2)] = getitem(%dout.1, -2, index=(Slice(start=None, stop=None, step=0),))    # adjoint of line 10
#     %t.17: f64[-(-x.shape[0] // 2)] = power(%t.9, 2)    # adjoint of line 10
#     %t.18: f64[-(-x.shape[0] // 2)] = multiply(3, %t.17)    # adjoint of line 10
#     %t.19: f64[-(-x.shape[0] // 2)] = multiply(%t.18, %t.16)    # adjoint of line 10
#     %dout.2: f64[x.shape[0]] = setitem(%dout.1, %t.19, -2, index=(Slice(start=None, stop=None, step=0),))    # adjoint of line 10
#     %t.20: f64[x.shape[0] - x.shape[0] // 2] = getitem(%dout.2, %half, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 9
#     %dout.3: f64[x.shape[0]] = setitem(%dout.2, 0, %half, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 9
#     %t.21: f64[x.shape[0] - x.shape[0] // 2] = divide(%t.20, 2)    # adjoint of line 9
#     %t.22: f64[x.shape[0] - x.shape[0] // 2] = negative(%t.21)    # adjoint of line 9
#     %dx: f64[x.shape[0]] = add_at(%t.12, %t.22, 1, 2, index=(Slice(start=0, stop=None, step=1),))    # adjoint of line 9
#     %dx.1: f64[x.shape[0]] = add_at(%dx, %t.21, 2, index=(Slice(start=None, stop=None, step=0),))    # adjoint of line 9
#     %t.23: f64[x.shape[0] // 2] = getitem(%dout.3, %half, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 8
#     %t.24: f64[x.shape[0] // 2] = divide(%t.23, 2)    # adjoint of line 8
#     %dx.2: f64[x.shape[0]] = add_at(%dx.1, %t.24, 1, 2, index=(Slice(start=0, stop=None, step=1),))    # adjoint of line 8
#     %dx.3: f64[x.shape[0]] = add_at(%dx.2, %t.24, 2, index=(Slice(start=None, stop=None, step=0),))    # adjoint of line 8
#     return %dx.3

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    half = len(x) // 2
    out = np.zeros_like(x)
    out[:half] = (x[::2] + x[1::2]) / 2
    out[half:] = (x[::2] - x[1::2]) / 2
    t = out[::-2].copy()
    out[::-2] = out[::-2] ** 3
    t1 = out[::-1]
    # adjoint
    dx = np.sin(t1)      # line 11: return np.sum(np.sin(out[::-1]) * x)
    dout = np.zeros_like(out)
    dout[::-1] = x * np.cos(t1)
    # line 10: out[::-2] = out[::-2] ** 3
    dout[::-2] = 3 * t ** 2 * dout[::-2]
    t = dout[half:] / 2  # line 9: out[half:] = (x[::2] - x[1::2]) / 2
    dout[half:] = 0
    dx[1::2] -= t
    dx[::2] += t
    t = dout[:half] / 2  # line 8: out[:half] = (x[::2] + x[1::2]) / 2
    dx[1::2] += t
    dx[::2] += t
    return dx

# %% jax
import jax
import jax.numpy as jnp


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    # primal
    half = x.shape[0] // 2
    out = jnp.zeros_like(x)
    out = write_part(out, (x[::2] + x[1::2]) / 2, jnp.s_[:half])
    out = write_part(out, (x[::2] - x[1::2]) / 2, jnp.s_[half:])
    t = out[::-2]
    out = out.at[::-2].set(t ** 3)
    t_1 = out[::-1]
    # adjoint
    dout = jnp.zeros_like(out)                         # line 11: return np.sum(np.sin(out[::-1]) * x)
    dout = (x * jnp.cos(t_1))[::-1]
    dout = dout.at[::-2].set(3 * t ** 2 * dout[::-2])  # line 10: out[::-2] = out[::-2] ** 3
    dout_1 = write_part(dout, 0, jnp.s_[half:])        # line 9: out[half:] = (x[::2] - x[1::2]) / 2
    t = dout[half:] / 2
    dx = jnp.sin(t_1).at[1::2].add(-t)
    dx = dx.at[::2].add(t)
    t = dout_1[:half] / 2                              # line 8: out[:half] = (x[::2] + x[1::2]) / 2
    dx = dx.at[1::2].add(t)
    dx = dx.at[::2].add(t)
    return dx

"""Windows that slide over a vector: a moving average and its spread."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def f(x, n):
    windows = sliding_window_view(x, n)
    return np.sum(np.mean(windows, axis=1) ** 2) + np.sum(np.std(windows, axis=1))


args = (np.array([0.5, 1.2, -0.7, 1.5, 0.3]), 3)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %n: i64):
#     %t: i64 = size(%x, axis=0)    # line 8
#     %t.1: i64 = subtract(%t, %n)    # line 8
#     %t.2: i64 = add(%t.1, 1)    # line 8
#     %t.3: i64[x.shape[0] + 1 - n] = arange(%t.2)    # line 8
#     %t.4: i64[x.shape[0] + 1 - n,1] = getitem(%t.3, index=(Slice(start=None, stop=None, step=None), NewAxis()))    # line 8
#     %t.5: i64[n] = arange(%n)    # line 8
#     %t.6: i64[x.shape[0] + 1 - n,n] = add(%t.4, %t.5)    # line 8
#     %windows: f64[x.shape[0] + 1 - n,n] = getitem(%x, %t.6, index=(At(operand=0),))    # line 8
#     %t.7: f64[x.shape[0] + 1 - n] = mean(%windows, axis=1, keepdims=False)    # line 9
#     %t.8: f64[x.shape[0] + 1 - n] = std(%windows, axis=1, ddof=0, keepdims=False)    # line 9
#     %t.9: i64 = size(%windows, axis=1)    # adjoint of line 9
#     %t.10: f64[x.shape[0] + 1 - n] = multiply(%t.8, %t.9)    # adjoint of line 9
#     %t.11: f64[x.shape[0] + 1 - n,1] = expand_dims(%t.10, axis=1)    # adjoint of line 9
#     %t.12: f64[x.shape[0] + 1 - n,1] = mean(%windows, axis=1, keepdims=True)    # adjoint of line 9
#     %t.13: f64[x.shape[0] + 1 - n,n] = subtract(%windows, %t.12)    # adjoint of line 9
#     %dwindows: f64[x.shape[0] + 1 - n,n] = divide(%t.13, %t.11)    # adjoint of line 9
#     %t.14: f64[x.shape[0] + 1 - n] = multiply(2, %t.7)    # adjoint of line 9
#     %t.15: f64[x.shape[0] + 1 - n] = divide(%t.14, %t.9)    # adjoint of line 9
#     %t.16: f64[x.shape[0] + 1 - n,1] = getitem(%t.15, index=(Slice(start=None, stop=None, step=None), NewAxis()))    # adjoint of line 9
#     %dwindows.1: f64[x.shape[0] + 1 - n,n] = add(%dwindows, %t.16)    # adjoint of line 9
#     %t.17: (x.shape[0]) = shape(%x)    # adjoint of line 8
#     %dx: f64[x.shape[0]] = zeros_of(%t.17)    # adjoint of line 8
#     %dx.1: f64[x.shape[0]] = add_at(%dx, %dwindows.1, %t.6, index=(At(operand=0),))    # adjoint of line 8
#     return %dx.1

# %% numpy
import numpy as np


def f_grad(x, n):
    """Gradient of f with respect to x.   x: f64[n], n: int"""
    # primal
    t = np.arange(len(x) - n + 1)[:, None] + np.arange(n)
    windows = x[t]
    # adjoint
    dwindows = (           # line 9: return np.sum(np.mean(windows, axis=1) ** 2) + np.sum(np ...
        (windows - np.mean(windows, axis=1, keepdims=True))
        / np.expand_dims(np.std(windows, axis=1) * windows.shape[1], axis=1)
    )
    dwindows = dwindows + (2 * np.mean(windows, axis=1) / windows.shape[1])[:, None]
    dx = np.zeros_like(x)  # line 8: windows = sliding_window_view(x, n)
    np.add.at(dx, t, dwindows)
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit(static_argnames=("n",))
def f_grad(x, n):
    """Gradient of f with respect to x.   x: f64[n], n: int"""
    x = jnp.asarray(x)
    # primal
    t = jnp.arange(x.shape[0] - n + 1)[:, None] + jnp.arange(n)
    windows = x[t]
    # adjoint
    dwindows = (  # line 9: return np.sum(np.mean(windows, axis=1) ** 2) + np.sum(np.std(windows, axis=1))
        (windows - jnp.mean(windows, axis=1, keepdims=True))
        / jnp.expand_dims(jnp.std(windows, axis=1) * windows.shape[1], axis=1)
    )
    dwindows = dwindows + (2 * jnp.mean(windows, axis=1) / windows.shape[1])[:, None]
    # line 8: windows = sliding_window_view(x, n)
    dx = jnp.zeros_like(x)
    dx = dx.at[t].add(dwindows)
    return dx

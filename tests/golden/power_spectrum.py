"""A real Fourier transform with more points than the signal has, and the power of its spectrum."""
import numpy as np


def f(x, h):
    spectrum = np.fft.rfft(x, n=8) * h
    return np.sum(np.abs(spectrum) ** 2)


args = (np.array([0.3, -1.2, 0.8, 0.5, 2.0]), np.array([1.0, 0.8, 0.5, 0.2, 0.1]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %h: f64[h.shape[0]]):
#     %t: c128[8 // 2 + 1] = rfft(%x, 8, axis=-1)    # line 6
#     %spectrum: c128[8 // 2 + 1] = multiply(%t, %h)    # adjoint of line 6
#     %t.1: f64[8 // 2 + 1] = absolute(%spectrum)    # adjoint of line 7
#     %t.2: f64[8 // 2 + 1] = multiply(2, %t.1)    # adjoint of line 7
#     %t.3: c128[8 // 2 + 1] = sign(%spectrum)    # adjoint of line 7
#     %t.4: c128[8 // 2 + 1] = conj(%t.3)    # adjoint of line 7
#     %dspectrum: c128[8 // 2 + 1] = multiply(%t.2, %t.4)    # adjoint of line 7
#     %t.5: c128[8 // 2 + 1] = multiply(%dspectrum, %h)    # adjoint of line 6
#     %t.6: c128[8 // 2 + 1] = multiply(%dspectrum, %t)    # adjoint of line 6
#     %dh: f64[8 // 2 + 1] = real(%t.6)    # adjoint of line 6
#     %t.7: c128[8] = fft(%t.5, 8, axis=-1)    # adjoint of line 6
#     %t.8: f64[8] = real(%t.7)    # adjoint of line 6
#     %t.9: i64 = size(%x, axis=0)    # adjoint of line 6
#     %t.10: f64[x.shape[0]] = getitem(%t.8, %t.9, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 6
#     %t.11: (x.shape[0]) = shape(%x)    # adjoint of line 6
#     %t.12: f64[x.shape[0]] = zeros_of(%t.11)    # adjoint of line 6
#     %t.13: i64 = size(%t.7, axis=0)    # adjoint of line 6
#     %dx: f64[x.shape[0]] = setitem(%t.12, %t.10, %t.13, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 6
#     return %dx, %dh

# %% numpy
import numpy as np


def f_grad(x, h):
    """Gradient of f with respect to x, h.   x: f64[n], h: f64[m]"""
    # primal
    t = np.fft.rfft(x, n=8)
    # adjoint
    spectrum = t * h             # line 6: spectrum = np.fft.rfft(x, n=8) * h
    # line 7: return np.sum(np.abs(spectrum) ** 2)
    dspectrum = 2 * np.abs(spectrum) * np.conj(np.sign(spectrum))
    dh = np.real(dspectrum * t)  # line 6: spectrum = np.fft.rfft(x, n=8) * h
    t = np.fft.fft(dspectrum * h, n=8)
    dx = np.zeros_like(x)
    dx[:len(t)] = np.real(t)[:len(x)]
    return dx, dh

# %% jax
import jax
import jax.numpy as jnp


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


@jax.jit
def f_grad(x, h):
    """Gradient of f with respect to x, h.   x: f64[n], h: f64[m]"""
    h = jnp.asarray(h)
    # primal
    t = jnp.fft.rfft(x, n=8)
    # adjoint
    spectrum = t * h              # line 6: spectrum = np.fft.rfft(x, n=8) * h
    # line 7: return np.sum(np.abs(spectrum) ** 2)
    dspectrum = 2 * jnp.abs(spectrum) * jnp.conj(jnp.sign(spectrum))
    dh = jnp.real(dspectrum * t)  # line 6: spectrum = np.fft.rfft(x, n=8) * h
    t = jnp.fft.fft(dspectrum * h, n=8)
    dx = write_part(jnp.zeros_like(x), jnp.real(t)[:x.shape[0]], jnp.s_[:t.shape[0]])
    return dx, dh

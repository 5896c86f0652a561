"""Tangent of tests/golden/power_spectrum.py."""

# %% numpy
import numpy as np


def f_jvp(x, h, *, x_dot, h_dot):
    """Value and tangent of f with respect to x, h.   x: f64[n], h: f64[m]"""
    t = np.fft.rfft(x, n=8)
    spectrum_dot = np.fft.rfft(x_dot, n=8) * h + t * h_dot
    spectrum = t * h
    t = np.abs(spectrum)
    return np.sum(t ** 2), np.sum(2 * t * np.real(spectrum_dot * np.conj(np.sign(spectrum))))

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_jvp(x, h, *, x_dot, h_dot):
    """Value and tangent of f with respect to x, h.   x: f64[n], h: f64[m]"""
    h = jnp.asarray(h)
    h_dot = jnp.asarray(h_dot)
    t = jnp.fft.rfft(x, n=8)
    spectrum_dot = jnp.fft.rfft(x_dot, n=8) * h + t * h_dot
    spectrum = t * h
    t = jnp.abs(spectrum)
    return jnp.sum(t ** 2), jnp.sum(2 * t * jnp.real(spectrum_dot * jnp.conj(jnp.sign(spectrum))))

"""Gradient, and Hessian times a vector, of tests/golden/power_spectrum.py."""

# %% numpy
import numpy as np


def f_grad_jvp(x, h, *, x_dot, h_dot):
    """Value and tangent of f_grad with respect to x, h.   x: f64[n], h: f64[m]"""
    t = np.fft.rfft(x_dot, n=8)
    t1 = np.fft.rfft(x, n=8)
    spectrum_dot = t * h + t1 * h_dot
    spectrum = t1 * h
    t2 = np.sign(spectrum)
    t3 = np.conj(t2)
    t4 = np.abs(spectrum)
    t5 = 2 * t4
    t6 = spectrum_dot / np.where(t4 == 0, 1, t4)
    t4 = (
        2 * np.real(spectrum_dot * t3) * t3
        + t5 * np.conj(t6 + np.real(-(t6 * t3)).astype(np.complex128) * t2)
    )
    t2 = t5 * t3
    dh_dot = np.real(t4 * t1 + t2 * t)
    dh = np.real(t2 * t1)
    t = np.fft.fft(t2 * h, n=8)
    dx = np.zeros_like(x)
    dx_dot = np.zeros_like(x_dot)
    dx_dot[:len(t)] = np.real(np.fft.fft(t4 * h + t2 * h_dot, n=8))[:len(x)]
    dx[:len(t)] = np.real(t)[:len(x)]
    return (dx, dh), (dx_dot, dh_dot)

# %% jax
import jax
import jax.numpy as jnp


def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)


@jax.jit
def f_grad_jvp(x, h, *, x_dot, h_dot):
    """Value and tangent of f_grad with respect to x, h.   x: f64[n], h: f64[m]"""
    h = jnp.asarray(h)
    h_dot = jnp.asarray(h_dot)
    t = jnp.fft.rfft(x_dot, n=8)
    t_1 = jnp.fft.rfft(x, n=8)
    spectrum_dot = t * h + t_1 * h_dot
    spectrum = t_1 * h
    t_2 = jnp.sign(spectrum)
    t_3 = jnp.conj(t_2)
    t_4 = jnp.abs(spectrum)
    t_5 = 2 * t_4
    t_4 = spectrum_dot / jnp.where(t_4 == 0, 1, t_4)
    t_2 = (
        2 * jnp.real(spectrum_dot * t_3) * t_3
        + t_5 * jnp.conj(t_4 + jnp.real(-(t_4 * t_3)).astype(jnp.complex128) * t_2)
    )
    t_3 = t_5 * t_3
    dh_dot = jnp.real(t_2 * t_1 + t_3 * t)
    dh = jnp.real(t_3 * t_1)
    t = jnp.fft.fft(t_3 * h, n=8)
    dx_dot = write_part(
        jnp.zeros_like(x_dot),
        jnp.real(jnp.fft.fft(t_2 * h + t_3 * h_dot, n=8))[:x.shape[0]],
        jnp.s_[:t.shape[0]],
    )
    dx = write_part(jnp.zeros_like(x), jnp.real(t)[:x.shape[0]], jnp.s_[:t.shape[0]])
    return (dx, dh), (dx_dot, dh_dot)

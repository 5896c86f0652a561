"""Gradient, and Hessian times a vector, of tests/golden/radial_basis.py."""

# %% numpy
import numpy as np


def f_grad_jvp(centres, weights, x, *, centres_dot, weights_dot, x_dot):
    """Value and tangent of f_grad with respect to centres, weights, x.   centres: f64[n], weights: f64[m], x: float"""
    t = []
    t1 = []
    for k in range(len(centres)):
        c_dot = centres_dot[k]
        c = centres[k]
        t2 = x - c
        t3 = np.exp(-0.5 * t2 ** 2)
        t1.append(-0.5 * (2 * t2 * (x_dot - c_dot)) * t3)
        t.append(t3)
    t2 = list(weights_dot)
    t3 = list(weights)
    dcentres = np.zeros_like(centres)
    dcentres_dot = np.zeros_like(centres)
    dx = 0.0
    dx_dot = 0.0
    for k in reversed(range(len(centres))):
        t4 = x_dot - centres_dot[k]
        t5 = x - centres[k]
        t6 = 2 * t5
        t7 = np.exp(-0.5 * t5 ** 2)
        t5 = t2[-1]
        t8 = t3[-1]
        t2.pop()
        t3.pop()
        t9 = t8 * t7 * -0.5
        t10 = 2 * t4 * t9 + t6 * ((t5 * t7 + t8 * (-0.5 * (t6 * t4) * t7)) * -0.5)
        t4 = t6 * t9
        dx_dot = dx_dot + t10
        dx = dx + t4
        dcentres_dot[k] = -t10
        dcentres[k] = -t4
    return (dcentres, np.array(t), dx), (dcentres_dot, np.array(t1), dx_dot)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad_jvp(centres, weights, x, *, centres_dot, weights_dot, x_dot):
    """Value and tangent of f_grad with respect to centres, weights, x.   centres: f64[n], weights: f64[m], x: float"""
    centres = jnp.asarray(centres)
    x = jnp.asarray(x)
    centres_dot = jnp.asarray(centres_dot)
    x_dot = jnp.asarray(x_dot)
    t = []
    t_1 = []
    for k in range(centres.shape[0]):
        c_dot = centres_dot[k]
        c = centres[k]
        t_2 = x - c
        t_3 = jnp.exp(-0.5 * t_2 ** 2)
        t_1.append(-0.5 * (2 * t_2 * (x_dot - c_dot)) * t_3)
        t.append(t_3)
    dcentres = jnp.zeros_like(centres)
    t_2 = list(weights)
    dx = 0.0
    t_3 = list(weights_dot)
    dcentres_dot = jnp.zeros_like(centres)
    dx_dot = 0.0
    for k in reversed(range(centres.shape[0])):
        t_4 = x_dot - centres_dot[k]
        t_5 = x - centres[k]
        t_6 = 2 * t_5
        t_5 = jnp.exp(-0.5 * t_5 ** 2)
        t_7 = t_2[-1]
        t_8 = t_3[:-1]
        t_2.pop()
        t_9 = t_7 * t_5 * -0.5
        t_4 = 2 * t_4 * t_9 + t_6 * ((t_3[-1] * t_5 + t_7 * (-0.5 * (t_6 * t_4) * t_5)) * -0.5)
        t_5 = t_6 * t_9
        dx_dot = dx_dot + t_4
        dx = dx + t_5
        dcentres_dot = dcentres_dot.at[k].set(-t_4)
        dcentres = dcentres.at[k].set(-t_5)
        t_3 = t_8
    return (dcentres, jnp.stack(t), dx), (dcentres_dot, jnp.stack(t_1), dx_dot)

"""Gradient, and Hessian times a vector, of tests/golden/quadratic_form.py."""

# %% numpy
import numpy as np


def f_grad_jvp(A, B, x, *, A_dot, B_dot, x_dot):
    """Value and tangent of f_grad with respect to A, B, x.   A: f64[n,m], B: f64[m,n], x: f64[n]"""
    t = 0.5 * x_dot
    t1 = 0.5 * x
    t2 = A_dot @ B + A @ B_dot
    t3 = A @ B
    t4 = -B_dot
    t5 = -B
    t6 = -(t4 @ x + t5 @ x_dot)
    t7 = -(t5 @ x)
    t8 = -(B_dot @ x + B @ x_dot)
    t9 = -(B @ x)
    t10 = t5.T
    dx_dot = t4.T @ t9 + t10 @ t8
    dx = t10 @ t9
    dB_dot = np.outer(t6, x) + np.outer(t7, x_dot) - (np.outer(t8, x) + np.outer(t9, x_dot))
    dB = np.outer(t7, x) - np.outer(t9, x)
    t4 = B.T
    dx_dot = dx_dot + (B_dot.T @ t7 + t4 @ t6)
    dx = dx + t4 @ t7
    dx_dot = dx_dot + (t @ t3 + t1 @ t2)
    dx = dx + t1 @ t3
    t4 = np.outer(t, x) + np.outer(t1, x_dot)
    t = np.outer(t1, x)
    t1 = B.T
    dA_dot = t4 @ t1 + t @ B_dot.T
    dA = t @ t1
    t1 = A.T
    dB_dot = dB_dot + (A_dot.T @ t + t1 @ t4)
    dB = dB + t1 @ t
    dx_dot = dx_dot + (t2 @ x + t3 @ x_dot) * 0.5
    dx = dx + t3 @ x * 0.5
    return (dA, dB, dx), (dA_dot, dB_dot, dx_dot)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad_jvp(A, B, x, *, A_dot, B_dot, x_dot):
    """Value and tangent of f_grad with respect to A, B, x.   A: f64[n,m], B: f64[m,n], x: f64[n]"""
    t = 0.5 * x_dot
    t_1 = 0.5 * x
    t_2 = A_dot @ B + A @ B_dot
    t_3 = A @ B
    t_4 = -B_dot
    t_5 = -B
    t_6 = -(t_4 @ x + t_5 @ x_dot)
    t_7 = -(t_5 @ x)
    t_8 = -(B_dot @ x + B @ x_dot)
    t_9 = -(B @ x)
    dx_dot = t_9 @ t_4 + t_8 @ t_5
    dx = t_9 @ t_5
    dB_dot = jnp.outer(t_6, x) + jnp.outer(t_7, x_dot) - (jnp.outer(t_8, x) + jnp.outer(t_9, x_dot))
    dB = jnp.outer(t_7, x) - jnp.outer(t_9, x)
    dx_dot = dx_dot + (t_7 @ B_dot + t_6 @ B)
    dx = dx + t_7 @ B
    dx_dot = dx_dot + (t @ t_3 + t_1 @ t_2)
    dx = dx + t_1 @ t_3
    t = jnp.outer(t, x) + jnp.outer(t_1, x_dot)
    t_1 = jnp.outer(t_1, x)
    t_4 = B.T
    dA_dot = t @ t_4 + t_1 @ B_dot.T
    dA = t_1 @ t_4
    t_4 = A.T
    dB_dot = dB_dot + (A_dot.T @ t_1 + t_4 @ t)
    dB = dB + t_4 @ t_1
    dx_dot = dx_dot + (t_2 @ x + t_3 @ x_dot) * 0.5
    dx = dx + t_3 @ x * 0.5
    return (dA, dB, dx), (dA_dot, dB_dot, dx_dot)

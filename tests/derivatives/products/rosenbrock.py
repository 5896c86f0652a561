"""Gradient, and Hessian times a vector, of tests/golden/rosenbrock.py."""

# %% numpy
import numpy as np


def rosenbrock_grad_jvp(p, *, p_dot):
    """Value and tangent of rosenbrock_grad with respect to p.   p: f64[n]"""
    x_dot = p_dot[0]
    x = p[0]
    y_dot = p_dot[1]
    y = p[1]
    t = 2 * x
    t1 = y_dot - t * x_dot
    t2 = y - x ** 2
    t3 = -200 * t2
    t4 = 2 * x_dot
    dp = np.zeros_like(p)
    dp_dot = np.zeros_like(p)
    dp_dot[1] = 200 * t1
    dp[1] = 200 * t2
    dp_dot[0] += t4 * t3 + t * (-200 * t1) + t4
    dp[0] += t * t3 + -2 * (1 - x)
    return dp, dp_dot

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def rosenbrock_grad_jvp(p, *, p_dot):
    """Value and tangent of rosenbrock_grad with respect to p.   p: f64[n]"""
    p = jnp.asarray(p)
    p_dot = jnp.asarray(p_dot)
    x_dot = p_dot[0]
    x = p[0]
    y_dot = p_dot[1]
    y = p[1]
    t = 2 * x
    t_1 = y_dot - t * x_dot
    t_2 = y - x ** 2
    t_3 = -200 * t_2
    t_4 = 2 * x_dot
    dp = jnp.zeros_like(p)
    dp_dot = jnp.zeros_like(p).at[1].set(200 * t_1)
    dp = dp.at[1].set(200 * t_2)
    dp_dot = dp_dot.at[0].add(t_4 * t_3 + t * (-200 * t_1) + t_4)
    dp = dp.at[0].add(t * t_3 + -2 * (1 - x))
    return dp, dp_dot

"""Tangent of tests/golden/chebyshev.py."""

# %% numpy
def f_jvp(x, n, *, x_dot):
    """Value and tangent of f with respect to x.   x: float, n: int"""
    T_dot = [0.0, x_dot]
    T = [1.0, x]
    for _ in range(2, n):
        t = 2 * x
        T_last = T[-1]
        T_dot.append(2 * x_dot * T_last + t * T_dot[-1] - T_dot[-2])
        T.append(t * T_last - T[-2])
    return T[-1] + 0.5 * T[-2], T_dot[-1] + 0.5 * T_dot[-2]

# %% jax
import jax


@jax.jit(static_argnames=("n",))
def f_jvp(x, n, *, x_dot):
    """Value and tangent of f with respect to x.   x: float, n: int"""
    T_dot = [0.0, x_dot]
    T = [1.0, x]
    for k in range(2, n):
        t = 2 * x
        T_last = T[-1]
        T_dot.append(2 * x_dot * T_last + t * T_dot[-1] - T_dot[-2])
        T.append(t * T_last - T[-2])
    return T[-1] + 0.5 * T[-2], T_dot[-1] + 0.5 * T_dot[-2]

"""Both halves of the pullback of tests/golden/chebyshev.py."""

# %% numpy
def f_fwd(x, n):
    """Value of f, and what f_bwd reads."""
    T = [1.0, x]
    T_last_tape = []
    for _ in range(2, n):  # records 8 bytes a trip
        T_last = T[-1]
        T_last_tape.append(T_last)
        T.append(2 * x * T_last - T[-2])
    return T[-1] + 0.5 * T[-2], (x, n, T, T_last_tape)


def f_bwd(x, n, T, T_last_tape, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dT = [0.0] * len(T)              # line 8: return T[-1] + 0.5 * T[-2]
    dT[-2] = g * 0.5
    dT[-1] += g
    dx = 0.0
    for k in reversed(range(2, n)):  # line 6: for _ in range(2, n)
        dT_last = dT.pop()           # line 7: T.append(2 * x * T[-1] - T[-2])
        dT[-2] += -dT_last
        dT[-1] += dT_last * (2 * x)
        dx += dT_last * T_last_tape[k - 2] * 2
    dx += dT[1]
    return (dx,)

# %% jax
import jax
import jax.numpy as jnp


@jax.jit(static_argnames=("n",))
def f_fwd(x, n):
    """Value of f, and what f_bwd reads."""
    T = [1.0, x]
    T_last_tape = []
    for k in range(2, n):  # records 8 bytes a trip
        T_last = T[-1]
        T_last_tape.append(T_last)
        T = [*T, 2 * x * T_last - T[-2]]
    return T[-1] + 0.5 * T[-2], (x, T, T_last_tape)


@jax.jit(static_argnames=("n",))
def f_bwd(x, T, T_last_tape, g, *, n):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    # line 8: return T[-1] + 0.5 * T[-2]
    dT = [jnp.zeros_like(item) for item in T]
    dT[-2] = g * 0.5
    dT[-1] += g
    dx = 0.0              # line 6: for _ in range(2, n):
    for k in reversed(range(2, n)):
        dT_last = dT[-1]  # line 7: T.append(2 * x * T[-1] - T[-2])
        dT.pop()
        dT[-2] += -dT_last
        dT[-1] += dT_last * (2 * x)
        dx = dx + dT_last * T_last_tape[k - 2] * 2
    dx = dx + dT[1]
    return (dx,)

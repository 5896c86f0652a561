"""A conditional expression as a loss with two regimes."""
import numpy as np


def huber(r, delta):
    return 0.5 * r * r if abs(r) <= delta else delta * (abs(r) - 0.5 * delta)


def f(residuals, delta):
    return sum([huber(r, delta) for r in residuals])


args = (np.array([0.3, -2.0, 1.1, -0.4]), 0.8)
argnums = (0, 1)


# %% ir
# func f_grad(%residuals: f64[residuals.shape[0]], %delta: f64):
#     %t: i64 = size(%residuals, axis=0)    # line 10
#     %t.1: list[f64] = seq_make(item=f64)    # line 10
#     %t.2: list[f64] = for %k in range(0, %t, 1) carrying (%t.3 = %t.1):    # line 10
#         %r: f64 = getitem(%residuals, %k, index=(At(operand=0),))    # line 10
#         %t.4: f64 = absolute(%r)    # line 6
#         %t.5: bool = less_equal(%t.4, %delta)    # line 6
#         %t.6: f64 = if %t.5:    # line 6
#             %t.7: f64 = multiply(0.5, %r)    # line 6
#             %t.8: f64 = multiply(%t.7, %r)    # line 6
#             yield %t.8
#         else:
#             %t.9: f64 = absolute(%r)    # line 6
#             %t.10: f64 = multiply(0.5, %delta)    # line 6
#             %t.11: f64 = subtract(%t.9, %t.10)    # line 6
#             %t.12: f64 = multiply(%delta, %t.11)    # line 6
#             yield %t.12
#         %t.13: list[f64] = seq_append(%t.3, %t.6)    # line 10
#         yield %t.13
#     %t.14: i64 = seq_length(%t.2)    # line 10
#     %t.15: list[f64] = seq_blank(%t.2)    # adjoint of line 10
#     %t.16: list[f64] = for %k.1 in reversed range(0, %t.14, 1) carrying (%t.17 = %t.15):    # adjoint of line 10
#         %t.18: list[f64] = seq_set(%t.17, %k.1, 1.0)    # adjoint of line 10
#         yield %t.18
#     %t.19: (residuals.shape[0]) = shape(%residuals)    # adjoint of line 10
#     %dresiduals: f64[residuals.shape[0]] = zeros_of(%t.19)    # adjoint of line 10
#     %t.20: list[f64], %dresiduals.1: f64[residuals.shape[0]], %ddelta: f64 = for %k.2 in reversed range(0, %t, 1) carrying (%t.21 = %t.16, %dresiduals.2 = %dresiduals, %ddelta.1 = 0.0):    # adjoint of line 10
#         %r.1: f64 = getitem(%residuals, %k.2, index=(At(operand=0),))    # adjoint of line 10
#         %t.22: f64 = absolute(%r.1)    # adjoint of line 6
#         %t.23: bool = less_equal(%t.22, %delta)    # adjoint of line 6
#         %t.24: f64 = seq_get(%t.21, -1)    # adjoint of line 10
#         %t.25: list[f64] = seq_drop(%t.21)    # adjoint of line 10
#         %dr: f64, %ddelta.2: f64 = if %t.23:    # adjoint of line 6
#             %t.26: f64 = multiply(0.5, %r.1)    # adjoint of line 6
#             %t.27: f64 = multiply(%t.24, %r.1)    # adjoint of line 6
#             %dr.1: f64 = multiply(%t.24, %t.26)    # adjoint of line 6
#             %t.28: f64 = multiply(%t.27, 0.5)    # adjoint of line 6
#             %dr.2: f64 = add(%dr.1, %t.28)    # adjoint of line 6
#             yield %dr.2, %ddelta.1
#         else:
#             %t.29: f64 = multiply(0.5, %delta)    # adjoint of line 6
#             %t.30: f64 = subtract(%t.22, %t.29)    # adjoint of line 6
#             %t.31: f64 = multiply(%t.24, %t.30)    # adjoint of line 6
#             %ddelta.3: f64 = add(%ddelta.1, %t.31)    # adjoint of line 6
#             %t.32: f64 = multiply(%t.24, %delta)    # adjoint of line 6
#             %t.33: f64 = multiply(-0.5, %t.32)    # adjoint of line 6
#             %ddelta.4: f64 = add(%ddelta.3, %t.33)    # adjoint of line 6
#             %t.34: f64 = sign(%r.1)    # adjoint of line 6
#             %dr.3: f64 = multiply(%t.32, %t.34)    # adjoint of line 6
#             yield %dr.3, %ddelta.4
#         %dresiduals.3: f64[residuals.shape[0]] = setitem(%dresiduals.2, %dr, %k.2, index=(At(operand=0),))    # adjoint of line 10
#         yield %t.25, %dresiduals.3, %ddelta.2
#     return %dresiduals.1, %ddelta

# %% numpy
import numpy as np


def f_grad(residuals, delta):
    """Gradient of f with respect to residuals, delta.   residuals: f64[n], delta: float"""
    # primal
    t = []
    for r in residuals:
        if abs(r) <= delta:
            t1 = 0.5 * r * r
        else:
            t1 = delta * (abs(r) - 0.5 * delta)
        t.append(t1)
    # adjoint
    t1 = [0.0] * len(t)                # line 10: return sum([huber(r, delta) for r in residuals])
    for k in reversed(range(len(t))):  # line 10: return sum([huber(r, delta) for r in residuals])
        t1[k] = 1.0
    dresiduals = np.zeros_like(residuals)
    ddelta = 0.0
    # line 10: return sum([huber(r, delta) for r in residuals])
    for k in reversed(range(len(residuals))):
        r = residuals[k]
        t = abs(r)                     # line 6: return 0.5 * r * r if abs(r) <= delta else delta * (abs( ...
        t2 = t1.pop()                  # line 10: return sum([huber(r, delta) for r in residuals])
        if t <= delta:
            dr = t2 * (0.5 * r)        # line 6: return 0.5 * r * r if abs(r) <= delta else delta * (abs( ...
            dr += t2 * r * 0.5
        else:
            ddelta += t2 * (t - 0.5 * delta)
            t3 = t2 * delta
            ddelta -= 0.5 * t3
            dr = t3 * np.sign(r)
        dresiduals[k] = dr             # line 10: return sum([huber(r, delta) for r in residuals])
    return dresiduals, ddelta

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_grad(residuals, delta):
    """Gradient of f with respect to residuals, delta.   residuals: f64[n], delta: float"""
    residuals = jnp.asarray(residuals)
    delta = jnp.asarray(delta)
    # primal
    t = []
    for k in range(residuals.shape[0]):
        r = residuals[k]
        t.append(jnp.where(jnp.abs(r) <= delta, 0.5 * r * r, delta * (jnp.abs(r) - 0.5 * delta)))
    # adjoint
    t_1 = [None] * len(t)
    for k in reversed(range(len(t))):
        t_1[k] = 1.0      # line 10: return sum([huber(r, delta) for r in residuals])
    dresiduals = jnp.zeros_like(residuals)
    t = t_1
    ddelta = 0.0
    for k in reversed(range(residuals.shape[0])):
        r = residuals[k]
        t_2 = jnp.abs(r)  # line 6: return 0.5 * r * r if abs(r) <= delta else delta * (abs(r) - 0.5 * delta)
        t_3 = t[-1]       # line 10: return sum([huber(r, delta) for r in residuals])
        t.pop()

        def then():
            dr = t_3 * (0.5 * r)
            dr = dr + t_3 * r * 0.5
            return dr, ddelta

        def otherwise():
            ddelta_1 = ddelta + t_3 * (t_2 - 0.5 * delta)
            t_4 = t_3 * delta
            ddelta_1 = ddelta_1 - 0.5 * t_4
            dr = t_4 * jnp.sign(r)
            return dr, ddelta_1

        dr, ddelta = lax.cond(t_2 <= delta, then, otherwise)
        dresiduals = dresiduals.at[k].set(dr)  # line 10: return sum([huber(r, delta) for r in residuals])
    return dresiduals, ddelta

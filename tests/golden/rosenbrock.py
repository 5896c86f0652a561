"""Tuple unpacking, arithmetic and powers: the first function that an optimiser meets."""
import numpy as np


def rosenbrock(p):
    x, y = p[0], p[1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


f = rosenbrock
args = (np.array([-1.2, 1.0]),)


# %% ir
# func rosenbrock_grad(%p: f64[p.shape[0]]):
#     %x: f64 = getitem(%p, 0, index=(At(operand=0),))    # line 6
#     %y: f64 = getitem(%p, 1, index=(At(operand=0),))    # line 6
#     %t: f64 = subtract(1, %x)    # adjoint of line 7
#     %t.1: f64 = power(%x, 2)    # adjoint of line 7
#     %t.2: f64 = subtract(%y, %t.1)    # adjoint of line 7
#     %dy: f64 = multiply(200, %t.2)    # adjoint of line 7
#     %t.3: f64 = multiply(-200, %t.2)    # adjoint of line 7
#     %t.4: f64 = multiply(2, %x)    # adjoint of line 7
#     %dx: f64 = multiply(%t.4, %t.3)    # adjoint of line 7
#     %t.5: f64 = multiply(-2, %t)    # adjoint of line 7
#     %dx.1: f64 = add(%dx, %t.5)    # adjoint of line 7
#     %t.6: (p.shape[0]) = shape(%p)    # adjoint of line 6
#     %dp: f64[p.shape[0]] = zeros_of(%t.6)    # adjoint of line 6
#     %dp.1: f64[p.shape[0]] = setitem(%dp, %dy, 1, index=(At(operand=0),))    # adjoint of line 6
#     %dp.2: f64[p.shape[0]] = add_at(%dp.1, %dx.1, 0, index=(At(operand=0),))    # adjoint of line 6
#     return %dp.2

# %% numpy
import numpy as np


def rosenbrock_grad(p):
    """Gradient of rosenbrock with respect to p.   p: f64[n]"""
    # primal
    x = p[0]
    y = p[1]
    # adjoint
    t = y - x ** 2         # line 7: return (1 - x) ** 2 + 100 * (y - x**2) ** 2
    dy = 200 * t
    dx = 2 * x * (-200 * t)
    dx -= 2 * (1 - x)
    dp = np.zeros_like(p)  # line 6: x, y = p[0], p[1]
    dp[1] = dy
    dp[0] += dx
    return dp

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def rosenbrock_grad(p):
    """Gradient of rosenbrock with respect to p.   p: f64[n]"""
    p = jnp.asarray(p)
    # primal
    x = p[0]
    y = p[1]
    # adjoint
    t = y - x ** 2          # line 7: return (1 - x) ** 2 + 100 * (y - x**2) ** 2
    dy = 200 * t
    dx = 2 * x * (-200 * t)
    dx = dx - 2 * (1 - x)
    dp = jnp.zeros_like(p)  # line 6: x, y = p[0], p[1]
    dp = dp.at[1].set(dy)
    dp = dp.at[0].add(dx)
    return dp

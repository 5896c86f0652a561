"""Floor division and remainder: a saw tooth, differentiated also by its period."""
import numpy as np


def f(t, period):
    phase = t % period
    cycles = t // period
    return np.sin(phase) * (1 + 0.1 * cycles)


args = (7.3, 2.0)
argnums = (0, 1)


# %% ir
# func f_grad(%t: f64, %period: f64):
#     %phase: f64 = remainder(%t, %period)    # adjoint of line 6
#     %cycles: f64 = floor_divide(%t, %period)    # adjoint of line 7
#     %t.1: f64 = multiply(0.1, %cycles)    # adjoint of line 8
#     %t.2: f64 = add(1, %t.1)    # adjoint of line 8
#     %t.3: f64 = cos(%phase)    # adjoint of line 8
#     %dphase: f64 = multiply(%t.2, %t.3)    # adjoint of line 8
#     %t.4: f64 = multiply(%dphase, %cycles)    # adjoint of line 6
#     %dperiod: f64 = negative(%t.4)    # adjoint of line 6
#     return %dphase, %dperiod

# %% numpy
import numpy as np


def f_grad(t, period):
    """Gradient of f with respect to t, period.   t: float, period: float"""
    phase = t % period            # line 6: phase = t % period
    cycles = t // period          # line 7: cycles = t // period
    # line 8: return np.sin(phase) * (1 + 0.1 * cycles)
    dphase = (1 + 0.1 * cycles) * np.cos(phase)
    dperiod = -(dphase * cycles)  # line 6: phase = t % period
    return dphase, dperiod

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(t, period):
    """Gradient of f with respect to t, period.   t: float, period: float"""
    # adjoint
    phase = t % period            # line 6: phase = t % period
    cycles = t // period          # line 7: cycles = t // period
    # line 8: return np.sin(phase) * (1 + 0.1 * cycles)
    dphase = (1 + 0.1 * cycles) * jnp.cos(phase)
    dperiod = -(dphase * cycles)  # line 6: phase = t % period
    return dphase, dperiod

"""A list comprehension over an array."""
import numpy as np


def f(centres, weights, x):
    kernels = [np.exp(-0.5 * (x - c) ** 2) for c in centres]
    return weights @ np.array(kernels)


args = (np.array([-1.0, 0.0, 0.7]), np.array([0.5, -1.0, 2.0]), 0.4)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%centres: f64[centres.shape[0]], %weights: f64[weights.shape[0]], %x: f64):
#     %t: i64 = size(%centres, axis=0)    # line 6
#     %t.1: list[f64] = seq_make(item=f64)    # line 6
#     %t.2: list[f64] = for %k in range(0, %t, 1) carrying (%t.3 = %t.1):    # line 6
#         %c: f64 = getitem(%centres, %k, index=(At(operand=0),))    # line 6
#         %t.4: f64 = subtract(%x, %c)    # line 6
#         %t.5: f64 = power(%t.4, 2)    # line 6
#         %t.6: f64 = multiply(-0.5, %t.5)    # line 6
#         %t.7: f64 = exp(%t.6)    # line 6
#         %t.8: list[f64] = seq_append(%t.3, %t.7)    # line 6
#         yield %t.8
#     %t.9: f64[?items0] = seq_stack(%t.2)    # line 7
#     %t.10: list[f64] = seq_unstack(%weights)    # adjoint of line 7
#     %t.11: (centres.shape[0]) = shape(%centres)    # adjoint of line 6
#     %dcentres: f64[centres.shape[0]] = zeros_of(%t.11)    # adjoint of line 6
#     %t.12: list[f64], %dcentres.1: f64[centres.shape[0]], %dx: f64 = for %k.1 in reversed range(0, %t, 1) carrying (%t.13 = %t.10, %dcentres.2 = %dcentres, %dx.1 = 0.0):    # adjoint of line 6
#         %c.1: f64 = getitem(%centres, %k.1, index=(At(operand=0),))    # adjoint of line 6
#         %t.14: f64 = subtract(%x, %c.1)    # adjoint of line 6
#         %t.15: f64 = power(%t.14, 2)    # adjoint of line 6
#         %t.16: f64 = multiply(-0.5, %t.15)    # adjoint of line 6
#         %t.17: f64 = exp(%t.16)    # adjoint of line 6
#         %t.18: f64 = seq_get(%t.13, -1)    # adjoint of line 6
#         %t.19: list[f64] = seq_drop(%t.13)    # adjoint of line 6
#         %t.20: f64 = multiply(%t.18, %t.17)    # adjoint of line 6
#         %t.21: f64 = multiply(%t.20, -0.5)    # adjoint of line 6
#         %t.22: f64 = multiply(2, %t.14)    # adjoint of line 6
#         %t.23: f64 = multiply(%t.22, %t.21)    # adjoint of line 6
#         %dx.2: f64 = add(%dx.1, %t.23)    # adjoint of line 6
#         %dc: f64 = negative(%t.23)    # adjoint of line 6
#         %dcentres.3: f64[centres.shape[0]] = setitem(%dcentres.2, %dc, %k.1, index=(At(operand=0),))    # adjoint of line 6
#         yield %t.19, %dcentres.3, %dx.2
#     return %dcentres.1, %t.9, %dx

# %% numpy
import numpy as np


def f_grad(centres, weights, x):
    """Gradient of f with respect to centres, weights, x.   centres: f64[n], weights: f64[m], x: float"""
    # primal
    t = []
    for c in centres:
        t.append(np.exp(-0.5 * (x - c) ** 2))
    # adjoint
    t1 = list(weights)                 # line 7: return weights @ np.array(kernels)
    dcentres = np.zeros_like(centres)  # line 6: kernels = [np.exp(-0.5 * (x - c) ** 2) for c in centres]
    dx = 0.0
    # line 6: kernels = [np.exp(-0.5 * (x - c) ** 2) for c in centres]
    for k in reversed(range(len(centres))):
        c = centres[k]
        t2 = x - c
        t3 = t1.pop()
        t4 = 2 * t2 * (t3 * np.exp(-0.5 * t2 ** 2) * -0.5)
        dx += t4
        dc = -t4
        dcentres[k] = dc
    return dcentres, np.array(t), dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(centres, weights, x):
    """Gradient of f with respect to centres, weights, x.   centres: f64[n], weights: f64[m], x: float"""
    centres = jnp.asarray(centres)
    x = jnp.asarray(x)
    # primal
    t = []
    for k in range(centres.shape[0]):
        c = centres[k]
        t.append(jnp.exp(-0.5 * (x - c) ** 2))
    # adjoint
    dcentres = jnp.zeros_like(centres)  # line 6: kernels = [np.exp(-0.5 * (x - c) ** 2) for c in centres]
    t_1 = list(weights)
    dx = 0.0
    for k in reversed(range(centres.shape[0])):
        c = centres[k]
        t_2 = x - c
        t_3 = t_1[:-1]
        t_2 = 2 * t_2 * (t_1[-1] * jnp.exp(-0.5 * t_2 ** 2) * -0.5)
        dx = dx + t_2
        dc = -t_2
        dcentres = dcentres.at[k].set(dc)
        t_1 = t_3
    return dcentres, jnp.stack(t), dx

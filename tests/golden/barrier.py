"""Early and several returns."""
import numpy as np


def f(x, centre, radius):
    r2 = np.sum((x - centre) ** 2)
    if r2 > radius**2:
        return r2 - radius**2
    gap = radius - np.sqrt(r2)
    if gap < 0.1:
        return 10 * gap
    return -np.log(gap)


centre = np.array([0.0, 0.1])
args = (np.array([0.3, 0.4]), centre, 1.0)
more_args = [(np.array([2.0, 0.4]), centre, 1.0), (np.array([0.95, 0.1]), centre, 1.0)]
argnums = (0, 2)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %centre: f64[centre.shape[0]], %radius: f64):
#     %t: f64[x.shape[0]] = subtract(%x, %centre)    # line 6
#     %t.1: f64[x.shape[0]] = power(%t, 2)    # line 6
#     %r2: f64 = sum(%t.1, keepdims=False)    # line 6
#     %t.2: f64 = power(%radius, 2)    # line 7
#     %t.3: bool = greater(%r2, %t.2)    # line 7
#     %dradius: f64, %dr2: f64 = if %t.3:    # adjoint of line 7
#         %dradius.1: f64 = multiply(-2, %radius)    # adjoint of line 8
#         yield %dradius.1, 1.0
#     else:
#         %t.4: f64 = sqrt(%r2)    # adjoint of line 9
#         %gap: f64 = subtract(%radius, %t.4)    # adjoint of line 9
#         %t.5: bool = less(%gap, 0.1)    # adjoint of line 10
#         %dgap: f64 = if %t.5:    # adjoint of line 10
#             yield 10.0
#         else:
#             %dgap.1: f64 = divide(-1.0, %gap)    # adjoint of line 12
#             yield %dgap.1
#         %t.6: f64 = multiply(2, %t.4)    # adjoint of line 9
#         %t.7: f64 = divide(%dgap, %t.6)    # adjoint of line 9
#         %dr2.1: f64 = negative(%t.7)    # adjoint of line 9
#         yield %dgap, %dr2.1
#     %t.8: f64[x.shape[0]] = multiply(2, %t)    # adjoint of line 6
#     %dx: f64[x.shape[0]] = multiply(%t.8, %dr2)    # adjoint of line 6
#     return %dx, %dradius

# %% numpy
import numpy as np


def f_grad(x, centre, radius):
    """Gradient of f with respect to x, radius.   x: f64[n], centre: f64[n], radius: float"""
    # primal
    t = x - centre
    r2 = np.sum(t ** 2)
    # adjoint
    if r2 > radius ** 2:
        dradius = -2 * radius        # line 8: return r2 - radius**2
        dr2 = 1.0
    else:
        t1 = np.sqrt(r2)             # line 9: gap = radius - np.sqrt(r2)
        gap = radius - t1
        if gap < 0.1:
            dradius = 10.0
        else:
            dgap = -1.0 / gap        # line 12: return -np.log(gap)
            dradius = dgap
        dr2 = -(dradius / (2 * t1))  # line 9: gap = radius - np.sqrt(r2)
    dx = 2 * t * dr2                 # line 6: r2 = np.sum((x - centre) ** 2)
    return dx, dradius

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_grad(x, centre, radius):
    """Gradient of f with respect to x, radius.   x: f64[n], centre: f64[n], radius: float"""
    radius = jnp.asarray(radius)
    # primal
    t = x - centre
    r2 = jnp.sum(t ** 2)

    # adjoint
    def then():                # line 7: if r2 > radius**2:
        dradius = -2 * radius  # line 8: return r2 - radius**2
        return dradius, 1.0

    def otherwise():
        t = jnp.sqrt(r2)         # line 9: gap = radius - np.sqrt(r2)
        gap = radius - t
        # line 10: if gap < 0.1:
        dgap = lax.cond(gap < 0.1, lambda: 10.0, lambda: -1.0 / gap)
        dr2 = -(dgap / (2 * t))  # line 9: gap = radius - np.sqrt(r2)
        return dgap, dr2

    dradius, dr2 = lax.cond(r2 > radius ** 2, then, otherwise)
    dx = 2 * t * dr2  # line 6: r2 = np.sum((x - centre) ** 2)
    return dx, dradius

"""Star arguments of known length, in calls and in definitions."""


def mix(*terms, weights, offset=0.0):
    total = offset
    for t, w in zip(terms, weights):
        total += w * t
    return total


def f(x, y, z):
    parts = (x * y, y * z, z * x)
    options = {"weights": (0.2, 0.3, 0.5), "offset": x}
    return mix(*parts, **options)


args = (1.5, -0.7, 2.0)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%x: f64, %y: f64, %z: f64):
#     %dz: f64 = multiply(0.5, %x)    # adjoint of line 12
#     %t: f64 = multiply(0.5, %z)    # adjoint of line 12
#     %dx: f64 = add(1.0, %t)    # adjoint of line 12
#     %dy: f64 = multiply(0.3, %z)    # adjoint of line 12
#     %t.1: f64 = multiply(0.3, %y)    # adjoint of line 12
#     %dz.1: f64 = add(%dz, %t.1)    # adjoint of line 12
#     %t.2: f64 = multiply(0.2, %y)    # adjoint of line 12
#     %dx.1: f64 = add(%dx, %t.2)    # adjoint of line 12
#     %t.3: f64 = multiply(0.2, %x)    # adjoint of line 12
#     %dy.1: f64 = add(%dy, %t.3)    # adjoint of line 12
#     return %dx.1, %dy.1, %dz.1

# %% numpy
def f_grad(x, y, z):
    """Gradient of f with respect to x, y, z.   x: float, y: float, z: float"""
    dz = 0.5 * x  # line 12: parts = (x * y, y * z, z * x)
    dx = 1.0 + 0.5 * z
    dy = 0.3 * z
    dz += 0.3 * y
    dx += 0.2 * y
    dy += 0.2 * x
    return dx, dy, dz

# %% jax
import jax


@jax.jit
def f_grad(x, y, z):
    """Gradient of f with respect to x, y, z.   x: float, y: float, z: float"""
    # adjoint
    dz = 0.5 * x  # line 12: parts = (x * y, y * z, z * x)
    dx = 1.0 + 0.5 * z
    dy = 0.3 * z
    dz = dz + 0.3 * y
    dx = dx + 0.2 * y
    dy = dy + 0.2 * x
    return dx, dy, dz

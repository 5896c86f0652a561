"""Star unpacking of a tuple of known length: Horner's rule."""


def f(x, coefficients):
    value, *rest = coefficients
    for c in rest:
        value = value * x + c
    return value


args = (1.7, (2.0, -1.0, 0.5, 3.0))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64, %value: f64 = coefficients[0], %c: f64 = coefficients[1], %c.1: f64 = coefficients[2], %c.2: f64 = coefficients[3]):
#     %t: f64 = multiply(%value, %x)    # adjoint of line 7
#     %value.1: f64 = add(%t, %c)    # adjoint of line 7
#     %t.1: f64 = multiply(%value.1, %x)    # adjoint of line 7
#     %value.2: f64 = add(%t.1, %c.1)    # adjoint of line 7
#     %dvalue: f64 = multiply(%x, %x)    # adjoint of line 7
#     %dx: f64 = add(%value.2, %t.1)    # adjoint of line 7
#     %dvalue.1: f64 = multiply(%dvalue, %x)    # adjoint of line 7
#     %t.2: f64 = multiply(%dvalue, %value)    # adjoint of line 7
#     %dx.1: f64 = add(%dx, %t.2)    # adjoint of line 7
#     return %dx.1, %dvalue.1, %dvalue, %x, 1.0

# %% numpy
def f_grad(x, coefficients):
    """Gradient of f with respect to x, coefficients.   x: float, coefficients: (float, float, float, float)"""
    value = coefficients[0]
    c = coefficients[1]
    c_1 = coefficients[2]
    dvalue = x * x  # line 7: value = value * x + c
    t = dvalue * value
    value = value * x + c
    t1 = value * x
    value = t1 + c_1
    dx = value + t1
    dvalue_1 = dvalue * x
    dx += t
    return dx, (dvalue_1, dvalue, x, 1.0)

# %% jax
import jax


@jax.jit
def f_grad(x, coefficients):
    """Gradient of f with respect to x, coefficients.   x: float, coefficients: (float, float, float, float)"""
    # adjoint
    value = coefficients[0] * x + coefficients[1]  # line 7: value = value * x + c
    t = value * x
    value = t + coefficients[2]
    dvalue = x * x
    dx = value + t
    dvalue_1 = dvalue * x
    dx = dx + dvalue * coefficients[0]
    return dx, (dvalue_1, dvalue, x, 1.0)

"""Star unpacking of a tuple of known length: Horner's rule."""


def f(x, coefficients):
    value, *rest = coefficients
    for c in rest:
        value = value * x + c
    return value


args = (1.7, (2.0, -1.0, 0.5, 3.0))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax

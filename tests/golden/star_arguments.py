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
# %% numpy
# %% jax

"""The first graph of the lectures: value -10, gradient (-2, -2, 5)."""


def f(x, y, z):
    return z * (x + y)


args = (2.0, 3.0, -2.0)
more_args = [(1.0, -3.0, 4.0)]
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax

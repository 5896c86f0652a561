"""A loop that may make no trip at all."""


def f(x, n):
    y = 1.0
    for _ in range(n):
        y = y * x
    return y


args = (1.7, 5)
more_args = [(1.7, 0), (1.7, 1)]

# %% ir
# %% numpy
# %% jax

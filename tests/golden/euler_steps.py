"""A range whose bound is computed from the data."""


def f(y, t):
    steps = int(t / 0.1) + 1
    h = t / steps
    for _ in range(steps):
        y = y + h * (1 - y * y)
    return y


args = (0.2, 0.75)
more_args = [(0.2, 0.05)]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax

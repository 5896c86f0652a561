"""A simultaneous assignment that swaps, in a loop."""


def f(a, b, n):
    for _ in range(n):
        a, b = b, a * b + 0.1 * a
    return a * b


args = (0.7, 1.2, 4)
more_args = [(0.7, 1.2, 0)]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax

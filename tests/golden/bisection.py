"""A while loop that halves an interval, with a branch on data inside."""


def f(target, low, high):
    while high - low > 0.1:
        middle = 0.5 * (low + high)
        if middle * middle * middle < target:
            low = middle
        else:
            high = middle
    return (target - low * low * low) / (3 * high * high) + low


args = (2.0, 0.0, 2.3)
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax

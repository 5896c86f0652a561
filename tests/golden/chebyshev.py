"""A list that starts as a literal, grows in a loop, and is read from its end."""


def f(x, n):
    T = [1.0, x]
    for _ in range(2, n):
        T.append(2 * x * T[-1] - T[-2])
    return T[-1] + 0.5 * T[-2]


args = (0.3, 6)
more_args = [(0.3, 2), (0.3, 3)]

# %% ir
# %% numpy
# %% jax

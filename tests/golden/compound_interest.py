"""Augmented assignment with every arithmetic operator."""


def f(balance, rate, fee):
    balance *= 1 + rate
    balance -= fee
    balance **= 1.5
    balance /= fee + 1
    balance += rate * fee
    return balance


args = (3.0, 0.05, 0.2)
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax

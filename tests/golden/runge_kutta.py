"""A nested function that reads the variables around it."""
import numpy as np


def pendulum(state, g, h, steps):
    def slope(s):
        return np.array([s[1], -g * np.sin(s[0])])

    for _ in range(steps):
        k1 = slope(state)
        k2 = slope(state + 0.5 * h * k1)
        k3 = slope(state + 0.5 * h * k2)
        k4 = slope(state + h * k3)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return 0.5 * state[1] ** 2 - g * np.cos(state[0])


f = pendulum
args = (np.array([0.5, 0.0]), 9.81, 0.05, 4)
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax

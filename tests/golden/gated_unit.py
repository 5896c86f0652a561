"""A gated recurrent unit with its weights in a dict."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def f(p, xs):
    h = np.zeros(p["Uz"].shape[0])
    for x in xs:
        z = sigmoid(p["Wz"] @ x + p["Uz"] @ h)
        candidate = np.tanh(p["Wh"] @ x + p["Uh"] @ h)
        h = (1 - z) * h + z * candidate
    return np.sum(h**2)


rng = np.random.default_rng(0)
args = ({"Wz": rng.normal(size=(2, 3)), "Uz": rng.normal(size=(2, 2)), "Wh": rng.normal(size=(2, 3)),
         "Uh": rng.normal(size=(2, 2))}, rng.normal(size=(4, 3)))

# %% ir
# %% numpy
# %% jax

import numpy as np


def f(params, x):  # E: 7: int64
    return np.sum(params["w"] * x) + params["steps"][0]


args = ({"w": np.array([1.0, 2.0]), "steps": np.array([3])}, np.array([0.5, 1.0]))

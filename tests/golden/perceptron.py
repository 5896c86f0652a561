"""The multilayer perceptron of the lectures: a loop over a list of layers of any sizes stays a loop."""
import numpy as np

rng = np.random.default_rng(0)


def loss(layers, x, y):
    h = x
    for W, b in layers:
        a = W @ h + b
        h = np.tanh(a)
    return 0.5 * np.sum((h - y) ** 2)


def layers_of(*sizes):
    shapes = [(sizes[k], sizes[k - 1]) for k in range(1, len(sizes))]
    return [(rng.normal(size=(m, n)), rng.normal(size=m)) for m, n in shapes]


f = loss
args = (layers_of(3, 4, 2), rng.normal(size=3), rng.normal(size=2))
more_args = [
    (layers_of(2, 3), rng.normal(size=2), rng.normal(size=3)),
    (layers_of(5, 4, 3, 2), rng.normal(size=5), rng.normal(size=2)),
    ([], rng.normal(size=3), rng.normal(size=3)),
]

# %% ir
# %% numpy
# %% jax

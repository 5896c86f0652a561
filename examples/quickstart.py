"""Gradients of plain NumPy functions, as source code that one can read.

    python examples/quickstart.py
    adcompiler show examples/quickstart.py:loss
    adcompiler show examples/quickstart.py:neuron

Both functions are worked examples of university lectures on backpropagation.
"""

import numpy as np

from adcompiler import check_grads, grad
from adcompiler.verify import prove


@grad
def loss(layers, x, y):
    """The squared error of a multilayer perceptron of any depth."""
    h = x
    for W, b in layers:
        a = b + W @ h
        h = np.tanh(a)
    return 0.5 * np.sum((h - y) ** 2)


@grad(argnums=(0, 1, 2, 3, 4))
def neuron(w0, w1, w2, x0, x1):
    """A logistic unit with two inputs, at the numbers of the lecture."""
    a = w0 * x0 + w1 * x1 + w2
    return 1 / (1 + np.exp(-a))


def perceptron(*sizes, seed=0):
    """Random layers (W, b) from sizes[0] inputs to sizes[-1] outputs."""
    random = np.random.default_rng(seed)
    return [
        (random.normal(size=(n, m)), random.normal(size=n)) for m, n in zip(sizes, sizes[1:], strict=False)
    ]


loss_example = (perceptron(3, 4, 2), np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.0]))
neuron_example = (2.0, -3.0, -3.0, -1.0, -2.0)


def main():
    """Print two adjoints, and let finite differences, XLA and SymPy judge them."""
    print("# the adjoint of a loop over layers is the backward loop of the lecture\n")
    print(loss.source(*loss_example))

    check_grads(loss, loss_example)  # raises where the NumPy or the JAX gradient is wrong
    print("# agrees with finite differences on both backends")

    compiled = grad(loss.primal, backend="jax")
    for (dW, db), (dV, dc) in zip(loss(*loss_example), compiled(*loss_example), strict=True):
        assert np.allclose(dW, dV, rtol=1e-12) and np.allclose(db, dc, rtol=1e-12)
    print("# agrees with the same program compiled by XLA\n")

    source = neuron.source(*neuron_example)
    print(source)
    print("# at w = (2, -3, -3), x = (-1, -2):", *(round(d, 2) for d in neuron(*neuron_example)))

    namespace = {}
    exec(source, namespace)  # what was printed stands alone: it imports NumPy and nothing else
    proof = prove(neuron.primal, namespace["neuron_grad"], neuron_example, neuron.argnums)
    for component in proof.components:
        print("# SymPy:", component)


if __name__ == "__main__":
    main()

"""A network with two hidden layers, in plain NumPy, learns to read handwritten digits.

    python examples/digits.py                    # the gradient compiled by XLA
    python examples/digits.py --backend numpy    # the emitted NumPy source; JAX is not imported
    adcompiler show examples/digits.py:loss      # what is run

The data are the 1797 images of 8 x 8 pixels that come with scikit-learn; a quarter of them is held back as
the test set. Everything is seeded; both backends reach 97% on the test set within seconds.
"""

import argparse
import sys
import time

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sklearn.datasets import load_digits

from adcompiler import value_and_grad

SIZES = (64, 64, 32, 10)
RATE, MOMENTUM = 0.2, 0.9
BATCH = 64


def scores(layers, images):
    """What the network says for each image and digit: affine layers, rectified between them."""
    h = images
    for k, (W, b) in enumerate(layers):
        h = h @ W + b
        if k < len(layers) - 1:
            h = np.maximum(h, 0.0)
    return h


@value_and_grad(backend="jax")
def loss(layers, images, digits):
    """The mean cross-entropy of the softmax of the scores."""
    z = scores(layers, images)
    z = z - np.max(z, axis=1, keepdims=True)
    log_probabilities = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_probabilities[np.arange(len(digits)), digits])


def initial(sizes, random):
    """Layers (W, b) with weights of such a size that the signal keeps its strength (He et al. 2015)."""
    return [
        (random.normal(0.0, np.sqrt(2 / m), size=(m, n)), np.zeros(n))
        for m, n in zip(sizes[:-1], sizes[1:], strict=True)
    ]


def digits_data(random):
    """Training and test images, with pixels between 0 and 1, and their digits."""
    images, digits = load_digits(return_X_y=True)
    order = random.permutation(len(images))
    test, train = np.split(order, [len(images) // 4])
    return images[train] / 16, digits[train], images[test] / 16, digits[test]


def stepped(layers, momenta, gradient, rate):
    """Layers and momenta after one step downhill."""
    momenta = [
        (MOMENTUM * VW - rate * np.asarray(dW), MOMENTUM * Vb - rate * np.asarray(db))
        for (VW, Vb), (dW, db) in zip(momenta, gradient, strict=True)
    ]
    return [(W + VW, b + Vb) for (W, b), (VW, Vb) in zip(layers, momenta, strict=True)], momenta


def accuracy(layers, images, digits):
    """The fraction of images that are read right."""
    return float(np.mean(np.argmax(scores(layers, images), axis=1) == digits))


def train(backend="jax", epochs=20, seed=0, console=None):
    """Train, and print the curve; returns the accuracy on the test set after each epoch."""
    console = console or Console()
    random = np.random.default_rng(seed)
    images, digits, test_images, test_digits = digits_data(random)
    layers = initial(SIZES, random)
    momenta = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    step = loss if backend == "jax" else value_and_grad(loss.primal, backend=backend)

    curve, times = [], []
    batches = len(images) // BATCH
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("training", total=epochs * batches)
        for epoch in range(1, epochs + 1):
            losses, rate = [], RATE * (1 - (epoch - 1) / epochs)
            # The images that do not fill a batch sit out this epoch, so that every batch has one shape.
            for batch in random.permutation(len(images))[: batches * BATCH].reshape(batches, BATCH):
                started = time.perf_counter()
                value, gradient = step(layers, images[batch], digits[batch])
                losses.append(float(value))
                times.append(time.perf_counter() - started)
                layers, momenta = stepped(layers, momenta, gradient, rate)
                progress.advance(task)
            curve.append((epoch, float(np.mean(losses)), accuracy(layers, test_images, test_digits)))
            progress.update(task, description=f"epoch {epoch}, test accuracy {curve[-1][2]:.1%}")

    console.print(learning_curve(curve))
    console.print(f"{sum(W.size + b.size for W, b in layers)} parameters, backend {backend}: ", end="")
    console.print(f"first gradient {times[0]:.2f} s, then {1e6 * np.median(times[1:]):.0f} µs each")
    return [test_accuracy for _, _, test_accuracy in curve]


def learning_curve(curve):
    """A row an epoch, the loss as a bar."""
    table = Table("epoch", "loss", "", "test accuracy", box=None, header_style="bold")
    table.columns[2].style = "cyan"
    largest = max(value for _, value, _ in curve)
    for epoch, value, test_accuracy in curve:
        table.add_row(f"{epoch:>5}", f"{value:.4f}", bar(value / largest), f"{test_accuracy:>13.1%}")
    return table


def bar(part, width=40):
    """A bar of part * width characters, to an eighth of one."""
    whole, eighths = divmod(max(1, round(8 * width * part)), 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[eighths].strip()


def main():
    """Read the options, train, and say how well it reads."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backend", choices=("jax", "numpy"), default="jax")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    reached = train(options.backend, options.epochs, options.seed)[-1]
    if options.backend == "numpy":
        assert "jax" not in sys.modules, "the NumPy backend must not import JAX"
    print(f"test accuracy {reached:.1%}")


random_state = np.random.default_rng(0)
loss_example = (initial((64, 8, 10), random_state), random_state.random((5, 64)), np.arange(5))

if __name__ == "__main__":
    main()

"""A compiled adjoint as PyTorch's backward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adcompiler import to_torch

torch = pytest.importorskip("torch")


def recurrence(x: Any, w: Any, n: int, power: int = 1) -> Any:
    """A loop that overwrites what it made, a container, an integer among the results."""
    y = x.copy()
    for i in range(1, n):
        y[i] = np.sin(y[i - 1]) * w["a"] * x[i] ** power
    return {"y": y, "last": np.sum(y) * w["b"], "largest": np.argmax(x)}


def recurrence_of_torch(x: Any, w: Any, n: int, power: int = 1) -> Any:
    """The same by PyTorch."""
    y = [x[0]]
    for i in range(1, n):
        y.append(torch.sin(y[-1]) * w["a"] * x[i] ** power)
    made = torch.stack(y)
    return {"y": made, "last": torch.sum(made) * w["b"], "largest": torch.argmax(x)}


def arguments(dtype: Any = torch.float64) -> tuple[Any, Any]:
    """Tensors alone and in a container; one number of it is no tensor."""
    x = torch.linspace(0.1, 1.0, 5, dtype=dtype, requires_grad=True)
    return x, {"a": torch.tensor(0.7, dtype=dtype, requires_grad=True), "b": 1.5}


@pytest.mark.parametrize("power", [1, 2])
def test_backward(power: int, backend: Any) -> None:
    """Equal to PyTorch's own, through tensors before it and after it, in every differentiable part of the result."""
    slopes = []
    for f in (to_torch(recurrence, backend=backend), recurrence_of_torch):
        x, w = arguments()
        found = f(2 * x, w, 5, power=power)
        assert int(found["largest"]) == 4 and not found["largest"].requires_grad
        ((found["y"] ** 2).sum() + 3 * found["last"]).backward()
        slopes.append(np.append(x.grad.numpy(), w["a"].grad.numpy()))
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=1e-13)


def test_gradcheck() -> None:
    """PyTorch's own check."""
    f = to_torch(recurrence)
    x, w = arguments()
    assert torch.autograd.gradcheck(lambda x, a: f(x, {"a": a, "b": 1.5}, 5)["y"], (x, w["a"]))


def test_single_precision() -> None:
    """Dtypes are kept, in values and gradients."""
    x, w = arguments(torch.float32)
    found = to_torch(recurrence)(x, w, 5)
    found["y"].sum().backward()
    assert found["y"].dtype == x.grad.dtype == torch.float32


def test_memory_is_its_own() -> None:
    """What the function writes into its arguments, or the caller into the results, reaches nobody else."""

    def overwriting(x: Any) -> Any:
        x[0] = 3.0
        return x, np.sum(x**2)

    x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    whole, total = to_torch(overwriting)(x)
    with torch.no_grad():
        whole.mul_(100.0)
        x.mul_(2.0)  # before the backward, as an optimiser may
    total.backward()
    assert x.tolist() == [2.0, 2.0, 2.0]
    assert x.grad.tolist() == [0.0, 2.0, 2.0]


def test_training() -> None:
    """A layer of PyTorch, a loss in NumPy, an optimiser of PyTorch: the loss falls as with PyTorch's loss."""

    def loss(r: Any) -> Any:
        total = 0.0
        for i in range(len(r)):
            total += np.log(np.cosh(r[i]))
        return total

    histories = []
    for f in (to_torch(loss), lambda r: torch.log(torch.cosh(r)).sum()):
        torch.manual_seed(0)
        layer = torch.nn.Linear(3, 1, dtype=torch.float64)
        x = torch.randn(20, 3, dtype=torch.float64)
        y = x @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
        optimiser = torch.optim.SGD(layer.parameters(), lr=0.02)
        values = []
        for _ in range(20):
            optimiser.zero_grad()
            value = f(layer(x)[:, 0] - y)
            value.backward()
            optimiser.step()
            values.append(value.item())
        histories.append(values)
    np.testing.assert_allclose(histories[0], histories[1], rtol=1e-12)
    assert histories[0][-1] < 0.2 * histories[0][0]


def test_once() -> None:
    """A second derivative is refused, also where the first is linear in what comes from above."""
    x, w = arguments()
    total = to_torch(recurrence)(x, w, 5)["last"]
    with pytest.raises(RuntimeError, match="differentiated once"):
        torch.autograd.grad(total, x, create_graph=True)


def test_keywords() -> None:
    """A tensor by keyword would have no gradient, and is refused; other keywords are passed on."""
    x, w = arguments()
    with pytest.raises(TypeError, match="by position"):
        to_torch(recurrence)(x, w=w, n=5)

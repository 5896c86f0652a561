"""Numbers that are computed from sizes by way of floats may stand where a number has to be known while compiling."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient, assert_same

from adcompiler import CompileError, value_and_grad

V = np.array([0.5, -1.0, 2.0, 0.7, 1.3, -0.4, 0.9])


def same_padding(x, k):
    return np.sum(np.pad(x, int((k - 1) / 2))[: len(x)] ** 2)


def up_to_a_multiple(x, s):
    missing = int(np.ceil(len(x) / s)) * s - len(x)
    return np.sum(np.pad(x, (0, missing)).reshape(-1, s)[:, 0] ** 2)


def of_math(x, s):
    before, after = math.floor(len(x) * 0.3), math.ceil(x.size / s)
    return np.sum(np.pad(x, (before, after), mode="edge") ** 3)


def of_a_root(x, s):
    side = np.floor(np.sqrt(x.shape[0])).astype(int)
    return np.sum(np.pad(x, side, mode="wrap")[:3] ** 2)


def in_a_loop(x, s):
    half = int(len(x) / s)
    total = 0.0
    for i in range(3):
        total += np.sum(np.pad(x * x[i], half, mode="wrap")[:2] ** 2)
    return total


def of_the_index(x, s):
    return sum(np.sum(np.pad(x, int(i / 2), mode="wrap")[:2] * (i + 1.0)) for i in range(s))


@pytest.mark.parametrize("f", [same_padding, up_to_a_multiple, of_math, of_a_root, in_a_loop, of_the_index])
def test_computed_from_sizes(f: Callable[..., Any], backend: str) -> None:
    """Values and gradients follow the sizes and integers from call to call."""
    both = value_and_grad(f, backend=backend)
    for args in ((V, 3), (V, 2), (V[:4], 3), (V, 5), (V, 3)):
        value, slope = both(*args)
        if backend == "numpy":
            assert value == f(*args)
        assert_same(value, f(*args))
        assert_gradient(f, args, slope, 0)


def test_a_parameter_hides_a_module() -> None:
    """A guard names modules, which a parameter of that name would hide; an element of an array is no size."""

    def f(x, np):
        return _padded(x, np)

    def g(x, s):
        return np.sum(np.pad(x, int(x[0]) + s))

    for backend in ("numpy", "jax"):
        with pytest.raises(CompileError, match="pad_width must be known"):
            value_and_grad(f, backend=backend)(V, 2)
        with pytest.raises(CompileError, match="pad_width must be known"):
            value_and_grad(g, backend=backend)(V, 2)


def _padded(x, s):
    return np.sum(np.pad(x, int(np.ceil(len(x) / s))))

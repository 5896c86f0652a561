"""Programs with the arguments to run them with: numbers drawn alike, and what XLA makes of a program beside NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adcompiler import check_grads, value_and_grad

Program = Callable[..., Any]
Point = tuple[Any, ...]


class Programs(list[tuple[Program, Point]]):
    """Programs, each with the arguments to run it with."""

    def on(self, *points: Point) -> Callable[[Program], Program]:
        """Take a program in, with these points."""

        def note(program: Program) -> Program:
            self.extend((program, point) for point in points)
            return program

        return note


def vector(n: int) -> Any:
    return np.random.default_rng(n).normal(size=n)


def matrix(n: int, m: int) -> Any:
    return np.random.default_rng(n).normal(size=(n, m))


def check_on_xla(program: Program, point: Point) -> None:
    """The value is that of the function, on XLA up to rounding; the gradients agree, with differences too."""
    value, slope = value_and_grad(program)(*point)
    found, found_slope = value_and_grad(program, backend="jax")(*point)
    assert value == program(*point)
    np.testing.assert_allclose(found, value, rtol=1e-12, atol=0)
    np.testing.assert_allclose(found_slope, slope, rtol=1e-10, atol=1e-12)
    check_grads(program, point, modes=("rev", "fwd"))

"""What newer versions of NumPy do not have any more, where the installed one has it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from adcompiler import CompileError, check_grads, jvp, vjp


def takes_two() -> bool:
    """Whether np.cross takes vectors of two numbers."""
    with warnings.catch_warnings(action="ignore"):
        try:
            np.cross([1.0, 0.0], [0.0, 1.0])
        except ValueError:
            return False
    return True


def crossed(x: Any, y: Any) -> Any:
    return np.cross(x, y)


def crossed_along(x: Any, y: Any) -> Any:
    return np.cross(x, y, axisa=0, axisb=1, axisc=0)


SHAPES = [((2,), (2,)), ((4, 2), (2,)), ((2,), (4, 3)), ((4, 2), (3,)), ((3,), (4, 2)), ((4, 1, 2), (3, 2))]


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize(
    ("f", "shapes"), [*((crossed, shapes) for shapes in SHAPES), (crossed_along, ((2, 4), (4, 3)))]
)
def test_cross_products_in_the_plane(f: Any, shapes: Any) -> None:
    rng = np.random.default_rng(3)
    x, y = (rng.normal(size=shape) for shape in shapes)
    if not takes_two():
        with pytest.raises(CompileError, match="vectors of 3 numbers"):
            vjp(f, x, y, backend="jax")
        return
    value = vjp(f, x, y)[0]
    assert value.tobytes() == f(x, y).tobytes()
    check_grads(f, (x, y))
    dx, dy = (rng.normal(size=shape) for shape in shapes)
    exact = f(dx, y) + f(x, dy)
    for backend in ("numpy", "jax"):
        assert np.allclose(jvp(f, (x, y), (dx, dy), backend=backend)[1], exact, rtol=1e-12)

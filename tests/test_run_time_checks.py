"""What only a run can tell: the gradient raises where the function itself does, on both backends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traps.paths as paths
from modules import saved

from adcompiler import grad


def averaged(x, w):
    return np.average(np.sin(x), weights=w)


def unpacked_items(x):
    kept = []
    for v in x:
        kept.append(v * v)
    a, b = kept
    return a * b


def unpacked_rows(x):
    a, b = np.array([x[k] for k in range(len(x))])
    return a * b


def exits(x, kind="square"):
    if kind == "square":
        y = x**2
    elif kind == "cube":
        y = x**3
    else:
        sys.exit(1)
    if np.isnan(np.sum(y)):
        print("not a number")
        sys.exit("stopped")
    return np.sum(y)


# The program, arguments on which it raises, and what NumPy's flavour raises.
FAILS: list[tuple[Callable[..., Any], tuple[Any, ...], type[BaseException]]] = [
    (paths.name_bound_on_one_path, (-2.0,), UnboundLocalError),
    (paths.name_bound_in_a_loop, (20.0, 10.0), UnboundLocalError),
    (paths.array_bound_on_one_path, (np.array([-1.0, 2.0]),), UnboundLocalError),
    (paths.users_own_result, (0.5,), UnboundLocalError),
    (paths.raises_on_bad_input, (-2.0,), ValueError),
    (paths.raises_in_a_loop, (np.array([1.0, -2.0, 3.0]),), ValueError),
    (paths.asserts_in_a_loop, (np.array([1.0, 9.0]), 3.0), AssertionError),
    (unpacked_items, (np.array([1.0, 2.0, 3.0]),), ValueError),
    (unpacked_items, (np.array([1.0]),), ValueError),
    (unpacked_rows, (np.array([1.0, 2.0, 3.0]),), ValueError),
    (exits, (np.array([1.0, np.nan]), "cube"), SystemExit),
    (averaged, (np.array([1.0, 9.0]), np.array([-2.0, 2.0])), ZeroDivisionError),
]


@pytest.mark.parametrize(("f", "args", "error"), FAILS, ids=[f.__name__ for f, _, _ in FAILS])
def test_raises_where_the_function_does(
    f: Callable[..., Any], args: tuple[Any, ...], error: type[BaseException], backend: str
) -> None:
    """No gradient is made up where the function has no value; a good input afterwards is served."""
    with pytest.raises(error):
        f(*args)
    gradient = grad(f, backend=backend)
    with pytest.raises(error if backend == "numpy" else Exception) as caught:
        np.asarray(gradient(*args))
    assert backend == "numpy" or error.__name__ in repr(caught.value)
    good = tuple(abs(a) + 1.0 if isinstance(a, float) else a for a in (2.0, 5.0)[: len(args)])
    if all(isinstance(a, float) for a in args):
        assert np.isfinite(gradient(*good))


def test_message_of_a_check() -> None:
    """The message is the user's, with the values of this run."""
    with pytest.raises(ValueError, match=r"negative at 1: -2\.0"):
        grad(paths.raises_in_a_loop)(np.array([1.0, -2.0, 3.0]))


class TooLow(ValueError):
    """An error of a program, made of numbers."""

    def __init__(self, price: float, limit: float = 0.0) -> None:
        super().__init__(f"{price} is below {limit}")
        self.price = price


class lookup(KeyError):
    """An error whose name another thing might have."""


def priced(x: float, limit: float) -> float:
    if x < limit:
        raise TooLow(x, limit=limit)
    if x > 100:
        raise lookup("no price", x)
    if x == 50:
        raise np.linalg.LinAlgError(f"{x} is singular")
    return x * x


ERRORS = [
    (-1.0, TooLow, "-1.0 is below 0.5"),
    (200.0, lookup, "no price"),
    (50.0, np.linalg.LinAlgError, "50.0 is"),
]


@pytest.mark.parametrize(("x", "error", "message"), ERRORS, ids=[error.__name__ for _, error, _ in ERRORS])
def test_errors_of_the_program(x: float, error: type[Exception], message: str, backend: str) -> None:
    """The class that the program raises is raised; under XLA, where JAX makes an error of it, it is named."""
    gradient = grad(priced, backend=backend)
    with pytest.raises(error if backend == "numpy" else Exception) as caught:
        np.asarray(gradient(x, 0.5))
    assert message in str(caught.value)
    assert backend == "numpy" or f"{error.__name__}: " in str(caught.value)
    assert not isinstance(caught.value, TooLow) or caught.value.price == -1.0
    assert gradient(3.0, 0.5) == 6.0


def test_errors_of_a_program_that_stands_alone(tmp_path: Path) -> None:
    """Emitted source has classes of the same names, below the same builtin errors; and can be differentiated."""
    text = grad(priced).source(3.0, 0.5)
    module = saved(text, tmp_path / "priced.py")
    assert text.count("class ") == 2 and "raise TooLow(x, limit=limit)" in text
    for x, error, base in ((-1.0, "TooLow", ValueError), (200.0, "lookup_", KeyError)):
        with pytest.raises(base) as caught:
            module.priced_grad(x, 0.5)
        assert type(caught.value).__name__ == error and x in caught.value.args
    assert grad(module.priced_grad)(3.0, 0.5) == 2.0
    with pytest.raises(module.TooLow):
        grad(module.priced_grad)(-1.0, 0.5)


def test_no_gradient_of_none(backend: str) -> None:
    """A function that gives None for these arguments has no gradient there, and has one for others."""

    def first_above(x: Any) -> Any:
        found = None
        for v in x:
            if found is None and v > 1:
                found = v * v
        return found

    gradient = grad(first_above, backend=backend)
    with pytest.raises(TypeError if backend == "numpy" else Exception, match="None"):
        np.asarray(gradient(np.array([0.5, -1.0])))
    assert np.asarray(gradient(np.array([0.5, 3.0, 2.0]))).tolist() == [0.0, 6.0, 0.0]

"""Warnings stay where they are, and those of NumPy can be silenced as in the function itself."""

import warnings

import numpy as np
import pytest

from adcompiler import CompileError, grad, value_and_grad

X = np.array([1.0, 2.0])


class Slow(RuntimeWarning):
    """A class of one's own stands for the one that Python knows."""


def warned(x):
    total = 0.0
    for k in range(len(x)):
        if x[k] > 1.5:
            warnings.warn(f"item {k} is {x[k]:.1f}", Slow, stacklevel=2)
        total += x[k] ** 2
    return total


def silent(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        y = np.log(x - 1.0)
    return np.sum(np.where(x > 1.0, y, 0.0)) + np.sum(x)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_warnings_are_given_once_a_time(backend):
    """The message has the program's values in it."""
    with pytest.warns(RuntimeWarning, match=r"item 1 is 2\.0") as found:
        value, slope = value_and_grad(warned, backend=backend)(X)
    assert len(found) == 1
    assert value == 5.0
    np.testing.assert_array_equal(slope, 2 * X)


def test_emitted_source_imports_what_it_needs():
    """The emitted function warns as well without this package."""
    source = grad(warned).source(X)
    assert source.startswith("import warnings\n")
    assert 'warnings.warn(f"item {k} is {x[k]:.1f}", RuntimeWarning)' in source


def test_silenced():
    """What the function does not say, its derivative does not say either."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, _ = value_and_grad(silent)(X)
    assert value == 3.0


def test_warnings_that_are_errors_are_refused():
    """They would stop the function in the middle."""

    def strict(x):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return np.sum(np.log(x))

    with pytest.raises(CompileError, match="a warning that is an error"):
        grad(strict)(X)

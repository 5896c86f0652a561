"""What only a run can tell: the gradient raises where the function itself does, on both backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import traps.paths as paths

from adcompiler import grad

# The program, arguments on which it raises, and what NumPy's flavour raises.
FAILS: list[tuple[Callable[..., Any], tuple[Any, ...], type[Exception]]] = [
    (paths.name_bound_on_one_path, (-2.0,), UnboundLocalError),
    (paths.name_bound_in_a_loop, (20.0, 10.0), UnboundLocalError),
    (paths.array_bound_on_one_path, (np.array([-1.0, 2.0]),), UnboundLocalError),
    (paths.users_own_result, (0.5,), UnboundLocalError),
    (paths.raises_on_bad_input, (-2.0,), ValueError),
    (paths.raises_in_a_loop, (np.array([1.0, -2.0, 3.0]),), ValueError),
    (paths.asserts_in_a_loop, (np.array([1.0, 9.0]), 3.0), AssertionError),
]


@pytest.mark.parametrize(("f", "args", "error"), FAILS, ids=[f.__name__ for f, _, _ in FAILS])
def test_raises_where_the_function_does(
    f: Callable[..., Any], args: tuple[Any, ...], error: type[Exception], backend: str
) -> None:
    """No gradient is made up where the function has no value; a good input afterwards is served."""
    with pytest.raises(error):
        f(*args)
    gradient = grad(f, backend=backend)
    with pytest.raises(error if backend == "numpy" else Exception) as caught:
        np.asarray(gradient(*args))
    assert backend == "numpy" or error.__name__ in str(caught.value)
    good = tuple(abs(a) + 1.0 if isinstance(a, float) else a for a in (2.0, 5.0)[: len(args)])
    if all(isinstance(a, float) for a in args):
        assert np.isfinite(gradient(*good))


def test_message_of_a_check() -> None:
    """The message is the user's, with the values of this run."""
    with pytest.raises(ValueError, match=r"negative at 1: -2\.0"):
        grad(paths.raises_in_a_loop)(np.array([1.0, -2.0, 3.0]))


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

"""An ordinary function rebuilt so that complex numbers pass through it: `np.zeros` makes a complex array.

A program that stores into a float array, or calls math, cannot be run with complex arguments, though it is
analytic. Rebuilt (`mirror`), it makes complex arrays and calls numpy; comparisons look at real parts. Whether it
is still the same function is for finite differences to confirm.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from adcompiler.pytree import tree_map
from adcompiler.verify.mirror import OF_MATH, Mirror, root

MAKERS = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "array")


def complex_function(f: Callable[..., object]) -> Callable[..., object]:
    """The function with complex arrays for those that it makes."""
    rebuilt: Callable[..., object] = UnderComplex().counterpart(f)

    def run(*args: object) -> object:
        # NumPy's complex numbers can be compared: by their real parts, unless these are equal.
        return rebuilt(*tree_map(lambda leaf: np.complex128(leaf) if type(leaf) is complex else leaf, args))

    return run


class UnderComplex(Mirror):
    """Functions rebuilt for complex numbers."""

    def of_library(self, value: Any) -> Any:
        """NumPy's function for one of math's; one that makes a complex array for one that makes floats."""
        name = str(getattr(value, "__name__", ""))
        if root(value) == "math":
            return getattr(np, OF_MATH.get(name, name), value)
        if name in MAKERS and value is getattr(np, name):
            return _making_complex(value)
        return value


def _making_complex(maker: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(maker)
    def made(*args: object, **keywords: object) -> Any:
        array = maker(*args, **keywords)
        return array.astype(np.complex128) if array.dtype.kind == "f" else array

    return made

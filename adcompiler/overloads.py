"""Numba, if it is there, and what emitted code calls and Numba does not know."""

from __future__ import annotations

import functools
import importlib.util
from typing import Any

import numpy as np


def require_numba(backend: str) -> None:
    """ModuleNotFoundError, with the way out, where Numba is not installed."""
    if importlib.util.find_spec("numba") is None:
        raise ModuleNotFoundError(
            f'backend="{backend}" needs the package numba: pip install "adcompiler[numba]"', name="numba"
        )


@functools.cache
def teach() -> None:
    """Teach Numba what adjoints call and it does not know: reversed(range(...)), reversed(list), np.heaviside."""
    import numba
    from numba.extending import overload

    def turned_range(items: Any) -> Any:
        last = items.start + (len(items) - 1) * items.step
        return range(last, items.start - items.step, -items.step)

    def turned_list(items: Any) -> Any:
        return items[::-1]

    @overload(reversed)  # type: ignore[untyped-decorator]
    def turned(items: Any) -> Any:
        known = {numba.types.RangeType: turned_range, numba.types.List: turned_list}
        return known.get(type(items))

    @numba.vectorize  # type: ignore[untyped-decorator]
    def step(x: float, middle: float) -> float:
        return 1.0 if x > 0 else 0.0 if x < 0 else middle if x == 0 else np.nan

    overload(np.heaviside)(lambda x, middle: lambda x, middle: step(x, middle))

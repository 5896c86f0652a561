"""Programs on which source transformers go wrong in silence, a module for each kind of mischief.

`@trap` demands a right gradient; `@numpy_trap` demands it on NumPy, and XLA may refuse. `@right_or_refused` marks programs outside the language that is promised: a
CompileError will do there, a wrong number will not. Both take the argument tuples to run on and give back the
function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
BOTH = ("numpy", "jax")
V = np.array([0.5, -1.0, 2.0, 0.7])
W = np.array([1.5, 0.3, -0.6, 1.1])
M = np.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]])


@dataclass(frozen=True, eq=False)
class Trap:
    """A program with the arguments to run it on."""

    f: Callable[..., Any]
    runs: tuple[tuple[Any, ...], ...]
    argnums: int | tuple[int, ...]
    demanded: tuple[str, ...]


TRAPS: dict[str, Trap] = {}


def trap(
    *runs: tuple[Any, ...], argnums: int | tuple[int, ...] = 0, demanded: tuple[str, ...] = BOTH
) -> Callable[[F], F]:
    """Register a program whose gradient must be right."""

    def register(f: F) -> F:
        assert f.__name__ not in TRAPS
        TRAPS[f.__name__] = Trap(f, runs, argnums, demanded)
        return f

    return register


def right_or_refused(*runs: tuple[Any, ...], argnums: int | tuple[int, ...] = 0) -> Callable[[F], F]:
    """Register a program whose gradient must be right unless the program is refused."""
    return trap(*runs, argnums=argnums, demanded=())


def numpy_trap(*runs: tuple[Any, ...], argnums: int | tuple[int, ...] = 0) -> Callable[[F], F]:
    """Register a program whose gradient must be right on NumPy, and right or refused under XLA."""
    return trap(*runs, argnums=argnums, demanded=("numpy",))

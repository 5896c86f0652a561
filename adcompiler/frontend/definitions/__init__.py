"""Functions of NumPy and SciPy written in the language that is compiled: calls of them are lowered to their bodies.

Each public function of the modules here stands for the function of NumPy that has its name, and does the same
arithmetic in the same order, so that the value is the same bit for bit. Where a function is a primitive too, the
definition is for the calls with a keyword that the primitive does not have.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FunctionType, ModuleType

from adcompiler.frontend.definitions import (
    calculus,
    combinations,
    distributions,
    integration,
    lax_arrays,
    lax_control,
    lax_slices,
    matrices,
    polynomials,
    rearranging,
    scipy_matrices,
    selection,
    statistics,
    windows,
    writing,
)
from adcompiler.primitives.registry import Primitive

_MODULES = (calculus, polynomials, rearranging, selection, statistics, windows, writing)
_OF_MATRICES = (matrices,)


@dataclass(frozen=True, slots=True)
class Definition:
    """A function of NumPy, written out."""

    function: FunctionType
    parameters: frozenset[str]

    def serves(self, row: Primitive | None, keywords: Iterable[str]) -> bool:
        """Whether a call is for the definition, not for the primitive that the function may be too."""
        if row is None:
            return True
        return any(k not in row.signature.parameters and k in self.parameters for k in keywords)


def _definitions(modules: Iterable[ModuleType]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and name[0] != "_":
                found[name] = Definition(value, frozenset(inspect.signature(value).parameters))
    return found


# by the module of NumPy, and of JAX
DEFINITIONS = {
    "numpy": _definitions(_MODULES),
    "numpy.linalg": _definitions(_OF_MATRICES),
    "scipy.integrate": _definitions((integration,)),
    "scipy.linalg": _definitions((scipy_matrices,)),
    "scipy.special": _definitions((combinations,)),
    "jax.lax": _definitions((lax_arrays, lax_control, lax_slices)),
}
# methods of the distributions of scipy.stats
DISTRIBUTIONS = _definitions((distributions,))


def definition_of(function: Callable[..., object] | object) -> Definition | None:
    """The definition of a function of NumPy, SciPy or jax, or None."""
    name = getattr(function, "__name__", "")
    for module, definitions in DEFINITIONS.items():
        places = (sys.modules.get(module), sys.modules.get(f"jax.{module}"))
        if name in definitions and any(function is getattr(place, name, None) for place in places if place):
            return definitions[name]
    return _method(getattr(function, "__self__", None), name)


def _method(owner: object, name: str) -> Definition | None:
    stats = sys.modules.get("scipy.stats")
    if owner is None or stats is None or owner is not getattr(stats, "norm", None):
        return None
    return DISTRIBUTIONS.get(f"norm_{name}")

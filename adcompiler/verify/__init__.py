"""Independent oracles for gradients: finite differences, the complex step, SymPy.

They know nothing of the compiler. All take plain callables; only `check_grads` calls the compiler. Importing
this imports neither sympy nor jax, and the exact check only when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from adcompiler.verify.check import check_grads, check_jvp, check_vjp
from adcompiler.verify.comparison import compare
from adcompiler.verify.complex_step import NotAnalytic, complex_gradient, complex_step
from adcompiler.verify.finite import Estimate, finite_difference, numerical_gradient
from adcompiler.verify.report import Report

if TYPE_CHECKING:
    from adcompiler.verify.exact import Component, Proof, prove

__all__ = [
    "Component",
    "Estimate",
    "NotAnalytic",
    "Proof",
    "Report",
    "check_grads",
    "check_jvp",
    "check_vjp",
    "compare",
    "complex_gradient",
    "complex_step",
    "finite_difference",
    "numerical_gradient",
    "prove",
]


def __getattr__(name: str) -> Any:
    if name not in ("Component", "Proof", "prove"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adcompiler.verify import exact

    return getattr(exact, name)

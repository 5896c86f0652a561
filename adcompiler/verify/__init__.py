"""Independent oracles for gradients: finite differences, the complex step, SymPy.

They know nothing of the compiler. All take plain callables; only `check_grads` calls the compiler.
Importing this imports neither sympy nor jax.
"""

from adcompiler.verify.check import Report, check_grads, check_vjp, compare
from adcompiler.verify.complex_step import NotAnalytic, complex_gradient, complex_step
from adcompiler.verify.exact import Component, Proof, prove
from adcompiler.verify.finite import Estimate, finite_difference, numerical_gradient

__all__ = [
    "Component",
    "Estimate",
    "NotAnalytic",
    "Proof",
    "Report",
    "check_grads",
    "check_vjp",
    "compare",
    "complex_gradient",
    "complex_step",
    "finite_difference",
    "numerical_gradient",
    "prove",
]

"""A symbolic, source-transformation autodiff compiler: gradients of NumPy functions, as source code."""

from adcompiler.api import Gradient, grad, value_and_grad
from adcompiler.custom import custom_jvp, custom_vjp, from_sympy, on_backward, opaque
from adcompiler.derivatives import (
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    pushforward,
)
from adcompiler.errors import CompileError
from adcompiler.implicit import implicit
from adcompiler.inside_jax import to_jax
from adcompiler.inside_torch import to_torch
from adcompiler.marks import checkpoint, stop_gradient
from adcompiler.pullbacks import pullback, vjp
from adcompiler.verify.check import check_grads

__all__ = [
    "CompileError",
    "Gradient",
    "check_grads",
    "checkpoint",
    "custom_jvp",
    "custom_vjp",
    "from_sympy",
    "grad",
    "hessian",
    "hvp",
    "implicit",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "on_backward",
    "opaque",
    "pullback",
    "pushforward",
    "stop_gradient",
    "to_jax",
    "to_torch",
    "value_and_grad",
    "vjp",
]
__version__ = "0.1.0"

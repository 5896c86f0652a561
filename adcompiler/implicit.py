"""Derivatives of solutions: of roots and fixed points, by the implicit function theorem."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adcompiler.api import Gradient
from adcompiler.custom import custom_vjp
from adcompiler.frontend.agreement import fits
from adcompiler.frontend.bindings import Binding
from adcompiler.frontend.context import Lowering


class _Fitting:
    """Inside a function that is compiled, a value, refused where it has not the shape of another."""

    def inline_call(self, low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        """The first argument."""
        value, x = arguments
        have, want = (low.operand(low.present(one), "the equation").type for one in arguments)
        if not fits(have, want):
            low.stop(
                f"the equation that `implicit` was given is {have}, and what it is solved for is {want}",
                "give it a residual, or a step, of the shape of the solution",
            )
        return value


fitting: Any = _Fitting()


def implicit(
    residual: Callable[..., Any] | None = None,
    *,
    fixed_point: Callable[..., Any] | None = None,
    nondiff_argnums: int | Sequence[int] = (),
) -> Callable[[Callable[..., Any]], custom_vjp]:
    """A decorator for a function that solves an equation: its derivative is that of the solution, not of its steps.

    @implicit(residual) on x = solve(*args) says that residual(x, *args) is 0, and @implicit(fixed_point=step) that
    step(x, *args) is x. x is a number or an array, and the residual has its shape. The cotangent g of x becomes
    -(dF/dargs)^T w with (dF/dx)^T w = g, where dF/dx is a dense matrix; nothing is recorded of the steps of the solver.
    What the solver starts from has the derivative 0. nondiff_argnums: integers and what else is not differentiated.

    Griewank and Walther, Evaluating Derivatives, 2nd ed., section 15.1; Blondel et al., Efficient and Modular Implicit
    Differentiation, NeurIPS 2022, section 2. Where dF/dx is singular, NumPy raises LinAlgError, and XLA gives numbers
    that are not finite.
    """
    equation = residual or fixed_point
    if equation is None or (residual and fixed_point):
        raise TypeError("implicit takes a residual or fixed_point=")
    fixed = (nondiff_argnums,) if isinstance(nondiff_argnums, int) else tuple(nondiff_argnums)

    def off(x: Any, *args: Any) -> Any:
        value = fitting(equation(x, *args), x)
        return value - x if residual is None else value

    def decorate(solve: Callable[..., Any]) -> custom_vjp:
        solution = custom_vjp(solve, fixed)
        count = len(inspect.signature(solve).parameters)
        by_args = tuple(k + 2 for k in range(count) if k not in fixed)

        def along(x: Any, w: Any, *args: Any) -> Any:
            return w * off(x, *args) if np.ndim(x) == 0 else np.sum(w * off(x, *args))

        slope, share = Gradient(along, 0), Gradient(along, by_args)

        def forward(*args: Any) -> Any:
            x = solution(*args)
            return x, (x, args)

        def backward(*given: Any) -> Any:
            (x, args), g = given[-2:]
            if np.ndim(x) == 0:
                return share(x, -g / slope(x, 1.0, *args), *args)
            matrix = np.zeros((x.size, x.size), x.dtype)
            for k in range(x.size):
                unit = np.zeros(x.size, x.dtype)
                unit[k] = 1.0
                if x.ndim == 1:
                    matrix[:, k] = slope(x, unit, *args)
                else:
                    matrix[:, k] = np.ravel(slope(x, unit.reshape(x.shape), *args))
            if x.ndim == 1:
                return share(x, -np.linalg.solve(matrix, g), *args)
            return share(x, -np.linalg.solve(matrix, np.ravel(g)).reshape(x.shape), *args)

        solution.defvjp(forward, backward)
        return solution

    return decorate

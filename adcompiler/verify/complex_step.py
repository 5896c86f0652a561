"""Derivatives by the complex step: exact to rounding, for programs that are analytic in their argument.

`f(x + i h d)` has the imaginary part `h f'(x) d` up to `h**3`; nothing is subtracted, so `h` can be 1e-30
and the derivative is as accurate as the function. Programs that take absolute values, real parts or
conjugates, compare the argument, or store it in a float array are not analytic: they are recognised, and
refused.

W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40(1),
110-112, 1998.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from adcompiler.pytree import flatten
from adcompiler.verify.finite import (
    Argnums,
    Line,
    Outcome,
    Vector,
    along,
    argument_leaves,
    argument_numbers,
    fresh,
    is_inexact,
    line_through,
    outcome,
    scalar_result,
)

STEP = 1e-30  # its square vanishes beside every argument
LOST = "the imaginary part is lost on the way, as in abs(x), np.real(x) or a comparison"


class NotAnalytic(ValueError):
    """The program does not carry the imaginary part through, so the complex step says nothing about it."""


def complex_step(
    f: Callable[..., object],
    args: Sequence[object],
    argnum: Argnums,
    direction: object,
    *,
    step: float = STEP,
) -> object:
    """The derivative of `f(*args)` along `direction`, in the structure of f's result.

    Raises NotAnalytic for programs that are not. Arguments and results are real. The result is compared
    with a finite difference, because `abs(x)` and the like drop the imaginary part without a word.
    """
    return _derivative(line_through(f, args, argnum, direction), step)


def complex_gradient(
    f: Callable[..., object], args: Sequence[object], argnums: Argnums = 0, *, step: float = STEP
) -> object:
    """The gradient of a function with one real scalar result, as `numerical_gradient`; or NotAnalytic."""
    leaves, structure = flatten(tuple(args))
    scalar_result(Line(f, tuple(leaves), structure, {})(0.0))
    gradients: list[object] = [None] * len(leaves)
    for i in argument_leaves(args, argnums):
        if not is_inexact(leaves[i]):
            continue
        gradient = np.zeros(np.asarray(leaves[i]).shape)
        for index in np.ndindex(gradient.shape):
            unit = np.zeros(gradient.shape)
            unit[index] = 1.0
            gradient[index] = np.asarray(_derivative(Line(f, tuple(leaves), structure, {i: unit}), step))
        gradients[i] = gradient if gradient.shape else gradient[()].item()
    whole = structure.unflatten(gradients)
    assert isinstance(whole, tuple)
    return (
        whole[argnums]
        if isinstance(argnums, int)
        else tuple(whole[k] for k in argument_numbers(args, argnums))
    )


def imaginary_slope(line: Line, through: Callable[..., object] | None = None) -> tuple[Vector, float]:
    """The derivative along a line by the complex step, not yet compared with anything; or NotAnalytic.

    `through` is run on complex numbers in the function's stead. The second number is how far the value is from
    that of the function on real numbers, relative: the rounding that the program makes of its own.
    """
    real = outcome(line(0.0))
    turned = _turned_outcome(line if through is None else replace(line, f=through), real, STEP)
    size = float(np.max(np.abs(real.vector), initial=0.0)) or 1.0
    off = float(np.max(np.abs(turned.vector.real - real.vector), initial=0.0)) / size
    return turned.vector.imag / STEP, off


def _derivative(line: Line, step: float) -> object:
    real = outcome(line(0.0))
    value: Vector = _turned_outcome(line, real, step).vector.imag / step
    check = along(line)
    # Where finite differences failed, their doubt is infinite and nothing can be held against the complex
    # step.
    allowed = 1e-4 * np.maximum(1.0, np.abs(check.value)) + 10 * check.error
    if bool(np.any(np.abs(value - check.value) > allowed)):
        raise NotAnalytic(LOST)
    return real.unflatten(value)


def _turned_outcome(line: Line, real: Outcome, step: float) -> Outcome:
    if real.vector.dtype.kind == "c" or any(_kind(line.leaves[i]) == "c" for i in line.directions):
        raise NotAnalytic("the complex step is for real arguments and real results")
    turned = outcome(_turned(line, step))
    if turned.structure != real.structure or turned.vector.shape != real.vector.shape:
        raise NotAnalytic("the structure of the result changes when the argument is complex")
    return turned


def _turned(line: Line, step: float) -> object:
    """The result with the arguments moved by `step` in the imaginary direction."""
    moved = [
        _imaginary(leaf, step * line.directions[i]) if i in line.directions else fresh(leaf)
        for i, leaf in enumerate(line.leaves)
    ]
    args = line.structure.unflatten(moved)
    assert isinstance(args, tuple)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "error", np.exceptions.ComplexWarning
            )  # a complex value put into a float array
            return line.f(*args)
    except (TypeError, np.exceptions.ComplexWarning) as error:
        raise NotAnalytic(f"the program cannot be run with complex numbers: {error}") from error


def _imaginary(leaf: object, by: Vector) -> object:
    """`leaf + 1j * by`, complex: a Python number, NumPy scalar or array, as the leaf."""
    moved = np.asarray(leaf) + 1j * by
    if isinstance(leaf, np.ndarray):
        return moved
    return moved[()] if isinstance(leaf, np.generic) else complex(moved)


def _kind(leaf: object) -> str:
    return np.asarray(leaf).dtype.kind

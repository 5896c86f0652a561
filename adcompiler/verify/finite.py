"""Derivatives by finite differences: the oracle that knows nothing but the function.

The default estimate is Ridders' method: central differences along a ladder of steps, extrapolated to step
zero (Richardson), where the disagreement between the extrapolations is the error estimate. Every evaluation
gets fresh copies of the arguments, so a function that writes into them does no harm, and the caller's are
never touched.

C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4(2),
75-76, 1982. W. H. Press et al., Numerical Recipes, third edition, section 5.7, for the steps of the plain
stencils.
"""

from __future__ import annotations

import copy
import inspect
import math
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import BuiltinFunctionType, EllipsisType, FunctionType, NoneType
from typing import Any, Literal, TypeAlias

import numpy as np

from adcompiler.pytree import TreeDef, flatten, leaves_with_paths

Vector: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[Any]]"
Argnums: TypeAlias = int | Sequence[int]
Stencil: TypeAlias = Literal["best", "two-point", "five-point"]

LADDER = 4.0  # each step of Ridders' ladder is this much smaller than the last
RUNGS = 26  # down to about the rounding of the argument
ORDERS = 6  # more columns of the tableau than this gain nothing in double precision

_ATOMS = (
    float,
    int,
    complex,
    str,
    bytes,
    np.generic,
    NoneType,
    EllipsisType,
    type,
    BuiltinFunctionType,
    FunctionType,
)


@dataclass(frozen=True)
class Estimate:
    """A derivative, in the structure of the function's result, with the uncertainty of each component.

    `step` is the step behind the least certain component; `problem` is what the function raised on the way,
    if anything: near the edge of its domain the larger steps may fail while the smaller ones serve.
    """

    value: object
    error: object
    step: float
    evaluations: int
    problem: str = ""


@dataclass(frozen=True)
class Line:
    """A function along a line through its arguments: `self(h)` is `f(*(args + h * direction))`.

    `directions` maps the position of a leaf to its direction; leaves without one stay where they are.
    """

    f: Callable[..., object]
    leaves: tuple[object, ...]
    structure: TreeDef
    directions: Mapping[int, Vector]

    def __call__(self, h: float) -> object:
        moved = [
            shifted(leaf, h * self.directions[i]) if i in self.directions else fresh(leaf)
            for i, leaf in enumerate(self.leaves)
        ]
        args = self.structure.unflatten(moved)
        assert isinstance(args, tuple)
        return self.f(*args)

    def moves(self, h: float) -> bool:
        """Whether a step is large enough to change any argument."""
        return any(
            not np.array_equal(np.asarray(shifted(self.leaves[i], h * d)), np.asarray(self.leaves[i]))
            for i, d in self.directions.items()
        )

    @property
    def size(self) -> float:
        """The size of the largest argument that moves, or 1 where all are smaller."""
        sizes = [np.abs(np.asarray(self.leaves[i])) for i in self.directions]
        largest = max((float(size.max()) for size in sizes if size.size), default=1.0)
        return max(1.0, largest) if math.isfinite(largest) else 1.0

    @property
    def scale(self) -> float:
        """The step that moves the arguments by about their size."""
        longest = max((float(np.abs(d).max()) for d in self.directions.values() if d.size), default=0.0)
        return self.size / (longest or 1.0)

    @property
    def precision(self) -> float:
        """The rounding of the coarsest dtype among the leaves that move."""
        return max((_rounding(np.asarray(self.leaves[i]).dtype) for i in self.directions), default=0.0)


@dataclass(frozen=True)
class Outcome:
    """A result as one flat vector of its inexact leaves, and the way back to its structure."""

    vector: Vector
    leaves: tuple[object, ...]
    structure: TreeDef

    def unflatten(self, vector: Vector) -> object:
        """The vector in the structure of the result; leaves that cannot vary become zeros."""
        parts: list[object] = []
        start = 0
        for leaf in self.leaves:
            shape = np.asarray(leaf).shape if is_inexact(leaf) or is_number(leaf) else ()
            size = math.prod(shape) if is_inexact(leaf) else 0
            part = vector[start : start + size].reshape(shape) if is_inexact(leaf) else np.zeros(shape)
            parts.append(part if shape else part[()].item())
            start += size
        return self.structure.unflatten(parts)

    @property
    def precision(self) -> float:
        """The rounding of the coarsest dtype in the result."""
        return max(
            (_rounding(np.asarray(leaf).dtype) for leaf in self.leaves if is_inexact(leaf)), default=0.0
        )


@dataclass(frozen=True)
class Slope:
    """An Estimate as vectors, component by component of the result at the `origin` of a line."""

    origin: Outcome
    value: Vector
    error: Vector
    step: float
    evaluations: int
    problem: str


@dataclass
class _Run:
    """Evaluations along one line: the result at its origin, how many there were, what was raised."""

    line: Line
    origin: Outcome
    evaluations: int = 1
    problem: str = ""
    nothing: Vector = field(init=False)

    def __post_init__(self) -> None:
        self.nothing = np.full_like(self.origin.vector, np.nan)

    def at(self, h: float) -> Vector:
        """The result at step `h`, or NaN where there is none (outside the domain, or of another shape)."""
        self.evaluations += 1
        try:
            with np.errstate(all="ignore"):
                result = outcome(self.line(h))
        except Exception as error:  # the origin was fine, so whatever is wrong here is a matter of the domain
            self.problem = f"{type(error).__name__}: {error}"
            return self.nothing
        if result.structure != self.origin.structure or result.vector.shape != self.origin.vector.shape:
            self.problem = "the structure or shape of the result changes with the argument"
            return self.nothing
        if result.vector.dtype != self.origin.vector.dtype:  # (-0.1) ** 0.5 is complex in Python
            self.problem = f"the result becomes {result.vector.dtype}"
            return self.nothing
        return result.vector

    def slope(self, value: Vector, error: Vector, step: Vector) -> Slope:
        """What was found, with the step behind the least certain component."""
        used = float(step[int(np.argmax(error))]) if error.size else math.nan
        return Slope(self.origin, value, error, used, self.evaluations, self.problem)


def is_number(leaf: object) -> bool:
    """Whether a leaf is a number or an array of numbers or booleans."""
    if isinstance(leaf, float | int | complex):
        return True
    dtype = getattr(leaf, "dtype", None)
    return isinstance(dtype, np.dtype) and dtype.kind in "biufc"


def is_inexact(leaf: object) -> bool:
    """Whether derivatives with respect to a leaf exist: a float or complex number, or an array of such."""
    if isinstance(leaf, float | complex):
        return True
    dtype = getattr(leaf, "dtype", None)
    return isinstance(dtype, np.dtype) and dtype.kind in "fc"


def fresh(leaf: object) -> object:
    """A copy that a function may write into; what cannot be copied (a module, a lock) is returned."""
    if isinstance(leaf, _ATOMS):
        return leaf
    if isinstance(leaf, np.ndarray):
        return leaf.copy(order="K")
    try:
        return copy.deepcopy(leaf)
    except Exception:  # deepcopy runs code of any class and so may raise anything
        return leaf


def fresh_arguments(args: Sequence[object]) -> tuple[object, ...]:
    """Copies of the arguments, containers included."""
    leaves, structure = flatten(tuple(args))
    copies = structure.unflatten([fresh(leaf) for leaf in leaves])
    assert isinstance(copies, tuple)
    return copies


def shifted(leaf: object, by: Vector) -> object:
    """`leaf + by` in the type and dtype of the leaf."""
    before = np.asarray(leaf)
    return like_leaf(leaf, before.astype(np.result_type(before.dtype, np.float64)) + by)


def like_leaf(leaf: object, values: Any) -> object:
    """The values in the type and dtype of a leaf: a Python number, NumPy scalar, or array of NumPy or JAX."""
    dtype = np.asarray(leaf).dtype
    match leaf:
        case np.generic():  # first, because np.float64 is a float
            return dtype.type(values)
        case float() | int() | complex():
            return type(leaf)(values)
        case np.ndarray():
            return np.asarray(values, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # outside JAX's 64-bit mode, where its arrays would lose half their digits
        made = sys.modules["jax"].numpy.asarray(values, dtype=dtype)
    return made if made.dtype == dtype else np.asarray(values, dtype)


def outcome(result: object) -> Outcome:
    """A function's result as a vector; raises TypeError if nothing in it can vary."""
    leaves, structure = flatten(result)
    parts = [np.ravel(np.asarray(leaf)) for leaf in leaves if is_inexact(leaf)]
    if not parts:
        raise TypeError(f"the function returns {_described(result)}: there is nothing to differentiate")
    # A copy, because the function may return a view of an array that it goes on writing into.
    vector = np.concatenate([part.astype(np.result_type(part.dtype, np.float64)) for part in parts])
    return Outcome(vector, tuple(leaves), structure)


def line_through(
    f: Callable[..., object], args: Sequence[object], argnums: Argnums, direction: object
) -> Line:
    """The line through `args` along `direction`, which has the structure of the arguments named by `argnums`.

    For an int, `direction` is like that argument, for several it is a tuple of such. Directions of leaves
    that are not inexact are ignored. Raises ValueError if structure or shapes differ.
    """
    leaves, structure = flatten(tuple(args))
    chosen = argument_leaves(args, argnums)
    wanted = (direction,) if isinstance(argnums, int) else direction
    parts, given = flatten(wanted)
    expected = flatten(tuple(args[k] for k in argument_numbers(args, argnums)))[1]
    if given != expected:
        raise ValueError(f"the direction has the structure {given}, the arguments {expected}")
    directions: dict[int, Vector] = {}
    for i, part in zip(chosen, parts, strict=True):
        if not is_inexact(leaves[i]):
            continue
        if np.asarray(part).shape != np.asarray(leaves[i]).shape:
            shapes = np.asarray(part).shape, np.asarray(leaves[i]).shape
            raise ValueError(f"the direction has shape {shapes[0]}, the argument {shapes[1]}")
        directions[i] = np.asarray(part)
    return Line(f, tuple(leaves), structure, directions)


def finite_difference(
    f: Callable[..., object],
    args: Sequence[object],
    argnum: Argnums,
    direction: object,
    *,
    stencil: Stencil = "best",
    step: float | None = None,
) -> Estimate:
    """The derivative of `f(*args)` along `direction` in argument `argnum`, in the structure of f's result.

    `stencil` is "two-point" or "five-point" for plain central differences with one step, relative to
    `direction` (the default step is scaled to the argument and the dtype), or "best" for Ridders' method
    from `step` downwards. For several arguments, `argnum` is a sequence and `direction` a tuple.
    """
    slope = along(line_through(f, args, argnum, direction), stencil, step)
    value, error = slope.origin.unflatten(slope.value), slope.origin.unflatten(slope.error)
    return Estimate(value, error, slope.step, slope.evaluations, slope.problem)


def along(line: Line, stencil: Stencil = "best", step: float | None = None) -> Slope:
    """The derivative at the origin of a line, as `finite_difference`."""
    run = _Run(line, outcome(line(0.0)))
    if not any(np.any(direction) for direction in line.directions.values()):
        nothing = np.zeros_like(run.origin.vector)
        return run.slope(nothing, np.abs(nothing), np.abs(nothing))
    match stencil:
        case "best":
            return _ridders(run, step)
        case "two-point" | "five-point":
            return _central(run, stencil, step)
        case _:
            raise ValueError(f"no stencil {stencil!r}: it is 'best', 'two-point' or 'five-point'")


def one_sided(line: Line, closer: float = 1.0) -> tuple[Vector, Vector]:
    """The derivatives from the left and from the right: they differ where the function has a kink."""
    run = _Run(line, outcome(line(0.0)))
    h = closer * line.scale * max(line.precision, run.origin.precision) ** 0.25

    def side(h: float) -> Vector:
        near, far = (run.at(h / 2) - run.origin.vector) / (h / 2), (run.at(h) - run.origin.vector) / h
        return 2 * near - far

    return side(-h), side(h)


def numerical_gradient(
    f: Callable[..., object],
    args: Sequence[object],
    argnums: Argnums = 0,
    *,
    stencil: Stencil = "best",
    step: float | None = None,
) -> object:
    """The gradient of a function with one real scalar result, component by component, as JAX's grad.

    Components are float64 (for complex arguments complex128, with JAX's sign: df/dx - i df/dy), whatever
    the dtype of the argument; leaves that cannot vary are None. Costs about 8 evaluations a component.
    """
    leaves, structure = flatten(tuple(args))
    scalar_result(f(*fresh_arguments(args)))
    gradients: list[object] = [None] * len(leaves)
    for i in argument_leaves(args, argnums):
        if not is_inexact(leaves[i]):
            continue
        gradient = np.zeros(
            np.asarray(leaves[i]).shape, np.result_type(np.asarray(leaves[i]).dtype, np.float64)
        )
        for index in np.ndindex(gradient.shape):
            gradient[index] = component(Line(f, tuple(leaves), structure, {}), i, index, stencil, step)[0]
        gradients[i] = gradient if gradient.shape else gradient[()].item()
    whole = structure.unflatten(gradients)
    assert isinstance(whole, tuple)
    return (
        whole[argnums]
        if isinstance(argnums, int)
        else tuple(whole[k] for k in argument_numbers(args, argnums))
    )


def component(
    line: Line, leaf: int, index: tuple[int, ...], stencil: Stencil = "best", step: float | None = None
) -> tuple[complex, float]:
    """The partial derivative of a real scalar function by one element of one leaf, and its uncertainty."""
    like = np.asarray(line.leaves[leaf])
    unit = np.zeros(like.shape, np.result_type(like.dtype, np.float64))
    unit[index] = 1.0
    real = along(replace(line, directions={leaf: unit}), stencil, step)
    if like.dtype.kind != "c":
        return float(real.value[0]), float(real.error[0])
    imaginary = along(replace(line, directions={leaf: 1j * unit}), stencil, step)
    value = complex(float(real.value[0]), -float(imaginary.value[0]))
    return value, float(max(real.error[0], imaginary.error[0]))


def scalar_result(result: object) -> float:
    """The one real number that a function returned; raises TypeError if it returned anything else."""
    if not is_inexact(result) or np.asarray(result).shape != () or np.asarray(result).dtype.kind == "c":
        raise TypeError(f"a gradient needs a function with one real scalar result, not {_described(result)}")
    return float(np.asarray(result))


def argument_numbers(args: Sequence[object], argnums: Argnums) -> tuple[int, ...]:
    """The positions of the chosen arguments, counted from the front; ValueError if there is none."""
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for k in numbers:
        if not -len(args) <= k < len(args):
            raise ValueError(f"there is no argument {k}: the function is called with {len(args)}")
    return tuple(k % len(args) for k in numbers)


def argument_leaves(args: Sequence[object], argnums: Argnums) -> list[int]:
    """Where the leaves of the chosen arguments stand among all leaves, in the order of argnums."""
    counts = [len(flatten(arg)[0]) for arg in args]
    starts = np.concatenate([[0], np.cumsum(counts)]) if counts else [0]
    return [int(starts[k]) + i for k in argument_numbers(args, argnums) for i in range(counts[k])]


def named_leaves(f: Callable[..., object], args: Sequence[object]) -> list[tuple[str, object]]:
    """All leaves of the arguments, with paths that start with the names of the parameters."""
    names = argument_names(f, args)
    return [(names[k] + path, leaf) for k, arg in enumerate(args) for path, leaf in leaves_with_paths(arg)]


def argument_names(f: Callable[..., object], args: Sequence[object]) -> list[str]:
    """What the parameters are called that take these arguments, such as `x` or `rest[0]`."""
    try:
        bound = inspect.signature(f).bind(*args)
    except (
        TypeError,
        ValueError,
    ):  # no signature, as for some built-in functions, or one that is not the real one
        return [f"args[{k}]" for k in range(len(args))]
    names: list[str] = []
    for name, value in bound.arguments.items():
        if bound.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
            names += [f"{name}[{k}]" for k in range(len(value))]
        else:
            names.append(name)
    return names


def _ridders(run: _Run, first: float | None) -> Slope:
    """Ridders' tableau for all components at once; each component takes the entry with the least error."""
    rounding = max(run.line.precision, run.origin.precision)
    # Large arguments need not mean slow change: start between the scale of the argument and 1, and go down.
    h = first or _power_of_two(run.line.scale / math.sqrt(run.line.size) * rounding ** (1 / 7))
    origin = np.abs(run.origin.vector)
    value, error = run.nothing.copy(), np.full(origin.shape, np.inf)
    step = np.full(origin.shape, np.nan)
    above: list[Vector] = []
    curved_above = np.full(origin.shape, np.nan)
    for _ in range(RUNGS):
        if not run.line.moves(h):
            break
        right, left = run.at(h), run.at(-h)
        with np.errstate(all="ignore"):
            row = [(right - left) / (2 * h)]
            size = np.fmax(np.fmax(np.abs(right), np.abs(left)), origin) + np.abs(row[0]) * run.line.scale
            floor = rounding * size / h
            # A step resolves the function if the second difference shrinks with it, at least as at a kink.
            # Without this a peak between two samples that are equal by chance, or both zero, would pass for
            # a constant.
            curved = np.abs(right - 2 * run.origin.vector + left)
            resolved = (curved <= 0.3 * curved_above) | (curved <= 100 * rounding * size)
            for order, older in enumerate(above[: ORDERS - 1]):
                finer = row[order]
                row.append(finer + (finer - older) / (LADDER ** (2 * order + 2) - 1))
                doubt = np.fmax(np.abs(row[-1] - finer), np.abs(row[-1] - older)) + floor
                # Far too large a step gives small, similar values; a smaller step that knows better
                # overrules it.
                better = resolved & ((doubt < error) | (20 * doubt < np.abs(row[-1] - value)))
                value = np.where(better, row[-1], value)
                error, step = np.where(better, doubt, error), np.where(better, h, step)
            # Where no step resolves anything, the plain difference is still better than no number at all.
            coarse = np.isnan(value) | (np.isinf(error) & (floor < 1e-5 * np.abs(row[0])))
            value, step = np.where(coarse, row[0], value), np.where(coarse, h, step)
        if bool(np.all((floor >= error) | ~np.isfinite(run.origin.vector))):
            break
        above, curved_above, h = row, curved, h / LADDER
    return run.slope(value, error, step)


def _central(run: _Run, stencil: Literal["two-point", "five-point"], step: float | None) -> Slope:
    """Central differences at one step; the uncertainty is the disagreement with twice the step."""
    rounding = max(run.line.precision, run.origin.precision)
    power = 1 / 3 if stencil == "two-point" else 1 / 5
    h = step or _power_of_two(run.line.scale * rounding**power)
    near, far = run.at(h) - run.at(-h), run.at(2 * h) - run.at(-2 * h)
    two, wide = near / (2 * h), far / (4 * h)
    five = two + (two - wide) / 3
    floor = rounding * np.abs(run.origin.vector) / h
    value = two if stencil == "two-point" else five
    return run.slope(value, np.abs(five - two) + floor, np.full(floor.shape, h))


def _rounding(dtype: np.dtype[Any]) -> float:
    return float(np.finfo(dtype).eps) if dtype.kind in "fc" else 0.0


def _power_of_two(h: float) -> float:
    """The nearest power of two: adding it to an argument is mostly exact."""
    return 2.0 ** round(math.log2(h))


def _described(value: object) -> str:
    shape = np.asarray(value).shape if is_number(value) else ()
    dtype = getattr(value, "dtype", None)
    return f"{type(value).__name__}" + (f" of shape {shape} and dtype {dtype}" if dtype is not None else "")

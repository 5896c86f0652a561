"""Programs as functions, their arguments, and what they give without the compiler."""

from __future__ import annotations

import linecache
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler.pytree import tree_map
from adcompiler.verify.complex_step import NotAnalytic, complex_step
from adcompiler.verify.finite import along, fresh_arguments, is_inexact, like_leaf, line_through
from adcompiler.verify.fuzz.generate import NAME, Parameter, Program

LARGEST = 1e6  # of a value or a slope that a comparison is based on
STEP = 5e-4  # of the five-point formula, which looks twice as far: no kink may be nearer than that
AGREE = 1e-7  # how closely the formula with two steps has to agree

Function = Callable[..., Any]
Namespace = Mapping[str, Any]


class Skipped(Exception):
    """A program that says nothing: it fails by itself, is not finite, or sits beside a kink."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a program is run: the arguments, its value there, and its slope along a direction."""

    args: tuple[Any, ...]
    value: Any
    direction: tuple[Any, ...]
    slope: float
    doubt: float  # the uncertainty of the slope
    oracle: str  # what the slope is from: "complex step" or "differences"


def load(source: str, file: str) -> dict[str, Any]:
    """The namespace after executing a source, which the front end can read under its file name."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "fuzzed", "__file__": file}
    exec(compile(source, file, "exec", dont_inherit=True), namespace)
    return namespace


@contextmanager
def loaded(source: str, file: str = "<fuzz>") -> Iterator[dict[str, Any]]:
    """The namespace of a source; the lines of all that was compiled meanwhile are forgotten afterwards."""
    before = set(linecache.cache)
    try:
        yield load(source, file)
    finally:
        for name in [name for name in linecache.cache if name not in before or name == file]:
            del linecache.cache[name]


def arguments(program: Program, namespace: Mapping[str, Any], draw: int = 0) -> tuple[Any, ...]:
    """The arguments of a program; each draw gives others."""
    random = np.random.default_rng([program.seed, draw])
    return tuple(_argument(parameter, namespace, random) for parameter in program.parameters)


def _argument(parameter: Parameter, namespace: Mapping[str, Any], random: np.random.Generator) -> Any:
    shape = parameter.shape
    match parameter.kind:
        case "float":
            return float(random.uniform(0.2, 1.2))
        case "array":
            return random.uniform(-0.4, 1.3, shape)
        case "float32":
            return random.uniform(-0.4, 1.3, shape).astype(np.float32)
        case "zero-dimensional":
            return np.array(random.uniform(0.2, 1.2))
        case "integers":
            return random.integers(0, shape[0], shape)
        case "mask":
            return random.random(shape) < 0.6
        case "integer":
            return int(random.integers(0, 3))
    vector, number = random.uniform(-0.4, 1.3, shape), float(random.uniform(0.2, 1.2))
    match parameter.kind:
        case "tuple":
            return (vector, number)
        case "list":
            return [vector, random.uniform(-0.4, 1.3, shape)]
        case "dict":
            return {"a": vector, "b": number}
        case "State":
            return namespace["State"](vector, random.uniform(-0.4, 1.3, shape))
    return namespace[parameter.kind](vector, number)


def point(
    function: Function,
    twin: Function,
    args: tuple[Any, ...],
    argnums: Sequence[int],
    seed: int,
    analytic: bool = True,
) -> Point:
    """The value and the slope of a program along a random direction; Skipped where they say nothing.

    `twin` is the program in double precision throughout, from which the slope is taken; by the complex step only if
    the program is `analytic`.
    """
    random = np.random.default_rng([seed, 7])
    with quiet():
        try:
            value = function(*fresh_arguments(args))
        except Exception as error:  # a random program may raise anything
            raise Skipped(f"raises {type(error).__name__}") from error
        if np.ndim(value) or not is_inexact(value):
            raise Skipped("gives no number")
        if not np.isfinite(value) or abs(value) > LARGEST:
            raise Skipped("is not finite")
        doubled = tree_map(double, args)
        assert isinstance(doubled, tuple)
        if not np.isclose(twin(*fresh_arguments(doubled)), value, rtol=1e-3, atol=1e-3):
            raise Skipped("takes another path in double precision")
        direction = tuple(tree_map(lambda leaf: _drawn(random, leaf), doubled[k]) for k in argnums)
        line = line_through(twin, doubled, argnums, direction)
        near, far = (along(line, "five-point", step).value[0] for step in (STEP / 2, STEP))
        if not np.isfinite(near) or abs(near) > LARGEST:
            raise Skipped("has no finite slope")
        doubt = abs(near - far)
        if not doubt <= AGREE * max(1.0, abs(near)):
            raise Skipped("is beside a kink")
        if not analytic:
            return Point(args, value, direction, float(near), float(doubt), "differences")
        try:
            exact = complex_step(twin, doubled, argnums, direction)
        except NotAnalytic:
            return Point(args, value, direction, float(near), float(doubt), "differences")
        except Exception:  # anything may happen to a program that is run on complex numbers
            return Point(args, value, direction, float(near), float(doubt), "differences")
        slope = float(np.asarray(exact))
        if not abs(slope - near) <= 10 * AGREE * max(1.0, abs(near)):
            raise Skipped("has a complex step that is not its slope")
        return Point(args, value, direction, slope, 0.0, "complex step")


def double(leaf: Any) -> Any:
    """A leaf in double precision."""
    return leaf.astype(np.float64) if getattr(leaf, "dtype", None) == np.float32 else leaf


def _drawn(random: np.random.Generator, leaf: Any) -> Any:
    drawn = random.standard_normal(np.shape(leaf))
    return like_leaf(leaf, drawn) if is_inexact(leaf) else leaf


def in_double(source: str) -> str:
    """The program without float32."""
    return source.replace("float32", "float64")


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings: random programs earn many."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def function_of(namespace: Mapping[str, Any]) -> Function:
    """The function of a program that is differentiated."""
    function: Function = namespace[NAME]
    return function

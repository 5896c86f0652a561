"""What a command line is about: a grad object, and the point at which it is looked at."""

from __future__ import annotations

import ast
import functools
import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any, cast

import numpy as np

from adcompiler.api import ON_XLA, Backend, Gradient
from adcompiler.argnums import Argnums
from adcompiler.emit.source import load_module
from adcompiler.errors import CompileError, InternalError
from adcompiler.frontend.arguments import parameters_of
from adcompiler.pipeline import Stage
from adcompiler.pytree import flatten, leaves_with_paths, tree_map
from adcompiler.verify.finite import fresh_arguments, is_inexact
from adcompiler.verify.judge import SYMPY, by_proof
from adcompiler.verify.judgement import Judgement, Subject
from adcompiler.viewer.example import arranged, drawn_signatures, found_beside
from adcompiler.viewer.locate import Located

FLAVOURS = {"numpy": "NumPy", "jax": "JAX", "numba": "NumPy, by Numba", "jax+numba": "JAX with Numba"}
DIFFERENCE_SECONDS = 5.0
EVALUATIONS = 60  # of the function for one component by finite differences, about
FEWEST, MOST = 4, 200  # components that are compared one by one


@dataclass(frozen=True)
class Point:
    """Where a function is evaluated, its value there, and how long that took."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    note: str
    value: object
    seconds: float


class Fails(Exception):
    """The example does not fit the function, or it or what was emitted for it raises there; the message says so."""


def gradient_of(located: Located, backend: Backend | None, argnums: tuple[str, ...]) -> Gradient:
    """The grad object that was asked for: as decorated, changed by the options; Fails for an unknown name."""
    asked = tuple(int(text) if text.lstrip("-").isdecimal() else text for text in argnums)
    wanted: Argnums | None = asked[0] if len(asked) == 1 else asked or None
    try:
        return _gradient_of(located, backend, wanted)
    except ValueError as unknown:
        raise Fails(str(unknown)) from unknown


def _gradient_of(located: Located, backend: Backend | None, wanted: Argnums | None) -> Gradient:
    value = located.value
    if isinstance(value, Gradient):
        chosen = value.argnums if wanted is None else wanted
        settings = chosen, value.has_aux, value.value, backend or value.backend
        return Gradient(value.primal, *settings, untaken=value.untaken)
    beside = vars(located.module).get("argnums", 0)
    return Gradient(value, beside if wanted is None else wanted, backend=backend or "numpy")


def like(gradient: Gradient, kind: type[Gradient] = Gradient, **changes: Any) -> Gradient:
    """A grad object of the same function with other settings."""
    names = ("argnums", "has_aux", "value", "backend", "untaken")
    return kind(gradient.primal, **{**{name: getattr(gradient, name) for name in names}, **changes})


def point_of(located: Located, gradient: Gradient, texts: Mapping[str, str]) -> Point:
    """The example arguments; of the ways to draw random ones, the first at which the function has a value."""
    signature = parameters_of(gradient.primal)
    beside = found_beside(vars(located.module), located.name)
    found: list[Point] = []
    for note, given in drawn_signatures(texts):
        args, kwargs = arranged(signature, given, beside, positions(gradient), located.name)
        found.append(_evaluated(gradient.primal, args, kwargs, note))
        if not isinstance(found[-1].value, Exception) and _finite(found[-1].value):
            return found[-1]
    return found[0]


def _evaluated(primal: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], note: str) -> Point:
    """The value at a point, or what was raised instead, and the time that a call takes."""
    value: object = None
    seconds = np.inf
    for _ in range(2):  # the first call may pay for imports and caches
        started = time.perf_counter()
        try:
            with np.errstate(all="ignore"):
                value = primal(*fresh_arguments(args), **kwargs)
        except Exception as error:  # the user's function may raise anything
            return Point(args, kwargs, note, error, 0.0)
        seconds = min(seconds, time.perf_counter() - started)
        if seconds > DIFFERENCE_SECONDS / EVALUATIONS:
            break
    return Point(args, kwargs, note, value, seconds)


def positions(gradient: Gradient) -> tuple[int, ...]:
    """The positional arguments that are differentiated."""
    return (gradient.argnums,) if isinstance(gradient.argnums, int) else tuple(gradient.argnums)


def _finite(value: object) -> bool:
    leaves = [leaf for _, leaf in leaves_with_paths(value) if is_inexact(leaf)]
    return all(bool(np.all(np.isfinite(np.asarray(leaf)))) for leaf in leaves)


def text_of(gradient: Gradient, point: Point, stage: Stage | None = None) -> str:
    """What runs, or the IR of a stage; Fails if the arguments do not bind, or argnums is out of range."""
    try:
        if stage is not None:
            return gradient.ir(*point.args, stage=stage, **point.kwargs).strip("\n")
        return gradient.source(*point.args, **point.kwargs).strip("\n")
    except (TypeError, ValueError) as error:
        raise Fails(str(error)) from error


def computed(name: str, gradient: Gradient, point: Point) -> tuple[object, object]:
    """The value that is differentiated, and its gradient in NumPy's arrays; Fails where there is none.

    The function is looked at first, so that what is wrong with it is not said of the gradient.
    """
    if isinstance(point.value, Exception):
        raise Fails(_raised(f"{name} itself fails at the example", point.value)) from point.value
    try:
        result: Any = gradient(*point.args, **point.kwargs)
    except (CompileError, InternalError):
        raise
    except Exception as error:  # the emitted code may fail in any way
        what = f"the {FLAVOURS[gradient.backend]} source of the gradient fails at the example"
        raise Fails(_raised(what, error)) from error
    value = cast(Any, point.value)[0] if gradient.has_aux else point.value
    return value, _part(gradient, result)


def _part(gradient: Gradient, result: Any) -> object:
    """The gradient among what a grad object returns."""
    return in_numpy(result[1] if gradient.value else result[0] if gradient.has_aux else result)


def _raised(what: str, error: Exception) -> str:
    return f"{what}: {type(error).__name__}: {error}"


def in_numpy(tree: object) -> object:
    """The arrays of a gradient as NumPy's."""
    return tree_map(lambda leaf: np.asarray(leaf) if hasattr(leaf, "shape") else leaf, tree)


def scalar_function(gradient: Gradient, point: Point) -> Callable[..., Any]:
    """The function of the positional arguments alone, without its auxiliary result."""
    primal = functools.partial(gradient.primal, **point.kwargs) if point.kwargs else gradient.primal
    if not gradient.has_aux:
        return primal
    # The oracles quote the names of the parameters, which they find through __wrapped__.
    return functools.wraps(primal, assigned=(), updated=())(lambda *args: primal(*args)[0])


def subject_of(gradient: Gradient, point: Point, found: object) -> Subject:
    """A gradient as the oracles look at it, as many components as there is time for; Fails if it has no such shape."""
    limit = int(np.clip(DIFFERENCE_SECONDS / EVALUATIONS / max(point.seconds, 1e-6), FEWEST, MOST))

    def again(*args: object) -> object:
        return _part(gradient, gradient(*args, **point.kwargs))

    function = scalar_function(gradient, point)
    subject = Subject(function, point.args, gradient.argnums, found, again, limit)
    try:
        subject.by_leaf(found)
    except ValueError as error:
        raise Fails(str(error)) from error
    return subject


# ---------------------------------------------------------------- the emitted source
def python_function(value: object) -> FunctionType | None:
    """The function behind partials, methods, grad objects and callable objects; None if it is built in."""
    while not isinstance(value, FunctionType):
        match value:
            case functools.partial():
                value = value.func
            case Gradient():
                value = value.primal
            case _ if inspect.ismethod(value):
                value = value.__func__
            case _:
                value = type(value).__call__
                if not isinstance(value, FunctionType):
                    return None
    return value


def emitted_name(source: str) -> str:
    """The function that a source defines; helpers come before it."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)][-1]


def proof_of(gradient: Gradient, point: Point, subject: Subject) -> Judgement:
    """SymPy's verdict on the emitted source; on its NumPy flavour where it cannot follow the JAX one."""
    judgement = _proof_of(gradient, point, subject, gradient.backend)
    if gradient.backend in ON_XLA and judgement.agreement == "cannot see":
        return _proof_of(gradient, point, subject, "numpy", " (the NumPy source)")
    return judgement


def _proof_of(
    gradient: Gradient,
    point: Point,
    subject: Subject,
    backend: Backend,
    which: str = "",
) -> Judgement:
    emitted = emitted_function(gradient, point, backend)
    if emitted is None:
        return Judgement(SYMPY, "cannot see", "the emitted source reads arrays from outside of the function")
    adjoint = functools.partial(emitted, **point.kwargs) if point.kwargs else emitted
    place = 1 if gradient.value else 0 if gradient.has_aux else None
    wanted = tuple(point.args[k] for k in positions(gradient))
    structure = flatten(wanted[0] if isinstance(gradient.argnums, int) else wanted)[1]

    def chosen(*args: object) -> object:
        result = adjoint(*args) if place is None else adjoint(*args)[place]
        return structure.unflatten(_unnested(result))

    return by_proof(chosen, subject, which)


def emitted_function(gradient: Gradient, point: Point, backend: Backend) -> Callable[..., Any] | None:
    """The function that the emitted source defines; None where it has parameters that the user's has not."""
    source = gradient.source(*point.args, backend=backend, **point.kwargs)
    name = emitted_name(source)
    emitted = cast(Callable[..., Any], load_module(source, name)[name])
    added = set(inspect.signature(emitted).parameters) - set(parameters_of(gradient.primal).parameters)
    return None if added else emitted


def _unnested(result: object) -> list[object]:
    """The leaves of what emitted source returns: it has tuples where the user has instances of classes.

    Plainer than `flatten`, because it runs on SymPy's symbols.
    """
    match result:
        case None:
            return []
        case tuple() | list():
            return [leaf for item in result for leaf in _unnested(item)]
        case dict():
            return [leaf for item in result.values() for leaf in _unnested(item)]
    return [result]

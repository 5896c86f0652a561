"""`adcompiler check`: the gradient of the user's own function against every oracle, as a table or as JSON.

With order 2 what is checked is the gradient of the slope of the function along a random direction; the slope
itself is taken from the emitted first gradient, so that differences of it are differences of that.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rich.console import Console

from adcompiler.api import Backend, Gradient
from adcompiler.commands.target import (
    FLAVOURS,
    Fails,
    Point,
    computed,
    emitted_function,
    in_numpy,
    like,
    positions,
    proof_of,
    scalar_function,
    subject_of,
    text_of,
)
from adcompiler.derivatives import pushforward
from adcompiler.errors import CompileError
from adcompiler.pytree import TreeDef, flatten, tree_map
from adcompiler.verify.finite import Vector, fresh_arguments, is_inexact, like_leaf
from adcompiler.verify.judge import (
    BACKEND,
    FORWARD,
    PASSES,
    SYMMETRY,
    SYMPY,
    VALUE,
    by_complex_step,
    by_differences,
    by_digits,
    by_dot_product,
    by_jax,
    by_product,
    by_route,
    by_slope,
    by_value,
)
from adcompiler.verify.judgement import Judgement, Oracle, Subject, first_line, inner_product, same_bytes
from adcompiler.verify.slope import slope_along
from adcompiler.verify.under_jax import has_jax
from adcompiler.verify.unoptimised import Unoptimised
from adcompiler.viewer.locate import Located
from adcompiler.viewer.table import Row, show_table

ROUNDING = 1e-10  # how closely a value has to agree that is computed in another order, as by XLA
SEED = 0
NOTE = 80  # characters of a note in a table


@dataclass(frozen=True)
class Case:
    """What the oracles look at: a grad object at a point.

    `jax` is the function that JAX is given. At order 2 `first` is the gradient that is differentiated, at the point
    `origin`, along `direction`, by leaf.
    """

    gradient: Gradient
    point: Point
    subject: Subject
    jax: Callable[..., Any]
    origin: Point
    direction: Mapping[int, Vector] | None = None
    first: Gradient | None = None


@dataclass(frozen=True)
class Report:
    """What was checked, and what each oracle says."""

    target: str
    located: Located
    gradient: Gradient
    point: Point
    order: int
    value: object
    judgements: tuple[Judgement, ...]

    @property
    def agrees(self) -> bool:
        """Whether no oracle objects."""
        return all(judgement.agreement != "disagrees" for judgement in self.judgements)


def check(target: str, located: Located, gradient: Gradient, point: Point, order: int) -> Report:
    """Ask every oracle about the gradient at the point, or about the second derivative there."""
    with silenced():
        text_of(gradient, point)
        value, found = computed(located.name, gradient, point)
        case = _first(gradient, point, found) if order == 1 else _second(located, gradient, point)
        return Report(target, located, gradient, point, order, value, tuple(_judgements(case)))


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """What the user's function prints is not repeated for each of hundreds of evaluations; no warnings of NumPy."""
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), np.errstate(all="ignore"):
        yield


def _first(gradient: Gradient, point: Point, found: object) -> Case:
    subject = subject_of(gradient, point, found)
    return Case(gradient, point, subject, subject.f, point)


def _second(located: Located, gradient: Gradient, point: Point) -> Case:
    """The slope along a random direction as a function of its own, with its gradient."""
    if (unnamed := _without_names(flatten(point.args)[1])) is not None:
        what = f"the parts of a {unnamed} have no names in Python, so that no direction can be written for it"
        raise Fails(f"second derivatives cannot be checked: {what}")
    first = like(gradient, value=False, backend="numpy")
    random = np.random.default_rng(SEED)
    wanted = tuple(point.args[k] for k in positions(gradient))
    directions = tree_map(lambda leaf: _random_like(random, leaf), wanted)
    slope = _slope(first, point, directions, first)
    second = Gradient(slope, gradient.argnums, backend=gradient.backend, untaken=gradient.untaken)
    here = Point(point.args, {}, point.note, slope(*fresh_arguments(point.args)), point.seconds)
    _, curved = computed(f"the slope of {located.name}", second, here)
    plain = slope
    if (emitted := emitted_function(first, point, "numpy")) is not None:
        text = _slope(first, point, directions, emitted)
        with contextlib.suppress(Exception):  # emitted source returns tuples for instances of classes
            plain = text if text(*fresh_arguments(point.args)) == here.value else slope
    subject = replace(subject_of(second, here, curved), f=plain)
    leaves = [leaf for leaf in flatten(directions)[0] if is_inexact(leaf)]
    by_leaf = {i: np.asarray(leaf) for i, leaf in zip(subject.active, leaves, strict=True)}
    own = like(gradient, value=False)
    return Case(second, here, subject, scalar_function(gradient, point), point, by_leaf, own)


def _without_names(structure: TreeDef) -> str | None:
    """A type among containers whose parts the user cannot write: it was registered with numbers for keys."""
    if structure.kind == "custom":
        return structure.type.__name__
    return next(filter(None, map(_without_names, structure.children)), None)


def _random_like(random: np.random.Generator, leaf: Any) -> object:
    """Random numbers of the type and dtype of a leaf; what cannot vary stays."""
    return like_leaf(leaf, np.round(random.standard_normal(np.shape(leaf)), 3)) if is_inexact(leaf) else leaf


def _slope(
    first: Gradient, point: Point, directions: tuple[Any, ...], f: Callable[..., Any]
) -> Callable[..., Any]:
    """The slope of the user's function along directions, as a function with a source."""
    single = isinstance(first.argnums, int)
    return slope_along(f, first.primal, point.args, point.kwargs, directions, single, first.has_aux)


# ---------------------------------------------------------------- oracles
def _judgements(case: Case) -> Iterator[Judgement]:
    """A judgement of each oracle, the dearest last but one."""
    subject = case.subject
    yield by_differences(subject)
    yield by_complex_step(subject)
    yield by_dot_product(subject)
    yield proof_of(case.gradient, case.point, subject)
    yield by_digits(subject)
    yield by_jax(case.jax, subject, case.direction)
    yield _other_backend(case)
    yield _other_route(PASSES, case, like(case.gradient, Unoptimised, value=True, backend="numpy"))
    yield _asked(FORWARD, case, lambda: _by_forward_mode(case))
    if case.first is not None:
        yield _asked(SYMMETRY, case, lambda: _by_symmetry(case))
    yield _value(case)


def _other_backend(case: Case) -> Judgement:
    other: Backend = "jax" if case.gradient.backend == "numpy" else "numpy"
    if other == "jax" and not has_jax():
        return Judgement(BACKEND, "cannot see", "jax is not installed", components=case.subject.components)
    names = {"numpy": "NumPy", "jax": "XLA", "numba": "Numba", "jax+numba": "XLA with Numba"}
    note = f"{names[other]} against {names[case.gradient.backend]}"
    return _other_route(BACKEND, case, like(case.gradient, value=True, backend=other), note)


def _other_route(oracle: Oracle, case: Case, other: Gradient, note: str = "") -> Judgement:
    """The gradient by another way through the compiler, which may refuse it, but not fail."""
    try:
        result: Any = other(*case.point.args, **case.point.kwargs)
    except CompileError as refusal:
        said = f"refused: {refusal.diagnostics[0].message}"
        return Judgement(oracle, "cannot see", said, components=case.subject.components)
    except Exception as error:  # what is emitted may fail in any way
        said = f"{note}: " * bool(note) + f"raises {type(error).__name__}: {first_line(error)}"
        return Judgement(oracle, "disagrees", said, components=case.subject.components)
    value = result[0][0] if other.has_aux else result[0]
    return by_route(oracle, case.subject, value, in_numpy(result[1]), note)


def _asked(oracle: Oracle, case: Case, judge: Callable[[], Judgement]) -> Judgement:
    """What forward mode says, which may refuse the function, but not fail."""
    try:
        return judge()
    except CompileError as refusal:
        said = f"refused: {refusal.diagnostics[0].message}"
        return Judgement(oracle, "cannot see", said, components=case.subject.components)
    except Exception as error:  # what is emitted may fail in any way
        said = f"raises {type(error).__name__}: {first_line(error)}"
        return Judgement(oracle, "disagrees", said, components=case.subject.components)


def _by_forward_mode(case: Case) -> Judgement:
    """The tangent along the subject's direction; at order 2 that of the gradient, forward over reverse."""
    if case.first is None:
        tangent = _tangent(case.gradient.primal, case.gradient, case.point, case.subject.direction)
        return by_slope(FORWARD, case.subject, float(np.real(np.asarray(tangent))), "by the tangent")
    assert case.direction is not None
    product = in_numpy(_tangent(case.first, case.gradient, case.origin, case.direction, case.first.has_aux))
    return by_product(case.subject, product, "forward over reverse")


def _by_symmetry(case: Case) -> Judgement:
    """u H v is v H u: the other one by forward over reverse."""
    assert case.first is not None and case.direction is not None
    other = case.subject.direction
    product = _tangent(case.first, case.gradient, case.origin, other, case.first.has_aux)
    parts = case.subject.by_leaf(in_numpy(product))
    expected, _ = inner_product([case.direction[i] for i in parts], list(parts.values()))
    return by_slope(SYMMETRY, case.subject, expected, "u·Hv against v·Hu")


def _tangent(
    f: Callable[..., Any],
    settings: Gradient,
    point: Point,
    direction: Mapping[int, Vector],
    has_aux: bool | None = None,
) -> object:
    """The tangent of a function of the user's, or of its gradient, along a direction by leaf."""
    leaves, structure = flatten(point.args)
    moved = [like_leaf(leaf, direction[i]) if i in direction else leaf for i, leaf in enumerate(leaves)]
    filled: Any = structure.unflatten(moved)
    aux = settings.has_aux if has_aux is None else has_aux
    pushed = pushforward(f, settings.argnums, aux, settings.backend)
    result: Any = pushed.along(point.args, point.kwargs, [filled[k] for k in positions(settings)])
    return result[1]


def _value(case: Case) -> Judgement:
    """The value that the gradient's code computes, and the arguments, which it has to leave as they are."""
    args = fresh_arguments(case.point.args)
    before = same_bytes(args)
    both = like(case.gradient, value=True)
    try:
        result: Any = both(*args, **case.point.kwargs)
    except Exception as error:  # what is emitted may fail in any way
        return Judgement(VALUE, "disagrees", f"raises {type(error).__name__}: {first_line(error)}")
    if same_bytes(args) != before:
        return Judgement(VALUE, "disagrees", "the arguments are not what they were before")
    # The slope that is differentiated at order 2 is computed by the first gradient, as optimised by itself.
    tolerance = 0.0 if case.gradient.backend == "numpy" and case.direction is None else ROUNDING
    return by_value(in_numpy(result[0]), case.point.value, tolerance)


# ---------------------------------------------------------------- what is printed
def print_report(console: Console, report: Report, plain: bool) -> None:
    """The table, and a line that says what follows from it."""
    what = "gradient" if report.order == 1 else "second derivatives"
    head = f"{what} of {report.located.name} ({FLAVOURS[report.gradient.backend]})"
    if report.point.note:
        head += f", arguments {report.point.note}"
    show_table(console, head, [_row(judgement) for judgement in report.judgements], _summary(report), plain)


def _summary(report: Report) -> str:
    by: dict[str, list[str]] = {"ok": [], "disagrees": [], "cannot see": []}
    for judgement in report.judgements:
        by[judgement.agreement].append(judgement.oracle.name)
    if by["disagrees"]:
        return f"DISAGREES: {', '.join(by['disagrees'])}"
    if not by["ok"]:
        return "no oracle could see anything"
    blind = f", {len(by['cannot see'])} cannot see" if by["cannot see"] else ""
    return f"{len(by['ok'])} of {len(report.judgements)} oracles agree{blind}"


def _row(judgement: Judgement) -> Row:
    tones: Any = {"ok": "good", "disagrees": "bad", "cannot see": "neutral"}
    error = "" if judgement.error is None else f"{judgement.error:.1e}"
    tolerance = "" if judgement.tolerance is None else f"{judgement.tolerance:.1e}"
    oracle = judgement.oracle
    return Row(
        oracle.name,
        judgement.agreement,
        tones[judgement.agreement],
        error,
        tolerance,
        _worst(judgement),
        oracle.sees,
        oracle.blind,
    )


def _worst(judgement: Judgement) -> str:
    """The worst component, or why there is none."""
    worst = judgement.worst
    if worst is None or judgement.agreement == "cannot see" or judgement.oracle is SYMPY:
        return _short(judgement.note)
    said = f"{worst.place}: {worst.computed:.10g}, not {worst.expected:.10g}"
    if judgement.agreement == "ok":
        said = f"{worst.place}: {worst.computed:.6g}"
    if judgement.checked < judgement.components:
        said += f" (worst of {judgement.checked} of {judgement.components} components)"
    return f"{said}; {_short(judgement.note)}" if judgement.note else said


def _short(note: str) -> str:
    """A note as there is room for it in a table; JSON has all of it."""
    return note if len(note) <= NOTE else note[: NOTE - 1].rstrip() + "…"


def as_json(report: Report) -> str:
    """The report as one JSON object."""
    return _text(
        {
            "target": report.target,
            "function": report.located.name,
            "backend": report.gradient.backend,
            "order": report.order,
            "argnums": list(positions(report.gradient)),
            "arguments": report.point.note,
            "value": _plain(report.value),
            "agrees": report.agrees,
            "refused": [],
            "failed": "",
            "oracles": [_judgement(judgement) for judgement in report.judgements],
        }
    )


def refusal_as_json(target: str, error: CompileError) -> str:
    """A refusal, by the same keys."""
    refused = [
        {
            "message": diagnostic.message,
            "instead": diagnostic.hint,
            "file": diagnostic.location.file,
            "line": diagnostic.location.line,
            "column": diagnostic.location.column,
        }
        for diagnostic in error.diagnostics
    ]
    return _text({"target": target, "agrees": False, "refused": refused, "failed": "", "oracles": []})


def failure_as_json(target: str, said: str) -> str:
    """What else keeps a function from being checked, by the same keys."""
    return _text({"target": target, "agrees": False, "refused": [], "failed": said, "oracles": []})


def _judgement(judgement: Judgement) -> dict[str, object]:
    worst = judgement.worst
    return {
        "oracle": judgement.oracle.name,
        "agreement": judgement.agreement,
        "error": _plain(judgement.error),
        "tolerance": _plain(judgement.tolerance),
        "worst": worst
        and {
            "component": worst.place,
            "computed": _plain(worst.computed),
            "expected": _plain(worst.expected),
        },
        "checked": judgement.checked,
        "components": judgement.components,
        "note": judgement.note,
        "sees": judgement.oracle.sees,
        "cannot_see": judgement.oracle.blind,
    }


def _plain(value: object) -> object:
    """A number as JSON has it; those that it has not, as text."""
    if isinstance(value, np.generic) or hasattr(value, "__array__"):
        value = np.asarray(value).item()
    if isinstance(value, complex) or isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _text(report: dict[str, object]) -> str:
    return json.dumps(report, indent=2)

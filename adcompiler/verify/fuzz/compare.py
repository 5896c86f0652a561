"""Every route through the compiler against the program itself, against differences, and against each other."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adcompiler.api import Backend, grad, value_and_grad
from adcompiler.derivatives import pushforward
from adcompiler.errors import CompileError
from adcompiler.pytree import flatten, tree_map
from adcompiler.verify.finite import fresh_arguments, is_inexact, like_leaf
from adcompiler.verify.fuzz.generate import Program
from adcompiler.verify.fuzz.values import (
    Function,
    Point,
    Skipped,
    arguments,
    function_of,
    in_double,
    load,
    loaded,
    point,
    quiet,
)
from adcompiler.verify.judgement import inner_product, same_bytes
from adcompiler.verify.limits import TooLong, at_most
from adcompiler.verify.under_jax import NotForJax, jax_gradient
from adcompiler.verify.unoptimised import Unoptimised

EXACT, ROUGH = 1e-9, 2e-6  # relative, against the complex step and against differences
SINGLE = 2e-3  # the same where single precision takes part
SAME = 1e-9  # between two routes that compute the same in another order
SECONDS = {"numpy": 30.0, "jax": 240.0}  # for one program; more is a failure


@dataclass(frozen=True, slots=True)
class Finding:
    """What one route gave: "agrees", "refused", or "wrong" with what is wrong."""

    route: str
    verdict: str
    what: str = ""
    detail: str = ""
    source: str = ""  # of the program that this was found for, where it is not the one of the seed

    @property
    def kind(self) -> tuple[str, str]:
        """What a smaller program has to share, to be the same failure."""
        return self.route, self.what


@dataclass
class Examined:
    """All findings for one program, or why it was skipped."""

    program: Program
    skipped: str = ""
    oracles: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def failures(self) -> list[Finding]:
        """What is wrong."""
        return [finding for finding in self.findings if finding.verdict == "wrong"]


class Disagrees(Exception):
    """A wrong result: its kind, and the numbers."""

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(what)
        self.what, self.detail = what, detail


@dataclass(frozen=True, slots=True)
class Setting:
    """A program as a function, and the points where its routes are compared."""

    program: Program
    function: Function
    twin: Function  # in double precision
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Route:
    """One way through the compiler; `run` gives the oracle that it agrees with."""

    name: str
    backend: Backend
    run: Callable[[], str]
    follows: bool = False  # it is compared with what the first route gave


Plan = Callable[[Setting], list[Route]]


def gradients(at: Setting) -> list[Route]:
    """The routes to a gradient."""
    given = at.program, at.function, at.points
    reference: list[Any] = []
    return [
        Route("numpy", "numpy", lambda: _by_api(*given, "numpy", reference)),
        Route("numpy grad", "numpy", lambda: _gradient_alone(*given, reference), True),
        Route("unoptimised", "numpy", lambda: _unoptimised(*given, reference), True),
        Route("forward", "numpy", lambda: _by_tangent(*given, reference), True),
        Route("jax", "jax", lambda: _by_api(*given, "jax", reference)),
        Route("jax.grad", "jax", lambda: _by_jax(*given, reference)),
    ]


def examine(
    program: Program,
    backends: Sequence[str] = ("numpy",),
    wanted: Sequence[str] = (),
    plan: Plan = gradients,
) -> Examined:
    """Compare all routes of the backends, or those that are wanted."""
    examined = Examined(program)
    seconds = max(SECONDS[backend] for backend in backends)
    with quiet(), loaded(program.source) as namespace:
        twin = load(in_double(program.source), "<fuzz in double precision>")
        try:
            with at_most(seconds):
                _examine(program, backends, wanted, plan, examined, namespace, twin)
        except Skipped as reason:
            examined.skipped = str(reason)
        except TooLong:
            if examined.oracles:
                examined.findings.append(Finding("some route", "wrong", "takes too long", f"{seconds:.0f} s"))
            else:
                examined.skipped = "never ends"
    return examined


def _examine(
    program: Program,
    backends: Sequence[str],
    wanted: Sequence[str],
    plan: Plan,
    examined: Examined,
    namespace: dict[str, Any],
    twin: dict[str, Any],
) -> None:
    points = [_point(program, namespace, twin, draw) for draw in (0, 1)]
    found = [p for p in points if isinstance(p, Point)]
    if not isinstance(points[0], Point):
        raise points[0]
    routes = plan(Setting(program, function_of(namespace), function_of(twin), found))
    examined.oracles = [p.oracle for p in found]
    for k, route in enumerate(routes):
        if route.backend not in backends or (wanted and k and route.name not in wanted):
            continue
        if route.follows and examined.findings[0].verdict != "agrees":
            continue  # nothing to compare with: they go through the same front end
        examined.findings.append(by_route(route.name, route.run))


def _point(program: Program, namespace: dict[str, Any], twin: dict[str, Any], draw: int) -> Point | Skipped:
    """A point, or why there is none. Containers are built from the classes of the program's own module."""
    args = arguments(program, namespace, draw)
    try:
        found = point(
            function_of(namespace),
            function_of(twin),
            args,
            program.argnums,
            program.seed,
            is_analytic(program.source),
        )
    except Skipped as reason:
        return reason
    return found


def is_analytic(source: str) -> bool:
    """Whether a program takes no size of a number, through which the complex step loses what it looks for."""
    return re.search(r"\b(norm|abs|absolute|fabs|hypot|vdot|conj|real|imag)\b", source) is None


def by_route(route: str, run: Callable[[], str]) -> Finding:
    """What a route gives; an exception that is not a refusal is a failure."""
    try:
        return Finding(route, "agrees", run())
    except CompileError as error:
        problem = unlocated(error)
        return Finding(route, "wrong" if problem else "refused", problem or reason(error), str(error))
    except Disagrees as problem:
        return Finding(route, "wrong", problem.what, problem.detail)
    except Exception as error:
        return Finding(route, "wrong", raised(error), traceback.format_exc(limit=-6))


def unlocated(error: CompileError) -> str:
    """What is wrong with the places that a refusal names, if anything."""
    for diagnostic in error.diagnostics:
        at = diagnostic.location
        lines = linecache.getlines(at.file)
        if (
            not 1 <= at.line <= len(lines)
            or not at.text
            or lines[at.line - 1].rstrip("\n") != at.text.rstrip("\n")
        ):
            return "is refused without a place"
        if not 1 <= at.column <= len(at.text):
            return "is refused at a column that is not there"
    return ""


def reason(error: CompileError) -> str:
    """The first message of a refusal without the names of this program."""
    message = error.diagnostics[0].message
    message = re.sub(r"'[^']*'|`[^`]*`", "'...'", message)
    message = re.sub(r"\b[fib]\d+(\[[^\]]*\])?", "T", message)
    return re.sub(r"\b[a-zA-Z_]*\d+\b", "N", message)


def raised(error: BaseException) -> str:
    """The type of an exception and the innermost place in the package where it was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "adcompiler" in frame.filename]
    inner = [frame for frame in frames if "/verify/" not in frame.filename] or frames
    frame = inner[-1] if inner else None
    if frame is None or frame.filename.startswith("<"):
        return f"raises {type(error).__name__} in emitted code"
    where = f" in {frame.filename.rsplit('/', 1)[-1]}: {frame.name}"
    return f"raises {type(error).__name__}{where}"


# ---------------------------------------------------------------- routes
def _by_api(
    program: Program, function: Function, points: list[Point], backend: Backend, reference: list[Any]
) -> str:
    """value_and_grad: value, gradient, repeated call, untouched arguments."""
    both = value_and_grad(function, argnums=program.argnums, backend=backend)
    for k, at in enumerate(points):
        args = fresh_arguments(at.args)
        before = same_bytes(args)
        value, gradient = both(*args)
        if same_bytes(args) != before:
            raise Disagrees("changes its arguments")
        again = both(*args)
        if same_bytes(again) != same_bytes((value, gradient)):
            raise Disagrees("gives something else when called again", f"{(value, gradient)}\n{again}")
        check_value(at, value, backend)
        check_kinds(program, at, gradient)
        _check_slope(program, at, gradient)
        if backend == "numpy":
            reference.append(gradient)
        elif k < len(reference):
            same_gradients(reference[k], gradient, "the gradient of NumPy")
    return points[0].oracle


def _gradient_alone(program: Program, function: Function, points: list[Point], reference: list[Any]) -> str:
    """grad: the primal sweep has nothing but what the adjoint needs."""
    alone = grad(function, argnums=program.argnums)
    for at, known in zip(points, reference, strict=False):  # a later point may have been refused
        args = fresh_arguments(at.args)
        before = same_bytes(args)
        gradient = alone(*args)
        if same_bytes(args) != before:
            raise Disagrees("changes its arguments")
        _check_slope(program, at, gradient)
        same_gradients(known, gradient, "that of value_and_grad")
    return points[0].oracle


def _unoptimised(program: Program, function: Function, points: list[Point], reference: list[Any]) -> str:
    """The adjoint as derived, with no pass that is not needed."""
    gradient = Unoptimised(function, program.argnums)(*fresh_arguments(points[0].args))
    _check_slope(program, points[0], gradient)
    same_gradients(reference[0], gradient, "that of optimised code")
    return points[0].oracle


def _by_tangent(program: Program, function: Function, points: list[Point], reference: list[Any]) -> str:
    """pushforward: the tangent along the direction of the slope, and the value."""
    pushed = pushforward(function, program.argnums)
    names = [program.parameters[k].name for k in program.argnums]
    for at, known in zip(points, reference, strict=False):
        args = fresh_arguments(at.args)
        direction = [
            tree_map(like_leaf, args[k], d) for k, d in zip(program.argnums, at.direction, strict=True)
        ]
        before = same_bytes(args)
        value, tangent = pushed(*args, **{f"{n}_dot": d for n, d in zip(names, direction, strict=True)})
        if same_bytes(args) != before:
            raise Disagrees("changes its arguments")
        check_value(at, value, "numpy")
        slope, size = inner_product(direction, known)
        tolerance = SINGLE if single(at) else EXACT
        if not abs(float(tangent) - slope) <= tolerance * max(1.0, abs(slope), size):
            raise Disagrees("the tangent is not the gradient along its direction", f"{tangent}, not {slope}")
    return points[0].oracle


def _by_jax(program: Program, function: Function, points: list[Point], reference: list[Any]) -> str:
    """jax.grad of the program, where JAX takes it and it means the same there."""
    at = points[0]
    try:
        found = jax_gradient(function, at.args, program.argnums)
    except NotForJax:
        return "not for jax.grad"
    leaves, structure = flatten(at.args)
    whole = structure.unflatten([found.get(i) for i in range(len(leaves))])
    gradient = tuple(whole[k] for k in program.argnums)
    _check_slope(program, at, gradient)
    if reference:
        same_gradients(reference[0], gradient, "the emitted gradient")
    return "jax.grad"


# ---------------------------------------------------------------- checks
def check_value(at: Point, value: Any, backend: str) -> None:
    """On NumPy bit for bit, on XLA to rounding; the dtype on both."""
    given, expected = np.asarray(value), np.asarray(at.value)
    if given.dtype != expected.dtype:
        raise Disagrees("the value has another dtype", f"{given.dtype}, not {expected.dtype}")
    if backend == "numpy" and given.tobytes() != expected.tobytes():
        raise Disagrees("the value differs", f"{given!r}, not {expected!r}")
    near = 1e-4 if single(at) else 1e-10
    if not np.allclose(given, expected, rtol=near, atol=near):
        raise Disagrees("the value differs", f"{given!r}, not {expected!r}")


def single(at: Point) -> bool:
    return any(getattr(leaf, "dtype", None) == np.float32 for leaf in flatten(at.args)[0])


def check_kinds(program: Program, at: Point, gradient: Any) -> None:
    """Shape and dtype of each part of a gradient are those of its argument."""
    like = flatten(tuple(at.args[k] for k in program.argnums))[0]
    parts = flatten(gradient)[0]
    if len(like) != len(parts):
        raise Disagrees("the gradient has another structure", f"{len(parts)} parts, not {len(like)}")
    for leaf, part in zip(like, parts, strict=True):
        wanted, given = np.asarray(leaf), np.asarray(part)
        if not is_inexact(leaf):
            continue
        if wanted.shape != given.shape or wanted.dtype != given.dtype:
            found = f"{given.dtype}{given.shape}, not {wanted.dtype}{wanted.shape}"
            raise Disagrees("the gradient has another shape or dtype", found)


def _check_slope(program: Program, at: Point, gradient: Any) -> None:
    slope, size = inner_product(at.direction, gradient)
    scale = max(1.0, abs(at.slope), size)
    tolerance = SINGLE if single(at) else EXACT if at.oracle == "complex step" else ROUGH
    if not abs(slope - at.slope) <= tolerance * scale + 10 * at.doubt:
        raise Disagrees("the gradient is wrong", f"slope {slope!r}, by {at.oracle} {at.slope!r}")


def same_gradients(expected: Any, gradient: Any, what: str) -> None:
    """Two gradients, component by component, relative to the largest of all components."""
    pairs = [
        (np.asarray(a), np.asarray(b))
        for a, b in zip(flatten(expected)[0], flatten(gradient)[0], strict=True)
        if is_inexact(a)
    ]
    scale = max((float(np.max(np.abs(a), initial=1.0)) for a, _ in pairs), default=1.0)
    single = any(a.dtype == np.float32 for a, _ in pairs)
    for a, b in pairs:
        if not np.allclose(a, b, rtol=0, atol=(SINGLE if single else SAME) * scale):
            raise Disagrees(f"the gradient is not {what}", f"{gradient}\nnot {expected}")

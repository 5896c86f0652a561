"""The command line: `adcompiler show FILE.py:FUNCTION`.

Owned here: the options, what is computed for them and in which order, and the exit codes (0: shown, and no
oracle objects; 1: refused, failed, or an oracle objects; 2: the command line cannot be understood).
"""

from __future__ import annotations

import ast
import functools
import inspect
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any, NoReturn, cast

import click
import numpy as np
from rich.console import Console

import adcompiler
from adcompiler.api import BACKENDS, Backend, Gradient
from adcompiler.emit.source import load_module
from adcompiler.errors import CompileError, InternalError
from adcompiler.frontend.arguments import parameters_of
from adcompiler.frontend.source import get_source
from adcompiler.pipeline import Stage
from adcompiler.pytree import flatten, leaves_with_paths, tree_map
from adcompiler.verify import Proof, Report, compare, prove
from adcompiler.verify.finite import (
    Line,
    argument_leaves,
    fresh_arguments,
    is_inexact,
    is_number,
    named_leaves,
    one_sided,
    outcome,
)
from adcompiler.viewer.example import BadExample, arranged, drawn_signatures, found_beside
from adcompiler.viewer.locate import Located, NotFound, locate
from adcompiler.viewer.show import (
    THEME,
    Listing,
    Tone,
    Verdict,
    show_error,
    show_listings,
    show_point,
    show_verdicts,
)

STAGES = ("source", "ir", "primal", "adjoint", "optimized")
FLAVOURS = {"numpy": "NumPy", "jax": "JAX"}
PROOF_SECONDS = 10.0
DIFFERENCE_SECONDS = 5.0
EVALUATIONS = 60  # of the function for one component by finite differences, about


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(adcompiler.__version__, prog_name="adcompiler")
def main() -> None:
    """Gradients of NumPy functions, as source code."""


@main.command()
@click.argument("target", metavar="FILE.py:FUNCTION")
@click.option(
    "--arg",
    "-a",
    "texts",
    multiple=True,
    metavar="NAME=VALUE",
    help="An example argument: a literal (x=2.0, x='[1.0, 2.0]', mode=\"'relu'\") or a signature "
    "(A='f64[n,m]', n=i64), for which values are drawn. May be repeated.",
)
@click.option("--backend", type=click.Choice(BACKENDS), help="Which source to show and to run.")
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    default="source",
    show_default=True,
    help="The source, or the IR: of the function (primal), as derived (adjoint), or after all passes.",
)
@click.option(
    "--argnum",
    "argnums",
    type=int,
    multiple=True,
    metavar="K",
    help="Differentiate by positional argument K. May be repeated.  [default: as decorated, else 0]",
)
@click.option("--plain", is_flag=True, help="No colours, no frames, no wrapping; so it is when piped, too.")
def show(
    target: str,
    texts: tuple[str, ...],
    backend: Backend | None,
    stage: str,
    argnums: tuple[int, ...],
    plain: bool,
) -> None:
    """Show a function beside its adjoint, their values at a point, and what checks the gradient.

    Without --arg the point is the tuple FUNCTION_example, example or args of FILE, if it has one of them (the
    integer or tuple argnums beside it says what to differentiate by), else the defaults of the parameters.
    FUNCTION may be a plain function or a grad object.
    """
    console = Console(theme=THEME, highlight=False, no_color=True if plain else None)
    plain = plain or not console.is_terminal
    try:
        located = locate(target)
        gradient = _gradient(located, backend, argnums)
        point = _point(located, gradient, _named(texts))
        agreed = _show(console, located, gradient, point, stage, plain)
    except CompileError as error:
        show_error(console, error)
        sys.exit(1)
    except (NotFound, BadExample) as problem:
        raise click.ClickException(str(problem)) from problem
    except InternalError as defect:
        blame = "this is a defect of adcompiler, not of your program; please report it"
        raise click.ClickException(f"{blame}\n{defect}") from defect
    if not agreed:
        sys.exit(1)


@dataclass(frozen=True)
class Point:
    """Where a function is evaluated, its value there, and how long that took."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    note: str
    value: object
    seconds: float


def _named(texts: Sequence[str]) -> dict[str, str]:
    """The --arg options by name."""
    pairs = [text.partition("=") for text in texts]
    for name, equals, value in pairs:
        if not equals or not name.strip().isidentifier() or not value.strip():
            said = f"{name + equals + value!r} is not of the form NAME=VALUE"
            raise click.BadParameter(said, param_hint="--arg")
    return {name.strip(): value for name, _, value in pairs}


def _gradient(located: Located, backend: Backend | None, argnums: tuple[int, ...]) -> Gradient:
    """The grad object that was asked for: as decorated, changed by the options."""
    value = located.value
    wanted: int | tuple[int, ...] | None = argnums[0] if len(argnums) == 1 else argnums or None
    if isinstance(value, Gradient):
        chosen = value.argnums if wanted is None else wanted
        settings = chosen, value.has_aux, value.value, backend or value.backend
        return Gradient(value.primal, *settings, untaken=value.untaken)
    beside = vars(located.module).get("argnums", 0)
    return Gradient(value, beside if wanted is None else wanted, backend=backend or "numpy")


def _point(located: Located, gradient: Gradient, texts: Mapping[str, str]) -> Point:
    """The example arguments; of the ways to draw random ones, the first at which the function has a value."""
    signature = parameters_of(gradient.primal)
    beside = found_beside(vars(located.module), located.name)
    found: list[Point] = []
    for note, given in drawn_signatures(texts):
        args, kwargs = arranged(signature, given, beside, _positions(gradient), located.name)
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


def _positions(gradient: Gradient) -> tuple[int, ...]:
    return (gradient.argnums,) if isinstance(gradient.argnums, int) else tuple(gradient.argnums)


def _finite(value: object) -> bool:
    leaves = [leaf for _, leaf in leaves_with_paths(value) if is_inexact(leaf)]
    return all(bool(np.all(np.isfinite(np.asarray(leaf)))) for leaf in leaves)


def _show(
    console: Console, located: Located, gradient: Gradient, point: Point, stage: str, plain: bool
) -> bool:
    """Print everything, the sources before the checks, which take longer; whether all oracles agree."""
    try:
        if stage != "source":
            of, title = _STAGES[stage]
            text = gradient.ir(*point.args, stage=of, **point.kwargs)
            show_listings(console, [Listing(f"{located.name}: {title}", text.strip("\n"), None, "ir")], plain)
            return True
        source = gradient.source(*point.args, **point.kwargs).strip("\n")
    except (TypeError, ValueError) as error:  # arguments that do not bind, argnums out of range
        raise click.ClickException(str(error)) from error
    flavour = FLAVOURS[gradient.backend]
    adjoint = Listing(f"{_emitted_name(source)} ({flavour})", source)
    show_listings(console, [_primal(located, gradient), adjoint], plain)
    if isinstance(point.value, Exception):
        _fail(f"{located.name} itself fails at the example", point.value)
    try:
        result = gradient(*point.args, **point.kwargs)
    except CompileError:
        raise
    except Exception as error:  # the emitted code may fail in any way; it has been shown
        _fail(f"the {flavour} source of the gradient fails at the example", error)
    value, computed = _parts(gradient, point, result)
    arguments, gradients = _rows(gradient, point, computed)
    show_point(console, arguments, gradients, value, point.note, plain)
    verdicts = [_by_differences(gradient, point, computed)]
    if plain:
        verdicts.append(_by_sympy(gradient, point, source))
    else:
        with console.status("asking SymPy"):
            verdicts.append(_by_sympy(gradient, point, source))
    show_verdicts(console, verdicts, plain)
    return all(verdict.tone != "bad" for verdict in verdicts)


# by what the command line calls it: the stage, and the title of its listing
_STAGES: dict[str, tuple[Stage, str]] = {
    "primal": ("primal", "IR of the function"),
    "adjoint": ("adjoint", "IR of function and adjoint, as derived"),
    "ir": ("optimized", "IR of function and adjoint, after all passes"),
    "optimized": ("optimized", "IR of function and adjoint, after all passes"),
}


def _fail(what: str, error: Exception) -> NoReturn:
    raise click.ClickException(f"{what}: {type(error).__name__}: {error}") from error


# ---------------------------------------------------------------- texts
def _primal(located: Located, gradient: Gradient) -> Listing:
    """The user's function with the line numbers of its file."""
    function = _python_function(gradient.primal)
    if function is None:
        return Listing(located.name, f"{located.name} is built in")
    source = get_source(function)
    tree = source.tree
    decorators = tree.decorator_list if isinstance(tree, ast.FunctionDef) else []
    first, last = min([tree.lineno, *(d.lineno for d in decorators)]), tree.end_lineno or tree.lineno
    text = textwrap.dedent("\n".join(source.lines[first - 1 : last]))
    return Listing(str(located.path), text, first)


def _python_function(value: object) -> FunctionType | None:
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


def _emitted_name(source: str) -> str:
    """The function that a source defines; helpers come before it."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)][-1]


# ---------------------------------------------------------------- numbers
def _parts(gradient: Gradient, point: Point, result: Any) -> tuple[object, object]:
    """The value that is differentiated, and its gradient."""
    value = cast(Any, point.value)[0] if gradient.has_aux else point.value
    if gradient.value:
        return value, result[1]
    return value, result[0] if gradient.has_aux else result


def _rows(
    gradient: Gradient, point: Point, computed: object
) -> tuple[list[tuple[str, object]], list[object]]:
    """The leaves of the arguments with their paths, and the gradient for each, None where there is none."""
    leaves = named_leaves(gradient.primal, point.args)
    positions = argument_leaves(point.args, gradient.argnums)
    wanted = tuple(point.args[k] for k in _positions(gradient))
    parts = (computed,) if isinstance(gradient.argnums, int) else tuple(cast(Sequence[object], computed))
    found: list[object] = []
    tree_map(lambda _, part: found.append(part), wanted, parts)
    by_position = dict(zip(positions, found, strict=True))
    extra = [
        (name + path, leaf) for name, arg in point.kwargs.items() for path, leaf in leaves_with_paths(arg)
    ]
    gradients = [by_position.get(k) for k in range(len(leaves))] + [None] * len(extra)
    return [*leaves, *extra], [g if is_number(g) or hasattr(g, "shape") else None for g in gradients]


def _scalar_function(gradient: Gradient, point: Point) -> Callable[..., Any]:
    """The function of the positional arguments alone, without its auxiliary result."""
    primal = functools.partial(gradient.primal, **point.kwargs) if point.kwargs else gradient.primal
    if not gradient.has_aux:
        return primal
    # The oracles quote the names of the parameters, which they find through __wrapped__.
    return functools.wraps(primal, assigned=(), updated=())(lambda *args: primal(*args)[0])


# ---------------------------------------------------------------- oracles
def _by_differences(gradient: Gradient, point: Point, computed: object) -> Verdict:
    oracle = "finite differences"
    function = _scalar_function(gradient, point)
    limit = int(np.clip(DIFFERENCE_SECONDS / EVALUATIONS / max(point.seconds, 1e-6), 4, 200))
    arrays = tree_map(lambda leaf: np.asarray(leaf) if hasattr(leaf, "shape") else leaf, computed)
    try:
        report = compare(arrays, function, point.args, gradient.argnums, limit=limit)
    except ValueError as error:
        return Verdict(oracle, f"not applicable: {error}", "neutral")
    if not report.components:
        return Verdict(oracle, "nothing to compare: no argument can vary", "neutral")
    if not report.agrees:
        return Verdict(oracle, *_disagreement(report, function, point.args))
    of = f" of {report.components}" if report.checked < report.components else ""
    noun = "component" if report.components == 1 else "components"
    said = f"agrees in {report.checked}{of} {noun}, largest difference {report.max_absolute:.1e}"
    return Verdict(oracle, said, "good")


def _disagreement(report: Report, function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Tone]:
    """What is wrong where; at a kink any slope between those of its two sides is as good as another."""
    leaves, structure = flatten(args)
    k = [path for path, _ in named_leaves(function, args)].index(report.path)
    direction = np.zeros(np.asarray(leaves[k]).shape)
    direction[report.index] = 1.0
    sides = one_sided(Line(function, tuple(leaves), structure, {k: direction}))
    left, right = (float(outcome(side).vector[0].real) for side in sides)
    slopes = f"slope {left:.6g} to the left, {right:.6g} to the right, {report.computed.real:.6g} computed"
    room = 1e-6 * max(1.0, abs(left), abs(right))
    if (
        abs(left - right) > 1e3 * room
        and min(left, right) - room <= report.computed.real <= max(left, right) + room
    ):
        return f"do not apply: the function has a kink at {report.place} ({slopes})", "neutral"
    both = f"{report.computed:.10g}, by differences {report.expected:.10g} ± {report.uncertainty:.1g}"
    return f"DISAGREES, most at {report.place}: {both}", "bad"


def _by_sympy(gradient: Gradient, point: Point, source: str) -> Verdict:
    """SymPy's verdict on the emitted source; on its NumPy flavour where it cannot follow the JAX one."""
    verdict = _proof_of(source, gradient, point)
    if gradient.backend == "jax" and verdict.status == "not applicable":
        numpy_source = gradient.source(*point.args, backend="numpy", **point.kwargs)
        other = _proof_of(numpy_source, gradient, point)
        return _worded(other, " (the NumPy source)" if other.status != "not applicable" else "")
    return _worded(verdict)


def _worded(proof: Proof, which: str = "") -> Verdict:
    if proof.status == "not applicable":
        return Verdict("SymPy", f"not applicable: {proof.reason}", "neutral")
    if proof.status == "differs":
        wrong = [str(c) for c in proof.components if c.status == "differs"]
        return Verdict("SymPy", "; ".join(wrong) + which, "bad")
    groups: dict[str, list[str]] = {}
    for component in proof.components:
        groups.setdefault(str(component).partition(": ")[2], []).append(component.path)
    said = "; ".join(f"{words}: {', '.join(paths)}" for words, paths in groups.items())
    return Verdict("SymPy", said + which, "good")


def _proof_of(source: str, gradient: Gradient, point: Point) -> Proof:
    name = _emitted_name(source)
    emitted = cast(Callable[..., Any], load_module(source, name)[name])
    added = set(inspect.signature(emitted).parameters) - set(parameters_of(gradient.primal).parameters)
    if added:
        return Proof("not applicable", f"it also reads {', '.join(sorted(added))}")
    adjoint = functools.partial(emitted, **point.kwargs) if point.kwargs else emitted
    place = 1 if gradient.value else 0 if gradient.has_aux else None
    wanted = tuple(point.args[k] for k in _positions(gradient))
    structure = flatten(wanted[0] if isinstance(gradient.argnums, int) else wanted)[1]

    def chosen(*args: object) -> object:
        result = adjoint(*args) if place is None else adjoint(*args)[place]
        return structure.unflatten(_unnested(result))

    try:
        with _at_most(PROOF_SECONDS):
            return prove(_scalar_function(gradient, point), chosen, point.args, gradient.argnums)
    except _TooLong:
        return Proof("not applicable", f"no answer within {PROOF_SECONDS:.0f} s")
    except ValueError as error:
        return Proof("not applicable", str(error))


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


class _TooLong(BaseException):
    """Time is up; not an Exception, so that nothing on the way takes it for a failure of its own."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise _TooLong after so many seconds, on systems that have an alarm clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    try:
        before = signal.signal(signal.SIGALRM, ring)
    except ValueError:  # only the main thread may set an alarm
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

"""The command line: `adcompiler show FILE.py:FUNCTION` and `adcompiler check FILE.py:FUNCTION`.

Owned here: the options, and the exit codes (0: no oracle objects; 1: refused, failed, or an oracle objects; 2:
the command line cannot be understood).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from rich.console import Console

import adcompiler
from adcompiler.api import BACKENDS, Backend
from adcompiler.bench.command import bench
from adcompiler.commands import check as checking
from adcompiler.commands import show as showing
from adcompiler.commands.target import Fails, gradient_of, point_of
from adcompiler.errors import CompileError, InternalError
from adcompiler.viewer.example import BadExample
from adcompiler.viewer.locate import NotFound, locate
from adcompiler.viewer.show import THEME, show_error

STAGES = ("source", *showing.STAGES)
PROBLEMS = (NotFound, BadExample, Fails, ModuleNotFoundError)  # of backends that are not installed
Command = TypeVar("Command", bound=Callable[..., None])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(adcompiler.__version__, prog_name="adcompiler")
def main() -> None:
    """Gradients of NumPy functions, as source code: shown, checked, and timed."""


def _target(command: Command) -> Command:
    """The options that say what a command is about."""
    options: list[Callable[[Any], Any]] = [
        click.argument("target", metavar="FILE.py:FUNCTION"),
        click.option(
            "--arg",
            "-a",
            "texts",
            multiple=True,
            metavar="NAME=VALUE",
            help="An example argument: a literal (x=2.0, x='[1.0, 2.0]', mode=\"'relu'\") or a signature "
            "(A='f64[n,m]', n=i64), for which values are drawn. May be repeated.",
        ),
        click.option("--backend", type=click.Choice(BACKENDS), help="Which source is meant, and run."),
        click.option(
            "--argnum",
            "argnums",
            multiple=True,
            metavar="K",
            help="Differentiate by positional argument K, a position or a name. May be repeated.  "
            "[default: as decorated, else 0]",
        ),
        click.option(
            "--plain", is_flag=True, help="No colours, no frames, no wrapping; so it is when piped, too."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


main.add_command(bench)


@main.command()
@_target
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    default="source",
    show_default=True,
    help="The source, or the IR: of the function (primal), as derived (adjoint), or after all passes.",
)
def show(
    target: str,
    texts: tuple[str, ...],
    backend: Backend | None,
    argnums: tuple[str, ...],
    plain: bool,
    stage: str,
) -> None:
    """Show a function beside its adjoint, their values at a point, and what checks the gradient.

    Without --arg the point is the tuple FUNCTION_example, example or args of FILE, if it has one of them (the
    integer or tuple argnums beside it says what to differentiate by), else the defaults of the parameters.
    FUNCTION may be a plain function or a grad object.
    """
    console, plain = _console(plain)
    named = _named(texts)
    try:
        located = locate(target)
        gradient = gradient_of(located, backend, argnums)
        point = point_of(located, gradient, named)
        agreed = showing.show(console, located, gradient, point, stage, plain)
    except CompileError as error:
        show_error(console, error)
        sys.exit(1)
    except PROBLEMS as problem:
        raise click.ClickException(str(problem)) from problem
    except InternalError as defect:
        raise click.ClickException(_blame(defect)) from defect
    if not agreed:
        sys.exit(1)


@main.command()
@_target
@click.option(
    "--order",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="1: the gradient; 2: the gradient of its product with a random direction.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print one JSON object, and nothing else.")
def check(
    target: str,
    texts: tuple[str, ...],
    backend: Backend | None,
    argnums: tuple[str, ...],
    plain: bool,
    order: int,
    wants_json: bool,
) -> None:
    """Check the gradient of a function at a point against every oracle: a table, and exit code 1 if one objects.

    FUNCTION and its arguments are given as for show. The oracles are finite differences, the complex step, the
    dot-product test, SymPy's proof and its derivative with 50 digits, jax.grad, the other backend, the adjoint
    without optimisation, and the function's own value. Where an oracle cannot see, the table says why.
    """
    console, plain = _console(plain)
    named = _named(texts)
    try:
        with checking.silenced():
            located = locate(target)
            gradient = gradient_of(located, backend, argnums)
            point = point_of(located, gradient, named)
        report = checking.check(target, located, gradient, point, order)
    except CompileError as error:
        if wants_json:
            click.echo(checking.refusal_as_json(target, error))
        else:
            show_error(console, error)
        sys.exit(1)
    except (*PROBLEMS, InternalError) as problem:
        said = _blame(problem) if isinstance(problem, InternalError) else str(problem)
        if wants_json:
            click.echo(checking.failure_as_json(target, said))
            sys.exit(1)
        raise click.ClickException(said) from problem
    if wants_json:
        click.echo(checking.as_json(report))
    else:
        checking.print_report(console, report, plain)
    if not report.agrees:
        sys.exit(1)


def _console(plain: bool) -> tuple[Console, bool]:
    """Where to print, and whether plainly."""
    console = Console(theme=THEME, highlight=False, no_color=True if plain else None)
    return console, plain or not console.is_terminal


def _blame(defect: InternalError) -> str:
    return f"this is a defect of adcompiler, not of your program; please report it\n{defect}"


def _named(texts: Sequence[str]) -> dict[str, str]:
    """The --arg options by name."""
    pairs = [text.partition("=") for text in texts]
    for name, equals, value in pairs:
        if not equals or not name.strip().isidentifier() or not value.strip():
            said = f"{name + equals + value!r} is not of the form NAME=VALUE"
            raise click.BadParameter(said, param_hint="--arg")
    return {name.strip(): value for name, _, value in pairs}

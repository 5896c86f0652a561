"""The command `adcompiler bench`: what is measured, and where the figures go.

Exit codes: 0: measured; 1: a gradient disagrees, or one of ours fails other than by a refusal; 2: the command line
cannot be understood. What measures is imported when the command runs.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adcompiler.bench.kernel import GROUPS, SIZES, Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcompiler.bench.contenders import Name
    from adcompiler.bench.kernel import Kernel
    from adcompiler.bench.measure import Row

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
REPEAT = 7
WIDTH = 150  # of tables that are not shown in a terminal


@click.command()
@click.argument("suites", nargs=-1, metavar="[SUITE ...]")
@click.option(
    "--against",
    default="jax",
    show_default=True,
    metavar="NAMES",
    help="Whom to compare with, separated by commas: jax, source (our NumPy source, called directly), same (jax.grad of the same loops, as we print the "
    "function itself for JAX), library (JAX by one routine of a library, where there is one), autograd, torch, "
    "numba (the emitted NumPy source), both (the emitted JAX source with loops over elements on Numba), finite.",
)
@click.option(
    "--size",
    type=click.Choice(SIZES),
    default="medium",
    show_default=True,
    help="How large the problems are.",
)
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=REPEAT,
    show_default=True,
    help="How many times each is timed, at most.",
)
@click.option(
    "--device",
    type=click.Choice(("cpu", "gpu")),
    help="Where XLA runs.  [default: what JAX chooses]",
)
@click.option("--growth", is_flag=True, help="Also time three kernels at growing sizes.")
@click.option("--json", "json_file", type=FILE, metavar="F", help="Write all raw figures.")
@click.option(
    "--plot",
    "plot_file",
    type=FILE,
    metavar="F",
    help="Draw the ratios; with --growth, beside it, the growth.",
)
@click.option("--markdown", "markdown_file", type=FILE, metavar="F", help="Write the report as a page.")
@click.option("--list", "listed", is_flag=True, help="Only list the kernels.")
def bench(
    suites: tuple[str, ...],
    against: str,
    size: Size,
    repeat: int,
    device: str | None,
    growth: bool,
    json_file: Path | None,
    plot_file: Path | None,
    markdown_file: Path | None,
    listed: bool,
) -> None:
    """Time gradients of many kernels, ours beside those of others.

    SUITE is a group (loops, control_flow, sequences, vectorised, scalars) or a kernel; all without it. Gradients
    are compared before they are timed: what disagrees is an error, and gets no time.
    """
    from rich.console import Console

    from adcompiler.bench.growth import count, grow
    from adcompiler.bench.machine import describe
    from adcompiler.bench.measure import measure
    from adcompiler.bench.plot import plot_growth, plot_ratios
    from adcompiler.bench.report import as_json, markdown, show
    from adcompiler.whole_loops import ask_for_whole_loops

    ask_for_whole_loops()  # JAX's programs are compiled in the same way
    kernels = _kernels(suites)
    names = _names(against)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    if listed:
        for kernel in kernels:
            click.echo(f"{kernel.group:13}{kernel.name:24}{kernel.title}")
        return
    if plot_file is not None:
        _require_matplotlib()
    if device is not None:
        _run_on(device)
    machine = describe()
    total = len(kernels) + (count(size) if growth else 0)
    with _Bar(total) as bar:
        rows = []
        for kernel in kernels:
            bar.step(kernel.name)
            rows.append(measure(kernel, size, names, repeat))
        grown = grow(size, names, repeat, bar.step) if growth else []
    if json_file is not None:
        settings = {"suites": suites, "size": size, "repeat": repeat, "contenders": names}
        text = json.dumps(as_json(rows, names, machine, settings, grown), indent=1)
        json_file.write_text(text + "\n", encoding="utf-8")
    if markdown_file is not None:
        markdown_file.write_text(markdown(rows, names, machine, grown), encoding="utf-8")
    if plot_file is not None:
        plot_ratios(rows, plot_file)
        if grown:
            plot_growth(grown, plot_file.with_stem(f"{plot_file.stem}-growth"))
    show(console, rows, names, machine)  # last: what reads it may stop reading
    if any(_is_wrong(row) for row in rows):
        sys.exit(1)


def _kernels(suites: Sequence[str]) -> list[Kernel]:
    from adcompiler.bench.kernels import select

    try:
        return select(suites)
    except KeyError as unknown:
        said = (
            f"{unknown.args[0]!r} is neither a kernel nor one of the groups {', '.join(GROUPS)}; see --list"
        )
        raise click.BadParameter(said, param_hint="SUITE") from unknown


def _names(against: str) -> list[Name]:
    """The contenders: ours, and those that were asked for."""
    from adcompiler.bench.contenders import OURS, PEERS

    wanted = [name.strip() for name in against.split(",") if name.strip()]
    for name in wanted:
        if name not in PEERS:
            raise click.BadParameter(f"{name!r} is none of {', '.join(PEERS)}", param_hint="--against")
    return [*OURS, *cast("list[Name]", dict.fromkeys(wanted))]


def _is_wrong(row: Row) -> bool:
    return any(one.status in ("disagrees", "failed") for one in row.figures.values())


def _require_matplotlib() -> None:
    """Say what is missing before anything is measured."""
    if importlib.util.find_spec("matplotlib") is None:
        raise click.ClickException("--plot needs matplotlib: pip install 'adcompiler[bench]'")


def _run_on(device: str) -> None:
    """Let XLA run there, or say that it cannot, before anything is measured."""
    import jax

    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")
    if jax.default_backend() != device:
        raise click.ClickException(f"--device {device}: JAX runs on {jax.default_backend()} here")


class _Bar:
    """A progress bar on standard error, where that is a terminal."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("", total=total)
        self._begun = False

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def step(self, text: str) -> None:
        """What is measured next; what was measured before is done."""
        self._progress.update(self._task, description=text, advance=1.0 if self._begun else 0.0)
        self._begun = True

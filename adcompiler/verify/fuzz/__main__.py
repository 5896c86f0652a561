"""The command: `python -m adcompiler.verify.fuzz --seed S --count N`.

Exit codes: 0: nothing wrong; 1: something is wrong, and was printed with its seed; 2: the command line cannot be
understood.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from adcompiler.verify.fuzz.compare import Examined, Finding, Plan, examine, gradients
from adcompiler.verify.fuzz.curvature import products
from adcompiler.verify.fuzz.generate import Program, generate
from adcompiler.verify.fuzz.histogram import as_table, histogram, rare
from adcompiler.verify.fuzz.metamorphic import CHANGES, examine_metamorphic
from adcompiler.verify.fuzz.noise import examine_noise, judge
from adcompiler.verify.fuzz.shrink import shrink
from adcompiler.verify.fuzz.tangents import tangents

# what is compared of random programs as they are
PLANS: dict[str, Plan] = {"programs": gradients, "forward": tangents, "second order": products}
MODES = ("programs", "noise", "metamorphic")
ENOUGH = 300  # programs, for the histogram to say which constructs are rare
SHOWN = 25  # reasons of refusals


@dataclass(frozen=True, slots=True)
class Failure:
    """Something wrong, with the program that shows it and the smallest one found."""

    seed: int
    finding: Finding
    source: str
    small: str


@dataclass
class Summary:
    """What became of the programs of a run."""

    mode: str
    first: int
    programs: int = 0
    seconds: float = 0.0
    skipped: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    lenient: Counter[str] = field(default_factory=Counter)
    oracles: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, examined: Examined) -> None:
        """Count one program."""
        self.programs += 1
        self.sources.append(examined.program.source)
        if examined.skipped:
            self.skipped[examined.skipped] += 1
        self.oracles.update(examined.oracles)
        for finding in examined.findings:
            self.verdicts[finding.route, finding.verdict] += 1
            if finding.verdict == "refused":
                self.refused[finding.route, finding.what] += 1
            if finding.verdict == "lenient":
                self.lenient[finding.what] += 1

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        counts = histogram(self.sources)
        return {
            "mode": self.mode,
            "seed": self.first,
            "programs": self.programs,
            "seconds": round(self.seconds, 1),
            "skipped": dict(self.skipped.most_common()),
            "verdicts": {f"{route}: {verdict}": n for (route, verdict), n in sorted(self.verdicts.items())},
            "refused": {f"{route}: {what}": n for (route, what), n in self.refused.most_common()},
            "lenient": dict(self.lenient.most_common()),
            "oracles": dict(self.oracles),
            "constructs": dict(counts),
            "rare": rare(counts, self.programs) if self.programs >= ENOUGH else [],
            "failures": [
                {
                    "seed": failure.seed,
                    "route": failure.finding.route,
                    "what": failure.finding.what,
                    "detail": failure.finding.detail,
                    "small": failure.small,
                }
                for failure in self.failures
            ],
        }


def run(
    mode: str,
    seeds: Sequence[int],
    backends: Sequence[str],
    shrinking: bool = True,
    seconds: float = float("inf"),
    seen: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Examine the programs of the seeds, as far as the time goes; `seen` is called after each."""
    summary = Summary(mode, seeds[0] if seeds else 0)
    started = time.monotonic()
    for seed in seeds:
        if time.monotonic() - started > seconds:
            break
        program = generate(seed)
        examined = _examined(mode, program, backends)
        summary.add(examined)
        for finding in examined.failures:
            summary.failures.append(_failure(program, finding, mode, backends, shrinking))
        summary.seconds = time.monotonic() - started
        seen(summary)
    return summary


def _examined(mode: str, program: Program, backends: Sequence[str]) -> Examined:
    match mode:
        case "noise":
            return examine_noise(program)
        case "metamorphic":
            return examine_metamorphic(program)
    return examine(program, backends, plan=PLANS[mode])


def _failure(
    program: Program, finding: Finding, mode: str, backends: Sequence[str], shrinking: bool
) -> Failure:
    """The failure with a small program that shows the same."""
    source = finding.source or program.source
    if not shrinking:
        return Failure(program.seed, finding, source, source)

    def fails(candidate: Program) -> bool:
        try:
            if mode == "noise":
                found = [judge(candidate, finding.route.removeprefix("noise: "))]
            elif mode == "metamorphic":
                found = examine_metamorphic(candidate).findings
            else:
                found = examine(candidate, backends, (finding.route,), PLANS[mode]).findings
        except Exception:  # what is left may be no program at all
            return False
        return any(other.verdict == "wrong" and other.kind == finding.kind for other in found)

    start = program if finding.route in CHANGES else replace(program, source=source)
    return Failure(program.seed, finding, source, shrink(start, fails).source)


# ---------------------------------------------------------------- what a person sees
def show(console: Console, summary: Summary) -> None:
    """The counts, the reasons, the constructs, and each failure with its program."""
    table = Table(
        title=f"{summary.programs} programs in {summary.seconds:.0f} s", title_justify="left", box=None
    )
    for column in ("route", "verdict"):
        table.add_column(column)
    table.add_column("", justify="right")
    for (route, verdict), count in sorted(summary.verdicts.items()):
        table.add_row(route, verdict, str(count))
    for why, count in summary.skipped.most_common():
        table.add_row("skipped", why, str(count))
    for oracle, count in summary.oracles.most_common():
        table.add_row("slopes by", oracle, str(count))
    console.print(table)
    for title, counts in (("refused", summary.refused), ("lenient", summary.lenient)):
        if counts:
            console.print(f"\n{title}")
        for key, count in counts.most_common(SHOWN):
            console.print(f"{count:6d}  {key if isinstance(key, str) else ': '.join(key)}", markup=False)
    counts = histogram(summary.sources)
    console.print()
    console.print(as_table(counts, summary.programs))
    if summary.programs >= ENOUGH and (few := rare(counts, summary.programs)):
        console.print(f"rare: {', '.join(few)}")
    for failure in summary.failures:
        show_failure(console, failure)


def show_failure(console: Console, failure: Failure) -> None:
    """One failure: the seed, what is wrong, and the smallest program that shows it."""
    console.rule(f"seed {failure.seed}: {failure.finding.route}: {failure.finding.what}")
    console.print(failure.small, markup=False, highlight=False)
    console.print(failure.finding.detail[-1500:], markup=False, highlight=False)


@click.command()
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed.")
@click.option("--count", type=int, default=100, show_default=True, help="How many seeds.")
@click.option("--backend", type=click.Choice(["numpy", "jax"]), default="numpy", show_default=True)
@click.option("--mode", type=click.Choice(MODES), default="programs", show_default=True)
@click.option("--forward", is_flag=True, help="Tangents of the programs, not gradients.")
@click.option(
    "--order", type=click.IntRange(1, 2), default=1, show_default=True, help="2: Hessians times vectors."
)
@click.option("--seconds", type=float, default=float("inf"), help="Stop after so long.")
@click.option("--shrink/--no-shrink", "shrinking", default=True, help="Make failing programs small.")
@click.option("--show-program", is_flag=True, help="Print the program of --seed, and do nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts and failures as JSON.")
def main(
    seed: int,
    count: int,
    backend: str,
    mode: str,
    forward: bool,
    order: int,
    seconds: float,
    shrinking: bool,
    show_program: bool,
    as_json: bool,
) -> None:
    """Compare what is compiled from random programs with what they are, along every route."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    if show_program:
        click.echo(generate(seed).source, nl=False)
        return
    if (forward or order == 2) and (mode != "programs" or forward and order == 2):
        raise click.UsageError("--forward and --order 2 are modes of their own")
    mode = "forward" if forward else "second order" if order == 2 else mode
    backends = ("numpy",) if backend == "numpy" else ("numpy", "jax")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True)) if sys.stderr.isatty() else None
    with bar or nullcontext():
        task = bar.add_task(mode, total=count) if bar else None

        def seen(summary: Summary) -> None:
            if bar is not None and task is not None:
                told = f"{mode}, {len(summary.failures)} wrong"
                bar.update(task, completed=summary.programs, description=told)

        summary = run(mode, range(seed, seed + count), backends, shrinking, seconds, seen)
    if as_json:
        click.echo(json.dumps(summary.as_json(), indent=2))
    else:
        show(console, summary)
    few = rare(histogram(summary.sources), summary.programs) if summary.programs >= ENOUGH else []
    sys.exit(1 if summary.failures or few else 0)


if __name__ == "__main__":
    main()

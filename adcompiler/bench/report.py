"""Figures as tables: in the terminal, in Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from adcompiler.bench.contenders import OURS, Name
from adcompiler.bench.growth import Growth
from adcompiler.bench.kernel import GROUPS
from adcompiler.bench.machine import Machine
from adcompiler.bench.measure import Figures, Row, geometric_mean

TITLES = {
    "numpy": "NumPy",
    "xla": "XLA",
    "jax": "JAX",
    "same": "same loops",
    "finite": "differences",
    "torch": "PyTorch",
    "numba": "Numba",
}
NONE = "–"
EXPLANATION = (
    "Times are medians of a call with its dispatch, the contenders in turn. NumPy and XLA are this package: the "
    "emitted NumPy source, and the emitted JAX source under jax.jit. JAX is jax.jit(jax.grad(...)) of a version of "
    "the same algorithm that was written for JAX. A factor above 1 says how many times faster than JAX we are. "
    "grad/f is the time of the gradient over that of the function on the same backend. Flops and temporary bytes "
    "are XLA's own figures, ours over JAX's; it counts the body of a loop once, whatever the trips."
)


@dataclass(frozen=True)
class Sheet:
    """A table of texts. The first column is the name; `rules` are the numbers of the lines that end a group."""

    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    rules: frozenset[int]


# ---------------------------------------------------------------- sheets
def sheets(rows: Sequence[Row], names: Sequence[Name]) -> list[Sheet]:
    """What is shown: the times, and what they are made of."""
    return [_times(rows, names), _costs(rows, names)]


def _times(rows: Sequence[Row], names: Sequence[Name]) -> Sheet:
    peers = [name for name in names if name in ("jax", "same")]
    ratios = [(ours, peer) for peer in peers for ours in OURS]
    head = ["kernel", "loops over", *(_title(name) for name in names)]
    head += [f"{_title(ours)} / {_title(peer)}" for ours, peer in ratios]
    lines, rules = [], set()
    for group, members in by_group(rows):
        for row in members:
            cells = [row.name, row.grain, *(_seconds(row.figures[name]) for name in names)]
            cells += [_factor(row.speedup(ours, peer)) for ours, peer in ratios]
            lines.append(tuple(cells))
        means = [geometric_mean([row.speedup(ours, peer) for row in members]) for ours, peer in ratios]
        compared = sum(row.speedup("xla") is not None for row in members)
        title = f"{group}: geometric mean of {compared} of {len(members)}"
        lines.append((title, "", *([""] * len(names)), *map(_factor, means)))
        rules.add(len(lines) - 1)
    return Sheet(
        "Time of a gradient, and how many times faster we are", tuple(head), tuple(lines), frozenset(rules)
    )


def _costs(rows: Sequence[Row], names: Sequence[Name]) -> Sheet:
    timed = [name for name in names if name in ("numpy", "xla", "jax")]
    first = [name for name in names if name in ("xla", "jax")]
    head = [
        "kernel",
        *(f"grad/f {_title(name)}" for name in timed),
        *(f"first {_title(name)}" for name in first),
    ]
    head += ["transform", "flops", "temporaries", "tape"]
    lines, rules = [], set()
    for group, members in by_group(rows):
        for row in members:
            cells = [row.name, *(_ratio(row.figures[name].primal_ratio) for name in timed)]
            cells += [_duration(row.figures[name].first_seconds) for name in first]
            cells += [_duration(row.transform_seconds), _ratio(row.quotient("xla", "flops"))]
            cells += [_ratio(row.quotient("xla", "temporary_bytes")), _bytes(row.figures["xla"].tape_bytes)]
            lines.append(tuple(cells))
        means = [
            _ratio(geometric_mean([row.figures[name].primal_ratio for row in members])) for name in timed
        ]
        means += [
            _duration(geometric_mean([row.figures[name].first_seconds for row in members])) for name in first
        ]
        means.append(_duration(geometric_mean([row.transform_seconds for row in members])))
        means += [_ratio(geometric_mean([row.quotient("xla", what) for row in members])) for what in _COUNTED]
        lines.append((f"{group}: geometric mean", *means, ""))
        rules.add(len(lines) - 1)
    return Sheet("What a gradient costs", tuple(head), tuple(lines), frozenset(rules))


_COUNTED = ("flops", "temporary_bytes")


def by_group(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows by their groups, in the order of the groups."""
    for group in GROUPS:
        members = [row for row in rows if row.group == group]
        if members:
            yield group, members


def notes(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """What did not take part, and why: the kernel with the contender, and the message."""
    found = []
    for row in rows:
        for name, one in row.figures.items():
            if one.status not in ("ok", "absent"):
                found.append((f"{row.name}, {_title(name)} {one.status}", one.message))
            if one.primal_message:
                found.append((f"{row.name}, {_title(name)} of the function", one.primal_message))
    absent = {
        (name, one.message) for row in rows for name, one in row.figures.items() if one.status == "absent"
    }
    missing = sorted(pair for pair in absent if pair[0] != "library")
    return found + [(f"{_title(name)} absent", message) for name, message in missing]


def _title(name: str) -> str:
    return TITLES.get(name, name)


def _seconds(figures: Figures) -> str:
    if figures.status == "absent":
        return NONE
    return _duration(figures.seconds) if figures.status == "ok" else figures.status


def _duration(seconds: float | None) -> str:
    """Three digits, in the unit that fits."""
    if seconds is None:
        return NONE
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= 0.9995 * scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _factor(ratio: float | None) -> str:
    return NONE if ratio is None else f"{ratio:.2f}×" if ratio < 9.995 else f"{ratio:.0f}×"


def _ratio(ratio: float | None) -> str:
    return NONE if ratio is None else f"{ratio:.2f}" if ratio < 99.5 else f"{ratio:.0f}"


def _bytes(count: int | None) -> str:
    if count is None:
        return NONE
    for unit, scale in (("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count} B"


# ---------------------------------------------------------------- terminal
def show(console: Console, rows: Sequence[Row], names: Sequence[Name], machine: Machine) -> None:
    """Print the tables, what was refused, and the machine."""
    for sheet in sheets(rows, names):
        table = Table(title=sheet.title, title_justify="left", header_style="bold")
        for k, title in enumerate(sheet.head):
            words = k == 0 or title == "loops over"
            table.add_column(title, justify="left" if words else "right", no_wrap=k > 0)
        for k, line in enumerate(sheet.lines):
            ends = k in sheet.rules
            table.add_row(*map(_coloured, line), style="bold" if ends else "", end_section=ends)
        console.print(table)
    for what, message in notes(rows):
        console.print(f"[bold]{what}[/bold]: ", end="")
        console.print(message, markup=False, highlight=False)
    console.print(machine.sentence(), markup=False, highlight=False)


def _coloured(text: str) -> str:
    if text in ("failed", "disagrees"):
        return f"[bold red]{text}[/]"
    if text == "refused":
        return f"[yellow]{text}[/]"
    return f"[red]{text}[/]" if text.endswith("×") and float(text[:-1]) < 1.0 else text


# ---------------------------------------------------------------- Markdown
def markdown(
    rows: Sequence[Row], names: Sequence[Name], machine: Machine, growth: Sequence[Growth] = ()
) -> str:
    """The report as a page."""
    parts = ["# Benchmarks", "", EXPLANATION, "", f"Measured on: {machine.sentence()}.", ""]
    for sheet in sheets(rows, names):
        parts += [f"## {sheet.title}", "", *_markdown_table(sheet), ""]
    for one in growth:
        parts += [f"## Growth of {one.kernel}", "", *_markdown_table(_growth_sheet(one, names)), ""]
    said = notes(rows)
    if said:
        parts += ["## Who did not take part, and why", ""]
        parts += [f"* {what}: {_escaped(message)}" for what, message in said]
        parts.append("")
    parts += ["## Kernels", "", "| kernel | |", "|---|---|"]
    parts += [f"| {row.name} | {_escaped(row.title)} Size: {_numbers(row)}. |" for row in rows]
    return "\n".join(parts) + "\n"


def _growth_sheet(growth: Growth, names: Sequence[Name]) -> Sheet:
    lines = tuple(
        (str(row.numbers[0]), *(_seconds(row.figures[name]) for name in names)) for row in growth.rows
    )
    return Sheet(growth.kernel, (growth.axis, *map(_title, names)), lines, frozenset())


def _numbers(row: Row) -> str:
    return " × ".join(map(str, row.numbers)) or "one point"


def _markdown_table(sheet: Sheet) -> list[str]:
    lines = ["| " + " | ".join(sheet.head) + " |", "|---|" + "--:|" * (len(sheet.head) - 1)]
    for k, line in enumerate(sheet.lines):
        cells = [f"**{cell}**" if k in sheet.rules and cell else cell for cell in line]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _escaped(text: str) -> str:
    for sign in "\\|<>*_`":
        text = text.replace(sign, "\\" + sign)
    return text


# ---------------------------------------------------------------- JSON
def as_json(
    rows: Sequence[Row],
    names: Sequence[Name],
    machine: Machine,
    settings: Mapping[str, object],
    growth: Sequence[Growth] = (),
) -> dict[str, Any]:
    """All raw figures, with the ratios that are made of them."""
    return {
        "machine": asdict(machine),
        "settings": settings,
        "kernels": [_row(row) for row in rows],
        "groups": {
            group: {
                "kernels": len(members),
                "speedup": {name: geometric_mean([row.speedup(name) for row in members]) for name in OURS},
                "speedup_same": {
                    name: geometric_mean([row.speedup(name, "same") for row in members]) for name in OURS
                },
                "primal_ratio": {
                    name: geometric_mean([row.figures[name].primal_ratio for row in members])
                    for name in names
                },
                "flops": geometric_mean([row.quotient("xla", "flops") for row in members]),
                "temporary_bytes": geometric_mean(
                    [row.quotient("xla", "temporary_bytes") for row in members]
                ),
                "first_seconds": geometric_mean([row.quotient("xla", "first_seconds") for row in members]),
            }
            for group, members in by_group(rows)
        },
        "growth": [
            {"kernel": one.kernel, "axis": one.axis, "rows": [_row(row) for row in one.rows]}
            for one in growth
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    figures = {
        name: {
            **asdict(one),
            "primal_ratio": one.primal_ratio,
            "speedup": row.speedup(name),
            "speedup_same": row.speedup(name, "same"),
        }
        for name, one in row.figures.items()
    }
    return {**asdict(row), "figures": figures}

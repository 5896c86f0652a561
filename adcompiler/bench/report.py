"""Figures as tables: in the terminal, in Markdown, and as JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from adcompiler.bench.contenders import EXTRAS, OURS, Name
from adcompiler.bench.growth import Growth
from adcompiler.bench.kernel import GROUPS
from adcompiler.bench.machine import Machine
from adcompiler.bench.measure import Row, geometric_mean

TITLES = {
    "numpy": "NumPy",
    "xla": "XLA",
    "jax": "JAX",
    "same": "same",
    "finite": "differences",
    "torch": "PyTorch",
    "numba": "Numba",
    "both": "XLA + Numba",
}
NONE = "–"
MOST_TOGETHER = 3  # contenders whose times and ratios fit into one table
EXPLANATION = (
    "Times are medians of a call with its dispatch, the contenders in turn. NumPy and XLA are this package: the "
    "emitted NumPy source, and the emitted JAX source under jax.jit. JAX is jax.jit(jax.grad(...)) of a version of "
    "the same algorithm that was written for JAX; same is jax.jit(jax.grad(...)) of the very loops of the "
    "NumPy function. A / B above 1 says how many times faster than B A is; means are geometric, over the kernels "
    "that both take. grad/f is the time of the gradient over that of the function on the same backend; first is the "
    "first call, with transformation and compilation. Flops and memory (temporary bytes) are XLA's own figures, our "
    "program's over JAX's; XLA counts the body of a loop once, whatever the trips."
)


@dataclass(frozen=True)
class Sheet:
    """A table of texts; `means` are the numbers of the lines that sum up those above."""

    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    means: frozenset[int]


# ---------------------------------------------------------------- sheets
_JAX: tuple[Name, ...] = ("jax", "same")


@dataclass(frozen=True)
class _Column:
    """A column: its head, a text for each row, and one for the mean of a group."""

    head: str
    cell: Callable[[Row], str]
    mean: Callable[[Sequence[Row]], str] = lambda members: ""


def _averaged(
    head: str, figure: Callable[[Row], float | None], text: Callable[[float | None], str]
) -> _Column:
    """A column of numbers with their geometric means."""
    return _Column(
        head,
        lambda row: text(figure(row)),
        lambda members: text(geometric_mean([figure(row) for row in members])),
    )


def sheets(rows: Sequence[Row], names: Sequence[Name]) -> list[Sheet]:
    """What is shown: times and their ratios, and what they are made of; few contenders fit into two tables."""
    times, ratios, costs, analyses = _times(names), _ratios(names), _costs(names), _analyses(names)
    if len(names) <= MOST_TOGETHER:
        return [
            _sheet("Time of a gradient, and how many times faster we are", rows, times + ratios),
            _sheet("What a gradient costs", rows, costs + analyses),
        ]
    return [
        _sheet("Time of a gradient", rows, times),
        _sheet("How many times faster we are", rows, ratios),
        _sheet("What a gradient costs", rows, costs),
        _sheet("What XLA says of our program", rows, analyses),
    ]


def _sheet(title: str, rows: Sequence[Row], columns: Sequence[_Column]) -> Sheet:
    lines, means = [], set()
    for group, members in by_group(rows):
        lines += [(row.name, *(column.cell(row) for column in columns)) for row in members]
        for part, some in _parts(group, members):
            means.add(len(lines))
            lines.append((f"mean of {part}", *(column.mean(some) for column in columns)))
    head = "kernel", *(column.head for column in columns)
    return Sheet(title, head, tuple(lines), frozenset(means))


def _times(names: Sequence[Name]) -> list[_Column]:
    over = _Column("loops\nover", lambda row: row.grain, _compared if "jax" in names else _counted)
    return [over, *(_Column(_title(name), functools.partial(_seconds, name)) for name in names)]


def _ratios(names: Sequence[Name]) -> list[_Column]:
    taking = [name for name in (*OURS, "source", *EXTRAS) if name in names]
    pairs: list[tuple[Name, Name]] = [(ours, peer) for peer in _JAX if peer in names for ours in taking]
    pairs += [(ours, "numba") for ours in ("xla", "both") if {ours, "numba"} <= {*names}]
    return [
        _averaged(
            f"{_title(ours)}\n/ {_title(peer)}", functools.partial(Row.speedup, name=ours, peer=peer), _factor
        )
        for ours, peer in pairs
    ]


def _costs(names: Sequence[Name]) -> list[_Column]:
    columns = [
        _averaged(f"grad/f\n{_title(name)}", functools.partial(_primal_ratio, name), _ratio)
        for name in names
        if name in ("numpy", "xla", "source", "jax", "numba")
    ]
    columns += [
        _averaged(f"first\n{_title(name)}", functools.partial(_first_seconds, name), _duration)
        for name in names
        if name in ("xla", "jax", "both")
    ]
    if "jax" in names:
        slower = functools.partial(Row.quotient, name="xla", what="first_seconds")
        columns.append(_averaged("first\n/ JAX", slower, _ratio))
    return [*columns, _averaged("trans-\nform", lambda row: row.transform_seconds, _duration)]


def _analyses(names: Sequence[Name]) -> list[_Column]:
    columns = []
    for peer in _JAX:
        if peer in names:
            flops = functools.partial(Row.quotient, name="xla", what="flops", peer=peer)
            memory = functools.partial(Row.quotient, name="xla", what="temporary_bytes", peer=peer)
            columns.append(_averaged(f"flops\n/ {_title(peer)}", flops, _ratio))
            columns.append(_averaged(f"memory\n/ {_title(peer)}", memory, _ratio))
    return [*columns, _Column("tape", lambda row: _bytes(row.figures["xla"].tape_bytes))]


def _counted(members: Sequence[Row]) -> str:
    return str(len(members))


def _compared(members: Sequence[Row]) -> str:
    """On how many kernels both sides took part."""
    return f"{sum(row.speedup('xla') is not None for row in members)} of {len(members)}"


def _primal_ratio(name: Name, row: Row) -> float | None:
    return row.figures[name].primal_ratio


def _first_seconds(name: Name, row: Row) -> float | None:
    return row.figures[name].first_seconds


def by_group(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows by their groups, in the order of the groups."""
    for group in GROUPS:
        members = [row for row in rows if row.group == group]
        if members:
            yield group, members


def _parts(group: str, members: Sequence[Row]) -> list[tuple[str, Sequence[Row]]]:
    """A group; the loops also by what the innermost goes over."""
    found: list[tuple[str, Sequence[Row]]] = [(group, members)]
    if group == "loops":
        grains = dict.fromkeys(row.grain for row in members)
        if len(grains) > 1:
            found += [
                (f"{group}, {grain}", [row for row in members if row.grain == grain]) for grain in grains
            ]
    return found


def notes(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """What did not take part, and why: a contender with the kernels, and its message."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for name, one in row.figures.items():
            if one.status == "absent":
                if name != "library":
                    found.setdefault((f"{_title(name)} absent", one.message), [])
            elif one.status != "ok":
                found.setdefault((f"{_title(name)} {one.status}", one.message), []).append(row.name)
            if one.primal_message:
                said = f"{_title(name)} for the function itself", one.primal_message
                found.setdefault(said, []).append(row.name)
    return [
        (what + (": " if kernels else "") + ", ".join(kernels), words)
        for (what, words), kernels in found.items()
    ]


def _title(name: str) -> str:
    return TITLES.get(name, name)


def _seconds(name: Name, row: Row) -> str:
    figures = row.figures[name]
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
    return NONE if ratio is None else f"{_digits(ratio)}×"


def _ratio(ratio: float | None) -> str:
    return NONE if ratio is None else _digits(ratio)


def _digits(ratio: float) -> str:
    """Two or three digits: 0.0043, 0.43, 4.30, 43.0, 430."""
    if ratio < 0.0995:
        return f"{ratio:.2g}" if ratio else "0"
    return f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.1f}" if ratio < 99.95 else f"{ratio:.0f}"


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
            table.add_column(title, justify="left" if k == 0 else "right", no_wrap=True)
        for k, line in enumerate(sheet.lines):
            mean = k in sheet.means
            ends = mean and k + 1 not in sheet.means
            table.add_row(*map(_coloured, line), style="bold" if mean else "", end_section=ends)
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
    lines = tuple((str(row.numbers[0]), *(_seconds(name, row) for name in names)) for row in growth.rows)
    return Sheet(growth.kernel, (growth.axis, *map(_title, names)), lines, frozenset())


def _numbers(row: Row) -> str:
    return " × ".join(map(str, row.numbers)) or "one point"


def _markdown_table(sheet: Sheet) -> list[str]:
    head = [title.replace("-\n", "").replace("\n", " ") for title in sheet.head]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(sheet.head) - 1)]
    for k, line in enumerate(sheet.lines):
        cells = [f"**{cell}**" if k in sheet.means and cell else cell for cell in line]
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
                "by_grain": {
                    part: {name: geometric_mean([row.speedup(name) for row in some]) for name in OURS}
                    for part, some in _parts(group, members)[1:]
                },
                **{
                    what: {
                        peer: geometric_mean([row.quotient("xla", what, peer) for row in members])
                        for peer in _JAX
                        if peer in names
                    }
                    for what in ("flops", "temporary_bytes", "first_seconds")
                },
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

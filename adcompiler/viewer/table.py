"""The table of `adcompiler check`: a row an oracle, with what it found, and what it can and cannot see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adcompiler.viewer.show import Tone, print_table

MARKS: dict[Tone, str] = {"good": "✓ ", "bad": "✗ ", "neutral": "- "}
TITLES = ("oracle", "agreement", "error", "tolerance", "worst component", "it sees", "it cannot see")
NUMBERS = 4  # columns that never wrap
WIDE = 130  # columns of a terminal in which all of them have room


@dataclass(frozen=True)
class Row:
    """What an oracle says, as text."""

    oracle: str
    agreement: str
    tone: Tone
    error: str
    tolerance: str
    worst: str
    sees: str
    blind: str


def show_table(console: Console, head: str, rows: Sequence[Row], summary: str, plain: bool = False) -> None:
    """Print what is checked, a row for each oracle, and what follows from all of them.

    In a narrow terminal what an oracle sees stands below what it says.
    """
    wide = plain or console.width >= WIDE
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="label")
    for k, title in enumerate(TITLES[: len(TITLES) if wide else NUMBERS + 1]):
        table.add_column(title, no_wrap=plain or k < NUMBERS)
    for row in rows:
        said = Text(row.worst, style="" if row.tone == "good" else row.tone)
        cells = [Text(row.sees, style="neutral"), Text(row.blind, style="neutral")]
        if not wide:
            said.append(f"\nsees {row.sees}; not {row.blind}", style="neutral")
            cells = []
        mark = Text(MARKS[row.tone] + row.agreement, style=row.tone)
        table.add_row(Text(row.oracle, style="label"), mark, row.error, row.tolerance, said, *cells)
    console.print(Text(head), soft_wrap=True)
    console.print()
    print_table(console, table, plain)
    console.print()
    bad = any(row.tone == "bad" for row in rows)
    console.print(Text(summary, style="bad" if bad else "good"), soft_wrap=True)

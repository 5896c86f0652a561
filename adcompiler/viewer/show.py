"""A function beside its adjoint, what they give at a point, what the oracles say: text for a terminal.

Side by side where the terminal is wide enough, else one above the other. Plain output (a pipe, or when asked
for) has no colours, no frames, and never breaks a line, so that source can be copied from it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.highlighter import RegexHighlighter
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from adcompiler.errors import CompileError, Diagnostic
from adcompiler.pytree import leaves_with_paths

Tone = Literal["good", "bad", "neutral"]

THEME = Theme(
    {
        "good": "green",
        "bad": "bold red",
        "neutral": "dim",
        "label": "bold",
        "ir.value": "cyan",
        "ir.type": "green",
        "ir.keyword": "bold magenta",
        "ir.number": "blue",
        "ir.comment": "dim",
    }
)
SYNTAX_THEME = "ansi_dark"  # the terminal's own colours, so that it can be read on any background
DOCSTRING = '"""'
REFERENCE = re.compile(
    r"(# line \d+): .*$"
)  # a comment of emitted source; the line that it quotes is shown anyway
QUOTED = 12  # fewer columns of a quoted line say nothing
READABLE = 110  # columns; wider frames are harder to read
FRAME = 4  # columns that a panel takes for its border and padding
ROWS = 24  # leaves of the arguments that are listed
ENTRIES = 30  # larger arrays are abbreviated


@dataclass(frozen=True)
class Listing:
    """A text with a title; `first_line` is the number of its first line in its file, if it has one."""

    title: str
    text: str
    first_line: int | None = None
    language: Literal["python", "ir"] = "python"

    @property
    def width(self) -> int:
        """The least columns that show its code unbroken: docstrings may wrap, comments may be cut."""
        lines = [line for line in self.text.splitlines() if not line.lstrip().startswith(DOCSTRING)]
        return max((len(REFERENCE.sub(r"\1", line)) for line in lines), default=0) + self.gutter

    @property
    def full_width(self) -> int:
        """The columns that it takes as it is."""
        return max((len(line) for line in self.text.splitlines()), default=0) + self.gutter

    @property
    def gutter(self) -> int:
        """The columns for line numbers, as rich lays them out."""
        if self.first_line is None:
            return 0
        return len(str(self.first_line + self.text.count("\n"))) + 4


@dataclass(frozen=True)
class Verdict:
    """What an oracle says."""

    oracle: str
    text: str
    tone: Tone


class IRHighlighter(RegexHighlighter):
    """Colours for the text of the IR."""

    base_style = "ir."
    highlights = [  # noqa: RUF012  (rich's own protocol)
        r"(?P<value>%[\w.]+)",
        r"(?P<type>\b(?:[fiuc](?:8|16|32|64|128)|bool|list)\b)",
        r"(?P<keyword>\b(?:func|for|in|reversed|range|carrying|if|else|while|yield|return)\b)",
        r"(?P<number>(?<![\w.%])-?\d+(?:\.\d+)?(?:e-?\d+)?\b)",
        r"(?P<comment>    # .*$)",
    ]


def show_listings(console: Console, listings: Sequence[Listing], plain: bool = False) -> None:
    """Print listings, two of them side by side where they fit."""
    if plain:
        for listing in listings:
            console.print(Text(f"# {listing.title}"), soft_wrap=True)
            console.print(Text(_numbered(listing)), soft_wrap=True)
            console.print()
        return
    if len(listings) == 2 and sum(listing.width + FRAME for listing in listings) <= console.width:
        console.print(_side_by_side(listings, console.width))
        console.print()
        return
    for listing in listings:
        console.print(Rule(escape(listing.title), align="left", style="dim"))
        console.print(_highlighted(listing, console.width), soft_wrap=listing.language == "ir")
        console.print()


def _side_by_side(listings: Sequence[Listing], width: int) -> Table:
    """Two frames; room to spare goes to docstrings, the left one first."""
    left, right = listings
    first = min(left.full_width, width - right.width - 2 * FRAME)
    second = max(right.width, min(right.full_width, width - first - 2 * FRAME, READABLE))
    grid = Table.grid()
    for inside in (first, second):
        grid.add_column(width=inside + FRAME)
    frames = (
        Panel(
            _highlighted(listing, inside), title=escape(listing.title), title_align="left", border_style="dim"
        )
        for listing, inside in ((left, first), (right, second))
    )
    grid.add_row(*frames)
    return grid


def _highlighted(listing: Listing, width: int) -> RenderableType:
    if listing.language == "ir":
        return IRHighlighter()(Text(listing.text))
    return Syntax(
        listing.text if listing.first_line is not None else _fitted(listing.text, width),
        "python",
        theme=SYNTAX_THEME,
        background_color="default",
        line_numbers=listing.first_line is not None,
        start_line=listing.first_line or 1,
        word_wrap=True,
    )


def _fitted(text: str, width: int) -> str:
    """Emitted source in so many columns: docstrings wrapped at their indent, quoting comments cut."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        if len(line) <= width:
            lines.append(line)
        elif line.lstrip().startswith(DOCSTRING):
            lines += textwrap.wrap(line, width, subsequent_indent=indent)
        elif (found := REFERENCE.search(line)) is not None and found.end(1) <= width:
            room = width - found.end(1)
            lines.append(line[: width - 1].rstrip() + "…" if room > QUOTED else line[: found.end(1)])
        else:
            lines.append(line)
    return "\n".join(lines)


def _numbered(listing: Listing) -> str:
    if listing.first_line is None:
        return listing.text
    lines = listing.text.splitlines()
    width = len(str(listing.first_line + len(lines)))
    return "\n".join(f"{listing.first_line + k:>{width}}  {line}".rstrip() for k, line in enumerate(lines))


def show_point(
    console: Console,
    arguments: Sequence[tuple[str, object]],
    gradients: Sequence[object],
    value: object,
    note: str = "",
    plain: bool = False,
) -> None:
    """Print the value, and a row for each leaf of the arguments with its gradient, None where it has none."""
    rows = [(path, leaf, g) for (path, leaf), g in zip(arguments, gradients, strict=True)]
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="label")
    for title in ("argument", "at", "gradient"):
        table.add_column(title, no_wrap=title == "argument" or plain)
    # Two columns of arrays beside the label share the terminal.
    labels = max([len("argument"), *(max(len(path), len(_kind(leaf))) for path, leaf, _ in rows[:ROWS])])
    columns = 60 if plain else max(20, min(60, (console.width - labels - 6) // 2))
    for path, leaf, gradient in rows[:ROWS]:
        label = Text(path, style="label")
        kind = _kind(leaf)
        if kind:
            label.append(f"\n{kind}", style="neutral")
        slope = "" if gradient is None else number_text(gradient, columns)
        table.add_row(label, number_text(leaf, columns), slope)
    if len(rows) > ROWS:
        table.add_row(Text(f"{len(rows) - ROWS} more", style="neutral"))
    line = Text.assemble(("value", "label"), f" {number_text(value)}")
    if note:
        line.append(f"   arguments {note}", style="neutral")
    console.print(line, soft_wrap=True)
    console.print()
    print_table(console, table, plain)
    console.print()


def show_verdicts(console: Console, verdicts: Sequence[Verdict], plain: bool = False) -> None:
    """Print what the oracles say, a line each."""
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=plain)
    for verdict in verdicts:
        mark = {"good": "✓ ", "bad": "✗ ", "neutral": "- "}[verdict.tone]
        table.add_row(Text(verdict.oracle, style="label"), Text(mark + verdict.text, style=verdict.tone))
    print_table(console, table, plain)


def print_table(console: Console, table: Table, plain: bool) -> None:
    """Print a table; plain, without what pads it."""
    if not plain:
        console.print(table)
        return
    # A table cannot be printed without a width: give it all that it asks for, and drop what pads it.
    wide = Console(width=10_000, theme=THEME, no_color=True, force_terminal=False)
    with wide.capture() as captured:
        wide.print(table)
    console.print(Text("\n".join(line.rstrip() for line in captured.get().splitlines())), soft_wrap=True)


def number_text(value: object, columns: int = 60) -> str:
    """A number with all its digits, an array with a few, anything else as Python prints it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float | complex | str) or value is None:
        return repr(value)
    dtype = getattr(value, "dtype", None)
    if dtype is None or not hasattr(value, "shape"):
        pairs = leaves_with_paths(value)
        if len(pairs) > 1 or pairs and pairs[0][0]:
            return ", ".join(f"{path} = {number_text(leaf, columns)}" for path, leaf in pairs)
        return str(getattr(value, "__name__", None) or repr(value))
    array = np.asarray(value)
    if not array.shape:
        return repr(array.item())
    suppress = _ordinary(array)
    with np.printoptions(precision=4, suppress=suppress, threshold=ENTRIES, edgeitems=2, linewidth=columns):
        return np.array2string(array)


def _ordinary(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> bool:
    """Whether four digits after the point show something of every entry."""
    if array.dtype.kind not in "fc" or not array.size:
        return True
    sizes = np.abs(array[array != 0])
    return not sizes.size or bool(np.min(sizes) > 1e-3 and np.max(sizes) < 1e5)


def _kind(leaf: object) -> str:
    """f64[4,3] for an array."""
    shape = getattr(leaf, "shape", None)
    dtype = getattr(leaf, "dtype", None)
    if not shape or dtype is None:
        return ""
    name = "bool" if dtype.kind == "b" else f"{dtype.kind}{dtype.itemsize * 8}"
    return f"{name}[{','.join(map(str, shape))}]"


def show_error(console: Console, error: CompileError) -> None:
    """Print a refusal: each place with its source line and a caret below it, coloured."""
    for k, diagnostic in enumerate(error.diagnostics):
        if k:
            console.print()
        console.print(Group(*_diagnostic_lines(diagnostic)), soft_wrap=True)
    if len(error.diagnostics) > 1:
        console.print(Text(f"\n{len(error.diagnostics)} places cannot be compiled", style="bad"))


def _diagnostic_lines(diagnostic: Diagnostic) -> list[Text]:
    """The lines of `str(diagnostic)` with styles."""
    first, *rest = str(diagnostic).splitlines()
    place = f"{diagnostic.location}: "
    lines = [Text.assemble((place, "label"), (first.removeprefix(place), "bad"))]
    for line in rest:
        if re.fullmatch(r"\s+\^+", line):
            lines.append(Text(line, style="bad"))
        elif line.startswith("  instead: "):
            lines.append(Text.assemble(("  instead: ", "good"), line.removeprefix("  instead: ")))
        elif line.startswith("  called from "):
            lines.append(Text(line, style="neutral"))
        else:
            lines.append(Text(line))
    return lines

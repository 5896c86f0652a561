"""The layout of emitted text: blocks, blank lines and comments.

How a statement is spelled is no business of this file: `spelling.py` spells it as one line of text, `wrap.py`
breaks the line if it is long, and from these lines a page is made here. Two nodes beside those of `ast` exist
for the page's sake, `Comment` and `Blank`, and a statement may carry a comment for the end of its first line
(`remark`).
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from adcompiler.emit.wrap import STEP, WIDTH, broken

NARROW = 24  # columns that a comment gets where the code is nested so deeply that fewer are left
ABOVE = 40  # a comment above its statement reads as badly as one that stands this many columns away from it

Statement = TypeVar("Statement", bound=ast.stmt)
Spell = Callable[[ast.stmt], str]

COMMENT = "comment"  # the attribute of a statement that holds it


class Comment(ast.stmt):
    """A comment on lines of its own, at the indentation of its block."""

    _fields = ("text",)
    _field_types: ClassVar[dict[str, type]] = {"text": str}
    __match_args__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        super().__init__(text=text)  # type: ignore[call-arg]  # a field of its own


class Blank(ast.stmt):
    """An empty line."""

    _fields = ()


def remark(statement: Statement, text: str) -> Statement:
    """The statement, with a comment for the end of its first line."""
    setattr(statement, COMMENT, text)
    return statement


def remark_of(statement: ast.AST) -> str:
    """The comment for the end of a statement's first line."""
    return str(getattr(statement, COMMENT, None) or "")


@dataclass(frozen=True, slots=True)
class Line:
    """A statement or header as text: its first line without indentation, further lines complete."""

    indent: int
    text: str
    comment: str = ""
    open_string: bool = False  # the first line ends inside a string: no comment can follow it


EMPTY = Line(0, "")


def lay_out(module: ast.Module, spell: Spell) -> str:
    """The module as text; `spell` gives the text of a statement, the blocks of which hold only `pass`."""
    return "".join(f"{line}\n" for line in aligned(list(block(module.body, 0, spell))))


# ---------------------------------------------------------------- blocks and blank lines
@dataclass(frozen=True, slots=True)
class _Entry:
    """A statement with the comments directly above it, or comments that belong to no statement."""

    blanks: int
    comments: tuple[Comment, ...]
    statement: ast.stmt | None


def block(statements: Sequence[ast.stmt], indent: int, spell: Spell) -> Iterator[Line]:
    """The lines of one block, with blank lines where PEP 8 or a Blank wants them."""
    previous: _Entry | None = None
    for entry in _entries(statements):
        if previous is not None:
            asked = min(entry.blanks, 1 if indent else 2)
            yield from [EMPTY] * max(asked, _gap(previous.statement, entry.statement, indent))
        for comment in entry.comments:
            yield from (Line(indent, text) for text in _comment_lines(comment.text, _room(indent)))
        if entry.statement is not None:
            yield from _statement(entry.statement, indent, spell)
        previous = entry


def _entries(statements: Sequence[ast.stmt]) -> Iterator[_Entry]:
    """Statements with their comments; an empty line parts a comment from the statement that follows."""
    blanks = 0
    comments: list[Comment] = []
    for statement in statements:
        match statement:
            case Blank():
                if comments:
                    yield _Entry(blanks, tuple(comments), None)
                    blanks, comments = 0, []
                blanks += 1
            case Comment():
                comments.append(statement)
            case _:
                yield _Entry(blanks, tuple(comments), statement)
                blanks, comments = 0, []
    if comments:
        yield _Entry(blanks, tuple(comments), None)


def _gap(above: ast.stmt | None, below: ast.stmt | None, indent: int) -> int:
    """How many blank lines PEP 8 wants between two statements of a block."""
    definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    imports = ast.Import | ast.ImportFrom
    if isinstance(above, definition) or isinstance(below, definition):
        return 1 if indent else 2
    if isinstance(above, imports) and not isinstance(below, imports):
        return 1
    match above:
        case ast.Expr(value=ast.Constant(value=str())) if not indent:
            return 1
    return 0


def _room(indent: int) -> int:
    """How many columns a comment may have."""
    return max(WIDTH - indent, NARROW)


def _comment_lines(text: str, room: int) -> Iterator[str]:
    wrapper = textwrap.TextWrapper(room - 2, break_long_words=False, break_on_hyphens=False)
    for paragraph in text.splitlines() or [""]:
        for line in wrapper.wrap(paragraph) or [""]:
            yield cut(f"# {line}".rstrip(), room)


def _statement(node: ast.stmt, indent: int, spell: Spell, chained: str = "") -> Iterator[Line]:
    """The lines of one statement: its header, and the blocks below it; an `if` may be `chained` as `elif`."""
    comment = " ".join(line.strip() for line in remark_of(node).splitlines())

    def clause(header: str, body: Sequence[ast.stmt], comment: str = "") -> Iterator[Line]:
        yield _line(header, indent, comment)
        yield from block(body, indent + STEP, spell)

    def header(**blocks: object) -> str:
        return _header(spell, node, blocks)

    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            for decorator in node.decorator_list:
                yield _line("@" + spell(ast.Expr(value=decorator)), indent)
            yield from clause(header(decorator_list=[]), node.body, comment)
        case ast.For() | ast.AsyncFor() | ast.While():
            yield from clause(header(orelse=[]), node.body, comment)
            if node.orelse:
                yield from clause("else:", node.orelse)
        case ast.With() | ast.AsyncWith():
            yield from clause(header(), node.body, comment)
        case ast.If():
            yield from clause(chained + header(orelse=[]), node.body, comment)
            match node.orelse:
                case []:
                    return
                case [ast.If() as other]:
                    yield from _statement(other, indent, spell, chained="el")
                case _:
                    yield from clause("else:", node.orelse)
        case ast.Try() | ast.TryStar():
            yield from clause("try:", node.body, comment)
            for handler in node.handlers:
                alone = copy(handler)
                alone.body = [ast.Pass()]
                lines = header(handlers=[alone], orelse=[], finalbody=[]).splitlines()
                yield from clause(lines[-1].strip(), handler.body)
            for word, body in (("else:", node.orelse), ("finally:", node.finalbody)):
                if body:
                    yield from clause(word, body)
        case ast.Match():
            anything = ast.match_case(pattern=ast.MatchAs(), body=[ast.Pass()])
            lines = spell(ast.Match(subject=node.subject, cases=[anything])).splitlines()
            yield _line(lines[0], indent, comment)
            for case in node.cases:
                alone_case = ast.match_case(pattern=case.pattern, guard=case.guard, body=[ast.Pass()])
                lines = spell(ast.Match(subject=ast.Name(id="_"), cases=[alone_case])).splitlines()
                yield _line(lines[1].strip(), indent + STEP)
                yield from block(case.body, indent + 2 * STEP, spell)
        case _:
            yield _line(spell(node), indent, comment)


def _header(spell: Spell, node: ast.stmt, blocks: dict[str, object]) -> str:
    """The text of a compound statement down to the `pass` that stands for its body."""
    alone = copy(node)
    for field, value in {"body": [ast.Pass()], **blocks}.items():
        setattr(alone, field, value)
    return spell(alone).rpartition("\n")[0]


def _line(text: str, indent: int, comment: str = "") -> Line:
    if "\n" in text:
        return Line(indent, text, comment, open_string=True)
    return Line(indent, broken(text, indent), comment)


# ---------------------------------------------------------------- comments
def cut(text: str, room: int) -> str:
    """The text, ended with ` ...` after the last word that fits."""
    if len(text) <= room:
        return text
    head = text[: room - 4]
    word = head.rpartition(" ")[0]
    return (word if len(word) > room // 2 else head).rstrip() + " ..."


def aligned(lines: Sequence[Line]) -> Iterator[str]:
    """Physical lines, the comments of each paragraph in one column.

    A paragraph ends at an empty line and at a comment line; it goes on through nested blocks.
    """
    paragraph: list[Line] = []
    for line in lines:
        if line.text and not line.text.startswith("#"):
            paragraph.append(line)
            continue
        yield from _paragraph(paragraph)
        paragraph = []
        yield " " * line.indent + line.text if line.text else ""
    yield from _paragraph(paragraph)


def _paragraph(lines: Sequence[Line]) -> Iterator[str]:
    column = _column([line for line in lines if line.comment])
    for line in lines:
        first, *rest = (" " * line.indent + line.text).split("\n")
        text = "# " + line.comment
        if not line.comment:
            yield first
        elif _distance(line, column) is None:
            yield " " * line.indent + cut(text, _room(line.indent))
            yield first
        else:
            yield first.ljust(column) + text
        yield from rest


def _column(commented: Sequence[Line]) -> int:
    """The column at which the comments of a paragraph read best: few above, none far to the right."""
    columns = sorted({_end(line) for line in commented}) or [0]

    def cost(column: int) -> int:
        distances = [_distance(line, column) for line in commented]
        return sum(ABOVE if distance is None else distance for distance in distances)

    return min(columns, key=cost)


def _end(line: Line) -> int:
    return line.indent + len(line.text.partition("\n")[0]) + 2


def _distance(line: Line, column: int) -> int | None:
    """How far right of its statement the comment stands; None where it cannot stand at that column."""
    room = column - _end(line)
    too_wide = column + 2 + len(line.comment) > WIDTH
    return None if line.open_string or room < 0 or too_wide else room

"""Locations in the user's source, and the errors that point at them.

Every op of the IR carries a Location; whatever goes wrong is reported against one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the user's source: line and column count from 1; `text` is the whole source line.

    `recomputed` numbers the checkpointed calls that what stands here is part of, the outermost first; `again` marks
    what the reverse sweep computes once more.
    """

    file: str
    line: int
    column: int
    text: str = ""
    width: int = 1
    function: str = ""
    caller: Location | None = None
    adjoint: bool = False
    recomputed: tuple[int, ...] = ()
    again: bool = False

    def reversed(self) -> Location:
        """The same place, marked as belonging to the adjoint sweep."""
        return self if self.adjoint else replace(self, adjoint=True)

    def inlined_at(self, caller: Location | None) -> Location:
        """The same place, reached through the call at `caller`."""
        if caller is None:
            return self
        return replace(self, caller=caller if self.caller is None else self.caller.inlined_at(caller))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


UNKNOWN = Location("<unknown>", 1, 1)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One refusal: what is wrong, where, and what to write instead."""

    message: str
    location: Location
    hint: str = ""

    def __str__(self) -> str:
        at = self.location
        lines = [f"{at}: {self.message}"]
        if at.text:
            lines.append(f"    {at.text.rstrip()}")
            indent = "".join(c if c == "\t" else " " for c in at.text[: at.column - 1])
            lines.append("    " + indent + "^" * max(1, min(at.width, len(at.text) - at.column + 1)))
        if self.hint:
            lines.append(f"  instead: {self.hint}")
        calls: list[Location] = []
        caller = at.caller
        while caller is not None:
            calls.append(caller)
            caller = caller.caller
        for place, same in itertools.groupby(calls, lambda call: replace(call, caller=None)):
            times = sum(1 for _ in same)
            lines.append(
                f"  called from {place}: {place.text.strip()}" + (f" ({times} times)" if times > 1 else "")
            )
        return "\n".join(lines)


class CompileError(Exception):
    """The function cannot be differentiated as written; `diagnostics` says where and why, all places at once."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        unique = {(str(d.location), d.message): d for d in reversed(diagnostics)}
        self.diagnostics = tuple(reversed(unique.values()))
        super().__init__("\n".join(str(d) for d in self.diagnostics))

    @classmethod
    def at(cls, location: Location, message: str, hint: str = "") -> CompileError:
        """One refusal as an error."""
        return cls(Diagnostic(message, location, hint))


class OtherDtype(TypeError):
    """A function gave real numbers where the code is for complex ones, or the other way round.

    Gradient objects run code for the other case then; emitted source that runs by itself raises it.
    """


class InternalError(Exception):
    """A pass broke an invariant of the IR: a defect of adcompiler, reported with the pass, the place and a dump."""

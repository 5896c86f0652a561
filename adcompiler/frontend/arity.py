"""How many arguments, and which keywords, a builtin or a method takes here."""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.frontend.bindings import Binding
from adcompiler.frontend.context import Lowering

MANY = 1 << 30


@dataclass(frozen=True, slots=True)
class Takes:
    """From `least` to `most` positional arguments, and these keywords; None for any."""

    least: int
    most: int
    keywords: tuple[str, ...] | None = ()

    def check(self, low: Lowering, name: str, arguments: list[Binding], keywords: dict[str, Binding]) -> None:
        """Refuse a call with more, fewer or other arguments."""
        for keyword in keywords:
            if self.keywords is not None and keyword not in self.keywords:
                low.stop_keyword(keyword, f"{name}() takes no keyword {keyword!r} here", "leave it out")
        if self.least <= len(arguments) <= self.most:
            return
        wanted = f"{self.least} to {self.most}"
        if self.least == self.most:
            wanted = f"{self.least}"
        elif self.most == MANY:
            wanted = f"at least {self.least}"
        low.stop(f"{name}() is given {len(arguments)} arguments", f"give it {wanted}")


ANYTHING = Takes(0, MANY, None)

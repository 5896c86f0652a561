"""What ends lowering before its end: errors that somebody above answers."""

from __future__ import annotations

from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array


class KeywordRefused(CompileError):
    """A keyword argument is refused; the call that holds it points at it."""

    def __init__(self, keyword: str, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.keyword = keyword


SIZES = "<sizes>"  # asks, like the path of a Restart, that the sizes of the arguments are known
APART = "<apart>"  # asks that short containers among the arguments are taken item by item, not as sequences


class Restart(Exception):
    """Lower again, with the argument at `path` as a sequence."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Mutable(Exception):
    """Lower again, with the objects that are made of this class as ones that change."""

    def __init__(self, kind: type) -> None:
        super().__init__(kind.__name__)
        self.kind = kind


class Tabled(Exception):
    """Lower again, with the list of lists made at `site` as an array of numbers of this type, if that is known."""

    def __init__(self, site: Location, kind: Array | None) -> None:
        super().__init__(str(site))
        self.site = site
        self.kind = kind


class Unroll(Exception):
    """The loop whose index is `index` cannot stay a loop: its index must be known while compiling."""

    def __init__(self, index: Value, reason: CompileError) -> None:
        super().__init__(str(reason))
        self.index = index
        self.reason = reason


class Peel(Exception):
    """The first trip of the loop whose index is `index` gives something another structure: it is to stand alone."""

    def __init__(self, index: Value, reason: CompileError) -> None:
        super().__init__(str(reason))
        self.index = index
        self.reason = reason


class Diverged(Exception):
    """The path ends here, since the program raises; `reason` refuses it where it is the only path."""

    def __init__(self, reason: CompileError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Caught(Exception):
    """Python raises `error` here, which a `try` around handles; `reason` refuses it where it cannot."""

    def __init__(self, error: Exception, reason: CompileError) -> None:
        super().__init__(str(reason))
        self.error = error
        self.reason = reason


class Poisoned(Exception):
    """A value that follows from an error which has been reported already."""

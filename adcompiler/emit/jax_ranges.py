"""Between which sizes a number lies that is computed from loop indices."""

from __future__ import annotations

from collections.abc import Mapping

from adcompiler.ir.core import Const, For, Function, walk
from adcompiler.ir.dims import Atom, Dim, dim
from adcompiler.ir.types import Array

_DEEP = 12


class Ranges:
    """The ranges of the loop indices of a function."""

    def __init__(self, function: Function) -> None:
        self.ends: Mapping[Atom, tuple[Dim, Dim]] = _index_ends(function)

    def inside(self, start: Dim, width: Dim, size: Dim) -> bool:
        """Whether start .. start + width is sure to lie in 0 .. size."""
        return self.natural(width) and self.natural(start) and self.natural(size - start - width)

    def largest(self, size: Dim) -> Dim | None:
        """A printable size that is never less than this one; loop indices are at the end of their range."""
        for _ in range(_DEEP):
            if size.printable:
                return size
            replaced = self._at_end(size, upper=True)
            if replaced is None:
                return None
            size = replaced
        return None

    def _at_end(self, size: Dim, upper: bool) -> Dim | None:
        """The size with one loop index at the end of its range that makes it largest, or smallest."""
        term = next(
            ((atoms[0], c) for atoms, c in size.terms if len(atoms) == 1 and atoms[0] in self.ends), None
        )
        if term is None:
            return None
        atom, coefficient = term
        end = self.ends[atom][1 if (coefficient > 0) == upper else 0]
        return size - dim(atom) * coefficient + end * coefficient

    def natural(self, size: Dim) -> bool:
        """Whether a size is sure not to be negative, wherever in their ranges the loop indices are."""
        for _ in range(_DEEP):
            if all(c > 0 and all(_natural(a) for a in atoms) for atoms, c in size.terms):
                return size.const >= 0
            replaced = self._at_end(size, upper=False)
            if replaced is None:
                return False
            size = replaced
        return False


def _natural(atom: Atom) -> bool:
    return ".shape[" in atom.text or atom.text.startswith("len(")


def _index_ends(function: Function) -> dict[Atom, tuple[Dim, Dim]]:
    """The least and the greatest value of each loop index."""
    ends: dict[Atom, tuple[Dim, Dim]] = {}
    doubtful: set[Atom] = set()
    for op in walk(function.body):
        if not isinstance(op, For) or not isinstance(op.step, Const) or not isinstance(op.step.value, int):
            continue
        types = [v.type for v in (op.index, op.start, op.stop)]
        sizes = [t.size for t in types if isinstance(t, Array) and t.size is not None]
        if len(sizes) != 3:
            continue
        index, start, stop = sizes
        match index:
            case Dim(terms=((((Atom() as atom),), 1),), const=0) if op.step.value:
                found = (start, stop - 1) if op.step.value > 0 else (stop + 1, start)
                if ends.setdefault(atom, found) != found:
                    doubtful.add(atom)
    return {atom: found for atom, found in ends.items() if atom not in doubtful}

"""Between which sizes a number lies that is computed from loop indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from adcompiler.analysis.inequalities import contradictory
from adcompiler.ir.core import Apply, Const, For, If, Operand, Region, Value, While, walk
from adcompiler.ir.dims import Atom, Dim, dim
from adcompiler.ir.types import Array

_DEEP = 12


class Ranges:
    """The ranges of the loop indices of a region."""

    def __init__(self, region: Region) -> None:
        self.ends: Mapping[Atom, tuple[Dim, Dim]] = _index_ends(region)

    def inside(self, start: Dim, width: Dim, size: Dim) -> bool:
        """Whether start .. start + width is sure to lie in 0 .. size."""
        return self.natural(width) and self.natural(start) and self.natural(size - start - width)

    def largest(self, size: Dim) -> Dim | None:
        """A printable size that is never less than this one; loop indices are at the end of their range."""
        return self._extreme(size, upper=True)

    def smallest(self, size: Dim) -> Dim | None:
        """A printable size that is never greater than this one."""
        return self._extreme(size, upper=False)

    def _extreme(self, size: Dim, upper: bool) -> Dim | None:
        for _ in range(_DEEP):
            if size.printable:
                return size
            replaced = self._at_end(size, upper)
            if replaced is None:
                return None
            size = replaced
        return None

    def _at_end(self, size: Dim, upper: bool) -> Dim | None:
        """The size with one loop index at the end of its range that makes it largest, or smallest."""
        found = [(atoms[0], c) for atoms, c in size.terms if len(atoms) == 1 and atoms[0] in self.ends]
        bounds = {atom for index, _ in found for end in self.ends[index] for atom in _atoms(end)}
        # an index between whose ends others lie is kept until these are gone
        term = next((term for term in found if term[0] not in bounds), found[0] if found else None)
        if term is None:
            return None
        atom, coefficient = term
        end = self.ends[atom][1 if (coefficient > 0) == upper else 0]
        return size - dim(atom) * coefficient + end * coefficient

    def below(self, lows: Sequence[Dim], highs: Sequence[Dim]) -> bool:
        """Whether each of `lows` is sure to be less than each of `highs`, where all of them are computed in one place.

        The loop indices in any of them have a value there, so that the ranges of these are not empty.
        """
        facts: list[Dim] = []
        known: set[Atom] = set()
        rest = [*lows, *highs]
        while rest:
            for atom in set(_atoms(rest.pop())) - known:
                known.add(atom)
                if _natural(atom):
                    facts.append(dim(atom))
                for least, greatest in [self.ends[atom]] if atom in self.ends else []:
                    facts += dim(atom) - least, greatest - dim(atom)
                    rest += least, greatest
        return all(contradictory([], [*facts, low - high]) for low in lows for high in highs)

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


def _atoms(size: Dim) -> Iterator[Atom]:
    return (atom for atoms, _ in size.terms for atom in atoms)


def _natural(atom: Atom) -> bool:
    return ".shape[" in atom.text or atom.text.startswith("len(")


def _index_ends(region: Region) -> dict[Atom, tuple[Dim, Dim]]:
    """The least and the greatest value of each loop index."""
    ends: dict[Atom, tuple[Dim, Dim]] = {}
    doubtful: set[Atom] = set()
    for op in walk(region):
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


_GROW = frozenset({"add", "multiply", "minimum", "copy", "astype", "python", "where"})
_COUNTS = frozenset({"size", "count", "seq_length", "argmax", "argmin", "count_nonzero"})


def naturals(region: Region, ranges: Ranges) -> frozenset[Value]:
    """The integers that are sure not to be negative: all, less those for which nothing says so."""
    rules: dict[Value, Callable[[], bool]] = {}
    found: set[Value] = set()

    def holds(operand: Operand) -> bool:
        return operand.natural if isinstance(operand, Const) else operand in found

    def note(value: Value, rule: Callable[[], bool]) -> None:
        type = value.type
        if isinstance(type, Array) and not type.rank and type.dtype.kind in "iu":
            found.add(value)
            if type.dtype.kind == "i" and not (type.size is not None and ranges.natural(type.size)):
                rules[value] = rule

    def all_hold(*operands: Operand) -> Callable[[], bool]:
        return lambda: all(map(holds, operands))

    def one_holds(*operands: Operand) -> Callable[[], bool]:
        return lambda: any(map(holds, operands))

    for param in region.params:
        note(param, lambda: False)
    for op in walk(region):
        match op:
            case Apply(primitive=name) if name in _COUNTS:
                for result in op.results:
                    note(result, lambda: True)
            case Apply(primitive="maximum", operands=operands):
                note(op.result, one_holds(*operands))
            case Apply(primitive="floor_divide", operands=(a, Const(value=int() as by))) if by > 0:
                note(op.result, all_hold(a))
            case Apply(primitive="remainder", operands=(_, Const(value=int() as by))) if by > 0:
                note(op.result, lambda: True)
            case Apply(primitive=name, operands=operands) if name in _GROW:
                note(op.result, all_hold(*(operands[1:] if name == "where" else operands)))
            case If(then=then, orelse=orelse):
                for result, a, b in zip(op.results, then.results, orelse.results, strict=True):
                    note(result, all_hold(a, b))
            case For(body=body):
                least = op.start if isinstance(op.step, Const) and op.step.integer > 0 else Const(-1)
                note(op.index, all_hold(least))
                for param, init, end, result in zip(
                    body.params[1:], op.inits, body.results, op.results, strict=True
                ):
                    note(param, all_hold(init, end))
                    note(result, all_hold(init, end))
            case While(condition=condition, body=body):
                for seen, param, init, end, result in zip(
                    condition.params, body.params, op.inits, body.results, op.results, strict=True
                ):
                    for value in (seen, param, result):
                        note(value, all_hold(init, end))
            case _:
                for result in op.results:
                    note(result, lambda: False)
    while True:
        doubtful = {value for value, rule in rules.items() if value in found and not rule()}
        if not doubtful:
            return frozenset(found)
        found -= doubtful

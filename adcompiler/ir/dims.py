"""Sizes: an integer known by an expression over the parameters, and by the value seen while compiling.

A `Dim` is a polynomial over atoms. Two sizes with one polynomial are equal for every input. Where a decision depends
on more (is `x.shape[0] - 1` equal to 1?), the value seen decides and the decision is recorded as a guard, so that the
emitted code is used for such inputs only.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, reduce


@dataclass(frozen=True, slots=True)
class Atom:
    """An unknown of a size: `text` is Python over the parameters, or starts with "?" when it has no such text.

    `ends` are the least and the greatest value of a loop index, where they are sizes. `part` is for the length of a
    slice the size of the axis, the start and the stop.
    """

    text: str
    hint: int | None = field(default=None, compare=False)
    many: bool = field(default=False, compare=False)
    ends: tuple[Dim, Dim] | None = field(default=None, compare=False)
    part: tuple[Dim, Dim | None, Dim | None] | None = field(default=None, compare=False)

    @property
    def printable(self) -> bool:
        """Whether the text can be evaluated from the parameters."""
        return not self.text.startswith("?")


@dataclass(frozen=True, slots=True)
class Guard:
    """A fact about the sizes (Python text over the parameters) that held while compiling."""

    text: str
    expected: object


_guards: ContextVar[dict[Guard, None] | None] = ContextVar("guards", default=None)


@contextmanager
def recording() -> Iterator[dict[Guard, None]]:
    """Collect the guards of every decision taken inside, in order."""
    guards: dict[Guard, None] = {}
    token = _guards.set(guards)
    try:
        yield guards
    finally:
        _guards.reset(token)


def record(text: str, expected: object) -> None:
    """Note that the compiled code holds only where the text evaluates to `expected`."""
    guards = _guards.get()
    if guards is not None:
        guards[Guard(text, expected)] = None


@dataclass(frozen=True, slots=True)
class Dim:
    """An integer: sum of coefficient times product of atoms, plus a constant."""

    terms: tuple[tuple[tuple[Atom, ...], int], ...] = ()
    const: int = 0

    @property
    def hint(self) -> int | None:
        """The value seen while compiling, or None where it depends on a loop or on data."""
        total = self.const
        for atoms, coefficient in self.terms:
            for atom in atoms:
                if atom.hint is None:
                    return None
                coefficient *= atom.hint
            total += coefficient
        return total

    @property
    def printable(self) -> bool:
        """Whether str(dim) can be evaluated from the parameters."""
        return all(atom.printable for atoms, _ in self.terms for atom in atoms)

    @property
    def known(self) -> int | None:
        """The value where it is the same for every input."""
        return None if self.terms else self.const

    @property
    def _atom(self) -> Atom | None:
        match self:
            case Dim(terms=((((Atom() as atom),), 1),), const=0):
                return atom
        return None

    def __add__(self, other: Dim | int) -> Dim:
        other = dim(other)
        total = dict(self.terms)
        for atoms, coefficient in other.terms:
            total[atoms] = total.get(atoms, 0) + coefficient
        return _dim(total, self.const + other.const)

    def __neg__(self) -> Dim:
        return Dim(tuple((atoms, -c) for atoms, c in self.terms), -self.const)

    def __sub__(self, other: Dim | int) -> Dim:
        return self + -dim(other)

    def __mul__(self, other: Dim | int) -> Dim:
        left, right = [*self.terms, ((), self.const)], [*dim(other).terms, ((), dim(other).const)]
        total: dict[tuple[Atom, ...], int] = {}
        for atoms, c in left:
            for more, d in right:
                key = tuple(sorted(atoms + more, key=lambda atom: atom.text))
                total[key] = total.get(key, 0) + c * d
        return _dim(total, total.pop((), 0))

    def slope(self, atom: Atom) -> Dim | None:
        """By how much the size grows with an unknown; None where that depends on the unknown itself."""
        total: dict[tuple[Atom, ...], int] = {}
        for atoms, coefficient in self.terms:
            if atom in atoms:
                others = _without(atoms, atom)
                if atom in others:
                    return None
                total[others] = coefficient
        return _dim(total, total.pop((), 0))

    def __str__(self) -> str:
        terms = [(_product(atoms, abs(c)), c < 0) for atoms, c in self.terms]
        if self.const or not terms:
            terms.append((ast.Constant(abs(self.const)), self.const < 0))
        terms.sort(key=lambda term: term[1])
        (total, negative), *rest = terms
        if negative:
            total = ast.UnaryOp(ast.USub(), total)
        for term, negative in rest:
            total = ast.BinOp(total, ast.Sub() if negative else ast.Add(), term)
        return ast.unparse(total)


def _without(atoms: tuple[Atom, ...], atom: Atom) -> tuple[Atom, ...]:
    """A product without one of its factors."""
    place = atoms.index(atom)
    return atoms[:place] + atoms[place + 1 :]


def divided(size: Dim, by: Dim) -> Dim | None:
    """The size divided by a product of unknowns and a number; None where that leaves a remainder."""
    match by:
        case Dim(terms=((factors, divisor),), const=0):
            pass
        case Dim(terms=(), const=divisor):
            factors = ()
        case _:
            return None
    total: dict[tuple[Atom, ...], int] = {}
    for atoms, coefficient in (*size.terms, *([((), size.const)] if size.const else [])):
        for factor in factors:
            if factor not in atoms:
                return None
            atoms = _without(atoms, factor)
        if coefficient % divisor:
            return None
        total[atoms] = coefficient // divisor
    return _dim(total, total.pop((), 0))


def _product(atoms: Iterable[Atom], coefficient: int) -> ast.expr:
    factors = [_expression(atom.text) for atom in atoms]
    if coefficient != 1:
        factors.insert(0, ast.Constant(coefficient))
    return reduce(lambda product, factor: ast.BinOp(product, ast.Mult(), factor), factors)


@cache
def _expression(text: str) -> ast.expr:
    return ast.Name(text) if text.startswith("?") else ast.parse(text, mode="eval").body


def _dim(terms: dict[tuple[Atom, ...], int], const: int) -> Dim:
    kept = [(atoms, c) for atoms, c in terms.items() if c]
    kept.sort(key=lambda term: tuple(atom.text for atom in term[0]))
    return Dim(tuple(kept), const)


def dim(value: Dim | Atom | int) -> Dim:
    """A size from an integer, an atom or a size."""
    match value:
        case Dim():
            return value
        case Atom():
            return Dim((((value,), 1),), 0)
    return Dim((), int(value))


def opaque(text: str, hint: int | None, *parts: Dim, many: bool = False) -> Dim:
    """A size that is no polynomial, such as n // 2; printable where its parts are."""
    if not all(part.printable for part in parts) and not text.startswith("?"):
        text = "?" + text
    return dim(Atom(_plain(text), hint, many))


def index_of_loop(text: str, start: Dim | None, stop: Dim | None, step: Dim | None) -> Dim:
    """The index of a loop over range(start, stop, step), inside the loop."""
    ends = None
    if start is not None and stop is not None and step is not None and step.known:
        ends = (start, stop - 1) if step.known > 0 else (stop + 1, start)
    return dim(Atom(_plain(f"?{text}"), ends=ends))


def mentions(size: Dim, index: Dim) -> bool:
    """Whether a size may be computed from the index of a loop."""
    names = [atom.text.removeprefix("?") for atoms, _ in index.terms for atom in atoms]
    return any(name in str(size) for name in names)


def changes(shape: tuple[Dim, ...]) -> bool:
    """Whether a size in a shape is that of what a loop carries, and so may be another one in every trip."""
    return any("?loop" in str(size) for size in shape)


_fresh = itertools.count()


def unknown(label: str) -> Dim:
    """A size that only a run can tell, and of which nothing else is known to have it."""
    return dim(Atom(f"?{label}#{next(_fresh)}"))


@cache
def _plain(text: str) -> str:
    """The text without parentheses that are not needed."""
    return ast.unparse(_expression(text))


def own_sizes(shape: tuple[Dim, ...], label: str) -> tuple[Dim, ...]:
    """The sizes with those that have no text over the parameters replaced by unknown ones, named after `label`."""
    return tuple(
        size
        if size.printable
        else opaque(
            f"?{label}.{axis}{'!' if is_one(size) is False else ''}", None, many=is_one(size) is False
        )
        for axis, size in enumerate(shape)
    )


def is_one(size: Dim) -> bool | None:
    """Whether a size is 1; None where it cannot be known before the program runs. May record a guard."""
    if size.known is not None:
        return size.known == 1
    atom = size._atom
    if atom is not None and atom.many:
        return False
    hint = size.hint
    if hint is None:
        return None
    record(f"{size} == 1", hint == 1)
    return hint == 1


def _same_part(a: Dim, b: Dim) -> bool:
    """Whether two lengths are those of one slice of axes of one size. May record a guard."""
    one, other = (size._atom.part if size._atom is not None else None for size in (a, b))
    return (
        one is not None
        and other is not None
        and one[1:] == other[1:]
        and one[0].hint is not None
        and one[0].hint == other[0].hint
        and same(one[0], other[0]) is True
    )


def same(a: Dim, b: Dim) -> bool | None:
    """Whether two sizes are equal; None where it cannot be known before the program runs. May record a guard."""
    if a == b:
        return True
    difference = a - b
    if difference.known is not None:
        return False
    if difference.hint is None or not difference.printable:
        return True if _same_part(a, b) else None
    both = a.printable and b.printable
    record(f"{a} == {b}" if both else f"{difference} == 0", difference.hint == 0)
    return difference.hint == 0

"""Whether integers exist that satisfy linear equations and inequalities.

A polynomial counts as linear in its products of atoms, each of which is an unknown of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from typing import TypeAlias

from adcompiler.ir.dims import Atom, Dim

_Unknown: TypeAlias = tuple[Atom, ...]
_Row: TypeAlias = tuple[dict[_Unknown, int], int]

# elimination may square the number of rows with each unknown
MOST_ROWS = 200


def contradictory(zeros: Iterable[Dim], naturals: Iterable[Dim]) -> bool:
    """Whether no integers make all of `zeros` 0 and all of `naturals` at least 0; False where that is not found out.

    Equations are solved for unknowns with the coefficient 1 or -1; inequalities are eliminated one unknown after the
    other, with constants rounded to integers (Schrijver, Theory of Linear and Integer Programming, sections 4.1, 12.2
    and 23.1; Pugh, The Omega Test, 1991).
    """
    equations: list[_Row] = [(dict(zero.terms), zero.const) for zero in zeros]
    rows: list[_Row] = [(dict(natural.terms), natural.const) for natural in naturals]
    while equations:
        terms, const = equations.pop()
        divisor = gcd(*terms.values())
        if const % divisor if divisor else const:
            return True
        if not divisor:
            continue
        row: _Row = {unknown: c // divisor for unknown, c in terms.items()}, const // divisor
        unit = next((unknown for unknown, c in row[0].items() if abs(c) == 1), None)
        if unit is None:
            rows += [row, _sum(row, -1, row, 0)]
            continue
        equations = [_without(unit, row, other) for other in equations]
        rows = [_without(unit, row, other) for other in rows]
    return _eliminated(rows)


def _sum(a: _Row, by: int, b: _Row, times: int) -> _Row:
    """by * a + times * b."""
    terms = {unknown: by * c for unknown, c in a[0].items()}
    for unknown, c in b[0].items():
        terms[unknown] = terms.get(unknown, 0) + times * c
    return {unknown: c for unknown, c in terms.items() if c}, by * a[1] + times * b[1]


def _without(unit: _Unknown, row: _Row, other: _Row) -> _Row:
    """A row with an unknown replaced by what an equation, in which its coefficient is 1 or -1, says it is."""
    return _sum(other, 1, row, -other[0][unit] * row[0][unit]) if unit in other[0] else other


def _eliminated(rows: list[_Row]) -> bool:
    """Whether inequalities contradict one another, by elimination of all unknowns."""
    while True:
        tightest: dict[frozenset[tuple[_Unknown, int]], _Row] = {}
        for terms, const in rows:
            divisor = gcd(*terms.values())
            if not divisor:
                if const < 0:
                    return True
                continue
            row: _Row = {unknown: c // divisor for unknown, c in terms.items()}, const // divisor
            key = frozenset(row[0].items())
            if key not in tightest or row[1] < tightest[key][1]:
                tightest[key] = row
        if not tightest or len(tightest) > MOST_ROWS:
            return False
        rows = _without_one(list(tightest.values()))


def _without_one(rows: list[_Row]) -> list[_Row]:
    """The rows without the unknown whose elimination leaves the fewest."""
    below: dict[_Unknown, list[_Row]] = {}
    above: dict[_Unknown, list[_Row]] = {}
    for row in rows:
        for unknown, c in row[0].items():
            (below if c > 0 else above).setdefault(unknown, []).append(row)
    unknowns = {**below, **above}
    chosen = min(unknowns, key=lambda u: len(below.get(u, ())) * len(above.get(u, ())))
    left = [row for row in rows if chosen not in row[0]]
    return left + [
        _sum(low, -high[0][chosen], high, low[0][chosen])
        for low in below.get(chosen, ())
        for high in above.get(chosen, ())
    ]

"""Linear equations and inequalities over integers, against all small integers."""

from __future__ import annotations

import itertools
import random

import pytest

from adcompiler.analysis.inequalities import contradictory
from adcompiler.ir.dims import Atom, Dim, dim

NAMES = [dim(Atom(f"?{name}")) for name in "abc"]
A, B, C = NAMES
REACH = range(-6, 7)


@pytest.mark.parametrize(
    ("zeros", "naturals"),
    [
        ([], [A - B - 1, B - A]),
        ([], [A - B, B - C, C - A - 1]),
        ([A * 2 - B * 2 - 1], []),
        ([A * 2 - B * 4 + 3], []),
        ([A - B - C], [B - 1, C, -A]),
        ([], [A * 2 - 1, -A * 2 + 1]),
        ([dim(1)], []),
        ([], [dim(-1)]),
    ],
)
def test_contradictions(zeros: list[Dim], naturals: list[Dim]) -> None:
    """Found out by rounding, by divisors and by elimination."""
    assert contradictory(zeros, naturals)


def test_no_contradiction_is_found_where_integers_exist() -> None:
    """Random systems: a solution among small integers refutes a contradiction."""
    choose = random.Random(7)

    def form() -> Dim:
        return sum((x * choose.randint(-2, 2) for x in NAMES), dim(choose.randint(-3, 3)))

    def value(size: Dim, point: tuple[int, ...]) -> int:
        at = {name.terms[0][0]: x for name, x in zip(NAMES, point, strict=True)}
        return size.const + sum(c * at[atoms] for atoms, c in size.terms)

    proved = 0
    for _ in range(400):
        zeros = [form() for _ in range(choose.randint(0, 2))]
        naturals = [form() for _ in range(choose.randint(1, 5))]
        found = contradictory(zeros, naturals)
        proved += found
        solved = any(
            all(value(z, point) == 0 for z in zeros) and all(value(n, point) >= 0 for n in naturals)
            for point in itertools.product(REACH, repeat=3)
        )
        assert not (found and solved)
    assert proved > 40


def test_a_large_system_is_given_up() -> None:
    """No contradiction is found where looking for one would take too long."""
    many = [dim(Atom(f"?x{k}")) for k in range(30)]
    sums = [a + b * 2 - c * 3 for a, b, c in itertools.permutations(many[:8], 3)]
    assert not contradictory([], sums)

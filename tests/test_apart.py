"""Which memory carried values may share: each pair of places is looked at once, however the loops follow."""

from __future__ import annotations

import pytest

from adcompiler.analysis.apart import Apart, Near, Root, Token
from adcompiler.ir.core import Const, For, Region


def loops_in_a_row(count: int, first: tuple[Near, Near]) -> tuple[Apart, Near]:
    """Loops that each carry one of two arrays in two places, and what the last of them leaves."""
    apart = Apart()
    carried = first
    for _ in range(count):
        loop = For(Const(0), Const(3), Const(1), (), Region((), (), ()), ())
        apart.around[loop] = ()
        for number, near in enumerate(carried):
            apart.inits[loop, number] = near
        apart.close(loop, [frozenset({Token(loop, 0)}), frozenset({Token(loop, 1)})])
        either: Near = frozenset({Token(loop, 0, result=True), Token(loop, 1, result=True)})
        carried = either, either
    return apart, either


@pytest.mark.parametrize("shared", [False, True])
def test_many_loops_in_a_row(shared: bool) -> None:
    """Sixty loops: a search that took each way from the last to the first would not end."""
    one: Near = frozenset({Root("a")})
    other: Near = frozenset({Root("b")})
    apart, last = loops_in_a_row(60, (one, other))
    assert apart.share(last, one if shared else frozenset({Root("c")})) == shared

"""Rows of a list of lists that an array holds: two of them swapped, one replaced by a new list.

    a[i], a[p] = a[p], a[i]                for k in range(len(a[i])):
                                               a[i][k], a[p][k] = a[p][k], a[i][k]

The lists change their places, and the numbers in an array theirs: the same for all who read `a`, and another thing
for a name that stands for a row. Such a name cannot be read any more.
"""

from __future__ import annotations

import ast

from adcompiler.frontend import prelude, tables
from adcompiler.frontend.bindings import Binding, ListRef, Poison, Static, Table, Tup, reached, visible
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.merge import referenced


def exchanged(low: Lowering, target: ast.expr, value: ast.expr) -> Binding | None:
    """Swap two rows where an assignment does that, and give None; else give the value that is assigned."""
    match target, value:
        case ast.Tuple([ast.Subscript() as a, ast.Subscript() as b]), ast.Tuple(
            [ast.Subscript() as c, ast.Subscript() as d]
        ) if ast.unparse(a) == ast.unparse(d) and ast.unparse(b) == ast.unparse(c):
            first, second = low.expression(c), low.expression(d)
        case _:
            return low.expression(value)
    if not isinstance(first, Table) or not isinstance(second, Table) or first.array != second.array:
        return Tup((first, second))
    _forget(low, first)
    low.call(Static(prelude.swapped), [first, second])
    return None


def replaced(low: Lowering, table: Table, k: Binding, value: Binding) -> None:
    """table[k] = value, for a row."""
    fresh = isinstance(value, ListRef) and value.cell not in referenced(low, (low.frame.names,), "")
    if not fresh or tables.rank(low, table) != 2:
        low.stop(
            f"a row of a list of lists that is written by two indices is replaced by {describe(value)} that is "
            "held elsewhere too",
            tables.HINT,
        )
    row = tables.item(low, table, k)
    assert isinstance(row, Table)
    _forget(low, row)
    low.call(Static(prelude.refilled), [row, value])


def _forget(low: Lowering, row: Table) -> None:
    """Names of rows cannot be read any more; where something else holds rows, refuse to move them."""
    if low.roots(row.array.cell) & low.held_rows:
        _refuse(low)
    for frame in low.frames:
        names = visible(frame)
        for name, binding in list(names.items()):
            stale = [
                one for one in reached(binding, low.store) if isinstance(one, Table) and _moves(low, one, row)
            ]
            if not stale:
                continue
            if stale != [binding] or frame is not low.frame or name.endswith("?"):
                _refuse(low)
            names[name] = Poison(
                f"{name!r} stands for a row of a list whose rows have been moved since",
                where=low.builder.location,
                hint="read the row again from the list",
            )


def _moves(low: Lowering, one: Table, row: Table) -> bool:
    """Whether a table is, or holds, rows of the other one, and is not that whole table itself."""
    shares = not low.roots(one.array.cell).isdisjoint(low.roots(row.array.cell))
    return shares and (bool(one.at) or one.array != row.array)


def _refuse(low: Lowering) -> None:
    low.stop(
        "rows of a list of lists that is written by two indices are moved, while something else holds them too",
        tables.HINT,
    )

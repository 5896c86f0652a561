"""Lists of lists of numbers that are written by two indices: rectangular, and held as an array.

    table = [[0.0] * n for _ in range(m)]        an array of m rows
    table[i][j] = x                              table[i, j] = x

A row is the same list under each of its names, as a row of an array is the same memory. What an array cannot do, such
as growing a row or replacing it by another list, is refused.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.frontend.bindings import Binding, Cell, Ref, Store, Table
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.interrupts import Tabled
from adcompiler.frontend.items import keep
from adcompiler.frontend.parts import Subscript, part
from adcompiler.frontend.structure import joined, leaf_operand, leaves
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.index import At, Slice
from adcompiler.ir.types import Array, Seq, Type

HINT = "make it an array: np.zeros((m, n)), and write table[i, j] = x"


def rank(low: Lowering, table: Table) -> int:
    """How many indices lead to a number."""
    type = low.content(table.array.cell).type
    assert isinstance(type, Array)
    return type.rank - len(table.at)


def count(low: Lowering, table: Table) -> Operand:
    """len(table)."""
    return low.apply("size", low.content(table.array.cell), axis=len(table.at))


def item(low: Lowering, table: Table, k: Binding) -> Binding:
    """table[k]: a row, or a number as the list would hold it."""
    inner = _entry(low, table, k)
    return inner if rank(low, inner) else _number(low, inner)


def whole(low: Lowering, table: Table) -> Binding:
    """The rows and numbers as an array that shares their memory."""
    return part(low, table.array, _subscript(low, table)) if table.at else table.array


def rows(
    low: Lowering, table: Table, start: Operand | None, stop: Operand | None, step: Operand | None
) -> Table:
    """table[start:stop:step] of a table of rows: another list of the same rows."""
    first = _subscript(low, table)
    given = [bound for bound in (start, stop, step) if bound is not None]
    numbers = iter(range(len(first.operands), len(first.operands) + len(given)))
    cut = Slice(*(next(numbers) if bound is not None else None for bound in (start, stop, step)))
    chosen = part(low, table.array, Subscript((*first.index, cut), (*first.operands, *given)))
    low.held_rows |= low.roots(table.array.cell)
    assert isinstance(chosen, Ref)
    return Table(chosen, (), table.site)


def place(low: Lowering, table: Table, k: Binding, value: Binding) -> tuple[Cell, Subscript]:
    """Where table[k] = value goes; Tabled where the table needs numbers of another type to hold it."""
    if rank(low, table) != 1:
        low.stop("a row of a list of lists that is written by two indices is replaced by another list", HINT)
    number = low.operand(value, "an item of a list of lists that is written by two indices")
    if not isinstance(number.type, Array) or number.type.rank:
        low.stop(f"{describe(value)} is written into a list of lists of numbers", HINT)
    keep(low, value)
    kind = low.tables[table.site]
    wanted = joined_kind(low, Value(kind), number)
    if wanted != kind:
        raise Tabled(table.site, wanted)
    return table.array.cell, _subscript(low, _entry(low, table, k))


def joined_kind(low: Lowering, a: Operand, b: Operand) -> Array:
    """The type of numbers that a table has to hold for both."""
    try:
        type = joined(a, b, f"table{next(low.labels)}")
    except ValueError as problem:
        low.stop(f"the numbers in a list of lists have different types: {problem}", "use numbers of one type")
    assert isinstance(type, Array)
    return replace(type, size=None)


def kind_of_numbers(low: Lowering, made: Binding, store: Store) -> Array | None:
    """The type that the numbers in nested lists have in common; None where there are none."""
    kind: Array | None = None
    for leaf in leaves(low, made, store):
        operand = leaf_operand(leaf, store, low)
        type: Type = operand.type
        while isinstance(type, Seq):
            type = type.item
        if not isinstance(type, Array) or type.rank:
            return None
        one = operand if type is operand.type else Value(type)
        kind = replace(type, size=None) if kind is None else joined_kind(low, Value(kind), one)
    return kind


def _entry(low: Lowering, table: Table, k: Binding) -> Table:
    position = low.operand(k, "the index into a list")
    if not isinstance(position.type, Array) or position.type.rank or position.type.dtype.kind not in "iu":
        low.stop(f"the index into a list must be an integer, not {describe(k)}", "use integers")
    return replace(table, at=(*table.at, low.wrap(position)))


def _subscript(low: Lowering, table: Table) -> Subscript:
    operands = tuple(low.operand(k) for k in table.at)
    return Subscript(tuple(At(number) for number in range(len(operands))), operands)


def _number(low: Lowering, table: Table) -> Binding:
    """A number of the table: Python's own where the list holds those."""
    kind = low.tables[table.site]
    found = part(low, table.array, _subscript(low, table))
    return low.wrap(low.apply("python", low.operand(found), kind=kind)) if kind.weak else found

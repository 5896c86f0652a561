"""Writes to slices of lists: `xs[1:3] = [a, b]`, `xs[:] = ys`, `xs[2:] = []`."""

from __future__ import annotations

import ast

from adcompiler.frontend.bindings import Binding, Cell
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.items import owned
from adcompiler.frontend.unpacking import known_items

HINT = "write the items one by one, or use an array"


def store_slice(low: Lowering, cell: Cell, node: ast.Slice, value: Binding) -> None:
    """Let what a value holds stand for a slice of a list, which may so become longer or shorter."""
    items = known_items(low, value, "to write them into a list")
    bounds = [
        low.static_int(low.expression(e), "the bound of a slice") if e else None
        for e in (node.lower, node.upper, node.step)
    ]
    content = low.listed(cell)
    if not isinstance(content, tuple):
        low.stop(
            "writing to a slice of a list whose length depends on the program is not supported",
            HINT,
        )
    new = list(content)
    try:
        new[slice(*bounds)] = items
    except ValueError as problem:
        low.fail(problem, str(problem), "write as many items as the slice has")
    if len(new) == len(content):
        low.own(cell)
    else:
        owned(low, cell)
    low.store.put(cell, tuple(new))

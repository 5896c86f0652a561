"""Comprehensions and generator expressions: loops that append."""

from __future__ import annotations

import ast

from adcompiler.frontend.bindings import Binding, Cell, DictRef, Frame, ListRef
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Poisoned

# names that the source cannot use
ITEMS = "<items>"
TOTAL = "total?"
# the attribute of a loop that makes the items of a list
LISTED = "listed"


def comprehension(low: Lowering, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Binding:
    """Lowered as the loops that it stands for, in a scope of its own."""
    cell = Cell()
    if isinstance(node, ast.DictComp):
        low.store.put(cell, {})
        store = ast.Subscript(ast.Name(ITEMS, ast.Load()), node.key, ast.Store())
        return _loops(low, node, ITEMS, DictRef(cell), ast.Assign([store], node.value))
    low.store.put(cell, ())
    append = ast.Attribute(ast.Name(ITEMS, ast.Load()), "append", ast.Load())
    return _loops(low, node, ITEMS, ListRef(cell), ast.Expr(ast.Call(append, [node.elt], [])))


def total_of(low: Lowering, node: ast.GeneratorExp, start: Binding) -> Binding:
    """sum(node, start), as the loop that adds: it needs no list, whose length may depend on data."""
    added = ast.BinOp(ast.Name(TOTAL, ast.Load()), ast.Add(), node.elt)
    return low.bound(_loops(low, node, TOTAL, start, ast.Assign([ast.Name(TOTAL, ast.Store())], added)))


def _loops(
    low: Lowering,
    node: ast.ListComp | ast.GeneratorExp | ast.DictComp,
    name: str,
    start: Binding,
    body: ast.stmt,
) -> Binding:
    """The value of a name that starts so, after the body has run for every item."""
    outer = low.frame
    frame = Frame(outer.source, {name: start}, outer.globals, outer.cells, outer, outer.caller)
    for clause in reversed(node.generators):
        for test in reversed(clause.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(clause.target, clause.iter, [body], [], None)
        setattr(body, LISTED, name == ITEMS)
    statement = ast.fix_missing_locations(ast.copy_location(body, node))
    before = len(low.diagnostics)
    low.frame = frame
    low.frames.append(frame)
    try:
        low.block([statement])
    finally:
        low.frames.pop()
        frame.ended = True
        low.frame = outer
    if len(low.diagnostics) > before:
        raise Poisoned
    return frame.names[name]

"""Comprehensions and generator expressions: loops that append."""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np

from adcompiler.errors import Location
from adcompiler.frontend.arrays import make_array
from adcompiler.frontend.bindings import Binding, Cell, DictRef, Frame, ListRef, Ref, Static, Table, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Poisoned
from adcompiler.frontend.iteration import iterate
from adcompiler.frontend.structure import convert, is_leaf
from adcompiler.frontend.tables import joined_kind, kind_of_numbers
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array

# names that the source cannot use
ITEMS = "<items>"
TOTAL = "total?"
# the attribute of a loop that makes the items of a list
LISTED = "listed"


def comprehension(low: Lowering, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Binding:
    """Lowered as the loops that it stands for, in a scope of its own."""
    if isinstance(node, ast.DictComp):
        cell = Cell()
        low.store.put(cell, {})
        store = ast.Subscript(ast.Name(ITEMS, ast.Load()), node.key, ast.Store())
        return _loops(low, node, ITEMS, DictRef(cell), ast.Assign([store], node.value))
    site = low.locate(node) if _makes_lists(node) else None
    if site is not None and site in low.tables and (filled := _filled(low, node, site)):
        return filled
    cell = Cell(site=site)
    low.store.put(cell, ())
    append = ast.Attribute(ast.Name(ITEMS, ast.Load()), "append", ast.Load())
    made = _loops(low, node, ITEMS, ListRef(cell), ast.Expr(ast.Call(append, [node.elt], [])))
    return _table(low, made, site) if site is not None and site in low.tables else made


def total_of(low: Lowering, node: ast.GeneratorExp, start: Binding) -> Binding:
    """sum(node, start), as the loop that adds: it needs no list, whose length may depend on data."""
    added = ast.BinOp(ast.Name(TOTAL, ast.Load()), ast.Add(), node.elt)
    return low.bound(_loops(low, node, TOTAL, start, ast.Assign([ast.Name(TOTAL, ast.Store())], added)))


def _makes_lists(node: ast.ListComp | ast.GeneratorExp) -> bool:
    """Whether each item is a list of its own, which nothing else holds, and all are of one length as far as is seen."""
    if not isinstance(node, ast.ListComp):
        return False
    match node.elt:
        case ast.ListComp(generators=[ast.comprehension(iter=over, ifs=[])]):
            return isinstance(over, ast.Name) or not _depends(over, node)
        case (
            ast.Call(ast.Name("list") | ast.Attribute(attr="copy"))
            | ast.Subscript(slice=ast.Slice(None, None))
        ):
            return True  # where these give arrays, they are none of lists
    repeated = _repeated(node.elt)
    return isinstance(node.elt, ast.List) or (repeated is not None and not _depends(repeated[1], node))


def _depends(part: ast.expr, node: ast.ListComp) -> bool:
    """Whether an expression reads what a comprehension goes over."""
    bound = {
        name.id
        for clause in node.generators
        for name in ast.walk(clause.target)
        if isinstance(name, ast.Name)
    }
    return any(isinstance(name, ast.Name) and name.id in bound for name in ast.walk(part))


def _repeated(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """e and n of [e] * n."""
    match node:
        case ast.BinOp(ast.List([e]), ast.Mult(), n) | ast.BinOp(n, ast.Mult(), ast.List([e])):
            return e, n
    return None


def _filled(low: Lowering, node: ast.ListComp | ast.GeneratorExp, site: Location) -> Binding | None:
    """[[e] * n for _ in range(m)] as np.full((m, n), e), where e and n are the same in each trip."""
    match node:
        case ast.ListComp(item, [ast.comprehension(target, over, [])]):
            targets, sizes = [target], []
        case _:
            return None
    while True:
        match item:
            case ast.ListComp(inner, [ast.comprehension(target, ast.Call(ast.Name("range"), [n], []), [])]):
                targets.append(target)
            case _ if (repeated := _repeated(item)) is not None:
                inner, n = repeated
            case _:
                break
        sizes.append(n)
        item = inner
    bound = {name.id for t in targets for name in ast.walk(t) if isinstance(name, ast.Name)}
    read = {name.id for part in (item, *sizes) for name in ast.walk(part) if isinstance(name, ast.Name)}
    if bound & read or not _is_plain(item):
        return None
    count = low.wrap(iterate(low, low.expression(over)).length(low))
    value = low.expression(item)
    if not is_leaf(value) or isinstance(value, Ref):
        return None
    operand = low.operand(value)
    kind = low.tables[site]
    low.tables[site] = joined_kind(low, operand, operand if kind is None else Value(kind))
    dtype = low.tables[site].dtype
    shape = Tup((count, *(low.expression(n) for n in sizes)))
    zero = isinstance(value, Static) and str(value.value) in ("0", "0.0", "False")
    given: list[Binding] = [shape] if zero else [shape, value]
    named: dict[str, Binding] = {} if dtype == np.dtype(float) else {"dtype": Static(dtype)}
    made = low.language.call(low, Static(np.zeros if zero else np.full), given, named)
    assert isinstance(made, Ref)
    return Table(made, (), site)


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is a number or a name, which to read once or many times is the same."""
    match node:
        case ast.UnaryOp(operand=inner) | ast.Attribute(inner):
            return _is_plain(inner)
        case ast.Call(ast.Name("float"), [ast.Constant()], []):
            return True
    return isinstance(node, (ast.Constant, ast.Name))


def _table(low: Lowering, made: Binding, site: Location) -> Binding:
    """A list of lists of numbers as an array; anything else as it is."""
    assert isinstance(made, ListRef)
    kind = kind_of_numbers(low, made, low.store)
    if kind is None:
        return made
    wanted = kind if low.tables[site] is None else joined_kind(low, Value(low.tables[site]), Value(kind))
    array = make_array(low, made, None)
    if not isinstance(array, Ref):
        return made
    low.tables[site] = wanted
    content = low.content(array.cell)
    assert isinstance(content.type, Array)
    converted = low.wrap(convert(low, content, replace(content.type, dtype=wanted.dtype)))
    assert isinstance(converted, Ref)
    return Table(converted, (), site)


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

"""Comprehensions and generator expressions: loops that append."""

from __future__ import annotations

import ast

from adcompiler.frontend.bindings import Binding, Cell, DictRef, Frame, ListRef
from adcompiler.frontend.context import Lowering


def comprehension(low: Lowering, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Binding:
    """Lowered as the loops that it stands for, in a scope of its own."""
    from adcompiler.frontend.statements import block

    name = "<items>"  # no name that the source may use
    outer = low.frame
    frame = Frame(outer.source, {}, outer.globals, outer.cells, outer, outer.caller)
    cell = Cell()
    if isinstance(node, ast.DictComp):
        low.store.put(cell, {})
        frame.names[name] = DictRef(cell)
        store = ast.Subscript(ast.Name(name, ast.Load()), node.key, ast.Store())
        body: ast.stmt = ast.Assign([store], node.value)
    else:
        low.store.put(cell, ())
        frame.names[name] = ListRef(cell)
        append = ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load())
        body = ast.Expr(ast.Call(append, [node.elt], []))
    for clause in reversed(node.generators):
        for test in reversed(clause.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(clause.target, clause.iter, [body], [], None)
        body.listed = True  # type: ignore[attr-defined]
    statement = ast.fix_missing_locations(ast.copy_location(body, node))
    before = len(low.diagnostics)
    low.frame = frame
    low.frames.append(frame)
    try:
        block(low, [statement])
    finally:
        low.frames.pop()
        low.frame = outer
    if len(low.diagnostics) > before:
        from adcompiler.frontend.context import Poisoned

        raise Poisoned
    return frame.names[name]

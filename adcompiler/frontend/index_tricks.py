"""What NumPy makes of subscripts: `np.s_`, `np.r_`, `np.c_`, and the grids `np.mgrid` and `np.ogrid`."""

from __future__ import annotations

import ast

import numpy as np

from adcompiler.frontend import prelude
from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.bindings import Binding, Static, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.unpacking import evaluated
from adcompiler.ir.types import Array

_ROWS = (np.r_, np.c_)
_GRIDS = (np.mgrid, np.ogrid)
_SLICES = (np.s_, np.index_exp)
_NONE = Static(None)


def is_trick(value: object) -> bool:
    """Whether a subscript of an object is one of these."""
    return any(value is one for one in (*_ROWS, *_GRIDS, *_SLICES))


def subscripted(low: Lowering, by: object, node: ast.expr) -> Binding:
    """by[node]."""
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    if any(by is one for one in _SLICES):
        items = [_slice(low, one) if isinstance(one, ast.Slice) else low.expression(one) for one in nodes]
        return Tup(tuple(items)) if by is np.index_exp or isinstance(node, ast.Tuple) else items[0]
    if any(by is one for one in _ROWS):
        return _concatenated(low, by, node, nodes)
    ranges = []
    for one in nodes:
        if not isinstance(one, ast.Slice):
            low.refuse(one, "np.mgrid and np.ogrid take ranges", "write start:stop for each axis")
        ranges.append(_range(low, one, isinstance(node, ast.Tuple)))
    if not isinstance(node, ast.Tuple):
        return ranges[0]
    return low.call(Static(prelude.grid), [low.new_list(ranges), Static(by is np.ogrid)])


def _slice(low: Lowering, node: ast.Slice) -> Static:
    bounds = [
        low.static_int(low.expression(e), "the bound of a slice") if e else None
        for e in (node.lower, node.upper, node.step)
    ]
    return Static(slice(*bounds))


def _range(low: Lowering, node: ast.Slice, whole: bool) -> Binding:
    """start:stop:step as numbers; `whole`: in whole steps alone, or as many numbers as an imaginary step says."""
    start, stop, step = (low.expression(e) if e else _NONE for e in (node.lower, node.upper, node.step))
    start, step = (Static(d) if b == _NONE else b for b, d in ((start, 0), (step, 1)))
    if isinstance(step, Static) and isinstance(step.value, complex):
        return low.call(Static(prelude.evenly), [start, stop, Static(int(abs(step.value)))])
    made = low.call(Static(np.arange, "np.arange"), [start, stop, step])
    type = low.operand(made).type
    if whole and isinstance(type, Array) and type.dtype.kind != "i":
        low.refuse(node, "a step of a grid that is no integer is not supported", "say how many: 0:1:5j")
    return made


def _concatenated(low: Lowering, by: object, node: ast.expr, nodes: list[ast.expr]) -> Binding:
    """np.r_[a, b, ...] and np.c_[a, b, ...] of arrays, numbers and ranges."""
    items: list[Binding] = []
    for one in nodes:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            low.refuse(one, "a text in np.r_ or np.c_ is not supported", "write np.concatenate")
        items += [_part(low, one)] if isinstance(one, ast.Slice) else evaluated(low, [one])
    types = [low.operand(as_array(low, item)).type for item in items]
    kinds = {(type.weak, type.dtype.itemsize) for type in types if isinstance(type, Array)}
    if len(kinds - {(False, 8)}) > 1:
        low.refuse(node, "np.r_ or np.c_ of Python's numbers beside small dtypes", "write np.concatenate")
    return low.call(Static(prelude.columns if by is np.c_ else prelude.row), [low.new_list(items)])


def _part(low: Lowering, node: ast.Slice) -> Binding:
    """A range in np.r_, whose last number is the stop where an imaginary step says how many there are."""
    step = low.expression(node.step) if node.step else _NONE
    if not isinstance(step, Static) or not isinstance(step.value, complex):
        return _range(low, node, False)
    start, stop = (low.expression(e) if e else Static(0) for e in (node.lower, node.upper))
    return low.call(Static(np.linspace, "np.linspace"), [start, stop, Static(int(abs(step.value)))])

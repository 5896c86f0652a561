"""Parts of arrays under JAX: reads, writes as functional updates, masks, slices that move."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from adcompiler.emit.jax_dtypes import Seen
from adcompiler.emit.jax_facts import NUMPY_INSTEAD
from adcompiler.emit.jax_operands import UNSIZED, Operands, array
from adcompiler.emit.jax_windows import slices, window
from adcompiler.emit.template import fill, index_expr, literal
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Const, Operand
from adcompiler.ir.dims import Dim, dim, is_one
from adcompiler.ir.index import At, Index, NewAxis, Slice, result_shape
from adcompiler.ir.types import Array, DType
from adcompiler.primitives.registry import PRIMITIVES


def getitem(values: Operands, op: Apply, arguments: list[ast.expr]) -> ast.expr:
    index = index_of(op)
    indices = op.operands[1:]
    for entry in index:
        if isinstance(entry, At) and _is_mask(indices[entry.operand]):
            raise CompileError.at(
                op.location,
                "the number of elements that a mask selects is known only when the program runs" + UNSIZED,
                f"use np.where(mask, value, other), or {NUMPY_INSTEAD}",
            )
    values.seen[op.result] = Seen(array(op.result.type).dtype, None)
    place = _place(values, op, arguments)
    if place is not None and _in_front(values, op):
        return values.own("read_at", arguments[0], *place)
    x, index = _windows(values, op, arguments[0], index)
    if index and all(entry == Slice() for entry in index):
        return x
    return ast.Subscript(x, index_expr(index, arguments[1:]), ast.Load())


def _place(values: Operands, op: Apply, arguments: Sequence[ast.expr]) -> list[ast.expr] | None:
    """A subscript that is made of integers and that moves from trip to trip."""
    index = index_of(op)
    while index and index[-1] == Slice():
        index = index[:-1]
    fixed = len(PRIMITIVES[op.primitive].operands)
    place = []
    for entry in index:
        if not isinstance(entry, At) or not _is_integer(op.operands[fixed + entry.operand]):
            return None
        place.append(fixed + entry.operand)
    return None if all(values.static(op.operands[k]) for k in place) else [arguments[k] for k in place]


def _in_front(values: Operands, op: Apply) -> bool:
    """Whether no integer of a subscript counts from the end.

    XLA then needs no arithmetic to wrap it around.
    """
    fixed = len(PRIMITIVES[op.primitive].operands)
    return all(
        values.natural(op.operands[fixed + entry.operand]) for entry in index_of(op) if isinstance(entry, At)
    )


def _windows(values: Operands, op: Apply, x: ast.expr, index: Index) -> tuple[ast.expr, Index]:
    """The array cut down to the slices that move from run to run, and the subscript that is left."""
    for axis, place in moving(values, op):
        start, width, step = _window(values, op, index, axis, place)
        x = fill(
            "lax.dynamic_slice_in_dim(x, start, width, axis=axis)",
            x=x,
            start=start,
            width=width,
            axis=ast.Constant(axis),
        )
        if not axis:
            assert isinstance(x, ast.Call)
            x.keywords = []
        index = (*index[:place], Slice(step=step), *index[place + 1 :])
    return x, index


def moving(values: Operands, op: Apply) -> list[tuple[int, int]]:
    """Axis and place of each slice whose bounds are not known while tracing."""
    fixed = len(PRIMITIVES[op.primitive].operands)
    found = []
    for axis, place, entry in slices(op):
        bounds = [b for b in (entry.start, entry.stop, entry.step) if b is not None]
        if not all(values.static(op.operands[fixed + b]) for b in bounds):
            found.append((axis, place))
    return found


def _window(
    values: Operands, op: Apply, index: Index, axis: int, place: int
) -> tuple[ast.expr, ast.expr, int | None]:
    """First place, width and step (its operand) of a slice that is sure to lie inside the array."""
    entry = index[place]
    assert isinstance(entry, Slice)
    found = window(op, axis, entry, values.ranges)
    width = None if found is None else values.size(found.width)
    if found is None or width is None or entry.start is None:
        raise CompileError.at(
            op.location,
            "the bounds of this slice, and so its shape, are known only when the program runs" + UNSIZED,
            f"use a slice of fixed length that lies inside the array, or {NUMPY_INSTEAD}",
        )
    start = values(op.operands[len(PRIMITIVES[op.primitive].operands) + entry.start])
    if found.backwards:
        start = fill("start - width + 1", start=start, width=width)
    return start, width, entry.step


def write(values: Operands, op: Apply, x: ast.expr, adds: bool, type: Array | None = None) -> ast.expr:
    """x with v written to, or added to, a part."""
    index, indices = index_of(op), op.operands[2:]
    arguments = [values(operand) for operand in indices]
    ahead = _in_front(values, op)
    # a scatter is in place too where XLA fuses
    element = _place(values, op, [x, x, *arguments]) if ahead or values.plan.in_place else None
    type = type or array(op.operands[0].type)
    values.seen[op.results[0]] = Seen(type.dtype, values.weakness(op.operands[0]) if type.rank else None)
    value = _fitting(values, op, type, indices)
    if any(isinstance(entry, At) and _is_mask(indices[entry.operand]) for entry in index):
        return _masked(values, op, x, value, adds, type)
    if element is not None:
        names = ("write_at", "add_at") if ahead else ("write_to", "add_to")
        return values.own(names[adds], x, value, *element)
    steps = _steps_over_all(op, index, indices, type)
    if steps is not None and type.rank:
        return _replaced(values, op, x, value, adds, type, steps)
    method = "add" if adds else "set"
    places = moving(values, op)
    if not places and type.rank and _may_be_over_all(values, index, indices, type):
        part = ast.Subscript(ast.parse("jnp.s_", mode="eval").body, index_expr(index, arguments), ast.Load())
        return values.own("add_part" if adds else "write_part", x, value, part)
    if not places:
        part = ast.Subscript(ast.Attribute(x, "at", ast.Load()), index_expr(index, arguments), ast.Load())
        return ast.Call(ast.Attribute(part, method, ast.Load()), [value], [])
    window, rest = _windows(values, op, x, index)
    if any(entry != Slice() for entry in rest) or not adds:
        part = ast.Subscript(ast.Attribute(window, "at", ast.Load()), index_expr(rest, arguments), ast.Load())
        new: ast.expr = ast.Call(ast.Attribute(part, method, ast.Load()), [value], [])
    else:
        new = ast.BinOp(window, ast.Add(), value)
    starts: list[ast.expr] = [ast.Constant(0) for _ in type.shape]
    for axis, place in places:
        starts[axis] = _window(values, op, index, axis, place)[0]
    if type.rank == 1:
        return fill("lax.dynamic_update_slice_in_dim(x, new, start, 0)", x=x, new=new, start=starts[0])
    return fill("lax.dynamic_update_slice(x, new, (*starts,))", x=x, new=new, starts=starts)


def _steps_over_all(op: Apply, index: Index, indices: Sequence[Operand], type: Array) -> list[int] | None:
    """1 or -1 for each axis of a subscript by which the whole array is meant, in one order or the other."""
    v = op.operands[0] if op.primitive == "scatter" else op.operands[1]
    steps: list[int] = []
    for entry in index:
        if isinstance(entry, NewAxis) and _fills(array(v.type), type, index, indices):
            continue
        if not isinstance(entry, Slice):
            return None
        step = Const(1) if entry.step is None else indices[entry.step]
        if not isinstance(step, Const) or step.integer not in (1, -1):
            return None
        if not _is_over_all(entry, indices, step.integer, type.shape[len(steps)]):
            return None
        steps.append(step.integer)
    return steps


def _fills(v: Array, type: Array, index: Index, indices: Sequence[Operand]) -> bool:
    """Whether a value is a number, or has an element for each of the part that it is written to."""
    part = result_shape(type.shape, index, [i.type for i in indices])
    along = len(v.shape) == len(part) and all(
        a == b or is_one(a) is False for a, b in zip(v.shape, part, strict=True)
    )
    return not v.rank or along


def _may_be_over_all(values: Operands, index: Index, indices: Sequence[Operand], type: Array) -> bool:
    """Whether slices, of which tracing knows the bounds, are all of the array for some of its sizes."""
    slices = [entry for entry in index if not isinstance(entry, NewAxis)]
    return all(
        isinstance(entry, Slice)
        and (entry.step is None or indices[entry.step] == Const(1))
        and not _leaves_out(values, entry, indices, size)
        for entry, size in zip(slices, type.shape, strict=False)
    )


def _leaves_out(values: Operands, entry: Slice, indices: Sequence[Operand], size: Dim) -> bool:
    """Whether a slice is sure to leave out some elements of its axis."""
    start, stop = (None if n is None else array(indices[n].type).size for n in (entry.start, entry.stop))
    behind = start is not None and values.ranges.natural(start - 1)
    if stop is None:
        return behind
    return behind or values.ranges.natural(-stop - 1) or values.ranges.natural(size - stop - 1)


def _is_over_all(entry: Slice, indices: Sequence[Operand], step: int, size: Dim) -> bool:
    start, stop = (None if n is None else array(indices[n].type).size for n in (entry.start, entry.stop))
    if entry.start is None and entry.stop is None:
        return True
    return step == 1 and (entry.start is None or start == dim(0)) and (entry.stop is None or stop == size)


def _replaced(
    values: Operands, op: Apply, x: ast.expr, value: ast.expr, adds: bool, type: Array, steps: Sequence[int]
) -> ast.expr:
    """All of x replaced, or added to. XLA makes a map of a scatter that writes all; of one turned round it dies."""
    v = op.operands[0] if op.primitive == "scatter" else op.operands[1]
    number = values.number(v)
    if array(v.type).rank and number is not None and number.weak is True and number.dtype != type.dtype:
        value = fill("x.astype(dtype)", x=value, dtype=literal(type.dtype, "jax"))
    spread = array(v.type).rank > 0 and array(v.type).shape != type.shape and not (adds and -1 not in steps)
    if array(v.type).rank and any(isinstance(entry, NewAxis) for entry in op.index):
        value = fill("jnp.reshape(v, x.shape)", v=value, x=x)
    elif spread:
        value = fill("jnp.broadcast_to(v, x.shape)", v=value, x=x)
    if -1 in steps and array(v.type).rank:
        turned = [ast.Slice(step=ast.Constant(-1)) if step < 0 else ast.Slice() for step in steps]
        part: ast.expr = turned[0] if len(turned) == 1 else ast.Tuple([*turned], ast.Load())
        value = ast.Subscript(value, part, ast.Load())
    if adds:
        return ast.BinOp(x, ast.Add(), value)
    match v:
        case Const() if v.natural and not v.integer:
            return fill("jnp.zeros_like(x)", x=x)
        case _ if not array(v.type).rank:
            return fill("jnp.full_like(x, v)", x=x, v=value)
    return value


def _fitting(values: Operands, op: Apply, type: Array, indices: Sequence[Operand]) -> ast.expr:
    """The value written, in the dtype of the array and without axes that NumPy would ignore."""
    v = op.operands[0] if op.primitive == "scatter" else op.operands[1]
    number = values.number(v)
    literally = number is not None and number.weak is True and _order(number.dtype) <= _order(type.dtype)
    value = values(v) if literally or array(v.type).dtype == type.dtype else values.cast(v, type.dtype)
    part = len(result_shape(type.shape, index_of(op), [i.type for i in indices]))
    for _ in range(array(v.type).rank - part):
        value = ast.Subscript(value, ast.Constant(0), ast.Load())
    return value


def _masked(values: Operands, op: Apply, x: ast.expr, value: ast.expr, adds: bool, type: Array) -> ast.expr:
    index, indices = index_of(op), op.operands[2:]
    if len(index) != 1:
        raise CompileError.at(
            op.location,
            "a mask together with other subscripts selects a number of elements that is known only when the "
            "program runs" + UNSIZED,
            f"use np.where, or {NUMPY_INSTEAD}",
        )
    mask_type = array(indices[0].type)
    v = array((op.operands[0] if op.primitive == "scatter" else op.operands[1]).type)
    if v.rank > type.rank - mask_type.rank:
        if is_one(v.shape[0]) is not True:
            raise CompileError.at(
                op.location,
                "the number of values written through a mask is known only when the program runs" + UNSIZED,
                f"use np.where(mask, value, array), or {NUMPY_INSTEAD}",
            )
        value = ast.Subscript(value, ast.Constant(0), ast.Load())
    mask = values(indices[0])
    if type.rank > mask_type.rank:
        new_axes: list[ast.expr] = [ast.Constant(None)] * (type.rank - mask_type.rank)
        mask = ast.Subscript(mask, ast.Tuple([ast.Constant(Ellipsis), *new_axes], ast.Load()), ast.Load())
    new = ast.BinOp(x, ast.Add(), value) if adds else value
    return fill("jnp.where(mask, new, x)", mask=mask, new=new, x=x)


def scatter(values: Operands, op: Apply, arguments: list[ast.expr]) -> ast.expr:
    result = array(op.result.type)
    zeros = values.zeros_like(op.operands[1], arguments[1], result)
    arrays = any(array(i.type).rank for i in op.operands[2:])
    return write(values, op, zeros, arrays, result)


def index_of(op: Apply) -> Index:
    """The subscript of an op."""
    index = op.attr("index")
    assert isinstance(index, tuple)
    return index


def _is_integer(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and not operand.type.rank and operand.type.dtype.kind in "iu"


def _is_mask(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "b"


def _order(dtype: DType) -> int:
    return "biufc".index(dtype.kind)

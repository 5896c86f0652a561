"""One primitive as a JAX expression: dtypes are NumPy's, writes are functional updates, sizes are plain integers."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from adcompiler.emit.jax_dtypes import Seen, conversions
from adcompiler.emit.jax_names import apart
from adcompiler.emit.jax_plan import NUMPY_INSTEAD, Plan, pythonic
from adcompiler.emit.jax_ranges import Ranges
from adcompiler.emit.operations import item_at, items_at, list_at
from adcompiler.emit.template import call_expr, fill, index_expr, literal
from adcompiler.errors import CompileError, InternalError
from adcompiler.ir.core import Apply, Const, Op, Operand, Value, walk
from adcompiler.ir.dims import Dim, is_one
from adcompiler.ir.index import At, Index, Slice, axes_used, result_shape
from adcompiler.ir.types import Array, DType, Seq, Shape, Type
from adcompiler.primitives.registry import PRIMITIVES

UNMADE = ("tape", "undefined")
_SIZED = ("zeros", "ones", "empty", "full")
_PYTHON = {"b": bool, "i": int, "f": float, "c": complex}
_DEFAULT = (np.dtype(np.bool_), np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.complex128))
_UNSIZED = "; XLA needs fixed shapes"


class Expressions:
    """The expressions of one function's values."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known: dict[Value, ast.expr] = {}
        self.seen: dict[Value, Seen] = {}
        self.items: dict[Value, str] = {}
        self.definitions: dict[Value, Op] = {
            result: op for op in walk(plan.function.body) for result in op.results
        }
        self.ranges = Ranges(plan.function)
        self.unbroadcasts = False

    # ------------------------------------------------------------------------------------------ operands

    def __call__(self, operand: Operand) -> ast.expr:
        """An operand as an expression."""
        if isinstance(operand, Const):
            return literal(operand.value, "jax")
        if operand in self.known:
            return self.known[operand]
        made = self.unmade(operand)
        if made is None:
            raise InternalError(f"the value {operand!r} is read before it is made")
        if made.primitive == "undefined":
            return self.zeros(operand.type, made)
        return self.tape(made, self(made.operands[0]))

    def unmade(self, operand: Operand) -> Apply | None:
        """The op of an empty tape or of a value without meaning: printed where they are used, as their shapes are."""
        made = self.definitions.get(operand) if isinstance(operand, Value) else None
        return made if isinstance(made, Apply) and made.primitive in UNMADE else None

    def note(self, value: Value, weak: bool | None) -> None:
        """What XLA sees of a value."""
        if isinstance(value.type, Array):
            self.seen[value] = Seen(value.type.dtype, weak)

    def static(self, operand: Operand) -> bool:
        """Whether the operand is a Python object while JAX traces."""
        return isinstance(operand, Const) or operand in self.plan.static

    def number(self, operand: Operand) -> Seen | None:
        """The operand as XLA sees it, if it is a number."""
        type = operand.type
        if not isinstance(type, Array) or type.dtype.kind not in "biufc":
            return None
        if self.static(operand):
            return Seen(type.dtype, type.weak)
        assert isinstance(operand, Value)
        return self.seen.get(operand, Seen(type.dtype, None))

    def converted(self, operand: Operand, type: Type) -> ast.expr:
        """An operand as a number of the type given, as loops and branches want it."""
        if not isinstance(type, Array) or not isinstance(operand.type, Array) or operand.type.dtype == type.dtype:
            return self(operand)
        return self.cast(operand, type.dtype)

    def cast(self, operand: Operand, dtype: DType) -> ast.expr:
        """An operand in another dtype."""
        if isinstance(operand, Const) and isinstance(operand.value, (bool, int, float, complex)):
            if dtype in _DEFAULT and not isinstance(operand.value, np.generic):
                return literal(_PYTHON[dtype.kind](operand.value), "jax")
            return literal(dtype.type(operand.value), "jax")
        target = literal(dtype, "jax")
        if self.static(operand):
            if dtype in _DEFAULT:
                return fill(f"{_PYTHON[dtype.kind].__name__}(x)", x=self(operand))
            return ast.Call(target, [self(operand)], [])
        assert isinstance(operand.type, Array)
        x = self(operand)
        if operand.type.dtype.kind == "c" and dtype.kind not in "cb":
            x = fill("jnp.real(x)", x=x)
        return fill("x.astype(dtype)", x=x, dtype=target)

    # ------------------------------------------------------------------------------------------ sizes

    def size(self, size: Dim) -> ast.expr | None:
        """A size as an expression over the parameters, if it has one."""
        if size.known is not None:
            return ast.Constant(size.known)
        return ast.parse(apart(str(size)), mode="eval").body if size.printable else None

    def shape(self, type: Array, like: Operand | None = None) -> ast.expr:
        """The shape of a type: that of a value, or a tuple of sizes."""
        if like is not None:
            return fill("x.shape", x=self(like))
        sizes = [self.size(size) for size in type.shape]
        if any(size is None for size in sizes):
            raise _Unprintable
        return ast.Tuple([size for size in sizes if size is not None], ast.Load())

    # ------------------------------------------------------------------------------------------ primitives

    def apply(self, op: Apply) -> ast.expr:
        """The op as an expression; what XLA sees of its result is noted."""
        result = op.results[0]
        arguments = [self(operand) for operand in op.operands]
        if self.static(result):
            return self._static(op, arguments)
        special = self._special(op, arguments)
        if special is not None:
            return special
        row = PRIMITIVES[op.primitive]
        types = [operand.type for operand in op.operands]
        change = conversions(row, types, [self.number(operand) for operand in op.operands], result.type)
        for place, dtype in enumerate(change.operands):
            if dtype is not None:
                arguments[place] = self.cast(op.operands[place], dtype)
        expression = _unwrapped(call_expr(row, op, arguments, "jax"), op.primitive)
        if isinstance(result.type, Array):
            self.seen[result] = Seen(result.type.dtype, change.weak)
        if change.result is not None:
            return fill("x.astype(dtype)", x=expression, dtype=literal(change.result, "jax"))
        return expression

    def _static(self, op: Apply, arguments: list[ast.expr]) -> ast.expr:
        first = op.operands[0].type if op.operands else None
        match op.primitive:
            case "shape" | "size" | "count" if isinstance(first, Array) and not first.rank:
                return ast.Constant(1) if op.primitive == "count" else ast.Tuple([], ast.Load())
            case "seq_length":
                return self._length(op)
            case "python":
                kind = op.attr("kind")
                assert isinstance(kind, Array)
                return fill(f"{_PYTHON[kind.dtype.kind].__name__}(x)", x=arguments[0])
            case "recall":
                return fill("tape[k]", tape=arguments[0], k=arguments[1])
        row = PRIMITIVES[op.primitive]
        return call_expr(row, op, arguments, "numpy" if pythonic(op) else "jax")

    def _length(self, op: Apply) -> ast.expr:
        sequence = op.operands[0]
        assert isinstance(sequence, Value)
        if sequence in self.plan.stacked:
            return fill("x.shape[0]", x=self(sequence))
        if sequence in self.items:
            return fill("len(x)", x=list_at(self.items[sequence]))
        return fill("len(x)", x=self(sequence))

    def _special(self, op: Apply, arguments: list[ast.expr]) -> ast.expr | None:
        match op.primitive, arguments:
            case "getitem", _:
                return self._getitem(op, arguments)
            case "setitem" | "add_at", _:
                return self._write(op, arguments[0], op.primitive == "add_at")
            case "scatter", _:
                return self._scatter(op, arguments)
            case "expand", [v, shape]:
                return self._expand(op, v, shape)
            case "zeros_of", [shape]:
                return self._zeros(op, shape)
            case "full_of", [shape, value]:
                return self._full(op, shape, value, op.operands[0], op.operands[1])
            case "unbroadcast", [v, shape]:
                self.unbroadcasts = True
                return fill("unbroadcast(v, shape)", v=v, shape=shape)
            case "copy", [x]:
                return self._same(op, x)
            case "array", items:
                return self._nested(op, items)
            case "astype", [x]:
                return self._astype(op, x)
            case "python", [x]:
                return self._python(op, x)
            case "record", [tape, k, _]:
                return self._record(op, tape, k)
            case "recall", [tape, k]:
                return self._recall(op, tape, k)
            case "needed", [needed, k]:
                return fill("jnp.maximum(needed, k + 1)", needed=needed, k=k)
        if op.primitive.startswith("seq_"):
            return self._sequence(op, arguments)
        return None

    def _same(self, op: Apply, x: ast.expr) -> ast.expr:
        number = self.number(op.operands[0])
        if number is not None:
            self.seen[op.result] = number
        return x

    def _astype(self, op: Apply, x: ast.expr) -> ast.expr:
        result = op.result.type
        assert isinstance(result, Array)
        if op.operands[0].type == result:
            return self._same(op, x)
        self.seen[op.result] = Seen(result.dtype, False)
        return self.cast(op.operands[0], result.dtype)

    def _python(self, op: Apply, x: ast.expr) -> ast.expr:
        kind, type = op.attr("kind"), op.operands[0].type
        assert isinstance(kind, Array) and isinstance(type, Array)
        number = x if type.dtype == kind.dtype else self.cast(op.operands[0], kind.dtype)
        return fill("x.reshape(())", x=number) if type.rank else number

    # ------------------------------------------------------------------------------------------ parts of arrays

    def _getitem(self, op: Apply, arguments: list[ast.expr]) -> ast.expr:
        index = _index(op)
        indices = op.operands[1:]
        for entry in index:
            if isinstance(entry, At) and _is_mask(indices[entry.operand]):
                raise CompileError.at(
                    op.location,
                    "the number of elements that a mask selects is known only when the program runs" + _UNSIZED,
                    f"use np.where(mask, value, other), or {NUMPY_INSTEAD}",
                )
        x, index = self._windows(op, arguments[0], index)
        self.seen[op.result] = Seen(_array(op.result.type).dtype, None)
        if index and all(entry == Slice() for entry in index):
            return x
        return ast.Subscript(x, index_expr(index, arguments[1:]), ast.Load())

    def _windows(self, op: Apply, x: ast.expr, index: Index) -> tuple[ast.expr, Index]:
        """The array cut down to the slices whose place is not known while tracing, and the subscript that is left."""
        fixed = len(PRIMITIVES[op.primitive].operands)
        for axis, place in self.moving(op):
            start, width = self._window(op, index, axis, place)
            x = fill(
                "lax.dynamic_slice_in_dim(x, start, width, axis=axis)",
                x=x,
                start=self(op.operands[fixed + start]),
                width=ast.Constant(width),
                axis=ast.Constant(axis),
            )
            if not axis:
                assert isinstance(x, ast.Call)
                x.keywords = []
            index = (*index[:place], Slice(), *index[place + 1 :])
        return x, index

    def moving(self, op: Apply) -> list[tuple[int, int]]:
        """Axis and place of each slice whose bounds are not known while tracing."""
        fixed = len(PRIMITIVES[op.primitive].operands)
        types = [operand.type for operand in op.operands[fixed:]]
        found = []
        axis = 0
        for place, entry in enumerate(_index(op)):
            if isinstance(entry, Slice):
                bounds = [b for b in (entry.start, entry.stop, entry.step) if b is not None]
                if not all(self.static(op.operands[fixed + b]) for b in bounds):
                    found.append((axis, place))
            axis += axes_used(entry, types)
        return found

    def _window(self, op: Apply, index: Index, axis: int, place: int) -> tuple[int, int]:
        """The operand number of the start, and the width, of a slice that is sure to lie inside the array."""
        fixed = len(PRIMITIVES[op.primitive].operands)
        entry = index[place]
        assert isinstance(entry, Slice)
        whole = op.operands[1].type if op.primitive == "scatter" else op.operands[0].type
        size = whole.dims[axis] if isinstance(whole, Shape) else _array(whole).shape[axis]
        step = op.operands[fixed + entry.step] if entry.step is not None else Const(1)
        if entry.start is not None and entry.stop is not None and isinstance(step, Const) and step.value == 1:
            start, stop = (_array(op.operands[fixed + n].type).size for n in (entry.start, entry.stop))
            width = (stop - start).known if start is not None and stop is not None else None
            if start is not None and width is not None and width > 0 and self.ranges.inside(start, width, size):
                return entry.start, width
        raise CompileError.at(
            op.location,
            "the bounds of this slice, and so its shape, are known only when the program runs" + _UNSIZED,
            f"use a slice of fixed length that lies inside the array, or {NUMPY_INSTEAD}",
        )

    def _write(self, op: Apply, x: ast.expr, adds: bool, type: Array | None = None) -> ast.expr:
        """x with v written to, or added to, a part."""
        index, indices = _index(op), op.operands[2:]
        arguments = [self(operand) for operand in indices]
        type = type or _array(op.operands[0].type)
        self.seen[op.results[0]] = Seen(type.dtype, False if type.rank else None)
        value = self._fitting(op, type, indices)
        if any(isinstance(entry, At) and _is_mask(indices[entry.operand]) for entry in index):
            return self._masked(op, x, value, adds, type)
        method = "add" if adds else "set"
        moving = self.moving(op)
        if not moving:
            part = ast.Subscript(ast.Attribute(x, "at", ast.Load()), index_expr(index, arguments), ast.Load())
            return ast.Call(ast.Attribute(part, method, ast.Load()), [value], [])
        window, rest = self._windows(op, x, index)
        if any(entry != Slice() for entry in rest) or not adds:
            part = ast.Subscript(ast.Attribute(window, "at", ast.Load()), index_expr(rest, arguments), ast.Load())
            new: ast.expr = ast.Call(ast.Attribute(part, method, ast.Load()), [value], [])
        else:
            new = ast.BinOp(window, ast.Add(), value)
        starts: list[ast.expr] = [ast.Constant(0) for _ in type.shape]
        for axis, place in moving:
            starts[axis] = arguments[self._window(op, index, axis, place)[0]]
        if type.rank == 1:
            return fill("lax.dynamic_update_slice_in_dim(x, new, start, 0)", x=x, new=new, start=starts[0])
        return fill("lax.dynamic_update_slice(x, new, (*starts,))", x=x, new=new, starts=starts)

    def _fitting(self, op: Apply, type: Array, indices: Sequence[Operand]) -> ast.expr:
        """The value written, in the dtype of the array and without axes that NumPy would ignore."""
        v = op.operands[0] if op.primitive == "scatter" else op.operands[1]
        number = self.number(v)
        literally = number is not None and number.weak is True and _order(number.dtype) <= _order(type.dtype)
        value = self(v) if literally or _array(v.type).dtype == type.dtype else self.cast(v, type.dtype)
        part = len(result_shape(type.shape, _index(op), [i.type for i in indices]))
        for _ in range(_array(v.type).rank - part):
            value = ast.Subscript(value, ast.Constant(0), ast.Load())
        return value

    def _masked(self, op: Apply, x: ast.expr, value: ast.expr, adds: bool, type: Array) -> ast.expr:
        index, indices = _index(op), op.operands[2:]
        if len(index) != 1:
            raise CompileError.at(
                op.location,
                "a mask together with other subscripts selects a number of elements that is known only when the "
                "program runs" + _UNSIZED,
                f"use np.where, or {NUMPY_INSTEAD}",
            )
        mask_type = _array(indices[0].type)
        v = _array((op.operands[0] if op.primitive == "scatter" else op.operands[1]).type)
        if v.rank > type.rank - mask_type.rank:
            if is_one(v.shape[0]) is not True:
                raise CompileError.at(
                    op.location,
                    "the number of values written through a mask is known only when the program runs" + _UNSIZED,
                    f"use np.where(mask, value, array), or {NUMPY_INSTEAD}",
                )
            value = ast.Subscript(value, ast.Constant(0), ast.Load())
        mask = self(indices[0])
        if type.rank > mask_type.rank:
            new_axes: list[ast.expr] = [ast.Constant(None)] * (type.rank - mask_type.rank)
            mask = ast.Subscript(mask, ast.Tuple([ast.Constant(Ellipsis), *new_axes], ast.Load()), ast.Load())
        new = ast.BinOp(x, ast.Add(), value) if adds else value
        return fill("jnp.where(mask, new, x)", mask=mask, new=new, x=x)

    def _scatter(self, op: Apply, arguments: list[ast.expr]) -> ast.expr:
        result = _array(op.result.type)
        zeros = self._zeros_like(op.operands[1], arguments[1], result)
        arrays = any(_array(i.type).rank for i in op.operands[2:])
        return self._write(op, zeros, arrays, result)

    # ------------------------------------------------------------------------------------------ whole arrays

    def _like(self, shape: Operand) -> Value | None:
        """The array whose shape this is, where it can be named."""
        made = self.definitions.get(shape) if isinstance(shape, Value) else None
        if not isinstance(made, Apply) or made.primitive != "shape":
            return None
        (x,) = made.operands
        return x if isinstance(x, Value) and isinstance(x.type, Array) and x.type.rank and x in self.known else None

    def _zeros(self, op: Apply, shape: ast.expr) -> ast.expr:
        result = _array(op.result.type)
        self.seen[op.result] = Seen(result.dtype, None if not result.rank else False)
        return self._zeros_like(op.operands[0], shape, result)

    def _zeros_like(self, operand: Operand, shape: ast.expr, result: Array) -> ast.expr:
        like = self._like(operand)
        if like is not None and _array(like.type).dtype == result.dtype:
            return fill("jnp.zeros_like(x)", x=self(like))
        return self._zeros_of(shape, result)

    def _zeros_of(self, shape: ast.expr, type: Array) -> ast.expr:
        if not type.rank:
            return self.cast(Const(0), type.dtype)
        if isinstance(shape, ast.Tuple) and len(shape.elts) == 1:
            shape = shape.elts[0]
        if type.dtype == np.dtype(np.float64):
            return fill("jnp.zeros(shape)", shape=shape)
        return fill("jnp.zeros(shape, dtype)", shape=shape, dtype=literal(type.dtype, "jax"))

    def _full(self, op: Apply, shape: ast.expr, value: ast.expr, of: Operand, given: Operand) -> ast.expr:
        result = _array(op.result.type)
        number = self.number(given)
        self.seen[op.result] = Seen(result.dtype, number.weak if number else None)
        if not result.rank:
            return value
        like = self._like(of)
        if like is not None and _array(like.type).dtype == result.dtype:
            self.seen[op.result] = Seen(result.dtype, False)
            if isinstance(given, Const) and given.value == 1:
                return fill("jnp.ones_like(x)", x=self(like))
            return fill("jnp.full_like(x, v)", x=self(like), v=value)
        return fill("jnp.full(shape, v)", shape=shape, v=value)

    def _nested(self, op: Apply, items: list[ast.expr]) -> ast.expr:
        """np.array([[a, b], [c, d]])."""

        def nested(nesting: object) -> ast.expr:
            if isinstance(nesting, int):
                return items[nesting]
            assert isinstance(nesting, tuple)
            return ast.List([nested(inner) for inner in nesting], ast.Load())

        result = _array(op.result.type)
        self.seen[op.result] = Seen(result.dtype, False)
        kinds = [number for operand in op.operands if (number := self.number(operand)) is not None]
        plain = result.dtype in _DEFAULT and any(number.dtype == result.dtype for number in kinds)
        if plain and all(number.dtype == result.dtype or number.weak for number in kinds):
            return fill("jnp.array(items)", items=nested(op.attr("nesting")))
        return fill("jnp.array(items, dtype)", items=nested(op.attr("nesting")), dtype=literal(result.dtype, "jax"))

    def _expand(self, op: Apply, v: ast.expr, shape: ast.expr) -> ast.expr:
        axis, keepdims = op.attr("axis"), op.attr("keepdims")
        given = _array(op.operands[0].type)
        if axis is None and not given.rank:
            return self._full(op, shape, v, op.operands[1], op.operands[0])
        if not keepdims and axis is not None:
            v = fill("jnp.expand_dims(v, axis)", v=v, axis=literal(axis))
        return fill("jnp.broadcast_to(v, shape)", v=v, shape=shape)

    def zeros(self, type: Type, op: Apply, like: Operand | None = None) -> ast.expr:
        """Zeros of a type, for a value that is never read."""
        match type:
            case Array():
                try:
                    return self._zeros_of(self.shape(type, like), type)
                except _Unprintable:
                    raise CompileError.at(
                        op.location, "the shape of a value is not known on every path" + _UNSIZED, NUMPY_INSTEAD
                    ) from None
            case Seq() if op.result in self.plan.stacked:
                return self.tape(op, ast.Constant(0))
            case Seq():
                return ast.List([], ast.Load())
            case Shape(dims=dims):
                return ast.Tuple([self.size(d) or ast.Constant(0) for d in dims], ast.Load())
        return ast.Constant(None)

    # ------------------------------------------------------------------------------------------ tapes

    def tape(self, op: Apply, slots: ast.expr) -> ast.expr:
        """An empty tape."""
        if op.result not in self.plan.stacked:
            return ast.List([], ast.Load())
        item = op.attr("item")
        depth = 1
        while isinstance(item, Seq):
            depth, item = depth + 1, item.item
        most = self.plan.slots[op.result]
        sizes = [] if len(most) == depth else [self._natural(slots, op.operands[0])]
        sizes += [self._bound(op) if size is None else self._slots(size) for size in most]
        if isinstance(item, Shape):
            return ast.Tuple([], ast.Load())
        assert isinstance(item, Array)
        try:
            shape = self.shape(item, self.plan.templates.get(op.result))
        except _Unprintable:
            raise CompileError.at(
                op.location,
                "the shape of a value that the loop has to record is known only inside the loop" + _UNSIZED,
                NUMPY_INSTEAD,
            ) from None
        inner = shape.elts if isinstance(shape, ast.Tuple) else [ast.Starred(shape, ast.Load())]
        return self._zeros_of(ast.Tuple([*sizes, *inner], ast.Load()), Array(item.dtype, (Dim(),)))

    def _slots(self, size: Dim) -> ast.expr:
        """A number of slots that is only an upper bound: one at least, for loops that are traced without trips."""
        text = self.size(size)
        assert text is not None
        return text if self.ranges.natural(size - 1) else fill("max(n, 1)", n=text)

    def _natural(self, slots: ast.expr, operand: Operand) -> ast.expr:
        """A number of slots that says how often a loop runs: none where the bounds are the wrong way round."""
        size = _array(operand.type).size
        if isinstance(slots, ast.Constant) or (size is not None and self.ranges.natural(size)):
            return slots
        return fill("max(n, 0)", n=slots)

    def _bound(self, op: Apply) -> ast.expr:
        if self.plan.bound is None:
            raise CompileError.at(op.location, "the length of a record is not known" + _UNSIZED, NUMPY_INSTEAD)
        return self(self.plan.bound)

    def _record(self, op: Apply, tape: ast.expr, k: ast.expr) -> ast.expr:
        v = op.operands[2]
        if op.result not in self.plan.stacked:
            return _appended(tape, self(v))
        if isinstance(v.type, Shape):
            return tape
        item = op.operands[0].type
        assert isinstance(item, Seq)
        return fill("tape.at[k].set(v)", tape=tape, k=k, v=self.converted(v, item.item))

    def _recall(self, op: Apply, tape: ast.expr, k: ast.expr) -> ast.expr:
        result = op.result.type
        if op.operands[0] in self.plan.stacked and isinstance(result, Shape):
            sizes = [self.size(d) for d in result.dims]
            if any(size is None for size in sizes):
                raise CompileError.at(op.location, "a shape changes from trip to trip" + _UNSIZED, NUMPY_INSTEAD)
            return ast.Tuple([size for size in sizes if size is not None], ast.Load())
        if isinstance(result, Array):
            self.seen[op.result] = Seen(result.dtype, None)
        return fill("tape[k]", tape=tape, k=k)

    # ------------------------------------------------------------------------------------------ sequences

    def _sequence(self, op: Apply, arguments: list[ast.expr]) -> ast.expr | None:
        stacked = any(isinstance(s, Value) and s in self.plan.stacked for s in (op.result, *op.operands))
        match op.primitive, arguments:
            case "seq_make", items:
                return ast.List(items, ast.Load())
            case "seq_append", [seq, v]:
                return _appended(seq, v)
            case "seq_drop", [seq]:
                return fill("seq[:-1]", seq=seq)
            case "seq_get", [seq, k]:
                return self._item(op, seq, k)
            case "seq_set", [seq, k, v]:
                if stacked:
                    return fill("seq.at[k].set(v)", seq=seq, k=k, v=v)
                return self._replaced(op, seq, k, v)
            case "seq_add", [seq, k, v]:
                if stacked:
                    return fill("seq.at[k].add(v)", seq=seq, k=k, v=v)
                item = fill("seq[k]", seq=seq, k=k)
                return self._replaced(op, seq, k, ast.BinOp(item, ast.Add(), v))
            case "seq_blank", [seq] if not stacked:
                return fill("[None] * len(seq)", seq=seq)
            case ("seq_zeros" | "seq_blank"), [seq]:
                return fill("jnp.zeros_like(seq)", seq=seq) if stacked else self.zero_items(op.result.type, seq)
            case "seq_plus", [a, b]:
                return ast.BinOp(a, ast.Add(), b) if stacked else None
            case "seq_stack" | "seq_unstack", [x]:
                return x if stacked else None
            case "seq_slice", [seq, *bounds]:
                return ast.Subscript(seq, index_expr(_index(op), bounds), ast.Load())
        raise InternalError(f"no JAX expression for {op.primitive}")

    def zero_items(self, type: Type, seq: ast.expr) -> ast.expr:
        """Zeros like every item of a list."""
        if isinstance(type, Seq) and isinstance(type.item, Array):
            return fill("[jnp.zeros_like(item) for item in seq]", seq=seq)
        return fill("jax.tree.map(jnp.zeros_like, seq)", seq=seq)

    def _item(self, op: Apply, seq: ast.expr, k: ast.expr) -> ast.expr:
        sequence = op.operands[0]
        if isinstance(op.result.type, Array):
            self.seen[op.result] = Seen(op.result.type.dtype, True if op.result.type.weak else None)
        text = self.items.get(sequence) if isinstance(sequence, Value) else None
        item = fill("seq[k]", seq=seq, k=k) if text is None else item_at(text, k)
        return fill("jnp.asarray(item)", item=item) if op.result in self.plan.needy else item

    def _replaced(self, op: Apply, seq: ast.expr, k: ast.expr, v: ast.expr) -> ast.expr:
        """The list with item k replaced."""
        if isinstance(k, ast.Constant) and k.value == -1:
            return fill("[*seq[:-1], v]", seq=seq, v=v)
        size = _array(op.operands[1].type).size
        if size is None or not self.ranges.natural(size):
            k = fill("k % len(seq)", k=k, seq=seq)
        return fill("[v if n == k else item for n, item in enumerate(seq)]", seq=seq, k=k, v=v)


class _Unprintable(Exception):
    """A size has no text."""


def _unwrapped(expression: ast.expr, primitive: str) -> ast.expr:
    """jnp.zeros(n) for jnp.zeros((n,))."""
    match expression:
        case ast.Call(args=[ast.Tuple(elts=[size]), *rest]) if primitive in _SIZED:
            return ast.Call(expression.func, [size, *rest], expression.keywords)
    return expression


def _appended(seq: ast.expr, v: ast.expr) -> ast.expr:
    first = seq.elts if isinstance(seq, ast.List) else [ast.Starred(seq, ast.Load())]
    return ast.List([*first, v], ast.Load())


def whole_list(text: str) -> ast.expr:
    """The list that a text such as layers[*][0] stands for: [item[0] for item in layers]."""
    return list_at(text) if text.endswith("[*]") else items_at(text)


def _index(op: Apply) -> Index:
    index = op.attr("index")
    assert isinstance(index, tuple)
    return index


def _array(type: Type) -> Array:
    assert isinstance(type, Array)
    return type


def _is_mask(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "b"


def _order(dtype: DType) -> int:
    return "biufc".index(dtype.kind)

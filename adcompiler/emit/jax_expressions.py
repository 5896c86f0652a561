"""One primitive as a JAX expression, in the dtypes of NumPy."""

from __future__ import annotations

import ast

from adcompiler.emit.jax_dtypes import Seen, conversions
from adcompiler.emit.jax_facts import DEFAULT, NUMPY_INSTEAD, of_shapes, pythonic
from adcompiler.emit.jax_names import names_in
from adcompiler.emit.jax_operands import PYTHON, UNSIZED, Operands, array
from adcompiler.emit.jax_own import OWN
from adcompiler.emit.jax_subscripts import getitem, index_of, scatter, write
from adcompiler.emit.jax_traced import traced_call
from adcompiler.emit.kernels import kernel_of
from adcompiler.emit.operations import item_at, items_at, list_at
from adcompiler.emit.template import call_expr, fill, index_expr, literal
from adcompiler.errors import CompileError, InternalError
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.types import Array, Seq, Shape, Type
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.primitives.traced import Pulled, function_of

# max and min of Python, by the number of operands: they pass over a NaN unless it comes first
PYTHON_EXTREMES = {
    ("builtins.max", 2): "larger",
    ("builtins.min", 2): "smaller",
    ("builtins.max", 1): "largest",
    ("builtins.min", 1): "smallest",
}
_SIZED = ("zeros", "ones", "empty", "full")


class Expressions(Operands):
    """Operands, and the primitives applied to them."""

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
        if row.numpy_only:
            raise CompileError.at(
                op.location, f"{op.path or row.name} has no counterpart in JAX", NUMPY_INSTEAD
            )
        types = [operand.type for operand in op.operands]
        change = conversions(row, types, [self.number(operand) for operand in op.operands], result.type)
        for place, dtype in enumerate(change.operands):
            if dtype is not None:
                arguments[place] = self.cast(op.operands[place], dtype)
        python = PYTHON_EXTREMES.get((op.path, len(arguments))) if _has_nan(result.type) else None
        expression = (
            self.own(python, *arguments)
            if python
            else _unwrapped(call_expr(row, op, arguments, "jax"), op.primitive)
        )
        self.called |= OWN.keys() & names_in(expression)  # a template may call one of them
        for made in op.results:
            if isinstance(made.type, Array):
                self.seen[made] = Seen(made.type.dtype, change.weak if len(op.results) == 1 else False)
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
            case "python" | "joined":
                kind = op.attr("kind")
                assert isinstance(kind, Array)
                return fill(f"{PYTHON[kind.dtype.kind].__name__}(x)", x=arguments[0])
            case "recall":
                return self._recall(op, arguments[0], arguments[1:])
            case "square_root_slots":
                return self.own("square_root_slots", *arguments)
        row = PRIMITIVES[op.primitive]
        return call_expr(row, op, arguments, "numpy" if pythonic(op) else "jax")

    def _native(self, op: Apply, arguments: list[ast.expr]) -> ast.expr:
        for made in op.results:
            self.note(made, False)
        return ast.Call(ast.Name(kernel_of(op).name, ast.Load()), arguments, [])

    def _traced(self, op: Apply, arguments: list[ast.expr]) -> ast.expr:
        """A call of a function that JAX traces; the cotangents that it is given have the dtypes of its results."""
        for made in op.results:
            self.note(made, False)
        function = function_of(op)
        if isinstance(function, Pulled):
            for k in range(len(arguments) - function.results, len(arguments)):
                arguments[k] = self.converted(op.operands[k], op.operands[k].type)
        return traced_call(op, arguments)

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
                return getitem(self, op, arguments)
            case "setitem" | "add_at", _:
                return write(self, op, arguments[0], op.primitive == "add_at")
            case "scatter", _:
                return scatter(self, op, arguments)
            case "expand", [v, shape]:
                return self._expand(op, v, shape)
            case "zeros_of", [shape]:
                return self._zeros(op, shape)
            case "full_of", [shape, value]:
                return self._full(op, shape, value, op.operands[0], op.operands[1])
            case "unbroadcast" | "next_snapshot" | "next_place", _:
                return self.own(op.primitive, *arguments)
            case "moved", [x, by, size]:
                return self._moved(op, x, by, size)
            case "native", _:
                return self._native(op, arguments)
            case "traced", _:
                return self._traced(op, arguments)
            case "copy" | "exactly", [x]:
                return self._same(op, x)
            case "array", items:
                return self._nested(op, items)
            case "astype", [x]:
                return self._astype(op, x)
            case "transpose", [x] if op.attr("axes") is None and array(op.result.type).rank > 1:
                self.seen[op.result] = self.number(op.operands[0]) or Seen(array(op.result.type).dtype, False)
                return ast.Attribute(x, "T", ast.Load())
            case "python", [x]:
                return self._python(op, x)
            case "joined", [x]:
                return self._joined(op, x)
            case "record", [tape, *slots, _]:
                return self._record(op, tape, slots)
            case "recall", [tape, *slots]:
                return self._recall(op, tape, slots)
            case "recorded", [x, tape, *slots]:
                in_place = op.operands[1] in self.plan.stacked and all(map(self.natural, op.operands[2:]))
                return self.own("recorded", x, tape, *slots) if in_place else x
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

    def _moved(self, op: Apply, x: ast.expr, by: ast.expr, size: ast.expr) -> ast.expr:
        self.seen[op.result] = Seen(array(op.result.type).dtype, self.weakness(op.operands[0]))
        axis = literal(op.attr("axis"))
        if isinstance(by, ast.Constant) and by.value == 0:
            return self.own("resized", x, size, axis)
        return self.own("moved", x, by, size, axis)

    def _astype(self, op: Apply, x: ast.expr) -> ast.expr:
        result = op.result.type
        assert isinstance(result, Array)
        if op.operands[0].type == result:
            return self._same(op, x)
        number = self.static(op.operands[0]) and result.dtype in DEFAULT
        self.seen[op.result] = Seen(result.dtype, number)
        return self.cast(op.operands[0], result.dtype)

    def _joined(self, op: Apply, x: ast.expr) -> ast.expr:
        have, want = array(op.operands[0].type), array(op.result.type)
        if have.inexact and not have.weak:
            raise CompileError.at(
                op.location,
                f"a value is {have.dtype} on one path and {want.dtype} on another; XLA needs one dtype",
                f"convert it on both paths, x.astype(np.{want.dtype}), or {NUMPY_INSTEAD}",
            )
        return self._astype(op, x)

    def _python(self, op: Apply, x: ast.expr) -> ast.expr:
        kind, type = op.attr("kind"), op.operands[0].type
        assert isinstance(kind, Array) and isinstance(type, Array)
        number = x if type.dtype == kind.dtype else self.cast(op.operands[0], kind.dtype)
        return fill("x.reshape(())", x=number) if type.rank else number

    def _zeros(self, op: Apply, shape: ast.expr) -> ast.expr:
        result = array(op.result.type)
        like = self.like(op.operands[0])
        weak = (self.weakness(like) if like is not None else False) if result.rank else None
        self.seen[op.result] = Seen(result.dtype, weak)
        return self.zeros_like(op.operands[0], shape, result)

    def _full(self, op: Apply, shape: ast.expr, value: ast.expr, of: Operand, given: Operand) -> ast.expr:
        result = array(op.result.type)
        number = self.number(given)
        self.seen[op.result] = Seen(result.dtype, number.weak if number else None)
        if not result.rank:
            return value
        like = self.like(of)
        if like is not None and array(like.type).dtype == result.dtype:
            self.seen[op.result] = Seen(result.dtype, self.weakness(like))
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

        result = array(op.result.type)
        self.seen[op.result] = Seen(result.dtype, False if result.rank else None)
        kinds = [number for operand in op.operands if (number := self.number(operand)) is not None]
        plain = result.dtype in DEFAULT and any(number.dtype == result.dtype for number in kinds)
        if plain and all(number.dtype == result.dtype or number.weak for number in kinds):
            return fill("jnp.array(items)", items=nested(op.attr("nesting")))
        return fill(
            "jnp.array(items, dtype)", items=nested(op.attr("nesting")), dtype=literal(result.dtype, "jax")
        )

    def _expand(self, op: Apply, v: ast.expr, shape: ast.expr) -> ast.expr:
        axis, keepdims = op.attr("axis"), op.attr("keepdims")
        given = array(op.operands[0].type)
        if axis is None and not given.rank:
            return self._full(op, shape, v, op.operands[1], op.operands[0])
        if not keepdims and axis is not None:
            v = fill("jnp.expand_dims(v, axis)", v=v, axis=literal(axis))
        return fill("jnp.broadcast_to(v, shape)", v=v, shape=shape)

    def _record(self, op: Apply, tape: ast.expr, slots: list[ast.expr]) -> ast.expr:
        v = op.operands[-1]
        if op.result not in self.plan.stacked:
            return _appended(tape, self(v))
        if of_shapes(v.type):
            return tape
        item = op.operands[0].type
        for _ in slots:
            assert isinstance(item, Seq)
            item = item.item
        value = self.converted(v, item)
        if op.attr("places") or all(map(self.natural, op.operands[1:-1])):
            return self.own("write_at", tape, value, *slots)
        return fill("tape.at[k].set(v)", tape=tape, k=_subscript(slots), v=value)

    def _recall(self, op: Apply, tape: ast.expr, slots: list[ast.expr]) -> ast.expr:
        result = op.result.type
        if op.operands[0] in self.plan.stacked and isinstance(result, Shape):
            sizes = [self.size(d) for d in result.dims]
            if any(size is None for size in sizes):
                raise CompileError.at(
                    op.location, "a shape changes from trip to trip" + UNSIZED, NUMPY_INSTEAD
                )
            return ast.Tuple([size for size in sizes if size is not None], ast.Load())
        if op.operands[0] in self.plan.stacked and of_shapes(result):
            return tape
        if isinstance(result, Array):
            self.seen[op.result] = Seen(result.dtype, None)
        natural = op.attr("places") or all(map(self.natural, op.operands[1:]))
        if op.operands[0] in self.plan.stacked and natural:
            return self.own("read_at", tape, *slots)
        return fill("tape[k]", tape=tape, k=_subscript(slots))

    def _sequence(self, op: Apply, arguments: list[ast.expr]) -> ast.expr | None:
        stacked = any(isinstance(s, Value) and s in self.plan.stacked for s in (op.result, *op.operands))
        match op.primitive, arguments:
            case "seq_make", items:
                return ast.List(items, ast.Load())
            case "seq_repeat", [item, count]:
                return fill("[item] * count", item=item, count=count)
            case "seq_places", [count]:
                return fill("[None] * count", count=count)
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
                return self._replaced(op, seq, k, summed(op.operands[2].type, item, v))
            case "seq_blank", [seq] if not stacked:
                return fill("[None] * count", count=self._length(op))
            case (("seq_zeros" | "seq_blank"), [seq]):
                return (
                    fill("jnp.zeros_like(seq)", seq=seq) if stacked else self.zero_items(op.result.type, seq)
                )
            case "seq_plus", [a, b]:
                if stacked:
                    return ast.BinOp(a, ast.Add(), b)
                nested = isinstance(op.result.type, Seq) and isinstance(op.result.type.item, Seq)
                return summed(op.result.type, a, b) if nested else None
            case "seq_stack" | "seq_unstack", [x]:
                return x if stacked else None
            case "seq_layers" | "seq_concatenate", _:
                return None  # jax.numpy takes an array in the place of a list
            case "seq_split", [x, n]:
                axis = literal(op.attr("axis"))
                return fill("jnp.array(jnp.split(x, n, axis))", x=x, n=n, axis=axis) if stacked else None
            case "seq_slice", [seq, *bounds]:
                return ast.Subscript(seq, index_expr(index_of(op), bounds), ast.Load())
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
        position = op.operands[1]
        if isinstance(position, Value) and position not in self.plan.static:
            self.seen[op.result] = Seen(array(op.result.type).dtype, False)
            return fill("jnp.array(seq)[k]", seq=seq, k=k)
        text = self.items.get(sequence) if isinstance(sequence, Value) else None
        item = fill("seq[k]", seq=seq, k=k) if text is None else item_at(text, k)
        return fill("jnp.asarray(item)", item=item) if op.result in self.plan.needy else item

    def _replaced(self, op: Apply, seq: ast.expr, k: ast.expr, v: ast.expr) -> ast.expr:
        """The list with item k replaced."""
        if isinstance(k, ast.Constant) and k.value == -1:
            return fill("[*seq[:-1], v]", seq=seq, v=v)
        return self.own("with_item", seq, k, v)


def _subscript(slots: list[ast.expr]) -> ast.expr:
    return slots[0] if len(slots) == 1 else ast.Tuple(slots, ast.Load())


def _unwrapped(expression: ast.expr, primitive: str) -> ast.expr:
    """jnp.zeros(n) for jnp.zeros((n,))."""
    match expression:
        case ast.Call(args=[ast.Tuple(elts=[size]), *rest]) if primitive in _SIZED:
            return ast.Call(expression.func, [size, *rest], expression.keywords)
    return expression


def summed(type: Type, a: ast.expr, b: ast.expr) -> ast.expr:
    """a + b; lists are added item by item at every depth."""
    if isinstance(type, Seq):
        return fill("jax.tree.map(jnp.add, a, b)", a=a, b=b)
    return ast.BinOp(a, ast.Add(), b)


def _appended(seq: ast.expr, v: ast.expr) -> ast.expr:
    first = seq.elts if isinstance(seq, ast.List) else [ast.Starred(seq, ast.Load())]
    return ast.List([*first, v], ast.Load())


def whole_list(text: str) -> ast.expr:
    """The list that a text such as layers[*][0] stands for: [item[0] for item in layers]."""
    return list_at(text) if text.endswith("[*]") else items_at(text)


def _has_nan(type: Type) -> bool:
    return isinstance(type, Array) and type.inexact

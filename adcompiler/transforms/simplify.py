"""Simplification of the adjoint sweep, without changing a value.

    d = 1.0 * x; e = 0.5 * (2 * d); f = -(-e); g = expand(f, shape(h)) * h      becomes      g = x * h

Zeros are never multiplied away (0 * x keeps NaN and the shape); the primal sweep is left as the user wrote it.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any, TypeGuard

import numpy as np

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.dims import same
from adcompiler.ir.index import NewAxis, Slice
from adcompiler.ir.rewrite import rename, substitute_all, substituted
from adcompiler.ir.types import BOOL, Array, differentiable
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.transforms.cotangents import constant, mixes_precisions

# an array that is one number everywhere is that number whatever its axes become
_AXES = ("expand_dims", "squeeze", "reshape", "transpose", "broadcast_to")


def simplify(region: Region) -> Region:
    """The region with the ops of its adjoint sweep in their simplest form."""
    simplifier = _Simplifier(mixes_precisions(region), _reads(region))
    return rename(simplifier.region(region), simplifier.names)


class _Simplifier:
    def __init__(self, strong: bool, reads: Counter[Operand]) -> None:
        self.strong = strong  # whether NumPy's constants must not become Python's
        self.reads = reads  # how often a value is read
        self.values: dict[Value, Operand] = {}
        self.makers: dict[Value, Apply] = {}
        self.names: dict[Value, str] = {}  # what has none, and takes that of a variable which it stands for

    def region(self, region: Region) -> Region:
        """Simplify ops in order; later ones see what earlier ones became."""
        ops: list[Op] = []
        for op in region.ops:
            ops.extend(self.op(op))
        return Region(region.params, tuple(ops), substitute_all(region.results, self.values))

    def op(self, op: Op) -> list[Op]:
        """What stands for an op."""
        match op:
            case Apply():
                return self.apply(replace(op, operands=substitute_all(op.operands, self.values)))
            case Call():
                return [replace(op, operands=substitute_all(op.operands, self.values))]
            case If():
                return self.branch(op)
            case For():
                start, stop, step = substitute_all((op.start, op.stop, op.step), self.values)
                inits = substitute_all(op.inits, self.values)
                loop = replace(op, start=start, stop=stop, step=step, inits=inits)
                self.invariant(loop)
                return [replace(loop, body=self.region(loop.body))]
            case While():
                inits = substitute_all(op.inits, self.values)
                return [
                    replace(op, inits=inits, condition=self.region(op.condition), body=self.region(op.body))
                ]

    def invariant(self, loop: For) -> None:
        """A carried value that no trip changes is the value before the loop."""
        if not loop.location.adjoint:
            return
        for init, param, end, result in zip(
            loop.inits, loop.body.params[1:], loop.body.results, loop.results, strict=True
        ):
            if end is param and self.compatible(init, param):
                self.values[param] = init
                self.values[result] = init
                made = self.makers.get(init) if isinstance(init, Value) else None
                if made is not None and made.location.adjoint and not made.result.name:
                    self.names[made.result] = param.name

    def branch(self, op: If) -> list[Op]:
        """A branch on a constant is the arm taken; results that are the same on both arms are no results."""
        condition = substituted(op.condition, self.values)
        if isinstance(condition, Const) and op.location.adjoint:
            arm = self.region(op.then if condition.value else op.orelse)
            self.values.update(zip(op.results, arm.results, strict=True))
            return list(arm.ops)
        then, orelse = self.region(op.then), self.region(op.orelse)
        builder = Builder(op.location)
        for a, b, result in zip(then.results, orelse.results, op.results, strict=True):
            match a, b:
                case (Const(value=True), Const(value=False)) if condition.type == result.type:
                    self.values[result] = condition
                case (Const(value=False), Const(value=True)) if BOOL == result.type:
                    self.values[result] = apply(builder, "logical_not", condition, path="operator.not_")
        if op.location.adjoint:
            for a, b, result in zip(then.results, orelse.results, op.results, strict=True):
                alike = a is b or (isinstance(a, Const) and isinstance(b, Const) and _equal(a, b))
                if alike and not _defined(a, then) and not _defined(b, orelse):
                    self.values[result] = a
        return [*builder.ops, replace(op, condition=condition, then=then, orelse=orelse)]

    def apply(self, op: Apply) -> list[Op]:
        """A primitive of the adjoint sweep in its simplest form."""
        if not op.location.adjoint or len(op.results) > 1:
            self.makers.update(dict.fromkeys(op.results, op))
            return [op]
        builder = Builder(op.location)
        simple = self.simpler(op, builder)
        if simple is None:
            op = self.unexpanded(op, builder)
            simple = self.simpler(op, builder)
        if self.strong and isinstance(simple, Const) and differentiable(op.result.type):
            assert isinstance(op.result.type, Array)
            simple = constant(simple.value, op.result.type.dtype, not op.result.type.weak)
        if self.strong and isinstance(simple, Value) and _weaker(simple, op.result):
            assert isinstance(op.result.type, Array)
            simple = apply(builder, "astype", simple, dtype=op.result.type.dtype)
        if simple is not None and self.compatible(simple, op.result):
            for made in builder.ops:
                assert isinstance(made, Apply)
                self.makers[made.result] = made
            self.values[op.result] = simple = self.named(simple, op, builder)
            self.reads[simple] += self.reads[op.result]
            return list(builder.ops)
        self.makers[op.result] = op
        return [*builder.ops, op]

    def named(self, simple: Operand, op: Apply, builder: Builder) -> Operand:
        """A replacement that was made for an op takes over its name."""
        last = builder.ops[-1] if builder.ops else None
        if (
            isinstance(last, Apply)
            and last.result is simple
            and isinstance(simple, Value)
            and not simple.name
        ):
            fresh = replace(simple, name=op.result.name)
            builder.ops[-1] = self.makers[fresh] = replace(last, results=(fresh,))
            return fresh
        return simple

    def compatible(self, simple: Operand, result: Value) -> bool:
        """Whether an operand may stand for a result: one shape and one dtype.

        A Python number may stand for one of NumPy's, unless it may meet another precision, which it would take on.
        """
        a, b = simple.type, result.type
        if not isinstance(a, Array) or not isinstance(b, Array):
            return a == b
        return a.dtype == b.dtype and _same_shape(a, b) and not (self.strong and _weaker(simple, result))

    def maker(self, operand: Operand, primitive: str) -> Apply | None:
        """The op that makes an operand, if it is this primitive."""
        op = self.makers.get(operand) if isinstance(operand, Value) else None
        return op if op is not None and op.primitive == primitive else None

    # -------------------------------------------------------------------------------------------- arithmetic

    def simpler(self, op: Apply, builder: Builder) -> Operand | None:
        """An operand that equals the op's result, or None."""
        match op.primitive, op.operands:
            case "multiply", (Const() as c, x) if _is(c, 1):
                return x
            case "multiply", (x, Const() as c) if _is(c, 1):
                return x
            case "multiply", (Const() as c, x) if _is(c, -1):
                return apply(builder, "negative", x)
            case "multiply", (x, Const() as c) if _is(c, -1):
                return apply(builder, "negative", x)
            case (("divide" | "power"), (x, Const() as c)) if _is(c, 1):
                return x
            case "multiply", (a, b):
                return self.product(a, b, builder)
            case "divide", (a, b):
                return self.quotient(a, b, builder)
            case "negative", (x,):
                return self.negation(x, builder)
            case "add", (a, b):
                return self.sum(a, b, builder)
            case "subtract", (a, b):
                negated = self.maker(b, "negative")
                if negated is not None:
                    return apply(builder, "add", a, negated.operands[0])
            case "astype", (x,) if (
                isinstance(x.type, Array) and x.type.dtype == op.attr("dtype") and not x.type.weak
            ):
                return x
            case "astype", (Const() as c,) if isinstance(op.result.type, Array):
                return Const(op.result.type.dtype.type(c.value))
            case "getitem", (x,) if _whole(op):
                return x
            case "setitem", (x, v) if _whole(op):
                return self.spread(v, x, builder)
            case "add_at", (x, v) if _whole(op):
                return apply(builder, "add", x, v)
            case "sum", (x,) if isinstance(x.type, Array) and not x.type.rank:
                return x
            case (("sum" | "unbroadcast"), (x, *rest)):
                return self.reduction(op, x, rest, builder)
            case "transpose", (x,):
                back = self.maker(x, "transpose")
                if back is not None and not any(dict(o.attrs).get("axes") for o in (op, back)):
                    return back.operands[0]
            case "expand", (Const() as c, shape) if isinstance(op.result.type, Array) and op.result.type.rank:
                return apply(builder, "full_of", shape, c)
            case (("shape" | "count" | "size"), (x,)):
                return self.measured(op, x, builder)
        return None

    def spread(self, v: Operand, x: Operand, builder: Builder) -> Operand | None:
        """The value that is written to all of x."""
        if not isinstance(v, Const):
            return v
        shape = apply(builder, "shape", x)
        assert isinstance(x.type, Array)
        if _is(v, 0):
            return apply(builder, "zeros_of", shape, dtype=x.type.dtype)
        return apply(builder, "full_of", shape, Const(x.type.dtype.type(v.value)))

    def measured(self, op: Apply, x: Operand, builder: Builder) -> Operand | None:
        """The sizes of an elementwise result are those of an operand of the same shape."""
        made = self.makers.get(x) if isinstance(x, Value) else None
        if made is None:
            return None
        if made.primitive in ("zeros_of", "full_of") and op.primitive == "shape":
            return made.operands[0]
        if not PRIMITIVES[made.primitive].elementwise:
            return None
        assert isinstance(x.type, Array)
        for operand in made.operands:
            if (
                isinstance(operand, Value)
                and isinstance(operand.type, Array)
                and operand.type.shape == x.type.shape
            ):
                fixed: dict[str, Any] = dict(op.attrs)
                return apply(builder, op.primitive, operand, **fixed)
        return None

    def product(self, a: Operand, b: Operand, builder: Builder) -> Operand | None:
        """Constants of nested products are multiplied now where that is exact; signs move outwards."""
        if isinstance(b, Const) and not isinstance(a, Const):
            a, b = b, a
        if isinstance(a, Const) and isinstance(b, Value):
            inner = self.maker(b, "multiply")
            if inner is not None and isinstance(inner.operands[0], Const):
                folded = _exact(a, inner.operands[0])
                if folded is not None:
                    rest = inner.operands[1]
                    return rest if folded == 1 else apply(builder, "multiply", Const(folded), rest)
            negated = self.maker(b, "negative")
            if negated is not None:
                return apply(builder, "multiply", a.negated, negated.operands[0])
            return None
        for one, other, first in ((a, b, True), (b, a, False)):
            negated = self.maker(one, "negative")
            if negated is not None:
                pair = (negated.operands[0], other) if first else (other, negated.operands[0])
                return apply(builder, "negative", apply(builder, "multiply", *pair))
            share = self.maker(one, "divide")
            if share is not None and isinstance(share.operands[0], Const) and share.location.adjoint:
                scaled = (
                    other
                    if _is(share.operands[0], 1)
                    else apply(builder, "multiply", share.operands[0], other)
                )
                return apply(builder, "divide", scaled, share.operands[1])
        return None

    def quotient(self, a: Operand, b: Operand, builder: Builder) -> Operand | None:
        """Signs move outwards."""
        negated = self.maker(a, "negative")
        if negated is not None:
            return apply(builder, "negative", apply(builder, "divide", negated.operands[0], b))
        return None

    def reduction(self, op: Apply, x: Operand, rest: list[Operand], builder: Builder) -> Operand | None:
        """Signs move outwards, where only the sum is read: fewer numbers change theirs."""
        negated = self.maker(x, "negative")
        if negated is None or self.reads[x] > 1:
            return None
        fixed: dict[str, Any] = dict(op.attrs)
        return apply(builder, "negative", apply(builder, op.primitive, negated.operands[0], *rest, **fixed))

    def negation(self, x: Operand, builder: Builder) -> Operand | None:
        """-(-x) is x, -(a - b) is b - a, -(c * x) is (-c) * x."""
        if isinstance(x, Const):
            return x.negated
        inner = self.maker(x, "negative")
        if inner is not None:
            return inner.operands[0]
        inner = self.maker(x, "subtract")
        if inner is not None and inner.location.adjoint:
            return apply(builder, "subtract", inner.operands[1], inner.operands[0])
        inner = self.maker(x, "multiply")
        if inner is not None and inner.location.adjoint and isinstance(inner.operands[0], Const):
            return apply(builder, "multiply", inner.operands[0].negated, inner.operands[1])
        return None

    def sum(self, a: Operand, b: Operand, builder: Builder) -> Operand | None:
        """a + (-b) is a - b, a + a is 2 * a; a zero array that was just made adds nothing."""
        if a is b and isinstance(a, Value):
            negated = self.maker(a, "negative")
            if negated is not None:
                return apply(builder, "multiply", Const(-2), negated.operands[0])
            factors = self.maker(a, "multiply")
            if factors is None or isinstance(factors.operands[0], Const):
                return apply(builder, "multiply", Const(2), a)
            first, second = factors.operands
            return apply(builder, "multiply", apply(builder, "multiply", Const(2), first), second)
        negated = self.maker(b, "negative")
        if negated is not None:
            return apply(builder, "subtract", a, negated.operands[0])
        negated = self.maker(a, "negative")
        if negated is not None:
            return apply(builder, "subtract", b, negated.operands[0])
        if isinstance(a, Const) and a.value == 0 and not isinstance(b, Const):
            return b
        if isinstance(b, Const) and b.value == 0 and not isinstance(a, Const):
            return a
        for zero, other in ((a, b), (b, a)):
            if self.maker(zero, "zeros_of") is not None and zero.type == other.type:
                return other
        return None

    # -------------------------------------------------------------------------------------------- broadcasting

    def unexpanded(self, op: Apply, builder: Builder) -> Apply:
        """An elementwise op broadcasts by itself: it takes the reduced array instead of the repeated one."""
        if not PRIMITIVES[op.primitive].elementwise or len(op.operands) < 2:
            return op
        result = op.result.type
        assert isinstance(result, Array)
        for k, operand in enumerate(op.operands):
            expanded = self.maker(operand, "expand") or self.filled(operand)
            others = [o for j, o in enumerate(op.operands) if j != k]
            if expanded is None or not any(_same_shape(o.type, result) for o in others):
                continue
            scratch = Builder(op.location)
            reduced = self.reduced(expanded, scratch)
            if reduced is None:
                continue
            operands = (*op.operands[:k], reduced, *op.operands[k + 1 :])
            row = PRIMITIVES[op.primitive]
            found = row.infer([o.type for o in operands], dict(op.attrs), op.path)
            if _same_shape(found, result) and replace(found, shape=result.shape) == result:
                for made in scratch.ops:
                    assert isinstance(made, Apply)
                    self.makers[made.result] = made
                builder.ops.extend(scratch.ops)
                return self.unexpanded(replace(op, operands=operands), builder)
        return op

    def filled(self, operand: Operand) -> Apply | None:
        """The op that fills an array with one number, whatever its axes have become."""
        while (made := next(filter(None, (self.maker(operand, name) for name in _AXES)), None)) is not None:
            operand = made.operands[0]
        match self.maker(operand, "expand"):
            case Apply(operands=(Value(type=Array(rank=0)), *_)) as repeated:
                return repeated
        return self.maker(operand, "full_of")

    def reduced(self, expanded: Apply, builder: Builder) -> Operand | None:
        """What broadcasts to the same array as an expand."""
        if expanded.primitive == "full_of":
            number = expanded.operands[1]
            return number if isinstance(number, Const) or not self.strong else None
        source, axis = expanded.operands[0], expanded.attr("axis")
        wide = expanded.result.type
        assert isinstance(source.type, Array) and isinstance(wide, Array)
        if (
            expanded.attr("keepdims")
            or not source.type.rank
            or (axis is None and source.type.rank == wide.rank)
        ):
            return source
        if axis is None:
            return None
        axes = {a % wide.rank for a in (axis if isinstance(axis, tuple) else (axis,))}
        if axes == set(range(len(axes))):
            return source
        index = tuple(NewAxis() if k in axes else Slice() for k in range(wide.rank))
        while index and index[0] == NewAxis():
            index = index[1:]
        return apply(builder, "getitem", source, index=index)


def _same_shape(a: object, b: Array) -> TypeGuard[Array]:
    """Whether a type is that of an array of the shape of another, as far as the sizes seen tell. May record guards."""
    return isinstance(a, Array) and a.rank == b.rank and all(map(same, a.shape, b.shape))


def _reads(region: Region) -> Counter[Operand]:
    """How often each value is read, at every depth."""
    counts = Counter(region.results)
    for op in walk(region):
        counts.update(op.operands)
        if not isinstance(op, Apply):
            for inner in op.regions:
                counts.update(inner.results)
    return counts


def _whole(op: Apply) -> bool:
    """Whether a subscript is [:], for every axis."""
    index = op.attr("index")
    return isinstance(index, tuple) and all(entry == Slice() for entry in index)


def _is(constant: Const, value: float) -> bool:
    return (
        isinstance(constant.value, (int, float, np.floating))
        and not isinstance(constant.value, bool)
        and constant.value == value
    )


def _equal(a: Const, b: Const) -> bool:
    return type(a.value) is type(b.value) and a.value == b.value


def _plain(constant: Const) -> float | int | None:
    """A Python int or float, and no bool or number of NumPy."""
    value = constant.value
    return value if type(value) is int or type(value) is float else None


def _exact(a: Const, b: Const) -> float | int | None:
    """The product of two constants where multiplying by it rounds as multiplying by one after the other."""
    x, y = _plain(a), _plain(b)
    if x is None or y is None:
        return None
    powers = [v for v in (x, y) if v and abs(math.frexp(float(v))[0]) == 0.5]
    if not powers:
        return None
    product = x * y
    return int(product) if float(product).is_integer() and abs(product) < 2**31 else product


def _weaker(simple: Operand, result: Value) -> bool:
    """Whether an operand is a Python number and a result is one of NumPy's."""
    a, b = simple.type, result.type
    return isinstance(a, Array) and isinstance(b, Array) and a.weak and not b.weak


def _defined(operand: Operand, region: Region) -> bool:
    return any(operand in op.results for op in region.ops)

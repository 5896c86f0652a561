"""The tangent sweep: every op is followed by the ops of its tangent.

    y = sin(x) * w        becomes        x_dot -> y_dot = x_dot * cos(x) * w + sin(x) * w_dot
                                         y = sin(x) * w

Nothing is written twice. What is linear in its operands is applied to their tangents as it is; a product is so in each
of them in turn. Of a function that works element by element, the rule that takes the cotangent of the result to that of
an operand multiplies it by the derivative, and so takes the tangent of the operand to that of the result. Any other rule
is a linear function of a cotangent, and the tangent is its transpose, found by differentiating the rule itself (Radul et
al., You Only Linearize Once, POPL 2023, read backwards).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adcompiler.analysis.activity import active
from adcompiler.analysis.shifts import shifts
from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import (
    Apply,
    Call,
    Const,
    For,
    If,
    Op,
    Operand,
    Region,
    Value,
    While,
    free_values,
    walk,
)
from adcompiler.ir.rewrite import rename, substitute
from adcompiler.ir.types import Array, Seq, cotangent_type, differentiable
from adcompiler.primitives.build import apply, apply_all
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.primitives.traced import Pushed, function_of
from adcompiler.rules.language import Sym, call
from adcompiler.rules.linearity import ARRANGING, LINEAR, OF_TRANSPOSES, PRODUCTS
from adcompiler.rules.registry import RULES, NoDerivative, Rule, evaluate
from adcompiler.rules.traced import MIXED
from adcompiler.transforms.cotangents import reached
from adcompiler.transforms.dce import dce
from adcompiler.transforms.record import record
from adcompiler.transforms.reverse import reverse
from adcompiler.transforms.settle import settle
from adcompiler.transforms.simplify import simplify
from adcompiler.transforms.ties import pushed, tie_of

PUSHFORWARD = "_tangent"  # behind the name of a function, the function that gives its value and its tangent

# what rules do with a cotangent where they multiply it by a derivative
SCALING = frozenset({"multiply", "divide", "negative", "positive", "add", "subtract", "where"})


def forward(
    region: Region, tangents: Mapping[Value, Value], tags: Iterator[int]
) -> tuple[tuple[Op, ...], tuple[Operand | None, ...]]:
    """The ops of the region with those of their tangents, and the tangents of its results; None where nothing varies.

    tangents: those of the region's parameters. Refuses (CompileError) what has no derivative.
    """
    read = {operand for op in walk(region) for operand in op.operands} | set(region.results)
    for op in walk(region):
        if not isinstance(op, Apply):
            read.update(*(inner.results for inner in op.regions))
    # of these no tangent is read
    read -= shifts(region, active(region, tangents), region.results)
    sweep = _Forward(dict(tangents), tags, read)
    ops = sweep.ops(region.ops)
    results = tuple(sweep.of(result) for result in region.results)
    swept = rename(
        Region((), tuple(ops), tuple(Const(None) if r is None else r for r in results)), sweep.names
    )
    ends = (None if before is None else after for before, after in zip(results, swept.results, strict=True))
    return swept.ops, tuple(ends)


class _Forward:
    def __init__(self, tangents: dict[Value, Operand], tags: Iterator[int], read: set[Operand]) -> None:
        self.read = read
        self.tangents = tangents
        self.tags = tags
        self.names: dict[Value, str] = {}
        self.given = set(tangents.values())
        self.blank: dict[Operand, Apply] = {}  # what holds nothing, or nothing yet
        self.joined: dict[Operand, Operand] = {}  # what keeps its own dtype where paths meet

    def of(self, operand: Operand) -> Operand | None:
        """The tangent of an operand; None where it does not vary."""
        return self.tangents.get(operand) if isinstance(operand, Value) else None

    def full(self, builder: Builder, operand: Operand) -> Operand:
        """The tangent of an operand, zeros where it does not vary."""
        found = self.of(operand)
        if found is not None:
            return found
        type = operand.type
        if operand in self.blank:
            made = self.blank[operand]
            kind = {name: cotangent_type(held) for name, held in made.attrs if isinstance(held, (Array, Seq))}
            return _again(made, made.operands, builder, kind)
        if isinstance(operand, Value) and isinstance(type, Seq):
            return apply(builder, "seq_zeros", operand)
        assert isinstance(type, Array)
        if operand in self.joined:
            return apply(builder, "joined", self.full(builder, self.joined[operand]), kind=type)
        if not type.rank:
            return Const.of(0, type.dtype) if type.inexact else Const(0)
        return apply(builder, "zeros_of", apply(builder, "shape", operand), dtype=type.dtype)

    def put(self, value: Value, tangent: Operand) -> None:
        """Note the tangent of a value, and what it is called."""
        self.tangents[value] = tangent
        if value.name and isinstance(tangent, Value) and tangent not in self.given and not tangent.name:
            self.names.setdefault(tangent, f"{value.name}_dot")

    # -------------------------------------------------------------------------------------------- ops

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        """Ops and their tangents. A tangent that does not read the result stands first, so that a write may follow it."""
        made: list[Op] = []
        for op in ops:
            builder = Builder(op.location.reversed())
            match op:
                case Apply():
                    try:
                        self.apply(op, builder)
                    except NoDerivative as refused:
                        raise CompileError.at(op.location, str(refused), refused.hint) from None
                    early = not any(result in _free(builder.ops) for result in op.results)
                    made += [*builder.ops, op] if early else [op, *builder.ops]
                case If():
                    made.append(self.branch(op))
                case For() | While():
                    made += self.loop(op, builder)
                case Call():
                    made += self.call(op, builder)
        return made

    def call(self, op: Call, builder: Builder) -> list[Op]:
        """A call -> a call that gives the tangents of the results as well, and takes those of the arguments."""
        if all(self.of(operand) is None for operand in op.operands):
            return [op]
        given = [self.full(builder, operand) for operand in op.operands if differentiable(operand.type)]
        slopes = {r: Value(cotangent_type(r.type)) for r in op.results if differentiable(r.type)}
        for result, slope in slopes.items():
            self.put(result, slope)
        called = Call(
            f"{op.callee}{PUSHFORWARD}",
            (*op.operands, *given),
            (*op.results, *slopes.values()),
            next(self.tags),
            op.location,
        )
        return [*builder.ops, called]

    def apply(self, op: Apply, builder: Builder) -> None:
        """The tangents of a primitive's results."""
        empty = op.primitive == "seq_make" and not op.operands
        if empty or op.primitive in ("undefined", "tape", "seq_blank"):
            self.blank[op.result] = op
        if op.primitive == "joined":
            self.joined[op.result] = op.operands[0]
        varied = [o for o in dict.fromkeys(op.operands) if self.of(o) is not None]
        results = [
            k for k, result in enumerate(op.results) if differentiable(result.type) and result in self.read
        ]
        rule = RULES.get(op.primitive)
        if not varied or not results or (rule is not None and rule.constant):
            return
        if op.primitive == "tied":
            inputs = op.operands[tie_of(op).results :][: tie_of(op).inputs]
            given = [self.full(builder, o) for o in inputs]
            ops, tangents = pushed(op, given, varied, self.tags, reverse)
            builder.ops += ops
            for result, tangent in zip(op.results, tangents, strict=True):
                if tangent is not None:
                    self.put(result, tangent)
            return
        if op.primitive == "traced":
            self.traced(op, builder)
            return
        if op.primitive in LINEAR or op.primitive in ARRANGING:
            self.linear(op, builder)
            return
        if op.primitive in PRODUCTS:
            self.product(op, builder)
        elif op.primitive in OF_TRANSPOSES:
            self.mirrored(op, builder)
        elif rule is None or not self.pointwise(op, rule, builder):
            self.transposed(op, [o for o in varied if isinstance(o, Value)], results, builder)

    def traced(self, op: Apply, builder: Builder) -> None:
        """The tangents of a function that JAX traces: those of jax.jvp."""
        if not all(differentiable(result.type) for result in op.results):
            raise CompileError.at(op.location, *MIXED)
        moved = tuple(k for k, operand in enumerate(op.operands) if self.of(operand) is not None)
        tangents = [self.full(builder, op.operands[k]) for k in moved]
        found = apply_all(builder, "traced", *op.operands, *tangents, function=Pushed(function_of(op), moved))
        for result, tangent in zip(op.results, found, strict=True):
            self.put(result, tangent)

    def linear(self, op: Apply, builder: Builder) -> None:
        """The op itself, of the tangents."""
        positions = LINEAR.get(op.primitive, range(len(op.operands)))
        # what is broadcast needs no array of zeros
        broadcast = PRIMITIVES[op.primitive].elementwise
        operands = [
            operand
            if k not in positions
            else self.of(operand) or Const(0)
            if broadcast
            else self.full(builder, operand)
            for k, operand in enumerate(op.operands)
        ]
        self.summed(op, [_again(op, operands, builder)], builder)

    def product(self, op: Apply, builder: Builder) -> None:
        """The sum of the products with the tangent of one factor each."""
        terms = [
            _again(op, (*op.operands[:k], tangent, *op.operands[k + 1 :]), builder)
            for k, tangent in enumerate(map(self.of, op.operands))
            if tangent is not None
        ]
        self.summed(op, terms, builder)

    def pointwise(self, op: Apply, rule: Rule, builder: Builder) -> bool:
        """The sum of what the rule makes of each operand's tangent: that of a number is its own transpose.

        False, with nothing made, where it is not: of several numbers, or of a complex one that is not holomorphic.
        """
        row = PRIMITIVES[op.primitive]
        if not row.elementwise or rule.variadic or rule.same:
            return False
        inner = Builder(builder.location)
        inner.plain = op.path.startswith("math.")
        named = {n: Sym(inner, operand) for n, operand in zip(row.operands, op.operands, strict=True)}
        terms, tangents = [], []
        for name, formula in rule.formulas.items():
            tangent = self.of(named[name].operand)
            if tangent is None:
                continue
            names = {**dict(op.attrs), **named, "g": Sym(inner, tangent), "y": Sym(inner, op.result)}
            part = evaluate(formula, names)
            tangents.append(tangent)
            if part is not None:
                terms.append(part.operand)
        if any(map(_is_complex, (*tangents, *terms, op.result))) and not _is_scaled(inner.ops, tangents, op):
            return False
        builder.ops += inner.ops
        self.summed(op, terms, builder)
        return True

    def summed(self, op: Apply, terms: Sequence[Operand], builder: Builder) -> None:
        """Note the sum of terms as the tangent of the result, if there are any."""
        if terms:
            total = functools.reduce(lambda a, b: apply(builder, "add", a, b), terms)
            self.put(op.result, self.fitted(builder, total, op))

    def fitted(self, builder: Builder, tangent: Operand, op: Apply) -> Operand:
        """The tangent in the dtype of the op's result and, where that was broadcast, in its shape."""
        have, want = tangent.type, op.result.type
        if not isinstance(have, Array) or not isinstance(want, Array):
            return tangent
        if have.dtype != want.dtype:
            tangent = apply(builder, "astype", tangent, dtype=want.dtype)
        if have.shape == want.shape or not PRIMITIVES[op.primitive].elementwise or len(op.operands) == 1:
            return tangent
        shape = apply(builder, "shape", op.result)
        return apply(builder, "broadcast_like" if have.rank else "expand", tangent, shape)

    def mirrored(self, op: Apply, builder: Builder) -> None:
        """The derivative of a function of a matrix, whose transpose is that at the transposed matrix."""
        (operand,) = op.operands
        tangent = self.full(builder, operand)
        a = call("matrix_transpose", Sym(builder, operand))
        names = {**dict(op.attrs), PRIMITIVES[op.primitive].operands[0]: a, "g": Sym(builder, tangent)}
        names["y"] = call("matrix_transpose", Sym(builder, op.result))
        (formula,) = RULES[op.primitive].formulas.values()
        found = evaluate(formula, names)
        if found is not None:
            self.put(op.result, found.operand)

    def transposed(self, op: Apply, varied: list[Value], results: list[int], builder: Builder) -> None:
        """The tangents as the transpose of the rule's map from the results' cotangents to the operands'."""
        # checkpointing does nothing in forward mode
        op = replace(op, location=replace(op.location, recomputed=()))
        seeds = {k: Value(cotangent_type(op.results[k].type)) for k in results}
        here = Region((), (op,), op.results)
        _, rule, cotangents = reverse(here, varied, dict(seeds), self.tags, op.location)
        given = {k: self.full(builder, operand) for k, operand in enumerate(varied)}
        back = settle(Region((), rule, cotangents))
        back, ops, tangents = reverse(back, list(seeds.values()), given, self.tags, op.location)
        moved = dce(simplify(record(Region((), (*back.ops, *ops), tangents))))
        depending = reached(moved.ops, set(seeds.values()))
        if any(tangent in depending for tangent in moved.results):
            raise CompileError.at(
                op.location, f"the rule of {op.path or op.primitive} is not linear", "use vjp or grad"
            )
        # of the cotangents no more than the sizes are read any more
        moved = substitute(moved, {seed: op.results[k] for k, seed in seeds.items()})
        builder.ops += settle(moved, adjoint=True).ops
        for k, tangent in zip(results, moved.results, strict=True):
            self.put(op.results[k], tangent)

    # -------------------------------------------------------------------------------------------- regions

    def branch(self, op: If) -> If:
        """If -> If that gives the tangents of its results as well."""
        arms = [self.ops(arm.ops) for arm in op.regions]
        ends = [[self.of(result) for result in arm.results] for arm in op.regions]
        moved = [
            k
            for k, result in enumerate(op.results)
            if differentiable(result.type) and any(end[k] for end in ends)
        ]
        regions = []
        for arm, ops in zip(op.regions, arms, strict=True):
            builder = Builder(op.location.reversed())
            builder.ops = ops
            regions.append(
                builder.region((), (*arm.results, *(self.full(builder, arm.results[k]) for k in moved)))
            )
        slopes = [Value(cotangent_type(op.results[k].type)) for k in moved]
        for k, slope in zip(moved, slopes, strict=True):
            self.put(op.results[k], slope)
        return replace(op, then=regions[0], orelse=regions[1], results=(*op.results, *slopes))

    def loop(self, op: For | While, builder: Builder) -> list[Op]:
        """A loop -> a loop that carries the tangents of what varies as well."""
        first = 1 if isinstance(op, For) else 0
        params = op.body.params[first:]
        moved = [
            k
            for k, (init, param) in enumerate(zip(op.inits, params, strict=True))
            if differentiable(param.type) and self.of(init) is not None
        ]
        before = dict(self.tangents), dict(self.names)
        while True:
            slopes = {k: Value(cotangent_type(params[k].type)) for k in moved}
            for k, slope in slopes.items():
                self.put(params[k], slope)
            ops = self.ops(op.body.ops)
            more = [
                k
                for k, end in enumerate(op.body.results)
                if k not in slopes and differentiable(params[k].type) and self.of(end) is not None
            ]
            if not more:
                break
            moved = sorted({*moved, *more})
            self.tangents, self.names = dict(before[0]), dict(before[1])
        if not moved:
            return [op]
        inner = Builder(op.location.reversed())
        inner.ops = ops
        ends = [self.full(inner, op.body.results[k]) for k in moved]
        body = inner.region((*op.body.params, *slopes.values()), (*op.body.results, *ends))
        inits = [self.full(builder, op.inits[k]) for k in moved]
        outs = [Value(cotangent_type(op.results[k].type)) for k in moved]
        for k, out in zip(moved, outs, strict=True):
            self.put(op.results[k], out)
        inits_all, results = (*op.inits, *inits), (*op.results, *outs)
        if isinstance(op, For):
            return [*builder.ops, replace(op, inits=inits_all, body=body, results=results)]
        unread = [Value(slope.type) for slope in slopes.values()]
        condition = replace(op.condition, params=(*op.condition.params, *unread))
        return [*builder.ops, replace(op, inits=inits_all, condition=condition, body=body, results=results)]


def _is_complex(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "c"


def _is_scaled(ops: Sequence[Op], tangents: Sequence[Operand], result: Apply) -> bool:
    """Whether ops multiply tangents by complex numbers, so that they are their own transpose in complex numbers too."""
    given = {tangent for tangent in tangents if isinstance(tangent, Value)}
    moved = reached(ops, given)
    scaling = all(
        isinstance(op, Apply) and op.primitive in SCALING for op in ops if not moved.isdisjoint(op.results)
    )
    return scaling and _is_complex(result.result)


def _again(
    op: Apply, operands: Sequence[Operand], builder: Builder, other: Mapping[str, object] | None = None
) -> Operand:
    """The same op of other operands, and static arguments that differ."""
    settings: dict[str, Any] = {**dict(op.attrs), **(other or {})}
    return apply(builder, op.primitive, *operands, path=op.path, **settings)


def _free(ops: Sequence[Op]) -> set[Value]:
    return set(free_values(Region((), tuple(ops), ())))

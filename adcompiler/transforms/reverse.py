"""Reverse mode: the adjoint of a region.

    y = sin(x) * x; return y        becomes        ...; dy = 1; dx = dy * sin(x) + dy * x * cos(x); return dx

The adjoint of a For is the For backwards, of a While a counted For, of an If an If. The adjoint reads any value of the
primal sweep, also those inside loops: making these available is the next pass (record). Griewank and Walther,
Evaluating Derivatives, 2nd ed., chapter 3; adjoints of structured control flow as in Enzyme-MLIR and Dex.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from adcompiler.analysis.activity import active
from adcompiler.analysis.untaken import behind_where
from adcompiler.errors import CompileError, Location
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, If, Op, Operand, Region, Value, While, free_values
from adcompiler.ir.rewrite import rename, substitute
from adcompiler.ir.types import INT, cotangent_type, differentiable
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES, Primitive
from adcompiler.rules.language import Sym
from adcompiler.rules.registry import RULES, NoDerivative, Rule, evaluate
from adcompiler.transforms.cotangents import (
    after_trip,
    captured_by,
    filled,
    mixes_precisions,
    unbroadcast,
)
from adcompiler.transforms.dce import dce
from adcompiler.transforms.recompute import Copy, behind, defined, inside_call, recompute, resolve
from adcompiler.transforms.rewind import rewind
from adcompiler.transforms.snapshots import Snapshots, with_snapshots
from adcompiler.transforms.sums import Adjoints, Sums
from adcompiler.transforms.ties import pulled_back

# whose cotangents are those of the result, or zero: no slope is multiplied with them
PASSING = frozenset({"add", "subtract", "negative", "positive", "where", "conj", "real", "imag"})
PULLBACK = "_vjp"  # behind the name of a function, its pullback


def reverse(
    region: Region,
    inputs: Sequence[Value],
    seeds: Mapping[int, Operand],
    tags: Iterator[int],
    location: Location,
    untaken: str = "nan",
) -> tuple[Region, tuple[Op, ...], tuple[Operand, ...]]:
    """The region, the ops of the adjoint sweep, to follow its own, and the cotangents of the inputs.

    Of the region only loops change that take snapshots for their adjoints. seeds: the cotangents of the region's results, by number. Refuses (CompileError) what has no derivative.
    untaken: "zero" lets a zero cotangent pass nothing on where it may stem from the untaken side of a `where`.
    """
    doubtful = behind_where(region) if untaken == "zero" else frozenset()
    strong = mixes_precisions(region)
    wanted = Region(region.params, region.ops, tuple(region.results[k] for k in seeds))
    needed = wanted if len(seeds) == len(region.results) else dce(wanted)
    made = _Reverse(active(needed, inputs, needed.results), tags, doubtful, strong)
    ops, cotangents = made.top(region, inputs, seeds, location)
    return with_snapshots(region, made.taken), ops, cotangents


class _Reverse:
    def __init__(
        self, varied: set[Value], tags: Iterator[int], doubtful: frozenset[Value], strong: bool
    ) -> None:
        self.sums = Sums(varied, strong)
        self.doubtful = set(doubtful)
        self.tags = tags
        self.taken: dict[int, Snapshots] = {}  # by loops that take them, by tag
        self.recorded = False  # whether what stands here is recorded in each trip of a loop around it

    def top(
        self, region: Region, inputs: Sequence[Value], seeds: Mapping[int, Operand], location: Location
    ) -> tuple[tuple[Op, ...], tuple[Operand, ...]]:
        builder = Builder(location.reversed())
        adjoints: Adjoints = {}
        self.sums.given = {seed for seed in seeds.values() if isinstance(seed, Value)}
        for k, seed in seeds.items():
            self.sums.add(builder, adjoints, region.results[k], seed)
        self.sweep(region.ops, builder, adjoints)
        builder.location = location.reversed()
        results = tuple(self.sums.final(builder, adjoints, value) for value in inputs)
        swept = rename(Region((), tuple(builder.ops), results), self.sums.names)
        return swept.ops, swept.results

    # -------------------------------------------------------------------------------------------- ops

    def sweep(self, ops: Sequence[Op], builder: Builder, adjoints: Adjoints) -> None:
        """The adjoints of ops, last to first; those of a checkpointed call are computed again first."""
        for call, part in itertools.groupby(reversed(ops), lambda op: op.location.recomputed[:1]):
            (self.again if call else self.plain)(tuple(part)[::-1], builder, adjoints)

    def plain(self, ops: Sequence[Op], builder: Builder, adjoints: Adjoints) -> None:
        """The adjoints of ops that belong to no checkpointed call."""
        for op in reversed(ops):
            builder.location = op.location.reversed()
            match op:
                case Apply():
                    self.apply(op, builder, adjoints)
                case If():
                    self.branch(op, builder, adjoints)
                case For():
                    slots = [
                        (i, p, r) for i, p, r in zip(op.inits, op.body.params[1:], op.results, strict=True)
                    ]
                    self.loop(
                        op, op.body, slots, (op.start, op.stop, op.step), not op.backwards, builder, adjoints
                    )
                case While():
                    slots = [(i, p, r) for i, p, r in zip(op.inits, op.body.params, op.results, strict=True)]
                    bounds = (Const(0), op.results[-1], Const(1))
                    self.loop(op, op.body, slots, bounds, True, builder, adjoints)
                case Call():
                    self.call(op, builder, adjoints)

    def again(self, ops: tuple[Op, ...], builder: Builder, adjoints: Adjoints) -> None:
        """A checkpointed call -> the call once more, and its adjoint, which reads what that makes."""
        cotangents = {v: adjoints.pop(v) for op in ops for v in op.results if v in adjoints}
        if not cotangents:
            return
        builder.location = ops[-1].location.reversed()
        copy = self.copied(Region((), tuple(map(inside_call, ops)), ()))
        inner = Builder(builder.location)
        local = {**adjoints, **{copy.values[v]: cotangent for v, cotangent in cotangents.items()}}
        around, self.recorded = self.recorded, False
        self.sweep(copy.region.ops, inner, local)
        self.recorded = around
        both = (*with_snapshots(copy.region, self.taken).ops, *inner.ops)
        own = set(defined(Region((), both, ())))
        changed = [v for v, cotangent in local.items() if v not in own and adjoints.get(v) is not cotangent]
        made = resolve(Region((), both, tuple(local[v] for v in changed)), self.sums.names, self.sums.strong)
        delayed = behind(made, free_values(copy.region), next(reversed(cotangents.values())), builder)
        builder.ops.extend(delayed.ops)
        adjoints.update(zip(changed, delayed.results, strict=True))

    def copied(self, region: Region) -> Copy:
        """The region once more, with what is known of its values."""
        copy = recompute(region, self.tags)
        for known in (self.sums.varied, self.doubtful):
            known |= {copy.values[v] for v in copy.values if v in known}
        return copy

    def apply(self, op: Apply, builder: Builder, adjoints: Adjoints) -> None:
        """The rule of a primitive."""
        cotangents = [adjoints.pop(result, None) for result in op.results]
        cotangents = [
            c if r in self.sums.varied else None for c, r in zip(cotangents, op.results, strict=True)
        ]
        if all(cotangent is None for cotangent in cotangents):
            return
        if op.primitive == "tied":
            self.tied(op, cotangents, builder, adjoints)
            return
        rule = RULES.get(op.primitive)
        if rule is None:
            raise CompileError.at(
                op.location,
                f"{op.path or op.primitive} has no derivative rule",
                "use other functions, or add a rule (docs/rules.md)",
            )
        builder.plain = op.path.startswith("math.")
        try:
            self.rule(op, rule, cotangents, builder, adjoints)
        except NoDerivative as refused:
            raise CompileError.at(op.location, str(refused), refused.hint) from None
        builder.plain = False

    def rule(
        self,
        op: Apply,
        rule: Rule,
        cotangents: Sequence[Operand | None],
        builder: Builder,
        adjoints: Adjoints,
    ) -> None:
        """The contributions of a rule; `g` and `y` of a primitive with several results are tuples."""
        row = PRIMITIVES[op.primitive]
        given = [
            None if cotangent is None else Sym(builder, self.full(builder, cotangent, result, row))
            for cotangent, result in zip(cotangents, op.results, strict=True)
        ]
        made = [Sym(builder, result) for result in op.results]
        syms = [Sym(builder, operand) for operand in op.operands]
        named = dict(zip(row.operands, syms, strict=False))
        names: dict[str, object] = {
            **dict(op.attrs),
            **named,
            "g": given[0] if len(given) == 1 else tuple(given),
            "y": made[0] if len(made) == 1 else tuple(made),
        }
        if row.variadic:
            names[row.variadic] = tuple(syms[len(row.operands) :])
        if (
            rule.same is not None
            and given[0]
            and self.same(op, rule.same, given[0].operand, builder, adjoints)
        ):
            return
        if rule.variadic is not None:
            for operand, part in zip(op.operands, rule.variadic(**names), strict=True):
                if part is not None and operand in self.sums.varied:
                    self.sums.add(builder, adjoints, operand, part.operand)
            return
        positions = {name: k for k, name in enumerate(row.operands)}
        for name in rule.formulas:
            operand = op.operands[positions[name]]
            if operand in self.sums.varied:
                self.contribute(op, rule, name, operand, names, builder, adjoints)

    def same(
        self,
        op: Apply,
        expression: Callable[..., Sym | None],
        cotangent: Operand,
        builder: Builder,
        adjoints: Adjoints,
    ) -> bool:
        """The adjoint of an expression that has the value of the op; what is not read of it is dropped later."""
        inner = Builder(builder.location)
        row = PRIMITIVES[op.primitive]
        syms = [Sym(inner, operand) for operand in op.operands]
        names: dict[str, object] = {**dict(op.attrs), **dict(zip(row.operands, syms, strict=False))}
        if row.variadic:
            names[row.variadic] = tuple(syms[len(row.operands) :])
        found = expression(**names)
        if found is None:
            return False
        if op.result in self.doubtful:
            self.doubtful |= {value for made in inner.ops for value in made.results}
        result = found.operand
        outside = [o for o in op.operands if isinstance(o, Value) and o in self.sums.varied]
        self.sums.varied |= active(inner.region((), (result,)), outside)
        builder.ops.extend(inner.ops)
        self.sums.add(builder, adjoints, result, cotangent)
        self.sweep(inner.ops, builder, adjoints)
        return True

    def tied(
        self, op: Apply, cotangents: Sequence[Operand | None], builder: Builder, adjoints: Adjoints
    ) -> None:
        """The rule of the user's that a call has."""
        given = [
            self.sums.zeros(builder, result) if cotangent is None else filled(builder, cotangent, result)
            for cotangent, result in zip(cotangents, op.results, strict=True)
        ]
        ops, parts = pulled_back(op, given, self.sums.varied, self.tags, reverse)
        builder.ops.extend(ops)
        for operand, part in parts:
            self.sums.add(builder, adjoints, operand, part)

    def call(self, op: Call, builder: Builder, adjoints: Adjoints) -> None:
        """A call -> a call of the callee's pullback, which takes the arguments and the cotangents of the results."""
        cotangents = [adjoints.pop(result, None) for result in op.results]
        if all(cotangent is None for cotangent in cotangents):
            return
        seeds = [
            self.sums.zeros(builder, result) if cotangent is None else cotangent
            for cotangent, result in zip(cotangents, op.results, strict=True)
            if differentiable(result.type)
        ]
        targets = [operand for operand in op.operands if differentiable(operand.type)]
        results = tuple(Value(cotangent_type(target.type)) for target in targets)
        builder.ops.append(
            Call(
                f"{op.callee}{PULLBACK}",
                (*op.operands, *seeds),
                results,
                next(self.tags),
                op.location.reversed(),
            )
        )
        for target, result in zip(targets, results, strict=True):
            self.sums.add(builder, adjoints, target, result)

    def contribute(
        self,
        op: Apply,
        rule: Rule,
        name: str,
        operand: Operand,
        names: Mapping[str, object],
        builder: Builder,
        adjoints: Adjoints,
    ) -> None:
        """One operand's cotangent."""
        part = evaluate(rule.formulas[name], names)
        if part is None:
            return
        assert isinstance(operand, Value)
        contribution = part.operand
        g = names["g"]
        wide = PRIMITIVES[op.primitive].elementwise
        if wide and op.result in self.doubtful and op.primitive not in PASSING and isinstance(g, Sym):
            none = apply(builder, "equal", g.operand, Const(0))
            contribution = apply(builder, "where", none, Const(0), contribution)
        if wide:
            contribution = unbroadcast(builder, contribution, operand)
        self.sums.add(builder, adjoints, operand, contribution)

    def full(self, builder: Builder, cotangent: Operand, result: Value, row: Primitive) -> Operand:
        """The cotangent of the result of a primitive, in full where its rule works element by element."""
        return filled(builder, cotangent, result) if row.elementwise else cotangent

    # -------------------------------------------------------------------------------------------- regions

    def branch(self, op: If, builder: Builder, adjoints: Adjoints) -> None:
        """If -> If: each arm's adjoint updates the cotangents of what the arm reads from outside."""
        cotangents = [adjoints.pop(result, None) for result in op.results]
        if all(cotangent is None for cotangent in cotangents):
            return
        outside = [v for v in captured_by(op.then, op.orelse) if v in self.sums.varied]
        arms: list[tuple[Builder, Adjoints]] = []
        for arm in (op.then, op.orelse):
            inner = Builder(builder.location)
            local = dict(adjoints)
            for result, cotangent in zip(arm.results, cotangents, strict=True):
                if cotangent is not None:
                    self.sums.add(inner, local, result, cotangent)
            self.sweep(arm.ops, inner, local)
            arms.append((inner, local))
        changed = [v for v in outside if any(local.get(v) is not adjoints.get(v) for _, local in arms)]
        if not changed:
            return
        regions = []
        for inner, local in arms:
            inner.location = builder.location
            ends = tuple(local[v] if v in local else self.sums.zeros(inner, v) for v in changed)
            regions.append(inner.region((), ends))
        results = tuple(Value(cotangent_type(v.type), f"d{v.name}" if v.name else "") for v in changed)
        builder.ops.append(
            If(op.condition, regions[0], regions[1], results, next(self.tags), op.tag, builder.location)
        )
        adjoints.update(zip(changed, results, strict=True))

    def loop(
        self,
        op: For | While,
        body: Region,
        slots: list[tuple[Operand, Value, Value]],
        bounds: tuple[Operand, Operand, Operand],
        backwards: bool,
        builder: Builder,
        adjoints: Adjoints,
    ) -> None:
        """A loop -> the loop backwards, carrying the cotangents of what it carries and of what it reads."""
        cotangents = {k: adjoints.pop(result, None) for k, (_, _, result) in enumerate(slots)}
        carried = [k for k, cotangent in cotangents.items() if cotangent is not None]
        if not carried:
            return
        copy = self.copied(body) if op.slots is not None else None
        if copy is not None:
            body = copy.region
            slots = [(init, copy.values[param], result) for init, param, result in slots]
        captured = [v for v in captured_by(body) if v in self.sums.varied]
        read: list[Value] = []
        around, self.recorded = self.recorded, copy is None
        while True:
            inner = Builder(builder.location)
            params, results, more_slots, more_read = self.trip(body, slots, carried, captured, read, inner)
            if not more_slots and not more_read:
                break
            carried = sorted({*carried, *more_slots})
            read = [v for v in captured if v in read or v in more_read]
        self.recorded = around
        inits: list[Operand] = []
        for k in carried:
            cotangent = cotangents[k]
            init, _, result = slots[k]
            inits.append(cotangent if cotangent is not None else self.sums.zeros(builder, result))
        for v in read:
            inits.append(
                adjoints[v] if v in adjoints else self.sums.zeros(builder, v, f"d{v.name}" if v.name else "")
            )
        index = Value(INT, body.params[0].name if isinstance(op, For) else op.body.params[-1].name)
        if isinstance(op, For):
            index = replace(op.index)
        starts = [
            cotangent_type(slots[k][1].type if isinstance(slots[k][0], Const) else slots[k][0].type)
            for k in carried
        ]
        types = [*starts, *(param.type for param in params[len(carried) :])]
        outs = tuple(replace(param, type=type) for param, type in zip(params, types, strict=True))
        counted = body.params[0] if isinstance(op, For) else body.params[-1]
        region = substitute(Region((index, *params), tuple(inner.ops), tuple(results)), {counted: index})
        made = For(
            *bounds, tuple(inits), region, outs, backwards, next(self.tags), op.tag, op.location.reversed()
        )
        if copy is not None:
            body = with_snapshots(body, self.taken)
            made, taken = rewind(made, op, body, builder, self.tags, not self.recorded)
            if taken is not None:
                self.taken[op.tag] = taken
            made = replace(made, body=resolve(made.body, self.sums.names, self.sums.strong))
        builder.ops.append(made)
        ends = dict(zip([*carried, *read], outs, strict=True))
        for v in read:
            adjoints[v] = ends[v]
        for k in carried:
            self.sums.add(builder, adjoints, slots[k][0], ends[k])

    def trip(
        self,
        body: Region,
        slots: list[tuple[Operand, Value, Value]],
        carried: list[int],
        captured: list[Value],
        read: list[Value],
        inner: Builder,
    ) -> tuple[list[Value], list[Operand], list[int], list[Value]]:
        """One trip backwards: params, results, and what else turned out to be carried."""
        first = 1 if len(body.params) == len(slots) + 1 else 0
        adjoints: Adjoints = {}
        params: list[Value] = []
        for v in read:
            adjoints[v] = Value(cotangent_type(v.type), f"d{v.name}" if v.name else "")
        for k in carried:
            start, param, _ = slots[k]
            kind = after_trip(cotangent_type(param.type), start.type, body.results[k].type)
            cotangent = Value(kind, f"d{param.name}" if param.name else "")
            params.append(cotangent)
        starts = [adjoints[v] for v in read]
        for k, cotangent in zip(carried, params, strict=True):
            self.sums.add(inner, adjoints, body.results[k], cotangent)
        params.extend(v for v in starts if isinstance(v, Value))
        self.sweep(body.ops, inner, adjoints)
        more_slots = [k for k, (_, p, _) in enumerate(slots) if k not in carried and p in adjoints]
        more_read = [v for v in captured if v not in read and v in adjoints]
        assert body.params[first:] == tuple(p for _, p, _ in slots)
        results: list[Operand] = []
        for k in carried:
            param = slots[k][1]
            results.append(adjoints[param] if param in adjoints else self.sums.zeros(inner, param))
        results.extend(adjoints[v] for v in read)
        return params, results, more_slots, more_read

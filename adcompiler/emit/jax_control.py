"""Branches and loops as JAX code: those of lax, and those of Python where tracing can follow them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import zip_longest

from adcompiler.emit.jax_arguments import picks
from adcompiler.emit.jax_facts import NUMPY_INSTEAD
from adcompiler.emit.jax_names import END, START, Layout, Names, names_in
from adcompiler.emit.jax_operands import UNSIZED
from adcompiler.emit.jax_pieces import (
    moves,
    packed,
    plus,
    range_call,
    renamed,
    returning,
    shifted,
    unpacking,
    weight,
    where,
)
from adcompiler.emit.jax_statements import WEIGHT, Statements, is_choice
from adcompiler.emit.template import fill
from adcompiler.errors import CompileError, Location
from adcompiler.ir.core import Apply, Const, For, If, Op, Operand, Region, Value, While
from adcompiler.ir.types import INT, Array, Shape

_CHEAP_WEIGHT = 24  # nodes of what both arms compute, where both are computed


class Printer(Statements):
    """Prints the regions of one function."""

    def control(self, op: Op, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """A branch or a loop."""
        match op:
            case If():
                return self._if(op, at, names, layout)
            case For() if op in self.plan.unrolled:
                return self._unrolled(op, at, names, layout)
            case For():
                return self._for(op, at, names, layout)
            case While():
                return self._while(op, at, names, layout)
        return super().control(op, at, names, layout)

    # ------------------------------------------------------------------------------------------ branches

    def _if(self, op: If, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        if self.expressions.static(op.condition):
            return self._static_if(op, at, names, layout)
        condition = self.expressions(op.condition)
        if is_choice(op):
            chosen = self._chosen(op, condition, at, names, layout)
            if chosen is not None:
                return chosen
        used = [k for k, result in enumerate(op.results) if layout.uses.get(result)]
        arms: list[ast.expr] = []
        definitions: list[ast.stmt] = []
        for name, region in (("then", op.then), ("otherwise", op.orelse)):
            body, results = self._arm(region, op, used, names)
            body = returning(body, packed(results))
            match body:
                case [ast.Return(value=ast.expr() as value)] if weight(value) <= WEIGHT:
                    arms.append(ast.Lambda(ast.arguments([], [], None, [], [], None, []), value))
                    continue
            function = names.take(name, at - 1, at)
            definitions.append(self.nested(function, (), body))
            arms.append(ast.Name(function, ast.Load()))
        for result in op.results:
            self.expressions.note(result, None)
        match condition:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="jnp"), attr="logical_not"), args=[opposite]):
                condition = opposite
                arms.reverse()
                definitions.reverse()
        call = fill(
            "lax.cond(condition, then, otherwise)", condition=condition, then=arms[0], otherwise=arms[1]
        )
        if not used:
            return [*definitions, ast.Expr(call)]
        return [*definitions, self.assign([op.results[k] for k in used], call, at, names, layout)]

    def _arm(
        self, region: Region, op: If, used: Sequence[int], names: Names
    ) -> tuple[list[ast.stmt], list[ast.expr]]:
        remarked = self.remarked
        inner = Names({*names.reserved, *self.captured(region)})
        # what an arm gives that nothing reads is not computed
        region = Region(region.params, region.ops, tuple(region.results[k] for k in used))
        body = self.block(region, inner, self.lay_out(region))
        self.remarked = remarked
        results = []
        for k, operand in zip(used, region.results, strict=True):
            self._same_shape(operand, op.results[k], op.location)
            results.append(self.expressions.converted(operand, op.results[k].type))
            made = next((o for o in region.ops if operand in o.results), None)
            empty = isinstance(results[-1], ast.List) and not results[-1].elts
            if empty and isinstance(made, Apply) and made.primitive == "undefined":
                raise CompileError.at(
                    op.location,
                    "a list is made on one of two paths, in a loop that is unrolled; XLA needs lists of one length",
                    f"use an array, or make the list on both paths, or {NUMPY_INSTEAD}",
                )
        return body, results

    def _same_shape(self, operand: Operand, result: Value, location: Location) -> None:
        a, b = operand.type, result.type
        if isinstance(b, Shape):
            raise CompileError.at(
                location,
                "an array inside has a shape that is known only when the program runs" + UNSIZED,
                f"make it before, or {NUMPY_INSTEAD}",
            )
        if not isinstance(a, Array) or not isinstance(b, Array):
            return
        for one, other in zip_longest(a.shape, b.shape):
            if one is None or other is None or one == other or other.printable or not one.printable:
                continue
            if other.hint is None and one.hint is not None and "?" in str(other):
                raise CompileError.at(
                    location,
                    f"the shape of {result.name or 'a value'!r} depends on the path or on the trip: "
                    f"{a} here and {b} elsewhere; XLA needs fixed shapes",
                    f"give it one shape from the start, or {NUMPY_INSTEAD}",
                )

    def _chosen(
        self, op: If, condition: ast.expr, at: int, names: Names, layout: Layout
    ) -> list[ast.stmt] | None:
        """jnp.where(condition, a, b) for branches that only choose between cheap numbers."""
        used = [k for k, result in enumerate(op.results) if layout.uses.get(result)]
        types = [op.results[k].type for k in used]
        arms = []
        for region in op.regions:
            inside = self.lay_out(region)
            body = self.block(region, Names(names.reserved), inside)
            arm = [
                self.expressions.converted(region.results[k], type)
                for k, type in zip(used, types, strict=True)
            ]
            if body or sum(map(weight, arm)) > _CHEAP_WEIGHT:
                return None
            arms.append(arm)
        before: list[ast.stmt] = []
        if len(used) > 1 and not isinstance(condition, ast.Name):
            name = names.take("t", at - 1, at)
            before = [ast.Assign([ast.Name(name, ast.Store())], condition)]
            condition = ast.Name(name, ast.Load())
        choices = [where(condition, a, b, type) for a, b, type in zip(*arms, types, strict=True)]
        for result in op.results:
            self.expressions.note(result, None)
        if len(used) == 1 and op.results[used[0]] in layout.inline and weight(choices[0]) <= WEIGHT:
            self.expressions.known[op.results[used[0]]] = choices[0]
            return []
        # all but the last are assigned while the choices that follow still read what was there
        times = [at - 1] * (len(used) - 1) + [at]
        return before + [
            self.assign([op.results[k]], choice, time, names, layout)
            for k, choice, time in zip(used, choices, times, strict=True)
        ]

    def _static_if(self, op: If, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """A Python if: the condition is known while JAX traces."""
        used = [k for k, result in enumerate(op.results) if layout.uses.get(result)]
        bodies, ends = [], []
        for region in op.regions:
            region = Region((), region.ops, tuple(region.results[k] for k in used))
            inner = names.inside(at)
            bodies.append(self.block(region, inner, self.lay_out(region)))
            ends.append([self.expressions(operand) for operand in region.results])
        condition = self.expressions(op.condition)
        results = [op.results[k] for k in used]
        if not any(bodies) and len(results) == 1:
            choice = ast.IfExp(condition, ends[0][0], ends[1][0])
            return [self.assign(results, choice, at, names, layout)]
        targets = [names.take(result.name or "t", at, layout.until(result)) for result in results]
        for result, target in zip(results, targets, strict=True):
            self.expressions.known[result] = ast.Name(target, ast.Load())
        for body, end in zip(bodies, ends, strict=True):
            body += moves(targets, end)
        if not bodies[0]:
            condition, bodies = ast.UnaryOp(ast.Not(), condition), [bodies[1], []]
        return [ast.If(condition, bodies[0], bodies[1])] if bodies[0] else []

    # ------------------------------------------------------------------------------------------ loops of XLA

    def _started(self, op: For | While, params: Sequence[Value]) -> list[ast.expr]:
        """The values that a loop starts with, in the types that it carries."""
        inits: list[ast.expr] = []
        for param, init in zip(params, op.inits, strict=True):
            made = self.expressions.unmade(init)
            if made is not None and made.primitive == "undefined":
                inits.append(self.expressions.zeros(param.type, made))
            else:
                self._same_shape(init, param, op.location)
                inits.append(self.expressions.converted(init, param.type))
        return inits

    def _carried(self, params: Sequence[Value], names: Names, layout: Layout) -> tuple[list[str], list[str]]:
        """The parameters of a loop body for what it carries, and the names that `carry` is unpacked to."""
        taken = []
        for param in params:
            self._own(param)
            self.expressions.note(param, None)
            name = (
                names.take(param.name or "t", START, layout.until(param)) if layout.uses.get(param) else "_"
            )
            self.expressions.known[param] = ast.Name(name, ast.Load())
            taken.append(name)
        if len(taken) == 1:
            return taken, []
        return [names.take("carry", START, START + 1)] if taken else ["_"], taken

    def _own(self, value: Value) -> None:
        """What JAX passes to a function, or gives back, is a new list."""
        if self.is_list(value):
            self.fresh.add(value)

    def _for(self, op: For, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        params = op.body.params[1:]
        inits = self._started(op, params)
        before, bounds, index = self._range(op, at, names)
        remarked = self.remarked
        inner = Names({*names.reserved, *self.captured(op.body), *names_in(index or ast.Constant(0))})
        inside = self.lay_out(op.body)
        hint = op.index.name.strip("_") or "k"
        counter = inner.take(
            ("k" if hint != "k" else "trip") if index else hint,
            START,
            START + 1 if index else inside.until(op.index),
        )
        carry, unpacked = self._carried(params, inner, inside)
        body = unpacking(unpacked, carry)
        self.expressions.note(op.index, None)
        if index is None:
            self.expressions.known[op.index] = ast.Name(counter, ast.Load())
        elif inside.uses.get(op.index):
            name = inner.take(hint, START, inside.until(op.index))
            self.expressions.known[op.index] = ast.Name(name, ast.Load())
            body.append(ast.Assign([ast.Name(name, ast.Store())], renamed(index, "_", counter)))
        body += self.block(op.body, inner, inside)
        results = [
            self._next(operand, param, op.location)
            for operand, param in zip(op.body.results, params, strict=True)
        ]
        body = returning(body, packed(results))
        self.remarked = remarked
        function = names.take(f"body_{hint}", at - 1, at)
        definition = self.nested(function, [counter, *carry], body)
        guarded = self._may_be_empty(op)
        if guarded:
            self.expressions.called.add("fori_loop")
        call = fill(
            "fori_loop(start, stop, body, init)" if guarded else "lax.fori_loop(start, stop, body, init)",
            start=bounds[0],
            stop=bounds[1],
            body=ast.Name(function, ast.Load()),
            init=packed(inits),
        )
        return [*before, definition, self._loop(op, call, at, names, layout)]

    def _may_be_empty(self, op: For) -> bool:
        """Whether a loop that picks elements may turn out, while JAX traces, to have no trips."""
        if not all(self.expressions.static(operand) for operand in (op.start, op.stop, op.step)):
            return False
        match op.start, op.stop, op.step:
            case Const() as first, Const() as end, Const() as by:
                return not range(first.integer, end.integer, by.integer)
        start, stop, step = (
            operand.type.size if isinstance(operand.type, Array) else None
            for operand in (op.start, op.stop, op.step)
        )
        if start is not None and stop is not None and step is not None and step.known is not None:
            span = stop - start if step.known > 0 else start - stop
            if self.expressions.ranges.natural(span - 1):
                return False
        return picks(op.body)

    def _next(self, operand: Operand, param: Value, location: Location) -> ast.expr:
        self._same_shape(operand, param, location)
        return self.expressions.converted(operand, param.type)

    def _loop(self, op: For | While, call: ast.expr, at: int, names: Names, layout: Layout) -> ast.stmt:
        for result in op.results:
            self._own(result)
            self.expressions.note(result, None)
        if not any(layout.uses.get(result) for result in op.results):
            return ast.Expr(call)
        return self.assign(op.results, call, at, names, layout)

    def _range(
        self, op: For, at: int, names: Names
    ) -> tuple[list[ast.stmt], tuple[ast.expr, ast.expr], ast.expr | None]:
        """Statements before the loop, its bounds, and the index as an expression over the counter `_`."""
        start, stop, step = (self._bound(operand) for operand in (op.start, op.stop, op.step))
        one = isinstance(op.step, Const) and op.step.value == 1
        if one and not op.backwards:
            return [], (start, stop), None
        if one:
            if isinstance(op.start, Const) and isinstance(op.start.value, int):
                last = shifted(stop, op.start.value - 1)
            else:
                last = fill("start + stop", start=start, stop=shifted(stop, -1))
            return [], (start, stop), fill("last - _", last=last)
        trips = self._trips(op, start, stop, step)
        if not op.backwards:
            return [], (ast.Constant(0), trips), plus(start, fill("_ * step", step=step))
        name = names.take("trips", at - 1, at)
        before = ast.Assign([ast.Name(name, ast.Store())], trips)
        count = ast.Name(name, ast.Load())
        index = plus(start, fill("(trips - 1 - _) * step", trips=count, step=step))
        return [before], (ast.Constant(0), count), index

    def _bound(self, operand: Operand) -> ast.expr:
        if self.expressions.static(operand):
            return self.expressions(operand)
        return self.expressions.converted(operand, INT)

    def _trips(self, op: For, start: ast.expr, stop: ast.expr, step: ast.expr) -> ast.expr:
        if all(self.expressions.static(operand) for operand in (op.start, op.stop, op.step)):
            return fill("len(range(start, stop, step))", start=start, stop=stop, step=step)
        if isinstance(op.step, Const) and isinstance(op.step.value, int) and op.step.value > 0:
            span = (
                stop
                if isinstance(op.start, Const) and op.start.value == 0
                else fill("b - a", a=start, b=stop)
            )
            return fill("span // step", span=shifted(span, op.step.value - 1), step=step)
        return fill("-((start - stop) // step)", start=start, stop=stop, step=step)

    def _while(self, op: While, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        inits = self._started(op, op.body.params)
        remarked = self.remarked
        condition_name = names.take("condition", at - 1, at)
        body_name = names.take("body", at - 1, at)
        definitions: list[ast.stmt] = []
        for name, region in ((condition_name, op.condition), (body_name, op.body)):
            inner = Names({*names.reserved, *self.captured(region)})
            inside = self.lay_out(region)
            carry, unpacked = self._carried(region.params, inner, inside)
            body = [*unpacking(unpacked, carry), *self.block(region, inner, inside)]
            if region is op.condition:
                result = self.expressions(region.results[0])
            else:
                result = packed(
                    [
                        self._next(v, p, op.location)
                        for v, p in zip(region.results, region.params, strict=True)
                    ]
                )
            definitions.append(self.nested(name, carry, returning(body, result)))
        self.remarked = remarked
        most = self.plan.most_trips.get(op.body.params[0])
        guarded = most is not None and not self.expressions.ranges.natural(most - 1) and picks(op.body)
        possible = self.expressions.size(most) if guarded and most is not None else None
        text = "lax.while_loop(condition, body, init)"
        if possible is not None:
            self.expressions.called.add("while_loop")
            text = "while_loop(most > 0, condition, body, init)"
        call = fill(
            text,
            most=possible or ast.Constant(0),
            condition=ast.Name(condition_name, ast.Load()),
            body=ast.Name(body_name, ast.Load()),
            init=packed(inits),
        )
        return [*definitions, self._loop(op, call, at, names, layout)]

    # ---------------------------------------------------------------------------------------- loops of Python

    def _unrolled(self, op: For, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """A Python loop, which tracing unrolls; what it carries lives in variables."""
        params = op.body.params[1:]
        inside = self.lay_out(op.body)
        inits = self._unrolled_inits(op)
        start, stop, step = (self.expressions(operand) for operand in (op.start, op.stop, op.step))
        # read after the variables have got their first values
        captured = self.captured(op.body).union(*(names_in(bound) for bound in (start, stop, step)))
        targets: list[str] = []
        for param, result in zip(params, op.results, strict=True):
            used = layout.uses.get(result) or inside.uses.get(param)
            until = max(layout.until(result), at + 1)
            targets.append(
                names.take(param.name or result.name or "t", at, until, avoid=captured) if used else "_"
            )
        before = moves(targets, inits)
        inner = names.inside(at)
        index = inner.take(op.index.name.strip("_") or "k", START, END)
        self.expressions.known[op.index] = ast.Name(index, ast.Load())
        for param, target, init, result, end in zip(
            params, targets, op.inits, op.results, op.body.results, strict=True
        ):
            self.expressions.note(param, None)
            self.expressions.known[param] = ast.Name(target, ast.Load())
            own = self.expressions.unmade(init) is not None or (
                init in self.fresh and layout.uses.get(init) == 1
            )
            if own and self.grows_from(end, param):
                self.fresh.update((param, result))
        self._lend(op, targets, inner, inside)
        body = self.block(op.body, inner, inside)
        ends = [self.expressions(operand) for operand in op.body.results]
        body += moves(targets, ends)
        for result, target in zip(op.results, targets, strict=True):
            self.expressions.note(result, None)
            self.expressions.known[result] = ast.Name(target, ast.Load())
            if target != "_":
                names.held[target] = layout.until(result)
        trips = range_call(start, stop, step)
        if op.backwards:
            trips = fill("reversed(trips)", trips=trips)
        loop = ast.For(ast.Name(index, ast.Store()), trips, body or [ast.Pass()], [])
        return [*before, loop]

    def _unrolled_inits(self, op: For) -> list[ast.expr]:
        inits: list[ast.expr] = []
        for param, init in zip(op.body.params[1:], op.inits, strict=True):
            made = self.expressions.unmade(init)
            if made is None or made.primitive != "undefined":
                inits.append(self.expressions(init))
            elif isinstance(param.type, Array) and all(map(self.expressions.size, param.type.shape)):
                inits.append(self.expressions.zeros(param.type, made))  # a loop of XLA may carry it on
            else:
                inits.append(ast.Constant(None))
        return inits

    def _lend(self, op: For, targets: Sequence[str], names: Names, layout: Layout) -> None:
        """Let the next value of a variable take its name once the present one is not read any more."""
        for param, target, operand in zip(op.body.params[1:], targets, op.body.results, strict=True):
            if target != "_" and isinstance(operand, Value):
                names.lent[target] = (operand, layout.until(param))

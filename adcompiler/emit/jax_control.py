"""Regions as JAX statements: branches, loops, effects, and the names that values get."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from adcompiler.emit.jax_effects import check_statement, print_statement
from adcompiler.emit.jax_expressions import UNMADE, Expressions, whole_list
from adcompiler.emit.jax_names import END, START, Layout, Names, bounds_twice, has_effect, lay_out, names_in
from adcompiler.emit.jax_plan import NUMPY_INSTEAD, Plan, picks
from adcompiler.emit.layout import Comment, remark
from adcompiler.emit.template import fill, index_expr
from adcompiler.errors import CompileError, InternalError, Location
from adcompiler.ir.core import Apply, Const, For, If, Op, Operand, Region, Value, While, free_values
from adcompiler.ir.types import INT, Array, Seq
from adcompiler.primitives.registry import PRIMITIVES

_CHANGE_LISTS = ("record", "seq_append", "seq_drop", "seq_set", "seq_add")
_MAKE_LISTS = (*_CHANGE_LISTS, "seq_make", "seq_slice", "seq_zeros", "seq_blank", "seq_scatter", "seq_unstack")
WEIGHT = 60  # nodes of an expression that may still move into another one
_CHEAP_WEIGHT = 24


class Printer:
    """Prints the regions of one function."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.expressions = Expressions(plan)
        self.headings: list[str] = []
        self.fresh: set[Value] = set()  # lists that nothing but one variable holds
        self.guards: set[str] = set()  # the loops of the module's own that are called
        self._remarked = ""
        self._indices = {op.index for op in self.expressions.definitions.values() if isinstance(op, For)}

    def parameter(self, value: Value, text: str) -> ast.expr:
        """A parameter of the function."""
        if isinstance(value.type, Array):
            self.expressions.note(value, value.type.weak and not value.type.rank)
        if "[*]" not in text:
            return ast.parse(text, mode="eval").body
        self.expressions.items[value] = text
        return whole_list(text)

    # ------------------------------------------------------------------------------------------ regions

    def lay_out(self, region: Region) -> Layout:
        """What of the region is printed where."""
        return lay_out(region, self._everywhere, self._may_move, self._again)

    def _may_move(self, op: Op) -> bool:
        """Whether the op may be printed inside the expression of its only user."""
        if len(op.results) != 1 or op.results[0].name or has_effect(op):
            return False
        match op:
            case Apply():
                # a list is rather changed in place
                return op.primitive not in (*_CHANGE_LISTS, "seq_scatter") or not self._is_list(op.result)
            case If():
                return _is_choice(op) and not self.expressions.static(op.condition)
        return False

    def _everywhere(self, op: Op) -> bool:
        """Sizes, copies and index arithmetic such as i - 1 are written again wherever they are used."""
        if not isinstance(op, Apply):
            return False
        if op.primitive in ("shape", *UNMADE):
            return True
        if op.primitive in ("size", "count", "seq_length"):
            return not op.result.name
        if op.primitive == "copy":
            return isinstance(op.operands[0], Value)
        if op.primitive not in ("add", "subtract") or op.result.name:
            return False
        type = op.result.type
        near = isinstance(type, Array) and type.weak and type.dtype.kind == "i"
        return near and all(isinstance(v, Const) or v in self._indices for v in op.operands)

    def _again(self, op: Op) -> Iterable[Operand]:
        match op:
            case For():
                fresh = [v for v in op.inits if self.expressions.unmade(v)]
                return (*bounds_twice(op), *(op.inits if fresh else ()))
            case Apply(primitive="seq_set" | "seq_add", operands=(sequence, k, _)):
                return sequence, k
            case Apply(primitive="add_at" | "setitem" | "scatter", operands=operands):
                types = [operand.type for operand in operands]
                masked = any(isinstance(t, Array) and t.dtype.kind == "b" for t in types[1:])
                return operands if masked or self.expressions.moving(op) else ()
            case Apply(primitive=name, operands=operands) if name in PRIMITIVES:
                row = PRIMITIVES[name]
                if row.jax is None:
                    return ()
                used = [node.id for node in ast.walk(row.jax) if isinstance(node, ast.Name)]
                return [v for n, v in zip(row.operands, operands, strict=False) if used.count(n) > 1]
        return ()

    def block(self, region: Region, names: Names, layout: Layout) -> list[ast.stmt]:
        """The statements of a region; its results can then be asked for as operands."""
        statements: list[ast.stmt] = []
        top = region is self.plan.function.body
        for at, op in enumerate(region.ops):
            if op in layout.dead:
                continue
            made = self._op(op, at, names, layout)
            if made and top:
                statements += self._heading(op.location)
            if made and op.location.adjoint:
                self._remark(made[0], op.location)
            statements += made
        return statements

    def _heading(self, location: Location) -> list[ast.stmt]:
        """# primal, # adjoint: once each, above the first statement of the sweep."""
        heading = "adjoint" if location.adjoint else "primal"
        if heading not in self.headings:
            return []
        self.headings = self.headings[self.headings.index(heading) + 1 :]
        return [Comment(heading)]

    def _remark(self, statement: ast.stmt, location: Location) -> None:
        text = f"line {location.line}: {location.text.strip()}"
        if location.text and text != self._remarked:
            self._remarked = text
            if not getattr(statement, "comment", None):
                remark(statement, text)

    def _op(self, op: Op, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        match op:
            case Apply(primitive="print"):
                return [print_statement(op, self.expressions)]
            case Apply(primitive="check"):
                return check_statement(op, self.expressions, names.take("check", at - 1, at))
            case Apply():
                return self._apply(op, at, names, layout)
            case If():
                return self._if(op, at, names, layout)
            case For() if op in self.plan.unrolled:
                return self._unrolled(op, at, names, layout)
            case For():
                return self._for(op, at, names, layout)
            case While():
                return self._while(op, at, names, layout)
        raise InternalError(f"no JAX code for {op!r}")

    def _apply(self, op: Apply, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        if op.primitive in UNMADE:
            return []
        if op.primitive == "seq_scatter":
            return self._list_with_slice(op, at, names, layout)
        changed = self._list_in_place(op, at, names, layout)
        if changed is not None:
            return [changed]
        expression = self.expressions.apply(op)
        if self._is_list(op.result) and op.primitive in _MAKE_LISTS:
            self.fresh.add(op.result)
        if op.result in layout.inline and (self._everywhere(op) or _weight(expression) <= WEIGHT):
            self.expressions.known[op.result] = expression
            return []
        return [self._assign([op.result], expression, at, names, layout)]

    def _is_list(self, value: Operand) -> bool:
        return isinstance(value, Value) and isinstance(value.type, Seq) and value not in self.plan.stacked

    def _list_in_place(self, op: Apply, at: int, names: Names, layout: Layout) -> ast.stmt | None:
        """The new version of a list as a change of the old one, where nothing else holds or reads that."""
        old = op.operands[0] if op.operands else None
        if op.primitive not in _CHANGE_LISTS or not isinstance(old, Value) or not self._is_list(old):
            return None
        variable = self.expressions.known.get(old)
        if old not in self.fresh or old in layout.kept or layout.until(old) != at or not isinstance(variable, ast.Name):
            return None
        self.fresh.add(op.result)
        self.expressions.known[op.result] = variable
        names.held[variable.id] = max(layout.until(op.result), at)
        if op.primitive == "seq_drop":
            return ast.Expr(fill("x.pop()", x=variable))
        k, v = (self.expressions(operand) for operand in op.operands[-2:])
        if op.primitive in ("record", "seq_append"):
            return ast.Expr(fill("x.append(v)", x=variable, v=v))
        item = ast.Subscript(variable, k, ast.Store())
        return ast.Assign([item], v) if op.primitive == "seq_set" else ast.AugAssign(item, ast.Add(), v)

    def _list_with_slice(self, op: Apply, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """Zeros like the items of a list, with other items where a slice lies."""
        v, sequence, *bounds = (self.expressions(operand) for operand in op.operands)
        zeros = self._assign([op.result], self.expressions.zero_items(op.result.type, sequence), at - 1, names, layout)
        self.fresh.add(op.result)
        part = index_expr(op.attr("index"), bounds)  # type: ignore[arg-type]
        return [zeros, ast.Assign([ast.Subscript(self.expressions(op.result), part, ast.Store())], v)]

    def _grows_from(self, end: Operand, param: Value) -> bool:
        """Whether the list at the end of a body is new, or the carried one changed in place."""
        while isinstance(end, Value) and end is not param:
            made = self.expressions.definitions.get(end)
            if not isinstance(made, Apply) or made.primitive not in _MAKE_LISTS:
                return False
            if made.primitive not in _CHANGE_LISTS:
                return True
            end = made.operands[0]
        return end is param

    def _assign(
        self, values: Sequence[Value], expression: ast.expr, at: int, names: Names, layout: Layout
    ) -> ast.stmt:
        """name, name = expression; what is never read gets the name _."""
        targets: list[ast.expr] = []
        for value in values:
            used = layout.uses.get(value)
            name = names.take(value.name or "t", at, layout.until(value), value) if used else "_"
            self.expressions.known[value] = ast.Name(name, ast.Load())
            targets.append(ast.Name(name, ast.Store()))
        return ast.Assign([targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())], expression)

    def _captured(self, *regions: Region) -> set[str]:
        """The names that a nested function reads from outside."""
        return {
            name
            for region in regions
            for value in free_values(region)
            if value in self.expressions.known
            for name in names_in(self.expressions.known[value])
        }

    def _nested(self, name: str, params: Sequence[str], body: list[ast.stmt]) -> ast.FunctionDef:
        header = ast.parse(f"def {name}({', '.join(params)}): ...").body[0]
        assert isinstance(header, ast.FunctionDef)
        header.body = body
        return header

    # ------------------------------------------------------------------------------------------ branches

    def _if(self, op: If, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        if self.expressions.static(op.condition):
            return self._static_if(op, at, names, layout)
        condition = self.expressions(op.condition)
        if _is_choice(op):
            chosen = self._chosen(op, condition, at, names, layout)
            if chosen is not None:
                return chosen
        used = [k for k, result in enumerate(op.results) if layout.uses.get(result)]
        arms: list[ast.expr] = []
        definitions: list[ast.stmt] = []
        for name, region in (("then", op.then), ("otherwise", op.orelse)):
            body, results = self._arm(region, op, used, names)
            body = _returning(body, _packed(results))
            match body:
                case [ast.Return(value=ast.expr() as value)] if _weight(value) <= WEIGHT:
                    arms.append(ast.Lambda(ast.arguments([], [], None, [], [], None, []), value))
                    continue
            function = names.take(name, at - 1, at)
            definitions.append(self._nested(function, (), body))
            arms.append(ast.Name(function, ast.Load()))
        for result in op.results:
            self.expressions.note(result, None)
        match condition:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="jnp"), attr="logical_not"), args=[opposite]):
                condition = opposite
                arms.reverse()
                definitions.reverse()
        call = fill("lax.cond(condition, then, otherwise)", condition=condition, then=arms[0], otherwise=arms[1])
        if not used:
            return [*definitions, ast.Expr(call)]
        return [*definitions, self._assign([op.results[k] for k in used], call, at, names, layout)]

    def _arm(self, region: Region, op: If, used: Sequence[int], names: Names) -> tuple[list[ast.stmt], list[ast.expr]]:
        remarked = self._remarked
        inner = Names({*names.reserved, *self._captured(region)})
        # what an arm gives that nothing reads is not computed
        region = Region(region.params, region.ops, tuple(region.results[k] for k in used))
        body = self.block(region, inner, self.lay_out(region))
        self._remarked = remarked
        results = []
        for k, operand in zip(used, region.results, strict=True):
            self._same_shape(operand, op.results[k], op.location)
            results.append(self.expressions.converted(operand, op.results[k].type))
        return body, results

    def _same_shape(self, operand: Operand, result: Value, location: Location) -> None:
        a, b = operand.type, result.type
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
            arm = [self.expressions.converted(region.results[k], type) for k, type in zip(used, types, strict=True)]
            if body or sum(map(_weight, arm)) > _CHEAP_WEIGHT:
                return None
            arms.append(arm)
        before: list[ast.stmt] = []
        if len(used) > 1 and not isinstance(condition, ast.Name):
            name = names.take("t", at - 1, at)
            before = [ast.Assign([ast.Name(name, ast.Store())], condition)]
            condition = ast.Name(name, ast.Load())
        choices = [_where(condition, a, b, type) for a, b, type in zip(*arms, types, strict=True)]
        for result in op.results:
            self.expressions.note(result, None)
        if len(used) == 1 and op.results[used[0]] in layout.inline and _weight(choices[0]) <= WEIGHT:
            self.expressions.known[op.results[used[0]]] = choices[0]
            return []
        # all but the last are assigned while the choices that follow still read what was there
        times = [at - 1] * (len(used) - 1) + [at]
        return before + [
            self._assign([op.results[k]], choice, time, names, layout)
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
            return [self._assign(results, choice, at, names, layout)]
        targets = [names.take(result.name or "t", at, layout.until(result)) for result in results]
        for result, target in zip(results, targets, strict=True):
            self.expressions.known[result] = ast.Name(target, ast.Load())
        for body, end in zip(bodies, ends, strict=True):
            body += _moves(targets, end)
        if not bodies[0]:
            condition, bodies = ast.UnaryOp(ast.Not(), condition), [bodies[1], []]
        return [ast.If(condition, bodies[0], bodies[1])] if bodies[0] else []

    # ------------------------------------------------------------------------------------------ loops

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
        """The parameters of a loop body for what it carries, and the names that one `carry` is unpacked to."""
        taken = []
        for param in params:
            self._own(param)
            self.expressions.note(param, None)
            name = names.take(param.name or "t", START, layout.until(param)) if layout.uses.get(param) else "_"
            self.expressions.known[param] = ast.Name(name, ast.Load())
            taken.append(name)
        if len(taken) == 1:
            return taken, []
        return [names.take("carry", START, START + 1)] if taken else ["_"], taken

    def _own(self, value: Value) -> None:
        """What JAX passes to a function, or gives back, is a new list."""
        if self._is_list(value):
            self.fresh.add(value)

    def _for(self, op: For, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        params = op.body.params[1:]
        inits = self._started(op, params)
        before, bounds, index = self._range(op, at, names)
        remarked = self._remarked
        inner = Names({*names.reserved, *self._captured(op.body), *names_in(index or ast.Constant(0))})
        inside = self.lay_out(op.body)
        hint = op.index.name.strip("_") or "k"
        counter = inner.take(("k" if hint != "k" else "trip") if index else hint, START, START + 1 if index else inside.until(op.index))
        carry, unpacked = self._carried(params, inner, inside)
        body = _unpacking(unpacked, carry)
        self.expressions.note(op.index, None)
        if index is None:
            self.expressions.known[op.index] = ast.Name(counter, ast.Load())
        elif inside.uses.get(op.index):
            name = inner.take(hint, START, inside.until(op.index))
            self.expressions.known[op.index] = ast.Name(name, ast.Load())
            body.append(ast.Assign([ast.Name(name, ast.Store())], _renamed(index, "_", counter)))
        body += self.block(op.body, inner, inside)
        results = [
            self._next(operand, param, op.location) for operand, param in zip(op.body.results, params, strict=True)
        ]
        body = _returning(body, _packed(results))
        self._remarked = remarked
        function = names.take(f"body_{hint}", at - 1, at)
        definition = self._nested(function, [counter, *carry], body)
        guarded = self._may_be_empty(op)
        if guarded:
            self.guards.add("fori_loop")
        call = fill(
            "fori_loop(start, stop, body, init)" if guarded else "lax.fori_loop(start, stop, body, init)",
            start=bounds[0],
            stop=bounds[1],
            body=ast.Name(function, ast.Load()),
            init=_packed(inits),
        )
        return [*before, definition, self._loop(op, call, at, names, layout)]

    def _may_be_empty(self, op: For) -> bool:
        """Whether a loop that picks elements may turn out, while JAX traces, to have no trips."""
        if not all(self.expressions.static(operand) for operand in (op.start, op.stop, op.step)):
            return False
        if all(isinstance(operand, Const) for operand in (op.start, op.stop, op.step)):
            return not range(op.start.value, op.stop.value, op.step.value)  # type: ignore
        start, stop, step = (operand.type.size if isinstance(operand.type, Array) else None for operand in (op.start, op.stop, op.step))
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
        return self._assign(op.results, call, at, names, layout)

    def _range(self, op: For, at: int, names: Names) -> tuple[list[ast.stmt], tuple[ast.expr, ast.expr], ast.expr | None]:
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
            return [], (ast.Constant(0), trips), _plus(start, fill("_ * step", step=step))
        name = names.take("trips", at - 1, at)
        before = ast.Assign([ast.Name(name, ast.Store())], trips)
        count = ast.Name(name, ast.Load())
        index = _plus(start, fill("(trips - 1 - _) * step", trips=count, step=step))
        return [before], (ast.Constant(0), count), index

    def _bound(self, operand: Operand) -> ast.expr:
        if self.expressions.static(operand):
            return self.expressions(operand)
        return self.expressions.converted(operand, INT)

    def _trips(self, op: For, start: ast.expr, stop: ast.expr, step: ast.expr) -> ast.expr:
        if all(self.expressions.static(operand) for operand in (op.start, op.stop, op.step)):
            return fill("len(range(start, stop, step))", start=start, stop=stop, step=step)
        if isinstance(op.step, Const) and isinstance(op.step.value, int) and op.step.value > 0:
            span = stop if isinstance(op.start, Const) and op.start.value == 0 else fill("b - a", a=start, b=stop)
            return fill("span // step", span=shifted(span, op.step.value - 1), step=step)
        return fill("-((start - stop) // step)", start=start, stop=stop, step=step)

    def _while(self, op: While, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        inits = self._started(op, op.body.params)
        remarked = self._remarked
        condition_name = names.take("condition", at - 1, at)
        body_name = names.take("body", at - 1, at)
        definitions: list[ast.stmt] = []
        for name, region in ((condition_name, op.condition), (body_name, op.body)):
            inner = Names({*names.reserved, *self._captured(region)})
            inside = self.lay_out(region)
            carry, unpacked = self._carried(region.params, inner, inside)
            body = [*_unpacking(unpacked, carry), *self.block(region, inner, inside)]
            if region is op.condition:
                result = self.expressions(region.results[0])
            else:
                result = _packed(
                    [self._next(v, p, op.location) for v, p in zip(region.results, region.params, strict=True)]
                )
            definitions.append(self._nested(name, carry, _returning(body, result)))
        self._remarked = remarked
        most = self.plan.most_trips.get(op.body.params[0])
        guarded = most is not None and not self.expressions.ranges.natural(most - 1) and picks(op.body)
        possible = self.expressions.size(most) if guarded and most is not None else None
        text = "lax.while_loop(condition, body, init)"
        if possible is not None:
            self.guards.add("while_loop")
            text = "while_loop(most > 0, condition, body, init)"
        call = fill(
            text,
            most=possible or ast.Constant(0),
            condition=ast.Name(condition_name, ast.Load()),
            body=ast.Name(body_name, ast.Load()),
            init=_packed(inits),
        )
        return [*definitions, self._loop(op, call, at, names, layout)]

    def _unrolled(self, op: For, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """A Python loop, which tracing unrolls; what it carries lives in variables."""
        params = op.body.params[1:]
        inside = self.lay_out(op.body)
        inits = self._unrolled_inits(op, params)
        start, stop, step = (self.expressions(operand) for operand in (op.start, op.stop, op.step))
        # read after the variables have got their first values
        captured = self._captured(op.body).union(*(names_in(bound) for bound in (start, stop, step)))
        targets: list[str] = []
        for param, result in zip(params, op.results, strict=True):
            used = layout.uses.get(result) or inside.uses.get(param)
            until = max(layout.until(result), at + 1)
            targets.append(names.take(param.name or result.name or "t", at, until, avoid=captured) if used else "_")
        before = _moves(targets, inits)
        inner = names.inside(at)
        index = inner.take(op.index.name.strip("_") or "k", START, END)
        self.expressions.known[op.index] = ast.Name(index, ast.Load())
        for param, target, init, result, end in zip(params, targets, op.inits, op.results, op.body.results, strict=True):
            self.expressions.note(param, None)
            self.expressions.known[param] = ast.Name(target, ast.Load())
            own = self.expressions.unmade(init) is not None or (init in self.fresh and layout.uses.get(init) == 1)
            if own and self._grows_from(end, param):
                self.fresh.update((param, result))
        self._lend(op, targets, inner, inside)
        body = self.block(op.body, inner, inside)
        ends = [self.expressions(operand) for operand in op.body.results]
        body += _moves(targets, ends)
        for result, target in zip(op.results, targets, strict=True):
            self.expressions.note(result, None)
            self.expressions.known[result] = ast.Name(target, ast.Load())
            if target != "_":
                names.held[target] = layout.until(result)
        trips = _range_call(start, stop, step)
        if op.backwards:
            trips = fill("reversed(trips)", trips=trips)
        loop = ast.For(ast.Name(index, ast.Store()), trips, body or [ast.Pass()], [])
        return [*before, loop]

    def _unrolled_inits(self, op: For, params: Sequence[Value]) -> list[ast.expr]:
        inits: list[ast.expr] = []
        for param, init in zip(params, op.inits, strict=True):
            made = self.expressions.unmade(init)
            if made is not None and made.primitive == "undefined":
                inits.append(ast.Constant(None))
            else:
                inits.append(self.expressions(init))
        return inits

    def _lend(self, op: For, targets: Sequence[str], names: Names, layout: Layout) -> None:
        """Let the next value of a carried variable take its name as soon as the present one is no longer read."""
        for param, target, operand in zip(op.body.params[1:], targets, op.body.results, strict=True):
            if target != "_" and isinstance(operand, Value):
                names.lent[target] = (operand, layout.until(param))


# ---------------------------------------------------------------------------------------------- small expressions
def _weight(expression: ast.expr) -> int:
    return sum(1 for node in ast.walk(expression) if isinstance(node, ast.expr))


def _packed(items: Sequence[ast.expr]) -> ast.expr:
    if not items:
        return ast.Constant(None)
    return items[0] if len(items) == 1 else ast.Tuple(list(items), ast.Load())


def _returning(body: list[ast.stmt], result: ast.expr) -> list[ast.stmt]:
    """The body of a function that returns the result; what was just computed is not named first."""
    if not body:
        return [ast.Return(result)]
    match body[-1]:
        case ast.Assign(targets=[target], value=value) as last if _same_names(target, result):
            returned = ast.Return(value)
            comment = getattr(last, "comment", None)
            return [*body[:-1], remark(returned, comment) if comment else returned]
    return [*body, ast.Return(result)]


def _same_names(target: ast.expr, result: ast.expr) -> bool:
    match target, result:
        case ast.Name(id=one), ast.Name(id=other):
            return one == other
        case ast.Tuple(elts=ones), ast.Tuple(elts=others):
            return len(ones) == len(others) and all(map(_same_names, ones, others))
    return False


def _is_choice(op: If) -> bool:
    """Whether both branches are cheap and give numbers, so that both can be computed."""
    if not 0 < len(op.results) <= 3 or any(not isinstance(r.type, Array) or r.type.rank for r in op.results):
        return False
    return all(isinstance(inner, Apply) and _is_cheap(inner) for region in op.regions for inner in region.ops)


def _unpacking(unpacked: Sequence[str], carry: Sequence[str]) -> list[ast.stmt]:
    if not unpacked or all(name == "_" for name in unpacked):
        return []
    targets: list[ast.expr] = [ast.Name(name, ast.Store()) for name in unpacked]
    return [ast.Assign([ast.Tuple(targets, ast.Store())], ast.Name(carry[0], ast.Load()))]


def _moves(targets: Sequence[str], values: Sequence[ast.expr]) -> list[ast.stmt]:
    """Assign all at once what is not there already."""
    pairs = [
        (target, value)
        for target, value in zip(targets, values, strict=True)
        if target != "_" and not (isinstance(value, ast.Name) and value.id == target)
    ]
    if not pairs:
        return []
    later = {target for target, _ in pairs[:-1]}
    tangled = any(later & names_in(value) for _, value in pairs[1:])
    if tangled:
        left: list[ast.expr] = [ast.Name(target, ast.Store()) for target, _ in pairs]
        return [ast.Assign([ast.Tuple(left, ast.Store())], ast.Tuple([value for _, value in pairs], ast.Load()))]
    return [ast.Assign([ast.Name(target, ast.Store())], value) for target, value in pairs]


def _range_call(start: ast.expr, stop: ast.expr, step: ast.expr) -> ast.expr:
    match start, step:
        case ast.Constant(value=0), ast.Constant(value=1):
            arguments = [stop]
        case _, ast.Constant(value=1):
            arguments = [start, stop]
        case _:
            arguments = [start, stop, step]
    return ast.Call(ast.Name("range", ast.Load()), arguments, [])


def shifted(node: ast.expr, offset: int) -> ast.expr:
    """node + offset, with constants added up."""
    match node:
        case ast.Constant(value=int(value)):
            return ast.Constant(value + offset)
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=int(value))):
            return shifted(left, offset + value)
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=int(value))):
            return shifted(left, offset - value)
    if not offset:
        return node
    return ast.BinOp(node, ast.Add() if offset > 0 else ast.Sub(), ast.Constant(abs(offset)))


def _plus(start: ast.expr, rest: ast.expr) -> ast.expr:
    return rest if isinstance(start, ast.Constant) and start.value == 0 else ast.BinOp(start, ast.Add(), rest)


def _renamed(node: ast.expr, old: str, new: str) -> ast.expr:
    match node:
        case ast.Name(id=name) if name == old:
            return ast.Name(new, ast.Load())
        case ast.BinOp(left=left, op=operator, right=right):
            return ast.BinOp(_renamed(left, old, new), operator, _renamed(right, old, new))
    return node


def _is_cheap(op: Apply) -> bool:
    return op.primitive in PRIMITIVES and PRIMITIVES[op.primitive].elementwise


def _where(condition: ast.expr, a: ast.expr, b: ast.expr, type: object) -> ast.expr:
    truth = isinstance(type, Array) and type.dtype.kind == "b"
    match a, b:
        case _, ast.Constant(value=False) if truth:
            return fill("jnp.logical_and(condition, a)", condition=condition, a=a)
        case ast.Constant(value=True), _ if truth:
            return fill("jnp.logical_or(condition, b)", condition=condition, b=b)
    return fill("jnp.where(condition, a, b)", condition=condition, a=a, b=b)

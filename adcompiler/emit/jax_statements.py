"""Regions as JAX statements: what becomes of an op, and which names values get."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from adcompiler.analysis.tapes import remark_on
from adcompiler.emit.jax_effects import check_statement, print_statement
from adcompiler.emit.jax_expressions import Expressions, summed, whole_list
from adcompiler.emit.jax_names import Layout, Names, bounds_twice, has_effect, lay_out, names_in
from adcompiler.emit.jax_operands import UNMADE
from adcompiler.emit.jax_pieces import weight
from adcompiler.emit.jax_plan import Plan
from adcompiler.emit.jax_subscripts import moving
from adcompiler.emit.layout import Comment, remark, remark_of
from adcompiler.emit.template import fill, index_expr
from adcompiler.errors import InternalError, Location
from adcompiler.ir.core import Apply, Const, For, If, Op, Operand, Region, Value, While, free_values
from adcompiler.ir.types import Array, Seq
from adcompiler.primitives.registry import PRIMITIVES

CHANGE_LISTS = ("record", "seq_append", "seq_drop", "seq_set", "seq_add")
MAKE_LISTS = (
    *CHANGE_LISTS,
    "seq_make",
    "seq_slice",
    "seq_zeros",
    "seq_blank",
    "seq_scatter",
    "seq_unstack",
    "seq_split",
)
WEIGHT = 60  # nodes of an expression that may still move into another one


class Statements:
    """Prints straight-line code; branches and loops are left to `control`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.expressions = Expressions(plan)
        self.headings: list[str] = []
        self.fresh: set[Value] = set()  # lists that nothing but one variable holds
        self.remarked = ""
        self._indices = {op.index for op in self.expressions.definitions.values() if isinstance(op, For)}

    def parameter(self, value: Value, text: str) -> ast.expr:
        """A parameter of the function."""
        if isinstance(value.type, Array):
            self.expressions.note(value, value.type.weak and not value.type.rank)
        if "[*]" not in text:
            return ast.parse(text, mode="eval").body
        self.expressions.items[value] = text
        return whole_list(text)

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
                return op.primitive not in (*CHANGE_LISTS, "seq_scatter") or not self.is_list(op.result)
            case If():
                return is_choice(op) and not self.expressions.static(op.condition)
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
            # what is copied out of an array is not read again in each trip of a loop
            source = op.operands[0]
            return isinstance(source, Value) and not self._is_part(source)
        if op.primitive not in ("add", "subtract") or op.result.name:
            return False
        type = op.result.type
        near = isinstance(type, Array) and type.weak and type.dtype.kind == "i"
        return near and all(isinstance(v, Const) or v in self._indices for v in op.operands)

    def _is_part(self, value: Value) -> bool:
        made = self.expressions.definitions.get(value)
        return isinstance(made, Apply) and made.primitive == "getitem"

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
                return operands if masked or moving(self.expressions, op) else ()
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
        # a list from outside may be read after the region, by its next trip, or by the other arm
        outside, self.fresh = self.fresh, self.fresh.intersection(region.params)
        for at, op in enumerate(region.ops):
            if op in layout.dead:
                continue
            made = self._op(op, at, names, layout)
            if made and top:
                statements += self._heading(op.location)
            if made and op.location.adjoint:
                self._remark(made[0], op.location)
            elif isinstance(op, For | While) and (text := remark_on(op)):
                remark([one for one in made if isinstance(one, ast.FunctionDef | ast.For)][-1], text)
            statements += made
        self.fresh = outside
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
        if location.text and text != self.remarked:
            self.remarked = text
            if not remark_of(statement):
                remark(statement, text)

    def _op(self, op: Op, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        match op:
            case Apply(primitive="print"):
                return [print_statement(op, self.expressions)]
            case Apply(primitive="check"):
                return check_statement(op, self.expressions, names.take("check", at - 1, at))
            case Apply():
                return self._apply(op, at, names, layout)
        return self.control(op, at, names, layout)

    def control(self, op: Op, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """A branch or a loop."""
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
        if len(op.results) > 1:
            return [self.assign(op.results, expression, at, names, layout)]
        if self.is_list(op.result) and op.primitive in MAKE_LISTS:
            self.fresh.add(op.result)
        if op.result in layout.inline and (self._everywhere(op) or weight(expression) <= WEIGHT):
            self.expressions.known[op.result] = expression
            return []
        return [self.assign([op.result], expression, at, names, layout)]

    def is_list(self, value: Operand) -> bool:
        return isinstance(value, Value) and isinstance(value.type, Seq) and value not in self.plan.stacked

    def _list_in_place(self, op: Apply, at: int, names: Names, layout: Layout) -> ast.stmt | None:
        """The new version of a list as a change of the old one, where nothing else holds or reads that."""
        old = op.operands[0] if op.operands else None
        if op.primitive not in CHANGE_LISTS or not isinstance(old, Value) or not self.is_list(old):
            return None
        variable = self.expressions.known.get(old)
        if (
            old not in self.fresh
            or old in layout.kept
            or layout.until(old) != at
            or not isinstance(variable, ast.Name)
        ):
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
        if op.primitive == "seq_set":
            return ast.Assign([item], v)
        if isinstance(op.operands[-1].type, Seq):
            return ast.Assign([item], summed(op.operands[-1].type, fill("x[k]", x=variable, k=k), v))
        return ast.AugAssign(item, ast.Add(), v)

    def _list_with_slice(self, op: Apply, at: int, names: Names, layout: Layout) -> list[ast.stmt]:
        """Zeros like the items of a list, with other items where a slice lies."""
        v, sequence, *bounds = (self.expressions(operand) for operand in op.operands)
        zeros = self.assign(
            [op.result], self.expressions.zero_items(op.result.type, sequence), at - 1, names, layout
        )
        self.fresh.add(op.result)
        part = index_expr(op.index, bounds)
        return [zeros, ast.Assign([ast.Subscript(self.expressions(op.result), part, ast.Store())], v)]

    def grows_from(self, end: Operand, param: Value) -> bool:
        """Whether the list at the end of a body is new, or the carried one changed in place."""
        while isinstance(end, Value) and end is not param:
            made = self.expressions.definitions.get(end)
            if not isinstance(made, Apply) or made.primitive not in MAKE_LISTS:
                return False
            if made.primitive not in CHANGE_LISTS:
                return True
            end = made.operands[0]
        return end is param

    def assign(
        self, values: Sequence[Value], expression: ast.expr, at: int, names: Names, layout: Layout
    ) -> ast.stmt:
        """name, name = expression; what is never read gets the name _."""
        targets: list[ast.expr] = []
        for value in values:
            used = layout.uses.get(value)
            name = names.take(self.hint(value), at, layout.until(value), value) if used else "_"
            self.expressions.known[value] = ast.Name(name, ast.Load())
            targets.append(ast.Name(name, ast.Store()))
        return ast.Assign([targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())], expression)

    def hint(self, value: Value) -> str:
        """What a value is called if the name is free."""
        return value.name or self.expressions.descriptions.of(value) or "t"

    def captured(self, *regions: Region) -> set[str]:
        """The names that a nested function reads from outside."""
        return {
            name
            for region in regions
            for value in free_values(region)
            if value in self.expressions.known
            for name in names_in(self.expressions.known[value])
        }

    def nested(self, name: str, params: Sequence[str], body: list[ast.stmt]) -> ast.FunctionDef:
        header = ast.parse(f"def {name}({', '.join(params)}): ...").body[0]
        assert isinstance(header, ast.FunctionDef)
        header.body = body
        return header


def is_choice(op: If) -> bool:
    """Whether both branches are cheap and give numbers, so that both can be computed."""
    if not 0 < len(op.results) <= 3 or any(not isinstance(r.type, Array) or r.type.rank for r in op.results):
        return False
    return all(isinstance(inner, Apply) and _is_cheap(inner) for region in op.regions for inner in region.ops)


def _is_cheap(op: Apply) -> bool:
    return op.primitive in PRIMITIVES and PRIMITIVES[op.primitive].elementwise

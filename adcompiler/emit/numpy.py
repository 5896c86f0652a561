"""The NumPy printer: statements, loops and branches, in place where the numbers allow it.

What goes where is decided before: `analysis/alias.py` says which writes happen in place, `folding.py` which
values are printed inside expressions, `names.py` which variable each value lives in. Here the statements are
written down.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from adcompiler.analysis.alias import STORES
from adcompiler.analysis.liveness import index_of, is_write, same_operands
from adcompiler.analysis.numbers import Numbers
from adcompiler.analysis.places import may_repeat
from adcompiler.analysis.tapes import remark_on, with_places
from adcompiler.analysis.trips import counts_all, tape_lengths
from adcompiler.emit.augmented import AUGMENTED, added_to, reproduces
from adcompiler.emit.dynamic import dynamic
from adcompiler.emit.effects import error_classes, negated, printed, stopping
from adcompiler.emit.folding import fold
from adcompiler.emit.hidden import apart, beside
from adcompiler.emit.kept import with_copies
from adcompiler.emit.layout import Comment, remark
from adcompiler.emit.names import BUILTINS, GLOBALS, name_values, signature_names
from adcompiler.emit.operations import Speller, call, items_at, name
from adcompiler.emit.order import reads_first
from adcompiler.emit.output import output_expr
from adcompiler.emit.rows import RANK, Fields, fields_of, over_rows, tidied, without_counters
from adcompiler.emit.template import dotted, index_expr, scipy_modules
from adcompiler.emit.variables import Move, Names
from adcompiler.emit.verify import verify
from adcompiler.emit.zipped import one_list
from adcompiler.errors import Location
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.index import NewAxis, Slice
from adcompiler.ir.types import Array, Seq, Token, Type
from adcompiler.runtime import HELPERS, helper_source

REMARK = 60


def emit_numpy(function: Function) -> ast.Module:
    """A module that defines the function with NumPy alone.

    Raises InternalError where a variable would be read that holds another value.
    """
    helpers: dict[str, None] = {}
    functions = (*function.callees, function)
    modules = set().union(*(scipy_modules(f) for f in functions))
    given = {name for f in functions for name in signature_names(f.signature)}
    hidden = given & (GLOBALS | modules)
    definitions: list[ast.stmt] = [_definition(_apart(f, hidden), helpers) for f in functions]
    pasted = [statement for helper in helpers for statement in ast.parse(helper_source(helper)).body]
    body = [*error_classes(functions, "numpy"), *pasted, *definitions]
    used = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    aliases = [ast.alias("cmath"), ast.alias("math"), ast.alias("warnings"), ast.alias("numpy", "np")]
    imports: list[ast.stmt] = [ast.Import([a]) for a in aliases if (a.asname or a.name) in used]
    if modules & used:
        imports.append(ast.ImportFrom("scipy", [ast.alias(name) for name in sorted(modules & used)], 0))
    module = ast.Module([*imports, *body], [])
    return beside(module, hidden, BUILTINS.split()) if hidden else module


def _apart(function: Function, hidden: set[str]) -> Function:
    """The function with a mark on the parameters that have the name of something global."""
    if not hidden:
        return function
    params = tuple(replace(param, text=apart(param.text, hidden)) for param in function.params)
    signature = tuple(apart(text, hidden) for text in function.signature)
    return replace(function, signature=signature, params=params)


def _definition(function: Function, helpers: dict[str, None]) -> ast.FunctionDef:
    function, memory = with_copies(reads_first(dynamic(function)))
    names = name_values(function, fold(function, memory), memory)
    verify(names)
    tree = ast.parse(f"def {function.name}({', '.join(function.signature)}): ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    if function.silenced:
        kinds = ("all",) if len(function.silenced) == 4 else function.silenced
        ignored = [ast.keyword(kind, ast.Constant("ignore")) for kind in kinds]
        tree.decorator_list = [ast.Call(dotted("np.errstate"), [], ignored)]
    doc: list[ast.stmt] = [ast.Expr(ast.Constant(function.doc))] if function.doc else []
    tree.body = doc + _Printer(names, Speller(names, helpers)).body()
    return tree


@dataclass(slots=True)
class _Printer:
    names: Names
    speller: Speller
    line: tuple[str, int] | None = None
    fields: Fields = field(init=False)
    numbers: Numbers = field(init=False)
    lengths: dict[Value, Operand] = field(init=False)
    makers: dict[Value, Op] = field(init=False)

    def __post_init__(self) -> None:
        self.makers = {result: op for op in walk(self.names.function.body) for result in op.results}
        self.numbers = Numbers(self.names.function.body)
        self.lengths = tape_lengths(self.names.function.body)
        self.fields = fields_of(param.text for param in self.names.function.params)

    # ---------------------------------------------------------------- function
    def body(self) -> list[ast.stmt]:
        """The statements of the function."""
        function = self.names.function
        loads = [_assign(self.names.of[value], _reached(text)) for text, value in self.names.loads]
        parts: list[tuple[bool, list[ast.stmt]]] = [
            (op.location.adjoint, statements) for op, statements in self._statements(function.body)
        ]
        result = output_expr(function.output, [self._result(k) for k in range(len(function.body.results))])
        first = next((k for k, (adjoint, _) in enumerate(parts) if adjoint), len(parts))
        before = [statement for _, statements in parts[:first] for statement in statements]
        after = [statement for _, statements in parts[first:] for statement in statements]
        if before and after:
            before.insert(0, Comment("primal"))
            after.insert(0, Comment("adjoint"))
        statements = [*loads, *tidied(before, self.fields), *tidied(after, self.fields)]
        result = one_list(statements, result)
        without_counters(statements, result)
        return [*statements, ast.Return(result)]

    def _result(self, number: int) -> ast.expr:
        operand = self.names.function.body.results[number]
        match self.names.buffers.copied_results.get(number):
            case "items":
                partly = operand in with_places(self.names.function.body)
                return _with_items(self.speller.operand(operand), operand.type, partly)
            case "array" | "list":
                return self.speller.copied(operand)
        return self.speller.operand(operand)

    # ---------------------------------------------------------------- regions
    def _statements(self, region: Region) -> Iterable[tuple[Op, list[ast.stmt]]]:
        for op in region.ops:
            if op in self.names.folding.dead or (op.results and op.results[0] in self.names.folding.inline):
                continue
            statements = self._op(op)
            if statements:
                yield op, statements

    def _block(self, region: Region) -> list[ast.stmt]:
        statements = [statement for _, block in self._statements(region) for statement in block]
        return tidied(statements, self.fields)

    def _op(self, op: Op) -> list[ast.stmt]:
        match op:
            case Apply(primitive="undefined"):
                return []
            case Apply(primitive="print"):
                return [ast.Expr(printed(op, [self.speller.operand(part) for part in op.operands]))]
            case Apply(primitive="check"):
                test, *parts = [self.speller.operand(operand) for operand in op.operands]
                return [stopping(op, test, parts, "numpy")]
            case Apply(primitive="draw"):
                return [self._draw(op)]
            case Apply():
                return self._noted(op.location, self._apply(op))
            case Call():
                return self._noted(op.location, self._call(op))
            case If():
                return self._if(op)
            case For():
                return self._for(op)
            case While():
                return self._while(op)

    def _noted(self, location: Location, statements: list[ast.stmt], header: bool = False) -> list[ast.stmt]:
        """The first statement of a source line says so; only loops name the line of a loop."""
        if not statements or not location.adjoint:
            return statements
        text = location.text.strip().rstrip(":")
        looping = text.startswith(("for ", "while "))
        if header or ((location.file, location.line) != self.line and not looping):
            text = text if len(text) <= REMARK else text[: REMARK - 4].rstrip() + " ..."
            remark(statements[0], f"line {location.line}: {text}" if text else f"line {location.line}")
        self.line = (location.file, location.line)
        return statements

    def _noted_loop(self, op: For | While, header: ast.stmt) -> None:
        """A loop of the adjoint sweep says which loop it reverses, one of the primal what it records."""
        self._noted(op.location, [header], header=True)
        if not op.location.adjoint and (text := remark_on(op)):
            remark(header, text)

    # ---------------------------------------------------------------- operations
    def _apply(self, op: Apply) -> list[ast.stmt]:
        if len(op.results) > 1:
            return [self._unpacked(op)]
        buffers = self.names.buffers
        variable = self.names.of.get(op.result)
        if variable is None:
            if isinstance(op.result.type, Token):
                return [ast.Expr(self.speller.apply(op))]
            return []
        if is_write(op):
            owned = self._owned(op, 0, variable)
            return owned if op in buffers.written_back else [*owned, self._write(op, variable)]
        if op in buffers.in_place or buffers.copies(op):
            number = buffers.accumulations[op]
            target, value = ast.Name(variable, ast.Store()), self.speller.operand(op.operands[1 - number])
            changed = (
                added_to(target, value)
                if op.location.adjoint and op.primitive == "add"
                else ast.AugAssign(target, AUGMENTED[op.primitive](), value)
            )
            return [*self._owned(op, number, variable), changed]
        if op.primitive == "scatter":
            return self._scatter(op, variable)
        if op.primitive == "seq_scatter":
            part = ast.Subscript(name(variable), self._index(op), ast.Store())
            zeros = _assign(variable, self.speller.zero_items(op.operands[1]))
            return [zeros, ast.Assign([part], self.speller.operand(op.operands[0]))]
        augmented = self._augmented(op, variable)
        if augmented is not None:
            return [augmented]
        statement = _assign(variable, self.speller.apply(op))
        if op.primitive == "size" and isinstance(op.operands[0].type, Array):
            # for `n, m = A.shape`
            setattr(statement, RANK, op.operands[0].type.rank)
        return [statement]

    def _draw(self, op: Apply) -> ast.stmt:
        """A call of a random generator, whether or not its result is read."""
        made = printed(op, [self.speller.operand(part) for part in op.operands])
        self.speller.helpers.update(
            dict.fromkeys(HELPERS.keys() & {n.id for n in ast.walk(made) if isinstance(n, ast.Name)})
        )
        variable = self.names.of.get(op.result)
        return ast.Expr(made) if variable is None else _assign(variable, made)

    def _unpacked(self, op: Apply) -> ast.stmt:
        """w, V = np.linalg.eigh(A); what nobody reads is called _."""
        names = [self.names.of.get(result, "_") for result in op.results]
        target = ast.Tuple([ast.Name(variable, ast.Store()) for variable in names], ast.Store())
        return ast.Assign([target], self.speller.apply(op))

    def _owned(self, op: Apply, number: int, variable: str) -> list[ast.stmt]:
        """The memory to be written to, under the variable of the result: copied where it must not change."""
        target = op.operands[number]
        if op not in self.names.buffers.in_place:
            return [_assign(variable, self.speller.copied(target, ordered=not op.location.adjoint))]
        held = self.speller.operand(target)
        return [] if isinstance(held, ast.Name) and held.id == variable else [_assign(variable, held)]

    def _write(self, op: Apply, variable: str) -> ast.stmt:
        operand = self.speller.operand
        match op.primitive:
            case "record" if op.attr("places"):
                return ast.Assign([_item(variable, operand(op.operands[1]))], self.speller.stored(op, 2))
            case "seq_append" | "record":
                append = ast.Attribute(name(variable), "append", ast.Load())
                return ast.Expr(ast.Call(append, [self.speller.stored(op, STORES[op.primitive])], []))
            case "seq_drop":
                return ast.Expr(ast.Call(ast.Attribute(name(variable), "pop", ast.Load()), [], []))
            case "seq_set":
                return ast.Assign([_item(variable, operand(op.operands[1]))], self.speller.stored(op, 2))
            case "seq_add":
                return self._add_item(op, variable)
            case "setitem":
                return self._store(op, variable)
        return self._accumulate(op, variable)

    def _add_item(self, op: Apply, variable: str) -> ast.stmt:
        """seq[k] += v, where that does not change an array that others see; lists are added item by item."""
        k, value = self.speller.operand(op.operands[1]), self.speller.operand(op.operands[2])
        item = ast.Subscript(name(variable), k, ast.Load())
        if isinstance(op.operands[2].type, Seq):
            return ast.Assign([_item(variable, k)], self.speller.added(item, value))
        number = isinstance(op.operands[2].type, Array) and not op.operands[2].type.rank
        if op in self.names.buffers.items_in_place and (op.location.adjoint or not number):
            return ast.AugAssign(_item(variable, k), ast.Add(), value)
        return ast.Assign([_item(variable, k)], ast.BinOp(item, ast.Add(), value))

    def _store(self, op: Apply, variable: str) -> ast.stmt:
        x, value, *indices = op.operands
        target = ast.Subscript(name(variable), self._index(op), ast.Store())
        made = self.names.folding.inline.get(value) if isinstance(value, Value) else None
        if (
            isinstance(made, Apply)
            and made.primitive in AUGMENTED
            and reproduces(op.location, made.primitive)
        ):
            read = made.operands[0]
            element = self.names.folding.inline.get(read) if isinstance(read, Value) else None
            same = isinstance(element, Apply) and element.primitive == "getitem" and element.operands[0] is x
            typed = (
                isinstance(made.result.type, Array)
                and isinstance(x.type, Array)
                and made.result.type.dtype == x.type.dtype
            )
            if same and typed and isinstance(element, Apply) and _same_place(element, op):
                return ast.AugAssign(
                    target, AUGMENTED[made.primitive](), self.speller.operand(made.operands[1])
                )
        return ast.Assign([target], self.speller.operand(value))

    def _accumulate(self, op: Apply, variable: str) -> ast.stmt:
        value = self.speller.operand(op.operands[1])
        if not may_repeat(op, self.makers) and (op.location.adjoint or not _is_widened(op)):
            return added_to(ast.Subscript(name(variable), self._index(op), ast.Store()), value)
        index = self._index(op)
        if any(isinstance(entry, Slice | NewAxis) for entry in index_of(op)):
            index = ast.Subscript(dotted("np.s_"), index, ast.Load())
        return ast.Expr(call("np.add.at", name(variable), index, value))

    def _index(self, op: Apply) -> ast.expr:
        return index_expr(index_of(op), [self.speller.operand(operand) for operand in op.operands[2:]])

    def _scatter(self, op: Apply, variable: str) -> list[ast.stmt]:
        """Zeros with the value at some places: a place named twice gets the sum."""
        zeros = _assign(variable, self.speller.zeros(op.operands[1], op.result.type))
        if not may_repeat(op, self.makers):
            target = ast.Subscript(name(variable), self._index(op), ast.Store())
            return [zeros, ast.Assign([target], self.speller.operand(op.operands[0]))]
        index = self._index(op)
        if any(isinstance(entry, Slice | NewAxis) for entry in index_of(op)):
            index = ast.Subscript(dotted("np.s_"), index, ast.Load())
        return [
            zeros,
            ast.Expr(call("np.add.at", name(variable), index, self.speller.operand(op.operands[0]))),
        ]

    def _augmented(self, op: Apply, variable: str) -> ast.stmt | None:
        """`s += x` for a number that keeps its variable; an array would be changed in place."""
        if (
            op.primitive not in AUGMENTED
            or not op.path.startswith("operator.")
            or not reproduces(op.location, op.primitive)
        ):
            return None
        swapped = op.primitive == "add" and op.location.adjoint
        for number in (0, 1) if swapped else (0,):
            operand = op.operands[number]
            if (
                not isinstance(operand, Value)
                or self.names.of.get(operand) != variable
                or not self.numbers.certain(operand)
            ):
                continue
            value, target = self.speller.operand(op.operands[1 - number]), ast.Name(variable, ast.Store())
            if swapped:
                return added_to(target, value)
            return ast.AugAssign(target, AUGMENTED[op.primitive](), value)
        return None

    def _call(self, op: Call) -> list[ast.stmt]:
        result = ast.Call(name(op.callee), [self.speller.operand(operand) for operand in op.operands], [])
        variables = [self.names.of.get(value) for value in op.results]
        if not any(variables):
            return [ast.Expr(result)]
        targets: list[ast.expr] = [ast.Name(variable or "_", ast.Store()) for variable in variables]
        return [ast.Assign([targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())], result)]

    # ---------------------------------------------------------------- moves
    def _moves(self, moves: Sequence[Move]) -> list[ast.stmt]:
        """Moves that happen at once: one by one where none disturbs another, else as one assignment."""
        pending = list(moves)
        reads = {
            move: {self.names.of.get(v) for v, _ in self.names.live.leaves(move.source)} for move in pending
        }
        statements: list[ast.stmt] = []
        while pending:
            ready = next(
                (m for m in pending if not any(m.variable in reads[o] for o in pending if o is not m)), None
            )
            if ready is None:
                targets: list[ast.expr] = [ast.Name(move.variable, ast.Store()) for move in pending]
                sources = ast.Tuple([self._moved(move) for move in pending], ast.Load())
                return [*statements, ast.Assign([ast.Tuple(targets, ast.Store())], sources)]
            statements.append(self._moving(ready))
            pending.remove(ready)
        return statements

    def _moved(self, move: Move) -> ast.expr:
        return (
            self.speller.copied(move.source, ordered=True)
            if move.copied
            else self.speller.operand(move.source)
        )

    def _moving(self, move: Move) -> ast.stmt:
        made = self.names.folding.inline.get(move.source) if isinstance(move.source, Value) else None
        if isinstance(made, Apply) and not move.copied:
            augmented = self._augmented(made, move.variable)
            if augmented is not None:
                return augmented
        return _assign(move.variable, self._moved(move))

    # ---------------------------------------------------------------- branches
    def _if(self, op: If) -> list[ast.stmt]:
        if op in self.names.folding.conditional:
            variable = self.names.of.get(op.results[0])
            return (
                self._noted(op.location, [_assign(variable, self.speller.conditional(op))])
                if variable
                else []
            )
        test = self.speller.operand(op.condition)
        then, orelse = ([*self._block(arm), *self._moves(self.names.arm(op, arm))] for arm in op.regions)
        if not then and not orelse:
            return []
        if not then:
            return [ast.If(negated(test), orelse, [])]
        return [ast.If(test, then, orelse)]

    # ---------------------------------------------------------------- loops
    def _for(self, op: For) -> list[ast.stmt]:
        before = self._moves(self.names.entry(op))
        target: ast.expr = ast.Name(self.names.of.get(op.index, "_"), ast.Store())
        header = ast.For(target, self._range(op), [], [])
        self._noted_loop(op, header)
        header.body = [*self._block(op.body), *self._moves(self.names.again(op))]
        if not header.body and op.index not in op.body.results:
            return before
        header.body = header.body or [ast.Pass()]  # for what the loop leaves in the name of its index
        tapes = [self.names.of[tape] for tape, length in self.lengths.items() if counts_all(op, length)]
        return [*before, over_rows(header, op.location.text, tapes)]

    def _range(self, op: For) -> ast.expr:
        start, stop, step = (self.speller.operand(operand) for operand in (op.start, op.stop, op.step))
        arguments = [start, stop, step]
        if isinstance(op.step, Const) and op.step.value == 1:
            arguments = [start, stop]
            if isinstance(op.start, Const) and op.start.value == 0:
                arguments = [stop]
        counted = call("range", *arguments)
        return call("reversed", counted) if op.backwards else counted

    def _while(self, op: While) -> list[ast.stmt]:
        before = self._moves(self.names.entry(op))
        loop = ast.While(ast.Constant(True), [], [])
        self._noted_loop(op, loop)
        first = self._block(op.condition)
        test = self.speller.operand(op.condition.results[0])
        body = [*self._block(op.body), *self._moves(self.names.again(op))]
        if first:
            loop.body = [*first, ast.If(negated(test), [ast.Break()], []), *body]
        else:
            loop.test, loop.body = test, body or [ast.Pass()]
        return [*before, loop]


# ---------------------------------------------------------------- small trees


def _assign(variable: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(variable, ast.Store())], value)


def _reached(text: str) -> ast.expr:
    """An argument, or a list of parts of the items of one, by its text."""
    return items_at(text) if "[*]" in text else ast.parse(text, mode="eval").body


def _item(variable: str, k: ast.expr) -> ast.Subscript:
    return ast.Subscript(name(variable), k, ast.Store())


def _with_items(items: ast.expr, type: Type, partly: bool = False) -> ast.expr:
    """A list with copies of its arrays; a list of lists with copies of theirs. partly: some places may be empty."""
    if not isinstance(type, Seq):
        return ast.Call(ast.Attribute(items, "copy", ast.Load()), [], [])
    variable = "items" if isinstance(type.item, Seq) else "item"
    each = ast.comprehension(ast.Name(variable, ast.Store()), items, [], 0)
    copy = _with_items(name(variable), type.item)
    if partly:
        there = ast.Compare(name(variable), [ast.IsNot()], [ast.Constant(None)])
        copy = ast.IfExp(there, copy, ast.Constant(None))
    return ast.ListComp(copy, [each])


def _same_place(read: Apply, write: Apply) -> bool:
    """Whether x[...] is read and written at the same index."""
    same = read.attr("index") == write.attr("index")
    return same and same_operands(read.operands[1:], write.operands[2:])


def _is_widened(op: Apply) -> bool:
    """Whether np.add.at adds in another dtype than that of the array, as it does even for numbers of Python's."""
    x, value = op.operands[0].type, op.operands[1].type
    return isinstance(x, Array) and isinstance(value, Array) and x.dtype != value.dtype

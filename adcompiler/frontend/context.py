"""The state of lowering: how nodes are lowered, what calls and operands are, what the compiled code will rely on."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

import numpy as np

from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Instance,
    ListRef,
    Maybe,
    Method,
    Poison,
    Record,
    Ref,
    Static,
    Table,
    Tup,
    Unbound,
    as_written,
    type_name,
)
from adcompiler.frontend.captures import Capture, CapturedArray
from adcompiler.frontend.computed import computed
from adcompiler.frontend.facts import Facts
from adcompiler.frontend.interrupts import Caught, Diverged, KeywordRefused, Peel, Poisoned, Unroll
from adcompiler.frontend.memory import Memory
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import record
from adcompiler.ir.types import BOOL, COMPLEX, FLOAT, INT, Array, Generator, Seq
from adcompiler.primitives.build import apply, apply_all

Statics: TypeAlias = dict[str, Any]  # static arguments of a primitive by name: whatever its row takes
OWN = (
    "adcompiler.frontend.prelude",
    "adcompiler.frontend.stand_ins",
    "adcompiler.frontend.streams",
    "adcompiler.frontend.definitions",
    "adcompiler.implicit",
    "adcompiler.custom",
)  # functions written in the language itself
NUMBERS = (bool, int, float, complex, np.generic)
# the classes of Python's numbers, and the types of what they make
PYTHON_KINDS: dict[type, Array] = {float: FLOAT, int: INT, bool: BOOL, complex: COMPLEX}

# what the front end calls the value of a conditional expression
CHOSEN = "<value>"


Handler: TypeAlias = "Callable[[Lowering, list[Binding], dict[str, Binding]], Binding]"  # lowers a call


@dataclass(frozen=True, slots=True)
class Language:
    """How expressions, statements and calls are lowered, for the modules below those that know."""

    expression: Callable[[Lowering, ast.expr], Binding]
    block: Callable[[Lowering, Sequence[ast.stmt]], None]
    call: Callable[[Lowering, Binding, list[Binding], dict[str, Binding]], Binding]


@dataclass(slots=True, kw_only=True)
class Lowering(Memory):
    """One run of the front end."""

    sequences: frozenset[str]
    language: Language
    captures: list[Capture] = field(default_factory=list)
    # what the attributes of objects of registered classes hold, by the object's id
    argument_attributes: dict[int, dict[str, Binding]] = field(default_factory=dict)
    arrays: dict[int, CapturedArray] = field(default_factory=dict)
    diagnostics: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)
    loops: list[Value] = field(default_factory=list)
    unrollable: set[Value] = field(default_factory=set)
    peelable: set[Value] = field(default_factory=set)  # of loops whose first trip may be written before them
    endless: set[ast.AST] = field(default_factory=set)  # functions that call themselves without an end
    # how often a function was inlined into itself on paths that data decides
    repeats: dict[ast.AST, int] = field(default_factory=dict)
    # the classes of errors that each `try` around here handles
    handled: list[tuple[type[BaseException], ...]] = field(default_factory=list)
    # the lists that the loops around here go over
    iterated: list[tuple[Cell, ...]] = field(default_factory=list)
    tags: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    labels: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    leaf_names: dict[Value, str] = field(default_factory=dict)
    # what results are called, once all is lowered
    value_names: dict[Value, str] = field(default_factory=dict)
    returns: Location | None = None
    facts: Facts = field(default_factory=Facts)
    functions: dict[object, Any] = field(default_factory=dict)  # the functions that are compiled apart
    errors: dict[str, type[BaseException]] = field(default_factory=dict)  # which emitted code cannot import
    complex_at: frozenset[str] = frozenset()  # the calls that are taken to give complex numbers: see outcomes
    outcomes: dict[str, Any] = field(default_factory=dict)  # what of these is checked, by its message
    mutable: frozenset[type] = frozenset()  # the dataclasses whose objects change
    # the lists of lists that are arrays, by where they are made, with the type of their numbers
    tables: dict[Location, Any] = field(default_factory=dict)
    held_rows: set[Cell] = field(default_factory=set)  # the arrays of tables of which another list holds rows
    silenced: set[str] = field(default_factory=set)  # the kinds of warnings that np.errstate turns off
    running: list[Any] = field(default_factory=list)  # calls of functions whose own rules are being lowered
    discovering: int = 0  # while the result of such a function is not known yet
    argument_arrays: dict[int, Binding] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    asked: list[Any] = field(default_factory=list)  # what is decided by dtypes: see mixtures

    def expression(self, node: ast.expr) -> Binding:
        """Lower an expression."""
        return self.language.expression(self, node)

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Lower statements in order."""
        self.language.block(self, body)

    def call(
        self, function: Binding, arguments: list[Binding], keywords: dict[str, Binding] | None = None
    ) -> Binding:
        """Call what a binding stands for."""
        return self.language.call(self, function, arguments, keywords or {})

    def locate(self, node: ast.AST) -> Location:
        """The place of a node in the source, with the calls that led there; for our own code, that of its call."""
        caller = self.frame.caller
        if caller is not None and str(self.frame.globals.get("__name__")).startswith(OWN):
            return caller
        return self.frame.source.locate(node).inlined_at(caller)

    @contextmanager
    def at(self, node: ast.AST) -> Iterator[None]:
        """New ops belong to this node."""
        before = self.builder.location
        if hasattr(node, "lineno"):
            self.builder.location = self.locate(node)
        try:
            yield
        finally:
            self.builder.location = before

    def refuse(self, node: ast.AST, message: str, hint: str) -> NoReturn:
        """Raise a CompileError at a node."""
        raise CompileError.at(self.locate(node), message, hint)

    def stop_keyword(self, keyword: str, message: str, hint: str) -> NoReturn:
        """Raise a CompileError that the call being lowered turns to its keyword."""
        raise KeywordRefused(keyword, Diagnostic(message, self.builder.location, hint))

    def apply(
        self, name: str, *operands: Operand, path: str = "", hint: str = "", **attrs: object
    ) -> Operand:
        """Append a primitive."""
        return apply(self.builder, name, *operands, path=path, hint=hint, **attrs)

    def results(
        self, name: str, *operands: Operand, path: str = "", hint: str = "", **attrs: object
    ) -> tuple[Operand, ...]:
        """Append a primitive that may have several results."""
        return apply_all(self.builder, name, *operands, path=path, hint=hint, **attrs)

    def value(self, name: str, *operands: Operand, path: str = "", hint: str = "", **attrs: object) -> Value:
        """Append a primitive that gives no constant."""
        result = self.apply(name, *operands, path=path, hint=hint, **attrs)
        assert isinstance(result, Value)
        return result

    def new_name(self, wanted: str) -> str:
        """A parameter name that is not taken yet."""
        name, k = wanted, 0
        while name in self.parameters:
            k += 1
            name = f"{wanted}_{k}"
        self.parameters.add(name)
        return name

    @contextmanager
    def region(self) -> Iterator[Builder]:
        """New ops go to a region of their own."""
        before = self.builder
        self.builder = Builder(before.location, before)
        try:
            yield self.builder
        except (Diverged, Caught) as left:
            raise left.reason from None
        finally:
            self.builder = before

    # ------------------------------------------------------------------------------------------------ numbers

    def operand(self, binding: Binding, what: str = "this") -> Operand:
        """The IR operand of a number or array."""
        match binding:
            case Value() if not isinstance(binding.type, Generator):
                return binding
            case Ref(cell):
                return self.content(cell)
            case Static(value) if isinstance(value, NUMBERS):
                return Const(value)
            case Unbound() | Maybe() | Poison():
                return self.operand(self.present(binding), what)
        self.stop(
            f"{what} is {describe(binding)}, not a number or an array", "use numbers and NumPy arrays here"
        )

    def bound(self, binding: Binding) -> Binding:
        """A binding that has a value, checked at run time where only a run can tell."""
        match binding:
            case Unbound(inner, defined, why):
                if defined is None:
                    self.stop(why, "give the name a value on every path")
                if binding.sure:
                    return inner
                match defined:
                    case Const(True):
                        return inner
                    case Const():
                        self.stop(why, "give the name a value on every path")
                self.apply("check", defined, error="UnboundLocalError", text=repr(why))
                return inner
            case Poison(why):
                if not why:
                    raise Poisoned
                reason = CompileError.at(binding.where or self.builder.location, why, binding.hint)
                raise Peel(binding.trip, reason) if binding.trip in self.loops else reason
        return binding

    def present(self, binding: Binding) -> Binding:
        """A binding that has a value other than None, checked at run time where only a run can tell."""
        match self.bound(binding):
            case Maybe(inner, present):
                self._check_present(inner, present)
                return inner
            case plain:
                return plain

    def _check_present(self, inner: Binding, present: Operand) -> None:
        checked = [
            op.operands for op in self.builder.ops if isinstance(op, Apply) and op.primitive == "check"
        ]
        if (present,) in checked:
            return
        name = inner.cell.name if isinstance(inner, Ref) else inner.name if isinstance(inner, Value) else ""
        what = "the result" if not self.frames else repr(name) if name else "this"
        self.apply("check", present, error="TypeError", text=repr(f"{what} is None on the path taken"))

    def fail(self, error: Exception, message: str, hint: str) -> NoReturn:
        """Refuse what Python raises an error for, unless a `try` around here handles that."""
        reason = CompileError.at(self.builder.location, message, hint)
        if any(isinstance(error, kinds) for kinds in self.handled):
            raise Caught(error, reason)
        raise reason

    def clash(self, name: str, why: str, where: Location, hint: str = "") -> Poison:
        """What a name stands for where the values of two paths cannot be joined: to read it is an error."""
        generated, name = name in self.frame.generated, as_written(name)
        hint = hint or "give it one kind of value, of one rank, on every path, or use two names"
        if name == CHOSEN:
            return Poison(f"this conditional expression is {why}", hint=hint)
        if name.endswith("?"):
            return Poison(f"this sum is {why}", hint="add in a loop that starts from zeros of that shape")
        if generated:
            return Poison(
                f"the return value is {why}", hint="return one kind of value, of one rank, on every path"
            )
        return Poison(f"{name!r} is {why}", where=where, hint=hint)

    def settled(self, binding: Binding, what: str) -> Binding:
        """A loop index or a size as a number known while compiling; anything else as it is."""
        match binding:
            case Value(type=Array(shape=(), size=size)) if size is not None:
                return Static(self.static_int(binding, what))
        return binding

    def static_int(self, binding: Binding, what: str) -> int:
        """An integer that must be known while compiling; a size is fixed to the value seen, by a guard."""
        match binding:
            case Static(value) if isinstance(value, (int, np.integer)):
                return int(value)
            case Value(type=Array(size=size)) if size is not None:
                if size.known is not None:
                    return size.known
                if size.hint is not None and size.printable:
                    record(str(size), size.hint)
                    return size.hint
                if (seen := computed(self.builder, binding, self.parameters)) is not None:
                    return seen
                problem = CompileError.at(
                    self.builder.location,
                    f"{what} must be known while compiling, but depends on the loop or on data",
                    "use a constant, an argument or a size",
                )
                if self.loops:
                    raise Unroll(self.loops[-1], problem)
                raise problem
            case Value(type=Array(dtype=dtype, shape=())) if dtype.kind in "iu":
                if (seen := computed(self.builder, binding, self.parameters)) is not None:
                    return seen
                self.stop(
                    f"{what} must be known while compiling, but depends on data",
                    "use a constant, an argument or a size",
                )
        self.stop(
            f"{what} must be an integer known while compiling, not {describe(binding)}", "use a constant"
        )


def describe(binding: Binding) -> str:
    """A binding in words, for messages."""
    match binding:
        case Value(type=Array(weak=True, dtype=dtype)):
            return {"f": "a float", "i": "an int", "b": "a bool", "c": "a complex number"}[dtype.kind]
        case Value(type=Array(shape=()) as kind):
            return f"a NumPy number ({kind})"
        case Value(type=Array() as kind):
            return f"an array ({kind})"
        case Value(type=Generator()):
            return "a random generator"
        case Static(value):
            return (
                f"{type_name(value)} {value!r}"
                if isinstance(value, (*NUMBERS, str))
                else f"{type_name(value)}"
            )
        case Ref():
            return "an array"
        case Unbound(inner):
            return describe(inner)
        case Maybe(inner):
            return f"{describe(inner)}, or None"
        case Record(kind) | Instance(kind=kind):
            return f"a {getattr(kind, 'stands_for', kind).__name__}"
        case Tup():
            return "a tuple"
        case ListRef() | Table() | Value(type=Seq()):
            return "a list"
        case DictRef():
            return "a dict"
        case Closure():
            return "a function"
        case Method():
            return "a method"
    return type(binding).__name__.lower()

"""The state of lowering: where ops go, what names stand for, what the compiled code will rely on."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias, TypeGuard

import numpy as np

from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Frame,
    Instance,
    Items,
    Lazy,
    ListRef,
    Maybe,
    Method,
    Places,
    Poison,
    Record,
    Ref,
    Static,
    Store,
    Tup,
    Unbound,
    View,
    held_numbers,
    type_name,
)
from adcompiler.frontend.captures import Capture, CapturedArray
from adcompiler.frontend.facts import Facts
from adcompiler.frontend.interrupts import Caught, Diverged, KeywordRefused, Poisoned, Unroll
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import record
from adcompiler.ir.types import BOOL, COMPLEX, FLOAT, INT, Array, Generator, Seq, Type
from adcompiler.primitives.build import apply, apply_all

Statics: TypeAlias = dict[str, Any]  # static arguments of a primitive by name: whatever its row takes
OWN = (
    "adcompiler.frontend.prelude",
    "adcompiler.frontend.definitions",
    "adcompiler.implicit",
    "adcompiler.custom",
)  # functions written in the language itself
NUMBERS = (bool, int, float, complex, np.generic)
# the classes of Python's numbers, and the types of what they make
PYTHON_KINDS: dict[type, Array] = {float: FLOAT, int: INT, bool: BOOL, complex: COMPLEX}

# primitives whose results lie in C order, whatever the order of their operands
IN_C_ORDER = frozenset({"zeros", "ones", "empty", "full", "array", "eye", "identity"})
# primitives that give an array where a number would do
WITHOUT_AXES = frozenset(
    "where select asarray reshape squeeze transpose copy zeros_like ones_like full_like broadcast_to tensordot "
    "i0".split()
)
# these give a number of NumPy for one
PERHAPS_WITHOUT_AXES = frozenset({"reshape", "squeeze", "transpose"})
# what the front end calls the value of a conditional expression
CHOSEN = "<value>"


Handler: TypeAlias = "Callable[[Lowering, list[Binding], dict[str, Binding]], Binding]"  # lowers a call


@dataclass(frozen=True, slots=True)
class Language:
    """How expressions, statements and calls are lowered, for the modules below those that know."""

    expression: Callable[[Lowering, ast.expr], Binding]
    block: Callable[[Lowering, Sequence[ast.stmt]], None]
    call: Callable[[Lowering, Binding, list[Binding], dict[str, Binding]], Binding]


@dataclass(slots=True)
class Lowering:
    """One run of the front end."""

    builder: Builder
    store: Store
    frame: Frame
    sequences: frozenset[str]
    language: Language
    captures: list[Capture] = field(default_factory=list)
    # what the attributes of objects of registered classes hold, by the object's id
    argument_attributes: dict[int, dict[str, Binding]] = field(default_factory=dict)
    arrays: dict[int, CapturedArray] = field(default_factory=dict)
    diagnostics: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    loops: list[Value] = field(default_factory=list)
    unrollable: set[Value] = field(default_factory=set)
    endless: set[ast.AST] = field(default_factory=set)  # functions that call themselves without an end
    # the classes of errors that each `try` around here handles
    handled: list[tuple[type[BaseException], ...]] = field(default_factory=list)
    # arrays without axes, which NumPy changes in place: the value that each was made as, or None if that is not known
    mutable_numbers: dict[Value, Value | None] = field(default_factory=dict)
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
    mutable: frozenset[type] = frozenset()  # the dataclasses whose objects change
    silenced: set[str] = field(default_factory=set)  # the kinds of warnings that np.errstate turns off
    running: list[Any] = field(default_factory=list)  # calls of functions whose own rules are being lowered
    discovering: int = 0  # while the result of such a function is not known yet
    parted: set[Cell] = field(default_factory=set)  # arrays of which some number may be a part without axes
    kept_numbers: set[Value | None] = field(default_factory=set)  # those of them that lists and views hold
    number_paths: dict[Value, str] = field(default_factory=dict)  # those of them that are arguments
    argument_arrays: dict[int, Binding] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    written_arguments: set[str] = field(default_factory=set)

    def expression(self, node: ast.expr) -> Binding:
        """Lower an expression."""
        return self.language.expression(self, node)

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Lower statements in order."""
        self.language.block(self, body)

    def __post_init__(self) -> None:
        self.store.watch.stale = self._stale

    def call(self, function: Binding, arguments: list[Binding]) -> Binding:
        """Call what a binding stands for."""
        return self.language.call(self, function, arguments, {})

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

    def stop(self, message: str, hint: str) -> NoReturn:
        """Raise a CompileError at the node being lowered."""
        raise CompileError.at(self.builder.location, message, hint)

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
        self.builder = Builder(before.location)
        try:
            yield self.builder
        except (Diverged, Caught) as left:
            raise left.reason from None
        finally:
            self.builder = before

    # ------------------------------------------------------------------------------------------------ arrays and cells

    def wrap(self, operand: Operand, name: str = "") -> Binding:
        """A binding for a fresh result: arrays get a cell, constants become static."""
        if isinstance(operand, Const):
            return Static(operand.value)
        made = self.builder.ops[-1] if self.builder.ops else None
        if not is_array(operand.type):
            if isinstance(made, Apply) and made.primitive in WITHOUT_AXES and operand in made.results:
                self.mutable_numbers[operand] = None if made.primitive in PERHAPS_WITHOUT_AXES else operand
            return operand
        fresh = isinstance(made, Apply) and made.results[0] is operand and made.primitive in IN_C_ORDER
        cell = Cell(name or operand.name, ordered=fresh or operand.type.rank == 1)
        self.store.contents[cell] = operand
        return Ref(cell)

    def view(
        self, base: Cell, read: Callable[[Value], Value], write: Callable[[Value, Value], Value]
    ) -> Binding:
        """A binding for a part of another array's memory."""
        value = read(self.content(base))
        if not is_array(value.type):
            made = self.builder.ops[-1] if self.builder.ops else None
            if isinstance(made, Apply) and made.primitive != "getitem":
                self.is_part(value, base)
            return value
        cell = Cell(view=View(base, read, write), shared=base.shared, path=base.path)
        self.store.contents[cell] = value
        self.store.seen[cell] = self.version(base)
        return Ref(cell)

    def is_part(self, number: Value, base: Cell) -> None:
        """Note that a number of the program is an array without axes that is part of another array."""
        self.mutable_numbers[number] = None
        self.kept_numbers.add(None)
        self.parted |= self.roots(base)

    def version(self, cell: Cell) -> int:
        """How often the memory behind a cell has been written."""
        return self.version(cell.view.base) if cell.view else self.store.versions.get(cell, 0)

    def content(self, cell: Cell) -> Value:
        """The array in a cell now; a view whose base was written since is read again."""
        link: Cell | None = cell
        while link is not None:
            for base, version in self.store.watch.bases.get(link, ()):
                if self.version(base) != version:
                    self._stale(cell, base)
            link = link.view.base if link.view else None
        if cell.view and self.store.seen.get(cell) != self.version(cell.view.base):
            value = cell.view.read(self.content(cell.view.base))
            self.store.contents[cell] = value
            self.store.seen[cell] = self.version(cell.view.base)
        content = self.store.contents[cell]
        assert isinstance(content, Value)
        return content

    def write(self, cell: Cell, value: Value) -> None:
        """Replace the content of a cell, and of the memory that it is a view of."""
        which = f"`{cell.name}`, an array" if cell.name else "an array"
        if cell.shared:
            self.stop(
                f"this writes into {which} that {cell.shared}, so what the write changes cannot be followed",
                f"write into a copy: {cell.name or 'y'}_new = {cell.name or 'y'}.copy() before the write",
            )
        if cell.kept:
            self.stop(
                f"this writes into {which} that a list holds too, so the list's item would change as well",
                f"append a copy: items.append({cell.name or 'y'}.copy())",
            )
        if not self.parted.isdisjoint(self.roots(cell)) and any(
            self.mutable_numbers.get(v, v) is None
            for v in held_numbers([*self.frames, self.frame], self.store)
        ):
            self.stop(
                f"this writes into {which} of which a name may hold a part without axes, that changes with it",
                "make it a number where it is read: float(np.squeeze(x)), x[0]",
            )
        if cell.path:
            self.written_arguments.add(cell.path)
        if cell.view is None:
            self.store.put(cell, value)
            return
        base = cell.view.base
        self.write(base, cell.view.write(self.content(base), value))
        self.store.contents[cell] = value
        self.store.seen[cell] = self.version(base)

    def own(self, cell: Cell) -> None:
        """Refuse to change a list, dict or object where it cannot be followed who else sees the change."""
        if cell.path:
            self.written_arguments.add(cell.path)
        what = f"`{cell.name}`, a container" if cell.name else "a container"
        if cell.shared:
            self.stop(
                f"this changes {what} that {cell.shared}, so who sees the change cannot be followed",
                "make a new one",
            )
        if cell.kept:
            self.stop(
                f"this changes {what} that a list holds too, so the list's item would change as well",
                "append a copy: items.append(dict(d)), items.append(list(xs))",
            )

    def _stale(self, cell: Cell, base: Cell) -> NoReturn:
        array = isinstance(self.store.contents[base], Value)
        what = f"`{cell.name}`" if cell.name else "this array" if array else "this container"
        other = f"`{base.name}`" if base.name else "an array" if array else "a container"
        same = "share its memory with" if array else "be the same as"
        copied = f"{base.name or 'x'}.copy()" if array else "copy the list, dict or object"
        self.stop(
            f"{what} may {same} {other}, which was written since, so what it holds cannot be known",
            f"let it have memory of its own from the start: {copied}",
        )

    def number_from(self, value: Value, *sources: Operand | None) -> None:
        """Note that a number of the program is an array without axes if one of its sources is."""
        known = [self.mutable_numbers.get(source) for source in sources if source in self.mutable_numbers]
        if known:
            one = known[0] if len(known) == len(sources) and all(root is known[0] for root in known) else None
            self.mutable_numbers[value] = one

    def change_number(self, old: Value, new: Value) -> None:
        """An array without axes is changed in place, which every other name and container of it would see."""
        root = self.mutable_numbers[old]

        def alike(other: Value | None) -> bool:
            return root is None or other is None or other is root

        held = held_numbers([*self.frames, self.frame], self.store)
        if sum(1 for v in held if v in self.mutable_numbers and alike(self.mutable_numbers[v])) > 1 or any(
            map(alike, self.kept_numbers)
        ):
            self.stop(
                "this changes an array without axes that has another name, or that a container holds too",
                "start from a number: 0.0, or float(x)",
            )
        self.mutable_numbers[new] = root
        self.written_arguments |= {path for value, path in self.number_paths.items() if alike(value)}

    def roots(self, cell: Cell) -> set[Cell]:
        """The arrays that an array is, or may be, a part of."""
        found: set[Cell] = set()
        rest = [cell]
        while rest:
            one = rest.pop()
            if one in found:
                continue
            found.add(one)
            if one.view is not None:
                rest.append(one.view.base)
            rest.extend(base for base, _ in self.store.watch.bases.get(one, ()))
        return {one for one in found if one.view is None}

    def watch(self, view: Cell, base: Cell) -> None:
        """After a write to `base`, `view` (which may or may not share its memory) must not be read."""
        self.store.watch.bases.setdefault(view, []).append((base, self.version(base)))

    def spend(self, iterator: Lazy) -> None:
        """Go over an iterator, which can be done once."""
        if iterator in self.store.spent:
            self.stop(
                "this iterator has been gone over before, and may have nothing left to give",
                "make a list of it first, list(zip(x, y)), or make it anew",
            )
        self.store.spent |= {iterator}

    def listed(self, cell: Cell) -> tuple[Binding, ...] | Items:
        """What a list holds."""
        content = self.store.listed(cell)
        if isinstance(content, Places):
            self.stop(
                "this reads a list of which no item has been written yet",
                "write its items first, by number, in a loop",
            )
        return content

    def new_list(self, items: Sequence[Binding] | Items | Places) -> ListRef:
        """A fresh list."""
        cell = Cell()
        self.store.put(cell, items if isinstance(items, (Items, Places)) else tuple(items))
        return ListRef(cell)

    def new_dict(self, content: dict[object, Binding]) -> DictRef:
        """A fresh dict."""
        cell = Cell()
        self.store.put(cell, content)
        return DictRef(cell)

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
                raise CompileError.at(binding.where or self.builder.location, why, binding.hint)
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
        hint = hint or "give it one kind of value, of one rank, on every path, or use two names"
        if name == CHOSEN:
            return Poison(f"this conditional expression is {why}", hint=hint)
        if name.endswith("?"):
            return Poison(f"this sum is {why}", hint="add in a loop that starts from zeros of that shape")
        if name in self.frame.generated:
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
                problem = CompileError.at(
                    self.builder.location,
                    f"{what} must be known while compiling, but depends on the loop or on data",
                    "use a constant, an argument or a size",
                )
                if self.loops:
                    raise Unroll(self.loops[-1], problem)
                raise problem
            case Value(type=Array(dtype=dtype, shape=())) if dtype.kind in "iu":
                self.stop(
                    f"{what} must be known while compiling, but depends on data",
                    "use a constant, an argument or a size",
                )
        self.stop(
            f"{what} must be an integer known while compiling, not {describe(binding)}", "use a constant"
        )


def is_array(type: Type) -> TypeGuard[Array]:
    """Whether values of the type are mutable memory in NumPy."""
    return isinstance(type, Array) and type.rank > 0


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
            return f"a {kind.__name__}"
        case Tup():
            return "a tuple"
        case ListRef() | Value(type=Seq()):
            return "a list"
        case DictRef():
            return "a dict"
        case Closure():
            return "a function"
        case Method():
            return "a method"
    return type(binding).__name__.lower()

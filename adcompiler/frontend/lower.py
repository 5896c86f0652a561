"""The front end's one public function: a callable and example arguments in, SSA IR out."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import EllipsisType

import numpy as np

from adcompiler.errors import CompileError, Location
from adcompiler.frontend.arguments import (
    Arguments,
    Leaf,
    Structure,
    emitted_default_order,
    emitted_parameters,
    parameters_of,
)
from adcompiler.frontend.bindings import (
    Binding,
    DictRef,
    Frame,
    Instance,
    ListRef,
    Maybe,
    Poison,
    Record,
    Ref,
    Static,
    Store,
    Tup,
    Unbound,
)
from adcompiler.frontend.calls import call_binding, call_object
from adcompiler.frontend.captures import Capture, CapturedArray
from adcompiler.frontend.context import Language, Lowering, describe
from adcompiler.frontend.contexts import KINDS
from adcompiler.frontend.expressions import expression
from adcompiler.frontend.instances import as_record
from adcompiler.frontend.interrupts import APART, SIZES, Diverged, Mutable, Poisoned, Restart, Tabled, Unroll
from adcompiler.frontend.mixtures import settled
from adcompiler.frontend.outcomes import Outcome
from adcompiler.frontend.recursion import function_of, is_mark
from adcompiler.frontend.source import Source, get_source
from adcompiler.frontend.statements import block
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Function, Operand, Region, Value, walk
from adcompiler.ir.dims import Guard, recording
from adcompiler.ir.rewrite import rename
from adcompiler.ir.types import Array, Seq
from adcompiler.stack import deep_recursion

LANGUAGE = Language(expression, block, call_binding)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A function for one signature: its IR, and what the IR relies on."""

    name: str
    signature: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    region: Region
    result: Structure
    arguments: Mapping[str, Structure]
    guards: tuple[Guard, ...]
    captures: tuple[Capture, ...]
    arrays: tuple[CapturedArray, ...]
    written: frozenset[str]
    location: Location
    returns: Location
    functions: tuple[Function, ...] = ()
    errors: Mapping[str, type[BaseException]] = field(default_factory=dict)
    silenced: tuple[str, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)  # by the message of the check

    def argument(self, text: str) -> Structure:
        """The structure of a parameter, or of one of the starred arguments: `rest[0]`."""
        name, starred, number = text.removesuffix("]").partition("[")
        return self.arguments[name].children[int(number)] if starred else self.arguments[name]


def lower(
    function: Callable[..., object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    active: frozenset[str],
    integers: bool = False,
    complex_at: frozenset[str] = frozenset(),
    recursion: bool = True,
) -> Lowered:
    """Lower a call of a function; `active` names the parameters that are differentiated.

    `integers`: these may hold integers beside what varies. `complex_at`: the calls that are taken to give complex numbers,
    where the data say whether they do. `recursion`: functions that call themselves may stay such. Where they may not, or
    where their results are of several kinds, they are written out for the sizes that the arguments have, if these end them.
    Containers of like items are sequences, which loops go over; where the program does with them what a sequence cannot do,
    and they are short, their items are taken one by one.
    Raises CompileError with every unsupported place.
    """
    listed: set[str] = set()
    rest = function, args, kwargs, active, integers, complex_at, recursion
    try:
        return _lower(*rest, frozenset(), listed)
    except CompileError as problem:
        if not listed:
            raise
        try:
            return _lower(*rest, frozenset({APART}), set())
        except CompileError:
            raise problem from None


def _lower(
    function: Callable[..., object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    active: frozenset[str],
    integers: bool,
    complex_at: frozenset[str],
    recursion: bool,
    sequences: frozenset[str],
    listed: set[str],
) -> Lowered:
    """Lower a call, again and again until nothing asks for another way; `listed` gets the containers taken as sequences."""
    mutable: frozenset[type] = frozenset()
    tables: dict[Location, Array | None] = {}
    refused: CompileError | None = (
        None  # what stands against a recursion that stays, or against its being written out
    )
    while True:
        try:
            with recording() as guards, deep_recursion():
                return _attempt(
                    function, args, kwargs, active, integers, complex_at, sequences, mutable, tables, guards
                )
        except Mutable as found:
            mutable |= {found.kind}
        except Tabled as found:
            tables[found.site] = found.kind
        except Restart as again:
            if again.path in sequences:
                raise
            if not is_mark(again.path):
                listed.add(again.path)
            out = is_mark(again.path) and not recursion and SIZES not in sequences
            sequences |= {SIZES if out else again.path}
        except CompileError as problem:
            if refused is not None:
                raise refused from None
            marks = frozenset(filter(is_mark, sequences))
            if SIZES in sequences:
                sequences -= {SIZES}
            elif marks:
                sequences = sequences - marks | {SIZES}
            else:
                raise
            refused, recursion = problem, True


def location_of(function: Callable[..., object]) -> Location:
    """Where a callable is defined, as far as that is known."""
    source = _source_of(function)
    return source.locate(source.tree) if isinstance(source, Source) else source


def parameter_of(function: Callable[..., object], name: str, otherwise: Location) -> Location:
    """Where a parameter stands in the definition of a callable."""
    source = _source_of(function)
    if not isinstance(source, Source):
        return otherwise
    spec = source.tree.args
    every = (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg)
    return next((source.locate(a) for a in every if a is not None and a.arg == name), otherwise)


def _source_of(function: Callable[..., object]) -> Source | Location:
    """The source of the function that a callable calls; where that has none, what is known of its place."""
    unwrapped: object = function
    while not isinstance(unwrapped, types.FunctionType):
        for name in ("primal", "func", "__func__", "py_func", "__wrapped__"):
            if getattr(unwrapped, name, None) is not None:
                unwrapped = getattr(unwrapped, name)
                break
        else:
            found = getattr(type(unwrapped), "__call__", None)
            if not isinstance(found, types.FunctionType):
                return Location(
                    getattr(function, "__module__", None) or "<built in>", 1, 1, function=name_of(function)
                )
            unwrapped = found
    try:
        return get_source(unwrapped)
    except CompileError:
        code = unwrapped.__code__
        return Location(code.co_filename, code.co_firstlineno, 1, function=unwrapped.__name__)


def name_of(function: object) -> str:
    """A Python identifier for a callable."""
    for owner in (
        function,
        getattr(function, "func", None),
        getattr(function, "__func__", None),
        type(function),
    ):
        name = getattr(owner, "__name__", None)
        if isinstance(name, str):
            return name if name.isidentifier() else "f"
    return "f"


def emitted_name(function: object) -> str:
    """What a callable is called in emitted code; a derivative as it is emitted itself."""
    suffix = getattr(function, "suffix", "") if hasattr(function, "inline_call") else ""
    primal = getattr(function, "primal", None)
    return f"{emitted_name(primal)}_{suffix}" if suffix else name_of(function)


def _attempt(
    function: Callable[..., object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    active: frozenset[str],
    integers: bool,
    complex_at: frozenset[str],
    sequences: frozenset[str],
    mutable: frozenset[type],
    tables: dict[Location, Array | None],
    guards: dict[Guard, None],
) -> Lowered:
    location = location_of(function)
    signature = parameters_of(function)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as problem:
        raise TypeError(f"{name_of(function)}() {problem}") from None
    frame = Frame(_Place(location), {}, {}, {}, None, None)
    low = Lowering(
        Builder(location),
        Store(),
        frame,
        sequences=sequences,
        language=LANGUAGE,
        mutable=mutable,
        complex_at=complex_at,
        tables=tables,
    )
    low.parameters.update(bound.arguments)
    taken = Arguments(low, location, [], {}, integers, active)
    low.argument_arrays = taken.by_id
    structures: dict[str, Structure] = {}
    positional: list[Binding] = []
    keywords: dict[str, Binding] = {}
    for name, value in bound.arguments.items():
        kind = signature.parameters[name].kind
        taken.location = parameter_of(function, name, location)
        binding, structures[name] = taken.take(value, name, active=False)
        if kind is inspect.Parameter.VAR_POSITIONAL:
            positional.extend(binding.items if isinstance(binding, Tup) else [])
        elif kind is inspect.Parameter.VAR_KEYWORD:
            given = low.store.mapping(binding.cell) if isinstance(binding, DictRef) else {}
            keywords.update({str(key): item for key, item in given.items()})
        elif kind is inspect.Parameter.KEYWORD_ONLY:
            keywords[name] = binding
        else:
            positional.append(binding)
    result = _lower_body(low, function, positional, keywords)
    outputs: list[Operand] = []
    structure = _result(low, result, outputs)
    arrays = tuple(low.arrays.values())
    leaves = (*taken.leaves, *(Leaf(a.name, a.value, False) for a in arrays))
    texts = emitted_default_order(emitted_parameters(signature, [a.name for a in arrays]))
    region = settled(low.builder.region([leaf.value for leaf in leaves], outputs), low.asked)
    region = rename(region, {value: name for value, name in low.value_names.items() if not value.name})
    region = rename(region, _leaf_names(low, leaves, region))
    leaves = tuple(replace(leaf, value=value) for leaf, value in zip(leaves, region.params, strict=True))
    captures = {(c.text, id(c.expected)): c for c in low.captures}
    return Lowered(
        emitted_name(function),
        texts,
        leaves,
        region,
        structure,
        structures,
        tuple(guards),
        tuple(captures.values()),
        arrays,
        frozenset(low.written_arguments),
        location,
        low.returns or location,
        tuple(function_of(callee, low.value_names) for callee in low.functions.values()),
        low.errors,
        tuple(kind for kind in KINDS if kind in low.silenced),
        low.outcomes,
    )


def _leaf_names(low: Lowering, leaves: Sequence[Leaf], region: Region) -> dict[Value, str]:
    """Names for leaves that have none: what the source calls them, or their items."""
    names: dict[Value, str] = {}
    for leaf in leaves:
        if leaf.value.name:
            continue
        if isinstance(leaf.value.type, Seq):
            items = (op for op in walk(region) if isinstance(op, Apply) and op.primitive == "seq_get")
            item = next(
                (op.result.name for op in items if op.operands[0] is leaf.value and op.result.name), ""
            )
            container = leaf.text.partition("[")[0]
            names[leaf.value] = f"{container}_{item}" if item else container
        elif leaf.value in low.leaf_names:
            names[leaf.value] = low.leaf_names[leaf.value]
    return names


@dataclass(frozen=True, slots=True)
class _Place:
    """Stands for the source of the call itself: all is at the definition."""

    location: Location

    @property
    def file(self) -> str:
        """The file of the definition."""
        return self.location.file

    def locate(self, node: ast.AST) -> Location:
        """The definition."""
        return self.location


def _lower_body(
    low: Lowering, function: Callable[..., object], positional: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    try:
        result = call_object(low, function, name_of(function), positional, keywords)
    except Unroll as unrolled:
        raise unrolled.reason from None
    except Poisoned:
        result = Poison()
    except (CompileError, Diverged) as problem:
        error = problem.reason if isinstance(problem, Diverged) else problem
        for diagnostic in error.diagnostics:
            at = diagnostic.location
            low.diagnostics.setdefault((at.file, at.line, at.column, diagnostic.message), diagnostic)
        result = Poison()
    if low.diagnostics:
        found = sorted(
            low.diagnostics.values(), key=lambda d: (d.location.file, d.location.line, d.location.column)
        )
        raise CompileError(*found)
    return result


def _result(low: Lowering, binding: Binding, outputs: list[Operand]) -> Structure:
    """The structure of the result; its leaves become the region's results."""
    match binding:
        case Unbound() | Maybe() | Poison():
            return _result(low, low.present(binding), outputs)
        case Value() | Ref():
            outputs.append(low.operand(binding))
            return Structure("leaf", leaf=len(outputs) - 1)
        case Tup(items):
            return Structure("tuple", children=tuple(_result(low, item, outputs) for item in items))
        case Record(kind, _, items):
            return Structure(
                "record", const=kind, children=tuple(_result(low, item, outputs) for item in items)
            )
        case ListRef(cell):
            content = low.listed(cell)
            if isinstance(content, tuple):
                return Structure("list", children=tuple(_result(low, item, outputs) for item in content))
            first = len(outputs)
            outputs.extend(content.sequences)
            inner = _item_structure(low, content.item, content.store, iter(range(first, len(outputs))))
            return Structure("items", children=(inner,))
        case Instance(kind=kind) if dataclasses.is_dataclass(kind) and not hasattr(kind, "__post_init__"):
            return _result(low, as_record(low, binding), outputs)
        case DictRef(cell):
            held = low.store.mapping(cell)
            return Structure(
                "dict", children=tuple(_result(low, v, outputs) for v in held.values()), keys=tuple(held)
            )
        case Static(value):
            if isinstance(value, (float, complex, np.inexact)):
                outputs.append(low.operand(binding))
                return Structure("leaf", leaf=len(outputs) - 1)
            if _is_written(value):
                return Structure("const", const=value)
    low.stop(f"the function returns {describe(binding)}", "return numbers, arrays and containers of them")


def _is_written(value: object) -> bool:
    """Whether a constant can stand in emitted source."""
    match value:
        case None | bool() | int() | float() | complex() | str() | bytes() | EllipsisType():
            return True
        case np.generic() | np.dtype():
            return value.dtype.kind in "biufc" if isinstance(value, np.generic) else value.kind in "biufc"
        case type():
            return value in (bool, int, float, complex) or issubclass(value, np.number | np.bool_)
        case tuple() | list():
            return all(map(_is_written, value))
        case dict():
            return all(map(_is_written, (*value.keys(), *value.values())))
        case slice(start=start, stop=stop, step=step):
            return all(map(_is_written, (start, stop, step)))
    return False


def _item_structure(low: Lowering, item: Binding, store: Store, numbers: Iterator[int]) -> Structure:
    match item:
        case Tup(items):
            return Structure("tuple", children=tuple(_item_structure(low, i, store, numbers) for i in items))
        case Record(kind, _, items):
            return Structure(
                "record", const=kind, children=tuple(_item_structure(low, i, store, numbers) for i in items)
            )
        case Value() | Ref() | Static():
            return Structure("leaf", leaf=next(numbers))
    low.stop(f"a list of {describe(item)} is returned", "return lists of numbers, arrays or tuples of them")

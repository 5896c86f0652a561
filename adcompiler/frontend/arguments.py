"""Arguments: which leaves they have, which of these are differentiated, and how the emitted code reaches them."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from adcompiler import pytree
from adcompiler.errors import CompileError, Location
from adcompiler.frontend.bindings import Binding, Cell, DictRef, Items, ListRef, Record, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.interrupts import SIZES
from adcompiler.frontend.outside import array_type, is_outside_array
from adcompiler.ir.core import Value
from adcompiler.ir.dims import Atom, Dim, dim, opaque
from adcompiler.ir.types import COMPLEX, FLOAT, INT, Array, Generator, Seq, generator_of
from adcompiler.primitives.build import counted


@dataclass(frozen=True, slots=True)
class Leaf:
    """One array or number of the arguments: `text` reaches it from the parameters of the emitted function."""

    text: str
    value: Value
    active: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """The structure of an argument or result: a leaf (its number), a constant, or a container of structures.

    kind: "leaf", "const", "tuple", "list", "dict", "record" or "items" (a list whose leaves are IR sequences).
    """

    kind: str
    leaf: int = -1
    const: object = None
    children: tuple[Structure, ...] = ()
    keys: tuple[object, ...] = ()
    node: pytree.Node | None = None


@dataclass(slots=True)
class Arguments:
    """Flattens arguments into leaves and bindings.

    `integers`: integers and truth values may stand beside what is differentiated; they have no derivative.
    `active`: the texts of what is differentiated, parameters or starred arguments (`rest[0]`).
    """

    low: Lowering
    location: Location
    leaves: list[Leaf]
    by_id: dict[int, Binding]
    integers: bool = False
    active: frozenset[str] = frozenset()

    def take(
        self, value: object, text: str, active: bool, name: str = "", field: bool = False
    ) -> tuple[Binding, Structure]:
        """The binding and the structure of one argument; a `field` of a dataclass may be something that is no number."""
        active = active or text in self.active
        if text in self.low.sequences:
            return self._items(value, text, active)
        leaf = self._leaf_type(value, text)
        if leaf is not None:
            return self._leaf(value, leaf, text, active, name)
        generator = generator_of(value)
        if generator is not None:
            return self._generator(generator, text, active, name)
        node = pytree.node(value)
        if node is None or node.kind == "none":
            if active and node is None and not field and not (self.integers and isinstance(value, bool)):
                self._refuse(text, f"it is {describe(Static(value))}")
            return Static(value, text), Structure("const", const=value)
        keys = node.keys if node.kind != "custom" else self._attributes(value, node, text)
        fields = node.kind == "dataclass"
        parts = [
            self.take(child, text + key, active, _last(key), fields)
            for key, child in zip(keys, node.children, strict=True)
        ]
        if node.kind == "custom":
            held = {key.removeprefix("."): part[0] for key, part in zip(keys, parts, strict=True)}
            if id(value) in self.low.argument_attributes:
                raise CompileError.at(
                    self.location,
                    f"the argument {text} is an object ({type(value).__name__}) that is given twice",
                    "give a copy of it: what is known of an object of a registered class is known by the object",
                )
            self.low.argument_attributes[id(value)] = held
        return self._container(value, text, node, parts)

    def _container(
        self, value: object, text: str, node: pytree.Node, parts: list[tuple[Binding, Structure]]
    ) -> tuple[Binding, Structure]:
        bindings, children = tuple(p[0] for p in parts), tuple(p[1] for p in parts)
        match node.kind:
            case "tuple":
                return Tup(bindings, text), Structure("tuple", children=children, node=node)
            case "list":
                cell = Cell(text if text.isidentifier() else "", path=text)
                self.low.store.contents[cell] = bindings
                return ListRef(cell), Structure("list", children=children, node=node)
            case "dict":
                assert isinstance(value, Mapping)
                cell = Cell(text if text.isidentifier() else "", path=text)
                self.low.store.contents[cell] = dict(zip(value, bindings, strict=True))
                return DictRef(cell), Structure("dict", children=children, keys=tuple(value), node=node)
            case "dataclass":
                held = dict(zip(node.keys, bindings, strict=True))
                fields = tuple(field.name for field in dataclasses.fields(node.type))
                # what a registered dataclass does not count among its children is static
                items = tuple(held.get(f".{name}", Static(getattr(value, name))) for name in fields)
                return Record(node.type, fields, items), Structure("record", children=children, node=node)
            case "namedtuple":
                names = getattr(type(value), "_fields", tuple(key.lstrip(".") for key in node.keys))
                return Record(type(value), names, bindings), Structure("record", children=children, node=node)
        return Static(value, text), Structure("record", children=children, node=node)

    def _attributes(self, value: object, node: pytree.Node, text: str) -> tuple[str, ...]:
        """The attributes of an object of a registered class that hold its children."""
        names = _shown_by_marks(value, node) or _shown_by_identity(value, node)
        if names is None:
            raise CompileError.at(
                self.location,
                f"the children of the argument {text} ({type(value).__name__}) are not attributes of it, or not told apart",
                "keep each child of a registered class in an attribute, as it is",
            )
        return tuple(f".{name}" for name in names)

    def _leaf_type(self, value: object, text: str) -> Array | None:
        if is_outside_array(value):
            return array_type(value, text, SIZES in self.low.sequences)
        if isinstance(value, bool):
            return None
        if isinstance(value, int) and type(value) is int:
            return replace(INT, size=dim(Atom(text, value)))
        if type(value) is float:
            return FLOAT
        if type(value) is complex:
            return COMPLEX
        if isinstance(value, type):
            return None
        if isinstance(value, np.generic) or (hasattr(value, "dtype") and hasattr(value, "__array__")):
            dtype = np.dtype(value.dtype)
            if dtype.kind not in "biufc":
                raise CompileError.at(self.location, f"the argument {text} has dtype {dtype}", "pass numbers")
            size = dim(Atom(text, int(np.asarray(value)))) if dtype.kind in "iu" else None
            return Array(dtype, (), False, size)
        return None

    def _leaf(
        self, value: object, type: Array, text: str, active: bool, name: str
    ) -> tuple[Binding, Structure]:
        active = self._varies(type, text, active)
        if type.dtype.itemsize > 16 or type.dtype.kind not in "biufc":
            raise CompileError.at(
                self.location, f"the argument {text} has dtype {type.dtype}", "pass numbers"
            )
        leaf = Value(counted(type), text if text.isidentifier() else name)
        self.leaves.append(Leaf(text, leaf, active))
        structure = Structure("leaf", leaf=len(self.leaves) - 1)
        if not type.rank:
            if isinstance(value, np.ndarray):
                self.low.mutable_numbers[leaf] = leaf
                self.low.number_paths[leaf] = text
            return leaf, structure
        cell = Cell(leaf.name, path=text)
        self.low.store.contents[cell] = leaf
        self.by_id[id(value)] = Ref(cell)
        return Ref(cell), structure

    def _generator(self, type: Generator, text: str, active: bool, name: str) -> tuple[Binding, Structure]:
        if active:
            self._refuse(text, "it is a random generator")
        leaf = Value(type, text if text.isidentifier() else name)
        self.leaves.append(Leaf(text, leaf, False))
        return leaf, Structure("leaf", leaf=len(self.leaves) - 1)

    def _varies(self, type: Array, text: str, active: bool) -> bool:
        """Whether a leaf of such a type is differentiated."""
        if active and not type.inexact and not self.integers:
            self._refuse(text, f"it has dtype {type.dtype}")
        return active and type.inexact

    def _refuse(self, text: str, why: str) -> None:
        raise CompileError.at(
            self.location,
            f"grad requires real- or complex-valued inputs (float arrays or numbers), but for the argument {text} {why}",
            "pass floats, or leave the argument out of argnums",
        )

    def _items(self, value: object, text: str, active: bool) -> tuple[Binding, Structure]:
        """A homogeneous container as IR sequences, one for each leaf of an item."""
        assert isinstance(value, (tuple, list))
        rows: list[list[tuple[str, object]]] = []
        for item in value:
            pairs = pytree.leaves_with_paths(item)
            rows.append(pairs)
        binding, structure = _prototype(self, value[0], text, active)
        sequences: list[Value] = []
        numbers: dict[int, int] = {}
        for column, (suffix, _) in enumerate(rows[0]):
            full = f"{text}[*]{suffix}"
            types = [self._leaf_type(row[column][1], full) for row in rows]
            item = _joined([t for t in types if t is not None], full)
            varies = self._varies(item, full, active)
            length = dim(Atom(f"len({text})", len(value)))
            sequence = Value(
                Seq(item, length), (text if text.isidentifier() else "items") if not suffix else ""
            )
            sequences.append(sequence)
            self.leaves.append(Leaf(full, sequence, varies))
            numbers[column] = len(self.leaves) - 1
        cell = Cell(text if text.isidentifier() else "", path=text)
        self.low.store.contents[cell] = Items(tuple(sequences), binding, self.low.store.copy())
        return ListRef(cell), Structure(
            "items", children=(_renumbered(structure, numbers),), node=pytree.node(value)
        )


def _shown_by_marks(value: object, node: pytree.Node) -> list[str] | None:
    """The attributes of the children, as shown by an object of the class that is rebuilt with marks as children."""
    marks = [object() for _ in node.children]
    try:
        attributes = vars(node.rebuild(marks)).items()
    except Exception:  # noqa: BLE001  (a class may want children of certain types)
        return None
    names = {id(held): name for name, held in attributes}
    found = [names.get(id(mark), "") for mark in marks]
    own = getattr(value, "__dict__", {})
    same = all(name in own and own[name] is child for name, child in zip(found, node.children, strict=True))
    return found if same else None


def _shown_by_identity(value: object, node: pytree.Node) -> list[str] | None:
    """The attributes that hold the children, where no object is held twice."""
    held = [(id(child), name) for name, child in getattr(value, "__dict__", {}).items()]
    children = [id(child) for child in node.children]
    once = all(sum(one == child for one, _ in held) == 1 for child in children)
    if not once or len(set(children)) < len(children):
        return None
    return [dict(held)[child] for child in children]


def _prototype(arguments: Arguments, item: object, text: str, active: bool) -> tuple[Binding, Structure]:
    """An item's binding and structure, without adding its leaves to the arguments."""
    scratch = Arguments(arguments.low, arguments.location, [], {})
    return scratch.take(item, f"{text}[*]", False)


def _renumbered(structure: Structure, numbers: dict[int, int]) -> Structure:
    if structure.kind == "leaf":
        return replace(structure, leaf=numbers[structure.leaf])
    return replace(structure, children=tuple(_renumbered(child, numbers) for child in structure.children))


def _joined(types: Sequence[Array], text: str) -> Array:
    first = types[0]
    dims: list[Dim] = []
    for axis in range(first.rank):
        ones = [t.shape[axis].known == 1 for t in types]
        many = not any(ones)
        dims.append(dim(1) if all(ones) else opaque(f"?{text}.{axis}{'!' if many else ''}", None, many=many))
    return Array(first.dtype, tuple(dims), first.weak)


def _last(key: str) -> str:
    name = key.strip("[]'\".")
    return name if name.isidentifier() else ""


def parameters_of(function: Callable[..., object]) -> inspect.Signature:
    """The signature of a callable; ufuncs and C functions get names for their positions."""
    if isinstance(function, np.ufunc):
        names = ("x",) if function.nin == 1 else tuple(f"x{k + 1}" for k in range(function.nin))
        return inspect.Signature(
            [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in names]
        )
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return inspect.Signature([inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)])


def emitted_parameters(signature: inspect.Signature, arrays: Sequence[str]) -> tuple[str, ...]:
    """The parameter list of the emitted function: the user's, then the arrays that it reads from outside."""
    texts: list[str] = []
    star = False
    previous = None
    for name, parameter in signature.parameters.items():
        if previous is inspect.Parameter.POSITIONAL_ONLY and parameter.kind is not previous:
            texts.append("/")
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not star:
            texts.append("*")
            star = True
        previous = parameter.kind
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            texts.append(f"*{name}")
            star = True
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            if arrays:
                texts.extend(([] if star else ["*"]) + list(arrays))
            texts.append(f"**{name}")
            return tuple(texts)
        else:
            default = parameter.default
            plain = isinstance(default, (bool, int, float, str, type(None)))
            if default is inspect.Parameter.empty:
                texts.append(name)
            else:
                texts.append(f"{name}={default!r}" if plain and default == default else f"{name}=None")
    if previous is inspect.Parameter.POSITIONAL_ONLY:
        texts.append("/")
    if arrays:
        texts.extend(([] if star else ["*"]) + list(arrays))
    return tuple(texts)


def emitted_default_order(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Parameters after one with a default need one too; those whose default cannot be written get None."""
    result: list[str] = []
    defaulted = False
    for text in texts:
        if text.startswith("*"):
            defaulted = False
        plain = text not in ("/", "*") and not text.startswith("*")
        if plain and "=" in text:
            defaulted = True
        elif plain and defaulted and "*" not in result:
            text = f"{text}=None"
        result.append(text)
    return tuple(result)

"""Where paths meet: what a name stands for after a branch, and what a loop carries from trip to trip."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from types import BuiltinMethodType, MethodType

import numpy as np

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Items,
    ListRef,
    Method,
    Places,
    Poison,
    Record,
    Ref,
    Static,
    Store,
    Tup,
    Unbound,
    cells_in,
)
from adcompiler.frontend.context import CHOSEN, NUMBERS, Lowering, describe, is_array
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import Dim, is_one, opaque, own_sizes
from adcompiler.ir.types import Array, Seq, Type, join


def same_static(a: object, b: object) -> bool:
    """Whether two objects known while compiling are interchangeable."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, (str, bytes, np.dtype, *NUMBERS)):
        return bool(a == b) or (a != a and b != b)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(same_static, a, b))  # type: ignore[arg-type,call-overload]
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_static(a[k], b[k]) for k in a)  # type: ignore[call-overload,index]
    return isinstance(a, (slice, type(...), MethodType, BuiltinMethodType)) and a == b


def same(a: Binding, b: Binding) -> bool:
    """Whether two bindings are one thing."""
    match a, b:
        case Static(x), Static(y):
            return same_static(x, y)
        case (Ref(x), Ref(y)) | (ListRef(x), ListRef(y)) | (DictRef(x), DictRef(y)):
            return x is y
        case Tup(xs), Tup(ys):
            return len(xs) == len(ys) and all(map(same, xs, ys))
        case Record(p, _, xs), Record(q, _, ys):
            return p is q and all(map(same, xs, ys))
        case Method(o, n), Method(p, m):
            return n == m and same(o, p)
        case Closure(), Closure():
            return a.tree is b.tree and a.frame is b.frame
        case Poison(), Poison():
            return True
        case Unbound(x, d, _), Unbound(y, e, _):
            return d is e and same(x, y)
    return a is b


# ---------------------------------------------------------------------------------------------------- structure and leaves


def is_leaf(binding: Binding) -> bool:
    """Whether a binding is one number or array."""
    return isinstance(binding, (Value, Ref)) or (
        isinstance(binding, Static) and isinstance(binding.value, NUMBERS)
    )


def leaves(low: Lowering, binding: Binding, store: Store) -> list[Binding]:
    """The numbers, arrays and IR sequences in a binding, in order."""
    match binding:
        case Tup(items=items) | Record(items=items):
            return [leaf for item in items for leaf in leaves(low, item, store)]
        case ListRef(cell) | DictRef(cell):
            content = store.contents[cell]
            if isinstance(content, Places):
                return []
            if isinstance(content, Items):
                return [s for s in content.sequences if isinstance(s, Value)]
            children = content.values() if isinstance(content, dict) else content
            return [leaf for item in children for leaf in leaves(low, item, store)]  # type: ignore[attr-defined]
        case Unbound(inner, defined) if defined is not None:
            return [*leaves(low, inner, store), _flag(defined)]
    return [binding] if is_leaf(binding) else []


def _flag(defined: Operand) -> Binding:
    return Static(defined.value) if isinstance(defined, Const) else defined


def rebuild(
    low: Lowering, binding: Binding, new: Iterable[Binding], store: Store, make_cell: Callable[[Cell], Cell]
) -> Binding:
    """The same structure with other leaves; lists and dicts get the cells that `make_cell` gives."""
    rest = iter(new)

    def build(old: Binding) -> Binding:
        match old:
            case Tup(items, _):
                return Tup(tuple(build(item) for item in items))
            case Record(kind, names, items):
                return Record(kind, names, tuple(build(item) for item in items))
            case ListRef(cell):
                content = store.contents[cell]
                fresh = make_cell(cell)
                if isinstance(content, Items):
                    sequences = tuple(leaf for _, leaf in zip(content.sequences, rest, strict=False))
                    low.store.put(fresh, Items(sequences, content.item, content.store))  # type: ignore[arg-type]
                elif isinstance(content, Places):
                    low.store.put(fresh, content)
                else:
                    low.store.put(fresh, tuple(build(item) for item in content))  # type: ignore[attr-defined]
                return ListRef(fresh)
            case DictRef(cell):
                content = store.contents[cell]
                fresh = make_cell(cell)
                assert isinstance(content, dict)
                low.store.put(fresh, {key: build(item) for key, item in content.items()})
                return DictRef(fresh)
            case Unbound(inner, defined, why) if defined is not None:
                made = build(inner)
                flag = next(rest)
                defined = Const(flag.value) if isinstance(flag, Static) else flag  # type: ignore[assignment]
                return Unbound(made, defined, why, old.sure)
        return next(rest) if is_leaf(old) else old

    return build(binding)


def skeleton(binding: Binding, store: Store) -> object:
    """What must agree for two bindings to be joined leaf by leaf."""
    match binding:
        case Tup(items=items):
            return ("tuple", *(skeleton(item, store) for item in items))
        case Record(kind, names, items):
            return (kind, names, *(skeleton(item, store) for item in items))
        case ListRef(cell):
            content = store.contents[cell]
            if isinstance(content, Places):
                return ("places",)
            if isinstance(content, Items):
                return ("sequence", skeleton(content.item, content.store))
            return ("list", *(skeleton(item, store) for item in content))  # type: ignore[attr-defined]
        case DictRef(cell):
            content = store.contents[cell]
            assert isinstance(content, dict)
            return ("dict", *((key, skeleton(item, store)) for key, item in content.items()))
        case Static(value):
            return "leaf" if isinstance(value, NUMBERS) else _Same(binding)
        case Value() | Ref():
            return "leaf"
        case Unbound(inner, defined) if defined is not None:
            return ("unbound", skeleton(inner, store))
    return _Same(binding)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Compares static things by what they are."""

    binding: Binding

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and same(self.binding, other.binding)

    def __hash__(self) -> int:
        return 0


def leaf_operand(leaf: Binding, store: Store, low: Lowering) -> Operand:
    """The operand of a leaf, as the given store has it."""
    match leaf:
        case Ref(cell):
            current, low.store = low.store, store
            try:
                return low.content(cell)
            finally:
                low.store = current
        case Static(value):
            return Const(value)
    assert isinstance(leaf, Value)
    return leaf


def convert(low: Lowering, operand: Operand, type: Type) -> Operand:
    """The operand with the dtype of a joined type."""
    have = operand.type
    if not isinstance(have, Array) or not isinstance(type, Array) or have.dtype == type.dtype:
        return operand
    if isinstance(operand, Const):
        scalar = type.dtype.type(operand.value)
        return Const(scalar.item() if type.weak or type.dtype.char in "?ldD" else scalar)
    if have.weak:
        kind = Array(type.dtype, (), True)
        return low.apply("python", operand, kind=kind)
    return low.apply("astype", operand, dtype=type.dtype)


def item_type(type: Type, label: str) -> Type:
    """The type of the items of a list, without what is known of one item alone."""
    if not isinstance(type, Array):
        return type
    return replace(type, shape=own_sizes(type.shape, label), size=None)


def common_item(kind: Type, have: Type, label: str) -> Type:
    """The type of the items of a list of `kind` that gets one of type `have`; raises ValueError where there is none."""
    joined = join(kind, have, label)
    if not (isinstance(kind, Array) and isinstance(have, Array) and isinstance(joined, Array)):
        return joined
    sizes: list[Dim] = []
    for axis, (ours, theirs) in enumerate(zip(kind.shape, have.shape, strict=True)):
        many = is_one(ours) is False and is_one(theirs) is False
        fits = ours == theirs if ours.printable else many or is_one(ours) is not False
        sizes.append(ours if fits else opaque(f"?{label}.{axis}{'!' if many else ''}", None, many=many))
    return replace(joined, shape=tuple(sizes), size=None)


def put_item(
    low: Lowering, name: str, sequence: Operand, item: Operand, put: Callable[[Operand], Value], what: str
) -> Value:
    """A sequence with an item put in by `put`; its items get the type that they then have in common."""
    assert isinstance(sequence.type, Seq)
    kind, have = sequence.type.item, item.type
    clash = f"{have} is {what} the list {name!r} of {kind}"
    try:
        common = common_item(kind, have, f"items{next(low.labels)}")
    except ValueError:
        low.stop(clash, "keep one rank and dtype for every item")
    if isinstance(common, Array) and isinstance(kind, Array) and common.dtype != kind.dtype and kind.rank:
        low.stop(clash, "keep one dtype for every item, such as that of x.astype(float)")
    made = put(convert(low, item, common))
    if common == kind:
        return made
    fresh = replace(made, type=replace(sequence.type, item=common, length=None))
    low.builder.ops[-1] = replace(low.builder.ops[-1], results=(fresh,))
    return fresh


def keep(low: Lowering, binding: Binding) -> None:
    """Note that a list of unknown length now holds the arrays of a binding."""
    for cell in cells_in(binding, low.store):
        while True:
            cell.kept = True
            if cell.view is None:
                break
            cell = cell.view.base


def referenced(
    low: Lowering, names: Iterable[dict[str, Binding]], besides: str, skip: Cell | None = None
) -> set[Cell]:
    """The cells that other names can reach, not through the container `skip`, with the arrays these are views of."""
    found: set[Cell] = set()
    frames = [*names, *(frame.names for frame in low.frames[:-1])]
    for number, bindings in enumerate(frames):
        for name, binding in bindings.items():
            if name == besides and number < len(frames) - len(low.frames) + 1:
                continue
            for cell in cells_in(binding, low.store, skip):
                while cell is not None:
                    found.add(cell)
                    cell = cell.view.base if cell.view else None  # type: ignore[assignment]
    return found


# ---------------------------------------------------------------------------------------------------- branches


@dataclass(slots=True)
class Arm:
    """How a branch ended."""

    names: dict[str, Binding]
    store: Store
    builder: Builder
    pairs: list[Operand | None] = field(default_factory=list)


def _twice(leaf: Binding, among: list[Binding]) -> str:
    """Why an array that a container holds more than once must not be written, once its places are joined apart."""
    if isinstance(leaf, Ref) and sum(isinstance(other, Ref) and other.cell is leaf.cell for other in among) > 1:
        return "is held more than once"
    return ""


def _callable(binding: Binding) -> bool:
    return isinstance(binding, (Closure, Method)) or (isinstance(binding, Static) and callable(binding.value))


def _length(content: object) -> int | None:
    """The number of items of a list, where it is known while compiling."""
    return len(content) if isinstance(content, tuple) else None


class DifferentLengths(Exception):
    """A list has other lengths on two paths: before them it must become IR sequences of items like this one."""

    def __init__(self, cell: Cell, prototype: Binding, store: Store, types: list[Type]) -> None:
        super().__init__(cell.name)
        self.cell = cell
        self.prototype = prototype
        self.store = store
        self.types = types


class Merge:
    """Joins the ends of two arms; collects a result for every leaf that differs."""

    def __init__(self, low: Lowering, before: Store, then: Arm, orelse: Arm) -> None:
        self.low = low
        self.before = before
        self.then = then
        self.orelse = orelse
        self.results: list[Value] = []
        self.watching: list[tuple[Cell, Cell]] = []  # joined arrays, and those that they may be
        self.label = f"if{next(low.labels)}"

    def run(self) -> dict[str, Binding]:
        """The names after the branch; low.store becomes the store after it."""
        low, names = self.low, {}
        low.store = Store({**self.orelse.store.contents, **self.then.store.contents}, {}, {})
        for cell in {**self.then.store.versions, **self.orelse.store.versions}:
            both = self.then.store.versions.get(cell, 0), self.orelse.store.versions.get(cell, 0)
            low.store.versions[cell] = max(both) + (both[0] != both[1])
        for cell in self.before.contents:
            self._content(cell)
        for name in {**self.then.names, **self.orelse.names}:
            names[name] = self._name(name, self.then.names.get(name), self.orelse.names.get(name))
        for cell, root in self.watching:
            low.watch(cell, root)
        return names

    def _content(self, cell: Cell) -> None:
        if cell.view is not None:
            self.low.store.contents[cell] = self.before.contents[cell]
            self.low.store.seen[cell] = -1
            return
        a, b = self.then.store.contents[cell], self.orelse.store.contents[cell]
        if a is b:
            return
        before, low = self.before.contents[cell], self.low
        if isinstance(before, Value) and isinstance(a, Value) and isinstance(b, Value):
            slot = self._slot(a, b, cell.name)
            low.store.put(cell, slot)
            return
        ref: Binding = DictRef(cell) if isinstance(before, dict) else ListRef(cell)
        if isinstance(before, tuple) and _length(a) != _length(b):
            self._need_items(cell, a, b)
        joined = self._join(ref, ref, cell.name, keep=cell)
        if isinstance(joined, Poison):
            what = "dict" if isinstance(before, dict) else "list"
            low.stop(
                f"the {what} {cell.name!r} has other items, or other kinds of items, on one path than on the other",
                "change it alike on every path, or collect the values in an array",
            )

    def _need_items(self, cell: Cell, *contents: object) -> None:
        """A list of other lengths on the two paths is lowered again as IR sequences, where its items are numbers."""
        from adcompiler.frontend.loops import common_types

        known = [content for content in contents if isinstance(content, Items)]
        if known:
            types = [sequence.type.item for sequence in known[0].sequences]  # type: ignore[union-attr]
            raise DifferentLengths(cell, known[0].item, known[0].store, types)
        items = tuple(item for content in contents for item in content)  # type: ignore[attr-defined]
        store = self.low.store.copy()
        types = common_types(self.low, items, store, f"{self.label}.{cell.name}")
        if types:
            raise DifferentLengths(cell, items[0], store, types)

    def _name(self, name: str, a: Binding | None, b: Binding | None) -> Binding:
        if a is None or b is None:
            given = a if a is not None else b
            assert given is not None
            return self._one_sided(name, given, a is not None)
        if same(a, b):
            return a
        if isinstance(a, Poison) and a.bottom:
            return b
        if isinstance(b, Poison) and b.bottom:
            return a
        if isinstance(a, Unbound) or isinstance(b, Unbound):
            return self._half_bound(name, a, b)
        return self._join(a, b, name)

    def _one_sided(self, name: str, given: Binding, on_then: bool) -> Binding:
        why = f"{name!r} has no value on one path"
        inner, defined = (
            (given.binding, given.defined) if isinstance(given, Unbound) else (given, Const(True))
        )
        if defined is None or isinstance(inner, Poison):
            return given
        store = (self.then if on_then else self.orelse).store
        fresh: list[Binding] = []
        for leaf in leaves(self.low, inner, store):
            operand = self._read(leaf, self.then if on_then else self.orelse)
            slot = self._slot(operand if on_then else None, None if on_then else operand, name)
            fresh.append(self._leaf(slot, name, self._aliased(leaf, leaf, name), leaf))
        binding = rebuild(self.low, inner, fresh, store, lambda cell: Cell(name))
        flag = self._flag(defined if on_then else Const(False), Const(False) if on_then else defined)
        return Unbound(binding, flag, why, name in self.low.frame.generated)

    def _half_bound(self, name: str, a: Binding, b: Binding) -> Binding:
        inner_a, defined_a = (a.binding, a.defined) if isinstance(a, Unbound) else (a, Const(True))
        inner_b, defined_b = (b.binding, b.defined) if isinstance(b, Unbound) else (b, Const(True))
        if defined_a is None or defined_b is None:
            return Unbound(
                inner_a, None, f"{name!r} may have no value here", name in self.low.frame.generated
            )
        joined = inner_a if same(inner_a, inner_b) else self._join(inner_a, inner_b, name)
        if isinstance(joined, Poison):
            return joined
        flag = self._flag(defined_a, defined_b)
        return Unbound(joined, flag, f"{name!r} may have no value here", name in self.low.frame.generated)

    def _read(self, leaf: Binding, arm: Arm) -> Operand:
        """The operand at the end of an arm; a view that is read again there appends to the arm."""
        low = self.low
        outer, low.builder = low.builder, arm.builder
        try:
            return leaf_operand(leaf, arm.store, low)
        finally:
            low.builder = outer

    def _flag(self, a: Operand, b: Operand) -> Operand:
        if a is b:
            return a
        return self._slot(a, b, "")

    def _join(self, a: Binding, b: Binding, name: str, keep: Cell | None = None) -> Binding:
        low = self.low
        if skeleton(a, self.then.store) != skeleton(b, self.orelse.store):
            if isinstance(a, Poison) or isinstance(b, Poison):
                return a if isinstance(a, Poison) else b
            why = f"{self._in_words(a, self.then)} on one path and {self._in_words(b, self.orelse)} on the other"
            hint = (
                "call the function on each path, and join what it gives"
                if _callable(a) and _callable(b)
                else ""
            )
            return low.clash(name, why, low.builder.location, hint)
        ours = leaves(low, a, self.then.store)
        theirs = leaves(low, b, self.orelse.store)
        joined: list[Binding] = []
        for x, y in zip(ours, theirs, strict=True):
            if same(x, y):
                joined.append(x)
                continue
            try:
                slot = self._slot(self._read(x, self.then), self._read(y, self.orelse), name)
            except ValueError as problem:
                return low.clash(name, str(problem), low.builder.location)
            shared = self._aliased(x, y, name) or _twice(x, ours) or _twice(y, theirs)
            joined.append(self._leaf(slot, name, shared, x, y))
        cell_for = (lambda cell: cell) if keep is not None else (lambda cell: Cell(name))
        return rebuild(low, a, joined, self.then.store, cell_for)

    def _in_words(self, binding: Binding, arm: Arm) -> str:
        match binding:
            case ListRef(cell) if isinstance(content := arm.store.contents[cell], tuple):
                return f"a list of {len(content)} items"
            case Tup(items):
                return f"a tuple of {len(items)} items"
        return describe(binding)

    def _aliased(self, x: Binding, y: Binding, name: str) -> str:
        others: set[Cell] | None = None
        for leaf in (x, y):
            if isinstance(leaf, Ref) and leaf.cell.shared:
                return leaf.cell.shared
            if isinstance(leaf, Ref) and (leaf.cell in self.before.contents or leaf.cell.view):
                others = others or referenced(self.low, (self.then.names, self.orelse.names), name)
                root = leaf.cell.view.base if leaf.cell.view else leaf.cell
                if leaf.cell in others or root in others:
                    return "is another name's array on one of two paths" + (
                        "" if name == CHOSEN else f" ({name!r})"
                    )
        return ""

    def _slot(self, a: Operand | None, b: Operand | None, name: str) -> Value:
        given = a or b
        assert given is not None
        label = f"{self.label}.{len(self.results)}"
        type = given.type if a is None or b is None else join(a.type, b.type, label)
        value = Value(type, name if name.isidentifier() else "")
        self.results.append(value)
        self.then.pairs.append(a)
        self.orelse.pairs.append(b)
        return value

    def _leaf(self, slot: Value, name: str, shared: str, *was: Binding) -> Binding:
        if not is_array(slot.type):
            return slot
        cell = Cell("" if name == CHOSEN else name, shared=shared)
        self.low.store.put(cell, slot)
        for leaf in was:
            if isinstance(leaf, Ref):
                self.watching.extend((cell, root) for root in self.low.roots(leaf.cell))
        return Ref(cell)

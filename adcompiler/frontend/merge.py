"""Where paths meet: what a name stands for after a branch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Content,
    DictRef,
    Items,
    ListRef,
    Maybe,
    Method,
    Poison,
    Record,
    Ref,
    Static,
    Store,
    Tup,
    Unbound,
    as_written,
    cells_in,
    passing,
)
from adcompiler.frontend.context import CHOSEN, Lowering, describe
from adcompiler.frontend.items import common_types, item_types
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.structure import (
    computed,
    containers,
    joined,
    leaf_operand,
    leaves,
    mixed,
    rebuild,
    same,
    skeleton,
)
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.types import Type


@dataclass(slots=True)
class Arm:
    """How a branch ended."""

    names: dict[str, Binding]
    store: Store
    builder: Builder
    pairs: list[Operand | None] = field(default_factory=list)


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
        self.reachable: dict[tuple[str, Cell | None], set[Cell]] = {}  # by other names than these
        self.label = f"if{next(low.labels)}"

    def run(self) -> dict[str, Binding]:
        """The names after the branch; low.store becomes the store after it."""
        low, names = self.low, {}
        spent = self.then.store.spent | self.orelse.store.spent
        contents = {**self.orelse.store.contents, **self.then.store.contents}
        low.store = Store(contents, {}, {}, spent, low.store.watch)
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
        if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
            low.store.put(cell, {key: self._item(cell, key, a[key], b[key]) for key in a})
            return
        ref: Binding = DictRef(cell) if isinstance(before, dict) else ListRef(cell)
        if isinstance(before, tuple) and _length(a) != _length(b):
            self._need_items(cell, a, b)
        joined = self._join(ref, ref, cell.name, cell)
        if isinstance(joined, Poison):
            what = "dict" if isinstance(before, dict) else "list"
            low.stop(
                f"the {what} {cell.name!r} has other items, or other kinds of items, on one path than on the other",
                "change it alike on every path, or collect the values in an array",
            )

    def _item(self, holder: Cell, key: object, a: Binding, b: Binding) -> Binding:
        """What a dict or an object holds under one key."""
        name = str(key) if str(key).isidentifier() else holder.name
        joined = a if same(a, b) else self._join(a, b, name, holder)
        if isinstance(joined, Poison):
            self.low.stop(
                f"what {holder.name!r} holds as {key!r} is of another kind on one path than on the other",
                "change it alike on every path, or collect the values in an array",
            )
        return joined

    def _need_items(self, cell: Cell, *contents: Content) -> None:
        """A list of other lengths on the two paths is lowered again as IR sequences, where its items are numbers."""
        known = [content for content in contents if isinstance(content, Items)]
        if known:
            raise DifferentLengths(cell, known[0].item, known[0].store, item_types(known[0]))
        items = tuple(item for content in contents if isinstance(content, tuple) for item in content)
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
        why = f"{as_written(name)!r} has no value on one path"
        inner, defined = (
            (given.binding, given.defined) if isinstance(given, Unbound) else (given, Const(True))
        )
        if defined is None or isinstance(inner, Poison):
            return given
        if passing(inner, (self.then if on_then else self.orelse).store):
            what = f"{describe(inner)}, bound on one path"
            return Poison(
                f"{as_written(name)!r} is {what}, which cannot be used where the paths meet",
                hint="bind it on no path alone",
            )
        binding = self._alone(inner, self.then if on_then else self.orelse, name)
        flag = self._flag(defined if on_then else Const(False), Const(False) if on_then else defined)
        return Unbound(binding, flag, why, name in self.low.frame.generated)

    def _half_bound(self, name: str, a: Binding, b: Binding) -> Binding:
        inner_a, defined_a = (a.binding, a.defined) if isinstance(a, Unbound) else (a, Const(True))
        inner_b, defined_b = (b.binding, b.defined) if isinstance(b, Unbound) else (b, Const(True))
        if defined_a is None or defined_b is None:
            return Unbound(
                inner_a,
                None,
                f"{as_written(name)!r} may have no value here",
                name in self.low.frame.generated,
            )
        inner = inner_a if same(inner_a, inner_b) else self._join(inner_a, inner_b, name)
        if isinstance(inner, Poison):
            return inner
        flag = self._flag(defined_a, defined_b)
        return Unbound(
            inner, flag, f"{as_written(name)!r} may have no value here", name in self.low.frame.generated
        )

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

    def _join(self, a: Binding, b: Binding, name: str, holder: Cell | None = None) -> Binding:
        low = self.low
        if _may_be_none(a, b):
            return self._maybe(a, b, name, holder)
        if skeleton(a, self.then.store) != skeleton(b, self.orelse.store):
            if isinstance(a, Poison) or isinstance(b, Poison):
                return a if isinstance(a, Poison) else b
            if _alike(a, b) and not self._overlaps(a, self.then) and not self._overlaps(b, self.orelse):
                return self._by_item(a, b, name, holder)
            why = f"{self._in_words(a, self.then, b)} on one path and {self._in_words(b, self.orelse, a)} on the other"
            hint = (
                "call the function on each path, and join what it gives"
                if _callable(a) and _callable(b)
                else ""
            )
            return low.clash(name, why, low.builder.location, hint)
        ours = leaves(low, a, self.then.store)
        theirs = leaves(low, b, self.orelse.store)
        new: list[Binding] = []
        for x, y in zip(ours, theirs, strict=True):
            if same(x, y):
                new.append(x)
                continue
            ours_now, theirs_now = self._read(x, self.then), self._read(y, self.orelse)
            try:
                slot = self._slot(ours_now, theirs_now, name)
            except ValueError as problem:
                return low.clash(name, str(problem), low.builder.location)
            shared = self._aliased(x, y, name, holder) or _twice(x, ours) or _twice(y, theirs)
            shared = shared or mixed(slot.type, ours_now, theirs_now)
            new.append(self._leaf(slot, name, shared, x, y))
        pairs = zip(containers(a, self.then.store), containers(b, self.orelse.store), strict=True)
        joined = iter([self._container(ours, theirs, name, holder) for ours, theirs in pairs])
        return rebuild(low, a, new, self.then.store, lambda cell: next(joined))

    def _by_item(self, a: Binding, b: Binding, name: str, holder: Cell | None) -> Binding:
        """Two tuples with items of other kinds: what cannot be joined is refused where it is read."""
        assert isinstance(a, Tup | Record) and isinstance(b, Tup | Record)
        items = tuple(
            x if same(x, y) else self._join(x, y, name, holder) for x, y in zip(a.items, b.items, strict=True)
        )
        return Tup(items) if isinstance(a, Tup) else replace(a, items=items)

    def _overlaps(self, binding: Binding, arm: Arm) -> bool:
        """Whether two parts of a tuple may share memory."""
        found = [self.low.roots(cell) | {cell} for cell in cells_in(binding, arm.store)]
        return sum(map(len, found)) > len(set().union(*found))

    def _container(self, ours: Cell, theirs: Cell, name: str, holder: Cell | None = None) -> Cell:
        """The cell for what is one list, dict or object here, or one of two; `holder` is the container of both."""
        if ours is theirs:
            return ours
        others = self._others("" if holder else name, holder)
        shared = ours.shared or theirs.shared
        if ours.kept or theirs.kept:
            shared = "a list holds too"
        if not others.isdisjoint((ours, theirs)):
            shared = "another name stands for too, on one of two paths"
        cell = Cell("" if name == CHOSEN else as_written(name), shared=shared)
        self.watching.extend((cell, root) for source in (ours, theirs) for root in self.low.roots(source))
        return cell

    def _others(self, name: str, holder: Cell | None = None) -> set[Cell]:
        """The cells that other names can reach on one of the paths, not through `holder`."""
        if (name, holder) not in self.reachable:
            arms = (self.then, self.orelse)
            found = [referenced(self.low, (arm.names,), name, holder, arm.store) for arm in arms]
            self.reachable[name, holder] = found[0] | found[1]
        return self.reachable[name, holder]

    def _maybe(self, a: Binding, b: Binding, name: str, holder: Cell | None) -> Binding:
        """A value on one path and None, or perhaps None, on the other."""
        (ours, here), (theirs, there) = map(_split, (a, b))
        if ours is not None and theirs is not None:
            inner = ours if same(ours, theirs) else self._join(ours, theirs, name, holder)
        else:
            given, arm = (ours, self.then) if ours is not None else (theirs, self.orelse)
            assert given is not None
            inner = self._alone(given, arm, name, holder)
        return inner if isinstance(inner, Poison) else Maybe(inner, self._flag(here, there))

    def _alone(self, given: Binding, arm: Arm, name: str, holder: Cell | None = None) -> Binding:
        """What one path alone gives a value."""
        fresh: list[Binding] = []
        for leaf in leaves(self.low, given, arm.store):
            operand = self._read(leaf, arm)
            slot = self._slot(operand, None, name) if arm is self.then else self._slot(None, operand, name)
            fresh.append(self._leaf(slot, name, self._aliased(leaf, leaf, name, holder), leaf))
        return rebuild(
            self.low,
            given,
            fresh,
            arm.store,
            lambda cell: self._container(cell, Cell(as_written(name)), name, holder),
        )

    def _in_words(self, binding: Binding, arm: Arm, other: Binding) -> str:
        """What one path gives, with its items where only these tell it from what the other path gives."""
        held = [self._items(binding, arm), self._items(other, self.orelse if arm is self.then else self.then)]
        if held[0] is None:
            return describe(binding)
        kind = "tuple" if isinstance(binding, Tup) else "list"
        if held[1] is None or len(held[0]) != len(held[1]):
            return f"a {kind} of {len(held[0])} items"
        return f"a {kind} of {', '.join(map(describe, held[0]))}"

    def _items(self, binding: Binding, arm: Arm) -> tuple[Binding, ...] | None:
        match binding:
            case ListRef(cell) if isinstance(content := arm.store.held(cell), tuple):
                return content
            case Tup(items):
                return items
        return None

    def _aliased(self, x: Binding, y: Binding, name: str, holder: Cell | None) -> str:
        others: set[Cell] | None = None
        for leaf in (x, y):
            if isinstance(leaf, Ref) and (leaf.cell.shared or leaf.cell.kept):
                return leaf.cell.shared or "a list holds too"
            if isinstance(leaf, Ref):
                others = self._others("" if holder else name, holder) if others is None else others
                if not others.isdisjoint({leaf.cell, *self.low.roots(leaf.cell)}):
                    return "is another name's array on one of two paths" + (
                        "" if name == CHOSEN else f" ({name!r})"
                    )
        return ""

    def _slot(self, a: Operand | None, b: Operand | None, name: str) -> Value:
        given = a or b
        assert given is not None
        label = f"{self.label}.{len(self.results)}"
        type = given.type if a is None or b is None else joined(a, b, label)
        name = as_written(name)
        value = Value(type, name if name.isidentifier() else "")
        self.results.append(value)
        self.low.number_from(value, *(operand for operand in (a, b) if operand is not None))
        self.then.pairs.append(a)
        self.orelse.pairs.append(b)
        return value

    def _leaf(self, slot: Value, name: str, shared: str, *was: Binding) -> Binding:
        if not is_array(slot.type):
            return slot
        cell = Cell("" if name == CHOSEN else as_written(name), shared=shared)
        self.low.store.put(cell, slot)
        for leaf in was:
            if isinstance(leaf, Ref):
                self.watching.extend((cell, root) for root in self.low.roots(leaf.cell))
        return Ref(cell)


def _split(binding: Binding) -> tuple[Binding | None, Operand]:
    """The value, if there may be one, and whether there is."""
    match binding:
        case Static(None):
            return None, Const(False)
        case Maybe(inner, present):
            return inner, present
    return binding, Const(True)


def _may_be_none(a: Binding, b: Binding) -> bool:
    """Whether two bindings are None, or perhaps None, and a value that the program computes."""
    kinds = [None if binding == Static(None) else binding for binding in (a, b)]
    if any(isinstance(kind, Maybe) for kind in kinds):
        return all(kind is None or isinstance(kind, Maybe) or computed(kind) for kind in kinds)
    return None in kinds and any(kind is not None and computed(kind) for kind in kinds)


def _alike(a: Binding, b: Binding) -> bool:
    """Whether two bindings are tuples of one length, or of one class."""
    match a, b:
        case Tup(ours), Tup(theirs):
            return len(ours) == len(theirs)
        case Record(ours, names), Record(theirs, others):
            return ours is theirs and names == others
    return False


def _twice(leaf: Binding, among: list[Binding]) -> str:
    """Why an array that a container holds more than once must not be written, once its places are joined apart."""
    if (
        isinstance(leaf, Ref)
        and sum(isinstance(other, Ref) and other.cell is leaf.cell for other in among) > 1
    ):
        return "is held more than once"
    return ""


def _callable(binding: Binding) -> bool:
    return isinstance(binding, (Closure, Method)) or (isinstance(binding, Static) and callable(binding.value))


def _length(content: object) -> int | None:
    """The number of items of a list, where it is known while compiling."""
    return len(content) if isinstance(content, tuple) else None


def referenced(
    low: Lowering,
    names: Iterable[dict[str, Binding]],
    besides: str,
    skip: Cell | None = None,
    store: Store | None = None,
) -> set[Cell]:
    """The cells that other names can reach, not through the container `skip`, with the arrays these are views of."""
    found: set[Cell] = set()
    frames = [*names, *(frame.names for frame in low.frames[:-1])]
    for number, bindings in enumerate(frames):
        for name, binding in bindings.items():
            if name == besides and number < len(frames) - len(low.frames) + 1:
                continue
            for reached in cells_in(binding, store or low.store, skip):
                cell: Cell | None = reached
                while cell is not None:
                    found.add(cell)
                    cell = cell.view.base if cell.view else None
                found |= low.roots(reached)
    return found

"""What a for loop goes over."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from adcompiler.frontend import tables
from adcompiler.frontend.bindings import (
    Binding,
    DictRef,
    Instance,
    Items,
    Lazy,
    ListRef,
    Maybe,
    Range,
    Record,
    Ref,
    Static,
    Table,
    Tup,
    Unbound,
    as_range,
)
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.interrupts import Restart
from adcompiler.frontend.parts import row
from adcompiler.frontend.special import iterator_of, special_method
from adcompiler.frontend.subscripts import is_sequence
from adcompiler.frontend.unpacking import item_of, known_items
from adcompiler.frontend.yielding import Yielding
from adcompiler.ir.core import Const, Operand, Slots, Value
from adcompiler.ir.dims import record, same
from adcompiler.ir.index import at_least
from adcompiler.ir.types import Array

SHORT = 8


@dataclass(slots=True, eq=False)
class Iteration(Lazy):
    """Items by number, given once. A range over the index itself has bounds of its own; all else counts from 0."""

    item: Callable[[Lowering, Binding], Binding]
    length: Callable[[Lowering], Operand]
    range: Range | None = None
    unrolled: bool = False
    backwards: bool = False
    named: Callable[[ast.expr], str] = lambda target: "k"
    _bounds: tuple[Operand, Operand, Operand] | None = None
    indices: set[Value] = field(default_factory=set)
    over: tuple[Binding, ...] = ()  # the arrays, lists and tuples that it goes over
    slots: Slots = None  # of a checkpointed loop
    peeled: int = 0  # how many trips stand before it

    once = True

    def items(self, low: Lowering) -> list[Binding]:
        """All items, their number fixed while compiling."""
        count = self.count(low)
        if count is None:
            low.stop("the length of this list depends on data", "append to a list in a loop")
        return [self.item(low, Static(k)) for k in range(count)]

    def trips(self, low: Lowering) -> Operand:
        """The number of trips."""
        return self.length(low)

    def prepare(self, low: Lowering) -> None:
        """Append what computes the bounds, before the loop."""
        r = self.range
        self._bounds = (r.start, r.stop, r.step) if r else (Const(0), self.length(low), Const(1))

    @property
    def bounds(self) -> tuple[Operand, Operand, Operand]:
        """start, stop and step of the loop."""
        assert self._bounds is not None
        return self._bounds

    def short(self) -> bool:
        """Whether this is a range with a few trips, the same for every input: a list of its items has a known length."""
        r = self.range
        match r:
            case Range(Const() as start, Const() as stop, Const() as step):
                return len(range(start.integer, stop.integer, step.integer)) <= SHORT
        return False

    def runs(self, low: Lowering) -> bool | None:
        """Whether there is a trip, decided by the sizes seen (and guarded); None where only the run can tell."""
        if self.range is not None and not isinstance(self.range.step, Const):
            return None
        store = low.store.copy()  # the length may read a view again, which is not to be relied on
        with low.region():
            length = self.length(low)
        low.store = store
        size = length.type.size if isinstance(length.type, Array) else None
        if size is None or size.hint is None or not (size.printable or size.known is not None):
            return None
        return at_least(size, 1)

    def at_index(self, low: Lowering, index: Value) -> Binding:
        """The item when the loop's index has this value."""
        return index if self.range else self.item(low, index)

    def index_name(self, target: ast.expr) -> str:
        """What the source calls the index, if it does."""
        if self.range:
            return target.id.rstrip("?") if isinstance(target, ast.Name) else "k"
        return self.named(target)

    def count(self, low: Lowering) -> int | None:
        """The number of trips, if it can be fixed while compiling (by a guard)."""
        length = self.length(low)
        if isinstance(length, Const):
            return length.integer
        assert isinstance(length.type, Array)
        size = length.type.size
        if size is None or size.hint is None or not (size.printable or size.known is not None):
            return None
        return max(0, low.static_int(length, "the number of trips"))


def iterate(low: Lowering, binding: Binding) -> Iteration:
    """How a loop goes over a binding."""
    match binding:
        case Unbound() | Maybe():
            return iterate(low, low.present(binding))
        case Static(Range() | range() as value):
            return _over_range(as_range(value))
        case Static(Iteration() as value):
            low.spend(value)
            return value
        case Static(Lazy() as value):
            return _over_lazy(low, value)
        case Ref(cell):
            return _over_array(low, binding)
        case ListRef(cell):
            content = low.listed(cell)
            if isinstance(content, Items):
                return _over_items(low, binding)
            return _over_known(low, binding, list(content), cell.path)
        case Table():
            return Iteration(
                lambda low, k: tables.item(low, binding, k),
                lambda low: tables.count(low, binding),
                over=(binding,),
            )
        case Tup(items, path):
            return _over_known(low, binding, list(items), path)
        case (Record() | Instance()) as owner if special_method(owner, "__iter__") is not None:
            return iterate(low, iterator_of(low, owner))
        case Record() | DictRef():
            return _over_known(low, binding, known_items(low, binding, "in a loop"), "")
        case Static(value) if isinstance(value, (tuple, list, str, dict)):
            return _over_known(low, binding, known_items(low, binding, "in a loop"), "")
    low.stop(f"{describe(binding)} cannot be iterated over", "loop over a range, an array, a list or a tuple")


def _over_range(value: Range) -> Iteration:
    def item(low: Lowering, k: Binding) -> Binding:
        scaled = low.operand(k)
        if not (isinstance(value.step, Const) and value.step.value == 1):
            scaled = low.apply("multiply", scaled, value.step, path="operator.mul")
        if not (isinstance(value.start, Const) and value.start.value == 0):
            scaled = low.apply("add", value.start, scaled, path="operator.add")
        return low.wrap(scaled)

    return Iteration(item, lambda low: range_length(low, value), value)


def range_length(low: Lowering, value: Range) -> Operand:
    """len(range(start, stop, step))."""

    def sub(a: Operand, b: Operand) -> Operand:
        if isinstance(b, Const) and b.value == 0:
            return a
        return low.apply("subtract", a, b, path="operator.sub")

    step = low.static_int(low.wrap(value.step), "the step of a range")
    span = sub(value.stop, value.start) if step > 0 else sub(value.start, value.stop)
    if abs(step) != 1:
        total = low.apply("add", span, Const(abs(step) - 1), path="operator.add")
        span = low.apply("floor_divide", total, Const(abs(step)), path="operator.floordiv")
    if isinstance(span, Const):
        return Const(max(0, span.integer))
    return span


def _over_array(low: Lowering, binding: Ref) -> Iteration:
    def length(low: Lowering) -> Operand:
        return low.apply("size", low.content(binding.cell), axis=0)

    return Iteration(lambda low, k: row(low, binding, low.operand(k)), length, over=(binding,))


def _over_items(low: Lowering, binding: ListRef) -> Iteration:
    def content(low: Lowering) -> Items:
        held = low.store.items(binding.cell)
        assert held is not None
        return held

    def length(low: Lowering) -> Operand:
        return low.apply("seq_length", content(low).sequences[0])

    def item(low: Lowering, k: Binding) -> Binding:
        return item_of(low, content(low), low.operand(k), binding.cell.site)

    return Iteration(item, length, over=(binding,))


def _over_known(low: Lowering, binding: Binding, items: list[Binding], path: str) -> Iteration:
    if path and len(items) > 1 and is_sequence(low, tuple(items)):
        raise Restart(path)

    def item(low: Lowering, k: Binding) -> Binding:
        number = low.static_int(k, "the number of an item")
        if not isinstance(binding, ListRef):
            return items[number]
        now = low.listed(binding.cell)  # items may have been written since
        if isinstance(now, Items):
            return item_of(low, now, Const(number))
        return now[number]

    return Iteration(item, lambda low: Const(len(items)), unrolled=True, over=(binding,))


def _over_lazy(low: Lowering, value: Lazy) -> Iteration:
    """Over what can be gone over again and again, and gives what is there then."""
    if isinstance(value, Yielding):
        low.stop("this goes over a generator together with something else", "make a list of it: list(...)")
    count = len(value.items(low))
    return Iteration(
        lambda low, k: value.items(low)[low.static_int(k, "the number of an item")],
        lambda low: Const(count),
        unrolled=True,
        over=value.over,
    )


def peelable(over: Iteration) -> bool:
    """Whether `after_first` can say what is left, where there is a first item; not without an end."""
    if over.peeled > 1 or over.slots is not None:
        return False
    match over:
        case Iteration(range=Range(step=step), backwards=True):
            return isinstance(step, Const) and abs(step.integer) == 1
    return True


def after_first(low: Lowering, over: Iteration) -> Iteration:
    """What is left of it after its first item."""
    if (r := over.range) is not None and over.backwards:
        stop = low.apply("subtract", r.stop, r.step, path="operator.sub")
        return replace(backwards(low, _over_range(Range(r.start, stop, r.step))), peeled=over.peeled + 1)
    if r is not None:
        start = low.apply("add", r.start, r.step, path="operator.add")
        return replace(_over_range(Range(start, r.stop, r.step)), peeled=over.peeled + 1)

    def item(low: Lowering, k: Binding) -> Binding:
        return over.item(low, low.wrap(low.apply("add", low.operand(k), Const(1), path="operator.add")))

    def length(low: Lowering) -> Operand:
        return low.apply("subtract", over.length(low), Const(1), path="operator.sub")

    return Iteration(item, length, named=over.named, over=over.over, peeled=over.peeled + 1)


def enumerated(inner: Iteration, start: Operand) -> Iteration:
    """enumerate(inner, start)."""

    def item(low: Lowering, k: Binding) -> Binding:
        number = k
        if not (isinstance(start, Const) and start.value == 0):
            number = low.wrap(low.apply("add", low.operand(k), start, path="operator.add"))
        return Tup((number, inner.item(low, k)))

    def named(target: ast.expr) -> str:
        match target:
            case ast.Tuple(elts=[ast.Name(id=name), _]):
                return name
        return "k"

    return Iteration(
        item, inner.length, unrolled=inner.unrolled, named=named, over=inner.over, slots=inner.slots
    )


def zipped(low: Lowering, inners: list[Iteration], strict: bool = False) -> Iteration:
    """zip(*inners)."""

    def length(low: Lowering) -> Operand:
        return _shortest(low, [inner.length(low) for inner in inners], strict)

    def item(low: Lowering, k: Binding) -> Binding:
        return Tup(tuple(inner.item(low, k) for inner in inners))

    over = tuple(binding for inner in inners for binding in inner.over)
    slots = next((inner.slots for inner in inners if inner.slots is not None), None)
    return Iteration(item, length, unrolled=any(inner.unrolled for inner in inners), over=over, slots=slots)


def _shortest(low: Lowering, lengths: list[Operand], strict: bool) -> Operand:
    best = lengths[0]
    for other in lengths[1:]:
        a, b = best.type, other.type
        assert isinstance(a, Array) and isinstance(b, Array)
        if a.size is not None and a.size == b.size:
            continue
        if a.size is None or b.size is None or a.size.hint is None or b.size.hint is None:
            if strict:
                low.stop("whether these are equally long depends on data", "leave out strict=True")
            best = low.apply("minimum", best, other, path="builtins.min")
            continue
        if same(a.size, b.size):
            continue
        if strict:
            low.stop(
                f"zip(strict=True) gets {a.size.hint} and {b.size.hint} items", "call it with as many of each"
            )
        shorter = b.size.hint < a.size.hint
        if (a.size - b.size).known is None:
            record(f"{b.size} < {a.size}", shorter)
        best = other if shorter else best
    return best


def mapped(low: Lowering, function: Binding, inner: Iteration) -> Iteration:
    """map(function, ...), with the arguments as tuples."""

    def item(low: Lowering, k: Binding) -> Binding:
        arguments = inner.item(low, k)
        assert isinstance(arguments, Tup)
        return low.call(function, list(arguments.items))

    return Iteration(item, inner.length, unrolled=inner.unrolled, over=(function, *inner.over))


def backwards(low: Lowering, inner: Iteration) -> Iteration:
    """reversed(inner)."""
    mirror = _mirror(inner)
    if inner.range is not None:
        again = Iteration(mirror, inner.length, inner.range, backwards=True, named=inner.named)
    else:
        again = Iteration(mirror, inner.length, unrolled=inner.unrolled, named=inner.named, over=inner.over)
    return replace(again, slots=inner.slots)


def _mirror(inner: Iteration) -> Callable[[Lowering, Binding], Binding]:
    def item(low: Lowering, k: Binding) -> Binding:
        last = low.apply("subtract", inner.length(low), Const(1), path="operator.sub")
        return inner.item(low, low.wrap(low.apply("subtract", last, low.operand(k), path="operator.sub")))

    return item


def iterated(low: Lowering, binding: Binding) -> list[Binding]:
    """The items of anything that a loop goes over, as many as are known while compiling."""
    if isinstance(binding, Static) and isinstance(binding.value, Range | range):
        return iterate(low, binding).items(low)
    return known_items(low, binding, "to make a list")

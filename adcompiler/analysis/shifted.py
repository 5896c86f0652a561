"""What an op makes of values that are shifted: v + a d or v exp(b d), for numbers d and one constant a or b.

The derivative of such a value by d is known without v: a, or b times the value. Both forms are closed under what is done
to a shifted array before the shift drops out: exp takes the first to the second, log the second to the first, products
add constants. The constants are exact, so that one which is zero is so for every input.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import Dim, same
from adcompiler.ir.index import At, NewAxis, Slice, axes_used, is_basic
from adcompiler.ir.types import Array
from adcompiler.primitives.linear import LETTERS, Subscripts, contracted, parse_subscripts
from adcompiler.primitives.rearrange import moved_order
from adcompiler.primitives.reductions import normal_axes, normal_axis


@dataclass(frozen=True, slots=True)
class Factor:
    """A constant: a fraction times powers of numbers that stay, which are values or what a text says."""

    number: Fraction
    powers: frozenset[tuple[Value | str, int]] = frozenset()

    def __mul__(self, other: Factor) -> Factor:
        powers = dict(self.powers)
        for base, power in other.powers:
            powers[base] = powers.get(base, 0) + power
        kept = frozenset((base, power) for base, power in powers.items() if power)
        return Factor(self.number * other.number, kept)

    def __neg__(self) -> Factor:
        return replace(self, number=-self.number)

    def inverse(self) -> Factor:
        """1 / factor, which is not zero."""
        return Factor(1 / self.number, frozenset((base, -power) for base, power in self.powers))

    def plus(self, other: Factor) -> Factor | None:
        """The sum; None where it is no such product."""
        if not self.number or not other.number:
            return other if other.number else self
        if self.powers != other.powers:
            return None
        total = self.number + other.number
        return Factor(total, self.powers if total else frozenset())


@dataclass(frozen=True, slots=True)
class Shifted:
    """A value v + by * d, or v * exp(by * d) where `scaled`; d has the axes named, in this order, and no others."""

    by: Factor
    axes: tuple[int, ...] = ()
    scaled: bool = False

    @property
    def drops_out(self) -> bool:
        """Whether the value is the same for every d."""
        return not self.by.number


ONE = Factor(Fraction(1))
ZERO = Factor(Fraction(0))
NONE = Shifted(ZERO)
HALF, TWO = Factor(Fraction(1, 2)), Factor(Fraction(2))
LOG_2, LOG_10 = (Factor(Fraction(1), frozenset({(text, 1)})) for text in ("log(2)", "log(10)"))


def by_itself(value: Value) -> Shifted:
    """A value that is shifted, each element by its own number."""
    assert isinstance(value.type, Array)
    return Shifted(ONE, tuple(k for k, size in enumerate(value.type.shape) if size.known != 1))


def shifted(op: Apply, moved: Mapping[Operand, Shifted], makers: Mapping[Operand, Apply]) -> Shifted | None:
    """The result of an op, some of whose operands are shifted; None where it has neither form.

    makers: the ops that the operands are results of.
    """
    name = op.primitive
    if name in SIZES:
        return NONE
    if name not in KNOWN or not all(is_real(operand) for operand in op.operands if operand in moved):
        return None
    parts = [moved.get(operand) for operand in op.operands]
    if name in POSITIONS:
        return NONE if parts[0] is not None and _moved_axes(op, parts[0].axes, makers) is not None else None
    if not is_real(op.result):
        return None
    if name in ELEMENTWISE:
        return _elementwise(op, parts, makers)
    if name in PRODUCTS:
        return _product(op, parts)
    return _moved(op, parts, makers)


def is_real(operand: Operand) -> bool:
    """Whether an operand holds floating-point numbers."""
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "f"


def _is_zero(operand: Operand, makers: Mapping[Operand, Apply]) -> bool:
    if isinstance(operand, Const):
        return operand.value == 0
    return operand in makers and makers[operand].primitive in ("zeros_of", "zeros_like")


def _shape(operand: Operand) -> tuple[Dim, ...]:
    assert isinstance(operand.type, Array)
    return operand.type.shape


def _factor(operand: Operand) -> Factor | None:
    """A number as a factor; None for what is no finite number."""
    match operand:
        case Const(value=bool() | np.bool_()):
            return None
        case Const(value=int() | np.integer() as value):
            return Factor(Fraction(int(value)))
        case Const(value=float() | np.floating() as value) if math.isfinite(value):
            return Factor(Fraction(float(value)))
        case Value(type=Array(shape=(), dtype=dtype)) if dtype.kind in "iuf":
            return Factor(Fraction(1), frozenset({(operand, 1)}))
    return None


# ------------------------------------------------------------------------------------------------ element by element

# what the number is multiplied by
SLOPES = {"positive": ONE, "negative": -ONE}
POWERS = {
    **dict.fromkeys(("positive", "negative", "absolute", "fabs"), ONE),
    **{"sqrt": HALF, "square": TWO, "reciprocal": -ONE},
}
EXPONENTIALS = {"exp": ONE, "exp2": LOG_2}
LOGARITHMS = {"log": ONE, "log2": LOG_2.inverse(), "log10": LOG_10.inverse()}
# those of operands that are all shifted alike
ALIKE = frozenset({"maximum", "minimum", "fmax", "fmin", "where", "logaddexp"})
ELEMENTWISE = frozenset(
    {"add", "subtract", "multiply", "divide", "power", "float_power", *ALIKE}
    | {*SLOPES, *POWERS, *EXPONENTIALS, *LOGARITHMS}
)


def _elementwise(
    op: Apply, parts: Sequence[Shifted | None], makers: Mapping[Operand, Apply]
) -> Shifted | None:
    """What a function that works element by element gives, its operands broadcast."""
    axes = _broadcast_axes(op, parts)
    if axes is None or (op.primitive == "where" and parts[0] is not None):
        return None
    scaled = {part.scaled for part in parts if part is not None}
    if len(scaled) != 1:
        return None
    found = _of_scaled(op, parts, makers) if True in scaled else _of_added(op, parts)
    return None if found is None else replace(found, axes=axes)


def _broadcast_axes(op: Apply, parts: Sequence[Shifted | None]) -> tuple[int, ...] | None:
    """The axes of d in the result; None where those of the operands are not the same."""
    wide = _shape(op.result)
    places: set[tuple[int, ...]] = set()
    for operand, part in zip(op.operands, parts, strict=True):
        if part is not None:
            shape = _shape(operand)
            extra = len(wide) - len(shape)
            if not all(same(shape[k], wide[extra + k]) for k in part.axes):
                return None
            places.add(tuple(extra + k for k in part.axes))
    return places.pop() if len(places) == 1 else None


def _of_added(op: Apply, parts: Sequence[Shifted | None]) -> Shifted | None:
    """Of operands v + by * d."""
    match op.primitive, parts:
        case name, [Shifted() as x]:
            if name in EXPONENTIALS:
                return Shifted(x.by * EXPONENTIALS[name], scaled=True)
            return _times(x, SLOPES.get(name))
        case "add" | "subtract", [a, b]:
            return _sum(a, b, op.primitive == "subtract", scaled=False)
        case "multiply", [None, Shifted() as b]:
            return _times(b, _factor(op.operands[0]))
        case "multiply", [Shifted() as a, None]:
            return _times(a, _factor(op.operands[1]))
        case "divide", [Shifted() as a, None]:
            by = _factor(op.operands[1])
            return _times(a, by.inverse()) if by is not None and by.number else None
        case name, _ if name in ALIKE:
            return _common(parts[name == "where" :])
    return None


def _of_scaled(op: Apply, parts: Sequence[Shifted | None], makers: Mapping[Operand, Apply]) -> Shifted | None:
    """Of operands v * exp(by * d)."""
    match op.primitive, parts:
        case name, [Shifted() as x]:
            if name in LOGARITHMS:
                return Shifted(x.by * LOGARITHMS[name])
            return _times(x, POWERS.get(name))
        case "multiply" | "divide", [a, b]:
            return _sum(a, b, op.primitive == "divide", scaled=True)
        case "power" | "float_power", [Shifted() as a, None]:
            return _times(a, _factor(op.operands[1]))
        case name, _ if name in ALIKE - {"logaddexp"} or name in ("add", "subtract"):
            sides = list(zip(op.operands, parts, strict=True))[name == "where" :]
            # zero times exp(by * d) is zero, whatever `by` is
            return _common([part for o, part in sides if part is not None or not _is_zero(o, makers)])
    return None


def _times(x: Shifted, by: Factor | None) -> Shifted | None:
    return None if by is None else replace(x, by=x.by * by)


def _sum(a: Shifted | None, b: Shifted | None, negated: bool, scaled: bool) -> Shifted | None:
    """What adds up, or takes away, the numbers by which two operands are shifted."""
    left, right = (part.by if part is not None else ZERO for part in (a, b))
    total = left.plus(-right if negated else right)
    return None if total is None else Shifted(total, scaled=scaled)


def _common(parts: Sequence[Shifted | None]) -> Shifted | None:
    """What all are; None where they differ."""
    first, *rest = parts
    if first is None or any(part is None or part.by != first.by for part in rest):
        return None
    return first


# ------------------------------------------------------------------------------------------------ products of arrays

PRODUCTS = frozenset({"matmul", "dot", "inner", "outer", "vdot", "tensordot", "einsum"})


def _product(op: Apply, parts: Sequence[Shifted | None]) -> Shifted | None:
    """Sums of products: none goes over an axis of d, unless d drops out of the products."""
    letters = _letters(op)
    if letters is None:
        return None
    total: Factor | None = ZERO
    places: set[str] = set()
    sizes = dict(zip(letters.output, _shape(op.result), strict=True))
    for operand, part, names in zip(op.operands, parts, letters.inputs, strict=True):
        if part is None:
            continue
        if not part.scaled or total is None:
            return None
        total = total.plus(part.by)
        places.add("".join(names[k] for k in part.axes))
        shape = _shape(operand)
        if not all(same(shape[k], sizes.setdefault(names[k], shape[k])) for k in part.axes):
            return None
    if total is None or len(places) != 1:
        return None
    (names,) = places
    if not total.number:
        return NONE
    if not set(names) <= set(letters.output):
        return None
    return Shifted(total, tuple(letters.output.index(name) for name in names), scaled=True)


def _letters(op: Apply) -> Subscripts | None:
    """The axes of a product by letters, as einsum has them; None for what it has no letters for."""
    ranks = [len(_shape(operand)) for operand in op.operands]
    if op.primitive == "einsum":
        return parse_subscripts(str(op.attr("subscripts")), ranks)
    left, right = ranks
    over: tuple[tuple[int, ...], tuple[int, ...]]
    if not left or not right:
        return None
    a, b = LETTERS[:left], LETTERS[left : left + right]
    match op.primitive:
        case "matmul" | "dot":
            over = ((left - 1,), (max(right - 2, 0),))
        case "inner":
            over = ((left - 1,), (right - 1,))
        case "tensordot":
            over = contracted(op.attr("axes"), left, right)
        case "vdot" if left == right:
            over = (tuple(range(left)), tuple(range(right)))
        case "outer" if left == right == 1:
            over = ((), ())
        case _:
            return None
    pairs = dict(zip(over[1], over[0], strict=True))
    if op.primitive == "matmul":
        # the leading axes are broadcast
        pairs |= {right - k: left - k for k in range(3, min(left, right) + 1)}
    b = "".join(a[pairs[k]] if k in pairs else name for k, name in enumerate(b))
    summed = {a[k] for k in over[0]}
    wide = (a if left >= right else b)[:-2] if op.primitive == "matmul" else ""
    rest = (name for name in (*a, *b) if name not in summed and name not in wide)
    return Subscripts((a, b), wide + "".join(rest))


# ------------------------------------------------------------------------------------------------ what moves elements

SIZES = frozenset({"shape", "size", "count", "zeros_like", "ones_like"})
SUMS = frozenset({"sum", "total", "fsum", "cumsum", "unbroadcast"})
POSITIONS = frozenset({"argmax", "argmin"})
REDUCTIONS = frozenset({"sum", "total", "fsum", "mean", "max", "min", *POSITIONS})
ALONG = frozenset({"cumsum", "flip", "roll"})
ORDERS = frozenset({"transpose", "matrix_transpose", "swapaxes", "moveaxis"})
RESHAPES = frozenset(
    {"reshape", "reshape_to", "ravel", "flatten", "squeeze", "expand_dims", "atleast_1d", "atleast_2d"}
)
BROADCASTS = frozenset({"broadcast_to", "broadcast_like", "unbroadcast"})
SAME = frozenset({"copy", "astype", "asarray", "python", "joined", "exactly"})
PICKS = frozenset({"getitem", "take", "take_along_axis"})
KNOWN = (
    ELEMENTWISE | PRODUCTS | REDUCTIONS | ALONG | ORDERS | RESHAPES | BROADCASTS | SAME | PICKS | {"expand"}
)


def _moved(op: Apply, parts: Sequence[Shifted | None], makers: Mapping[Operand, Apply]) -> Shifted | None:
    """What moves the elements of its first operand, or combines them along axes that are none of d's."""
    first = parts[0]
    if first is None or any(parts[1:]):
        return None
    axes = _moved_axes(op, first.axes, makers)
    if axes is None or (op.primitive in SUMS and not first.scaled):
        return None
    return replace(first, axes=axes)


def _moved_axes(op: Apply, axes: tuple[int, ...], makers: Mapping[Operand, Apply]) -> tuple[int, ...] | None:
    """Where the axes of the first operand are in the result; None where one of them is not there as it was."""
    if not axes:
        return ()
    before, after = _shape(op.operands[0]), _shape(op.result)
    found: list[int] = []
    places = _places(op, before, after, makers)
    for k in axes:
        place = places[k]
        if place is None or not 0 <= place < len(after) or not same(before[k], after[place]):
            return None
        found.append(place)
    return tuple(found)


def _places(
    op: Apply, before: tuple[Dim, ...], after: tuple[Dim, ...], makers: Mapping[Operand, Apply]
) -> Sequence[int | None]:
    """For each axis of the first operand the axis of the result that has its elements in their order, or None."""
    rank = len(before)
    attrs = dict(op.attrs)
    name = op.primitive
    if name in SAME:
        return range(rank)
    if name in BROADCASTS:
        return [k + len(after) - rank for k in range(rank)]
    if name in RESHAPES:
        return _reshaped(before, after)
    if name in ORDERS:
        order = _order(name, attrs, rank)
        return [order.index(k) for k in range(rank)]
    if name == "getitem":
        return _picked(op, rank, makers)
    axis = attrs.get("axis")
    if name == "expand":
        over = () if attrs["keepdims"] else normal_axes(axis, len(after))
        return [k for k in range(len(after)) if k not in over]
    over = (0,) if name == "total" else normal_axes(axis, rank)
    if name == "take":
        extra = len(_shape(op.operands[1])) - 1
        return [None if k in over else k + extra * (k > over[0]) for k in range(rank)]
    if name in REDUCTIONS and not attrs.get("keepdims"):
        rest = [k for k in range(rank) if k not in over]
        return [rest.index(k) if k in rest else None for k in range(rank)]
    return [None if k in over else k for k in range(rank)]


def _order(name: str, attrs: Mapping[str, object], rank: int) -> Sequence[int]:
    """The axes in the order in which the result has them."""
    order = list(range(rank))
    match name:
        case "transpose":
            return order[::-1] if attrs["axes"] is None else normal_axes(attrs["axes"], rank)
        case "moveaxis":
            return moved_order(rank, attrs["source"], attrs["destination"])
        case "swapaxes":
            first, second = normal_axis(attrs["axis1"], rank), normal_axis(attrs["axis2"], rank)
        case _:
            first, second = rank - 2, rank - 1
    order[first], order[second] = second, first
    return order


def _reshaped(before: tuple[Dim, ...], after: tuple[Dim, ...]) -> Sequence[int | None]:
    """Axes before and after those that are joined or divided stay; axes of size 1 count for nothing."""
    old = [k for k, size in enumerate(before) if size.known != 1]
    new = [k for k, size in enumerate(after) if size.known != 1]
    places: list[int | None] = [None] * len(before)
    for one, other in (old, new), (old[::-1], new[::-1]):
        for k, place in zip(one, other, strict=False):
            if before[k] != after[place]:
                break
            places[k] = place
    return places


def _picked(op: Apply, rank: int, makers: Mapping[Operand, Apply]) -> Sequence[int | None]:
    """The axes of x[...] that are taken whole: by `:`, or by arange beside other arrays of integers."""
    indices = op.operands[1:]
    types = [operand.type for operand in indices]
    basic = is_basic(op.index, types)
    places: list[int | None] = []
    arrays: list[int] = []  # which entries are arrays, or integers beside arrays
    counted: list[int] = []  # the axes that arange picks from
    first = width = made = 0
    for number, entry in enumerate(op.index):
        match entry:
            case NewAxis():
                made += 1
            case Slice(start, stop, step):
                places.append(made if start is stop is step is None else None)
                made += 1
            case At(operand):
                type = types[operand]
                if not basic:
                    assert isinstance(type, Array)
                    first = made if not arrays else first
                    arrays.append(number)
                    width = max(width, 1 if type.dtype.kind == "b" else type.rank)
                    counted += [len(places)] * _counts_up(indices[operand], makers)
                places += [None] * axes_used(entry, types)
    places += [made + k for k in range(rank - len(places))]
    if arrays:
        start = first if arrays[-1] - arrays[0] == len(arrays) - 1 else 0
        places = [k if k is None or k < start else k + width for k in places]
        for axis in counted:
            places[axis] = start + width - 1
    return places


def _counts_up(operand: Operand, makers: Mapping[Operand, Apply]) -> bool:
    """Whether an index is 0, 1, 2, ..."""
    match makers.get(operand):
        case Apply(primitive="arange", operands=(_,)):
            return True
        case Apply(primitive="arange", operands=(Const(value=0), _, *steps)):
            return all(isinstance(step, Const) and step.value == 1 for step in steps)
    return False

"""How much memory tapes take: bytes in each trip of a loop, and in all."""

from __future__ import annotations

from collections.abc import Mapping

from adcompiler.ir.core import Apply, For, If, Operand, Region, Value, While, walk
from adcompiler.ir.dims import Atom, Dim, dim
from adcompiler.ir.types import Array, Seq, Shape, Type

# what a size in a recorded shape takes
SIZE = 8


def recorded(region: Region) -> Dim:
    """The bytes that the ops of a region put on tapes each time that it is run; those of its loops are not counted.

    What is put into the places of snapshots overwrites what was there before.
    """
    total = dim(0)
    for op in region.ops:
        match op:
            case Apply(primitive="record", operands=(*_, value)) if not dict(op.attrs).get("places"):
                total += _bytes(value.type)
    return total


def _snapshots(region: Region) -> Dim | None:
    """The bytes of the places for snapshots that a region makes."""
    total = dim(0)
    for op in region.ops:
        match op:
            case Apply(primitive="tape", operands=(slots,)) if dict(op.attrs).get("places"):
                count, type = _size(slots), op.result.type
                if count is None or not isinstance(type, Seq):
                    return None
                total += count * _bytes(type.item)
    return total


def remark_on(loop: For | While, exact: bool = True) -> str:
    """What one trip records, in words; empty where it is nothing, or `exact` and of sizes that arguments do not tell."""
    total = recorded(loop.body)
    if total == dim(0) or (exact and not total.printable):
        return ""
    return f"records {total} byte{'s' if total != dim(1) else ''} a trip"


def tape_bytes(region: Region) -> int | None:
    """The bytes on all tapes of a function for arguments of the sizes seen; None where only a run can tell."""
    return _spent(region, {})


def _spent(region: Region, indices: Mapping[Atom, int]) -> int | None:
    places = _snapshots(region)
    total = None if places is None else _value(recorded(region) + places, indices)
    for op in region.ops:
        if isinstance(op, Apply) or not any(map(_records, op.regions)):
            continue
        spent = _in_trips(op, indices) if isinstance(op, For) else None
        if spent is None or total is None:
            return None
        total += spent
    return total


def _in_trips(loop: For, indices: Mapping[Atom, int]) -> int | None:
    start, stop, step = (_value(_size(bound), indices) for bound in (loop.start, loop.stop, loop.step))
    if start is None or stop is None or not step:
        return None
    trips = range(start, stop, step)
    index = _size(loop.index)
    depends = index is not None and not _atoms(index).isdisjoint(_asked(loop.body))
    if not depends:
        once = _spent(loop.body, indices)
        return None if once is None else once * len(trips)
    assert index is not None
    (atom,) = _atoms(index)
    total = 0
    for k in trips:
        spent = _spent(loop.body, {**indices, atom: k})
        if spent is None:
            return None
        total += spent
    return total


def _records(region: Region) -> bool:
    return any(
        isinstance(op, Apply)
        and (op.primitive == "tape" or (op.primitive == "record" and not dict(op.attrs).get("places")))
        for op in walk(region)
    )


def with_places(region: Region) -> set[Value]:
    """The lists of snapshots of a region, at every depth: some of their places may be empty."""
    found: set[Value] = set()

    def note(inner: Region) -> None:
        for op in inner.ops:
            match op:
                case Apply(primitive="tape" | "record") if dict(op.attrs).get("places"):
                    found.update(op.results)
                case If():
                    note(op.then)
                    note(op.orelse)
                    ends = zip(op.results, op.then.results, op.orelse.results, strict=True)
                    found.update(result for result, *arms in ends if not found.isdisjoint(arms))
                case For() | While():
                    params = op.body.params[1:] if isinstance(op, For) else op.body.params
                    carried = zip(op.inits, params, op.results, strict=True)
                    found.update(value for init, *values in carried if init in found for value in values)
                    note(op.body)

    note(region)
    return found


def _asked(region: Region) -> set[Atom]:
    """The atoms on which the bytes that a region records depend."""
    found = _atoms(recorded(region))
    for op in walk(region):
        if isinstance(op, For):
            found |= _atoms(recorded(op.body))
            for bound in (op.start, op.stop, op.step):
                size = _size(bound)
                found |= _atoms(size) if size is not None else set()
    return found


def _atoms(size: Dim) -> set[Atom]:
    return {atom for atoms, _ in size.terms for atom in atoms}


def _size(operand: Operand) -> Dim | None:
    return operand.type.size if isinstance(operand.type, Array) else None


def _value(size: Dim | None, indices: Mapping[Atom, int]) -> int | None:
    """A size as a number."""
    if size is None:
        return None
    total = size.const
    for atoms, coefficient in size.terms:
        for atom in atoms:
            value = indices.get(atom, atom.hint)
            if value is None:
                return None
            coefficient *= value
        total += coefficient
    return total


def _bytes(type: Type) -> Dim:
    match type:
        case Array(dtype=dtype, shape=shape):
            total = dim(dtype.itemsize)
            for size in shape:
                total = total * size
            return total
        case Shape(dims):
            return dim(SIZE * len(dims))
    return dim(0)

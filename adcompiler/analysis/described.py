"""Names for parts of arrays that the source does not name.

    A[i, j]         A_i_j               x[0], A[0, 1]       x0, A01
    A[i - 1, j]     A_im1_j             x[-1]               x_last
    L[i, :j]        L_i                 x[bins[i]]          x_bins_i

What is read at such a place, what is stored there, the tape on which it is recorded, and what is read off that
tape take the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adcompiler.analysis.liveness import index_of
from adcompiler.ir.core import Apply, Const, Op, Operand, Region, Value, walk
from adcompiler.ir.index import At
from adcompiler.ir.types import Seq

LONGEST = 20
# how many operands stand before the indices
FIRST_INDEX = {"getitem": 1, "seq_get": 1, "setitem": 2, "add_at": 2}


@dataclass(slots=True)
class Descriptions:
    """Names for values that have none: `makers` are the ops that make values, `stores` those that store them."""

    makers: dict[Value, Op] = field(default_factory=dict)
    stores: dict[Value, Apply] = field(default_factory=dict)

    def note(self, op: Op) -> None:
        """Take an op into account."""
        self.makers.update(dict.fromkeys(op.results, op))
        match op:
            case Apply(primitive="setitem", operands=(_, Value() as stored, *_)):
                self.stores.setdefault(stored, op)

    def of(self, value: Value) -> str:
        """A short name for a value without one; empty where nothing suggests itself."""
        match self.makers.get(value):
            case Apply(primitive="recall", operands=(Value(name=tape), *_), results=(result,)):
                return _recorded_on(tape, isinstance(result.type, Seq))
            case Apply(primitive="getitem" | "seq_get") as read if name := part_name(read, self.makers):
                return name
        store = self.stores.get(value)
        return "" if store is None else part_name(store, self.makers)


def descriptions(body: Region) -> Descriptions:
    """The descriptions of the values of a region, at every depth."""
    found = Descriptions()
    for op in walk(body):
        found.note(op)
    return found


def tape_of(name: str) -> str:
    """The name of a tape of values of a name; a tape of tapes is plural."""
    if name.endswith("tapes"):
        return name
    return f"{name}s" if name.endswith("tape") else f"{name}_tape" if name else "tape"


def _recorded_on(tape: str, another: bool) -> str:
    """The name for what is recorded on a tape: a value, or another tape, which may be one of tapes again."""
    inner = tape.removesuffix("s") if tape.endswith("tapes") else tape
    return inner if another else inner.removesuffix("tape").rstrip("_")


def part_name(op: Apply, makers: Mapping[Value, Op]) -> str:
    """A name for the part of an array that an op reads or writes; empty where nothing suggests itself."""
    array, indices = op.operands[0], op.operands[FIRST_INDEX[op.primitive] :]
    index = (At(0),) if op.primitive == "seq_get" else index_of(op)
    places = [_index(indices[entry.operand], makers) for entry in index if isinstance(entry, At)]
    if not isinstance(array, Value) or not array.name or not places or not all(places):
        return ""
    if not all(map(str.isdigit, places)):
        found = "_".join([array.name, *places])
    elif array.name[-1].isdigit() or max(map(len, places)) > 1:
        # k1_0 would be a version of k1
        return ""
    else:
        found = array.name + "".join(places)
    return found if len(found) <= LONGEST else ""


def _index(index: Operand, makers: Mapping[Value, Op]) -> str:
    match index:
        case Const(value=-1):
            return "last"
        case Const(value=int() as number) if number >= 0:
            return str(number)
        case Value(name=name) if name:
            return name
        case Value():
            match makers.get(index):
                case Apply(primitive="getitem" | "seq_get") as read:
                    return part_name(read, makers)
                case Apply(
                    primitive="add" | "subtract" as sign,
                    operands=(Value(name=name), Const(value=int() as offset)),
                ) if name and offset > 0:
                    return f"{name}{'p' if sign == 'add' else 'm'}{offset}"
    return ""

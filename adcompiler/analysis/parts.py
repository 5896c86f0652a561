"""Parts of arrays that are taken out, written to, and put back where they were.

    row = getitem(A, i)                     row = A[i]
    row1 = setitem(row, 0.0, j)     ->      row[j] = 0.0
    A1 = setitem(A, row1, i)

In NumPy the part is a view: the write goes through to the array, and there is nothing left to put back.
"""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.analysis.liveness import Liveness, index_of, reads, same_operands, sizes_only
from adcompiler.ir.core import Apply, Op, Operand, Region, Value
from adcompiler.ir.index import Index, is_basic
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES

# views that NumPy lets us write through, if the memory is ours; others are repeated or read-only
PLAIN_VIEWS = frozenset(
    {
        "getitem",
        "transpose",
        "matrix_transpose",
        "swapaxes",
        "moveaxis",
        "reshape",
        "reshape_to",
        "ravel",
        "squeeze",
    }
    | {"expand_dims", "flip", "asarray", "atleast_1d", "atleast_2d", "real"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """A value that is the part of an array at an index, in the same memory."""

    array: Value
    index: Index
    indices: tuple[Operand, ...]

    def same_place(self, op: Apply) -> bool:
        """Whether an op writes to this part."""
        if op.operands[0] is not self.array or index_of(op) != self.index:
            return False
        return same_operands(op.operands[2:], self.indices)


class Parts:
    """The parts known so far in a pass over a function, and who reads what."""

    def __init__(self, body: Region, live: Liveness) -> None:
        self.known: dict[Value, Part] = {}
        self._live = live
        # None stands for the results of a region
        self._users: dict[Value, list[Op | None]] = {}
        self._visit(body)

    def go_on(self, old: Value, new: Value) -> None:
        """Note that a value is in the memory of another one: the same part, if that is one."""
        if old in self.known:
            self.known[new] = self.known[old]

    def put_back(self, op: Apply) -> bool:
        """Whether an op writes a part of an array to where it is already."""
        if op.primitive != "setitem" or not isinstance(op.operands[1], Value):
            return False
        part = self.known.get(op.operands[1])
        if part is None or not part.same_place(op):
            return False
        # it goes on as a part of the new version
        self.known[op.operands[1]] = Part(op.result, part.index, part.indices)
        return True

    def only_put_back(self, target: Value, array: Value, write: Op) -> bool:
        """Whether only the op that puts the part `target` back reads the array after a write to it."""
        part = self.known.get(target)
        region, index = self._live.place[write]
        if part is None or part.array is not array or self._live.home[array] is not region:
            return False
        changed: Operand = write.results[0]
        for op in region.ops[index + 1 :]:
            match op:
                case Apply(primitive="setitem", operands=(x, value, *_)) if x is array:
                    return (
                        value is changed
                        and part.same_place(op)
                        and self._last_reader(array, op, region, index)
                    )
                case Apply(primitive="setitem" | "add_at", operands=(x, *_)) if x is changed:
                    changed = op.result
        return False

    def _last_reader(self, array: Value, reader: Op, region: Region, index: int) -> bool:
        """Whether a reader is the only one after an op of a region."""
        users = self._users[array]
        return all(
            user is reader or (user is not None and self._number(user, region) <= index) for user in users
        )

    def _number(self, op: Op, region: Region) -> int:
        """The number of the op of a region that is, or contains, an op; past the end for one that is elsewhere.

        The condition and the body of a while share their parameters, so a reader may be in the other one.
        """
        where, index = self._live.place[op]
        while where is not region:
            inside = self._live.inside.get(where)
            if inside is None:
                return len(region.ops)
            where, index = inside.region, inside.index
        return index

    def _visit(self, region: Region) -> None:
        for op in region.ops:
            if op in self._live.dead:
                continue
            for operand in reads(op):
                if isinstance(operand, Value) and not sizes_only(op):
                    self._users.setdefault(operand, []).append(op)
            if not isinstance(op, Apply):
                for inner in op.regions:
                    self._visit(inner)
        for operand in region.results:
            if isinstance(operand, Value):
                self._users.setdefault(operand, []).append(None)


def is_view(op: Apply) -> bool:
    """Whether NumPy gives the memory of an operand, or may give it."""
    if op.primitive == "getitem":
        return is_basic(index_of(op), [operand.type for operand in op.operands[1:]])
    if op.primitive == "diag":
        # of a vector it is a new matrix
        return isinstance(op.result.type, Array) and op.result.type.rank == 1
    if op.primitive == "einsum":
        return len(op.operands) == 1
    return PRIMITIVES[op.primitive].view or op.primitive == "unbroadcast"

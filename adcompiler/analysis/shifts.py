"""Maxima that are subtracted for safety only: no derivative depends on them.

    m = max(x); e = exp(x - m); p = e / sum(e)        p is the same for every m, and so is m + log(sum(e))

A maximum is moved by d, one number for each of its elements, while all else stays, and d is followed through the values
computed from it (`shifted.py`). A value of which d drops out is the same for every m, and so is what is computed from
it. Where only such values leave the region, and no op that is not known here reads another one, the cotangent of m is
zero (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions, IMA J. Num. An. 41, 2021,
on why any shift will do).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from heapq import heappop, heappush

from adcompiler.analysis.shifted import Shifted, by_itself, is_real, shifted
from adcompiler.ir.core import Apply, Op, Operand, Region, Value, walk

_FAR = 200  # ops at most, so that the time is linear in the length of a function
EXTREMA = frozenset({"max", "min", "nanmax", "nanmin", "maximum", "minimum", "fmax", "fmin"})


def shifts(region: Region, varied: set[Value], results: Collection[Operand]) -> set[Value]:
    """The maxima and minima among the values that vary, at every depth, that no derivative of the results depends on.

    results: what is differentiated. Also what is chosen between such a maximum and something else by `where`.
    """
    ops = list(walk(region))
    if not any(isinstance(op, Apply) and op.primitive in EXTREMA for op in ops):
        return set()
    reading = _Reading(ops, results)
    found: set[Value] = set()
    others: set[Operand] = set()
    for op in ops:
        if not isinstance(op, Apply) or varied.isdisjoint(op.results):
            continue
        if op.primitive in EXTREMA or (op.primitive == "where" and not others.isdisjoint(op.operands)):
            (found if reading.drops_out(op.result) else others).add(op.result)
    return found


class _Reading:
    """Which ops read what, at every depth, and what leaves a region."""

    def __init__(self, ops: Sequence[Op], results: Collection[Operand]) -> None:
        self.ops = ops
        self.leaving = set(results)
        self.makers: dict[Operand, Apply] = {}
        self.readers: dict[Operand, list[int]] = {}
        for number, op in enumerate(ops):
            if isinstance(op, Apply):
                self.makers.update((result, op) for result in op.results)
                for operand in op.operands:
                    self.readers.setdefault(operand, []).append(number)
            else:
                self.leaving.update(op.operands, *(inner.results for inner in op.regions))

    def drops_out(self, start: Value) -> bool:
        """Whether a shift of a value is seen in nothing that leaves."""
        if not is_real(start) or start in self.leaving:
            return False
        moved: dict[Operand, Shifted] = {start: by_itself(start)}
        pending = list(self.readers.get(start, ()))
        for _ in range(_FAR):
            if not pending:
                return True
            op = self.ops[heappop(pending)]
            assert isinstance(op, Apply)
            found = shifted(op, moved, self.makers)
            if found is None:
                return False
            if found.drops_out or op.results[0] in moved:
                continue
            if op.result in self.leaving:
                return False
            moved[op.result] = found
            for reader in self.readers.get(op.result, ()):
                heappush(pending, reader)
        return False

"""Which values of rank 0 are certain to be numbers in NumPy code, and not arrays of rank 0.

`s += x` makes a new number, but changes an array of rank 0 in place, for everybody who holds it.
"""

from __future__ import annotations

from adcompiler.analysis.liveness import index_of
from adcompiler.ir.core import Apply, Call, Const, For, If, Operand, Region, Value, While, walk
from adcompiler.ir.index import At
from adcompiler.ir.types import Array

# NumPy gives scalars for these, whatever the operands
SCALARS = frozenset(
    {"sum", "mean", "dot", "vdot", "inner", "matmul", "zeros_of", "python", "size", "count", "seq_length"}
)


class Numbers:
    """The sources of every value of a function."""

    def __init__(self, body: Region) -> None:
        self._sources: dict[Value, list[Operand]] = {}
        self._maker: dict[Value, Apply | None] = {}
        for op in walk(body):
            match op:
                case (
                    Apply(primitive="full_of", operands=(_, filled))
                    | Apply(primitive="expand", operands=(filled, _))
                ):
                    self._sources[op.result] = [filled]
                case Apply():
                    self._maker.update(dict.fromkeys(op.results, op))
                case Call():
                    self._maker.update(dict.fromkeys(op.results, None))
                case If():
                    for result, then, orelse in zip(
                        op.results, op.then.results, op.orelse.results, strict=True
                    ):
                        self._sources[result] = [then, orelse]
                case For() | While():
                    for region in op.regions:
                        params = region.params[1:] if isinstance(op, For) else region.params
                        for param, init, last in zip(params, op.inits, op.body.results, strict=True):
                            self._sources[param] = [init, last]
                    for result, init, last in zip(op.results, op.inits, op.body.results, strict=True):
                        self._sources[result] = [init, last]

        self._doubtful = self._find(body)

    def certain(self, operand: Operand) -> bool:
        """Whether an operand is a number."""
        if isinstance(operand, Const):
            return True
        return isinstance(operand.type, Array) and not operand.type.rank and operand not in self._doubtful

    def _find(self, body: Region) -> set[Value]:
        """The values that may be arrays, by what makes them or by what they may come from."""
        users: dict[Value, list[Value]] = {}
        for value, sources in self._sources.items():
            for source in sources:
                if isinstance(source, Value):
                    users.setdefault(source, []).append(value)
        pending = [value for value in (*body.params, *self._maker) if not self._makes_number(value)]
        doubtful: set[Value] = set()
        while pending:
            value = pending.pop()
            if value not in doubtful and not (isinstance(value.type, Array) and value.type.weak):
                doubtful.add(value)
                pending += users.get(value, ())
        return doubtful

    def _makes_number(self, value: Value) -> bool:
        match self._maker.get(value):
            case Apply(primitive="undefined"):
                return True
            case Apply(primitive="getitem") as op:
                return bool(index_of(op)) and all(isinstance(entry, At) for entry in index_of(op))
            case Apply(primitive=name, path=path):
                return name in SCALARS or path.startswith(("operator.", "math."))
        return False

"""What is known about the variables of NumPy code once they are chosen, and the moves between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from adcompiler.analysis.alias import STORES, Buffers
from adcompiler.analysis.liveness import Liveness
from adcompiler.emit.folding import Folding
from adcompiler.ir.core import Apply, Call, For, Function, If, Operand, Region, Value, While, walk
from adcompiler.ir.types import Array


@dataclass(frozen=True, slots=True)
class Move:
    """variable = value, at once with the other moves of one place; `copied` if the memory is copied too."""

    variable: str
    source: Operand
    copied: bool = False


@dataclass(slots=True)
class Names:
    """of: the variable of each value. paths: lists among the arguments that are reached by their text.

    partial: values that some path leaves without a meaning.
    bound: values of no meaning that need some value all the same, because a move or a list will look at them.
    """

    function: Function
    folding: Folding
    buffers: Buffers
    live: Liveness
    of: dict[Value, str] = field(default_factory=dict)
    paths: dict[Value, str] = field(default_factory=dict)
    loads: list[tuple[str, Value]] = field(default_factory=list)
    unbound: set[Value] = field(default_factory=set)
    partial: set[Value] = field(default_factory=set)
    bound: set[Value] = field(default_factory=set)

    def entry(self, loop: For | While) -> list[Move]:
        """The moves before a loop."""
        params = loop.body.params[1:] if isinstance(loop, For) else loop.body.params
        copied = [(loop, number) in self.buffers.copied_inits for number in range(len(loop.inits))]
        return self._moves(params, loop.inits, copied)

    def again(self, loop: For | While) -> list[Move]:
        """The moves at the end of the body of a loop."""
        params = loop.body.params[1:] if isinstance(loop, For) else loop.body.params
        return self._moves(params, loop.body.results)

    def arm(self, branch: If, region: Region) -> list[Move]:
        """The moves at the end of an arm."""
        return self._moves(branch.results, region.results)

    def _moves(
        self, targets: Sequence[Value], sources: Sequence[Operand], copied: Sequence[bool] = ()
    ) -> list[Move]:
        moves: list[Move] = []
        for number, (target, source) in enumerate(zip(targets, sources, strict=True)):
            variable = self.of.get(target)
            copy = bool(copied and copied[number])
            if variable is None or (
                isinstance(source, Value) and source in self.unbound and source not in self.bound
            ):
                continue
            if copy or not isinstance(source, Value) or self.of.get(source) != variable:
                moves.append(Move(variable, source, copy))
        return moves


def same_sizes(a: Value, b: Value, buffers: Buffers) -> bool:
    """Whether the sizes and dtype of an array may be read off another one."""
    match a.type, b.type:
        case Array() as one, Array() as other if one.shape == other.shape and one.dtype == other.dtype:
            known = all(size.printable for size in one.shape)
            return known or bool(buffers.memory.get(a, frozenset()) & buffers.memory.get(b, frozenset()))
    return False


def needed(names: Names) -> set[Value]:
    """Values of no meaning that a move, a list, a call, a copy or the caller will look at."""
    sources: dict[Value, list[Operand]] = {}
    looked: list[Operand] = list(names.function.body.results)

    def flow(target: Value, source: Operand) -> None:
        sources.setdefault(target, []).append(source)
        if not isinstance(source, Value) or source in names.unbound:
            return
        if names.of.get(source) != names.of.get(target):
            looked.append(source)

    for op in walk(names.function.body):
        match op:
            case If():
                for arm in op.regions:
                    for result, operand in zip(op.results, arm.results, strict=True):
                        flow(result, operand)
                        if op in names.folding.conditional:
                            looked.append(operand)
            case For() | While():
                for inner in op.regions:
                    params = inner.params[1:] if isinstance(op, For) else inner.params
                    for param, init, last in zip(params, op.inits, op.body.results, strict=True):
                        flow(param, init)
                        flow(param, last)
                for number, (result, init, last) in enumerate(
                    zip(op.results, op.inits, op.body.results, strict=True)
                ):
                    flow(result, init)
                    flow(result, last)
                    if (op, number) in names.buffers.copied_inits:
                        looked.append(init)
            case Call():
                looked += op.operands
            case Apply(primitive="shape" | "size" | "seq_zeros" | "seq_blank" | "seq_length"):
                looked += op.operands
            case Apply(primitive="seq_make") as make:
                looked += make.operands
            case Apply(primitive=name) as store if name in STORES:
                looked.append(store.operands[STORES[name]])
    needed: set[Value] = set()
    while looked:
        operand = looked.pop()
        if isinstance(operand, Value) and operand not in needed:
            needed.add(operand)
            looked += sources.get(operand, ())
    return needed & names.unbound

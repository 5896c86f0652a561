"""Branches in loops that write elements, as branches that give numbers, with the writes behind them.

    if c:                                         t = y[i]
        y[i] = a * y[i]                    ->     y[i] = a * t if c else t

    if c:                                         dy[i if c else i - 1] += v
        dy[i] += v                         ->
    else:
        dy[i - 1] += v

XLA copies an array of which a branch gives another version. What is read in vain, perhaps outside of the array,
is written back where it was read, or not used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.analysis.places import affine, read_by, subscript_of
from adcompiler.emit.jax_facts import Facts
from adcompiler.emit.jax_names import has_effect
from adcompiler.emit.jax_plan import unroll
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.index import At
from adcompiler.ir.rewrite import map_regions, substitute_all, substitute_op
from adcompiler.ir.types import INT, Array
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES

# the writes to an array in either arm that take the same turn
Pair: TypeAlias = "tuple[Apply | None, Apply | None]"


def writes_behind_branches(function: Function) -> Function:
    """The function whose loops write elements behind branches, not in them, where the arms do no more with arrays."""
    if not any(isinstance(op, If) for op in walk(function.body)):
        return function
    return replace(function, body=_Branches(function).region(function.body, looped=False))


@dataclass(frozen=True, slots=True)
class _Chain:
    """The versions of an array that the arms give, by writes of elements; `slot`: which result of the branch."""

    slot: int
    array: Operand
    pairs: tuple[Pair, ...]

    @property
    def writes(self) -> list[Apply]:
        return [write for pair in self.pairs for write in pair if write is not None]


class _Branches:
    def __init__(self, function: Function) -> None:
        self.facts = Facts(function)
        unroll(self.facts)

    def region(self, region: Region, looped: bool) -> Region:
        """A region with its branches rewritten, those inside others first."""
        return replace(region, ops=tuple(new for op in region.ops for new in self.op(op, looped)))

    def op(self, op: Op, looped: bool) -> list[Op]:
        """What stands for an op, in a loop or not."""
        if isinstance(op, Apply | Call):
            return [op]
        inside = looped or isinstance(op, For | While)
        changed = map_regions(op, lambda region: self.region(region, inside))
        if not looped or not isinstance(changed, If) or self.known(changed.condition):
            return [changed]
        return self.behind(changed) or [changed]

    def known(self, condition: Operand) -> bool:
        """Whether JAX may know the condition while it traces, and then takes one arm only."""
        found = self.facts.roots(condition)
        return found is not None and all(loop in self.facts.unrolled for loop in found.loops)

    def behind(self, op: If) -> list[Op]:
        """The reads, the branch, the writes; nothing where the arms do more with the arrays that they write."""
        chains = [_chain(op, slot) for slot, result in enumerate(op.results) if not _is_number(result)]
        found = [chain for chain in chains if chain is not None]
        writes = [write for chain in found for write in chain.writes]
        if len(found) < len(chains) or len(writes) > len(set(writes)):
            return []
        versions = {write.result for write in writes}
        rest = [inner for arm in op.regions for inner in arm.ops if inner not in writes]
        if not found and not any(map(_reads, rest)):
            return []
        if any(has_effect(inner) or versions & read_by(inner) for inner in rest):
            return []
        if any(versions & set(write.operands[1:]) for write in writes):
            return []
        return _Split(op, found, self.facts.defs).ops()


class _Split:
    """A branch taken apart: what is done before it in any case, the numbers that it gives, the writes."""

    def __init__(self, op: If, chains: list[_Chain], makers: dict[Value, Op]) -> None:
        self.op, self.chains = op, chains
        inner = [one for arm in op.regions for one in arm.ops]
        self.makers = {**makers, **{result: one for one in inner for result in one.results}}
        self.inside = {result for one in inner for result in one.results}
        self.before: list[Op] = []
        self.hoisted: set[Op] = set()
        self.values: dict[Value, Operand] = {}
        for one in inner:
            if isinstance(one, Apply) and _harmless(one) and not self.inside & set(one.operands):
                self.hoist(one)
                self.hoisted.add(one)
                self.inside.discard(one.result)
        numbers = [slot for slot, result in enumerate(op.results) if _is_number(result)]
        self.results = [op.results[slot] for slot in numbers]
        self.ends = [(op.then.results[slot], op.orelse.results[slot]) for slot in numbers]

    def hoist(self, op: Apply) -> Operand:
        """What an op gives that is done before the branch, once if both arms do it."""
        op = replace(op, operands=substitute_all(op.operands, self.values))
        for other in self.before:
            if isinstance(other, Apply) and _key(other) == _key(op):
                self.values[op.result] = other.result
                return other.result
        self.before.append(op)
        return op.result

    def ops(self) -> list[Op]:
        """What stands for the branch; nothing where it cannot be taken apart."""
        behind: list[Op] = []
        for chain in self.chains:
            array = chain.array
            for turn, pair in enumerate(chain.pairs):
                made = self.written(chain.array, array, pair)
                if made is None:
                    return []
                last = turn == len(chain.pairs) - 1
                result = self.op.results[chain.slot] if last else made.result
                behind.append(replace(made, results=(result,)))
                array = result
        return [*self.before, *(substitute_op(made, self.values) for made in (*self.branch(), *behind))]

    def branch(self) -> list[Op]:
        """The branch that gives numbers only, if any are wanted."""
        if not self.results:
            return []
        done = {*self.hoisted, *(write for chain in self.chains for write in chain.writes)}
        then, orelse = (
            Region((), tuple(one for one in arm.ops if one not in done), tuple(ends))
            for arm, ends in zip(self.op.regions, zip(*self.ends, strict=True), strict=True)
        )
        return [replace(self.op, then=then, orelse=orelse, results=tuple(self.results))]

    def written(self, base: Operand, array: Operand, pair: Pair) -> Apply | None:
        """One write to a version of the array; an arm that has none writes what it reads, or adds nothing."""
        write = pair[0] or pair[1]
        assert write is not None and isinstance(array.type, Array)
        if None in pair:
            kept = self.kept(base, write)
            if kept is None:
                return None
            values = [kept if one is None else one.operands[1] for one in pair]
            places = list(subscript_of(write))
        else:
            values = [one.operands[1] for one in pair if one is not None]
            sides = [subscript_of(one) for one in pair if one is not None]
            places = [self.either(a, b, INT) for a, b in zip(*sides, strict=True)]
        value = self.either(values[0], values[1], replace(array.type, shape=()))
        fresh = Value(array.type, write.result.name)
        return replace(write, operands=(array, value, *places), results=(fresh,))

    def kept(self, array: Operand, write: Apply) -> Operand | None:
        """What a write has to write, or add, to change nothing; None where that cannot be told before the branch."""
        assert isinstance(array.type, Array)
        kind = array.type.dtype.kind
        if self.inside & set(subscript_of(write)):
            return None
        if write.primitive == "setitem":
            builder = Builder(write.location)
            apply(builder, "getitem", array, *subscript_of(write), index=write.index)
            (read,) = builder.ops
            return self.hoist(read) if isinstance(read, Apply) else None
        return Const.of(_NOTHING[kind], array.type.dtype) if kind in _NOTHING else None

    def either(self, a: Operand, b: Operand, type: Array) -> Operand:
        """What the branch gives: a or b, or what both are."""
        if a not in self.inside and (a is b or self.same_place(a, b)):
            return a
        self.results.append(Value(type))
        self.ends.append((a, b))
        return self.results[-1]

    def same_place(self, a: Operand, b: Operand) -> bool:
        """Whether both are the same sum of an integer and a constant."""
        integers = _is_integer(a) and _is_integer(b)
        return integers and affine(a, self.makers) == affine(b, self.makers)


# what changes no number that it is added to: 0.0 would make 0.0 of -0.0
_NOTHING = {"f": -0.0, "i": 0, "u": 0}


def _key(op: Apply) -> tuple[object, ...]:
    """What two ops have in common that give the same."""
    operands = [(o.type, repr(o.value)) if isinstance(o, Const) else o for o in op.operands]
    return op.primitive, op.path, op.attrs, *operands


def _chain(op: If, slot: int) -> _Chain | None:
    """The writes by which the arms give versions of one array, where all are to elements and pair up."""
    ends = [_writes(arm, arm.results[slot]) for arm in op.regions]
    (array, then), (other, orelse) = ends
    if array is not other or not (then or orelse) or not all(map(_of_element, (*then, *orelse))):
        return None
    if not then or not orelse:
        return _Chain(slot, array, (*((one, None) for one in then), *((None, one) for one in orelse)))
    pairs = tuple(zip(then, orelse, strict=False))
    alike = all((a.primitive, a.index) == (b.primitive, b.index) for a, b in pairs)
    return _Chain(slot, array, pairs) if alike and len(then) == len(orelse) else None


def _writes(arm: Region, end: Operand) -> tuple[Operand, list[Apply]]:
    """The array from outside of which an arm gives a version, and the writes that make it, in order."""
    made = {result: op for op in arm.ops for result in op.results}
    writes: list[Apply] = []
    while isinstance(end, Value) and isinstance(op := made.get(end), Apply) and _is_write(op):
        writes.insert(0, op)
        end = op.operands[0]
    return end, writes


def _reads(op: Op) -> bool:
    return isinstance(op, Apply) and op.primitive == "getitem" and _of_element(op)


def _is_write(op: Apply) -> bool:
    return op.primitive in ("setitem", "add_at")


def _of_element(op: Apply) -> bool:
    """Whether an op reads or writes a number by integers."""
    array, v = op.operands[0].type, (op.operands[1].type if _is_write(op) else op.result.type)
    return (
        isinstance(array, Array)
        and isinstance(v, Array)
        and (v.dtype == array.dtype and not v.rank)
        and all(isinstance(entry, At) for entry in op.index)
        and len(op.index) == array.rank
        and all(map(_is_integer, subscript_of(op)))
    )


def _harmless(op: Op) -> bool:
    """Whether an op may be done where the program would not get there, at next to no cost: reads, subscripts."""
    if not isinstance(op, Apply):
        return False
    row = PRIMITIVES[op.primitive]
    return _reads(op) or (row.elementwise and not row.effect and all(map(_is_integer, op.results)))


def _is_integer(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and not operand.type.rank and operand.type.dtype == INT.dtype


def _is_number(value: Value) -> bool:
    return isinstance(value.type, Array) and not value.type.rank

"""What has to be known before a function is printed for XLA.

Which values are known while JAX traces, which parameters must be static for that, which loops tracing
unrolls, which sequences are arrays with a leading axis instead of lists, which tapes get a bound instead of a
size.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from adcompiler.emit import jax_tapes
from adcompiler.emit.jax_arguments import needy
from adcompiler.emit.jax_facts import DEFAULT, INDEXED, SIZES, Facts, dims, may_be_static, pythonic
from adcompiler.emit.jax_flat import flat
from adcompiler.emit.jax_fusion import in_place
from adcompiler.emit.jax_windows import widths
from adcompiler.errors import CompileError, Location
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Value, While
from adcompiler.ir.dims import Atom, Dim
from adcompiler.ir.index import Slice
from adcompiler.ir.types import Array, Seq, Shape
from adcompiler.primitives.registry import PRIMITIVES

_ON_LISTS = frozenset({"seq_get", "seq_set", "seq_add"})
_COUNTED = frozenset({"seq_repeat", "seq_places"})
_RESIZE = frozenset({"seq_append", "seq_drop"})
# operands that are sizes, whatever the types say
_SIZE_NAMES = frozenset({"sizes", "counts", "bounds", "num", "n", "s", "repeats"})
# as many elements as the data says
_BY_DATA = frozenset(
    "flatnonzero bincount unique unique_index unique_values unique_counts unique_inverse unique_all union1d setdiff1d"
    " intersect1d setxor1d".split()
)
_NO_SIZE = frozenset(
    {
        *INDEXED,
        "moved",
        "native",
        "tape",
        "record",
        "recall",
        "recorded",
        "python",
        "undefined",
        "print",
        "check",
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The decisions for one function; `function` is it with the counting of trips made explicit.

    static:        values that are Python objects while JAX traces.
    static_params: the parameters that have to be static for that.
    unrolled:      loops printed as Python loops.
    stacked:       sequences that are arrays with a leading axis.
    templates:     for an empty tape, a value of the shape of what is recorded on it.
    slots:         for an empty tape, the sizes of its leading axes; None: `bound`.
    most_trips:    for the first variable of a while loop, how often the loop can run.
    needy:         arguments that have to be JAX arrays even where the code runs outside jax.jit.
    bound:         the parameter `max_trips`, if there is one.
    in_place:      whether XLA's CPU compiler should not fuse, so that loops write where arrays lie; see `jax_fusion`.
    """

    function: Function
    static: frozenset[Value]
    static_params: tuple[str, ...]
    unrolled: frozenset[For]
    stacked: frozenset[Value]
    templates: dict[Value, Value]
    slots: dict[Value, tuple[Dim | None, ...]]
    most_trips: dict[Value, Dim]
    needy: frozenset[Value]
    bound: Value | None
    in_place: bool


def make_plan(function: Function) -> Plan:
    """Decide all of this; CompileError, with all places at once, where XLA cannot run the program."""
    facts = Facts(function)
    refuse_calls(facts)
    lists = unroll(facts)
    params = static_params(facts)
    static = static_values(facts, params)
    refuse_unknown(facts, static)
    if facts.problems:
        raise CompileError(*dict.fromkeys(facts.problems))
    unknown = jax_tapes.bounded(facts, static, lists)
    slots = jax_tapes.slots(facts, unknown, static)
    stacked = frozenset(v for v, root in facts.classes.members() if root not in lists and root in facts.taped)
    bound: Value | None = None
    if unknown:
        function, bound = jax_tapes.count_trips(function, facts, unknown)
        static = static | {bound}
    spoken = {tape for tape, sizes in slots.items() if len(sizes) == jax_tapes.depth(tape.type)}
    if spoken:
        function = replace(function, body=jax_tapes.without_slots(function.body, spoken, facts.unrolled))
    flattened = flat(function, stacked)
    versions = flattened.versions
    return Plan(
        flattened.function,
        static,
        tuple(
            p.text
            for p, v in zip(facts.function.params, facts.function.body.params, strict=True)
            if v in params
        ),
        frozenset(loop for old in facts.unrolled if isinstance(loop := flattened.loops.get(old, old), For)),
        stacked | frozenset(versions.values()),
        jax_tapes.templates(facts),
        slots,
        {
            versions.get(first, first): most
            for first, most in jax_tapes.most_trips(facts).items()
            if params.issuperset(_named(facts, [most]))
        },
        needy(facts, static),
        bound,
        in_place(facts),
    )


def refuse_calls(facts: Facts) -> None:
    """Recursion cannot be traced, and NumPy's random numbers cannot be drawn in the order of the program."""
    for op in facts.ops:
        if isinstance(op, Apply) and op.primitive == "draw":
            facts.problem(op.location, "NumPy's random generators do not run under XLA")
        if isinstance(op, Call):
            facts.problem(
                op.location,
                f"{op.callee} calls itself; XLA cannot run recursion, which needs the NumPy backend",
            )
    if facts.problems:
        raise CompileError(*dict.fromkeys(facts.problems))


def unroll(facts: Facts) -> set[Value]:
    """Find the loops that tracing unrolls; gives the classes of tapes that are lists for it."""
    lists: set[Value] = set()
    while True:
        before = len(facts.unrolled), len(lists)
        for op in facts.ops:
            if isinstance(op, Apply):
                _unroll_for(facts, op, lists)
        for loop in list(facts.unrolled):
            _need(
                facts, loop.location, (loop.start, loop.stop, loop.step), "how often a loop over a list runs"
            )
        lists |= {facts.classes.root(facts.classes.items[c]) for c in lists if c in facts.classes.items}
        if before == (len(facts.unrolled), len(lists)) or facts.problems:
            return lists


def _unroll_for(facts: Facts, op: Apply, lists: set[Value]) -> None:
    if op.primitive in _COUNTED:
        _need(facts, op.location, op.operands[-1:], "how many items a list has")
    if not op.operands or not isinstance(op.operands[0], Value) or not isinstance(op.operands[0].type, Seq):
        return
    sequence = op.operands[0]
    root = facts.classes.root(sequence)
    stacked = root in facts.taped and root not in lists
    if op.primitive == "record" and stacked:
        around = _since(facts, op, sequence)
        item = op.operands[2]
        in_list = False
        if isinstance(item, Value) and isinstance(item.type, Seq):
            in_list = not facts.is_tape(item) or facts.classes.root(item) in lists
        if around and (all(loop in facts.unrolled for loop in around) or in_list):
            lists.add(root)
    if stacked:
        return
    if op.primitive == "seq_get" and facts.roots(op.operands[1]) is None and _is_number(op.result):
        return  # read from an array of the numbers
    if op.primitive in _ON_LISTS or op.primitive in ("record", "recall"):
        _need(facts, op.location, (op.operands[1],), "which item of a list is meant")
    if op.primitive == "seq_slice":
        _need(facts, op.location, op.operands[1:], "which items of a list are meant")
    if op.primitive in _RESIZE:
        for owner in facts.inside[op]:
            match owner:
                case For(body=body) if any(facts.same(p, root) for p in body.params[1:]):
                    facts.unrolled[owner] = None
                case While(inits=inits) if any(facts.same(v, root) for v in inits):
                    facts.problem(
                        op.location,
                        "a list that grows in a loop that runs until data says stop: the shape of the result "
                        "is known only when the program runs, and XLA needs fixed shapes",
                    )
                case If(results=results, condition=condition) if any(facts.same(v, root) for v in results):
                    if facts.roots(condition) is None:
                        facts.problem(
                            op.location,
                            "the list has another length on another path: its length is known only when the "
                            "program runs, and XLA needs fixed shapes",
                        )


def _is_number(value: Value) -> bool:
    return isinstance(value.type, Array) and not value.type.rank


def _since(facts: Facts, op: Op, sequence: Value) -> list[For | While]:
    """The loops around a record that carry its tape."""
    root = facts.classes.root(sequence)
    return [
        loop for loop in facts.loops_around(op) if any(facts.same(result, root) for result in loop.results)
    ]


def _need(facts: Facts, location: Location, operands: Iterable[Operand], what: str) -> None:
    for operand in operands:
        found = facts.roots(operand)
        if found is None:
            facts.problem(
                location,
                f"{what} is known only when the program runs; XLA needs to know while it compiles",
            )
            continue
        facts.unrolled.update(found.loops)


def static_params(facts: Facts) -> set[Value]:
    """Integer parameters on which a shape, a bound of a slice or the length of an unrolled loop depends."""
    wanted: set[Value] = set()

    def want(operand: Operand, hard: bool = False) -> None:
        found = facts.roots(operand)
        if found is not None and (hard or all(loop in facts.unrolled for loop in found.loops)):
            wanted.update(found.params)

    for loop in facts.unrolled:
        for operand in (loop.start, loop.stop, loop.step):
            want(operand, hard=True)
    for op in facts.ops:
        match op:
            case Apply(primitive="tape"):
                want(op.operands[0])
                most = jax_tapes.most(facts, op, facts.classes.root(op.result))
                wanted.update(_named(facts, [*dims(op.result.type), *([most] if most is not None else [])]))
            case Apply(primitive="undefined"):
                wanted.update(_named(facts, dims(op.result.type)))
            case Apply(primitive=name) if name in _ON_LISTS or name in ("recall", "record"):
                if not facts.is_tape(op.operands[0]) or facts.unrolled:
                    want(op.operands[1], hard=not facts.is_tape(op.operands[0]))
            case Apply(primitive=name) if name in _COUNTED:
                want(op.operands[-1], hard=True)
            case Apply(primitive="seq_slice" | "seq_scatter"):
                for operand in op.operands[1:]:
                    want(operand)
            case Apply(primitive=name) if name in INDEXED:
                for operand in slice_bounds(op):
                    want(operand)
                wanted.update(_named(facts, widths(op, facts.ranges)))
            case Apply():
                for operand in size_operands(op):
                    want(operand)
    return wanted


def _named(facts: Facts, dims: Iterable[Dim]) -> Iterator[Value]:
    names = {
        node.id
        for size in dims
        if size.printable
        for node in ast.walk(ast.parse(str(size), mode="eval"))
        if isinstance(node, ast.Name)
    }
    for param, value in zip(facts.function.params, facts.function.body.params, strict=True):
        if param.text in names and may_be_static(value.type):
            yield value


def static_values(facts: Facts, params: set[Value]) -> frozenset[Value]:
    """All values that are known while tracing when these parameters are."""
    known = {v for v in (*facts.defs, *facts.carried) if isinstance(v.type, Array) and not v.type.rank}
    known.update(params)
    known.update(index for index, loop in facts.index_of.items() if loop in facts.unrolled)
    shapes = {v for v in facts.defs if isinstance(v.type, Shape)}

    def holds(*operands: Operand) -> bool:
        return all(isinstance(operand, Const) or operand in known for operand in operands)

    def flows(op: Op, place: int) -> bool:
        match op:
            case Apply(primitive=name, operands=operands):
                return name in SIZES or (
                    pythonic(op) and holds(*operands) and not any(map(_traces, operands))
                )
            case If(condition=condition, then=then, orelse=orelse):
                return holds(condition, then.results[place], orelse.results[place])
            case For(body=body) if op in facts.unrolled:
                return holds(body.params[1 + place])
        return False

    while True:
        before = len(known)
        for value, (owner, place) in facts.carried.items():
            if owner not in facts.unrolled or not holds(owner.inits[place], owner.body.results[place]):
                known.discard(value)
        for op in facts.ops:
            for place, result in enumerate(op.results):
                if result in known and not flows(op, place):
                    known.discard(result)
        if len(known) == before:
            return frozenset(known | shapes)


def _traces(operand: Operand) -> bool:
    """Whether a constant is printed as a number of JAX, such as jnp.float32(1.0), which traces."""
    match operand:
        case Const(value=np.generic() as value):
            return value.dtype not in DEFAULT
    return False


def refuse_unknown(facts: Facts, static: frozenset[Value]) -> None:
    """Shapes that depend on what is known only when the program runs."""
    for op in facts.ops:
        if isinstance(op, Apply) and op.primitive == "square_root_slots" and op.result not in static:
            facts.problem(
                op.location,
                "how often this checkpointed loop runs is known only when the program runs, and so is the number "
                "of its slots; XLA needs to know while it compiles",
                "give it a number: slots=8",
            )
            continue
        if not isinstance(op, Apply) or op.primitive in _NO_SIZE:
            continue
        for operand in size_operands(op):
            if op.primitive in _BY_DATA or (isinstance(operand, Value) and operand not in static):
                facts.problem(
                    op.location,
                    "the shape of this array is known only when the program runs; XLA needs fixed shapes",
                )


def slice_bounds(op: Apply) -> list[Operand]:
    """The operands that are bounds or steps of slices."""
    fixed = len(PRIMITIVES[op.primitive].operands)
    index = op.attr("index")
    assert isinstance(index, tuple)
    numbers = [n for e in index if isinstance(e, Slice) for n in (e.start, e.stop, e.step) if n is not None]
    return [op.operands[fixed + n] for n in numbers]


def size_operands(op: Apply) -> list[Operand]:
    """The operands on which the shape of the result depends."""
    row = PRIMITIVES[op.primitive]
    if row.elementwise or op.primitive in _NO_SIZE or op.primitive.startswith("seq_") or not op.results:
        return []
    names = [*row.operands, *[row.variadic] * (len(op.operands) - len(row.operands))]
    shape = {atom for size in dims(op.results[0].type) for atoms, _ in size.terms for atom in atoms}
    return [
        operand
        for name, operand in zip(names, op.operands, strict=False)
        if isinstance(operand.type, Array)
        and (name in _SIZE_NAMES or op.primitive in _BY_DATA or _atoms(operand.type) & shape)
    ]


def _atoms(type: Array) -> set[Atom]:
    return {atom for atoms, _ in type.size.terms for atom in atoms} if type.size is not None else set()

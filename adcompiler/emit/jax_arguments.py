"""What the JAX flavour asks of its arguments: to be JAX arrays, and to have elements where some are picked."""

from __future__ import annotations

from adcompiler.emit.jax_facts import INDEXED, Facts, pythonic
from adcompiler.ir.core import Apply, Const, For, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.index import At
from adcompiler.ir.types import Array, Seq, Type
from adcompiler.primitives.registry import PRIMITIVES

# printed as operators or subscripts, which NumPy arrays and Python numbers have as well
_OPERATORS = frozenset({"getitem", "copy", "matmul", "reshape_to"})


def needy(facts: Facts, static: frozenset[Value]) -> frozenset[Value]:
    """Arguments, and items of lists among them, on which something is done that a NumPy array cannot do.

    It cannot be subscripted by what JAX traces, it has no `.at`, and a Python number has no `.astype`.
    """
    params = set(facts.function.body.params)
    lists = {facts.classes.root(v) for v in params if isinstance(v.type, Seq)}
    found: set[Value] = set()
    seen: set[Value] = set()
    pending: list[Operand] = []

    def traced(op: Op) -> bool:
        """Whether JAX traces the op, even where the program would not get there."""
        return any(
            isinstance(owner, While)
            or (isinstance(owner, For) and owner not in facts.unrolled)
            or (
                isinstance(owner, If) and isinstance(owner.condition, Value) and owner.condition not in static
            )
            for owner in facts.inside[op]
        )

    def differ(operand: Operand, type: Type) -> bool:
        return (
            isinstance(operand.type, Array) and isinstance(type, Array) and operand.type.dtype != type.dtype
        )

    for op in facts.ops:
        match op:
            case Apply(primitive="getitem", operands=(x, *indices)):
                if any(isinstance(index, Value) and index not in static for index in indices):
                    pending.append(x)
            case Apply(primitive="setitem" | "add_at" | "astype" | "python", operands=(x, *_)):
                pending.append(x)
            case Apply(operands=operands) if PRIMITIVES[op.primitive].elementwise:
                types = {o.type.dtype for o in operands if isinstance(o, Value) and isinstance(o.type, Array)}
                # on another path 1.0 / x may raise, and x ** 0.5 be complex, where x is a Python number
                pending += operands if len(types) > 1 or (pythonic(op) and traced(op)) else ()
            case If(then=then, orelse=orelse, results=results):
                for arm in (then, orelse):
                    pending += [v for v, r in zip(arm.results, results, strict=True) if differ(v, r.type)]
            case For() | While():
                inits = zip(op.inits, op.results, strict=True)
                pending += [v for v, r in inits if differ(v, r.type)]
    while pending:
        value = pending.pop()
        if isinstance(value, Const) or value in seen or value in static:
            continue
        seen.add(value)
        if value in facts.carried:
            owner, place = facts.carried[value]
            if owner in facts.unrolled:
                pending += owner.inits[place], owner.body.results[place]
            continue
        match facts.defs.get(value):
            case None if value in params and isinstance(value.type, Array):
                found.add(value)
            case Apply(primitive="seq_get", operands=(Value() as sequence, _)):
                if facts.classes.root(sequence) in lists:
                    found.add(value)
            case Apply(operands=operands) as made:
                row = PRIMITIVES[made.primitive]
                if made.primitive in _OPERATORS or (row.paths and row.paths[0].startswith("operator.")):
                    pending += operands
            case If(then=then, orelse=orelse, results=results) as made:
                place = results.index(value)
                pending += then.results[place], orelse.results[place]
            case For(results=results) as made if made in facts.unrolled:
                pending.append(made.body.params[1 + results.index(value)])
    return frozenset(found)


def picks(region: Region) -> bool:
    """Whether single elements are read or written: JAX refuses to trace that where there are none."""
    for op in walk(region):
        match op:
            case Apply(primitive="record" | "recall"):
                return True
            case Apply(primitive=name) if name in INDEXED:
                index = op.attr("index")
                assert isinstance(index, tuple)
                if any(isinstance(entry, At) for entry in index):
                    return True
    return False

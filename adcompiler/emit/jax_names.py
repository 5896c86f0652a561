"""Names of one Python function of the JAX flavour, and what of a region is printed where.

A nested function sees the names around it as they are when it runs, which is at once; a name that it assigns
is its own throughout. So it may take any name but those that it reads from outside.
"""

from __future__ import annotations

import ast
import itertools
import keyword
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from adcompiler.emit.jax_own import OWN
from adcompiler.ir.core import Apply, Const, For, Op, Operand, Region, Value, free_values
from adcompiler.ir.types import Seq
from adcompiler.primitives.registry import PRIMITIVES

MODULES = frozenset({"np", "jnp", "jax", "lax", "math", "warnings"})
BUILTINS = frozenset(
    {
        "range",
        "reversed",
        "enumerate",
        "zip",
        "len",
        "int",
        "float",
        "bool",
        "complex",
        "tuple",
        "print",
        "list",
    }
    | {"min", "max", "abs", "round", "pow", "sum"}
)
GLOBALS = MODULES | OWN.keys() | BUILTINS
NEVER = frozenset({*keyword.kwlist, *GLOBALS, "_"})
START, END = -2, 1 << 60  # places before the first op of a region, and after its last


class Names:
    """Which names of a function stand for a value that is still read, and until which op of the region.

    `lent` are names of the block around this one: the value that may take each, once an op has been passed.
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self.reserved = frozenset(reserved) | NEVER
        self.held: dict[str, int] = {}
        self.lent: dict[str, tuple[Value, int]] = {}

    def take(
        self, hint: str, at: int, until: int, value: Value | None = None, avoid: Iterable[str] = ()
    ) -> str:
        """A name like the hint under which nothing stands that is read after `at`; kept until op `until`."""
        for name, (borrower, free) in self.lent.items():
            if borrower is value and max(free, self.held.get(name, START)) <= at:
                self.held[name] = max(until, at)
                return name
        hint = hint if hint.isidentifier() else "t"
        for number in itertools.count():
            name = f"{hint}_{number}" if number else hint
            if name not in self.reserved and name not in avoid and self.held.get(name, START) <= at:
                self.held[name] = max(until, at)
                return name
        raise AssertionError

    def inside(self, at: int) -> Names:
        """The names as they are for a block that is part of op `at` and of the same function."""
        return Names({*self.reserved, *(name for name, until in self.held.items() if until >= at)})


def names_in(node: ast.AST) -> set[str]:
    """The identifiers that an expression reads."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


@dataclass(slots=True)
class Layout:
    """How a region is printed: what is left out, what moves into the expressions of its users, last reads."""

    dead: set[Op] = field(default_factory=set)
    inline: set[Value] = field(default_factory=set)
    last: dict[Value, int] = field(default_factory=dict)
    uses: dict[Value, int] = field(default_factory=dict)
    kept: set[Value] = field(default_factory=set)  # lists that something else may hold as well

    def until(self, value: Value) -> int:
        """The op that reads the value last."""
        return self.last.get(value, -1)


def has_effect(op: Op) -> bool:
    """Whether the op, or one inside it, prints or raises."""
    match op:
        case Apply(primitive=name):
            return name in PRIMITIVES and PRIMITIVES[name].effect
    return any(has_effect(inner) for region in op.regions for inner in region.ops)


def lay_out(
    region: Region,
    everywhere: Callable[[Op], bool],
    may_move: Callable[[Op], bool],
    again: Callable[[Op], Iterable[Operand]],
) -> Layout:
    """Decide what is printed where.

    everywhere: whether an op is as cheap to write again as to name.
    may_move:   whether an op may be printed inside the expression of its only user.
    again:      the operands that the op's text names more than once.
    """
    layout = Layout()
    uses, last = layout.uses, layout.last

    def read(operands: Iterable[Operand], at: int, count: int = 1) -> None:
        for operand in operands:
            if isinstance(operand, Value):
                uses[operand] = uses.get(operand, 0) + count
                last[operand] = max(last.get(operand, -1), at)

    read(region.results, END)
    for at in reversed(range(len(region.ops))):
        op = region.ops[at]
        if not has_effect(op) and not any(uses.get(result) for result in op.results):
            layout.dead.add(op)
            continue
        if everywhere(op) or (may_move(op) and uses[op.results[0]] == 1):
            layout.inline.add(op.results[0])
            at = last[op.results[0]]
        read(op.operands, at)
        read(again(op), at)
        layout.kept.update(_kept(op))
        if not isinstance(op, Apply):
            # twice, so that nothing moves into another function
            read((v for inner in op.regions for v in free_values(inner)), at, count=2)
    return layout


def _kept(op: Op) -> Iterable[Value]:
    """The lists that live on in what the op gives, or that its regions read."""
    match op:
        case Apply(primitive=name, operands=operands):
            held: Iterable[Operand] = (
                operands[1:] if name.startswith("seq_") and name != "seq_make" else operands
            )
            if name in ("record", "recall"):
                held = operands[1:]
        case For(inits=inits):
            held = (v for v in free_values(op.body) if v not in inits)
        case _:
            held = (v for inner in op.regions for v in free_values(inner))
    return [v for v in held if isinstance(v, Value) and isinstance(v.type, Seq)]


def bounds_twice(op: For) -> Iterable[Operand]:
    """The bounds of a loop that its body has to name as well."""
    if isinstance(op.step, Const) and op.step.value == 1 and not op.backwards:
        return ()
    return op.start, op.stop, op.step

"""Values, ops and regions.

A region is parameters, straight-line ops and results. `If`, `For`, `While` own regions, which may read any value of the
regions around them. All mathematics is one op, `Apply`. Nothing is mutated: a write is a new value. Passes rebuild ops
but keep the identity of the values that they do not replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from adcompiler.errors import UNKNOWN, Location
from adcompiler.ir.index import Index, as_index
from adcompiler.ir.types import Array, Type, type_of


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """The result of an op or a parameter of a region; `name` is what the source calls it, or empty."""

    type: Type
    name: str = ""

    def __repr__(self) -> str:
        return f"%{self.name or format(id(self), 'x')}:{self.type}"


Scalar: TypeAlias = bool | int | float | complex | np.generic


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A Python or NumPy scalar written into the program, or None for an operand that is not given."""

    value: Scalar | None

    @classmethod
    def of(cls, value: Scalar | None, dtype: np.dtype[Any]) -> Const:
        """A constant of a dtype; float64 is written as a Python float."""
        assert value is not None
        scalar = dtype.type(value)
        return cls(scalar.item() if dtype == np.float64 else scalar)

    @property
    def type(self) -> Array:
        """The type of the constant; Python scalars are weak."""
        return type_of(self.value)

    @property
    def integer(self) -> int:
        """The value of a constant that is an integer."""
        assert isinstance(self.value, (int, np.integer))
        return int(self.value)

    @property
    def natural(self) -> bool:
        """Whether the constant is an integer that is not negative."""
        return isinstance(self.value, (int, np.integer)) and int(self.value) >= 0

    @property
    def negated(self) -> Const:
        """The constant with the other sign; booleans have none, in NumPy either."""
        value: Any = self.value
        return Const(-value)

    def __repr__(self) -> str:
        return repr(self.value)


Operand: TypeAlias = Value | Const

# of how many trips the reverse sweep may keep the carried values at a time; None: of all, or what is read of them
Slots: TypeAlias = int | Literal["sqrt"] | None


@dataclass(frozen=True, slots=True, eq=False)
class Apply:
    """One primitive applied to operands; `attrs` are its static arguments, `path` the function as the user wrote it."""

    primitive: str
    operands: tuple[Operand, ...]
    results: tuple[Value, ...]
    attrs: tuple[tuple[str, object], ...] = ()
    path: str = ""
    location: Location = UNKNOWN

    @property
    def result(self) -> Value:
        """The only result."""
        (value,) = self.results
        return value

    def attr(self, name: str) -> object:
        """A static argument by name."""
        return dict(self.attrs)[name]

    @property
    def index(self) -> Index:
        """The static argument of a primitive that reads or writes by a subscript."""
        return as_index(self.attr("index"))


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Parameters, ops in order, results."""

    params: tuple[Value, ...]
    ops: tuple[Op, ...]
    results: tuple[Operand, ...]


@dataclass(frozen=True, slots=True, eq=False)
class If:
    """Either of two regions without parameters; the results are those of the region taken."""

    condition: Operand
    then: Region
    orelse: Region
    results: tuple[Value, ...]
    tag: int = 0
    reverses: int | None = None
    location: Location = UNKNOWN

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What is read before a region is entered."""
        return (self.condition,)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions owned."""
        return self.then, self.orelse


@dataclass(frozen=True, slots=True, eq=False)
class For:
    """A counted loop over range(start, stop, step), from its last index to its first where `backwards`.

    The body takes the index and the carried values and gives the carried values of the next trip.
    """

    start: Operand
    stop: Operand
    step: Operand
    inits: tuple[Operand, ...]
    body: Region
    results: tuple[Value, ...]
    backwards: bool = False
    tag: int = 0
    reverses: int | None = None
    location: Location = UNKNOWN
    slots: Slots = None

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What is read before the loop is entered."""
        return self.start, self.stop, self.step, *self.inits

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions owned."""
        return (self.body,)

    @property
    def index(self) -> Value:
        """The loop index inside the body."""
        return self.body.params[0]


@dataclass(frozen=True, slots=True, eq=False)
class While:
    """A loop that goes on while `condition` of the carried values holds; both regions take the carried values."""

    inits: tuple[Operand, ...]
    condition: Region
    body: Region
    results: tuple[Value, ...]
    tag: int = 0
    reverses: int | None = None
    location: Location = UNKNOWN
    slots: Slots = None

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What is read before the loop is entered."""
        return self.inits

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions owned."""
        return self.condition, self.body


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of a function that is compiled apart: one that calls itself."""

    callee: str
    operands: tuple[Operand, ...]
    results: tuple[Value, ...]
    tag: int = 0
    location: Location = UNKNOWN

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions owned: none."""
        return ()


Structured: TypeAlias = If | For | While
Op: TypeAlias = Apply | Structured | Call


@dataclass(frozen=True, slots=True)
class Param:
    """How one leaf of the arguments is reached: `text` is Python over the emitted function's parameters."""

    text: str
    active: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A compiled function: a region whose params are the leaves of the arguments.

    `signature` is the emitted parameter list, `outputs` the structure of the result: an expression tree whose leaves
    are indices into the region's results. `silenced`: the floating-point errors that NumPy is not to warn of.
    """

    name: str
    signature: tuple[str, ...]
    params: tuple[Param, ...]
    body: Region
    output: object
    doc: str = ""
    location: Location = UNKNOWN
    callees: tuple[Function, ...] = field(default=())
    silenced: tuple[str, ...] = ()


def walk(region: Region) -> Iterator[Op]:
    """All ops of a region in order, those of nested regions after their owner."""
    for op in region.ops:
        yield op
        if not isinstance(op, Apply):
            for inner in op.regions:
                yield from walk(inner)


def free_values(region: Region) -> dict[Value, None]:
    """The values that a region reads from outside, in order of first use."""
    inside: set[Value] = set(region.params)
    free: dict[Value, None] = {}

    def read(operands: tuple[Operand, ...]) -> None:
        for operand in operands:
            if isinstance(operand, Value) and operand not in inside:
                free[operand] = None

    for op in region.ops:
        read(op.operands)
        if not isinstance(op, Apply):
            for inner in op.regions:
                read(tuple(free_values(inner)))
        inside.update(op.results)
    read(region.results)
    return free

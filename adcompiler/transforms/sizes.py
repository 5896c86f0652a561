"""Reads the sizes that the adjoint sweep needs off what the source names.

    t = z - y                                   t = z - y
    s = mean(t ** 2)                            s = mean(t ** 2)
    # adjoint                            ->     # adjoint
    dz = 2 * t / size(t)                        dz = 2 * t / size(z)

A size that has a name is taken by it, else it is read off an array of the same shape that has one, else off an
argument. What was needed for nothing but its size is then not computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from adcompiler.ir.core import Apply, For, If, Op, Operand, Region, Value
from adcompiler.ir.dims import changes
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import Array

_Key: TypeAlias = object


def sizes(region: Region) -> Region:
    """The region with sizes in the adjoint sweep read off values that have names."""
    pass_ = _Sizes(region.params)
    return substitute(pass_.inside(region), pass_.values)


@dataclass(slots=True)
class _Names:
    """The values that names stand for at a point of the program, as far as each is certain to have a value."""

    latest: dict[str, Value] = field(default_factory=dict)
    cotangents: set[Value] = field(default_factory=set)
    alike: dict[_Key, dict[Value, None]] = field(default_factory=dict)
    log: list[tuple[str, Value | None]] = field(default_factory=list)

    def bind(self, name: str, value: Value | None) -> None:
        """From here on a name stands for a value, or for none."""
        self.log.append((name, self.latest.get(name)))
        self._set(name, value)

    def back_to(self, length: int) -> None:
        """Take back what was bound since the log had a length."""
        while len(self.log) > length:
            self._set(*self.log.pop())

    def _set(self, name: str, value: Value | None) -> None:
        old = self.latest.pop(name, None)
        if old is not None:
            del self.alike[self._key(old)][old]
        if value is not None:
            self.latest[name] = value
            self.alike.setdefault(self._key(value), {})[value] = None

    def _key(self, value: Value) -> _Key:
        type = value.type
        key = type.shape if isinstance(type, Array) and type.rank else type
        return ("cotangents", key) if value in self.cotangents else key

    def like(self, key: _Key) -> Iterator[Value]:
        """The values of a shape, or of a type with its size, the last one first, and cotangents after all others."""
        yield from reversed(self.alike.get(key, {}))
        yield from reversed(self.alike.get(("cotangents", key), {}))


class _Sizes:
    def __init__(self, arguments: tuple[Value, ...]) -> None:
        self.arguments = arguments
        self.names = _Names()
        self.values: dict[Value, Operand] = {}

    def inside(self, region: Region) -> Region:
        """A region; names that it binds end with it."""
        mark = len(self.names.log)
        for param in region.params:
            if param.name:
                self.names.bind(param.name, param if param in self.arguments else None)
        ops = tuple(map(self.op, region.ops))
        self.names.back_to(mark)
        return replace(region, ops=ops)

    def op(self, op: Op) -> Op:
        """An op and, in the adjoint sweep, the ops inside it."""
        if op.location.adjoint:
            op = self.measured(op) if isinstance(op, Apply) else self._structured(op)
        for result in op.results:
            if result.name:
                of_cotangent = result.name[0] == "d" and result.name[1:] in self.names.latest
                if op.location.adjoint and of_cotangent:
                    self.names.cotangents.add(result)
                # a branch or a loop may leave its result without a meaning, and a tape may hold such a one
                certain = isinstance(op, Apply) and op.primitive not in ("undefined", "recall")
                self.names.bind(result.name, result if certain else None)
        return op

    def _structured(self, op: Op) -> Op:
        match op:
            case If():
                return replace(op, then=self.inside(op.then), orelse=self.inside(op.orelse))
            case For():
                return replace(op, body=self.inside(op.body))
        return op

    def measured(self, op: Apply) -> Apply:
        """A size as that of a value that has a name."""
        match op:
            case Apply(operands=(Value(type=Array(shape=shape)),)) if changes(shape):
                return op
            case Apply(primitive="size", operands=(Value(type=Array() as kind, name=""),)):
                return self._size(op, kind)
            case Apply(primitive="shape" | "count", operands=(Value(type=Array() as kind, name=""),)):
                for value in self.names.like(kind.shape):
                    if isinstance(value.type, Array) and value.type.dtype == kind.dtype:
                        return replace(op, operands=(value,))
        return op

    def _size(self, op: Apply, kind: Array) -> Apply:
        axis = op.attr("axis")
        assert isinstance(axis, int) and isinstance(op.result.type, Array)
        wanted = kind.shape[axis]
        number = next(self.names.like(replace(op.result.type, size=wanted)), None)
        if number is not None:
            self.values[op.result] = number
            return op
        array = next(self.names.like(kind.shape), None)
        if array is not None:
            return replace(op, operands=(array,))
        for argument in self.arguments:
            shape = argument.type.shape if isinstance(argument.type, Array) else ()
            if wanted in shape and self.names.latest.get(argument.name) is argument:
                return replace(op, operands=(argument,), attrs=(("axis", shape.index(wanted)),))
        return op

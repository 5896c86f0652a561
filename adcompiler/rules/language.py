"""The language of rules: expressions that build IR.

A rule is a formula, or a Python function, over `Sym`s. Operators and the functions named after primitives append ops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Operand, Scalar
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.build import apply, apply_all
from adcompiler.primitives.registry import PRIMITIVES

Like: TypeAlias = "Sym | complex"


class Sym:
    """An operand together with the region that expressions over it are appended to."""

    __slots__ = ("builder", "operand")

    def __init__(self, builder: Builder, operand: Operand) -> None:
        self.builder = builder
        self.operand = operand

    @property
    def type(self) -> Type:
        """The type of the operand."""
        return self.operand.type

    def __add__(self, other: Like) -> Sym:
        return call("add", self, other)

    def __radd__(self, other: Like) -> Sym:
        return call("add", other, self)

    def __sub__(self, other: Like) -> Sym:
        return call("subtract", self, other)

    def __rsub__(self, other: Like) -> Sym:
        return call("subtract", other, self)

    def __mul__(self, other: Like) -> Sym:
        return call("multiply", self, other)

    def __rmul__(self, other: Like) -> Sym:
        return call("multiply", other, self)

    def __truediv__(self, other: Like) -> Sym:
        return call("divide", self, other)

    def __rtruediv__(self, other: Like) -> Sym:
        return call("divide", other, self)

    def __floordiv__(self, other: Like) -> Sym:
        return call("floor_divide", self, other)

    def __mod__(self, other: Like) -> Sym:
        return call("remainder", self, other)

    def __pow__(self, other: Like) -> Sym:
        return call("power", self, other)

    def __rpow__(self, other: Like) -> Sym:
        return call("power", other, self)

    def __matmul__(self, other: Like) -> Sym:
        return call("matmul", self, other)

    def __neg__(self) -> Sym:
        return call("negative", self)

    def __lt__(self, other: Like) -> Sym:
        return call("less", self, other)

    def __le__(self, other: Like) -> Sym:
        return call("less_equal", self, other)

    def __gt__(self, other: Like) -> Sym:
        return call("greater", self, other)

    def __ge__(self, other: Like) -> Sym:
        return call("greater_equal", self, other)

    def equal(self, other: Like) -> Sym:
        """Elementwise ==, which Python keeps for identity here."""
        return call("equal", self, other)


# these raise nothing in a derivative that the function itself has not raised
_OF_MATH = frozenset({"sin", "cos", "exp", "sinh", "cosh", "tanh"})


def _is_float(operand: Operand) -> bool:
    type = operand.type
    return isinstance(type, Array) and type.weak and not type.rank and type.dtype.kind == "f"


def call(primitive: str, *operands: Like, **attrs: Any) -> Sym:
    """Append a primitive by name; the region is that of the first Sym among the operands."""
    builder = next(operand.builder for operand in operands if isinstance(operand, Sym))
    plain = [operand.operand if isinstance(operand, Sym) else Const(operand) for operand in operands]
    path = ""
    if builder.plain and primitive in _OF_MATH and all(_is_float(operand) for operand in plain):
        path = f"math.{primitive}"
    return Sym(builder, apply(builder, primitive, *plain, path=path, **attrs))


def several(primitive: str, *operands: Like, **attrs: Any) -> tuple[Sym, ...]:
    """As call, for a primitive with several results."""
    builder = next(operand.builder for operand in operands if isinstance(operand, Sym))
    plain = [operand.operand if isinstance(operand, Sym) else Const(operand) for operand in operands]
    return tuple(Sym(builder, value) for value in apply_all(builder, primitive, *plain, **attrs))


def number(like: Sym, value: Scalar) -> Sym:
    """A constant as an operand, for where a primitive takes no other."""
    return Sym(like.builder, Const(value))


def namespace() -> dict[str, object]:
    """The names that formulas may use: every primitive as a function."""

    def function(name: str) -> Callable[..., Sym]:
        positional = list(PRIMITIVES[name].defaults)
        count = len(PRIMITIVES[name].operands)
        starred = bool(PRIMITIVES[name].variadic)

        def apply_by_name(*arguments: Like, **attrs: object) -> Sym:
            if starred:
                return call(name, *arguments, **attrs)
            given = dict(zip(positional, arguments[count:], strict=False))
            return call(name, *arguments[:count], **given, **attrs)

        return apply_by_name

    return {name: function(name) for name in PRIMITIVES}

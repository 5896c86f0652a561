"""Types of IR values: arrays and scalars, sequences of them, and shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from adcompiler.ir.dims import Dim, dim, is_one, opaque, same

DType: TypeAlias = "np.dtype[np.generic]"


def as_dtype(value: Any) -> DType:
    """The dtype that an object stands for, as NumPy reads it; TypeError for what is none."""
    made: DType = np.dtype(value)
    return made


@dataclass(frozen=True, slots=True)
class Array:
    """An ndarray or scalar; `weak` marks a Python scalar, which does not take part in dtype promotion (NEP 50).

    `size` is the value of an integer scalar as a size, where it is one, and of a mask how many elements are true.
    """

    dtype: DType
    shape: tuple[Dim, ...] = ()
    weak: bool = False
    size: Dim | None = None

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def inexact(self) -> bool:
        """Whether derivatives with respect to such a value exist."""
        return self.dtype.kind in "fc"

    def __str__(self) -> str:
        name = short_dtype(self.dtype)
        axes = ",".join(str(size) for size in self.shape)
        return f"{name}[{axes}]" if self.shape else name


@dataclass(frozen=True, slots=True)
class Seq:
    """A Python list whose items have one rank and dtype, of any sizes: a container of parameters, or a tape."""

    item: Type
    length: Dim | None = None

    def __str__(self) -> str:
        return f"list[{self.item}]"


@dataclass(frozen=True, slots=True)
class Shape:
    """A tuple of sizes."""

    dims: tuple[Dim, ...]

    def __str__(self) -> str:
        return "(" + ", ".join(str(size) for size in self.dims) + ")"


@dataclass(frozen=True, slots=True)
class Token:
    """No value: the type of an effect such as print."""

    def __str__(self) -> str:
        return "()"


@dataclass(frozen=True, slots=True)
class Generator:
    """A source of random numbers, by the name of its class in numpy.random; what is drawn from it is an effect."""

    kind: str

    def __str__(self) -> str:
        return self.kind


Type: TypeAlias = "Array | Seq | Shape | Token | Generator"

GENERATORS = ("Generator", "RandomState")
FLOAT = Array(np.dtype(np.float64), (), True)
INT = Array(np.dtype(np.int64), (), True)
BOOL = Array(np.dtype(np.bool_), (), True)
COMPLEX = Array(np.dtype(np.complex128), (), True)


def short_dtype(dtype: DType) -> str:
    """f64, i32, u8, c128, bool: the names that signatures use."""
    return "bool" if dtype.kind == "b" else f"{dtype.kind}{dtype.itemsize * 8}"


def generator_of(value: object) -> Generator | None:
    """The type of one of NumPy's random generators; None for all else."""
    kind = type(value)
    if kind.__name__ not in GENERATORS or not kind.__module__.startswith("numpy.random"):
        return None
    return Generator(kind.__name__)


def type_of(value: object) -> Array:
    """The type of a Python scalar, NumPy scalar or array, with its sizes as constants."""
    match value:
        case bool():
            return BOOL
        case int():
            return replace(INT, size=dim(value))
        case float() if type(value) is float:
            return FLOAT
        case complex() if type(value) is complex:
            return COMPLEX
    array = np.asarray(value)
    return Array(array.dtype, tuple(dim(n) for n in array.shape))


def dummy(type: Array) -> Any:
    """A smallest value of the type, to ask NumPy which dtype an operation gives."""
    if type.weak:
        return type.dtype.type(1).item()
    return np.ones((1,) * type.rank, type.dtype) if type.rank else type.dtype.type(1)


def broadcast_dims(a: Dim, b: Dim) -> Dim:
    """The size of an axis of `a op b`; raises ValueError where the sizes cannot go together."""
    if a == b or is_one(b):
        return a
    if is_one(a):
        return b
    if is_one(a) is None or is_one(b) is None:
        return a if same(a, b) else opaque(f"?({a} with {b})", None)
    if same(a, b) is False:
        raise ValueError(f"operands could not be broadcast together: sizes {a} and {b}")
    return a if a.known is not None or not b.printable else b if not a.printable else a


def broadcast_shapes(*shapes: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """NumPy's broadcasting rule over symbolic sizes."""
    rank = max((len(shape) for shape in shapes), default=0)
    result: list[Dim] = []
    for axis in range(-rank, 0):
        sizes = [shape[axis] for shape in shapes if len(shape) >= -axis]
        size = sizes[0]
        for other in sizes[1:]:
            size = broadcast_dims(size, other)
        result.append(size)
    return tuple(result)


def broadcast_axes(wide: tuple[Dim, ...], narrow: tuple[Dim, ...]) -> tuple[int, ...] | None:
    """The axes of `wide` along which a value of shape `narrow` was repeated; None where only a run can tell."""
    extra = len(wide) - len(narrow)
    axes = list(range(extra))
    for axis, size in enumerate(narrow):
        other = wide[extra + axis]
        if other == size:
            continue
        one, other_one = is_one(size), is_one(other)
        if one is None or other_one is None:
            return None
        if one and not other_one:
            axes.append(extra + axis)
    return tuple(axes)


def join(a: Type, b: Type, label: str) -> Type:
    """The type of a name that holds `a` on one path and `b` on another; raises ValueError where there is none.

    Sizes that differ become unknown ones, named after `label`.
    """
    match a, b:
        case Array(), Array():
            if a.rank != b.rank:
                raise ValueError(f"{a} on one path and {b} on another")
            dtype = np.dtype(
                a.dtype if a.dtype == b.dtype else np.result_type(_promotable(a), _promotable(b))
            )
            size = a.size
            if a.size != b.size:
                size = opaque(f"?{label}", None) if dtype.kind == "i" and not a.rank else None
            return Array(dtype, join_shapes(a.shape, b.shape, label), a.weak and b.weak, size)
        case Seq(), Seq():
            return Seq(join(a.item, b.item, label), a.length if a.length == b.length else None)
        case _ if a == b:
            return a
    raise ValueError(f"{a} on one path and {b} on another")


def _promotable(type: Array) -> Any:
    return type.dtype.type(1).item() if type.weak else type.dtype


def join_shapes(a: tuple[Dim, ...], b: tuple[Dim, ...], label: str) -> tuple[Dim, ...]:
    """Sizes that hold on both paths: the same where equal, else unknown (but known not to be 1 where both are not)."""
    joined: list[Dim] = []
    for axis, (left, right) in enumerate(zip(a, b, strict=True)):
        if left == right:
            joined.append(left)
        elif left.hint is not None and right.hint is not None and same(left, right):
            joined.append(left if left.printable else right)
        else:
            many = is_one(left) is False and is_one(right) is False
            joined.append(opaque(f"?{label}.{axis}{'!' if many else ''}", None, many=many))
    return tuple(joined)


def strong(type: Array) -> Array:
    """The type as a NumPy value of unknown size."""
    return replace(type, weak=False, size=None)


def differentiable(type: Type) -> bool:
    """Whether values of the type have cotangents."""
    match type:
        case Array():
            return type.inexact
        case Seq(item):
            return differentiable(item)
    return False


def cotangent_type(type: Type) -> Type:
    """The type of the cotangent of a value: no size where the value is one, a NumPy number where it is Python's."""
    match type:
        case Array():
            return replace(type, size=None, weak=False)
        case Seq(item, length):
            return Seq(cotangent_type(item), length)
    return type

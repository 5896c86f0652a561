"""Calls of functions that are not read here, but traced by JAX: their values, and their cotangents by jax.vjp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from adcompiler.ir.core import Apply
from adcompiler.ir.dims import Dim, dim, record
from adcompiler.ir.types import Array, Type, as_dtype
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array


@dataclass(frozen=True, slots=True)
class Hole:
    """The place of an operand among the arguments of a call."""

    number: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Traced:
    """A function of arrays: a function of the name in the module, called with arguments in which operands have holes.

    arguments, keywords: constants, holes, and tuples of these.
    """

    function: Callable[..., Any]
    module: str
    name: str
    arguments: tuple[object, ...]
    keywords: tuple[tuple[str, object], ...]

    def __call__(self, *operands: Any) -> Any:
        """The value at arrays of JAX."""
        keywords = {name: filled(value, operands) for name, value in self.keywords}
        return self.function(*(filled(value, operands) for value in self.arguments), **keywords)

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Pulled:
    """The function that takes the operands of another one, and the cotangents of its results, to those of operands.

    moved: the numbers of the operands that are differentiated. results: how many results the other function has.
    """

    of: Function
    moved: tuple[int, ...]
    results: int

    def __call__(self, *operands: Any) -> Any:
        """The value at arrays of JAX: a tuple of cotangents."""
        import jax

        given, seeds = operands[: -self.results], operands[-self.results :]
        _, back = jax.vjp(of_moved(self.of, self.moved, given), *(given[number] for number in self.moved))
        return back(seeds if self.many else seeds[0])

    @property
    def many(self) -> bool:
        """Whether the other function gives a tuple."""
        return self.results > 1 or boxed(self.of)

    def __str__(self) -> str:
        return f"the pullback of {self.of}"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Pushed:
    """The function that takes the operands of another one, and tangents of operands, to the tangents of its results.

    moved: the numbers of the operands that have tangents.
    """

    of: Function
    moved: tuple[int, ...]

    def __call__(self, *operands: Any) -> Any:
        """The value at arrays of JAX: tangents, in the structure of what the other function gives."""
        import jax

        given, tangents = operands[: -len(self.moved)], operands[-len(self.moved) :]
        primals = tuple(given[number] for number in self.moved)
        return jax.jvp(of_moved(self.of, self.moved, given), primals, tangents)[1]

    def __str__(self) -> str:
        return f"the tangent of {self.of}"


Function: TypeAlias = "Traced | Pulled | Pushed"


def boxed(function: Function) -> bool:
    """Whether a function gives one array, in a tuple."""
    match function:
        case Pulled(moved=moved):
            return len(moved) == 1
        case Pushed(of=of):
            return boxed(of)
    return False


def of_moved(function: Function, moved: Sequence[int], given: Sequence[Any]) -> Callable[..., Any]:
    """A function as one of some of its operands, at the others."""

    def of_parts(*parts: Any) -> Any:
        whole = list(given)
        for number, part in zip(moved, parts, strict=True):
            whole[number] = part
        return function(*whole)

    return of_parts


def filled(value: object, operands: Sequence[Any]) -> Any:
    """An argument with the operands in their holes."""
    match value:
        case Hole(number):
            return operands[number]
        case tuple():
            return tuple(filled(item, operands) for item in value)
    return value


def callee(function: Function) -> Traced:
    """The function that is called, or whose derivative is."""
    return function if isinstance(function, Traced) else callee(function.of)


def function_of(op: Apply) -> Function:
    """The function that an op `traced` calls."""
    function = op.attr("function")
    assert isinstance(function, (Traced, Pulled, Pushed))
    return function


def infer_traced(types: Sequence[Type], attrs: Attrs, path: str) -> Type | tuple[Type, ...]:
    """The types that JAX finds for these sizes, which are guarded: nothing says how others depend on them."""
    import jax

    function = attrs["function"]
    assert isinstance(function, (Traced, Pulled, Pushed))
    operands = [array(type) for type in types]
    given = []
    for type in operands:
        sizes = tuple(_seen(size, function) for size in type.shape)
        given.append(jax.ShapeDtypeStruct(sizes, type.dtype, weak_type=type.weak))
    with jax.enable_x64(True):
        found = jax.eval_shape(function, *given)
    leaves = found if isinstance(found, tuple) else (found,)
    if isinstance(function, Traced) and isinstance(found, tuple) and len(leaves) == 1:
        raise TypeError(f"{function} gives a tuple of one array; an array, or more than one, can be followed")
    made = tuple(_type_of(leaf, function) for leaf in leaves)
    if any(type.dtype.kind == "c" for type in (*operands, *made)):
        raise TypeError(f"{function} takes or gives complex numbers, of which jax.vjp is not asked")
    return made if len(made) > 1 else made[0]


def _seen(size: Dim, function: object) -> int:
    if size.hint is None:
        raise TypeError(
            f"JAX traces {function} for one size, and this one is known only when the program runs"
        )
    if size.known is None:
        record(str(size), size.hint)
    return size.hint


def _type_of(leaf: Any, function: object) -> Array:
    if not hasattr(leaf, "dtype") or not hasattr(leaf, "shape"):
        raise TypeError(
            f"{function} gives a {type(leaf).__name__}; arrays, and tuples of them, can be followed"
        )
    return Array(as_dtype(leaf.dtype), tuple(dim(size) for size in leaf.shape))


primitive("traced(*operands, function=None)", infer_traced)

"""np.vectorize: a function of numbers that is called for every element, as the loop that it stands for.

    y = np.vectorize(f)(x, c)     becomes     y = np.empty(len(x))
                                              for i in range(len(x)):
                                                  y[i] = f(float(x[i]), c)

NumPy hands the elements to the function as Python numbers. Where no dtype is given it calls the function once more, with
numbers of NumPy, and takes the dtype of what the first elements give.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler.frontend.arrays import as_array, dtype_of, make_array
from adcompiler.frontend.bindings import Binding, Cell, Content, Method, Poison, Range, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.definitions import elements
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.interrupts import Poisoned
from adcompiler.frontend.kinds import dtypes_of
from adcompiler.frontend.number_builtins import number
from adcompiler.frontend.operands import Given, bind, signature, static_value
from adcompiler.frontend.outside import lift
from adcompiler.frontend.parts import part
from adcompiler.frontend.pieces import broadcast_sizes
from adcompiler.frontend.python_types import type_of_binding
from adcompiler.frontend.subscripts import build
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Region, Value, walk
from adcompiler.ir.dims import is_one
from adcompiler.ir.types import Array, DType
from adcompiler.primitives.registry import PRIMITIVES

_MADE = signature("pyfunc=None, otypes=None, doc=None, excluded=None, cache=False, signature=None")
_LOOP = "write the loop that fills an array"
# the numbers of Python that elements become
_NUMBERS: dict[str, type] = {"f": float, "i": int, "u": int, "b": bool, "c": complex}


def vectorize(low: Lowering, arguments: list[Binding], keywords: Given) -> Binding:
    """np.vectorize(f, otypes=...): what can be called, with the function and the dtypes as its owner."""
    given = bind(low, "np.vectorize", _MADE, arguments, keywords)
    for name in ("excluded", "signature"):
        if given[name] != Static(None):
            low.stop_keyword(name, f"the keyword {name!r} of np.vectorize is not supported", _LOOP)
    if given["pyfunc"] == Static(None):
        low.stop("np.vectorize is given no function", "give it one: np.vectorize(f)")
    otypes = Static(static_value(low, given["otypes"], "otypes"))
    return Method(Tup((given["pyfunc"], otypes)), "__call__", np.vectorize.__call__)


def call_vectorized(low: Lowering, arguments: list[Binding], keywords: Given) -> Binding:
    """Call what np.vectorize made, here or outside."""
    owner, *rest = arguments
    function, otypes = _parts(low, owner)
    if not rest and not keywords:
        return low.call(function, [])
    given = [_argument(low, a) for a in (*rest, *keywords.values())]
    calls = _Calls(function, tuple(given), tuple(keywords))
    wanted = None if otypes is None else [dtype_of(low, one) for one in otypes]
    sizes = broadcast_sizes(low, given)
    shape = Tup(tuple(sizes))
    if Static(0) not in sizes:
        wanted = _dtypes(low, calls, wanted)
    elif wanted is None:
        message = "cannot call `vectorize` on size 0 inputs unless `otypes` is set"
        low.fail(ValueError(message), message, "give the dtype: np.vectorize(f, otypes=[float])")
    if sizes and len(wanted) == 1:
        return _written(low, elements.array_of, Static(calls), shape, Static(wanted[0]))
    if sizes:
        return _written(low, elements.arrays_of, Static(calls), shape, Static(tuple(wanted)))
    results = calls.inline_call(low, [shape], {})
    each = results.items if isinstance(results, Tup) else (results,)
    arrays = [
        low.call(Static(np.asarray), [item, Static(dtype)]) for item, dtype in zip(each, wanted, strict=True)
    ]
    return arrays[0] if len(arrays) == 1 else Tup(tuple(arrays))


def _parts(low: Lowering, owner: Binding) -> tuple[Binding, Any]:
    """The function and the dtypes, None where these are left to the first elements."""
    match owner:
        case Tup((function, Static(otypes))):
            return function, otypes
        case Static(np.vectorize() as made, origin):
            if made.excluded or made.signature is not None:
                low.stop("np.vectorize with `excluded` or `signature` is not supported", _LOOP)
            lift(low, made.otypes, f"{origin}.otypes", lambda: made.otypes)
            return lift(low, made.pyfunc, f"{origin}.pyfunc", lambda: made.pyfunc), made.otypes
    low.stop(f"{describe(owner)} is not made by np.vectorize", _LOOP)


def _written(low: Lowering, function: Any, *arguments: Binding) -> Binding:
    return call_function(low, function, list(arguments), {})


def _argument(low: Lowering, binding: Binding) -> Binding:
    """An argument as an array or a number; NumPy leaves numbers of its own as they are."""
    counted = isinstance(binding, Static) and isinstance(binding.value, Range | range)
    made = make_array(low, binding, None) if counted else as_array(low, binding)
    operand = low.operand(made, "an argument of np.vectorize")
    if made is not binding and not counted and len(_kinds_in(low, binding)) > 1:
        low.stop(
            "the items of this list are of several types, and np.vectorize hands each on as it is",
            "make it an array: np.array(...)",
        )
    if isinstance(made, Value) and type_of_binding(low, made) is np.ndarray:
        return number(_NUMBERS[_array(operand.type).dtype.kind])(low, [made], {})
    return made


def _kinds_in(low: Lowering, binding: Binding) -> set[DType]:
    if as_array(low, binding) is binding:
        return {_array(low.operand(binding).type).dtype}
    return {kind for item in known_items(low, binding, "for np.vectorize") for kind in _kinds_in(low, item)}


def _array(type: object) -> Array:
    assert isinstance(type, Array)
    return type


@dataclass(frozen=True, slots=True)
class _Calls:
    """The call of the function at a place of the arrays that it is given; the last ones have names."""

    function: Binding
    given: tuple[Binding, ...]
    names: tuple[str, ...]

    def inline_call(self, low: Lowering, arguments: list[Binding], keywords: Given) -> Binding:
        """Lower the call, for a tuple of indices."""
        (place,) = arguments
        assert isinstance(place, Tup)
        return self.of(low, [_element(low, source, place.items) for source in self.given])

    def of(self, low: Lowering, numbers: list[Binding]) -> Binding:
        """Lower the call of these numbers."""
        count = len(numbers) - len(self.names)
        named = dict(zip(self.names, numbers[count:], strict=True))
        return low.call(self.function, numbers[:count], named)


def _element(low: Lowering, source: Binding, place: tuple[Binding, ...]) -> Binding:
    """The element of an array that is broadcast to the place, as a number of Python."""
    if not isinstance(source, Ref):
        return source
    type = _array(low.content(source.cell).type)
    behind = place[len(place) - type.rank :]
    indices = [Static(0) if is_one(n) else index for n, index in zip(type.shape, behind, strict=True)]
    one = part(low, source, build(low, source, [Tup(tuple(indices))]))
    return number(_NUMBERS[type.dtype.kind])(low, [one], {})


# ---------------------------------------------------------------------------------------------------- the dtypes


def _dtypes(low: Lowering, calls: _Calls, wanted: list[DType] | None) -> list[DType]:
    """The dtypes of the results, after a call of the first elements that leaves nothing behind."""
    with _attempt(low) as builder:
        before = dict(low.store.contents)
        results = calls.of(low, [_first(low, source) for source in calls.given])
        several = isinstance(results, Tup)
        items = results.items if isinstance(results, Tup) else (results,)
        _refuse_effects(low, builder, before)
        found = [dtypes_of(_number(low, item), tuple(builder.ops)) for item in items]
    if wanted is None and (several and len(found) == 1):
        low.stop("np.vectorize makes objects of tuples of one item", "return the item")
    if wanted is not None and (several != (len(wanted) > 1) or len(found) != len(wanted)):
        low.stop(
            f"np.vectorize is given {len(wanted)} dtypes for {len(found)} results of the function",
            "give as many otypes as the function has results",
        )
    for kinds in found:
        if wanted is None and len(kinds) > 1:
            low.stop(
                f"np.vectorize takes the dtype of the first result, which is {' or '.join(sorted(map(str, kinds)))}"
                " here, as data decides",
                "say which: np.vectorize(f, otypes=[float])",
            )
    dtypes = [min(kinds, key=str) for kinds in found] if wanted is None else wanted
    for kinds, dtype in zip(found, dtypes, strict=True):
        if dtype.kind not in "biufc" or (dtype.kind != "c" and any(k.kind == "c" for k in kinds)):
            low.stop(f"np.vectorize cannot make an array of {dtype} of these results", "use another dtype")
    return dtypes


@contextmanager
def _attempt(low: Lowering) -> Iterator[Builder]:
    """Ops, names and memory of their own, of which nothing is kept."""
    names, store = low.frame.names, low.store
    low.frame.names, low.store = dict(names), store.copy()
    try:
        with low.region() as builder:
            yield builder
    finally:
        low.frame.names, low.store = names, store


def _first(low: Lowering, source: Binding) -> Binding:
    """The first element, a number of NumPy's, whatever its value."""
    if isinstance(source, Static):
        return Static(np.asarray(source.value)[()])
    type = _array(low.operand(source).type)
    return low.wrap(low.apply("undefined", type=Array(type.dtype, ())))


def _number(low: Lowering, binding: Binding) -> Any:
    if isinstance(binding, Poison):
        raise Poisoned
    if not isinstance(binding, (Value, Static)):
        low.stop(
            f"the function that np.vectorize calls gives {describe(binding)}, and not a number",
            "return numbers, or write the loop",
        )
    return low.operand(binding, "what the function that np.vectorize calls gives")


def _refuse_effects(low: Lowering, builder: Builder, before: dict[Cell, Content]) -> None:
    """NumPy calls the function in an order of its own, and once more than there are elements."""
    ops = walk(Region((), tuple(builder.ops), ()))
    acts = [op.primitive for op in ops if isinstance(op, Apply) and PRIMITIVES[op.primitive].effect]
    writes = any(cell.view is None and low.store.contents[cell] is not held for cell, held in before.items())
    if writes or any(name != "check" for name in acts):
        low.stop(
            "the function that np.vectorize calls does more than give a number, and NumPy calls it once more"
            " than there are elements",
            _LOOP,
        )

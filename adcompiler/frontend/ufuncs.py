"""Methods of NumPy's ufuncs: np.add.reduce, np.multiply.accumulate, np.subtract.outer, np.add.at."""

from __future__ import annotations

import numpy as np

from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.bindings import Binding, Ref, Static
from adcompiler.frontend.context import Lowering, Statics
from adcompiler.frontend.definitions.elements import at_each
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Given, bind, refuse_keyword, signature, static_dtype, static_value
from adcompiler.frontend.parts import Subscript, part, spread
from adcompiler.frontend.primitive_calls import call_primitive
from adcompiler.frontend.subscripts import build
from adcompiler.ir.index import Index, NewAxis, Slice
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import Primitive, by_path

# the primitive that does the same as the method of a ufunc
REDUCE: dict[np.ufunc, str] = {
    np.add: "sum",
    np.multiply: "prod",
    np.maximum: "max",
    np.minimum: "min",
    np.logical_and: "all",
    np.logical_or: "any",
}
ACCUMULATE: dict[np.ufunc, str] = {np.add: "cumsum", np.multiply: "cumprod"}
SIGN: dict[np.ufunc, str] = {np.add: "", np.subtract: "negative"}
METHODS = frozenset({"at", "reduce", "accumulate", "outer", "reduceat"})

_REDUCE = signature("array, axis=0, dtype=None, *, keepdims=False, initial=None, where=True")
_ACCUMULATE = signature("array, axis=0, dtype=None")
_OF = {"reduce": _REDUCE, "accumulate": _ACCUMULATE}
_OUTER = signature("A, B, /")
_AT = signature("a, indices, b, /")


def ufunc_method(
    low: Lowering, ufunc: np.ufunc, name: str, arguments: list[Binding], keywords: Given
) -> Binding:
    """ufunc.name(...)."""
    text = f"{ufunc.__name__}.{name}"
    if name == "reduce" and ufunc in REDUCE:
        return _along_axis(low, REDUCE[ufunc], bind(low, text, _REDUCE, arguments, keywords))
    if name == "accumulate" and ufunc in ACCUMULATE:
        return _along_axis(low, ACCUMULATE[ufunc], bind(low, text, _ACCUMULATE, arguments, keywords))
    if name == "outer" and _is_binary(ufunc):
        return _outer(low, ufunc, bind(low, text, _OUTER, arguments, keywords))
    if name == "at" and ufunc in SIGN:
        return _add_at(low, SIGN[ufunc], bind(low, text, _AT, arguments, keywords))
    if name == "at" and _is_binary(ufunc):
        given = bind(low, text, _AT, arguments, keywords)
        return call_function(low, at_each, [Static(ufunc), *given.values()], {}, f"np.{text}")
    row = by_path(f"numpy.{text}")
    if row is not None and name in ("reduce", "accumulate"):
        return _by_row(low, row, text, bind(low, text, _OF[name], arguments, keywords))
    low.stop(f"np.{text} is not supported", "write it with sums, products or a loop")


def in_dtype(low: Lowering, ufunc: np.ufunc, arguments: list[Binding], keywords: Given) -> list[Binding]:
    """The operands of ufunc(..., dtype=...), which NumPy converts before it computes with them."""
    dtype = static_dtype(low, keywords.pop("dtype"))
    if dtype is None or (dtype.kind == "b" and f"{'d' * ufunc.nin}->?" in ufunc.types):
        return arguments
    if f"{dtype.char * ufunc.nin}->{dtype.char * ufunc.nout}" not in ufunc.types:
        low.stop_keyword(
            "dtype",
            f"np.{ufunc.__name__} of {dtype} does not give {dtype}",
            "convert what it gives: .astype(...)",
        )
    operands = [low.operand(as_array(low, argument)) for argument in arguments]
    types = [operand.type for operand in operands if isinstance(operand.type, Array)]
    plain = all(type.weak for type in types)
    converted: list[Binding] = []
    for operand, type in zip(operands, types, strict=True):
        if not np.can_cast(type.dtype, dtype, "same_kind"):
            low.stop_keyword(
                "dtype",
                f"Cannot cast {type.dtype} to {dtype} with casting rule 'same_kind'",
                "convert before",
            )
        given_way = type.weak and not plain  # a number of Python takes the dtype of the others
        same = type.dtype == dtype and not type.weak
        converted.append(
            low.wrap(operand if given_way or same else low.apply("astype", operand, dtype=dtype))
        )
    return converted


def _by_row(low: Lowering, row: Primitive, text: str, given: Given) -> Binding:
    """A method that is a row of its own."""
    if given["dtype"] != Static(None):
        refuse_keyword(low, "dtype", text)
    fixed: Statics = {name: static_value(low, given[name], name) for name in row.defaults}
    x = low.operand(as_array(low, given["array"]))
    if isinstance(axis := fixed["axis"], int) and isinstance(x.type, Array) and -x.type.rank <= axis < 0:
        fixed["axis"] = axis + x.type.rank
    return low.wrap(low.apply(row.name, x, path=f"numpy.{text}", **fixed))


def _along_axis(low: Lowering, primitive: str, given: Given) -> Binding:
    """A reduction or a running one; what is left at its default is not handed on."""
    array = given.pop("array")
    unset = (Static(None), Static(False), Static(True))
    keywords = {name: value for name, value in given.items() if value not in unset}
    if given.get("keepdims") == Static(True):
        keywords["keepdims"] = Static(True)
    keywords["axis"] = given["axis"]
    return call_primitive(low, f"numpy.{primitive}", [array], keywords)


def _is_binary(ufunc: np.ufunc) -> bool:
    """Whether a ufunc is a row that takes two operands."""
    row = by_path(f"numpy.{ufunc.__name__}")
    return row is not None and row.elementwise and len(row.operands) == ufunc.nin == 2


def _outer(low: Lowering, ufunc: np.ufunc, given: Given) -> Binding:
    """Every element of the first with every element of the second: the first gets an axis for each of the second."""
    first, second = (as_array(low, given[n]) for n in ("A", "B"))
    ranks = (_rank(low, first), _rank(low, second))
    if ufunc is np.multiply and ranks == (1, 1):
        return call_primitive(low, "numpy.outer", [first, second], {})
    if all(ranks):
        index: Index = (Slice(),) * ranks[0] + (NewAxis(),) * ranks[1]
        first = part(low, first, Subscript(index, ()))
    return call_primitive(low, f"numpy.{ufunc.__name__}", [first, second], {})


def _rank(low: Lowering, binding: Binding) -> int:
    type = low.operand(binding, "an argument of outer").type
    return type.rank if isinstance(type, Array) else 0


def _add_at(low: Lowering, sign: str, given: Given) -> Binding:
    """np.add.at(a, indices, b): elements that are named several times are added to as often."""
    target = given["a"]
    if not isinstance(target, Ref):
        low.stop("np.add.at needs an array", "pass an array")
    subscript = build(low, target, [given["indices"]])
    base, value = low.content(target.cell), low.operand(as_array(low, given["b"]))
    if sign:
        value = low.apply(sign, value)
    value = spread(low, base, subscript, value)
    name = target.cell.name
    new = low.value("add_at", base, value, *subscript.operands, index=subscript.index, hint=name)
    low.write(target.cell, new)
    return Static(None)

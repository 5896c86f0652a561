"""Methods of arrays and NumPy's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend import prelude
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import PYTHON_KINDS, Lowering, describe
from adcompiler.frontend.definitions import definition_of
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Given, bind, in_c_order, signature, static_dtype, static_value
from adcompiler.frontend.outputs import Compute, call_into, output_of
from adcompiler.frontend.parts import part
from adcompiler.frontend.pieces import choose, compress
from adcompiler.frontend.primitive_calls import call_primitive
from adcompiler.frontend.rearrange import reshape, turned
from adcompiler.frontend.subscripts import build, overwrite
from adcompiler.frontend.unsupported import reason
from adcompiler.ir.dims import is_one
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import by_path, path_of

SIGNATURES = {
    "copy": signature("order='C'"),
    "reshape": signature("order='C'"),
    "choose": signature("a, choices, mode='raise'"),
    "compress": signature("condition, axis=None"),
    "flatten": signature("order='C'"),
    "fill": signature("value, /"),
    "view": signature("dtype=None, type=None"),
    "astype": signature("dtype, order='K', casting='unsafe', subok=True, copy=True"),
}
NUMBER_OF_KIND = {"f": float, "i": int, "b": bool, "c": complex, "u": int}


def array_method(
    low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: Given
) -> Binding:
    """owner.name(...) for an array."""
    output, (_, *arguments), keywords = output_of(low, getattr(np, name, None), [owner, *arguments], keywords)
    if output is not None:
        plain = keywords
        compute: Compute = lambda given: array_method(low, owner, name, given, plain)
        return call_into(low, None, output, arguments, compute)
    type = low.operand(owner).type
    assert isinstance(type, Array)
    match name:
        case "copy":
            return _copy(low, owner, _given(low, name, arguments, keywords))
        case "reshape":
            return _reshape(low, owner, arguments, keywords)
        case "transpose":
            axes = (
                Tup(tuple(arguments)) if len(arguments) > 1 else arguments[0] if arguments else Static(None)
            )
            return call_primitive(low, "numpy.transpose", [owner, axes], {})
        case "astype":
            return _astype(low, owner, _given(low, name, arguments, keywords))
        case "conj" | "conjugate" if type.dtype.kind != "c":
            return owner
        case "flatten":
            order = _given(low, name, arguments, keywords)["order"]
            if order == Static("F"):
                owner = turned(low, owner)
            else:
                in_c_order(low, order, "flatten")
            return low.wrap(low.apply("flatten", low.operand(owner)))
        case "item":
            kind = PYTHON_KINDS[NUMBER_OF_KIND[type.dtype.kind]]
            if any(is_one(size) is False for size in type.shape) and not arguments:
                low.stop("`item` without a place needs an array of one element", "say which: x.item(0)")
            if len(arguments) == 1 and type.rank > 1 and not isinstance(arguments[0], Tup):
                owner = call_primitive(low, "numpy.ravel", [owner], {})
            places = arguments or [Static(0)] * type.rank
            one = part(low, owner, build(low, owner, list(places))) if places else owner
            return low.wrap(low.apply("python", low.operand(one), kind=kind))
        case "fill":
            overwrite(low, owner, _given(low, name, arguments, keywords)["value"])
            return Static(None)
        case "sort":
            overwrite(low, owner, call_primitive(low, "numpy.sort", [owner, *arguments], keywords))
            return Static(None)
        case "partition":
            overwrite(low, owner, call_primitive(low, "numpy.partition", [owner, *arguments], keywords))
            return Static(None)
        case "choose":
            return choose(
                low, "numpy.choose", bind(low, name, SIGNATURES[name], [owner, *arguments], keywords)
            )
        case "compress":
            return compress(low, "numpy.compress", {"a": owner, **_given(low, name, arguments, keywords)})
        case "view":
            return _view(low, owner, _given(low, name, arguments, keywords))
        case "resize" | "setflags":
            low.stop(
                f"`x.{name}` changes how an array lies in memory", "make another array: np.resize(x, shape)"
            )
        case "tolist" if 0 < type.rank < 3:
            over = prelude.each if type.rank == 1 else prelude.each_of_rows
            return call_function(low, over, [owner, Static(NUMBER_OF_KIND[type.dtype.kind])], {})
        case "tolist":
            low.stop(
                "`tolist` of an array makes lists of as many items as it has", "loop over the array itself"
            )
    path = f"numpy.{'conj' if name == 'conjugate' else name}"
    function = getattr(np, name, None)
    definition = definition_of(function)
    if definition is not None and definition.serves(by_path(path, keywords), keywords):
        return call_function(low, definition.function, [owner, *arguments], keywords, f"np.{name}")
    if by_path(path) is None or path_of(getattr(np, name, None)) is None:
        refusal = reason(getattr(np, name, None), f"x.{name}")
        if refusal is not None:
            low.stop(*refusal)
        low.stop(
            f"the method {name!r} of {describe(owner)} is not supported",
            "use a NumPy function that gives a new array",
        )
    return call_primitive(low, path, [owner, *arguments], keywords)


def _given(low: Lowering, name: str, arguments: list[Binding], keywords: Given) -> Given:
    return bind(low, name, SIGNATURES[name], arguments, keywords)


def _copy(low: Lowering, owner: Binding, given: Given) -> Binding:
    if not isinstance(owner, Ref):
        return owner
    order = static_value(low, given["order"], "order")
    made = low.wrap(low.apply("copy", low.operand(owner), order=None if order == "C" else order))
    if isinstance(made, Ref) and order == "C":
        made.cell.ordered = True
    return made


def _reshape(low: Lowering, owner: Binding, arguments: list[Binding], keywords: Given) -> Binding:
    """x.reshape(2, 3), x.reshape((2, 3))."""
    given = _given(low, "reshape", [], {k: v for k, v in keywords.items() if k != "shape"})
    shape = keywords.get("shape") or (Tup(tuple(arguments)) if len(arguments) != 1 else arguments[0])
    return reshape(low, "numpy.reshape", {"a": owner, "shape": shape, "order": given["order"]})


def _view(low: Lowering, owner: Binding, given: Given) -> Binding:
    """Another array of the same memory, which holds the same numbers."""
    type = low.operand(owner).type
    assert isinstance(type, Array)
    kind = given["dtype"]
    if (kind != Static(None) and static_dtype(low, kind) != type.dtype) or given["type"] != Static(None):
        low.stop("`x.view` of another type reads bytes as other numbers", "convert them: x.astype(...)")
    return part(low, owner, build(low, owner, [Static(...)])) if isinstance(owner, Ref) else owner


def _astype(low: Lowering, owner: Binding, given: Given) -> Binding:
    operand, dtype = low.operand(owner), static_dtype(low, given["dtype"])
    rule: Any = static_value(low, given["casting"], "casting")
    if (
        isinstance(operand.type, Array)
        and dtype is not None
        and not np.can_cast(operand.type.dtype, dtype, rule)
    ):
        message = (
            f"Cannot cast array data from {operand.type.dtype} to {dtype} according to the rule {rule!r}"
        )
        low.fail(TypeError(message), message, "leave casting away")
    if (
        not static_value(low, given["copy"], "copy")
        and isinstance(operand.type, Array)
        and operand.type.dtype == dtype
    ):
        if static_value(low, given["order"], "order") != "K":
            low.stop_keyword(
                "order", "astype(..., copy=False) copies what lies in another order", "leave order away"
            )
        return owner
    return low.wrap(low.apply("astype", operand, dtype=dtype))

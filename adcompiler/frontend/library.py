"""Functions of NumPy and operator that are no rows of the table of primitives, and so are taken apart here."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.attributes import array_attribute
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.creation import array
from adcompiler.frontend.histograms import HISTOGRAMS
from adcompiler.frontend.lax import call_lax, is_of
from adcompiler.frontend.mixtures import ask
from adcompiler.frontend.operands import Adapted, Adapter, Given, adapted, array_operand, static_value
from adcompiler.frontend.parts import part
from adcompiler.frontend.pieces import FUNCTIONS as PIECES
from adcompiler.frontend.static import all_static, named_static, row_of, static_call
from adcompiler.frontend.subscripts import build, overwrite, write_part
from adcompiler.frontend.ufuncs import METHODS, ufunc_method
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array


def call_library(
    low: Lowering, function: object, arguments: list[Binding], keywords: Given
) -> Binding | None:
    """The result of a function that is taken apart here; None for all others."""
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if isinstance(owner, np.ufunc) and name in METHODS:
        return ufunc_method(low, owner, name, arguments, keywords)
    if is_of(function, "jax.lax"):
        return call_lax(low, name, arguments, keywords)
    if is_of(function, "jax.numpy"):
        function = getattr(np, name, function)
    row = row_of(FUNCTIONS, function)
    if row is None:
        return None
    return row.call(low, f"numpy.{name}", arguments, keywords)


def call_pure(low: Lowering, function: object, arguments: list[Binding], keywords: Given) -> Binding | None:
    """The result of a function of plain numbers that are known while compiling; None for all others."""
    module = getattr(function, "__module__", None) or ""
    pure = module in ("math", "operator", "_operator")
    if not pure or not callable(function) or isinstance(function, operator.itemgetter):
        return None
    if not all_static(arguments) or not named_static(keywords):
        return None
    return static_call(low, function, *arguments, **keywords)


def _copy_to(low: Lowering, path: str, given: Given) -> Binding:
    target, source = given["dst"], as_array(low, given["src"])
    dtypes = [type.dtype for b in (target, source) if isinstance(type := low.operand(b).type, Array)]
    casting: Any = static_value(low, given["casting"], "casting")
    if not isinstance(source, Static) and not np.can_cast(dtypes[1], dtypes[0], casting):
        low.stop(
            f"Cannot cast array data from {dtypes[1]} to {dtypes[0]} according to the rule {casting!r}",
            "convert first: x.astype(...)",
        )
    if given["where"] != Static(True):
        operands = [array_operand(low, b, "numpy.where") for b in (given["where"], source, target)]
        source = low.wrap(low.apply("where", *operands))
    overwrite(low, target, source)
    return Static(None)


def _attribute(name: str) -> Adapter:
    """np.shape(x) and its kin, which is x.shape of an array made of x."""

    def adapter(low: Lowering, path: str, given: Given) -> Binding:
        return array_attribute(low, as_array(low, given["a"]), name)

    return adapter


def _size(low: Lowering, path: str, given: Given) -> Binding:
    source = as_array(low, given["a"])
    if given["axis"] == Static(None):
        return array_attribute(low, source, "size")
    axis, sizes = low.static_int(given["axis"], "the axis"), array_attribute(low, source, "shape")
    assert isinstance(sizes, Tup)
    if not -len(sizes.items) <= axis < len(sizes.items):
        low.stop(f"an array with {len(sizes.items)} axes has no axis {axis}", "use an axis that exists")
    return sizes.items[axis]


def _item(low: Lowering, path: str, given: Given) -> Binding:
    owner, key = given["a"], given["b"]
    match owner:
        case Ref() | Value():
            return part(low, owner, build(low, owner, [key]))
        case Static() if isinstance(key, Static):
            return static_call(low, operator.getitem, owner, key)
    low.stop(f"operator.getitem of {describe(owner)} is not supported", "write a[b]")


def _store_item(low: Lowering, path: str, given: Given) -> Binding:
    owner = given["a"]
    if not isinstance(owner, Ref):
        low.stop(f"operator.setitem of {describe(owner)} is not supported", "write a[b] = c")
    write_part(low, owner.cell, build(low, owner, [given["b"]]), given["c"])
    return Static(None)


def _result_type(low: Lowering, path: str, given: Given) -> Binding:
    """np.result_type of arrays, numbers and dtypes; Python's numbers give way."""
    kinds: list[Static] = []
    operands = given["arrays_and_dtypes"]
    assert isinstance(operands, Tup)
    for binding in operands.items:
        if isinstance(binding, Static):
            kinds.append(binding)
            continue
        operand = low.operand(as_array(low, binding))
        ask(low, operand)
        type = operand.type
        assert isinstance(type, Array)
        kinds.append(Static(type.dtype.type(0).item() if type.weak else type.dtype))
    return static_call(low, np.result_type, *kinds)


def _of_dtypes(function: Callable[..., object]) -> Adapter:
    """A function of dtypes, which are known while compiling."""

    def adapter(low: Lowering, path: str, given: Given) -> Binding:
        both = list(given.values())
        if not all_static(both):
            low.stop(f"{path} takes dtypes here", "ask about x.dtype")
        return static_call(low, function, *both)

    return adapter


FUNCTIONS: dict[object, Adapted] = {
    **PIECES,
    **{getattr(np, name): row for name, row in HISTOGRAMS.items()},
    np.array: adapted("object, dtype=None, copy=True, order='K', ndmin=0", array),
    np.copyto: adapted("dst, src, casting='same_kind', where=True", _copy_to),
    np.result_type: adapted("*arrays_and_dtypes", _result_type),
    np.issubdtype: adapted("arg1, arg2", _of_dtypes(np.issubdtype)),
    np.promote_types: adapted("type1, type2", _of_dtypes(np.promote_types)),
    np.isdtype: adapted("dtype, kind", _of_dtypes(np.isdtype)),
    np.can_cast: adapted("from_, to, casting='safe'", _of_dtypes(np.can_cast)),
    np.shape: adapted("a", _attribute("shape")),
    np.ndim: adapted("a", _attribute("ndim")),
    np.size: adapted("a, axis=None", _size),
    operator.getitem: adapted("a, b, /", _item),
    operator.setitem: adapted("a, b, c, /", _store_item),
}

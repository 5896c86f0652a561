"""What the arguments of NumPy's functions become: bound to names, then operands and static arguments of a primitive."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from adcompiler.frontend.arrays import as_array, dtype_of
from adcompiler.frontend.bindings import Binding, ListRef, Static, Tup
from adcompiler.frontend.context import Lowering, Statics, describe
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.types import Array, DType
from adcompiler.primitives.registry import Primitive

Given: TypeAlias = dict[str, Binding]  # arguments by name, defaults filled in
# what adapts the arguments of a function: (lowering, path of the function, its arguments) -> its result
Adapter: TypeAlias = Callable[[Lowering, str, Given], Binding]


@dataclass(frozen=True, slots=True)
class Adapted:
    """A function whose arguments are not those of a primitive: its parameters in Python, and what is done with them."""

    parameters: inspect.Signature
    adapter: Adapter

    def call(self, low: Lowering, path: str, arguments: list[Binding], keywords: Given) -> Binding:
        """Bind the arguments and adapt them."""
        name = path.rpartition(".")[2]
        return self.adapter(low, path, bind(low, name, self.parameters, arguments, keywords))


def adapted(parameters: str, adapter: Adapter) -> Adapted:
    """A row for a table of functions; `parameters` as in a `def`."""
    return Adapted(signature(parameters), adapter)


def signature(parameters: str) -> inspect.Signature:
    """The signature of a function with these parameters, as in a `def`."""
    made = eval(f"lambda {parameters}: None")
    return inspect.signature(made)


def bind(
    low: Lowering, name: str, parameters: inspect.Signature, arguments: list[Binding], keywords: Given
) -> Given:
    """Arguments by name; refuses keywords that are not supported."""
    for keyword in keywords:
        known = parameters.parameters.get(keyword)
        if known is None or known.kind in (known.POSITIONAL_ONLY, known.VAR_POSITIONAL):
            refuse_keyword(low, keyword, name)
    try:
        bound = parameters.bind(*arguments, **keywords).arguments
    except TypeError as problem:
        low.stop(f"{name}: {problem}", "look at the parameters of the function")
    given: Given = {}
    for parameter in parameters.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            given[parameter.name] = Tup(bound.get(parameter.name, ()))
        else:
            given[parameter.name] = bound.get(parameter.name, Static(parameter.default))
    return given


def refuse_keyword(low: Lowering, keyword: str, name: str) -> NoReturn:
    """Refuse a keyword of a function."""
    low.stop_keyword(keyword, f"the keyword {keyword!r} of {name} is not supported", keyword_hint(keyword))


def keyword_hint(keyword: str) -> str:
    """What to write instead of a keyword."""
    match keyword:
        case "out":
            return "assign the result: y = f(x), or y[:] = f(x)"
        case "where":
            return "use np.where on the result"
    return "leave it out, or write it with other functions"


def in_c_order(low: Lowering, order: Binding, name: str) -> None:
    """Refuse to take elements in another order than C's."""
    if order not in (Static("C"), Static(None)):
        low.stop_keyword(
            "order",
            f"only order='C' or 'F' of {name} is supported, not {describe(order)}",
            "transpose first: x.T.ravel()",
        )


# ---------------------------------------------------------------------------------------------------- operands


def array_operand(low: Lowering, binding: Binding, path: str) -> Operand:
    """An operand; lists and tuples become arrays, as NumPy makes them, and None stands for none."""
    if binding == Static(None):
        return Const(None)
    if path.startswith(("numpy.", "scipy.")):
        binding = as_array(low, binding)
    return low.operand(binding, f"an argument of {path.rpartition('.')[2]}")


def sizes_of(low: Lowering, binding: Binding) -> list[Operand]:
    """A shape argument as operands."""
    if isinstance(binding, (Tup, ListRef)) or (
        isinstance(binding, Static) and isinstance(binding.value, (tuple, list))
    ):
        items = known_items(low, binding, "as a shape")
    else:
        items = [binding]
    operands = [low.operand(item, "a size") for item in items]
    for operand in operands:
        if not isinstance(operand.type, Array) or operand.type.dtype.kind not in "iu" or operand.type.rank:
            low.stop("a size must be an integer", "convert with int(...)")
    return operands


# ---------------------------------------------------------------------------------------------------- static arguments


def statics(low: Lowering, row: Primitive, given: Given) -> Statics:
    """The static arguments of a primitive as Python values."""
    return {
        name: static_dtype(low, given[name]) if name == "dtype" else static_value(low, given[name], name)
        for name in row.defaults
        if name in given
    }


def static_value(low: Lowering, binding: Binding, name: str) -> object:
    """A Python value known while compiling."""
    match binding:
        case Static(value):
            return tuple(value) if isinstance(value, list) else value
        case Tup(items):
            return tuple(static_value(low, item, name) for item in items)
        case ListRef():
            return tuple(
                static_value(low, item, name) for item in known_items(low, binding, "for an argument")
            )
        case Value(type=Array(shape=(), dtype=dtype)) if dtype.kind in "iu":
            return low.static_int(binding, f"the argument {name}")
    low.stop(f"the argument {name} must be known while compiling, not {describe(binding)}", "use a constant")


def static_dtype(low: Lowering, binding: Binding) -> DType | None:
    """A dtype known while compiling; None where the function is to find one."""
    match binding:
        case Static(None):
            return None
        case Static(value):
            return dtype_of(low, value)
    low.stop(f"the argument dtype must be known while compiling, not {describe(binding)}", "use a constant")

"""Calls of NumPy's and math's functions: Python arguments to operands and static arguments of a primitive."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable

import numpy as np

from adcompiler.frontend.arrays import make_array
from adcompiler.frontend.attributes import copy_of
from adcompiler.frontend.bindings import Binding, Cell, Items, ListRef, Ref, Static, Tup
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.expressions import static_call
from adcompiler.frontend.subscripts import Subscript, write_part
from adcompiler.frontend.unpacking import known_items
from adcompiler.frontend.unsupported import reason
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.index import Slice
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES, Primitive, by_path, find, path_of

Arguments = tuple[list[Binding], dict[str, Binding]]

# Python's names for the parameters of functions whose rows take lists of sizes or of arrays
SIGNATURES = {
    "zeros": "shape, dtype=None",
    "ones": "shape, dtype=None",
    "empty": "shape, dtype=None",
    "full": "shape, fill_value, dtype=None",
    "eye": "N, M=None, k=0, dtype=None",
    "identity": "n, dtype=None",
    "reshape": "a, shape, order='C'",
    "ravel": "a, order='C'",
    "broadcast_to": "array, shape",
    "tile": "A, reps",
    "concatenate": "arrays, axis=0",
    "stack": "arrays, axis=0",
    "hstack": "tup",
    "vstack": "tup",
    "column_stack": "tup",
    "array": "object, dtype=None, copy=True",
    "asarray": "a, dtype=None",
    "linspace": "start, stop, num=50, endpoint=True, dtype=None",
    "clip": "a, a_min=None, a_max=None, *, min=None, max=None",
    "log_base": "x, base=None",
    "copyto": "dst, src",
    "size_of": "a, axis=None",
    "ndim": "a",
    "shape_of": "a",
    "add_at": "a, indices, b",
    "fill_diagonal": "a, val",
}
METHODS = {
    "copy": "order='C'",
    "reshape": "order='C'",
    "flatten": "order='C'",
    "astype": "dtype, order='K', casting='unsafe', subok=True, copy=True",
}
UFUNC_METHODS = {"at", "reduce", "accumulate", "outer", "reduceat"}


def _signature(text: str) -> inspect.Signature:
    scope: dict[str, object] = {}
    exec(f"def f({text}): ...", scope)
    return inspect.signature(scope["f"])  # type: ignore[arg-type]


_SIGNATURES = {name: _signature(text) for name, text in SIGNATURES.items()}
_METHODS = {name: _signature(text) for name, text in METHODS.items()}


def bind(low: Lowering, name: str, signature: inspect.Signature, call: Arguments) -> dict[str, Binding]:
    """Arguments by name; refuses keywords that are not supported."""
    arguments, keywords = call
    for keyword in keywords:
        known = signature.parameters.get(keyword)
        if known is None or known.kind is inspect.Parameter.POSITIONAL_ONLY:
            low.stop_keyword(
                keyword, f"the keyword {keyword!r} of {name} is not supported", _keyword_hint(keyword)
            )
    try:
        bound = signature.bind(*arguments, **keywords)
    except TypeError as problem:
        low.stop(f"{name}: {problem}", "look at the parameters of the function")
    bound.apply_defaults()
    return {k: v if not _is_default(v) else Static(v) for k, v in bound.arguments.items()}


def _is_default(value: object) -> bool:
    return value is None or isinstance(value, (bool, int, float, str)) or value == ()


def _keyword_hint(keyword: str) -> str:
    match keyword:
        case "out":
            return "assign the result: y = f(x), or y[:] = f(x)"
        case "where":
            return "use np.where on the result"
    return "leave it out, or write it with other functions"


def call_primitive(
    low: Lowering, path: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Call the primitive of a path."""
    row = by_path(path)
    assert row is not None, path
    name = path.rpartition(".")[2]
    if row.name in ADAPTED:
        return ADAPTED[row.name](low, path, bind(low, name, _SIGNATURES[row.name], (arguments, keywords)))
    if path.startswith(("math.", "operator.")) and all(
        isinstance(a, Static) for a in (*arguments, *keywords.values())
    ):
        function = find(path)
        assert function is not None
        named = {k: v.value for k, v in keywords.items() if isinstance(v, Static)}
        return static_call(low, lambda *values: function(*values, **named), *arguments)  # type: ignore[arg-type]
    if row.name == "where" and len(arguments) == 1:
        low.stop(
            "np.where with one argument gives as many indices as there are true elements: a shape that depends on data",
            "use three arguments, or read with a mask: x[mask]",
        )
    if row.name == "log" and path == "math.log" and len(arguments) == 2:
        base = low.apply("log", low.operand(arguments[1]), path="math.log")
        return low.wrap(
            low.apply(
                "divide",
                low.operand(low.wrap(low.apply("log", low.operand(arguments[0]), path=path))),
                base,
                path="operator.truediv",
            )
        )
    if (
        row.elementwise
        and not row.defaults
        and path.startswith("numpy.")
        and len(arguments) > len(row.operands)
    ):
        low.stop(f"the last argument of {name} is `out`, the array to write into", _keyword_hint("out"))
    if row.name == "einsum":
        return _einsum(low, path, arguments, keywords)
    if row.name == "arange":
        return _arange(low, path, arguments, keywords)
    if row.variadic:
        operands = [array_operand(low, a, row, path) for a in arguments]
        return low.wrap(
            low.apply(
                row.name,
                *operands,
                path=path,
                **statics(low, row, _static_keywords(low, row, name, keywords)),  # type: ignore[arg-type]
            )
        )
    given = bind(low, name, row.signature, (arguments, _renamed(row, keywords)))
    operands = [array_operand(low, given[n], row, path) for n in row.operands]
    fixed = statics(low, row, {n: given[n] for n in row.defaults})
    return result(low, row, path, given[row.operands[0]] if row.operands else Static(None), operands, fixed)


def _renamed(row: Primitive, keywords: dict[str, Binding]) -> dict[str, Binding]:
    """NumPy's names of the operands (a, x1, ...) are not the rows' names."""
    if not keywords or all(k in row.defaults for k in keywords):
        return keywords
    names = iter(row.operands)
    aliases = {"a", "x", "x1", "x2", "arr", "array", "object", "b", "v", "m", "condition", "y"}
    taken: dict[str, Binding] = {}
    for key, value in keywords.items():
        taken[
            next(names) if key in aliases and key not in row.operands and key not in row.defaults else key
        ] = value
    return taken


def _static_keywords(
    low: Lowering, row: Primitive, name: str, keywords: dict[str, Binding]
) -> dict[str, Binding]:
    for keyword in keywords:
        if keyword not in row.defaults:
            low.stop_keyword(
                keyword, f"the keyword {keyword!r} of {name} is not supported", _keyword_hint(keyword)
            )
    return keywords


def result(
    low: Lowering,
    row: Primitive,
    path: str,
    first: Binding,
    operands: list[Operand],
    fixed: dict[str, object],
) -> Binding:
    """Apply a row; where NumPy gives a view of the first operand, so does the front end."""
    if row.view and isinstance(first, Ref) and _may_share(low, row, first.cell, fixed):
        back = VIEWS.get(row.name)
        rest = operands[1:]
        if back is not None and _surely_shares(low, row, path, first.cell):
            if row.name == "asarray":
                return first
            view = low.view(
                first.cell,
                lambda base: low.value(row.name, base, *rest, path=path, **fixed),  # type: ignore[arg-type]
                lambda base, new: back(low, base, new, fixed),
            )
            if isinstance(view, Ref) and back is _back_shape:
                view.cell.ordered = first.cell.ordered
            return view
        made = low.wrap(low.apply(row.name, *operands, path=path, **fixed))  # type: ignore[arg-type]
        if isinstance(made, Ref):
            base = f"`{first.cell.name}`" if first.cell.name else "another array"
            cell = Cell(shared=f"may be a view of {base} (np.{row.name})", path=first.cell.path)
            low.store.contents[cell] = low.store.contents.pop(made.cell)
            # a write to the array that it may be a view of cannot be followed either
            low.watch(cell, first.cell)
            return Ref(cell)
        return made
    return low.wrap(low.apply(row.name, *operands, path=path, **fixed))  # type: ignore[arg-type]


def _may_share(low: Lowering, row: Primitive, cell: Cell, fixed: dict[str, object]) -> bool:
    """Whether the result of a row that may be a view of its operand can be one of this operand."""
    type = low.content(cell).type
    assert isinstance(type, Array)
    if row.name == "asarray":
        return fixed.get("dtype") in (None, type.dtype)
    return row.name != "diag" or type.rank > 1


def _surely_shares(low: Lowering, row: Primitive, path: str, cell: Cell) -> bool:
    """Whether it is one for every order in which the elements may lie."""
    type = low.content(cell).type
    assert isinstance(type, Array)
    if row.name == "ravel" or path == "numpy.ascontiguousarray":
        return cell.ordered
    return row.name != "reshape" or type.rank == 1 or cell.ordered


def _back_transpose(low: Lowering, base: Value, new: Value, fixed: dict[str, object]) -> Value:
    axes = fixed.get("axes")
    if axes is None:
        return low.value("transpose", new)
    assert isinstance(axes, tuple) and isinstance(new.type, Array)
    normal = [a % new.type.rank for a in axes]
    return low.value("transpose", new, axes=tuple(normal.index(k) for k in range(len(normal))))


def _back_shape(low: Lowering, base: Value, new: Value, fixed: dict[str, object]) -> Value:
    return low.value("reshape_to", new, low.apply("shape", base))


def _back_swap(low: Lowering, base: Value, new: Value, fixed: dict[str, object]) -> Value:
    return low.value("swapaxes", new, **fixed)  # type: ignore[arg-type]


def _back_flip(low: Lowering, base: Value, new: Value, fixed: dict[str, object]) -> Value:
    return low.value("flip", new, **fixed)  # type: ignore[arg-type]


VIEWS: dict[str, Callable[[Lowering, Value, Value, dict[str, object]], Value]] = {
    "transpose": _back_transpose,
    "matrix_transpose": lambda low, base, new, fixed: low.value("matrix_transpose", new),
    "swapaxes": _back_swap,
    "flip": _back_flip,
    "reshape": _back_shape,
    "ravel": _back_shape,
    "squeeze": _back_shape,
    "expand_dims": _back_shape,
    "atleast_1d": _back_shape,
    "atleast_2d": _back_shape,
    "asarray": _back_shape,
}


def array_operand(low: Lowering, binding: Binding, row: Primitive, path: str) -> Operand:
    """An operand; lists and tuples become arrays, as NumPy makes them."""
    match binding:
        case Tup() | ListRef() | Static(list() | tuple() | range()) if path.startswith("numpy."):
            return low.operand(make_array(low, binding, None))
    return low.operand(binding, f"an argument of {path.rpartition('.')[2]}")


def statics(low: Lowering, row: Primitive, given: dict[str, Binding]) -> dict[str, object]:
    """Static arguments as Python values."""
    return {name: static_value(low, binding, name) for name, binding in given.items()}


def static_value(low: Lowering, binding: Binding, name: str) -> object:
    """A Python value known while compiling."""
    match binding:
        case Static(value):
            if name == "dtype" and value is not None:
                return np.dtype(value)  # type: ignore[call-overload]
            return tuple(value) if isinstance(value, list) else value
        case Tup(items):
            return tuple(static_value(low, item, name) for item in items)
        case ListRef():
            return tuple(
                static_value(low, item, name) for item in known_items(low, binding, "for an argument")
            )
        case Value(type=Array(size=size)) if size is not None:
            return low.static_int(binding, f"the argument {name}")
    low.stop(f"the argument {name} must be known while compiling, not {describe(binding)}", "use a constant")


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


# ---------------------------------------------------------------------------------------------------- adapted functions


def _sized(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    name = path.rpartition(".")[2]
    before = [low.operand(given["fill_value"])] if "fill_value" in given else []
    dtype = static_value(low, given["dtype"], "dtype")
    return changeable(
        low, low.wrap(low.apply(name, *before, *sizes_of(low, given["shape"]), path=path, dtype=dtype))
    )


def changeable(low: Lowering, binding: Binding) -> Binding:
    """A fresh array; without axes it is an array too, whose second name would see it change."""
    if isinstance(binding, Value):
        low.mutable_numbers.add(binding)
    return binding


def _eye(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    counts = [low.operand(given["N"])] + ([low.operand(given["M"])] if given["M"] != Static(None) else [])
    k = low.static_int(given["k"], "k")
    return low.wrap(
        low.apply("eye", *counts, k=k, dtype=static_value(low, given["dtype"], "dtype"), path=path)
    )


def _identity(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    return low.wrap(
        low.apply(
            "identity", low.operand(given["n"]), dtype=static_value(low, given["dtype"], "dtype"), path=path
        )
    )


def in_c_order(low: Lowering, order: Binding, name: str) -> None:
    """Refuse to take elements in another order than C's."""
    if order not in (Static("C"), Static(None)):
        low.stop_keyword(
            "order",
            f"only order='C' of {name} is supported, not {describe(order)}",
            "transpose first: x.T.ravel()",
        )


def _ravel(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    in_c_order(low, given["order"], "ravel")
    row = PRIMITIVES["ravel"]
    return result(low, row, path, given["a"], [array_operand(low, given["a"], row, path)], {})


def _reshape(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    in_c_order(low, given.get("order", Static(None)), "reshape")
    name = path.rpartition(".")[2]
    row = PRIMITIVES[name]
    source = given.get("a", given.get("array", given.get("A")))
    assert source is not None
    shape = given.get("shape", given.get("reps"))
    assert shape is not None
    operands = [array_operand(low, source, row, "numpy."), *sizes_of(low, shape)]
    if name != "reshape":
        return _plain_or_shared(low, name, path, source, operands)
    if isinstance(source, Ref):
        return result(low, row, path, source, operands, {})
    return low.wrap(low.apply(name, *operands, path=path))


def _plain_or_shared(
    low: Lowering, name: str, path: str, source: Binding, operands: list[Operand]
) -> Binding:
    return result(low, PRIMITIVES[name], path, source, operands, {})


def _listed(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    name = path.rpartition(".")[2]
    source = given.get("arrays", given.get("tup"))
    assert source is not None
    if isinstance(source, ListRef) and isinstance(low.store.contents[source.cell], Items):
        items = low.store.contents[source.cell]
        assert isinstance(items, Items)
        axis = low.static_int(given["axis"], "the axis") if "axis" in given else 0
        if len(items.sequences) != 1 or name not in ("stack", "vstack") or axis != 0:
            low.stop(
                f"np.{name} of a list whose length depends on the program is not supported",
                "use np.stack or np.array",
            )
        stacked = low.value("seq_stack", items.sequences[0])
        assert isinstance(stacked.type, Array)
        if name == "vstack" and stacked.type.rank != 2:
            low.stop(
                "np.vstack of a list of matrices whose length depends on the program is not supported",
                "write the rows into an array in a loop",
            )
        return low.wrap(stacked)
    if isinstance(source, Ref):
        source = Tup(tuple(known_items(low, source, f"for np.{name}")))
    row = PRIMITIVES[name]
    operands = [
        array_operand(low, item, row, "numpy.") for item in known_items(low, source, f"for np.{name}")
    ]
    fixed = {"axis": static_value(low, given["axis"], "axis")} if "axis" in given else {}
    return low.wrap(low.apply(name, *operands, path=path, **fixed))  # type: ignore[arg-type]


def _array(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    source, dtype = given.get("object", given.get("a")), static_value(low, given["dtype"], "dtype")
    assert source is not None
    if isinstance(source, (Tup, ListRef)) or (
        isinstance(source, Static) and isinstance(source.value, (list, tuple, range))
    ):
        return make_array(low, source, dtype)
    if given.get("copy", Static(True)) not in (Static(True), Static(None)):
        low.stop_keyword(
            "copy", "np.array(..., copy=False) may or may not share memory", "use np.asarray(...), or copy"
        )
    if path == "numpy.array":
        return changeable(low, make_array(low, source, dtype))
    row = PRIMITIVES["asarray"]
    return result(low, row, path, source, [low.operand(source)], {"dtype": dtype})


def _linspace(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    operands = [low.operand(given[n]) for n in ("start", "stop", "num")]
    fixed = {n: static_value(low, given[n], n) for n in ("endpoint", "dtype")}
    return low.wrap(low.apply("linspace", *operands, path=path, **fixed))  # type: ignore[arg-type]


def _clip(low: Lowering, path: str, given: dict[str, Binding]) -> Binding:
    low_bound = given["a_min"] if given["a_min"] != Static(None) else given["min"]
    high_bound = given["a_max"] if given["a_max"] != Static(None) else given["max"]
    x = low.operand(given["a"])
    if low_bound == Static(None) and high_bound == Static(None):
        return low.wrap(low.apply("positive", x, path="numpy.positive"))
    if low_bound == Static(None):
        return low.wrap(low.apply("minimum", x, low.operand(high_bound), path="numpy.minimum"))
    if high_bound == Static(None):
        return low.wrap(low.apply("maximum", x, low.operand(low_bound), path="numpy.maximum"))
    return low.wrap(low.apply("clip", x, low.operand(low_bound), low.operand(high_bound), path=path))


ADAPTED: dict[str, Callable[[Lowering, str, dict[str, Binding]], Binding]] = {
    "zeros": _sized,
    "ones": _sized,
    "empty": _sized,
    "full": _sized,
    "eye": _eye,
    "identity": _identity,
    "reshape": _reshape,
    "ravel": _ravel,
    "broadcast_to": _reshape,
    "tile": _reshape,
    "concatenate": _listed,
    "stack": _listed,
    "hstack": _listed,
    "vstack": _listed,
    "column_stack": _listed,
    "asarray": _array,
    "linspace": _linspace,
    "clip": _clip,
}


def _einsum(low: Lowering, path: str, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    for keyword in keywords:
        if keyword != "optimize":
            low.stop_keyword(
                keyword, f"the keyword {keyword!r} of einsum is not supported", _keyword_hint(keyword)
            )
    subscripts, *rest = arguments
    text = static_value(low, subscripts, "subscripts")
    operands = [array_operand(low, a, PRIMITIVES["einsum"], path) for a in rest]
    return low.wrap(low.apply("einsum", *operands, path=path, subscripts=text))


def _arange(low: Lowering, path: str, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    dtype = static_value(low, keywords.pop("dtype", Static(None)), "dtype")
    named = [keywords.pop(name) for name in ("start", "stop", "step") if name in keywords]
    bounds = [low.operand(b, "a bound of arange") for b in [*arguments, *named]]
    return low.wrap(low.apply("arange", *bounds, path=path, dtype=dtype))


# ---------------------------------------------------------------------------------------------------- functions that are no rows


def call_library(
    low: Lowering, function: object, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding | None:
    """Functions of NumPy and operator that the front end takes apart itself; None for all others."""
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", "")
    if isinstance(owner, np.ufunc) and name in UFUNC_METHODS:
        return _ufunc_method(low, owner, name, arguments, keywords)
    if function is np.array:
        return _array(low, "numpy.array", bind(low, "array", _SIGNATURES["array"], (arguments, keywords)))
    if function is np.copyto:
        given = bind(low, "copyto", _SIGNATURES["copyto"], (arguments, keywords))
        _overwrite(low, given["dst"], given["src"])
        return Static(None)
    if function in (np.shape, np.ndim, np.size):
        from adcompiler.frontend.attributes import attribute

        wanted = {np.shape: "shape", np.ndim: "ndim", np.size: "size"}[function]
        first = arguments[0]
        if isinstance(first, Static) and isinstance(first.value, NUMBERS):
            return {"shape": Tup(()), "ndim": Static(0), "size": Static(1)}[wanted]  # type: ignore[return-value]
        source = make_array(low, first, None) if isinstance(first, (Tup, ListRef)) else first
        if wanted == "size" and (len(arguments) > 1 or "axis" in keywords):
            shape = attribute(low, source, "shape")
            axis = static_value(low, keywords.get("axis") or arguments[1], "axis")
            assert isinstance(shape, Tup) and isinstance(axis, int)
            return shape.items[axis]
        return attribute(low, source, wanted)
    if isinstance(function, operator.itemgetter):
        return None
    module = getattr(function, "__module__", None) or ""
    pure = module in ("math", "operator", "_operator") or function in (
        np.prod,
        np.finfo,
        np.iinfo,
        np.dtype,
        np.result_type,
    )
    if pure and all(isinstance(a, Static) for a in (*arguments, *keywords.values())):
        return static_call(low, function, *arguments)  # type: ignore[arg-type]
    return None


def _ufunc_method(
    low: Lowering, owner: np.ufunc, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    if owner is np.add and name == "at" and len(arguments) == 3:
        target, index, value = arguments
        if not isinstance(target, Ref):
            low.stop("np.add.at needs an array", "pass an array")
        from adcompiler.frontend.subscripts import build

        subscript = build(low, target, [index])
        base = low.content(target.cell)
        new = low.value(
            "add_at",
            base,
            low.operand(value),
            *subscript.operands,
            index=subscript.index,
            hint=target.cell.name,
        )
        low.write(target.cell, new)
        return Static(None)
    reductions = {np.add: "sum", np.multiply: "prod", np.maximum: "max", np.minimum: "min"}
    running = {np.add: "cumsum", np.multiply: "cumprod"}
    if name == "reduce" and owner in reductions:
        keywords.setdefault("axis", arguments.pop() if len(arguments) > 1 else Static(0))
        return call_primitive(low, f"numpy.{reductions[owner]}", arguments, keywords)
    if name == "accumulate" and owner in running:
        keywords.setdefault("axis", arguments.pop() if len(arguments) > 1 else Static(0))
        return call_primitive(low, f"numpy.{running[owner]}", arguments, keywords)
    if name == "outer" and owner is np.multiply:
        return call_primitive(low, "numpy.outer", arguments, keywords)
    low.stop(f"np.{owner.__name__}.{name} is not supported", "write it with sums, products or a loop")


def _overwrite(low: Lowering, target: Binding, value: Binding) -> None:
    if not isinstance(target, Ref):
        low.stop(f"{describe(target)} cannot be written to", "write into arrays")
    write_part(low, target.cell, Subscript((Slice(),), ()), value)


def array_method(
    low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """owner.name(...) for an array."""
    type = low.operand(owner).type
    assert isinstance(type, Array)
    match name:
        case "copy":
            order = bind(low, name, _METHODS[name], (arguments, keywords))["order"]
            if not isinstance(owner, Ref):
                return owner
            made = copy_of(low, owner)
            if isinstance(made, Ref):
                made.cell.ordered = order == Static("C")
            return made
        case "reshape":
            given = bind(low, name, _METHODS[name], ([], {k: v for k, v in keywords.items() if k != "shape"}))
            shape = keywords.get("shape") or (Tup(tuple(arguments)) if len(arguments) != 1 else arguments[0])
            return _reshape(low, "numpy.reshape", {"a": owner, "shape": shape, "order": given["order"]})
        case "transpose":
            axes = (
                Tup(tuple(arguments)) if len(arguments) > 1 else arguments[0] if arguments else Static(None)
            )
            return call_primitive(low, "numpy.transpose", [owner, axes], {})
        case "astype":
            given = bind(low, name, _METHODS[name], (arguments, keywords))
            if given["copy"] != Static(True):
                low.stop_keyword(
                    "copy", "astype(..., copy=False) may or may not share memory", "leave copy=False away"
                )
            dtype = static_value(low, given["dtype"], "dtype")
            return low.wrap(low.apply("astype", low.operand(owner), dtype=dtype))
        case "conj" | "conjugate" if type.dtype.kind != "c":
            return owner
        case "flatten":
            in_c_order(low, bind(low, name, _METHODS[name], (arguments, keywords))["order"], "flatten")
            return low.wrap(low.apply("flatten", low.operand(owner)))
        case "item" if not arguments:
            kind = {"f": float, "i": int, "b": bool, "c": complex, "u": int}[type.dtype.kind]
            from adcompiler.frontend.builtin import PYTHON_KINDS

            return low.wrap(low.apply("python", low.operand(owner), kind=PYTHON_KINDS[kind]))
        case "item":
            from adcompiler.frontend.subscripts import build, part

            return part(low, owner, build(low, owner, list(arguments)))
        case "fill":
            _overwrite(low, owner, arguments[0])
            return Static(None)
        case "sort":
            _overwrite(low, owner, call_primitive(low, "numpy.sort", [owner, *arguments], keywords))
            return Static(None)
        case "tolist":
            low.stop(
                "`tolist` of an array makes lists of as many items as it has", "loop over the array itself"
            )
    path = f"numpy.{'conj' if name == 'conjugate' else name}"
    if by_path(path) is None or path_of(getattr(np, name, None)) is None:
        refusal = reason(getattr(np, name, None), f"x.{name}")
        if refusal is not None:
            low.stop(*refusal)
        low.stop(
            f"the method {name!r} of {describe(owner)} is not supported",
            "use a NumPy function that gives a new array",
        )
    return call_primitive(low, path, [owner, *arguments], keywords)

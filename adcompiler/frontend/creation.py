"""Functions that make arrays: their arguments as operands, dtypes and sizes."""

from __future__ import annotations

from adcompiler.frontend.arrays import is_nested, make_array
from adcompiler.frontend.bindings import Binding, Ref, Static
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.definitions.elements import linspace_of_arrays
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Given, sizes_of, static_dtype, static_value
from adcompiler.frontend.views import apply_row
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.types import Array, DType


def sized(low: Lowering, path: str, given: Given) -> Binding:
    """np.zeros, np.ones, np.empty and np.full."""
    name = path.rpartition(".")[2]
    before = [low.operand(_plain(low, given["fill_value"]))] if "fill_value" in given else []
    dtype = static_dtype(low, given["dtype"])
    if before and isinstance(before[0].type, Array) and before[0].type.rank:
        return _spread(low, before[0], given["shape"], dtype)
    return changeable(
        low, low.wrap(low.apply(name, *before, *sizes_of(low, given["shape"]), path=path, dtype=dtype))
    )


def _spread(low: Lowering, value: Operand, shape: Binding, dtype: DType | None) -> Binding:
    """np.full of an array, which is repeated."""
    wide = low.apply("copy", low.apply("broadcast_to", value, *sizes_of(low, shape)))
    return low.wrap(wide if dtype is None else low.apply("astype", wide, dtype=dtype))


def _plain(low: Lowering, binding: Binding) -> Binding:
    """A list as an array, a number as it is."""
    return make_array(low, binding, None) if is_nested(binding) else binding


def memory(low: Lowering, path: str, given: Given) -> Binding:
    """np.ndarray(shape): as np.empty."""
    for name in ("buffer", "offset", "strides", "order"):
        if given[name] not in (Static(None), Static(0)):
            low.stop_keyword(name, f"np.ndarray({name}=...) is not supported", "use np.empty, or slices")
    return sized(low, "numpy.empty", given)


def changeable(low: Lowering, binding: Binding) -> Binding:
    """A fresh array; without axes it is an array too, whose second name would see it change."""
    if isinstance(binding, Value):
        low.mutable_numbers[binding] = binding
    return binding


def eye(low: Lowering, path: str, given: Given) -> Binding:
    """np.eye."""
    counts = [low.operand(given["N"])] + ([low.operand(given["M"])] if given["M"] != Static(None) else [])
    k = low.static_int(given["k"], "k")
    return low.wrap(low.apply("eye", *counts, k=k, dtype=static_dtype(low, given["dtype"]), path=path))


def identity(low: Lowering, path: str, given: Given) -> Binding:
    """np.identity."""
    n = low.operand(given["n"])
    return low.wrap(low.apply("identity", n, dtype=static_dtype(low, given["dtype"]), path=path))


def linspace(low: Lowering, path: str, given: Given) -> Binding:
    """np.linspace."""
    ends = {n: _plain(low, given[n]) for n in ("start", "stop")}
    operands = [low.operand(b) for b in (*ends.values(), given["num"])]
    if any(isinstance(o.type, Array) and o.type.rank for o in operands):
        return call_function(low, linspace_of_arrays, [], {**given, **ends}, "np.linspace")
    endpoint = static_value(low, given["endpoint"], "endpoint")
    dtype = static_dtype(low, given["dtype"])
    return low.wrap(low.apply("linspace", *operands, path=path, endpoint=endpoint, dtype=dtype))


def arange(low: Lowering, path: str, given: Given) -> Binding:
    """np.arange, whose only bound is the stop."""
    dtype = static_dtype(low, given["dtype"])
    start, stop, step = (given[n] for n in ("start", "stop", "step"))
    if start == stop == Static(None):
        low.stop("arange has no end", "give it a stop")
    if stop == Static(None):
        start, stop = Static(None), start
    bounds = [stop]
    if start != Static(None) or step != Static(None):
        bounds.insert(0, Static(0) if start == Static(None) else start)
    if step != Static(None):
        bounds.append(step)
    operands = [low.operand(bound, "a bound of arange") for bound in bounds]
    return low.wrap(low.apply("arange", *operands, path=path, dtype=dtype))


def array(low: Lowering, path: str, given: Given) -> Binding:
    """np.array, a fresh array."""
    source, dtype = given["object"], static_dtype(low, given["dtype"])
    if given["copy"] not in (Static(True), Static(None), Static(False)):
        low.stop_keyword("copy", "whether np.array copies depends on data", "use np.asarray(...), or copy")
    if given["copy"] == Static(False) and (is_nested(source) or not _is_array_of(low, source, dtype)):
        message = "np.array(..., copy=False) raises an error where it would have to copy, as here"
        low.fail(ValueError(message), message, "use np.asarray(...)")
    if is_nested(source):
        made = make_array(low, source, dtype)
    elif given["copy"] != Static(True):
        made = apply_row(low, "asarray", "numpy.asarray", source, [low.operand(source)], {"dtype": dtype})
    else:
        made = changeable(low, make_array(low, source, dtype))
    order = given["order"]
    if order in (Static("C"), Static("F")) and given["copy"] == Static(True) and isinstance(made, Ref):
        made = low.wrap(low.apply("copy", low.operand(made), order="F" if order == Static("F") else None))
    elif order not in (Static(None), Static("K")):
        low.stop_keyword("order", "whether this copies depends on how the array lies", "x.copy(order='F')")
    least = low.static_int(given["ndmin"], "ndmin")
    kind = low.operand(made).type
    rank = kind.rank if isinstance(kind, Array) else 0
    if rank >= least:
        return made
    axes = {"axis": tuple(range(least - rank))}
    return apply_row(low, "expand_dims", "numpy.expand_dims", made, [low.operand(made)], axes)


def _is_array_of(low: Lowering, source: Binding, dtype: DType | None) -> bool:
    """Whether a thing is an array already, of that dtype."""
    type = low.operand(source).type
    # not `in`: float64 == None in NumPy
    return isinstance(source, Ref) and isinstance(type, Array) and (dtype is None or dtype == type.dtype)


def as_array(low: Lowering, path: str, given: Given) -> Binding:
    """np.asarray and its kin: the array itself where it is one of that dtype, and in that order."""
    if given["copy"] != Static(None):
        return array(low, path, {"object": given["a"], "ndmin": Static(0), **given})
    source, dtype = given["a"], static_dtype(low, given["dtype"])
    if given["order"] == Static("C"):
        path = "numpy.ascontiguousarray" if is_nested(source) or isinstance(source, Ref) else path
    elif given["order"] not in (Static(None), Static("K"), Static("A")):
        low.stop_keyword(
            "order", "whether np.asarray copies depends on how the array lies", "x.copy(order='F')"
        )
    if is_nested(source):
        return make_array(low, source, dtype)
    return apply_row(low, "asarray", path, source, [low.operand(source)], {"dtype": dtype})

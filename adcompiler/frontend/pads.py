"""np.pad: widths as a dict, and values around an array that only the run knows."""

from __future__ import annotations

from adcompiler.frontend.arrays import is_nested
from adcompiler.frontend.bindings import Binding, DictRef, ListRef, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, Statics
from adcompiler.frontend.definitions import parts
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Given, array_operand, static_value
from adcompiler.frontend.unpacking import dict_items, known_items
from adcompiler.ir.types import Array
from adcompiler.primitives.pads import PAD_MODES, pad_widths

# the keyword of a mode, and what it is by default
_OF_MODE = {"constant": ("constant_values", 0), "linear_ramp": ("end_values", 0)}
_OF_STATISTICS = ("stat_length", None)


def pad(low: Lowering, path: str, given: Given) -> Binding:
    """np.pad."""
    mode = static_value(low, given["mode"], "mode")
    if mode not in PAD_MODES:
        low.stop(
            f"np.pad is supported with the modes {', '.join(PAD_MODES)}, not {mode!r}",
            "write into a part of a larger array: y = np.zeros(n); y[2:-2] = x",
        )
    x = array_operand(low, given["array"], path)
    rank = x.type.rank if isinstance(x.type, Array) else 0
    widths = _widths(low, given["pad_width"], rank)
    allowed, default = _OF_MODE.get(str(mode), _OF_STATISTICS)
    values = None
    fixed: Statics = {}
    for name in ("constant_values", "end_values", "stat_length", "reflect_type"):
        if given[name] == Static(None):
            continue
        if name == "reflect_type" and mode in ("reflect", "symmetric"):
            if given[name] != Static("even"):
                low.stop_keyword(name, "only reflect_type='even' of np.pad is supported", "leave it out")
        elif name != allowed or mode in ("edge", "wrap", "reflect", "symmetric"):
            message = f"unsupported keyword arguments for mode '{mode}': {name!r}"
            low.fail(ValueError(message), message, "leave it out")
        elif name == "stat_length" or _is_known(low, given[name]):
            fixed[name] = static_value(low, given[name], name)
        else:
            values = given[name]
    if values is None:
        return low.wrap(low.apply("pad", x, path=path, pad_width=widths, mode=mode, **fixed))
    around = parts.padded if mode == "constant" else parts.ramped
    pairs = Static(pad_widths(widths, rank), "pad_width")
    return call_function(low, around, [given["array"], pairs, _pairs(low, values, rank)], {}, "np.pad")


def _widths(low: Lowering, given: Binding, rank: int) -> object:
    if not isinstance(given, DictRef) and not (isinstance(given, Static) and isinstance(given.value, dict)):
        return static_value(low, given, "pad_width")
    widths: list[object] = [(0, 0)] * rank
    for axis, width in dict_items(low, given).items():
        one = static_value(low, width, "pad_width")
        if not isinstance(axis, int) or not -rank <= axis < rank:
            low.stop(f"an array with {rank} axes has no axis {axis!r}", "use an axis that exists")
        widths[axis] = one if isinstance(one, tuple) else (one, one)
    return tuple(widths)


def _is_known(low: Lowering, values: Binding) -> bool:
    match values:
        case Tup(items):
            return all(_is_known(low, item) for item in items)
        case ListRef():
            return all(_is_known(low, item) for item in known_items(low, values, "for an argument"))
    return isinstance(values, Static)


def _pairs(low: Lowering, values: Binding, rank: int) -> Binding:
    """A number, a pair, or a pair for each axis, as a pair for each axis."""
    items = _items(low, values)
    by_axis = [values] if items is None or all(_items(low, item) is None for item in items) else items
    pairs = [Tup(tuple(_items(low, one) or [one])) for one in by_axis]
    if len(pairs) not in (1, rank) or any(len(pair.items) not in (1, 2) for pair in pairs):
        low.stop("values around an array are a number, a pair, or a pair for each axis", "give pairs")
    full = [pair if len(pair.items) == 2 else Tup(pair.items * 2) for pair in pairs]
    return Tup(tuple(full if len(full) == rank else full * rank))


def _items(low: Lowering, values: Binding) -> list[Binding] | None:
    if not is_nested(values) and not isinstance(values, Ref):
        return None
    return known_items(low, values, "around an array")

"""Functions of NumPy that take or give several arrays: split, meshgrid, block, insert at places, and their kin."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adcompiler.frontend.arrays import as_array, is_nested
from adcompiler.frontend.attributes import array_attribute
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.creation import memory
from adcompiler.frontend.definitions import parts
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Adapted, Given, adapted, array_operand, static_value
from adcompiler.frontend.operators import arithmetic
from adcompiler.frontend.primitive_calls import call_primitive
from adcompiler.frontend.static import all_static, static_call
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array, broadcast_shapes

INSIDE = "use places known while compiling, or a mask"


def _written(low: Lowering, function: Callable[..., object], *arguments: Binding) -> Binding:
    return call_function(low, function, list(arguments), {})


def _source(low: Lowering, binding: Binding) -> Binding:
    return as_array(low, binding)


def _rank(low: Lowering, binding: Binding) -> int:
    type = low.operand(binding).type
    return type.rank if isinstance(type, Array) else 0


def _axis(low: Lowering, binding: Binding, rank: int) -> int:
    axis = low.static_int(binding, "the axis")
    if not -rank <= axis < rank:
        low.stop(f"axis {axis} is out of bounds for array of dimension {rank}", "use an axis that exists")
    return axis % rank


def _length(low: Lowering, source: Binding, axis: int) -> Binding:
    shape = array_attribute(low, source, "shape")
    assert isinstance(shape, Tup)
    return shape.items[axis]


# ---------------------------------------------------------------------------------------------------- cutting


def _split(low: Lowering, path: str, given: Given) -> Binding:
    """np.split and its kin: a list of views."""
    name = path.rpartition(".")[2]
    source = _source(low, given["ary"])
    rank = _rank(low, source)
    axis = {"vsplit": 0, "hsplit": 0 if rank == 1 else 1, "dsplit": 2}.get(name)
    if axis is None:
        axis = _axis(low, given["axis"], rank)
    if rank < {"vsplit": 2, "hsplit": 1, "dsplit": 3}.get(name, 1):
        low.stop(f"np.{name} needs an array with more axes than {rank}", "use np.split")
    wanted = given["indices_or_sections"]
    if is_nested(wanted) or isinstance(wanted, Ref):
        bounds = [Static(None), *known_items(low, wanted, "to split an array"), Static(None)]
    else:
        sections = low.static_int(wanted, "the number of sections")
        if sections <= 0:
            low.stop("number sections must be larger than 0.", "split into one part or more")
        length = _length(low, source, axis)
        if name != "array_split" or _divides(low, sections, length):
            return low.new_list(
                [
                    _written(low, parts.even_part, source, Static(axis), Static(k), Static(sections))
                    for k in range(sections)
                ]
            )
        each, rest = divmod(low.static_int(length, "the length of what is split"), sections)
        ends = np.cumsum([each + 1] * rest + [each] * (sections - rest)).tolist()
        bounds = [Static(bound) for bound in (None, *ends[:-1], None)]
    pieces = [
        _written(low, parts.cut, source, Static(axis), start, stop)
        for start, stop in zip(bounds, bounds[1:], strict=False)
    ]
    return low.new_list(pieces)


def _divides(low: Lowering, sections: int, length: Binding) -> bool:
    match length:
        case Static(int() as size):
            return size % sections == 0
        case Value(type=Array(size=size)) if size is not None and size.hint is not None:
            return size.hint % sections == 0
    low.stop("the length of what is split must be known while compiling", "use np.split at places")


def _unstack(low: Lowering, path: str, given: Given) -> Binding:
    source = _source(low, given["x"])
    axis = _axis(low, given["axis"], _rank(low, source))
    count = low.static_int(_length(low, source, axis), "the number of parts")
    return Tup(tuple(_written(low, parts.item_along, source, Static(axis), Static(k)) for k in range(count)))


# ---------------------------------------------------------------------------------------------------- grids


def _broadcast_arrays(low: Lowering, path: str, given: Given) -> Binding:
    packed = given["args"]
    assert isinstance(packed, Tup)
    sources = [_source(low, item) for item in packed.items]
    shape = Tup(tuple(broadcast_sizes(low, sources)))
    return Tup(tuple(call_primitive(low, "numpy.broadcast_to", [source, shape], {}) for source in sources))


def broadcast_sizes(low: Lowering, sources: list[Binding]) -> list[Binding]:
    """The sizes of the shape to which arrays broadcast, each read from an array that has it."""
    shapes = []
    for source in sources:
        type = low.operand(source).type
        assert isinstance(type, Array)
        shapes.append(type.shape)
    sizes: list[Binding] = []
    for place, size in enumerate(reversed(broadcast_shapes(*shapes))):
        owner = next(k for k, s in enumerate(shapes) if len(s) > place and s[-1 - place] == size)
        sizes.append(_length(low, sources[owner], len(shapes[owner]) - 1 - place))
    return sizes[::-1]


def _meshgrid(low: Lowering, path: str, given: Given) -> Binding:
    packed = given["xi"]
    assert isinstance(packed, Tup)
    indexing = static_value(low, given["indexing"], "indexing")
    if indexing not in ("xy", "ij"):
        low.stop("Valid values for `indexing` are 'xy' and 'ij'.", "use one of these")
    rank = len(packed.items)
    places = list(range(rank))
    if indexing == "xy" and rank > 1:
        places[:2] = [1, 0]
    columns = [
        _written(low, parts.along, _source(low, x), Static(rank), Static(place))
        for x, place in zip(packed.items, places, strict=True)
    ]
    copied = static_value(low, given["copy"], "copy")
    if not static_value(low, given["sparse"], "sparse"):
        shape = Tup(tuple(broadcast_sizes(low, columns)))
        columns = [call_primitive(low, "numpy.broadcast_to", [column, shape], {}) for column in columns]
    if copied:
        columns = [call_primitive(low, "numpy.copy", [column], {}) for column in columns]
    return Tup(tuple(columns))


def _ix(low: Lowering, path: str, given: Given) -> Binding:
    packed = given["args"]
    assert isinstance(packed, Tup)
    columns: list[Binding] = []
    for place, item in enumerate(packed.items):
        source = _source(low, item)
        type = low.operand(source).type
        if not isinstance(type, Array) or type.rank != 1:
            low.stop("Cross index must be 1 dimensional", "give np.ix_ vectors")
        if type.dtype.kind == "b":
            source = call_primitive(low, "numpy.flatnonzero", [source], {})
        columns.append(_written(low, parts.along, source, Static(len(packed.items)), Static(place)))
    return Tup(tuple(columns))


def _each(low: Lowering, path: str, given: Given) -> Binding:
    """A function of one array, of several."""
    packed = given["arys"]
    assert isinstance(packed, Tup)
    made = [call_primitive(low, path, [item], {}) for item in packed.items]
    return made[0] if len(made) == 1 else Tup(tuple(made))


def _indices(low: Lowering, path: str, given: Given) -> Binding:
    sizes = known_items(low, given["dimensions"], "as a shape")
    ranges = [call_primitive(low, "numpy.arange", [size], {"dtype": given["dtype"]}) for size in sizes]
    settings = {"indexing": Static("ij"), "sparse": given["sparse"], "copy": Static(True)}
    grids = _meshgrid(low, path, {"xi": Tup(tuple(ranges)), **settings})
    if static_value(low, given["sparse"], "sparse"):
        return grids
    return call_primitive(low, "numpy.stack", [grids], {})


# ---------------------------------------------------------------------------------------------------- joining


def _block(low: Lowering, path: str, given: Given) -> Binding:
    """np.block: the innermost lists along the last axis, those around them along the one before, and so on."""
    depth = _depth(low, given["arrays"])
    if depth == 0:
        return call_primitive(low, "numpy.copy", [_source(low, given["arrays"])], {})
    rank = max([depth, *_ranks(low, given["arrays"])])
    return _blocks(low, given["arrays"], depth, rank)


def _depth(low: Lowering, binding: Binding) -> int:
    if not is_nested(binding):
        return 0
    depths = {_depth(low, item) for item in known_items(low, binding, "for np.block")}
    if len(depths) != 1:
        low.stop("List depths are mismatched.", "nest every list of np.block as deep as the others")
    return 1 + depths.pop()


def _ranks(low: Lowering, binding: Binding) -> list[int]:
    if not is_nested(binding):
        return [_rank(low, binding)]
    return [rank for item in known_items(low, binding, "for np.block") for rank in _ranks(low, item)]


def _blocks(low: Lowering, binding: Binding, depth: int, rank: int) -> Binding:
    if depth == 0:
        have = _rank(low, binding)
        if have >= rank:
            return binding
        if have == 0:
            nested: Binding = binding
            for _ in range(rank):
                nested = Tup((nested,))
            return as_array(low, nested)
        return call_primitive(low, "numpy.expand_dims", [binding, Static(tuple(range(rank - have)))], {})
    items = tuple(_blocks(low, item, depth - 1, rank) for item in known_items(low, binding, "for np.block"))
    return call_primitive(low, "numpy.concatenate", [Tup(items)], {"axis": Static(-depth)})


# ---------------------------------------------------------------------------------------------------- putting in and taking out


def _insert(low: Lowering, path: str, given: Given) -> Binding:
    source, axis = _flat_or_along(low, given)
    place, values = given["obj"], given["values"]
    if not is_nested(place):
        if isinstance(place, Ref):
            low.stop("the places of np.insert must be known while compiling", INSIDE)
        number = low.static_int(place, "the place")
        _written(low, parts.within, source, Static(axis), Static(number), Static(1))
        return _written(low, parts.put_in, source, Static(axis), Static(number), values, Static(True))
    numbers = [low.static_int(item, "the place") for item in known_items(low, place, "as places")]
    for number in numbers:
        _written(low, parts.within, source, Static(axis), Static(number), Static(1))
    if len(numbers) == 1:
        return _written(low, parts.put_in, source, Static(axis), Static(numbers[0]), values, Static(False))
    if any(number < 0 for number in numbers):
        length = low.static_int(_length(low, source, axis), "the length")
        numbers = [number + length if number < 0 else number for number in numbers]
    block = _written(
        low, parts.spread_over, source, Static(axis), as_array(low, values), Static(len(numbers))
    )
    pieces: list[Binding] = []
    before = 0
    for k in sorted(range(len(numbers)), key=numbers.__getitem__):
        if numbers[k] > before:
            pieces.append(
                _written(low, parts.cut, source, Static(axis), Static(before or None), Static(numbers[k]))
            )
        pieces.append(_written(low, parts.cut, block, Static(axis), Static(k), Static(k + 1)))
        before = numbers[k]
    pieces.append(_written(low, parts.cut, source, Static(axis), Static(before), Static(None)))
    return call_primitive(low, "numpy.concatenate", [Tup(tuple(pieces))], {"axis": Static(axis)})


def _flat_or_along(low: Lowering, given: Given) -> tuple[Binding, int]:
    source = _source(low, given["arr"])
    if given["axis"] == Static(None):
        return (source if _rank(low, source) == 1 else call_primitive(low, "numpy.ravel", [source], {})), 0
    return source, _axis(low, given["axis"], _rank(low, source))


def _delete(low: Lowering, path: str, given: Given) -> Binding:
    source, axis = _flat_or_along(low, given)
    place = given["obj"]
    match place:
        case Ref(cell):
            type = low.content(cell).type
            if isinstance(type, Array) and type.dtype.kind == "b":
                return _written(low, parts.without, source, Static(axis), place)
            return _written(low, parts.without_places, source, Static(axis), place)
        case Static(slice() as part):
            length = low.static_int(_length(low, source, axis), "the length")
            numbers = list(range(*part.indices(length)))
        case Value(type=Array(shape=(), dtype=dtype)) if dtype.kind in "iu":
            return _written(low, parts.without_one, source, Static(axis), place)
        case _ if is_nested(place):
            chosen = _true_places(low, place)
            if chosen:
                numbers = [k for k, one in enumerate(chosen) if one]
            else:
                numbers = [low.static_int(i, "the place") for i in known_items(low, place, "as places")]
        case _:
            numbers = [low.static_int(place, "the place")]
    for number in numbers:
        _written(low, parts.within, source, Static(axis), Static(number), Static(0))
    if numbers and min(numbers) < 0 <= max(numbers):
        length = low.static_int(_length(low, source, axis), "the length")
        numbers = [number % length for number in numbers]
    if not numbers:
        return call_primitive(low, "numpy.copy", [source], {})
    return _without_places(low, source, axis, sorted(set(numbers)))


def _without_places(low: Lowering, source: Binding, axis: int, numbers: list[int]) -> Binding:
    pieces: list[Binding] = []
    before: int | None = None
    for number in numbers:
        if number != (before or 0) or (before is None and number < 0):
            pieces.append(_written(low, parts.cut, source, Static(axis), Static(before), Static(number)))
        before = number + 1
    if before != 0:
        pieces.append(_written(low, parts.cut, source, Static(axis), Static(before), Static(None)))
    return call_primitive(low, "numpy.concatenate", [Tup(tuple(pieces))], {"axis": Static(axis)})


# ---------------------------------------------------------------------------------------------------- lists of operands


def _lexsort(low: Lowering, path: str, given: Given) -> Binding:
    keys = [array_operand(low, key, path) for key in known_items(low, given["keys"], "for np.lexsort")]
    return low.wrap(low.apply("lexsort", *keys, axis=low.static_int(given["axis"], "the axis"), path=path))


def choose(low: Lowering, path: str, given: Given) -> Binding:
    """np.choose(a, choices, mode=...)."""
    choices = [
        array_operand(low, choice, path) for choice in known_items(low, given["choices"], "for np.choose")
    ]
    mode = static_value(low, given["mode"], "mode")
    if mode not in ("raise", "clip", "wrap"):
        low.stop(f"clipmode must be one of 'clip', 'raise', or 'wrap', not {mode!r}", "use one of these")
    # XLA cannot raise
    beyond = "clip" if mode == "raise" else mode
    a = array_operand(low, given["a"], path)
    return low.wrap(low.apply("choose", a, *choices, mode=mode, beyond=beyond, path=path))


def compress(low: Lowering, path: str, given: Given) -> Binding:
    """np.compress(condition, a, axis): of a condition known while compiling the places that it names."""
    chosen = _true_places(low, given["condition"])
    if chosen is None:
        return _written(low, parts.by_mask, *(given[name] for name in ("condition", "a", "axis")))
    places = Tup(tuple(Static(k) for k, one in enumerate(chosen) if one))
    return call_primitive(low, "numpy.take", [given["a"], places], {"axis": given["axis"]})


def _true_places(low: Lowering, condition: Binding) -> list[bool] | None:
    """The truth values of a condition that is known while compiling."""
    if not is_nested(condition):
        return None
    items = known_items(low, condition, "as a condition")
    if all(isinstance(i, Static) and isinstance(i.value, (bool, np.bool_)) for i in items):
        return [bool(i.value) for i in items if isinstance(i, Static)]
    return None


def _modf(low: Lowering, path: str, given: Given) -> Binding:
    x = array_operand(low, given["x"], path)
    whole = call_primitive(low, "numpy.trunc", [given["x"]], {})
    return Tup((low.wrap(low.apply("fraction", x)), whole))


def _triangle(low: Lowering, path: str, given: Given) -> Binding:
    """np.tril_indices(n, k, m): the rows and the columns."""
    name = path.rpartition(".")[2]
    if "arr" in given:
        source = given["arr"]
        if _rank(low, source) != 2:
            low.stop("input array must be 2-d", "give it a matrix")
        sizes: list[Binding] = [_length(low, source, 0), _length(low, source, 1)]
    else:
        sizes = [given["n"], given["m"]]
    n = low.static_int(sizes[0], "the number of rows")
    m = None if sizes[1] == Static(None) else low.static_int(sizes[1], "the number of columns")
    k = low.static_int(given["k"], "the number of the diagonal")
    return Tup(
        tuple(
            low.wrap(low.apply(f"{name[:4]}_index", n=n, k=k, m=None if m == n else m, axis=axis))
            for axis in (0, 1)
        )
    )


def _unravel_index(low: Lowering, path: str, given: Given) -> Binding:
    flat, shape = given["indices"], given["shape"]
    sizes = known_items(low, shape, "as a shape")
    if isinstance(flat, Static) and all_static(sizes):
        return static_call(low, np.unravel_index, flat, Static(tuple(s.value for s in sizes)))
    rest = as_array(low, flat)
    places: list[Binding] = []
    for size in reversed(sizes[1:]):
        places.append(arithmetic(low, "remainder", "numpy.remainder", rest, size))
        rest = arithmetic(low, "floor_divide", "numpy.floor_divide", rest, size)
    return Tup((rest, *reversed(places)))


FUNCTIONS: dict[object, Adapted] = {
    np.split: adapted("ary, indices_or_sections, axis=0", _split),
    np.array_split: adapted("ary, indices_or_sections, axis=0", _split),
    np.hsplit: adapted("ary, indices_or_sections", _split),
    np.vsplit: adapted("ary, indices_or_sections", _split),
    np.dsplit: adapted("ary, indices_or_sections", _split),
    np.broadcast_arrays: adapted("*args", _broadcast_arrays),
    np.ndarray: adapted("shape, dtype=None, buffer=None, offset=0, strides=None, order=None", memory),
    np.meshgrid: adapted("*xi, copy=True, sparse=False, indexing='xy'", _meshgrid),
    **dict.fromkeys((np.atleast_1d, np.atleast_2d, np.atleast_3d), adapted("*arys", _each)),
    np.ix_: adapted("*args", _ix),
    np.indices: adapted("dimensions, dtype=int, sparse=False", _indices),
    np.block: adapted("arrays", _block),
    np.insert: adapted("arr, obj, values, axis=None", _insert),
    np.delete: adapted("arr, obj, axis=None", _delete),
    np.lexsort: adapted("keys, axis=-1", _lexsort),
    np.choose: adapted("a, choices, mode='raise'", choose),
    np.compress: adapted("condition, a, axis=None", compress),
    np.modf: adapted("x, /", _modf),
    np.tril_indices: adapted("n, k=0, m=None", _triangle),
    np.triu_indices: adapted("n, k=0, m=None", _triangle),
    np.tril_indices_from: adapted("arr, k=0", _triangle),
    np.triu_indices_from: adapted("arr, k=0", _triangle),
    np.unravel_index: adapted("indices, shape", _unravel_index),
}
if hasattr(np, "unstack"):
    FUNCTIONS[np.unstack] = adapted("x, /, *, axis=0", _unstack)

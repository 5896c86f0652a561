"""np.histogram: how much lies between each two edges. The weights have a derivative, and the edges where they are found."""

from __future__ import annotations

from adcompiler.frontend.arrays import as_array, is_nested
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.definitions import bins as cells
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Adapted, Given, adapted, static_value
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Const
from adcompiler.ir.dims import dim, same
from adcompiler.ir.types import Array


def _edges(low: Lowering, given: Given) -> tuple[Binding, Binding, int | None]:
    """The numbers, the edges, and how many bins of one width there are, if they are that."""
    a, wanted = as_array(low, given["a"]), given["bins"]
    if is_nested(wanted) or isinstance(wanted, Ref):
        return a, as_array(low, wanted), None
    if isinstance(wanted, Static) and isinstance(wanted.value, str):
        low.stop(
            f"how many bins bins={wanted.value!r} gives depends on the data",
            "give their number, or their edges",
        )
    count = low.static_int(wanted, "the number of bins")
    if count < 1:
        message = "`bins` must be positive, when an integer"
        low.fail(ValueError(message), message, "give at least one bin")
    return a, call_function(low, cells.even_edges, [a, Static(count), given["range"]], {}), count


def _histogram(low: Lowering, path: str, given: Given) -> Binding:
    a, edges, count = _edges(low, given)
    weights = given["weights"]
    held = Const(None) if weights == Static(None) else low.operand(as_array(low, weights), "the weights")
    x, ends = low.operand(a, "what np.histogram counts"), low.operand(edges, "the edges")
    counts = low.wrap(low.apply("histogram_of", x, ends, held, bins=count, path=path))
    if static_value(low, given["density"], "density"):
        counts = call_function(low, cells.density, [counts, edges], {})
    return Tup((counts, edges))


def _edges_along(
    low: Lowering, vectors: list[Binding], bins: list[Binding], ranges: Binding
) -> list[Binding]:
    """The edges along each direction."""
    if len(bins) != len(vectors):
        message = "The dimension of bins must be equal to the dimension of the sample x."
        low.fail(ValueError(message), message, "give a number, or one for each direction")
    limits = [ranges] * len(vectors) if ranges == Static(None) else known_items(low, ranges, "as ranges")
    if len(limits) != len(vectors):
        message = "range argument must have one entry per dimension"
        low.fail(ValueError(message), message, "give a pair for each direction")
    found: list[Binding] = []
    for x, wanted, limit in zip(vectors, bins, limits, strict=True):
        if is_nested(wanted) or isinstance(wanted, Ref):
            found.append(as_array(low, wanted))
            continue
        count = low.static_int(wanted, "the number of bins")
        if count < 1:
            message = "`bins` must be positive, when an integer"
            low.fail(ValueError(message), message, "give at least one bin")
        found.append(call_function(low, cells.even_edges_along, [x, Static(count), limit], {}))
    return found


def _in_cells(
    low: Lowering, vectors: list[Binding], bins: list[Binding], given: Given
) -> tuple[Binding, list[Binding]]:
    edges = _edges_along(low, vectors, bins, given["range"])
    density = Static(bool(static_value(low, given["density"], "density")))
    settings = [Tup(tuple(vectors)), Tup(tuple(edges)), given["weights"], density]
    return call_function(low, cells.in_cells, settings, {}), edges


def _histogram2d(low: Lowering, path: str, given: Given) -> Binding:
    both = Tup((given["x"], given["y"]))
    vectors = known_items(low, call_function(low, cells.columns, [both], {}), "of coordinates")
    bins = given["bins"]
    each = [bins, bins]
    if isinstance(bins, Ref):
        type = low.operand(bins).type
        assert isinstance(type, Array)
        if same(type.shape[0], dim(2)):
            each = known_items(low, bins, "as bins")
    elif is_nested(bins):
        items = known_items(low, bins, "as bins")
        each = items if len(items) < 3 else each
    counts, edges = _in_cells(low, vectors, each, given)
    return Tup((counts, *edges))


def _histogramdd(low: Lowering, path: str, given: Given) -> Binding:
    sample, bins = given["sample"], given["bins"]
    if is_nested(sample):
        items = Tup(tuple(known_items(low, sample, "as a sample")))
        vectors = known_items(low, call_function(low, cells.columns, [items], {}), "of coordinates")
    else:
        x = low.operand(sample)
        rank = x.type.rank if isinstance(x.type, Array) else 0
        if rank not in (1, 2):
            low.stop("np.histogramdd takes a row for each point", "give it an array with two axes")
        count = (
            low.static_int(low.wrap(low.apply("size", x, axis=1)), "the number of directions")
            if rank == 2
            else 0
        )
        columns = [call_function(low, cells.column, [sample, Static(k)], {}) for k in range(count)]
        vectors = columns or [sample]
    several = is_nested(bins) or isinstance(bins, Ref)
    each = known_items(low, bins, "as bins") if several else [bins] * len(vectors)
    counts, edges = _in_cells(low, vectors, each, given)
    return Tup((counts, low.new_list(edges)))


def _bin_edges(low: Lowering, path: str, given: Given) -> Binding:
    return _edges(low, given)[1]


HISTOGRAMS: dict[str, Adapted] = {
    "histogram": adapted("a, bins=10, range=None, density=None, weights=None", _histogram),
    "histogram2d": adapted("x, y, bins=10, range=None, density=None, weights=None", _histogram2d),
    "histogramdd": adapted("sample, bins=10, range=None, density=None, weights=None", _histogramdd),
    "histogram_bin_edges": adapted("a, bins=10, range=None, weights=None", _bin_edges),
}

"""np.histogram: how much lies between each two edges. The weights have a derivative, and the edges where they are found."""

from __future__ import annotations

from adcompiler.frontend.arrays import as_array, is_nested
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.definitions import bins
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import Adapted, Given, adapted, static_value
from adcompiler.ir.core import Const


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
    return a, call_function(low, bins.even_edges, [a, Static(count), given["range"]], {}), count


def _histogram(low: Lowering, path: str, given: Given) -> Binding:
    a, edges, count = _edges(low, given)
    weights = given["weights"]
    held = Const(None) if weights == Static(None) else low.operand(as_array(low, weights), "the weights")
    x, ends = low.operand(a, "what np.histogram counts"), low.operand(edges, "the edges")
    counts = low.wrap(low.apply("histogram_of", x, ends, held, bins=count, path=path))
    if static_value(low, given["density"], "density"):
        counts = call_function(low, bins.density, [counts, edges], {})
    return Tup((counts, edges))


def _bin_edges(low: Lowering, path: str, given: Given) -> Binding:
    return _edges(low, given)[1]


HISTOGRAMS: dict[str, Adapted] = {
    "histogram": adapted("a, bins=10, range=None, density=None, weights=None", _histogram),
    "histogram_bin_edges": adapted("a, bins=10, range=None, weights=None", _bin_edges),
}

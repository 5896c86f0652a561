"""Functions of numpy.linalg whose number of results depends on the arguments, or that take a list of arrays."""

from __future__ import annotations

from adcompiler.frontend.bindings import Binding, Poison, Ref, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.operands import Given, array_operand, static_value
from adcompiler.frontend.unpacking import known_items
from adcompiler.frontend.views import together
from adcompiler.primitives.registry import PRIMITIVES


def svd(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.svd, which without vectors is np.linalg.svdvals."""
    if static_value(low, given["hermitian"], "hermitian"):
        low.stop_keyword("hermitian", "hermitian=True of svd reads one triangle only", "leave it out")
    a = array_operand(low, given["a"], path)
    if not static_value(low, given["compute_uv"], "compute_uv"):
        return low.wrap(low.apply("svdvals", a))
    full = bool(static_value(low, given["full_matrices"], "full_matrices"))
    return together(low, PRIMITIVES["svd"], low.results("svd", a, path=path, full_matrices=full))


def least_squares(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.lstsq: the solution, the residuals, the rank, the singular values."""
    operands = [array_operand(low, given[n], path) for n in ("a", "b")]
    rcond = static_value(low, given["rcond"], "rcond")
    solution, rank, values = (
        low.wrap(low.apply(name, *operands, path=path, rcond=rcond))
        for name in ("lstsq", "lstsq_rank", "lstsq_values")
    )
    why = "how many residuals np.linalg.lstsq gives depends on the rank, and so on the data"
    residuals = Poison(why, where=low.builder.location, hint="write np.sum((a @ x - b) ** 2, axis=0)")
    return Tup((solution, residuals, rank, values))


def multi_dot(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.multi_dot of a list of arrays."""
    arrays = given["arrays"]
    if isinstance(arrays, Ref):
        arrays = Tup(tuple(known_items(low, arrays, "for np.linalg.multi_dot")))
    items = known_items(low, arrays, "for np.linalg.multi_dot")
    return low.wrap(low.apply("multi_dot", *(array_operand(low, item, path) for item in items), path=path))

"""Functions of numpy.linalg and scipy.linalg whose number of results depends on the arguments, or that take a list of arrays."""

from __future__ import annotations

import ast
from functools import cache

import numpy as np

from adcompiler.frontend.bindings import Binding, Poison, Ref, Static, Tup
from adcompiler.frontend.checks import Raised, check
from adcompiler.frontend.context import Lowering, Statics
from adcompiler.frontend.operands import (
    Adapted,
    Adapter,
    Given,
    adapted,
    array_operand,
    refuse_keyword,
    static_value,
)
from adcompiler.frontend.outcomes import by_data
from adcompiler.frontend.unpacking import known_items
from adcompiler.frontend.views import together
from adcompiler.ir.core import Const
from adcompiler.ir.index import At
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES


def svd(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.svd, which without vectors is np.linalg.svdvals."""
    hermitian = bool(static_value(low, given["hermitian"], "hermitian"))
    a = array_operand(low, given["a"], path)
    if not static_value(low, given["compute_uv"], "compute_uv"):
        return low.wrap(low.apply("svdvals_hermitian" if hermitian else "svdvals", a))
    if hermitian:
        return together(low, PRIMITIVES["svd_hermitian"], low.results("svd_hermitian", a, path=path))
    full = bool(static_value(low, given["full_matrices"], "full_matrices"))
    return together(low, PRIMITIVES["svd"], low.results("svd", a, path=path, full_matrices=full))


def pinv(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.pinv; rtol=None makes the tolerance grow with the sizes, other than rcond=None."""
    hermitian = bool(static_value(low, given["hermitian"], "hermitian"))
    rcond, rtol = (static_value(low, given[name], name) for name in ("rcond", "rtol"))
    if rcond is not None and rtol is not ...:
        low.stop("`rtol` and `rcond` can't be both set.", "leave one of them out")
    flags: Statics = {"hermitian": hermitian}
    if rtol is None:
        flags["relative"] = True
    elif rtol is not ... or rcond is not None:
        flags["rcond"] = rcond if rtol is ... else rtol
    return low.wrap(low.apply("pinv", array_operand(low, given["a"], path), path=path, **flags))


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


@cache
def _is_complex_always() -> bool:
    """Whether np.linalg.eig and eigvals give complex numbers for every matrix, as from NumPy 2.5 on."""
    return np.linalg.eigvals(np.eye(1)).dtype.kind == "c"


def eig(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.eig and eigvals."""
    name = path.rpartition(".")[2]
    a = array_operand(low, given["a"], path)
    found = low.results(name, a, path=path) if _is_complex_always() else by_data(low, name, path, a)
    return together(low, PRIMITIVES[name], found)


def roots(low: Lowering, path: str, given: Given) -> Binding:
    """np.roots; where the first coefficient is 0 it gives fewer, which is checked when the program runs."""
    p = array_operand(low, given["p"], path)
    (found,) = by_data(low, "roots", path, p)
    first = low.apply("getitem", p, Const(0), path="operator.getitem", index=(At(0),))
    kept = low.wrap(low.apply("not_equal", first, Const(0), path="operator.ne"))
    message = "np.roots: the first coefficient is 0, so that there are fewer roots"
    check(low, kept, Raised("ValueError", [ast.Constant(message)]))
    return low.wrap(found)


def sqrtm(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.sqrtm."""
    (found,) = by_data(low, "sqrtm", path, array_operand(low, given["A"], path))
    return low.wrap(found)


def multi_dot(low: Lowering, path: str, given: Given) -> Binding:
    """np.linalg.multi_dot of a list of arrays."""
    arrays = given["arrays"]
    if isinstance(arrays, Ref):
        arrays = Tup(tuple(known_items(low, arrays, "for np.linalg.multi_dot")))
    items = known_items(low, arrays, "for np.linalg.multi_dot")
    return low.wrap(low.apply("multi_dot", *(array_operand(low, item, path) for item in items), path=path))


# ---------------------------------------------------------------------------------------------------- scipy.linalg


def _flags(low: Lowering, given: Given, *names: str) -> Statics:
    """Static arguments; what would let SciPy destroy an argument is refused."""
    for name in given:
        if name.startswith("overwrite") and given[name] != Static(False):
            low.stop_keyword(name, f"{name}=True leaves anything in an argument", "leave it out")
    return {name: static_value(low, given[name], name) for name in names}


def scipy_solve(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.solve; of a positive definite matrix one triangle is read."""
    flags = _flags(low, given, "check_finite", "assume_a", "transposed", "lower")
    operands = [array_operand(low, given[n], path) for n in ("a", "b")]
    kind = flags.pop("assume_a")
    if flags.pop("transposed"):
        low.stop_keyword("transposed", "transposed=True of solve is not supported", "solve with a.T")
    if kind == "pos":
        return low.wrap(low.apply("solve_positive", *operands, path=path, **flags))
    if kind not in (None, "gen"):
        low.stop_keyword("assume_a", f"assume_a={kind!r} of solve is not supported", "leave it out, or 'pos'")
    del flags["lower"]
    return low.wrap(low.apply("solve_one", *operands, path=path, **flags))


def scipy_one(name: str) -> Adapter:
    """A function of one matrix."""

    def adapter(low: Lowering, path: str, given: Given) -> Binding:
        flags = _flags(low, given, "check_finite")
        return low.wrap(low.apply(name, array_operand(low, given["a"], path), path=path, **flags))

    return adapter


def scipy_cholesky(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.cholesky."""
    flags = _flags(low, given, "lower", "check_finite")
    return low.wrap(low.apply("factor", array_operand(low, given["a"], path), path=path, **flags))


def solve_triangular(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.solve_triangular."""
    flags = _flags(low, given, "trans", "lower", "unit_diagonal", "check_finite")
    operands = [array_operand(low, given[n], path) for n in ("a", "b")]
    return low.wrap(low.apply("solve_triangular", *operands, path=path, **flags))


def scipy_svd(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.svd, which without vectors is scipy.linalg.svdvals."""
    if given["lapack_driver"] != Static("gesdd"):
        refuse_keyword(low, "lapack_driver", path)
    flags = _flags(low, given, "check_finite")
    a = array_operand(low, given["a"], path)
    if not static_value(low, given["compute_uv"], "compute_uv"):
        return low.wrap(low.apply("svdvals_one", a, path=path, **flags))
    full = bool(static_value(low, given["full_matrices"], "full_matrices"))
    found = low.results("svd_one", a, path=path, full_matrices=full, **flags)
    return together(low, PRIMITIVES["svd_one"], found)


def scipy_eigh(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.eigh and eigvalsh of one matrix, all of it."""
    for name in ("b", "subset_by_index", "subset_by_value", "driver"):
        if given[name] != Static(None):
            refuse_keyword(low, name, path)
    flags = _flags(low, given, "lower", "check_finite")
    a = array_operand(low, given["a"], path)
    only = "eigvals_only" in given and bool(static_value(low, given["eigvals_only"], "eigvals_only"))
    if only or "eigvals_only" not in given:
        return low.wrap(low.apply("eigvalsh_triangle", a, path=path, eigvals_only=only, **flags))
    return together(low, PRIMITIVES["eigh_triangle"], low.results("eigh_triangle", a, path=path, **flags))


def scipy_eig(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.eig and eigvals of one matrix, from the right."""
    for name, value in (("b", None), ("left", False), ("homogeneous_eigvals", False)):
        if given.get(name, Static(value)) != Static(value):
            refuse_keyword(low, name, path)
    flags = _flags(low, given, "check_finite")
    a = array_operand(low, given["a"], path)
    if given.get("right") != Static(True):
        return low.wrap(low.apply("eigvals_complex", a, path="scipy.linalg.eigvals", **flags))
    values = low.wrap(low.apply("eig_values", a, path=path, **flags))
    why = "whether the eigenvectors of scipy.linalg.eig are real depends on the data"
    return Tup((values, Poison(why, where=low.builder.location, hint="use np.linalg.eig")))


def scipy_pinv(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.pinv, with the tolerance that it has by itself."""
    for name in ("atol", "rtol"):
        if given[name] != Static(None):
            refuse_keyword(low, name, path)
    if given["return_rank"] != Static(False):
        refuse_keyword(low, "return_rank", path)
    return scipy_one("pinv_one")(low, path, given)


def scipy_lstsq(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.lstsq, of which the solution alone is known here."""
    for name in ("cond", "lapack_driver"):
        if given[name] != Static(None):
            refuse_keyword(low, name, path)
    flags = _flags(low, given, "check_finite")
    operands = [array_operand(low, given[n], path) for n in ("a", "b")]
    solution = low.wrap(low.apply("lstsq_one", *operands, path=path, **flags))
    why = "of what scipy.linalg.lstsq gives, only the solution is supported"
    hint = "write np.sum((a @ x - b) ** 2, axis=0), np.linalg.matrix_rank(a), linalg.svdvals(a)"
    lost = Poison(why, where=low.builder.location, hint=hint)
    return Tup((solution, lost, lost, lost))


def solve_banded(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.solve_banded; XLA has a solver for three diagonals."""
    flags = _flags(low, given, "check_finite")
    counts = known_items(low, given["l_and_u"], "of numbers of diagonals")
    if len(counts) != 2:
        low.stop("l_and_u is a pair: the diagonals below and above the main one", "write (1, 1)")
    lower, upper = (low.static_int(item, "a number of diagonals") for item in counts)
    operands = [array_operand(low, given[n], path) for n in ("ab", "b")]
    if lower == upper == 1:
        right = operands[1].type
        flags["vector"] = isinstance(right, Array) and right.rank == 1
        return low.wrap(low.apply("solve_tridiagonal", *operands, path=path, **flags))
    return low.wrap(low.apply("solve_banded", *operands, path=path, lower=lower, upper=upper, **flags))


def scipy_qr(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.linalg.qr, which with mode="r" is a tuple of one."""
    if given["pivoting"] != Static(False):
        refuse_keyword(low, "pivoting", path)
    flags = _flags(low, given, "mode", "check_finite")
    a = array_operand(low, given["a"], path)
    return together(low, PRIMITIVES["qr_modes"], low.results("qr_modes", a, path=path, **flags))


def cho_factor(low: Lowering, path: str, given: Given) -> Binding:
    """The factor, and which triangle of it counts."""
    flags = _flags(low, given, "lower", "check_finite")
    factor = low.apply("cho_factor", array_operand(low, given["a"], path), path=path, **flags)
    return Tup((low.wrap(factor), Static(flags["lower"])))


def cho_solve(low: Lowering, path: str, given: Given) -> Binding:
    """A system of equations by what cho_factor gave."""
    c, lower = _pair(low, given["c_and_lower"], "cho_factor")
    flags = {**_flags(low, given, "check_finite"), "lower": bool(static_value(low, lower, "lower"))}
    operands = [array_operand(low, b, path) for b in (c, given["b"])]
    return low.wrap(low.apply("cho_solve", *operands, path=path, **flags))


def lu_factor(low: Lowering, path: str, given: Given) -> Binding:
    """Both factors in one matrix, and the exchanges of rows."""
    flags = _flags(low, given, "check_finite")
    a = array_operand(low, given["a"], path)
    return together(low, PRIMITIVES["lu_factor"], low.results("lu_factor", a, path=path, **flags))


def lu_solve(low: Lowering, path: str, given: Given) -> Binding:
    """A system of equations by what lu_factor gave."""
    parts = _pair(low, given["lu_and_piv"], "lu_factor")
    flags = _flags(low, given, "trans", "check_finite")
    operands = [array_operand(low, b, path) for b in (*parts, given["b"])]
    return low.wrap(low.apply("lu_solve", *operands, path=path, **flags))


def _pair(low: Lowering, binding: Binding, maker: str) -> list[Binding]:
    items = known_items(low, binding, "of a factorisation")
    if len(items) != 2:
        low.stop(f"this needs what scipy.linalg.{maker} gives, a pair", f"factors = linalg.{maker}(a)")
    return items


_OVERWRITE = "overwrite_a=False, check_finite=True"
_ONE = "overwrite_a=False, overwrite_b=False, type=1, check_finite=True, subset_by_index=None, subset_by_value=None"
SCIPY: dict[str, Adapted] = {
    f"scipy.linalg.{name}": adapted(parameters, adapter)
    for name, parameters, adapter in (
        (
            "solve",
            "a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None, transposed=False",
            scipy_solve,
        ),
        ("inv", f"a, {_OVERWRITE}", scipy_one("inv_one")),
        ("det", f"a, {_OVERWRITE}", scipy_one("det_double")),
        ("cholesky", f"a, lower=False, {_OVERWRITE}", scipy_cholesky),
        (
            "solve_triangular",
            "a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True",
            solve_triangular,
        ),
        ("svdvals", f"a, {_OVERWRITE}", scipy_one("svdvals_one")),
        ("svd", f"a, full_matrices=True, compute_uv=True, {_OVERWRITE}, lapack_driver='gesdd'", scipy_svd),
        ("eigh", f"a, b=None, *, lower=True, eigvals_only=False, {_ONE}, driver=None", scipy_eigh),
        ("eigvalsh", f"a, b=None, *, lower=True, {_ONE}, driver=None", scipy_eigh),
        ("pinv", "a, *, atol=None, rtol=None, return_rank=False, check_finite=True", scipy_pinv),
        (
            "lstsq",
            "a, b, cond=None, overwrite_a=False, overwrite_b=False, check_finite=True, lapack_driver=None",
            scipy_lstsq,
        ),
        (
            "eig",
            "a, b=None, left=False, right=True, overwrite_a=False, overwrite_b=False, check_finite=True,"
            " homogeneous_eigvals=False",
            scipy_eig,
        ),
        ("eigvals", f"a, b=None, {_OVERWRITE}, homogeneous_eigvals=False", scipy_eig),
        (
            "solve_banded",
            "l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True",
            solve_banded,
        ),
        ("qr", "a, overwrite_a=False, lwork=None, mode='full', pivoting=False, check_finite=True", scipy_qr),
        ("cho_factor", f"a, lower=False, {_OVERWRITE}", cho_factor),
        ("cho_solve", "c_and_lower, b, overwrite_b=False, check_finite=True", cho_solve),
        ("lu_factor", f"a, {_OVERWRITE}", lu_factor),
        ("lu_solve", "lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True", lu_solve),
    )
}

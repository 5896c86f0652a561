"""Derivatives of SciPy's linear algebra where it is not NumPy's.

Those of factors follow from A = P.T L U and A = L L.T by the chain rule: Seeger, Hetzel, Dai, Meissner and Lawrence,
Auto-differentiating linear algebra (2017), section 3; Walter, Structured higher-order algorithmic differentiation in
the forward and reverse mode (2012), for LU.
"""

from __future__ import annotations

from adcompiler.ir.index import At
from adcompiler.rules.elementwise import is_complex
from adcompiler.rules.language import Sym, call, several
from adcompiler.rules.linalg import (
    Cotangents,
    Results,
    cholesky,
    determinant,
    eigen,
    half,
    inverted,
    least_squares_matrix,
    least_squares_right,
    orthogonal,
    products,
    pseudo_inverse,
    singular,
    singular_values,
    solve_matrix,
    solve_right,
    unit,
)
from adcompiler.rules.linear import column, transposed
from adcompiler.rules.rearrange import extent, numbered, positions
from adcompiler.rules.reductions import norm
from adcompiler.rules.registry import NoDerivative, constant, rule
from adcompiler.rules.structure import rank


def real(name: str, *operands: Sym) -> None:
    """Refuse complex matrices."""
    if any(map(is_complex, operands)):
        raise NoDerivative(
            f"the derivative of scipy.linalg.{name} is supported for real matrices only", "use np.linalg"
        )


rule("solve_one(a, b)", a=solve_matrix, b=solve_right)
rule("inv_one(a)", a=inverted)
rule("pinv_one(a)", a=pseudo_inverse)
rule("lstsq_one(a, b)", a=least_squares_matrix, b=least_squares_right)
rule("det_double(a)", a=determinant)
rule("norm_blas(x)", x=norm)
rule("svd_one(a)", a=singular)
rule("svdvals_one(a)", a=singular_values)


# ---------------------------------------------------------------------------------------------------- one triangle


def positive_right(g: Sym, a: Sym, b: Sym, lower: bool, **rest: object) -> Sym:
    """inv(A) g."""
    real("solve", a, b)
    return call("solve_positive", a, g, lower=lower)


def positive_matrix(g: Sym, y: Sym, a: Sym, b: Sym, lower: bool, **rest: object) -> Sym:
    """-inv(A) g y.T, both halves of it in the triangle that is read."""
    full = products(positive_right(g, a, b, lower), y, rank(b) == 1)
    return -half(full + transposed(full), lower)


rule("solve_positive(a, b)", a=positive_matrix, b=positive_right)
rule(
    "eigh_triangle(a)",
    a=lambda g, y, lower, **rest: eigen(g, y, "L" if lower else "U"),
)
rule(
    "eigvalsh_triangle(a)",
    a=lambda g, a, lower, **rest: eigen(
        (g, None), several("eigh_triangle", a, lower=lower), "L" if lower else "U"
    ),
)


def orthogonal_by_mode(g: Cotangents, y: Results, a: Sym, mode: str, **rest: object) -> Sym | None:
    """As np.linalg.qr."""
    return orthogonal(g, y, a, mode)


rule("qr_modes(a)", a=orthogonal_by_mode)


# ---------------------------------------------------------------------------------------------------- diagonals


def banded(ab: Sym, b: Sym, lower: int, upper: int) -> Sym:
    """The solution for a matrix that is given by its diagonals."""
    if lower == upper == 1:
        return call("solve_tridiagonal", ab, b, vector=rank(b) == 1)
    return call("solve_banded", ab, b, lower=lower, upper=upper)


def along_diagonals(ab: Sym, upper: int, wide: int) -> Sym:
    """The row of each element of the diagonals in the matrix; some are outside."""
    return positions(ab, 1) + column(numbered(ab, wide) - upper)


def within(places: Sym, ab: Sym) -> Sym:
    """Places, those outside moved to an end."""
    return call("clip", places, 0, extent(ab, 1) - 1)


def banded_right(g: Sym, ab: Sym, b: Sym, lower: int, upper: int, **rest: object) -> Sym:
    """inv(A).T g; the diagonals of A.T are those of A from the last to the first, moved."""
    wide = lower + upper + 1
    rows = column(wide - 1 - numbered(ab, wide))
    columns = within(along_diagonals(ab, lower, wide), ab)
    turned = call("getitem", ab, rows, columns, index=(At(0), At(1)))
    return banded(turned, g, upper, lower)


def banded_matrix(g: Sym, y: Sym, ab: Sym, b: Sym, lower: int, upper: int, **rest: object) -> Sym:
    """-inv(A).T g y.T, of which the elements on the diagonals are kept."""
    s = banded_right(g, ab, b, lower, upper)
    rows = along_diagonals(ab, upper, lower + upper + 1)
    near = within(rows, ab)
    products = call("getitem", s, near, index=(At(0),)) * y
    if rank(b) == 2:
        products = call("sum", products, axis=2)
    return call("where", near.equal(rows), -products, 0)


rule("solve_banded(ab, b)", ab=banded_matrix, b=banded_right)
rule("solve_tridiagonal(ab, b)", ab=banded_matrix, b=banded_right)


# ---------------------------------------------------------------------------------------------------- factors


def triangle(x: Sym, lower: bool, k: int = 0) -> Sym:
    """One triangle of a matrix."""
    return call("tril" if lower else "triu", x, k=k)


def factored_by_cholesky(g: Sym, y: Sym, a: Sym, lower: bool, **rest: object) -> Sym:
    """Of the triangle that counts as of np.linalg.cholesky; the other one is that of the matrix."""
    real("cho_factor", a)
    kept = triangle(g, not lower, 1 if lower else -1)
    return cholesky(triangle(g, lower), triangle(y, lower), not lower) + kept


def by_factor_right(g: Sym, c: Sym, b: Sym, lower: bool, **rest: object) -> Sym:
    """inv(A) g."""
    real("cho_solve", c, b)
    return call("cho_solve", c, g, lower=lower)


def by_factor_matrix(g: Sym, y: Sym, c: Sym, b: Sym, lower: bool, **rest: object) -> Sym:
    """-(W + W.T) L of A = L L.T, with W = inv(A) g y.T; -U (W + W.T) of A = U.T U."""
    full = products(by_factor_right(g, c, b, lower), y, rank(b) == 1)
    both, factor = full + transposed(full), triangle(c, lower)
    return -triangle(both @ factor if lower else factor @ both, lower)


rule("cho_factor(a)", a=factored_by_cholesky)
rule("cho_solve(c, b)", c=by_factor_matrix, b=by_factor_right)


def factored_by_exchange(g: Cotangents, y: Results, a: Sym, **rest: object) -> Sym | None:
    """P.T inv(L).T (tril(L.T gL, -1) + triu(gU U.T)) inv(U).T."""
    (gy, _), (lu, rows) = g, y
    real("lu_factor", a)
    if gy is None:
        return None
    lower, upper = unit_lower(lu), triangle(lu, False)
    inner = triangle(transposed(lower) @ triangle(gy, True, -1), True, -1)
    inner = inner + triangle(triangle(gy, False) @ transposed(upper), False)
    left = call("solve_triangular", lu, inner, trans=1, lower=True, unit_diagonal=True)
    whole = transposed(call("solve_triangular", lu, transposed(left)))
    back = call("argsort", call("lu_order", rows))
    return call("getitem", whole, back, index=(At(0),))


def unit_lower(lu: Sym) -> Sym:
    """L, whose diagonal of ones is not kept."""
    return triangle(lu, True, -1) + unit(lu)


def by_factors_right(g: Sym, lu: Sym, rows: Sym, trans: int, **rest: object) -> Sym:
    """inv(A).T g, or inv(A) g."""
    real("lu_solve", lu)
    return call("lu_solve", lu, rows, g, trans=0 if trans else 1)


def by_factors_matrix(g: Sym, y: Sym, lu: Sym, rows: Sym, b: Sym, trans: int, **rest: object) -> Sym:
    """tril(W U.T, -1) + triu(L.T W) with W = -P z y.T, z = inv(A).T g; for the transposed system z = y, y = inv(A) g."""
    solved = by_factors_right(g, lu, rows, trans)
    vectors = rank(b) == 1
    order = call("lu_order", rows)
    lower, upper = unit_lower(lu), triangle(lu, False)
    left, right = (y, solved) if trans else (solved, y)
    whole = products(call("getitem", left, order, index=(At(0),)), right, vectors)
    return -(triangle(whole @ transposed(upper), True, -1) + triangle(transposed(lower) @ whole, False))


rule("lu_factor(a)", a=factored_by_exchange)
rule("lu_solve(lu, rows, b)", lu=by_factors_matrix, b=by_factors_right)
constant("lu_order")

"""Derivatives of solutions, decompositions and functions of matrices.

For real matrices the formulas are those of Giles, Collected matrix derivative results for forward and reverse mode
(2008), [G]; of Seeger, Hetzel, Dai, Meissner and Lawrence, Auto-differentiating linear algebra (2017), [S]; and of
Townsend, Differentiating the singular value decomposition (2016), [T]. For complex ones `g` is JAX's cotangent, the
conjugate of the gradient of these papers. Where eigenvalues or singular values are equal, those of the vectors are no
numbers, as in JAX.
"""

from __future__ import annotations

from collections.abc import Callable

from adcompiler.ir.index import Slice
from adcompiler.rules.elementwise import conjugate, is_complex
from adcompiler.rules.language import Sym, call, several
from adcompiler.rules.linear import column, transposed
from adcompiler.rules.registry import NoDerivative, constant, rule, same
from adcompiler.rules.structure import array_type, given_dtype, rank, unbroadcast

Results = tuple[Sym, ...]
Cotangents = tuple[Sym | None, ...]


def adjoint(x: Sym) -> Sym:
    """The conjugate transpose."""
    return conjugate(transposed(x))


def over_matrices(x: Sym) -> Sym:
    """A number for each matrix, to multiply matrices."""
    return call("expand_dims", x, axis=(-2, -1)) if rank(x) else x


def row(x: Sym) -> Sym:
    """A vector for each matrix, to multiply its columns by."""
    return call("expand_dims", x, axis=-2) if rank(x) > 1 else x


def unit(x: Sym) -> Sym:
    """The identity matrix with as many rows as a square matrix, real."""
    dtype = array_type(x).dtype
    real = dtype.type(0).real.dtype
    return call("eye", call("size", x, axis=rank(x) - 1), dtype=None if real.itemsize == 8 else real)


def half(x: Sym, lower: bool = True) -> Sym:
    """One triangle of a square matrix, with half of the diagonal."""
    triangle = call("tril", x, k=-1) if lower else call("triu", x, k=1)
    return triangle + x * unit(x) / 2


def total(*terms: Sym | None) -> Sym | None:
    """The sum of the terms that there are."""
    found: Sym | None = None
    for term in terms:
        if term is not None:
            found = term if found is None else found + term
    return found


# ---------------------------------------------------------------------------------------------------- systems


def solved(a: Sym, g: Sym, vectors: bool) -> Sym:
    """The solution of the transposed system for a vector or matrix, or a stack of them."""
    if not vectors or rank(g) == 1:
        return call("solve", transposed(a), g)
    return call("squeeze", call("solve", transposed(a), column(g)), axis=-1)


def products(x: Sym, y: Sym, vectors: bool) -> Sym:
    """x times the transpose of y."""
    if not vectors:
        return x @ transposed(y)
    return call("outer", x, y) if rank(x) == 1 else column(x) * row(y)


def solve_matrix(g: Sym, y: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """-inv(A).T g y.T  [G 2.3.1]."""
    vectors = rank(b) == 1
    return unbroadcast(-products(solved(a, g, vectors), y, vectors), a)


def solve_right(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """inv(A).T g  [G 2.3.1]."""
    return unbroadcast(solved(a, g, rank(b) == 1), b)


def inverted(g: Sym, y: Sym, **rest: object) -> Sym:
    """-inv(A).T g inv(A).T  [G 2.2.3]."""
    return -(transposed(y) @ g @ transposed(y))


def mirrored(a: Sym) -> Sym:
    """The Hermitian matrix whose lower triangle is that of a."""
    found = call("tril", a) + adjoint(call("tril", a, k=-1))
    return found if not is_complex(a) else found - 1j * call("imag", a) * unit(a)


def pseudo_inverse(g: Sym, y: Sym, a: Sym, hermitian: bool = False, **rest: object) -> Sym:
    """Golub and Pereyra, The differentiation of pseudo-inverses (1973), (4.12); the rank must not change."""
    if hermitian:
        found = pseudo_inverse(g, y, mirrored(a))
        return half(found + adjoint(found))
    g = conjugate(g)
    h, t = adjoint(y), adjoint(g)
    lost = t - a @ (y @ t)
    left = t - (t @ y) @ a
    return conjugate(lost @ (y @ h) + (h @ y) @ left - h @ g @ h)


def least_squares_matrix(g: Sym, y: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The rule of pinv applied to pinv(A) @ b: residuals and null space count where A is not square."""
    g, inverse = conjugate(g), call("pinv", a)
    z = adjoint(inverse) @ g
    terms = (
        against(b - a @ y, inverse @ z),
        against(adjoint(inverse) @ y, g - adjoint(a) @ z),
        against(z, y),
    )
    return conjugate(terms[0] + terms[1] - terms[2])


def against(x: Sym, y: Sym) -> Sym:
    """x times the conjugate transpose of y, for vectors or matrices."""
    return call("outer", x, conjugate(y)) if rank(x) == 1 else x @ adjoint(y)


def least_squares_right(g: Sym, a: Sym, **rest: object) -> Sym:
    """pinv(A).T g."""
    return transposed(call("pinv", a)) @ g


rule("solve(a, b)", a=solve_matrix, b=solve_right)
rule("inv(a)", a=inverted)
rule("pinv(a)", a=pseudo_inverse)
rule("lstsq(a, b)", a=least_squares_matrix, b=least_squares_right)
constant("lstsq_rank")
rule("lstsq_values(a, b)", a=lambda g, a, **rest: singular_values(g, a))
constant("matrix_rank")


# ---------------------------------------------------------------------------------------------------- functions


def determinant(g: Sym, y: Sym, a: Sym, **rest: object) -> Sym:
    """g det(A) inv(A).T  [G 2.2.4]; refused by NumPy (LinAlgError) where A is singular."""
    return over_matrices(g * y) * transposed(call("inv", a))


def log_determinant(g: Cotangents, y: Results, a: Sym, **rest: object) -> Sym | None:
    """inv(A).T; the sign of a complex determinant turns with the imaginary part."""
    sign, log = g
    if is_complex(y[0]) and sign is not None:
        turned = call("imag", sign * y[0])
        sign = turned * 1j
    else:
        sign = None
    scale = total(log, sign)
    return None if scale is None else over_matrices(scale) * transposed(call("inv", a))


def powered(g: Sym, a: Sym, n: int, y: Sym, **rest: object) -> Sym | None:
    """The sum of B**i g B**(n - 1 - i) over i < n with B = A.T, as one corner of a power of [[B, g], [0, B]]."""
    if n == 0:
        return None
    if n < 0:
        base = call("inv", a)
        inner = powered(g, base, -n, y)
        assert inner is not None
        return inverted(inner, base)
    b = transposed(a)
    if n == 1:
        return g
    if n == 2:
        return g @ b + b @ g
    if n == 3:
        square = b @ b
        return g @ square + b @ g @ b + square @ g
    return corner(lambda blocks: call("matrix_power", blocks, n=n), b, g)


def exponential(g: Sym, a: Sym, **rest: object) -> Sym:
    """One corner of the exponential of [[A.T, g], [0, A.T]]: Higham, Functions of Matrices (2008), (3.16)."""
    return corner(lambda blocks: call("expm", blocks), transposed(a), g)


def corner(function: Callable[[Sym], Sym], b: Sym, g: Sym) -> Sym:
    """The upper right block of a function of [[b, g], [0, b]]."""
    zeros = call("zeros_of", call("shape", b), dtype=array_type(b).dtype)
    upper, lower = call("concatenate", b, g, axis=-1), call("concatenate", zeros, b, axis=-1)
    whole = function(call("concatenate", upper, lower, axis=-2))
    n = call("size", b, axis=rank(b) - 1)
    index = (*(Slice() for _ in range(rank(b) - 2)), Slice(None, 0), Slice(0, None))
    return call("getitem", whole, n, index=index)


def chain(g: Sym, arrays: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """For each matrix the product of those before it, transposed, with g and the product of those after it."""
    found: list[Sym | None] = []
    for k, x in enumerate(arrays):
        left, right = joined(arrays[:k]), joined(arrays[k + 1 :])
        part = g
        if right is not None:
            part = _times(part, right, rank(x) == 1)
        if left is not None:
            part = _before(left, part, rank(x) == 1)
        found.append(part)
    return found


def joined(arrays: tuple[Sym, ...]) -> Sym | None:
    """The product of some neighbours."""
    if len(arrays) < 2:
        return arrays[0] if arrays else None
    return call("multi_dot", *arrays) if len(arrays) > 2 else call("dot", *arrays)


def _times(g: Sym, right: Sym, vector: bool) -> Sym:
    """The cotangent of x in x @ right."""
    if rank(right) == 1:
        return call("outer", g, right) if rank(g) else g * right
    return right @ g if vector else g @ transposed(right)


def _before(left: Sym, g: Sym, vector: bool) -> Sym:
    """The cotangent of x in left @ x."""
    if rank(left) == 1:
        return left * g if vector else call("outer", left, g)
    return transposed(left) @ g


rule("det(a)", a=determinant)
rule("slogdet(a)", a=log_determinant)
rule("matrix_power(a)", a=powered)
rule("multi_dot(*arrays)", every=chain)
rule("expm(a)", a=exponential)


# ---------------------------------------------------------------------------------------------------- decompositions


def cholesky(g: Sym, y: Sym, upper: bool, **rest: object) -> Sym:
    """Of L: inv(L).T half(L.T g) inv(L)  [S section 3.1], in the triangle that is read."""
    if upper:
        return adjoint(cholesky(adjoint(g), adjoint(y), False))
    inner = call("solve", transposed(y), half(transposed(y) @ g))
    found = call("solve", adjoint(y), transposed(inner))
    return half(transposed(found) + conjugate(found))


def eigen(g: Cotangents, y: Results, UPLO: str, **rest: object) -> Sym | None:
    """V (diag(gw) + F * (V.T gV)) V.T with F[i, j] = 1 / (w[j] - w[i])  [G 3.1], in the triangle that is read."""
    (gw, gv), (w, v) = g, y
    c = conjugate(v)
    inner = None if gv is None else reciprocals(w) * (transposed(v) @ gv)
    if gv is None:
        assert gw is not None
        found = (c * row(gw)) @ transposed(v)
    else:
        assert inner is not None
        found = c @ (inner if gw is None else inner + row(gw) * unit(v)) @ transposed(v)
    return half(found + adjoint(found), UPLO == "L")


def reciprocals(w: Sym) -> Sym:
    """1 / (w[j] - w[i]), and 0 on the diagonal."""
    apart = row(w) - column(w)
    one = call("eye", call("size", w, axis=rank(w) - 1), dtype=given_dtype(w))
    return 1 / (apart + one) - one


def eigenvalues(g: Sym, a: Sym, UPLO: str, **rest: object) -> Sym | None:
    """As eigh, whose vectors are computed here."""
    return eigen((g, None), several("eigh", a, UPLO=UPLO), UPLO)


def singular_hermitian(g: Cotangents, y: Results, **rest: object) -> Sym | None:
    """As eigh of the lower triangle, with w = sign * s, and the rows of V those of U times the signs."""
    (gu, gs, gvh), (u, s, vh) = g, y
    signs = call("sign", call("real", call("sum", u * transposed(vh), axis=-2)))
    gv = None if gvh is None else adjoint(gvh) * row(signs)
    return eigen((None if gs is None else gs * signs, total(gu, gv)), (s * signs, u), "L")


def singular(g: Cotangents, y: Results, full_matrices: bool, **rest: object) -> Sym | None:
    """[T (22) to (24)], with the imaginary diagonal of complex matrices as in JAX."""
    (gu, gs, gvh), (u, s, vh) = g, y
    if full_matrices:
        left, right = _determined(u, s, vh)
        if (gu is not None and not left) or (gvh is not None and not right):
            raise NoDerivative(
                "the singular vectors of np.linalg.svd with full_matrices=True have no derivative: "
                "those beyond the singular values are not determined",
                "use np.linalg.svd(a, full_matrices=False)",
            )
        if not (left and right):
            u, vh = _reduced(u, s, vh)
    if gu is None and gvh is None:
        assert gs is not None
        return (conjugate(u) * row(gs)) @ conjugate(vh)
    squares = reciprocals(s**2)
    inner: Sym | None = None if gs is None else row(gs) * unit_of(s)
    outer: Sym | None = None
    if gu is not None:
        gu = conjugate(gu)
        p = adjoint(u) @ gu
        inner = total(inner, (squares * (p - adjoint(p))) * row(s))
        if is_complex(u):
            inner = total(inner, (p - adjoint(p)) * unit_of(s) / row(2 * s))
        if array_type(u).shape[-2] != array_type(u).shape[-1]:
            outer = (gu - u @ p) / row(s) @ vh
    if gvh is not None:
        gvh = conjugate(gvh)
        q = vh @ adjoint(gvh)
        inner = total(inner, column(s) * (squares * (q - adjoint(q))))
        if array_type(vh).shape[-2] != array_type(vh).shape[-1]:
            outer = total(outer, (u / row(s)) @ (gvh - adjoint(q) @ vh))
    found = total(None if inner is None else u @ inner @ vh, outer)
    return None if found is None else conjugate(found)


def unit_of(s: Sym) -> Sym:
    """The identity matrix with as many rows as there are singular values."""
    return call("eye", call("size", s, axis=rank(s) - 1), dtype=given_dtype(s))


def _determined(u: Sym, s: Sym, vh: Sym) -> tuple[bool, bool]:
    """Whether there is a singular value for each column of U, and for each row of V.T."""
    k = array_type(s).shape[-1]
    return array_type(u).shape[-1] == k, array_type(vh).shape[-2] == k


def _reduced(u: Sym, s: Sym, vh: Sym) -> tuple[Sym, Sym]:
    """The singular vectors that have a singular value."""
    k = call("size", s, axis=rank(s) - 1)
    all_axes = tuple(Slice() for _ in range(rank(u) - 2))
    left = call("getitem", u, k, index=(*all_axes, Slice(), Slice(None, 0)))
    return left, call("getitem", vh, k, index=(*all_axes, Slice(None, 0)))


def singular_values(g: Sym, a: Sym, **rest: object) -> Sym | None:
    """U diag(g) V.T  [G 3.2]; the vectors are computed here."""
    return singular((None, g, None), several("svd", a, full_matrices=False), False)


def orthogonal(g: Cotangents, y: Results, a: Sym, mode: str, **rest: object) -> Sym | None:
    """(gQ + Q copyltu(R gR.T - gQ.T Q)) inv(R).T  [S section 3.2], for at least as many rows as columns."""
    (gq, gr), (q, r) = g, y
    if array_type(r).shape[-2] != array_type(r).shape[-1] or array_type(q).shape != array_type(a).shape:
        raise NoDerivative(
            "the derivative of np.linalg.qr is supported for mode='reduced' and matrices with at least as many "
            "rows as columns",
            "factor the transpose, or the first columns",
        )
    gq = None if gq is None else conjugate(gq)
    gr = None if gr is None else conjugate(gr)
    inner = total(None if gr is None else r @ adjoint(gr), None if gq is None else -(adjoint(gq) @ q))
    assert inner is not None
    lower = half(inner)
    copied = q @ (lower + adjoint(lower))
    right = total(gq, copied)
    assert right is not None
    return conjugate(adjoint(call("solve", r, adjoint(right))))


rule("cholesky(a)", a=cholesky)
rule("qr(a)", a=orthogonal)
rule("svd(a)", a=singular)
rule("svdvals(a)", a=singular_values)
rule("svd_hermitian(a)", a=singular_hermitian)
same(
    "svdvals_hermitian",
    lambda a, **rest: call("flip", call("sort", call("absolute", call("eigvalsh", a))), axis=-1),
)
rule("eigh(a)", a=eigen)
rule("eigvalsh(a)", a=eigenvalues)


# ---------------------------------------------------------------------------------------------------- scipy.linalg


def triangular_right(g: Sym, a: Sym, trans: object, lower: bool, unit_diagonal: bool, **rest: object) -> Sym:
    """inv(op(A)).T g."""
    settings = {"lower": lower, "unit_diagonal": unit_diagonal}
    if trans in (2, "C"):
        return conjugate(call("solve_triangular", a, conjugate(g), trans=0, **settings))
    return call("solve_triangular", a, g, trans=1 if trans in (0, "N") else 0, **settings)


def triangular_matrix(
    g: Sym, y: Sym, a: Sym, b: Sym, trans: object, lower: bool, unit_diagonal: bool, **rest: object
) -> Sym:
    """-inv(A).T g y.T in the triangle that is read."""
    z = triangular_right(g, a, trans, lower, unit_diagonal)
    vectors = rank(b) == 1
    full = products(z, y, vectors) if trans in (0, "N") else products(y, z, vectors)
    if trans in (2, "C"):
        full = conjugate(full)
    kept = (-1 if lower else 1) if unit_diagonal else 0
    return -call("tril" if lower else "triu", full, k=kept)


def factored(g: Sym, y: Sym, lower: bool, **rest: object) -> Sym:
    """As np.linalg.cholesky."""
    return cholesky(g, y, not lower)


rule("solve_triangular(a, b)", a=triangular_matrix, b=triangular_right)
rule("factor(a)", a=factored)

"""Derivatives of eigenvalues and eigenvectors of matrices that need not be symmetric, of roots, and of linear equations.

Giles, Collected matrix derivative results for forward and reverse mode (2008), section 3.1, [G], for eigenvectors that
LAPACK's geev has scaled: their Euclidean norm is 1 and their largest component is real. The scale follows A too: with
dV = X + V diag(c) and X of [G], c[j] = -Re(conj(v[:, j]) . x[:, j]) - 1j * Im(x[k, j] / v[k, j]), where k is the place of
that component. Without the condition on its phase this is Boeddeker, Hanebrink, Drude, Heymann and Haeb-Umbach, On the
computation of complex-valued gradients with application to statistically optimum beamforming (2017), (4.77).
"""

from __future__ import annotations

from adcompiler.ir.index import Slice
from adcompiler.rules.elementwise import conjugate, is_complex
from adcompiler.rules.language import Sym, call, number, several
from adcompiler.rules.linalg import Cotangents, Results, adjoint, reciprocals, row, unit_of
from adcompiler.rules.linear import column, transposed
from adcompiler.rules.registry import constant, rule, same
from adcompiler.rules.structure import rank


def general_eigen(g: Cotangents, y: Results, **rest: object) -> Sym:
    """inv(V).T (diag(gw) + F * (V.T gX)) V.T with F[i, j] = 1 / (w[j] - w[i])  [G 3.1]."""
    (gw, gv), (w, v) = g, y
    if gv is None:
        assert gw is not None
        return call("solve", transposed(v), column(gw) * transposed(v))
    inner = reciprocals(w) * (transposed(v) @ free(gv, v))
    if gw is not None:
        inner = inner + row(gw) * unit_of(w)
    return call("solve", transposed(v), inner @ transposed(v))


def free(gv: Sym, v: Sym) -> Sym:
    """The cotangent of eigenvectors that have no scale yet."""
    along = call("sum", gv * v, axis=rank(v) - 2)
    if not is_complex(v):
        return gv - v * row(along)
    size = call("where", call("imag", v).equal(0), call("absolute", v), 0)
    largest = call("argmax", size, axis=rank(v) - 2, keepdims=True)
    turned = row(call("imag", along)) / call("take_along_axis", v, largest, axis=rank(v) - 2)
    at = column(call("arange", call("size", v, axis=rank(v) - 1))).equal(largest)
    return gv - conjugate(v) * row(call("real", along)) - call("where", at, turned * 1j, 0)


def general_eigenvalues(g: Sym, a: Sym, real: bool, **rest: object) -> Sym:
    """As eig, whose vectors are computed here; LAPACK gives the values in the same order with and without them."""
    return general_eigen((g, None), several("eig", a, real=real))


rule("eig(a)", a=general_eigen)
rule("eig_complex(a)", a=general_eigen)
for _name in ("eig_values", "eigvals_complex"):
    rule(f"{_name}(a)", a=lambda g, a, **rest: general_eigen((g, None), several("eig_complex", a)))
rule("eigvals(a)", a=general_eigenvalues)
constant("is_real", "is_complex")


# ---------------------------------------------------------------------------------------------------- roots


def polynomial_roots(g: Sym, y: Sym, p: Sym, **rest: object) -> Sym:
    """-r**k / p'(r), summed over the roots r, for the coefficient of the k-th power."""
    n = call("size", p, axis=0)
    degrees = n - 1 - call("arange", n)
    powers = column(y) ** degrees
    lower = call("getitem", powers, number(p, 1), index=(Slice(), Slice(0)))
    slopes = lower @ call("getitem", p * degrees, number(p, -1), index=(Slice(None, 0),))
    return -(transposed(powers) @ (g / slopes))


rule("roots(p)", p=polynomial_roots)
# y dy + dy y = da: Higham, Functions of Matrices (2008), section 6.1
rule("sqrtm(a)", a="solve_sylvester(transpose(y), transpose(y), g)")


# ---------------------------------------------------------------------------------------------------- equations


def sylvester(g: Sym, y: Sym, a: Sym, b: Sym, **rest: object) -> list[Sym | None]:
    """-s y.T, -y.T s and s with a.T s + s b.T = g: Kao and Hennequin, Automatic differentiation of Sylvester, Lyapunov,
    and algebraic Riccati equations (2020)."""
    s = call("solve_sylvester", transposed(a), transposed(b), g)
    return [-(s @ transposed(y)), -(transposed(y) @ s), s]


rule("solve_sylvester(a, b, q)", every=sylvester)
same("solve_lyapunov", lambda a, q, **rest: call("solve_sylvester", a, adjoint(a), q))

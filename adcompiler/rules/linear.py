"""Derivatives of products of vectors and matrices."""

from __future__ import annotations

from adcompiler.ir.dims import is_one
from adcompiler.primitives.linear import LETTERS, Subscripts, contracted, parse_subscripts
from adcompiler.rules.language import Sym, call
from adcompiler.rules.reductions import inverse
from adcompiler.rules.registry import rule, same
from adcompiler.rules.structure import array_type, given_dtype, one_or_all, rank, unbroadcast


def transposed(x: Sym) -> Sym:
    """The last two axes exchanged."""
    return call("transpose", x) if rank(x) == 2 else call("swapaxes", x, axis1=-1, axis2=-2)


def column(x: Sym) -> Sym:
    """A last axis of size 1."""
    return call("expand_dims", x, axis=-1)


def tensordot(a: Sym, b: Sym, left: tuple[int, ...], right: tuple[int, ...]) -> Sym:
    """Over pairs of axes, as a person writes them."""
    if left == tuple(range(rank(a) - len(left), rank(a))) and right == tuple(range(len(right))):
        return call("tensordot", a, b, axes=len(left))
    return call("tensordot", a, b, axes=(left, right))


def scalar_product(g: Sym, other: Sym, operand: Sym) -> Sym:
    """Of a product in which one factor is a number."""
    return unbroadcast(g * other, operand)


def matmul_left(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """g @ b.T for matrices."""
    match rank(a), rank(b):
        case 1, 1:
            return g * b
        case 1, 2:
            return b @ g
        case 2, 1:
            return call("outer", g, b)
        case _, 1:
            return column(g) * b
        case 1, n:
            return tensordot(b, g, (*range(n - 2), n - 1), tuple(range(n - 1)))
        case 2, n if n > 2:
            over = (*range(n - 2), n - 1)
            return tensordot(g, b, over, over)
    return unbroadcast(g @ transposed(b), a)


def matmul_right(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """a.T @ g for matrices."""
    match rank(a), rank(b):
        case 1, 1:
            return g * a
        case 1, 2:
            return call("outer", a, g)
        case 2, 1:
            return transposed(a) @ g
        case n, 1:
            return tensordot(g, a, tuple(range(n - 1)), tuple(range(n - 1)))
        case 1, _:
            return column(a) * call("expand_dims", g, axis=-2)
        case n, 2 if n > 2:
            return tensordot(a, g, tuple(range(n - 1)), tuple(range(n - 1)))
    return unbroadcast(transposed(a) @ g, b)


def dot_left(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """As matmul; over many axes the sum over those that b brought."""
    if not rank(a) or not rank(b):
        return scalar_product(g, b, a)
    if rank(b) <= 2:
        return matmul_left(g, a, b)
    first = rank(a) - 1
    return tensordot(g, b, tuple(range(first, rank(g))), (*range(rank(b) - 2), rank(b) - 1))


def dot_right(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """As matmul; over many axes the sum over those that a brought."""
    if not rank(a) or not rank(b):
        return scalar_product(g, a, b)
    if rank(b) <= 2:
        return matmul_right(g, a, b)
    over = tuple(range(rank(a) - 1))
    return call("moveaxis", tensordot(a, g, over, over), source=0, destination=-2)


def flat(x: Sym) -> Sym:
    """The elements as a vector."""
    return x if rank(x) == 1 else call("ravel", x)


def shaped(g: Sym, x: Sym) -> Sym:
    """A vector in the shape of x again."""
    return g if rank(x) == 1 else call("reshape_to", g, call("shape", x))


def outer_left(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The rows of g times b."""
    return shaped(g @ flat(b), a)


def outer_right(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The columns of g times a."""
    return shaped(flat(a) @ g, b)


def inner_left(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The sum over the axes that b brought."""
    if not rank(a) or not rank(b):
        return scalar_product(g, b, a)
    match rank(a), rank(b):
        case _, 1:
            return (g if rank(a) == 1 else column(g)) * b
        case 1, 2:
            return g @ b
        case 2, 2:
            return g @ b
    return tensordot(g, b, tuple(range(rank(a) - 1, rank(g))), tuple(range(rank(b) - 1)))


def inner_right(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The sum over the axes that a brought."""
    if not rank(a) or not rank(b):
        return scalar_product(g, a, b)
    match rank(a), rank(b):
        case 1, _:
            return (g if rank(b) == 1 else column(g)) * a
        case 2, 1:
            return g @ a
        case 2, 2:
            return transposed(g) @ a
    over = tuple(range(rank(a) - 1))
    return tensordot(g, a, over, over)


def vdot_left(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The first factor is conjugated."""
    product = g * like_shape(b, a)
    return call("conj", product) if array_type(product).dtype.kind == "c" else product


def vdot_right(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym:
    """The conjugate of the first factor."""
    other = call("conj", a) if array_type(a).dtype.kind == "c" else a
    return g * like_shape(other, b)


def like_shape(x: Sym, other: Sym) -> Sym:
    """The elements of x in the shape of another."""
    if array_type(x).shape == array_type(other).shape:
        return x
    return call("reshape_to", x, call("shape", other))


def tensordot_left(g: Sym, a: Sym, b: Sym, axes: object, **rest: object) -> Sym:
    """The sum over the axes that b brought, and the contracted ones where they were."""
    left, right = contracted(axes, rank(a), rank(b))
    free = tuple(k for k in range(rank(b)) if k not in right)
    product = tensordot(g, b, tuple(range(rank(a) - len(left), rank(g))), free)
    # the axes now: those that a kept, then the contracted ones in the order of b
    order = [k for k in range(rank(a)) if k not in left] + [left[right.index(k)] for k in sorted(right)]
    return permuted(product, inverse(tuple(order)))


def tensordot_right(g: Sym, a: Sym, b: Sym, axes: object, **rest: object) -> Sym:
    """The sum over the axes that a brought, and the contracted ones where they were."""
    left, right = contracted(axes, rank(a), rank(b))
    free = tuple(k for k in range(rank(a)) if k not in left)
    product = tensordot(a, g, free, tuple(range(len(free))))
    order = [right[left.index(k)] for k in sorted(left)] + [k for k in range(rank(b)) if k not in right]
    return permuted(product, inverse(tuple(order)))


def permuted(x: Sym, order: tuple[int, ...]) -> Sym:
    """The axes in another order."""
    if order == tuple(range(rank(x))):
        return x
    return call("transpose", x) if order == (1, 0) else call("transpose", x, axes=order)


def einsum(g: Sym, operands: tuple[Sym, ...], subscripts: str, **rest: object) -> list[Sym | None]:
    """For each operand the einsum of the cotangent with the others."""
    parsed = parse_subscripts(subscripts, [rank(x) for x in operands])
    return [einsum_operand(g, operands, parsed, k) for k in range(len(operands))]


def einsum_operand(g: Sym, operands: tuple[Sym, ...], parsed: Subscripts, k: int) -> Sym:
    """The cotangent of operand k.

    A letter that an operand has twice is a diagonal: its cotangent is multiplied by an identity matrix.
    A letter that neither the result nor another operand has was summed away: its cotangent is repeated.
    """
    x = operands[k]
    factors = [(g, parsed.output)] + [
        (o, s) for j, (o, s) in enumerate(zip(operands, parsed.inputs, strict=True)) if j != k
    ]
    spare = iter(letter for letter in LETTERS if letter not in "".join((*parsed.inputs, parsed.output)))
    letters = ""
    for axis, letter in enumerate(parsed.inputs[k]):
        if letter in letters:
            twin, letter = letter, next(spare)
            size = call("size", x, axis=axis)
            factors.append((call("eye", size, dtype=given_dtype(g)), twin + letter))
        letters += letter
    present = "".join(letter for letter in letters if any(letter in s for _, s in factors))
    text = ",".join(s for _, s in factors) + "->" + present
    product = (
        g if text == f"{present}->{present}" else call("einsum", *(f for f, _ in factors), subscripts=text)
    )
    absent = tuple(axis for axis, letter in enumerate(letters) if letter not in present)
    if absent:
        return call("expand", product, call("shape", x), axis=one_or_all(absent) if present else None)
    pairs = zip(array_type(product).shape, array_type(x).shape, strict=True)
    if any(is_one(size) and is_one(wanted) is False for size, wanted in pairs):
        # an axis of size 1 of all other operands was repeated to that of x
        return call("broadcast_like", product, call("shape", x))
    return unbroadcast(product, x)


def diagonal_sum(x: Sym, offset: int, axis1: int, axis2: int) -> Sym | None:
    """The sum of each diagonal, where there are several."""
    if rank(x) == 2:
        return None
    return call("sum", call("diagonal", x, offset=offset, axis1=axis1, axis2=axis2), axis=-1)


def trace(g: Sym, x: Sym, offset: int, **rest: object) -> Sym:
    """g on the diagonal."""
    rows, columns = array_type(x).shape
    sizes = [call("size", x, axis=k) for k in range(1 if rows == columns else 2)]
    return g * call("eye", *sizes, k=offset, dtype=given_dtype(g))


rule("dot(a, b)", a=dot_left, b=dot_right)
rule("matmul(a, b)", a=matmul_left, b=matmul_right)
rule("outer(a, b)", a=outer_left, b=outer_right)
rule("inner(a, b)", a=inner_left, b=inner_right)
rule("vdot(a, b)", a=vdot_left, b=vdot_right)
rule("tensordot(a, b)", a=tensordot_left, b=tensordot_right)
rule("einsum(*operands)", every=einsum)
rule("trace(x)", x=trace)
same("trace", diagonal_sum)

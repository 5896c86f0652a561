"""Products of vectors and matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcompiler.ir.dims import Dim, same
from adcompiler.ir.types import Array, Type, broadcast_dims, broadcast_shapes
from adcompiler.primitives.diagonals import diagonal_axes
from adcompiler.primitives.reductions import dtype_given, normal_axis, total
from adcompiler.primitives.registry import Attrs, infer_elementwise, primitive
from adcompiler.primitives.structure import array


def contract(a: Dim, b: Dim, what: str) -> None:
    if same(a, b) is False:
        raise ValueError(f"{what}: sizes {a} and {b} are different")


def infer_dot(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over the last axis of the first and the last but one of the second."""
    a, b = map(array, types)
    if not a.rank or not b.rank:
        product = infer_elementwise(types, attrs, "numpy.multiply")
        assert isinstance(product, Array)
        return product
    contract(a.shape[-1], b.shape[max(b.rank - 2, 0)], "shapes not aligned")
    return Array(
        dtype_given(path, a.dtype, b.dtype), a.shape[:-1] + b.shape[:-2] + b.shape[-1:] * (b.rank > 1)
    )


def infer_matmul(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Matrix product, broadcast over the leading axes."""
    a, b = map(array, types)
    if not a.rank or not b.rank:
        raise ValueError("matmul: an operand is a scalar; use * instead")
    contract(a.shape[-1], b.shape[max(b.rank - 2, 0)], "matmul: the inner sizes differ")
    batch = broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return Array(dtype_given(path, a.dtype, b.dtype), batch + a.shape[-2:-1] + b.shape[-1:] * (b.rank > 1))


def infer_outer(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """All products of the elements of two vectors; others are flattened, except by np.linalg.outer."""
    a, b = map(array, types)
    if path == "numpy.linalg.outer" and (a.rank != 1 or b.rank != 1):
        raise ValueError("Input arrays must be one-dimensional")
    return Array(dtype_given(path, a.dtype, b.dtype), (total(a.shape), total(b.shape)))


def infer_inner(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over the last axes of both."""
    a, b = map(array, types)
    if not a.rank or not b.rank:
        return infer_elementwise(types, attrs, "numpy.multiply")
    contract(a.shape[-1], b.shape[-1], "shapes not aligned")
    return Array(dtype_given(path, a.dtype, b.dtype), a.shape[:-1] + b.shape[:-1])


def infer_vdot(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over all elements."""
    a, b = map(array, types)
    contract(total(a.shape), total(b.shape), "cannot take the vdot")
    return Array(dtype_given(path, a.dtype, b.dtype))


def contracted(axes: object, left: int, right: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes argument of tensordot as two tuples counted from the front, for operands of these ranks."""
    if isinstance(axes, int):
        return tuple(range(left - axes, left)), tuple(range(axes))
    if not isinstance(axes, (tuple, list)) or len(axes) != 2:
        raise TypeError("the axes of tensordot are an integer or a pair of lists of axes")
    pair = [tuple(part) if isinstance(part, (tuple, list)) else (part,) for part in axes]
    return tuple(normal_axis(k, left) for k in pair[0]), tuple(normal_axis(k, right) for k in pair[1])


def infer_tensordot(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over pairs of axes."""
    a, b = map(array, types)
    axes = attrs["axes"]
    if isinstance(axes, int) and not 0 <= axes <= min(a.rank, b.rank):
        raise ValueError(f"tensordot over {axes} axes of arrays with {a.rank} and {b.rank}")
    left, right = contracted(axes, a.rank, b.rank)
    if len(left) != len(right):
        raise ValueError("shape-mismatch for sum")
    for i, j in zip(left, right, strict=True):
        contract(a.shape[i], b.shape[j], "shape-mismatch for sum")
    kept = [size for k, size in enumerate(a.shape) if k not in left]
    kept += [size for k, size in enumerate(b.shape) if k not in right]
    return Array(dtype_given("numpy.multiply", a.dtype, b.dtype), tuple(kept))


@dataclass(frozen=True, slots=True)
class Subscripts:
    """An einsum with every axis named by one letter."""

    inputs: tuple[str, ...]
    output: str

    def __str__(self) -> str:
        return ",".join(self.inputs) + "->" + self.output


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def parse_subscripts(text: str, ranks: Sequence[int]) -> Subscripts:
    """NumPy's subscripts with the ellipses and the implicit output written out."""
    source, arrow, target = text.replace(" ", "").partition("->")
    parts = source.split(",")
    if len(parts) != len(ranks):
        raise ValueError(f"einsum: {len(parts)} subscripts for {len(ranks)} operands")
    spare = [letter for letter in LETTERS if letter not in text]
    wide = max(
        (rank - len(p.replace("...", "")) for p, rank in zip(parts, ranks, strict=True) if "..." in p),
        default=0,
    )
    shared = "".join(spare[: max(wide, 0)])
    inputs: list[str] = []
    for part, rank in zip(parts, ranks, strict=True):
        letters = part.replace("...", "", 1)
        extra = rank - len(letters)
        if extra < 0 or (extra and "..." not in part) or not all(letter in LETTERS for letter in letters):
            raise ValueError(f"einsum: the subscripts {part!r} do not fit an operand with {rank} axes")
        inputs.append(part.replace("...", shared[len(shared) - extra :]))
    if arrow:
        output = target.replace("...", shared, 1)
    else:
        joined = "".join(p.replace("...", "") for p in parts)
        output = shared + "".join(sorted(letter for letter in set(joined) if joined.count(letter) == 1))
    if len(set(output)) != len(output) or not set(output) <= set("".join(inputs)):
        raise ValueError(f"einsum: the output subscripts {target!r} repeat a letter or name an unknown one")
    return Subscripts(tuple(inputs), output)


def einsum_sizes(subscripts: Subscripts, shapes: Sequence[tuple[Dim, ...]]) -> dict[str, Dim]:
    """The size of each letter."""
    sizes: dict[str, Dim] = {}
    for letters, shape in zip(subscripts.inputs, shapes, strict=True):
        for letter, size in zip(letters, shape, strict=True):
            sizes[letter] = broadcast_dims(sizes[letter], size) if letter in sizes else size
    return sizes


def infer_einsum(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Einstein's summation."""
    arrays = [array(t) for t in types]
    text = attrs["subscripts"]
    if not isinstance(text, str):
        raise TypeError("the subscripts of einsum must be a string known while compiling")
    subscripts = parse_subscripts(text, [a.rank for a in arrays])
    sizes = einsum_sizes(subscripts, [a.shape for a in arrays])
    dtype = arrays[0].dtype
    for other in arrays[1:]:
        dtype = dtype_given("numpy.multiply", dtype, other.dtype)
    return Array(dtype, tuple(sizes[letter] for letter in subscripts.output))


def infer_trace(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The sums of the diagonals of the matrices that two axes span."""
    x = array(types[0])
    axes = diagonal_axes(attrs, x.rank)
    shape = tuple(size for k, size in enumerate(x.shape) if k not in axes)
    return Array(dtype_given("numpy.sum", x.dtype), shape)


primitive("dot(a, b, /)", infer_dot, "numpy.dot")
primitive(
    "matmul(a, b, /)",
    infer_matmul,
    "operator.matmul numpy.matmul numpy.linalg.matmul",
    numpy="a @ b",
    jax="a @ b",
)
primitive("outer(a, b, /)", infer_outer, "numpy.outer numpy.linalg.outer")
primitive("inner(a, b, /)", infer_inner, "numpy.inner")
primitive("vdot(a, b, /)", infer_vdot, "numpy.vdot")
primitive("tensordot(a, b, /, axes=2)", infer_tensordot, "numpy.tensordot numpy.linalg.tensordot")
primitive(
    "einsum(*operands, subscripts='', optimize=False)",
    infer_einsum,
    "numpy.einsum",
    view=True,  # where a single operand is only rearranged
    numpy="np.einsum(subscripts, *operands, optimize=optimize)",
    jax="jnp.einsum(subscripts, *operands)",
)
primitive("trace(x, /, offset=0, axis1=0, axis2=1)", infer_trace, "numpy.trace")

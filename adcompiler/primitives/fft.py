"""Fourier transforms: numpy.fft."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim
from adcompiler.ir.types import Array, DType, Type
from adcompiler.primitives.elementwise import floor_divided
from adcompiler.primitives.linalg import complex_dtype, real_dtype
from adcompiler.primitives.rearrange import size_of
from adcompiler.primitives.reductions import normal_axes, normal_axis
from adcompiler.primitives.registry import Attrs, Infer, primitive
from adcompiler.primitives.structure import array

NORMS = (None, "backward", "ortho", "forward")
# what is transformed: all, a real array to half of its spectrum, or such a half to a real array
COMPLEX, REAL, HALF = "complex", "real", "half"


def fft_dtype(dtype: DType) -> DType:
    """The complex dtype in which a transform is computed."""
    if dtype.kind not in "biufc" or dtype.itemsize > 16 or (dtype.kind == "f" and dtype.itemsize > 8):
        raise TypeError(f"transforms of {dtype} are not supported")
    if dtype.kind in "biu":
        return np.dtype(np.complex128)
    if dtype == np.float16:
        raise TypeError("transforms of float16 are not supported; use x.astype(np.float32)")
    return complex_dtype(dtype)


def half_of(size: Dim) -> Dim:
    """n // 2 + 1, the number of frequencies of a real signal."""
    return (floor_divided(size, dim(2)) or dim(0)) + 1


def is_none(type: Type) -> bool:
    """Whether an operand is None: no size is given."""
    return array(type).dtype.kind == "O"


def _norm(attrs: Attrs) -> None:
    if attrs["norm"] not in NORMS:
        raise ValueError(f'Invalid norm value {attrs["norm"]}; should be "backward", "ortho" or "forward".')


def _result(x: Array, sizes: Sequence[Dim | None], axes: Sequence[int], kind: str) -> Array:
    """The transform over some axes; the last one is that of half a spectrum."""
    dtype, shape = fft_dtype(x.dtype), list(x.shape)
    if kind == REAL and x.dtype.kind == "c":
        raise TypeError("a transform of real arrays is given a complex one; take np.real first, or use fft")
    for axis, size in zip(axes, sizes, strict=True):
        shape[axis] = shape[axis] if size is None else size
    last = axes[-1]
    if kind == REAL:
        shape[last] = half_of(shape[last])
    elif kind == HALF:
        shape[last] = (x.shape[last] - 1) * 2 if sizes[-1] is None else sizes[-1]
        dtype = real_dtype(dtype)
    return Array(dtype, tuple(shape))


def _one(kind: str) -> Infer:
    """Over one axis, with a number of points."""

    def infer(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
        x, n = array(types[0]), types[1]
        _norm(attrs)
        if not x.rank:
            raise ValueError("a transform needs an array with an axis")
        size = None if is_none(n) else size_of(n)
        return _result(x, [size], [normal_axis(attrs["axis"], x.rank)], kind)

    return infer


def _several(kind: str) -> Infer:
    """Over several axes, with a number of points for each or for none."""

    def infer(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
        x, *sizes = types
        _norm(attrs)
        if sizes and attrs["axes"] is None:
            raise TypeError("give the axes that the sizes `s` belong to")
        axes = transformed(attrs["axes"], array(x).rank)
        if path.endswith("2") and len(axes) != 2:
            raise ValueError(f"{path} transforms two axes; use {path[:-1]}n for others")
        if sizes and len(sizes) != len(axes):
            raise ValueError("Shape and axes have different lengths.")
        given = [size_of(size) for size in sizes] if sizes else [None] * len(axes)
        return _result(array(x), given, axes, kind)

    return infer


def transformed(axes: object, rank: int) -> tuple[int, ...]:
    """The axes of a transform, counted from the front."""
    found = normal_axes(axes, rank)
    if not found:
        raise ValueError("a transform needs at least one axis")
    return found


def infer_shift(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape."""
    x = array(types[0])
    normal_axes(attrs["axes"], x.rank)
    return Array(x.dtype, x.shape)


def infer_frequencies(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As many frequencies as points, or those of a real signal."""
    n, d = size_of(types[0]), array(types[1])
    if d.rank or d.dtype.kind == "c":
        raise TypeError("the spacing of frequencies is a real number")
    size = half_of(n) if path.endswith("rfftfreq") else n
    return Array(np.dtype(np.float64), (size,))


for _name, _kind in [
    ("fft", COMPLEX), ("ifft", COMPLEX), ("rfft", REAL), ("irfft", HALF), ("hfft", HALF), ("ihfft", REAL),
]:  # fmt: skip
    primitive(f"{_name}(x, n=None, /, axis=-1, norm=None)", _one(_kind), f"numpy.fft.{_name}")
for _name, _kind in [("fft", COMPLEX), ("ifft", COMPLEX), ("rfft", REAL), ("irfft", HALF)]:
    for _suffix, _axes in [("2", (-2, -1)), ("n", None)]:
        primitive(
            f"{_name}{_suffix}(x, /, *s, axes={_axes}, norm=None)",
            _several(_kind),
            f"numpy.fft.{_name}{_suffix}",
            numpy=f"np.fft.{_name}{_suffix}(x, s=s, axes=axes, norm=norm)",
            jax=f"jnp.fft.{_name}{_suffix}(x, s=s, axes=axes, norm=norm)",
        )
primitive("fftshift(x, /, axes=None)", infer_shift, "numpy.fft.fftshift")
primitive("ifftshift(x, /, axes=None)", infer_shift, "numpy.fft.ifftshift")
primitive("fftfreq(n, d=1.0, /)", infer_frequencies, "numpy.fft.fftfreq")
primitive("rfftfreq(n, d=1.0, /)", infer_frequencies, "numpy.fft.rfftfreq")

"""Convolution and filters of scipy.signal, and the filters of scipy.ndimage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adcompiler.ir.dims import Dim
from adcompiler.ir.types import Array, DType, Type
from adcompiler.primitives.reductions import normal_axis
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.series import longer_first
from adcompiler.primitives.structure import array

MODES = ("full", "same", "valid")
# how scipy.ndimage goes on beyond the edges
EDGES = ("reflect", "constant", "nearest", "mirror", "wrap", "grid-constant", "grid-mirror", "grid-wrap")


def common_dtype(*arrays: Array) -> DType:
    """The dtype of a sum of products."""
    dtype = np.result_type(*(a.dtype for a in arrays))
    if dtype.kind not in "iufc" or dtype == np.float16 or dtype.itemsize > 16:
        raise TypeError(f"the functions of scipy.signal are supported for numbers, not for {dtype}")
    return dtype


def sizes_of(a: Array, b: Array, mode: object) -> tuple[Dim, ...]:
    """The sizes of a convolution of arrays of the same rank."""
    if not a.rank or a.rank != b.rank:
        raise ValueError("the arrays must have the same number of axes, at least one")
    pairs = list(zip(a.shape, b.shape, strict=True))
    match mode:
        case "full":
            return tuple(n + m - 1 for n, m in pairs)
        case "same":
            return a.shape
        case "valid":
            first = first_is_larger(a, b)
            return tuple(n - m + 1 if first else m - n + 1 for n, m in pairs)
    raise ValueError(f"the mode is one of {', '.join(MODES)}, not {mode!r}")


def first_is_larger(a: Array, b: Array) -> bool:
    """Whether the first of two arrays holds the second, and not the other way round. May record guards."""
    pairs = list(zip(a.shape, b.shape, strict=True))
    if all(longer_first(n, m) for n, m in pairs):
        return True
    if all(longer_first(m, n) for n, m in pairs):
        return False
    raise ValueError("with mode='valid' one array must be as large as the other along every axis")


def infer_convolved(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over all axes."""
    a, b = map(array, types)
    if attrs["method"] not in ("auto", "direct", "fft"):
        raise ValueError("the method is one of 'auto', 'direct', 'fft'")
    return Array(common_dtype(a, b), sizes_of(a, b, attrs["mode"]))


def infer_by_fft(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over all axes, never in integers."""
    a, b = map(array, types)
    if attrs["axes"] is not None:
        raise TypeError("fftconvolve is supported over all axes only")
    dtype = common_dtype(a, b)
    return Array(np.dtype(np.float64) if dtype.kind in "iu" else dtype, sizes_of(a, b, attrs["mode"]))


def infer_plane(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over both axes of two matrices."""
    a, b = map(array, types)
    if a.rank != 2 or b.rank != 2:
        raise ValueError(f"{path.rpartition('.')[2]} takes two arrays of two axes")
    if attrs["boundary"] not in ("fill", "wrap", "symm"):
        raise ValueError("the boundary is one of 'fill', 'wrap', 'symm'")
    if type(attrs["fillvalue"]) not in (int, float):
        raise TypeError("the fillvalue is a number known while compiling")
    return Array(common_dtype(a, b), sizes_of(a, b, attrs["mode"]))


def infer_filtered(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape of the signal."""
    b, a, x = map(array, types)
    if attrs["zi"] is not None:
        raise TypeError("lfilter is supported without zi, the state at the start")
    if b.rank != 1 or a.rank != 1:
        raise ValueError("the coefficients of lfilter are vectors")
    normal_axis(attrs["axis"], x.rank)
    dtype = common_dtype(b, a, x)
    if dtype.kind in "iu":
        raise TypeError(
            "lfilter needs floats: SciPy refuses integers, or gives them for an a of several numbers"
        )
    return Array(dtype, x.shape)


def infer_detrended(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape, in floats."""
    x = array(types[0])
    normal_axis(attrs["axis"], x.rank)
    if attrs["overwrite_data"]:
        raise TypeError("overwrite_data=True leaves anything in an argument; leave it out")
    if attrs["type"] not in ("linear", "l", "constant", "c"):
        raise ValueError("Trend type must be 'linear' or 'constant'.")
    dtype = common_dtype(x)
    return Array(np.dtype(np.float64) if dtype.kind in "iu" else dtype, x.shape)


for _name in ("convolve", "correlate"):
    primitive(
        f"{_name}_axes(in1, in2, /, mode='full', method='auto')",
        infer_convolved,
        f"scipy.signal.{_name}",
        jax=f"{_name}d(in1, in2, mode, method)",
    )
primitive(
    "fftconvolve(in1, in2, /, mode='full', axes=None)",
    infer_by_fft,
    "scipy.signal.fftconvolve",
    numpy_only=True,
)
for _name in ("convolve2d", "correlate2d"):
    primitive(
        f"{_name}(in1, in2, /, mode='full', boundary='fill', fillvalue=0)",
        infer_plane,
        f"scipy.signal.{_name}",
        numpy_only=True,
    )
primitive(
    "lfilter(b, a, x, /, axis=-1, zi=None)",
    infer_filtered,
    "scipy.signal.lfilter",
    jax="filtered(b, a, x, axis)",
)
primitive(
    "detrend(data, /, axis=-1, type='linear', bp=0, overwrite_data=False)",
    infer_detrended,
    "scipy.signal.detrend",
)


# ---------------------------------------------------------------------------------------------------- scipy.ndimage


def _image(type: Type, attrs: Attrs, path: str) -> Array:
    """An image of floats, and what all filters refuse."""
    x, name = array(type), path.rpartition(".")[2]
    if x.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(
            f"{name} is supported for float32 and float64, not for {x.dtype}: it would round to that"
        )
    if attrs["output"] is not None:
        raise TypeError(f"{name} is supported without output=; use what it gives")
    if attrs.get("axes") is not None:
        raise TypeError(f"{name} is supported over all axes only")
    if attrs["mode"] not in EDGES:
        raise TypeError(f"{name} takes one mode of {', '.join(EDGES)} here, not {attrs['mode']!r}")
    return Array(x.dtype, x.shape)


def infer_weighted(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape of the image; the weights have as many axes."""
    x, weights = _image(types[0], attrs, path), array(types[1])
    if weights.dtype.kind not in "iuf":
        raise TypeError("the weights of a filter are real numbers here")
    if "axis" in attrs:
        normal_axis(attrs["axis"], x.rank)
    if weights.rank != (1 if "axis" in attrs else x.rank):
        raise RuntimeError("filter weights array has incorrect shape.")
    if type(attrs["origin"]) is not int:
        raise TypeError("the origin of a filter is one integer here")
    return x


def infer_image(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape of the image."""
    x = _image(types[0], attrs, path)
    if "axis" in attrs:
        normal_axis(attrs["axis"], x.rank)
    for name in ("sigma", "order", "size", "truncate", "radius", "origin"):
        parts = for_each_axis(attrs.get(name, 0), x.rank)
        if len(parts) != x.rank or not all(
            type(part) in (int, float) or (part is None and name == "radius") for part in parts
        ):
            raise TypeError(f"{name} is a number, or one for each axis, known while compiling")
    return x


def for_each_axis(value: object, rank: int) -> list[Any]:
    """A setting of a filter, which may be one for all axes."""
    return list(value) if isinstance(value, (tuple, list)) else [value] * rank


_OPTIONS = "output=None, mode='reflect', cval=0.0"
for _name, _rest in [("correlate", "*, axes=None"), ("convolve", "*, axes=None")]:
    primitive(
        f"{_name}_image(input, weights, /, {_OPTIONS}, origin=0, {_rest})",
        infer_weighted,
        f"scipy.ndimage.{_name}",
        numpy_only=True,
    )
    primitive(
        f"{_name}1d(input, weights, /, axis=-1, {_OPTIONS}, origin=0)",
        infer_weighted,
        f"scipy.ndimage.{_name}1d",
        numpy_only=True,
    )
for _signature in (
    f"gaussian_filter1d(input, /, sigma=None, axis=-1, order=0, {_OPTIONS}, truncate=4.0, *, radius=None)",
    f"gaussian_filter(input, /, sigma=None, order=0, {_OPTIONS}, truncate=4.0, *, radius=None, axes=None)",
    f"uniform_filter1d(input, /, size=None, axis=-1, {_OPTIONS}, origin=0)",
    f"uniform_filter(input, /, size=3, {_OPTIONS}, origin=0, *, axes=None)",
    f"laplace(input, /, {_OPTIONS}, *, axes=None)",
    f"sobel(input, /, axis=-1, {_OPTIONS})",
    f"prewitt(input, /, axis=-1, {_OPTIONS})",
):
    primitive(_signature, infer_image, f"scipy.ndimage.{_signature.partition('(')[0]}", numpy_only=True)

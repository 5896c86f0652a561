"""Reductions over part of the elements or from a start, those that leave out what is no number, and quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import is_one, same
from adcompiler.ir.types import Array, DType, Type, broadcast_shapes
from adcompiler.primitives.reductions import (
    dtype_given,
    infer_position,
    infer_reduction,
    normal_axes,
    normal_axis,
    reduced_shape,
)
from adcompiler.primitives.registry import Attrs, find, primitive
from adcompiler.primitives.structure import array

# of NumPy's methods those that JAX has too
METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def absent(type: Type) -> bool:
    """Whether an operand is missing."""
    return isinstance(type, Array) and type.dtype.kind == "O"


def infer_masked(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_reduction; the mask is broadcast to the array."""
    x, mask = array(types[0]), array(types[-1])
    if not absent(mask):
        if mask.dtype.kind != "b":
            raise TypeError("the argument where of a reduction is a boolean array")
        if mask.rank > x.rank:
            raise ValueError("the argument where of a reduction has more axes than the array")
        for size, wanted in zip(mask.shape[::-1], x.shape[::-1], strict=False):
            if is_one(size) is not True and same(size, wanted) is False:
                raise ValueError(f"operands could not be broadcast together: sizes {size} and {wanted}")
    return infer_reduction(types[:1], attrs, path)


def infer_masked_from(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_masked; the start is a number and takes no part in the dtype."""
    x, initial, mask = map(array, types)
    if initial.rank:
        raise TypeError("the argument initial of a reduction is a number")
    if absent(initial) and path not in ("numpy.sum", "numpy.prod"):
        raise ValueError("a reduction with a mask that has no identity needs an initial value")
    if not absent(initial) and initial.dtype.kind == "c" and x.dtype.kind != "c":
        raise TypeError("a complex start of a real reduction")
    return infer_masked((x, mask), attrs, path)


def infer_spread(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_masked; the mean, if given, is broadcast to the array, and takes part in the dtype."""
    x, mask, mean = map(array, types)
    if absent(mean):
        return infer_masked((x, mask), attrs, path)
    if len(broadcast_shapes(x.shape, mean.shape)) > x.rank or any(
        is_one(size) and not is_one(wanted)
        for size, wanted in zip(x.shape[::-1], mean.shape[::-1], strict=False)
    ):
        raise ValueError("the argument mean has more elements than the array along an axis")
    dtype = x.dtype if mean.weak else np.result_type(x.dtype, mean.dtype)
    return infer_masked((Array(dtype, x.shape), mask), attrs, path)


def _dtype_of_quantile(path: str, x: DType) -> DType:
    function = find(path)
    if function is None:
        raise TypeError(f"{path} is not imported")
    return np.asarray(function(np.ones(1, x), 0.5)).dtype


def infer_quantile(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The axes named go away, or become 1; in front stand those of the fractions."""
    x, q = map(array, types)
    if attrs["method"] not in METHODS:
        raise ValueError(f"the method {attrs['method']!r} is not supported; there are {', '.join(METHODS)}")
    if x.dtype.kind == "c" or q.dtype.kind == "c":
        raise TypeError("a must be an array of real numbers")
    if q.rank > 1:
        raise ValueError("the fractions of a quantile are a number or an array with one axis")
    return Array(
        _dtype_of_quantile(path, x.dtype), q.shape + reduced_shape(x.shape, attrs["axis"], attrs["keepdims"])
    )


def infer_median(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_reduction."""
    x = array(types[0])
    if x.dtype.kind == "c":
        raise TypeError("the median of complex numbers: they have no order that means anything")
    return Array(dtype_given(path, x.dtype), reduced_shape(x.shape, attrs["axis"], attrs["keepdims"]))


def infer_accumulated(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape."""
    x = array(types[0])
    normal_axis(attrs["axis"], x.rank)
    return Array(x.dtype, x.shape)


def infer_folded(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_reduction, over one axis or all; numbers that are not integers."""
    x = array(types[0])
    if not x.inexact or x.dtype.kind == "c":
        raise TypeError("np.logaddexp.reduce takes real numbers that are not integers")
    axes = normal_axes(attrs["axis"], x.rank)
    return Array(x.dtype, reduced_shape(x.shape, axes, attrs["keepdims"]))


def _masked(name: str, settings: str, paths: str) -> None:
    """A reduction with a start and a mask."""
    given = ", ".join(f"{s.partition('=')[0]}={s.partition('=')[0]}" for s in settings.split(", "))
    call = f".{name}(x, {given}, initial=initial, where=where)"
    signature = f"{name}_from(x, initial=None, where=None, /, {settings})"
    primitive(signature, infer_masked_from, paths, given="initial where", numpy="np" + call, jax="jnp" + call)


def _where(name: str, settings: str) -> None:
    """A reduction with a mask."""
    given = ", ".join(f"{s.partition('=')[0]}={s.partition('=')[0]}" for s in settings.split(", "))
    call = f".{name}(x, {given}, where=where)"
    signature = f"{name}_where(x, where, /, {settings})"
    primitive(signature, infer_masked, f"numpy.{name}", given="where", numpy="np" + call, jax="jnp" + call)


def _about(name: str) -> None:
    """A spread with a mask, and about a mean that is given."""
    settings = "axis=None, dtype=None, ddof=0, keepdims=False"
    given = ", ".join(f"{s.partition('=')[0]}={s.partition('=')[0]}" for s in settings.split(", "))
    call = f".{name}(x, {given}, where=where, mean=mean)"
    signature = f"{name}_from(x, where=None, mean=None, /, {settings})"
    primitive(
        signature, infer_spread, f"numpy.{name}", given="where mean", numpy="np" + call, jax="jnp" + call
    )


_masked("sum", "axis=None, dtype=None, keepdims=False", "numpy.sum")
_masked("prod", "axis=None, dtype=None, keepdims=False", "numpy.prod")
_masked("max", "axis=None, keepdims=False", "numpy.max numpy.amax")
_masked("min", "axis=None, keepdims=False", "numpy.min numpy.amin")
_masked("nanmax", "axis=None, keepdims=False", "numpy.nanmax")
_masked("nanmin", "axis=None, keepdims=False", "numpy.nanmin")
_where("mean", "axis=None, dtype=None, keepdims=False")
_about("var")
_about("std")
_where("all", "axis=None, keepdims=False")
_where("any", "axis=None, keepdims=False")

primitive("nanmax(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.nanmax")
primitive("nanmin(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.nanmin")
primitive("nanargmax(x, /, axis=None, *, keepdims=False)", infer_position, "numpy.nanargmax")
primitive("nanargmin(x, /, axis=None, *, keepdims=False)", infer_position, "numpy.nanargmin")
primitive("median(x, /, axis=None, *, keepdims=False)", infer_median, "numpy.median")
primitive("nanmedian(x, /, axis=None, *, keepdims=False)", infer_median, "numpy.nanmedian")
for _name in ("quantile", "percentile", "nanquantile", "nanpercentile"):
    primitive(
        f"{_name}(x, q, /, axis=None, *, method='linear', keepdims=False)", infer_quantile, f"numpy.{_name}"
    )

# methods of ufuncs
primitive(
    "running_max(x, /, axis=0)",
    infer_accumulated,
    "numpy.maximum.accumulate",
    jax="jax.lax.cummax(x, axis)",
)
primitive(
    "running_min(x, /, axis=0)",
    infer_accumulated,
    "numpy.minimum.accumulate",
    jax="jax.lax.cummin(x, axis)",
)
primitive(
    "running_logaddexp(x, /, axis=0)",
    infer_accumulated,
    "numpy.logaddexp.accumulate",
    jax="jax.lax.cumlogsumexp(x, axis)",
)
primitive(
    "logaddexp_reduce(x, /, axis=0, *, keepdims=False)",
    infer_folded,
    "numpy.logaddexp.reduce",
    jax="jax.nn.logsumexp(x, axis, keepdims=keepdims)",
)

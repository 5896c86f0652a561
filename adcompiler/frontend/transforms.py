"""Fourier transforms over several axes, whose sizes are operands."""

from __future__ import annotations

from adcompiler.frontend.bindings import Binding, Static
from adcompiler.frontend.context import Lowering, Statics
from adcompiler.frontend.operands import Given, array_operand, sizes_of, static_value
from adcompiler.primitives.registry import by_path


def of_axes(low: Lowering, path: str, given: Given) -> Binding:
    """np.fft.fftn and its kin."""
    row = by_path(path)
    assert row is not None
    sizes = [] if given["s"] == Static(None) else sizes_of(low, given["s"])
    fixed: Statics = {name: static_value(low, given[name], name) for name in ("axes", "norm")}
    return low.wrap(low.apply(row.name, array_operand(low, given["a"], path), *sizes, path=path, **fixed))

"""The derivatives of np.pad: those of the arrays that are put around it, axis by axis."""

from __future__ import annotations

from adcompiler.ir.index import At, Slice
from adcompiler.primitives.pads import STATISTICS, end_values_of, pad_widths, stat_lengths
from adcompiler.rules.language import Like, Sym, call, number
from adcompiler.rules.rearrange import extent, positions
from adcompiler.rules.registry import rule, same
from adcompiler.rules.structure import one_or_all, rank


def mirrored(x: Sym, axis: int, width: tuple[int, int], mode: str) -> Sym:
    """What is put around an array as elements of it: their places are padded in the same way."""
    places = call("pad", positions(x, axis), pad_width=width, mode=mode)
    return call("getitem", x, places, index=(Slice(),) * axis + (At(0),))


def end(x: Sym, axis: int, length: int, last: bool) -> Sym:
    """The first elements along an axis, or the last ones."""
    bound = Slice(0, None) if last else Slice(None, 0)
    return call("getitem", x, -length if last else length, index=(*(Slice(),) * axis, bound))


def ramp(x: Sym, axis: int, width: int, value: float, last: bool) -> Sym:
    """Numbers between a value, which is the outermost, and the edge, which does not count."""
    share = call("linspace", 0, 1, number(x, width), endpoint=False)
    share = call("flip", share) if last else share
    others = tuple(k for k in range(rank(x)) if k != axis)
    share = call("expand_dims", share, axis=one_or_all(others)) if others else share
    edge = end(x, axis, 1, last)
    return value + (edge - value) * share if value else edge * share


def statistic(x: Sym, axis: int, mode: str, length: int | None, last: bool) -> Sym:
    """One number of each line, or of the elements at one end of it."""
    line = x if length is None else end(x, axis, length, last)
    return call({"maximum": "max", "minimum": "min"}.get(mode, mode), line, axis=axis, keepdims=True)


def surrounded(
    x: Sym, pad_width: object, mode: str, constant_values: object, end_values: object, stat_length: object
) -> Sym | None:
    """The array with what is put around it, one axis after another: corners are made of what is there already."""
    if mode == "constant":
        return None
    axes = zip(
        pad_widths(pad_width, rank(x)),
        end_values_of(end_values, rank(x)),
        stat_lengths(stat_length, rank(x)),
        strict=True,
    )
    for axis, (widths, values, lengths) in enumerate(axes):
        if not any(widths):
            continue
        if mode not in ("linear_ramp", *STATISTICS):
            x = mirrored(x, axis, widths, mode)
            continue
        blocks = []
        for k in (0, 1):
            if mode == "linear_ramp":
                blocks.append(ramp(x, axis, widths[k], values[k], last=k == 1))
            else:
                one = statistic(x, axis, mode, lengths and lengths[k], last=k == 1)
                sizes = (widths[k] if other == axis else extent(x, other) for other in range(rank(x)))
                blocks.append(call("broadcast_to", one, *sizes))
        parts = [blocks[0]] * (widths[0] > 0) + [x] + [blocks[1]] * (widths[1] > 0)
        x = call("concatenate", *parts, axis=axis)
    return x


def unpadded(g: Sym, x: Sym, pad_width: object, **rest: object) -> Sym:
    """The part inside."""
    bounds: list[Like] = []
    index: list[Slice] = []
    for low, high in pad_widths(pad_width, rank(x)):
        start, stop = (len(bounds) if low else None), (len(bounds) + bool(low) if high else None)
        bounds += [low] * bool(low) + [-high] * bool(high)
        index.append(Slice(start, stop))
    return call("getitem", g, *bounds, index=tuple(index)) if bounds else g


rule("pad(x)", x=unpadded)
same("pad", surrounded)

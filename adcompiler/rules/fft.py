"""Derivatives of Fourier transforms, which are linear: the transposed transforms.

The matrix of fft and of ifft is symmetric, so that each is its own transpose, with the same norm. A transform of a real
array gives half a spectrum, and one from half a spectrum counts all frequencies twice but those that are their own
mirror images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adcompiler.ir.index import Slice
from adcompiler.primitives.fft import transformed
from adcompiler.primitives.reductions import normal_axis
from adcompiler.rules.elementwise import absent, is_complex
from adcompiler.rules.language import Sym, call
from adcompiler.rules.registry import rule
from adcompiler.rules.structure import array_type, rank

SWAPPED = {None: "forward", "backward": "forward", "forward": None, "ortho": "ortho"}


def fitted(g: Sym, x: Sym, axes: Sequence[int]) -> Sym:
    """The cotangent of an array that was cut off, or filled up with zeros, along some axes."""
    if not is_complex(x) and is_complex(g):
        g = call("real", g)
    if all(array_type(g).shape[axis] == array_type(x).shape[axis] for axis in axes):
        return g
    index = tuple(Slice(None, axes.index(k)) if k in axes else Slice() for k in range(rank(x)))
    kept = call("getitem", g, *(call("size", x, axis=axis) for axis in axes), index=index)
    nothing = call("zeros_of", call("shape", x), dtype=array_type(g).dtype)
    return call("setitem", nothing, kept, *(call("size", g, axis=axis) for axis in axes), index=index)


def points(x: Sym, n: Sym, axis: int) -> Sym:
    """How many points are transformed along an axis."""
    return call("size", x, axis=axis) if absent(n) else n


def doubled(r: Sym, y: Sym, axis: int) -> Sym:
    """Half a spectrum of y with all frequencies twice that are not their own mirror images."""
    j = call("arange", call("size", r, axis=axis))
    mirrored = (2 * j % call("size", y, axis=axis)).equal(0)
    behind = tuple(range(1, rank(r) - axis))
    if behind:
        mirrored = call("expand_dims", mirrored, axis=behind[0] if len(behind) == 1 else behind)
    return call("where", mirrored, r, 2 * r)


def transform(name: str) -> Callable[..., Sym]:
    """Of fft and ifft."""

    def pull_back(g: Sym, x: Sym, axis: int, norm: str | None, **rest: object) -> Sym:
        return fitted(call(name, g, axis=axis, norm=norm), x, [normal_axis(axis, rank(x))])

    return pull_back


def of_real(name: str) -> Callable[..., Sym]:
    """Of rfft (by fft) and ihfft (by ifft): of the missing half of the spectrum the cotangent is zero."""

    def pull_back(g: Sym, x: Sym, n: Sym, axis: int, norm: str | None, **rest: object) -> Sym:
        place = normal_axis(axis, rank(x))
        return fitted(call(name, g, points(x, n, place), axis=axis, norm=norm), x, [place])

    return pull_back


def to_real(g: Sym, y: Sym, x: Sym, axis: int, norm: str | None, **rest: object) -> Sym:
    """Of irfft."""
    place = normal_axis(axis, rank(x))
    spectrum = call("conj", call("rfft", g, axis=axis, norm=SWAPPED[norm]))
    return fitted(doubled(spectrum, y, place), x, [place])


def hermitian(g: Sym, y: Sym, x: Sym, axis: int, norm: str | None, **rest: object) -> Sym:
    """Of hfft."""
    place = normal_axis(axis, rank(x))
    return fitted(doubled(call("rfft", g, axis=axis, norm=norm), y, place), x, [place])


def several(name: str) -> Callable[..., list[Sym | None]]:
    """Of fftn and ifftn."""

    def pull_back(
        g: Sym, x: Sym, s: tuple[Sym, ...], axes: object, norm: str | None, **rest: object
    ) -> list[Sym | None]:
        found = fitted(call(name, g, axes=axes, norm=norm), x, transformed(axes, rank(x)))
        return [found, *(None for _ in s)]

    return pull_back


def several_of_real(name: str) -> Callable[..., list[Sym | None]]:
    """Of rfftn, by fftn."""

    def pull_back(
        g: Sym, x: Sym, s: tuple[Sym, ...], axes: object, norm: str | None, **rest: object
    ) -> list[Sym | None]:
        along = transformed(axes, rank(x))
        last = s[-1] if s else call("size", x, axis=along[-1])
        sizes = [*(call("size", g, axis=axis) for axis in along[:-1]), last]
        given = along if axes is None else axes
        return [fitted(call(name, g, *sizes, axes=given, norm=norm), x, along), *(None for _ in s)]

    return pull_back


def several_to_real(name: str) -> Callable[..., list[Sym | None]]:
    """Of irfftn, by rfftn."""

    def pull_back(
        g: Sym, y: Sym, x: Sym, s: tuple[Sym, ...], axes: object, norm: str | None, **rest: object
    ) -> list[Sym | None]:
        along = transformed(axes, rank(x))
        spectrum = call("conj", call(name, g, axes=axes, norm=SWAPPED[norm]))
        return [fitted(doubled(spectrum, y, along[-1]), x, along), *(None for _ in s)]

    return pull_back


rule("fft(x, n)", x=transform("fft"))
rule("ifft(x, n)", x=transform("ifft"))
rule("rfft(x, n)", x=of_real("fft"))
rule("irfft(x, n)", x=to_real)
rule("hfft(x, n)", x=hermitian)
rule("ihfft(x, n)", x=of_real("ifft"))
for _suffix in ("2", "n"):
    rule(f"fft{_suffix}(x, *s)", every=several(f"fft{_suffix}"))
    rule(f"ifft{_suffix}(x, *s)", every=several(f"ifft{_suffix}"))
    rule(f"rfft{_suffix}(x, *s)", every=several_of_real(f"fft{_suffix}"))
    rule(f"irfft{_suffix}(x, *s)", every=several_to_real(f"rfft{_suffix}"))
rule("fftshift(x)", x="ifftshift(g, axes=axes)")
rule("ifftshift(x)", x="fftshift(g, axes=axes)")
rule("fftfreq(n, d)", d="-sum(g * y) / d")
rule("rfftfreq(n, d)", d="-sum(g * y) / d")

"""What an oracle says about a gradient: whether it agrees, how closely, and where it differs most.

A Subject is a computed gradient with the function that it is the gradient of; `judged` compares it with what
an oracle gives. Differences are relative to the size of the gradient: of the part for the same leaf of the
arguments, or, where that vanishes, of the whole gradient and of the slopes around the point. At a kink any
slope between those of its two sides is as good as another, so that there no oracle can object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from adcompiler.pytree import flatten
from adcompiler.verify.comparison import leaves_like
from adcompiler.verify.finite import (
    Argnums,
    Line,
    Vector,
    along,
    argument_leaves,
    argument_numbers,
    component,
    fresh_arguments,
    is_inexact,
    is_number,
    like_leaf,
    named_leaves,
    one_sided,
    outcome,
)
from adcompiler.verify.tolerance import coarsest

Agreement: TypeAlias = Literal["ok", "disagrees", "cannot see"]

SEED = 0
LIMIT = 200  # components that are compared one by one
DOUBT = 10.0  # what an error estimate may be off by
SMALL_PART = 1e-3  # a part of the gradient that is smaller, relative to the whole, is compared to that
AROUND = 1e-2  # how far from the point the slopes around it are taken, and how much they count
BLURRED = 0.1  # a slope that may be off by more, relative to the gradient, says nothing
SMALL, LARGE = (
    1e-8,
    2.0**-6,
)  # steps that single precision does not resolve, and does, relative to the arguments
NEXT = 1e-10  # a step so small that it shows jumps, relative to the arguments
CONDITIONED = 1e-6  # the most that an ill-conditioned function excuses, relative


@dataclass(frozen=True)
class Oracle:
    """The name of an oracle, and in a few words what it can see and what it cannot."""

    name: str
    sees: str
    blind: str


@dataclass(frozen=True)
class Worst:
    """Where two gradients differ most, as the user would write it, with both numbers."""

    place: str
    computed: complex
    expected: complex
    doubt: float = 0.0


@dataclass(frozen=True)
class Judgement:
    """The verdict of an oracle; `note` says why it cannot see, or what else there is to say.

    `error` and `tolerance` are relative, and those of the worst component; `checked` is less than
    `components` where only a sample of these was compared.
    """

    oracle: Oracle
    agreement: Agreement
    note: str = ""
    error: float | None = None
    tolerance: float | None = None
    worst: Worst | None = None
    checked: int = 0
    components: int = 0


@dataclass(frozen=True)
class Subject:
    """A gradient, in the structure of JAX's `grad(f, argnums)(*args)`, and the function that it is of.

    `again` computes the gradient at other arguments; `limit` is how many components are looked at one by one.
    """

    f: Callable[..., object]
    args: tuple[Any, ...]
    argnums: Argnums
    gradient: object
    again: Callable[..., object] | None = None
    limit: int = LIMIT

    @cached_property
    def line(self) -> Line:
        """The function at the point, with no direction yet."""
        leaves, structure = flatten(self.args)
        return Line(self.f, tuple(leaves), structure, {})

    @cached_property
    def value(self) -> float:
        """The function's value."""
        return float(np.asarray(self.f(*fresh_arguments(self.args))))

    @cached_property
    def paths(self) -> list[str]:
        """How the user writes each leaf of the arguments."""
        return [path for path, _ in named_leaves(self.f, self.args)]

    @cached_property
    def active(self) -> list[int]:
        """The leaves that are differentiated."""
        return [i for i in argument_leaves(self.args, self.argnums) if is_inexact(self.line.leaves[i])]

    @cached_property
    def computed(self) -> dict[int, Vector]:
        """The gradient by leaves."""
        return self.by_leaf(self.gradient)

    def by_leaf(self, gradient: object) -> dict[int, Vector]:
        """Any gradient of the function by leaves; ValueError if it has another structure or shape."""
        wanted = tuple(self.args[k] for k in argument_numbers(self.args, self.argnums))
        parts = (gradient,) if isinstance(self.argnums, int) else gradient
        found = leaves_like(wanted, parts, "the gradient", ValueError)
        by_leaf: dict[int, Vector] = {}
        for i, part in zip(argument_leaves(self.args, self.argnums), found, strict=True):
            if i not in self.active:
                continue
            shape = np.shape(np.asarray(self.line.leaves[i]))
            if not is_number(part) or np.asarray(part).shape != shape:
                what = f"has shape {np.shape(part)}" if hasattr(part, "shape") else f"is {part!r}"
                raise ValueError(f"the gradient for {self.paths[i]} {what}, the argument has shape {shape}")
            by_leaf[i] = np.asarray(part)
        return by_leaf

    @cached_property
    def components(self) -> int:
        """How many numbers the gradient has."""
        return sum(part.size for part in self.computed.values())

    @cached_property
    def places(self) -> list[tuple[int, tuple[int, ...]]]:
        """The components that are looked at one by one: all of them, or a random sample."""
        every = [(i, index) for i, part in self.computed.items() for index in np.ndindex(part.shape)]
        if len(every) <= self.limit:
            return every
        chosen = np.random.default_rng(SEED).choice(len(every), self.limit, replace=False)
        return [every[k] for k in sorted(chosen.tolist())]

    @cached_property
    def differences(self) -> tuple[dict[int, Vector], dict[int, Vector]]:
        """Finite differences at the places, NaN elsewhere, and how far they may be off."""
        expected, doubt = self.empty(), self.empty(float)
        for i, index in self.places:
            expected[i][index], doubt[i][index] = component(self.line, i, index)
        return expected, doubt

    def empty(self, dtype: type | None = None) -> dict[int, Vector]:
        """NaN for each component."""
        kinds = {i: dtype or np.result_type(part.dtype, np.float64) for i, part in self.computed.items()}
        return {i: np.full(part.shape, np.nan, kinds[i]) for i, part in self.computed.items()}

    @cached_property
    def direction(self) -> dict[int, Vector]:
        """A random direction in the leaves that are differentiated, none of its numbers above 1."""
        random = np.random.default_rng(SEED)
        drawn = {i: _drawn(random, np.asarray(self.line.leaves[i])) for i in self.active}
        longest = max((float(np.max(np.abs(d), initial=0.0)) for d in drawn.values()), default=0.0)
        return {i: d / (longest or 1.0) for i, d in drawn.items()}

    @property
    def moving(self) -> Line:
        """The function along the random direction."""
        return replace(self.line, directions=self.direction)

    def toward(self, leaf: int, index: tuple[int, ...]) -> Line:
        """The function along one real component."""
        unit = np.zeros(np.shape(np.asarray(self.line.leaves[leaf])))
        unit[index] = 1.0
        return replace(self.line, directions={leaf: unit})

    @cached_property
    def around(self) -> float:
        """The size of the slopes around the point, which the gradient has unless it vanishes there."""
        line = self.moving
        step = AROUND * line.scale
        slopes = [0.0]
        for h in (step, -step):
            try:
                slopes.append(abs(float(np.asarray(line(h))) - self.value) / step)
            except Exception:  # outside its domain the function may raise anything
                continue
        return max(slope for slope in slopes if np.isfinite(slope))

    @cached_property
    def noise(self) -> float:
        """The slopes that come of rounding alone."""
        line = self.moving
        precision = max(line.precision, outcome(self.f(*fresh_arguments(self.args))).precision)
        size = abs(self.value) if np.isfinite(self.value) else 0.0
        return 16 * precision * size / line.scale

    @cached_property
    def coarseness(self) -> float:
        """What single and half precision among arguments and result excuse, relative; 0 in double."""
        result = self.f(*fresh_arguments(self.args))
        return coarsest([*(self.line.leaves[i] for i in self.active), result])

    @cached_property
    def unsteadiness(self) -> dict[int, Vector]:
        """How much the gradient changes when the arguments change in their last digit, which is excused."""
        spread = {i: np.zeros(part.shape) for i, part in self.computed.items()}
        if self.again is None:
            return spread
        random = np.random.default_rng(SEED)
        for _ in range(2):
            leaves = list(self.line.leaves)
            for i in self.active:
                leaves[i] = _rounded_otherwise(random, leaves[i])
            try:
                other = self.by_leaf(self.again(*self.line.structure.unflatten(leaves)))
            except Exception:  # at the edge of its domain the function may raise anything
                continue
            for i, part in other.items():
                with np.errstate(all="ignore"):
                    spread[i] = np.fmax(spread[i], np.nan_to_num(np.abs(part - self.computed[i]), posinf=0.0))
        return spread

    def place(self, leaf: int, index: Sequence[int]) -> str:
        """A component as Python text, such as `w['b'][2, 1]`."""
        return self.paths[leaf] + (f"[{', '.join(map(str, index))}]" if len(index) else "")


def judged(
    subject: Subject,
    oracle: Oracle,
    expected: Mapping[int, Vector],
    tolerance: float,
    doubt: Mapping[int, Vector] | None = None,
    note: str = "",
) -> Judgement:
    """Compare a gradient with an oracle's, which is NaN in components that it cannot see where `doubt` is given.

    Without `doubt` every component is compared, and NaN agrees with NaN.
    """
    tolerance = max(tolerance, subject.coarseness)
    sizes = _sizes(subject, expected, tolerance)
    found: list[tuple[float, int, tuple[int, ...]]] = []  # in units of what is allowed, largest last
    errors: dict[int, Vector] = {}
    allowed: dict[int, Vector] = {}
    checked = 0
    for i, ours in subject.computed.items():
        theirs, size = expected[i], sizes[i]
        with np.errstate(all="ignore"):
            same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
            errors[i] = np.where(same, 0.0, np.abs(ours - theirs)) / size
            off = np.zeros(ours.shape) if doubt is None else DOUBT * doubt[i] / size
            excuse = np.minimum(DOUBT * subject.unsteadiness[i] / size, CONDITIONED)
            allowed[i] = tolerance + off + excuse
            units = np.where(np.isnan(errors[i]), np.inf, errors[i] / allowed[i])
        if doubt is not None:
            seen = np.isfinite(theirs) & (off <= BLURRED)
            units = np.where(seen, units, -1.0)
        checked += int(np.sum(units >= 0))
        count = min(units.size, subject.limit)
        order = np.argsort(units, axis=None)[units.size - count :]
        found += [(float(units.flat[k]), i, _index(k, units.shape)) for k in order]
    found = sorted((one for one in found if one[0] >= 0), key=lambda one: -one[0])
    if not found:
        return Judgement(oracle, "cannot see", note or _unseen(subject), components=subject.components)
    excuses: list[str] = []
    for badness, i, index in found:
        if badness > 1 and (said := _excuse(subject, i, index, expected, doubt)):
            excuses.append(said)
            continue
        agreement: Agreement = "ok" if badness <= 1 else "disagrees"
        seen_at = Worst(
            subject.place(i, index),
            subject.computed[i][index].item(),
            expected[i][index].item(),
            0.0 if doubt is None else float(doubt[i][index]),
        )
        said = "; ".join([text for text in (note, *excuses[:1]) if text])
        error, limit = float(errors[i][index]), float(allowed[i][index])
        return Judgement(oracle, agreement, said, error, limit, seen_at, checked, subject.components)
    return Judgement(oracle, "cannot see", excuses[0], checked=checked, components=subject.components)


def _excuse(
    subject: Subject,
    leaf: int,
    index: tuple[int, ...],
    expected: Mapping[int, Vector],
    doubt: Mapping[int, Vector] | None,
) -> str:
    """Why a component that an oracle objects to may be right; empty if nothing speaks for it."""
    if kink := kink_at(subject, leaf, index):
        return kink
    if doubt is None:
        return ""
    numbers = subject.computed[leaf][index].item(), expected[leaf][index].item()
    slope = slope_by_large_steps(subject, subject.toward(leaf, index), *numbers)
    if slope is None:
        return ""
    return f"the function is a staircase at {subject.place(leaf, index)} (slope {slope:.6g} by large steps)"


def kink_at(subject: Subject, leaf: int, index: tuple[int, ...]) -> str:
    """The two slopes at a kink between which a component of the gradient lies; empty where there is no kink."""
    like = np.asarray(subject.line.leaves[leaf])
    if like.dtype.kind == "c":
        return ""
    computed = float(subject.computed[leaf][index])
    line = subject.toward(leaf, index)
    if jumps(line):
        return f"the function jumps at {subject.place(leaf, index)}"
    sides = slopes_beside(subject, line)
    if sides is None:
        return ""
    left, right = sides
    room = 1e-6 * max(abs(left), abs(right))
    if not min(left, right) - room <= computed <= max(left, right) + room:
        return ""
    slopes = f"slope {left:.6g} to the left, {right:.6g} to the right, {computed:.6g} computed"
    return f"the function has a kink at {subject.place(leaf, index)} ({slopes})"


def slope_by_large_steps(subject: Subject, line: Line, computed: complex, expected: complex) -> float | None:
    """The slope of a staircase by steps that single precision resolves, if it is that of a gradient.

    To small steps a function of doubles that computes in single precision inside is a staircase: it does not
    change by the slope times the step, or has another slope than by large steps.
    """
    small, large = SMALL * line.scale, LARGE * line.scale
    slope = along(line, "five-point", large)
    value = float(slope.value[0].real)
    room = float(slope.error[0]) + 8 * float(np.finfo(np.float32).eps) * abs(subject.value) / large
    if not abs(computed - value) <= room:
        return None
    try:
        changes = [float(np.asarray(line(k * small))) - subject.value for k in range(1, 5)]
    except Exception:  # outside its domain the function may raise anything
        return None
    noise = 1e3 * float(np.finfo(float).eps) * abs(subject.value)
    straight = all(abs(change - expected.real * k * small) <= noise for k, change in enumerate(changes, 1))
    return None if straight and abs(expected - value) <= DOUBT * room else value


def slopes_beside(subject: Subject, line: Line) -> tuple[float, float] | None:
    """The slopes on both sides of a kink; None if there is none: they differ, also from closer by."""
    try:
        wide, close = one_sided(line), one_sided(line, 1 / 16)
    except Exception:  # the origin was fine; what is wrong here is a matter of the domain
        return None
    left, right = (float(side[0].real) for side in close)
    least = 1e-3 * max(abs(left), abs(right), subject.around)
    if not abs(left - right) > least:
        return None
    # A function that only oscillates faster than the step has other slopes from closer by.
    steady = all(
        abs(float(a[0].real) - float(b[0].real)) <= 0.1 * abs(left - right)
        for a, b in zip(wide, close, strict=True)
    )
    return (left, right) if steady else None


def jumps(line: Line) -> bool:
    """Whether a function along a line is not continuous: a step 16 times smaller changes it as much."""
    try:
        origin = outcome(line(0.0))
        far, near = (
            [np.abs(outcome(line(sign * step * line.scale)).vector - origin.vector)[0] for sign in (1, -1)]
            for step in (16 * NEXT, NEXT)
        )
    except Exception:  # outside its domain the function may raise anything
        return False
    noise = 1e3 * max(line.precision, origin.precision) * abs(origin.vector[0])
    return any(n > noise and n >= 0.5 * f for n, f in zip(near, far, strict=True))


def inner_product(direction: object, gradient: object) -> tuple[float, float]:
    """The slope that a gradient gives along a direction, and the size of what was summed for it."""
    total, size = 0.0, 0.0
    for d, g in zip(flatten(direction)[0], flatten(gradient)[0], strict=True):
        if is_inexact(d):
            part = np.real(np.asarray(d) * np.asarray(g).astype(np.result_type(np.asarray(g), np.float64)))
            total += float(np.sum(part))
            size += float(np.sum(np.abs(part)))
    return total, size


def same_bytes(tree: object) -> list[bytes]:
    """All that is in a tree, to be compared bit for bit."""
    return [
        np.asarray(leaf).tobytes() if is_number(leaf) or hasattr(leaf, "dtype") else repr(leaf).encode()
        for leaf in flatten(tree)[0]
    ]


def first_line(error: BaseException) -> str:
    """What an error says first: messages of compilers go on for pages."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "")


def _unseen(subject: Subject) -> str:
    """Why differences say nothing of any component."""
    if not subject.components:
        return "nothing to compare: no argument can vary"
    leaf, index = subject.places[0]
    if not np.isfinite(subject.differences[0][leaf][index]):
        return f"there is no finite difference at {subject.place(leaf, index)}"
    return kink_at(subject, leaf, index) or "the differences do not settle to a slope"


def _sizes(subject: Subject, expected: Mapping[int, Vector], tolerance: float) -> dict[int, float]:
    """What the differences of each leaf's part are relative to.

    Of a gradient that vanishes no more is expected than that the difference is that of rounding.
    """
    parts = {i: _largest(part) for i, part in expected.items()}
    whole = max(parts.values(), default=0.0)
    least = max(SMALL_PART * whole, AROUND * subject.around, float(np.finfo(float).tiny))
    if whole <= subject.noise:
        least = max(least, subject.noise / tolerance)
    return {i: max(part, least) for i, part in parts.items()}


def _largest(part: Vector) -> float:
    sizes = np.abs(part[np.isfinite(part)])
    return float(np.max(sizes, initial=0.0))


def _index(flat: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.unravel_index(int(flat), shape))


def _drawn(random: np.random.Generator, like: Vector) -> Vector:
    drawn = random.standard_normal(like.shape)
    return drawn + 1j * random.standard_normal(like.shape) if like.dtype.kind == "c" else drawn


def _rounded_otherwise(random: np.random.Generator, leaf: object) -> object:
    """The leaf with its last digit changed at random."""
    array = np.asarray(leaf)
    step = np.finfo(array.dtype).eps * random.choice([-1.0, 1.0], array.shape)
    return like_leaf(leaf, array * (1 + step))

"""One gradient against finite differences, component by component."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler.pytree import flatten, tree_map
from adcompiler.verify.finite import (
    Argnums,
    Line,
    argument_leaves,
    argument_numbers,
    component,
    fresh_arguments,
    is_inexact,
    is_number,
    named_leaves,
    scalar_result,
)
from adcompiler.verify.report import Report, kind_of
from adcompiler.verify.tolerance import distance, tolerance

SEED = 0


def compare(
    gradient: object,
    f: Callable[..., object],
    args: Sequence[object],
    argnums: Argnums = 0,
    *,
    atol: float | None = None,
    rtol: float | None = None,
    limit: int = 1000,
) -> Report:
    """How a computed gradient of a scalar function agrees with finite differences, component by component.

    `gradient` has the structure of JAX's `grad(f, argnums)(*args)`; what it holds for leaves that cannot
    vary is not looked at. Of more than `limit` components a random sample is compared. ValueError if
    structure or shapes differ.
    """
    numbers = argument_numbers(args, argnums)
    leaves, structure = flatten(tuple(args))
    scalar_result(f(*fresh_arguments(args)))
    line = Line(f, tuple(leaves), structure, {})
    wanted = tuple(args[k] for k in numbers)
    parts = (gradient,) if isinstance(argnums, int) else gradient
    given = leaves_like(wanted, parts, "the gradient", ValueError)
    paths = [path for path, _ in named_leaves(f, args)]
    places: list[tuple[int, tuple[int, ...], complex]] = []
    for i, part in zip(argument_leaves(args, argnums), given, strict=True):
        if not is_inexact(leaves[i]):
            continue
        shape = np.asarray(leaves[i]).shape
        if not is_number(part) or np.asarray(part).shape != shape:
            raise ValueError(
                f"the gradient for {paths[i]} is {kind_of(part)}, the argument {kind_of(leaves[i])}"
            )
        places += [(i, index, np.asarray(part)[index].item()) for index in np.ndindex(shape)]
    if not places:
        return Report(True, 0.0, 0.0, "", (), 0.0, 0.0, 0.0, 0, 0)
    chosen = list(range(len(places)))
    if len(places) > limit:
        chosen = sorted(np.random.default_rng(SEED).choice(len(places), limit, replace=False).tolist())
    seen: list[_Component] = []
    for i, index, computed in (places[k] for k in chosen):
        expected, doubt = component(line, i, index)
        allowed = tolerance((leaves[i],), atol, rtol)
        seen.append(_Component(paths[i], index, computed, expected, doubt, allowed))
    worst = max(seen, key=lambda one: one.badness)
    return Report(
        agrees=all(one.badness <= 1 for one in seen),
        max_absolute=max(one.difference for one in seen),
        max_relative=max(one.relative for one in seen),
        path=worst.path,
        index=worst.index,
        computed=worst.computed,
        expected=worst.expected,
        uncertainty=worst.doubt,
        checked=len(seen),
        components=len(places),
    )


@dataclass(frozen=True)
class _Component:
    """One partial derivative from both sides."""

    path: str
    index: tuple[int, ...]
    computed: complex
    expected: complex
    doubt: float
    tolerance: tuple[float, float]

    @property
    def difference(self) -> float:
        return distance(self.computed, self.expected)

    @property
    def relative(self) -> float:
        """The difference relative to the larger value; 0 where finite differences cannot tell."""
        larger = max(abs(self.computed), abs(self.expected))
        return 0.0 if self.difference <= self.doubt or larger == 0 else self.difference / larger

    @property
    def badness(self) -> float:
        """The difference in units of what is tolerated."""
        tolerated = self.tolerance[0] + self.tolerance[1] * abs(self.expected)
        return self.difference / max(tolerated, sys.float_info.min)


def leaves_like(
    like: tuple[object, ...], trees: object, what: str, error: type[Exception] = AssertionError
) -> list[Any]:
    """What stands in `trees` at the places of the leaves of `like`; None for items that cannot vary."""
    if not isinstance(trees, tuple | list) or len(trees) != len(like):
        raise error(f"{what}: not {len(like)} but {kind_of(trees)}")
    found: list[Any] = []

    def take(_: object, part: object) -> None:
        found.append(part)

    for item, tree in zip(like, trees, strict=True):
        leaves = flatten(item)[0]
        if not any(map(is_inexact, leaves)):
            found += [None] * len(leaves)
            continue
        try:
            tree_map(take, item, tree)
        except ValueError as reason:
            raise error(f"{what}: {reason}") from reason
    return found

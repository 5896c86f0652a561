"""How many trips checkpointed loops run: by the theory, by the schedule, and in emitted code."""

from __future__ import annotations

from functools import cache
from math import comb
from types import ModuleType
from typing import Any

import numpy as np

from adcompiler.runtime import next_snapshot


@cache
def fewest(trips: int, slots: int) -> int:
    """The fewest trips to be run for reversing so many with so many slots, by trying every split."""
    if trips <= 1:
        return 0
    if slots == 1:
        return trips * (trips - 1) // 2
    return min(m + fewest(trips - m, slots - 1) + fewest(m, slots) for m in range(1, trips))


def repetitions(trips: int, slots: int) -> int:
    """How often the trip that is run most often on the way to snapshots has to be run, at least."""
    return next(r for r in range(trips + 1) if comb(slots + r, slots) >= trips)


def by_formula(trips: int, slots: int) -> int:
    """Griewank and Walther, Algorithm 799, ACM TOMS 26(1), 2000: t(l, c) = r l - binomial(c + r, r - 1)."""
    runs = repetitions(trips, slots)
    return runs * trips - comb(slots + runs, runs - 1) if runs else 0


def rewound(kept: list[int], trips: int, slots: int, runs: list[int] | None = None) -> int:
    """How many trips the reverse sweep runs from the snapshots before trips `kept`, the adjoints themselves apart.

    Asserts that no more than so many snapshots are held, that of the trip at hand apart. `runs` counts for each trip.
    """
    kept, ran = list(kept), 0
    for trip in reversed(range(trips)):
        while kept[-1] < trip:
            stop = next_snapshot(kept[-1], trip, slots - len(kept))
            assert kept[-1] < stop <= trip
            for again in range(kept[-1], stop if runs else 0):
                runs[again] += 1
            ran += stop - kept[-1]
            kept.append(stop)
            assert stop == trip or len(kept) <= slots
        assert kept.pop() == trip
    return ran


class Counting:
    """NumPy, whose sines are counted."""

    def __init__(self) -> None:
        self.sines = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def sin(self, x: Any) -> Any:
        """A sine that is counted."""
        self.sines += 1
        return np.sin(x)


def sines(module: ModuleType, name: str, *arguments: Any) -> int:
    """The sines of a call of emitted code."""
    counting = Counting()
    vars(module)["np"] = counting
    getattr(module, name)(*arguments)
    return counting.sines

"""Cost growth: three kernels at growing sizes, each size as any other kernel is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adcompiler.bench.contenders import Name
from adcompiler.bench.kernel import Size
from adcompiler.bench.kernels import select
from adcompiler.bench.measure import Row, measure_at

# by kernel: what grows, and the numbers of each size
LADDERS: Mapping[str, tuple[str, tuple[tuple[int, ...], ...]]] = {
    "recurrence": ("elements", ((250,), (1000,), (4000,), (16_000,), (64_000,))),
    "sor": ("points on a side", ((8, 10), (16, 10), (32, 10), (64, 10), (128, 10))),
    "triangular_solve": ("unknowns", ((32,), (64,), (128,), (256,), (512,))),
}
STEPS: Mapping[Size, int] = {"small": 2, "medium": 4, "large": 5}


@dataclass(frozen=True)
class Growth:
    """A kernel, what grows, and what was measured at each size."""

    kernel: str
    axis: str
    rows: tuple[Row, ...]


def grow(
    size: Size, names: Sequence[Name], repeat: int, step: Callable[[str], None] = lambda text: None
) -> list[Growth]:
    """The three kernels at as many sizes as the size asks for; `step` hears of each before it is measured."""
    found = []
    for name, (axis, ladder) in LADDERS.items():
        kernel = select([name])[0]
        rows = []
        for numbers in ladder[: STEPS[size]]:
            step(f"{name} {numbers[0]}")
            rows.append(measure_at(kernel, numbers, names, repeat))
        found.append(Growth(name, axis, tuple(rows)))
    return found


def count(size: Size) -> int:
    """How many measurements `grow` makes."""
    return len(LADDERS) * STEPS[size]

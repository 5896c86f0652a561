"""All kernels of the benchmark, and how they are chosen by name."""

from __future__ import annotations

from collections.abc import Sequence

from adcompiler.bench.kernel import GROUPS, Kernel
from adcompiler.bench.kernels import (
    control_flow,
    flows,
    grids,
    matrices,
    scalars,
    sequences,
    tables,
    vectorised,
)

KERNELS: tuple[Kernel, ...] = (
    *matrices.KERNELS,
    *tables.KERNELS,
    *grids.KERNELS,
    *flows.KERNELS,
    *control_flow.KERNELS,
    *sequences.KERNELS,
    *vectorised.KERNELS,
    *scalars.KERNELS,
)


def select(suites: Sequence[str]) -> list[Kernel]:
    """The kernels of the suites, each a group or a kernel, in the order of the list; all without suites.

    Raises KeyError with the name that is neither.
    """
    names = {kernel.name for kernel in KERNELS}
    for suite in suites:
        if suite not in GROUPS and suite not in names:
            raise KeyError(suite)
    return [kernel for kernel in KERNELS if not suites or kernel.group in suites or kernel.name in suites]

"""What is said to survive a loop nest does: every claim is compared with an execution of the nest."""

from __future__ import annotations

from pathlib import Path

import nests
import pytest

SEEDS = 360
BLOCK = 40


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_nothing_that_is_read_again_was_overwritten(first: int, tmp_path: Path) -> None:
    """Random nests: triangular, of no trips, backwards, by steps of 2, with breaks, branches and slices."""
    compared = claimed = 0
    for seed in range(first, first + BLOCK):
        nest = nests.nest(seed)
        for size in (2, 4):
            inside, args = nest.lowered(size, tmp_path)
            run = nests.Reads({}, {}, False, nests.claims(inside))
            try:
                run.region(inside, args)
            except IndexError:
                continue  # NumPy raises as well
            except AssertionError as wrong:
                raise AssertionError(f"seed {seed}, size {size}\n{nest.text}") from wrong
            compared += run.compared
            claimed += sum(map(len, run.claims.values()))
    assert claimed > BLOCK and compared > 2 * BLOCK

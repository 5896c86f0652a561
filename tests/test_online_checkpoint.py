"""Checkpointed loops whose trips nobody knows before: they take their snapshots as they run."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_counts import by_formula, fewest, repetitions, rewound, sines
from modules import saved

from adcompiler import checkpoint, grad, hessian, jvp, value_and_grad, vjp
from adcompiler.runtime import next_place
from adcompiler.verify.unoptimised import Unoptimised

X = np.array([0.3, 0.9, -0.4])
# on both sides of (4 + r over 4), so many as four slots reverse in r runs
AROUND = [n + more for n in (5, 15, 35, 70) for more in (-1, 0, 1, 2)]


# ---------------------------------------------------------------------------------------------------- the schedule


def taken(trips: int, slots: int) -> list[int]:
    """The trips before which snapshots are kept after so many trips, as emitted code takes them."""
    levels: list[Any] = [None] * (slots + 1)
    before: list[Any] = [None] * (slots + 1)
    kept = 0
    for trip in range(trips):
        place, level = next_place(levels, kept)
        before[place], levels[place], kept = trip, level, place + 1
    return before[:kept]


def published(trips: int, places: int) -> list[tuple[int, int]]:
    """The same by the algorithm as published, (trip, level) each; the first is of a level above all others.

    Wang, Moin and Iaccarino, Minimal repetition dynamic checkpointing algorithm for unsteady adjoint calculation,
    SIAM J. Sci. Comput. 31(4), 2009. A snapshot is dispensable if a later one is of a higher level.
    """
    kept = [(0, trips)]
    for trip in range(1, trips):
        dispensable = set(kept) - set(needed(kept))
        if len(kept) < places:
            kept.append((trip, 0))
        elif dispensable:
            kept.remove(max(dispensable))
            kept.append((trip, 0))
        else:
            _, level = kept.pop()
            kept.append((trip, level + 1))
    return kept


def needed(kept: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The snapshots that are not dispensable."""
    return [one for k, one in enumerate(kept) if all(level <= one[1] for _, level in kept[k:])]


@pytest.mark.parametrize("slots", range(1, 8))
def test_as_published(slots: int) -> None:
    """What is kept is what the published algorithm keeps, without what is dispensable; so many slots, and the trip's."""
    for trips in range(1, 260):
        kept = taken(trips, slots)
        assert kept == [trip for trip, _ in needed(published(trips, slots + 1))]
        assert len(kept) <= slots + 1
        assert kept[-1] == trips - 1


@pytest.mark.parametrize("slots", range(1, 8))
def test_levels(slots: int) -> None:
    """The first snapshot of level r is taken before trip (s + r over s): what lies before it, r runs reverse."""
    for level in range(1, 4):
        assert taken(comb(slots + level, slots) + 1, slots) == [0, comb(slots + level, slots)]


@pytest.mark.parametrize("slots", range(1, 8))
def test_least_repetition(slots: int) -> None:
    """No trip is run more often than with the best schedule for so many trips, the primal sweep included.

    In all, fewer are run than from the start, and no fewer than if the number had been known before: the first of
    those runs is then the primal sweep.
    """
    for trips in range(2, 260):
        kept, runs = taken(trips, slots), [1] * trips
        ran = rewound(kept, trips, slots, runs)
        assert max(runs) <= repetitions(trips, slots)
        lengths = np.diff([*kept, trips]).tolist()
        assert ran == sum(fewest(length, slots - k) for k, length in enumerate(lengths) if length > 1)
        assert by_formula(trips, slots) - (trips - 1) <= ran <= by_formula(trips - 1, slots)


@pytest.mark.parametrize(
    ("trips", "online", "from_start", "known"),
    [
        (45, 126, 170, 126),
        (46, 172, 175, 130),
        (100, 358, 445, 346),
        (165, 606, 770, 606),
        (166, 772, 776, 611),
        (1000, 5321, 6285, 5286),
        (1287, 7008, 8294, 7008),
        (1288, 8296, 8302, 7015),
    ],
)
def test_figures(trips: int, online: int, from_start: int, known: int) -> None:
    """What docs/checkpointing.md says of eight slots."""
    assert 2 * trips + rewound(taken(trips, 8), trips, 8) == online
    assert 2 * trips + by_formula(trips, 8) == from_start
    assert from_start - (trips - 1) == known


# ---------------------------------------------------------------------------------------------------- emitted code


def counted_while(x: Any, n: int) -> Any:
    """A sine a trip."""
    y = x.copy()
    k = 0
    while checkpoint(k < n, slots=4):
        y = np.sin(y) * x
        k += 1
    return np.sum(y)


def left_early(x: Any, n: int) -> Any:
    """A sine a trip, in place."""
    y = x.copy()
    for k in checkpoint(range(1000), slots=4):
        if k == n:
            break
        y[:] = np.sin(y) * x
    return np.sum(y)


def returns_early(x: Any, n: int) -> Any:
    """A sine a trip, and a value from inside the loop."""
    y = x.copy()
    for k in checkpoint(range(1000), slots=4):
        if k == n:
            return np.sum(y)
        y = np.sin(y) * x
    return np.sum(y)


def recorded(x: Any, n: int) -> Any:
    """The same without checkpoint."""
    y = x.copy()
    for _ in range(n):
        y = np.sin(y) * x
    return np.sum(y)


@pytest.mark.parametrize("n", [0, 1, 2, 3, *AROUND])
def test_trips_run(n: int, tmp_path: Path) -> None:
    """Each trip once in the primal and once in its adjoint, and what lies between two snapshots as revolve says."""
    compiled = value_and_grad(counted_while)
    value, slope = compiled(X, n)
    expected = value_and_grad(recorded)(X, n)
    assert np.array_equal(value, expected[0]) and np.array_equal(slope, expected[1])
    module = saved(compiled.source(), tmp_path / "counted_while_emitted.py")
    between = rewound(taken(n, 4), n, 4) if n else 0
    assert sines(module, "counted_while_value_and_grad", X, n) == n + between + n
    assert between <= by_formula(max(n - 1, 1), 4)


@pytest.mark.parametrize("n", [0, 1, 4, 5, 6, 16, 36])
@pytest.mark.parametrize("f", [left_early, returns_early])
def test_trips_of_loops_left_early(f: Callable[..., Any], n: int, tmp_path: Path) -> None:
    """The trip in which the loop is left is one more, without its sine."""
    compiled = value_and_grad(f)
    value, slope = compiled(X, n)
    expected = value_and_grad(recorded)(X, n)
    assert np.array_equal(value, expected[0]) and np.array_equal(slope, expected[1])
    module = saved(compiled.source(), tmp_path / f"{f.__name__}_emitted.py")
    between = rewound(taken(n + 1, 4), n + 1, 4)
    assert sines(module, f"{f.__name__}_value_and_grad", X, n) == n + between + n


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("f", [counted_while, left_early, returns_early])
def test_both_halves(f: Callable[..., Any], backend: str) -> None:
    """The first half of a pullback takes the snapshots; the second one leaves them as they are, for the next time."""
    for n in (0, 1, 6, 17):
        expected = grad(recorded)(X, n)
        x = X.copy()
        value, pullback = vjp(f, x, n, backend=backend)
        x[:] = 7.0
        assert np.isclose(value, recorded(X, n), rtol=1e-14)
        for factor in (1.0, 2.0, 1.0):
            slope = pullback(factor)[0]
            if backend == "numpy":
                assert np.array_equal(slope, factor * expected)
            np.testing.assert_allclose(slope, factor * expected, rtol=1e-12)


def peak(f: Callable[..., Any], x: Any, n: int) -> float:
    """The memory of a gradient at its peak, in arrays like x."""
    gradient = grad(f)
    gradient(x, 2)
    tracemalloc.start()
    gradient(x, n)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / x.nbytes


@pytest.mark.parametrize("f", [counted_while, left_early])
def test_flat_memory(f: Callable[..., Any]) -> None:
    """Four slots, the state of the trip at hand, and what a trip and its adjoint take; however many trips there are."""
    x = np.linspace(0.1, 1.0, 20_000)
    few, many = peak(f, x, 6), peak(f, x, 90)
    assert few < 5 + 7
    assert many < few + 0.6
    assert peak(recorded, x, 90) > 90


# ---------------------------------------------------------------------------------------------------- among others


SOURCES = {
    "in_a_branch": """
def f(x, n):
    y = x.copy()
    s = 0.0
    if np.sum(x) > 0.1:
        while LOOP(s < n):
            y[0] = np.sin(y[0]) * y[1]
            y = np.sin(y) * x + y
            s = s + 1.0 + y[1] ** 2
    else:
        y = y * 2.0
    return np.sum(y**2)
""",
    "one_after_another": """
def f(x, n):
    y = x
    k = 0
    while LOOP(k < n):
        y = np.sin(y) * x
        k += 1
    z = y * y
    while LOOP(np.sum(z * z) > 1e-3):
        z *= 0.7 * np.cos(x * z)
    return np.sum(z * y)
""",
    "in_a_checkpointed_while": """
def f(x, n):
    total = 0.0
    y = x * 1.0
    i = 0
    while LOOP(i < n):
        y = y + x
        while LOOP(np.sum(y * y) > 1e-2):
            y[0] = np.sin(y[0]) * y[1]
            y = 0.5 * np.sin(y)
        total = total + np.sum(np.exp(y))
        i += 1
    return total
""",
    "in_a_checkpointed_call": """
def f(x, n):
    def inner(y):
        k = 0
        while LOOP(k < n):
            y = np.sin(y) * x
            k += 1
        return y

    return np.sum(CALL(inner)(x * 2) * inner(x))
""",
    "of_what_is_carried_only_numbers": """
def f(x, n):
    s = 0
    flip = False
    k = 0
    while LOOP(k < n):
        s = s + x[k % 3] * s * s + (x[0] if flip else x[1])
        flip = not flip
        k += 1
    return s * 1.0
""",
    "in_a_recursion": """
def f(x, n):
    if n > 2:
        return f(np.sin(x), n - 3) * 2
    y = x.copy()
    k = 0
    while LOOP(k < 7):
        y = np.sin(y) * x + y
        k += 1
    return np.sum(y)
""",
    "of_complex_numbers": """
def f(x, n):
    z = x * (1.0 + 0.5j)
    k = 0
    while LOOP(k < n):
        z = z * z + 0.1j
        k += 1
    return np.sum(np.abs(z) ** 2)
""",
}
HEAD = "import numpy as np\n\nfrom adcompiler import checkpoint\n"


def pair(name: str, path: Path) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A program without checkpoint, and with it."""
    plain = SOURCES[name].replace("LOOP", "").replace("CALL", "")
    kept = "\n".join(
        line.replace("LOOP(", "checkpoint(").replace("):", ", slots=2):") if "LOOP" in line else line
        for line in SOURCES[name].replace("CALL", "checkpoint").splitlines()
    )
    return (
        saved(HEAD + plain, path / f"{name}_plain.py").f,
        saved(HEAD + kept, path / f"{name}_kept.py").f,
    )


@pytest.mark.parametrize("name", SOURCES)
def test_bit_equal(name: str, tmp_path: Path) -> None:
    """The gradient without checkpoint, bit for bit; forward mode passes over it."""
    plain, kept = pair(name, tmp_path)
    assert "next_place(" in grad(kept).source(X.copy(), 2)
    for n in (0, 1, 4, 9):
        value, slope = value_and_grad(plain)(X.copy(), n)
        again, found = value_and_grad(kept)(X.copy(), n)
        assert np.array_equal(again, value)
        assert np.array_equal(found, slope)
        assert np.array_equal(vjp(kept, X.copy(), n)[1](1.0)[0], slope)
        tangents = [jvp(lambda x, f=f, n=n: f(x, n), (X,), (X,))[1] for f in (plain, kept)]
        assert np.array_equal(*tangents)


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "in_a_recursion"])
def test_on_xla(name: str, tmp_path: Path) -> None:
    """XLA's values are those of NumPy."""
    plain, kept = pair(name, tmp_path)
    compiled = value_and_grad(kept, backend="jax")
    for n in (0, 1, 9):
        value, slope = value_and_grad(plain)(X.copy(), n)
        again, found = compiled(X, n)
        np.testing.assert_allclose(again, value, rtol=1e-12)
        np.testing.assert_allclose(found, slope, rtol=1e-10, atol=1e-14)
    assert "next_place(" in compiled.source()


@pytest.mark.parametrize("name", ["in_a_branch", "in_a_checkpointed_while"])
def test_unoptimised(name: str, tmp_path: Path) -> None:
    """The passes that can be left out change nothing, and the verifier finds nothing between them."""
    _, kept = pair(name, tmp_path)
    np.testing.assert_allclose(Unoptimised(kept)(X, 7), grad(kept)(X, 7), rtol=1e-12)


def test_inside_a_loop() -> None:
    """In each trip of a loop that keeps all its trips, snapshots would be kept of each: it is rewound from the start."""

    def f(x: Any, n: int) -> Any:
        total = 0.0
        for i in range(n):
            y = x * i
            while checkpoint(np.sum(y * y) > 1e-2, slots=3):
                y = 0.5 * np.sin(y)
            total = total + np.sum(np.exp(y))
        return total

    source = grad(f).source(X, 4)
    assert "next_snapshot(" in source
    assert "next_place(" not in source


def test_number_of_slots_from_that_of_trips() -> None:
    """Without `slots`, the number follows from that of the trips, which is known too late for snapshots on the way."""

    def f(x: Any) -> Any:
        while checkpoint(np.sum(x * x) > 1e-2):
            x = 0.5 * np.sin(x)
        return np.sum(np.exp(x))

    source = grad(f).source(X)
    assert "square_root_slots(" in source
    assert "next_place(" not in source


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_second_order(backend: str) -> None:
    """Forward over reverse and reverse over reverse, through the snapshots of the primal sweep."""
    first = {f: grad(f) for f in (recorded, counted_while)}

    def along(f: Any) -> Any:
        inner = first[f]
        return lambda x, n: np.sum(inner(x, n) * np.cos(x))

    of_plain, of_kept = along(recorded), along(counted_while)
    for n in (0, 1, 9):
        found = hessian(counted_while, backend=backend)(X, n)
        np.testing.assert_allclose(found, hessian(recorded)(X, n), rtol=1e-12)
        np.testing.assert_allclose(grad(of_kept, backend=backend)(X, n), grad(of_plain)(X, n), rtol=1e-12)

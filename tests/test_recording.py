"""What is recorded for the adjoint sweep, program by program: nothing that can be read again, and nothing twice."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient
from test_golden import load

from adcompiler import check_grads, grad
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Value, walk
from adcompiler.ir.types import Seq
from adcompiler.pipeline import Program, build
from adcompiler.sweeps import Request
from adcompiler.transforms.cut import cut

# the number of values that are recorded in some trip, and the bytes on all tapes for the arguments of the case
FACTORISATIONS = {
    "lu": (0, 0),
    "cholesky": (0, 0),
    "forward_substitution": (0, 0),
    "back_substitution": (0, 0),
    "thomas": (0, 0),
    "time_warping": (0, 0),
    "durbin": (4, 152),
    "floyd_warshall": (2, 432),
    "sweep": (3, None),
}


def program(f: Callable[..., Any], *args: Any, argnums: tuple[int, ...] = (0,)) -> Program:
    """The IR of a gradient."""
    names = list(inspect.signature(f).parameters)
    return build(f, args, {}, Request(tuple(names[k] for k in argnums)))


def tapes(found: Program) -> list[str]:
    """The types of what is recorded, tapes of tapes apart."""
    makers = [op for op in walk(found.optimized.body) if isinstance(op, Apply) and op.primitive == "tape"]
    return [str(op.attr("item")) for op in makers if not isinstance(op.attr("item"), Seq)]


@pytest.mark.parametrize("name", FACTORISATIONS)
def test_what_the_factorisations_record(name: str) -> None:
    """The number of tapes, and of bytes on them."""
    case = load(name)
    argnums = (case.argnums,) if isinstance(case.argnums, int) else case.argnums
    found = program(case.f, *case.args, argnums=argnums)
    count, size = FACTORISATIONS[name]
    assert len(tapes(found)) == count
    assert size is None or found.tape_bytes == size


# ---------------------------------------------------------------- what may be read again, and what not
def written_before_it_is_read(x, k):
    y = x.copy()
    s = 0.0
    for i in range(len(x)):
        y[i] = 2.0 * y[i] + 1.0
        s += y[i] ** 3
    return s


def written_backwards(x, k):
    y = x.copy()
    for i in range(len(x) - 2, -1, -1):
        y[i] = y[i] + np.sin(y[i + 1])
    return np.sum(y**2)


def backwards_by_reversed(x, k):
    y = x.copy()
    for i in reversed(range(len(x) - 1)):
        y[i] = y[i] + np.sin(y[i + 1])
    return np.sum(y**2)


def counted_by_hand(x, k):
    y = x.copy()
    i = 1
    while i < len(x):
        y[i] = y[i] + np.sin(y[i - 1])
        i += 1
    return np.sum(y**2)


def left_early(x, k):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = y[i] + np.sin(y[i - 1])
        if y[i] > 100.0:
            break
    return np.sum(y**2)


def every_other_element(x, k):
    y = x.copy()
    for i in range(0, len(x) - 1, 2):
        y[i] = y[i] + np.sin(y[i + 1])
    return np.sum(y**2)


def from_the_end(x, k):
    y = x.copy()
    for i in range(2, len(x) + 1):
        y[-i] = y[-i] + np.sin(y[1 - i])
    return np.sum(y**2)


def rows(x, k):
    Y = np.outer(x, x)
    for i in range(1, len(x)):
        Y[i] = Y[i] + np.sin(Y[i - 1])
    return np.sum(Y**2)


def heads_of_rows(x, k):
    Y = np.outer(x, x)
    for i in range(1, len(x)):
        Y[i, i:] = Y[i, i:] + np.sin(Y[i - 1, :i]).sum()
    return np.sum(Y**2)


def behind_a_condition(x, k):
    Y = np.outer(x, x)
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            if j < i:
                Y[i, j] = Y[i, j] + np.sin(Y[j, i])
    return np.sum(Y**2) + s


REREAD = [
    written_before_it_is_read,
    written_backwards,
    backwards_by_reversed,
    counted_by_hand,
    left_early,
    every_other_element,
    from_the_end,
    rows,
    heads_of_rows,
    behind_a_condition,
]


def overwritten_by_its_trip(x, k):
    y = x.copy()
    for _ in range(2):
        for i in range(len(x)):
            y[i] = np.sin(y[i])
    return np.sum(y)


def overwritten_by_the_next_trip(x, k):
    y = x.copy()
    for _ in range(2):
        for i in range(1, len(x)):
            y[i - 1] = y[i - 1] * np.sin(y[i])
    return np.sum(y)


def index_from_data(x, k):
    y = x.copy()
    for i in range(1, len(x)):
        y[k[i]] = y[k[i]] + np.sin(y[i - 1])
    return np.sum(y)


def index_that_wraps(x, k):
    y = x.copy()
    s = 0.0
    for i in range(len(x)):
        s += np.sin(y[i - 1])
        y[i] = y[i] * s
    return np.sum(y)


def through_a_view(x, k):
    y = x.copy()
    v = y[::-1]
    for i in range(1, len(x)):
        v[i] = v[i] + np.sin(y[i - 1])
    return np.sum(y)


def by_another_name(x, k):
    y = x.copy()
    z = y
    for i in range(1, len(x)):
        z[len(x) - 1 - i] = z[len(x) - 1 - i] + np.sin(y[i - 1])
    return np.sum(y)


def step_from_outside(x, k):
    y = x.copy()
    for i in range(1, len(x) - 1):
        y[i :: k[1]] = y[i :: k[1]] + np.sin(y[i - 1])
    return np.sum(y)


RECORDED = [
    overwritten_by_its_trip,
    overwritten_by_the_next_trip,
    index_from_data,
    index_that_wraps,
    through_a_view,
    by_another_name,
]


def overwritten_after_the_loop(x, k):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = y[i] + np.sin(y[i - 1])
    s = np.sum(y**2)
    y[:] = 0.5 * x
    return s + np.sum(y**2)


def partly_overwritten_after_the_loop(x, k):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = y[i] + np.sin(y[i - 1])
    y[len(x) - 1] = 0.5
    return np.sum(y**2)


X = np.array([0.4, 1.3, -0.7, 0.9, 0.2])
K = np.array([0, 2, 1, 4, 3])


@pytest.mark.parametrize("f", REREAD)
def test_what_survives_is_read_again(f: Callable[..., Any]) -> None:
    """No tape at all."""
    assert tapes(program(f, X, K)) == []


@pytest.mark.parametrize("f", RECORDED)
def test_what_is_overwritten_is_recorded(f: Callable[..., Any]) -> None:
    """A tape, or a copy of the array."""
    assert tapes(program(f, X, K))


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize(
    "f",
    [*REREAD, *RECORDED, step_from_outside, overwritten_after_the_loop, partly_overwritten_after_the_loop],
)
def test_gradients(f: Callable[..., Any], backend: Any) -> None:
    """Recorded or read again: the gradient is right, for arrays of three sizes."""
    gradient = grad(f, backend=backend)
    for n in (5, 4, 2):
        try:
            found = gradient(X[:n], K[:n] % n)
        except CompileError as refused:
            assert backend == "jax" and "slice" in str(refused)
            return
        assert_gradient(lambda x, k=K[:n] % n: f(x, k), (X[:n],), np.asarray(found))


def test_no_copy_of_an_array_that_is_read_to_the_end() -> None:
    """The arrays are those that the program makes."""
    for name in ("lu", "cholesky", "forward_substitution", "time_warping"):
        case = load(name)
        argnums = case.argnums
        gradient = grad(case.f, argnums=argnums)
        gradient(*case.args)
        assert gradient.source().count("copy") == inspect.getsource(case.f).count("copy")


def test_an_earlier_version_is_copied_once() -> None:
    """After the loop all is overwritten: the array as the loop leaves it is copied, and not element by element."""
    gradient = grad(overwritten_after_the_loop)
    gradient(X, K)
    assert gradient.source().count("y.copy()") == 1 and "append" not in gradient.source()


def bound_from_outside(x, n, k):
    y = x.copy()
    for i in range(1, n):
        y[i] = y[i] * np.sin(y[i - k])
        y[n - 1] = y[n - 1] * y[i - 1]
    return np.sum(y**2)


slope = grad(bound_from_outside)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_a_gradient_inside_another(backend: Any) -> None:
    """Its loops and subscripts read integers of the function around it."""

    def f(x):
        s = 0.0
        for k in range(1, 3):
            s += np.sum(slope(x * k, len(x), k) ** 2)
        return s

    assert_gradient(f, (X[:4],), np.asarray(grad(f, backend=backend)(X[:4])), rtol=1e-6)


def test_nothing_is_recorded_twice() -> None:
    """A value that the program computes twice in a trip has one tape."""

    def f(x):
        s = 0.0
        for _ in range(3):
            for i in range(1, len(x)):
                s = np.sin(x[i] + s) * np.cos(x[i] + s)
        return s

    assert tapes(program(f, X)) == ["f64"]


def test_recorded_bytes_are_shown() -> None:
    """In the IR and in both flavours, and in all."""

    def f(x):
        s = x
        for _ in range(4):
            s = np.sin(s)
        return np.sum(s)

    found = program(f, X)
    assert "records 8 * x.shape[0] bytes a trip" in found.ir()
    assert found.tape_bytes == 4 * 8 * len(X)
    for backend in ("numpy", "jax"):
        gradient = grad(f, backend=backend)
        gradient(X)
        assert "# records 8 * x.shape[0] bytes a trip" in gradient.source()


def test_bytes_of_triangular_loops() -> None:
    """Trips of inner loops are counted for each trip of those around."""

    def f(x):
        s = 0.0
        for i in range(len(x)):
            for j in range(i):
                s = np.sin(s + x[j])
        return s

    assert program(f, X).tape_bytes == 8 * len(X) * (len(X) - 1) // 2


# ---------------------------------------------------------------- the cut
def test_the_cheapest_cut() -> None:
    """One value rather than the two that come from it; two cheap ones rather than one that is dear."""
    a, b, c, d = (Value(program(written_backwards, X, K).primal.body.params[0].type, n) for n in "abcd")
    inputs = {b: (a,), c: (a,), d: (b, c), a: None}

    def kept(*wanted: Value, dear: Value | None = None, effort: int = 0, late: bool = True) -> list[Value]:
        return cut(wanted, inputs, lambda v: 30 if v is dear else 10, lambda v: effort, late)

    assert kept(b, c) == [a]
    assert kept(b, c, dear=a) == [b, c]
    assert kept(d) == [d]
    assert kept(d, late=False) == [a]
    assert kept(d, a) == [a]
    assert kept(d, a, effort=2) == [a]
    assert kept(d, a, effort=4) == [d, a]


@pytest.mark.parametrize("name", ["lu", "forward_substitution", "thomas", "floyd_warshall"])
def test_check_grads(name: str) -> None:
    """On both backends."""
    case = load(name)
    check_grads(case.f, case.args)


def test_known_shapes_are_not_recorded() -> None:
    """Arrays of a literal size that a loop or a branch makes: their cotangents are made of that size."""

    def f(q):
        s = 0.0
        for i in range(len(q)):
            if q[i] > 0:
                e = np.array([q[i], q[i] ** 2, 1.0])
                s += np.sum(np.array([[e[0], e[1]], [e[2] * e[0], e[1]]]) * q[0])
            else:
                e = np.zeros(2)
                e[0] = q[i] ** 2
                e[1] = q[i] * e[0]
                s += e[0] * e[1]
        return s

    q = np.array([0.7, 0.2, -0.4, 0.5])
    check_grads(f, (q,), order=2)
    for backend in ("numpy", "jax"):
        text = grad(f, backend=backend).source(q)  # type: ignore[call-overload]
        assert "shape_tape" not in text
        assert ".zeros(2)" in text
        assert ".zeros(3)" in text

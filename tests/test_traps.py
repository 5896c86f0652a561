"""Where source transformers go wrong in silence: a right gradient or a refusal, never a wrong number.

The programs of the package `traps` run here, each on both backends against differences; what needs more than
one call, or exact numbers, is a test of its own.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import traps.aliases
import traps.containers
import traps.copies
import traps.first_trips
import traps.found
import traps.instances
import traps.known
import traps.lazy
import traps.loops
import traps.managers
import traps.names
import traps.nests
import traps.numbers
import traps.objects
import traps.other_structures
import traps.outcomes
import traps.outputs
import traps.paths
import traps.patterns
import traps.private
import traps.python
import traps.recursions
import traps.shared
import traps.slices
import traps.tables
import traps.turns
import traps.writes
from differences import assert_gradient, assert_same, fresh, leaves, snapshot
from traps import TRAPS, M, V, W

from adcompiler import CompileError, grad, value_and_grad


def test_there_are_enough() -> None:
    """Every module of programs took part."""
    modules = (
        traps.aliases,
        traps.containers,
        traps.copies,
        traps.first_trips,
        traps.found,
        traps.instances,
        traps.known,
        traps.lazy,
        traps.loops,
        traps.managers,
        traps.names,
        traps.nests,
        traps.numbers,
        traps.objects,
        traps.other_structures,
        traps.outcomes,
        traps.outputs,
        traps.paths,
        traps.patterns,
        traps.private,
        traps.python,
        traps.recursions,
        traps.shared,
        traps.slices,
        traps.tables,
        traps.turns,
        traps.writes,
    )
    assert {case.f.__module__ for case in TRAPS.values()} == {module.__name__ for module in modules}
    assert len(TRAPS) > 90


@pytest.mark.parametrize("name", TRAPS)
def test_trap(name: str, backend: str) -> None:
    """The value and the gradient are right, a second call repeats them, the arguments are untouched."""
    case = TRAPS[name]
    both = value_and_grad(case.f, argnums=case.argnums, backend=backend)
    for args in case.runs:
        before = snapshot(args)
        expected = np.asarray(case.f(*fresh(args)))
        try:
            value, slope = both(*args)
        except CompileError:
            if backend in case.demanded:
                raise
            return
        assert np.asarray(value).dtype == expected.dtype
        if backend == "numpy":
            assert np.asarray(value).tobytes() == expected.tobytes()
        assert_same(value, expected)
        assert_same(both(*args), (value, slope), rtol=0)
        assert snapshot(args) == before
        assert {np.asarray(leaf).dtype for leaf in leaves(slope)} <= {np.dtype(np.float64)}
        assert_gradient(case.f, args, slope, case.argnums)


# ---------------------------------------------------------------- operators
OPERATORS = {
    "+": lambda a, b: np.sum(np.sin(a + b)),
    "-": lambda a, b: np.sum(np.sin(a - b)),
    "*": lambda a, b: np.sum(np.sin(a * b)),
    "/": lambda a, b: np.sum(np.sin(a / b)),
    "**": lambda a, b: np.sum(np.sin(a**b)),
    "%": lambda a, b: np.sum(np.sin(a % b)),
    "maximum": lambda a, b: np.sum(np.sin(np.maximum(a, b))),
    "minimum": lambda a, b: np.sum(np.sin(np.minimum(a, b))),
    "where": lambda a, b: np.sum(np.sin(np.where(a > 1.2, a, b))),
    "hypot": lambda a, b: np.sum(np.sin(np.hypot(a, b))),
    "arctan2": lambda a, b: np.sum(np.sin(np.arctan2(a, b))),
    "logaddexp": lambda a, b: np.sum(np.sin(np.logaddexp(a, b))),
    "clip": lambda a, b: np.sum(np.sin(np.clip(a, b, 9.0))),
}


SHAPES = [((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((1, 3), (2, 1)), ((1,), ()), ((3,), (2, 3))]


@pytest.mark.parametrize("name", OPERATORS)
def test_unbroadcast(name: str, backend: str) -> None:
    """Every operator sums its adjoint over the axes along which its operand was repeated."""
    f = OPERATORS[name]
    both = grad(f, argnums=(0, 1), backend=backend)
    rng = np.random.default_rng(0)
    for left, right in SHAPES if backend == "numpy" else SHAPES[:3]:
        args = tuple(np.asarray(rng.uniform(0.5, 2.0, size=shape)) for shape in (left, right))
        assert_gradient(f, args, both(*args), (0, 1))


def test_zero_times_nan(backend: str) -> None:
    """0 * x is not 0 where x is not a number."""

    def f(x, y):
        return np.sum(0.0 * x * y)

    y = np.array([1.0, np.nan, np.inf])
    value, slope = value_and_grad(f, backend=backend)(np.ones(3), y)
    assert np.isnan(value)
    np.testing.assert_array_equal(np.asarray(slope), [0.0, np.nan, np.nan])


# ---------------------------------------------------------------- gradients of gradients, integers
def cubed_by_loop(x):
    s = 1.0
    for _ in range(3):
        s = s * x
    return s


def logistic_map(x):
    s = 0.0
    while s < 2.3:
        x = 3.1 * x * (1 - x)
        s = s + x
    return s


def sum_of_products(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] += x * (i + 1)
        if i > 0:
            y[i] *= y[i - 1]
    return np.sum(y)


@pytest.mark.parametrize("f", [cubed_by_loop, logistic_map, sum_of_products])
def test_gradient_of_gradient(f: Callable[..., Any], backend: str) -> None:
    """grad(grad(f)) over a loop, and once more."""
    first = grad(f, backend="numpy")
    second = grad(first, backend="numpy")
    assert_gradient(first, (0.3,), grad(grad(f, backend=backend), backend=backend)(0.3))
    assert_gradient(second, (0.3,), grad(second, backend="numpy")(0.3))


def test_integer_array_refused(backend: str) -> None:
    """An integer array has no derivative, and none is made up."""

    def f(x):
        return np.sum(x * x / 2)

    with pytest.raises(CompileError, match="int64"):
        grad(f, backend=backend)(np.array([1, 2, 3]))
    with pytest.raises(CompileError, match="int"):
        grad(f, backend=backend)(3)
    with pytest.raises(CompileError, match="bool"):
        grad(f, backend=backend)(np.array([True, False]))


# ---------------------------------------------------------------- what changes around a function
scale = 2.0
table = np.array([1.0, 2.0, 3.0])


def chosen(x):
    return x * x


def uses_a_global(x):
    return scale * x * x


def uses_a_global_array(x):
    return np.sum(table * x * x)


def uses_a_global_function(x):
    return chosen(x) * 2


def test_global_changes(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gradient follows the globals of its function."""
    module = sys.modules[__name__]
    first = grad(uses_a_global, backend=backend)
    assert float(first(3.0)) == 12.0
    monkeypatch.setattr(module, "scale", 5.0)
    assert float(first(3.0)) == 30.0
    second = grad(uses_a_global_function, backend=backend)
    assert float(second(3.0)) == 12.0
    monkeypatch.setattr(module, "chosen", math.sin)
    assert float(second(3.0)) == pytest.approx(2 * math.cos(3.0))


def test_global_array_changes_in_place(backend: str) -> None:
    """A gradient sees what its function sees in a global array."""
    gradient = grad(uses_a_global_array, backend=backend)
    assert float(gradient(1.0)) == 12.0
    before = table[0]
    try:
        table[0] = 5.0
        assert float(gradient(1.0)) == 20.0
    finally:
        table[0] = before


other_table = table


def uses_two_global_arrays(x):
    return np.sum(table * other_table * x)


def writes_and_reads_a_global(x):
    x[0] = 2.0 * table[0]
    return np.sum(x * table)


def test_global_array_is_an_argument(backend: str) -> None:
    """A call whose argument is a global array does not decide what the next one computes."""
    gradient = grad(uses_a_global_array, backend=backend)
    np.testing.assert_array_equal(gradient(table), 3.0 * table**2)
    np.testing.assert_array_equal(gradient(V[:3]), 2.0 * table * V[:3])
    np.testing.assert_array_equal(gradient(table), 3.0 * table**2)
    assert gradient.compilations == 2
    written = grad(writes_and_reads_a_global, backend=backend)
    np.testing.assert_array_equal(written(V[:3]), [0.0, 2.0, 3.0])
    np.testing.assert_array_equal(written(table), [8.0, 4.0, 6.0])
    with pytest.raises(CompileError, match="share memory"):
        written(table[:])


def test_global_array_is_replaced(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names of one array become two arrays, an array gets another dtype or another number of axes."""
    module = sys.modules[__name__]
    two = grad(uses_two_global_arrays, backend=backend)
    np.testing.assert_array_equal(two(V[:3]), table**2)
    monkeypatch.setattr(module, "other_table", 2.0 * table)
    np.testing.assert_array_equal(two(V[:3]), 2.0 * table**2)
    one = grad(uses_a_global_array, backend=backend)
    for array in (table, np.arange(6.0).reshape(2, 3), np.ones(3, np.int64), np.ones((2, 1)), table):
        monkeypatch.setattr(module, "table", array)
        found = np.asarray(one(V[:3]))
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, np.sum(2.0 * V[:3] * array + 0 * np.ones((1, 1)), axis=0))


def test_closure_changes(backend: str) -> None:
    """A gradient follows the variables around its function."""
    factor = 2.0

    def f(x):
        return factor * x * x

    gradient = grad(f, backend=backend)
    assert float(gradient(3.0)) == 12.0
    factor = 5.0
    assert float(gradient(3.0)) == 30.0


def test_default_changes(backend: str) -> None:
    """A gradient follows a mutable default."""

    def f(x, weights=[2.0]):  # noqa: B006
        return weights[0] * x * x

    gradient = grad(f, backend=backend)
    assert float(gradient(3.0)) == 12.0
    f.__defaults__[0][0] = 5.0
    assert float(gradient(3.0)) == 30.0


def test_attribute_changes(backend: str) -> None:
    """A gradient of a bound method follows its object."""

    class Spring:
        stiffness = 2.0

        def energy(self, x):
            return self.stiffness * x * x

    spring = Spring()
    gradient = grad(spring.energy, backend=backend)
    assert float(gradient(3.0)) == 12.0
    spring.stiffness = 5.0
    assert float(gradient(3.0)) == 30.0


def test_guarded_division(backend: str) -> None:
    """The arm not taken contributes nothing, not even a NaN."""

    def f(x):
        s = 0.0
        for v in x:
            s += 0.0 if v == 0 else 1.0 / v
            s += np.sqrt(v) if v > 0 else 3.0 * v
        return s

    slope = grad(f, backend=backend)(np.array([0.0, 4.0, -2.0]))
    np.testing.assert_allclose(np.asarray(slope), [3.0, -1 / 16 + 0.25, 2.75], rtol=1e-14)


# ---------------------------------------------------------------- types and sizes
def test_float32_stays(backend: str) -> None:
    """float32 in, float32 out, with Python numbers beside it."""

    def f(x, s):
        y = np.zeros_like(x)
        for i in range(len(x)):
            y[i] += s * x[i] ** 2 + 0.5
        return np.sum(np.sin(y) * 2.0)

    x = V.astype(np.float32)
    value, slope = value_and_grad(f, backend=backend)(x, 1.5)
    assert np.asarray(value).dtype == np.asarray(f(x, 1.5)).dtype == np.float32
    assert np.asarray(slope).dtype == np.float32
    np.testing.assert_allclose(np.asarray(slope), 6 * V * np.cos(1.5 * V**2 + 0.5), rtol=1e-5)


def test_single_and_double_meet() -> None:
    """A name that is single on one path and double on another is computed in the precision of the path taken."""

    def chosen(x: Any, s: Any) -> Any:
        c = x[0] if x[1] > 0 else s[0]
        return c * 3.3 * s[1]

    def carried(x: Any, s: Any) -> Any:
        t = 0.1
        for v in s:
            t = t * t * v + 0.3
        return t * x[0]

    def collected(x: Any, s: Any) -> Any:
        items = [x[0]]
        for v in s:
            items.append(v * v)
        return sum(items) * x[1]

    def widened(x: Any, s: Any) -> Any:
        y = s * s
        for v in x:
            y = y * v
        return np.sum(y)

    def constant(x: Any, s: Any) -> Any:
        c = s[0] if x[0] > 0 else 1.0
        return 0.94 * c * x[1] * s[0]

    def written(x: Any, s: Any) -> Any:
        c, y = 0.3, s * 1.0
        while c < x[2]:
            c = y[0] + 2.5
        y[:] *= np.cos(c)
        return np.sum(y) + x[0]

    def seeded(x: Any, s: Any) -> Any:
        c = x[0]
        c += np.cos(1.0)
        for v in s:
            c *= v
        return 2.0 * c

    s = W.astype(np.float32)
    for f in (chosen, carried, collected, widened, constant, written, seeded):
        for x in (V, -V):
            value, slopes = value_and_grad(f, argnums=(0, 1))(x, s)
            expected = f(x, s)
            assert (type(value), value) == (type(expected), expected), f.__name__
            assert [slope.dtype for slope in slopes] == [np.float64, np.float32], f.__name__
            assert_gradient(f, (x, s.astype(np.float64)), slopes, (0, 1), rtol=1e-5)


def test_slopes_have_the_dtypes_of_their_arguments(backend: str) -> None:
    """Also where a Python number meets single precision, and where `math` makes a Python number of a NumPy one."""

    def shifted(c: Any, s: Any) -> Any:
        c += np.dot(s, s)
        return c

    def reduced(c: Any, s: Any) -> Any:
        return s[0] - c

    def collected(c: Any, s: Any) -> Any:
        size = [math.sin(np.sum(s**2))]
        total = np.zeros(3)
        for k in range(1, 3):
            total[k] += c * size[-1]
        return np.sum(total)

    s = np.array([0.5, -1.0, 2.0], np.float32)
    for f in (shifted, reduced, collected):
        dc, ds = grad(f, argnums=(0, 1), backend=backend)(0.5, s)
        assert (np.asarray(dc).dtype, np.asarray(ds).dtype) == (np.float64, np.float32), f.__name__


def test_selected_numbers_are_weak(backend: str) -> None:
    """Python numbers among the choices of np.select do not make float64 of float32."""

    def f(x):
        y = np.select([x > 1, x > 0, x < -0.9], [x, 0.1, 0.7]) * x
        return np.sum(y + np.select([x > 1, x > 0], [0.1, 3], x))

    x = V.astype(np.float32)
    value, slope = value_and_grad(f, backend=backend)(x)
    assert np.asarray(value).dtype == np.asarray(slope).dtype == np.asarray(f(x)).dtype == np.float32
    assert np.asarray(value) == f(x)
    np.testing.assert_allclose(np.asarray(slope), [0.1, 1.7, 4.0, 0.1], rtol=1e-6)


def test_mixed_floats(backend: str) -> None:
    """Each gradient has the dtype of its argument."""

    def f(x, y):
        return np.sum(x * y)

    dx, dy = grad(f, argnums=(0, 1), backend=backend)(V.astype(np.float32), W)
    assert np.asarray(dx).dtype == np.float32
    assert np.asarray(dy).dtype == np.float64
    np.testing.assert_allclose(np.asarray(dx), W, rtol=1e-6)


def test_double_becomes_single(backend: str) -> None:
    """A Python float that meets float32 goes on as float32, and its gradient is a float again."""

    def f(c, w):
        c -= w[-1]
        return 2.0 * c

    value, slope = value_and_grad(f, backend=backend)(1.5, np.float32([0.5, 2.0]))
    assert np.asarray(value).dtype == np.float32
    assert np.asarray(slope).dtype == np.float64
    assert (float(value), float(slope)) == (-1.0, 2.0)


def test_cotangents_of_python_floats_keep_their_precision(backend: str) -> None:
    """A float of math that is the cotangent of a float64 does not become float32 beside float32."""

    def f(w, b):
        v = np.full(len(w), b)
        return math.sin(float(np.dot(w, v)))

    for w, b in ((np.float32([0.1, 0.7]), 0.3), (np.array([0.1, 0.7]), np.float32(0.3))):
        dw, db = grad(f, argnums=(0, 1), backend=backend)(w, b)
        slope = math.cos(float(np.dot(w, np.full(2, b))))
        assert (np.asarray(dw).dtype, np.asarray(db).dtype) == (w.dtype, np.asarray(b).dtype)
        epsilon = 1e-15 if np.asarray(db).dtype == np.float64 else 1e-7
        np.testing.assert_allclose(db, slope * w.astype(float).sum(), rtol=epsilon)


def test_size_one_after_many(backend: str) -> None:
    """A gradient compiled for long axes is not used for axes of size 1, nor the other way round."""

    def f(a, b):
        return np.sum((a * b) ** 2)

    gradient = grad(f, argnums=(0, 1), backend=backend)
    for a, b in [(M, M), (M[:1], M), (M, M[:1]), (M[:, :1], M[:1]), (M, M), (M[:1, :1], M[:1, :1])]:
        assert_gradient(f, (a, b), gradient(a, b), (0, 1))


def test_branch_on_a_size(backend: str) -> None:
    """A branch on a size is taken anew for other sizes."""

    def f(x):
        if len(x) > 3:
            return np.sum(x**3)
        return np.sum(x**2) if x.shape[0] == 3 else np.sum(x) * x.size

    gradient = grad(f, backend=backend)
    for n in (4, 3, 2, 3, 4, 1):
        assert_gradient(f, (V[:n],), gradient(V[:n]))


def test_static_argument_changes(backend: str) -> None:
    """Another value of an argument that decides the code gives other code."""

    def f(x, kind, power):
        return np.sum(np.sin(x) if kind == "sin" else x**power)

    gradient = grad(f, backend=backend)
    for kind, power in [("sin", 2), ("pow", 2), ("pow", 3), ("sin", 2), ("pow", 2.5)]:
        args = (np.abs(V), kind, power)
        assert_gradient(f, args, gradient(*args))


def test_true_is_not_one(backend: str) -> None:
    """1, 1.0 and True are equal and yet not the same argument."""

    def f(x, flag):
        if flag is True:
            return x * 2
        return x * flag * 3 if isinstance(flag, int) else x * flag * 5

    gradient = grad(f, backend=backend)
    for flag, slope in [(True, 2.0), (1, 3.0), (1.0, 5.0), (True, 2.0), (1, 3.0)]:
        assert float(gradient(2.0, flag)) == slope


# ---------------------------------------------------------------- errors, loops, containers
def test_index_out_of_bounds() -> None:
    """An index that NumPy refuses is not wrapped or clamped."""

    def f(x):
        s = 0.0
        for i in range(len(x)):
            s += x[i + 1] ** 2
        return s

    with pytest.raises((IndexError, CompileError)):
        grad(f, backend="numpy")(V)


def test_constant_index_out_of_bounds(backend: str) -> None:
    """A constant index that NumPy refuses is refused under XLA, too."""

    def f(x):
        return x[5] ** 2

    with pytest.raises((IndexError, CompileError)):
        grad(f, backend=backend)(V)


def test_assertion_fails() -> None:
    """An assertion of the primal sweep still guards."""

    def f(x):
        assert np.sum(x) > 0, "the sum is not positive"
        return np.sum(np.sqrt(x))

    gradient = grad(f, backend="numpy")
    gradient(np.ones(3))
    with pytest.raises(AssertionError, match="the sum is not positive"):
        gradient(-np.ones(3))


def test_loop_stays_a_loop() -> None:
    """The code for two layers is the code for twenty, and compile time knows nothing of trips."""

    def f(Ws, x):
        for A in Ws:
            x = np.tanh(A @ x)
        return np.sum(x)

    gradient = grad(f, backend="numpy")
    texts = {n: gradient.source([np.eye(3)] * n, np.ones(3), backend="numpy") for n in (2, 20)}
    assert texts[2] == texts[20]
    assert texts[2].count("for ") >= 2


def test_one_matrix_for_all_layers(backend: str) -> None:
    """One array at several places of a container has a gradient at each place."""

    def f(Ws, x):
        for A in Ws:
            x = np.tanh(A @ x)
        return np.sum(x)

    A = np.array([[0.5, -0.2], [0.3, 0.8]])
    first, second = grad(f, backend=backend)([A, A], np.ones(2))
    moved, fixed = grad(f, backend=backend)([A, A.copy()], np.ones(2))
    assert_same([first, second], [moved, fixed])
    assert not np.allclose(np.asarray(first), np.asarray(second))


def test_what_is_stored_is_read_before_its_variable_is_taken() -> None:
    """A write whose array moves to another variable: that variable may not be the one of the mask or the value."""

    def f(x, c, a):
        a = a.copy()
        a.flat[4] = 0.44 * np.cos(c)
        if x[0] > 0.2:
            a[a > -0.03] = c
        return np.sum(a * np.linspace(0.6, 2.0, 5)) + c

    x, a, weights = np.linspace(0.5, 1, 5), np.linspace(-1, 1, 5), np.linspace(0.6, 2.0, 5)
    dx, dc, da = grad(f, argnums=(0, 1, 2))(x, 0.7, a)
    assert_same([dx, dc], [np.zeros(5), np.float64(1 + np.sum(weights[2:]))])
    assert_same(da, np.where(np.arange(5) < 2, weights, 0.0))


@pytest.mark.parametrize("values", [np.array([1.0, 2.0, 3.0]), np.array([2.0])], ids=["row", "one"])
def test_values_with_fewer_axes_than_the_places_that_they_are_added_at(
    values: np.ndarray[Any, Any], backend: str
) -> None:
    """NumPy's add.at of a vector reads past the end of such values; what is emitted adds what broadcasting says."""
    places = np.array([[0, 1, 2], [1, 3, 2]])
    weights = np.arange(1.0, 5.0)

    def added(v, t):
        b = np.zeros(4)
        np.add.at(b, t, v)
        np.subtract.at(b, t, v * v)
        return np.sum(weights * b**3)

    def spelled_out(v, t):
        b = np.zeros(4)
        np.add.at(b, t, np.broadcast_to(v, t.shape))
        np.subtract.at(b, t, np.broadcast_to(v * v, t.shape))
        return np.sum(weights * b**3)

    value, slope = value_and_grad(added, backend=backend)(values, places)
    expected, expected_slope = value_and_grad(spelled_out)(values, places)
    assert_same(np.asarray(value), np.asarray(expected), 1e-14)
    assert_same(np.asarray(slope), expected_slope, 1e-14)

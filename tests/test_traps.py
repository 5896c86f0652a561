"""Programs on which source transformers go wrong in silence, each on both backends against differences.

`@trap` demands a right gradient. `@right_or_refused` marks programs outside the language that is promised: a
CompileError will do there, a wrong number will not. Both take the argument tuples to run on and give back the
function.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pytest
from differences import assert_gradient, assert_same, fresh, leaves, snapshot

from adcompiler import CompileError, grad, value_and_grad

F = TypeVar("F", bound=Callable[..., Any])
BOTH = ("numpy", "jax")
V = np.array([0.5, -1.0, 2.0, 0.7])
W = np.array([1.5, 0.3, -0.6, 1.1])
M = np.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]])


@dataclass(frozen=True, eq=False)
class Trap:
    """A program with the arguments to run it on."""

    f: Callable[..., Any]
    runs: tuple[tuple[Any, ...], ...]
    argnums: int | tuple[int, ...]
    demanded: bool


TRAPS: dict[tuple[str, str], Trap] = {}


def trap(
    *runs: tuple[Any, ...],
    argnums: int | tuple[int, ...] = 0,
    backends: tuple[str, ...] = BOTH,
    demanded: bool = True,
) -> Callable[[F], F]:
    """Register a program whose gradient must be right."""

    def register(f: F) -> F:
        for backend in backends:
            assert (f.__name__, backend) not in TRAPS
            TRAPS[f.__name__, backend] = Trap(f, runs, argnums, demanded)
        return f

    return register


def right_or_refused(*runs: tuple[Any, ...], argnums: int | tuple[int, ...] = 0) -> Callable[[F], F]:
    """Register a program whose gradient must be right unless the program is refused."""
    return trap(*runs, argnums=argnums, demanded=False)


# ---------------------------------------------------------------- what a prototype of this compiler got wrong
@trap((V, 3), (V, 0))
def tape_of_an_array_overwritten(x, steps):
    y = x.copy()
    s = 0.0
    for _ in range(steps):
        s += np.sum(np.sin(y))
        y *= x
    return s + np.sum(y)


@trap((V,), (V[:1],))
def slot_read_before_it_is_overwritten(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1] + y[i] ** 2
    return np.sum(y * x)


@trap((V, 3), (V, 0))
def initial_value_captured_by_the_body(x, n):
    s = x
    for _ in range(n):
        s = s * x + x
    return np.sum(s)


@trap((1.3, 0.7, 2.1), argnums=(0, 1, 2))
def parentheses(a, b, c):
    s = (a - (b - c)) / (a / (b * c)) ** 2
    t = -(((a + b) * (c - a)) ** 2) - -(a - b)
    u = (-a) ** 2 - (a if b > c else b - c) * (a - b) / (c / a)
    return s * (t - (a - c)) + (a**b) ** c + a ** (b**c) + u


@trap((V,), (-V,))
def arm_that_dies(x):
    y = np.sum(x)
    if y > 0.0:
        size = y * y
    else:
        y = y * x[0]
    if x[0] > 0:
        pass
    else:
        size = x[1]  # noqa: F841
    return y * x[1]


@trap((V, W))
def zero_times_an_array(x, y):
    return np.sum(0.0 * x * y + 0 * x) + x[0]


@trap((M,))
def zero_keeps_its_shape(x):
    y = 0 * x
    return np.sum(y + x[0]) + y.shape[0]


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


# ---------------------------------------------------------------- where other tools are silently wrong
@trap((V, 1.0), (V, 99.0), (V[:0], 1.0))
def stop_by_break(x, level):
    s = 0.0
    for v in x:
        s += v * v
        if s > level:
            break
    return s


@trap((1.5,), (200.0,))
def endless_loop_with_break(x):
    n = 0.0
    while True:
        if x < 1.0:
            break
        x = x / 2
        n = n + x * x
    return n * x


@trap((V, np.array([1, 0, 1, 2])))
def element_update(x, where):
    y = np.zeros(3)
    for i in range(len(x)):
        y[where[i]] += x[i] * x[i]
        y[i % 2] -= np.sin(x[i])
    return np.sum(y**3)


@trap((V,))
def write_through_an_alias(x):
    y = x * 1.0
    z = y
    z[0] = x[1] * x[2]
    z += x
    return np.sum(y**2)


@trap((V,))
def write_through_a_view(x):
    y = x * 1.0
    tail = y[1:]
    tail[0] = x[0] ** 2
    tail *= 3.0
    return np.sum(y * x)


@trap((V,))
def read_through_a_view(x):
    y = x * 1.0
    tail = y[1:]
    y[2] = x[0] ** 2
    return np.sum(tail * x[1:])


@trap((V, 3), (V, 0))
def append_in_a_loop(x, n):
    states = [x]
    for _ in range(n):
        states.append(np.sin(states[-1]) * x)
    s = 0.0
    for state in states:
        s += np.sum(state**2)
    return s


@trap((M,), (M[:0],), (M[:1, :1],))
def product_of_one_element(x):
    s = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s += x[i, j] * x[i, j]
    return s


def cubed_by_loop(x):
    s = 1.0
    for _ in range(3):
        s = s * x
    return s


def logistic_map(x):
    s = 0.0
    while s < 2.0:
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


@trap((V, np.array([3, 1, 2, 5])), (V, np.array([3, 1, 2, 5], dtype=np.uint8)))
def integer_array_beside(x, n):
    y = n * x
    y[0] += n[1] / 2
    z = np.zeros(4)
    z += y * n
    return np.sum(z * x / n)


@right_or_refused((V,))
def float_stored_in_an_integer_array(x):
    y = np.zeros(4, dtype=np.int64)
    y[0] = x[2] + 0.25
    return np.sum(y * x)


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


# ---------------------------------------------------------------- aliases, views and writes
@trap((V,))
def copy_is_no_alias(x):
    y = x.copy()
    z = np.copy(y)
    w = y[[0, 1, 2, 3]]
    z[0] = 5.0
    w[1] = x[0]
    y[2] *= x[3]
    return np.sum(y**2) + np.sum(z * x) + np.sum(w * y)


@trap((V,))
def argument_overwritten(x):
    x[0] = x[1] * x[2]
    x[1:] *= 2.0
    return np.sum(x**2)


@trap((V,))
def argument_updated(x):
    x += 1
    x *= x
    return np.sum(x)


@trap((2.0,))
def number_updated(x):
    y = x
    y += 1
    y *= x
    return y * x


@trap((V,))
def alias_of_an_argument(x):
    y = x
    y[0] = 3.0
    return np.sum(x * x)


@trap((V,))
def rebound_is_no_alias(x):
    y = x
    y = y + 1
    x = x * 2
    return np.sum(x * y)


@trap((M,))
def row_view(A):
    B = A * 1.0
    for i in range(B.shape[0]):
        row = B[i]
        row[0] = row[1] * row[2]
        row *= 2.0
    return np.sum(B * A)


@trap((M,))
def rows_overwritten_by_the_loop(A):
    B = A * 1.0
    for row in B:
        row[1] = row[0] ** 2
        row += 1.0
    return np.sum(B**2)


@trap((M,))
def transposed_view(A):
    B = A * 1.0
    B.T[0] = A[:, 1] ** 2
    C = B.T
    C[2, 1] *= A[0, 0]
    return np.sum(B * A)


@right_or_refused((M,))
def reshaped_view(A):
    B = A * 1.0
    flat = B.reshape(-1)
    flat[0] = A[1, 1] ** 2
    B.ravel()[2] = A[0, 1] ** 2
    B.flatten()[3] = 99.0
    return np.sum(B * A)


@right_or_refused((M,))
def view_of_a_view(A):
    B = A * 1.0
    inner = B[:, 1:][1]
    inner[::-1][0] = A[0, 0] ** 2
    return np.sum(B * A)


@trap((V,))
def overlapping_slices(x):
    y = x * 1.0
    y[1:] = y[:-1]
    y[:-1] += y[1:]
    y[::-1] *= y
    return np.sum(y * x)


@trap((V,))
def values_swapped(x):
    y = x * 1.0
    y[0], y[1] = y[1] * x[0], y[0]
    for i in range(len(y) - 1):
        y[i], y[i + 1] = y[i + 1], y[i] * x[i]
    return np.sum(y * x)


@trap((V, 3), (V, 4), (V, 0))
def buffers_swapped(x, steps):
    old = x * 1.0
    new = np.zeros_like(old)
    for _ in range(steps):
        for i in range(len(old)):
            new[i] = np.sin(old[i]) + old[i - 1] * x[i]
        old, new = new, old
    return np.sum(old * x)


@trap((1.5, 0.5, 4), (1.5, 0.5, 0), argnums=(0, 1))
def names_swapped(a, b, n):
    for _ in range(n):
        a, b = b, a + b * b
    return a - 2 * b


def fill(target, value):
    target[0] = value * target[1]
    target[1:] += value


@trap((V,))
def helper_writes_into_its_argument(x):
    y = x * 1.0
    fill(y, x[0])
    fill(y[1:], x[1])
    return np.sum(y**2)


@trap((V,))
def inner_function_writes_into_a_captured_array(x):
    y = np.zeros(4)

    def put(i, value):
        y[i] += value * value

    for i in range(4):
        put(i, x[i])
    put(0, x[3])
    return np.sum(y * x)


@trap((V,))
def array_passed_twice(x):
    def mix(a, b):
        a[0] = b[1] * b[0]
        return np.sum(a * b)

    y = x * 1.0
    return mix(y, y) + y[0]


@trap((V, V), (V, W), argnums=(0, 1))
def one_array_for_two_arguments(x, y):
    return np.sum(x * y + x)


@right_or_refused((V,))
def asarray_is_an_alias(x):
    y = x * 1.0
    z = np.asarray(y)
    z[0] = x[1] ** 2
    return np.sum(y * x)


@right_or_refused((V,))
def list_of_one_array(x):
    row = x * 1.0
    rows = [row] * 2
    rows[0][0] = x[1] ** 2
    rows[1][0] *= x[2]
    return np.sum(rows[0] * rows[1])


@right_or_refused((M,))
def list_of_views(A):
    B = A * 1.0
    rows = [B[0], B[1]]
    rows[0][1] = A[1, 1] ** 2
    return np.sum(B * A)


@right_or_refused((V,))
def same_array_appended(x):
    y = np.zeros(2)
    seen = []
    for i in range(len(x)):
        y[0] = x[i]
        y[1] += x[i] ** 2
        seen.append(y)
    return np.sum(seen[0] * seen[-1])


@trap((V,))
def copy_appended(x):
    y = np.zeros(2)
    seen = []
    for i in range(len(x)):
        y[0] = x[i]
        y[1] += x[i] ** 2
        seen.append(y.copy())
    return np.sum(seen[0] * seen[-1])


@right_or_refused((V,))
def list_alias_appended(x):
    a = [x[0]]
    b = a
    for v in x:
        a.append(v * v)
    return b[-1] * len(b) + b[0]


@right_or_refused((V,))
def default_list_shared(x):
    def push(value, into=[]):  # noqa: B006
        into.append(value)
        return into

    push(x[0])
    values = push(x[1] ** 2)
    return values[0] * values[1]


@trap((V,))
def elements_read_while_they_change(x):
    y = x * 1.0
    for i, v in enumerate(y):
        if i < 3:
            y[i + 1] += v * v
    return np.sum(y)


@trap((M,))
def element_read_before_and_after_a_write(A):
    B = A * 1.0
    before = B[0, 0]
    row = B[0].copy()
    B[0, 0] = A[1, 1] ** 2
    after = B[0, 0]
    return before * after + np.sum(row * B[0])


@trap((V,))
def part_of_an_array_survives(x):
    y = np.ones(4)
    y[1] = x[0]
    y[1:3] = x[1:3] * y[1]
    y[1] = 7.0
    return np.sum(y * x)


@trap((M, V[:3]))
def scalar_broadcast_into_a_slice(A, x):
    B = np.zeros((2, 3))
    B[:, 0] = x[0] * x[1]
    B[1, :] += x * x[2]
    B[:, :] *= A
    return np.sum(B**2)


# ---------------------------------------------------------------- loops
@trap((V,), (V[:1],))
def index_that_wraps(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i - 1] * x[i] ** 2 + x[-i] * x[-1]
    return s


@trap((V,), (V[:1],), (V[:0],))
def counts_down(x):
    s = 1.0
    for i in range(len(x) - 1, -1, -1):
        s = s * np.cos(x[i]) + i * x[i]
    for i in range(len(x), 0, -2):
        s = s * x[i - 1]
    return s + np.sum(x)


@trap((V, 0), (V, 1), (V, 5))
def integer_start_becomes_float(x, n):
    s = 0
    for i in range(n):
        s = s + x[i % 4] * i
    return s * np.sum(x) + x[0]


@trap((V,))
def loop_variable_lives_on(x):
    for i in range(len(x)):
        if x[i] > 1.0:
            break
    for v in x:
        s = v * 2
    return x[i] ** 2 * v + s


@trap((V,))
def loop_variable_reassigned(x):
    s = 0.0
    for i in range(3):
        i = i + 1
        s += x[i] ** 2
    return s * i


@trap((V,))
def bound_reassigned(x):
    n = 3
    s = 1.0
    for i in range(n):
        n = 1
        s = s * x[i]
    return s * n


@trap((V, W), (W, V), argnums=(0, 1))
def break_of_the_inner_loop(x, y):
    s = 0.0
    for a in x:
        for b in y:
            if b < 0:
                break
            s += a * b
        else:
            s = s * 2
        s += a**2
    return s


@trap((V, 0.2), (V, 9.0), argnums=(0, 1))
def continue_in_while(x, level):
    i, s = 0, 0.0
    while i < len(x):
        i += 1
        if x[i - 1] < level:
            continue
        s += level * x[i - 1] ** 2
        if s > 10.0:
            return s * s
    return s + x[0]


@trap((V,), (V + 1.5,), (V[:0],))
def several_ways_out(x):
    s = 1.0
    for i in range(len(x)):
        if x[i] < -0.5:
            break
        if x[i] > 2.4:
            return s * x[i]
        if x[i] < 0.6:
            continue
        s = s * x[i]
    else:
        return s + np.sum(x)
    return s - x[0]


@trap((V, 3, 2), (V, 0, 2), (V, 3, 0))
def nested_loops_with_carried_arrays(x, n, m):
    y = x * 1.0
    for k in range(n):
        z = y * k
        for _ in range(m):
            z = np.sin(z) + x * y
        y = y + z
    return np.sum(y)


@trap((V,))
def triangular_loop(x):
    y = x * 1.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            y[j] -= y[i] * x[j - i]
    return np.sum(y**2)


@trap((3.7, 1.2), (0.3, 1.2), argnums=(0, 1))
def trips_by_data(t, x):
    for _ in range(int(t)):
        x = x * x - 0.3 * t
    return x


@trap((V,))
def value_of_the_last_trip(x):
    last = 0.0
    for v in x:
        last = v * v
    return last


@trap((V,))
def unused_carried_value(x):
    s, waste = 0.0, 1.0
    for v in x:
        waste = waste * v
        s = s + np.exp(v)
    return s


@trap((V, np.array([2, 0, 3, 1])))
def index_read_from_data(x, order):
    y = np.zeros(4)
    k = 0
    for i in range(4):
        k = order[k]
        y[k] = x[i] * x[k]
    return np.sum(y * x)


@trap((V,))
def maximum_kept_in_a_loop(x):
    best, at = x[0], 0
    for i in range(1, len(x)):
        if x[i] > best:
            best, at = x[i], i
    return best**2 + at * x[at]


@right_or_refused((V,))
def function_chosen_by_data(x):
    g = np.sin if x[0] > 0 else np.cos
    return np.sum(g(x))


@right_or_refused((V,))
def generator_in_a_sum(x):
    return sum(v * v for v in x)


@right_or_refused((V,))
def filtered_comprehension(x):
    return sum([v * v for v in x if v > 0])


@right_or_refused((V,))
def assignment_expression(x):
    if (s := np.sum(x)) > 1.0:
        return s * s
    return s


@right_or_refused((V[:2],))
def unpacked_array(x):
    a, b = x
    return a * b * b


# ---------------------------------------------------------------- names and scopes
@trap((V, W), argnums=(0, 1))
def names_of_the_compiler(x, dx):
    dy = x * dx
    x_tape = np.sin(dy)
    g, y = x_tape * x, dx[0]
    for i in range(len(x)):
        x_tape[i] = x_tape[i] * y + g[i]
        y = y * dy[i]
    _1, t = np.sum(x_tape), y
    return _1 * t


@trap((V, 1.5), argnums=(0, 1))
def names_of_modules(jnp, jax):
    lax = jnp * jax
    trips = lax.sum()
    early = trips * jax
    return early + lax[0]


@trap((V,))
def names_of_builtins(x):
    len = x[0]
    range = len * x[1]
    reversed = x[2]
    float = range * reversed
    zip, enumerate = float, len
    s = 0.0
    for v in x:
        s += v * zip * enumerate
    return s


@trap((V,))
def parameter_rebound(x):
    x = x[1:] * x[0]
    x = np.sum(x)
    x = x * x
    return x


@trap((V,))
def closure_sees_the_last_value(x):
    s = x[0]

    def g(t):
        return t * s

    s = x[1] * x[2]
    a = g(x[0])
    s = a * s
    return g(a)


@trap((V,))
def default_keeps_the_first_value(x):
    s = x[0]

    def g(t, s=s):
        return t * s

    s = x[1] * 5
    return g(x[2]) * s


@right_or_refused((V,))
def late_binding(x):
    powers = [lambda t: t**k for k in range(1, 4)]  # noqa: B023
    s = 0.0
    for p in powers:
        s += np.sum(p(x))
    return s


@trap((V,))
def shadowed_by_a_comprehension(x):
    v = x[0]
    squares = [v * v for v in x]
    return v * sum(squares)


@trap((V,))
def nested_closures(x):
    def outer(a):
        def inner(b):
            return a * b * x[0]

        return inner(a) + inner(x[1])

    return outer(x[2]) * outer(x[3])


# ---------------------------------------------------------------- branches
@trap((V,), (-V,))
def write_in_one_arm(x):
    y = x * 1.0
    if x[0] > 0:
        y[1] = x[2] ** 2
    else:
        y *= x
    return np.sum(y * x)


@trap((V,), (-1.1 * V,))
def branch_inside_branch(x):
    s = 1.0
    for v in x:
        if v > 0:
            if v > 1:
                s = s * v
            else:
                t = s - v
                s = t * t
        elif v < -0.6:
            s += v
    return s


@trap((2.0, 3.0), (3.0, 2.0), argnums=(0, 1))
def short_circuit(x, y):
    if x > y or 1.0 / (y - x) < 0:
        return x * y
    return x / y if y > 0 and math.log(y) > 0 else y


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


# ---------------------------------------------------------------- numbers
@trap((V,), (np.array([0.0, -2.0, 0.0, 3.0]),))
def constant_powers(x):
    return np.sum(x**0 + x**1 + x**2 + x**3 + x**2.0 + x**3.0)


@trap((V,))
def negative_powers(x):
    return np.sum(x**-1 + x**-2 + x**-1.0 + (-x) ** 2 - x**2)


@trap((1.5, 0.4), argnums=(0, 1))
def constant_bases(x, y):
    return 2**x + 2.5**y + (-2) ** 2 * x - (-2.0) ** 3 * y + 2**-1 * x - (-x) ** 2 + 1 / 3**y


@trap((-1.5, 3), (1.5, 0), (0.0, 2), (2.0, -1))
def integer_exponent_argument(x, n):
    return x**n * 2


@trap((7.3, 2.0), (-7.3, 2.0), (7.3, -2.0), argnums=(0, 1))
def remainders(x, y):
    return (x % y) * 3 + (x // y) * x + abs(x) % 1.7 + math.fmod(x, y)


@trap((V, W), argnums=(0, 1))
def unused_argument(x, y):
    return np.sum(x**2)


@trap((V, 2.0), argnums=(0, 1))
def constant_function(x, y):
    return 3.0


@trap((V + 0.2,))
def derivative_stops_at_an_integer(x):
    n = np.floor(x) + np.sign(x) + np.round(x)
    return np.sum(n) * 2 + x[int(abs(x[2]))]


@trap((2.5,), (np.float64(2.5),), (np.array(2.5),))
def returned_argument(x):
    return x


@trap(({"used": V, "unused": W, "scalar": 2.0},))
def dict_with_an_unused_key(p):
    return np.sum(p["used"]) * 2


@trap(((V, (2.0, W)),))
def nested_tuple_partly_used(p):
    a, (b, _) = p
    return np.sum(a) * b


@trap((V, V, 1.5), argnums=(2, 0))
def order_of_argnums(x, y, z):
    return np.sum(x * y) * z


@trap((V[:1],), (V,), (V[:0],))
def sizes_of_one_and_zero(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2
    return np.sum(y * x) + np.sum(np.cumsum(x)) + 1.0


@trap((M[:1], M[:, :1]), (M, M), (M, M[:, :1]), (M[:1, :1], M), argnums=(0, 1))
def one_program_for_broadcast_sizes(a, b):
    return np.sum((a + b) * a / (3 + b))


@trap((V[::-1],), (V[::2],), (np.stack([V, W], axis=1)[:, 1],))
def strided_argument(x):
    y = x * 1.0
    y[0] = x[-1] ** 2
    return np.sum(y * x)


@trap((np.asfortranarray(M),), (M.T,))
def column_major_argument(A):
    B = A.copy()
    B[0] *= A[-1]
    return np.sum(B * A) + A.reshape(-1)[1] ** 2


@trap((V, W))
def large_and_small(x, y):
    z = np.logaddexp(x * 300, y * 300)
    return np.sum(z) / 300


@trap((V,))
def loop_over_a_tuple_of_numbers(x):
    s = 0.0
    for k, c in ((0, 0.5), (2, 1.5), (-1, 3.0)):
        s += c * x[k] ** 2
    return s


@pytest.mark.parametrize(("name", "backend"), TRAPS)
def test_trap(name: str, backend: str) -> None:
    """The value and the gradient are right, the dtypes kept, the arguments untouched."""
    case = TRAPS[name, backend]
    both = value_and_grad(case.f, argnums=case.argnums, backend=backend)
    for args in case.runs:
        before = snapshot(args)
        expected = np.asarray(case.f(*fresh(args)))
        try:
            value, slope = both(*args)
        except CompileError:
            if case.demanded:
                raise
            return
        assert snapshot(args) == before
        assert np.asarray(value).dtype == expected.dtype
        if backend == "numpy":
            assert np.asarray(value).tobytes() == expected.tobytes()
        assert_same(value, expected)
        assert_same(both(*args), (value, slope), rtol=0)
        assert {np.asarray(leaf).dtype for leaf in leaves(slope)} <= {np.dtype(np.float64)}
        assert_gradient(case.f, args, slope, case.argnums)


# ---------------------------------------------------------------- types
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


def test_mixed_floats(backend: str) -> None:
    """Each gradient has the dtype of its argument."""

    def f(x, y):
        return np.sum(x * y)

    dx, dy = grad(f, argnums=(0, 1), backend=backend)(V.astype(np.float32), W)
    assert np.asarray(dx).dtype == np.float32
    assert np.asarray(dy).dtype == np.float64
    np.testing.assert_allclose(np.asarray(dx), W, rtol=1e-6)


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

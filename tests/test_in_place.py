"""Loops over elements stay in place on XLA: copies of carried arrays in the bodies of loops, counted in its HLO.

What XLA compiled is read as text. A copy of an array that a loop carries, made in each trip, costs as much as the
whole array is long; so does any other operation of an innermost loop that gives a whole carried array and is not
an update of a part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest
from jax import lax

from adcompiler import check_grads, grad, value_and_grad
from adcompiler.bench.contenders import program_of
from adcompiler.bench.kernels import KERNELS
from adcompiler.compiled import Xla
from adcompiler.pipeline import build
from adcompiler.sweeps import Request

BY_ELEMENT = {
    kernel.name: kernel for kernel in KERNELS if (kernel.group, kernel.grain) == ("loops", "element")
}
# what gives an array without going over it, or updates a part of one where it lies
FREE = frozenset(
    "parameter get-tuple-element tuple bitcast while call conditional dynamic-update-slice scatter".split()
)

_HEADER = re.compile(r"(?:ENTRY )?%?([\w.\-]+) \(.*\) -> .* \{$")
_LINE = re.compile(r"(ROOT )?%?([\w.\-]+) = (\(.*?\)|\S+) ([\w\-]+)\((.*)$")
_CALLED = re.compile(
    r"(?:calls|to_apply|body|branch_computations|true_computation|false_computation)=(?:\{([^}]*)\}|([%\w.\-]+))"
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction of HLO: its type, such as `f64[3,4]{1,0}`, and the computations that it calls."""

    type: str
    operation: str
    root: bool
    called: tuple[str, ...]


def computations(text: str) -> dict[str, list[Instruction]]:
    """The computations of a module by name, from its text."""
    found: dict[str, list[Instruction]] = {}
    current: list[Instruction] = []
    for line in text.splitlines():
        if header := _HEADER.match(line):
            current = found.setdefault(header[1], [])
        elif parts := _LINE.match(line.strip()):
            root, _, type, operation, rest = parts.groups()
            names = [several or one for several, one in _CALLED.findall(rest)]
            called = tuple(name.strip(" %") for group in names for name in group.split(","))
            current.append(Instruction(type, operation, bool(root), called))
    return found


def expensive(text: str) -> list[str]:
    """The operations in loop bodies that go over a whole carried array, as `operation type`."""
    module = computations(text)
    loops = [op for body in module.values() for op in body if op.operation == "while"]
    return [
        f"{op.operation} {op.type}"
        for loop in loops
        for op in within(module, loop.called[0])
        if op.type in arrays(loop.type) and (op.operation == "copy" or whole(module, op, loop.called[0]))
    ]


def whole(module: dict[str, list[Instruction]], op: Instruction, body: str) -> bool:
    """Whether an op of an innermost loop makes an array anew."""
    if any(inner.operation == "while" for inner in within(module, body)):
        return False
    if op.operation != "fusion":
        return op.operation not in FREE
    return not any(one.operation == "dynamic-update-slice" for one in module[op.called[0]])


def within(module: dict[str, list[Instruction]], name: str) -> Iterator[Instruction]:
    """What one trip does: the instructions of a body, of branches and of calls, inner loops apart."""
    for op in module[name]:
        yield op
        if op.operation in ("call", "conditional"):
            for called in op.called:
                yield from within(module, called)


def arrays(type: str) -> set[str]:
    """The arrays of a tuple type; those of one element are left out."""
    found = re.findall(r"(\w+\[([\d,]*)\](?:\{[^}]*\})?)", type)
    return {one for one, sizes in found if set(sizes.split(",")) - {"", "1"}}


@pytest.mark.parametrize("name", BY_ELEMENT)
def test_element_loops_stay_in_place(name: str) -> None:
    """Each kernel over elements: no copies."""
    kernel = BY_ELEMENT[name]
    args = kernel.make(kernel.sizes["small"])
    program = Xla(program_of(kernel, args))
    found = expensive(program.executable(*args).as_text())
    assert not found
    for ours, numpys in zip(
        jax.tree.leaves(program(*args)),
        jax.tree.leaves(grad(kernel.numpy, kernel.argnums)(*args)),
        strict=True,
    ):
        np.testing.assert_allclose(ours, numpys, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("ordered", "copies"), [(True, False), (False, True)])
def test_copies_are_found(ordered: bool, copies: bool) -> None:
    """A store that depends on what was read before is made in place; one that depends on nothing is not."""

    def body(i: Any, carry: Any) -> Any:
        x, y = carry
        t = lax.dynamic_slice(x, (i,), (1,))
        stored = -t if ordered else jax.numpy.zeros(1)
        return lax.dynamic_update_slice(x, stored, (i,)), lax.dynamic_update_slice(y, t, (i,))

    def moved(x: Any, y: Any) -> Any:
        return lax.fori_loop(0, 50, body, (x, y))

    arrays = jax.numpy.ones(50), jax.numpy.zeros(50)
    options = {"xla_disable_hlo_passes": "fusion"}
    found = expensive(jax.jit(moved).lower(*arrays).compile(compiler_options=options).as_text())
    assert {op.partition(" ")[0] for op in found} == ({"copy"} if copies else set())


def test_whole_arrays_are_found() -> None:
    """An innermost loop that makes its array anew in each trip is found too."""
    f = jax.jit(lambda x: lax.fori_loop(0, 50, lambda i, x: x + jax.numpy.sin(x), x))
    assert expensive(f.lower(jax.numpy.ones(50)).compile().as_text())


# ---------------------------------------------------------------- elements that are carried as numbers
def accumulated(x):
    s = np.zeros(3)
    for v in x:
        s[0] += np.sin(v)
        s[2] -= v * s[0]
    return np.sum(s**2)


def no_trips(x):
    y = x.copy()
    for i in range(5, 5 + len(x) - len(y)):
        y[i - 5] += y[i - 4] ** 2
    for i in range(len(x) - len(y)):
        y[40] += y[i] ** 2  # would raise
    return np.sum(y**3)


def one_name_for_two_loops(x):
    y = x.copy()
    n = len(y)
    for i in range(n):
        k = i
        for i in range(k + 1, n):
            y[i] -= y[k] * y[i] * 0.3
            y[k] += 0.1 * y[i]
    return np.sum(y**2)


def the_same_place_at_last(x):
    y = x.copy()
    n = len(y)
    for i in range(n):
        for j in range(i, n):
            y[j] = y[j] * y[i] + 0.2
    return np.sum(y)


def last_written(x):
    y, m = x.copy(), 0
    for i in range(1, len(y)):
        y[i] = y[i] * y[m]
        y[m] += 0.5 * y[i]
        m = i
    return np.sum(y**2)


def from_the_end(x):
    y = x.copy()
    for i in range(len(y)):
        for j in range(i):
            y[j - i] += y[i] * y[j]  # counts from the end
    return np.sum(y**2)


def whole_numbers(x):
    y, count = x.copy(), np.zeros(2, dtype=int)
    for i in range(len(x)):
        count[1] += 3
        y[i] *= count[1]
        y[0] += count[0] + 1
    return np.sum(y**2)


def by_branches(x):
    y = x.copy()
    for i in range(1, len(y)):
        if y[i] > 1.5:
            for j in range(i):
                y[j] += y[i] * 0.1
                y[i] *= 0.9
        else:
            y[0] -= y[i]
    return np.sum(y**2)


def handed_on(x):
    y = x.copy()
    z = np.zeros(len(x))
    for i in range(1, len(y) - 1):
        z[i + 1] = y[i + 1] * z[i - 1] + y[i] ** 2
        y[i + 1] = 0.5
        y[i - 1] = z[i]
    return np.sum(z**2) + np.sum(y**3)


def emptied(x):
    y, z = x.copy(), np.zeros(len(x))
    for k in range(len(x)):
        for i in range(k):
            z[i] += y[i] ** 2
            y[i] = 1.5
        for i in range(1, k):
            z[i - 1] = y[i] * z[k]
            y[i] = z[i]
    return np.sum(z**2) + np.sum(y**3)


def emptied_once(x):
    y, s = x.copy(), 0.0
    for i in range(1, len(x)):
        s += y[i] ** 2 * x[i - 1]
        y[i] = 1.5
    return s + np.sum(y * x)


def two_versions(x):
    y, old = x.copy(), x.copy()
    for i in range(len(x)):
        old = y.copy()
        y[i] *= x[0]
        y[0] = 2.0
    return np.sum(y**2) + np.sum(old**3)


def rows_emptied(x):
    A = np.outer(x, x)
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            s += A[i, j] ** 2
            A[i, j] = 0.0
        for j in range(i, min(i + 2, len(x))):
            s += A[j, i] * x[j] + A[i, j]
            A[j, i] = 1.0
    return s + np.sum(A * x)


def only_where_large(x):
    y = x.copy()
    for i in range(len(y)):
        if y[i] > 1.5:
            y[i] = y[i] ** 2
    return np.sum(y**2)


def exchanged(x):
    y = x.copy()
    for _ in range(len(y)):
        for i in range(len(y) - 1):
            if y[i] < y[i + 1]:
                t = y[i]
                y[i] = y[i + 1]
                y[i + 1] = t
    return np.sum(y * np.arange(len(y)))


def not_beyond_the_end(x):
    y = x.copy()
    for i in range(len(y)):
        if i + 3 < len(y):
            y[i + 3] += np.sin(y[i])
        if i >= 3:
            y[i - 3] *= y[i]
    return np.sum(y**3)


def one_side_or_the_other(x):
    y, z = x.copy(), np.zeros(len(x))
    for i in range(len(y)):
        if y[i] > 1.5:
            y[i - 1] = z[i - 1] * y[i]
            z[i] += y[i] + 1.0
        else:
            y[i] = y[i - 1] * 0.5
            z[i - 1] += z[i]
    return np.sum(y**2) + np.sum(z**3)


def read_again_in_the_branch(x):
    y = x.copy()
    for i in range(len(y)):
        if x[i] > 1.5:
            y[i] = 2.0 * y[i]
            y[i - 1] = y[i] * y[i - 1]
        else:
            y[i] *= 0.5
    return np.sum(y**2)


def undefined_where_not_taken(x):
    y, s = x.copy(), 0.0
    for i in range(len(y)):
        if y[i] > 1.5:
            y[i] = np.log(y[i] - 1.5)
        else:
            y[i] = np.sqrt(1.5 - y[i]) + 1.0 / (1.6 - y[i])
        s += y[i] * x[i]
    return s


def places_that_data_choose(x):
    y, m = x.copy(), 0
    for i in range(len(y)):
        if y[i] > y[m]:
            m = i
        if x[i] > 1.4:
            y[m] += x[i]
        else:
            y[-m] *= 1.1
    return np.sum(y**2)


CARRIED = (
    accumulated,
    no_trips,
    one_name_for_two_loops,
    the_same_place_at_last,
    last_written,
    from_the_end,
    whole_numbers,
    by_branches,
    handed_on,
    emptied,
    emptied_once,
    two_versions,
    rows_emptied,
)
BRANCHED = (
    only_where_large,
    exchanged,
    not_beyond_the_end,
    one_side_or_the_other,
    read_again_in_the_branch,
    undefined_where_not_taken,
    places_that_data_choose,
)


@pytest.mark.parametrize("f", (*CARRIED, *BRANCHED), ids=lambda f: f.__name__)
def test_elements_carried_as_numbers(f: Any) -> None:
    """Value and gradient are those of NumPy, also where subscripts meet, and where loops have one trip or none."""
    for n in (1, 2, 7):
        x = np.linspace(1.2, 1.9, n)
        value, slope = value_and_grad(f)(x)
        assert value == pytest.approx(f(x), rel=1e-15)
        found = value_and_grad(f, backend="jax")(x)
        np.testing.assert_allclose(found[0], value, rtol=1e-12)
        np.testing.assert_allclose(found[1], slope, rtol=1e-11, atol=1e-12)
    check_grads(f, (x,), backend="numpy")


def test_a_fixed_element_is_read_once() -> None:
    """A place that a loop does not change is read before it and written behind it."""
    text = grad(one_name_for_two_loops).source(np.ones(3), backend="jax")
    assert "write_at(y, y_i, i)" in text


def test_constants_are_stored_last() -> None:
    """A zero goes behind what is added elsewhere, behind the loop, or beside what was read."""
    text = grad(emptied).source(np.ones(3), backend="jax")
    assert "write_at(y, jnp.where(i >= 0, 1.5, y_i), i)" in text
    assert "x.at[1:].set(1.5)" in grad(emptied_once).source(np.ones(3), backend="jax")


def zeros_with_a_sign(x):
    y = -0.0 * x
    for i in range(len(y)):
        if x[i] > 5.0:
            y[i] += 1.0
    return np.sum(np.copysign(1.0, y) * x)


def not_a_number(x):
    y = np.zeros(len(x))
    for i in range(len(y)):
        y[i] = np.nan
        if x[i] > 1.5:
            y[i] = x[i] ** 2
        if x[i] < 0.0:
            y[i - 1] += np.inf
    return np.nansum(y)


@pytest.mark.parametrize("f", [zeros_with_a_sign, not_a_number])
def test_an_arm_that_is_not_taken_changes_nothing(f: Any) -> None:
    """Neither the sign of a zero nor a NaN is lost where a branch is not taken."""
    x = np.linspace(1.2, 1.9, 7)
    value, slope = value_and_grad(f, backend="jax")(x)
    assert value == pytest.approx(f(x), rel=1e-15)
    np.testing.assert_allclose(slope, grad(f)(x), rtol=1e-12)


@pytest.mark.parametrize("f", [only_where_large, exchanged])
def test_branches_give_numbers(f: Any) -> None:
    """What an arm writes is written behind the branch, in place."""
    x = np.linspace(1.2, 1.9, 7)
    program = Xla(build(f, (x,), {}, Request(("x",))))
    program(x)
    assert not expensive(program.executable(x).as_text())


def test_elements_of_nothing() -> None:
    """An array without elements has none to read before the loop."""
    for f in CARRIED[1:5]:
        assert np.asarray(grad(f, backend="jax")(np.zeros(0))).shape == (0,)


def solved_twice(u, k):
    n = len(u)
    c, d = np.zeros((n, n)), np.zeros((n, n))
    for _ in range(3):
        for i in range(1, n):
            for j in range(1, n):
                c[i, j] = k / (1.0 + k * c[i, j - 1] + u[i, j])
                d[i, j] = u[i, j] * c[i, j] + d[i, j - 1]
        for j in range(1, n):
            for i in range(1, n):
                c[i, j] = k / (1.0 + k * c[i - 1, j] + d[i, j])
                u[i, j] = d[i, j] * c[i, j]
    return np.sum(u**2)


@pytest.mark.parametrize("size", [4, 2, 1, 0])
def test_what_is_written_after_it_was_recorded(size: int) -> None:
    """No copies for that; the numbers stay those of NumPy, also where the arrays are empty."""
    u = np.random.default_rng(2).random((size, size))
    expected = grad(solved_twice, (0, 1))(u, 0.3)
    gradient = grad(solved_twice, (0, 1), backend="jax")
    for a, b in zip(gradient(u, 0.3), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
    if size == 4:
        assert " = recorded(c, " in gradient.source(u, 0.3)
        program = Xla(build(solved_twice, (u, 0.3), {}, Request(("u", "k"), single=False)))
        assert not expensive(program.executable(u, 0.3).as_text())

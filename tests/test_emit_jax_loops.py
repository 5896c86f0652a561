"""Loops and tapes of the JAX printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from jax_programs import (
    F64,
    ITEM,
    SCALAR,
    Program,
    X,
    check,
    function,
    integer,
    run,
    vector,
)

from adcompiler import grad
from adcompiler.emit.jax import emit_jax
from adcompiler.emit.jax_bounds import requirements
from adcompiler.ir.core import Const, Function, Value
from adcompiler.ir.dims import opaque
from adcompiler.ir.types import FLOAT, INT, Array, Seq

# ------------------------------------------------------------------------------------------ loops


def recurrence() -> Function:
    """y[i] = sin(y[i - 1]) * x[i], and its adjoint."""
    p = Program()
    x = vector("x")
    n = p("size", x, axis=0)
    p.at(2, "y = np.zeros(len(x))")
    y = p("zeros_of", p("shape", x), dtype=F64, hint="y")
    p.at(3, "y[0] = x[0]")
    y = p("setitem", y, p("getitem", x, 0, index=ITEM), 0, index=ITEM, hint="y")

    def forwards(b: Program, i: Value, y: Value) -> list[Any]:
        b.at(5, "y[i] = np.sin(y[i - 1]) * x[i]")
        before = b("getitem", y, b("subtract", i, 1), index=ITEM)
        new = b("multiply", b("sin", before), b("getitem", x, i, index=ITEM))
        return [b("setitem", y, new, i, index=ITEM, hint="y")]

    p.at(4, "for i in range(1, len(x)):")
    (y,) = p.loop((1, n, 1), [y], forwards, ["y"])

    def backwards(b: Program, i: Value, dx: Value, dy: Value) -> list[Any]:
        b.at(5, "y[i] = np.sin(y[i - 1]) * x[i]", adjoint=True)
        g = b("getitem", dy, i, index=ITEM, hint="g")
        before = b("getitem", y, b("subtract", i, 1), index=ITEM, hint="before")
        dx = b("setitem", dx, b("multiply", g, b("sin", before)), i, index=ITEM, hint="dx")
        dy = b("setitem", dy, 0.0, i, index=ITEM, hint="dy")
        slope = b("multiply", b("multiply", g, b("getitem", x, i, index=ITEM)), b("cos", before))
        return [dx, b("add_at", dy, slope, b("subtract", i, 1), index=ITEM, hint="dy")]

    p.at(6, "return np.sum(y)", adjoint=True)
    dx = p("zeros_of", p("shape", x), dtype=F64, hint="dx")
    dy = p("expand", 1.0, p("shape", y), hint="dy")
    p.at(4, "for i in range(1, len(x)):", adjoint=True)
    dx, dy = p.loop((1, n, 1), [dx, dy], backwards, ["dx", "dy"], backwards=True)
    p.at(3, "y[0] = x[0]", adjoint=True)
    dx = p("add_at", dx, p("getitem", dy, 0, index=ITEM), 0, index=ITEM, hint="dx")
    return function([x], [dx], p)


def test_recurrence() -> None:
    text = check(recurrence(), X)
    assert "# primal" in text and "# adjoint" in text
    assert "    y = fori_loop(1, x.shape[0], body_i, y)" in text
    assert "def body_i(k, carry):" in text and "i = x.shape[0] - k" in text
    assert "# line 5: y[i] = np.sin(y[i - 1]) * x[i]" in text


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("bounds", [(0, 5, 1), (0, 0, 1), (2, 9, 3), (7, -2, -2), (5, 5, -1), (3, 10, 7)])
@pytest.mark.parametrize("traced", [False, True])
def test_ranges(bounds: tuple[int, int, int], backwards: bool, traced: bool) -> None:
    p = Program()
    x = Value(FLOAT, "x")
    start, stop, step = (Value(Array(np.dtype(np.int64)), name) for name in ("start", "stop", "step"))
    used = (start, stop, step if abs(bounds[2]) == 2 else bounds[2]) if traced else bounds

    def body(b: Program, i: Value, s: Value) -> list[Any]:
        return [b("add", b("multiply", s, x), i, hint="s")]

    (s,) = p.loop(used, [0.0], body, ["s"], backwards=backwards)
    f = function([x, start, stop, step], [s], p)
    check(f, 1.5, *(np.int64(b) for b in bounds))


def test_a_loop_over_rows_of_a_matrix() -> None:
    p = Program()
    x = vector("A", 2)

    def body(b: Program, i: Value, s: Value) -> list[Any]:
        row = b("getitem", x, i, index=ITEM, hint="row")
        return [b("add", s, b("sum", row), hint="s")]

    (s,) = p.loop((0, p("size", x, axis=0), 1), [0.0], body, ["s"], types=[SCALAR])
    check(function([x], [s], p), np.outer(X, X))


def test_loops_without_use_vanish() -> None:
    p = Program()
    x = vector("x")
    p.loop((0, 3, 1), [x], lambda b, i, y: [b("sin", y)], ["y"])
    assert "fori_loop" not in check(function([x], [p("cos", x)], p), X)


def test_nested_names() -> None:
    """An outer value that a body reads keeps its name there; the variable of the body gets another."""
    p = Program()
    x = vector("x")
    t = p("sin", x, hint="t")

    def body(b: Program, i: Value, s: Value) -> list[Any]:
        inner = b("multiply", s, t, hint="t")
        again = b("add", inner, b("multiply", t, inner), hint="t")
        return [b("add", again, t, hint="s")]

    (s,) = p.loop((0, 3, 1), [x], body, ["s"])
    check(function([x], [p("add", s, t)], p), X)


def test_swapped_in_a_loop() -> None:
    p = Program()
    x, y = Value(FLOAT, "a"), Value(FLOAT, "b")
    a, b = p.loop((0, 5, 1), [x, y], lambda q, i, a, b: [b, q("add", a, b, hint="b")], ["a", "b"])
    check(function([x, y], [a, b], p), 1.0, 2.0)


# ------------------------------------------------------------------------------------------ tapes


def powers(times: Any, params: Sequence[Value]) -> Function:
    """x = sin(x) * x, `times` times, and its adjoint: every x is recorded."""
    p = Program()
    x = params[0]
    n = times(p)
    tape = p("tape", n, item=x.type if isinstance(x.type, Array) and x.type.rank else SCALAR, hint="x_tape")

    def forwards(b: Program, i: Value, x: Value, tape: Value) -> list[Any]:
        tape = b("record", tape, i, x, hint="x_tape")
        return [b("multiply", b("sin", x), x, hint="x"), tape]

    x, tape = p.loop((0, n, 1), [x, tape], forwards, ["x", "x_tape"])

    def backwards(b: Program, i: Value, dx: Value) -> list[Any]:
        x = b("recall", tape, i, hint="x")
        return [b("multiply", dx, b("add", b("multiply", b("cos", x), x), b("sin", x)), hint="dx")]

    one = p("expand", 1.0, p("shape", x)) if x.type.rank else 1.0
    (dx,) = p.loop((0, n, 1), [one], backwards, ["dx"], backwards=True, types=[x.type])
    return function(params, [x, dx], p)


def test_a_tape_of_static_size() -> None:
    x = vector("x")
    f = powers(lambda p: Const(4), [x])
    text = check(f, X)
    assert "jnp.zeros((4, *x.shape))" in text and "write_at(x_tape, x, i)" in text


def test_a_tape_as_long_as_a_parameter_says() -> None:
    x, n = vector("x"), integer("n")
    f = powers(lambda p: n, [x, n])
    assert emit_jax(f).static == ("n",) and not emit_jax(f).counts
    check(f, X, 3)
    check(f, X, 1)


def test_a_tape_as_long_as_data_says() -> None:
    x = Value(FLOAT, "x")
    f = powers(lambda p: p("python", p("multiply", x, 2.0), kind=INT), [x])
    module = emit_jax(f)
    assert module.counts
    text = check(f, 2.1)
    assert "max_trips=1024" in text and "needed = jnp.maximum(needed, i + 1)" in text
    (value, slope), needed = run(f, 2.1, max_trips=8)
    assert needed == 4 and np.isfinite(value) and np.isfinite(slope)
    (value, slope), needed = run(f, 2.1, max_trips=2)
    assert needed == 4 and np.isnan(value) and np.isnan(slope)


def newton(params: Sequence[Value]) -> Function:
    """A while loop that records x, inside a loop over the elements of a."""
    p = Program()
    (a,) = params
    n = p("size", a, axis=0)
    inner_type = Seq(SCALAR)
    outer = p("tape", n, item=inner_type, hint="tapes")
    counts = p("tape", n, item=INT, hint="counts")

    def forwards(b: Program, i: Value, s: Value, outer: Value, counts: Value) -> list[Any]:
        ai = b("getitem", a, i, index=ITEM, hint="ai")
        tape = b("tape", 0, item=SCALAR, hint="x_tape")
        condition = lambda q, x, k, tape: q(  # noqa: E731
            "greater", q("absolute", q("subtract", q("multiply", x, x), ai)), 1e-10
        )

        def step(q: Program, x: Value, k: Value, tape: Value) -> list[Any]:
            tape = q("record", tape, k, x, hint="x_tape")
            new = q("multiply", 0.5, q("add", x, q("divide", ai, x)), hint="x")
            return [new, q("add", k, 1, hint="k"), tape]

        x, k, tape = b.repeat([1.0, 0, tape], condition, step, ["x", "k", "x_tape"], [SCALAR, INT, tape.type])
        return [
            b("add", s, x, hint="s"),
            b("record", outer, i, tape, hint="tapes"),
            b("record", counts, i, k, hint="counts"),
        ]

    s, outer, counts = p.loop(
        (0, n, 1),
        [0.0, outer, counts],
        forwards,
        ["s", "tapes", "counts"],
        types=[
            SCALAR,
            outer.type,
            counts.type,
        ],
    )
    da = p("zeros_of", p("shape", a), dtype=F64, hint="da")

    def backwards(b: Program, i: Value, da: Value) -> list[Any]:
        tape = b("recall", outer, i, hint="x_tape")
        ai = b("getitem", a, i, index=ITEM, hint="ai")

        def step(q: Program, k: Value, dx: Value, dai: Value) -> list[Any]:
            x = q("recall", tape, k, hint="x")
            t = q("multiply", 0.5, dx, hint="t")
            ratio = q("divide", t, x)
            return [
                q("subtract", t, q("divide", q("multiply", ratio, ai), x), hint="dx"),
                q("add", dai, ratio, hint="dai"),
            ]

        k = b("recall", counts, i)
        _, dai = b.loop(
            (0, k, 1), [1.0, 0.0], step, ["dx", "dai"], "k", backwards=True, types=[SCALAR, SCALAR]
        )
        return [b("setitem", da, dai, i, index=ITEM, hint="da")]

    (da,) = p.loop((0, n, 1), [da], backwards, ["da"], backwards=True)
    return function(params, [s, da], p)


def test_a_tape_of_a_while_loop_inside_a_loop() -> None:
    f = newton([vector("a")])
    text = check(f, np.abs(X), tolerance=1e-9)
    assert "jnp.zeros((a.shape[0], max_trips))" in text
    (s, da), needed = run(f, np.abs(X), max_trips=3)
    assert needed > 3 and np.isnan(s) and np.isnan(da).all()


def test_a_tape_of_rows_whose_sizes_have_no_text() -> None:
    p = Program()
    odd = Value(Array(F64, (opaque("?odd", None),)), "start")
    n = Const(3)
    tape = p("tape", n, item=odd.type, hint="h_tape")

    def forwards(b: Program, i: Value, h: Value, tape: Value) -> list[Any]:
        return [b("sin", h, hint="h"), b("record", tape, i, h, hint="h_tape")]

    h, tape = p.loop((0, n, 1), [odd, tape], forwards, ["h", "h_tape"], types=[odd.type, tape.type])
    total = p.loop((0, n, 1), [h], lambda b, i, s: [b("add", s, b("recall", tape, i), hint="s")], ["s"])
    text = check(function([odd], total, p), X)
    assert "jnp.zeros((3, *start.shape))" in text


def test_a_loop_that_may_stop_early_records_at_most_as_often_as_it_counts() -> None:
    p = Program()
    x = vector("x")
    n = p("size", x, axis=0)
    tape = p("tape", -1, item=SCALAR, hint="s_tape")

    def condition(q: Program, s: Value, k: Value, tape: Value) -> Any:
        return q("logical_and", q("less", s, 2.0), q("less", k, n))

    def step(q: Program, s: Value, k: Value, tape: Value) -> list[Any]:
        tape = q("record", tape, k, s, hint="s_tape")
        return [q("add", s, q("getitem", x, k, index=ITEM), hint="s"), q("add", k, 1, hint="k"), tape]

    s, k, tape = p.repeat([0.0, 0, tape], condition, step, ["s", "k", "s_tape"], [SCALAR, INT, tape.type])
    (total,) = p.loop((0, k, 1), [0.0], lambda q, i, t: [q("add", t, q("recall", tape, i), hint="t")], ["t"])
    f = function([x], [s, total], p)
    module = emit_jax(f)
    assert not module.counts
    assert "jnp.zeros(max(x.shape[0], 1))" in check(f, np.abs(X))
    check(f, X[:0])


def test_a_triangular_loop_records_at_most_a_rectangle() -> None:
    p = Program()
    x = vector("x")
    n = p("size", x, axis=0)
    outer = p("tape", n, item=Seq(SCALAR), hint="tapes")

    def row(b: Program, i: Value, s: Value, outer: Value) -> list[Any]:
        tape = b("tape", i, item=SCALAR, hint="s_tape")

        def step(q: Program, j: Value, s: Value, tape: Value) -> list[Any]:
            tape = q("record", tape, j, s, hint="s_tape")
            return [q("add", q("sin", s), q("getitem", x, j, index=ITEM), hint="s"), tape]

        s, tape = b.loop((0, i, 1), [s, tape], step, ["s", "s_tape"], "j", types=[SCALAR, tape.type])
        return [s, b("record", outer, i, tape, hint="tapes")]

    s, outer = p.loop((0, n, 1), [0.5, outer], row, ["s", "tapes"], types=[SCALAR, outer.type])

    def back(b: Program, i: Value, ds: Value) -> list[Any]:
        tape = b("recall", outer, i, hint="s_tape")
        return b.loop(
            (0, i, 1),
            [ds],
            lambda q, j, ds: [q("multiply", ds, q("cos", q("recall", tape, j)), hint="ds")],
            ["ds"],
            "j",
            backwards=True,
        )

    (ds,) = p.loop((0, n, 1), [1.0], back, ["ds"], backwards=True, types=[SCALAR])
    f = function([x], [s, ds], p)
    assert not emit_jax(f).counts
    assert "jnp.zeros((x.shape[0], max(x.shape[0] - 1, 1)))" in check(f, X)
    check(f, X[:1])
    check(f, X[:0])


def test_an_empty_array() -> None:
    f = recurrence()
    assert [one.text for one in requirements(f, ())] == ["x.shape[0] - 1 >= 0"]
    check(f, X[:1])


def test_parameters_that_hide_what_the_module_needs() -> None:
    x, n = vector("jnp"), integer("max")
    f = powers(lambda p: n, [x, n])
    f = replace(f, signature=("jnp", "max"))
    text = check(f, X, 3)
    assert "import jax.numpy as jnp_" in text and "max_ = max" in text


def test_linear_loop_left_early() -> None:
    """A loop that is left early and of which nothing is recorded does not need its bound while tracing."""

    def f(x: Any, n: int) -> Any:
        y = x.copy()
        for _ in range(n):
            y = y * 0.9 + x
            if y[0] > 0.5:
                break
        return np.sum(y)

    x = np.array([0.3, 0.9, -0.4])
    np.testing.assert_allclose(grad(f, backend="jax")(x, 7), grad(f)(x, 7), rtol=1e-12)

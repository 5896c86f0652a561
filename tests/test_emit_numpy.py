"""The NumPy printer: variables, expressions, statements and comments of small functions."""

from __future__ import annotations

import numpy as np
import pytest
from building import (
    ADJOINT,
    F8,
    MATRIX,
    VECTOR,
    A,
    BodyOf,
    N,
    X,
    agrees,
    body,
    branch,
    for_loop,
    function,
    item,
    lines,
    store,
    while_loop,
    zeros,
)

from adcompiler.emit.numpy import emit_numpy
from adcompiler.emit.source import load_module, print_module
from adcompiler.errors import Location
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Function, If, Operand, Param, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At, Slice
from adcompiler.ir.types import FLOAT, Array
from adcompiler.primitives.build import apply


# ---------------------------------------------------------------- variables
def test_swap() -> None:
    p, q, b = Value(FLOAT, "a"), Value(FLOAT, "b"), Builder()

    def step(b: Builder, i: Value, p: Value, q: Value) -> list[Operand]:
        return [q, apply(b, "add", p, q, hint="b")]

    results = for_loop(b, 5, [p, q], step)
    assert lines(agrees(function(b, [p, q], results), 1.0, 2.0)) == body(
        """
        for _ in range(5):
            a, b = b, a + b
        return a, b
        """
    )


@pytest.mark.parametrize("trips", [0, 1, 3])
def test_captured_init_survives_the_loop(trips: int) -> None:
    x, b = Value(FLOAT, "x"), Builder()

    def step(b: Builder, i: Value, s: Value) -> list[Operand]:
        return [apply(b, "multiply", s, x, hint="s")]

    agrees(function(b, [x], [*for_loop(b, trips, [x], step, ["x"]), x]), 1.5)


def test_if_results_share_the_variable() -> None:
    x, b = Value(FLOAT, "x"), Builder()
    y = apply(b, "sin", x, hint="y")
    smaller = apply(b, "less", x, Const(0.0))
    (y,) = branch(b, smaller, ["y"], lambda b: [apply(b, "multiply", y, Const(2.0), hint="y")], lambda b: [y])
    location = Location("f.py", 1, 1, "if x < 0:")
    b.ops[-1] = If(
        *(getattr(b.ops[-1], k) for k in ("condition", "then", "orelse", "results")), location=location
    )
    assert lines(agrees(function(b, [x], [y]), -0.5)) == body(
        """
        y = np.sin(x)
        if x < 0.0:
            y = y * 2.0
        return (y,)
        """
    )


def test_only_an_else() -> None:
    x, b = Value(FLOAT, "x"), Builder()
    location = Location("f.py", 1, 1, "if x < 0: pass")
    smaller = apply(b, "less", x, Const(0.0))
    y = apply(b, "sin", x, hint="y")
    (y,) = branch(
        b, smaller, ["y"], lambda b: [y], lambda b: [apply(b, "cos", y, hint="y")], location=location
    )
    assert "if not x < 0.0:\n        y = np.cos(y)" in agrees(function(b, [x], [y]), 0.5)


@pytest.mark.parametrize(
    ("then", "orelse", "wanted"),
    [
        (None, False, "x < 0.0 and y < 1.0"),
        (True, None, "x < 0.0 or y < 1.0"),
        (2.0, 1.0, "2.0 if x < 0.0 else 1.0"),
    ],
)
def test_conditional_expressions(then: object, orelse: object, wanted: str) -> None:
    x, y, b = Value(FLOAT, "x"), Value(FLOAT, "y"), Builder()

    def arm(value: object) -> BodyOf:
        return lambda b: [apply(b, "less", y, Const(1.0)) if value is None else Const(value)]

    results = branch(b, apply(b, "less", x, Const(0.0)), [""], arm(then), arm(orelse))
    for point in (-1.0, 1.0):
        assert f"return ({wanted},)" in agrees(function(b, [x, y], results), point, 0.5)


def test_while_with_one_expression() -> None:
    a, b = Value(FLOAT, "a"), Builder()

    def far(b: Builder, x: Value) -> list[Operand]:
        gap = apply(b, "subtract", apply(b, "multiply", x, x), a)
        return [apply(b, "greater", apply(b, "absolute", gap, path="builtins.abs"), Const(1e-12))]

    def step(b: Builder, x: Value) -> list[Operand]:
        return [apply(b, "multiply", Const(0.5), apply(b, "add", x, apply(b, "divide", a, x)), hint="x")]

    results = while_loop(b, [Const(1.0)], ["x"], far, step)
    assert lines(agrees(function(b, [a], results), 2.0)) == body(
        """
        x = 1.0
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return (x,)
        """
    )


def test_while_with_statements_in_the_condition() -> None:
    a, b = Value(FLOAT, "a"), Builder()

    def more(b: Builder, x: Value) -> list[Operand]:
        half = apply(b, "multiply", x, Const(0.5), hint="half")
        return [apply(b, "greater", apply(b, "multiply", half, half), a)]

    results = while_loop(
        b, [Const(8.0)], ["x"], more, lambda b, x: [apply(b, "subtract", x, Const(1.0), hint="x")]
    )
    assert (
        "while True:\n        half = x * 0.5\n        if not half * half > a:\n            break"
        in agrees(function(b, [a], results), 2.0)
    )


def test_undefined_value_that_a_tape_takes_in() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    tape = apply(b, "tape", Const(2), item=VECTOR, hint="t_tape")

    def step(b: Builder, i: Value, tape: Value) -> list[Operand]:
        smaller = apply(b, "less", item(b, x, i), Const(0.0))
        (t,) = branch(
            b,
            smaller,
            ["t"],
            lambda b: [apply(b, "sin", x, hint="t")],
            lambda b: [apply(b, "undefined", type=VECTOR)],
        )
        return [apply(b, "record", tape, i, t, hint="t_tape")]

    (tape,) = for_loop(b, 2, [tape], step)
    f = function(b, [x], [apply(b, "seq_length", tape)])
    load_module(print_module(emit_numpy(f)), "undefined")["f"](X)


def test_sizes_are_unpacked() -> None:
    x, b = Value(MATRIX, "A"), Builder(Location("f.py", 1, 1, "n, m = A.shape"))
    sizes = [apply(b, "size", x, axis=k, hint="nm"[k]) for k in range(2)]
    text = agrees(function(b, [x], [apply(b, "multiply", *sizes), *sizes]), A)
    assert "n, m = A.shape" in text


def test_names_that_printed_code_needs_are_left_alone() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    total = apply(b, "sum", x, hint="len")
    other = apply(b, "sum", x, hint="np")
    count = apply(b, "size", x, axis=0)
    agrees(function(b, [x], [apply(b, "divide", apply(b, "add", total, other), count)]), X)


def test_arguments_in_containers() -> None:
    W, c, b = Value(MATRIX, "W"), Value(VECTOR, ""), Builder()
    y = apply(b, "add", apply(b, "matmul", W, c), c)
    texts = (Param("params['W']"), Param("params['bias']"))
    f = Function("f", ("params",), texts, b.region((W, c), [y]), ("dict", ["y"], [0]))
    text = print_module(emit_numpy(f))
    assert lines(text) == body(
        """
        W = params["W"]
        bias = params["bias"]
        return {"y": W @ bias + bias}
        """
    )


# ---------------------------------------------------------------- writing
def test_augmented_stores() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    y = apply(b, "sin", x, hint="y")
    for name, amount in (("add", 1.0), ("subtract", 2.0), ("multiply", 3.0)):
        y = store(b, y, apply(b, name, item(b, y, 1), Const(amount)), 1)
    text = agrees(function(b, [x], [y]), X)
    assert "y[1] += 1.0\n    y[1] -= 2.0\n    y[1] *= 3.0" in text


def test_index_arrays_accumulate() -> None:
    x, k, b = Value(VECTOR, "x"), Value(Array(np.dtype(np.int64), (N,)), "k"), Builder()
    y = apply(b, "add_at", zeros(b, x, "y"), x, k, index=(At(0),), hint="y")
    text = agrees(function(b, [x, k], [y]), X, np.array([0, 0, 1, 1]))
    assert "np.add.at(y, k, x)" in text


def test_index_array_that_is_the_array_written_to() -> None:
    k, b = Value(Array(np.dtype(np.int64), (N,)), "x"), Builder()
    y = apply(b, "add", k, Const(1), hint="y")
    y = apply(b, "remainder", y, Const(4), hint="y")
    y = apply(b, "setitem", y, y, y, index=(At(0),), hint="y")
    agrees(function(b, [k], [y]), np.array([2, 0, 1, 3]))


def test_overlapping_slices() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    y = apply(b, "sin", x, hint="y")
    head = apply(b, "getitem", y, Const(-1), index=(Slice(None, 0, None),))
    y = apply(b, "add_at", y, head, Const(1), index=(Slice(0, None, None),), hint="y")
    assert ".copy()" not in agrees(function(b, [x], [y]), X)


def test_sums_carried_by_an_adjoint_loop_are_added_in_place() -> None:
    x, b = Value(VECTOR, "x"), Builder(ADJOINT)
    dx = zeros(b, x, "dx")

    def step(b: Builder, i: Value, dx: Value) -> list[Operand]:
        return [apply(b, "add", dx, apply(b, "multiply", x, item(b, x, i)), hint="dx")]

    text = agrees(function(b, [x], for_loop(b, 4, [dx], step)), X)
    assert "dx += x * x[i]" in text


def test_a_number_of_the_caller_is_no_accumulator() -> None:
    # an array of rank 0 would be changed in place
    s, b = Value(Array(F8), "s"), Builder(ADJOINT)
    total = apply(b, "add", s, Const(1.0), hint="s")
    f = function(b, [s], [total])
    given = np.array(2.0)
    load_module(print_module(emit_numpy(f)), "rank0")["f"](given)
    assert given == 2.0


def test_comments_tell_the_source_line_once() -> None:
    x, b = Value(FLOAT, "x"), Builder(Location("f.py", 2, 1, "y = np.sin(x)"))
    y = apply(b, "sin", x, hint="y")
    b.location = Location("f.py", 3, 1, "    return y * y", adjoint=True)
    dy = apply(b, "multiply", Const(2.0), y, hint="dy")
    b.location = Location("f.py", 2, 1, "    y = np.sin(x)", adjoint=True)
    dx = apply(b, "multiply", dy, apply(b, "cos", x), hint="dx")
    text = agrees(function(b, [x], [dx, dy]), 0.7)
    assert lines(text) == body(
        """
        # primal
        y = np.sin(x)
        # adjoint
        dy = 2.0 * y          # line 3: return y * y
        dx = dy * np.cos(x)   # line 2: y = np.sin(x)
        return dx, dy
        """
    ).replace("cos(x)   #", "cos(x)  #").replace("y          #", "y         #")


def test_effects_keep_their_order() -> None:
    x, b = Value(FLOAT, "x"), Builder()
    apply(b, "check", apply(b, "greater", x, Const(0.0)), x, error="ValueError", text="f'not {_0_}'")
    y = apply(b, "sin", x, hint="y")
    apply(b, "print", y, text="print('y', _0_, sep='=')")
    f = function(b, [x], [y])
    text = print_module(emit_numpy(f))
    assert lines(text) == body(
        """
        if not x > 0.0:
            raise ValueError(f"not {x}")
        y = np.sin(x)
        print("y", y, sep="=")
        return (y,)
        """
    )


def test_helpers_are_pasted() -> None:
    x, y, b = Value(VECTOR, "x"), Value(Array(F8, (dim(Atom("?m", None)),)), "y"), Builder()
    g = apply(b, "unbroadcast", x, apply(b, "shape", y))
    text = agrees(function(b, [x, y], [g]), X, np.ones(1))
    assert "import adcompiler" not in text
    assert "def unbroadcast(g, shape):" in text

"""What NumPy code does in place and what it copies: by programs for each trap, and by random ones.

The random programs run against the interpreter of the IR, which copies before every write.
"""

from __future__ import annotations

import ast

import numpy as np
import pytest
from building import (
    ADJOINT,
    F8,
    MATRIX,
    VECTOR,
    A,
    X,
    agrees,
    arrays,
    body,
    for_loop,
    function,
    item,
    lines,
    same,
    store,
    while_loop,
    zeros,
)
from random_ir import Generator, Juggler, arguments

from adcompiler.emit.numpy import emit_numpy
from adcompiler.emit.source import load_module, print_module
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Function, Operand, Param, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At
from adcompiler.ir.types import FLOAT, Array, Seq
from adcompiler.primitives import registry as primitives_table
from adcompiler.primitives.build import apply


# ---------------------------------------------------------------- in place
def test_recurrence_in_place() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    y = zeros(b, x, "y")
    y = store(b, y, item(b, x, 0), 0)

    def step(b: Builder, i: Value, y: Value) -> list[Operand]:
        before = apply(b, "sin", item(b, y, apply(b, "subtract", i, Const(1))))
        return [store(b, y, apply(b, "multiply", before, item(b, x, i)), i)]

    (y,) = for_loop(b, apply(b, "size", x, axis=0), [y], step, start=1)
    assert lines(agrees(function(b, [x], [y]), X)) == body(
        """
        y = np.zeros_like(x)
        y[0] = x[0]
        for i in range(1, len(x)):
            y[i] = np.sin(y[i - 1]) * x[i]
        return (y,)
        """
    )


def test_argument_is_copied_once_before_the_loops() -> None:
    x, b = Value(MATRIX, "A"), Builder()

    def outer(b: Builder, i: Value, A: Value) -> list[Operand]:
        def inner(b: Builder, j: Value, A: Value) -> list[Operand]:
            return [store(b, A, apply(b, "sin", item(b, A, i, j)), i, j)]

        return list(for_loop(b, 4, [A], inner, index="j"))

    results = for_loop(b, 4, [x], outer)
    assert lines(agrees(function(b, [x], results), A)) == body(
        """
        A = np.copy(A)
        for i in range(4):
            for j in range(4):
                A[i, j] = np.sin(A[i, j])
        return (A,)
        """
    )


def test_old_version_read_after_the_write() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    y = apply(b, "sin", x, hint="y")
    z = store(b, y, Const(1.0), 0)
    text = agrees(function(b, [x], [apply(b, "add", y, z), z]), X)
    assert "y_1 = y.copy()" in text


def test_reads_of_the_old_version_move_before_the_write() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    y = apply(b, "sin", x, hint="y")
    z = store(b, y, Const(0.0), 0)
    z = store(b, z, apply(b, "multiply", item(b, y, 0), Const(2.0)), 1)
    assert ".copy()" not in agrees(function(b, [x], [z]), X)


def test_view_read_after_a_write_to_its_base() -> None:
    x, b = Value(MATRIX, "A"), Builder()
    a = apply(b, "sin", x, hint="a")
    row = item(b, a, 1, hint="row")
    a = store(b, a, Const(5.0), 1)
    text = agrees(function(b, [x], [apply(b, "add", row, item(b, a, 1))]), A)
    assert "row = a[1].copy()" in text


def test_repeated_array_is_read_only() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    square = apply(b, "outer", x, x)
    wide = apply(b, "expand", x, apply(b, "shape", square), axis=0, hint="d")
    assert "np.copy(d)" in agrees(function(b, [x], [store(b, wide, Const(1.0), 0, 0)]), X)


def test_double_buffer() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    a, c = apply(b, "copy", x, hint="a"), zeros(b, x, "b")

    def step(b: Builder, k: Value, a: Value, c: Value) -> list[Operand]:
        def element(b: Builder, i: Value, c: Value) -> list[Operand]:
            return [store(b, c, apply(b, "multiply", item(b, a, i), Const(0.5)), i)]

        (c,) = for_loop(b, 4, [c], element)
        return [c, a]

    results = for_loop(b, 3, [a, c], step, index="k")
    assert lines(agrees(function(b, [x], results), X)) == body(
        """
        a = x.copy()
        b = np.zeros_like(x)
        for _ in range(3):
            for i in range(4):
                b[i] = a[i] * 0.5
            a, b = b, a
        return a, b
        """
    )


def test_double_buffer_that_becomes_one() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    a, c = apply(b, "sin", x, hint="a"), zeros(b, x, "b")

    def step(b: Builder, k: Value, a: Value, c: Value) -> list[Operand]:
        changed = store(b, c, item(b, a, 0), 1)
        changed = store(b, changed, item(b, a, 1), 0)
        return [changed, changed]

    agrees(function(b, [x], for_loop(b, 3, [a, c], step, index="k")), X)


def test_part_that_is_written_to_and_put_back() -> None:
    x, b = Value(MATRIX, "A"), Builder()
    a = apply(b, "sin", x, hint="a")
    k = Const(1)
    row = apply(b, "getitem", a, k, index=(At(0),), hint="row")
    row = store(b, row, Const(5.0), 2)
    a = apply(b, "setitem", a, row, k, index=(At(0),), hint="a")
    assert lines(agrees(function(b, [x], [apply(b, "sum", a), a]), A)) == body(
        """
        a = np.sin(A)
        row = a[1]
        row[2] = 5.0
        return np.sum(a), a
        """
    )


def test_part_that_is_put_back_elsewhere() -> None:
    x, b = Value(MATRIX, "A"), Builder()
    a = apply(b, "sin", x, hint="a")
    row = store(b, item(b, a, 1, hint="row"), Const(5.0), 2)
    text = agrees(function(b, [x], [store(b, a, row, 0)]), A)
    assert "row = row.copy()" in text


def test_one_array_for_two_carried_values() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    a = apply(b, "sin", x, hint="a")

    def step(b: Builder, i: Value, p: Value, q: Value) -> list[Operand]:
        return [store(b, p, item(b, q, i), 0), q]

    agrees(function(b, [x], for_loop(b, 4, [a, a], step, ["p", "q"])), X)


# ---------------------------------------------------------------- tapes and lists
def test_tape_of_an_array_that_changes_holds_copies() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    h = apply(b, "sin", x, hint="h")
    tape = apply(b, "tape", Const(3), item=VECTOR, hint="h_tape")

    def forwards(b: Builder, i: Value, h: Value, tape: Value) -> list[Operand]:
        tape_ = apply(b, "record", tape, i, h, hint="h_tape")
        return [store(b, h, apply(b, "sin", item(b, h, i)), i), tape_]

    h, tape = for_loop(b, 3, [h, tape], forwards)

    def backwards(b: Builder, i: Value, s: Value) -> list[Operand]:
        return [apply(b, "add", s, item(b, apply(b, "recall", tape, i, hint="h"), 0))]

    (s,) = for_loop(b, 3, [Const(0.0)], backwards, ["s"], backwards=True)
    assert lines(agrees(function(b, [x], [s, h]), X)) == body(
        """
        h = np.sin(x)
        h_tape = []
        for i in range(3):  # records 8 * x.shape[0] bytes a trip
            h_tape.append(h.copy())
            h[i] = np.sin(h[i])
        s = 0.0
        for i in reversed(range(3)):
            s += h_tape[i][0]
        return s, h
        """
    )


def test_tape_of_arrays_that_do_not_change_holds_them() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    tape = apply(b, "tape", Const(3), item=VECTOR, hint="h_tape")

    def forwards(b: Builder, i: Value, h: Value, tape: Value) -> list[Operand]:
        tape_ = apply(b, "record", tape, i, h, hint="h_tape")
        return [apply(b, "sin", h, hint="h"), tape_]

    h, tape = for_loop(b, 3, [x, tape], forwards, ["h", "h_tape"])
    text = agrees(function(b, [x], [h, apply(b, "recall", tape, Const(1))]), X)
    assert "h_tape.append(h)" in text


def test_tape_of_a_while_is_read_backwards() -> None:
    a, b = Value(FLOAT, "a"), Builder()
    tape = apply(b, "tape", Const(0), item=FLOAT, hint="x_tape")

    def more(b: Builder, x: Value, tape: Value, k: Value) -> list[Operand]:
        return [apply(b, "less", x, Const(9.0))]

    def step(b: Builder, x: Value, tape: Value, k: Value) -> list[Operand]:
        tape_ = apply(b, "record", tape, k, x, hint="x_tape")
        return [apply(b, "multiply", x, a, hint="x"), tape_, apply(b, "add", k, Const(1), hint="k")]

    _, tape, count = while_loop(b, [Const(1.0), tape, Const(0)], ["x", "x_tape", "k"], more, step)

    def backwards(b: Builder, k: Value, s: Value) -> list[Operand]:
        x = apply(b, "recall", tape, k, hint="x")
        return [apply(b, "add", apply(b, "multiply", s, x), x)]

    results = for_loop(b, count, [Const(0.0)], backwards, ["s"], backwards=True, index="k")
    assert lines(agrees(function(b, [a], results), 2.0)) == body(
        """
        x_tape = []
        x = 1.0
        while x < 9.0:  # records 8 bytes a trip
            x_tape.append(x)
            x *= a
        s = 0.0
        for x in reversed(x_tape):
            s = s * x + x
        return (s,)
        """
    )


def test_rows_made_in_a_loop_and_kept() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    rows = apply(b, "seq_make", item=VECTOR, hint="rows")

    def outer(b: Builder, i: Value, rows: Value) -> list[Operand]:
        def fill(b: Builder, j: Value, row: Value) -> list[Operand]:
            return [store(b, row, apply(b, "multiply", item(b, x, j), i), j)]

        (row,) = for_loop(b, 4, [zeros(b, x, "row")], fill, index="j")
        return [apply(b, "seq_append", rows, row, hint="rows")]

    text = agrees(function(b, [x], for_loop(b, 3, [rows], outer)), X)
    assert ".copy()" not in text
    assert "rows.append(row)" in text


def test_lists_filled_side_by_side_become_one() -> None:
    params, texts = layers()
    W, c, x = params
    b = Builder()
    blanks = [apply(b, "seq_blank", W, hint="dlayers_W"), apply(b, "seq_blank", c, hint="dlayers_b")]

    def step(b: Builder, k: Value, dW: Value, db: Value) -> list[Operand]:
        w, bias = apply(b, "seq_get", W, k, hint="W"), apply(b, "seq_get", c, k, hint="b")
        return [
            apply(b, "seq_set", dW, k, apply(b, "multiply", w, Const(2.0)), hint="dlayers_W"),
            apply(b, "seq_set", db, k, apply(b, "add", bias, bias), hint="dlayers_b"),
        ]

    results = for_loop(b, apply(b, "seq_length", W), blanks, step, index="k", backwards=True)
    f = Function("f", ("layers", "x"), texts, b.region(params, results), ("zip", ("tuple", [0, 1])))
    text = print_module(emit_numpy(f))
    assert lines(text) == body(
        """
        dlayers = [None] * len(layers)
        for k in reversed(range(len(layers))):
            W, b = layers[k]
            dlayers[k] = (W * 2.0, b + b)
        return dlayers
        """
    )
    pairs = load_module(text, "side")["f"]([(A, X)], X)
    assert same(pairs, [(2 * A, 2 * X)])


def test_one_array_twice_in_a_list() -> None:
    x, b = Value(VECTOR, "x"), Builder(ADJOINT)
    y = apply(b, "sin", x, hint="y")
    seq = apply(b, "seq_make", y, y, item=VECTOR, hint="s")
    seq = apply(b, "seq_add", seq, Const(1), x, hint="s")
    assert "s[1] = s[1] + x" in agrees(function(b, [x], [seq]), X)


def test_last_item_is_popped() -> None:
    x, b = Value(VECTOR, "x"), Builder()
    seq = apply(b, "seq_make", x, apply(b, "sin", x), item=VECTOR, hint="out")
    last = apply(b, "seq_get", seq, Const(-1), hint="t")
    shorter = apply(b, "seq_drop", seq, hint="out")
    text = agrees(function(b, [x], [last, apply(b, "seq_length", shorter)]), X)
    assert "t = out.pop()" in text


def layers() -> tuple[list[Value], tuple[Param, ...]]:
    """A list of pairs among the arguments."""
    n = Atom("?n", None)
    W = Value(Seq(Array(F8, (dim(n), dim(n)))), "W")
    return [W, Value(Seq(VECTOR), "b"), Value(VECTOR, "x")], (
        Param("layers[*][0]"),
        Param("layers[*][1]"),
        Param("x"),
    )


def test_list_of_layers() -> None:
    params, texts = layers()
    W, c, x = params
    b = Builder()

    def step(b: Builder, k: Value, h: Value) -> list[Operand]:
        w, bias = apply(b, "seq_get", W, k, hint="W"), apply(b, "seq_get", c, k, hint="b")
        return [apply(b, "tanh", apply(b, "add", apply(b, "matmul", w, h), bias, hint="a"), hint="h")]

    results = for_loop(b, apply(b, "seq_length", W), [x], step, ["h"], index="k")
    zeroed = [apply(b, "seq_zeros", W, hint="dW"), apply(b, "seq_zeros", c, hint="db")]
    f = Function(
        "f",
        ("layers", "x"),
        texts,
        b.region(params, [*results, *zeroed]),
        ("tuple", [0, ("zip", ("tuple", [1, 2]))]),
    )
    text = print_module(emit_numpy(f))
    assert lines(text) == body(
        """
        h = x
        for W, b in layers:
            a = W @ h + b
            h = np.tanh(a)
        dW = [np.zeros_like(item[0]) for item in layers]
        db = [np.zeros_like(item[1]) for item in layers]
        return h.copy(), list(zip(dW, db))
        """
    )
    h, pairs = load_module(text, "layers")["f"]([(A, X), (A.T, X)], X)
    assert np.allclose(h, np.tanh(A.T @ np.tanh(A @ X + X) + X))
    assert same(pairs, [(0 * A, 0 * X), (0 * A, 0 * X)])


@pytest.mark.parametrize("shape", [(4,), (4, 4), (1, 4)])
def test_rows_that_give_views_say_so(shape: tuple[int, ...]) -> None:
    x = np.ones(shape)
    for row in primitives_table.PRIMITIVES.values():
        function_ = primitives_table.find(row.paths[0]) if row.paths else None
        if function_ is None or len(row.operands) != 1 or row.variadic:
            continue
        try:
            with np.errstate(all="ignore"):
                result = function_(x)
        except (TypeError, ValueError, IndexError, np.linalg.LinAlgError):
            continue
        for array in arrays(result):
            assert row.view or not np.may_share_memory(array, x), row.name


# ---------------------------------------------------------------- random programs
@pytest.mark.parametrize("block", range(20))
def test_random_programs(block: int) -> None:
    for seed in range(block * 25, (block + 1) * 25):
        f = Generator(seed).function()
        *numbers, xs = arguments(seed)
        # the list may be reached as that of the first fields of tuples
        paired = f.params[-1].text != "xs"
        agrees(f, *numbers, xs, given=[*numbers, [(vector,) for vector in xs]] if paired else [*numbers, xs])


@pytest.mark.parametrize("block", range(10))
def test_random_loops_that_hand_arrays_on(block: int) -> None:
    for seed in range(block * 25, (block + 1) * 25):
        agrees(Juggler(seed).function(), *arguments(seed))


def test_the_same_text_every_time() -> None:
    texts = {
        ast.unparse(ast.fix_missing_locations(emit_numpy(Generator(seed).function()))) for seed in [5] * 3
    }
    assert len(texts) == 1

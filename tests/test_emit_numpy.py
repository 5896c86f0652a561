"""The NumPy printer: what it prints for small functions, and that the numbers are those of the IR.

The second part runs several hundred random programs against the interpreter of the IR, which copies before
every write.
"""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from interpreter import run_function
from random_ir import Generator, Juggler, arguments

from adcompiler import primitives
from adcompiler.emit.numpy import emit_numpy
from adcompiler.emit.source import load_module, print_module
from adcompiler.errors import UNKNOWN, Location
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Function, If, Operand, Param, Region, Value, While
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At, Slice
from adcompiler.ir.types import FLOAT, INT, Array, Seq
from adcompiler.primitives import registry as primitives_table
from adcompiler.primitives.build import apply

assert primitives
F8 = np.dtype(np.float64)
N = dim(Atom("x.shape[0]", 4))
VECTOR, MATRIX = Array(F8, (N,)), Array(F8, (N, N))
ADJOINT = Location("f.py", 7, 1, "y = x", adjoint=True)
BodyOf = Callable[..., Sequence[Operand]]


def function(
    b: Builder, params: Sequence[Value], results: Sequence[Operand], output: object = None
) -> Function:
    """A function whose parameters are reached by their names."""
    output = ("tuple", list(range(len(results)))) if output is None else output
    texts = tuple(Param(value.name) for value in params)
    return Function("f", tuple(value.name for value in params), texts, b.region(params, results), output)


def for_loop(
    b: Builder,
    stop: Operand | int,
    inits: Sequence[Operand],
    body: BodyOf,
    names: Sequence[str] = (),
    **options: Any,
) -> list[Value]:
    """Append a For; the body is a function of (builder, index, *carried)."""
    names = names or [init.name if isinstance(init, Value) else "" for init in inits]
    index = Value(INT, options.pop("index", "i"))
    start, step = Const(options.pop("start", 0)), Const(options.pop("step", 1))
    params = [Value(init.type, name) for init, name in zip(inits, names, strict=True)]
    inner = Builder(b.location)
    results = body(inner, index, *params)
    after = tuple(Value(param.type, param.name) for param in params)
    stop = Const(stop) if isinstance(stop, int) else stop
    region = inner.region((index, *params), results)
    b.ops.append(For(start, stop, step, tuple(inits), region, after, location=b.location, **options))
    return list(after)


def while_loop(
    b: Builder, inits: Sequence[Operand], names: Sequence[str], condition: BodyOf, body: BodyOf
) -> list[Value]:
    """Append a While; condition and body are functions of (builder, *carried)."""
    regions = []
    for make in (condition, body):
        params = [Value(init.type, name) for init, name in zip(inits, names, strict=True)]
        inner = Builder(b.location)
        regions.append(inner.region(params, make(inner, *params)))
    after = tuple(Value(init.type, name) for init, name in zip(inits, names, strict=True))
    b.ops.append(While(tuple(inits), regions[0], regions[1], after, location=b.location))
    return list(after)


def branch(
    b: Builder, condition: Operand, names: Sequence[str], *arms: BodyOf, location: Location = UNKNOWN
) -> list[Value]:
    """Append an If; the arms are functions of a builder."""
    regions: list[Region] = []
    for make in arms:
        inner = Builder(b.location)
        regions.append(inner.region((), make(inner)))
    results = tuple(
        Value(operand.type, name) for operand, name in zip(regions[0].results, names, strict=True)
    )
    b.ops.append(If(condition, regions[0], regions[1], results, location=location))
    return list(results)


def item(b: Builder, x: Operand, *indices: Operand | int, hint: str = "") -> Operand:
    """x[i, j]."""
    operands = [Const(k) if isinstance(k, int) else k for k in indices]
    return apply(b, "getitem", x, *operands, index=tuple(At(k) for k in range(len(operands))), hint=hint)


def store(b: Builder, x: Operand, value: Operand, *indices: Operand | int, name: str = "setitem") -> Operand:
    """x[i, j] = value, under the name of x."""
    assert isinstance(x, Value)
    operands = [Const(k) if isinstance(k, int) else k for k in indices]
    return apply(b, name, x, value, *operands, index=tuple(At(k) for k in range(len(operands))), hint=x.name)


def zeros(b: Builder, like: Operand, hint: str) -> Operand:
    """Zeros of the shape of a value."""
    return apply(b, "zeros_of", apply(b, "shape", like), dtype=F8, hint=hint)


def same(a: Any, b: Any) -> bool:
    """Equal numbers, also inside lists."""
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(same(one, other) for one, other in zip(a, b, strict=True))
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True)


def arrays(value: Any) -> list[np.ndarray]:
    """The arrays in a result."""
    if isinstance(value, (list, tuple)):
        return [array for one in value for array in arrays(one)]
    return [value] if isinstance(value, np.ndarray) else []


def agrees(f: Function, *leaves: Any, given: Sequence[Any] | None = None) -> str:
    """Run the emitted function against the interpreter; the text. The caller's arrays stay untouched."""
    wanted = run_function(f, *copy.deepcopy(leaves), checked=False)
    text = print_module(emit_numpy(f, check=True))
    given = copy.deepcopy(leaves if given is None else given)
    before = copy.deepcopy(given)
    got = load_module(text, "test")[f.name](*given)  # type: ignore[operator]
    assert same(wanted, list(got)), text
    assert same(list(given), list(before)), f"an argument was changed\n{text}"
    for array in arrays(got):
        assert not any(np.may_share_memory(array, other) for other in arrays(list(given))), text
    return text


def lines(text: str) -> str:
    """The body of the function."""
    return textwrap.dedent(text.partition("def f(")[2].partition("\n")[2]).strip()


def body(text: str) -> str:
    """An expected body."""
    return textwrap.dedent(text).strip()


X = np.array([0.3, -1.2, 0.7, 2.0])
A = np.linspace(-1, 1, 16).reshape(4, 4)


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
        A = A.copy()
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
    assert ".copy()" in agrees(function(b, [x], [store(b, wide, Const(1.0), 0, 0)]), X)


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
    assert "row = a[1].copy()" in text


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
        for i in range(3):
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
        while x < 9.0:
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
    text = print_module(emit_numpy(f, check=True))
    assert lines(text) == body(
        """
        dlayers = [None] * len(layers)
        for k in reversed(range(len(layers))):
            W, b = layers[k]
            dlayers[k] = (W * 2.0, b + b)
        return dlayers
        """
    )
    pairs = load_module(text, "side")["f"]([(A, X)], X)  # type: ignore[operator]
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
    text = print_module(emit_numpy(f, check=True))
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
    h, pairs = load_module(text, "layers")["f"]([(A, X), (A.T, X)], X)  # type: ignore[operator]
    assert np.allclose(h, np.tanh(A.T @ np.tanh(A @ X + X) + X))
    assert same(pairs, [(0 * A, 0 * X), (0 * A, 0 * X)])


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
    load_module(print_module(emit_numpy(f, check=True)), "undefined")["f"](X)  # type: ignore[operator]


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
    text = print_module(emit_numpy(f, check=True))
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
    load_module(print_module(emit_numpy(f, check=True)), "rank0")["f"](given)  # type: ignore[operator]
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
    text = print_module(emit_numpy(f, check=True))
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

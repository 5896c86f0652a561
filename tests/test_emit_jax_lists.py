"""Lists of the JAX printer."""

from __future__ import annotations

from typing import Any

import numpy as np
from jax_programs import (
    F64,
    Program,
    X,
    check,
    check_tree,
    function,
    integer,
    vector,
)

from adcompiler.emit.jax import emit_jax
from adcompiler.ir.core import Function, Value
from adcompiler.ir.dims import opaque
from adcompiler.ir.index import Slice
from adcompiler.ir.types import Array, Seq

# ------------------------------------------------------------------------------------------ lists


def perceptron() -> Function:
    """h = tanh(W @ h) for W in Ws, and the gradient with respect to Ws."""
    p = Program()
    matrix = Array(F64, (opaque("?m", None, many=True), opaque("?k", None, many=True)))
    ws = Value(Seq(matrix, opaque("len(Ws)", 2)), "Ws")
    x = vector("x")
    column = Array(F64, (opaque("?h", None, many=True),))
    n = p("seq_length", ws)
    tape = p("tape", n, item=column, hint="h_tape")

    def forwards(b: Program, k: Value, h: Value, tape: Value) -> list[Any]:
        w = b("seq_get", ws, k, hint="W")
        return [b("tanh", b("matmul", w, h), hint="h"), b("record", tape, k, h, hint="h_tape")]

    h, tape = p.loop((0, n, 1), [x, tape], forwards, ["h", "h_tape"], "k", types=[column, tape.type])

    def backwards(b: Program, k: Value, h: Value, dh: Value, dws: Value) -> list[Any]:
        w = b("seq_get", ws, k, hint="W")
        before = b("recall", tape, k, hint="h")
        da = b("multiply", dh, b("subtract", 1.0, b("multiply", h, h)), hint="da")
        dw = b("outer", da, before, hint="dW")
        return [before, b("matmul", b("transpose", w), da, hint="dh"), b("seq_set", dws, k, dw, hint="dWs")]

    dh = p("multiply", 2.0, h, hint="dh")
    dws = p("seq_zeros", ws, hint="dWs")
    _, dh, dws = p.loop(
        (0, n, 1),
        [h, dh, dws],
        backwards,
        ["h", "dh", "dWs"],
        "k",
        backwards=True,
        types=[column, column, dws.type],
    )
    return function([ws, x], [dws, dh], p, texts=["Ws[*]", "x"], signature=["Ws", "x"])


def test_a_loop_over_a_list_is_unrolled() -> None:
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))]
    f = perceptron()
    text = check(f, layers, rng.normal(size=3))
    assert "for k in reversed(range(len(Ws))):" in text and "fori_loop" not in text
    check(f, [], rng.normal(size=3))


def test_a_list_of_fixed_length_is_carried() -> None:
    p = Program()
    x = vector("x")
    made = p("seq_make", x, p("sin", x), item=x.type, hint="ys")

    def body(b: Program, i: Value, ys: Value) -> list[Any]:
        first = b("seq_get", ys, 0)
        return [
            b("seq_add", b("seq_set", ys, -1, b("cos", first), hint="ys"), 0, b("seq_get", ys, 1), hint="ys")
        ]

    (ys,) = p.loop((0, 4, 1), [made], body, ["ys"])
    text = check(function([x], [p("seq_get", ys, 0), p("seq_get", ys, -1)], p), X)
    assert "fori_loop" in text


def test_a_list_that_grows_is_unrolled() -> None:
    p = Program()
    x, n = vector("x"), integer("n")
    made = p("seq_make", x, item=x.type, hint="ys")
    (ys,) = p.loop(
        (0, n, 1),
        [made],
        lambda b, i, ys: [b("seq_append", ys, b("sin", b("seq_get", ys, -1)), hint="ys")],
        ["ys"],
        types=[Seq(x.type)],
    )

    def drop(b: Program, i: Value, ys: Value, s: Value) -> list[Any]:
        return [b("seq_drop", ys, hint="ys"), b("add", s, b("seq_get", ys, -1), hint="s")]

    _, s = p.loop((0, n, 1), [ys, x], drop, ["ys", "s"])
    f = function([x, n], [s], p)
    assert emit_jax(f).static == ("n",)
    assert "fori_loop" not in check(f, X, 3)


def test_zipped_results() -> None:
    p = Program()
    item = Array(F64, (opaque("?m", None),))
    a, b = (Value(Seq(item, opaque("len(layers)", 2)), name) for name in "ab")
    n = p("seq_length", a)

    def body(q: Program, k: Value, da: Value, db: Value) -> list[Any]:
        doubled = q("multiply", q("seq_get", a, k, hint="a"), 2.0)
        return [
            q("seq_set", da, k, doubled, hint="da"),
            q("seq_add", db, k, q("seq_get", b, k, hint="b"), hint="db"),
        ]

    da, db = p.loop(
        (0, n, 1), [p("seq_zeros", a, hint="da"), p("seq_zeros", b, hint="db")], body, ["da", "db"], "k"
    )
    f = function(
        [a, b],
        [da, db],
        p,
        output=("zip", ("tuple", [0, 1])),
        texts=["layers[*][0]", "layers[*][1]"],
        signature=["layers"],
    )
    layers = [(X, X[:2]), (X[1:], X[2:])]
    text = check_tree(f, layers, [(2 * u, v) for u, v in layers])
    assert "layers[k][0]" in text


def test_a_slice_of_a_list_and_its_transpose() -> None:
    p = Program()
    x = vector("x")
    made = p("seq_make", x, p("sin", x), p("cos", x), item=x.type, hint="ys")
    index = (Slice(0),)
    part = p("seq_slice", made, 1, index=index, hint="part")
    back = p("seq_scatter", part, made, 1, index=index, hint="back")
    both = p("seq_plus", back, made, hint="both")
    check(function([x], [back, both], p), X)


def test_a_list_changed_in_place_keeps_its_name_while_it_is_read() -> None:
    p = Program()
    x = vector("x")
    made = p("seq_make", x, p("sin", x), p("cos", x), p("tan", x), item=x.type, hint="ys")

    def drop(b: Program, i: Value, ys: Value, s: Value) -> list[Any]:
        less = b("seq_drop", ys, hint="ys")
        last = b("seq_get", less, -1)
        return [b("seq_drop", less, hint="ys"), b("add", s, last, hint="s")]

    _, s = p.loop((0, 2, 1), [made, x], drop, ["ys", "s"], types=[Seq(x.type), x.type])
    check(function([x], [s], p), X)

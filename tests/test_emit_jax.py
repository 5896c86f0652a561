"""The JAX printer: programs built by hand, run under jax.jit with 64-bit types, against the interpreter."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from interpreter import run_function
from random_ir import Generator, Juggler, arguments

from adcompiler.emit.jax import JaxModule, emit_jax
from adcompiler.emit.source import print_module
from adcompiler.errors import UNKNOWN, CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Call, Const, For, Function, If, Location, Operand, Param, Value, While
from adcompiler.ir.dims import Atom, dim, opaque
from adcompiler.ir.index import At, Slice
from adcompiler.ir.types import FLOAT, INT, Array, Seq, Type
from adcompiler.primitives.build import apply

jax = pytest.importorskip("jax")

F64 = np.dtype(np.float64)
SCALAR = Array(F64)
ITEM = (At(0),)


class Program:
    """A region under construction, with a method a construct."""

    def __init__(self) -> None:
        self.builder = Builder(UNKNOWN)

    def __call__(self, primitive: str, *operands: Any, hint: str = "", **attrs: Any) -> Any:
        plain = [o if isinstance(o, Value | Const) else Const(o) for o in operands]
        return apply(self.builder, primitive, *plain, hint=hint, **attrs)

    def at(self, line: int, text: str, adjoint: bool = False) -> None:
        """Where the next ops come from."""
        self.builder.location = Location("program.py", line, 1, text, adjoint=adjoint)

    def loop(
        self,
        bounds: tuple[Any, ...],
        inits: Sequence[Any],
        body: Callable[..., Sequence[Any]],
        names: Sequence[str] = (),
        index: str = "i",
        backwards: bool = False,
        types: Sequence[Type] = (),
    ) -> list[Value]:
        """A counted loop; body(program, index, *carried) gives the next carried values."""
        start, stop, step = [o if isinstance(o, Value | Const) else Const(o) for o in bounds]
        starts, params, results = self._carried(inits, names, types)
        number = Value(replace(INT, size=dim(Atom(f"?{index}{id(body)}"))), index)
        inner = Program()
        inner.builder.location = self.builder.location
        ends = operands(body(inner, number, *params))
        region = inner.builder.region((number, *params), ends)
        self.builder.ops.append(
            For(start, stop, step, starts, region, tuple(results), backwards, location=self.builder.location)
        )
        return results

    def repeat(
        self,
        inits: Sequence[Any],
        condition: Callable[..., Any],
        body: Callable[..., Sequence[Any]],
        names: Sequence[str] = (),
        types: Sequence[Type] = (),
    ) -> list[Value]:
        """A while loop."""
        starts, params, results = self._carried(inits, names, types)
        _, seen, _ = self._carried(inits, names, types)
        test, inner = Program(), Program()
        first = test.builder.region(seen, operands([condition(test, *seen)]))
        second = inner.builder.region(params, operands(body(inner, *params)))
        self.builder.ops.append(While(starts, first, second, tuple(results), location=self.builder.location))
        return results

    def branch(
        self,
        condition: Value,
        then: Callable[[Program], Sequence[Any]],
        orelse: Callable[[Program], Sequence[Any]],
        names: Sequence[str] = (),
    ) -> list[Value]:
        """A branch on data."""
        regions = []
        for arm in (then, orelse):
            inner = Program()
            inner.builder.location = self.builder.location
            regions.append(inner.builder.region((), operands(arm(inner))))
        types = [operand.type for operand in regions[0].results]
        results = [
            Value(type, name) for type, name in zip(types, list(names) + [""] * len(types), strict=False)
        ]
        self.builder.ops.append(
            If(condition, regions[0], regions[1], tuple(results), location=self.builder.location)
        )
        return results

    def _carried(
        self, inits: Sequence[Any], names: Sequence[str], types: Sequence[Type]
    ) -> tuple[tuple[Operand, ...], list[Value], list[Value]]:
        starts = operands(inits)
        kinds = list(types) or [start.type for start in starts]
        given = list(names) + [""] * len(kinds)
        kinds = [replace(t, size=None) if isinstance(t, Array) else t for t in kinds]
        params = [Value(type, name) for type, name in zip(kinds, given, strict=False)]
        return starts, params, [Value(type, name) for type, name in zip(kinds, given, strict=False)]


def operands(items: Sequence[Any]) -> tuple[Operand, ...]:
    return tuple(item if isinstance(item, Value | Const) else Const(item) for item in items)


def vector(name: str, rank: int = 1, dtype: Any = np.float64) -> Value:
    return Value(Array(np.dtype(dtype), tuple(dim(Atom(f"{name}.shape[{k}]", 5)) for k in range(rank))), name)


def integer(name: str) -> Value:
    return Value(replace(INT, size=dim(Atom(name, 3))), name)


def function(
    params: Sequence[Value],
    results: Sequence[Any],
    program: Program,
    output: Any = None,
    texts: Sequence[str] = (),
    signature: Sequence[str] = (),
) -> Function:
    names = [value.name for value in params]
    given = operands(results)
    tree = output if output is not None else 0 if len(given) == 1 else ("tuple", list(range(len(given))))
    return Function(
        "f",
        tuple(signature or names),
        tuple(Param(text) for text in texts or names),
        program.builder.region(params, given),
        tree,
    )


def source(module: JaxModule) -> str:
    printed = print_module(module.module)
    return printed if isinstance(printed, str) else printed.text


def run(function: Function, *args: Any, **kwargs: Any) -> Any:
    """What the emitted source gives, compiled by XLA."""
    module = emit_jax(function)
    namespace: dict[str, Any] = {}
    exec(compile(source(module), "<emitted>", "exec"), namespace)
    static = (*module.static, *(["max_trips"] if module.counts else []))
    with jax.enable_x64():
        result = jax.jit(namespace["f"], static_argnames=static)(*args, **kwargs)
        return jax.tree.map(np.asarray, result)


def check(function: Function, *args: Any, tolerance: float = 1e-13, **kwargs: Any) -> str:
    """Compare XLA with the interpreter, values and dtypes; gives the source."""
    expected = run_function(function, *args, checked=False)
    found = run(function, *args, **kwargs)
    module = emit_jax(function)
    if module.counts:
        found, needed = found
        assert needed <= kwargs.get("max_trips", 1024)
    leaves = jax.tree.leaves(found)
    for one, other in zip(leaves, jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)
        assert one.dtype == np.asarray(other).dtype
    text = source(module)
    assert source(emit_jax(function)) == text
    return text


X = np.array([0.3, -1.2, 0.8, 2.0, 0.5])


# ------------------------------------------------------------------------------------------ straight line


def test_temporaries_move_into_their_user() -> None:
    p = Program()
    x = vector("x")
    y = p("multiply", p("sin", x), p("subtract", x, 1.0), hint="y")
    text = check(function([x], [p("sum", y)], p), X)
    assert "    y = jnp.sin(x) * (x - 1.0)\n    return jnp.sum(y)" in text


def test_a_name_is_given_again_when_its_value_is_dead() -> None:
    p = Program()
    x = vector("x")
    first = p("sin", x, hint="y")
    second = p("multiply", first, first, hint="y")
    third = p("add", second, first, hint="y")
    text = check(function([x], [third], p), X)
    assert text.count("y_1 = ") == 1 and "return y" in text


def test_parameters_of_other_texts() -> None:
    p = Program()
    w, b = vector("W"), Value(FLOAT, "b")
    text = check_tree(
        function(
            [w, b], [p("multiply", w, b)], p, texts=["params['W']", "params['b']"], signature=["params"]
        ),
        {"W": X, "b": 2.0},
        X * 2,
    )
    assert 'return params["W"] * params["b"]' in text


def check_tree(function: Function, arg: Any, expected: Any) -> str:
    found = run(function, arg)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)
    return source(emit_jax(function))


def test_output_trees() -> None:
    p = Program()
    x = vector("x")
    s = p("sin", x, hint="s")
    f = function(
        [x],
        [s, p("cos", x)],
        p,
        output=("dict", ["a", "b"], [("list", [0, ("const", None)]), ("tuple", [1])]),
    )
    check_tree(f, X, {"a": [np.sin(X), None], "b": (np.cos(X),)})


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


# ------------------------------------------------------------------------------------------ branches


def test_cheap_branches_are_choices() -> None:
    p = Program()
    x = Value(FLOAT, "x")
    (y,) = p.branch(
        p("greater", x, 0.0), lambda b: [b("multiply", x, 2.0)], lambda b: [b("negative", x)], ["y"]
    )
    f = function([x], [y], p)
    for value in (1.5, -0.5):
        assert "jnp.where(x > 0.0, x * 2.0, -x)" in check(f, value)


def test_two_choices_read_what_was_there() -> None:
    p = Program()
    x, y = Value(FLOAT, "x"), Value(FLOAT, "y")
    a, b = p.branch(
        p("greater", x, y),
        lambda q: [q("add", x, 1.0), q("add", x, y)],
        lambda q: [y, q("subtract", y, x)],
        ["x", "y"],
    )
    f = function([x, y], [a, b], p)
    for values in ((1.0, 2.0), (2.0, 1.0)):
        check(f, *values)


def test_dear_branches_are_functions() -> None:
    p = Program()
    x = vector("x")
    s = p("sum", x, hint="s")

    def then(b: Program) -> list[Any]:
        h = b("sin", x, hint="h")
        return [b("sum", b("multiply", h, h)), 0]

    (y, k) = p.branch(p("greater", s, 0.0), then, lambda b: [0.0, 1], ["y", "k"])
    f = function([x], [y, k], p)
    for value in (X, -X):
        text = check(f, value)
    assert "lax.cond(s > 0.0, then, lambda: (0.0, 1))" in text


def test_a_branch_on_what_is_known() -> None:
    p = Program()
    x, n = vector("x"), integer("n")
    y = p("getitem", x, n, index=(Slice(None, 0),), hint="y")
    (z,) = p.branch(p("greater", n, 2), lambda b: [b("sum", b("sin", y))], lambda b: [b("sum", y)], ["z"])
    f = function([x, n], [z], p)
    assert emit_jax(f).static == ("n",)
    check(f, X, 2)
    text = check(f, X, 4)
    assert "if n > 2" in text


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
    assert "jnp.zeros((4, *x.shape))" in text and "x_tape.at[i].set(x)" in text


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


# ------------------------------------------------------------------------------------------ parts of arrays


def test_a_window_of_fixed_width_inside_the_array() -> None:
    p = Program()
    x = vector("x")
    n = p("subtract", p("size", x, axis=0), 2)
    total = p("zeros_of", p("shape", x), dtype=F64, hint="total")
    window = (Slice(0, 1),)

    def body(b: Program, i: Value, total: Value) -> list[Any]:
        end = b("add", i, 3)
        part = b("getitem", x, i, end, index=window, hint="part")
        total = b("add_at", total, b("multiply", part, part), i, end, index=window, hint="total")
        return [b("setitem", total, b("sum", part), i, end, index=window, hint="total")]

    (total,) = p.loop((0, n, 1), [total], body, ["total"])
    text = check(function([x], [total], p), X)
    assert "lax.dynamic_slice_in_dim(x, i, 3)" in text


def test_a_window_that_may_leave_the_array_is_refused() -> None:
    p = Program()
    x = vector("x")
    n = p("size", x, axis=0)

    def body(b: Program, i: Value, s: Value) -> list[Any]:
        return [b("add", s, b("sum", b("getitem", x, i, b("add", i, 3), index=(Slice(0, 1),))), hint="s")]

    (s,) = p.loop((0, n, 1), [0.0], body, ["s"], types=[SCALAR])
    with pytest.raises(CompileError, match="bounds of this slice"):
        emit_jax(function([x], [s], p))


def test_masks() -> None:
    p = Program()
    x = vector("A", 2)
    flat, rows = p("greater", x, 0.5), p("greater", p("sum", x, axis=1), 1.0)
    y = p("setitem", x, 0.0, flat, index=ITEM, hint="y")
    y = p("add_at", y, p("getitem", x, 0, index=ITEM), rows, index=ITEM, hint="y")
    check(function([x], [y], p), np.outer(X, X))


def test_reading_by_a_mask_is_refused() -> None:
    p = Program()
    x = vector("x")
    f = function([x], [p("sum", p("getitem", x, p("greater", x, 0.0), index=ITEM))], p)
    with pytest.raises(CompileError, match="mask"):
        emit_jax(f)


def test_scatter_and_repeated_indices() -> None:
    p = Program()
    x, k = vector("x"), Value(Array(np.dtype(np.int64), (dim(Atom("k.shape[0]", 4)),)), "k")
    part = p("getitem", x, k, index=ITEM, hint="part")
    back = p("scatter", part, p("shape", x), k, index=ITEM, hint="back")
    more = p("add_at", back, 1.0, k, index=ITEM, hint="more")
    one = p("scatter", p("getitem", x, 1, index=ITEM), p("shape", x), 1, index=ITEM)
    check(function([x, k], [more, one], p), X, np.array([0, 2, 2, -1]))


def test_reductions_are_expanded() -> None:
    p = Program()
    x = vector("A", 2)
    shape = p("shape", x)
    results = [
        p("expand", p("sum", x), shape),
        p("expand", p("sum", x, axis=0), shape, axis=0),
        p("expand", p("sum", x, axis=1, keepdims=True), shape, axis=1, keepdims=True),
        p("unbroadcast", x, p("shape", p("sum", x, axis=0, keepdims=True))),
        p("full_of", shape, 2.0),
        p("expand", 1.0, shape),
    ]
    text = check(function([x], results, p), np.outer(X, X)[:, :3])
    assert "jnp.ones_like(A)" in text and "def unbroadcast" in text


# ------------------------------------------------------------------------------------------ effects


def test_print(capfd: pytest.CaptureFixture[str]) -> None:
    p = Program()
    x = vector("x")

    def body(b: Program, i: Value, s: Value) -> list[Any]:
        b("print", i, s, text="print('trip', _0_, f'{_1_:.2f}', sep=' ')")
        return [b("add", s, b("getitem", x, i, index=ITEM), hint="s")]

    (s,) = p.loop((0, 3, 1), [0.0], body, ["s"], types=[SCALAR])
    p("print", s, text="print('end', round(_0_, 2), end='!\\n')")
    p("print", p("size", x, axis=0), text="print(_0_)")
    p("print", s, text="print('{', round(_0_, 1))")
    text = check(function([x], [s], p), X)
    jax.effects_barrier()
    assert 'jax.debug.print("trip {} {:.2f}", i, s, ordered=True)' in text
    assert capfd.readouterr().out == "trip 0 0.00\ntrip 1 0.30\ntrip 2 -0.90\nend -0.1!\n5\n{ -0.1\n"


def test_check() -> None:
    p = Program()
    x = Value(FLOAT, "x")
    p("check", p("greater", x, 0.0), x, error="ValueError", text="f'{_0_} is not positive'")
    f = function([x], [p("sqrt", x)], p)
    check(f, 2.0)
    with pytest.raises(Exception, match="-1.0 is not positive"):
        jax.block_until_ready(run(f, -1.0))
        jax.effects_barrier()


# ------------------------------------------------------------------------------------------ refusals


def test_recursion_is_refused() -> None:
    p = Program()
    x = Value(FLOAT, "x")
    y = Value(FLOAT, "y")
    p.builder.ops.append(Call("f", (x,), (y,)))
    with pytest.raises(CompileError, match="NumPy backend"):
        emit_jax(function([x], [y], p))


def test_a_list_item_chosen_by_data_is_refused() -> None:
    p = Program()
    xs, x = Value(Seq(SCALAR), "xs"), Value(FLOAT, "x")
    k = p("python", x, kind=INT, hint="k")
    with pytest.raises(CompileError, match="which item of a list"):
        emit_jax(function([xs, x], [p("seq_get", xs, k)], p, texts=["xs[*]", "x"]))


def test_two_places_are_reported_at_once() -> None:
    p = Program()
    xs, x = Value(Seq(SCALAR), "xs"), Value(FLOAT, "x")
    k = p("python", x, kind=INT, hint="k")
    p.at(3, "a = xs[k]")
    a = p("seq_get", xs, k)
    p.at(4, "b = xs[k]")
    b = p("seq_get", xs, k)
    with pytest.raises(CompileError) as caught:
        emit_jax(function([xs, x], [p("add", a, b)], p, texts=["xs[*]", "x"]))
    assert [d.location.line for d in caught.value.diagnostics] == [3, 4]


def test_the_module_imports_only_what_it_needs() -> None:
    p = Program()
    x = vector("x")
    tree = emit_jax(function([x], [p("sin", x)], p)).module
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imports == ["import jax.numpy as jnp"]


def test_a_slice_of_a_list_and_its_transpose() -> None:
    p = Program()
    x = vector("x")
    made = p("seq_make", x, p("sin", x), p("cos", x), item=x.type, hint="ys")
    index = (Slice(0),)
    part = p("seq_slice", made, 1, index=index, hint="part")
    back = p("seq_scatter", part, made, 1, index=index, hint="back")
    both = p("seq_plus", back, made, hint="both")
    check(function([x], [back, both], p), X)


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
    assert emit_jax(f).requires == ("x.shape[0] >= 1",)
    check(f, X[:1])


def test_a_constant_subscript_outside_a_known_size_is_refused() -> None:
    p = Program()
    x = Value(Array(F64, (dim(3),)), "x")
    with pytest.raises(CompileError, match="out of bounds"):
        emit_jax(function([x], [p("getitem", x, -4, index=ITEM)], p))


def test_parameters_that_hide_what_the_module_needs() -> None:
    x, n = vector("jnp"), integer("max")
    f = powers(lambda p: n, [x, n])
    f = replace(f, signature=("jnp", "max"))
    text = check(f, X, 3)
    assert "import jax.numpy as jnp_" in text and "max_ = max" in text


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


# ------------------------------------------------------------------------------------------ random programs


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("generator", [Generator, Juggler])
def test_random_programs(generator: type[Generator], compiled: bool) -> None:
    """Compiled as one by XLA, and run op by op as a person would who calls the source as it is."""
    agreed = 0
    for seed in range(40 if compiled else 20):
        f = generator(seed).function()
        *numbers, xs = arguments(seed)
        try:
            module = emit_jax(f)
        except CompileError:
            continue
        namespace: dict[str, Any] = {}
        exec(compile(source(module), f"<{generator.__name__} {seed}>", "exec"), namespace)
        emitted = jax.jit(namespace[f.name], static_argnames=module.static) if compiled else namespace[f.name]
        given = [(vector,) for vector in xs] if f.params[-1].text != "xs" else xs
        with jax.enable_x64(True):
            found = emitted(*numbers, given)
        found = found[0] if module.counts else found
        expected = tuple(run_function(f, *numbers, xs, checked=False))
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10, err_msg=f"seed {seed}")
        agreed += 1
    assert agreed >= 15

"""The JAX printer: straight lines, branches, parts of arrays, effects, what it refuses; random programs."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest
from building import VECTOR
from interpreter import run_function
from jax_programs import (
    F64,
    ITEM,
    SCALAR,
    Program,
    X,
    check,
    check_tree,
    function,
    integer,
    jax,
    run,
    source,
    vector,
)
from random_ir import Generator, Juggler, arguments

from adcompiler.emit.jax import emit_jax
from adcompiler.emit.jax_bounds import requirements
from adcompiler.errors import CompileError
from adcompiler.ir.core import Call, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import Slice
from adcompiler.ir.types import FLOAT, INT, Array, Seq

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


def test_a_window_that_may_leave_the_array_is_masked() -> None:
    p = Program()
    x = vector("x")
    n = p("size", x, axis=0)

    def body(b: Program, i: Value, s: Value) -> list[Any]:
        return [b("add", s, b("sum", b("getitem", x, i, b("add", i, 3), index=(Slice(0, 1),))), hint="s")]

    (s,) = p.loop((0, n, 1), [0.0], body, ["s"], types=[SCALAR])
    text = check(function([x], [s], p), X)
    assert "jnp.minimum(i + 3, x.shape[0])" in text and "jnp.where(" in text


def test_masks() -> None:
    p = Program()
    x = vector("A", 2)
    flat, rows = p("greater", x, 0.5), p("greater", p("sum", x, axis=1), 1.0)
    y = p("setitem", x, 0.0, flat, index=ITEM, hint="y")
    y = p("add_at", y, p("getitem", x, 0, index=ITEM), rows, index=ITEM, hint="y")
    check(function([x], [y], p), np.outer(X, X))


def test_what_a_mask_selects_is_summed_where_it_lies() -> None:
    p = Program()
    x = vector("x")
    text = check(function([x], [p("sum", p("getitem", x, p("greater", x, 0.0), index=ITEM))], p), X)
    assert "jnp.sum(jnp.where(x > 0.0, x, 0))" in text


def test_what_a_mask_selects_is_not_returned() -> None:
    p = Program()
    x = vector("x")
    f = function([x], [p("getitem", x, p("greater", x, 0.0), index=ITEM)], p)
    with pytest.raises(CompileError, match="shape of the result"):
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
    xs, x = Value(Seq(VECTOR), "xs"), Value(FLOAT, "x")
    k = p("python", x, kind=INT, hint="k")
    with pytest.raises(CompileError, match="which item of a list"):
        emit_jax(function([xs, x], [p("seq_get", xs, k)], p, texts=["xs[*]", "x"]))


def test_two_places_are_reported_at_once() -> None:
    p = Program()
    xs, x = Value(Seq(VECTOR), "xs"), Value(FLOAT, "x")
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


def test_a_constant_subscript_outside_a_known_size_is_refused() -> None:
    p = Program()
    x = Value(Array(F64, (dim(3),)), "x")
    with pytest.raises(CompileError, match="out of bounds"):
        requirements(function([x], [p("getitem", x, -4, index=ITEM)], p), ())


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

"""Literals, subscripts and calls of primitives as expressions."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

import numpy as np
import pytest

import adcompiler.primitives.structure  # noqa: F401 - fills the table
from adcompiler.emit.template import Flavour, call_expr, index_expr, literal
from adcompiler.errors import InternalError
from adcompiler.ir.core import Apply
from adcompiler.ir.index import At, Index, NewAxis, Slice
from adcompiler.primitives.registry import _BY_PATH, PRIMITIVES, Primitive, primitive


def text(node: ast.expr) -> str:
    return ast.unparse(ast.fix_missing_locations(ast.Expression(node)))


@pytest.fixture
def row() -> Iterator[None]:
    """Rows that a test adds are taken out again."""
    saved, paths = dict(PRIMITIVES), dict(_BY_PATH)
    yield
    for table, before in ((PRIMITIVES, saved), (_BY_PATH, paths)):
        table.clear()
        table.update(before)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "1"),
        (2.5, "2.5"),
        (True, "True"),
        (1j, "1j"),
        (None, "None"),
        ("ij", "'ij'"),
        (Ellipsis, "..."),
        (np.float32(0.1), "np.float32(0.1)"),
        (np.float64(0.1), "np.float64(0.1)"),
        (np.int64(3), "np.int64(3)"),
        (np.bool_(True), "np.bool_(True)"),
        (np.complex64(1 + 2j), "np.complex64((1+2j))"),
        (np.dtype(np.float32), "np.float32"),
        (np.float32, "np.float32"),
        (float, "float"),
        (np.dtype(bool), "bool"),
        ((0, 1), "(0, 1)"),
        ((0,), "(0,)"),
        (((2, 3), None), "((2, 3), None)"),
        ([1, 2], "[1, 2]"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_literal(value: object, expected: str) -> None:
    assert text(literal(value)) == expected


def test_literal_by_flavour() -> None:
    assert text(literal(np.float32(1.0), "jax")) == "jnp.float32(1.0)"
    assert text(literal(np.dtype(np.int32), "jax")) == "jnp.int32"
    assert text(literal(-math.inf, "jax")) == "-jnp.inf"
    assert text(literal(math.nan, "jax")) == "jnp.nan"


def test_a_numpy_scalar_keeps_dtype_and_value() -> None:
    for value in (
        np.float32(0.1),
        np.float16(0.3),
        np.float64(1 / 3),
        np.int8(5),
        np.uint64(2**63),
        np.longdouble(1) / 3,
    ):
        again = eval(text(literal(value)), {"np": np})
        assert again == value and again.dtype == value.dtype


def test_no_literal_for_an_object() -> None:
    with pytest.raises(InternalError):
        literal(object())


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ((At(0),), "i"),
        ((At(0), At(1)), "i, j"),
        ((Slice(0, 1),), "i:j"),
        ((Slice(), At(1)), ":, j"),
        ((Slice(None, None, 0),), "::i"),
        ((NewAxis(), Slice(None, 1)), "None, :j"),
        ((), "()"),
    ],
)
def test_index(index: Index, expected: str) -> None:
    node = ast.Subscript(ast.Name("x"), index_expr(index, [ast.Name("i"), ast.Name("j")]), ast.Load())
    assert text(node) == f"x[{expected}]"


def call(row: Primitive, *arguments: str, flavour: Flavour = "numpy", path: str = "", **attrs: object) -> str:
    settings = tuple({**row.defaults, **attrs}.items())
    op = Apply(row.name, (), (), settings, path)
    return text(call_expr(row, op, [ast.parse(a, mode="eval").body for a in arguments], flavour))


def nothing(*ignored: object) -> None:
    raise AssertionError


def test_calls_by_path(row: None) -> None:
    sums = primitive(
        "sums(x, /, axis=None, dtype=None, keepdims=False)", nothing, "numpy.sums math.sums builtins.sums"
    )
    assert call(sums, "x") == "np.sums(x)"
    assert call(sums, "x", axis=0, keepdims=True) == "np.sums(x, axis=0, keepdims=True)"
    assert (
        call(sums, "x", axis=(0, 1), dtype=np.dtype(np.float32))
        == "np.sums(x, axis=(0, 1), dtype=np.float32)"
    )
    assert call(sums, "x", path="math.sums") == "math.sums(x)"
    assert call(sums, "x", path="builtins.sums") == "sums(x)"
    assert call(sums, "x", path="jax.numpy.sums") == "np.sums(x)"
    assert call(sums, "x", path="math.sums", flavour="jax") == "jnp.sums(x)"
    assert call(sums, "x", dtype=np.dtype(np.float32), flavour="jax") == "jnp.sums(x, dtype=jnp.float32)"
    norm = primitive("norms(x, /, ord=None)", nothing, "numpy.linalg.norms")
    assert call(norm, "x", path="jax.numpy.linalg.norms", ord=2) == "np.linalg.norms(x, ord=2)"
    assert call(norm, "x", flavour="jax") == "jnp.linalg.norms(x)"


def test_operators(row: None) -> None:
    over = primitive("over(a, b, /)", nothing, "operator.over numpy.over", numpy="a / b", jax="a / b")
    assert call(over, "x + 1", "y") == "(x + 1) / y"
    assert call(over, "x", "y", path="operator.over") == "x / y"
    # 1.0 / 0.0 is an error in Python, np.divide(1.0, 0.0) is not
    assert call(over, "x", "y", path="numpy.over") == "np.over(x, y)"
    assert call(over, "x", "y", path="numpy.over", flavour="jax") == "x / y"


def test_templates(row: None) -> None:
    join = primitive(
        "join(*arrays, axis=0, out=None)",
        nothing,
        "numpy.join numpy.union",
        numpy="np.join((*arrays,), axis=axis, out=out)",
        jax="jnp.join((*arrays,), axis)",
    )
    assert call(join, "a", "b") == "np.join((a, b))"
    assert call(join, "a") == "np.join((a,))"
    assert call(join, "a", "b", axis=1) == "np.join((a, b), axis=1)"
    assert call(join, "a", "b", path="numpy.union") == "np.union((a, b))"
    assert call(join, "a", "b", flavour="jax", path="numpy.union") == "jnp.join((a, b), 0)"
    ein = primitive(
        "ein(*operands, subscripts='')", nothing, "numpy.ein", numpy="np.ein(subscripts, operands)"
    )
    assert call(ein, "a", "b", subscripts="i,i") == "np.ein('i,i', a, b)"
    square = primitive("squared(x, /)", nothing, "", numpy="x * x")
    assert call(square, "a + b") == "(a + b) * (a + b)"


def test_a_default_is_compared_with_its_type(row: None) -> None:
    step = primitive("step(x, /, k=1)", nothing, "numpy.step")
    assert call(step, "x", k=True) == "np.step(x, k=True)"
    assert call(step, "x", k=1) == "np.step(x)"


def test_getitem() -> None:
    assert call(PRIMITIVES["getitem"], "x", "i", index=(At(0), Slice())) == "x[i, :]"

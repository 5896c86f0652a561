"""The rules of what is not elementwise, and broadcasting, against differences; zeros and ties against JAX."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pullback import Lit, check_differences, is_float, normal, unwrap, vjp
from rule_cases import ALL, Case, describe

from adcompiler.errors import CompileError
from adcompiler.ir.index import At, Slice
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.registry import RULES


@pytest.mark.parametrize(("name", "values", "attrs"), ALL, ids=[describe(case) for case in ALL])
def test_rule_agrees_with_differences(name: str, values: list[Any], attrs: dict[str, Any]) -> None:
    check_differences(name, values, **attrs)


@pytest.mark.parametrize(("name", "values", "attrs"), ALL, ids=[describe(case) for case in ALL])
def test_single_precision_stays_single(name: str, values: list[Any], attrs: dict[str, Any]) -> None:
    single = [np.float32(v) if is_float(v) and type(v) is not float else v for v in values]
    if name in ("arange", "astype", "fsum") or not any(type(v) is not float and is_float(v) for v in values):
        return
    rule = vjp(name, single, **attrs)
    plain = unwrap(single)
    y = rule.primal(*plain)
    g = np.ones(np.shape(y), np.asarray(y).dtype)[()]
    with np.errstate(all="ignore"):
        cotangents = rule.pull_back(g, *plain)
    for value, cotangent in zip(single, cotangents, strict=True):
        if cotangent is not None and is_float(value) and type(value) is not float:
            assert np.asarray(cotangent).dtype == np.asarray(y).dtype


def broadcasts() -> list[Case]:
    """Operands of different shapes for the elementwise functions of several operands."""
    shapes = [
        ((), ()),
        ((3,), ()),
        ((), (3,)),
        ((2, 3), (3,)),
        ((2, 1), (1, 3)),
        ((1, 3), (2, 3)),
        ((3,), (2, 1, 3)),
        ((1,), (1,)),
    ]
    cases: list[Case] = []
    for name, row in PRIMITIVES.items():
        if (
            not row.elementwise
            or name not in RULES
            or not RULES[name].formulas
            or row.paths[0].startswith("math.")
        ):
            continue
        for left, right in shapes:
            match row.operands:
                case ["a", "b"] if name in ("power", "float_power"):
                    cases.append((name, [abs(normal(*left)), normal(*right)], {}))
                case ["a", "b"] if name == "nextafter":
                    continue
                case ["a", "b"]:
                    cases.append((name, [normal(*left), normal(*right) * 1.31], {}))
                case ["c", "a", "b"]:
                    cases.append((name, [np.ones(left) > 0, normal(*right), normal(*left)], {}))
                case ["x", "a_min", "a_max"]:
                    cases.append((name, [normal(*left), 1.37 * normal(*right) - 0.4, Lit(1.1)], {}))
                    cases.append((name, [normal(*left), Lit(None), 1.37 * normal(*right)], {}))
                    cases.append((name, [normal(*left), 1.37 * normal(*right), Lit(None)], {}))
                    cases.append((name, [normal(*left), Lit(0.77), 1.37 * normal(*right)], {}))
                case ["x"] if name in ("arccosh",):
                    cases.append((name, [abs(normal(*left)) + 1], {}))
                case ["x"] if name in ("arcsin", "arccos", "arctanh"):
                    cases.append((name, [normal(*left) / 2.2], {}))
                case ["x"]:
                    cases.append((name, [abs(normal(*left)) + 0.1], {}))
    return cases


BROADCASTS = broadcasts()


@pytest.mark.parametrize(("name", "values", "attrs"), BROADCASTS, ids=[describe(case) for case in BROADCASTS])
def test_elementwise_rules_with_broadcasting(name: str, values: list[Any], attrs: dict[str, Any]) -> None:
    check_differences(name, values, **attrs)


# --------------------------------------------------------------------------------------------- zeros and ties


@pytest.mark.parametrize("name", ["prod", "cumprod"])
@pytest.mark.parametrize("zeros", [(), (0,), (4,), (1,), (1, 3), (0, 1, 2, 3, 4)])
def test_products_with_zeros(name: str, zeros: tuple[int, ...]) -> None:
    x = normal(5)
    x[list(zeros)] = 0.0
    check_differences(name, [x])
    check_differences(name, [np.stack([x, normal(5)])], axis=1)
    if name == "prod":
        check_differences(name, [np.stack([x, normal(5)])])


@pytest.mark.parametrize("name", ["prod", "cumprod", "sum", "cumsum", "mean", "std", "var"])
def test_empty_arrays(name: str) -> None:
    rule = vjp(name, [np.zeros((0, 2))], axis=0)
    with (
        np.errstate(all="ignore"),
        pytest.warns(RuntimeWarning) if name in ("mean", "std", "var") else np.errstate(),
    ):
        y = rule.primal(np.zeros((0, 2)))
        (found,) = rule.pull_back(np.ones(np.shape(y)), np.zeros((0, 2)))
    assert found.shape == (0, 2)


TIES: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("maximum", [np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])], {}),
    ("minimum", [np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])], {}),
    ("maximum", [np.array([-np.inf, np.inf, 1.0]), np.array([-np.inf, np.inf, -np.inf])], {}),
    ("maximum", [np.array([-1.0, 0.0, 1.0]), Lit(0)], {}),
    ("maximum", [Lit(0.0), np.array([-1.0, 0.0, 1.0])], {}),
    ("minimum", [np.array([-1.0, 0.0, 1.0]), Lit(0.0)], {}),
    ("minimum", [np.array([-1.0, 0.5, 1.0]), Lit(0.5)], {}),
    ("clip", [np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), Lit(0), Lit(1)], {}),
    ("clip", [np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), np.zeros(5), np.ones(5)], {}),
    ("clip", [np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), np.ones(5), np.zeros(5)], {}),
    ("max", [np.array([1.0, 3.0, 3.0])], {}),
    ("min", [np.array([[1.0, 1.0, 3.0], [2.0, 0.0, 0.0]])], {"axis": 1}),
    ("sign", [np.array([-1.0, 0.0, 1.0])], {}),
    ("power", [np.array([0.0, 0.0, 2.0]), np.array([1.0, 2.0, 0.0])], {}),
    ("power", [np.array([0.0, 1.0, 2.0]), Lit(0)], {}),
    ("power", [np.array([0.0, 1.0, -2.0]), Lit(2)], {}),
    ("power", [Lit(0.0), np.array([1.0, 2.0])], {}),
    ("sinc", [np.array([0.0, 1.0, 0.5])], {}),
    ("norm", [np.zeros(3)], {}),
    ("norm", [np.array([-2.0, 2.0, 1.0])], {"ord": np.inf}),
]


@pytest.mark.parametrize(("name", "values", "attrs"), TIES)
def test_zeros_and_ties_are_those_of_jax(name: str, values: list[Any], attrs: dict[str, Any]) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    path = PRIMITIVES[name].paths[0].replace("operator.pow", "numpy.power").removeprefix("numpy.")
    function = jax.numpy
    for part in path.split("."):
        function = getattr(function, part)
    plain = unwrap(values)
    y, pull = jax.vjp(lambda *xs: function(*xs, **attrs), *plain)
    g = normal(*y.shape)
    rule = vjp(name, values, **attrs)
    with np.errstate(all="ignore"):
        found = rule.pull_back(g, *plain)
    for value, ours, theirs in zip(values, found, pull(jax.numpy.asarray(g)), strict=True):
        if is_float(value):
            np.testing.assert_allclose(0.0 if ours is None else ours, theirs, rtol=1e-12, atol=1e-15)


def test_zeros_where_jax_differs_from_version_to_version() -> None:
    zero = np.float64(0.0)
    assert vjp("power", [zero, zero]).pull_back(np.float64(1.0), zero, zero) == [0.0, 0.0]
    assert vjp("absolute", [zero]).pull_back(np.float64(1.0), zero) == [0.0]


COMPLEX = """
    sin cos tan exp log sqrt tanh sinh cosh arcsin arctan arcsinh arctanh square reciprocal expm1 log1p
    real imag conj angle absolute negative add subtract multiply divide power
    sum mean prod cumsum cumprod var vdot dot outer
"""


@pytest.mark.parametrize("name", COMPLEX.split())
def test_complex_cotangents_are_those_of_jax(name: str) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    z, w, x = normal(2) + 0.4j, normal(2) * 0.7 - 0.3j, abs(normal(2))
    function = getattr(jax.numpy, name)
    for values in [[z, w], [z, x], [x, w]] if len(PRIMITIVES[name].operands) == 2 else [[z]]:
        y, pull = jax.vjp(function, *values)
        g = normal(*y.shape) * (1 + 0.5j) if y.dtype.kind == "c" else normal(*y.shape)
        found = vjp(name, values).pull_back(np.asarray(g)[()], *values)
        for value, ours, theirs in zip(values, found, pull(jax.numpy.asarray(g)), strict=True):
            ours = 0.0 if ours is None else ours if value.dtype.kind == "c" else np.real(ours)
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_second_derivative_of_sinc_at_zero() -> None:
    def first(x: float) -> Any:
        return vjp("sinc", [x]).pull_back(np.float64(1.0), x)[0]

    assert (first(1e-4) - first(-1e-4)) / 2e-4 == pytest.approx(-(np.pi**2) / 3, rel=1e-6)
    assert (first(1e-160) - first(0.0)) / 1e-160 == pytest.approx(-(np.pi**2) / 3, rel=1.1)


def test_missing_numbers() -> None:
    x, z = np.array([np.nan, 1.0, 2.0]), np.array([1.0, np.nan, 2.0])
    for name in ("fmax", "fmin"):
        dx, dz = vjp(name, [x, z]).pull_back(np.ones(3), x, z)
        assert dx.tolist() == [0.0, 1.0, 0.5] and dz.tolist() == [1.0, 0.0, 0.5]


# ---------------------------------------------------------------------------------------- sequences and tapes


def test_sequences() -> None:
    items = [normal(2), normal(3)]
    g = [normal(2), normal(3)]

    def pull(name: str, values: list[Any], g: Any, **attrs: Any) -> list[Any]:
        return vjp(name, values, **attrs).pull_back(g, *unwrap(values))

    def same(found: Any, wanted: Any) -> None:
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(one, other)

    item = vjp("seq_get", [items, Lit(0)]).y.type
    same(pull("seq_make", [normal(2), normal(2)], g[:1] * 2, item=item), g[:1] * 2)
    seq, v = pull("seq_append", [items, normal(2)], [*g, normal(2) * 0 + 4])
    same(seq, g)
    same(v, [4.0, 4.0])
    same(pull("seq_drop", [items], g[:1])[0], [g[0], np.zeros(3)])
    same(pull("seq_get", [items, Lit(-1)], g[1])[0], [np.zeros(2), g[1]])
    seq, _, v = pull("seq_set", [items, Lit(1), normal(3)], g)
    same(seq, [g[0], np.zeros(3)])
    same(v, g[1])
    seq, _, v = pull("seq_add", [items, Lit(0), normal(2)], g)
    same(seq, g)
    same(v, g[0])
    same(pull("seq_slice", [items, Lit(1)], g[1:], index=(Slice(0),))[0], [np.zeros(2), g[1]])
    same(pull("seq_scatter", [items[1:], items, Lit(1)], g, index=(Slice(0),))[0], g[1:])
    same(pull("seq_stack", [[normal(2), normal(2)]], normal(2, 2) * 0 + 3)[0], [[3.0, 3.0]] * 2)
    same(pull("seq_unstack", [normal(2, 2)], [g[0], g[0]])[0], [g[0], g[0]])
    _, _, v = pull("record", [items, Lit(2), normal(2)], [*g, g[0]])
    same(v, g[0])
    same(pull("recall", [items, Lit(1)], g[1])[0], [np.zeros(2), g[1]])


# ------------------------------------------------------------------------------------------------- the tables


def test_every_primitive_has_a_rule() -> None:
    assert set(PRIMITIVES) == set(RULES)


def test_what_numpy_refuses_is_refused() -> None:
    v, m = normal(3), normal(2, 3)
    refused: list[Case] = [
        ("sum", [m], {"axis": 2}),
        ("sum", [m], {"axis": (0, 0)}),
        ("matmul", [m, m], {}),
        ("matmul", [v, 0.5], {}),
        ("dot", [m, normal(2)], {}),
        ("einsum", [m, v], {"subscripts": "ij,i->j"}),
        ("einsum", [m, v], {"subscripts": "ij->i"}),
        ("reshape", [m, Lit(4), Lit(-1)], {}),
        ("reshape", [m, Lit(4)], {}),
        ("concatenate", [m, v], {}),
        ("concatenate", [normal(), normal()], {}),
        ("stack", [m, v], {}),
        ("transpose", [m], {"axes": (0,)}),
        ("squeeze", [m], {"axis": 0}),
        ("norm", [normal(2, 3, 4)], {"ord": 1}),
        ("array", [v, 0.5], {"nesting": (0, 1)}),
        ("array", [0.5, 0.5, 0.5], {"nesting": ((0, 1), (2,))}),
        ("power", [2, Lit(-1)], {"path": "numpy.power"}),
        ("add", [v, normal(4)], {}),
        ("setitem", [v, normal(2), Lit(0)], {"index": (At(0),)}),
        ("getitem", [v, Lit(0), Lit(0)], {"index": (At(0), At(1))}),
        ("sin", [v], {"path": "math.sin"}),
    ]
    for name, values, attrs in refused:
        with pytest.raises(CompileError):
            vjp(name, values, **attrs)
            pytest.fail(f"{name} {attrs} is not refused")

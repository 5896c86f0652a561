"""The rules of what is not elementwise, and broadcasting, against differences; zeros and ties against JAX."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from pullback import Lit, check_differences, is_float, normal, unwrap, vjp

from adcompiler.errors import CompileError
from adcompiler.ir.index import At, Index, NewAxis, Slice
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.registry import RULES

Case = tuple[str, list[Any], dict[str, Any]]


def reductions() -> list[Case]:
    """Every axis argument, with and without keepdims."""
    cases: list[Case] = []
    shapes: list[tuple[tuple[int, ...], list[Any]]] = [
        ((), [None]),
        ((4,), [None, 0, -1, (0,)]),
        ((2, 3), [None, 0, 1, -1, (0, 1), (1, 0)]),
        ((2, 1, 3), [None, 1, -2, (0, 2), (0, -1), (2, 1)]),
    ]
    for (shape, axes), keepdims in itertools.product(shapes, (False, True)):
        for axis in axes:
            for name in ("sum", "mean", "prod", "max", "min"):
                cases.append((name, [normal(*shape)], {"axis": axis, "keepdims": keepdims}))
            for name, ddof in itertools.product(("var", "std"), (0, 1)):
                if ddof == 0 or (shape and shape != (2, 1, 3)):
                    if name == "var" or (shape and axis not in (1, -2)):
                        cases.append(
                            (name, [normal(*shape)], {"axis": axis, "ddof": ddof, "keepdims": keepdims})
                        )
            if axis is None or not isinstance(axis, tuple):
                cases.append(("cumsum", [normal(*shape)], {"axis": axis}))
                cases.append(("cumprod", [normal(*shape)], {"axis": axis}))
            if shape:
                cases.append(("norm", [normal(*shape)], {"ord": None, "axis": axis, "keepdims": keepdims}))
    vectors: tuple[Any, ...] = (None, 1, 2, 3, 1.5, 0, np.inf, -np.inf)
    for order in vectors:
        for axis, keepdims in itertools.product((None, 0), (False, True)):
            cases.append(("norm", [normal(4)], {"ord": order, "axis": axis, "keepdims": keepdims}))
        cases.append(("norm", [normal(2, 3)], {"ord": order, "axis": 1}))
    matrices: tuple[Any, ...] = ("fro", 1, -1, np.inf, -np.inf)
    for order, axis, keepdims in itertools.product(matrices, ((0, 1), (1, 0)), (False, True)):
        cases.append(("norm", [normal(2, 3)], {"ord": order, "axis": axis, "keepdims": keepdims}))
    cases += [("norm", [normal(2, 3)], {"ord": order}) for order in ("fro", 1, np.inf)]
    cases += [
        ("norm", [normal(2, 3, 4) ** 3], {"ord": order, "axis": (0, 2)}) for order in ("fro", 1, np.inf)
    ]
    cases += [("fsum", [normal(4)], {}), ("total", [normal(4)], {}), ("total", [normal(3, 2)], {})]
    return cases


def products() -> list[Case]:
    """Every combination of ranks, with batches that broadcast."""
    cases: list[Case] = []
    for left, right in [
        ((3,), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3,)),
        ((2, 3), (3, 4)),
        ((3,), (2, 3, 4)),
        ((5, 2, 3), (3,)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((5, 2, 3), (5, 3, 4)),
    ]:
        cases.append(("matmul", [normal(*left), normal(*right)], {}))
        cases.append(("dot", [normal(*left), normal(*right)], {}))
    for left, right in [
        ((1, 2, 3), (5, 3, 4)),
        ((6, 1, 2, 3), (5, 3, 4)),
        ((5, 2, 3), (6, 5, 3, 4)),
        ((1, 1), (1, 1)),
    ]:
        cases.append(("matmul", [normal(*left), normal(*right)], {}))
    for left, right in [((), ()), ((), (3,)), ((2, 3), ())]:
        cases.append(("dot", [normal(*left), normal(*right)], {}))
        cases.append(("inner", [normal(*left), normal(*right)], {}))
    for left, right in [
        ((3,), (3,)),
        ((3,), (2, 3)),
        ((2, 3), (3,)),
        ((2, 3), (4, 3)),
        ((2, 4, 3), (5, 3)),
        ((3,), (4, 2, 3)),
    ]:
        cases.append(("inner", [normal(*left), normal(*right)], {}))
    for left, right in [((3,), (2,)), ((2, 2), (3,)), ((), (3,)), ((3,), (2, 1))]:
        cases.append(("outer", [normal(*left), normal(*right)], {}))
    for left, right in [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ())]:
        cases.append(("vdot", [normal(*left), normal(*right)], {}))
    for left, right, axes in [
        ((2, 3, 4), (3, 4, 5), 2),
        ((2, 3), (3, 4), 1),
        ((2, 3), (4,), 0),
        ((2, 3, 4), (4, 5, 3), ([1, 2], [2, 0])),
        ((2, 3, 4), (4, 5, 3), ((2, 1), (0, 2))),
        ((2, 3), (2, 3), ((0, 1), (0, 1))),
        ((2, 3), (5, 2), (0, 1)),
        ((2, 3), (5, 2), (-2, -1)),
    ]:
        cases.append(("tensordot", [normal(*left), normal(*right)], {"axes": axes}))
    sums: list[tuple[str, list[tuple[int, ...]]]] = [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("id,jd->ij", [(2, 3), (4, 3)]),
        ("i,i->", [(3,), (3,)]),
        ("i,j->ij", [(3,), (2,)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("ij->i", [(2, 3)]),
        ("ii->i", [(3, 3)]),
        ("ii->", [(3, 3)]),
        ("ii", [(3, 3)]),
        ("iij,j->i", [(2, 2, 3), (3,)]),
        ("ij,k->k", [(2, 3), (4,)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
        ("...i,i->...", [(2, 4, 3), (3,)]),
        ("b...,b...->...", [(2, 4), (2, 3, 4)]),
        ("bij,bjk,bk->i", [(2, 3, 4), (2, 4, 5), (2, 5)]),
        ("ij,ij->j", [(1, 3), (2, 3)]),
        (" i j , j -> i ", [(2, 3), (3,)]),
        (",i->i", [(), (3,)]),
    ]
    for subscripts, shapes in sums:
        cases.append(("einsum", [normal(*shape) for shape in shapes], {"subscripts": subscripts}))
    cases += [
        ("trace", [normal(*shape)], {"offset": k}) for shape, k in [((3, 3), 0), ((2, 4), 1), ((4, 2), -1)]
    ]
    return cases


def rearrangements() -> list[Case]:
    """Moving, joining, repeating, picking, sorting."""
    v, m, t = normal(4), normal(2, 3), normal(2, 1, 3)
    cases: list[Case] = [
        ("transpose", [m], {}),
        ("transpose", [v], {}),
        ("transpose", [normal(2, 3, 4)], {"axes": (1, 2, 0)}),
        ("transpose", [normal(2, 3, 4)], {"axes": (-1, 0, 1)}),
        ("matrix_transpose", [normal(2, 3, 4)], {}),
        ("swapaxes", [normal(2, 3, 4)], {"axis1": 0, "axis2": -1}),
        ("moveaxis", [normal(2, 3, 4)], {"source": 0, "destination": -1}),
        ("moveaxis", [normal(2, 3, 4)], {"source": (0, 1), "destination": (2, 0)}),
        ("reshape", [m, 3, 2], {}),
        ("reshape", [m, Lit(-1)], {}),
        ("reshape", [m, Lit(3), Lit(-1)], {}),
        ("reshape", [normal()], {}),
        ("reshape", [normal(1)], {}),
        ("ravel", [m], {}),
        ("ravel", [normal()], {}),
        ("flatten", [m], {}),
        ("squeeze", [t], {}),
        ("squeeze", [t], {"axis": 1}),
        ("squeeze", [normal(1, 3, 1)], {"axis": (0, -1)}),
        ("expand_dims", [v], {"axis": 0}),
        ("expand_dims", [m], {"axis": (0, -1)}),
        ("flip", [m], {}),
        ("flip", [m], {"axis": -1}),
        ("flip", [m], {"axis": (0, 1)}),
        ("roll", [m, 1], {}),
        ("roll", [m, Lit(2)], {"axis": 1}),
        ("concatenate", [v, normal(2), normal(3)], {}),
        ("concatenate", [m, normal(2, 1), normal(2, 2)], {"axis": -1}),
        ("concatenate", [m, v], {"axis": None}),
        ("concatenate", [m], {"axis": 0}),
        ("stack", [m, normal(2, 3)], {}),
        ("stack", [m, normal(2, 3)], {"axis": -1}),
        ("stack", [m, normal(2, 3), normal(2, 3)], {"axis": 1}),
        ("stack", [normal(), normal(), 0.5], {}),
        ("hstack", [v, normal(2)], {}),
        ("hstack", [m, normal(2, 1)], {}),
        ("hstack", [normal(), v], {}),
        ("vstack", [v, normal(4)], {}),
        ("vstack", [normal(2, 4), v], {}),
        ("column_stack", [v, normal(4)], {}),
        ("column_stack", [v, normal(4, 2)], {}),
        ("repeat", [v, 3], {}),
        ("repeat", [m, Lit(2)], {}),
        ("repeat", [m, 2], {"axis": 1}),
        ("repeat", [m, 2], {"axis": -2}),
        ("tile", [v, 3], {}),
        ("tile", [m, 2], {}),
        ("tile", [v, 2, 3], {}),
        ("tile", [m, Lit(2), Lit(1)], {}),
        ("broadcast_to", [v, 3, 4], {}),
        ("broadcast_to", [t, 2, 5, 3], {}),
        ("broadcast_to", [normal(), 3], {}),
        ("atleast_1d", [normal()], {}),
        ("atleast_1d", [m], {}),
        ("atleast_2d", [normal()], {}),
        ("atleast_2d", [v], {}),
        ("atleast_2d", [m], {}),
        ("take", [v, np.array([0, 2, 2])], {}),
        ("take", [m, np.array([[0, 4], [2, 2]])], {}),
        ("take", [m, np.array([0, 2, 2])], {"axis": 1}),
        ("take", [m, Lit(1)], {"axis": 0}),
        ("take_along_axis", [m, np.array([[0, 2], [1, 1]])], {"axis": 1}),
        ("take_along_axis", [v, np.array([0, 3, 3])], {"axis": 0}),
        ("take_along_axis", [normal(2, 3, 4), np.array([[[0], [2], [1]]]).repeat(2, 0)], {"axis": -1}),
    ]
    for k in (0, 1, -2):
        cases += [("diag", [normal(*shape)], {"k": k}) for shape in [(3,), (3, 3), (3, 4), (4, 3)]]
        cases += [("diagonal", [normal(*shape)], {"offset": k}) for shape in [(3, 3), (3, 5)]]
        cases += [
            (name, [normal(*shape)], {"k": k}) for name in ("tril", "triu") for shape in [(3, 4), (2, 3, 3)]
        ]
    cases += [
        ("sort", [normal(*shape)], {"axis": axis}) for shape, axis in [((5,), -1), ((2, 3), 0), ((2, 3), 1)]
    ]
    cases += [("sort", [normal(*shape)], {"axis": None}) for shape in [(5,), (2, 3)]]
    for n, (shape, axis) in itertools.product((0, 1, 2, 3), [((5,), -1), ((2, 5), 1), ((5, 2), 0)]):
        cases.append(("diff", [normal(*shape)], {"n": n, "axis": axis}))
    for shape, width in [((3,), 1), ((3,), (1, 2)), ((2, 3), ((0, 1), (2, 0))), ((2, 3), 2), ((3,), 0)]:
        cases.append(("pad", [normal(*shape)], {"pad_width": width, "constant_values": 1.5}))
    return cases


def creations() -> list[Case]:
    """Arrays made of numbers that are differentiated."""
    m = normal(2, 3)
    return [
        ("full", [normal(), 2, 3], {}),
        ("full", [0.5, Lit(4)], {}),
        ("arange", [normal(), Lit(5.5)], {}),
        ("arange", [Lit(0.25), 2.9, 0.7], {}),
        ("arange", [0.25, Lit(3.1), normal()[()] * 0 + 0.5], {}),
        ("linspace", [normal(), 2.5, 5], {}),
        ("linspace", [normal(), normal(), Lit(4)], {"endpoint": False}),
        ("linspace", [normal(), normal(), Lit(1)], {}),
        ("full_like", [m, normal()], {}),
        ("full_like", [normal(), 0.5], {}),
        ("array", [normal(), 0.5, normal()], {"nesting": (0, 1, 2)}),
        ("array", [normal(), 0.5, normal(), 1.5], {"nesting": ((0, 1), (2, 3))}),
        ("array", [normal(3), normal(3)], {"nesting": (1, 0)}),
        ("asarray", [m], {}),
        ("asarray", [0.5], {}),
    ]


def subscripts() -> list[Case]:
    """Reading and writing by every kind of subscript."""
    v, m = normal(5), normal(3, 4)
    mask = np.array([True, False, True, True, False])
    indices: list[tuple[Any, Index, list[Any]]] = [
        (v, (At(0),), [2]),
        (v, (At(0),), [Lit(-1)]),
        (v, (Slice(0, 1),), [1, 4]),
        (v, (Slice(None, None, 0),), [Lit(-2)]),
        (v, (Slice(), NewAxis()), []),
        (v, (At(0),), [mask]),
        (v, (At(0),), [np.array([3, 0, 4])]),
        (v, (At(0),), [np.array([[3, 0], [1, 4]])]),
        (m, (At(0),), [1]),
        (m, (At(0), At(1)), [1, 2]),
        (m, (Slice(), At(0)), [2]),
        (m, (Slice(0, 1), At(2)), [0, 2, Lit(-1)]),
        (m, (At(0), Slice(1)), [np.array([2, 0]), 1]),
        (m, (At(0), At(1)), [np.array([2, 0]), np.array([1, 1])]),
        (m, (At(0),), [np.eye(3, 4) > 0]),
        (m, (), []),
        (normal(2, 3, 4), (At(0), Slice(), At(1)), [np.array([1, 0]), np.array([1, 3])]),
    ]
    cases: list[Case] = []
    for x, index, operands in indices:
        plain = vjp("getitem", [x, *operands], index=index).primal(*unwrap([x, *operands]))
        cases.append(("getitem", [x, *operands], {"index": index}))
        # a value of the shape, a number, and a value that is repeated along the first axis
        values = [normal(*np.shape(plain)), 0.5, normal(*np.shape(plain)[1:]), normal(*(1,) * np.ndim(plain))]
        for value in values:
            cases.append(("setitem", [x, value, *operands], {"index": index}))
            cases.append(("add_at", [x, value, *operands], {"index": index}))
        if np.ndim(plain) and all(np.asarray(o).dtype != bool for o in operands):
            # a write, not an addition, may have more axes of size 1 in front
            cases.append(("setitem", [x, normal(1, *np.shape(plain)), *operands], {"index": index}))
    # of two writes to one element the last one counts, and both additions
    twice = np.array([3, 0, 3, 3])
    for value in (normal(4), 0.5):
        cases.append(("setitem", [v, value, twice], {"index": (At(0),)}))
        cases.append(("add_at", [v, value, twice], {"index": (At(0),)}))
    cases.append(("setitem", [m, normal(3, 4), np.array([1, 1, 0])], {"index": (At(0),)}))
    cases.append(("getitem", [v, twice], {"index": (At(0),)}))
    return cases


def conversions() -> list[Case]:
    """Copies and the like."""
    return [
        ("copy", [normal(3)], {}),
        ("astype", [normal(3)], {"dtype": np.dtype(np.float64)}),
        ("astype", [0.5], {"dtype": np.dtype(np.float64)}),
    ]


ALL = [*reductions(), *products(), *rearrangements(), *creations(), *subscripts(), *conversions()]


def describe(case: Case) -> str:
    """The name of a case."""
    name, values, attrs = case
    shapes = ",".join(str(np.shape(v.value if isinstance(v, Lit) else v)).replace(" ", "") for v in values)
    return f"{name}-{shapes}-{'-'.join(str(v) for k, v in attrs.items() if k != 'index')}"


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
    # their derivatives need digamma, which NumPy has not
    assert set(PRIMITIVES) - set(RULES) == {"gamma", "lgamma"}


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
        ("norm", [m], {"ord": 2}),
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

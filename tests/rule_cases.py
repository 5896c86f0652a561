"""Operands and static arguments for every primitive that is not elementwise: shapes, axes, subscripts."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from pullback import Lit, normal, unwrap, vjp

from adcompiler.ir.index import At, Index, NewAxis, Slice

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

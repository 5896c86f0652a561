"""The rules of lists and tapes, which no function of NumPy reaches alone; and what NumPy refuses is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pullback import Lit, normal, unwrap, vjp

from adcompiler import grad
from adcompiler.errors import CompileError
from adcompiler.ir.index import At, Slice
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.registry import RULES

Case = tuple[str, list[Any], dict[str, Any]]

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
    assert set(PRIMITIVES) == {
        *RULES,
        "tied",
        "native",
    }  # one holds its rule, one is made when all is derived


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


def test_direction_of_complex_numbers(backend: str) -> None:
    """The sign of a real number is constant, that of a complex one is not."""

    def turned(x: float) -> Any:
        return np.real(np.sign(x + 1j))

    def size(x: float) -> Any:
        return np.abs(x + 1j)

    slope = (0.5**2 + 1) ** -1.5
    assert grad(turned, backend=backend)(0.5) == pytest.approx(slope, rel=1e-14)
    assert grad(grad(size), backend=backend)(0.5) == pytest.approx(slope, rel=1e-14)

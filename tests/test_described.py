"""Names for what the source does not name: parts of arrays, what is stored in them, tapes of them."""

from __future__ import annotations

import numpy as np
import pytest

from adcompiler import grad
from adcompiler.analysis.described import descriptions, tape_of
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At, Index, Slice
from adcompiler.ir.types import FLOAT, INT, Array, Seq
from adcompiler.primitives.build import apply

A = Value(Array(np.dtype(np.float64), (dim(Atom("A.shape[0]", 5)), dim(Atom("A.shape[1]", 6)))), "A")
K1 = Value(Array(np.dtype(np.float64), (dim(Atom("k1.shape[0]", 5)),)), "k1")
ROW, COLUMN = Value(INT, "i"), Value(INT, "j")
UNNAMED = Value(INT)


@pytest.mark.parametrize(
    ("array", "index", "operands", "name"),
    [
        (A, (At(0), At(1)), (ROW, COLUMN), "A_i_j"),
        (A, (At(0), At(1)), (Const(0), Const(1)), "A01"),
        (A, (At(0), At(1)), (Const(0), ROW), "A_0_i"),
        (A, (At(0), At(1)), (Const(-1), ROW), "A_last_i"),
        (A, (At(0), At(1)), (Const(-2), ROW), ""),
        (A, (At(0), At(1)), (Const(0), Const(12)), ""),
        (A, (At(0), Slice(None, 1, None)), (ROW, COLUMN), "A_i"),
        (A, (Slice(None, 0, None),), (ROW,), ""),
        (A, (At(0), At(1)), (UNNAMED, COLUMN), ""),
        (K1, (At(0),), (Const(1),), ""),  # k11 is another name, k1_1 another version of k1
        (K1, (At(0),), (ROW,), "k1_i"),
    ],
)
def test_names_of_parts(array: Value, index: Index, operands: tuple[Operand, ...], name: str) -> None:
    """A part that is read, and a value that is stored there, have the same name."""
    b, stored = Builder(), Value(FLOAT)
    read = apply(b, "getitem", array, *operands, index=index)
    apply(b, "setitem", array, stored, *operands, index=index)
    found = descriptions(b.region((), ()))
    assert isinstance(read, Value)
    assert (found.of(read), found.of(stored)) == (name, name)


@pytest.mark.parametrize(("sign", "name"), [("add", "A_ip2_j"), ("subtract", "A_im2_j")])
def test_names_of_shifted_parts(sign: str, name: str) -> None:
    """A[i + 2, j] and A[i - 2, j]."""
    b = Builder()
    shifted = apply(b, sign, ROW, Const(2), path=f"operator.{sign[:3]}")
    read = apply(b, "getitem", A, shifted, COLUMN, index=(At(0), At(1)))
    assert isinstance(read, Value)
    assert descriptions(b.region((), ())).of(read) == name


def test_names_of_tapes() -> None:
    """A tape is named after what it holds; what is read off it has that name again."""
    assert [tape_of(name) for name in ("x", "", "x_tape", "tape", "x_tapes")] == [
        "x_tape", "tape", "x_tapes", "tapes", "x_tapes",
    ]  # fmt: skip
    for tape, name in (("x_tape", "x"), ("tape", ""), ("x_tapes", "x_tape"), ("tapes", "tape")):
        read = Value(Seq(FLOAT) if name.endswith("tape") else FLOAT)
        body = Builder()
        body.ops.append(Apply("recall", (Value(FLOAT, tape), Const(0)), (read,)))
        assert descriptions(body.region((), ())).of(read) == name


def test_names_in_sources() -> None:
    """The same names in both sweeps, and never one that the source has for something else."""

    def f(x):
        y = x.copy()
        y_im1 = x[0] * 1.0
        for i in range(1, len(y)):
            y[i] = np.sin(y[i - 1]) * y[i] * y_im1
            y[i - 1] = y[i] * y[i]
        return np.sum(y)

    x = np.array([0.3, 0.7, 1.9])
    lines = [line.split("  #")[0].strip() for line in grad(f).source(x).splitlines()]
    assert {"y_i_tape = []", "y_i_tape.append(y_i)"} <= set(lines)
    assert not any(line.startswith("y_im1 = y") for line in lines)
    assert not any("tape_1_1" in line for line in lines)

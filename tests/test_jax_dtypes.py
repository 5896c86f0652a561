"""Every elementwise primitive gives under XLA the dtypes and values that NumPy gives, for all mixtures of dtypes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from interpreter import evaluate
from test_emit_jax import Program, function, source

import adcompiler.rules  # noqa: F401 - fills the tables
from adcompiler.emit.jax import emit_jax
from adcompiler.emit.jax_dtypes import Seen, promoted
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Function, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.types import BOOL, FLOAT, INT, Array
from adcompiler.primitives.registry import PRIMITIVES, find

jax = pytest.importorskip("jax")

DTYPES = ("float64", "float32", "float16", "int64", "int32", "int8", "uint8", "bool", "complex128", "complex64")
PAIRED = ("float64", "float32", "int64", "int32", "bool", "complex64")
# XLA has other accuracies, other values at the edges, or needs arguments of its own
LOOSE = {"gamma": 1e-12, "lgamma": 1e-12, "erf": 1e-12, "erfc": 1e-12}
ROWS = sorted(name for name, row in PRIMITIVES.items() if row.elementwise)


def array_value(name: str, dtype: str) -> tuple[Value, Any]:
    numbers = np.array([0.25, 0.5, 0.75]) if np.dtype(dtype).kind in "fc" else np.array([1, 1, 2])
    return Value(Array(np.dtype(dtype), (dim(Atom(f"{name}.shape[0]", 3, many=True)),)), name), numbers.astype(dtype)


def kinds(name: str, arrays: bool) -> list[tuple[Value, Any]]:
    """Operands of all sorts: arrays, NumPy scalars, Python numbers."""
    scalars = [
        (Value(Array(np.dtype(d)), name), np.dtype(d).type(0.5 if np.dtype(d).kind in "fc" else 1))
        for d in ("float64", "float32", "int32")
    ]
    weak = [(Value(FLOAT, name), 0.5), (Value(INT, name), 1), (Value(BOOL, name), True)]
    return [*(array_value(name, dtype) for dtype in (PAIRED if arrays else ())), *scalars, *weak]


def combinations(name: str) -> list[list[tuple[Value, Any]]]:
    row = PRIMITIVES[name]
    count = len(row.operands)
    path = row.paths[0] if row.paths else ""
    if count == 1:
        arrays = [] if path.startswith("math.") else [array_value("x", dtype) for dtype in DTYPES]
        return [[one] for one in [*arrays, *kinds("x", False)]]
    arrays = not path.startswith("math.")
    pairs = [list(pair) for pair in itertools.product(kinds("a", arrays), kinds("b", arrays))]
    if count == 2:
        return pairs
    flags = array_value("c", "bool") if name == "where" else array_value("c", "float64")
    return [[flags, *pair] if name == "where" else [*pair, flags] for pair in pairs]


def cases(name: str) -> list[tuple[Function, list[Any], Any]]:
    """A function of one op, arguments, and what NumPy gives, for each mixture that NumPy takes."""
    found = []
    for given in combinations(name):
        p = Program()
        values = [value for value, _ in given]
        names = ["x", "y", "z"][: len(values)]
        renamed = [Value(value.type, other) for value, other in zip(values, names, strict=True)]
        with np.errstate(all="ignore"):
            try:
                result = p(name, *renamed)
                (op,) = p.builder.ops
                assert isinstance(op, Apply)
                expected = evaluate(op, [number for _, number in given])
            except (CompileError, TypeError, ValueError, ZeroDivisionError, OverflowError):
                continue
        found.append((function(renamed, [result], p), [number for _, number in given], expected))
    return found


@pytest.mark.parametrize("name", ROWS)
def test_elementwise(name: str) -> None:
    row = PRIMITIVES[name]
    if any(find(path) is None for path in row.paths[:1]):
        pytest.skip("this Python has no such function")
    found = cases(name)
    assert found
    functions, arguments = [], []
    for f, given, _ in found:
        namespace: dict[str, Any] = {}
        text = source(emit_jax(f))
        exec(compile(text, "<emitted>", "exec"), namespace)
        functions.append((namespace["f"], text))
        arguments.append(given)

    def all_of_them(inputs: list[list[Any]]) -> list[Any]:
        return [g(*given) for (g, _), given in zip(functions, inputs, strict=True)]

    with jax.enable_x64(True):
        results = jax.tree.map(np.asarray, jax.jit(all_of_them)(arguments))
    tolerance = LOOSE.get(name, 1e-13)
    for (_, given, expected), (_, text), result in zip(found, functions, results, strict=True):
        what = f"{[np.asarray(g).dtype for g in given]} {text}"
        assert result.dtype == np.asarray(expected).dtype, what
        small = np.asarray(expected).dtype.itemsize <= 4 or np.asarray(expected).dtype == np.complex64
        loose = 5e-3 if np.asarray(expected).dtype == np.float16 else 1e-5 if small else tolerance
        np.testing.assert_allclose(result, expected, rtol=loose, atol=loose, err_msg=what)


def test_promotion_is_that_of_jax() -> None:
    """The simulated promotion against JAX itself."""
    import jax.numpy as jnp

    sorts = [(np.dtype(d), False) for d in DTYPES if d != "float16"]
    sorts += [(np.dtype(d), True) for d in ("int64", "float64", "complex128")]

    def number(dtype: Any, weak: bool) -> Any:
        return dtype.type(1).item() if weak else jnp.ones(3, dtype)

    with jax.enable_x64(True):
        for one, other in itertools.product(sorts, sorts):
            if one[1] and other[1]:
                continue
            result = number(*one) + number(*other)
            assert promoted([Seen(*one), Seen(*other)]) == Seen(result.dtype, result.weak_type), (one, other)

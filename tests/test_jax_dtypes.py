"""Primitives give under XLA the dtypes and values that NumPy gives, for all mixtures of dtypes."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from interpreter import evaluate
from test_emit_jax import Program, function

import adcompiler.rules  # noqa: F401 - fills the tables
from adcompiler import value_and_grad
from adcompiler.emit.jax import emit_jax
from adcompiler.emit.jax_dtypes import Seen, promoted
from adcompiler.emit.source import normalise_constants
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Function, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.types import BOOL, FLOAT, INT, Array
from adcompiler.primitives.registry import PRIMITIVES, find

jax = pytest.importorskip("jax")

DTYPES = (
    "float64",
    "float32",
    "float16",
    "int64",
    "int32",
    "int8",
    "uint8",
    "bool",
    "complex128",
    "complex64",
)
PAIRED = ("float64", "float32", "int64", "int32", "bool", "complex64")
# XLA has other accuracies, other values at the edges, or needs arguments of its own
LOOSE = {
    **{
        name: 1e-10 for name, row in PRIMITIVES.items() if row.paths[:1] and row.paths[0].startswith("scipy.")
    },
    "factorial_of": 1e-7,  # later versions of SciPy compute that of float32 in single precision and give float64
}
REFUSED = {"clip": "c", "close": "b"}  # kinds of operands that jax.numpy does not take
ROWS = sorted(
    name
    for name, row in PRIMITIVES.items()
    if row.elementwise and not row.numpy_only and name not in ("multigammaln", "fma", "complex")
)  # the dimension of the first is to be given, JAX has not the second, the third is given doubles alone


def array_value(name: str, dtype: str) -> tuple[Value, Any]:
    numbers = np.array([0.25, 0.5, 0.75]) if np.dtype(dtype).kind in "fc" else np.array([1, 1, 2])
    return Value(
        Array(np.dtype(dtype), (dim(Atom(f"{name}.shape[0]", 3, many=True)),)), name
    ), numbers.astype(dtype)


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
                if name in REFUSED and any(value.type.dtype.kind in REFUSED[name] for value in renamed):
                    continue
            except (CompileError, TypeError, ValueError, ZeroDivisionError, OverflowError):
                continue
        found.append((function(renamed, [result], p), [number for _, number in given], expected))
    return found


def compiled(f: Function) -> tuple[Callable[..., Any], str]:
    """The JAX function that is emitted, and its source."""
    namespace: dict[str, Any] = {}
    tree = ast.fix_missing_locations(normalise_constants(emit_jax(f).module, "jnp"))
    exec(compile(tree, "<emitted>", "exec"), namespace)
    return namespace["f"], ast.unparse(tree)


def results_of(functions: Sequence[Callable[..., Any]], arguments: list[list[Any]]) -> list[Any]:
    """What functions give, to be compiled by XLA as one program."""
    return [f(*given) for f, given in zip(functions, arguments, strict=True)]


@pytest.mark.parametrize("name", ROWS)
def test_elementwise(name: str) -> None:
    row = PRIMITIVES[name]
    if any(find(path) is None for path in row.paths[:1]):
        pytest.skip("this Python has no such function")
    found = cases(name)
    assert found
    functions = [compiled(f) for f, _, _ in found]
    arguments = [given for _, given, _ in found]
    # all dtypes; the values of a part, since compiling takes its time
    part = range(0, len(found), 1 if len(found) < 20 else 7)

    run = jax.jit(results_of, static_argnums=0)
    with jax.enable_x64(True):
        shapes = jax.eval_shape(lambda inputs: results_of([f for f, _ in functions], inputs), arguments)
        results = run(tuple(functions[k][0] for k in part), [arguments[k] for k in part])
        results = jax.tree.map(np.asarray, results)
    for (_, given, expected), (_, text), shape in zip(found, functions, shapes, strict=True):
        what = f"{[np.asarray(g).dtype for g in given]} {text}"
        assert shape.dtype == np.asarray(expected).dtype, what
    for k, result in zip(part, results, strict=True):
        expected = np.asarray(found[k][2])
        small = expected.dtype.itemsize <= 4 or expected.dtype == np.complex64
        loose = 5e-3 if expected.dtype == np.float16 else 1e-5 if small else LOOSE.get(name, 1e-13)
        np.testing.assert_allclose(result, expected, rtol=loose, atol=loose, err_msg=functions[k][1])


MATRIX = (2, 3)
WHOLE: dict[str, tuple[list[tuple[int, ...]], dict[str, Any]]] = {
    **{
        name: ([MATRIX], {"axis": 0})
        for name in (
            "sum",
            "mean",
            "prod",
            "max",
            "min",
            "var",
            "std",
            "cumsum",
            "cumprod",
            "argmax",
            "argmin",
            "all",
            "any",
            "count_nonzero",
            "sort",
            "argsort",
            "flip",
            "diff",
        )
    },
    **{
        name: ([MATRIX], {})
        for name in (
            "total",
            "transpose",
            "matrix_transpose",
            "ravel",
            "squeeze",
            "tril",
            "diagonal",
            "trace",
            "norm",
            "zeros_like",
            "ones_like",
            "asarray",
            "atleast_2d",
        )
    },
    "fsum": ([(3,)], {}),
    "diag": ([(3,)], {}),
    "expand_dims": ([(3,)], {"axis": 0}),
    "pad": ([(3,)], {"pad_width": 1}),
    **{
        name: ([(3,), (3,)], {})
        for name in (
            "dot",
            "inner",
            "outer",
            "vdot",
            "concatenate",
            "stack",
            "hstack",
            "vstack",
            "column_stack",
            "allclose",
        )
    },
    "matmul": ([MATRIX, (3,)], {}),
    "tensordot": ([MATRIX, (3, 2)], {"axes": 1}),
    "einsum": ([MATRIX, (3, 2)], {"subscripts": "ij,ji->i"}),
    "full_like": ([MATRIX, ()], {}),
    "linspace": ([(), ()], {}),
    "arange": ([()], {}),
}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_functions_of_whole_arrays(name: str) -> None:
    shapes, attrs = WHOLE[name]
    sorts = [
        d
        for d in ("float64", "float32", "int64", "int32", "bool", "complex64")
        if name != "linspace" or d[0] == "f"
    ]
    functions, arguments, expected = [], [], []
    for dtypes in itertools.product(sorts, repeat=len(shapes)):
        p = Program()
        values, given = [], []
        for k, (shape, dtype) in enumerate(zip(shapes, dtypes, strict=True)):
            sizes = tuple(dim(Atom(f"x{k}.shape[{axis}]", n, many=True)) for axis, n in enumerate(shape))
            values.append(Value(Array(np.dtype(dtype), sizes), f"x{k}"))
            given.append((np.arange(1, 1 + int(np.prod(shape))).reshape(shape) * 0.5).astype(dtype)[()])
        operands = [*values, *([3] if name == "linspace" else [])]
        try:
            result = p(name, *operands, **attrs)
            (op,) = p.builder.ops
            wanted = evaluate(op, [*given, *([3] if name == "linspace" else [])])
        except (CompileError, TypeError, ValueError):
            continue
        if name.startswith("arg") and dtypes[0] == "complex64" or name == "arange" and dtypes[0][0] != "i":
            continue
        functions.append(compiled(function(values, [result], p)))
        arguments.append(given)
        expected.append(np.asarray(wanted))
    assert functions
    # the size of np.arange is its argument
    run = results_of if name == "arange" else jax.jit(results_of, static_argnums=0)
    with jax.enable_x64(True):
        results = run(tuple(f for f, _ in functions), arguments)
    for found, wanted, given, (_, text) in zip(results, expected, arguments, functions, strict=True):
        what = f"{[g.dtype for g in given]} {text}"
        assert found.dtype == wanted.dtype, what
        np.testing.assert_allclose(found, wanted, rtol=1e-5, err_msg=what)


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
            result = jax.eval_shape(lambda a, b: a + b, number(*one), number(*other))
            assert promoted([Seen(*one), Seen(*other)]) == Seen(result.dtype, result.weak_type), (one, other)


# ---------------------------------------------------------------- arrays that XLA takes for Python scalars
def _written(x: Any) -> Any:
    made = np.full(2, 1.0)
    made[0] = x[0]
    return made


def _chosen(x: Any) -> Any:
    made = np.where(x > 0, 1.5, 0.1)
    made[0] = x[1]
    return made


def _in_a_loop(x: Any) -> Any:
    made = np.full(2, 0.3)
    for i in range(2):
        made[i] += x[i]
    return made


@pytest.mark.parametrize(
    "make",
    [
        lambda x: np.full(2, 0.3),
        lambda x: np.full(2, 0.3)[1:],
        lambda x: np.zeros_like(np.full(2, 0.3)) + 0.1,
        lambda x: np.sqrt(np.full((1, 2), 0.1)).T[:, 0] * np.array(0.3),
        lambda x: np.repeat(0.3, 2),
        lambda x: np.tile(0.3, 2),
        lambda x: np.broadcast_to(0.3, (2,)),
        lambda x: np.stack([0.3, 0.7]),
        lambda x: np.concatenate([np.full(1, 0.3), np.full(1, 0.7)]),
        lambda x: np.arange(2) * 0.3,
        lambda x: np.where(x > 0, 1.5, 0.1),
        lambda x: np.float64(0.3),
        lambda x: np.array(0.3),
        _written,
        _chosen,
        _in_a_loop,
    ],
)
def test_double_beside_single(make: Any) -> None:
    """What NumPy computes in float64 is not computed in float32, because an array was made of Python's numbers."""

    def both(x: Any, w: Any) -> Any:
        return np.sum(np.cos(make(x) * w)) + np.sum(np.sin(x))

    args = np.array([0.3, 0.4]), np.array([0.7, 1.1], np.float32)
    value, slopes = value_and_grad(both, (0, 1))(*args)
    found, others = value_and_grad(both, (0, 1), backend="jax")(*args)
    assert np.asarray(found).dtype == value.dtype == np.float64
    np.testing.assert_allclose(np.asarray(found), value, rtol=1e-15)
    for one, other in zip(slopes, others, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(np.asarray(other), one, rtol=1e-7 if one.dtype == np.float32 else 1e-14)

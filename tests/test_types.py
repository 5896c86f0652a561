"""The type inferred for each primitive is that of the value NumPy gives: dtype, kind of number, sizes."""

from __future__ import annotations

import inspect
import itertools
import warnings
from typing import Any

import numpy as np
import pytest
import scipy.special  # noqa: F401  # else the functions of SciPy have no paths here
from interpreter import Disagreement, run
from pullback import Lit, typed, unwrap
from rule_cases import ALL, Case, describe

from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES, find

# numbers inside the domain of most functions, of every kind that a program has
OPERANDS: list[Any] = [
    np.array([0.5, 0.75, 1.0]),
    np.array([0.5, 0.75, 1.0], np.float32),
    np.array([1, 2, 3]),
    np.array([1, 2, 3], np.int32),
    np.array([True, False, True]),
    np.array([[0.5 + 0.5j], [1.0]]),
    np.float64(0.5),
    np.float32(0.5),
    np.int64(2),
    np.bool_(True),
    0.5,
    2,
    True,
]
PATHS = [
    (name, path)
    for name, row in PRIMITIVES.items()
    if row.elementwise
    for path in row.paths
    if find(path) and not path.startswith("jax.")  # tests/test_jax_functions.py
]
# what SciPy takes, and we do not
NARROWER = ("supported for real numbers only", "is an integer", "SciPy gives float32 or float64")
# signatures that do not say it: methods of ufuncs, **kwargs, and pinv, whose rcond=None is 1e-15
NOT_COMPARED = ("numpy.add.at", "numpy.logaddexp.reduce", "numpy.pad", "numpy.linalg.pinv")
REFUSALS = (TypeError, OverflowError, OSError)


def given(name: str, path: str, operands: list[Any], **attrs: Any) -> None:
    """Apply a primitive to operands of these types, execute it, and compare; both refuse, or neither."""
    builder = Builder()
    values: list[Operand] = [
        Const(v.value) if isinstance(v, Lit) else Value(typed(v, f"x{k}")) for k, v in enumerate(operands)
    ]
    plain = unwrap(operands)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = apply(builder, name, *values, path=path, **attrs)
        except CompileError as refusal:
            if path.startswith("scipy.") and any(reason in str(refusal) for reason in NARROWER):
                return
            with pytest.raises((*REFUSALS, ValueError, IndexError)):
                execute(builder, values, plain)
                function = find(path)
                assert function is not None, refusal
                function(*plain, **attrs)
                pytest.fail(f"{path} of {plain} is refused: {refusal}")
            return
        execute(builder, values, plain)
    if isinstance(result, Value) and isinstance(result.type, Array):
        names = {f"x{k}": value for k, value in enumerate(plain)}
        for size in result.type.shape:
            if size.printable:
                assert eval(str(size), {**names, "min": min, "max": max, "len": len}) == size.hint


def execute(builder: Builder, operands: list[Operand], values: list[Any]) -> None:
    """Execute what was built, with the types checked."""
    run(builder.ops, {o: v for o, v in zip(operands, values, strict=True) if isinstance(o, Value)})


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_elementwise_types(name: str, path: str) -> None:
    row = PRIMITIVES[name]
    count = len(row.operands)
    pool = OPERANDS if count < 3 else OPERANDS[::3]
    for operands in itertools.product(pool, repeat=count):
        if path in ("builtins.min", "builtins.max") and len({type(v) for v in operands}) > 1:
            # Python gives either operand; the type inferred has room for both
            continue
        if name == "power" and np.asarray(operands[0]).dtype == bool and np.ndim(operands[0]):
            # NumPy gives int8 for mask ** 2, int64 for mask ** 3
            continue
        if name == "reciprocal" and np.asarray(operands[0]).dtype.kind in "iub":
            # refused: NumPy rounds to 0 or 1
            continue
        try:
            given(name, path, list(operands))
        except ValueError as problem:
            # a point outside the domain; negative powers of integers; NumPy's ** of booleans
            assert "domain" in str(problem) or "Integers" in str(problem), problem


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64, np.int16, np.bool_, np.complex128])
@pytest.mark.parametrize(("name", "values", "attrs"), ALL, ids=[describe(case) for case in ALL])
def test_other_types(name: str, values: list[Any], attrs: dict[str, Any], kind: type) -> None:
    if name == "fsum" and kind is np.complex128:
        return  # Python drops the imaginary parts, and warns
    operands = [changed(v, kind) if is_float_array(v) else v for v in values]
    path = next(iter(PRIMITIVES[name].paths), "")
    try:
        given(name, path, operands, **attrs)
    except TypeError as problem:
        # what the operands of a row cannot be shows when it runs
        assert "ufunc" in str(problem) or "cast" in str(problem).lower(), problem


def is_float_array(value: Any) -> bool:
    """Whether the dtype of an operand is to be varied."""
    return (
        not isinstance(value, (Lit, list))
        and np.asarray(value).dtype.kind == "f"
        and type(value) is not float
    )


def changed(value: Any, kind: type) -> Any:
    """The operand in another dtype."""
    return (np.asarray(value) * 3).astype(kind)[()]


@pytest.mark.parametrize("dtype", [None, np.float32, np.int32, np.complex64, np.bool_])
def test_created_arrays(dtype: Any) -> None:
    kind = None if dtype is None else np.dtype(dtype)
    cases: list[Case] = []
    for name in ("zeros", "ones"):
        cases += [(name, sizes, {}) for sizes in ([3], [Lit(3)], [2, Lit(0)], [])]
    cases += [("full", [value, 2, 3], {}) for value in (0.5, 1, True, np.float32(1), np.int64(1))]
    cases += [("eye", [3], {}), ("eye", [3, Lit(4)], {"k": 1}), ("identity", [3], {})]
    for x in OPERANDS:
        cases += [(f"{name}_like", [x], {}) for name in ("zeros", "ones")]
        cases += [("full_like", [x, 1], {}), ("asarray", [x], {})]
        cases += [("array", [x, x], {"nesting": (0, 1)}), ("array", [x], {"nesting": ((0,),)})]
    for bounds in (
        [4],
        [Lit(4)],
        [1, 5],
        [5, 1],
        [Lit(1), 8, Lit(3)],
        [8, 1, Lit(-2)],
        [1, 5, 2],
        [np.int64(3)],
        [0.0, 1.0, 0.3],
    ):
        cases.append(("arange", bounds, {}))
    cases += [("linspace", [a, b, 5], {}) for a, b in itertools.product((0.0, 1, np.float32(2)), repeat=2)]
    cases += [("array", [0.5, x], {"nesting": (0, 1)}) for x in (1, True, 1j, np.float32(1), np.int8(1))]
    cases += [("array", [], {"nesting": ()}), ("array", [], {"nesting": ((), ())})]
    for name, operands, attrs in cases:
        path = next(iter(PRIMITIVES[name].paths), "")
        try:
            given(name, path, operands, **attrs, dtype=kind)
        except (TypeError, ValueError) as problem:
            assert "bool" in str(problem) or "complex" in str(problem), (name, operands, problem)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_the_dtype_argument_of_reductions(dtype: type) -> None:
    for name in ("sum", "mean", "prod", "var", "std", "cumsum", "cumprod"):
        for x in (np.array([1.0, 2.0]), np.array([1, 2]), np.array([True, False])):
            try:
                given(name, f"numpy.{name}", [x], dtype=np.dtype(dtype))
            except TypeError as problem:
                assert "cast" in str(problem), problem


def test_more_reductions() -> None:
    for x in OPERANDS:
        for name in ("all", "any", "count_nonzero", "argmax", "argmin"):
            given(name, f"numpy.{name}", [x])
            if np.ndim(x):
                given(name, f"numpy.{name}", [x], axis=0, keepdims=True)
        if np.ndim(x):
            given("argsort", "numpy.argsort", [x])
            given("max", "builtins.max", [np.ravel(x)[:1]])
        for other in OPERANDS:
            given("allclose", "numpy.allclose", [x, other])


def test_sizes_of_numbers() -> None:
    cases: list[tuple[str, list[Any], str]] = [
        ("add", [3, 4], "operator.add"),
        ("subtract", [3, Lit(1)], "operator.sub"),
        ("multiply", [3, 4], "operator.mul"),
        ("floor_divide", [7, 2], "operator.floordiv"),
        ("remainder", [7, Lit(4)], "operator.mod"),
        ("power", [3, Lit(2)], "operator.pow"),
        ("power", [Lit(2), 5], "operator.pow"),
        ("negative", [3], "operator.neg"),
        ("absolute", [-3], "builtins.abs"),
        ("maximum", [3, 4], "builtins.max"),
        ("minimum", [3, Lit(1)], "builtins.min"),
        ("left_shift", [3, Lit(2)], "operator.lshift"),
        ("right_shift", [13, Lit(2)], "operator.rshift"),
    ]
    for name, operands, path in cases:
        builder = Builder()
        values: list[Operand] = [
            Const(v.value) if isinstance(v, Lit) else Value(typed(v, f"x{k}")) for k, v in enumerate(operands)
        ]
        result = apply(builder, name, *values, path=path)
        execute(builder, values, unwrap(operands))
        size = result.type.size if isinstance(result.type, Array) else None
        if size is not None and size.printable:
            wanted = find(path)(*unwrap(operands))
            assert (
                eval(str(size), {f"x{k}": v for k, v in enumerate(unwrap(operands))}) == wanted == size.hint
            )


def test_signatures_are_those_of_numpy() -> None:
    """A static argument has the name, the default and the kind that the function has."""
    for row in PRIMITIVES.values():
        for path in row.paths[:1]:
            function = find(path)
            if (
                not path.startswith("numpy.")
                or path in NOT_COMPARED
                or function is None
                or isinstance(function, np.ufunc)
            ):
                continue
            try:
                theirs = inspect.signature(function).parameters
            except ValueError:
                continue
            for name, default in row.defaults.items():
                if name in theirs and theirs[name].default not in (inspect.Parameter.empty, np._NoValue):
                    assert default == theirs[name].default or default is None, (path, name)
                assert name in theirs or name in ("subscripts", "beyond", "real"), (path, name)


def test_a_wrong_type_is_noticed() -> None:
    """The check that the other tests rely on fails where the type is not that of the value."""
    with pytest.raises(Disagreement):
        from interpreter import check_type

        check_type(np.float32(1.0), typed(np.float64(1.0), "x"))

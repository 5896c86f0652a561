"""Functions of the IR written by hand, and how tests of the NumPy printer run and compare them."""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from interpreter import run_function

from adcompiler import primitives
from adcompiler.emit.numpy import emit_numpy
from adcompiler.emit.source import load_module, print_module
from adcompiler.errors import UNKNOWN, Location
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Function, If, Operand, Param, Region, Value, While
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At
from adcompiler.ir.types import INT, Array
from adcompiler.primitives.build import apply

assert primitives
F8 = np.dtype(np.float64)
N = dim(Atom("x.shape[0]", 4))
VECTOR, MATRIX = Array(F8, (N,)), Array(F8, (N, N))
ADJOINT = Location("f.py", 7, 1, "y = x", adjoint=True)
BodyOf = Callable[..., Sequence[Operand]]


def function(
    b: Builder, params: Sequence[Value], results: Sequence[Operand], output: object = None
) -> Function:
    """A function whose parameters are reached by their names."""
    output = ("tuple", list(range(len(results)))) if output is None else output
    texts = tuple(Param(value.name) for value in params)
    return Function("f", tuple(value.name for value in params), texts, b.region(params, results), output)


def for_loop(
    b: Builder,
    stop: Operand | int,
    inits: Sequence[Operand],
    body: BodyOf,
    names: Sequence[str] = (),
    **options: Any,
) -> list[Value]:
    """Append a For; the body is a function of (builder, index, *carried)."""
    names = names or [init.name if isinstance(init, Value) else "" for init in inits]
    index = Value(INT, options.pop("index", "i"))
    start, step = Const(options.pop("start", 0)), Const(options.pop("step", 1))
    params = [Value(init.type, name) for init, name in zip(inits, names, strict=True)]
    inner = Builder(b.location)
    results = body(inner, index, *params)
    after = tuple(Value(param.type, param.name) for param in params)
    stop = Const(stop) if isinstance(stop, int) else stop
    region = inner.region((index, *params), results)
    b.ops.append(For(start, stop, step, tuple(inits), region, after, location=b.location, **options))
    return list(after)


def while_loop(
    b: Builder, inits: Sequence[Operand], names: Sequence[str], condition: BodyOf, body: BodyOf
) -> list[Value]:
    """Append a While; condition and body are functions of (builder, *carried)."""
    regions = []
    for make in (condition, body):
        params = [Value(init.type, name) for init, name in zip(inits, names, strict=True)]
        inner = Builder(b.location)
        regions.append(inner.region(params, make(inner, *params)))
    after = tuple(Value(init.type, name) for init, name in zip(inits, names, strict=True))
    b.ops.append(While(tuple(inits), regions[0], regions[1], after, location=b.location))
    return list(after)


def branch(
    b: Builder, condition: Operand, names: Sequence[str], *arms: BodyOf, location: Location = UNKNOWN
) -> list[Value]:
    """Append an If; the arms are functions of a builder."""
    regions: list[Region] = []
    for make in arms:
        inner = Builder(b.location)
        regions.append(inner.region((), make(inner)))
    results = tuple(
        Value(operand.type, name) for operand, name in zip(regions[0].results, names, strict=True)
    )
    b.ops.append(If(condition, regions[0], regions[1], results, location=location))
    return list(results)


def item(b: Builder, x: Operand, *indices: Operand | int, hint: str = "") -> Operand:
    """x[i, j]."""
    operands = [Const(k) if isinstance(k, int) else k for k in indices]
    return apply(b, "getitem", x, *operands, index=tuple(At(k) for k in range(len(operands))), hint=hint)


def store(b: Builder, x: Operand, value: Operand, *indices: Operand | int, name: str = "setitem") -> Operand:
    """x[i, j] = value, under the name of x."""
    assert isinstance(x, Value)
    operands = [Const(k) if isinstance(k, int) else k for k in indices]
    return apply(b, name, x, value, *operands, index=tuple(At(k) for k in range(len(operands))), hint=x.name)


def zeros(b: Builder, like: Operand, hint: str) -> Operand:
    """Zeros of the shape of a value."""
    return apply(b, "zeros_of", apply(b, "shape", like), dtype=F8, hint=hint)


def same(a: Any, b: Any) -> bool:
    """Equal numbers, also inside lists."""
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(same(one, other) for one, other in zip(a, b, strict=True))
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True)


def arrays(value: Any) -> list[np.ndarray]:
    """The arrays in a result."""
    if isinstance(value, (list, tuple)):
        return [array for one in value for array in arrays(one)]
    return [value] if isinstance(value, np.ndarray) else []


def agrees(f: Function, *leaves: Any, given: Sequence[Any] | None = None) -> str:
    """Run the emitted function against the interpreter; the text. The caller's arrays stay untouched."""
    wanted = run_function(f, *copy.deepcopy(leaves), checked=False)
    text = print_module(emit_numpy(f))
    given = copy.deepcopy(leaves if given is None else given)
    before = copy.deepcopy(given)
    got = load_module(text, "test")[f.name](*given)
    assert same(wanted, list(got)), text
    assert same(list(given), list(before)), f"an argument was changed\n{text}"
    for array in arrays(got):
        assert not any(np.may_share_memory(array, other) for other in arrays(list(given))), text
    return text


def lines(text: str) -> str:
    """The body of the function."""
    return textwrap.dedent(text.partition("def f(")[2].partition("\n")[2]).strip()


def body(text: str) -> str:
    """An expected body."""
    return textwrap.dedent(text).strip()


X = np.array([0.3, -1.2, 0.7, 2.0])
A = np.linspace(-1, 1, 16).reshape(4, 4)

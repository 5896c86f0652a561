"""Programs for the JAX printer, built by hand: run under jax.jit with 64-bit types, against the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from interpreter import run_function

from adcompiler.emit.jax import JaxModule, emit_jax
from adcompiler.emit.source import print_module
from adcompiler.errors import UNKNOWN
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Function, If, Location, Operand, Param, Value, While
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At
from adcompiler.ir.types import INT, Array, Type
from adcompiler.primitives.build import apply

jax = pytest.importorskip("jax")

F64 = np.dtype(np.float64)
SCALAR = Array(F64)
ITEM = (At(0),)


class Program:
    """A region under construction, with a method a construct."""

    def __init__(self) -> None:
        self.builder = Builder(UNKNOWN)

    def __call__(self, primitive: str, *operands: Any, hint: str = "", **attrs: Any) -> Any:
        plain = [o if isinstance(o, Value | Const) else Const(o) for o in operands]
        return apply(self.builder, primitive, *plain, hint=hint, **attrs)

    def at(self, line: int, text: str, adjoint: bool = False) -> None:
        """Where the next ops come from."""
        self.builder.location = Location("program.py", line, 1, text, adjoint=adjoint)

    def loop(
        self,
        bounds: tuple[Any, ...],
        inits: Sequence[Any],
        body: Callable[..., Sequence[Any]],
        names: Sequence[str] = (),
        index: str = "i",
        backwards: bool = False,
        types: Sequence[Type] = (),
    ) -> list[Value]:
        """A counted loop; body(program, index, *carried) gives the next carried values."""
        start, stop, step = [o if isinstance(o, Value | Const) else Const(o) for o in bounds]
        starts, params, results = self._carried(inits, names, types)
        number = Value(replace(INT, size=dim(Atom(f"?{index}{id(body)}"))), index)
        inner = Program()
        inner.builder.location = self.builder.location
        ends = operands(body(inner, number, *params))
        region = inner.builder.region((number, *params), ends)
        self.builder.ops.append(
            For(start, stop, step, starts, region, tuple(results), backwards, location=self.builder.location)
        )
        return results

    def repeat(
        self,
        inits: Sequence[Any],
        condition: Callable[..., Any],
        body: Callable[..., Sequence[Any]],
        names: Sequence[str] = (),
        types: Sequence[Type] = (),
    ) -> list[Value]:
        """A while loop."""
        starts, params, results = self._carried(inits, names, types)
        _, seen, _ = self._carried(inits, names, types)
        test, inner = Program(), Program()
        first = test.builder.region(seen, operands([condition(test, *seen)]))
        second = inner.builder.region(params, operands(body(inner, *params)))
        self.builder.ops.append(While(starts, first, second, tuple(results), location=self.builder.location))
        return results

    def branch(
        self,
        condition: Value,
        then: Callable[[Program], Sequence[Any]],
        orelse: Callable[[Program], Sequence[Any]],
        names: Sequence[str] = (),
    ) -> list[Value]:
        """A branch on data."""
        regions = []
        for arm in (then, orelse):
            inner = Program()
            inner.builder.location = self.builder.location
            regions.append(inner.builder.region((), operands(arm(inner))))
        types = [operand.type for operand in regions[0].results]
        results = [
            Value(type, name) for type, name in zip(types, list(names) + [""] * len(types), strict=False)
        ]
        self.builder.ops.append(
            If(condition, regions[0], regions[1], tuple(results), location=self.builder.location)
        )
        return results

    def _carried(
        self, inits: Sequence[Any], names: Sequence[str], types: Sequence[Type]
    ) -> tuple[tuple[Operand, ...], list[Value], list[Value]]:
        starts = operands(inits)
        kinds = list(types) or [start.type for start in starts]
        given = list(names) + [""] * len(kinds)
        kinds = [replace(t, size=None) if isinstance(t, Array) else t for t in kinds]
        params = [Value(type, name) for type, name in zip(kinds, given, strict=False)]
        return starts, params, [Value(type, name) for type, name in zip(kinds, given, strict=False)]


def operands(items: Sequence[Any]) -> tuple[Operand, ...]:
    return tuple(item if isinstance(item, Value | Const) else Const(item) for item in items)


def vector(name: str, rank: int = 1, dtype: Any = np.float64) -> Value:
    return Value(Array(np.dtype(dtype), tuple(dim(Atom(f"{name}.shape[{k}]", 5)) for k in range(rank))), name)


def integer(name: str) -> Value:
    return Value(replace(INT, size=dim(Atom(name, 3))), name)


def function(
    params: Sequence[Value],
    results: Sequence[Any],
    program: Program,
    output: Any = None,
    texts: Sequence[str] = (),
    signature: Sequence[str] = (),
) -> Function:
    names = [value.name for value in params]
    given = operands(results)
    tree = output if output is not None else 0 if len(given) == 1 else ("tuple", list(range(len(given))))
    return Function(
        "f",
        tuple(signature or names),
        tuple(Param(text) for text in texts or names),
        program.builder.region(params, given),
        tree,
    )


def source(module: JaxModule) -> str:
    printed = print_module(module.module)
    return printed if isinstance(printed, str) else printed.text


def run(function: Function, *args: Any, **kwargs: Any) -> Any:
    """What the emitted source gives, compiled by XLA."""
    module = emit_jax(function)
    namespace: dict[str, Any] = {}
    exec(compile(source(module), "<emitted>", "exec"), namespace)
    static = (*module.static, *(["max_trips"] if module.counts else []))
    with jax.enable_x64():
        result = jax.jit(namespace["f"], static_argnames=static)(*args, **kwargs)
        return jax.tree.map(np.asarray, result)


def check(function: Function, *args: Any, tolerance: float = 1e-13, **kwargs: Any) -> str:
    """Compare XLA with the interpreter, values and dtypes; gives the source."""
    expected = run_function(function, *args, checked=False)
    found = run(function, *args, **kwargs)
    module = emit_jax(function)
    if module.counts:
        found, needed = found
        assert needed <= kwargs.get("max_trips", 1024)
    leaves = jax.tree.leaves(found)
    for one, other in zip(leaves, jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)
        assert one.dtype == np.asarray(other).dtype
    text = source(module)
    assert source(emit_jax(function)) == text
    return text


X = np.array([0.3, -1.2, 0.8, 2.0, 0.5])


def check_tree(function: Function, arg: Any, expected: Any) -> str:
    found = run(function, arg)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)
    return source(emit_jax(function))

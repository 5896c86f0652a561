"""A gradient called inside a function that is compiled: its ops become part of that function.

def f(x): return grad(g)(x) ** 2        becomes        def f(x): <g and its adjoint>; return dx ** 2
"""

from __future__ import annotations

import inspect
from typing import Any

from adcompiler.frontend.bindings import Binding, Record, Ref, Static, Tup, Unbound
from adcompiler.frontend.calls import call_object
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.structure import leaf_operand, leaves, rebuild
from adcompiler.ir.core import Const, Operand, Region, Value
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import Array
from adcompiler.transforms.count import count
from adcompiler.transforms.cse import cse
from adcompiler.transforms.dce import dce
from adcompiler.transforms.fill import fill
from adcompiler.transforms.record import record
from adcompiler.transforms.reverse import reverse
from adcompiler.transforms.settle import settle
from adcompiler.transforms.simplify import simplify
from adcompiler.transforms.stores import stores
from adcompiler.transforms.untie import untie


def inline_gradient(
    low: Lowering, gradient: Any, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Lower a call of a gradient object: the primal and its adjoint sweep, as ops of the caller."""
    if gradient.pushforward:
        low.stop("a pushforward is called inside a differentiated function", "use grad there")
    if gradient.pullback:
        low.stop("a pullback is called inside a differentiated function", "use grad or value_and_grad there")
    numbers = (gradient.argnums,) if isinstance(gradient.argnums, int) else tuple(gradient.argnums)
    arguments = list(arguments)
    wanted = [_positional(gradient, arguments, keywords, n) for n in numbers]
    given = list(arguments)  # the function may make its own ones longer
    outer = low.builder
    fresh: dict[Value, Operand] = {}
    inputs: list[list[Value]] = []
    before = dict(low.store.contents)
    with low.region() as builder:
        for number in wanted:
            arguments[number], params = _separate(low, arguments[number], fresh)
            inputs.append(params)
        result = low.bound(call_object(low, gradient.primal, "primal", arguments, keywords))
        differentiated, aux = result, None
        if gradient.has_aux:
            if not isinstance(result, (Tup, Record)) or len(result.items) != 2:
                low.stop(
                    "has_aux=True needs a function that returns a pair (value, aux)", "return value, aux"
                )
            differentiated, aux = result.items
        target = low.operand(differentiated, "the result of a differentiated function")
        if not isinstance(target.type, Array) or target.type.rank or target.type.dtype.kind != "f":
            low.stop(
                f"grad requires a scalar output of real dtype, not {describe(differentiated)}", "reduce it"
            )
        others = [leaf_operand(leaf, low.store, low) for leaf in leaves(low, result, low.store)]
        region = builder.region((), (target, *others))
    if low.store.contents != before and any(
        cell in before and low.store.contents[cell] is not content for cell, content in before.items()
    ):
        low.stop("a function that changes its arguments is differentiated here", "let it return new values")
    region = count(region)
    seed = Const.of(1, target.type.dtype)
    flat = [param for params in inputs for param in params]
    region, ops, cotangents = reverse(
        region, flat, {0: seed}, low.tags, low.builder.location, gradient.untaken
    )
    combined = untie(Region((), (*region.ops, *ops), (*cotangents, *region.results[1:])), flat)
    for step in (simplify, cse, dce, record, fill, cse, simplify, cse, dce, stores, dce):
        combined = step(combined)
    combined = substitute(combined, fresh)
    outer.ops.extend(settle(combined).ops)
    ends = iter(combined.results)
    parts = []
    for number, params in zip(wanted, inputs, strict=True):
        new = [low.wrap(next(ends)) for _ in params]
        parts.append(_gradient_binding(low, given[number], new))
    slope: Binding = parts[0] if isinstance(gradient.argnums, int) else Tup(tuple(parts))
    rest = [low.wrap(end) for end in ends]
    value = rebuild(low, result, rest, low.store, lambda cell: type(cell)(cell.name))
    if gradient.value:
        return Tup((value, slope))
    if aux is not None:
        assert isinstance(value, (Tup, Record))
        return Tup((slope, value.items[1]))
    return slope


def _positional(gradient: Any, arguments: list[Binding], keywords: dict[str, Binding], number: int) -> int:
    """The position of a differentiated argument; one given by keyword is moved into its place."""
    names = (
        [
            name
            for name, p in inspect.signature(gradient.primal).parameters.items()
            if p.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        ]
        if not isinstance(gradient.primal, type(abs))
        else []
    )
    position = number + max(len(arguments), len(names)) if number < 0 else number
    while position >= len(arguments) and len(arguments) < len(names) and names[len(arguments)] in keywords:
        arguments.append(keywords.pop(names[len(arguments)]))
    return position


def _separate(low: Lowering, binding: Binding, fresh: dict[Value, Operand]) -> tuple[Binding, list[Value]]:
    """The argument with leaves of its own, so that only this use of a value is differentiated."""
    params: list[Value] = []
    new: list[Binding] = []
    for leaf in leaves(low, binding, low.store):
        operand = leaf_operand(leaf, low.store, low)
        if not isinstance(operand.type, Array) or not operand.type.inexact:
            low.stop(f"grad requires real- or complex-valued inputs, not {describe(leaf)}", "pass floats")
        param = Value(operand.type, operand.name if isinstance(operand, Value) else "")
        fresh[param] = operand
        params.append(param)
        wrapped = low.wrap(param)
        if isinstance(wrapped, Ref):
            wrapped.cell.path = "an argument of a gradient"
        new.append(wrapped)
    if isinstance(binding, Static) and not new:
        low.stop(f"grad requires real- or complex-valued inputs, not {describe(binding)}", "pass floats")
    return rebuild(low, binding, new, low.store, lambda cell: type(cell)(cell.name)), params


def _gradient_binding(low: Lowering, binding: Binding, new: list[Binding]) -> Binding:
    if isinstance(binding, Unbound):
        binding = binding.binding
    return rebuild(low, binding, new, low.store, lambda cell: type(cell)(cell.name))

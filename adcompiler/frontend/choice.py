"""Choices that the program makes: an If whose arms are lowered by two actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import Binding, Maybe, Static, Store
from adcompiler.frontend.context import CHOSEN, Lowering
from adcompiler.frontend.interrupts import Diverged
from adcompiler.frontend.items import make_items
from adcompiler.frontend.merge import Arm, DifferentLengths, Merge
from adcompiler.frontend.structure import as_joined, joined, same
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, If, Operand, Value

Result = TypeVar("Result")


def either(low: Lowering, condition: Operand, then: Callable[[], None], orelse: Callable[[], None]) -> None:
    """An If whose arms are lowered by two actions; names and memory are joined after it."""
    names, store = dict(low.frame.names), low.store
    while True:
        arms: list[Arm] = []
        left: list[CompileError | None] = []
        decided: list[dict[str, Binding]] = []
        for action, holds in ((then, True), (orelse, False)):
            decided.append(_decided(low, names, condition, holds))
            low.frame.names, low.store = names | decided[-1], store.copy()
            with low.region() as builder:
                left.append(_run(action)[1])
            arms.append(Arm(low.frame.names, low.store, builder))
        if any(left):
            staying = _leave(low, condition, [arm.builder for arm in arms], left)
            low.frame.names, low.store = arms[staying].names, arms[staying].store
            return
        for name in decided[0] | decided[1]:
            starts = [here.get(name, names[name]) for here in decided]
            if all(arm.names[name] is start for arm, start in zip(arms, starts, strict=True)):
                for arm in arms:
                    arm.names[name] = names[name]
        merge = Merge(low, store, *arms)
        try:
            merged = merge.run()
            break
        except DifferentLengths as found:
            low.frame.names, low.store = names, store
            content = store.listed(found.cell)
            assert isinstance(content, tuple)
            name = found.cell.name
            made = make_items(
                low, name, content, found.prototype, found.types, store, f"if{next(low.labels)}"
            )
            store.put(found.cell, replace(made, store=found.store))
    regions = []
    for arm in arms:
        results = [
            _arm_result(low, arm, operand, result)
            for operand, result in zip(arm.pairs, merge.results, strict=True)
        ]
        regions.append(arm.builder.region((), results))
    low.builder.ops.append(
        If(
            condition,
            regions[0],
            regions[1],
            tuple(merge.results),
            next(low.tags),
            None,
            low.builder.location,
        )
    )
    low.frame.names = merged


def _run(action: Callable[[], Result]) -> tuple[Result | None, CompileError | None]:
    """What an action gives, or why its path ends, where the program raises."""
    try:
        return action(), None
    except Diverged as diverged:
        return None, diverged.reason


def _leave(
    low: Lowering, condition: Operand, arms: Sequence[Builder], left: Sequence[CompileError | None]
) -> int:
    """A choice of which an arm raises: what follows belongs to the other arm alone, whose number this gives."""
    raising = [arm if why else Builder(arm.location) for arm, why in zip(arms, left, strict=True)]
    (number, check), *rest = [(n, op) for n, arm in enumerate(raising) for op in arm.ops]
    if not rest and isinstance(check, Apply):
        holds = condition if number else low.apply("logical_not", condition, path="operator.not_")
        low.builder.ops.append(replace(check, operands=(holds, *check.operands[1:])))
    else:
        then, orelse = (arm.region((), ()) for arm in raising)
        low.builder.ops.append(If(condition, then, orelse, (), next(low.tags), None, low.builder.location))
    for why in left:
        if all(left) and why:
            raise Diverged(why)
    staying = 1 if left[0] else 0
    low.builder.ops.extend(arms[staying].ops)
    return staying


def _decided(low: Lowering, names: dict[str, Binding], condition: Operand, holds: bool) -> dict[str, Binding]:
    """The names of which the condition tells whether they are None."""
    known = low.facts.follows(condition, holds)
    found: dict[str, Binding] = {}
    for name, binding in names.items():
        if isinstance(binding, Maybe) and binding.present in known:
            found[name] = binding.binding if known[binding.present] else Static(None)
    return found


def _arm_result(low: Lowering, arm: Arm, operand: Operand | None, result: Value) -> Operand:
    outer, low.builder = low.builder, arm.builder
    try:
        return (
            low.apply("undefined", type=result.type)
            if operand is None
            else as_joined(low, operand, result.type)
        )
    finally:
        low.builder = outer


def choose(
    low: Lowering, condition: Operand, then: Callable[[], Operand], orelse: Callable[[], Operand]
) -> Operand:
    """An If with one result."""
    if isinstance(condition, Const):
        return then() if condition.value else orelse()
    regions: list[Builder] = []
    values: list[Operand] = []
    left: list[CompileError | None] = []
    ends: list[tuple[dict[str, Binding], Store]] = []
    names, store = low.frame.names, low.store
    changes = False
    for action, holds in ((then, True), (orelse, False)):
        given = names | _decided(low, names, condition, holds)
        low.frame.names, low.store = dict(given), store.copy()
        with low.region() as builder:
            value, why = _run(action)
        left.append(why)
        values += [] if value is None else [value]
        regions.append(builder)
        changes |= has_changed(low, given, store)
        ends.append((low.frame.names, low.store))
    if any(left):
        low.frame.names, low.store = ends[_leave(low, condition, regions, left)]
        return values[0]
    low.frame.names, low.store = names, store
    if changes:
        return _chosen(low, condition, then, orelse)
    match values:
        case [Const(value=bool() as a), Const(value=bool() as b)] if a is b and not any(
            r.ops for r in regions
        ):
            return values[0]
        case [Const(value=True), Const(value=False)] if not any(r.ops for r in regions):
            return condition
    try:
        type = joined(values[0], values[1], f"if{next(low.labels)}")
    except ValueError as problem:
        low.stop(f"the values of the two paths cannot be joined: {problem}", "give both one rank")
    for builder, k in zip(regions, (0, 1), strict=True):
        low.builder, outer = builder, low.builder
        values[k] = as_joined(low, values[k], type)
        low.builder = outer
    result = Value(type)
    match values:
        case [Const(value=True), other]:
            low.facts.implies(result, False, (condition, False), (other, False))
        case [other, Const(value=False)]:
            low.facts.implies(result, True, (condition, True), (other, True))
    low.builder.ops.append(
        If(
            condition,
            regions[0].region((), (values[0],)),
            regions[1].region((), (values[1],)),
            (result,),
            next(low.tags),
            None,
            low.builder.location,
        )
    )
    return result


def has_changed(low: Lowering, names: dict[str, Binding], store: Store) -> bool:
    """Whether names have been bound anew or memory has been written since these were all."""
    if any(name not in names or not same(names[name], now) for name, now in low.frame.names.items()):
        return True
    contents = low.store.contents
    if low.store.spent != store.spent:
        return True
    return any(cell.view is None and contents[cell] is not held for cell, held in store.contents.items())


def _chosen(
    low: Lowering, condition: Operand, then: Callable[[], Operand], orelse: Callable[[], Operand]
) -> Operand:
    """As `choose`, for arms that bind names or write, which are joined like those of a statement."""

    def arm(action: Callable[[], Operand]) -> Callable[[], None]:
        def run() -> None:
            low.frame.names[CHOSEN] = low.wrap(action())

        return run

    either(low, condition, arm(then), arm(orelse))
    return low.operand(low.bound(low.frame.names.pop(CHOSEN)))


def both(low: Lowering, a: Operand, b: Callable[[], Operand]) -> Operand:
    """a and b(), with b looked at only where a holds."""
    return choose(low, a, b, lambda: Const(False))

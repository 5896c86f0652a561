"""on_backward(x, hook): x, with code for the reverse sweep tied to it."""

from __future__ import annotations

from adcompiler.frontend.agreement import cotangents_for, operands_of, refuse_writes
from adcompiler.frontend.bindings import Binding, Cell, Static
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.custom import aside, seed_of
from adcompiler.frontend.structure import leaf_operand, leaves, rebuild
from adcompiler.frontend.twins import twin
from adcompiler.ir.core import Apply, Const, Region, Value, free_values
from adcompiler.ir.types import differentiable
from adcompiler.primitives.ties import Tie

NAME = "on_backward"


def hooked(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """x, whose cotangent passes through the hook."""
    tree, hook = arguments
    made = [o for o in operands_of(low, tree) if isinstance(o, Value) and differentiable(o.type)]
    if not made:
        return tree
    rule = _rule(low, tree, hook, tuple(map(seed_of, made)))
    reads = tuple(free_values(rule))
    tie = Tie(
        NAME, "vjp", len(made), len(made), region=Region((*reads, *rule.params), rule.ops, rule.results)
    )
    tied = iter(low.results("tied", *made, *made, *reads, tie=tie))
    new: list[Binding] = []
    for leaf in leaves(low, tree, low.store):
        operand = leaf_operand(leaf, low.store, low)
        if not isinstance(operand, Value) or not differentiable(operand.type):
            new.append(leaf)
            continue
        value = next(tied)
        assert isinstance(value, Value)
        low.number_from(value, operand)
        new.append(low.wrap(value))
    return twin(low, tree, new, NAME)


def refuse_unused(low: Lowering, result: Binding) -> None:
    """A hook stands in the reverse sweep only if the program goes on with what on_backward gives."""
    last = low.builder.ops[-1] if low.builder.ops else None
    if not isinstance(last, Apply) or last.primitive != "tied" or str(last.attr("tie")) != NAME:
        return
    if any(operand in last.results for operand in operands_of(low, result)):
        low.stop(
            f"what {NAME} gives is not used, so that the hook would have no effect",
            f"go on with its result: x = {NAME}(x, hook)",
        )


def _rule(low: Lowering, tree: Binding, hook: Binding, seeds: tuple[Value, ...]) -> Region:
    """The hook as a region from the cotangents to what takes their place."""
    function = hook.value if isinstance(hook, Static) else None
    with low.region() as builder, aside(low):
        outside = set(low.store.contents), dict(low.store.versions)
        rest = iter(seeds)
        given = [
            low.wrap(next(rest)) if isinstance(o, Value) and differentiable(o.type) else Static(None)
            for o in operands_of(low, tree)
        ]
        g = rebuild(low, tree, given, low.store, _cell)
        own = set(low.store.contents) - outside[0], dict(low.store.versions)
        found = low.bound(low.call(hook, [g]))
        refuse_writes(low, "the hook", outside)
        if found == Static(None):
            refuse_writes(low, "the hook, which returns None,", own)
        parts = cotangents_for(low, function, "what the hook returns", tree, found)
        pairs = zip(operands_of(low, tree), parts, strict=True)
        kept = [part for o, part in pairs if isinstance(o, Value) and differentiable(o.type)]
        results = tuple(
            seed if isinstance(part, Const) and part.value is None else part
            for seed, part in zip(seeds, kept, strict=True)
        )
        return Region(seeds, tuple(builder.ops), results)


def _cell(cell: Cell) -> Cell:
    return Cell(cell.name)

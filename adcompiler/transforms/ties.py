"""The adjoint of a call that has a rule of the user's: the rule, in the adjoint sweep.

y = tied(y0, x, c, tie=f)        becomes        dx = dy * c        where the rule of f is bwd(c, g): g * c
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Const, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import clone
from adcompiler.primitives.ties import Tie
from adcompiler.transforms.settle import settle


def tie_of(op: Apply) -> Tie:
    """The rule that an op carries."""
    tie = op.attr("tie")
    assert isinstance(tie, Tie)
    return tie


def pulled_back(
    op: Apply, cotangents: Sequence[Operand], varied: Collection[Operand], tags: Iterator[int]
) -> tuple[tuple[Op, ...], list[tuple[Operand, Operand]]]:
    """The ops of the rule, and what it contributes to which operands.

    cotangents: those of the results, in full. varied: what is differentiated; refuses (CompileError) what the rule does
    not cover.
    """
    tie = tie_of(op)
    if tie.region is None:
        raise CompileError.at(
            op.location,
            f"inside its own rule `{tie.name}` is called for its value, and has no derivative here",
            "write the rule with the functions that it stands for, or with what the forward rule has computed",
        )
    inputs, rest = (
        op.operands[tie.results : tie.results + tie.inputs],
        op.operands[tie.results + tie.inputs :],
    )
    refuse_outside(op, tie, rest[: tie.outside], varied)
    read = (*(op.results[k] for k in tie.own), *rest[tie.outside :])
    given = dict(zip(tie.region.params, (*read, *cotangents), strict=True))
    fresh = {inner.tag: next(tags) for inner in walk(tie.region) if not isinstance(inner, Apply)}
    rule = settle(clone(Region((), tie.region.ops, tie.region.results), given, fresh), adjoint=True)
    parts = [
        (operand, part)
        for operand, part in zip(inputs, rule.results, strict=True)
        if not (isinstance(part, Const) and part.value is None)
    ]
    return rule.ops, parts


def refuse_outside(op: Apply, tie: Tie, outside: Sequence[Operand], varied: Collection[Operand]) -> None:
    """What a function with a rule reads otherwise than as an argument has no derivative."""
    for operand in outside:
        if operand in varied:
            name = f"`{operand.name}`" if isinstance(operand, Value) and operand.name else "something"
            raise CompileError.at(
                op.location,
                f"`{tie.name}` depends on {name}, which is differentiated, and has no rule for it",
                "pass it as an argument that is not among nondiff_argnums, or stop_gradient it before",
            )

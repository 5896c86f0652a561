"""The adjoint of a call that has a rule of the user's: the rule, in the adjoint sweep.

y = tied(y0, x, c, tie=f)        becomes        dx = dy * c        where the rule of f is bwd(c, g): g * c
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Const, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import clone, substitute
from adcompiler.ir.types import cotangent_type
from adcompiler.primitives.ties import Tie
from adcompiler.transforms.cotangents import reached
from adcompiler.transforms.count import count
from adcompiler.transforms.dce import dce
from adcompiler.transforms.record import record
from adcompiler.transforms.settle import settle
from adcompiler.transforms.simplify import simplify


def tie_of(op: Apply) -> Tie:
    """The rule that an op carries."""
    tie = op.attr("tie")
    assert isinstance(tie, Tie)
    return tie


def pulled_back(
    op: Apply,
    cotangents: Sequence[Operand],
    varied: Collection[Operand],
    tags: Iterator[int],
    reverse: Callable[..., tuple[tuple[Op, ...], tuple[Operand, ...]]],
) -> tuple[tuple[Op, ...], list[tuple[Operand, Operand]]]:
    """The ops of the rule, and what it contributes to which operands.

    cotangents: those of the results, in full. varied: what is differentiated; refuses (CompileError) what the rule does
    not cover. reverse: the transform that asks, which transposes the rule of a tangent.
    """
    tie = tie_of(op)
    inputs = op.operands[tie.results : tie.results + tie.inputs]
    _refuse_uncovered(op, tie, varied)
    if tie.kind == "vjp":
        rule = _rule(op, tie, cotangents, tags)
    else:
        rule = _transposed(op, tie, cotangents, tags, reverse)
    pairs = zip(inputs, rule.results, strict=True)
    return settle(rule, adjoint=True).ops, [(o, part) for o, part in pairs if not _is_none(part)]


def pushed(
    op: Apply, tangents: Sequence[Operand], varied: Collection[Operand], tags: Iterator[int]
) -> tuple[tuple[Op, ...], tuple[Operand | None, ...]]:
    """The ops of the rule of a tangent, and the tangents of the results; None where there is none."""
    tie = tie_of(op)
    if tie.kind == "vjp":
        raise CompileError.at(
            op.location,
            f"`{tie.name}` has a rule for reverse mode alone, and a tangent is asked for",
            "use grad, vjp or jacrev; custom_jvp gives a function a rule for both modes",
        )
    _refuse_uncovered(op, tie, varied)
    rule = _rule(op, tie, tangents, tags)
    return settle(rule, adjoint=True).ops, tuple(None if _is_none(part) else part for part in rule.results)


def _rule(op: Apply, tie: Tie, given: Sequence[Operand], tags: Iterator[int]) -> Region:
    """The ops of the rule for one call, and what they give."""
    assert tie.region is not None
    rest = op.operands[tie.results + tie.inputs + tie.outside :]
    read = (*(op.results[k] for k in tie.own), *rest)
    values = dict(zip(tie.region.params, (*read, *given), strict=True))
    fresh = {inner.tag: next(tags) for inner in walk(tie.region) if not isinstance(inner, Apply)}
    return clone(Region((), tie.region.ops, tie.region.results), values, fresh)


def _transposed(
    op: Apply,
    tie: Tie,
    cotangents: Sequence[Operand],
    tags: Iterator[int],
    reverse: Callable[..., tuple[tuple[Op, ...], tuple[Operand, ...]]],
) -> Region:
    """The rule of a tangent, which is linear, from the cotangents of the results to those of the inputs."""
    inputs = op.operands[tie.results : tie.results + tie.inputs]
    tangents = [Value(cotangent_type(operand.type)) for operand in inputs]
    rule = count(_rule(op, tie, tangents, tags))
    seeds = {
        k: cotangent
        for k, (cotangent, part) in enumerate(zip(cotangents, rule.results, strict=True))
        if not _is_none(part)
    }
    ops, ends = reverse(rule, tangents, seeds, tags, op.location)
    whole = dce(simplify(record(Region((), (*rule.ops, *ops), ends))))
    depending = reached(whole.ops, set(tangents))
    if any(end in depending for end in whole.results):
        raise CompileError.at(
            op.location,
            f"the rule of `{tie.name}` is not linear in the tangents",
            "a tangent is a sum of tangents, each times what does not depend on them",
        )
    # of the tangents no more than the sizes are read any more
    return substitute(whole, dict(zip(tangents, inputs, strict=True)))


def _is_none(part: Operand) -> bool:
    return isinstance(part, Const) and part.value is None


def _refuse_uncovered(op: Apply, tie: Tie, varied: Collection[Operand]) -> None:
    """A call inside its own rule has no derivative, nor has what a function reads otherwise than as an argument."""
    if tie.region is None:
        raise CompileError.at(
            op.location,
            f"inside its own rule `{tie.name}` is called for its value, and has no derivative here",
            "write the rule with the functions that it stands for, or with what the forward rule has computed",
        )
    first = tie.results + tie.inputs
    for operand in op.operands[first : first + tie.outside]:
        if operand in varied:
            name = f"`{operand.name}`" if isinstance(operand, Value) and operand.name else "something"
            raise CompileError.at(
                op.location,
                f"`{tie.name}` depends on {name}, which is differentiated, and has no rule for it",
                "pass it as an argument that is not among nondiff_argnums, or stop_gradient it before",
            )

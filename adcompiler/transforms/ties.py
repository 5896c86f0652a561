"""The adjoint of a call that has a rule of the user's: the rule, in the adjoint sweep.

y = tied(y0, x, c, tie=f)        becomes        dx = dy * c        where the rule of f is bwd(c, g): g * c
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from adcompiler.analysis.activity import active
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Const, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import clone, substitute
from adcompiler.ir.types import Array, cotangent_type
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.primitives.ties import Tie
from adcompiler.rules.registry import RULES
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
    reverse: Callable[..., tuple[Region, tuple[Op, ...], tuple[Operand, ...]]],
) -> tuple[tuple[Op, ...], list[tuple[Operand, Operand]]]:
    """The ops of the rule, and what it contributes to which operands.

    cotangents: those of the results, in full. varied: what is differentiated; refuses (CompileError) what the rule does
    not cover. reverse: the transform that transposes the rule of a tangent.
    """
    tie = tie_of(op)
    inputs = op.operands[tie.results : tie.results + tie.inputs]
    _refuse_uncovered(op, tie, varied)
    if tie.kind == "vjp":
        rule = _rule(op, tie, cotangents, tags)
    else:
        rule = _transposed(op, tie, inputs, cotangents, tags, reverse)
    pairs = zip(inputs, rule.results, strict=True)
    return settle(rule, adjoint=True).ops, [(o, part) for o, part in pairs if not _is_none(part)]


def pushed(
    op: Apply,
    tangents: Sequence[Operand],
    varied: Collection[Operand],
    tags: Iterator[int],
    reverse: Callable[..., tuple[Region, tuple[Op, ...], tuple[Operand, ...]]],
) -> tuple[tuple[Op, ...], tuple[Operand | None, ...]]:
    """The ops of the rule, and the tangents of the results; None where there is none.

    tangents: those of what the rule is differentiated by, in full; the others as for `pulled_back`.
    """
    tie = tie_of(op)
    _refuse_uncovered(op, tie, varied)
    if tie.kind == "jvp":
        rule = _rule(op, tie, tangents, tags)
    else:
        rule = _transposed(op, tie, op.results, tangents, tags, reverse)
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
    taken: Sequence[Operand],
    given: Sequence[Operand],
    tags: Iterator[int],
    reverse: Callable[..., tuple[Region, tuple[Op, ...], tuple[Operand, ...]]],
) -> Region:
    """The transpose of a rule, which is linear: from cotangents of what it gives to those of what it takes.

    taken: the values whose tangents, or cotangents, the rule takes. given: in place of those that it gives.
    """
    slopes = [Value(cotangent_type(operand.type)) for operand in taken]
    rule = dce(count(_rule(op, tie, slopes, tags)))
    seeds = {k: g for k, (g, part) in enumerate(zip(given, rule.results, strict=True)) if not _is_none(part)}
    rule, ops, ends = reverse(rule, slopes, seeds, tags, op.location)
    whole = dce(simplify(record(Region((), (*rule.ops, *ops), ends))))
    depending = reached(whole.ops, set(slopes))
    if _breaks(rule, slopes) or any(end in depending for end in whole.results):
        what, other = ("tangents", "reverse") if tie.kind == "jvp" else ("cotangents", "forward")
        raise CompileError.at(
            op.location,
            f"the rule of `{tie.name}` is not linear in the {what}, which {other} mode needs",
            f"let it give a sum of {what}, each times what does not depend on them"
            + (", or use grad, vjp or jacrev" if tie.kind == "vjp" else ""),
        )
    # of what it took no more than the sizes are read any more
    return substitute(whole, dict(zip(slopes, taken, strict=True)))


def _breaks(rule: Region, slopes: Sequence[Value]) -> bool:
    """Whether an op of a rule prints, compares, rounds or indexes by what the rule has to be linear in."""
    varied = active(rule, slopes)
    return any(
        operand in varied and not _follows(op, k)
        for op in walk(rule)
        if isinstance(op, Apply) and op.primitive not in ("shape", "size", "count")
        for k, operand in enumerate(op.operands)
    )


def _follows(op: Apply, k: int) -> bool:
    """Whether a derivative passes through an op from its k-th operand."""
    rule, names = RULES.get(op.primitive), PRIMITIVES[op.primitive].operands
    if rule is None or rule.variadic or rule.same:
        return not PRIMITIVES[op.primitive].effect
    real = all(isinstance(r.type, Array) and r.type.dtype.kind != "c" for r in op.results)
    return k < len(names) and names[k] in rule.formulas and not (op.primitive == "sign" and real)


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

"""Activity analysis: which values depend, differentiably, on the inputs that are differentiated.

Griewank and Walther, Evaluating Derivatives, 2nd ed., section 6.2 ("varied" variables); the useful ones are those that
the reverse sweep reaches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from adcompiler.analysis.shifts import shifts
from adcompiler.ir.core import Apply, Call, For, If, Operand, Region, Value, While
from adcompiler.ir.types import differentiable
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.registry import RULES


def active(
    region: Region, inputs: Collection[Value], results: Collection[Operand] | None = None
) -> set[Value]:
    """The values of the region, at every depth, that vary with the inputs.

    results: what is differentiated, where that is known; maxima that it does not depend on (`shifts`) are left out.
    """
    varied = set(inputs)
    _region(region, varied, frozenset())
    constant = shifts(region, varied, results) if results is not None else frozenset()
    if constant:
        varied = set(inputs)
        _region(region, varied, constant)
    return varied


def _region(region: Region, varied: set[Value], constant: Collection[Value]) -> None:
    for op in region.ops:
        match op:
            case Apply():
                if _passes(op, varied):
                    varied.update(r for r in op.results if differentiable(r.type) and r not in constant)
            case Call():
                if any(o in varied for o in op.operands):
                    varied.update(r for r in op.results if differentiable(r.type))
            case If():
                for arm in op.regions:
                    _region(arm, varied, constant)
                    _flow(arm.results, op.results, varied)
            case For(inits=inits, body=body, results=results):
                _loop(inits, body, body.params[1:], results, varied, constant)
            case While(inits=inits, body=body, results=results):
                _loop(inits, body, body.params, results, varied, constant)


def _loop(
    inits: tuple[Operand, ...],
    body: Region,
    params: tuple[Value, ...],
    results: tuple[Value, ...],
    varied: set[Value],
    constant: Collection[Value],
) -> None:
    _flow(inits, params, varied)
    while True:
        before = len(varied)
        _region(body, varied, constant)
        _flow(body.results, params, varied)
        if len(varied) == before:
            break
    _flow(params, results, varied)


def _flow(sources: Iterable[Operand], targets: Iterable[Value], varied: set[Value]) -> None:
    varied.update(t for s, t in zip(sources, targets, strict=True) if s in varied and differentiable(t.type))


def _passes(op: Apply, varied: set[Value]) -> bool:
    if not any(operand in varied for operand in op.operands):
        return False
    rule = RULES.get(op.primitive)
    if rule is None or rule.variadic is not None or rule.same is not None:
        return True
    if rule.constant:
        return False
    names = PRIMITIVES[op.primitive].operands
    return any(o in varied and names[k] in rule.formulas for k, o in enumerate(op.operands[: len(names)]))

"""Rebuilding ops with other operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from adcompiler.ir.core import Apply, Call, For, If, Op, Operand, Region, Structured, Value, While


def substituted(operand: Operand, values: Mapping[Value, Operand]) -> Operand:
    """What stands for an operand."""
    return values.get(operand, operand) if isinstance(operand, Value) else operand


def substitute_all(operands: tuple[Operand, ...], values: Mapping[Value, Operand]) -> tuple[Operand, ...]:
    """What stands for several operands."""
    return tuple(substituted(operand, values) for operand in operands)


def substitute(region: Region, values: Mapping[Value, Operand]) -> Region:
    """The region with other operands in place of some values, at every depth."""
    if not values:
        return region
    ops = tuple(substitute_op(op, values) for op in region.ops)
    return Region(region.params, ops, substitute_all(region.results, values))


def substitute_op(op: Op, values: Mapping[Value, Operand]) -> Op:
    """The op with other operands in place of some values, at every depth."""
    match op:
        case Apply() | Call():
            return replace(op, operands=substitute_all(op.operands, values))
        case If():
            return replace(
                op,
                condition=substituted(op.condition, values),
                then=substitute(op.then, values),
                orelse=substitute(op.orelse, values),
            )
        case For():
            return replace(
                op,
                start=substituted(op.start, values),
                stop=substituted(op.stop, values),
                step=substituted(op.step, values),
                inits=substitute_all(op.inits, values),
                body=substitute(op.body, values),
            )
        case While():
            return replace(
                op,
                inits=substitute_all(op.inits, values),
                condition=substitute(op.condition, values),
                body=substitute(op.body, values),
            )


def rename(region: Region, names: Mapping[Value, str]) -> Region:
    """The region with values under other names."""
    fresh: dict[Value, Operand] = {value: replace(value, name=name) for value, name in names.items()}

    def params(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(_as_value(fresh.get(value, value)) for value in values)

    def inside(inner: Region) -> Region:
        return Region(
            params(inner.params), tuple(one(op) for op in inner.ops), substitute_all(inner.results, fresh)
        )

    def one(op: Op) -> Op:
        results = params(op.results)
        match op:
            case Apply() | Call():
                return replace(op, operands=substitute_all(op.operands, fresh), results=results)
            case If():
                condition = substituted(op.condition, fresh)
                return replace(
                    op, condition=condition, then=inside(op.then), orelse=inside(op.orelse), results=results
                )
            case For():
                start, stop, step = substitute_all((op.start, op.stop, op.step), fresh)
                inits = substitute_all(op.inits, fresh)
                return replace(
                    op, start=start, stop=stop, step=step, inits=inits, body=inside(op.body), results=results
                )
            case While():
                inits = substitute_all(op.inits, fresh)
                return replace(
                    op, inits=inits, condition=inside(op.condition), body=inside(op.body), results=results
                )

    return inside(region)


def map_regions(op: Structured, change: Callable[[Region], Region]) -> Structured:
    """The op with each region that it owns changed."""
    match op:
        case If():
            return replace(op, then=change(op.then), orelse=change(op.orelse))
        case For():
            return replace(op, body=change(op.body))
        case While():
            return replace(op, condition=change(op.condition), body=change(op.body))


def clone(region: Region, params: Mapping[Value, Operand], tags: Mapping[int, int]) -> Region:
    """A copy of a region in which every value defined inside is new, and tags are renumbered."""
    values: dict[Value, Operand] = dict(params)

    def fresh(defined: tuple[Value, ...]) -> tuple[Value, ...]:
        made = tuple(replace(value) for value in defined)
        values.update(zip(defined, made, strict=True))
        return made

    def copy(inner: Region) -> Region:
        new_params = tuple(
            fresh((param,))[0] if param not in values else _as_value(values[param]) for param in inner.params
        )
        ops = tuple(op_copy(op) for op in inner.ops)
        return Region(new_params, ops, substitute_all(inner.results, values))

    def op_copy(op: Op) -> Op:
        made: Structured
        match op:
            case Apply():
                operands = substitute_all(op.operands, values)
                return replace(op, operands=operands, results=fresh(op.results))
            case Call():
                return replace(
                    op,
                    operands=substitute_all(op.operands, values),
                    results=fresh(op.results),
                    tag=tags[op.tag],
                )
            case If():
                condition = substituted(op.condition, values)
                then, orelse = copy(op.then), copy(op.orelse)
                made = replace(op, condition=condition, then=then, orelse=orelse, results=fresh(op.results))
            case For():
                bounds = substitute_all((op.start, op.stop, op.step), values)
                inits = substitute_all(op.inits, values)
                body = copy(op.body)
                made = replace(
                    op,
                    start=bounds[0],
                    stop=bounds[1],
                    step=bounds[2],
                    inits=inits,
                    body=body,
                    results=fresh(op.results),
                )
            case While():
                inits = substitute_all(op.inits, values)
                test = copy(op.condition)
                made = replace(op, inits=inits, condition=test, body=copy(op.body), results=fresh(op.results))
        reverses = tags.get(op.reverses) if op.reverses is not None else None
        return replace(made, tag=tags[op.tag], reverses=reverses)

    ops = tuple(op_copy(op) for op in region.ops)
    return Region((), ops, substitute_all(region.results, values))


def _as_value(operand: Operand) -> Value:
    assert isinstance(operand, Value)
    return operand

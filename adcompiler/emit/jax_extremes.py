"""The largest and smallest elements, found once more where what is compared with them is computed once more.

    hits(x, recall(m))        x == max(x)

XLA may round what it computes in two places in two ways, since it fuses each with what stands around it. No element
would then be the one that was recorded.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Function, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import map_regions
from adcompiler.primitives.build import apply
from adcompiler.transforms.dce import dce

_EXTREMES = ("max", "min", "nanmax", "nanmin")
_AXES = ("expand_dims", "reshape", "squeeze")


def extremes_again(function: Function) -> Function:
    """The function without ops `hits`."""
    makers = {result: op for op in walk(function.body) if isinstance(op, Apply) for result in op.results}
    if not any(op.primitive == "hits" for op in makers.values()):
        return function

    def inside(region: Region) -> Region:
        return replace(region, ops=tuple(new for op in region.ops for new in changed(op)))

    def changed(op: Op) -> list[Op]:
        match op:
            case Apply(primitive="hits", operands=(x, y)):
                builder = Builder(op.location)
                if not _is_extreme_of(y, x, makers):
                    y = apply(
                        builder,
                        str(op.attr("of")),
                        x,
                        axis=op.attr("axis"),
                        keepdims=op.attr("axis") is not None,
                    )
                return [
                    *builder.ops,
                    replace(op, primitive="equal", operands=(x, y), attrs=(), path="operator.eq"),
                ]
            case Apply() | Call():
                return [op]
        return [map_regions(op, inside)]

    return replace(function, body=dce(inside(function.body)))


def _is_extreme_of(y: Operand, x: Operand, makers: dict[Value, Apply]) -> bool:
    """Whether y was found among these very elements."""
    while isinstance(y, Value) and y in makers and makers[y].primitive in _AXES:
        y = makers[y].operands[0]
    made = makers.get(y) if isinstance(y, Value) else None
    return made is not None and made.primitive in _EXTREMES and made.operands[0] is x

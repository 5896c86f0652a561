"""The two halves of a function with both sweeps: what is read of the primal sweep goes from one to the other.

y = sin(x); z = y * x; dy = g * x; dx = g * y + dy * cos(x); return z, dx
    becomes    fwd(x): y = sin(x); z = y * x; return z, (x, y)
    and        bwd(x, y, g): dy = g * x; dx = g * y + dy * cos(x); return dx
"""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from dataclasses import replace

from adcompiler.analysis.described import Descriptions, descriptions
from adcompiler.analysis.partial import partial, unmade
from adcompiler.errors import InternalError
from adcompiler.ir.core import Apply, Function, Op, Operand, Param, Region, Value, free_values, walk
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import Array

FORWARD, BACKWARD = "_fwd", "_bwd"


def halves(
    function: Function, name: str, values: int, outputs: tuple[object, object], seeds: int, seed: str = "g"
) -> tuple[Function, Function]:
    """The half that gives the value and what the other one reads, and the half that gives the cotangents.

    The last `values` results of the function make the value, the others the cotangents; outputs: the structure of each.
    The last `seeds` parameters are the cotangent of the value, `seed`.
    """
    region = function.body
    count = len(region.params) - seeds
    params, given = region.params[:count], region.params[count:]
    border = next((k for k, op in enumerate(region.ops) if op.location.adjoint), len(region.ops))
    early, late = list(region.ops[:border]), list(region.ops[border:])
    first = len(region.results) - values
    cotangents, results = region.results[:first], list(region.results[first:])
    early, late = _moved(early, late, results, given)
    late = _measured(early, late, cotangents, given)
    order = {v: k for k, v in enumerate([*params, *(result for op in early for result in op.results)])}
    read = sorted(_read(late, cotangents, given), key=lambda value: order[value])
    names = _names(read, dict(zip(params, function.params[:count], strict=True)), descriptions(region), seed)
    forward = replace(
        function,
        name=f"{name}{FORWARD}",
        signature=without(function.signature, seed),
        params=function.params[:count],
        body=Region(params, tuple(early), (*results, *read)),
        output=("tuple", [outputs[0], ("tuple", [values + k for k in range(len(read))])]),
        doc=f"Value of {name}, and what {name}{BACKWARD} reads.",
    )
    backward = replace(
        function,
        name=f"{name}{BACKWARD}",
        signature=(*names, seed),
        params=(*map(Param, names), *function.params[count:]),
        body=Region((*read, *given), tuple(late), cotangents),
        output=outputs[1],
        doc=f"Cotangents of the arguments of {name}, for the cotangent {seed} of its value.",
    )
    return forward, backward


def _moved(
    early: list[Op], late: list[Op], results: Sequence[Operand], given: Sequence[Value]
) -> tuple[list[Op], list[Op]]:
    """The ops on their sides of the border: what the value is made of belongs to the first half."""
    needed = {result for result in results if isinstance(result, Value)}
    moved: list[Op] = []
    kept: list[Op] = []
    for op in reversed(late):
        if needed.isdisjoint(op.results):
            kept.insert(0, op)
            continue
        moved.insert(0, op)
        needed.update(free_values(Region((), (op,), ())))
    if any(value in given for value in needed):
        raise InternalError("the value of a function depends on its own cotangent")
    return [*early, *moved], kept


def _read(late: Sequence[Op], results: Sequence[Operand], given: Sequence[Value]) -> list[Value]:
    """What the second half reads of the first."""
    return [v for v in free_values(Region((), tuple(late), tuple(results))) if v not in given]


def _measured(
    early: Sequence[Op], late: list[Op], results: Sequence[Operand], given: Sequence[Value]
) -> list[Op]:
    """The second half with the sizes of what it is given anyway taken there."""
    makers = {result: op for op in early for result in op.results}
    read = _read(late, results, given)
    bare = {
        v
        for v in read
        if all(_is_measure(op) for op in walk(Region((), tuple(late), ())) if v in op.operands)
    }
    bare -= set(results) | {
        v for op in walk(Region((), tuple(late), ())) for r in _inner(op) for v in r.results
    }
    doubtful = partial(Region((), tuple(early), ()), unmade(Region((), tuple(early), ())))
    held = [v for v in read if v not in bare and v not in doubtful]

    def twin(value: Operand) -> Operand | None:
        """What is given anyway, and has the sizes of a value."""
        same = (v for v in held if isinstance(v.type, Array) and v.type == value.type)
        return value if value in held else next(same, None)

    sizes: list[Op] = []
    for value in read:
        op = makers.get(value)
        if isinstance(op, Apply) and _is_measure(op) and (other := twin(op.operands[0])) is not None:
            sizes.append(replace(op, operands=(other,), location=op.location.reversed()))
    # an array that is there for its size alone need not go with them, where another one has that size
    twins = {value: other for value in bare if (other := twin(value)) is not None}
    return list(substitute(Region((), (*sizes, *late), ()), twins).ops)


def _is_measure(op: Op) -> bool:
    return isinstance(op, Apply) and op.primitive in ("shape", "size", "count")


def _inner(op: Op) -> tuple[Region, ...]:
    return () if isinstance(op, Apply) else op.regions


def _names(
    read: Sequence[Value], params: dict[Value, Param], described: Descriptions, seed: str
) -> list[str]:
    """Names for what the second half is given: those of the source, each once."""
    names: list[str] = []
    for value in read:
        text = params[value].text if value in params else ""
        wanted = text if text.isidentifier() else value.name or described.of(value) or "t"
        name, number = wanted, 0
        while name in names or name in (seed, "np", "math", "cmath", "warnings") or keyword.iskeyword(name):
            number += 1
            name = f"{wanted}_{number}"
        names.append(name)
    return names


def without(signature: Sequence[str], name: str) -> tuple[str, ...]:
    """A parameter list without a keyword, and without a star that stood before that alone."""
    texts = [text for text in signature if text != name]
    if texts and texts[-1] == "*":
        texts.pop()
    return tuple(texts)

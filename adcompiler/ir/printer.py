"""The IR as text, for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While

# unknown sizes are numbered in the order in which they are made; in the text, in that of their appearance
_UNKNOWN = re.compile(r"(?<=\?)([a-z]+)#\d+")
Remark: TypeAlias = "Callable[[For | While], str]"


class _Names:
    """A name for every value: its own, numbered where it is taken. `remark`: what else is said of a loop."""

    def __init__(self, remark: Remark) -> None:
        self.remark = remark
        self.given: dict[Value, str] = {}
        self.taken: dict[str, int] = {}

    def __call__(self, operand: Operand) -> str:
        if isinstance(operand, Const):
            return repr(operand.value)
        if operand not in self.given:
            base = operand.name or "t"
            count = self.taken[base] = self.taken.get(base, -1) + 1
            self.given[operand] = f"%{base}" if not count else f"%{base}.{count}"
        return self.given[operand]


def print_function(function: Function, remark: Remark = lambda loop: "") -> str:
    """A function as text: one op a line, regions indented, the source line behind, and a remark behind loops."""
    names = _Names(remark)
    params = ", ".join(
        f"{names(value)}: {value.type}" + (f" = {param.text}" if not param.text.isidentifier() else "")
        for value, param in zip(function.body.params, function.params, strict=True)
    )
    lines = [f"func {function.name}({params}):"]
    lines.extend(_region(function.body, names, 1))
    lines.append("    return " + ", ".join(names(r) for r in function.body.results))
    numbers: dict[str, int] = {}
    return _UNKNOWN.sub(
        lambda found: f"{found[1]}{numbers.setdefault(found[0], len(numbers))}", "\n".join(lines)
    )


def _region(region: Region, names: _Names, depth: int) -> Iterator[str]:
    for op in region.ops:
        yield from _op(op, names, depth)


def _note(op: Op, names: _Names) -> str:
    sweep = "adjoint of " if op.location.adjoint else ""
    notes = [f"{sweep}line {op.location.line}"] if op.location.text else []
    if isinstance(op, For | While) and (remark := names.remark(op)):
        notes.append(remark)
    return f"    # {', '.join(notes)}" if notes else ""


def _op(op: Op, names: _Names, depth: int) -> Iterator[str]:
    pad = "    " * depth
    match op:
        case Apply(primitive, operands, _, attrs, _, _):
            shown = [names(o) for o in operands]
            shown += [
                f"{key}={_attr(value)}"
                for key, value in attrs
                if value not in (None, (), "") or key == "index"
            ]
            yield f"{pad}{_results(op, names)}{primitive}({', '.join(shown)}){_note(op, names)}"
        case Call(callee, operands):
            yield f"{pad}{_results(op, names)}call {callee}({', '.join(names(o) for o in operands)}){_note(op, names)}"
        case If(condition, then, orelse):
            yield f"{pad}{_results(op, names)}if {names(condition)}:{_note(op, names)}"
            yield from _region(then, names, depth + 1)
            yield f"{pad}    yield {', '.join(names(r) for r in then.results)}"
            yield f"{pad}else:"
            yield from _region(orelse, names, depth + 1)
            yield f"{pad}    yield {', '.join(names(r) for r in orelse.results)}"
        case For(start, stop, step, inits, body):
            order = "reversed range" if op.backwards else "range"
            index, *carried = body.params
            bounds = f"{order}({names(start)}, {names(stop)}, {names(step)})"
            header = f"{_results(op, names)}for {names(index)} in {bounds}{_carries(inits, carried, names)}"
            yield f"{pad}{header}{_keeps(op)}:{_note(op, names)}"
            yield from _region(body, names, depth + 1)
            yield f"{pad}    yield {', '.join(names(r) for r in body.results)}"
        case While(inits, condition_region, body):
            header = f"{_results(op, names)}while{_carries(inits, list(condition_region.params), names)}"
            yield f"{pad}{header}{_keeps(op)}:{_note(op, names)}"
            yield from _region(condition_region, names, depth + 1)
            yield f"{pad}    test {', '.join(names(r) for r in condition_region.results)}"
            yield f"{pad}do:"
            yield from _region(body, names, depth + 1)
            yield f"{pad}    yield {', '.join(names(r) for r in body.results)}"


def _attr(value: object) -> str:
    return str(value) if not isinstance(value, str) else repr(value)


def _results(op: Op, names: _Names) -> str:
    if not op.results:
        return ""
    return ", ".join(f"{names(r)}: {r.type}" for r in op.results) + " = "


def _keeps(op: For | While) -> str:
    return "" if op.slots is None else f" slots={op.slots}"


def _carries(inits: tuple[Operand, ...], params: list[Value], names: _Names) -> str:
    pairs = ", ".join(f"{names(p)} = {names(i)}" for p, i in zip(params, inits, strict=True))
    return f" carrying ({pairs})" if pairs else ""

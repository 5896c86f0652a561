"""A check of the variables of NumPy code: what they hold is followed symbolically, statement by statement.

Of every program, and independent of how `names.py` chooses them: where a value is read, its variable must
hold that value on every path that leads there. It takes a hundredth of the time of a transformation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from adcompiler.analysis.liveness import is_write
from adcompiler.emit.variables import Names, same_sizes
from adcompiler.errors import InternalError
from adcompiler.ir.core import Apply, Call, For, If, Operand, Region, Value, While, walk

# what a variable may hold: one value, or after a loop or branch one of several; then only sizes may be read
State: TypeAlias = "dict[str, frozenset[Value]]"


def verify(names: Names) -> None:
    """Run the variables symbolically; InternalError where one is read that holds another value."""
    state: State = {}
    _set(names, (value for value in names.function.body.params), state)
    _run(names, names.function.body, state)
    _read(names, names.function.body.results, state)


def _read(names: Names, operands: Iterable[Operand], state: State) -> None:
    for operand in operands:
        for value, sized in names.live.leaves(operand):
            _check(names, value, sized, state)


def _check(names: Names, value: Value, sized: bool, state: State) -> None:
    if value in names.unbound or value in names.paths:
        return
    variable = names.of.get(value, "")
    held = state.get(variable, frozenset())
    if held == {value} or (sized and held and all(same_sizes(other, value, names.buffers) for other in held)):
        return
    raise InternalError(
        f"names: {value!r} is read from {variable or 'nowhere'}, which holds {sorted(map(repr, held))}"
    )


def _set(names: Names, values: Iterable[Value], state: State) -> None:
    for value in values:
        if value in names.of:
            state[names.of[value]] = frozenset({value})


def _run(names: Names, region: Region, state: State) -> None:
    for op in region.ops:
        if op in names.folding.dead or (op.results and op.results[0] in names.folding.inline):
            continue
        match op:
            case Apply(primitive="undefined"):
                continue
            case If():
                _read(names, [op.condition], state)
                after = [_run_arm(names, op, arm, state) for arm in op.regions]
                state.clear()
                state.update({k: held | after[1][k] for k, held in after[0].items() if k in after[1]})
            case For() | While():
                _run_loop(names, op, state)
            case _:
                _run_op(names, op, state)
        _set(names, op.results, state)


def _run_op(names: Names, op: Apply | Call, state: State) -> None:
    for value, sized in names.live.leaves_of(op):
        _check(names, value, sized, state)
    if not isinstance(op, Apply) or not _is_change(names, op) or op.result not in names.of:
        return
    number = names.buffers.accumulations.get(op, 0)
    target, variable = op.operands[number], names.of[op.result]
    if op in names.buffers.in_place and isinstance(target, Value) and names.of.get(target) == variable:
        return
    # first the variable is bound to what is to be changed, or to a copy, which may go by its name; the rest is read then
    for operand in op.operands[:number] + op.operands[number + 1 :]:
        for value, sized in names.live.leaves(operand):
            if value is not target and names.of.get(value) == variable:
                _check(names, value, sized, {variable: frozenset({op.result})})


def _is_change(names: Names, op: Apply) -> bool:
    return is_write(op) or op in names.buffers.in_place or names.buffers.copies(op)


def _run_arm(names: Names, op: If, arm: Region, state: State) -> State:
    inner = dict(state)
    if op not in names.folding.conditional:
        _run(names, arm, inner)
    _read(names, [v for v, result in zip(arm.results, op.results, strict=True) if result in names.of], inner)
    return inner


def _run_loop(names: Names, loop: For | While, state: State) -> None:
    _read(names, loop.inits, state)
    if isinstance(loop, For):
        started = dict(state)
        _set(names, loop.body.params[1:], started)
        _read(names, (loop.start, loop.stop, loop.step), started)
    for variable, values in _assigned(names, loop).items():
        if variable in state:
            state[variable] |= values
    for region in loop.regions:
        inner = dict(state)
        # the index comes last: it may take the variable of a carried value that the body does not read
        _set(names, reversed(region.params), inner)
        _run(names, region, inner)
        _read(names, region.results, inner)


def _assigned(names: Names, loop: For | While) -> dict[str, frozenset[Value]]:
    inside = [value for region in loop.regions for value in region.params]
    for region in loop.regions:
        for op in walk(region):
            inside += op.results
            if not isinstance(op, Apply):
                inside += [param for inner in op.regions for param in inner.params]
    assigned: dict[str, frozenset[Value]] = {}
    for value in inside:
        if value in names.of:
            assigned[names.of[value]] = assigned.get(names.of[value], frozenset()) | {value}
    return assigned

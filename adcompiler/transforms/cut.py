"""The cheapest values to keep, of those from which others can be computed.

a = f(x); b = g(a); c = h(a)        with b and c wanted, and f not to be computed again:
keep a, of the size of b, rather than b and c
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from adcompiler.ir.core import Value

# a value as what goes in and as what comes out; None for what is never computed again, and for what is wanted
_Node: TypeAlias = tuple[Value, bool] | bool
SOURCE, SINK = False, True
_Flows: TypeAlias = dict[_Node, dict[_Node, int]]


def cut(
    wanted: Iterable[Value],
    inputs: Mapping[Value, tuple[Value, ...] | None],
    cost: Callable[[Value], int],
    effort: Callable[[Value], int],
    late: bool,
) -> list[Value]:
    """The values to keep, in the order of `inputs`, such that what they cost, and the effort to compute from them all
    that is wanted, is least.

    `inputs` has, for each value, those that it is computed from, or None where it is not to be computed again. Of cuts
    that cost the same, `late` takes the one with the least to compute, otherwise the one closest to the inputs. The
    smallest cut is where the largest flow from what is not computed to what is wanted has no more room (Ford and
    Fulkerson; paths are the shortest, as in Edmonds and Karp, 1972).
    """
    everything = sum(map(cost, inputs)) + sum(map(effort, inputs)) + 1
    room: _Flows = {SOURCE: {}, SINK: {}}
    for value in inputs:
        room[value, False], room[value, True] = {(value, True): cost(value)}, {}
    for value, origins in inputs.items():
        room[SOURCE][value, False] = everything if origins is None else effort(value)
        for origin in origins or ():
            room[origin, True][value, False] = everything
    for value in wanted:
        room[value, True][SINK] = everything
    while path := _path(room):
        flow = min(room[a][b] for a, b in path)
        for a, b in path:
            room[a][b] -= flow
            room[b][a] = room[b].get(a, 0) + flow
    if late:
        reached = _reached(_turned(room), SINK)
        return [v for v in inputs if (v, True) in reached and (v, False) not in reached]
    reached = _reached(room, SOURCE)
    return [v for v in inputs if (v, False) in reached and (v, True) not in reached]


def _reached(room: _Flows, start: _Node) -> dict[_Node, _Node]:
    """What can be reached where there is room, with where it was reached from, the nearest first."""
    reached: dict[_Node, _Node] = {start: start}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for node, left in room[here].items():
            if left and node not in reached:
                reached[node] = here
                queue.append(node)
    return reached


def _path(room: _Flows) -> list[tuple[_Node, _Node]]:
    """A shortest path with room, as its steps; empty where there is none."""
    reached = _reached(room, SOURCE)
    steps: list[tuple[_Node, _Node]] = []
    node: _Node = SINK
    while node in reached and node is not SOURCE:
        steps.append((reached[node], node))
        node = reached[node]
    return steps


def _turned(room: _Flows) -> _Flows:
    """The same with every direction turned round."""
    turned: _Flows = {node: {} for node in room}
    for a, others in room.items():
        for b, left in others.items():
            turned[b][a] = left
    return turned

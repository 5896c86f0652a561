"""Loops over elements stay in place on XLA: copies of carried arrays in the bodies of loops, counted in its HLO.

What XLA compiled is read as text. A copy of an array that a loop carries, made in each trip, costs as much as the
whole array is long; so does any other operation of an innermost loop that gives a whole carried array and is not
an update of a part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest
from jax import lax

from adcompiler import grad
from adcompiler.bench.contenders import program_of
from adcompiler.bench.kernels import KERNELS
from adcompiler.compiled import Xla

BY_ELEMENT = {
    kernel.name: kernel for kernel in KERNELS if (kernel.group, kernel.grain) == ("loops", "element")
}
# how many copies there still are where there are any
KNOWN = {
    "lu": 4,
    "durbin": 6,
    "floyd_warshall": 8,
    "particle_in_cell": 2,
    "adi": 20,
    "shallow_water": 7,
}
# what gives an array without going over it, or updates a part of one where it lies
FREE = frozenset(
    "parameter get-tuple-element tuple bitcast while call conditional dynamic-update-slice scatter".split()
)

_HEADER = re.compile(r"(?:ENTRY )?%?([\w.\-]+) \(.*\) -> .* \{$")
_LINE = re.compile(r"(ROOT )?%?([\w.\-]+) = (\(.*?\)|\S+) ([\w\-]+)\((.*)$")
_CALLED = re.compile(
    r"(?:calls|to_apply|body|branch_computations|true_computation|false_computation)=(?:\{([^}]*)\}|([%\w.\-]+))"
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction of HLO: its type, such as `f64[3,4]{1,0}`, and the computations that it calls."""

    type: str
    operation: str
    root: bool
    called: tuple[str, ...]


def computations(text: str) -> dict[str, list[Instruction]]:
    """The computations of a module by name, from its text."""
    found: dict[str, list[Instruction]] = {}
    current: list[Instruction] = []
    for line in text.splitlines():
        if header := _HEADER.match(line):
            current = found.setdefault(header[1], [])
        elif parts := _LINE.match(line.strip()):
            root, _, type, operation, rest = parts.groups()
            names = [several or one for several, one in _CALLED.findall(rest)]
            called = tuple(name.strip(" %") for group in names for name in group.split(","))
            current.append(Instruction(type, operation, bool(root), called))
    return found


def expensive(text: str) -> list[str]:
    """The operations in loop bodies that go over a whole carried array, as `operation type`."""
    module = computations(text)
    loops = [op for body in module.values() for op in body if op.operation == "while"]
    return [
        f"{op.operation} {op.type}"
        for loop in loops
        for op in within(module, loop.called[0])
        if op.type in arrays(loop.type) and (op.operation == "copy" or whole(module, op, loop.called[0]))
    ]


def whole(module: dict[str, list[Instruction]], op: Instruction, body: str) -> bool:
    """Whether an op of an innermost loop makes an array anew."""
    if any(inner.operation == "while" for inner in within(module, body)):
        return False
    if op.operation != "fusion":
        return op.operation not in FREE
    return not any(one.operation == "dynamic-update-slice" for one in module[op.called[0]])


def within(module: dict[str, list[Instruction]], name: str) -> Iterator[Instruction]:
    """What one trip does: the instructions of a body, of branches and of calls, inner loops apart."""
    for op in module[name]:
        yield op
        if op.operation in ("call", "conditional"):
            for called in op.called:
                yield from within(module, called)


def arrays(type: str) -> set[str]:
    """The arrays of a tuple type; those of one element are left out."""
    found = re.findall(r"(\w+\[([\d,]*)\](?:\{[^}]*\})?)", type)
    return {one for one, sizes in found if set(sizes.split(",")) - {"", "1"}}


@pytest.mark.parametrize("name", BY_ELEMENT)
def test_element_loops_stay_in_place(name: str) -> None:
    """Each kernel over elements: no copies, or no more than are known."""
    kernel = BY_ELEMENT[name]
    args = kernel.make(kernel.sizes["small"])
    program = Xla(program_of(kernel, args))
    found = expensive(program.executable(*args).as_text())
    assert len(found) <= KNOWN.get(name, 0), found
    for ours, numpys in zip(
        jax.tree.leaves(program(*args)),
        jax.tree.leaves(grad(kernel.numpy, kernel.argnums)(*args)),
        strict=True,
    ):
        np.testing.assert_allclose(ours, numpys, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("ordered", "copies"), [(True, False), (False, True)])
def test_copies_are_found(ordered: bool, copies: bool) -> None:
    """A store that depends on what was read before is made in place; one that depends on nothing is not."""

    def body(i: Any, carry: Any) -> Any:
        x, y = carry
        t = lax.dynamic_slice(x, (i,), (1,))
        stored = -t if ordered else jax.numpy.zeros(1)
        return lax.dynamic_update_slice(x, stored, (i,)), lax.dynamic_update_slice(y, t, (i,))

    def moved(x: Any, y: Any) -> Any:
        return lax.fori_loop(0, 50, body, (x, y))

    arrays = jax.numpy.ones(50), jax.numpy.zeros(50)
    options = {"xla_disable_hlo_passes": "fusion"}
    found = expensive(jax.jit(moved).lower(*arrays).compile(compiler_options=options).as_text())
    assert {op.partition(" ")[0] for op in found} == ({"copy"} if copies else set())


def test_whole_arrays_are_found() -> None:
    """An innermost loop that makes its array anew in each trip is found too."""
    f = jax.jit(lambda x: lax.fori_loop(0, 50, lambda i, x: x + jax.numpy.sin(x), x))
    assert expensive(f.lower(jax.numpy.ones(50)).compile().as_text())

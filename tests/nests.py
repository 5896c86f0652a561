"""Random nests of loops that read and write an array, and the IR executed to see which reads survive.

Each write stores a number that no other write stores, so what was read is still in the array afterwards exactly
where no later write reached it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from interpreter import Interpreter, evaluate
from modules import saved

from adcompiler.analysis.overwrites import rereads
from adcompiler.analysis.versions import Versions
from adcompiler.frontend.lower import lower
from adcompiler.ir.core import Apply, Call, For, If, Region, Value, While, walk
from adcompiler.ir.types import Array

MARK = "count += 1.0"


@dataclass
class Writer:
    """Writes one program; `names` are the indices in sight."""

    choose: random.Random
    rank: int
    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    fresh: int = 0

    def program(self) -> str:
        """A function of an array and an array of indices."""
        self.lines = ["import numpy as np", "", "", "def f(x, picks):"]
        self.lines += ["    A = x.copy()", "    n = A.shape[0]", "    count = 1000.0", "    s = 0.0"]
        for _ in range(self.choose.choice((1, 1, 2))):
            self.loop(1)
        if self.choose.random() < 0.4:
            self.write(1)
        self.lines.append("    return s + np.sum(A)")
        return "\n".join(self.lines) + "\n"

    def put(self, depth: int, text: str) -> None:
        """A line."""
        self.lines.append("    " * depth + text)

    def number(self) -> str:
        """An affine integer."""
        if not self.names or self.choose.random() < 0.12:
            return self.choose.choice(("0", "1", "2", "-1", "-2", "n - 1"))
        name = self.choose.choice(self.names)
        other = self.choose.choice(self.names)
        forms = (name,) * 6 + (f"{name} + 1", f"{name} - 1") * 2
        rare = (
            f"n - 1 - {name}",
            f"-{name}",
            f"-1 - {name}",
            f"{name} + {other}",
            f"{name} - {other}",
            f"2 * {name}",
        )
        return self.choose.choice(forms + rare)

    def loop(self, depth: int) -> None:
        """A loop with a body."""
        name = "kijl"[depth - 1] + (str(self.fresh) if self.fresh else "")
        self.fresh += 1
        low, high = self.bound("0"), self.bound("n")
        kind = self.choose.random()
        if kind < 0.55:
            self.put(depth, f"for {name} in range({low}, {high}):")
        elif kind < 0.65:
            self.put(depth, f"for {name} in reversed(range({low}, {high})):")
        elif kind < 0.75:
            self.put(depth, f"for {name} in range({high} - 1, {low} - 1, -1):")
        elif kind < 0.85:
            self.put(depth, f"for {name} in range({low}, {high}, 2):")
        else:
            self.put(depth, f"{name} = {low}")
            self.put(depth, f"while {name} < {high}:")
        self.names.append(name)
        self.body(depth + 1)
        if kind >= 0.85:
            self.put(depth + 1, f"{name} += 1")
        elif self.choose.random() < 0.15:
            self.put(depth + 1, "if s > 3000.0:")
            self.put(depth + 2, "break")
        self.names.pop()

    def bound(self, usual: str) -> str:
        """Where a loop starts or stops."""
        if not self.names or self.choose.random() < 0.5:
            return self.choose.choice((usual, usual, "1" if usual == "0" else "n - 1"))
        name = self.choose.choice(self.names)
        return self.choose.choice((name, f"{name} + 1"))

    def body(self, depth: int) -> None:
        """Some statements."""
        count = self.choose.choice((1, 2, 2, 3))
        nested = self.choose.randrange(count) if depth < 4 and self.choose.random() < 0.75 else -1
        for k in range(count):
            if k == nested:
                self.loop(depth)
                continue
            inner = depth
            if len(self.names) > 1 and self.choose.random() < 0.15:
                a, b = self.choose.sample(self.names, 2)
                self.put(depth, f"if {a} {self.choose.choice(('<', '<=', '>', '==', '!='))} {b}:")
                inner += 1
            if self.choose.random() < 0.5:
                self.put(inner, f"s += {self.part(0.3)}")
            else:
                self.write(inner)

    def write(self, depth: int) -> None:
        """A store of a number that is stored nowhere else."""
        target = self.place(0.15)
        self.put(depth, MARK)
        self.put(depth, f"{target} = count")

    def part(self, slices: float) -> str:
        """A number that is read from the array."""
        found = self.place(slices)
        return f"np.sum({found})" if ":" in found or found.count(",") + 1 < self.rank else found

    def place(self, slices: float) -> str:
        """A part of the array."""
        entries = [self.entry(slices) for _ in range(self.rank)]
        return f"A[{', '.join(entries)}]"

    def entry(self, slices: float) -> str:
        """An index or a slice."""
        if self.choose.random() < slices:
            number = self.number()
            return self.choose.choice(
                (":", f":{number}", f"{number}:", f"{number}:{number} + 2", "::2", "1::2")
            )
        if self.names and self.choose.random() < 0.05:
            return f"picks[{self.choose.choice(self.names)}]"
        return self.number()


@dataclass(frozen=True)
class Nest:
    """A program over an array of a rank."""

    rank: int
    text: str

    def lowered(self, size: int, folder: Path) -> tuple[Region, list[Any]]:
        """Its IR for an array of a size, and one more in its second axis; and the arguments."""
        shape = (size, size + 1)[: self.rank]
        x = np.arange(np.prod(shape)).reshape(shape) * 0.125
        picks = np.array([(3 * k + 1) % size for k in range(size)])
        f = saved(self.text, folder / "nest.py").f
        return lower(f, (x, picks), {}, frozenset({"x"})).region, [x, picks]


def nest(seed: int) -> Nest:
    """The program of a seed."""
    choose = random.Random(seed)
    rank = choose.choice((1, 2))
    return Nest(rank, Writer(choose, rank).program())


@dataclass
class Reads(Interpreter):
    """Executes a region, and looks for what was read in the versions that are said to have it still."""

    claims: dict[Apply, list[Apply]] = field(default_factory=dict)
    pending: dict[Value, list[tuple[Apply, list[Any], Any]]] = field(default_factory=dict)
    compared: int = 0

    def op(self, op: Apply | If | For | While | Call) -> None:
        """Execute one op; compare what it ends with what was read before."""
        super().op(op)
        for result in op.results:
            for claim, indices, expected in self.pending.pop(result, ()):
                found = evaluate(claim, [self.env[result], *indices])
                assert np.array_equal(found, expected), (
                    f"{claim.operands[0]} does not have what {op.location} read"
                )
                self.compared += 1
        for claim in self.claims.get(op, ()) if isinstance(op, Apply) else ():
            source = claim.operands[0]
            assert isinstance(source, Value)
            indices = [self.read(operand) for operand in claim.operands[1:]]
            expected = self.env[op.result]
            if op.primitive == "setitem":
                expected = evaluate(claim, [expected, *indices])
            self.pending.setdefault(source, []).append((claim, indices, expected))


def reads(inside: Region) -> Iterator[tuple[Apply, Apply]]:
    """Each op that reads or stores a part of an array, and the read that gives it."""
    for op in walk(inside):
        match op:
            case Apply(primitive="getitem", operands=(Value(type=Array()), *_)):
                yield op, op
            case Apply(primitive="setitem"):
                yield op, replace(op, primitive="getitem", operands=(op.result, *op.operands[2:]))


def claims(inside: Region) -> dict[Apply, list[Apply]]:
    """For each op that reads or stores, the later reads that are said to give the same."""
    versions = Versions(inside)
    return {
        op: [found for found in rereads(read, versions) if found.operands[0] is not read.operands[0]]
        for op, read in reads(inside)
    }

"""What is known of the primal sweep: where its values are made, and what its loops and branches have to give out."""

from __future__ import annotations

from dataclasses import dataclass, field

from adcompiler.analysis.described import Descriptions
from adcompiler.analysis.versions import Versions
from adcompiler.ir.core import Apply, Call, If, Op, Region, Structured, Value
from adcompiler.ir.dims import Dim
from adcompiler.ir.types import Array


@dataclass(slots=True)
class Tape:
    """One recorded value of a loop: where its tape starts, is carried and ends."""

    value: Value
    param: Value
    result: Value
    after: Value | None = None  # the value after the trip, when both are needed


@dataclass(slots=True)
class Site:
    """Where a value of the primal sweep is defined: in which arm or body of which op."""

    tag: int
    arm: int


@dataclass(slots=True)
class Export:
    """What a structured op of the primal sweep must give out in addition."""

    tapes: list[Tape] = field(default_factory=list)
    values: list[tuple[Value, Value]] = field(default_factory=list)
    shapes: dict[Value, Apply] = field(
        default_factory=dict
    )  # shapes to be taken of values where these are made
    reads: dict[Op, Op] = field(default_factory=dict)  # what is to be read before a write


class Primal:
    """The primal sweep of a region: its structured ops, and where each value is made."""

    def __init__(self, region: Region) -> None:
        self.ops: dict[int, Structured] = {}
        self.sites: dict[Value, Site] = {}
        self.parents: dict[int, int] = {}
        self.makers: dict[Value, Op] = {}
        self.descriptions = Descriptions(self.makers)
        self.versions = Versions(region)
        self.rereads: dict[
            Value, list[Apply]
        ] = {}  # other reads that give a value, as far as these were asked for
        self.exports: dict[int, Export] = {}
        self.visible: dict[tuple[Dim, ...], Value] = {}  # an array of each shape that the whole region sees
        made = (result for op in region.ops if _sees_shapes(op) for result in op.results)
        for value in (*region.params, *made):
            if isinstance(value.type, Array) and value.type.rank:
                self.visible.setdefault(value.type.shape, value)
        self._index(region.ops, None)

    def _index(self, ops: tuple[Op, ...], site: Site | None) -> None:
        for op in ops:
            self.descriptions.note(op)
            if site is not None:
                self.sites.update(dict.fromkeys(op.results, site))
            if isinstance(op, (Apply, Call)) or op.reverses is not None:
                continue
            self.ops[op.tag] = op
            if site is not None:
                self.parents[op.tag] = site.tag
            arms = op.regions if isinstance(op, If) else (op.body,)
            for arm, inner in enumerate(arms):
                here = Site(op.tag, arm)
                for param in inner.params:
                    self.sites[param] = here
                self._index(inner.ops, here)

    def at(self, value: Value, tag: int, arm: int) -> bool:
        """Whether a value belongs to this region of the primal."""
        site = self.sites.get(value)
        return site is not None and site.tag == tag and site.arm == arm

    def read_before(self, read: Apply, write: Apply, tag: int) -> None:
        """Note that the loop with this tag is to read something before one of its writes."""
        self.export(tag).reads[write] = read
        self.makers[read.result] = self.versions.makers[read.result] = read
        self.sites[read.result] = self.sites[write.result]
        self.versions.homes[read.result] = self.versions.homes[write.result]

    def export(self, tag: int) -> Export:
        """What the op with this tag gives out in addition."""
        return self.exports.setdefault(tag, Export())

    def define(self, value: Value, tag: int) -> None:
        """Note that a new value is defined beside the op with this tag."""
        parent = self.parents.get(tag)
        if parent is None:
            return
        owner = self.ops[parent]
        arms = owner.regions if isinstance(owner, If) else (owner.body,)
        for arm, inner in enumerate(arms):
            if any(not isinstance(o, (Apply, Call)) and o.tag == tag for o in inner.ops):
                self.sites[value] = Site(parent, arm)


def _sees_shapes(op: Op) -> bool:
    """Whether an op of the primal sweep gives arrays that have their shapes on every path."""
    return not op.location.adjoint and isinstance(op, Apply) and op.primitive != "undefined"

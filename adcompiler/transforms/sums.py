"""Sums of cotangents: what contributions to the cotangent of a value make together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.types import Array, Seq
from adcompiler.primitives.build import apply
from adcompiler.transforms.cotangents import constant, filled, is_item

Adjoints = dict[Value, Operand]


@dataclass(slots=True)
class Sums:
    """How cotangents are added up: for which values, in which dtypes, and what the sums are called."""

    varied: set[Value]
    strong: bool  # whether constants are NumPy's
    names: dict[Value, str] = field(default_factory=dict)
    given: set[Value] = field(default_factory=set)  # cotangents of results, which have names

    def add(self, builder: Builder, adjoints: Adjoints, target: Operand, contribution: Operand) -> None:
        """Add a contribution to the cotangent of a value, in the value's own dtype and shape."""
        if not isinstance(target, Value) or target not in self.varied:
            return
        contribution = self._fitted(builder, contribution, target)
        name = f"d{target.name}" if target.name else ""
        have = adjoints.get(target)
        last = builder.ops[-1] if builder.ops else None
        if isinstance(last, Apply) and contribution in last.results and last.primitive == "scatter":
            builder.ops.pop()
            value, _, *indices = last.operands
            base = have if have is not None else self.zeros(builder, target, name)
            total: Operand = apply(
                builder, "add_at", base, value, *indices, index=last.attr("index"), hint=name
            )
        elif isinstance(last, Apply) and contribution in last.results and is_item(last, builder):
            builder.ops.pop()
            base = have if have is not None else self.zeros(builder, target, name)
            total = apply(builder, "seq_add", base, *last.operands[1:], hint=name)
        elif have is None:
            total = self._named(contribution, name)
        elif isinstance(target.type, Seq):
            total = apply(builder, "seq_plus", have, contribution, hint=name)
        else:
            total = self._named(apply(builder, "add", have, contribution), name)
        adjoints[target] = total

    def _fitted(self, builder: Builder, contribution: Operand, target: Value) -> Operand:
        """The contribution with the shape and dtype of its target."""
        have, want = contribution.type, target.type
        if not isinstance(have, Array) or not isinstance(want, Array):
            return contribution
        if have.dtype.kind == "c" and want.dtype.kind == "f":
            contribution = apply(builder, "real", contribution)
            have = replace(have, dtype=np.dtype(f"f{have.dtype.itemsize // 2}"))
        # beside another precision a Python float would take that one
        if have.dtype != want.dtype or (self.strong and have.weak and not want.weak):
            contribution = self._cast(builder, contribution, want)
        return contribution

    def _cast(self, builder: Builder, contribution: Operand, want: Array) -> Operand:
        """The contribution in another dtype."""
        if isinstance(contribution, Const):
            return constant(contribution.value, want.dtype, self.strong)
        return apply(builder, "astype", contribution, dtype=want.dtype)

    def zeros(self, builder: Builder, like: Value, name: str = "") -> Operand:
        """A zero cotangent."""
        match like.type:
            case Seq():
                return apply(builder, "seq_zeros", like, hint=name)
            case Array(dtype=dtype, shape=()):
                return constant(0, dtype, self.strong)
            case Array(dtype=dtype):
                return apply(builder, "zeros_of", apply(builder, "shape", like), dtype=dtype, hint=name)
        raise TypeError(f"no cotangent for {like.type}")

    def final(self, builder: Builder, adjoints: Adjoints, value: Value) -> Operand:
        """The cotangent of an input; zeros where nothing depends on it."""
        found = adjoints.get(value)
        if found is None:
            return self.zeros(builder, value, f"d{value.name}" if value.name else "")
        return filled(builder, found, value)

    def _named(self, operand: Operand, name: str) -> Operand:
        """The operand, to be called `name` if nothing calls it otherwise."""
        if name and isinstance(operand, Value) and not operand.name and operand not in self.given:
            self.names.setdefault(operand, name)
        return operand

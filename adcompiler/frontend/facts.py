"""What else is known where a truth value is true, or where it is false: `x is None` says that x is not present."""

from __future__ import annotations

from dataclasses import dataclass, field

from adcompiler.ir.core import Operand, Value


@dataclass(slots=True)
class Facts:
    """The truth values that follow from others."""

    implied: dict[tuple[Operand, bool], list[tuple[Operand, bool]]] = field(default_factory=dict)

    def implies(self, value: Operand, holds: bool, *facts: tuple[Operand, bool]) -> None:
        """Note what else is known where `value` is true, or where it is false."""
        if isinstance(value, Value):
            self.implied.setdefault((value, holds), []).extend(facts)

    def follows(self, value: Operand, holds: bool) -> dict[Operand, bool]:
        """All that is known where `value` is true, or where it is false."""
        found: dict[Operand, bool] = {}
        rest = [(value, holds)]
        while rest:
            fact = rest.pop()
            if fact[0] not in found:
                found[fact[0]] = fact[1]
                rest.extend(self.implied.get(fact, ()))
        return found

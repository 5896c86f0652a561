"""What a comparison of a gradient with finite differences found, and how values are told to people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Report:
    """How far a computed gradient is from finite differences; `str(report)` is one line for people.

    The worst component is the one that exceeds its tolerance most, or comes nearest to it: `path` and
    `index` say which. `max_relative` is relative to the larger of the two values, over components whose
    difference is more than finite differences can tell. `checked` is less than `components` where only a
    sample was compared.
    """

    agrees: bool
    max_absolute: float
    max_relative: float
    path: str
    index: tuple[int, ...]
    computed: complex
    expected: complex
    uncertainty: float
    checked: int
    components: int

    @property
    def place(self) -> str:
        """The worst component as Python text, such as `w['b'][2, 1]`."""
        return self.path + (f"[{', '.join(map(str, self.index))}]" if self.index else "")

    def __str__(self) -> str:
        if self.components == 0:
            return "nothing to compare: no argument can vary"
        count = f"{self.checked}" + (f" of {self.components}" if self.checked < self.components else "")
        noun = "component" if self.components == 1 else "components"
        what = "agrees with" if self.agrees else "DISAGREES with"
        return (
            f"{what} finite differences ({count} {noun}): "
            f"largest difference {self.max_absolute:.2g} absolute, {self.max_relative:.2g} relative; "
            f"worst at {self.place}: {shown(self.computed)}, "
            f"finite differences {shown(self.expected)} ± {self.uncertainty:.1g}"
        )


def kind_of(value: object) -> str:
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return f"a {type(value).__name__}" if value is not None else "None"
    return f"of dtype {dtype} and shape {np.asarray(value).shape}"


def shown(value: complex) -> str:
    return f"{value.real:.10g}" if value.imag == 0 else f"{value:.10g}"

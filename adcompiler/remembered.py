"""What a gradient object remembers of a signature: its code, and what runs for plain arguments at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcompiler.assumptions import still_holds

if TYPE_CHECKING:  # imported where it is needed: `import adcompiler` is to be fast
    from adcompiler.compiled import Xla
    from adcompiler.frontend.captures import Capture
    from adcompiler.native import Native
    from adcompiler.pipeline import Program


@dataclass(slots=True)
class Compiled:
    """The code for one signature."""

    program: Program
    guard: Callable[..., bool]
    numpy_function: Callable[..., object] | None = None
    jax_function: Xla | None = None
    numba_function: Native | None = None
    sources: dict[str, str] = field(default_factory=dict)

    def holds(self, arguments: Mapping[str, object]) -> bool:
        """Whether what was assumed while compiling is still so."""
        return still_holds(self.program.lowered, self.guard, arguments)


@dataclass(frozen=True, slots=True)
class Direct:
    """What runs for plain arguments of known types and shapes, while nothing outside has changed.

    by_leaf: whether it takes the list of the leaves of the arguments, and not these.
    """

    compiled: Compiled
    function: Callable[..., object]
    captures: Sequence[Capture]
    by_leaf: bool


def loops_called(backend: str) -> Callable[[Any], bool] | None:
    """Which loops XLA calls rather than runs."""
    if backend != "jax+numba":
        return None
    from adcompiler.kernel import takes

    return takes

"""A gradient by the adjoint as it was derived: what the passes that can be left out do not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcompiler.api import Gradient
from adcompiler.pipeline import NEEDED, Program, build
from adcompiler.sweeps import Request


class Unoptimised(Gradient):
    """A Gradient compiled with the passes alone without which nothing can be printed; the IR is verified."""

    def _program(self, args: Sequence[object], kwargs: Mapping[str, object], request: Request) -> Program:
        return build(self.primal, args, kwargs, request, check=True, passes=NEEDED)

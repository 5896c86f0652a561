"""Owns which code runs where the data decide whether a function gives real numbers or complex ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from adcompiler.errors import CompileError
from adcompiler.frontend.lower import Lowered
from adcompiler.frontend.outcomes import Outcome
from adcompiler.ir.types import generator_of

if TYPE_CHECKING:
    from adcompiler.pipeline import Program


class Made(Protocol):
    """What has been compiled."""

    @property
    def program(self) -> Program:
        """The program."""
        ...


M = TypeVar("M", bound=Made)
T = TypeVar("T")
HINT = "make the matrix complex: x.astype(complex)"


def settled(made: Callable[[frozenset[str] | None], M], run: Callable[[M], T], given: Sequence[object]) -> T:
    """What `run` gives with the code that `made` makes, for the calls that give complex numbers; None: as it was last.

    Where that finds numbers of the other kind, it is run anew with the code for these, from the same states of the random
    generators among what is `given`. CompileError where one run needs both.
    """
    compiled = made(None)
    if not compiled.program.lowered.outcomes:
        return run(compiled)
    states = [(one, _state(one)) for one in given if generator_of(one) is not None]
    tried: set[frozenset[str]] = set()
    while True:
        try:
            return run(compiled)
        except Exception as error:
            outcome = found_by(compiled.program.lowered, error)
            if outcome is None:
                raise
            tried.add(compiled.program.request.complex_at)
            complex_at = compiled.program.request.complex_at ^ {outcome.call}
            if complex_at in tried:
                raise CompileError.at(
                    outcome.location,
                    "this gives real numbers at one time and complex ones at another in the same run",
                    HINT,
                ) from error
        compiled = made(complex_at)
        for generator, state in states:
            _restore(generator, state)


def found_by(lowered: Lowered, error: Exception) -> Outcome | None:
    """Which call gave other numbers, if the error says that; under XLA JAX makes an error of its own of it."""
    text = str(error)
    return next((outcome for message, outcome in lowered.outcomes.items() if message in text), None)


def _state(generator: Any) -> Any:
    legacy = hasattr(generator, "get_state")
    return generator.get_state() if legacy else copy.deepcopy(generator.bit_generator.state)


def _restore(generator: Any, state: Any) -> None:
    if hasattr(generator, "set_state"):
        generator.set_state(state)
    else:
        generator.bit_generator.state = state


def refuse_traced(lowered: Lowered) -> None:
    """Refuse what is compiled for values that JAX traces, where the values would decide."""
    for outcome in lowered.outcomes.values():
        raise CompileError.at(
            outcome.location,
            "the data decide whether this gives real numbers or complex ones, and JAX traces them",
            HINT,
        )

"""Functions that mean something to the compiler, and nothing to Python."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


def stop_gradient(x: T) -> T:
    """x itself, through which nothing is differentiated, as jax.lax.stop_gradient: arrays, numbers and containers."""
    return x


class Checkpointed(Generic[P, R]):
    """A function whose calls are computed again in the reverse sweep; a call of it is a call of the function."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __get__(self, owner: object, kind: type | None = None) -> Callable[..., R]:
        if owner is None:
            return self
        bound: Callable[..., R] = self.function.__get__(owner, kind)
        return Checkpointed(bound)

    def __repr__(self) -> str:
        return f"checkpoint({self.function!r})"


@overload
def checkpoint(target: Callable[P, R]) -> Checkpointed[P, R]: ...
@overload
def checkpoint(target: T, slots: int | None = None) -> T: ...
def checkpoint(target: Any, slots: int | None = None) -> Any:
    """Spend time to save memory: less is kept for the reverse sweep, which computes the rest again.

    Of a function, also as a decorator: its calls keep their arguments alone, as with jax.checkpoint. Of what a `for`
    goes over, such as a range: the loop keeps what it carries at no more than `slots` trips at a time (at about the
    square root of twice the number of trips, if None), and the reverse sweep runs it again from there, on the
    schedule with the fewest trips (Griewank and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000). Of the condition
    of a `while`, which is then all of it: the same for that loop, which chooses these trips as it runs (Wang, Moin and
    Iaccarino, Minimal repetition dynamic checkpointing algorithm, SIAM J. Sci. Comput. 31(4), 2009), as does a `for`
    that is left early.
    ValueError: slots below 1. TypeError: slots of a function.
    """
    if slots is not None and (isinstance(slots, bool) or not isinstance(slots, int)):
        raise TypeError(f"slots is a number of trips or None, not {slots!r}")
    if slots is not None and slots < 1:
        raise ValueError(f"a checkpointed loop needs at least 1 slot, not {slots}")
    if not callable(target):
        return target
    if slots is not None:
        raise TypeError("slots belongs to the checkpoint of a loop: a function keeps its arguments")
    return Checkpointed(target)

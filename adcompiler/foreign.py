"""A function of the user's in the form that another library calls."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

from adcompiler.frontend.calls import call_object


class Foreign:
    """What another library calls in place of `primal`; inside of what is compiled it is `primal` itself."""

    def __init__(self, primal: Callable[..., Any], call: Callable[..., Any]) -> None:
        self.primal = primal
        self._call = call
        functools.update_wrapper(self, primal, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value, in the other library's arrays."""
        return self._call(*args, **kwargs)

    def __get__(self, owner: object, kind: type | None = None) -> Any:
        """As a method: the object is the first argument."""
        return self if owner is None else MethodType(self, owner)

    def inline_call(self, low: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """Lower a call inside a function that is being compiled."""
        return call_object(low, self.primal, "primal", arguments, keywords)

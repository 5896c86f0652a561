"""Distributions of scipy.stats with their parameters, made inside a function or outside."""

from __future__ import annotations

import sys
from types import MethodType
from typing import Any

from adcompiler.frontend.bindings import Binding, Static, Tup
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.definitions import definition_of
from adcompiler.frontend.definitions.distributions import Distribution
from adcompiler.frontend.objects import made
from adcompiler.frontend.outside import at, length, lift
from adcompiler.primitives.registry import path_of


def freeze(
    low: Lowering, function: object, origin: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding | None:
    """The object that a call of a distribution makes; None for other functions."""
    stats = sys.modules.get("scipy.stats")
    if stats is None:
        return None
    if function is not stats.multivariate_normal and not isinstance(
        function, (stats.rv_continuous, stats.rv_discrete)
    ):
        return None
    return made(low, Distribution, [Static(function, origin), *arguments], keywords)


def thawed(
    low: Lowering, function: object, origin: str
) -> tuple[object, list[Binding], dict[str, Binding]] | None:
    """The method that one of a distribution made outside stands for, and its parameters; None for other functions."""
    stats, owner = sys.modules.get("scipy.stats"), getattr(function, "__self__", None)
    copy: Any = getattr(owner, "dist", None)
    if (
        stats is None
        or not isinstance(function, MethodType)
        or not isinstance(copy, (stats.rv_continuous, stats.rv_discrete))
    ):
        return None
    law = getattr(stats, copy.name, None)
    method = getattr(law, function.__name__, None)
    if type(law) is not type(copy) or not (path_of(method) or definition_of(method)):
        return None
    whole: Any = owner
    parameters = lift(low, tuple(whole.args), f"{origin}.__self__.args", lambda: whole.args)
    assert isinstance(parameters, Tup)
    low.captures.append(Capture(length(lambda: whole.kwds), len(whole.kwds), origin))
    named = {
        name: lift(low, value, f"{origin}.__self__.kwds[{name!r}]", at(lambda: whole.kwds, name))
        for name, value in whole.kwds.items()
    }
    return method, list(parameters.items), named

"""Owns whether compiled code still holds: the sizes that it was made for, and what it read from outside."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from adcompiler import pytree
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.lower import Lowered
from adcompiler.frontend.structure import same_static
from adcompiler.ir.dims import Guard


def guard(guards: Sequence[Guard], names: Sequence[str]) -> Callable[..., bool]:
    """All guards as one function of the arguments."""
    tests = [f"({g.text}) == {g.expected!r}" for g in guards]
    text = f"lambda {', '.join(names)}: {' and '.join(tests) if tests else 'True'}"
    holds: Callable[..., bool] = eval(text, {"math": math, "np": np})
    return holds


def still_holds(lowered: Lowered, sizes: Callable[..., bool], arguments: Mapping[str, object]) -> bool:
    """Whether what was assumed while compiling is so for these arguments and now."""
    for capture in lowered.captures:
        try:
            now = capture.read()
        except Exception:  # noqa: BLE001  (what was read then cannot be read now: it has changed)
            return False
        expected = _reached(capture.argument, arguments) if capture.argument else capture.expected
        if now is not expected and not same_static(now, expected):
            return False
    outside = {array.name: array.read() for array in lowered.arrays}
    if lowered.written:
        # written to as an argument, such an array would change under its other name too
        given = set(map(id, pytree.flatten(dict(arguments))[0]))
        if not given.isdisjoint(map(id, outside.values())):
            return False
    return sizes(**arguments, **outside)


def unchanged(captures: Sequence[Capture]) -> bool:
    """Whether what was read from outside is the same object as it was."""
    try:
        for capture in captures:  # noqa: SIM110  (each call passes here)
            if capture.read() is not capture.expected:
                return False
    except Exception:  # noqa: BLE001  (what was read then cannot be read now: it has changed)
        return False
    return True


def _reached(text: str, arguments: Mapping[str, object]) -> object:
    """The part of the arguments that a text such as `params[0]` reaches."""
    found: object = eval(text, {}, dict(arguments))
    return found

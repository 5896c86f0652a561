"""What is differentiated: given as positions or names of parameters, kept as positions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from adcompiler.frontend.arguments import parameters_of

Argnums: TypeAlias = int | str | Sequence[int | str]

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def numbers_of(function: Callable[..., object], argnums: Argnums) -> int | tuple[int, ...]:
    """The positions for positions and names; ValueError for a name that no positional parameter has."""
    if isinstance(argnums, int):
        return argnums
    if isinstance(argnums, str):
        return _position(function, argnums)
    return tuple(_position(function, one) if isinstance(one, str) else one for one in argnums)


def placed(
    function: Callable[..., object], argnums: Argnums, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call; what is differentiated by name, and what stands before it, is given by position."""
    asked = (argnums,) if isinstance(argnums, (int, str)) else argnums
    found, rest = list(args), dict(kwargs)
    if not any(isinstance(one, str) for one in asked):
        return tuple(found), rest
    last = max(_position(function, one) for one in asked if isinstance(one, str))
    for name, parameter in list(parameters_of(function).parameters.items())[len(found) : last + 1]:
        if name in rest and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD:
            found.append(rest.pop(name))
        elif parameter.default is not inspect.Parameter.empty:
            found.append(parameter.default)
        else:
            break  # who binds the arguments says what is missing
    return tuple(found), rest


def _position(function: Callable[..., object], name: str) -> int:
    names = [p.name for p in parameters_of(function).parameters.values() if p.kind in _POSITIONAL]
    if name not in names:
        raise ValueError(
            f"argnums={name!r} is none of the positional parameters: {', '.join(names) or '(none)'}"
        )
    return names.index(name)


def parameters_at(
    argnums: int | Sequence[int], signature: inspect.Signature, count: int, name: str
) -> tuple[str, ...]:
    """The parameters at positions of a call with `count` positional arguments; `rest[0]` for the first starred one."""
    kinds = (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL)
    parameters = [one for one in signature.parameters.values() if one.kind in kinds]
    found: list[str] = []
    for number in (argnums,) if isinstance(argnums, int) else argnums:
        position = number + count if number < 0 else number
        if not 0 <= position < count:
            raise ValueError(
                f"argnums={argnums!r} asks for positional argument {number}, but {count} are given to {name}"
            )
        parameter = parameters[min(position, len(parameters) - 1)]
        starred = parameter.kind is inspect.Parameter.VAR_POSITIONAL
        found.append(f"{parameter.name}[{position - len(parameters) + 1}]" if starred else parameter.name)
    if len(set(found)) != len(found):
        raise ValueError(f"argnums={argnums!r} names a parameter twice")
    return tuple(found)


def argument_at(text: str, given: Mapping[str, Any]) -> Any:
    """The argument that `parameters_at` names."""
    name, starred, number = text.removesuffix("]").partition("[")
    return given[name][int(number)] if starred else given[name]

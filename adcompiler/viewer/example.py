"""Example arguments: read from the command line, found beside the function, or drawn for a signature."""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SIGNATURE = re.compile(r"^(bool|[fiuc])(8|16|32|64|128)?(\[[^\]]*\])?$")
NAMED = {"inf": math.inf, "nan": math.nan, "pi": math.pi}
SEED = 0
FIRST_SIZE = 3  # letters stand for 3, 4, 5, ...: all different, so that a transposed matrix does not pass
INTEGER = 3
DRAWS = ("normal", "uniform between 0.5 and 1.5")

EXPECTED = "give a Python literal such as 2.0, [1.0, 2.0] or 'relu', or a signature such as f64[n,m]"


class BadExample(Exception):
    """An argument that cannot be read, or one that is missing; the message says what to write."""


@dataclass
class Drawing:
    """Random values for signatures: one letter is one size; `used` tells whether anything was drawn."""

    kind: str = DRAWS[0]
    sizes: dict[str, int] = field(default_factory=dict)
    used: bool = False

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(SEED)

    def value(self, signature: str) -> object:
        """A number or array of the type."""
        found = SIGNATURE.match(signature)
        if found is None:
            raise BadExample(f"{signature} is no signature: write f64, f64[n,m], i64[3] or bool[n]")
        self.used = True
        letter, bits, axes = found.groups()
        try:
            dtype = np.dtype(bool) if letter == "bool" else np.dtype(f"{letter}{int(bits or 64) // 8}")
        except TypeError:
            raise BadExample(f"NumPy has no type {letter}{bits}") from None
        texts = [] if axes is None else [part.strip() for part in axes[1:-1].split(",") if part.strip()]
        shape = tuple(self._size(ast.parse(text, mode="eval").body, text) for text in texts)
        drawn = self._drawn(dtype, shape)
        if axes is not None:
            return drawn
        return drawn.item() if dtype in (np.float64, np.int64, np.complex128, np.bool_) else drawn[()]

    def _drawn(self, dtype: np.dtype[Any], shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[Any]]:
        match dtype.kind:
            case "b":
                return np.asarray(self._random.random(shape) < 0.5)
            case "i" | "u":  # small, because they count trips or index arrays
                return np.asarray(self._random.integers(0, INTEGER, shape) if shape else INTEGER, dtype)
            case "c":
                return np.asarray(self._reals(shape) + 1j * self._reals(shape), dtype)
        return np.asarray(self._reals(shape), dtype)

    def _reals(self, shape: tuple[int, ...]) -> Any:
        normal = self.kind == DRAWS[0]
        drawn = self._random.normal(size=shape) if normal else self._random.uniform(0.5, 1.5, shape)
        return np.round(drawn, 3)  # short to print, and to type again

    def _size(self, node: ast.expr, text: str) -> int:
        match node:
            case ast.Constant(value=int(size)):
                return size
            case ast.Name(id=letter):
                return self.sizes.setdefault(letter, FIRST_SIZE + len(self.sizes))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._size(left, text) + self._size(right, text)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return self._size(left, text) - self._size(right, text)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self._size(left, text) * self._size(right, text)
        raise BadExample(f"{text} is no size: write a number, a letter, or n + 1")


def parsed(text: str, drawing: Drawing) -> object:
    """The value of a literal, in which lists of numbers are arrays and signatures are drawn."""
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, drawing)
    except (SyntaxError, ValueError) as error:
        raise BadExample(f"{text!r} cannot be read: {EXPECTED}") from error


def _value(node: ast.expr, drawing: Drawing) -> object:
    match node:
        case ast.Name(id=name) if name in NAMED:
            return NAMED[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id=name)) if name in NAMED:
            return -NAMED[name]
        case ast.Name() | ast.Subscript() if SIGNATURE.match(ast.unparse(node)):
            return drawing.value(ast.unparse(node))
        case ast.Constant(value=str(text)) if SIGNATURE.match(text):
            return drawing.value(text)
        case ast.Tuple(elts=items):
            return tuple(_value(item, drawing) for item in items)
        case ast.Dict(keys=keys, values=values) if all(keys):
            return {ast.literal_eval(k): _value(v, drawing) for k, v in zip(keys, values, strict=True) if k}
        case ast.List(elts=items):
            return _array_or_list([_value(item, drawing) for item in items])
    return ast.literal_eval(node)


def _array_or_list(items: list[object]) -> object:
    """An array if the items are numbers, or arrays of numbers of one shape that were lists."""
    numbers = all(isinstance(item, bool | int | float | complex) for item in items)
    rows = all(isinstance(item, np.ndarray) for item in items)
    shapes = {np.shape(item) for item in items if isinstance(item, np.ndarray)}
    return np.array(items) if items and (numbers or (rows and len(shapes) == 1)) else items


def found_beside(namespace: Mapping[str, object], name: str) -> tuple[object, ...] | None:
    """The tuple of example arguments that a module keeps for a function: NAME_example, example or args."""
    for variable in (f"{_plain(name)}_example", "example", "args"):
        value = namespace.get(variable)
        if isinstance(value, tuple):
            return value
    return None


def _plain(name: str) -> str:
    return name.rpartition(".")[2]


def arranged(
    signature: inspect.Signature,
    given: Mapping[str, object],
    beside: tuple[object, ...] | None,
    positions: Sequence[int],
    name: str,
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments for a call: those given by name, then those found beside the function, then defaults.

    A default is left to the function itself unless one of the `positions` that are differentiated needs it.
    """
    parameters = signature.parameters
    unknown = [key for key in given if key not in parameters]
    if unknown:
        raise BadExample(f"{name} has no parameter {unknown[0]}; it has {', '.join(parameters)}")
    values: dict[str, object] = {}
    if beside is not None:
        try:
            values.update(signature.bind_partial(*beside).arguments)
        except TypeError as error:
            raise BadExample(f"the example beside {name} does not fit it: {error}") from None
    values.update(given)
    missing = [p.name for p in parameters.values() if p.name not in values and _required(p)]
    if missing:
        raise BadExample(
            f"there is no example value for {', '.join(missing)}: give --arg {missing[0]}=2.0 or "
            f"--arg {missing[0]}='f64[n]', or write {_plain(name)}_example = (...) in the file"
        )
    last = _last_needed(signature, values, positions)
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for k, parameter in enumerate(parameters.values()):
        if parameter.name not in values and (parameter.default is parameter.empty or k > last):
            continue
        value: Any = values.get(parameter.name, parameter.default)
        match parameter.kind:
            case inspect.Parameter.VAR_POSITIONAL:
                args.extend(value)
            case inspect.Parameter.VAR_KEYWORD:
                kwargs.update(value)
            case inspect.Parameter.KEYWORD_ONLY:
                kwargs[parameter.name] = value
            case _:
                args.append(value)
    return tuple(args), kwargs


def _required(parameter: inspect.Parameter) -> bool:
    starred = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    return parameter.default is parameter.empty and not starred


def _last_needed(signature: inspect.Signature, values: Mapping[str, object], positions: Sequence[int]) -> int:
    """The last position that has to be passed: one that is differentiated, or comes before a given value."""
    given = [k for k, name in enumerate(signature.parameters) if name in values]
    count = len(signature.parameters)
    return max([*given, *(k % count if -count <= k < count else k for k in positions)], default=-1)


def drawn_signatures(values: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """The arguments read from their texts, once for each way of drawing; once if nothing has to be drawn."""
    for kind in DRAWS:
        drawing = Drawing(kind)
        read = {name: parsed(text, drawing) for name, text in values.items()}
        yield (f"drawn at random ({kind}, seed {SEED})" if drawing.used else ""), read
        if not drawing.used:
            return

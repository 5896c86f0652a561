"""The form of a record: an operation, its samples, and how they are proved.

    operation(
        "numpy.sum",
        sample("np.sum(x)", x=[normal(), normal(4), normal(2, 3)]),
        sample("np.sum(x, axis={axis}, keepdims={keepdims})", x=normal(2, 3), axis=[0, -1], keepdims=[False, True]),
        order=2,
    )

A sample is the text of a program over named operands: an expression, or statements with an expression behind
them ("y = x.copy(); y[1] = v; y"). A list stands for its items, and several lists for their product. What the
text names in braces is pasted into it as a constant; all else are arguments of the function. Floating-point
and complex arguments are differentiated.
"""

from __future__ import annotations

import itertools
import math
import string
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from adcompiler import pytree

Backends = tuple[Literal["numpy", "jax"], ...]
BOTH: Backends = ("numpy", "jax")
NUMPY: Backends = ("numpy",)
JAX: Backends = ("jax",)
TOLERANCE = 1e-12


# ------------------------------------------------------------------------------------------------ operands


@dataclass(frozen=True)
class Drawn:
    """An operand that is drawn: numbers of one kind, the same ones in every run."""

    kind: str
    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 0.0
    dtype: str = "f8"

    def draw(self, seed: int) -> Any:
        """The array, or NumPy scalar."""
        rng = np.random.default_rng(seed)
        count = math.prod(self.shape)
        match self.kind:
            case "boolean":
                values: Any = rng.permutation(np.arange(count) % 2 == 0)
            case "integers":
                values = rng.integers(int(self.low), int(self.high), count)
            case "complex":
                values = _spread(rng, count, 0.3, 2.0) * np.exp(1j * _spread(rng, count, -2.9, 2.9))
            case "normal":
                values = _spread(rng, count, 0.3, 2.0) * rng.permutation(
                    np.where(np.arange(count) % 2, 1.0, -1.0)
                )
            case _:
                values = _spread(rng, count, self.low, self.high)
        return (
            float(values[0]) if self.dtype == "float" else values.astype(self.dtype).reshape(self.shape)[()]
        )


def _spread(rng: np.random.Generator, count: int, low: float, high: float) -> Any:
    """Numbers strictly between two bounds, no two of them close, in any order."""
    steps = np.arange(count) + 0.3 + 0.4 * rng.random(count)
    return rng.permutation(low + (high - low) * steps / max(count, 1))


def normal(*shape: int, dtype: str = "f8") -> Drawn:
    """Numbers of both signs, none near zero, no two sizes close: for what has no other needs."""
    return Drawn("normal", shape, dtype=dtype)


def inside(low: float, high: float, *shape: int, dtype: str = "f8") -> Drawn:
    """Numbers strictly between two bounds, no two of them close."""
    return Drawn("inside", shape, low, high, dtype)


def number(low: float, high: float) -> Drawn:
    """A Python float between two bounds."""
    return Drawn("inside", (), low, high, "float")


def positive(*shape: int, dtype: str = "f8") -> Drawn:
    """Numbers from 0.3 to 2."""
    return inside(0.3, 2.0, *shape, dtype=dtype)


def distinct(*shape: int, dtype: str = "f8") -> Drawn:
    """Numbers from -2 to 2, no two of them close: for what sorts or takes the largest."""
    return inside(-2.0, 2.0, *shape, dtype=dtype)


def complexes(*shape: int, dtype: str = "c16") -> Drawn:
    """Complex numbers of sizes from 0.3 to 2, in all directions but that of the negative axis."""
    return Drawn("complex", shape, dtype=dtype)


def integers(low: int, high: int, *shape: int, dtype: str = "i8") -> Drawn:
    """Integers from low to high - 1."""
    return Drawn("integers", shape, low, high, dtype)


def boolean(*shape: int) -> Drawn:
    """As many True as False, up to one."""
    return Drawn("boolean", shape, dtype="?")


@dataclass(frozen=True)
class Text:
    """Source text to paste as it is: dtype={dtype} with dtype=Text("np.float32")."""

    text: str


# ------------------------------------------------------------------------------------------------- records


@dataclass(frozen=True)
class Proof:
    """How samples are proved.

    analytic:  the function carries complex numbers through, so that the complex step applies. Never where it
               takes abs, conj, vdot or a norm, compares, or sorts.
    order:     2 where second derivatives are proved as well.
    jax:       the installed JAX has the same function and the same derivative, so that it is an oracle.
    mpmath:    the function as an expression of mpmath over the operands, for elementwise functions of real
               numbers: its derivatives are then known to 50 digits.
    extended:  the text computes in the precision of its operands, so that differences in long double apply.
               Functions of math never do.
    tolerance: of the exact oracles, relative to the size of the terms; with the reason if it is not 1e-12.
    single:    the sample is also run with its float64 operands as float32.
    backends:  where it runs.
    """

    analytic: bool = True
    order: int = 1
    jax: bool = True
    mpmath: str = ""
    extended: bool = True
    tolerance: float = TOLERANCE
    because: str = ""
    single: bool = True
    backends: Backends = BOTH

    def __post_init__(self) -> None:
        assert bool(self.because) == (self.tolerance != TOLERANCE), "another tolerance needs a reason"


@dataclass(frozen=True, eq=False)
class Sample:
    """A program over operands, after lists have been multiplied out.

    refusal: what the compiler says, where it must refuse the program on its backends.
    """

    operation: str
    number: int
    text: str
    operands: dict[str, Any]
    proof: Proof
    refusal: str = ""

    @property
    def name(self) -> str:
        """What a test of it is called."""
        shapes = ",".join(f"{name}:{_shape(value)}" for name, value in self.operands.items())
        return f"{self.operation}-{self.number}-{self.text}-{shapes}".replace(" ", "")

    @property
    def twofold(self) -> bool:
        """Whether its second derivatives are proved: those of real numbers."""
        return self.proof.order == 2 and not any(
            np.asarray(leaf).dtype.kind == "c" for leaf in pytree.flatten(list(self.arguments().values()))[0]
        )

    def arguments(self) -> dict[str, Any]:
        """The operands with their values; new arrays at each call."""
        seed = zlib.crc32(self.text.encode())
        return {name: _drawn(value, seed + k) for k, (name, value) in enumerate(self.operands.items())}


def _drawn(value: Any, seed: int) -> Any:
    match value:
        case Drawn():
            return value.draw(seed)
        case tuple():
            return tuple(_drawn(item, seed + 1000 * (k + 1)) for k, item in enumerate(value))
        case np.ndarray():
            return value.copy()
    return value


def _shape(value: Any) -> str:
    match value:
        case Drawn():
            kind = "" if value.dtype == "f8" else value.dtype
            return kind if kind == "float" else f"{kind}{list(value.shape)}"
        case tuple():
            return "(" + ",".join(map(_shape, value)) + ")"
        case np.ndarray():
            return f"{value.dtype.str[1:]}{value.tolist()}"
    return repr(value)


@dataclass(frozen=True)
class Operation:
    """All samples of one function."""

    name: str
    family: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class _Template:
    """A sample as it is written: lists stand for their items."""

    text: str
    values: dict[str, Any]
    changes: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""

    def expanded(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Text and operands for every choice from the lists."""
        pasted = {name for _, name, _, _ in string.Formatter().parse(self.text) if name}
        assert pasted <= set(self.values), f"{self.text}: nothing is given for {pasted - set(self.values)}"
        choices = [value if isinstance(value, list) else [value] for value in self.values.values()]
        for chosen in itertools.product(*choices):
            given = dict(zip(self.values, chosen, strict=True))
            text = self.text.format(**{name: _source(given[name]) for name in pasted})
            yield text, {name: value for name, value in given.items() if name not in pasted}


def _source(value: Any) -> str:
    match value:
        case Text():
            return value.text
        case float() if math.isinf(value):
            return "np.inf" if value > 0 else "-np.inf"
        case float() if math.isnan(value):
            return "np.nan"
    return repr(value)


_CHANGES = set(Proof.__dataclass_fields__)
OPERATIONS: dict[str, Operation] = {}
FAMILIES: dict[str, str] = {}


def family(name: str, title: str) -> None:
    """Begin a family: the records that follow belong to it."""
    FAMILIES[name] = title


def sample(text: str, /, **values: Any) -> _Template:
    """A program, or the product of several; what is named as a part of Proof changes it for these samples."""
    changes = {name: value for name, value in values.items() if name in _CHANGES}
    return _Template(text, {n: v for n, v in values.items() if n not in changes}, changes)


def refused(text: str, message: str, /, backends: Backends = BOTH, **values: Any) -> _Template:
    """A program that is refused on these backends with a CompileError that says `message`."""
    return _Template(text, values, {"backends": backends}, message)


def operation(name: str, /, *samples: _Template, **proof: Any) -> None:
    """Add a record: the dotted path of a function, its samples, and how they are proved (see Proof).

    Where another family has a record of that name already, the samples are added to it.
    """
    family, before = list(FAMILIES)[-1], OPERATIONS.get(name)
    assert before is None or before.family != family, f"{name} has a record already"
    default = Proof(**proof)
    made = [] if before is None else list(before.samples)
    for template in samples:
        own = replace(default, **template.changes)
        for text, operands in template.expanded():
            made.append(Sample(name, len(made), text, operands, own, template.refusal))
    OPERATIONS[name] = Operation(name, before.family if before else family, tuple(made))

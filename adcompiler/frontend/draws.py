"""Random numbers of NumPy: a generator is a value, a draw is an effect that happens once, in the order of the program.

What a call draws is typed by a table of the parameters of each method, and by a draw from a generator of our own;
the user's generators are never touched while compiling.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.creation import changeable
from adcompiler.frontend.operands import (
    Given,
    array_operand,
    bind,
    signature,
    sizes_of,
    static_dtype,
    static_value,
)
from adcompiler.frontend.outside import lift
from adcompiler.frontend.subscripts import overwrite
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.dims import Dim
from adcompiler.ir.types import (
    Array,
    Generator,
    Token,
    Type,
    broadcast_shapes,
    generator_of,
    strong,
    type_of,
)
from adcompiler.primitives.rearrange import size_of

_BOTH = {
    "normal": "loc=0.0, scale=1.0, size=None",
    "uniform": "low=0.0, high=1.0, size=None",
    "laplace": "loc=0.0, scale=1.0, size=None",
    "logistic": "loc=0.0, scale=1.0, size=None",
    "gumbel": "loc=0.0, scale=1.0, size=None",
    "lognormal": "mean=0.0, sigma=1.0, size=None",
    "exponential": "scale=1.0, size=None",
    "rayleigh": "scale=1.0, size=None",
    "poisson": "lam=1.0, size=None",
    "gamma": "shape, scale=1.0, size=None",
    "beta": "a, b, size=None",
    "binomial": "n, p, size=None",
    "negative_binomial": "n, p, size=None",
    "geometric": "p, size=None",
    "chisquare": "df, size=None",
    "standard_t": "df, size=None",
    "f": "dfnum, dfden, size=None",
    "weibull": "a, size=None",
    "pareto": "a, size=None",
    "power": "a, size=None",
    "vonmises": "mu, kappa, size=None",
    "wald": "mean, scale, size=None",
    "triangular": "left, mode, right, size=None",
    "standard_cauchy": "size=None",
    "multivariate_normal": "mean, cov, size=None",
    "dirichlet": "alpha, size=None",
    "multinomial": "n, pvals, size=None",
}
# the methods of each class of generators, with their parameters
METHODS: dict[str, dict[str, inspect.Signature]] = {
    kind: {name: signature(text) for name, text in {**_BOTH, **own}.items()}
    for kind, own in {
        "Generator": {
            "random": "size=None, dtype=float",
            "standard_normal": "size=None, dtype=float",
            "standard_exponential": "size=None, dtype=float",
            "standard_gamma": "shape, size=None, dtype=float",
            "integers": "low, high=None, size=None, dtype=None, endpoint=False",
            "choice": "a, size=None, replace=True, p=None, axis=0, shuffle=True",
            "permutation": "x, axis=0",
            "shuffle": "x, axis=0",
        },
        "RandomState": {
            "rand": "*dims",
            "randn": "*dims",
            "random": "size=None",
            "random_sample": "size=None",
            "ranf": "size=None",
            "sample": "size=None",
            "standard_normal": "size=None",
            "standard_exponential": "size=None",
            "standard_gamma": "shape, size=None",
            "randint": "low, high=None, size=None, dtype=None",
            "choice": "a, size=None, replace=True, p=None",
            "permutation": "x",
            "shuffle": "x",
            "seed": "seed=None",
        },
    }.items()
}
# functions of numpy.random that make a generator
MAKERS = {"default_rng": "Generator", "RandomState": "RandomState"}
# parameters that are known while compiling
_STATIC = frozenset({"replace", "axis", "shuffle", "endpoint"})
# valid parameters for a draw of our own; 1.0 for those that are not named
_SAMPLE: dict[str, Any] = {
    "a": 1, "n": 1, "p": 0.5, "low": 2, "left": 0.0, "mode": 0.5, "alpha": (1.0,), "pvals": (1.0,)
}  # fmt: skip
# functions without a size that draw what another one does
_SAME = {"rand": "random", "randn": "standard_normal", "ranf": "random", "sample": "random"}
# the parameters of one draw that have axes of their own
_AXES = {"mean": 1, "cov": 2, "alpha": 1, "pvals": 1}
_VECTORS = frozenset({"multivariate_normal", "dirichlet", "multinomial"})


def call_random(low: Lowering, function: object, arguments: list[Binding], keywords: Given) -> Binding | None:
    """The result of a function of numpy.random, or of a bound method of a generator; None for all others."""
    library = sys.modules.get("numpy.random")
    name = getattr(function, "__name__", "")
    if library is not None and getattr(library, name, None) is function:
        if name in MAKERS:
            return _made(low, MAKERS[name], name, arguments, keywords)
        if name in METHODS["RandomState"]:
            return _drawn(low, None, "RandomState", name, arguments, keywords)
        return None
    owner = getattr(function, "__self__", None)
    if generator_of(owner) is None or not name:
        return None
    return draw(low, lift(low, owner, "generator", lambda: function.__self__), name, arguments, keywords)  # type: ignore[attr-defined]


def draw(low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: Given) -> Binding:
    """generator.name(...)."""
    assert isinstance(owner, Value) and isinstance(owner.type, Generator)
    return _drawn(low, owner, owner.type.kind, name, arguments, keywords)


def _made(low: Lowering, kind: str, name: str, arguments: list[Binding], keywords: Given) -> Binding:
    """np.random.default_rng(seed)."""
    seed = bind(low, name, signature("seed=None"), arguments, keywords)["seed"]
    if isinstance(seed, Value) and isinstance(seed.type, Generator):
        return seed
    call = _Call(low)
    if seed != Static(None):
        call.arguments.append(call.integer(seed))
    return call.apply(f"np.random.{name}", Generator(kind))


def _drawn(
    low: Lowering, source: Value | None, kind: str, name: str, arguments: list[Binding], keywords: Given
) -> Binding:
    """A call of a method of a generator, or of the function of the same name where there is no generator."""
    if name not in METHODS[kind]:
        low.stop(
            f"the method {name!r} of a random generator is not supported",
            "draw outside, and pass the numbers as an argument",
        )
    parameters = METHODS[kind][name]
    given = bind(low, name, parameters, arguments, keywords)
    call = _Call(low)
    head = f"np.random.{name}" if source is None else f"{call.hole(source)}.{name}"
    if name == "shuffle":
        return _shuffled(low, call, head.rpartition(".")[0], given)
    if name == "seed":
        call.arguments.append(call.integer(given["seed"]))
        call.apply(head, Token())
        return Static(None)
    names = [p.name for p in parameters.parameters.values()]
    if names == ["dims"]:
        call.size(Tup(tuple(arguments)), bare=True)
    else:
        for parameter, binding in zip(names, arguments, strict=False):
            call.argument(parameter, binding)
        for parameter, binding in keywords.items():
            call.argument(parameter, binding, f"{parameter}=")
    return call.apply(head, _type(low, kind, name, given, call))


def _shuffled(low: Lowering, call: _Call, owner: str, given: Given) -> Binding:
    """generator.shuffle(x): x[...] = a shuffled copy of x."""
    target = given["x"]
    if not isinstance(target, Ref):
        low.stop(
            f"{describe(target)} cannot be shuffled here",
            "shuffle an array, or go by rng.permutation(len(x))",
        )
    call.arguments.extend([owner, call.hole(low.operand(target))])
    if given.get("axis", Static(0)) != Static(0):
        call.argument("axis", given["axis"], "axis=")
    overwrite(low, target, call.apply("shuffled", strong(_array(low, low.operand(target)))))
    return Static(None)


class _Call:
    """The text of a call, with the values of the program as its numbered holes."""

    def __init__(self, low: Lowering) -> None:
        self.low = low
        self.parts: list[Operand] = []
        self.arguments: list[str] = []
        self.types: dict[str, Array] = {}  # of parameters that are numbers and arrays
        self.dims: tuple[Dim, ...] | None = None  # of the parameter `size`

    def hole(self, operand: Operand) -> str:
        """A hole for a value."""
        self.parts.append(operand)
        return f"_{len(self.parts) - 1}_"

    def integer(self, binding: Binding) -> str:
        """A hole for a seed."""
        if binding == Static(None):
            return "None"
        operand = self.low.operand(binding, "the seed")
        type = operand.type
        if not isinstance(type, Array) or type.rank or type.dtype.kind not in "iu":
            self.low.stop("only an integer is supported as a seed", "use an integer")
        return self.hole(operand)

    def argument(self, name: str, binding: Binding, keyword: str = "") -> None:
        """An argument under the name of its parameter."""
        if name == "size":
            self.size(binding, keyword)
        elif name == "dtype":
            self.arguments.append(keyword + self._dtype(binding))
        elif name in _STATIC:
            self.arguments.append(f"{keyword}{static_value(self.low, binding, name)!r}")
        elif binding == Static(None):
            self.arguments.append(f"{keyword}None")
        else:
            operand = array_operand(self.low, binding, "numpy.random")
            self.types[name] = _array(self.low, operand)
            self.arguments.append(keyword + self.hole(operand))

    def size(self, binding: Binding, keyword: str = "", bare: bool = False) -> None:
        """The sizes of what is drawn."""
        if binding == Static(None) or (bare and binding == Tup(())):
            self.arguments.extend([] if bare else [f"{keyword}None"])
            return
        operands = sizes_of(self.low, binding)
        self.dims = tuple(size_of(operand.type) for operand in operands)
        texts = [self.hole(operand) for operand in operands]
        one = isinstance(binding, Value) or (
            isinstance(binding, Static) and not isinstance(binding.value, (tuple, list))
        )
        if bare or one:
            self.arguments.extend(keyword + text for text in texts)
        else:
            self.arguments.append(f"{keyword}({', '.join(texts)}{',' if len(texts) == 1 else ''})")

    def _dtype(self, binding: Binding) -> str:
        if isinstance(binding, Static) and binding.value in (int, float, bool):
            return str(binding.value.__name__)
        dtype = static_dtype(self.low, binding)
        return "None" if dtype is None else f"np.{dtype.name}"

    def apply(self, function: str, type: Type) -> Binding:
        """The op and what its result is bound to."""
        text = f"{function}({', '.join(self.arguments)})"
        result = self.low.wrap(self.low.apply("draw", *self.parts, text=text, type=type))
        if isinstance(result, Ref) and self.dims is not None:
            result.cell.ordered = True
        return changeable(self.low, result) if self.dims == () else result


def _array(low: Lowering, operand: Operand) -> Array:
    if not isinstance(operand.type, Array):
        low.stop("a random generator is asked with something that is no number", "pass numbers and arrays")
    return operand.type


def _type(low: Lowering, kind: str, name: str, given: Given, call: _Call) -> Type:
    """What a draw gives."""
    if name in ("choice", "permutation"):
        return _picked(low, kind, name, given, call)
    dtype = given.get("dtype", Static(None))
    wanted = dtype.value if isinstance(dtype, Static) else None
    if name in _VECTORS:
        row = call.types[
            "mean" if name == "multivariate_normal" else "alpha" if name == "dirichlet" else "pvals"
        ]
        if any(type.rank != _AXES.get(key, 0) for key, type in call.types.items()):
            low.stop(f"{name} of several parameters at once is not supported", "draw in a loop")
        return Array(_sampled(kind, name, wanted, True).dtype, (*(call.dims or ()), *row.shape))
    shapes = [type.shape for type in call.types.values() if type.rank]
    if call.dims is None and not shapes:
        return _sampled(kind, name, wanted, False)
    try:
        shape = broadcast_shapes(*shapes) if call.dims is None else call.dims
    except ValueError as problem:
        low.stop(f"{name}: {problem}", "check the shapes of the parameters")
    return Array(_sampled(kind, name, wanted, True).dtype, shape)


def _picked(low: Lowering, kind: str, name: str, given: Given, call: _Call) -> Type:
    """Items of an array, or of the numbers below an integer."""
    source = call.types["a" if name == "choice" else "x"]
    if not source.rank and source.dtype.kind not in "iu":
        low.stop(f"{name} of a number that is no integer", "pass an array, or the number of items")
    if name == "permutation":
        return strong(source) if source.rank else Array(np.dtype(np.int64), (size_of(source),))
    if not source.rank:
        return (
            _sampled(kind, name, None, False) if call.dims is None else Array(np.dtype(np.int64), call.dims)
        )
    axis = low.static_int(given["axis"], "the axis") if "axis" in given else 0
    rest = list(source.shape)
    if not -len(rest) <= axis < len(rest):
        low.stop(f"an array with {len(rest)} axes has no axis {axis}", "use an axis that exists")
    axis %= len(rest)
    rest[axis : axis + 1] = call.dims or ()
    return Array(source.dtype, tuple(rest))


@cache
def _sampled(kind: str, name: str, dtype: Any, several: bool) -> Array:
    """The type of what a method gives, found with a generator of our own; `several`: with a size."""
    source: Any = np.random.default_rng(0) if kind == "Generator" else np.random.RandomState(0)
    name = _SAME.get(name, name)
    parameters = METHODS[kind][name].parameters.values()
    values = {p.name: _SAMPLE.get(p.name, 1.0) for p in parameters if p.default is p.empty}
    if name == "multivariate_normal":
        values = {"mean": np.zeros(1), "cov": np.eye(1)}
    if dtype is not None:
        values["dtype"] = dtype
    made = getattr(source, name)(**values, **({"size": (1,)} if several else {}))
    return replace(type_of(made), size=None)

"""Functions of jax.lax that work element by element: rows of the table under other names."""

from __future__ import annotations

import sys

from adcompiler.frontend.bindings import Binding
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.operands import Adapted, Adapter, Given, adapted
from adcompiler.frontend.primitive_calls import call_primitive
from adcompiler.frontend.trees import stopped


def is_of(function: object, module: str) -> bool:
    """Whether a function is the one that a module has under its name."""
    name = getattr(function, "__name__", "")
    return bool(name) and getattr(sys.modules.get(module), name, None) is function


def call_lax(low: Lowering, name: str, arguments: list[Binding], keywords: Given) -> Binding | None:
    """The result of an elementwise function of jax.lax; None for all others."""
    row = _LAX.get(name)
    return None if row is None else row.call(low, f"jax.lax.{name}", arguments, keywords)


def _row(path: str) -> Adapter:
    """The row of a path, with the operands in their order; how accurate it is makes no difference here."""

    def adapter(low: Lowering, called: str, given: Given) -> Binding:
        operands = [binding for name, binding in given.items() if name != "accuracy"]
        return call_primitive(low, path, operands, {})

    return adapter


_OF_ONE = {
    "abs": "numpy.abs", "acos": "numpy.arccos", "acosh": "numpy.arccosh", "asin": "numpy.arcsin",
    "asinh": "numpy.arcsinh", "atan": "numpy.arctan", "atanh": "numpy.arctanh", "bessel_i0e": "scipy.special.i0e",
    "bessel_i1e": "scipy.special.i1e", "bitwise_not": "numpy.invert", "cbrt": "numpy.cbrt", "ceil": "numpy.ceil",
    "conj": "numpy.conj", "cos": "numpy.cos", "cosh": "numpy.cosh", "digamma": "scipy.special.digamma",
    "erf": "scipy.special.erf", "erf_inv": "scipy.special.erfinv", "erfc": "scipy.special.erfc", "exp": "numpy.exp",
    "exp2": "numpy.exp2", "expm1": "numpy.expm1", "floor": "numpy.floor", "imag": "numpy.imag",
    "is_finite": "numpy.isfinite", "lgamma": "scipy.special.gammaln", "log": "numpy.log", "log1p": "numpy.log1p",
    "logistic": "scipy.special.expit", "neg": "numpy.negative", "real": "numpy.real", "reciprocal": "numpy.reciprocal",
    "sign": "numpy.sign", "sin": "numpy.sin", "sinh": "numpy.sinh", "sqrt": "numpy.sqrt", "square": "numpy.square",
    "tan": "numpy.tan", "tanh": "numpy.tanh",
}  # fmt: skip
_OF_TWO = {
    "add": "numpy.add", "atan2": "numpy.arctan2", "bitwise_and": "numpy.bitwise_and", "bitwise_or": "numpy.bitwise_or",
    "bitwise_xor": "numpy.bitwise_xor", "eq": "numpy.equal", "ge": "numpy.greater_equal", "gt": "numpy.greater",
    "igamma": "scipy.special.gammainc", "igammac": "scipy.special.gammaincc", "le": "numpy.less_equal",
    "lt": "numpy.less", "max": "numpy.maximum", "min": "numpy.minimum", "mul": "numpy.multiply",
    "ne": "numpy.not_equal", "nextafter": "numpy.nextafter", "polygamma": "scipy.special.polygamma",
    "pow": "numpy.power", "rem": "numpy.fmod", "shift_left": "numpy.left_shift",
    "shift_right_arithmetic": "numpy.right_shift", "sub": "numpy.subtract", "zeta": "scipy.special.zeta",
}  # fmt: skip

_LAX: dict[str, Adapted] = {
    **{name: adapted("x, *, accuracy=None", _row(path)) for name, path in _OF_ONE.items()},
    **{name: adapted("x, y", _row(path)) for name, path in _OF_TWO.items()},
    "betainc": adapted("a, b, x", _row("scipy.special.betainc")),
    "stop_gradient": adapted("x", lambda low, path, given: stopped(low, given["x"])),
}
NAMES = tuple(f"jax.lax.{name}" for name in _LAX)

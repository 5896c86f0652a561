"""Owns what is said about functions from outside that have no derivative here: why, and what to write instead."""

from __future__ import annotations

import builtins
import sys
from collections.abc import ItemsView, KeysView, ValuesView
from types import BuiltinMethodType, ModuleType

from adcompiler.frontend.bindings import Binding
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.outside import lift
from adcompiler.frontend.static import static_object

# What is wrong, and what to write instead.
Refusal = tuple[str, str]

REGISTER = "write it with NumPy functions, or register a primitive and its rule (docs/rules.md)"
OUTSIDE_HINT = "call it outside and pass the result as an argument, or " + REGISTER

_DRAWS = (
    "`{}` draws random numbers: every call would be another function",
    "draw them outside, and pass them as an argument",
)
_CLOCK = ("`{}` asks the clock", "call it around the function, outside of what is differentiated")
_WORLD = (
    "`{}` reads or changes something outside the program",
    "do that outside: pass what is read as an argument, and return what is to be kept",
)
_LOGS = (
    "`{}` changes something outside the program",
    "use `print`, which stays where it is, or report what the function returns",
)
_SETTINGS = (
    "`{}` asks for, or changes, what holds for the whole process",
    "call it outside, around the function that is differentiated",
)
_REAL_OR_COMPLEX = (
    "whether `{}` gives real or complex numbers depends on the data",
    "use np.sqrt, np.log and their kin, for numbers that may be negative with x.astype(complex)",
)
_WALKS = (
    "`{}` walks over the elements of an array in an order of its own",
    "loop over its elements in their own order: for v in x.flat",
)
_OBJECTS = (
    "`{}` makes a function that gives arrays of objects",
    "say which numbers they are: np.vectorize(f, otypes=[float])",
)
_SHORTENS = (
    "how many coefficients `{}` keeps depends on the data: it drops leading zeros",
    "use np.polyval(coefficients, x), np.polyder and their kin",
)
_POLYNOMIAL = (
    "`{}` makes an object by code that is not followed",
    "use np.polynomial.polynomial.polyval(x, coefficients) and its kin",
)
_MATRIX = ("`{}` makes a matrix, whose `*` and `**` are not an array's", "use arrays: np.array and `@`")
_BUILTINS: dict[str, Refusal] = {
    "id": ("`{}` tells where an object lies in memory", "compare values with `==`"),
    "hash": ("`{}` gives another number in every run", "compare values with `==`"),
}

_MODULES: dict[str, Refusal] = {
    "scipy.integrate": ("`{}` calls a function of the program from compiled code, at points of its own choice",
        "integrate over a grid: scipy.integrate.simpson or trapezoid; or write the steps of the method as a loop"),
    "scipy.interpolate": ("`{}` keeps its coefficients in an object of compiled code",
        "use np.interp for lines; for other pieces solve for their coefficients with np.linalg.solve"),
    "scipy.optimize": ("`{}` searches in compiled code",
        "write its steps as a loop; under adcompiler.implicit the derivative is that of the solution, not of the steps"),
    "scipy.spatial": ("`{}` is not one of the functions with a derivative here",
        "use scipy.spatial.distance.cdist or pdist, or np.linalg.norm of differences"),
    "scipy.fft": ("`{}` is not one of the functions with a derivative here", "use np.fft, which has the same functions"),
    **dict.fromkeys(("random", "_random", "secrets", "numpy.random", "uuid"), _DRAWS),
    **dict.fromkeys(("time", "datetime", "_datetime", "calendar"), _CLOCK),
    "numpy.lib.scimath": _REAL_OR_COMPLEX,
    "numpy.ma": ("`{}` keeps a mask beside its numbers", "use np.where(mask, other, x), or np.nansum and its kin"),
    **dict.fromkeys(("logging", "warnings", "_warnings"), _LOGS),
    "itertools": ("`{}` keeps a place in what it goes over", "write nested loops, or a comprehension"),
    "collections": ("`{}` is not followed: only lists, tuples, dicts and arrays are", "use a list or a dict"),
    **dict.fromkeys(
        (
            "os", "posix", "nt", "sys", "io", "_io", "shutil", "pathlib", "tempfile", "glob", "subprocess", "urllib",
            "http", "socket", "_socket", "ssl", "requests", "pickle", "_pickle", "json", "csv", "_csv", "sqlite3",
            "builtins.print",
        ),
        _WORLD,
    ),
}  # fmt: skip
_NUMPY: dict[str, Refusal] = {
    **dict.fromkeys(
        "save savez savez_compressed savetxt load loadtxt genfromtxt fromfile memmap".split(), _WORLD
    ),
    **dict.fromkeys("set_printoptions get_printoptions printoptions seterr".split(), _SETTINGS),
    **dict.fromkeys("nditer flatiter".split(), _WALKS),
    **dict.fromkeys("matrix asmatrix bmat".split(), _MATRIX),
    "frompyfunc": _OBJECTS,
    "poly1d": _SHORTENS,
}
_JAX: dict[str, Refusal] = {
    **dict.fromkeys(("vmap", "pmap"), ("`{}` makes a function of whole arrays out of one of their items",
        "write the loop: np.stack([f(x) for x in xs]), or jax.lax.map(f, xs)")),
    "associative_scan": ("`{}` combines items in an order of its own", "use jax.lax.scan, or np.cumsum and its kin"),
}  # fmt: skip
# libraries whose Python source leads to compiled code at once
_OPAQUE = frozenset("scipy sklearn pandas jax jaxlib torch tensorflow numba sympy matplotlib PIL cv2".split())
_CHANGES = frozenset(
    "append extend insert pop remove clear sort reverse update setdefault popitem add discard appendleft extendleft "
    "popleft rotate put put_nowait write writelines intersection_update difference_update "
    "symmetric_difference_update __setitem__ __delitem__ __iadd__".split()
)
_READABLE = (str, bytes, int, float, complex, tuple, list, dict, frozenset, range)


def text_of(function: object, origin: str) -> str:
    """A function as the source names it."""
    if origin and "<" not in origin:
        return origin
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function)
    module = getattr(function, "__module__", "") or ""
    return name if module in ("", "builtins") else f"{module}.{name}"


def reason(function: object, origin: str) -> Refusal | None:
    """Why a function cannot be part of what is differentiated, whatever its source says; None for most."""
    owner = getattr(function, "__self__", None)
    held = None if isinstance(owner, ModuleType) else owner
    for thing in (function, held, None if held is None else type(held)):
        module = getattr(thing, "__module__", None) or ""
        parts = module.split(".")
        found = _MODULES.get(module) or _MODULES.get(".".join(parts[:2])) or _MODULES.get(parts[0])
        if found is not None:
            return _filled(found, function, origin)
    numpy = sys.modules["numpy"]
    name = getattr(function, "__name__", "")
    if name in _NUMPY and function is getattr(numpy, name, None):
        return _filled(_NUMPY[name], function, origin)
    if isinstance(function, type) and function.__module__.startswith("numpy.polynomial."):
        return _filled(_POLYNOMIAL, function, origin)
    jax = sys.modules.get("jax")
    if name in _JAX and any(function is getattr(m, name, None) for m in (jax, sys.modules.get("jax.lax"))):
        return _filled(_JAX[name], function, origin)
    if name in _BUILTINS and function is getattr(builtins, name):
        return _filled(_BUILTINS[name], function, origin)
    if (getattr(function, "__module__", None) or "").partition(".")[0] in _OPAQUE:
        return unknown(function, origin)
    return None


def unknown(function: object, origin: str) -> Refusal:
    """What is said of a function that nothing is known about."""
    text = text_of(function, origin)
    return (
        f"`{text}` cannot be differentiated: it is not one of the functions with a derivative here",
        REGISTER,
    )


def _filled(refusal: Refusal, function: object, origin: str) -> Refusal:
    message, hint = refusal
    return message.format(text_of(function, origin)), hint


def call_of_object(
    low: Lowering, function: object, origin: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding | None:
    """A method of a plain object from outside: called now where it only reads, refused where it changes the object."""
    if not isinstance(function, BuiltinMethodType):
        return None
    owner = function.__self__
    if isinstance(owner, (ModuleType, type)):
        return None
    text = text_of(function, origin)
    if function.__name__ in _CHANGES:
        low.stop(
            f"`{text}` changes a {type(owner).__name__} that lives outside the function",
            f"make a new {type(owner).__name__} inside the function and return it, or pass it as an argument",
        )
    if type(owner) not in _READABLE:
        return None
    given = [static_object(low, a, f"an argument of `{text}`") for a in arguments]
    named = {
        key: static_object(low, value, f"the argument {key!r} of `{text}`") for key, value in keywords.items()
    }

    def read() -> object:
        result = function(*given, **named)
        return tuple(result) if isinstance(result, (KeysView, ValuesView, ItemsView)) else result

    try:
        found = read()
    except Exception as problem:
        low.stop(
            f"`{text}`: {type(problem).__name__}: {problem}",
            "this fails for these values in plain Python too",
        )
    return lift(low, found, f"{text}(...)", read)

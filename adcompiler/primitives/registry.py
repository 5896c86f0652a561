"""The table of primitives.

    primitive("sum(x, /, axis=None, dtype=None, keepdims=False)", reduction, "numpy.sum")

Before the "/" stand the operands (IR values), after it the static arguments. The functions that users call are named by
dotted path, and found only in modules that are already imported.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MethodType
from typing import Any, TypeAlias

import numpy as np

from adcompiler.ir.dims import dim
from adcompiler.ir.types import Array, Type, broadcast_shapes, dummy, type_of

Attrs: TypeAlias = Mapping[str, object]
Infer: TypeAlias = "Callable[[Sequence[Type], Attrs, str], Type | tuple[Type, ...]]"


@dataclass(frozen=True, slots=True)
class Primitive:
    """One row: see `primitive`."""

    name: str
    operands: tuple[str, ...]
    optional: Mapping[str, Any]
    variadic: str
    defaults: Mapping[str, object]
    infer: Infer
    paths: tuple[str, ...]
    numpy: ast.expr | None
    jax: ast.expr | None
    elementwise: bool
    view: bool
    effect: bool
    cheap: bool
    numpy_only: bool
    record: str
    signature: inspect.Signature
    given: frozenset[str]


PRIMITIVES: dict[str, Primitive] = {}
_BY_PATH: dict[str, str] = {}
_BY_KEYWORD: dict[tuple[str, str], str] = {}


def primitive(
    signature: str,
    infer: Infer,
    paths: str = "",
    *,
    numpy: str = "",
    jax: str = "",
    elementwise: bool = False,
    view: bool = False,
    effect: bool = False,
    cheap: bool = False,
    numpy_only: bool = False,
    record: str = "",
    given: str = "",
) -> Primitive:
    """Add a primitive.

    signature: as of a Python function; operands before "/" (a last one may be starred), static arguments after. The
               last operands may have defaults: they are printed as keywords, or not at all; None stands for none.
    infer:     (operand types, static arguments, path) -> type of the result, or a tuple of the types of several results;
               raises TypeError or ValueError as NumPy would.
    paths:     the functions it stands for, e.g. "numpy.sin math.sin", the first being the one that adjoints print.
    numpy/jax: how to print it, as a Python expression over the names of the signature; by default a call of the path.
    elementwise: broadcasts its operands, so that the reverse pass un-broadcasts their adjoints.
    view:      the result may share memory with the first operand (NumPy).
    effect:    must be kept and keep its order.
    cheap:     cheaper to compute again than to record: elementwise functions and views are.
    numpy_only: JAX has no such function; on that backend the expression of its rule (`same`) stands for it, or it is
               refused.
    record:    the named tuple, by its path, that the function gives its several results in; empty for a plain tuple.
    given:     operands that are keywords; the row stands for its paths only in calls that give one of these.
    """
    tree = ast.parse(f"def {signature}: ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    arguments = tree.args
    statics = [*arguments.args, *arguments.kwonlyargs]
    spare = max(len(arguments.defaults) - len(arguments.args), 0)
    names = [a.arg for a in arguments.posonlyargs]
    last = zip(names[len(names) - spare :], arguments.defaults[:spare], strict=True)
    optional = {name: ast.literal_eval(value) for name, value in last}
    values = [*arguments.defaults[spare:], *arguments.kw_defaults]
    defaults = {
        a.arg: ast.literal_eval(v) if v is not None else None for a, v in zip(statics, values, strict=False)
    }
    kind = inspect.Parameter
    parameters = [
        kind(a.arg, kind.POSITIONAL_OR_KEYWORD, default=optional.get(a.arg, kind.empty))
        for a in arguments.posonlyargs
    ]
    by_keyword = frozenset(given.split())
    last_ones = [p.replace(kind=kind.KEYWORD_ONLY) for p in parameters if p.name in by_keyword]
    parameters = [p for p in parameters if p.name not in by_keyword]
    variadic = arguments.vararg.arg if arguments.vararg else ""
    if variadic:
        parameters = [kind(p.name, kind.POSITIONAL_ONLY) for p in parameters]
        parameters.append(kind(variadic, kind.VAR_POSITIONAL))
    named = {a.arg for a in arguments.kwonlyargs}
    for name, value in defaults.items():
        mode = kind.KEYWORD_ONLY if variadic or name in named else kind.POSITIONAL_OR_KEYWORD
        parameters.append(kind(name, mode, default=value))
    row = Primitive(
        name=tree.name,
        operands=tuple(a.arg for a in arguments.posonlyargs),
        optional=optional,
        variadic=variadic,
        defaults=defaults,
        infer=infer,
        paths=tuple(paths.split()),
        numpy=_template(numpy),
        jax=_template(jax),
        elementwise=elementwise,
        view=view,
        effect=effect,
        cheap=cheap or elementwise or view,
        numpy_only=numpy_only,
        record=record,
        signature=inspect.Signature([*parameters, *last_ones]),
        given=by_keyword,
    )
    PRIMITIVES[row.name] = row
    for path in row.paths:
        if not row.given:
            _BY_PATH[path] = row.name
        for keyword in row.given:
            _BY_KEYWORD[path, keyword] = row.name
    return row


def _template(text: str) -> ast.expr | None:
    return ast.parse(text, mode="eval").body if text else None


def elementwise(signature: str, paths: str, *, numpy: str = "", jax: str = "") -> Primitive:
    """Add a primitive that works element by element, with broadcasting; dtypes are those of the function itself."""
    return primitive(signature, infer_elementwise, paths, numpy=numpy, jax=jax, elementwise=True)


def infer_elementwise(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Broadcast the shapes and ask the function itself for the dtype."""
    arrays = [t for t in types if isinstance(t, Array)]
    if len(arrays) != len(types):
        raise TypeError("a list is not a number; use np.array(...) or np.stack(...)")
    if path.startswith(("math.", "cmath.")) and any(t.rank for t in arrays):
        raise TypeError(f"{path} takes a number, not an array; use the function of the same meaning in numpy")
    scalar = scalar_type(path, tuple(smallest(t) for t in arrays))
    shape = broadcast_shapes(*(t.shape for t in arrays))
    return Array(scalar.dtype, shape, scalar.weak and not shape)


def smallest(type: Array) -> Array:
    """The type with one element along one axis, or as a number; NumPy's dtypes depend on no more."""
    return Array(type.dtype, (dim(1),)) if type.rank else Array(type.dtype, (), type.weak)


@cache
def scalar_type(path: str, types: tuple[Array, ...]) -> Array:
    """The type that a function of scalars gives, found by calling it on ones (or halves, outside its domain)."""
    function = find(path)
    if function is None:
        raise TypeError(f"{path} is not imported")
    values: list[Any] = [dummy(t) for t in types]
    with np.errstate(all="ignore"):
        try:
            return type_of(function(*values))
        except (ValueError, ZeroDivisionError):
            return type_of(function(*(type(v)(0.5) for v in values)))


def find(path: str) -> Callable[..., object] | None:
    """The object at a dotted path, if its module has been imported."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:cut]))
        if module is None:
            continue
        found: object = module
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found if callable(found) else None
    return None


def by_path(path: str, keywords: Iterable[str] = ()) -> Primitive | None:
    """The primitive of a dotted path, called with these keywords; those of jax.numpy and jax.scipy are NumPy's, SciPy's."""
    plain = path.removeprefix("jax.")
    named = (_BY_KEYWORD.get((plain, keyword)) for keyword in keywords)
    name = next(filter(None, named), None) or _BY_PATH.get(path) or _BY_PATH.get(plain)
    return PRIMITIVES[name] if name else None


_functions: dict[object, tuple[object, str]] = {}
_modules_seen: tuple[int, int] = (0, 0)


def path_of(function: object) -> str | None:
    """The dotted path under which a function is a primitive, or None."""
    global _modules_seen
    state = (len(sys.modules), len(_BY_PATH))
    if state != _modules_seen:
        _modules_seen = state
        for path in _BY_PATH:
            found = find(path)
            if found is not None:
                _functions.setdefault(_identity(found), (found, path))
        if "jax.numpy" in sys.modules:
            for path, name in _BY_PATH.items():
                shared = path.startswith(("numpy.", "scipy.")) and not PRIMITIVES[name].numpy_only
                found = find("jax." + path) if shared else None
                if found is not None:
                    _functions.setdefault(_identity(found), (found, path))
    entry = _functions.get(_identity(function))
    return entry[1] if entry is not None else None


def _identity(function: object) -> object:
    """What tells a function from others; a method, such as scipy.stats.norm.pdf, is made anew each time."""
    if isinstance(function, MethodType):
        return id(function.__self__), id(function.__func__)
    return id(function)

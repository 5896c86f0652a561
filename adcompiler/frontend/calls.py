"""Calls: which function is meant, and who lowers it."""

from __future__ import annotations

import ast
import functools
import inspect
import types

import numpy as np

from adcompiler.custom import custom_jvp, custom_vjp, opaque
from adcompiler.frontend.array_methods import array_method
from adcompiler.frontend.bindings import (
    Binding,
    Closure,
    DictRef,
    Instance,
    ListRef,
    Method,
    Record,
    Static,
    Table,
    Tup,
)
from adcompiler.frontend.builtin import BUILTINS
from adcompiler.frontend.checkpoints import recomputed
from adcompiler.frontend.comprehensions import comprehension, total_of
from adcompiler.frontend.container_methods import container_method
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.custom import call_custom, is_custom
from adcompiler.frontend.definitions import definition_of
from adcompiler.frontend.draws import call_random, draw
from adcompiler.frontend.effects import tells
from adcompiler.frontend.frozen import freeze, thawed
from adcompiler.frontend.inlining import call_closure, call_function
from adcompiler.frontend.instances import construct, replaced
from adcompiler.frontend.interrupts import KeywordRefused
from adcompiler.frontend.library import call_library, call_pure
from adcompiler.frontend.outputs import call_into, output_of
from adcompiler.frontend.outside import at, lift, watch
from adcompiler.frontend.primitive_calls import call_primitive
from adcompiler.frontend.sequence_builtins import sort, transposed
from adcompiler.frontend.static import row_of
from adcompiler.frontend.traced import call_of_jax, call_opaque
from adcompiler.frontend.ufuncs import in_dtype
from adcompiler.frontend.unpacking import dict_items, evaluated, known_items
from adcompiler.frontend.unsupported import call_of_object, reason, unknown
from adcompiler.frontend.wrappers import cached, may_be_kept, watched, wrapped
from adcompiler.frontend.yielding import collected, is_yielded
from adcompiler.ir.core import Value
from adcompiler.ir.types import Generator
from adcompiler.marks import Checkpointed
from adcompiler.primitives.registry import by_path, path_of

# what a class can have as __call__, to be followed
CALLABLE = (types.FunctionType, Checkpointed)


def call(low: Lowering, node: ast.Call) -> Binding:
    """A call expression."""
    function = low.expression(node.func)
    if (tell := tells(function)) is not None:
        return tell(low, node)
    match node.args:
        case [ast.GeneratorExp() as items, *rest] if function == Static(sum, "sum") and any(
            g.ifs for g in items.generators
        ):
            start = [*evaluated(low, rest), *(low.expression(k.value) for k in node.keywords), Static(0)]
            return total_of(low, items, start[0])
        case [ast.Starred(value) as star] if function == Static(zip, "zip") and not node.keywords:
            with low.at(star):
                owner = low.expression(value)
                owner = collected(low, owner) if is_yielded(owner) else owner
                columns = transposed(low, owner)
                if columns is not None:
                    return columns
                return _called(low, node, function, known_items(low, owner, "behind a star"))
        case [ast.GeneratorExp() as items] if function != Static(next, "next"):
            # the call uses the generator up at once: no different from a list
            return _called(low, node, function, [comprehension(low, items)])
    return _called(low, node, function, evaluated(low, node.args))


def _called(low: Lowering, node: ast.Call, function: Binding, arguments: list[Binding]) -> Binding:
    keywords: dict[str, Binding] = {}
    for keyword in node.keywords:
        value = low.expression(keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            continue
        for key, item in dict_items(low, value).items():
            keywords[str(key)] = item
    try:
        return call_binding(low, function, arguments, keywords)
    except KeywordRefused as error:
        (diagnostic,) = error.diagnostics
        for keyword in node.keywords:
            if keyword.arg == error.keyword:
                low.refuse(keyword, diagnostic.message, diagnostic.hint)
        raise


def call_binding(
    low: Lowering, function: Binding, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Call what a binding stands for."""
    match function:
        case Closure(checkpointed=True):
            return recomputed(low, lambda: call_closure(low, function, arguments, keywords))
        case Closure():
            return call_closure(low, function, arguments, keywords)
        case Method(owner, name, None):
            return call_method(low, owner, name, arguments, keywords)
        case Method(owner, name, method):
            return call_object(low, method, name, [owner, *arguments], keywords)
        case Static(value):
            return call_object(low, value, function.origin, arguments, keywords)
        case Record(type=kind) | Instance(kind=kind) if isinstance(getattr(kind, "__call__", None), CALLABLE):
            watch(low, kind.__mro__, "__call__", kind.__call__)
            return call_object(low, kind.__call__, "__call__", [function, *arguments], keywords)
    low.stop(f"{describe(function)} cannot be called", "call functions and methods only; multiply with `*`")


def call_object(
    low: Lowering, function: object, origin: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Call a Python object that is known while compiling."""
    inline = getattr(type(function), "inline_call", None)
    if inline is not None:
        result: Binding = inline(function, low, arguments, keywords)
        return result
    if not isinstance(function, (types.FunctionType, types.MethodType, type, functools.partial)):
        arguments = [low.present(a) for a in arguments]
        keywords = {name: low.present(a) for name, a in keywords.items()}
    if isinstance(function, Checkpointed):
        inner = function.function
        return recomputed(low, lambda: call_object(low, inner, origin, arguments, keywords))
    builtin = row_of(BUILTINS, function)
    if builtin is not None:
        return builtin.call(low, function, arguments, keywords)
    output, arguments, keywords = output_of(low, function, arguments, keywords)
    if output is not None:
        plain = keywords
        return call_into(
            low, function, output, arguments, lambda given: call_object(low, function, origin, given, plain)
        )
    if isinstance(function, np.ufunc) and "dtype" in keywords:
        keywords = dict(keywords)
        arguments = in_dtype(low, function, arguments, keywords)
    library = call_library(low, function, arguments, keywords)
    if library is not None:
        return library
    drawn = call_random(low, function, arguments, keywords)
    if drawn is not None:
        return drawn
    path = path_of(function)
    definition = definition_of(function)
    if definition is not None and definition.serves(by_path(path or "", keywords), keywords):
        return call_function(low, definition.function, arguments, keywords, origin)
    if path is not None:
        return call_primitive(low, path, arguments, keywords)
    frozen = freeze(low, function, origin, arguments, keywords)
    if frozen is not None:
        return frozen
    if (thawn := thawed(low, function, origin)) is not None:
        law, parameters, named = thawn
        return call_object(low, law, origin, [*arguments, *parameters], {**keywords, **named})
    if isinstance(function, functools.partial):
        before = [
            lift(low, a, f"{origin}.args[{k}]", at(lambda: function.args, k))
            for k, a in enumerate(function.args)
        ]
        given = {
            k: lift(low, v, f"{origin}.keywords[{k!r}]", at(lambda: function.keywords, k))
            for k, v in function.keywords.items()
        }
        return call_object(low, function.func, origin, before + arguments, {**given, **keywords})
    if function is custom_jvp or function is custom_vjp:
        low.stop(
            "a function is given a rule of its own inside a function that is compiled",
            "give it one at the top level, as a decorator; on_backward takes a function made here",
        )
    if is_custom(function):
        return call_custom(low, function, arguments, keywords)
    if isinstance(function, opaque):
        return call_opaque(low, function, arguments, keywords)
    if (inner_function := wrapped(function)) is not None:
        return call_object(low, inner_function, origin, arguments, keywords)
    if (inner_function := cached(function)) is not None:
        return _called_anew(low, inner_function, origin, arguments, keywords)
    if (shown := watched(low, function, arguments)) is not None:
        return shown
    refusal = reason(function, origin)
    if refusal == unknown(function, origin):
        traced = call_of_jax(low, function, arguments, keywords)
        if traced is not None:
            return traced
    if refusal is not None:
        low.stop(*refusal)
    if isinstance(function, types.MethodType):
        owner = lift(low, function.__self__, f"{origin}.__self__", lambda: function.__self__)
        return call_object(low, function.__func__, origin, [owner, *arguments], keywords)
    if isinstance(function, types.FunctionType):
        return call_function(low, function, arguments, keywords, origin)
    if isinstance(function, type):
        return construct(low, function, arguments, keywords)
    pure = call_pure(low, function, arguments, keywords)
    if pure is not None:
        return pure
    if not isinstance(function, (types.BuiltinFunctionType, np.ufunc)) and isinstance(
        getattr(type(function), "__call__", None), CALLABLE
    ):
        method = type(function).__call__
        watch(low, type(function).__mro__, "__call__", method)
        return call_object(low, method, "__call__", [Static(function, origin), *arguments], keywords)
    on_object = call_of_object(low, function, origin, arguments, keywords)
    if on_object is not None:
        return on_object
    low.stop(*unknown(function, origin))


def _called_anew(
    low: Lowering, function: object, origin: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """A call of what functools.lru_cache would call once."""
    before = len(low.builder.ops)
    result = call_object(low, function, origin, arguments, keywords)
    if not may_be_kept(low, result, low.builder.ops[before:]):
        low.stop(
            f"`{origin}` gives what an earlier call of it has made, which others may change",
            "leave functools.lru_cache out",
        )
    return result


def call_method(
    low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """owner.name(...)."""
    match owner:
        case Record(kind) if issubclass(kind, tuple) and name == "_replace" and not arguments:
            return replaced(low, owner, keywords)
        case Record(kind, names, items) if issubclass(kind, tuple) and name == "_asdict":
            return low.new_dict(dict(zip(names, items, strict=True)))
        case Record(kind):
            found = inspect.getattr_static(kind, name)
            if isinstance(found, staticmethod):
                return call_object(low, found.__func__, name, arguments, keywords)
            return call_object(low, found, name, [owner, *arguments], keywords)
        case ListRef() if name == "sort":
            return sort(low, owner, arguments, keywords)
        case ListRef() | Table() | Tup() | DictRef():
            return container_method(low, owner, name, arguments, keywords)
        case Value(type=Generator()):
            return draw(low, owner, name, arguments, keywords)
    return array_method(low, owner, name, arguments, keywords)

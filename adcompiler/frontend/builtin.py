"""Python's builtins, and functions like them: the table of those that are followed, and of what each of them takes."""

from __future__ import annotations

import collections
import contextlib
import copy
import dataclasses
import functools
import inspect
import itertools
import math
import operator
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from types import MemberDescriptorType

import numpy as np

from adcompiler.custom import on_backward
from adcompiler.frontend import copies, nests, objects, prelude, stand_ins
from adcompiler.frontend.arity import ANYTHING, MANY, Takes
from adcompiler.frontend.arrays import make_array
from adcompiler.frontend.attributes import attribute
from adcompiler.frontend.bindings import (
    Binding,
    Closure,
    DictRef,
    Instance,
    Lazy,
    ListRef,
    Record,
    Ref,
    Static,
    Tup,
)
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.checkpoints import checkpoint_
from adcompiler.frontend.context import Handler, Lowering, describe
from adcompiler.frontend.contexts import filters, managed
from adcompiler.frontend.hooks import hooked
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.instances import is_instance, replaced
from adcompiler.frontend.number_builtins import absolute, divided, number, power, rounded
from adcompiler.frontend.objects import super_
from adcompiler.frontend.operands import static_dtype
from adcompiler.frontend.python_types import class_of, type_of_binding
from adcompiler.frontend.sequence_builtins import (
    dict_,
    enumerate_,
    extreme,
    folded,
    length,
    list_,
    map_,
    product,
    range_,
    reversed_,
    some,
    sorted_,
    sum_,
    tuple_,
    zip_,
)
from adcompiler.frontend.sliding import sliding_window_view
from adcompiler.frontend.stand_ins import STAND_INS, Frozen
from adcompiler.frontend.static import on_static, static_key
from adcompiler.frontend.streaming import STREAMS
from adcompiler.frontend.trees import stopped
from adcompiler.frontend.unpacking import known_items
from adcompiler.frontend.vectorized import call_vectorized, vectorize
from adcompiler.frontend.yielding import collected, is_yielded, iterator
from adcompiler.ir.core import Value
from adcompiler.marks import checkpoint, stop_gradient

TEXT = "print it instead: text of values that the program computes stays in print and in messages"


def get_attribute(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """getattr(x, name)."""
    name = static_key(low, arguments[1])
    assert isinstance(name, str)
    if len(arguments) == 3 and not _has(low, arguments[0], name):
        return arguments[2]
    return attribute(low, arguments[0], name)


def has_attribute(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """hasattr(x, name)."""
    owner, name = arguments
    return Static(_has(low, owner, str(static_key(low, name))))


def _has(low: Lowering, owner: Binding, name: str) -> bool:
    match owner := low.present(owner):
        case Static(value, origin):
            found = hasattr(value, name)
            low.captures.append(Capture(lambda: hasattr(value, name), found, f"{origin}.{name}"))
            return found
        case Record(kind, names):
            return name in names or hasattr(kind, name)
        case Instance(cell, kind):
            of_class = inspect.getattr_static(kind, name, None)
            if isinstance(of_class, property):
                low.stop(f"whether `{kind.__name__}.{name}` raises AttributeError is not known", "read it")
            return name in low.store.mapping(cell) or not (
                of_class is None and not hasattr(kind, name) or isinstance(of_class, MemberDescriptorType)
            )
    return hasattr(type_of_binding(low, owner), name)


def is_callable(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """callable(x)."""
    if isinstance(arguments[0], Static):
        return Static(callable(arguments[0].value))
    return Static(not isinstance(arguments[0], (Value, Ref, Tup, ListRef, DictRef)))


def type_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """type(x)."""
    return class_of(low, arguments[0])


def replace_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """dataclasses.replace(x, field=value)."""
    return replaced(low, arguments[0], keywords)


def stop_gradient_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """adcompiler.stop_gradient(x)."""
    return stopped(low, arguments[0])


def iter_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """iter(x)."""
    over = iterator(low, arguments[0])
    if isinstance(over, Static) and isinstance(over.value, Lazy):
        return over
    return objects.made(low, stand_ins.Iterator_, [over], {})


def next_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """next(x), next(x, default)."""
    over, *default = arguments
    if isinstance(over, Instance) and over.kind is stand_ins.Iterator_:
        return call_function(low, stand_ins.next_or if default else stand_ins.next_of, arguments, {})
    if is_yielded(over):
        return call_function(low, stand_ins.first_or if default else stand_ins.first_of, arguments, {})
    low.stop(f"`next` of {describe(over)} keeps a place in it", "loop with `for`, or use an index")


def from_iterator(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """np.fromiter(items, dtype)."""
    items, *rest = arguments
    dtype = rest[0] if rest else keywords.get("dtype")
    if dtype is None or len(rest) > 1 or "count" in keywords:
        low.stop("np.fromiter is only supported with a dtype and without a count", "np.array(list(items))")
    return make_array(low, items, static_dtype(low, dtype))


def named_after(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """functools.wraps(wrapped)(function): the function under the other's name, of which text alone can tell."""
    wrapped, function = arguments
    if not isinstance(function, Closure):
        low.stop(
            f"functools.wraps of {describe(function)} changes what lives outside the function",
            "decorate a function that is defined here",
        )
    name = attribute(low, wrapped, "__name__")
    assert isinstance(name, Static)
    return replace(function, named=str(name.value))


def kept(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """functools.lru_cache inside a function."""
    low.stop(
        "`functools.lru_cache` keeps results only while the function that it stands in runs",
        "move what it decorates to the top level, or leave it out",
    )


def in_language(function: Callable[..., object]) -> Handler:
    """A function that is written in the language."""
    return lambda low, arguments, keywords: call_function(low, function, arguments, keywords)


def stood_in(kind: type) -> Handler:
    """A class by the one that stands for it."""
    return lambda low, arguments, keywords: objects.made(low, kind, arguments, keywords)


@dataclass(frozen=True, slots=True)
class Builtin:
    """What a builtin takes, and what lowers a call of it."""

    handler: Handler
    takes: Takes
    whole: bool = False  # whether it goes over its arguments at once

    def call(
        self, low: Lowering, function: object, arguments: list[Binding], keywords: dict[str, Binding]
    ) -> Binding:
        """Call it with arguments that it takes."""
        self.takes.check(low, getattr(function, "__name__", "this"), arguments, keywords)
        if self.whole:
            resolve = iterator if function is not len else _as_it_is
            arguments = [_gone_over(low, resolve(low, argument)) for argument in arguments]
        return self.handler(low, arguments, keywords)


def _as_it_is(low: Lowering, binding: Binding) -> Binding:
    return binding


def _gone_over(low: Lowering, binding: Binding) -> Binding:
    if isinstance(binding, Instance) and issubclass(binding.kind, Frozen):
        return Tup(tuple(known_items(low, low.store.mapping(binding.cell)["held"], "to read it")))
    if is_yielded(binding):
        return collected(low, binding)
    if isinstance(binding, Static) and isinstance(binding.value, Lazy):
        return Tup(tuple(known_items(low, binding, "to read it")))
    return binding


BUILTINS: dict[object, Builtin] = {
    stop_gradient: Builtin(stop_gradient_, Takes(1, 1)),
    checkpoint: Builtin(checkpoint_, Takes(1, 2, ("slots",))),
    super: Builtin(super_, Takes(0, 2)),
    on_backward: Builtin(hooked, Takes(2, 2)),
    len: Builtin(length, Takes(1, 1), whole=True),
    range: Builtin(range_, Takes(1, 3)),
    enumerate: Builtin(enumerate_, Takes(1, 2, ("start",))),
    zip: Builtin(zip_, ANYTHING),
    reversed: Builtin(reversed_, Takes(1, 1)),
    float: Builtin(number(float), Takes(0, 1)),
    int: Builtin(number(int), Takes(0, 2, ("base",))),
    bool: Builtin(number(bool), Takes(0, 1)),
    complex: Builtin(number(complex), Takes(0, 2, ("real", "imag"))),
    abs: Builtin(absolute, Takes(1, 1)),
    min: Builtin(
        extreme("minimum", "builtins.min", min, prelude.smallest),
        Takes(1, MANY, ("key", "default")),
        whole=True,
    ),
    max: Builtin(
        extreme("maximum", "builtins.max", max, prelude.largest),
        Takes(1, MANY, ("key", "default")),
        whole=True,
    ),
    sum: Builtin(sum_, Takes(1, 2, ("start",))),
    any: Builtin(some("any", prelude.any_of), Takes(1, 1), whole=True),
    all: Builtin(some("all", prelude.all_of), Takes(1, 1), whole=True),
    round: Builtin(rounded, Takes(1, 2, ("ndigits",))),
    pow: Builtin(power, Takes(0, 3, ("base", "exp", "mod"))),
    divmod: Builtin(divided, Takes(2, 2)),
    isinstance: Builtin(is_instance, Takes(2, 2)),
    tuple: Builtin(tuple_, Takes(0, 1)),
    list: Builtin(list_, Takes(0, 1)),
    dict: Builtin(dict_, ANYTHING),
    getattr: Builtin(get_attribute, Takes(2, 3)),
    map: Builtin(map_, Takes(2, MANY)),
    reduce: Builtin(folded, Takes(2, 3)),
    **{
        shown: Builtin(on_static(shown, TEXT), ANYTHING)
        for shown in (str, repr, bin, oct, hex, chr, ord, format)
    },
    sorted: Builtin(sorted_, Takes(1, 1, ("key", "reverse")), whole=True),
    slice: Builtin(on_static(slice), ANYTHING),
    callable: Builtin(is_callable, Takes(1, 1)),
    hasattr: Builtin(has_attribute, Takes(2, 2)),
    type: Builtin(type_, Takes(1, 1)),
    dataclasses.replace: Builtin(replace_, ANYTHING),
    copy.copy: Builtin(copies.shallow, Takes(1, 1)),
    copy.deepcopy: Builtin(copies.deep, Takes(1, 1)),
    math.prod: Builtin(product, Takes(1, 1), whole=True),
    itertools.product: Builtin(nests.product, Takes(0, MANY, ("repeat",))),
    itertools.combinations: Builtin(nests.chosen(itertools.combinations, 1), Takes(1, 2, ("r",))),
    itertools.combinations_with_replacement: Builtin(
        nests.chosen(itertools.combinations_with_replacement, 0), Takes(1, 2, ("r",))
    ),
    itertools.permutations: Builtin(nests.chosen(itertools.permutations, None), Takes(1, 2, ("r",))),
    itertools.chain: Builtin(nests.chain, Takes(0, MANY)),
    warnings.simplefilter: Builtin(filters, Takes(1, 4, ("category", "lineno", "append"))),
    warnings.filterwarnings: Builtin(
        filters, Takes(1, 6, ("message", "category", "module", "lineno", "append"))
    ),
    iter: Builtin(iter_, Takes(1, 1)),
    next: Builtin(next_, Takes(1, 2)),
    **{kind.stands_for: Builtin(stood_in(kind), ANYTHING) for kind in STAND_INS},
    collections.OrderedDict: Builtin(dict_, ANYTHING),
    operator.itemgetter: Builtin(in_language(stand_ins.itemgetter), Takes(1, MANY)),
    operator.attrgetter: Builtin(in_language(stand_ins.attrgetter), Takes(1, 1)),
    operator.methodcaller: Builtin(in_language(stand_ins.methodcaller), ANYTHING),
    functools.wraps: Builtin(in_language(stand_ins.wraps), Takes(1, 3, ("assigned", "updated"))),
    contextlib.contextmanager: Builtin(in_language(stand_ins.contextmanager), Takes(1, 1)),
    contextlib._GeneratorContextManager: Builtin(managed, Takes(3, 3)),
    stand_ins.named_after: Builtin(named_after, Takes(2, 2)),
    **dict.fromkeys((functools.lru_cache, functools.cache), Builtin(kept, ANYTHING)),
    functools.partial: Builtin(in_language(stand_ins.partial), ANYTHING),
    **{function: Builtin(handler, takes) for function, (handler, takes) in STREAMS.items()},
    np.vectorize: Builtin(vectorize, ANYTHING),
    np.vectorize.__call__: Builtin(call_vectorized, ANYTHING),
    np.lib.stride_tricks.sliding_window_view: Builtin(sliding_window_view, ANYTHING),
    np.fromiter: Builtin(from_iterator, Takes(1, 3, ("dtype", "count")), whole=True),
    np.ndindex: Builtin(nests.ndindex, Takes(0, MANY)),
    np.ndenumerate: Builtin(nests.ndenumerate, Takes(1, 1)),
}

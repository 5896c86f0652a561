"""Python's builtins and classes, and the methods of its containers."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from functools import reduce
from typing import TypeAlias

import numpy as np

from adcompiler.frontend import prelude
from adcompiler.frontend.attributes import attribute, copy_of, rank_of, size_of
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Items,
    ListRef,
    Places,
    Range,
    Record,
    Ref,
    Static,
    Tup,
)
from adcompiler.frontend.context import PYTHON_KINDS, Capture, Lowering, describe
from adcompiler.frontend.expressions import BINARY_NAMES, arithmetic, new_list, truth_of
from adcompiler.frontend.iteration import backwards, enumerated, iterate, zipped
from adcompiler.frontend.merge import keep, leaf_operand, leaves, put_item, skeleton
from adcompiler.frontend.static import static_call, static_key, static_object
from adcompiler.frontend.unpacking import item_of, known_items
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.types import Array, Seq

Handler: TypeAlias = Callable[[Lowering, list[Binding], dict[str, Binding]], Binding]
SEQUENCES = (Tup, ListRef, Record)


def _plain(low: Lowering, keywords: dict[str, Binding], *allowed: str) -> None:
    for name in keywords:
        if name not in allowed:
            low.stop_keyword(
                name, f"the keyword {name!r} is not supported here", "leave it out, or write a loop"
            )


def _inline(low: Lowering, function: Callable[..., object], *arguments: Binding) -> Binding:
    from adcompiler.frontend.calls import call_function

    return call_function(low, function, list(arguments), {})


def length(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """len(x)."""
    (owner,) = arguments
    match owner:
        case Tup(items=items) | Record(items=items):
            return Static(len(items))
        case ListRef(cell) | DictRef(cell):
            content = low.store.contents[cell]
            if isinstance(content, Items):
                return low.wrap(low.apply("seq_length", content.sequences[0]))
            if isinstance(content, Places):
                return low.wrap(content.count)
            return Static(len(content))  # type: ignore[arg-type]
        case Ref(cell):
            return size_of(low, low.content(cell), 0)
        case Static():
            return static_call(low, len, owner)
    low.stop(f"{describe(owner)} has no len()", "take len of arrays and containers")


def range_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """range(...), to be looped over."""
    operands = [low.operand(a, "a bound of range") for a in arguments]
    for operand in operands:
        if not isinstance(operand.type, Array) or operand.type.dtype.kind not in "iu" or operand.type.rank:
            low.stop("range needs integers", "convert with int(...)")
    if len(operands) == 1:
        return Static(Range(Const(0), operands[0], Const(1)))
    return Static(Range(operands[0], operands[1], operands[2] if len(operands) > 2 else Const(1)))


def enumerate_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """enumerate(x, start)."""
    start = keywords.get("start") or (arguments[1] if len(arguments) > 1 else Static(0))
    return Static(enumerated(iterate(low, arguments[0]), low.operand(start)))


def zip_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """zip(...)."""
    _plain(low, keywords, "strict")
    strict = static_key(low, keywords.get("strict", Static(False)), "`strict`")
    over = zipped(low, [iterate(low, a) for a in arguments], bool(strict))
    if strict:
        over.length(low)  # refused here, not where the loop stands
    return Static(over)


def reversed_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """reversed(x)."""
    (owner,) = arguments
    if isinstance(owner, (Tup, ListRef)) and not _is_items(low, owner):
        path = owner.path if isinstance(owner, Tup) else owner.cell.path
        if not path:
            return Tup(tuple(reversed(known_items(low, owner, "to reverse it"))))
    return Static(backwards(low, iterate(low, owner)))


def _is_items(low: Lowering, owner: Binding) -> bool:
    return isinstance(owner, ListRef) and isinstance(low.store.contents[owner.cell], Items)


def number(kind: type) -> Handler:
    """float(x), int(x), bool(x), complex(x)."""

    def convert_to(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        if not arguments:
            return Static(kind())
        first = arguments[0]
        if all(isinstance(a, Static) for a in (*arguments, *keywords.values())):
            return on_static(kind)(low, arguments, keywords)
        if len(arguments) > 1 or keywords:
            hint = "write it with operators: a + 1j * b" if kind is complex else "make the number outside"
            low.stop(f"`{kind.__name__}` of two values that the program computes", hint)
        if kind is bool:
            return truth_of(low, first)
        operand = low.operand(first)
        if (
            isinstance(operand.type, Array)
            and operand.type.weak
            and operand.type.dtype == PYTHON_KINDS[kind].dtype
        ):
            return first
        return low.wrap(low.apply("python", operand, kind=PYTHON_KINDS[kind]))

    return convert_to


def absolute(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """abs(x)."""
    (x,) = arguments
    return (
        static_call(low, abs, x) if isinstance(x, Static) else arithmetic(low, "absolute", "builtins.abs", x)
    )


def extreme(
    name: str, path: str, function: Callable[..., object], over: Callable[..., object], test: str
) -> Handler:
    """min and max, of several numbers or of one sequence."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        _plain(low, keywords)
        if len(arguments) > 1:
            if all(isinstance(a, Static) for a in arguments):
                return static_call(low, function, *arguments)  # type: ignore[arg-type]
            return reduce(lambda a, b: _choose(low, name, path, function, a, b), arguments)
        (owner,) = arguments
        if isinstance(owner, Static) and not hasattr(owner.value, "item"):
            return static_call(low, function, owner)
        if isinstance(owner, Ref) and rank_of(low, owner) == 1:
            return low.wrap(low.apply(path.removeprefix("builtins."), low.operand(owner), path=path))
        if isinstance(owner, Ref) or _is_items(low, owner):
            return _inline(low, over, owner)
        return handler(low, known_items(low, owner, "to compare its items"), {})

    return handler


def _choose(
    low: Lowering, name: str, path: str, function: Callable[..., object], a: Binding, b: Binding
) -> Binding:
    from adcompiler.frontend.expressions import _by_size

    larger = _by_size(low, b, a, BINARY_NAMES["greater" if function is max else "less"][2])
    if larger is not None:
        return b if larger else a
    return arithmetic(low, name, path, a, b)


def sum_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """sum(x, start)."""
    start = keywords.get("start") or (arguments[1] if len(arguments) > 1 else Static(0))
    owner = arguments[0]
    if isinstance(owner, Ref) and start == Static(0):
        return low.wrap(low.apply("total", low.operand(owner)))
    if isinstance(owner, Ref) or _is_items(low, owner):
        return _inline(low, prelude.sum_of, owner, start)
    items = known_items(low, owner, "to add its items")
    add = BINARY_NAMES["add"]

    def plus(a: Binding, b: Binding) -> Binding:
        if isinstance(a, Static) and isinstance(b, Static):
            return static_call(low, add[2], a, b)
        if a == Static(0):
            return b if isinstance(b, Value) else arithmetic(low, add[0], add[1], a, b)
        return arithmetic(low, add[0], add[1], a, b)

    return reduce(plus, items, start)


def some(name: str, over: Callable[..., object]) -> Handler:
    """any and all."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        (owner,) = arguments
        if isinstance(owner, Ref) or _is_items(low, owner):
            return _inline(low, over, owner)
        result: Binding = Static(name == "all")
        for item in known_items(low, owner, f"for {name}"):
            condition = truth_of(low, item)
            if isinstance(condition, Static):
                if bool(condition.value) is (name == "any"):
                    return Static(name == "any")
                continue
            path = "operator.and_" if name == "all" else "operator.or_"
            if isinstance(result, Static):
                result = condition
            else:
                result = arithmetic(
                    low, "bitwise_and" if name == "all" else "bitwise_or", path, result, condition
                )
        return result

    return handler


def rounded(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """round(x, digits)."""
    if all(isinstance(a, Static) for a in arguments):
        return static_call(low, round, *arguments)  # type: ignore[arg-type]
    digits = keywords.get("ndigits") or (arguments[1] if len(arguments) > 1 else None)
    operand = low.operand(arguments[0])
    if digits is None and isinstance(operand.type, Array) and operand.type.weak:
        return low.wrap(low.apply("nearest", operand))
    number = low.static_int(digits, "the number of digits") if digits else 0
    return low.wrap(low.apply("round_digits", operand, ndigits=number))


def power(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """pow(a, b)."""
    arguments = [*arguments, *(keywords[name] for name in ("base", "exp", "mod") if name in keywords)]
    if len(arguments) != 2:
        low.stop("pow with a modulus is not supported", "use pow(a, b) % m")
    if all(isinstance(a, Static) for a in arguments):
        return static_call(low, pow, *arguments)  # type: ignore[arg-type]
    return arithmetic(low, "power", "operator.pow", *arguments)


def divided(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """divmod(a, b)."""
    quotient = arithmetic(low, "floor_divide", "operator.floordiv", *arguments)
    return Tup((quotient, arithmetic(low, "remainder", "operator.mod", *arguments)))


def is_instance(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """isinstance(x, types)."""
    value, kinds = arguments
    wanted = tuple(static_key(low, kind) for kind in (kinds.items if isinstance(kinds, Tup) else (kinds,)))
    return Static(any(issubclass(type_of_binding(low, value), kind) for kind in wanted))  # type: ignore[arg-type]


def type_of_binding(low: Lowering, binding: Binding) -> type:
    """The Python type that a binding has in the running program."""
    match binding:
        case Static(value):
            return type(value)
        case Tup():
            return tuple
        case ListRef():
            return list
        case DictRef():
            return dict
        case Record(kind):
            return kind
        case Ref():
            return np.ndarray
        case Value(type=Array(weak=True, dtype=dtype)):
            return type(dtype.type(0).item())
        case Value(type=Array(dtype=dtype)):
            return dtype.type
    return type(lambda: None)


def tuple_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """tuple(x)."""
    return Tup(tuple(_iterated(low, arguments[0])) if arguments else ())


def list_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """list(x)."""
    if arguments and _is_items(low, arguments[0]):
        return copy_of(low, arguments[0])
    if arguments and isinstance(arguments[0], Ref):
        array = low.content(arguments[0].cell)
        rows = low.value("seq_unstack", array)
        assert isinstance(rows.type, Seq) and isinstance(rows.type.item, Array)
        fresh = Cell()
        low.store.put(fresh, Items((rows,), Value(rows.type.item), low.store.copy()))
        return ListRef(fresh)
    return new_list(low, _iterated(low, arguments[0]) if arguments else [])


def _iterated(low: Lowering, binding: Binding) -> list[Binding]:
    if isinstance(binding, Static) and type(binding.value).__name__ in ("Range", "Iteration"):
        over = iterate(low, binding)
        count = over.count(low)
        if count is None:
            low.stop("the length of this list depends on data", "append to a list in a loop")
        return [over.item(low, Static(k)) for k in range(count)]
    return known_items(low, binding, "to make a list")


def dict_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """dict(x, key=value)."""
    from adcompiler.frontend.expressions import dict_items

    content: dict[object, Binding] = {}
    if arguments and isinstance(arguments[0], (DictRef, Static)) and not isinstance(arguments[0], Tup):
        if not (isinstance(arguments[0], Static) and type(arguments[0].value).__name__ == "Iteration"):
            content.update(dict_items(low, arguments[0]))
            arguments = []
    for pair in _iterated(low, arguments[0]) if arguments else []:
        key, value = known_items(low, pair, "as a dict item")
        content[static_key(low, key)] = value
    content.update(keywords)
    cell = Cell()
    low.store.put(cell, content)
    return DictRef(cell)


def get_attribute(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """getattr(x, name)."""
    name = static_key(low, arguments[1])
    assert isinstance(name, str)
    owner = arguments[0]
    if len(arguments) == 3 and isinstance(owner, Static) and not hasattr(owner.value, name):
        low.captures.append(Capture(lambda: hasattr(owner.value, name), False, f"{owner.origin}.{name}"))
        return arguments[2]
    return attribute(low, owner, name)


def mapped(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """map(f, ...)."""
    from adcompiler.frontend.calls import call_binding

    rows = zip(*(_iterated(low, a) for a in arguments[1:]), strict=False)
    return new_list(low, [call_binding(low, arguments[0], list(row), {}) for row in rows])


def folded(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """functools.reduce(f, items, start)."""
    from adcompiler.frontend.calls import call_binding

    items = [*arguments[2:], *_iterated(low, arguments[1])]
    return reduce(lambda a, b: call_binding(low, arguments[0], [a, b], {}), items)


def sorted_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """sorted(x, key=..., reverse=...) of things known while compiling."""
    owner = arguments[0]
    items = [] if isinstance(owner, (Value, Ref)) or _is_items(low, owner) else _iterated(low, owner)
    if not items or not all(isinstance(item, Static) for item in (*items, *keywords.values())):
        low.stop(
            f"`sorted` is called on {describe(owner)} that the program computes",
            "use np.sort(x), or x[np.argsort(key)]",
        )
    named = {key: value.value for key, value in keywords.items() if isinstance(value, Static)}
    values = [item.value for item in items if isinstance(item, Static)]
    made = static_call(low, lambda: tuple(sorted(values, **named)))  # type: ignore[call-overload]
    return new_list(low, made.items if isinstance(made, Tup) else [])


def on_static(function: Callable[..., object], hint: str = "") -> Handler:
    """A function that is called while compiling, on static arguments."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        if function in (str, repr):
            arguments = [low.settled(a, "a number in a text") for a in arguments]
        if hint and any(isinstance(a, (Value, Ref, ListRef)) for a in arguments):
            name = getattr(function, "__name__", "this")
            low.stop(f"`{name}` is called on {describe(arguments[0])} that the program computes", hint)
        what = f"an argument of `{getattr(function, '__name__', 'this call')}`"
        given = [static_object(low, a, what) for a in arguments]
        named = {key: static_object(low, value, what) for key, value in keywords.items()}
        return static_call(low, lambda: function(*given, **named))

    return handler


BUILTINS: dict[object, Handler] = {
    len: length,
    range: range_,
    enumerate: enumerate_,
    zip: zip_,
    reversed: reversed_,
    float: number(float),
    int: number(int),
    bool: number(bool),
    complex: number(complex),
    abs: absolute,
    min: extreme("minimum", "builtins.min", min, prelude.smallest, "less"),
    max: extreme("maximum", "builtins.max", max, prelude.largest, "greater"),
    sum: sum_,
    any: some("any", prelude.any_of),
    all: some("all", prelude.all_of),
    round: rounded,
    pow: power,
    divmod: divided,
    isinstance: is_instance,
    tuple: tuple_,
    list: list_,
    dict: dict_,
    getattr: get_attribute,
    map: mapped,
    reduce: folded,
    str: on_static(
        str, "print it instead: text of values that the program computes stays in print and in messages"
    ),
    repr: on_static(
        repr, "print it instead: text of values that the program computes stays in print and in messages"
    ),
    sorted: sorted_,
    slice: on_static(slice),
    callable: lambda low, arguments, keywords: Static(
        not isinstance(arguments[0], (Value, Ref, Tup, ListRef, DictRef))
    ),
    hasattr: lambda low, arguments, keywords: Static(
        hasattr(type_of_binding(low, arguments[0]), str(static_key(low, arguments[1])))
    ),
    type: lambda low, arguments, keywords: Static(type_of_binding(low, arguments[0])),
    dataclasses.replace: lambda low, arguments, keywords: replaced(low, arguments[0], keywords),
    math.prod: lambda low, arguments, keywords: reduce(
        lambda a, b: (  # type: ignore[arg-type]
            static_call(low, lambda x, y: x * y, a, b)  # type: ignore[return-value]
            if isinstance(a, Static) and isinstance(b, Static)
            else arithmetic(low, "multiply", "operator.mul", a, b)
        ),
        known_items(low, arguments[0], "to multiply its items"),
        Static(1),
    ),
}


# how many arguments a builtin takes, and under which keywords; of those in no table anything may be given
MANY = 1 << 30
TAKES: dict[object, tuple[int, int, tuple[str, ...]]] = {
    len: (1, 1, ()),
    range: (1, 3, ()),
    enumerate: (1, 2, ("start",)),
    reversed: (1, 1, ()),
    float: (0, 1, ()),
    int: (0, 2, ("base",)),
    bool: (0, 1, ()),
    complex: (0, 2, ("real", "imag")),
    abs: (1, 1, ()),
    min: (1, MANY, ("key", "default")),
    max: (1, MANY, ("key", "default")),
    sum: (1, 2, ("start",)),
    any: (1, 1, ()),
    all: (1, 1, ()),
    round: (1, 2, ("ndigits",)),
    pow: (0, 3, ("base", "exp", "mod")),
    divmod: (2, 2, ()),
    isinstance: (2, 2, ()),
    tuple: (0, 1, ()),
    list: (0, 1, ()),
    getattr: (2, 3, ()),
    map: (2, MANY, ()),
    reduce: (2, 3, ()),
    sorted: (1, 1, ("key", "reverse")),
    callable: (1, 1, ()),
    hasattr: (2, 2, ()),
    type: (1, 1, ()),
    math.prod: (1, 1, ()),
}
METHODS_TAKE = {
    "append": (1, 1),
    "extend": (1, 1),
    "pop": (0, 2),
    "insert": (2, 2),
    "reverse": (0, 0),
    "copy": (0, 0),
    "clear": (0, 0),
    "index": (1, 3),
    "count": (1, 1),
    "keys": (0, 0),
    "values": (0, 0),
    "items": (0, 0),
    "get": (1, 2),
    "update": (0, 1),
    "setdefault": (1, 2),
}


def takes(
    low: Lowering,
    name: str,
    arguments: list[Binding],
    keywords: dict[str, Binding],
    least: int,
    most: int,
    names: tuple[str, ...],
    any_keyword: bool = False,
) -> None:
    """Refuse a call with more, fewer or other arguments than a function takes here."""
    for keyword in keywords:
        if keyword not in names and not any_keyword:
            low.stop_keyword(keyword, f"{name}() takes no keyword {keyword!r} here", "leave it out")
    if not least <= len(arguments) <= most:
        wanted = (
            f"{least}" if least == most else f"at least {least}" if most == MANY else f"{least} to {most}"
        )
        low.stop(f"{name}() is given {len(arguments)} arguments", f"give it {wanted}")


def call_builtin(
    low: Lowering, function: object, handler: Handler, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Call a builtin with the arguments that it takes."""
    if function in TAKES:
        takes(low, getattr(function, "__name__", "this"), arguments, keywords, *TAKES[function])
    return handler(low, arguments, keywords)


def construct(low: Lowering, kind: type, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """An instance of a class: NumPy scalars, named tuples, dataclasses."""
    if issubclass(kind, np.generic):
        operand = low.operand(arguments[0]) if arguments else Const(0)
        return low.wrap(low.apply("astype", operand, dtype=np.dtype(kind)))
    if all(isinstance(a, Static) for a in (*arguments, *keywords.values())) and kind.__module__ in (
        "builtins",
        "numpy",
        "functools",
    ):
        return on_static(kind)(low, arguments, keywords)
    names: tuple[str, ...] = ()
    if not _generated(kind):
        low.stop(
            f"making a `{kind.__name__}` runs code that changes an object",
            "use tuples, dicts, named tuples or dataclasses, or make it outside",
        )
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        names = kind._fields
        defaults = getattr(kind, "_field_defaults", {})
    elif dataclasses.is_dataclass(kind) and "__post_init__" not in dir(kind):
        fields = [f for f in dataclasses.fields(kind) if f.init]
        names = tuple(f.name for f in fields)
        defaults = {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
        for f in fields[len(arguments) :]:
            if f.default_factory is not dataclasses.MISSING and f.name not in keywords:
                low.stop(
                    f"`{kind.__name__}` fills its field {f.name!r} by a default factory",
                    f"give it a value: {f.name}=...",
                )
    else:
        low.stop(
            f"making a `{kind.__name__}` runs its __post_init__, which changes the object",
            "compute the fields first, in a function that makes a class without __post_init__",
        )
    given = dict(zip(names, arguments, strict=False))
    given.update(keywords)
    missing = [name for name in names if name not in given and name not in defaults]
    if missing or len(arguments) > len(names) or set(given) - set(names):
        low.stop(f"`{kind.__name__}` has the fields {', '.join(names)}", "give each of them once")
    return Record(kind, names, tuple(given[n] if n in given else Static(defaults[n]) for n in names))


def _generated(kind: type) -> bool:
    """Whether instances are made by code that Python wrote: of a named tuple or a dataclass."""
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        maker: object = kind.__new__
    else:
        maker = kind.__init__ if dataclasses.is_dataclass(kind) else None
    code = getattr(maker, "__code__", None)
    return code is not None and code.co_filename.startswith("<")


def replaced(low: Lowering, owner: Binding, changes: dict[str, Binding]) -> Binding:
    """dataclasses.replace(owner, **changes), and _replace of a named tuple."""
    if not isinstance(owner, Record) or "__post_init__" in dir(owner.type):
        low.stop(
            f"{describe(owner)} cannot be replaced in part",
            "use a named tuple, or a dataclass without __post_init__",
        )
    for name in changes:
        if name not in owner.names:
            low.stop_keyword(
                name, f"`{owner.type.__name__}` has the fields {', '.join(owner.names)}", "use one of them"
            )
    items = [changes.get(name, item) for name, item in zip(owner.names, owner.items, strict=True)]
    return Record(owner.type, owner.names, tuple(items))


# ---------------------------------------------------------------------------------------------------- methods of containers


def container_method(
    low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """A method of a list, tuple or dict."""
    least, most = METHODS_TAKE[name]
    takes(low, name, arguments, keywords, least, most, (), any_keyword=name == "update")
    match owner, name:
        case ListRef(cell), "clear":
            _owned(low, cell)
            low.store.put(cell, ())
            return Static(None)
        case ListRef(cell), "append":
            _append(low, cell, arguments[0])
            return Static(None)
        case ListRef(cell), "extend":
            for item in _iterated(low, arguments[0]):
                _append(low, cell, item)
            return Static(None)
        case ListRef(cell), "pop":
            return _pop(low, cell, arguments)
        case ListRef(cell), "insert" | "reverse":
            _owned(low, cell)
            items = known_items(low, owner, f"for {name}")
            if name == "insert":
                items.insert(low.static_int(arguments[0], "the position"), arguments[1])
            low.store.put(cell, tuple(items if name == "insert" else reversed(items)))
            return Static(None)
        case ((ListRef() | DictRef()), "copy"):
            return copy_of(low, owner)
        case ((ListRef() | Tup()), "index" | "count"):
            items = known_items(low, owner, f"for {name}")
            if all(isinstance(item, Static) for item in items):
                given = [static_key(low, a, f"an argument of {name}") for a in arguments]
                return static_call(low, lambda: getattr([i.value for i in items], name)(*given))  # type: ignore[union-attr]
        case DictRef(cell), _:
            return _dict_method(low, cell, name, arguments, keywords)
    low.stop(f"the method {name!r} of {describe(owner)} is not supported here", "use a loop instead")


def _owned(low: Lowering, cell: Cell) -> None:
    if any(cell in lists for lists in low.iterated):
        low.stop(
            f"this changes the length of the list {cell.name!r} while a loop goes over it",
            "go over a copy, `for v in list(xs)`, or collect in another list",
        )
    if cell.path:
        low.written_arguments.add(cell.path)
    if cell.shared:
        low.stop(f"this changes a container that {cell.shared}", "make a new one")


def _append(low: Lowering, cell: Cell, item: Binding) -> None:
    _owned(low, cell)
    content = low.store.contents[cell]
    if not isinstance(content, Items):
        low.store.put(cell, (*content, item))  # type: ignore[misc]
        return
    if skeleton(item, low.store) != skeleton(content.item, content.store):
        low.stop(
            f"{describe(item)} is appended to the list {cell.name!r}, whose items are {describe(content.item)}",
            "keep one structure for every item",
        )
    sequences: list[Operand] = []
    keep(low, item)
    for sequence, leaf in zip(content.sequences, leaves(low, item, low.store), strict=True):
        value = leaf_operand(leaf, low.store, low)

        def put(value: Operand, sequence: Operand = sequence) -> Value:
            return low.value("seq_append", sequence, value, hint=cell.name)

        sequences.append(put_item(low, cell.name, sequence, value, put, "appended to"))
    low.store.put(cell, Items(tuple(sequences), content.item, content.store))


def _pop(low: Lowering, cell: Cell, arguments: list[Binding]) -> Binding:
    _owned(low, cell)
    content = low.store.contents[cell]
    if isinstance(content, Items):
        if arguments and arguments[0] != Static(-1):
            low.stop("only the last item can be popped from a list whose length depends on data", "use pop()")
        item = item_of(low, content, Const(-1))
        dropped = tuple(low.value("seq_drop", sequence, hint=cell.name) for sequence in content.sequences)
        low.store.put(cell, Items(dropped, content.item, content.store))
        return item
    items = list(content)  # type: ignore[call-overload]
    position = low.static_int(arguments[0], "the position") if arguments else -1
    if not -len(items) <= position < len(items):
        low.stop(f"pop({position}) from a list of {len(items)} items", "test its length first")
    popped = items.pop(position)
    low.store.put(cell, tuple(items))
    return popped  # type: ignore[no-any-return]


def _dict_method(
    low: Lowering, cell: Cell, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    from adcompiler.frontend.expressions import dict_items

    content = low.store.contents[cell]
    assert isinstance(content, dict)
    match name:
        case "keys":
            return Tup(tuple(Static(key) for key in content))
        case "values":
            return Tup(tuple(content.values()))
        case "items":
            return Tup(tuple(Tup((Static(key), value)) for key, value in content.items()))
        case "get":
            fallback = arguments[1] if len(arguments) > 1 else Static(None)
            return content.get(static_key(low, arguments[0]), fallback)  # type: ignore[no-any-return]
        case "update":
            _owned(low, cell)
            more = dict_items(low, arguments[0]) if arguments else {}
            low.store.put(cell, {**content, **more, **keywords})
            return Static(None)
        case "clear":
            _owned(low, cell)
            low.store.put(cell, {})
            return Static(None)
        case "setdefault" | "pop":
            key = static_key(low, arguments[0])
            default = arguments[1] if len(arguments) > 1 else Static(None) if name == "setdefault" else None
            value: Binding | None = content.get(key, default)
            if value is None:
                low.stop(
                    f"the dict has no key {key!r}; it has {', '.join(map(repr, content))}",
                    "use one of its keys",
                )
            _owned(low, cell)
            rest = {k: v for k, v in content.items() if k != key}
            low.store.put(cell, rest if name == "pop" else {**content, key: value})
            return value
    low.stop(f"the method {name!r} of a dict is not supported", "use a plain loop or subscripts")

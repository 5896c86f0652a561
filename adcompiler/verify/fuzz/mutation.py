"""Random statements that change arrays, lists, dicts and objects other than by an assignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adcompiler.verify.fuzz.expressions import condition, damped, operand, small
from adcompiler.verify.fuzz.naming import held
from adcompiler.verify.fuzz.scope import Items, Number, Parts, Place, Writer
from adcompiler.verify.fuzz.statements import prefix_of, value_for
from adcompiler.verify.fuzz.subscripts import element

# a class of the module whose methods change the object and the array that it holds
CLASS = """class Box:
    def __init__(self, values, factor=0.5):
        self.values = values
        self.factor = factor
    def push(self, step):
        self.factor = 0.8 * self.factor + 0.2 * np.sin(step)
        self.values[0] += 0.1 * step
        return self.factor
    def put(self, values):
        self.values = values
    def back(self):
        return self.values[::-1]
    @property
    def total(self):
        return self.factor * np.sum(self.values)""".splitlines()


def box(length: int) -> Parts:
    """The type of its instances."""
    return Parts((".values", ".factor"), (Number((length,)), Number()), "Box")


def into(w: Writer) -> bool:
    """np.add(a, b, out=v1): what NumPy computes is written to an array that is there."""
    target = held(w, 0.6)
    if target is None:
        return False
    text, shape = target
    first, second = damped(w, operand(w, shape, 2)), value_for(w, shape)
    if w.chance(0.4):
        function = w.pick(["sin", "tanh", "arctan", "cos"])
        w.emit(f"np.{function}({w.pick([text, first])}, out={text})")
        return True
    function = w.pick(["add", "subtract", "multiply"])
    w.emit(f"np.{function}({w.pick([text, first])}, {second}, out={text})")
    return True


def filled(w: Writer) -> bool:
    """v1.fill(s), np.copyto(v1, v2), np.put, np.fill_diagonal."""
    target = held(w, 0.6)
    if target is None:
        return False
    text, shape = target
    options = [f"{text}.fill({small(w, 1)})", f"np.copyto({text}, {value_for(w, shape)})"]
    masks = w.numbers(shape, "bool")
    if masks:
        options.append(f"np.copyto({text}, {value_for(w, shape)}, where={w.pick(masks)})")
    if len(shape) == 2:
        options.append(f"np.fill_diagonal({text}, {small(w, 1)})")
    if len(shape) == 1:
        options.append(f"np.put({text}, [{w.random.randrange(shape[0])}], {small(w, 1)})")
    w.emit(w.pick(options))
    return True


def second_list(w: Writer) -> bool:
    """q2 = q1; q2.append(s): the list has grown under its other name too."""
    lists = w.rebindable(lambda type: isinstance(type, Items))
    if not lists:
        return False
    name = w.pick(lists)
    type = w.names[name]
    assert isinstance(type, Items)
    item = value_for(w, type.item.shape)
    other = w.fresh("q")
    w.emit(f"{other} = {name}")
    forms = [(f"{other}.append({item})", 1), (f"{other} += [{item}]", 1), (f"{other}.insert(0, {item})", 1)]
    forms += [(f"{other}.extend([{item}, {item}])", 2), (f"{other}.reverse()", 0)]
    if type.least:
        forms += [
            (f"{other}[-1] = {item}", 0),
            (f"del {other}[0]", -1),
            (f"del {other}[-1]", -1),
            (f"{other}[:1] = [{item}]", 0),
        ]
    text, more = w.pick(forms)
    w.emit(text)
    w.names[name] = replace(type, least=type.least + more)
    return True


def over_dict(w: Writer) -> bool:
    """for over the keys, values or items of a dict, which are changed."""
    dicts = w.places(lambda type: isinstance(type, Parts) and type.suffixes[0].startswith("['"))
    if not dicts:
        return False
    text, _ = w.pick(dicts)
    key, value, total = w.fresh("key"), w.fresh("value"), w.fresh("s")
    w.emit(f"{total} = 0.0")
    form = w.pick(["keys", "values", "items"])
    head = {"keys": f"{key} in {text}", "values": f"{value} in {text}.values()"}
    w.emit(f"for {head.get(form, f'{key}, {value} in {text}.items()')}:")
    if form == "keys":
        w.emit(f"    {text}[{key}] = {w.constant(0.5, 0.9)} * {text}[{key}]")
        w.emit(f"    {total} += np.sum({text}[{key}])")
    else:
        w.emit(f"    {value} *= {w.constant(0.5, 0.9)}")
        w.emit(f"    {total} = {total} + 0.3 * np.sum({value})")
    w.names[total] = Number()
    return True


def use_object(w: Writer) -> bool:
    """An object that holds an array which has a name; its methods, which change it, and its property."""
    kind = dict(w.records).get("Box")
    if kind is None:
        return False
    found = w.places(lambda type: type == kind)
    assert isinstance(kind.types[0], Number)
    shape = kind.types[0].shape
    arrays = w.numbers(shape)
    if not found:
        if arrays:
            w.emit(f"{w.define('r', kind)} = Box({w.pick(arrays)}, {small(w, 1)})")
        return bool(arrays)
    text, _ = w.pick(found)
    match w.pick(["push", "push", "put", "back", "total"]):
        case "push":
            w.emit(f"{w.define('s', Number())} = {text}.push({small(w, 1)})")
        case "put":
            w.emit(f"{text}.put({w.pick(arrays)})")
        case "back":
            w.emit(f"{w.define(prefix_of(shape), Number(shape))} = {text}.back()")
        case _:
            w.emit(f"{w.define('s', Number())} = {text}.total")
    return True


def outer_number(w: Writer) -> bool:
    """A function inside that binds a number around it anew."""
    names = w.rebindable(lambda type: type == Number())
    names = [name for name in names if name.isidentifier()]
    if not names or w.depth != 1 or w.nested:
        return False
    name, function = w.pick(names), w.fresh("h")
    parameter = w.fresh("s")
    w.emit(f"def {function}({parameter}):")
    w.emit(f"    nonlocal {name}")
    w.emit(f"    {name} = 0.7 * {name} + 0.3 * np.sin({parameter})")
    w.emit(f"    return {name} * {parameter}")
    w.emit(f"{w.define('s', Number())} = {function}({small(w, 1)})")
    return True


def named_inside(w: Writer) -> bool:
    """A name bound within a test."""
    name = w.define("s", Number())
    w.emit(f"if ({name} := {small(w)}) > {w.constant(-0.3, 1.0)}:")
    w.emit(f"    {name} = {name} * {w.constant()}")
    return True


def starred(w: Writer) -> bool:
    """first, *rest = ..., or a call with a starred argument."""
    lists = w.places(lambda type: isinstance(type, Items) and type.least > 0)
    vectors = [
        place for place in w.arrays(rank=1) if isinstance(place.type, Number) and place.type.shape[0] > 1
    ]
    if lists and w.chance(0.6):
        text, type = w.pick(lists)
        assert isinstance(type, Items)
        first, rest = (
            w.define(prefix_of(type.item.shape), type.item),
            w.define("q", Items(type.item, type.least - 1)),
        )
        w.emit(f"{first}, *{rest} = {text}")
        return True
    if not vectors:
        return False
    text, type = w.pick(vectors)
    assert isinstance(type, Number)
    w.emit(f"*{w.define('q', Items(Number(), type.shape[0] - 1))}, {w.define('s', Number())} = {text}")
    return True


def matched(w: Writer) -> bool:
    """match on a number that is known while compiling, or on a tuple."""
    names = w.rebindable(lambda type: type == Number())
    if not names:
        return False
    name = w.pick(names)
    w.emit(f"match ({w.pick('012')}, {small(w, 1)}):")
    bound = w.fresh("s")
    w.emit(f"    case (0, {bound}) if {bound} > {w.constant(-0.3, 1.0)}:")
    w.emit(f"        {name} = {bound}")
    w.emit(f"    case (0 | 1, {bound}):")
    w.emit(f"        {name} = {w.constant()} * {bound}")
    w.emit("    case _:")
    w.emit(f"        {name} = {small(w, 1)}")
    return True


def flattened(w: Writer) -> bool:
    """M1.flat[i] = s, and a store into what a call returns."""
    found = w.arrays()
    if not found:
        return False
    place = w.pick(found)
    assert isinstance(place.type, Number)
    total = 1
    for size in place.type.shape:
        total *= size
    if w.chance(0.5):
        w.emit(f"{place.text}.flat[{w.random.randrange(total)}] {w.pick(['=', '+='])} {small(w, 1)}")
        return True
    form = w.pick(["np.asarray({})", "np.atleast_1d({})", "np.asanyarray({})"])
    alias = form.format(place.text)
    w.emit(f"{element(w, Place(alias, place.type))} {w.pick(['=', '+=', '*='])} {small(w, 1)}")
    return True


def guarded(w: Writer) -> bool:
    """A block under np.errstate, or a try with a finally."""
    target = held(w, 0.6)
    if target is None:
        return False
    text, shape = target
    if w.chance(0.5):
        w.emit(f"with np.errstate({w.pick(['all', 'divide', 'over'])}='ignore'):")
        w.emit(f"    {text}[...] = {value_for(w, shape)}")
        return True
    w.emit("try:")
    w.emit(f"    {text}[...] = {value_for(w, shape)}")
    w.emit(f"    if {condition(w)}:")
    w.emit(f"        {text}[...] *= {w.constant(0.3, 0.9)}")
    w.emit("finally:")
    w.emit(f"    {text}[...] {w.pick(['+=', '='])} {small(w, 1)}")
    return True


STATEMENTS: list[tuple[float, Callable[[Writer], bool]]] = [
    (2.5, into),
    (2.5, filled),
    (4.0, second_list),
    (2.5, over_dict),
    (6.0, use_object),
    (1.0, outer_number),
    (0.8, named_inside),
    (1.0, starred),
    (0.8, matched),
    (1.5, flattened),
    (1.0, guarded),
]

"""Random statements without a block: bindings, stores, augmented assignments, containers, calls."""

from __future__ import annotations

from adcompiler.verify.fuzz.expressions import (
    array,
    call,
    condition,
    damped,
    operand,
    small,
)
from adcompiler.verify.fuzz.scope import Function, Items, Number, Parts, Place, Shape, Type, Writer
from adcompiler.verify.fuzz.subscripts import element, index, views_of


def is_float(type: Type) -> bool:
    """Whether a type is a single float."""
    return type == Number()


def is_array(type: Type) -> bool:
    """Whether a type is an array of floats."""
    return isinstance(type, Number) and bool(type.shape) and type.kind == "float"


def prefix_of(shape: Shape) -> str:
    """The first letter of a name: s for numbers, v for vectors, M for matrices."""
    return "svMT"[len(shape)]


def some_shape(w: Writer) -> Shape:
    """A shape that the program has already, mostly."""
    found = [place.type.shape for place in w.arrays() if isinstance(place.type, Number)]
    if not found or w.chance(0.15):
        return w.pick([(2,), (3,), (1,), (2, 1), (1, 3), (2, 2)])
    return w.pick(found)


def store_target(w: Writer) -> tuple[str, Shape] | None:
    """A part of an array that can be assigned, with its shape."""
    found = w.arrays()
    if not found:
        return None
    place = w.pick(found)
    assert isinstance(place.type, Number)
    choice = w.random.random()
    if choice < 0.45:
        return element(w, place), ()
    if choice < 0.52:
        return f"{place.text}[{w.pick([':', '...'])}]", place.type.shape
    if choice < 0.62 and len(place.type.shape) == 1:
        numbers = w.numbers(place.type.shape, "int")
        if numbers:
            return f"{place.text}[{w.pick(numbers)}]", place.type.shape
    views = [(text, shape) for text, shape in views_of(w, place) if text.endswith("]")]
    text, shape = w.pick(views)
    if choice > 0.93 and len(shape) == 1:
        return f"{text}[{index(w, shape[0])}]", ()
    return text, shape


def value_for(w: Writer, shape: Shape) -> str:
    """What may be assigned to a part of that shape."""
    return damped(w, operand(w, shape, 1)) if shape else small(w)


# ---------------------------------------------------------------- bindings
def bind_number(w: Writer) -> bool:
    """s1 = expression; an old name or a new one."""
    text = small(w)
    if w.chance(0.12):
        text = w.pick(["0", "0.0", "1", "1.0"])
    names = w.rebindable(is_float)
    if names and w.chance(0.4):
        w.emit(f"{w.pick(names)} = {text}")
        return True
    w.emit(f"{w.define('s', Number())} = {text}")
    return True


def bind_array(w: Writer) -> bool:
    """v1 = expression; an old name of that shape or a new one."""
    shape = some_shape(w)
    text = damped(w, array(w, shape))
    if w.chance(0.35):
        text = w.pick([f"({text}).copy()", f"np.array({text})", f"1.0 * ({text})"])
    names = w.rebindable(lambda type: type == Number(shape))
    if names and w.chance(0.4):
        w.emit(f"{w.pick(names)} = {text}")
        return True
    w.emit(f"{w.define(prefix_of(shape), Number(shape))} = {text}")
    return True


def bind_mask(w: Writer) -> bool:
    """A boolean array."""
    shape = some_shape(w)
    text = f"{damped(w, array(w, shape, 2))} {w.pick(['>', '<'])} {w.constant(-0.3, 1.0)}"
    w.emit(f"{w.define('b', Number(shape, 'bool'))} = {text}")
    return True


def bind_integers(w: Writer) -> bool:
    """An array of indices."""
    found = w.arrays(rank=1)
    if not found:
        return False
    text, type = w.pick(found)
    assert isinstance(type, Number)
    (n,) = type.shape
    made = [f"np.argsort({text})", f"np.arange({w.size(n)})", f"np.arange({w.size(n)})[::-1]"]
    made += [f"np.array([{', '.join(str(w.random.randrange(n)) for _ in range(n))}])"]
    w.emit(f"{w.define('k', Number((n,), 'int'))} = {w.pick(made)}")
    return True


def unpack(w: Writer) -> bool:
    """s1, s2 = ..., with the right side read before anything is bound; or the elements of a short vector."""
    pairs = w.places(lambda type: type == Number((2,)))
    if pairs and w.chance(0.3):
        text = w.pick(pairs).text
        w.emit(f"{w.define('s', Number())}, {w.define('s', Number())} = {text}")
        return True
    names = w.rebindable(is_float)
    if len(names) >= 2 and w.chance(0.6):
        first, second = w.random.sample(names, 2)
        w.emit(f"{first}, {second} = {w.pick([second, small(w)])}, {w.pick([first, small(w)])}")
        return True
    left, right = small(w), small(w)
    w.emit(f"{w.define('s', Number())}, {w.define('s', Number())} = {left}, {right}")
    return True


def augment_number(w: Writer) -> bool:
    """s1 += expression."""
    names = w.rebindable(is_float)
    if not names:
        return bind_number(w)
    operator = w.weighted([(4, "+="), (2, "-="), (1.5, "*="), (0.7, "/=")])
    w.emit(f"{w.pick(names)} {operator} {_step(w, operator, ())}")
    return True


def _step(w: Writer, operator: str, shape: Shape) -> str:
    """The right side of an augmented assignment; what is added again and again stays small."""
    if operator == "/=":
        return f"1.5 + ({value_for(w, shape)}) ** 2"
    if operator == "*=":
        return damped(w, operand(w, shape, 2), 1.1)
    return f"{w.constant(0.2, 0.5)} * ({value_for(w, shape)})"


def augment_array(w: Writer) -> bool:
    """v1 += expression: whoever else holds the array sees it."""
    names = w.rebindable(is_array)
    if not names:
        return False
    name = w.pick(names)
    type = w.names[name]
    assert isinstance(type, Number)
    operator = w.weighted([(4, "+="), (2, "-="), (2, "*="), (0.7, "/=")])
    w.emit(f"{name} {operator} {_step(w, operator, type.shape)}")
    return True


# ---------------------------------------------------------------- stores
def store(w: Writer) -> bool:
    """v1[i] = expression, M1[1:] = expression, ..."""
    target = store_target(w)
    if target is None:
        return False
    text, shape = target
    w.emit(f"{text} = {value_for(w, shape)}")
    return True


def augment_store(w: Writer) -> bool:
    """v1[i] += expression, M1[:, 0] *= expression, ..."""
    target = store_target(w)
    if target is None:
        return False
    text, shape = target
    operator = w.weighted([(4, "+="), (2, "-="), (2, "*="), (0.5, "/=")])
    w.emit(f"{text} {operator} {_step(w, operator, shape)}")
    return True


def store_masked(w: Writer) -> bool:
    """v1[v1 > 0] = expression, v1[b1] *= expression."""
    found = w.arrays()
    if not found:
        return False
    text, type = w.pick(found)
    assert isinstance(type, Number)
    masks = w.numbers(type.shape, "bool")
    mask = w.pick(masks) if masks and w.chance(0.6) else f"{text} > {w.constant(-0.3, 1.0)}"
    operator = w.pick(["=", "=", "*=", "+="])
    w.emit(f"{text}[{mask}] {operator} {small(w, 1)}")
    return True


def add_at(w: Writer) -> bool:
    """np.add.at(v1, k1, expression)."""
    numbers = [place for place in w.arrays("int", rank=1) if isinstance(place.type, Number)]
    pairs = [
        (v, k.text, k.type.shape)
        for k in numbers
        if isinstance(k.type, Number)
        for v in w.numbers(k.type.shape)
    ]
    if not pairs:
        return False
    vector, numbers_text, shape = w.pick(pairs)
    w.emit(f"np.add.at({vector}, {numbers_text}, {value_for(w, shape)})")
    return True


# ---------------------------------------------------------------- containers
def make_container(w: Writer) -> bool:
    """A tuple, dict, list or record of what is at hand: arrays in it keep their other names."""
    arrays = w.arrays()
    kind = w.weighted([(3, "tuple"), (3, "dict"), (3, "list"), (3, "record")])
    if kind == "list":
        shape = w.pick([(), () if not arrays else _shape_of(w.pick(arrays))])
        count = w.pick([1, 2, 2, 3])
        items = [_item(w, shape) for _ in range(count)]
        text = f"[{', '.join(items)}]"
        if w.chance(0.15):
            text, count = f"{text} * 2", 2 * count
        w.emit(f"{w.define('q', Items(Number(shape), count))} = {text}")
        return True
    if kind == "record" and w.records:
        name, parts = w.pick(w.records)
        values = [_item(w, part.shape) for part in parts.types if isinstance(part, Number)]
        fields = [suffix[1:] for suffix in parts.suffixes]
        if w.chance(0.4):
            values = [f"{field}={value}" for field, value in zip(fields, values, strict=True)]
        w.emit(f"{w.define('r', parts)} = {name}({', '.join(values)})")
        return True
    shapes = [w.pick([(), _shape_of(w.pick(arrays)) if arrays else ()]) for _ in range(w.pick([2, 2, 3]))]
    items = [_item(w, shape) for shape in shapes]
    types = tuple(Number(shape) for shape in shapes)
    if kind == "dict":
        keys = "abc"[: len(items)]
        pairs = ", ".join(f"'{key}': {item}" for key, item in zip(keys, items, strict=True))
        suffixes = tuple(f"['{key}']" for key in keys)
        w.emit(f"{w.define('d', Parts(suffixes, types))} = {{{pairs}}}")
        return True
    suffixes = tuple(f"[{k}]" for k in range(len(items)))
    w.emit(f"{w.define('t', Parts(suffixes, types))} = ({', '.join(items)})")
    return True


def _shape_of(place: Place) -> Shape:
    return place.type.shape if isinstance(place.type, Number) else ()


def _item(w: Writer, shape: Shape) -> str:
    """An item of a container: a name or a view if there is one, so that it has two names."""
    names = w.numbers(shape)
    if shape and names and w.chance(0.6):
        return w.pick(names)
    return damped(w, array(w, shape, 1)) if shape else small(w, 1)


def change_container(w: Writer) -> bool:
    """q1.append(expression), q1[0] = expression, d1['a'] = expression."""
    lists = [place for place in w.places(lambda type: isinstance(type, Items)) if place.text not in w.locked]
    if lists and w.chance(0.7):
        text, type = w.pick(lists)
        assert isinstance(type, Items)
        item = _item(w, type.item.shape)
        if type.least and w.chance(0.25):
            w.emit(f"{text}[{w.pick(['0', '-1'])}] {w.pick(['=', '=', '+='])} {item}")
            return True
        if w.chance(0.5) and type.least >= 1:
            w.emit(f"{w.define(prefix_of(type.item.shape), type.item)} = {text}.pop()")
            w.names[text] = Items(type.item, type.least - 1)
            return True
        w.emit(f"{text}.append({item})")
        if text in w.names:
            w.names[text] = Items(type.item, type.least + 1)
        return True
    dicts = w.places(lambda type: isinstance(type, Parts) and type.writable)
    if not dicts:
        return False
    text, type = w.pick(dicts)
    assert isinstance(type, Parts)
    k = w.random.randrange(len(type.suffixes))
    part = type.types[k]
    if not isinstance(part, Number):
        return False
    w.emit(f"{text}{type.suffixes[k]} {w.pick(['=', '=', '+='])} {_item(w, part.shape)}")
    return True


def comprehension(w: Writer) -> bool:
    """q1 = [expression for ...]."""
    name, result = w.fresh("i"), w.fresh("q")
    before = dict(w.names)
    vectors, matrices = w.arrays(rank=1), w.arrays(rank=2)
    count = w.pick([2, 3])
    source = f"range({count})"
    if matrices and w.chance(0.3):
        text, type = w.pick(matrices)
        assert isinstance(type, Number)
        source, count = text, type.shape[0]
        w.names[name] = Number(type.shape[1:])
    elif vectors and w.chance(0.5):
        text, type = w.pick(vectors)
        assert isinstance(type, Number)
        source, count = text, type.shape[0]
        w.names[name] = Number()
    item = Number(w.pick([(), (), some_shape(w)]))
    test = f" if {condition(w)}" if w.chance(0.15) else ""
    body = damped(w, array(w, item.shape, 1)) if item.shape else small(w, 1)
    w.names = before
    w.emit(f"{result} = [{body} for {name} in {source}{test}]")
    w.names[result] = Items(item, 0 if test else count)
    return True


# ---------------------------------------------------------------- calls
def call_function(w: Writer) -> bool:
    """A call of a function of the program, for its result or for what it writes."""
    found = w.places(lambda type: isinstance(type, Function))
    if not found:
        return False
    place = w.pick(found)
    assert isinstance(place.type, Function)
    text = call(w, place, 1)
    if text is None:
        return False
    match place.type.result:
        case None:
            w.emit(text)
        case Number(shape=shape):
            w.emit(f"{w.define(prefix_of(shape), Number(shape))} = {text}")
        case Parts(suffixes=suffixes, types=types) if w.chance(0.6) and suffixes[0] == "[0]":
            names = [w.define(prefix_of(_shape_of(Place("", part))), part) for part in types]
            w.emit(f"{', '.join(names)} = {text}")
        case other:
            w.emit(f"{w.define('t', other)} = {text}")
    return True


def define_lambda(w: Writer) -> bool:
    """g1 = lambda u: expression, which may read names that change before it is called."""
    name, parameter = w.fresh("g"), w.fresh("u")
    before, locked = dict(w.names), set(w.locked)
    shape = w.pick([(), (), some_shape(w)])
    w.names[parameter] = Number(shape)
    body = damped(w, array(w, shape, 1)) if shape and w.chance(0.5) else small(w, 1)
    result = Number(shape) if not body.isidentifier() else None
    w.names, w.locked = before, locked
    if result is None or shape:
        # whether the body is an array or a number is not known from its text
        body, result = f"np.sum({body}) * 0.2", Number()
    w.emit(f"{name} = lambda {parameter}: {body}")
    w.names[name] = Function((Number(shape),), result)
    return True

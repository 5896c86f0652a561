"""Random statements with blocks: branches, loops of every kind, and the ways out of them."""

from __future__ import annotations

from collections.abc import Callable

from adcompiler.verify.fuzz import mutation, naming, statements
from adcompiler.verify.fuzz.expressions import array, condition, damped, small
from adcompiler.verify.fuzz.scope import Function, Integer, Items, Number, Parts, Type, Writer

DEEPEST = 4  # levels of indentation


def block(w: Writer, count: int) -> None:
    """So many statements, as far as the budget goes."""
    for _ in range(count):
        if w.budget > 0:
            statement(w)


def statement(w: Writer) -> None:
    """One random statement, with what is inside it."""
    w.budget -= 1
    options = _PLAIN + (_BLOCKS if w.depth < DEEPEST and w.budget > 1 else [])
    for _ in range(6):  # what needs names that are not there is drawn again
        if w.weighted(options)(w):
            return
    statements.bind_number(w)


# ---------------------------------------------------------------- branches
def branch(w: Writer) -> bool:
    """if, perhaps elif, perhaps else; an arm may leave the loop or the function."""
    with w.block(f"if {condition(w)}:"):
        block(w, w.pick([1, 1, 2, 3]))
        leave(w, 0.25)
    if w.chance(0.25):
        with w.block(f"elif {condition(w)}:"):
            block(w, w.pick([1, 2]))
            leave(w, 0.15)
    if w.chance(0.45):
        with w.block("else:"):
            block(w, w.pick([1, 1, 2]))
            leave(w, 0.1)
    return True


def leave(w: Writer, probability: float) -> None:
    """break, continue or return at the end of a block, sometimes."""
    if not w.chance(probability):
        return
    ways = ["break", "break", "continue", "continue", "return"] if w.loops else []
    way = w.pick([*ways, "return"])
    if way == "return" and (w.result is None and w.nested == 0 or w.chance(0.1 if w.loops else 0.2)):
        return
    w.emit(returned(w) if way == "return" else way)


def returned(w: Writer) -> str:
    """A return of what the function returns."""
    return f"return {value_of(w, w.result)}".rstrip()


def value_of(w: Writer, type: Type | None) -> str:
    """A value of a type that a function may return; arrays are often somebody else's."""
    match type:
        case Number(shape=()):
            return small(w)
        case Number(shape=shape):
            names = w.numbers(shape)
            return w.pick(names) if names and w.chance(0.6) else damped(w, array(w, shape, 1))
        case Parts(types=types):
            return f"({', '.join(value_of(w, part) for part in types)})"
    return ""


# ---------------------------------------------------------------- loops
def counted(w: Writer) -> bool:
    """for over a range: any start, stop and step, bounds by sizes, by outer indices, by data, and no trips."""
    length = w.pick([*w.sizes, 2, 3, 3])
    name = w.fresh("i")
    text = w.size(length)
    outer = [
        place for place in w.places(lambda type: isinstance(type, Integer)) if place.text.startswith("i")
    ]
    forms: list[tuple[float, tuple[str, int, int, bool]]] = [
        (4, (f"range({text})", 0, length - 1, True)),
        (2, (f"range(1, {text})", 1, length - 1, length > 1)),
        (1.5, (f"range({text} - 1, -1, -1)", 0, length - 1, True)),
        (1.2, (f"reversed(range({text}))", 0, length - 1, True)),
        (1, (f"range(0, {text}, 2)", 0, length - 1, True)),
        (0.8, (f"range({text} - 1, 0, -2)", 1, max(length - 1, 1), length > 1)),
        (0.8, (f"range({text} - {length})", 0, 0, False)),
        (0.4, (f"range({text}, {length})", 0, 0, False)),
        (0.8, (f"range(min({text}, int(1.0 + abs({small(w, 2)}))))", 0, length - 1, True)),
    ]
    for place in outer:
        assert isinstance(place.type, Integer)
        if place.type.low >= 0:
            forms.append((5, (f"range({place.text})", 0, max(place.type.high - 1, 0), False)))
            if place.type.high < length:
                forms.append((5, (f"range({place.text}, {text})", 0, length - 1, place.type.high < length)))
    source, low, high, sure = w.weighted(forms)
    with w.block(f"for {name} in {source}:", loop=True):
        w.names[name] = Integer(low, high)
        w.locked.add(name)
        survivors = _body(w)
    _end(w, survivors if sure else {})
    if sure and w.chance(0.15):
        w.names[name] = Integer(low, high)
        w.locked.add(name)
    return True


def over_array(w: Writer) -> bool:
    """for over the elements of a vector or the rows of a matrix, which are views; enumerate, zip, reversed."""
    found = w.arrays()
    if not found:
        return False
    text, type = w.pick(found)
    assert isinstance(type, Number)
    item = Number(type.shape[1:])
    prefix = statements.prefix_of(item.shape)
    name, number = w.fresh(prefix), w.fresh("i")
    others = [
        (place.text, place.type)
        for place in w.arrays()
        if isinstance(place.type, Number) and place.type.shape[0] == type.shape[0]
    ]
    form = w.weighted([(3, "plain"), (2, "enumerate"), (2, "zip"), (1, "reversed"), (1, "zip range")])
    bound: dict[str, Type] = {name: item}
    if form == "plain":
        head = f"for {name} in {text}:"
    elif form == "enumerate":
        head = f"for {number}, {name} in enumerate({text}):"
        bound[number] = Integer(0, type.shape[0] - 1)
    elif form == "reversed":
        head = f"for {name} in reversed({text}):"
    elif form == "zip range":
        head = f"for {number}, {name} in zip(range({w.size(type.shape[0])}), {text}):"
        bound[number] = Integer(0, type.shape[0] - 1)
    else:
        other, other_type = w.pick(others)
        second = w.fresh(statements.prefix_of(other_type.shape[1:]))
        bound[second] = Number(other_type.shape[1:])
        head = f"for {name}, {second} in zip({text}, {other}):"
    with w.block(head, loop=True):
        w.names |= bound
        w.locked |= {key for key, value in bound.items() if isinstance(value, Integer)}
        survivors = _body(w)
    _end(w, survivors)
    return True


def over_container(w: Writer) -> bool:
    """for over a list, or over a tuple of arrays, whose items are written through the loop's name."""
    found = [place for place in w.places(lambda type: isinstance(type, Items)) if place.text not in w.locked]
    arrays = w.arrays()
    if found and w.chance(0.85):
        text, type = w.pick(found)
        assert isinstance(type, Items)
        name = w.fresh(statements.prefix_of(type.item.shape))
        head = w.pick(
            [f"for {name} in {text}:", f"for {name} in reversed({text}):", f"for {name} in {text}[1:]:"]
        )
        with w.block(head, loop=True):
            w.names[name] = type.item
            w.locked.add(text)
            _body(w)
        _end(w, {})
        return True
    if not arrays:
        return False
    one = w.pick(arrays)
    assert isinstance(one.type, Number)
    items = [one.text, w.pick(w.numbers(one.type.shape)), w.pick(w.numbers(one.type.shape))]
    name = w.fresh(statements.prefix_of(one.type.shape))
    with w.block(f"for {name} in ({', '.join(items[: w.pick([2, 3])])}):", loop=True):
        w.names[name] = one.type
        if w.chance(0.5):
            w.emit(f"{name} {w.pick(['*=', '+='])} {w.constant(0.2, 0.9)}")
        _body(w)
    return True


def growing(w: Writer) -> bool:
    """A list that grows in a loop, and is read afterwards."""
    shape = w.pick([(), (), statements.some_shape(w)])
    result, name = w.fresh("q"), w.fresh("i")
    w.emit(f"{result} = []")
    length = w.pick([2, 3, *w.sizes])
    with w.block(f"for {name} in range({w.size(length)}):", loop=True):
        w.names[name] = Integer(0, length - 1)
        w.locked |= {name, result}
        w.names[result] = Items(Number(shape), 0)
        sure = True
        if w.chance(0.3):
            statement(w)
        if w.chance(0.2):
            sure = False
            w.emit(f"if {condition(w)}:")
            w.emit(f"    {w.pick(['continue', 'break'])}")
        names = w.numbers(shape)
        item = w.pick(names) if shape and names and w.chance(0.4) else value_of(w, Number(shape))
        w.emit(f"{result}.append({item})")
        if w.chance(0.3):
            statement(w)
    # a statement inside may leave the loop before it appends; a list is long for certain if none does
    text = "\n".join(w.lines)
    inside = text[text.rindex(f"for {name} in") :]
    sure = sure and not any(word in inside for word in ("break", "continue", "return"))
    w.names[result] = Items(Number(shape), length if sure else 0)
    return True


def conditional_loop(w: Writer) -> bool:
    """while, on a counter and on data; it always ends."""
    count = w.fresh("k")
    w.emit(f"{count} = {w.pick('01')}")
    kind = w.weighted([(3, "and"), (2, "true"), (2, "grows")])
    if kind == "grows":
        name = w.define("s", Number())
        w.emit(f"{name} = {small(w)}")
        head = f"while {name} < {w.constant(1.0, 3.0)}:"
    else:
        head = "while True:" if kind == "true" else f"while {count} < {w.pick('234')} and ({condition(w)}):"
    with w.block(head, loop=True):
        w.names[count] = Integer(0, 5)
        w.locked.add(count)
        if kind == "grows":
            w.locked.add(name)
            w.emit(f"{name} += 0.6 + 0.1 * ({small(w)}) ** 2")
        w.emit(f"{count} += 1")
        if kind == "true":
            w.emit(f"if {count} > {w.pick('123')} or ({condition(w)}):")
            w.emit("    break")
        survivors = _body(w)
    _end(w, survivors if kind == "never" else {})
    w.names[count] = Integer(0, 6)
    w.locked.add(count)
    return True


def _body(w: Writer) -> dict[str, Type]:
    """The statements of a loop; what the first of them binds has a value after one trip."""
    before = dict(w.names)
    if w.chance(0.3) and w.budget > 0:
        w.pick([statements.bind_number, statements.bind_array, naming.second_name])(w)
    survivors = {name: type for name, type in w.names.items() if name not in before}
    block(w, w.pick([1, 2, 2, 3]))
    leave(w, 0.06)
    return survivors if w.chance(0.6) else {}


def _end(w: Writer, survivors: dict[str, Type]) -> None:
    """What follows a loop: perhaps its else."""
    if w.chance(0.1):
        with w.block("else:"):
            block(w, 1)
    w.names |= survivors


def certain(w: Writer) -> bool:
    """A branch on something that is known while compiling: a size, or a constant."""
    test = w.pick([f"{w.size(w.pick(list(w.sizes)))} > 1", "True", f"{w.size(w.pick(list(w.sizes)))} == 2"])
    with w.block(f"if {test}:"):
        block(w, 1)
    return True


def nested_function(w: Writer) -> bool:
    """A function inside: it reads, and may write into, what is around it."""
    if w.nested or w.depth > 1:
        return False
    define_function(w, w.fresh("h"))
    return True


def define_function(w: Writer, name: str) -> None:
    """A function of the program, written at this place; at the top of the module it sees nothing else."""
    kind = w.weighted(
        [(3, "number"), (2, "array"), (3, "writes"), (3, "view"), (1.5, "pair"), (0.5, "again")]
    )
    outer = dict(w.names) if w.depth else {}
    shapes = [place.type.shape for place in w.arrays() if isinstance(place.type, Number)] or [(3,)]
    shape = w.pick(shapes)
    first = w.fresh(statements.prefix_of(shape))
    parameters: dict[str, Type] = {first: Number(shape)}
    if kind == "again":
        _recursive(w, name)
        return
    if w.chance(0.5):
        parameters[w.fresh(statements.prefix_of(shape))] = Number(shape)
    if w.chance(0.7):
        parameters[w.fresh("s")] = Number()
    result: Type | None = {
        "number": Number(),
        "array": Number(shape),
        "writes": w.pick([None, Number()]),
        "view": Number(w.pick([shape, shape[1:] or shape])),
        "pair": Parts(("[0]", "[1]"), (Number(shape), Number())),
    }[kind]
    inner = Writer(
        w.random,
        {**outer, **parameters},
        {size: [f"{first}.shape[{axis}]"] for axis, size in enumerate(shape)},
        w.counters,
        result,
        w.lines,
        w.depth,
        locked=set(outer),
        records=w.records,
        budget=w.pick([1, 2, 3, 4]),
        nested=1,
    )
    with inner.block(f"def {name}({', '.join(parameters)}):"):
        if kind == "writes":
            statements.store(inner) if w.chance(0.5) else statements.augment_array(inner)
        block(inner, inner.budget)
        if result is not None:
            inner.emit(returned(inner))
    body = "\n".join(w.lines[w.lines.index("    " * w.depth + f"def {name}({', '.join(parameters)}):") :])
    writes = any(
        sign in body
        for sign in ("] =", "] +=", "] -=", "] *=", "] /=", "] = ", "append(", ".at(", "= v", "= M")
    )
    writes = writes or any(f" {op} " in body for op in ("+=", "-=", "*=", "/="))
    w.names[name] = Function(tuple(parameters.values()), result, writes)


def _recursive(w: Writer, name: str) -> None:
    """A function that calls itself a known number of times, or until its number is small."""
    w.emit(f"def {name}(s, k):")
    w.emit(f"    if k <= 0{w.pick([f' or s > {w.constant(1.0, 2.0)}', ''])}:")
    w.emit(f"        return {w.pick(['s', 's * s', 'np.sin(s)'])}")
    w.emit(f"    return 0.5 * np.cos(s) + 0.7 * {name}({w.constant()} * s + 0.1, k - 1)")
    w.names[name] = Function((Number(),), Number(), recursive=True)


_Statement = Callable[[Writer], bool]
_PLAIN: list[tuple[float, _Statement]] = [
    (6, statements.bind_number),
    (6, statements.bind_array),
    (1.5, statements.bind_mask),
    (2, statements.bind_integers),
    (1.5, statements.unpack),
    (4, statements.augment_number),
    (5, statements.augment_array),
    (8, statements.store),
    (6, statements.augment_store),
    (1.5, statements.store_masked),
    (1.8, statements.add_at),
    (4, statements.make_container),
    (4, statements.change_container),
    (1.2, statements.comprehension),
    (9, statements.call_function),
    (1.2, statements.define_lambda),
    (5, naming.second_name),
    (2.5, naming.chosen_name),
    (3, naming.joined_name),
    (2, naming.swap),
    (1.2, naming.chained),
    (2, naming.taken_out),
    *mutation.STATEMENTS,
]
_BLOCKS: list[tuple[float, _Statement]] = [
    (10, branch),
    (10, counted),
    (6, over_array),
    (5, over_container),
    (3, growing),
    (5, conditional_loop),
    (0.7, certain),
    (5, nested_function),
]

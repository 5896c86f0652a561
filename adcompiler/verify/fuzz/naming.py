"""Random statements that give one array two names: views, joins of paths, containers, loops and swaps."""

from __future__ import annotations

from adcompiler.verify.fuzz.expressions import condition
from adcompiler.verify.fuzz.scope import Number, Parts, Shape, Writer
from adcompiler.verify.fuzz.statements import is_array, prefix_of, value_for
from adcompiler.verify.fuzz.subscripts import views_of


def held(w: Writer, named: float = 0.45) -> tuple[str, Shape] | None:
    """An array by a name of it, so often, or a view of one."""
    found = w.arrays()
    if not found:
        return None
    place = w.pick(found)
    assert isinstance(place.type, Number)
    if w.chance(named):
        return place.text, place.type.shape
    return w.pick(views_of(w, place))


def _held_of(w: Writer, shape: Shape) -> str:
    """An array of that shape by a name of it, or a view, or a new one."""
    found = w.numbers(shape)
    found += [text for place in w.arrays() for text, other in views_of(w, place) if other == shape]
    return w.pick(found) if found and w.chance(0.9) else f"np.ones({w.extents(shape)})"


def second_name(w: Writer) -> bool:
    """v2 = v1, v2 = M1[0]: a new name, or an old one, for memory that has a name."""
    found = held(w)
    if found is None:
        return False
    text, shape = found
    names = w.rebindable(lambda type: type == Number(shape))
    if names and w.chance(0.45):
        w.emit(f"{w.pick(names)} = {text}")
        return True
    w.emit(f"{w.define(prefix_of(shape), Number(shape))} = {text}")
    return True


def chosen_name(w: Writer) -> bool:
    """v3 = v1 if ... else v2."""
    found = held(w)
    if found is None:
        return False
    text, shape = found
    test, other = condition(w), _held_of(w, shape)
    names = w.rebindable(lambda type: type == Number(shape))
    name = w.pick(names) if names and w.chance(0.3) else w.define(prefix_of(shape), Number(shape))
    w.emit(f"{name} = {text} if {test} else {other}")
    return True


def joined_name(w: Writer) -> bool:
    """A name that stands for one array after one branch, and for another after the other."""
    found = held(w)
    if found is None:
        return False
    text, shape = found
    other = _held_of(w, shape)
    names = w.rebindable(lambda type: type == Number(shape))
    old = w.pick(names) if names and w.chance(0.4) else None
    name = old or w.fresh(prefix_of(shape))
    w.emit(f"if {condition(w)}:")
    w.emit(f"    {name} = {text}")
    if w.chance(0.3):
        w.emit(f"    {name}[...] {w.pick(['=', '+='])} {value_for(w, ())}")
    if old is None or w.chance(0.4):
        w.emit("else:")
        w.emit(f"    {name} = {other}")
    w.names[name] = Number(shape)
    return True


def swap(w: Writer) -> bool:
    """v1, v2 = v2, v1."""
    names = w.rebindable(is_array)
    pairs = [(a, b) for a in names for b in names if a < b and w.names[a] == w.names[b]]
    if not pairs:
        return False
    first, second = w.pick(pairs)
    w.emit(f"{first}, {second} = {second}, {first}")
    return True


def chained(w: Writer) -> bool:
    """v1 = v2 = expression."""
    found = held(w)
    if found is None:
        return False
    text, shape = found
    value = w.pick([text, f"{text} * 1.0", f"np.zeros({w.extents(shape)})"])
    prefix = prefix_of(shape)
    w.emit(f"{w.define(prefix, Number(shape))} = {w.define(prefix, Number(shape))} = {value}")
    return True


def taken_out(w: Writer) -> bool:
    """v1, v2 = t1, or v1 = t1[0]: what is taken out of a container is still in it."""
    found = w.places(
        lambda type: isinstance(type, Parts) and type.suffixes[0] == "[0]" and any(map(is_array, type.types))
    )
    if not found:
        return False
    text, type = w.pick(found)
    assert isinstance(type, Parts)
    names = [
        w.define(prefix_of(part.shape) if isinstance(part, Number) else "t", part) for part in type.types
    ]
    w.emit(f"{', '.join(names)} = {text}")
    return True

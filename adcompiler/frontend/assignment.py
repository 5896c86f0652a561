"""Assignments: targets are bound or written, arrays are changed in place."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import NoReturn

import numpy as np

from adcompiler.frontend.bindings import Binding, DictRef, Instance, ListRef, Record, Ref, Static, Table
from adcompiler.frontend.container_methods import container_method
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.interrupts import Mutable
from adcompiler.frontend.items import owned
from adcompiler.frontend.mixtures import ask
from adcompiler.frontend.objects import becomes_mutable, is_plain, read_attribute, write_attribute
from adcompiler.frontend.operators import BINARY, binary
from adcompiler.frontend.scopes import bind, box_of
from adcompiler.frontend.special import special, special_method
from adcompiler.frontend.structure import convert
from adcompiler.frontend.subscripts import Update, store_subscript
from adcompiler.frontend.unpacking import unpack
from adcompiler.ir.core import Apply, Value
from adcompiler.ir.types import Array
from adcompiler.primitives.elementwise import IN_PLACE


def assign(low: Lowering, target: ast.expr, value: Binding) -> None:
    """Bind a target."""
    match target:
        case ast.Name(id=name):
            bind(low, name, named(low, value, name.rstrip("?")))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            with low.at(target):
                items = unpack(low, value, elements)
            for element, item in zip(elements, items, strict=True):
                assign(low, element.value if isinstance(element, ast.Starred) else element, item)
        case ast.Subscript():
            with low.at(target):
                store_subscript(low, target, value)
        case ast.Attribute():
            store_attribute(low, target, value)
        case _:
            low.refuse(target, "this assignment is not supported", "assign to names and subscripts")


def store_attribute(
    low: Lowering, target: ast.Attribute, value: Binding | None, update: Update | None = None
) -> None:
    """owner.name = value, or what `update` makes of the old value."""
    owner = low.present(low.expression(target.value))
    if isinstance(owner, Record) and becomes_mutable(low, owner.type):
        raise Mutable(owner.type)
    if not isinstance(owner, Instance):
        _refuse_attribute(low, target, isinstance(owner, Static) and is_plain(type(owner.value)))
    with low.at(target):
        if update is not None:
            value = update(read_attribute(low, owner, target.attr), True)
        assert value is not None
        write_attribute(low, owner, target.attr, named(low, value, target.attr))


def _refuse_attribute(low: Lowering, target: ast.Attribute, can_be_copied: bool) -> NoReturn:
    text = ast.unparse(target)
    if target.attr in ("shape", "strides", "dtype"):
        low.refuse(
            target,
            f"writing to `{text}` changes an array in place",
            "make another: y = y.reshape(...), y.astype(...)",
        )
    if target.attr in ("flat", "real", "imag"):
        low.refuse(
            target,
            f"writing to `{text}` is not supported",
            "write to the array: y[...] = value, or make a new one",
        )
    low.refuse(
        target,
        f"writing to the attribute `{text}` is not supported: other code may see the object change",
        "let the function make a copy, copy.deepcopy(obj), and change that; or return the new value"
        if can_be_copied
        else "return the new value, or a new object: dataclasses.replace(obj, name=value)",
    )


def delete(low: Lowering, target: ast.expr) -> None:
    """del target: a name has no value from here on; a container drops an item."""
    with low.at(target):
        match target:
            case ast.Name(id=name):
                if box_of(low, name) is not None or name not in low.frame.names:
                    low.stop(f"{name!r} has no value here that can be deleted", "leave it alone")
                del low.frame.names[name]
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    delete(low, element)
            case ast.Subscript(value=value, slice=place):
                _drop(low, low.present(low.expression(value)), place)
            case _:
                low.stop("`del` of an attribute is not supported", "set it to None")


def _drop(low: Lowering, owner: Binding, place: ast.expr) -> None:
    """del owner[place]."""
    if special_method(owner, "__delitem__") is not None:
        special(low, owner, "__delitem__", low.expression(place))
        return
    match owner:
        case ListRef(cell) if isinstance(place, ast.Slice):
            owned(low, cell)
            content = low.listed(cell)
            bounds = [
                low.expression(e) if e else Static(None) for e in (place.lower, place.upper, place.step)
            ]
            if not isinstance(content, tuple):
                low.stop("`del` of a slice of a list whose length depends on data", "xs = xs[:i] + xs[j:]")
            known = [None if b == Static(None) else low.static_int(b, "the bound") for b in bounds]
            items = list(content)
            del items[slice(*known)]
            low.store.put(cell, tuple(items))
        case ListRef() | DictRef():
            container_method(low, owner, "pop", [low.expression(place)], {})
        case _:
            low.stop(f"an item of {describe(owner)} cannot be deleted", "make a new one: np.delete(x, i)")


def named(low: Lowering, value: Binding, name: str) -> Binding:
    """The value, called `name` if it is a result that nothing else names yet."""
    if not name.isidentifier():  # a name of the front end's own
        return value
    match value:
        case Value(name=""):
            call(low, value, name)
        case Ref(cell) if not cell.name:
            cell.name = name
            content = low.store.contents[cell]
            if isinstance(content, Value) and not content.name:
                call(low, content, name)
        case ListRef(cell) | DictRef(cell) | Instance(cell) if not cell.name:
            cell.name = name
        case Table(array, ()):
            named(low, array, name)
    return value


def call(low: Lowering, value: Value, name: str) -> None:
    """Note a name for a value, if its op is recent and no other reads it yet; the value itself may be held anywhere."""
    ops = low.builder.ops
    for k in range(len(ops) - 1, max(-1, len(ops) - 12), -1):
        op = ops[k]
        if value in op.results:
            low.value_names.setdefault(value, name)
            return
        if not isinstance(op, Apply) or value in op.operands:
            break
    low.leaf_names.setdefault(value, name)  # taken if it turns out to be a leaf of the arguments


def augmented(low: Lowering, node: ast.AugAssign) -> None:
    """x op= v: arrays and lists are changed in place, numbers are bound anew."""
    target = node.target

    def update(old: Binding, held: bool) -> Binding:
        value = low.expression(node.value)
        # what a container holds is changed itself; a part of an array is read, and written back
        return changed(low, node, old, value) if held else binary(low, node, node.op, old, value)

    if isinstance(target, ast.Subscript):
        store_subscript(low, target, None, update)
        return
    if isinstance(target, ast.Attribute):
        store_attribute(low, target, None, update)
        return
    old = low.expression(ast.copy_location(_loaded(target), target))
    result = changed(low, node, old, low.expression(node.value))
    if result is not old:
        assign(low, target, result)


def changed(low: Lowering, node: ast.AugAssign, old: Binding, value: Binding) -> Binding:
    """What `old op= value` gives: `old` itself where it is an array or a list, which is changed in place."""
    if isinstance(old, ListRef) and isinstance(node.op, ast.Add):
        container_method(low, old, "extend", [value], {})
        return old
    if isinstance(old, Instance | Record):
        name = BINARY[type(node.op)][1].rpartition(".")[2].strip("_")
        changed_ = special(low, old, f"__i{name}__", value)
        if changed_ is not None:
            return changed_
    result = binary(low, node, node.op, old, value)
    if not isinstance(old, Ref):
        if isinstance(old, Value) and old in low.mutable_numbers and isinstance(result, Value):
            low.change_number(old, result)
        return result
    made = low.builder.ops[-1]
    assert isinstance(made, Apply)
    low.builder.ops[-1] = replace(made, path=IN_PLACE[made.primitive])
    ask(low, low.content(old.cell))  # an array of ints takes no floats
    have, new = low.content(old.cell).type, low.operand(result).type
    assert isinstance(have, Array) and isinstance(new, Array)
    if have.rank != new.rank:
        low.refuse(node, f"an in-place operation cannot turn {have} into {new}", "write x = x + y")
    if not _same_kind(new, have):
        low.refuse(
            node, f"an in-place operation cannot put {new} into {have}", "write x = x + y, or convert first"
        )
    updated = convert(low, low.operand(result), have)
    assert isinstance(updated, Value)
    if not updated.name:
        call(low, updated, old.cell.name)
    low.write(old.cell, updated)
    return old


def _same_kind(new: Array, have: Array) -> bool:

    return np.can_cast(new.dtype, have.dtype, "same_kind")


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
    return target

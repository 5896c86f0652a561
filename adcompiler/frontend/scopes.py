"""Names that nested functions bind in the functions around them, by `nonlocal`: a cell holds them, as in Python.

The names of a function that is running are of its frame alone, which branches and loops of that function join. What
a function inside may bind anew is held as the attributes of an object are: the store has it, and whoever runs joins it.
"""

from __future__ import annotations

import ast
import functools

from adcompiler.frontend.bindings import Binding, Cell, DictRef, Frame, visible
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.patterns import captured

# the name, which the source cannot use, of the cell of a frame
BOX = "nonlocal?"
Tree = ast.FunctionDef | ast.Lambda


@functools.cache
def local_names(tree: Tree) -> frozenset[str]:
    """The names that a function binds itself: read before that, they are no names of the scopes around it."""
    arguments = tree.args
    every = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    names = {a.arg for a in every if a is not None}
    for node in _own_nodes(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.pattern():
                names.update(captured(node))
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
    return frozenset(names - outer_names(tree))


@functools.cache
def outer_names(tree: Tree) -> frozenset[str]:
    """The names that a function declares `nonlocal` or `global`."""
    declared = [node.names for node in _own_nodes(tree) if isinstance(node, ast.Nonlocal | ast.Global)]
    return frozenset(name for names in declared for name in names)


@functools.cache
def boxed_names(tree: Tree) -> frozenset[str]:
    """The names of a function that functions inside it bind."""
    return _bound_inside(tree) & local_names(tree)


@functools.cache
def _bound_inside(tree: Tree) -> frozenset[str]:
    inside = [node for node in _own_nodes(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    found = [_nonlocals(node) | (_bound_inside(node) - local_names(node)) for node in inside]
    return frozenset[str]().union(*found)


def _nonlocals(tree: Tree) -> frozenset[str]:
    declared = [node.names for node in _own_nodes(tree) if isinstance(node, ast.Nonlocal)]
    return frozenset(name for names in declared for name in names)


@functools.cache
def _own_nodes(tree: Tree) -> tuple[ast.AST, ...]:
    """The nodes of the body of a function, and the functions inside it, but not what is in these."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(tree.body) if isinstance(tree, ast.FunctionDef) else [tree.body]
    while stack:
        node = stack.pop()
        found.append(node)
        match node:
            case ast.FunctionDef() | ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                continue
        stack.extend(ast.iter_child_nodes(node))
    return tuple(found)


def boxed(low: Lowering, tree: Tree, names: dict[str, Binding]) -> dict[str, Binding]:
    """The names of a function when it starts, with a cell for those that functions inside it bind."""
    inside = boxed_names(tree)
    if not inside:
        return names
    cell = Cell(", ".join(sorted(inside)))
    low.store.put(cell, {name: names[name] for name in sorted(inside & names.keys())})
    return {name: held for name, held in names.items() if name not in inside} | {BOX: DictRef(cell)}


def held_in(low: Lowering, frame: Frame, name: str) -> Binding | None:
    """What a name of a frame stands for."""
    names = visible(frame)
    if name in names:
        return names[name]
    cell = _box(frame, name)
    return None if cell is None else low.store.mapping(cell).get(name)


def bind(low: Lowering, name: str, value: Binding) -> None:
    """Let a name stand for something, in the frame whose name it is."""
    cell = box_of(low, name)
    if cell is None:
        low.frame.names[name] = value
    elif (content := low.store.mapping(cell)).get(name) is not value:
        low.store.put(cell, {**content, name: value})


def box_of(low: Lowering, name: str) -> Cell | None:
    """The cell that holds what a name stands for that is bound here; None for names of the frame alone."""
    frame: Frame | None = low.frame
    if frame is None or frame.tree is None:
        return None
    if name in outer_names(frame.tree):
        frame = frame.outer
        while frame is not None and (frame.tree is None or name not in boxed_names(frame.tree)):
            frame = frame.outer
    return None if frame is None else _box(frame, name)


def _box(frame: Frame, name: str) -> Cell | None:
    if frame.tree is None or name not in boxed_names(frame.tree):
        return None
    box = visible(frame).get(BOX)
    return box.cell if isinstance(box, DictRef) else None

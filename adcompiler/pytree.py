"""Containers of parameters: what counts as one, how to take it apart, and how to build it again.

Tuples, lists, dicts (also ordered ones and those with a default), named tuples, None and dataclasses are
containers, and so is every type that was registered in optree or, if JAX has been imported, in JAX.
Everything else is a leaf, and so are instances of subclasses of list, dict and tuple that nobody registered
(as in JAX).

Two decisions differ from JAX:

* Dicts are taken apart in insertion order, not in sorted order. The order in which a program meets the keys
  (`for name in params`) is part of what it computes, and leaves are known by their position, so two dicts
  with the same keys in another order have different TreeDefs. `tree_map` over several trees pairs the
  values of dicts by key and gives back the order of its first tree.
* A dataclass need not be registered. Where it is not, its children are all its fields, in order; where it is,
  those fields that are its children there. It is built again without calling `__init__`: the fields get
  exactly the values given, whatever `__post_init__` would make of them; an attribute that is no field is
  missing from the copy instead of stale.
"""

from __future__ import annotations

import dataclasses
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import BuiltinFunctionType, FunctionType, ModuleType, NoneType
from typing import Any, Literal, TypeAlias

import numpy as np
import optree

Kind: TypeAlias = Literal["tuple", "list", "dict", "namedtuple", "dataclass", "none", "custom"]
Rebuild: TypeAlias = Callable[[Sequence[object]], object]
IsLeaf: TypeAlias = Callable[[object], bool]

# Types that can be told to be leaves at a glance. Most leaves are one of them, and `flatten` runs at every
# call of a compiled function; for the same reason the structures of the commonest containers are kept.
_PLAIN: frozenset[type] = frozenset(
    {float, int, bool, complex, str, bytes, np.ndarray, np.float64, np.float32, np.int64, np.int32, np.bool_}
    | {FunctionType, BuiltinFunctionType, ModuleType, type, range, slice, type(Ellipsis)}
)
_STRINGS: frozenset[type] = frozenset({str})


@dataclass(frozen=True, slots=True)
class Node:
    """A container, one level deep: `keys` is the Python text that accesses each child, such as `[0]` or `.W`.

    `data` is what else tells two containers of one type apart (the keys of a dict, the aux data of a
    registered type). The keys of a registered type that does not name its children are `[0]`, `[1]`, ...:
    labels, not code.
    """

    kind: Kind
    type: type
    keys: tuple[str, ...]
    children: tuple[object, ...]
    rebuild: Rebuild = field(compare=False)
    data: object = None


@dataclass(frozen=True, slots=True)
class TreeDef:
    """The structure of a tree: types, keys and their order, without the leaves; hashable and comparable."""

    kind: Kind | Literal["leaf"]
    type: type
    keys: tuple[str, ...]
    children: tuple[TreeDef, ...]
    data: object = field(repr=False)
    rebuild: Rebuild | None = field(compare=False, repr=False)
    num_leaves: int = field(compare=False, repr=False)
    digest: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hash((self.kind, self.type, self.keys, self.children)))

    def __hash__(self) -> int:
        return self.digest

    def unflatten(self, leaves: Iterable[object]) -> Any:
        """The tree of this structure with these leaves; ValueError unless there are `num_leaves` of them."""
        values = list(leaves)
        if len(values) != self.num_leaves:
            raise ValueError(f"the structure {self} has {self.num_leaves} leaves, not {len(values)}")
        return self._build(iter(values))

    def _build(self, leaves: Iterator[object]) -> object:
        if self.rebuild is None:
            return next(leaves)
        return self.rebuild([child._build(leaves) for child in self.children])

    def __str__(self) -> str:
        if self.kind == "leaf":
            return "*"
        if self.kind == "none":
            return "None"
        inner = ", ".join(f"{key}: {child}" for key, child in zip(self.keys, self.children, strict=True))
        return f"{self.type.__name__}({inner})"


LEAF = TreeDef("leaf", object, (), (), None, None, 1)


def node(value: object) -> Node | None:
    """One level of a container, or None for a leaf."""
    kind = type(value)
    if kind in _PLAIN:
        return None
    if isinstance(value, tuple) and (kind is tuple or optree.is_namedtuple_class(kind)):
        return _tuple_node(value, kind)
    if isinstance(value, list) and kind is list:
        return Node("list", list, _positions(len(value)), tuple(value), list)
    if isinstance(value, dict) and kind in (dict, OrderedDict, defaultdict):
        return _dict_node(value, kind)
    if kind is NoneType:
        return Node("none", NoneType, (), (), _none)
    registered = _optree_node(value) or _jax_node(value)
    return _dataclass_node(value, kind, registered) if dataclasses.is_dataclass(kind) else registered


def flatten(tree: object, is_leaf: IsLeaf | None = None) -> tuple[list[object], TreeDef]:
    """The leaves in order, and the structure; `is_leaf(x)` is True where the walk shall stop early."""
    leaves: list[object] = []
    return leaves, _flatten(tree, is_leaf, leaves)


def leaves_with_paths(tree: object, is_leaf: IsLeaf | None = None) -> list[tuple[str, object]]:
    """The leaves with the Python text that leads to each, such as `['W'][0]`.

    A tree that is a leaf has an empty path. `is_leaf(x)` is True where the walk shall stop early.
    """
    if is_leaf is not None and is_leaf(tree):
        return [("", tree)]
    level = node(tree)
    if level is None:
        return [("", tree)]
    return [
        (key + path, leaf)
        for key, child in zip(level.keys, level.children, strict=True)
        for path, leaf in leaves_with_paths(child, is_leaf)
    ]


def tree_map(f: Callable[..., object], tree: object, *rest: object, is_leaf: IsLeaf | None = None) -> Any:
    """Apply `f` to the leaves of `tree` and to what stands at their places in `rest`.

    The result has the structure of `tree`. As in JAX, a leaf of `tree` may meet a whole container in
    `rest`. Values of dicts are paired by key, whatever their order. Raises ValueError, with the path, where
    a container meets another structure.
    """
    return _tree_map(f, tree, rest, is_leaf, "")


def _flatten(tree: object, is_leaf: IsLeaf | None, leaves: list[object]) -> TreeDef:
    kind = type(tree)
    if kind in _PLAIN or (is_leaf is not None and is_leaf(tree)):
        leaves.append(tree)
        return LEAF
    if isinstance(tree, tuple | list) and (kind is tuple or kind is list):
        return _sequence(kind, tuple([_flatten(child, is_leaf, leaves) for child in tree]))
    if isinstance(tree, dict) and kind is dict and _STRINGS.issuperset(map(type, tree)):
        children = tuple([_flatten(child, is_leaf, leaves) for child in tree.values()])
        return _string_dict(tuple(tree), children)
    level = node(tree)
    if level is None:
        leaves.append(tree)
        return LEAF
    before = len(leaves)
    children = tuple([_flatten(child, is_leaf, leaves) for child in level.children])
    return TreeDef(
        level.kind, level.type, level.keys, children, level.data, level.rebuild, len(leaves) - before
    )


@lru_cache(maxsize=512)
def _sequence(kind: type[tuple[object, ...]] | type[list[object]], children: tuple[TreeDef, ...]) -> TreeDef:
    """The structure of a tuple or list."""
    name: Kind = "tuple" if kind is tuple else "list"
    count = sum(child.num_leaves for child in children)
    return TreeDef(name, kind, _positions(len(children)), children, None, kind, count)


@lru_cache(maxsize=512)
def _string_dict(names: tuple[str, ...], children: tuple[TreeDef, ...]) -> TreeDef:
    """The structure of a dict with strings for keys; others can be equal and differ, as 1 and True do."""
    level = _dict_node(dict.fromkeys(names), dict)
    count = sum(child.num_leaves for child in children)
    return TreeDef("dict", dict, level.keys, children, level.data, level.rebuild, count)


def _tree_map(
    f: Callable[..., object], tree: object, rest: tuple[object, ...], is_leaf: IsLeaf | None, path: str
) -> object:
    level = None if is_leaf is not None and is_leaf(tree) else node(tree)
    if level is None:
        return f(tree, *rest)
    others = [_children_like(level, other, path) for other in rest]
    return level.rebuild(
        [
            _tree_map(f, child, tuple(other[i] for other in others), is_leaf, path + level.keys[i])
            for i, child in enumerate(level.children)
        ]
    )


def _children_like(level: Node, other: object, path: str) -> Sequence[object]:
    """The children of `other` in the order of `level`."""
    place = f"at {path}" if path else "at the root"
    found = node(other)
    if found is None or found.type is not level.type:
        given = type(other).__name__ if found is None else found.type.__name__
        raise ValueError(f"the trees differ {place}: {level.type.__name__} in the first, {given} in another")
    if level.kind == "dict" and set(found.keys) == set(level.keys):
        by_key = dict(zip(found.keys, found.children, strict=True))
        return [by_key[key] for key in level.keys]
    if found.keys != level.keys or found.data != level.data:
        raise ValueError(
            f"the trees differ {place}: {level.type.__name__} with {', '.join(level.keys) or 'no children'} "
            f"in the first, with {', '.join(found.keys) or 'no children'} in another"
        )
    return found.children


def _positions(count: int) -> tuple[str, ...]:
    return tuple([f"[{i}]" for i in range(count)])


def _tuple_node(value: tuple[object, ...], kind: type[Any]) -> Node:
    if kind is tuple:
        return Node("tuple", tuple, _positions(len(value)), value, tuple)
    # `_make` fills a subclass that has its own `__new__`, too.
    keys = tuple(f".{name}" for name in optree.namedtuple_fields(kind))
    return Node("namedtuple", kind, keys, tuple(value), kind._make)


def _dict_node(value: dict[Any, Any], kind: type) -> Node:
    names = tuple(value)
    factory = value.default_factory if isinstance(value, defaultdict) else None
    keys = tuple([f"[{name!r}]" for name in names])
    return Node(
        "dict", kind, keys, tuple(value.values()), partial(_dict, kind, factory, names), (factory, names)
    )


def _dataclass_node(value: object, kind: type[Any], registered: Node | None) -> Node:
    """The fields of a dataclass; of one that is registered those that are its children there."""
    names = tuple(f.name for f in dataclasses.fields(kind))
    held = names if registered is None else _fields_of(value, names, registered)
    if held is None:
        assert registered is not None
        return registered
    if set(held) == set(names):
        children = tuple(getattr(value, name) for name in names)
        keys = tuple(f".{name}" for name in names)
        return Node("dataclass", kind, keys, children, partial(_dataclass, kind, names))
    assert registered is not None
    return replace(registered, kind="dataclass", keys=tuple(f".{name}" for name in held))


def _fields_of(value: object, names: tuple[str, ...], registered: Node) -> tuple[str, ...] | None:
    """The fields that hold the children of a registered dataclass; None where they do not, or cannot be told apart."""
    children = registered.children
    named = tuple(key.removeprefix(".") for key in registered.keys)
    if all(
        name in names and getattr(value, name) is child for name, child in zip(named, children, strict=True)
    ):
        return named
    by_identity = {id(getattr(value, name)): name for name in names}
    if len(by_identity) < len(names) or not all(id(child) in by_identity for child in children):
        return None
    return tuple(by_identity[id(child)] for child in children)


def _none(children: Sequence[object]) -> None:
    return None


def _dict(
    kind: type, factory: Callable[[], object] | None, names: tuple[object, ...], children: Sequence[object]
) -> object:
    items = zip(names, children, strict=True)
    return defaultdict(factory, items) if kind is defaultdict else kind(items)


def _dataclass(kind: type, names: tuple[str, ...], children: Sequence[object]) -> object:
    made: object = object.__new__(kind)
    for name, child in zip(names, children, strict=True):
        object.__setattr__(made, name, child)  # frozen dataclasses refuse the ordinary assignment
    return made


def _optree_node(value: Any) -> Node | None:
    """A deque, a C struct sequence, or a type that was registered in optree's global namespace."""
    kind = type(value)
    if optree.register_pytree_node.get(kind) is None:
        return None
    children, data, _, unflatten = optree.tree_flatten_one_level(value)
    return Node("custom", kind, _positions(len(children)), tuple(children), partial(unflatten, data), data)


def _jax_node(value: object) -> Node | None:
    """A type registered in JAX; JAX is asked only if the program has imported it."""
    trees = getattr(sys.modules.get("jax"), "tree_util", None)
    if trees is None:
        return None
    pairs, structure = trees.tree_flatten_with_path(value, is_leaf=lambda part: part is not value)
    if trees.treedef_is_leaf(structure) and len(pairs) == 1 and not pairs[0][0]:
        return None
    keys = tuple(
        f"[{path[0].key}]" if isinstance(path[0], trees.FlattenedIndexKey) else str(path[0])
        for path, _ in pairs
    )
    return Node(
        "custom", type(value), keys, tuple(child for _, child in pairs), structure.unflatten, structure
    )

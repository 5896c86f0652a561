"""Containers of parameters: every kind taken apart and built again."""

from __future__ import annotations

import collections
import dataclasses
import gc
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcompiler.pytree import LEAF, flatten, leaves_with_paths, node, tree_map


class Layer(NamedTuple):
    W: object
    b: object


class Picky(NamedTuple("Base", [("x", Any), ("y", Any)])):
    """A named tuple with its own constructor, as users write them to validate."""

    def __new__(cls, x: float, y: float) -> Picky:
        return super().__new__(cls, float(x), float(y))


@dataclasses.dataclass
class Net:
    W: object
    b: object = 0.0
    name: str = "net"


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    first: object
    second: object


@dataclasses.dataclass
class Checked:
    x: float
    double: float = dataclasses.field(init=False)
    factor: dataclasses.InitVar[int] = 2

    def __post_init__(self, factor: int) -> None:
        if not isinstance(self.x, float):
            raise TypeError("x is a float")
        self.double = factor * self.x
        self.cache = object()


class SubList(list[int]):
    pass


class SubDict(dict[str, int]):
    pass


W, B = np.arange(6.0).reshape(2, 3), np.ones(3)

CONTAINERS = [
    ((), "tuple", ()),
    ((1.0, W), "tuple", ("[0]", "[1]")),
    ([], "list", ()),
    ([W, [B]], "list", ("[0]", "[1]")),
    ({}, "dict", ()),
    ({"W": W, "b": B}, "dict", ("['W']", "['b']")),
    ({2: W, "b": B, (0, 1): 3.0, None: 4.0}, "dict", ("[2]", "['b']", "[(0, 1)]", "[None]")),
    (collections.OrderedDict(z=1.0, a=2.0), "dict", ("['z']", "['a']")),
    (collections.defaultdict(list, z=1.0, a=2.0), "dict", ("['z']", "['a']")),
    (Layer(W, B), "namedtuple", (".W", ".b")),
    (Picky(1.0, 2.0), "namedtuple", (".x", ".y")),
    (Net(W, B), "dataclass", (".W", ".b", ".name")),
    (Frozen(W, (B, 1)), "dataclass", (".first", ".second")),
    (Checked(3.0), "dataclass", (".x", ".double")),
    (None, "none", ()),
    (collections.deque([1.0, 2.0]), "custom", ("[0]", "[1]")),
    (time.gmtime(0), "custom", tuple(f"[{i}]" for i in range(9))),
]

LEAVES = [
    1.0, 2, True, 1j, "text", b"bytes", W, W[0, 0], np.float32(1), np.array(None), len, np.sin, lambda: 1, np,
    int, Net, ..., range(3), slice(1), {1, 2}, object(), SubList([1]), SubDict(a=1),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind", "keys"), CONTAINERS, ids=lambda v: type(v).__name__)
def test_a_container_has_its_kind_its_accessors_and_comes_back(
    value: object, kind: str, keys: tuple[str, ...]
) -> None:
    level = node(value)
    assert level is not None
    assert (level.kind, level.keys, level.type) == (kind, keys, type(value))
    assert len(level.children) == len(keys)
    if kind != "custom":
        for key, child in zip(keys, level.children, strict=True):
            assert eval("value" + key, {"value": value}) is child
    again = level.rebuild(list(level.children))
    assert type(again) is type(value)
    below = node(again)
    assert below is not None
    assert below.keys == keys
    assert all(a is b for a, b in zip(below.children, level.children, strict=True))


@pytest.mark.parametrize("value", LEAVES, ids=lambda v: type(v).__name__)
def test_everything_else_is_a_leaf(value: object) -> None:
    assert node(value) is None
    leaves, structure = flatten(value)
    assert leaves[0] is value
    assert structure is LEAF
    assert structure.unflatten([3]) == 3
    assert leaves_with_paths(value) == [("", value)]


def test_a_dataclass_is_built_without_its_constructor() -> None:
    leaves, structure = flatten(Checked(3.0))
    assert leaves == [3.0, 6.0]
    again: Any = structure.unflatten([np.ones(2), None])  # neither would pass __post_init__
    assert type(again) is Checked
    assert again.double is None
    with pytest.raises(AttributeError):  # not a field: missing rather than stale
        _ = again.cache


def test_a_frozen_dataclass_with_slots_stays_one() -> None:
    again: Any = tree_map(lambda leaf: leaf, Frozen(1.0, 2.0))
    assert again == Frozen(1.0, 2.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        again.first = 3.0


def test_a_default_dict_keeps_its_factory() -> None:
    again: Any = tree_map(lambda leaf: leaf, collections.defaultdict(list, a=1.0))
    assert again["new"] == []


def test_paths_are_code() -> None:
    tree = {"layers": [(W, B), Layer(W, {"x": 1.0})], 3: Net(W), "none": None}
    for path, leaf in leaves_with_paths(tree):
        assert eval("tree" + path, {"tree": tree}) is leaf
    assert [path for path, _ in leaves_with_paths(tree)] == [
        "['layers'][0][0]", "['layers'][0][1]", "['layers'][1].W", "['layers'][1].b['x']",
        "[3].W", "[3].b", "[3].name",
    ]  # fmt: skip


def test_structures_are_hashable_and_equal_when_types_and_keys_agree() -> None:
    def of(tree: object) -> object:
        structure = flatten(tree)[1]
        assert hash(structure) == hash(flatten(tree)[1])
        return structure

    assert of([(W, B), None]) == of([(1, "x"), None])
    different = [
        [1, 2], (1, 2), [1], [1, 2, 3], [1, [2]], [1, None], {0: 1, 1: 2}, {"a": 1, "b": 2}, {"b": 1, "a": 2},
        collections.OrderedDict(a=1, b=2), collections.defaultdict(int, a=1, b=2),
        collections.defaultdict(list, a=1, b=2), {"a": 1, "c": 2}, Layer(1, 2), Picky(1, 2), Frozen(1, 2), 1,
        None,
        {1: 1}, {True: 1},
    ]  # fmt: skip
    for i, a in enumerate(different):
        for j, b in enumerate(different):
            assert (of(a) == of(b)) == (i == j), (a, b)


def test_a_structure_holds_on_to_no_leaves() -> None:
    for wrap in (lambda x: (x,), lambda x: {"a": x}, lambda x: Net(x), lambda x: Layer(x, 1), lambda x: [x]):
        array = np.ones(3)
        watch = weakref.ref(array)
        structure = flatten(wrap(array))[1]
        del array
        gc.collect()
        assert watch() is None
        assert structure.num_leaves >= 1


def test_a_structure_can_be_read() -> None:
    assert str(flatten({"W": W, "rest": [1, None, Layer(1, 2)]})[1]) == (
        "dict(['W']: *, ['rest']: list([0]: *, [1]: None, [2]: Layer(.W: *, .b: *)))"
    )


def test_the_number_of_leaves_must_be_right() -> None:
    structure = flatten([1, (2, 3)])[1]
    assert structure.num_leaves == 3
    for leaves in ([1, 2], [1, 2, 3, 4], []):
        with pytest.raises(ValueError, match="has 3 leaves"):
            structure.unflatten(leaves)


def test_dicts_keep_the_order_of_the_caller() -> None:
    tree = {"z": 1.0, "a": 2.0}
    leaves, structure = flatten(tree)
    assert leaves == [1.0, 2.0]
    assert list(structure.unflatten(leaves)) == ["z", "a"]


def test_map_pairs_dicts_by_key_in_the_order_of_the_first() -> None:
    result: Any = tree_map(
        lambda a, b: (a, b), {"z": 1, "a": {"q": 2, "p": 3}}, {"a": {"p": 30, "q": 20}, "z": 10}
    )
    assert result == {"z": (1, 10), "a": {"q": (2, 20), "p": (3, 30)}}
    assert list(result) == ["z", "a"]
    assert list(result["a"]) == ["q", "p"]


def test_a_leaf_of_the_first_tree_may_meet_a_container() -> None:
    assert tree_map(lambda a, b: b, [1, 2], [(3, 4), None]) == [(3, 4), None]


@pytest.mark.parametrize(
    ("first", "other", "message"),
    [
        ([1, 2], [1, 2, 3], "at the root: list"),
        ([1, 2], (1, 2), "list in the first, tuple in another"),
        ({"a": [1]}, {"a": 3}, r"at \['a'\]: list in the first, int in another"),
        ({"a": 1}, {"b": 1}, r"with \['a'\] in the first, with \['b'\]"),
        ((None, 1), (1, 1), r"at \[0\]: NoneType in the first, int"),
        (Layer(1, 2), Picky(1, 2), "Layer in the first, Picky"),
        ([], [1], "no children in the first"),
    ],
)
def test_other_structures_are_refused_with_the_path(first: object, other: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tree_map(lambda a, b: a, first, other)


def test_the_walk_stops_where_it_is_told_to() -> None:
    def stop(value: object) -> bool:
        return isinstance(value, Layer)

    tree = [Layer(1, 2), {"a": Layer(3, 4)}]
    assert flatten(tree, is_leaf=stop)[0] == [Layer(1, 2), Layer(3, 4)]
    assert leaves_with_paths(tree, is_leaf=stop) == [("[0]", Layer(1, 2)), ("[1]['a']", Layer(3, 4))]
    assert tree_map(lambda layer: layer.W, tree, is_leaf=stop) == [1, {"a": 3}]


TREES = st.recursive(
    st.floats(allow_nan=False) | st.integers() | st.none() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        | st.builds(Layer, inner, inner)
        | st.builds(Frozen, inner, inner)
    ),
    max_leaves=12,
)


@given(TREES)
def test_any_tree_comes_back_from_its_leaves(tree: object) -> None:
    leaves, structure = flatten(tree)
    assert structure.unflatten(leaves) == tree
    assert [leaf for _, leaf in leaves_with_paths(tree)] == leaves
    assert tree_map(lambda a, b: b, tree, tree) == tree
    assert flatten(structure.unflatten(range(len(leaves))))[1] == structure


# ------------------------------------------------------------------------------------------------ JAX


def _registered(register: Callable[[type], None]) -> Any:
    class Pair:
        def __init__(self, a: object, b: object, tag: str = "tag") -> None:
            self.a, self.b, self.tag = a, b, tag

    register(Pair)
    return Pair


def test_types_registered_in_jax_are_containers_that_name_their_children() -> None:
    tree_util = pytest.importorskip("jax").tree_util

    def with_keys(kind: type) -> None:
        tree_util.register_pytree_with_keys(
            kind,
            lambda p: (((tree_util.GetAttrKey("a"), p.a), (tree_util.DictKey("b"), p.b)), p.tag),
            lambda tag, children: kind(*children, tag),
        )

    kind = _registered(with_keys)
    level = node(kind((1.0, None), [2.0]))
    assert level is not None
    assert (level.kind, level.keys) == ("custom", (".a", "['b']"))
    assert level.children == ((1.0, None), [2.0])
    again: Any = level.rebuild([3, None])
    assert (again.a, again.b, again.tag) == (3, None, "tag")
    assert flatten(kind(1, 2))[1] == flatten(kind(3, 4))[1]
    assert flatten(kind(1, 2))[1] != flatten(kind(1, 2, "other"))[1]
    assert hash(flatten(kind(1, 2))[1]) == hash(flatten(kind(3, 4))[1])


def test_types_registered_in_jax_without_names_get_positions() -> None:
    tree_util = pytest.importorskip("jax").tree_util

    def plain(kind: type) -> None:
        tree_util.register_pytree_node(
            kind, lambda p: ((p.a, p.b), None), lambda _, children: kind(*children)
        )

    level = node(_registered(plain)(1.0, 2.0))
    assert level is not None
    assert (level.kind, level.keys, level.children) == ("custom", ("[0]", "[1]"), (1.0, 2.0))


def test_a_static_type_of_jax_has_no_children_and_arrays_of_jax_are_leaves() -> None:
    jax = pytest.importorskip("jax")

    @jax.tree_util.register_static
    class Config:
        pass

    level = node(Config())
    assert level is not None
    assert level.children == ()
    assert node(jax.numpy.ones(3)) is None


def test_jax_partial_is_a_container() -> None:
    jax = pytest.importorskip("jax")
    leaves, structure = flatten(jax.tree_util.Partial(max, 1.0, key=2.0))
    assert leaves == [1.0, 2.0]
    assert structure.unflatten([3.0, 4.0]).args == (3.0,)


def test_leaves_agree_with_jax_for_what_both_know() -> None:
    jax = pytest.importorskip("jax")
    tree = {"a": [1.0, (W, None)], "b": Layer(2.0, collections.OrderedDict(z=3.0, a=4.0)), "c": ()}
    ours, theirs = flatten(tree)[0], jax.tree_util.tree_leaves(tree)
    assert len(ours) == len(theirs)
    assert all(a is b for a, b in zip(ours, theirs, strict=True))


def test_importing_does_not_import_jax_and_takes_milliseconds() -> None:
    code = (
        "import sys, time, numpy, optree\n"
        "start = time.perf_counter()\n"
        "import adcompiler.pytree\n"
        "adcompiler.pytree.flatten({'a': [1.0, object()]})\n"
        "print(time.perf_counter() - start, 'jax' in sys.modules, 'sympy' in sys.modules)"
    )
    # The package's __init__ imports more; what is measured here is this module.
    code = (
        "import sys, types; p = types.ModuleType('adcompiler'); "
        + (
            "import importlib.util as u; p.__path__ = u.find_spec('adcompiler').submodule_search_locations; "
            "sys.modules['adcompiler'] = p\n"
        )
        + code
    )
    seconds, *imported = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert imported == ["False", "False"]
    assert float(seconds) < 0.1

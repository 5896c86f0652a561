"""Copies by the module copy, and lists that functions which call themselves take and give."""

from __future__ import annotations

import copy
from copy import deepcopy

import numpy as np

from traps import numpy_trap, right_or_refused, trap

X = np.array([0.3, 0.7, 1.2, 2.0])
G = [1.0, 2.0]


class P:
    def __init__(self, v, w):
        self.v = v
        self.w = w


@trap((X,))
def a_deep_copy_of_the_argument(x):
    y = deepcopy(x)
    y[0] = 5.0
    return (y * x).sum()


@trap((X,))
def a_copy_of_a_list_of_lists(x):
    a = [x[0], [x[1]]]
    b = copy.copy(a)
    b[1][0] = x[3]
    b[0] = 1.0
    return a[0] * a[1][0] * b[0]


@trap((X,))
def a_deep_copy_of_a_list_of_lists(x):
    a = [x[0], [x[1]]]
    b = deepcopy(a)
    b[1][0] = x[3]
    b[0] = 1.0
    return a[0] * a[1][0] * b[1][0]


@trap((X,))
def a_deep_copy_of_one_list_twice(x):
    i = [x[0]]
    a = [i, i]
    b = deepcopy(a)
    b[0][0] = x[1] * 2
    return b[1][0] * a[0][0]


@trap((X,))
def a_deep_copy_of_a_dict(x):
    d = {"a": x, "b": (x[0], x[1:])}
    e = deepcopy(d)
    e["a"][1] = 0.0
    return d["a"].sum() * e["b"][1].sum() * e["a"].sum()


@trap((X,))
def copies_of_numbers(x):
    return copy.copy(x[0]) * copy.deepcopy(2.0) * deepcopy((x[1], x[2]))[0]


@trap((X,))
def a_copy_of_a_part(x):
    y = copy.copy(x[:2])
    y *= x[2]
    return x.sum() * y.prod()


@right_or_refused((X,))
def a_copy_of_a_list_from_outside(x):
    g = deepcopy(G)
    g[0] = x[0]
    return sum(g) * x[1]


@trap((X,))
def the_best_is_copied(x):
    best = None
    cur = [x[0], x[1]]
    for k in range(4):
        cur[0] = cur[0] * x[k] + cur[1]
        if best is None or cur[0] > best[0]:
            best = deepcopy(cur)
    return best[0] * best[1] * cur[0]


@trap((X,))
def copies_of_a_dict_in_a_list(x):
    hist = []
    st = {"p": x[0] * 1.0}
    for k in range(3):
        st["p"] = st["p"] * x[k]
        hist.append(copy.copy(st))
    return sum((h["p"] for h in hist))


@right_or_refused((X,))
def a_recursion_that_gives_its_list(x):

    def rec(l, n):
        if n == 0:
            return l
        return rec(l, n - 1)

    l = [x[0]]
    m = rec(l, int(x[3]))
    m[0] = x[1] * 3
    return l[0] * m[0]


@right_or_refused((X,))
def a_recursion_that_changes_its_list(x):

    def rec(l, s):
        if s > 5:
            return s
        l[0] = l[0] * 1.5
        return rec(l, s + l[0])

    l = [x[0]]
    s = rec(l, x[1])
    return s * l[0]


@right_or_refused((X,))
def a_recursion_that_gives_a_list_from_outside(x):
    l = [x[0]]

    def rec(n):
        if n < 1.0:
            return l
        return rec(n - 1.0)

    m = rec(x[3])
    l[0] = x[1] * 3
    return l[0] * m[0]


@numpy_trap((X,))
def a_recursion_that_makes_a_list(x):

    def rec(l, n):
        if n < 1.0:
            return [l[0] * 2, l[1]]
        return rec(l, n - 1.0)

    l = [x[0], x[1]]
    m = rec(l, x[3])
    m[0] = x[1] * 3
    l[1] = x[2]
    return l[0] * m[0] * m[1] * l[1]


@right_or_refused((X,))
def a_recursion_that_gives_a_tuple_with_its_list(x):

    def rec(l, n):
        if n < 1.0:
            return (l, n)
        return rec(l, n - 1.0)

    l = [x[0], x[1]]
    m, _ = rec(l, x[3])
    l[0] = x[2]
    return m[0] * m[1] * l[0]


@trap((X,))
def a_copy_of_an_object(x):
    p = P(x.copy(), [x[0]])
    q = copy.copy(p)
    q.v[0] = 3.0
    q.w = [x[2]]
    return p.v.sum() * p.w[0] * q.w[0]


@trap((X,))
def a_deep_copy_of_an_object(x):
    p = P(x.copy(), [x[0]])
    q = deepcopy(p)
    q.v[0] = 3.0
    q.w[0] = x[2]
    return p.v.sum() * p.w[0] * q.w[0] * q.v.sum()


class Net:
    def __init__(self):
        self.layers = [P(np.array([0.5, 1.0, 2.0, -1.0]), None), P(np.array([1.0, 0.2, 0.3, 0.4]), None)]
        self.last = self.layers[1]
        self.mean = np.ones(4)
        self.pair = (self.mean, "sum")
        self.kept = {}

    def __call__(self, x):
        for k, layer in enumerate(self.layers):
            layer.w = x
            x = x * layer.v
            self.kept[k] = x
            self.mean *= 0.5
            self.mean += x
        return x


NET = Net()


@trap((X,))
def a_deep_copy_of_an_object_from_outside(x):
    net = deepcopy(NET)
    y = net(x)
    net.last.v[1] = x[0]
    return (y * net.pair[0] * net.layers[1].v * net.kept[0] + net.last.w + NET.mean * x).sum()


@trap((X,))
def deep_copies_in_a_loop(x):
    total = 0.0
    for k in range(3):
        net = deepcopy(NET)
        net.mean = net.mean * k
        total += net(x * k).sum() + net.mean.sum()
    return total


@trap((X,))
def a_copy_of_an_object_from_outside(x):
    layer = copy.copy(NET.layers[0])
    layer.w = x[0] * x
    layer.v = layer.v * x[1]
    return (layer.v * layer.w + NET.layers[0].v * x).sum()


@right_or_refused((X,))
def a_copy_shares_arrays_with_what_is_outside(x):
    net = copy.copy(NET)
    net.mean[0] = x[0]
    return (NET.mean * x).sum()


@right_or_refused((X,))
def a_copy_shares_lists_with_what_is_outside(x):
    net = copy.copy(NET)
    net.kept[5] = x[0]
    return x.sum() * len(NET.kept)


ROWS = [np.array([1.0, 2.0, 3.0, 4.0]), {"a": 2.0}]
ROWS.append(ROWS[0])


@trap((X,))
def a_deep_copy_of_a_list_from_outside(x):
    rows = deepcopy(ROWS)
    rows[0][1] = x[2]
    rows[1]["a"] = x[3]
    rows.append(x)
    return (rows[2] * rows[3]).sum() * rows[1]["a"] + (ROWS[2] * x).sum() * ROWS[1]["a"]

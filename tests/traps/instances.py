"""Who sees what becomes of objects, and of what they hold, where paths meet and loops turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from traps import numpy_trap, right_or_refused, trap

X = np.array([0.3, 0.7, 1.2, 2.0])


class P:
    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v

    def add(self, k):
        self.v = self.v + k


@trap((X,))
def a_function_sees_the_new_list(x):
    l = [x[0]]
    g = lambda: l[0]
    if x[1] > 0:
        l = [x[2]]
    return g() * l[0]


@right_or_refused((X,))
def a_method_of_the_first_object(x):
    p = P(x[0])
    m = p.get
    if x[1] > 0:
        p = P(x[2])
    p.v = p.v * 2
    return m() * p.v


@trap((X,))
def a_method_kept_in_a_list(x):
    p = P(x[0])
    fs = [p.get]
    p.add(x[1])
    if x[0] > 0:
        p.add(x[2])
    return fs[0]() * p.v


@trap((X,))
def the_object_of_the_trip_before(x):
    p = P(x[0])
    for k in range(3):
        q = p
        p = P(q.v * x[k])
        q.v = 100.0
    return p.v


@trap((X,))
def numbers_of_an_object_in_a_list(x):
    p = P(x[0])
    h = []
    for k in range(3):
        h.append(p.v)
        p.add(x[k])
    return sum(h) * p.v


@trap((X,))
def objects_side_by_side(x):
    ps = [P(v) for v in x]
    for a, b in zip(ps, ps[1:]):
        b.v = b.v + a.v * 0.5
    return ps[-1].v * ps[1].v


@trap((X,))
def objects_in_a_dict(x):
    ps = {k: P(x[k]) for k in range(3)}
    for k, p in ps.items():
        p.add(k * x[3])
    ps[0], ps[1] = (ps[1], ps[0])
    ps[0].v = ps[0].v * 2
    return sum((p.v * (k + 1) for k, p in ps.items()))


@right_or_refused((X,))
def an_array_replaced_on_one_path(x):
    p = P(x.copy())
    v = p.v
    p.v[1:] *= 2
    if x[0] > 0:
        p.v = p.v + 1
    v[0] = 50.0
    return p.v.sum() * v[1]


@trap((X,))
def an_array_of_an_object_in_a_loop(x):
    p = P(x.copy())
    v = p.v
    for k in range(2):
        p.v[k] += x[3]
    return v.sum() * p.v[0]


@trap((X,))
def an_array_written_after_it_is_replaced(x):
    p = P(x.copy())
    for k in range(2):
        v = p.v
        p.v = v * x[k]
        v[0] = 9.0
    return p.v.sum()


@trap((X,))
def objects_that_swap(x):
    a = P(x[0])
    b = P(x[1])
    for k in range(3):
        a, b = (b, a)
        a.add(x[k])
    return a.v * b.v**2


@trap((X,))
def objects_that_swap_on_some_trips(x):
    a = P(x[0])
    b = P(x[1])
    for k in range(3):
        if x[k] > 0.5:
            a, b = (b, a)
    return a.v * b.v**2


@trap((X,))
def two_objects_under_a_while(x):
    a = P(x[0])
    b = P(x[1])
    i = 0
    while a.v < 4:
        a.add(b.v)
        i += 1
        if i > 2:
            b.v = b.v * 1.5
    return a.v * b.v


@trap((X,))
def containers_in_containers(x):
    st = {"a": [x[0], x[1]], "b": {"c": x[2]}}

    def upd(s):
        s["a"][0] = s["a"][0] * s["b"]["c"]
        s["b"]["c"] = s["b"]["c"] + 1.0

    for _ in range(3):
        upd(st)
    return sum(st["a"]) * st["b"]["c"]


@trap((X,))
def lists_that_swap_on_some_trips(x):
    st = [[x[0], x[1]], [x[2], x[3]]]
    for k in range(3):
        if st[0][0] > 0.5:
            st[0], st[1] = (st[1], st[0])
        st[0][0] = st[0][0] * 0.5
    return st[0][0] * st[1][1] + st[1][0]


@trap((X,))
def a_list_made_anew_in_each_trip(x):
    tot = 0.0
    for k in range(3):
        acc = []
        for j in range(k + 1):
            acc.append(x[j] * k)
        tot += sum(acc) * len(acc)
    return tot


@numpy_trap((X,))
def a_queue(x):
    q = [x[0]]
    while q:
        v = q.pop()
        if v < 2:
            q.append(v * 2 + x[1])
        else:
            r = v
    return r


@trap((X,))
def a_memory_of_results(x):
    memo = {}

    def f(i):
        if i not in memo:
            memo[i] = x[i] * (f(i - 1) if i else 1.0)
        return memo[i]

    s = f(3) + f(2)
    memo[2] = 7.0
    return s * f(2) * f(1)


@right_or_refused((X,))
def a_function_with_an_object_given(x):
    p = P(x[0])
    p2 = p

    def set(o, v):
        o.v = v

    f = partial(set, p)
    f(x[1] * 2)
    return p2.v * x[2]


@trap((X,))
def a_method_on_one_path(x):
    p = P(x[0])
    y = p.get() if x[0] > 0 else p.add(1.0)
    return y * p.v


@trap((X,))
def None_before_the_first_trip(x):
    p = P(None)
    for k in range(3):
        if p.v is None:
            p.v = x[k]
        else:
            p.v = p.v * x[k]
    return p.v


@trap((X,))
def None_on_one_path(x):
    p = P(None)
    if x[0] > 0:
        p.v = x[1]
    return p.v * 2 if p.v is not None else x[0]


@trap((X,))
def an_integer_attribute_becomes_a_number(x):
    p = P(0)
    for k in range(4):
        p.v += x[k] * k
    return p.v**2


@trap((X,))
def an_attribute_chosen_in_each_trip(x):
    p = P(1)
    for k in range(4):
        p.v = p.v * x[k] if x[k] < 1.5 else p.v
    return p.v


@right_or_refused((X,))
def an_array_replaced_and_written(x):
    p = P(x.copy())
    v = p.v
    if x[0] > 0:
        p.v = x * 2
    p.v[0] = 9.0 * x[1]
    return v.sum() * p.v.sum()


@right_or_refused((X,))
def an_array_not_replaced_and_written(x):
    p = P(x.copy())
    v = p.v
    if x[0] < 0:
        p.v = x * 2
    p.v[0] = 9.0 * x[1]
    return v.sum() * p.v.sum()


@right_or_refused((X,))
def an_array_in_place_of_None(x):
    p = P(None)
    v = x * 3
    if x[0] > 0:
        p.v = v
    if p.v is not None:
        p.v[0] = x[1]
    return v.sum()


@right_or_refused((X,))
def an_array_in_place_of_None_in_a_loop(x):
    p = P(None)
    v = x * 3
    for k in range(2):
        if x[k] > 0.5:
            p.v = v
    if p.v is not None:
        p.v[0] = x[1]
    return v.sum()


@right_or_refused((X,))
def a_list_in_place_of_None_in_a_loop(x):
    p = P(None)
    v = [x[0], x[1]]
    for k in range(2):
        if x[k] > 0.5:
            p.v = v
    if p.v is not None:
        p.v[0] = x[3]
    return sum(v)


@right_or_refused((X,))
def a_list_in_place_of_None_is_changed(x):
    p = P(None)
    v = [x[0], x[1]]
    if x[0] > 0:
        p.v = v
    v[0] = 8.0
    return p.v[0] * x[1] if p.v is not None else x[0]


@right_or_refused((X,))
def an_array_in_place_of_None_at_first(x):
    p = P(None)
    v = x * 2
    for k in range(3):
        if p.v is None:
            p.v = v
        else:
            p.v = p.v * x[k]
        v[k] = 1.5
    return p.v.sum()


@right_or_refused((X,))
def which_object_it_is(x):
    a = P(x[0])
    b = P(x[1])
    c = a if x[2] > 1 else b
    return x[0] * 2 if c is a else x[1] * 3


@right_or_refused((X,))
def which_object_it_is_equal_to(x):
    a = P(x[0])
    b = P(x[1])
    c = a if x[2] > 1 else b
    return x[0] * 2 if c == a else x[1] * 3


@right_or_refused((X,))
def which_array_it_is(x):
    a = x * 1.0
    b = x * 2.0
    c = a if x[2] > 1 else b
    return x[0] * 2 if c is a else x[1] * 3


@right_or_refused((X,))
def whether_it_is_that_of_the_trip_before(x):
    before = P(x[0])
    now = P(x[1])
    total = 0.0
    for k in range(4):
        if now is before:
            total = total + x[2]
        before = now
        if x[k] > 1:
            now = P(x[k])
    return total


class Lazy:
    def __init__(self, v):
        self.v = v

    def squares(self):
        if not hasattr(self, "kept"):
            self.kept = self.v**2
        return self.kept


class Pair(NamedTuple):
    a: float
    b: float = 2.0

    def doubled(self):
        return self.__class__(self.a * 2.0, self.b)


class Named(Pair):
    factor = 3.0
    missing = None


@dataclass
class Field:
    a: float
    factor = 3.0

    def doubled(self):
        return self.__class__(self.a * 2.0)


OUTSIDE = Lazy(2.0)


@trap((X,))
def an_attribute_that_is_there(x):
    lazy = Lazy(x)
    total = 0.0
    for _ in range(3):
        total = total + np.sum(lazy.squares()) * x[0]
    return total + (x[1] if hasattr(lazy, "kept") else 0.0) + (x[2] if hasattr(lazy, "other") else 0.0)


@trap((X,))
def fields_that_are_there(x):
    factor = (3.0 if hasattr(Field(x[0]), "a") else 1.0) * (2.0 if hasattr(Pair(x[0]), "c") else 1.0)
    return factor * x[0] + (x[1] if hasattr(OUTSIDE, "v") else 0.0) + getattr(Lazy(x), "other", 4.0) * x[2]


@trap((X,))
def the_class_of_an_object(x):
    return Pair(x[0]).doubled().a * Field(x[1]).doubled().a + (x[2] if P(x).__class__ is P else 0.0)


@trap((X,))
def the_class_of_an_array(x):
    return np.sum(x) * (2.0 if x.__class__ is np.ndarray else 1.0) * (3.0 if x[0].__class__ is float else 1.0)


@trap((X,))
def what_the_class_of_a_tuple_holds(x):
    named = Named(x[0])
    return named.a * named.factor * Field(x[1]).factor + (x[2] if named.missing is None else 0.0)


@right_or_refused((X,), (-X,))
def an_attribute_of_one_path(x):
    lazy = Lazy(x)
    if x[0] > 0:
        lazy.kept = x * 3.0
    return np.sum(lazy.squares())


class Rod:
    def __init__(self, size, end):
        self.size, self.at = size, 0
        self.heat = np.zeros(size)
        self.heat[-1] = end

    def step(self):
        self.at += 0.1
        passed = np.zeros(self.size)
        passed[1:] = 0.5 * self.heat[:-1]
        self.heat = self.heat + passed * self.at


@trap((1.2,))
def a_size_that_an_object_keeps(end):
    rod = Rod(5, end)
    for _ in range(3):
        rod.step()
        rod.heat[0] += end
    return np.sum(rod.heat**2)


@trap((X,))
def a_size_that_a_dict_keeps(x):
    state = {"size": 4, "sum": x, "same": x.copy()}
    alias = state["same"]
    for i in range(3):
        alias[i] *= 2.0
        state["sum"] = state["sum"] * np.ones(state["size"]) + state["same"]
    return np.sum(state["sum"] ** 2)


class Mass:
    def __init__(self, place):
        self.place, self.speed = place, np.zeros(2)


@numpy_trap((np.array([[0.0, 1.0], [1.0, 0.1], [-1.0, -1.2]]),))
def masses_that_move(places):
    masses = [Mass(place) for place in places]
    for _ in range(3):
        for one in masses:
            for other in masses:
                if other is not one:
                    one.speed = one.speed + 0.1 * (other.place - one.place)
        for one in masses:
            one.place += 0.1 * one.speed
    return sum(np.sum(one.place**2) for one in masses)

"""Objects that a function makes of classes written in Python, and changes."""

from __future__ import annotations

import copy
import dataclasses

import numpy as np

from traps import V, numpy_trap, right_or_refused, trap
from traps.classes import (
    D2,
    D3,
    NT,
    Acc,
    Counter,
    Derived,
    Hooked,
    Layer,
    Matrix2,
    Net,
    Node,
    P,
    Post,
    Q,
    Rng,
    Scaled,
    Sim,
    Stack,
    State,
    Vec,
    WithSlots,
)

X = np.array([0.3, 0.7, 1.2, 2.0])


@trap((X,))
def a_layer(x):
    l = Layer(x)
    y = l.forward(x)
    y = l.forward(y)
    return (y * l.x).sum() * l.calls + l.size + Layer.sq(x[0]) + l.sq(x[1])


@trap((X,))
def a_dataclass_that_changes(x):
    s = State(x[0], x[1], [])
    for _k in range(5):
        s.p -= 0.1 * s.q
        s.q += 0.1 * s.p
        s.hist.append(s.p)
    return sum(s.hist) * s.q


@trap((X,))
def a_simulation(x):
    s = Sim(x[:2], x[2:])
    s.run(10)
    return s.energy() * s.t + sum(s.log)


@trap((X,))
def one_object_with_two_names(x):
    s = Sim(x[:2], x[2:])
    r = s
    r.pos[0] = 5.0
    s.vel = s.vel * 2
    return s.energy() + r.vel[0] * s.pos[1]


@trap((X,))
def operators_of_a_class(x):
    u = Vec(x[0], x[1])
    v = Vec(x[2], x[3])
    w = u + v * 2.0 + -u * 3
    w[0] = w[1] * w[0]
    w[1] += x[0]
    (a,), (b,) = Vec(x[1], x[2])
    s = w.dot(u) + abs(v) * len(w) + a * b
    if u == Vec(x[0], 0.0):
        s = s * 2
    if u != v:
        s = s * 1.5
    if u:
        s = s * 100
    if v > u:
        s = s + x[3]
    y = w
    w += v
    if 7 in w:
        s += y[1]
    return s


@trap((X,))
def the_class_above(x):
    return Derived(x[0], x[1]).g(x[2]) ** 2


@trap((X,))
def a_default_that_is_made(x):
    a = Acc()
    for v in x:
        a.add(v)
    return a.total * a.items[2] + len(a.items)


@trap((X,))
def a_field_made_afterwards(x):
    p = Post(x[0])
    q = dataclasses.replace(p, a=x[1]) if False else p
    return p.b * q.a


@right_or_refused((X,))
def an_object_replaced_on_one_path(x):
    s = State(x[0], x[1], [])
    t = s
    if x[0] > 0:
        t = State(x[2], x[3], [])
    t.p = t.p * 2
    return s.p * t.p + t.q


@trap((X,))
def an_object_changed_on_each_path(x):
    s = State(x[0], x[1], [])
    t = s
    if x[0] > 0.1 * s.q:
        t.p = x[3]
    else:
        s.p = x[2] * s.p
    return s.p * t.q


@trap((X,))
def a_named_tuple_with_a_plus(x):
    n = NT(x[0], x[1]) + NT(x[2], x[3])
    return n.a * n.b


@trap((X,))
def which_dataclasses_are_equal(x):
    s = 0.0
    if D2(x[0], x[1]) == D2(x[0], x[2]):
        s += x[0]
    if D3(x[0], x[1]) == D2(x[0], x[1]):
        s += 100 * x[1]
    if D3(x[0], x[1]) == D3(x[0], x[1]):
        s += x[2] ** 2
    return s


@trap((X,))
def objects_in_a_list(x):
    bodies = [Sim(x[:2], x[2:]), Sim(x[2:], x[:2])]
    for _k in range(3):
        for b in bodies:
            b.step(0.1)
        for a in bodies:
            for b in bodies:
                if a is not b:
                    a.vel = a.vel + 0.01 * (b.pos - a.pos)
    return sum(b.energy() for b in bodies)


@trap((X,))
def a_network_of_layers(x):
    net = Net([2, 2], x)
    return net(x).sum() + net.layers[0].calls


@trap((X,))
def an_object_that_is_called(x):
    c = Counter()
    return sum(map(c, x)) + sum([c(v) for v in x])


@trap((X,))
def operators_and_properties(x):
    m = Matrix2(x.reshape(2, 2))
    return (2.0 * (m @ m.T)).tr()


@right_or_refused((X,))
def a_number_times_an_object(x):
    m = Matrix2(x.reshape(2, 2))
    return (x[0] * (m @ m.T)).tr()


@trap((X,))
def an_array_in_an_object(x):
    s = Sim(x[:2], x[2:])
    v = s.pos
    s.pos[0] = x[3] * 2
    return v[0] * x[0]


@trap((X,))
def objects_that_a_function_makes(x):

    def make(k):
        o = Layer(x * k)
        o.tag = k
        return o

    a, b = (make(1.0), make(x[0]))
    a.tag += b.tag
    return a.forward(x).sum() * a.tag + b.w.sum()


@trap((X,))
def an_object_with_slots(x):
    w = WithSlots(x[0])
    w.a *= x[1]
    return w.a**2


@right_or_refused((X,))
def an_object_that_answers_everything(x):
    h = Hooked(x[0])
    return h.a * h.zzz


@trap((X,))
def many_objects(x):
    objs = []
    for i in range(20):
        objs.append(Layer(x * i))
    return sum(o.w.sum() for o in objs)


@trap((X,))
def a_dataclass_under_a_while(x):
    s = State(x[0], x[1], [])
    while s.p < 5:
        s.p = s.p * (1 + s.q)
    return s.p


@right_or_refused((X,))
def an_attribute_set_in_a_loop(x):
    l = Layer(x)
    for i in range(3):
        l.acc = i * x[0]
    return l.acc * l.w[1]


@trap((X,))
def an_object_holds_the_argument(x):
    l = Layer(x)
    l.w[0] = 9.0
    return x[0] * l.w.sum()


@right_or_refused((X,))
def an_object_chosen_from_two(x):
    a = P(x[0])
    b = P(x[1])
    c = a if x[2] > 1 else b
    a.up(3.0)
    return c.v * b.v


@right_or_refused((X,))
def changing_an_object_of_one_path(x):
    a = P(x[0])
    b = P(x[1])
    if x[2] > x[3]:
        c = a
    else:
        c = b
    c.up(x[3])
    return a.v * b.v + c.v


@right_or_refused((X,))
def an_object_that_another_name_leaves(x):
    a = P(x[0])
    b = a
    for k in range(3):
        b.v = b.v + x[k]
        if k == 1:
            b = P(x[3])
    return a.v * b.v


@trap((X,))
def the_last_object(x):
    objs = [P(x[0]), P(x[1]), P(x[2])]
    last = objs[0]
    for o in objs:
        o.v = o.v + last.v
        last = o
    return sum(o.v for o in objs) * last.v


@trap((X,))
def two_objects_with_one_array(x):
    a = P(x.copy())
    b = P(a.v)
    a.v[0] = 5.0
    return b.v.sum() * x[0]


@trap((X,))
def one_object_twice_in_a_list(x):
    a = P(x[0])
    l = [a, a]
    l[0].up(2.0)
    return l[1].v * x[1]


@trap((X,))
def a_bound_method(x):
    a = P(x[0])
    f = a.up
    f(2.0)
    f(x[1])
    return a.v


@trap((X,))
def a_function_that_changes_an_object(x):
    a = P(x[0])

    def g():
        a.v *= 2
        return a.v

    return g() * g() + a.v


@trap((X,))
def an_object_in_a_dict_under_a_while(x):
    a = P(x[0])
    d = {"o": a}
    while a.v < 3:
        d["o"].v += x[1]
    return a.v


@trap((X,))
def an_object_made_anew_in_each_trip(x):
    a = P(x[0])
    for i in range(3):
        b = P(a.v * x[i])
        a = b
    return a.v


@trap((X,))
def an_attribute_from_outside_the_class(x):
    class_ = P
    o = class_(x[0])
    o.extra = o.v * 2
    return o.extra * o.v + hasattr(o, "nope")


@trap((X,))
def objects_are_equal_to_themselves(x):
    a = P(x[0])
    b = P(x[0])
    s = 0.0
    if a == b:
        s += x[1]
    if a is a:
        s += x[2]
    if a is not b:
        s += x[3]
    return s


@trap((X,))
def an_object_in_a_tuple(x):
    a = P(x[0])
    t = (a, x[1])
    if x[0] > 0:
        t[0].up(2.0)
    return a.v * t[1]


@trap((X,))
def the_argument_in_two_objects(x):
    a = P(x)
    b = P(x)
    a.v += 1.0
    return b.v.sum() * x[0]


@right_or_refused((X,))
def the_dict_of_an_object(x):
    a = P(x[0])
    a.__dict__["v"] = 3.0
    return a.v


@numpy_trap((X,))
def a_stack(x):
    s = Stack()
    for v in x:
        s.push(v * v)
    r = 0.0
    while s.items:
        r = r * 0.5 + s.pop()
    return r


@trap((X,))
def a_generator_of_numbers(x):
    r = Rng()
    t = 0.0
    for v in x:
        t += v * r.next()
    return t


@trap((X,))
def a_tree(x):
    return Node(x[0], Node(x[1]), Node(x[2], Node(x[3]))).total() ** 2


@trap((X,))
def a_dataclass_under_two_names(x):
    q = Q(x[0], x[1])
    r = q
    for _ in range(3):
        q.a = q.a * r.b
    q = Q(q.a, q.b)
    q.b = 7.0
    return r.b * q.a * q.b


@trap((X,))
def an_attribute_changed_on_one_path(x):
    a = P(x[0])
    if x[1] > 0:
        a.w = x[2]
    return a.v * a.w


@trap((X,))
def objects_in_a_comprehension(x):
    a = P(x[0])
    try_ = [a.up(k + 1.0).v for k in range(3)]
    return sum(try_) * a.v


@trap((X,))
def an_attribute_changed_by_parity(x):
    a = P(1.0)
    a.v = a.v * x[0]
    for k in range(4):
        a.v = np.sin(a.v * x[k]) if k % 2 else a.v * 2
    return a.v


@right_or_refused((X,))
def a_copied_object(x):
    a = P(x[0])
    b = copy.copy(a)
    b.v *= 3.0
    return a.v * b.v


@trap((X,))
def a_list_in_two_objects(x):
    a = P([x[0], x[1]])
    b = P(a.v)
    b.v.append(x[2])
    return sum(a.v) * len(a.v)


@trap((V,))
def initialised_up_to_object(x):
    layer = Scaled(x[0])
    return np.sum(layer(x)) + np.sum(layer(x) * x) * layer.calls

"""Lists, tuples, dicts and records: compared, changed while a loop goes over them, called with their keywords."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from traps import V, W, numpy_trap, right_or_refused, trap

X = np.array([0.5, -1.0, 2.0])


class Pair(NamedTuple):
    a: object
    b: object


@dataclass(frozen=True)
class Box:
    a: object
    b: object = 2.0


# ---------------------------------------------------------------- comparisons
@trap((X,), (X[::-1],))
def tuples_compared(x):
    return x[0] if (x[0], 1) == (x[0] * 1.0, 1) else x[1]


@trap((X,))
def lists_compared(x):
    s = x[0] * 2 if [x[0], 2.0] != [x[1], 2.0] else x[2]
    return s * (x[1] if [x[0] * 1, 2.0] == [x[0], 2.0] else x[2])


@trap((2.3,))
def records_compared(x):
    s = x if Pair(x * 1, 2.0) == Pair(x * 1, 2.0) else x * 3
    return s * (x if Box(x * 1) != Box(x * 2) else x * 5)


# ---------------------------------------------------------------- changed in a loop over them
@trap((X,))
def next_item_written(x):
    xs = [x[0], x[1], x[2]]
    for i, v in enumerate(xs):
        if i < 2:
            xs[i + 1] = v * 2
    return sum(xs)


@trap((X,))
def next_item_of_a_long_list_written(x):
    xs = []
    for i in range(len(x)):
        xs.append(x[i])
    for i, v in enumerate(xs):
        if i < 2:
            xs[i + 1] = v * 2
    return sum(xs)


@right_or_refused((X,))
def list_grows_in_its_loop(x):
    xs = [x[0], x[1]]
    for v in xs:
        if len(xs) < 4:
            xs.append(v * 2)
    return sum(xs)


@trap((X,))
def item_named_and_kept(x):
    xs = [x[0], x[1], x[2]]
    for v in xs:
        last = v
    first = xs[0]
    return sum(xs) * last + first


# ---------------------------------------------------------------- keywords and arguments that mean something
@trap((2.3,))
def base_of_an_integer(x):
    return x * int("11", base=2)


@trap((2.3,))
def default_of_getattr(x):
    return x * getattr(math, "nothing_of_the_kind", 3.0)


@trap((2.3,))
def start_of_index(x):
    return x * [1, 2, 1].index(1, 1)


@right_or_refused((2.3,))
def start_of_prod(x):
    return math.prod([x, x], start=2)


@right_or_refused((2.3,))
def complex_of_two(x):
    z = complex(x, 2.0)
    return z.real * z.imag


@trap((2.3,))
def replaced_in_part(x):
    p = Pair(x, 2.0)._replace(b=x * 3)
    d = replace(Box(x), b=5.0)
    return p.a * p.b * d.a * d.b


@trap((2.3,))
def dict_methods(x):
    d = {"a": x, "b": x * 2}
    d.setdefault("a", x * 9)
    d.setdefault("c", x * 3)
    v = d.pop("b")
    d.update(e=v)
    return v * sum(d.values()) + d.get("z", x)


@trap((2.3,))
def methods_of_outer_objects(x):
    names = ["a", "b", "c"]
    rates = RATES.get("low", 3.0) + sum(v for _, v in RATES.items())
    key = "-".join(["high", str(names.index("b"))])
    return x * rates * {"high-1": x}[key.lower()]


RATES = {"high": 0.5, "mid": 0.25}


# ---------------------------------------------------------------- lists of lists: their cotangents are added item by item
def rows_of(x, n):
    rows = []
    for i in range(n):
        row = []
        for j in range(i + 1):
            row.append(np.sin(x * j) + x)
        rows.append(row)
    return rows


def sum_of_rows(rows):
    s = 0.0
    for row in rows:
        for v in row:
            s = s + np.sum(v * v)
    return s


@trap((X, 3), (X, 2))
def lists_of_lists_sliced(x, n):
    rows = rows_of(x, n)
    return sum_of_rows(rows[1:]) * sum_of_rows(rows[:-1]) + sum_of_rows(rows)


@trap((X, 3))
def lists_of_lists_twice(x, n):
    rows = rows_of(x, n)
    other = list(rows)
    return sum_of_rows(rows) * sum_of_rows(other)


@trap((X, 3))
def rows_of_a_list_of_lists(x, n):
    rows = rows_of(x, n)
    s = sum_of_rows(rows)
    first, last = rows[0], rows[n - 1]
    for k in range(2):
        for v in first:
            s = s + np.sum(v) * k
        for v in last:
            s = s * np.sum(v)
    return s


@trap((X,))
def list_of_lists_joined(x):
    a, b = np.sin(x), x * x
    rows = [[a, b]]
    rows = rows + [[a, b]]
    return sum_of_rows(rows) * sum_of_rows(rows[:1])


# ---------------------------------------------------------------- lists of unknown length, joined
@numpy_trap((V,))
def lists_joined(x):
    a = []
    b = []
    for v in x:
        if v > 0:
            a.append(v)
        else:
            b.append(v * v)
    c = a + b
    c.append(x[0])
    a[0] = 5.0
    return sum(c) * c[0] + sum(a) * len(c)


@numpy_trap((V,))
def lists_joined_with_known_ones(x):
    a = []
    for v in x:
        if v > 0:
            a.append(v)
    c = [x[0]] + a
    d = a + [x[1], 2.0 * x[2]]
    c += d
    return sum(c) * c[0] + sum(d) * d[-1]


@numpy_trap((V,))
def list_extended_by_itself(x):
    a = []
    for v in x:
        if v > 0:
            a.append(v)
    b = a
    a.extend(a)
    a += a
    b[0] = x[1]
    return sum(a) * a[0] * a[-1]


@trap((V,))
def lists_of_arrays_joined(x):
    a = [v * x for v in x]
    b = [x] + a
    c = a + [x]
    c[0] = x * 2
    s = 0.0
    for k in range(len(b)):
        s = s + np.sum(b[k] * c[k])
    return s


@right_or_refused((V,))
def joined_list_holds_the_same_array(x):
    a = [v * x for v in x]
    c = a + [x * 1]
    c[0][1] = 7.0
    return np.sum(a[0] * x) + np.sum(c[0])


@numpy_trap((V,))
def list_of_pairs_joined(x):
    a = []
    for v in x:
        if v > 0:
            a.append((v, 2 * x))
    return sum(p * np.sum(q) for p, q in a + a)


@numpy_trap((V,))
def extended_in_a_loop(x):
    a = [x[0]]
    b = []
    for v in x:
        b.append(v)
        a.extend(b)
    return sum(a) * a[3]


@numpy_trap((V,))
def integers_joined_with_floats(x):
    a = []
    for v in x:
        if v > 0:
            a.append(1)
    return sum(a + [x[0]]) * x[1]


# ---------------------------------------------------------------- numbers that are arrays
@right_or_refused((X,))
def array_without_axes_named_twice(x):
    s = np.array(0.0)
    t = s
    s += x[0]
    return t + x[1]


@trap((X,))
def array_without_axes(x):
    s = np.array(0.0)
    for v in x:
        s += v * v
    return s * 1.0


@trap((V,))
def arrays_of_lists_of_lists(x):
    pairs = np.array([[a * b for a in x] for b in x])
    rows = []
    for i in range(len(x)):
        row = []
        for j in range(len(x)):
            row.append(x[i] - x[j] ** 2)
        rows.append(row)
    return (
        np.sum(pairs * np.array(rows)) + np.array([[[a * b * c for a in x] for b in x] for c in x])[1, 2, 3]
    )


@trap((V, W))
def joined_by_subscripts(x, y):
    return (
        np.sum(np.r_[1.0, x, y[0], [1, y[2]]] ** 2) * np.sum(np.c_[x, y * 2] ** 3)
        + np.c_[x, np.outer(x, y)][1, 2]
    )


@trap((V,), (V[:1],))
def stack_machine(x):
    stack = []
    for v in x:
        stack.append(v)
        if len(stack) > 1:
            b, a = stack.pop(), stack.pop()
            stack.append(a * b + a)
    return stack[-1]


@trap((V, 3), (V, 0))
def list_read_again_in_every_trip(x, trips):
    known = [x[0], x[1] * x[2]]
    total = 0.0
    for k in range(trips):
        more = known + [x[k]]
        more.append(total)
        total = total + sum(more) * more[2]
    return total + len(known) * known[1]


@trap((V,), (V[::-1] * 2.0,))
def sorted_as_python_sorts(x):
    ranked = sorted(x)
    falling = sorted([v * v for v in x], reverse=True)
    a, b, c = sorted([x[0], x[1] * x[2], x[3]])
    return sum(k * v for k, v in enumerate(ranked)) * falling[0] + falling[1] + a * b - c


@numpy_trap((V,), (np.array([2.0, 0.4, 2.5, 0.3]),))
def sorted_by_keys(x):
    pairs = sorted(zip(x, x[::-1]), key=lambda pair: pair[0] > 1.0)
    rest = [[v, k] for k, v in enumerate(x)]
    rest.sort(key=lambda item: -item[0], reverse=True)
    order = sorted(range(len(x)), key=lambda k: x[k], reverse=True)
    return sum(a * k for k, (a, _) in enumerate(pairs)) + rest[0][0] * rest[1][1] + x[order[0]] * x[order[1]]


@trap((V,))
def list_ordered_in_place(x):
    items = [v for v in x]
    same = items
    items.sort()
    first = items[0]
    items.reverse()
    numbers = x.tolist()
    rows = np.outer(x, x).tolist()
    return same[0] * first + same[1] + numbers[2] * rows[1][3]


@numpy_trap((V,), (V[:1],), (V[:0],))
def lists_as_queues(x):
    window, total = [], 1.0
    for v in x:
        window.append(v)
        if len(window) > 2:
            window.pop(0)
        total += sum(window) * v
    waiting = [v * v for v in x]
    while waiting:
        total += waiting.pop(0) * len(waiting)
        if len(waiting) == 2:
            waiting.insert(0, total)
            total *= waiting.pop()
    return total


# ---------------------------------------------------------------- lists that the program fills, joined
M = np.array([[0.5, -1.0, 0.3, 0.2], [2.0, 0.7, -0.4, 1.2], [0.1, 0.9, 1.7, -0.8]])


def weighted(r):
    """A number that depends on where each element stands, and on how the array lies in memory."""
    return np.sum(np.sin(r) * (1.0 + np.arange(r.size).reshape(r.shape))) + np.sum(np.sum(r, axis=0) ** 2)


@trap((M,), (M.T,))
def numbers_joined(x):
    items = []
    for row in x:
        items.append(row[0] * row[1])
    total = weighted(np.hstack(items)) + weighted(np.concatenate(items, axis=None))
    total = total + weighted(np.vstack(items)) * weighted(np.stack(items, axis=-1))
    return total + weighted(np.column_stack(items)) + weighted(np.dstack(items))


@trap((M,), (M.T,))
def vectors_joined(x):
    items = [np.sin(row) * x[0, 0] for row in x]
    total = weighted(np.concatenate(items)) + weighted(np.hstack(items)) * weighted(np.vstack(items))
    total = total + weighted(np.column_stack(items)) * weighted(np.stack(items, axis=1))
    return total + weighted(np.dstack(items)) + weighted(np.concatenate(items, axis=-1))


@trap((M,), (M.T,))
def matrices_joined(x):
    items = []
    for k in range(len(x)):
        items.append(np.outer(np.sin(x[k]), x[:, 0]) * k)
    total = weighted(np.concatenate(items)) + weighted(np.concatenate(items, axis=-1))
    total = total + weighted(np.hstack(items)) * weighted(np.vstack(items))
    total = total + weighted(np.column_stack(items)) * weighted(np.dstack(items))
    return total + weighted(np.concatenate(items, axis=None)) + weighted(np.stack(items, axis=-2))


@trap((M,), (M.T,))
def turned_matrices_joined(x):
    items = []
    for k in range(len(x)):
        items.append((np.outer(np.sin(x[k]), x[:, 0]) * k).T)
    total = weighted(np.stack(items)) + weighted(np.concatenate(items, axis=1))
    total = total + weighted(np.stack(items, axis=-1)) * weighted(np.concatenate(items))
    return total + weighted(np.dstack(items)) + weighted(np.concatenate(items, axis=None))


@trap((M,), (M.T,))
def layers_joined(x):
    items = []
    for row in x:
        items.append(np.swapaxes(row * x[:, None] * x[:, :, None], 0, 2))
    total = weighted(np.concatenate(items, axis=-2)) + weighted(np.dstack(items))
    return total + weighted(np.hstack(items)) * weighted(np.stack(items, axis=2))


@trap((M,))
def heads_joined_in_every_layer(x):
    h = x
    for _ in range(3):
        heads = []
        for i in range(2):
            heads.append(np.tanh(x[:, :2] * x[i, 0]) * np.sum(h))
        h = h + 0.1 * np.sum(np.concatenate(heads, axis=-1)[:, 1:] ** 2)
    return np.sum(h * h)


@trap((V,))
def items_of_joined_lists_are_parts(x):
    items = []
    for _ in range(3):
        items.append(x[1:])
    r = np.concatenate(items)
    s = np.column_stack(items)
    r[1] += x[3]
    s[0, 1] = 5.0 * x[0]
    return np.sum(r * r * x[1]) + np.sum(s * s * np.concatenate(items)[4])


@trap((V,))
def pairs_joined(x):
    return weighted(np.concatenate([[v, v * v] for v in x])) + weighted(np.hstack([(v, x[0]) for v in x]))


@trap((V,), (V[::-1] * 2.0,))
def integers_joined(x):
    items, mixed = [], [1, 2.5]
    for k in range(len(x)):
        items.append(k)
        mixed.append(x[k])
    r = np.hstack(items)
    return np.sum(r // 2 * x) + np.sum(np.hstack(mixed) ** 2) + (x[0] if r.dtype == np.int64 else 0.0)


@numpy_trap((V,), (-V,))
def items_picked_by_data_joined(x):
    items = []
    for v in x:
        if v > 0:
            items.append(v * x)
    return weighted(np.concatenate(items)) * weighted(np.hstack(items)) + weighted(np.stack(items, axis=1))


@trap((V,))
def joined_lists_that_change_afterwards(x):
    total, kept = 0.0, [x[:3]]
    for k in range(len(x)):
        even = []
        for _ in range(k + 1):
            even.append(x[1:] * np.tanh(0.1 * total))
        total = total + weighted(np.hstack(even)) * 0.01
        even.append(x[1:])
        kept.append(x[:3] * k)
        total = total + weighted(np.stack(even, axis=1)) * 0.01
        kept[0] = kept[-1] * x[0]
        even.pop()
        total = total + weighted(np.concatenate(kept)) * 0.01 + weighted(np.concatenate(even)) * 0.01
    return total


@right_or_refused((V,), (V[:1],))
def items_of_other_lengths_joined(x):
    items = []
    for k in range(len(x)):
        items.append(np.sin(x[:k]) * k)
        items.append(x[k:])
    return weighted(np.concatenate(items)) + weighted(np.hstack(items))


@right_or_refused((M,))
def blocks_of_other_widths_joined(x):
    items = []
    for k in range(2):
        items.append(x[:, 2 * k : 2 * k + 2] * x[k, 0])
        items.append(x[:, : k + 1])
    return weighted(np.concatenate(items, axis=-1)) * weighted(np.hstack(items))


@trap((V,))
def an_item_replaced_by_one_of_another_length(x):
    total = 0.0
    for k in range(len(x)):
        items = []
        for j in range(k + 1):
            items.append(np.sin(x[: j + 1]) * x[k])
        total = total + np.sum(items[0] ** 2)
        items[0] = x * 2.0
        total = total + np.sum(items[0] ** 2)
    return total


# ---------------------------------------------------------------- items that are written through the loop's name
@trap(([V, W[:2]],), ([V.copy()],), ((M, M.T),))
def squares_summed_in_place(params):
    memory = [np.zeros_like(p) for p in params]
    for p, m in zip(params, memory):
        m += p * p
    return sum(np.sum(m * p) for p, m in zip(params, memory))


@trap(([V, W],), ([V, W[:0]],))
def items_of_the_argument_written(params):
    for p in params:
        p += 1.0
        p[:1] *= 2.0
    return sum(np.sum(p**3) for p in params)


@trap(([V, W],))
def items_under_two_names(params):
    memory = [p for p in params]
    for p, m in zip(params, memory):
        m *= p
    return sum(np.sum(p * np.cos(p)) for p in params)


@trap(([V, W], 0), ([V, W], 3), argnums=0)
def momentum_in_place(params, steps):
    speeds = [np.zeros_like(p) for p in params]
    params = [p.copy() for p in params]
    for _ in range(steps):
        slopes = [np.sin(p) for p in params]
        for p, g, v in zip(params, slopes, speeds):
            v *= 0.9
            v += g
            p -= 0.1 * v
    return sum(np.sum(p**2) for p in params)


@trap(([V, W],))
def known_items_beside_a_list_of_items(params):
    slopes = [params[0] * 2.0, params[1][:2] * 3.0]
    memory = [np.ones_like(p) for p in params]
    total = 0.0
    for g, m in zip(slopes, memory):
        total += np.sum(g**2) * np.sum(m)
    return total


# ---------------------------------------------------------------- pairs among pairs
BONDED = {(0, 1), (1, 2)}


@trap((V,), (V[:1],), (V[:0],))
def pairs_that_are_not_bonded(x):
    energy = np.sum(x)
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            if (i, j) in BONDED or (j, i) in BONDED:
                continue
            energy += (x[i] * x[j]) ** 2
    return energy


@trap((V, [(0, 1, 1.0), (2, 1, 1.1)]))
def pairs_in_a_set_made_of_bonds(x, bonds):
    excluded = {(i, j) for i, j, _ in bonds}
    energy = sum(r * (x[i] - x[j]) ** 2 for i, j, r in bonds)
    for i in range(len(x)):
        for j in range(len(x)):
            if (i, j) not in excluded:
                energy += x[i] * x[j] ** 2
    return energy


@trap((V, np.array([[0, 1], [2, 1], [1, 2], [3, 3]])))
def pairs_that_data_give(x, pairs):
    total = 0.0
    for a, b in pairs:
        total += x[a] if (a, b) in [(0, 1), (1, 2), (1,)] else x[a] * x[b] ** 2
    return total

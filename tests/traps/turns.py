"""Functions that run in turns, names that two functions bind, containers whose items move: who sees what, and when."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from traps import M, V, W, numpy_trap, right_or_refused, trap


def elements(x):
    for i in range(len(x)):
        yield x[i]


def large(x):
    i = 0
    while i < len(x):
        if x[i] > 0.6:
            yield x[i] ** 2
        i += 1


def twice(x):
    yield from large(x)
    for v in large(x[1:]):
        yield v * 3
    return


# ------------------------------------------------------------------------------------------------------- yield
@trap((V,))
def the_loop_writes_what_is_yielded_next(x):
    a = x.copy()
    total = 0.0
    for k, v in enumerate(elements(a)):
        if k + 1 < len(a):
            a[k + 1] += v
        total += v**2
    return total


@trap((V,))
def the_loop_writes_what_a_filter_reads_next(x):
    a = x.copy()
    total = 0.0
    for v in filter(lambda t: t > 0.6, a):
        a[3] += 0.1 * v
        total += v**2
    return total


@trap((V,))
def an_array_is_written_before_the_generator_starts(x):
    a = x.copy()
    made = large(a)
    a[0] = 3.0 * x[1] + 4.0
    return sum(made)


@trap((V,), (-V,))
def a_loop_over_generators_inside_one_another_is_left(x):
    total, last = 0.0, 0.0
    for v in twice(x):
        for w in large(2 * x):
            t = v * w
            if t > 20.0:
                break
            total += t
        last = v
    return total + last


@trap((V,), (0.1 * V,))
def a_return_leaves_the_generator(x):
    def first(z):
        for v in twice(z):
            if v > 1.3:
                return v * 2
        return z[0]

    return first(x) * first(3 * x)


@trap((V,))
def the_generator_reads_a_name_that_the_loop_binds(x):
    scale = 1.0

    def scaled():
        for i in range(3):
            yield x[i] * scale

    total = 0.0
    for v in scaled():
        total += v
        scale = scale * 1.5 + v
    return total


@numpy_trap((V,))
def a_list_grows_over_a_generator_in_a_loop(x):
    total = 0.0
    for r in range(3):
        kept = []
        for v in large(x * (r + 1)):
            kept.append(v)
        total += sum(kept) * kept[-1]
    return total


@right_or_refused((V,))
def a_generator_is_gone_over_twice(x):
    made = elements(x)
    return sum(made) + sum(made)


@right_or_refused((V,))
def a_generator_is_left_and_taken_up_again(x):
    made = elements(x)
    total = 0.0
    for v in made:
        total += v
        if v < 0:
            break
    for v in made:
        total += 10 * v
    return total


@trap((V,))
def a_name_of_both_functions(x):
    def halves(total):
        for v in x:
            total = total / 2 + v
            yield total

    total = 1.0
    for v in halves(3.0):
        total = total * v
    return total


@trap((V,))
def a_generator_yields_into_an_array(x):
    out = np.zeros(8)
    k = 0
    for v in twice(x):
        if v > 8.0:
            continue
        out[k] = v
        k += 1
    return np.sum(out**2) + k


@trap((V,))
def an_object_that_is_gone_over(x):
    class_ = Tree(x[0], Tree(x[1]), Tree(x[2], None, Tree(x[3])))
    return sum(k * v**2 for k, v in enumerate(class_)) + list(class_)[-1]


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right

    def __iter__(self) -> Iterator[object]:
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


@trap((V,))
def a_generator_expression_is_kept(x):
    squares = (v**2 for v in x if v > 0)
    x = 2 * x
    return sum(squares) * x[0]


@trap((V,))
def the_first_that_is_large(x):
    return next(v for v in x if v > 0.6) * next((v for v in x if v > 100), x[1])


@trap((V,))
def a_running_total_of_what_is_written(x):
    a = x.copy()
    total = 0.0
    for k, s in enumerate(itertools.accumulate(a)):
        if k == 1:
            a[3] = a[0] * 5
        total += s * (k + 1)
    return total


@right_or_refused((V,))
def items_are_appended_while_neighbours_are_looked_at(x):
    items = [x[0], x[1]]
    total = 0.0
    for a, b in itertools.pairwise(items):
        if len(items) < 4:
            items.append(a * b)
        total += a * b
    return total


@numpy_trap((V,))
def a_range_ends_before_what_never_ends(x):
    return sum(v * w for v, w in zip(x, itertools.cycle([1.0, 4.0]), strict=False))


# ------------------------------------------------------------------------------------------------------- next
@trap((V,))
def the_rest_of_an_iterator(x):
    it = iter(x)
    a, b = next(it), next(it)
    total = a * b
    for v in it:
        total += v * a
    return total + next(it, 7.0)


@numpy_trap((V,))
def an_iterator_is_moved_in_its_own_loop(x):
    it = iter(list(x))
    total = 0.0
    for v in it:
        w = next(it, 1.0)
        total += v * w * w
    return total


# ------------------------------------------------------------------------------------------------------- nonlocal
@trap((V,))
def names_of_an_outer_function(x):
    total, n = 0.0, 0

    def add(v):
        nonlocal total, n
        total += v * v
        n += 1

        def deeper():
            nonlocal total
            total = total * 1.1

        deeper()

    def mean():
        return total / n

    for v in x:
        add(v)
        if v > 0.6:
            add(v * 2)
    for v in [add(v) for v in x[:2]]:
        assert v is None
    return mean() + total


@trap((V,))
def two_counters_of_one_maker(x):
    def make():
        count = x[0]

        def step(v):
            nonlocal count
            count = count + v
            return count

        return step

    f, g = make(), make()
    total = 0.0
    for v in x:
        total += f(v) * g(2 * v)
    return total


@right_or_refused((V,))
def an_array_of_an_outer_function_gets_another(x):
    y = np.zeros(3)

    def put(k, v):
        nonlocal y
        y = y * 2
        y[k] = v

    held = y
    for k in range(3):
        put(k, x[k])
    held[0] = 5.0
    return np.sum(y**2) + np.sum(held)


@trap((V,))
def recursion_with_a_name_of_the_outer_function(x):
    total = 0.0

    def visit(i):
        nonlocal total
        total = total * 0.9 + x[i] ** 2
        if 2 * i + 1 < len(x):
            visit(2 * i + 1)
        if 2 * i + 2 < len(x):
            visit(2 * i + 2)

    visit(0)
    return total


# ------------------------------------------------------------------------------------------------------- del
@trap((V,))
def names_and_items_are_deleted(x):
    y = x * 2
    if x[0] > 0:
        t = y + 1
        y = t * t
        del t
    for k in range(3):
        u = y[k] * 2
        y[k] = u
        del u
    held = {"a": x[0], "b": x[1]}
    items = [x[0], x[1], x[2], x[3]]
    del held["a"], items[1:3], items[0]
    return np.sum(y) + sum(held.values()) + items[0] ** 2


@numpy_trap((V,))
def an_item_in_the_middle_is_deleted(x):
    items = list(x)
    del items[1]
    return items[1] * items.pop(-2) + sum(items)


# ------------------------------------------------------------------------------------------------------- collections
@trap((V,))
def both_ends_of_a_deque(x):
    d = deque([x[0]])
    d.append(x[1])
    d.appendleft(x[2])
    d.extend([x[3], x[0] * x[1]])
    a, b = d.popleft(), d.pop()
    d.rotate(1)
    return a * b + d[0] * d[-1] ** 2 + sum(d) + max(d) * len(d) + np.mean(d) + np.sum(np.array(d) ** 2)


@numpy_trap((V,))
def a_deque_forgets(x):
    d = deque(maxlen=3)
    total = 0.0
    for v in x:
        d.append(v)
        if len(d) == 3:
            total += d[0] * d[2]
    while d:
        total = total * 0.5 + d.pop() ** 2
    return total


@trap((V,))
def dicts_that_make_what_they_are_asked_for(x):
    lists, counts, sums = defaultdict(list), Counter("abca"), defaultdict(lambda: x[0])
    for i in range(4):
        lists[i % 2].append(x[i])
        sums[i // 3] += x[i] * i
    counts.update(["a", "z"])
    total = sum(sum(v) ** 2 * (k + 1) for k, v in lists.items())
    return total + sums[0] * sums[1] * counts["a"] + counts["none"] + (isinstance(sums, dict)) * x[1]


@trap((V,))
def sets_of_numbers_that_are_known(x):
    chosen = {1, 2}
    chosen.add(3)
    odd = {k for k in range(6) if k % 2}
    total = sum(x[k] for k in sorted(chosen & odd))
    for k in range(4):
        if k in chosen and k not in odd:
            total += x[k] ** 2
        chosen.add(k + 10)
    return total * len(chosen | odd) + (x[0] if odd == {5, 3, 1} else 5.0)


@trap((V,))
def arguments_that_are_given_before(x):
    def f(a, b, c=1.0, *, d=2.0):
        return a * b + c * d

    g = partial(f, x[0], c=x[1])
    h = partial(g, d=x[2])
    return g(x[3]) + h(x[1], c=3.0)


@trap((V,))
def keys_that_the_first_trip_makes(x):
    held = {}
    total = 0.0
    for v in x:
        if "last" in held:
            total += (v - held["last"]) ** 2
        held["last"] = v * v
    return total + held["last"]


@trap((V[:1],), (V,))
def keys_of_a_single_trip(x):
    held = {}
    for v in x:
        held["sum"] = held.get("sum", 1.0) * v
    return held["sum"] ** 2


# ------------------------------------------------------------------------------------------------------- views
@trap((M,))
def elements_by_one_number(a):
    b = a.copy()
    b.flat[3] = 2.0
    b.flat[::5] = 1.0
    b.flat[2] *= a[0, 0]
    b.T.flat[1] = a[1, 1]
    part = b.flat[2:5]
    part[0] = 100.0
    return np.sum(b**2) + np.sum(part) + a.flat[4] * 3 + b.flat[-1]


@right_or_refused((M,))
def elements_are_read_when_they_are_gone_over(a):
    b = a[:, ::2].copy()
    over = b.flat
    b[0, 1] = a[0, 0] * 7
    total = 0.0
    for v in over:
        total = total * 0.9 + v
    return total + sum(v * w for v, w in zip(a.flat, a.T.flat, strict=True))


@trap((V,))
def windows_of_what_is_written(x):
    y = x.copy()
    windows = sliding_window_view(y, 2, writeable=False)
    y[1] = x[0] * 5
    return np.sum(windows.mean(axis=1) ** 2) + windows[0, 1]


# ------------------------------------------------------------------------------------------------------- rows
@right_or_refused((np.outer(V, W) + np.eye(4),))
def a_name_of_a_row_that_moves(a):
    rows = [list(row) for row in a]
    held = rows[0]
    rows[0], rows[1] = rows[1], rows[0]
    rows[0][0] = 5.0
    return held[0] * held[1]


@right_or_refused((np.outer(V, W) + np.eye(4),))
def another_list_of_rows_that_move(a):
    rows = [list(row) for row in a]
    others = list(rows)
    rows[0][0] = a[3, 3]
    rows[0], rows[1] = rows[1], rows[0]
    return others[0][0] * 3 + rows[0][0]


@right_or_refused((np.outer(V, W) + np.eye(4),))
def a_row_that_is_two_rows(a):
    rows = [list(row) for row in a]
    rows[0][0] = a[3, 3]
    rows[1] = rows[0]
    rows[0][1] = 7.0
    return rows[1][1] * rows[0][0]


@right_or_refused((np.outer(V, W) + np.eye(4),))
def a_row_that_was_made_before(a):
    rows = [list(row) for row in a]
    new = [v * 2 for v in rows[0]]
    rows[0][0] = a[3, 3]
    rows[1] = new
    new[0] = 100.0
    return rows[1][0] * rows[0][0]


@numpy_trap((np.outer(V, W) + np.eye(4),))
def rows_that_are_scaled_and_swapped(a):
    rows = [list(row) for row in a]
    n = len(rows)
    for c in range(n):
        rows[c], rows[n - 1 - c] = rows[n - 1 - c], rows[c]
        rows[c][0] += 1.0
        rows[c] = [v * 0.9 for v in rows[c]]
        rows[0] = [u - 0.5 * v for u, v in zip(rows[0], rows[c], strict=True)]
    return rows[0][1] * rows[2][3] + rows[1][1] ** 2

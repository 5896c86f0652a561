"""What is read later than it is written: iterators, views of dicts, functions that keep arrays, loops over arrays."""

from __future__ import annotations

import numpy as np
from traps import M, V, W, numpy_trap, right_or_refused, trap


@right_or_refused((M,))
def the_array_that_is_looped_over_is_written(a):
    for _, row in enumerate(a):
        a[:] = 2.0
        a = a[:, :1] + row
    return np.sum(a)


@right_or_refused((V,))
def the_zipped_array_gets_another_name(x):
    ones, last = np.ones(4), 0.0
    for _, one in zip(range(4), ones):
        for _ in zip(range(4), ones):
            ones, x = x, ones
            ones -= 1.0
        last = one
    return last * np.sum(x)


@trap((V, W))
def a_row_that_is_looped_over_is_bound_anew(x, y):
    total = 0.0
    for v in x:
        x = x * 0.5 + y
        total += v * np.sum(x)
    return total


@right_or_refused((V,))
def an_inner_function_keeps_the_array(x):
    def summed(held):
        def inner():
            return np.sum(held)

        return inner

    now = summed(x)
    total = 0.0
    for _ in range(3):
        x[:] = x * 2.0
        total += now()
        x = x + 1.0
    return total + np.sum(x)


@right_or_refused((V,))
def a_method_keeps_the_array(x):
    now = x.sum
    total = 0.0
    for _ in range(3):
        x[:] = x * 2.0
        total += now()
        x = x + 1.0
    return total + np.sum(x)


@right_or_refused((V,))
def a_default_keeps_the_array(x):
    now = lambda held=x: held.sum()
    total = 0.0
    for _ in range(3):
        x[:] = x * 2.0
        total += now()
        x = x + 1.0
    return total + np.sum(x)


@right_or_refused((M,))
def an_enumerate_keeps_the_array(a):
    rows = enumerate(a)
    for _ in range(3):
        a[:] = a * 2.0
        a = a + 1.0
    total = 0.0
    for k, row in rows:
        total += k * np.sum(row)
    return total + np.sum(a)


@right_or_refused((M,))
def a_map_keeps_the_array(a):
    sums = map(np.sum, a)
    for _ in range(3):
        a[:] = a * 2.0
        a = a + 1.0
    return sum(sums)


@trap((M,))
def a_map_calls_late(a):
    factor = 2.0
    sums = map(lambda row: np.sum(row) * factor, a)
    factor = 3.0
    a[:] = 2.0 * a
    return sum(sums)


@right_or_refused((V, W))
def a_zip_is_gone_over_twice(x, y):
    pairs = zip(x, y)
    total = 0.0
    for a, b in pairs:
        total += a * b
    for a, b in pairs:
        total += a + b
    return total


@right_or_refused((V,))
def an_enumerate_is_gone_over_in_each_trip(x):
    items, total = enumerate(x), 0.0
    for _ in range(2):
        for k, v in items:
            total += k * v
    return total


@right_or_refused((V,))
def a_map_is_added_up_twice(x):
    halves = map(lambda v: 0.5 * v, x)
    return sum(halves) + sum(halves)


@right_or_refused((M,))
def a_reversed_is_gone_over_twice(a):
    rows = reversed([a[0], 2.0 * a[1]])
    return sum([k * np.sum(row) for k, row in enumerate(rows)]) + sum([np.sum(row) for row in rows])


@right_or_refused((V, W))
def an_iterator_is_gone_over_on_one_path(x, y):
    pairs, total = zip(x, y), 0.0
    if x[0] > 0:
        for a, b in pairs:
            total += a * b
    for a, b in pairs:
        total += a + b
    return total


@trap((V, W))
def a_list_of_a_zip_is_gone_over_twice(x, y):
    pairs = list(zip(x, y))
    return sum([a * b for a, b in pairs]) + sum([a + b for a, b in pairs])


@trap((V,))
def the_values_of_a_dict_are_live(x):
    parts = {"a": x, "b": 2.0 * x}
    values = parts.values()
    parts["a"] = 5.0 * x
    return np.sum(sum(values)) + len(values)


@trap((V,))
def the_items_of_a_dict_are_live_in_a_loop(x):
    parts, total = {"a": x, "b": x * x}, 0.0
    items = parts.items()
    for _ in range(3):
        for _, part in items:
            total += np.sum(part * part)
        parts["a"] = parts["a"] * 2.0
    return total


@trap((V,))
def the_values_of_a_dict_change_while_they_are_gone_over(x):
    parts, total = {"a": x, "b": x * x}, 0.0
    for value in parts.values():
        total += np.sum(value)
        parts["b"] = 3.0 * x
    return total


@right_or_refused((V,))
def a_range_of_the_last_trip(x):
    for k in range(3):
        numbers = range(k + 1)
        x = x * 1.5
    total = 0.0
    for i in numbers:
        total += i * x[i]
    return total


@right_or_refused((V,), (-V,))
def an_enumerate_of_one_path(x):
    if x[0] > 0:
        items = enumerate(2.0 * x)
    else:
        items = enumerate(x)
    total = 0.0
    for k, v in items:
        total += k * v
    return total


@right_or_refused((V,))
def a_function_of_one_path(x):
    if x[0] > -10:
        summed = lambda held=2.0 * x: np.sum(held)
    return summed() + np.sum(x)


@right_or_refused((V,))
def a_method_of_one_path(x):
    if x[0] > -10:
        summed = (2.0 * x).sum
    return summed() + np.sum(x)


@right_or_refused((V,))
def one_definition_with_two_defaults(x):
    total = 0.0
    for k in (1.0, 2.0, 3.0):
        if k < 2.0 or x[0] > 0:
            scaled = lambda factor=k * x: np.sum(factor * x)
        total += scaled()
    return total


@right_or_refused((V, M))
def an_array_that_may_hold_integers_is_written(x, a):
    for _ in range(x.shape[0]):
        x = np.array([0])
    x[-1] = a[0, 2]
    return np.sum(x * 1.0)


@trap((V,), (-V,))
def only_one_path_binds_what_its_adjoint_reads(x):
    column = x[:, None] * 2.0
    size = 1.0
    if column[1][0] < -1.0:
        column[2, 0] = 1.0
        size = np.linalg.norm(column)
    column -= 1.0
    return np.sum(column * column) + size


@numpy_trap((V,))
def an_array_first_bound_in_a_loop(x):
    for _ in range(x.shape[0], 1, -1):
        rest = 1.0
        rest -= np.array([x for _ in range(x.shape[0])])
    return np.sum(rest * rest)


@right_or_refused((V, 0.7), (V, 2.7))
def a_name_of_one_path_is_exchanged_in_a_loop(x, c):
    y = np.array(x)
    if c <= 2.0:
        kept = x
    if c > 2.0:
        kept = y
        for _ in range(3):
            y = y[:]
            y, x = x, y
    x[0] = 1.0
    return np.sum(kept * y)

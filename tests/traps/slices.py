"""Slices of lists that are written: what they hold then, under all of their names, and how long they are."""

import numpy as np

from traps import M, V, right_or_refused, trap


@trap((V,))
def a_slice_under_two_names(x):
    items = [x[0], x[1], x[2], x[3]]
    same = items
    items[1:3] = [items[2] * 2.0, items[1]]
    return sum(v * (k + 1.0) for k, v in enumerate(same)) + items[2] * same[1]


@trap((V,))
def a_slice_that_changes_the_length(x):
    items = [x[0], x[1], x[2]]
    items[1:] = [x[3]]
    items[:0] = (x[2],)
    items[len(items) :] = [1.0]
    items[1:2] = []
    return items[0] * items[1] * len(items)


@trap((V,))
def slices_with_steps(x):
    items = [0.0, 1.0, 2.0, 3.0]
    items[::2] = [x[0], x[1]]
    items[::-3] = x[2:]
    return sum(v * v * (k + 1.0) for k, v in enumerate(items))


@trap((V,))
def slices_in_a_loop(x):
    items = [x[0], x[1], x[2], x[3]]
    for i in range(3):
        items[1:3] = [items[0] * items[i], items[3] + items[1]]
        items[:] = [v * 0.5 for v in items]
    return sum(v * (k + 1.0) for k, v in enumerate(items))


@trap((V,), (-V,))
def slices_of_two_paths(x):
    items = [x[0], x[1], x[2], x[3]]
    if x[0] > 0:
        items[:2] = [items[1], items[0]]
    else:
        items[2:] = [items[3], items[2]]
    return items[0] * items[2] ** 2


@trap((M,))
def rows_in_a_slice_are_views(x):
    y = x.copy()
    rows = [y[0], y[0], y[1]]
    rows[:2] = y
    rows[1][:] = rows[0] * 2.0
    return np.sum(y * y) + np.sum(rows[2])


@trap((V,))
def slices_of_rows_of_a_table(x):
    table = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        table[i][:2] = [x[i], x[i + 1]]
    return table[0][1] * table[2][0] + table[1][2]


@right_or_refused((V,))
def a_slice_of_a_list_that_a_loop_goes_over(x):
    items = [x[0], x[1], x[2], x[3]]
    for v in items:
        items[1:] = [v, v]
    return sum(items)


@right_or_refused((V,))
def a_slice_of_a_list_that_grew(x):
    items = []
    for v in x:
        items.append(v * v)
    items[1:3] = [x[0], x[1]]
    return sum(items)

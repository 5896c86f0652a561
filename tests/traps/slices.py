"""Slices of lists that are written, under all of their names; and what NumPy makes of slices: np.s_, np.r_, np.mgrid."""

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


@trap((M,))
def slices_with_names(m):
    some, first, rest = np.s_[1:, ::2], np.index_exp[0], np.s_[:2]
    return np.sum(m[some] ** 2) + np.sum(m[first]) + np.sum(m[rest] ** 3) + np.sum(m[np.s_[..., 1]])


@trap((V,), (V[:3],))
def ranges_in_rows_and_columns(x):
    n = len(x)
    total = np.sum(np.r_[0, x, 0:3] ** 2) + np.sum(np.r_[0:2:3j, x] * np.r_[x, 0:1.5:0.5])
    return total + np.sum(np.c_[np.ones(n), x, 0:n] ** 2)


@trap((V,), (V[:3],))
def grids_of_integers(x):
    n = len(x)
    a, b = np.mgrid[0:n, 1 : n + 1]
    p, q = np.ogrid[0:n, :4:2]
    return np.sum(a * b * x) + np.sum((p + q) * x[:, None]) + np.sum(np.mgrid[0:n] * x) + b[0, -1] * x[0]


@trap((V,), (np.array([0.3, 1.1, 0.2, 0.6]),))
def grids_of_floats(x):
    u, v = np.mgrid[-1:1:3j, 0:4]
    p, q = np.ogrid[x[0] : x[1] : 3j, 0:1:1j]
    return (
        np.sum(u * v * x)
        + np.sum(p**2 + q)
        + np.sum(np.mgrid[0:1:4j] * np.sin(x))
        + np.sum(np.mgrid[0:1:0.25] * x)
    )


# ---------------------------------------------------------------- integers with new axes
@trap((np.array([1.0, 2.0]), np.array([[0, 1, 2], [1, 3, 2]])), argnums=0)
def assembled(k, elements):
    K = np.zeros((4, 4))
    np.add.at(K, (elements[:, :, None], elements[:, None, :]), k[:, None, None] * np.ones((2, 3, 3)))
    return np.sum(K**2)


@trap((V, np.array([0, 2, 3, 3])), argnums=0)
def read_at_places_with_new_axes(x, places):
    return np.sum(x[places[:, None]] ** 2) + np.sum(x[places[None, 1:]])

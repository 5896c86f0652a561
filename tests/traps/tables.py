"""Lists of lists that are written by two indices: rows that names share, copies of rows, numbers of several types."""

import copy
import math

import numpy as np

from traps import V, W, numpy_trap, right_or_refused, trap


@trap((V, W))
def a_row_has_a_name_of_its_own(x, w):
    table = [[0.0] * len(w) for _ in range(len(x))]
    row = table[1]
    for i in range(len(x)):
        for j in range(len(w)):
            table[i][j] = x[i] * w[j]
    row[0] = x[0] * 5
    first = table[1][0]
    row = table[2]
    return first + row[1] * table[1][1]


@trap((V, W))
def rows_follow_one_another(x, w):
    table = [[0.0] * len(w) for _ in range(len(x))]
    before = table[0]
    before[0] = x[0]
    for i in range(1, len(x)):
        row = table[i]
        for j in range(len(w)):
            row[j] = before[j] * w[j] + x[i]
        before = row
    return before[0] + table[1][1] * table[2][0] + len(before) * x[1]


@right_or_refused((V, W))
def one_row_many_times(x, w):
    row = [0.0] * len(w)
    table = [row for _ in range(len(x))]
    for i in range(len(x)):
        table[i][0] += x[i]
    return table[0][0] + row[0]


@right_or_refused((V, W))
def a_row_chosen_from_two(x, w):
    table = [[0.0] * len(w) for _ in range(len(x))]
    for i in range(len(x)):
        table[i][0] = x[i]
    row = table[0] if x[0] > 0.2 else table[1]
    for j in range(len(w)):
        row[j] += x[j] * 2
    return table[0][1] + 3 * table[1][1] * table[0][0]


@right_or_refused((V, W))
def a_table_chosen_from_two(x, w):
    a = [[0.0] * len(w) for _ in range(len(x))]
    b = [[1.0] * len(w) for _ in range(len(x))]
    for i in range(len(x)):
        a[i][0] = x[i]
        b[i][1] = x[i]
    c = a if x[0] > 0.2 else b
    for i in range(len(x)):
        c[i][0] += x[i]
    return a[1][0] + 2 * b[1][0] + b[2][1]


@trap((V, W))
def copies_that_share_their_rows(x, w):
    table = [[1.0] * len(w) for _ in range(len(x))]
    a, b, c, d = list(table), table.copy(), copy.copy(table), table[1:]
    apart = copy.deepcopy(table)
    for i in range(len(x)):
        table[i][1] = x[i]
    return a[1][1] * b[2][1] + c[0][1] * d[0][1] + sum(sum(row) for row in apart) * x[0]


@trap((V, W))
def copies_of_rows(x, w):
    table = [[x[i] * w[j] for j in range(len(w))] for i in range(len(x))]
    a, b, c, d = table[1][:], list(table[1]), table[1].copy(), table[1][1:]
    table[1][1] = x[0]
    a[0] = 7 * x[2]
    return a[1] + b[1] * 2 + c[1] * 3 + d[0] * 4 + table[1][1] + a[0]


@trap((V, W))
def rows_copied_into_another_table(x, w):
    table = [[x[i] * w[j] for j in range(len(w))] for i in range(len(x))]
    other = [row[:] for row in table]
    for i in range(len(other)):
        other[i][0] = x[i] ** 2
        table[i][1] = other[i][0]
    return other[1][0] * table[1][0] + other[2][1] + table[2][1]


@trap((V, W))
def written_while_it_is_looped_over(x, w):
    table = [[1.0] * len(w) for _ in range(len(x))]
    total = 0.0
    for i in range(len(x)):
        for k, v in enumerate(table[i]):
            if k + 1 < len(w):
                table[i][k + 1] = v * x[i]
            total += v
    for row in table:
        row[0] *= 2.0
    return total + table[1][0] * table[2][1]


@right_or_refused((V, W))
def rows_change_places(x, w):
    table = [[x[i] * w[j] for j in range(len(w))] for i in range(len(x))]
    for i in range(len(x) - 1):
        table[i][0] += 1.0
        table[i], table[i + 1] = table[i + 1], table[i]
    return table[1][0] + table[2][1]


@right_or_refused((V, W))
def rows_are_replaced(x, w):
    table = [[0.0] * len(w) for _ in range(len(x))]
    for i in range(len(x)):
        table[i] = [x[i] * v for v in w]
        table[i][0] += 1.0
    return table[1][0] + table[2][1]


@right_or_refused((V, W))
def rows_of_other_lengths(x, w):
    table = [[1.0] * (i + 1) for i in range(len(x))]
    for i in range(2, len(x)):
        for j in range(1, i):
            table[i][j] = table[i - 1][j - 1] + table[i - 1][j] * x[i]
    return sum(table[3])


@right_or_refused((V, W))
def rows_held_by_another_list(x, w):
    table = [[0.0] * len(w) for _ in range(len(x))]
    held = []
    for i in range(len(x)):
        table[i][0] = x[i]
        held.append(table[i])
    table[1][0] = 9 * x[2]
    return held[1][0] + held[2][0]


@trap((V, W))
def integers_until_a_float_comes(x, w):
    table = [[0] * len(w) for _ in range(len(x))]
    for i in range(len(x)):
        table[i][i % 2] = x[i] * i
    return sum(table[3]) + table[1][1] / 2 + table[0][1]


@trap((V, W))
def integers_that_are_indices(x, w):
    counts = [[0] * 3 for _ in range(len(x))]
    total = 0.0
    for i in range(len(x)):
        counts[i][1] += i
        counts[i][2] = counts[i][1] // 2
        total += x[counts[i][2]] * counts[i][1]
    return total


@trap((V, W))
def flags(x, w):
    seen = [[False] * len(w) for _ in range(len(x))]
    total = 0.0
    for i in range(len(x)):
        for j in range(len(w)):
            if x[i] * w[j] > 0.5:
                seen[i][j] = True
    for i in range(len(x)):
        for j in range(len(w)):
            if seen[i][j] and not seen[i - 1][j]:
                total += x[i] * w[j]
    return total


@trap((V, W))
def floats_of_python(x, w):
    table = [[0.0] * 3 for _ in range(len(x))]
    for i in range(len(x)):
        table[i][1] = float(x[i])
        table[i][2] = math.sin(table[i][1])
    return table[1][2] * table[2][1]


@trap((V, W))
def complex_numbers(x, w):
    table = [[0j] * 2 for _ in range(len(x))]
    for i in range(len(x)):
        for j in range(2):
            table[i][j] = x[i] * np.exp(1j * w[j])
    return (table[1][1] * table[2][0]).real


@trap((V, W))
def an_array_made_of_it(x, w):
    table = [[0.0] * len(w) for _ in range(len(x))]
    for i in range(len(x)):
        for j in range(len(w)):
            table[i][j] = x[i] * w[j]
    A = np.array(table)
    table[0][0] = 100 * x[1]
    return np.sum(A**2) + table[0][0] + np.sum(np.dot(table, w)) + max(table[1])


def filled(table, x):
    for i in range(len(table)):
        for j in range(len(table[0])):
            table[i][j] += x[i] * (j + 1)
    return table


@trap((V, W))
def filled_by_a_function(x, w):
    table = [[0.0 for _ in range(len(w))] for _ in range(len(x))]
    same = filled(table, x)
    filled(same, x * x)
    return table[1][1] + same[2][0]


@trap((V, W))
def three_indices(x, w):
    table = [[[0.0] * 2 for _ in range(len(w))] for _ in range(len(x))]
    for i in range(len(x)):
        for j in range(len(w)):
            table[i][j][0] = x[i]
            table[i][j][1] = w[j] * table[i][j][0]
    return table[1][1][1] + table[3][1][0] * table[2][0][1]


@trap((V, W))
def made_anew_in_each_trip(x, w):
    total = 0.0
    for k in range(2):
        table = [[0.0] * len(w) for _ in range(len(x))]
        for i in range(len(x)):
            table[i][k] = x[i] * w[k] + total
        total = table[1][k] + table[2][0]
    return total


@trap((V, W))
def recalled(x, w):
    known = [[-1.0] * 3 for _ in range(len(x))]

    def paths(i, j):
        if i < 0 or j < 0:
            return 1.0
        if known[i][j] >= 0:
            return known[i][j]
        known[i][j] = paths(i - 1, j) * x[i] + paths(i, j - 1)
        return known[i][j]

    return paths(len(x) - 1, 2)


@numpy_trap((V,))
def numbers_of_a_short_list_picked_by_data(x):
    parts = [0.0, 1.0, 2.0]
    same = parts
    for k, v in zip(np.argsort(x), x):
        if v > 0.6:
            parts[k % 3] += v * v
    return same[0] * parts[1] + same[2] + len(parts) * x[0]


@trap((V,))
def an_array_of_pairs(x):
    pairs = []
    for i, v in enumerate(x):
        pairs.append((v, i * v, 1.0))
    points = np.array(pairs)
    return np.sum(points[:, 0] * points[:, 1]) + points[1, 2]

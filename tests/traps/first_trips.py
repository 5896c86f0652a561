"""Loops whose first trip finds something else than the others do: a number where they find an array, or nothing."""

import numpy as np

from traps import M, V, W, numpy_trap, right_or_refused, trap


@trap((M,), (M[:1],))
def number_plus_rows(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return np.sum(np.sin(s))


@trap((M.T,), (M.T[:1],))
def number_of_before_is_read_first(a):
    d = 2
    s = 0.0
    for row in a:
        s += np.sum(d * row**2)
        d = row
    return s * d[0]


@trap((M.T,), (M.T[:2],))
def row_is_written_through_its_new_name(a):
    d = 0
    for i in range(len(a)):
        if i > 0:
            a[i] += d
        d = a[i]
        d *= 2.0
    return np.sum(a**2) + np.sum(d)


@trap((V, 1), (V, 4))
def powers_as_often_as_an_argument_says(x, n):
    s = 0
    for k in range(n):
        s = s + x**k / (k + 1)
    return np.sum(s**2)


@right_or_refused((V, 0))
def powers_in_no_trip(x, n):
    s = 0
    for k in range(n):
        s = s + x**k
    return np.sum(s**2) + np.sum(x)


@trap((M.T,), (M.T[:1],))
def number_times_rows_backwards(a):
    s = 1
    for i in reversed(range(len(a))):
        s = a[i] + 0.5 * s * a[i]
    for i in range(len(a) - 1, -1, -1):
        s = s * a[i]
    return np.sum(s)


@trap((V, 1e-3), (V, 1e9))
def series_until_small(x, tolerance):
    s, term = 0, 1
    for n in range(1, 12):
        term = term * x / n
        s = s + term
        if np.max(np.abs(term)) < tolerance:
            break
    else:
        s = s * 2
    return np.sum(s**2)


@trap((M, V))
def both_loops_of_a_nest(a, w):
    total = 0
    for i in range(len(a)):
        for j in range(len(w)):
            total = total + np.outer(a[i], w) * w[j]
    return np.sum(total**2)


@trap((V, W))
def number_in_a_function_that_a_loop_calls(x, w):
    def combined(weights):
        s = 0
        for i, c in enumerate(weights):
            s = s + c * x[i] * x
        return s

    total = 0.0
    for k in range(3):
        total += np.sum(combined(w**k) * w)
    return total


@trap((V,), (V[:1],))
def bound_in_the_first_trip(x):
    for i in range(len(x)):
        if i == 0:
            h = x[i]
        else:
            h = h * x[i] + 1.0
    return h * x[0]


@trap((M.T,))
def bound_in_the_first_two_trips(a):
    for i in range(len(a)):
        if i > 1:
            h = h * a[i]
        else:
            h = a[i]
    return np.sum(h**2)


@numpy_trap((M.T,), (M.T[:1],))
def stacked_from_the_first_trip(a):
    for i in range(len(a)):
        if i == 0:
            h = a[i : i + 1]
        else:
            h = np.vstack((h, a[i : i + 1] * np.sum(h)))
    return np.sum(h**2)


@right_or_refused((M,))
def bound_where_data_says(a):
    h = 1.0
    for i in range(len(a)):
        if a[i, 0] > 0:
            h = h * a[i]
    return np.sum(h)


@trap((M.T,), (M.T[:1],))
def backwards_through_a_list_of_pairs(a):
    kept = []
    for i in range(len(a)):
        kept.append((a[i], np.sin(a[i])))
    d = 0
    s = 0.0
    for i in reversed(range(len(a))):
        x, y = kept[i]
        s += np.sum((x + d) * y)
        d = d + 0.5 * y
    return s + np.sum(d**2)


@trap((M.T,), (M.T[:1],))
def number_before_and_the_last_row_after(a):
    last = 0
    for i in reversed(range(len(a))):
        if i > 0:
            a[i - 1] += 0.5 * a[i]
        last = a[i] * 2
    return np.sum(last**2) + np.sum(a)


@right_or_refused((M.T,), (M.T[-1:],))
def row_of_the_last_trip_that_went_on(a):
    last = 0
    for i in range(len(a)):
        if a[i, 0] > 0:
            last = a[i]
    return np.sum(last)


@trap((M.T,), (M.T[:1],))
def sum_of_arrays(a):
    return np.sum(sum(2 * row for row in a) ** 2) + np.sum(sum([a[i] ** 2 for i in range(len(a))]))


@trap((V,))
def extremes_of_one(x):
    best = [x[0] * x[1]]
    return max(best) * x[2] + min((x[3],)) * max([-2.0])


@trap((V, 1))
def clipped_lists(x, i):
    return np.sum(x[np.clip([i - 2, i, i + 9], 0, 3)]) + np.sum(np.clip([x[0], x[2]], [0, 1], 1.5))


@trap((2.0,), (-9.0,))
def none_from_a_loop_and_after_it(a):
    root = _root(2.5, a)
    return 0.1 * a if root is None else root * a


def _root(x, a):
    for _ in range(5):
        rest = x * x - a
        if abs(rest) < 1e-3:
            return x
        slope = 2.0 * x
        if slope < 1.0:
            return None
        x = x - rest / slope
    else:
        print("no root yet")
    return None

"""Loops that the source writes as one (itertools, np.ndindex), and what stands in np.errstate."""

from __future__ import annotations

import itertools
from itertools import combinations, product

import numpy as np
from traps import V, numpy_trap, right_or_refused, trap

MASSES = ((1.0, 0.3), (2.0, -0.4), (0.5, 1.1))


@trap((V,), (V[:2],))
def pairs_of_ranges(x):
    y = np.zeros((len(x), len(x)))
    for i, j in product(range(len(x)), range(1, len(x))):
        if i == j:
            continue
        y[i, j] = x[i] * x[j] + y[i, j - 1]
    return np.sum(y * y) + i * x[0] + j * x[1]


@trap((V,))
def a_break_leaves_all_loops(x):
    total = 0.0
    for i, j in product(range(3), range(len(x))):
        if x[i] * x[j] < -0.6:
            break
        total += x[i] * x[j]
    return total * (i + 1) + j * x[0]


@trap((V,))
def a_return_leaves_all_loops(x):
    for k, (i, j) in enumerate(product(range(2), repeat=2)):
        if x[i] * x[j] > 0 and i != j:
            return k * x[i] * x[j] ** 2
    return x[0]


@trap((V,), (V[:3],), (V[:2],), (V[:1],))
def the_last_combination(x):
    total, i, j = x[0], 7, 8
    for i, j in combinations(range(len(x)), 2):
        total += x[i] * x[j] ** 2
    return total * (1 + i) + j * x[0]


@trap((V,))
def combinations_of_three_and_of_equal_ones(x):
    total = 0.0
    for i, j, k in combinations(range(len(x)), 3):
        total += x[i] * x[j] ** 2 * x[k]
    for pair in itertools.combinations_with_replacement(range(1, len(x)), 2):
        total *= 1.0 + 0.1 * x[pair[0]] * x[pair[1]] ** 2
    return total


@trap((V,))
def combinations_of_tuples(x):
    bodies = [(m, position + x[k]) for k, (m, position) in enumerate(MASSES)]
    energy = 0.0
    for (m, a), (n, b) in combinations(bodies, 2):
        energy -= m * n / np.sqrt((a - b) ** 2 + 0.1)
    return energy + sum(v * w**2 for v, w in itertools.permutations(x[:3], 2))


@trap((V,))
def every_element_by_its_index(x):
    a = np.outer(x, x + 1.0)
    for i in np.ndindex(a.shape):
        a[i] = a[i] * x[i[0]]
    for (i, j), v in np.ndenumerate(a):
        a[i, j] = v * a[i - 1, j]
    return np.sum(a)


@right_or_refused((V,))
def an_iterator_is_used_up(x):
    both = product(range(2), range(2))
    total = 0.0
    for i, j in both:
        total += x[i] * x[j]
    for i, j in both:
        total += 100.0 * x[i]
    return total


@right_or_refused((V,))
def tuples_are_made_at_once(x):
    y = x * 2.0
    pairs = product(y[:2], y[2:4])
    y[:] = 0.0
    total = 0.0
    for a, b in pairs:
        total += a * b
    return total + np.sum(y)


@right_or_refused((V,), (-V,))
def an_inner_loop_that_may_not_run(x):
    i = 5
    for i, _ in product(range(2), range(int(x[0]))):
        pass
    return i * x[1]


@trap((V,))
def one_after_the_other(x):
    total = 0.0
    for v in itertools.chain(x[:2], [2.0], x[2:]):
        total = total * v + v
    return total


@numpy_trap((V,), (np.abs(V),))
def warnings_that_are_turned_off(x):
    with np.errstate(invalid="ignore", divide="ignore"):
        for v in x:
            with np.errstate(all="ignore"):
                y = np.where(x > 0.0, np.log(np.abs(x) / v**2), x)
                if v > 1.3:
                    return np.sum(y) * v
    return np.sum(x)


@trap((V,))
def an_inner_range_without_trips(x):
    i, j = 7, 8
    for i, j in product(range(2), range(len(x) - 4)):
        pass
    k = 9
    for k, _ in product(range(2), range(3, 3)):
        pass
    return i * x[0] + j * x[1] + k * x[2]


@trap((V,))
def a_chain_reads_when_it_comes_to_an_item(x):
    y = x * 1.0
    items = itertools.chain(y, [1.0])
    y[0] = 5.0 * x[1]
    total = sum(v * v for v in items)
    for v in itertools.chain(y, x):
        y[1:] = y[1:] * 1.5
        total = total + v * v
    return total

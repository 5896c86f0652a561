"""Loops in which every trip gives a name another structure: short ones are unrolled."""

import numpy as np

from traps import V, trap


@trap((V,), (V[:2],), (V[:1],))
def list_with_one_more(x):
    q = [x[0]]
    for i in range(len(x)):
        q = q + [x[i] * q[-1]]
    return sum(q)


@trap((V,), (V[:1],))
def all_of_a_list_and_one_more(x):
    q = []
    for v in x:
        q = [2.0 * other for other in q] + [v]
    return sum(q) + q[0] * q[-1]


@trap((V, 1), (V, 4))
def rows_of_a_triangle(x, n):
    row = [x[0]]
    for _ in range(n):
        row = [x[0]] + [row[k] + row[k + 1] for k in range(len(row) - 1)] + [x[1]]
    return row[0] * row[-1] + sum(row)


@trap((V,), (V[:2],))
def coefficients_of_a_product(roots):
    found = [1.0]
    for root in roots:
        new = [0.0] * (len(found) + 1)
        for k, c in enumerate(found):
            new[k] += c
            new[k + 1] -= root * c
        found = new
    return found[1] * found[2]


@trap((V,))
def first_list_has_a_second_name(x):
    q = [x[0]]
    other = q
    for i in range(3):
        q = q + [x[1]]
        if i == 0:
            other.append(x[2])
    return sum(q) * sum(other)


@trap((V,), (V[:1],))
def dict_with_one_more(x):
    found = {}
    for i in range(len(x)):
        found = {**found, f"x{i}": x[i] ** 2}
    return sum(found.values()) * found["x0"]


@trap((V,))
def rank_grows(x):
    y = x
    for k in range(3):
        y = np.stack([y, (k + 2) * y * y])
    return np.sum(y)

"""Programs that the fuzzer found, made small."""

import numpy as np

from traps import M, V, trap


@trap((V,))
def view_read_for_its_length(x):
    a = np.zeros((2, len(x)))
    row = a[0]
    a[1, 0] = 1.0
    a[0] += x
    return np.sum(np.array([v * w for v, w in zip(row, x)]))


@trap((M,))
def branch_without_result_in_a_loop(x):
    for row in x:
        if x[0, 0] < 2.0:
            for i in range(2):
                squares = np.ones((2, 2)) * row[0]
            chosen = {"a": 1.0, "b": squares[-2, 1] if np.all(row > -9.0) else 1.0}
    return np.sum(x) * 2.0 + np.sum(x**2)


@trap((V,))
def index_after_an_empty_loop(x):
    for i in range(1, len(x)):
        pass
    a = np.ones((2, len(x))) * x
    v = a[0]
    a += v[i]
    return np.sum(a * x) + i * x[i]

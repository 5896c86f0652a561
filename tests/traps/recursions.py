"""Functions that call themselves until a size ends it: where they cannot stay such, they are written out."""

import numpy as np

from traps import M, V, trap


def spectrum(v):
    n = len(v)
    if n == 1:
        return v
    even, odd = spectrum(v[::2]), spectrum(v[1::2])
    turns = np.exp(-2j * np.pi * np.arange(n // 2) / n)
    return np.concatenate([even + turns * odd, even - turns * odd])


@trap((V,), (V[:2],), (V[:1],), (np.concatenate([V, 2 * V]),))
def spectrum_real_at_the_end(x):
    return np.sum(np.abs(spectrum(x)) ** 4)


def determinant(A):
    n = A.shape[0]
    if n == 1:
        return A[0, 0]
    total = 0.0
    for j in range(n):
        total += (-1) ** j * A[0, j] * determinant(np.delete(A[1:], j, axis=1))
    return total


@trap((M[:2, :2],), (np.outer(V, V) + np.diag(V),))
def determinant_by_minors(A):
    return determinant(A) ** 2


def wavelets(v):
    if len(v) == 1:
        return v
    return np.concatenate([wavelets((v[0::2] + v[1::2]) / 2), v[0::2] - v[1::2]])


@trap((V,), (V[:2],))
def wavelets_of_all_levels(x):
    return np.sum(wavelets(x) ** 3)


@trap((V,), (V[:3],))
def halves_that_are_written(x):
    def scaled(v):
        if len(v) > 1:
            scaled(v[: len(v) // 2])
            scaled(v[len(v) // 2 :])
        v *= 1.5

    y = x * x
    scaled(y)
    return np.sum(y * x)

"""Rows of a list of lists that change their places: a determinant by elimination with pivots."""

import numpy as np


def f(A):
    a = [list(row) for row in A]
    n = len(a)
    det = 1.0
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(a[r][i]))
        if p != i:
            a[i], a[p] = a[p], a[i]
            det = -det
        det *= a[i][i]
        for r in range(i + 1, n):
            ratio = a[r][i] / a[i][i]
            for c in range(i, n):
                a[r][c] -= ratio * a[i][c]
    return det


args = (np.array([[0.2, 1.1, -0.4], [1.3, 0.4, 0.6], [0.5, -0.9, 0.8]]),)
backends = ("numpy",)

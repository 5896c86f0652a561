"""x.flat: elements by one number each, whatever the rank; the diagonal of a matrix is every n + 1st."""

import numpy as np


def f(A):
    B = A.copy()
    B.flat[:: len(A) + 1] += 2.0
    B.flat[1] = A[0, 0] * A[1, 1]
    return np.linalg.det(B) + max(A.flat)


args = (np.array([[0.5, -0.2, 0.3], [0.1, 0.9, -0.4], [0.6, 0.2, 1.1]]),)

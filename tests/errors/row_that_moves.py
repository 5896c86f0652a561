import numpy as np


def f(a):
    rows = [list(row) for row in a]
    first = rows[0]
    rows[0][1] = 2.0
    rows[0], rows[1] = rows[1], rows[0]  # E: 5: 'first' stands for a row
    return first[0]


args = (np.array([[1.0, 2.0], [3.0, 4.0]]),)

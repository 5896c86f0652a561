import numpy as np

history = []
state = {"calls": 0}


def scaled(x, factor):
    history.append(factor)  # E: 5: `history.append`
    return x * factor


def f(x, y):
    state["calls"] = state["calls"] + 1  # E: 5: outside the function
    a = np.sin(x, order="F")  # E: 19: 'order'
    b = scaled(y, 2.0) + x
    c = a + missing_or_not(a)
    if c[0] > 0:
        d = c.frobnicate()
    else:
        d = 0.0
    e = np.packbits(x, y)  # E: 9: `np.packbits`
    for v in 3.0:  # E: 14: iterated
        e = e + v
    g = undefined_here  # E: 9: 'undefined_here'
    return np.sum(x[0, 0]) + np.sum(d) + e + g + np.sum(b)  # E: 19: 2 indices


args = (np.array([1.0, 2.0]), np.array([0.0, 0.0]))

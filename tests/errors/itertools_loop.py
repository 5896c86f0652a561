import itertools


def f(x):
    total = 0.0
    for positive, group in itertools.groupby(x, lambda v: v > 0):  # E: 28: itertools.groupby
        total += sum(group) if positive else 0.0
    return total


args = ([2.0, 3.0],)

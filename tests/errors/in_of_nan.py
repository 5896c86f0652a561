MARKS = [float("nan"), 1.0]


def f(x):
    return 2 * x if x in MARKS else x  # E: 21: is not known while compiling


args = (2.0,)

def helper(x):
    x * 2.0


def f(x):
    return helper(x) * x  # E: 12: None


args = (2.0,)

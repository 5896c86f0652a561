def f(x):
    pair = (x, x * x)
    return pair[2]  # E: 12: index 2


args = (2.0,)

def f(x):
    pair = (x, x * x)
    pair[0] = 2 * x  # E: 5: tuple
    return pair[0] * pair[1]


args = (2.0,)

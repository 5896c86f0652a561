def scaled(x, factor):
    return x * factor


def f(x):
    return scaled(x)  # E: 12: factor


args = (2.0,)

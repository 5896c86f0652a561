def grown(x, n):
    return grown(x, n + 1) + grown(x, n + 2)


def f(x):
    return grown(x, 0)  # E: 12: calls itself without an end


args = (2.0,)

def grown(x, n):
    if x > 1:
        return x
    return grown(x, n + 1) + grown(x, n + 2)  # E: 12: calls itself without an end


def f(x):
    return grown(x, 0)


args = (2.0,)

def f(x):
    items = (x * k for k in range(3))  # E: 13: generator expression
    return sum(items)


args = (2.0,)

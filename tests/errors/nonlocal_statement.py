def f(x):
    total = 0.0

    def add(y):
        nonlocal total  # E: 9: nonlocal
        total += y

    add(x * x)
    return total


args = (2.0,)

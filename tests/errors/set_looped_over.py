def f(x):
    total = 0.0
    for i in {0, 2}:  # E: 14: set
        total += x**i
    return total


args = (2.0,)

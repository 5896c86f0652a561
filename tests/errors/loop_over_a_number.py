def f(x):
    total = 0.0
    for v in x:  # E: 14: iterate
        total += v
    return total


args = (2.0,)

def f(x, count):
    items = [x, x * x, x * x * x]
    k = int(x * count)
    return sum(items[:k])  # E: 16: bound of a slice


args = (0.7, 2.0)

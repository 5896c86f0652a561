def f(x, y):
    values = [x * y, x + y, x - y]
    values.sort(key=lambda v: -v)  # E: 5: sort
    return values[0]


args = (2.0, 3.0)

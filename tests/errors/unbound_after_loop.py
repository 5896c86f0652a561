def f(x, stop):
    while x < stop:
        step = x * 0.5
        x = x + step
    return x * step  # E: 16: step


args = (2.0, 10.0)

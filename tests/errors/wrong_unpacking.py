def f(x):
    a, b = x, x * x, x**3  # E: 5: unpack
    return a * b


args = (2.0,)

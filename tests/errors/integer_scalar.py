def f(x, n):  # E: 10: int
    return x**n


args = (2.0, 3)
argnums = 1

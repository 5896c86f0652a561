def f(x, steps):
    for _ in range(steps):
        x = x / 2
        raise ArithmeticError("one step is too many")  # E: 9: this raises
    return x


args = (2.0, 3)

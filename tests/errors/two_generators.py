def powers(x):
    for k in range(3):
        yield x**k


def f(x):
    return sum(a * b for a, b in zip(powers(x), powers(2 * x)))  # noqa: B905  # E: 34: several generators


args = (2.0,)

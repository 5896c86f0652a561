def f(x):
    exec("y = 2 * x")  # noqa: S102  # E: 5: exec
    return x * x


args = (2.0,)

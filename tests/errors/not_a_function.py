def f(x):
    y = 2.0 * x
    return y(x)  # E: 12: call


args = (2.0,)

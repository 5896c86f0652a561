def f(x):
    return eval("x * x")  # E: 12: eval


args = (2.0,)

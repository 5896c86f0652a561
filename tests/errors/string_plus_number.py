def f(x):
    return x + "1"  # E: 12: str '1'


args = (2.0,)

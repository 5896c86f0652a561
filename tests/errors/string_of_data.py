def f(x):
    label = "x=" + str(x)  # E: 20: str
    return x * len(label)


args = (2.0,)

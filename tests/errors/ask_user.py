def f(x):
    scale = float(input("scale: "))  # E: 19: input
    return scale * x


args = (2.0,)

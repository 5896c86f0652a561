import math


def f(x):
    if x < 0:
        print("bad", x)
        raise ValueError("negative")  # E: 9: `raise`
    return math.sqrt(x)


args = (2.0,)

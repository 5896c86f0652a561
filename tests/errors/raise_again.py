import math


def f(x):
    if x < 0:
        print("bad", x)
        raise  # E: 9: raises an error again
    return math.sqrt(x)


args = (2.0,)

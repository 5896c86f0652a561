import sys


def f(x):
    print("x", x, file=sys.stderr)  # E: 19: 'file'
    return x * x


args = (2.0,)

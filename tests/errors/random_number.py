import random


def f(x):
    return x * random.random()  # E: 16: random


args = (2.0,)

import time


def f(x):
    start = time.perf_counter()  # E: 13: perf_counter
    return x * x + start


args = (2.0,)

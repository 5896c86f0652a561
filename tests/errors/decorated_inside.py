import functools


def f(x):
    @functools.lru_cache  # E: 6: keeps results only
    def square(y):
        return y * y

    return square(x)


args = (2.0,)

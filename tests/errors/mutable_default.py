def f(x, cache=[]):  # noqa: B006
    cache.append(x)  # E: 5: cache
    return x * len(cache)


args = (2.0,)

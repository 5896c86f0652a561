def f(x):
    try:
        for v in x:
            if v > 1:
                return v  # E: 17: `return` in the middle of a `try`
    except TypeError:
        return x
    return 0.0


args = ([0.5, 2.0],)

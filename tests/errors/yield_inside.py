def f(x):
    def halves():
        for k in range(3):
            yield x / 2**k  # E: 13: yield

    return sum(halves())


args = (2.0,)

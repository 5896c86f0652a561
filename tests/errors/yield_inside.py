def f(x):
    def halves():
        for k in range(3):
            factor = yield x / 2**k  # E: 22: `yield` is only supported as a statement
            print(factor)

    return sum(halves())


args = (2.0,)

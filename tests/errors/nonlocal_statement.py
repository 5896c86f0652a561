def make():
    calls = 0

    def f(x):
        nonlocal calls  # E: 9: `nonlocal calls`
        calls += 1
        return x * x * calls

    return f


f = make()
args = (2.0,)

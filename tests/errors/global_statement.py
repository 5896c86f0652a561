calls = 0


def f(x):
    global calls  # E: 5: global
    calls += 1
    return x * x


args = (2.0,)

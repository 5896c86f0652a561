"""A function that yields: the steps of a method, looked at by the loop that goes over them until they are good enough."""


def newton_steps(a, x):
    while True:
        x = 0.5 * (x + a / x)
        yield x


def f(a):
    before = a
    for k, x in enumerate(newton_steps(a, a)):
        if abs(x - before) < 1e-9 or k > 30:
            break
        before = x
    return x


args = (2.0,)
more_args = [(0.3,)]

def inner(y):
    offset = eval("0.0")  # E: 14: eval
    return y + offset


def outer(y):
    return inner(y) * 2


def f(x):
    return outer(x) + 1


args = (2.0,)
chain = ("return inner(y) * 2", "return outer(x) + 1")

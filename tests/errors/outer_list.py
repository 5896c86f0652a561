history = []


def f(x):
    y = x * x
    history.append(y)  # E: 5: history
    return y


args = (2.0,)

step = 0.5


def f(x):
    y = step * x  # E: 9: 'step' has no value here
    step = 0.25
    return y * step


args = (2.0,)

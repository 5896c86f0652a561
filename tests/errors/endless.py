def f(x):
    y = x
    while True:  # E: 5: never ends
        y = y * 0.5
    return y


args = (2.0,)

def f(x):
    try:
        return x / (x - 1.0)  # E: 16: this may raise ZeroDivisionError
    except ZeroDivisionError:
        return 0.0


args = (2.0,)

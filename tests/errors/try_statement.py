def f(x):
    try:  # E: 5: try
        return x / (x - 1.0)
    except ZeroDivisionError:
        return 0.0


args = (2.0,)

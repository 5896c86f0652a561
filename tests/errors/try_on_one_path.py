RATES = {"slow": 0.5}


def f(x):
    try:
        rate = RATES["slow"] if x < 0 else RATES["fast"]  # E: 44: KeyError
    except KeyError:
        rate = 1.0
    return rate * x


args = (2.0,)

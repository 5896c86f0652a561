import numpy as np

calls = 0


def f(x):
    global calls  # E: 5: global
    calls += 1
    match calls:  # E: 5: match
        case _:
            y = np.log(x)
    try:  # E: 5: try
        z = np.sqrt(y)
    except FloatingPointError:
        z = 0.0
    print(open("log.txt"))  # noqa: SIM115  # E: 11: open
    return z


args = (2.0,)

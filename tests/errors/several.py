import numpy as np

calls = 0


def f(x):
    global calls  # E: 5: global
    calls += 1
    match calls:
        case int(_):  # E: 18: by its place
            y = np.log(x)
    z = np.sqrt(y)
    print(open("log.txt"))  # noqa: SIM115  # E: 11: open
    return z


args = (2.0,)

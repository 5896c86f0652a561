import numpy as np


def f(x, kind):
    match kind:  # E: 5: match
        case "soft":
            return np.log1p(np.exp(x))
        case _:
            return x


args = (2.0, "soft")

import numpy as np


class Soft:
    __match_args__ = ("scale",)

    def __init__(self, scale):
        self.scale = scale


def f(x, kind):
    match kind:
        case Soft(scale):  # E: 19: by its place
            return np.log1p(np.exp(x * scale))
        case {"scale": scale, **rest}:  # E: 14: `**rest` in a pattern
            return x * scale + len(rest)
        case [1, (2, y) | (y, 2)]:  # E: 18: alternatives that bind names inside
            return x * y
        case _:
            return x


args = (2.0, Soft(1.0))

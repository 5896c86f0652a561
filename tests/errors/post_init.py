from dataclasses import dataclass


@dataclass
class Scaled:
    value: object
    half: object = None

    def __post_init__(self):
        self.half = self.value / 2


def f(x):
    s = Scaled(x)  # E: 9: `Scaled` runs its __post_init__
    return s.value * s.half


args = (2.0,)

from dataclasses import dataclass, field


@dataclass
class Trace:
    values: list = field(default_factory=list)


def f(x):
    trace = Trace()  # E: 13: default factory
    trace.values.append(x)
    return trace.values[0] * x


args = (2.0,)

class Counter:
    def __init__(self):
        self.steps = 0


def f(x):
    counter = Counter()  # E: 15: making a `Counter`
    return x * x + counter.steps


args = (2.0,)

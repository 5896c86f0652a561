class Halves:
    def __init__(self, x):
        self.x, self.left = x, 3

    def __iter__(self):
        return self

    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.x, self.left = self.x / 2, self.left - 1
        return self.x


def f(x):
    s = 0.0
    for half in Halves(x):  # E: 17: `Halves.__next__` gives one by one
        s += half * half
    return s


args = (2.0,)

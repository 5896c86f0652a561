class Money:
    def __init__(self, amount):
        self.amount = amount

    def __mul__(self, other):
        return self.amount * other


price = Money(2.0)


def f(x):
    return price * x  # E: 12: Money


args = (2.0,)

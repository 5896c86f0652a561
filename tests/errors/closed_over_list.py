def make():
    seen = []

    def cost(x):
        seen.append(x)  # E: 9: seen
        return x * x

    return cost


f = make()
args = (2.0,)

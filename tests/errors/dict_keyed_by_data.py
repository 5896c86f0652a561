def f(x):
    table = {round(x): x * x}  # E: 14: key
    return sum(table.values())


args = (2.0,)

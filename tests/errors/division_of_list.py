def f(x):
    pair = [x, 2.0 * x]
    return sum(pair / 2.0)  # E: 16: a list


args = (2.0,)

def f(x, n):
    total = 0.0
    for i in range(n / 2):  # E: 14: integers
        total += x * i
    return total


args = (2.0, 4)

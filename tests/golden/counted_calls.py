"""nonlocal: a nested function that adds to what the function around it holds."""

import math


def f(x, n):
    total = 0.0
    calls = 0

    def visit(v):
        nonlocal total, calls
        calls += 1
        total += math.sin(v) / calls

    for k in range(n):
        visit(x * k)
        if k % 2:
            visit(x + k)
    return total


args = (0.7, 5)

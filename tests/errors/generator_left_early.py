def items(x, stack):
    for v in x:
        stack.append(v)
        try:
            yield v * v
        finally:
            stack.pop()


def f(x):
    stack, total = [1.0], 0.0
    for v in items(x, stack):  # E: 14: the loop may be left early
        if v > 1:
            break
        total += v
    return total * len(stack)


args = ([0.5, 2.0],)

def f(x):
    items = [x, 2.0 * x]
    total = 0.0
    for v in items:
        total = total + v * v
        if total < 100.0:
            items.append(3.0 * v)  # E: 13: changes the length of the list 'items'
    return total


args = (2.0,)

def f(x):
    todo = [x]
    total = 0.0
    while todo:  # E: 5: todo
        v = todo.pop()
        total += v * v
        if v > 1.0:
            todo.append(v / 2)
            todo.append(v / 3)
    return total


args = (3.0,)

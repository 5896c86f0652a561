def f(x):
    step = (lambda t: t * eval("2.0"), 3)  # E: 27: eval
    return step[0](x)


args = (2.0,)

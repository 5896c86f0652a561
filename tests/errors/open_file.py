def f(x):
    log = open("log.txt", "a")  # noqa: SIM115  # E: 11: open
    log.write("called")
    return x * x


args = (2.0,)

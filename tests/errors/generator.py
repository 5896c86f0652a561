def f(x):
    yield x * x  # E: 5: yield


args = (2.0,)

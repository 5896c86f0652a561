def f(x):
    return x * undefined_scale  # noqa: F821  # E: 16: undefined_scale


args = (2.0,)

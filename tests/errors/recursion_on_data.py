def f(x):  # E: 1: recursion
    if x < 1.0:
        return x * x
    return 2.0 * f(x / 2)


args = (5.0,)
backend = "jax"

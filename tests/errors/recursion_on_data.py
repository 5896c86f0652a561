def f(x):
    if x < 1.0:
        return x * x
    return 2.0 * f(x / 2)  # E: 18: recurs


args = (5.0,)
backend = "jax"

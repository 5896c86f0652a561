"""More of math, and its constants."""
import math


def f(x, y):
    a = math.atan2(y, x) / math.pi + math.hypot(x, y)
    b = math.sinh(x) * math.tanh(y) + math.log1p(x) - math.expm1(-y)
    return a + b + math.asin(x / 3) + math.cos(math.tau * x) + math.pow(x, y)


args = (0.7, 1.3)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax

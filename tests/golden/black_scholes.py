"""The functions of math: the price of an option, whose gradient traders call the Greeks."""
import math


def f(spot, strike, rate, volatility, years):
    root = volatility * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / root
    d2 = d1 - root

    def normal(d):
        return 0.5 * (1 + math.erf(d / math.sqrt(2)))

    return spot * normal(d1) - strike * math.exp(-rate * years) * normal(d2)


args = (1.1, 1.0, 0.05, 0.2, 0.5)
argnums = (0, 1, 2, 3, 4)

# %% ir
# %% numpy
# %% jax

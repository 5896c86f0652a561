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
# func f_grad(%spot: f64, %strike: f64, %rate: f64, %volatility: f64, %years: f64):
#     %t: f64 = sqrt(%years)    # adjoint of line 6
#     %root: f64 = multiply(%volatility, %t)    # adjoint of line 6
#     %t.1: f64 = divide(%spot, %strike)    # adjoint of line 7
#     %t.2: f64 = log(%t.1)    # adjoint of line 7
#     %t.3: f64 = power(%volatility, 2)    # adjoint of line 7
#     %t.4: f64 = divide(%t.3, 2)    # adjoint of line 7
#     %t.5: f64 = add(%rate, %t.4)    # adjoint of line 7
#     %t.6: f64 = multiply(%t.5, %years)    # adjoint of line 7
#     %t.7: f64 = add(%t.2, %t.6)    # adjoint of line 7
#     %d1: f64 = divide(%t.7, %root)    # adjoint of line 7
#     %d2: f64 = subtract(%d1, %root)    # adjoint of line 8
#     %t.8: f64 = divide(%d1, 1.4142135623730951)    # adjoint of line 11
#     %t.9: f64 = erf(%t.8)    # adjoint of line 11
#     %t.10: f64 = add(1, %t.9)    # adjoint of line 11
#     %t.11: f64 = multiply(0.5, %t.10)    # adjoint of line 11
#     %t.12: f64 = multiply(%rate, %years)    # adjoint of line 13
#     %t.13: f64 = negative(%t.12)    # adjoint of line 13
#     %t.14: f64 = exp(%t.13)    # adjoint of line 13
#     %t.15: f64 = multiply(%strike, %t.14)    # adjoint of line 13
#     %t.16: f64 = divide(%d2, 1.4142135623730951)    # adjoint of line 11
#     %t.17: f64 = erf(%t.16)    # adjoint of line 11
#     %t.18: f64 = add(1, %t.17)    # adjoint of line 11
#     %t.19: f64 = multiply(0.5, %t.18)    # adjoint of line 11
#     %t.20: f64 = multiply(-0.5641895835477563, %t.15)    # adjoint of line 11
#     %t.21: f64 = power(%t.16, 2)    # adjoint of line 11
#     %t.22: f64 = negative(%t.21)    # adjoint of line 11
#     %t.23: f64 = exp(%t.22)    # adjoint of line 11
#     %t.24: f64 = multiply(%t.20, %t.23)    # adjoint of line 11
#     %dd2: f64 = divide(%t.24, 1.4142135623730951)    # adjoint of line 11
#     %t.25: f64 = multiply(%t.19, %t.14)    # adjoint of line 13
#     %dstrike: f64 = negative(%t.25)    # adjoint of line 13
#     %t.26: f64 = multiply(%t.19, %strike)    # adjoint of line 13
#     %t.27: f64 = multiply(%t.26, %t.14)    # adjoint of line 13
#     %t.28: f64 = multiply(%t.27, %years)    # adjoint of line 13
#     %t.29: f64 = multiply(%t.27, %rate)    # adjoint of line 13
#     %t.30: f64 = multiply(%spot, 0.5)    # adjoint of line 11
#     %t.31: f64 = multiply(%t.30, 1.1283791670955126)    # adjoint of line 11
#     %t.32: f64 = power(%t.8, 2)    # adjoint of line 11
#     %t.33: f64 = negative(%t.32)    # adjoint of line 11
#     %t.34: f64 = exp(%t.33)    # adjoint of line 11
#     %t.35: f64 = multiply(%t.31, %t.34)    # adjoint of line 11
#     %dd1: f64 = divide(%t.35, 1.4142135623730951)    # adjoint of line 11
#     %dd1.1: f64 = add(%dd1, %dd2)    # adjoint of line 8
#     %droot: f64 = negative(%dd2)    # adjoint of line 8
#     %t.36: f64 = divide(%dd1.1, %root)    # adjoint of line 7
#     %t.37: f64 = multiply(%t.36, %d1)    # adjoint of line 7
#     %droot.1: f64 = subtract(%droot, %t.37)    # adjoint of line 7
#     %t.38: f64 = multiply(%t.36, %years)    # adjoint of line 7
#     %t.39: f64 = multiply(%t.36, %t.5)    # adjoint of line 7
#     %dyears: f64 = add(%t.39, %t.29)    # adjoint of line 7
#     %drate: f64 = add(%t.28, %t.38)    # adjoint of line 7
#     %t.40: f64 = divide(%t.38, 2)    # adjoint of line 7
#     %t.41: f64 = multiply(2, %volatility)    # adjoint of line 7
#     %dvolatility: f64 = multiply(%t.41, %t.40)    # adjoint of line 7
#     %t.42: f64 = divide(%t.36, %t.1)    # adjoint of line 7
#     %t.43: f64 = divide(%t.42, %strike)    # adjoint of line 7
#     %dspot: f64 = add(%t.11, %t.43)    # adjoint of line 7
#     %t.44: f64 = multiply(%t.43, %t.1)    # adjoint of line 7
#     %dstrike.1: f64 = subtract(%dstrike, %t.44)    # adjoint of line 7
#     %t.45: f64 = multiply(%droot.1, %t)    # adjoint of line 6
#     %dvolatility.1: f64 = add(%dvolatility, %t.45)    # adjoint of line 6
#     %t.46: f64 = multiply(%droot.1, %volatility)    # adjoint of line 6
#     %t.47: f64 = multiply(2, %t)    # adjoint of line 6
#     %t.48: f64 = divide(%t.46, %t.47)    # adjoint of line 6
#     %dyears.1: f64 = add(%dyears, %t.48)    # adjoint of line 6
#     return %dspot, %dstrike.1, %drate, %dvolatility.1, %dyears.1

# %% numpy
import math


def f_grad(spot, strike, rate, volatility, years):
    """Gradient of f with respect to spot, strike, rate, volatility, years.   spot: float, strike: float, rate: float, volatility: float, years: float"""
    t = math.sqrt(years)            # line 6: root = volatility * math.sqrt(years)
    root = volatility * t
    t1 = spot / strike              # line 7: d1 = (math.log(spot / strike) + (rate + volatility**2 / ...
    t2 = rate + volatility ** 2 / 2
    d1 = (math.log(t1) + t2 * years) / root
    d2 = d1 - root                  # line 8: d2 = d1 - root
    t3 = d1 / 1.4142135623730951    # line 11: return 0.5 * (1 + math.erf(d / math.sqrt(2)))
    t4 = math.exp(-(rate * years))  # line 13: return spot * normal(d1) - strike * math.exp(-rate * yea ...
    t5 = d2 / 1.4142135623730951    # line 11: return 0.5 * (1 + math.erf(d / math.sqrt(2)))
    t6 = 0.5 * (1 + math.erf(t5))
    dd2 = -0.5641895835477563 * (strike * t4) * math.exp(-t5 ** 2) / 1.4142135623730951
    dstrike = -(t6 * t4)            # line 13: return spot * normal(d1) - strike * math.exp(-rate * yea ...
    t5 = t6 * strike * t4
    # line 11: return 0.5 * (1 + math.erf(d / math.sqrt(2)))
    dd1 = spot * 0.5 * 1.1283791670955126 * math.exp(-t3 ** 2) / 1.4142135623730951
    dd1 += dd2                      # line 8: d2 = d1 - root
    droot = -dd2
    t4 = dd1 / root                 # line 7: d1 = (math.log(spot / strike) + (rate + volatility**2 / ...
    droot -= t4 * d1
    t6 = t4 * years
    dyears = t4 * t2 + t5 * rate
    drate = t5 * years + t6
    dvolatility = 2 * volatility * (t6 / 2)
    t2 = t4 / t1 / strike
    dspot = 0.5 * (1 + math.erf(t3)) + t2
    dstrike -= t2 * t1
    dvolatility += droot * t        # line 6: root = volatility * math.sqrt(years)
    dyears += droot * volatility / (2 * t)
    return dspot, dstrike, drate, dvolatility, dyears

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(spot, strike, rate, volatility, years):
    """Gradient of f with respect to spot, strike, rate, volatility, years.   spot: float, strike: float, rate: float, volatility: float, years: float"""
    # adjoint
    t = jnp.sqrt(years)  # line 6: root = volatility * math.sqrt(years)
    root = volatility * t
    t_1 = spot / strike  # line 7: d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / root
    t_2 = rate + volatility ** 2 / 2
    d1 = (jnp.log(t_1) + t_2 * years) / root
    d2 = d1 - root       # line 8: d2 = d1 - root
    # line 11: return 0.5 * (1 + math.erf(d / math.sqrt(2)))
    t_3 = d1 / 1.4142135623730951
    # line 13: return spot * normal(d1) - strike * math.exp(-rate * years) * normal(d2)
    t_4 = jnp.exp(-(rate * years))
    # line 11: return 0.5 * (1 + math.erf(d / math.sqrt(2)))
    t_5 = d2 / 1.4142135623730951
    t_6 = 0.5 * (1 + jax.scipy.special.erf(t_5))
    dd2 = -0.5641895835477563 * (strike * t_4) * jnp.exp(-t_5 ** 2) / 1.4142135623730951
    # line 13: return spot * normal(d1) - strike * math.exp(-rate * years) * normal(d2)
    dstrike = -(t_6 * t_4)
    t_4 = t_6 * strike * t_4
    # line 11: return 0.5 * (1 + math.erf(d / math.sqrt(2)))
    dd1 = spot * 0.5 * 1.1283791670955126 * jnp.exp(-t_3 ** 2) / 1.4142135623730951
    dd1 = dd1 + dd2      # line 8: d2 = d1 - root
    droot = -dd2
    t_5 = dd1 / root     # line 7: d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / root
    droot = droot - t_5 * d1
    t_6 = t_5 * years
    dyears = t_5 * t_2 + t_4 * rate
    drate = t_4 * years + t_6
    dvolatility = 2 * volatility * (t_6 / 2)
    t_2 = t_5 / t_1 / strike
    dspot = 0.5 * (1 + jax.scipy.special.erf(t_3)) + t_2
    dstrike = dstrike - t_2 * t_1
    # line 6: root = volatility * math.sqrt(years)
    dvolatility = dvolatility + droot * t
    dyears = dyears + droot * volatility / (2 * t)
    return dspot, dstrike, drate, dvolatility, dyears

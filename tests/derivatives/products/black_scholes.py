"""Gradient, and Hessian times a vector, of tests/golden/black_scholes.py."""

# %% numpy
import math


def f_grad_jvp(
    spot, strike, rate, volatility, years, *, spot_dot, strike_dot, rate_dot, volatility_dot, years_dot
):
    """Value and tangent of f_grad with respect to spot, strike, rate, volatility, years.   spot: float, strike: float, rate: float, volatility: float, years: float"""
    t = math.sqrt(years)
    t1 = 2 * t
    t2 = years_dot / t1
    root_dot = volatility_dot * t + volatility * t2
    root = volatility * t
    t3 = spot / strike
    t4 = strike_dot / strike
    t5 = spot_dot / strike - t4 * t3
    t6 = t5 / t3
    t7 = 2 * volatility
    t8 = rate_dot + t7 * volatility_dot / 2
    t9 = rate + volatility ** 2 / 2
    d1 = (math.log(t3) + t9 * years) / root
    t10 = root_dot / root
    d1_dot = (t6 + (t8 * years + t9 * years_dot)) / root - t10 * d1
    d2_dot = d1_dot - root_dot
    d2 = d1 - root
    t11 = d1_dot / 1.4142135623730951
    t12 = d1 / 1.4142135623730951
    t13 = math.exp(-t12 ** 2)
    t14 = math.exp(-rate * years)
    t15 = (-(rate_dot * years) - rate * years_dot) * t14
    t16 = d2_dot / 1.4142135623730951
    t17 = d2 / 1.4142135623730951
    t18 = math.exp(-t17 ** 2)
    t19 = 0.5 * (t16 * 1.1283791670955126 * t18)
    t20 = 0.5 * (1 + math.erf(t17))
    t21 = -0.5641895835477563 * (strike * t14)
    t22 = (
        -0.5641895835477563 * (strike_dot * t14 + strike * t15) * t18 - t21 * (2 * t17 * t16 * t18)
    ) / 1.4142135623730951
    t23 = t21 * t18 / 1.4142135623730951
    dstrike_dot = -(t19 * t14 + t20 * t15)
    dstrike = -(t20 * t14)
    t24 = t20 * strike
    t25 = (t19 * strike + t20 * strike_dot) * t14 + t24 * t15
    t15 = t24 * t14
    t14 = spot * 0.5 * 1.1283791670955126
    t26 = (t14 * t13 / 1.4142135623730951 + t23) / root
    t27 = (
        (spot_dot * 0.5 * 1.1283791670955126 * t13 - t14 * (2 * t12 * t11 * t13)) / 1.4142135623730951 + t22
    ) / root - t10 * t26
    t10 = -t22 - (t27 * d1 + t26 * d1_dot)
    t14 = -t23 - t26 * d1
    t28 = t27 * years + t26 * years_dot
    t29 = t26 * years
    dyears_dot = t27 * t9 + t26 * t8 + (t25 * rate + t15 * rate_dot)
    dyears = t26 * t9 + t15 * rate
    drate_dot = t25 * years + t15 * years_dot + t28
    drate = t15 * years + t29
    t8 = t29 / 2
    dvolatility_dot = 2 * volatility_dot * t8 + t7 * (t28 / 2)
    dvolatility = t7 * t8
    t7 = t26 / t3
    t8 = t7 / strike
    t9 = (t27 / t3 - t6 * t7) / strike - t4 * t8
    dspot_dot = 0.5 * (t11 * 1.1283791670955126 * t13) + t9
    dspot = 0.5 * (1 + math.erf(t12)) + t8
    dstrike_dot = dstrike_dot - (t9 * t3 + t8 * t5)
    dstrike = dstrike - t8 * t3
    dvolatility_dot = dvolatility_dot + (t10 * t + t14 * t2)
    dvolatility = dvolatility + t14 * t
    t = t14 * volatility / t1
    dyears_dot = dyears_dot + ((t10 * volatility + t14 * volatility_dot) / t1 - 2 * t2 / t1 * t)
    dyears = dyears + t
    return (
        (dspot, dstrike, drate, dvolatility, dyears),
        (dspot_dot, dstrike_dot, drate_dot, dvolatility_dot, dyears_dot),
    )

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad_jvp(
    spot, strike, rate, volatility, years, *, spot_dot, strike_dot, rate_dot, volatility_dot, years_dot
):
    """Value and tangent of f_grad with respect to spot, strike, rate, volatility, years.   spot: float, strike: float, rate: float, volatility: float, years: float"""
    t = jnp.sqrt(years)
    t_1 = 2 * t
    t_2 = years_dot / t_1
    root_dot = volatility_dot * t + volatility * t_2
    root = volatility * t
    t_3 = spot / strike
    t_4 = strike_dot / strike
    t_5 = spot_dot / strike - t_4 * t_3
    t_6 = t_5 / t_3
    t_7 = 2 * volatility
    t_8 = rate_dot + t_7 * volatility_dot / 2
    t_9 = rate + volatility ** 2 / 2
    d1 = (jnp.log(t_3) + t_9 * years) / root
    t_10 = root_dot / root
    d1_dot = (t_6 + (t_8 * years + t_9 * years_dot)) / root - t_10 * d1
    d2_dot = d1_dot - root_dot
    d2 = d1 - root
    t_11 = d1_dot / 1.4142135623730951
    t_12 = d1 / 1.4142135623730951
    t_13 = jnp.exp(-t_12 ** 2)
    t_14 = jnp.exp(-rate * years)
    t_15 = (-(rate_dot * years) - rate * years_dot) * t_14
    t_16 = d2_dot / 1.4142135623730951
    t_17 = d2 / 1.4142135623730951
    t_18 = jnp.exp(-t_17 ** 2)
    t_19 = 0.5 * (t_16 * 1.1283791670955126 * t_18)
    t_20 = 0.5 * (1 + jax.scipy.special.erf(t_17))
    t_21 = -0.5641895835477563 * (strike * t_14)
    t_16 = (
        -0.5641895835477563 * (strike_dot * t_14 + strike * t_15) * t_18 - t_21 * (2 * t_17 * t_16 * t_18)
    ) / 1.4142135623730951
    t_17 = t_21 * t_18 / 1.4142135623730951
    dstrike_dot = -(t_19 * t_14 + t_20 * t_15)
    dstrike = -(t_20 * t_14)
    t_18 = t_20 * strike
    t_15 = (t_19 * strike + t_20 * strike_dot) * t_14 + t_18 * t_15
    t_14 = t_18 * t_14
    t_18 = spot * 0.5 * 1.1283791670955126
    t_19 = (t_18 * t_13 / 1.4142135623730951 + t_17) / root
    t_10 = (
        (spot_dot * 0.5 * 1.1283791670955126 * t_13 - t_18 * (2 * t_12 * t_11 * t_13)) / 1.4142135623730951
        + t_16
    ) / root - t_10 * t_19
    t_16 = -t_16 - (t_10 * d1 + t_19 * d1_dot)
    t_17 = -t_17 - t_19 * d1
    t_18 = t_10 * years + t_19 * years_dot
    t_20 = t_19 * years
    dyears_dot = t_10 * t_9 + t_19 * t_8 + (t_15 * rate + t_14 * rate_dot)
    dyears = t_19 * t_9 + t_14 * rate
    drate_dot = t_15 * years + t_14 * years_dot + t_18
    drate = t_14 * years + t_20
    t_8 = t_20 / 2
    dvolatility_dot = 2 * volatility_dot * t_8 + t_7 * (t_18 / 2)
    dvolatility = t_7 * t_8
    t_7 = t_19 / t_3
    t_8 = t_7 / strike
    t_4 = (t_10 / t_3 - t_6 * t_7) / strike - t_4 * t_8
    dspot_dot = 0.5 * (t_11 * 1.1283791670955126 * t_13) + t_4
    dspot = 0.5 * (1 + jax.scipy.special.erf(t_12)) + t_8
    dstrike_dot = dstrike_dot - (t_4 * t_3 + t_8 * t_5)
    dstrike = dstrike - t_8 * t_3
    dvolatility_dot = dvolatility_dot + (t_16 * t + t_17 * t_2)
    dvolatility = dvolatility + t_17 * t
    t = t_17 * volatility / t_1
    dyears_dot = dyears_dot + ((t_16 * volatility + t_17 * volatility_dot) / t_1 - 2 * t_2 / t_1 * t)
    dyears = dyears + t
    return (
        (dspot, dstrike, drate, dvolatility, dyears),
        (dspot_dot, dstrike_dot, drate_dot, dvolatility_dot, dyears_dot),
    )

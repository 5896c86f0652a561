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
    t4 = spot_dot / strike
    t5 = strike_dot * t3 / strike
    t6 = t4 - t5
    t7 = 2 * volatility
    t8 = rate_dot + t7 * volatility_dot / 2
    t9 = rate + volatility ** 2 / 2
    d1 = (math.log(t3) + t9 * years) / root
    d1_dot = (t6 / t3 + (t8 * years + t9 * years_dot)) / root - root_dot * d1 / root
    d2_dot = d1_dot - root_dot
    d2 = d1 - root
    t10 = d1_dot / 1.4142135623730951
    t11 = d1 / 1.4142135623730951
    t12 = math.exp(-t11 ** 2)
    t13 = math.exp(-rate * years)
    t14 = (-(rate_dot * years) - rate * years_dot) * t13
    t15 = d2_dot / 1.4142135623730951
    t16 = d2 / 1.4142135623730951
    t17 = math.exp(-t16 ** 2)
    t18 = 0.5 * (t15 * 1.1283791670955126 * t17)
    t19 = 0.5 * (1 + math.erf(t16))
    t20 = -0.5641895835477563 * (strike * t13)
    t21 = (
        -0.5641895835477563 * (strike_dot * t13 + strike * t14) * t17 - t20 * (2 * t16 * t15 * t17)
    ) / 1.4142135623730951
    t15 = t20 * t17 / 1.4142135623730951
    dstrike = -(t19 * t13)
    t22 = t19 * strike
    t23 = (t18 * strike + t19 * strike_dot) * t13 + t22 * t14
    t24 = t22 * t13
    t25 = spot * 0.5 * 1.1283791670955126
    t26 = (spot_dot * 0.5 * 1.1283791670955126 * t12 - t25 * (2 * t11 * t10 * t12)) / 1.4142135623730951 + t21
    t27 = t25 * t12 / 1.4142135623730951 + t15
    t28 = t27 / root
    t29 = t26 / root - root_dot * t28 / root
    t30 = t27 * d1 / root
    t31 = root_dot * t30 / root - (t26 * d1 + t27 * d1_dot) / root - t21
    t32 = -t15 - t30
    t15 = t29 * years + t28 * years_dot
    t33 = t28 * years
    dyears_dot = t29 * t9 + t28 * t8 + (t23 * rate + t24 * rate_dot)
    dyears = t28 * t9 + t24 * rate
    drate_dot = t23 * years + t24 * years_dot + t15
    drate = t24 * years + t33
    t8 = t33 / 2
    dvolatility_dot = 2 * volatility_dot * t8 + t7 * (t15 / 2)
    dvolatility = t7 * t8
    t7 = t28 / t3
    t8 = t29 / t3 + (t5 - t4) * t7 / t3
    t4 = t7 / strike
    dspot_dot = 0.5 * (t10 * 1.1283791670955126 * t12) + (t8 / strike - strike_dot * t4 / strike)
    dspot = 0.5 * (1 + math.erf(t11)) + t4
    t4 = t7 * t3 / strike
    dstrike_dot = strike_dot * t4 / strike - (t8 * t3 + t7 * t6) / strike - (t18 * t13 + t19 * t14)
    dstrike = dstrike - t4
    dvolatility_dot = dvolatility_dot + (t31 * t + t32 * t2)
    dvolatility = dvolatility + t32 * t
    t = t32 * volatility / t1
    dyears_dot = dyears_dot + ((t31 * volatility + t32 * volatility_dot) / t1 + -2 * t2 * t / t1)
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
    t_4 = spot_dot / strike
    t_5 = strike_dot * t_3 / strike
    t_6 = t_4 - t_5
    t_7 = 2 * volatility
    t_8 = rate_dot + t_7 * volatility_dot / 2
    t_9 = rate + volatility ** 2 / 2
    d1 = (jnp.log(t_3) + t_9 * years) / root
    d1_dot = (t_6 / t_3 + (t_8 * years + t_9 * years_dot)) / root - root_dot * d1 / root
    d2_dot = d1_dot - root_dot
    d2 = d1 - root
    t_10 = d1_dot / 1.4142135623730951
    t_11 = d1 / 1.4142135623730951
    t_12 = jnp.exp(-t_11 ** 2)
    t_13 = jnp.exp(-rate * years)
    t_14 = (-(rate_dot * years) - rate * years_dot) * t_13
    t_15 = d2_dot / 1.4142135623730951
    t_16 = d2 / 1.4142135623730951
    t_17 = jnp.exp(-t_16 ** 2)
    t_18 = 0.5 * (t_15 * 1.1283791670955126 * t_17)
    t_19 = 0.5 * (1 + jax.scipy.special.erf(t_16))
    t_20 = -0.5641895835477563 * (strike * t_13)
    t_15 = (
        -0.5641895835477563 * (strike_dot * t_13 + strike * t_14) * t_17 - t_20 * (2 * t_16 * t_15 * t_17)
    ) / 1.4142135623730951
    t_16 = t_20 * t_17 / 1.4142135623730951
    dstrike = -(t_19 * t_13)
    t_17 = t_19 * strike
    t_20 = (t_18 * strike + t_19 * strike_dot) * t_13 + t_17 * t_14
    t_17 = t_17 * t_13
    t_21 = spot * 0.5 * 1.1283791670955126
    t_22 = (
        (spot_dot * 0.5 * 1.1283791670955126 * t_12 - t_21 * (2 * t_11 * t_10 * t_12)) / 1.4142135623730951
        + t_15
    )
    t_21 = t_21 * t_12 / 1.4142135623730951 + t_16
    t_23 = t_21 / root
    t_24 = t_22 / root - root_dot * t_23 / root
    t_25 = t_21 * d1 / root
    t_15 = root_dot * t_25 / root - (t_22 * d1 + t_21 * d1_dot) / root - t_15
    t_16 = -t_16 - t_25
    t_21 = t_24 * years + t_23 * years_dot
    t_22 = t_23 * years
    dyears_dot = t_24 * t_9 + t_23 * t_8 + (t_20 * rate + t_17 * rate_dot)
    dyears = t_23 * t_9 + t_17 * rate
    drate_dot = t_20 * years + t_17 * years_dot + t_21
    drate = t_17 * years + t_22
    t_8 = t_22 / 2
    dvolatility_dot = 2 * volatility_dot * t_8 + t_7 * (t_21 / 2)
    dvolatility = t_7 * t_8
    t_7 = t_23 / t_3
    t_4 = t_24 / t_3 + (t_5 - t_4) * t_7 / t_3
    t_5 = t_7 / strike
    dspot_dot = 0.5 * (t_10 * 1.1283791670955126 * t_12) + (t_4 / strike - strike_dot * t_5 / strike)
    dspot = 0.5 * (1 + jax.scipy.special.erf(t_11)) + t_5
    t_5 = t_7 * t_3 / strike
    dstrike_dot = strike_dot * t_5 / strike - (t_4 * t_3 + t_7 * t_6) / strike - (t_18 * t_13 + t_19 * t_14)
    dstrike = dstrike - t_5
    dvolatility_dot = dvolatility_dot + (t_15 * t + t_16 * t_2)
    dvolatility = dvolatility + t_16 * t
    t = t_16 * volatility / t_1
    dyears_dot = dyears_dot + ((t_15 * volatility + t_16 * volatility_dot) / t_1 + -2 * t_2 * t / t_1)
    dyears = dyears + t
    return (
        (dspot, dstrike, drate, dvolatility, dyears),
        (dspot_dot, dstrike_dot, drate_dot, dvolatility_dot, dyears_dot),
    )

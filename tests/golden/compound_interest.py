"""Augmented assignment with every arithmetic operator."""


def f(balance, rate, fee):
    balance *= 1 + rate
    balance -= fee
    balance **= 1.5
    balance /= fee + 1
    balance += rate * fee
    return balance


args = (3.0, 0.05, 0.2)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%balance: f64, %rate: f64, %fee: f64):
#     %t: f64 = add(1, %rate)    # adjoint of line 5
#     %balance.1: f64 = multiply(%balance, %t)    # adjoint of line 5
#     %balance.2: f64 = subtract(%balance.1, %fee)    # adjoint of line 6
#     %balance.3: f64 = power(%balance.2, 1.5)    # adjoint of line 7
#     %t.1: f64 = add(%fee, 1)    # adjoint of line 8
#     %balance.4: f64 = divide(%balance.3, %t.1)    # adjoint of line 8
#     %t.2: f64 = divide(%balance.4, %t.1)    # adjoint of line 8
#     %dfee: f64 = subtract(%rate, %t.2)    # adjoint of line 8
#     %t.3: f64 = power(%balance.2, 0.5)    # adjoint of line 7
#     %t.4: f64 = multiply(1.5, %t.3)    # adjoint of line 7
#     %dbalance: f64 = divide(%t.4, %t.1)    # adjoint of line 7
#     %dfee.1: f64 = subtract(%dfee, %dbalance)    # adjoint of line 6
#     %dbalance.1: f64 = multiply(%dbalance, %t)    # adjoint of line 5
#     %t.5: f64 = multiply(%dbalance, %balance)    # adjoint of line 5
#     %drate: f64 = add(%fee, %t.5)    # adjoint of line 5
#     return %dbalance.1, %drate, %dfee.1

# %% numpy
def f_grad(balance, rate, fee):
    """Gradient of f with respect to balance, rate, fee.   balance: float, rate: float, fee: float"""
    t = 1 + rate                # line 5: balance *= 1 + rate
    balance_1 = balance * t
    balance_1 -= fee            # line 6: balance -= fee
    t1 = fee + 1                # line 8: balance /= fee + 1
    # line 7: balance **= 1.5
    dbalance = 1.5 * balance_1 ** 0.5 / t1
    t2 = dbalance * balance     # line 5: balance *= 1 + rate
    balance = balance_1 ** 1.5  # line 7: balance **= 1.5
    balance /= t1               # line 8: balance /= fee + 1
    dfee = rate - balance / t1
    dfee -= dbalance            # line 6: balance -= fee
    dbalance *= t               # line 5: balance *= 1 + rate
    drate = fee + t2
    return dbalance, drate, dfee

# %% jax
import jax


@jax.jit
def f_grad(balance, rate, fee):
    """Gradient of f with respect to balance, rate, fee.   balance: float, rate: float, fee: float"""
    # adjoint
    t = 1 + rate                  # line 5: balance *= 1 + rate
    balance_1 = balance * t
    balance_1 = balance_1 - fee   # line 6: balance -= fee
    balance_2 = balance_1 ** 1.5  # line 7: balance **= 1.5
    t_1 = fee + 1                 # line 8: balance /= fee + 1
    balance_2 = balance_2 / t_1
    dfee = rate - balance_2 / t_1
    # line 7: balance **= 1.5
    dbalance = 1.5 * balance_1 ** 0.5 / t_1
    dfee = dfee - dbalance        # line 6: balance -= fee
    dbalance_1 = dbalance * t     # line 5: balance *= 1 + rate
    drate = fee + dbalance * balance
    return dbalance_1, drate, dfee

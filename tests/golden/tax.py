"""if, elif and else on data."""


def f(income):
    if income < 10.0:
        tax = 0.0
    elif income < 40.0:
        tax = 0.2 * (income - 10.0) ** 1.1
    else:
        tax = 6.0 + 0.4 * (income - 40.0)
    return tax


args = (25.0,)
more_args = [(5.0,), (90.0,)]

# %% ir
# %% numpy
# %% jax

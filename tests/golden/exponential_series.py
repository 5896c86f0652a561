"""break: a power series summed until its terms vanish."""


def f(x):
    term, total = 1.0, 1.0
    for k in range(1, 100):
        term = term * x / k
        total = total + term
        if abs(term) < 1e-17:
            break
    return total


args = (1.3,)
order = 2

# %% ir
# %% numpy
# %% jax

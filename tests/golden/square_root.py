"""A while loop whose number of trips depends on the data."""


def square_root(a):
    x = 1.0
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


f = square_root
args = (2.3,)
more_args = [(0.5,), (144.0,)]

# %% ir
# %% numpy
# %% jax

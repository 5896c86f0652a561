"""while with break and else: the height of a falling body after half a second, or where it lands."""


def f(v, drag):
    y, t = 0.0, 0.0
    while t < 0.55:
        v = v - 0.1 * (9.81 + drag * v * abs(v))
        y = y + 0.1 * v
        t = t + 0.1
        if y < -0.5:
            break
    else:
        y = y * 2
    return y


args = (7.0, 0.1)
more_args = [(-1.5, 0.1)]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax

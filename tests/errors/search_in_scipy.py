from scipy import optimize


def f(a):
    return optimize.brentq(lambda x: x**3 - a, 0.0, 2.0)  # E: 12: searches in compiled code


args = (2.0,)

def scale(x, factor):
    return x * factor


def f(x):
    return scale(x, facter=2.0)  # E: 21: 'facter'


args = (2.0,)

from scipy import integrate


def f(a):
    area, _ = integrate.quad(lambda x: a * x**2, 0.0, 1.0)  # E: 15: at points of its own choice
    return area


args = (2.0,)

import numpy as np


def f(x):
    spectrum = np.fft.fft(x)  # E: 16: `np.fft.fft`
    return np.sum(np.abs(spectrum) ** 2)


args = (np.array([1.0, 2.0, 3.0]),)

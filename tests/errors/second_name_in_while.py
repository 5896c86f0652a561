import numpy as np


def f(x, c):
    total = 0.0
    for i in range(x.shape[0]):  # E: 5: `again` may be the same as `terms`, which was written since
        terms = []
        for _ in range(3):
            terms.append(c)
        k = 0
        while k < 3 and x[i] > 0.5:
            k += 1
            again = terms
            again.append(c)
        terms.append(x[i])
        total += sum(terms)
    return total


args = (np.linspace(0.0, 1.0, 5), 0.7)

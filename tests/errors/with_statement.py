import contextlib
import threading

import numpy as np

LOCK = threading.Lock()


class Forgiving:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is ValueError


@contextlib.contextmanager
def sometimes(x):
    if x > 0:
        yield x


def f(x):
    with LOCK:  # E: 10: with
        y = np.log(x)
    with Forgiving():
        if x > 5:
            raise ValueError("too large")  # E: 13: this may raise ValueError
    with sometimes(x) as z:  # E: 10: has to yield once
        y = y + z
    with np.errstate(invalid="raise"):  # E: 22: stops the program
        y = np.sqrt(y)
    return y


args = (2.0,)

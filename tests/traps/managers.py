"""Programs about `with`: what ends a context runs once, on every way out of it."""

from contextlib import closing, contextmanager, nullcontext, suppress

import numpy as np

from traps import V, trap


class Scale:
    """Multiplies what it is given by what it counts; each context counts one up."""

    def __init__(self, step):
        self.step, self.count = step, 0.0

    def __enter__(self):
        self.count = self.count + 0.5
        return self

    def __exit__(self, kind, error, trace):
        self.count = self.count + self.step

    def close(self):
        self.count = self.count * self.count


class Held:
    """Lives outside of the programs."""

    def __init__(self, scale):
        self.scale = scale

    def __enter__(self):
        return self.scale

    def __exit__(self, kind, error, trace):
        return False


HELD = Held(3.0)


@contextmanager
def doubled(x, k=2.0):
    y = x * k
    yield y
    x[0] = 3.0


@contextmanager
def pushed(stack, v):
    stack.append(v)
    try:
        yield len(stack)
    finally:
        stack.pop()


@trap((V,))
def contexts_of_a_class(x):
    with Scale(2.0) as s:
        s.step = s.step * x[1]
        y = np.sum(x * x) * s.count
    return y * s.count


@trap((V,), (2 * V,))
def contexts_that_are_left_by_continue_and_break(x):
    s, total = Scale(3.0), 0.0
    for k in range(4):
        with s:
            if x[k] < 0:
                continue
            if x[k] > 1.5:
                break
            total += x[k] * s.count
        total = total * 1.5
    return total * s.count + np.sum(x)


@trap((V,), (-V,))
def contexts_that_are_left_by_return(x):
    s = Scale(2.0)

    def part(x):
        with s as a, nullcontext(2.0) as b:
            if x[0] > 0:
                return x[0] * a.count * b
            y = x[1] * a.count
        return y * x[2]

    return part(x) * s.count + part(x + 1) * s.count


@trap((V,))
def contexts_that_live_outside(x):
    with HELD as scale, HELD:
        return np.sum(x * x) * scale


@trap((V,))
def contexts_of_functions_that_yield(x):
    with doubled(x, k=3.0) as w:
        y = np.sum(w * x)
    with doubled(x) as w:
        return y * np.sum(w * x)


@trap((V,))
def contexts_that_end_in_finally(x):
    stack, total = [1.0], 0.0
    for k in range(len(x)):
        with pushed(stack, x[k]) as n, pushed(stack, x[0]):
            if x[k] > 1:
                total += stack[-1] * stack[-2] * n
                continue
            total += stack[-2] ** 2
        total += len(stack)
    return total * stack[0]


@trap((V,))
def contexts_that_are_closed_and_suppress(x):
    given, y = {"a": 2.0}, 1.0
    with closing(Scale(1.0)) as s:
        s.count = x[0]
    with suppress(KeyError):
        y = given["b"] * x[0]
    with suppress(ZeroDivisionError, ValueError) as none:
        y = y * np.sum(x) * s.count
    return y if none is None else x[0]


@trap((V,))
def contexts_chosen_by_a_size_and_nested_functions(x):
    @contextmanager
    def larger(k):
        nonlocal x
        old = x
        x = x * k
        yield x
        x = old

    with nullcontext() if len(x) > 2 else Scale(1.0):
        with larger(2.0) as z, larger(3.0) as w:
            y = np.sum(z * w * x)
    return y * x[0]


@trap((V + 2,))
def contexts_in_a_loop_that_data_ends(x):
    s = Scale(0.25)
    with np.errstate(all="ignore"), s:
        while True:
            with s:
                x = np.sqrt(x)
                if x[2] < 1.1:
                    return x[0] * s.count + x[1]
                if s.count > 4:
                    break
    return np.sum(x) * s.count


@trap((V,))
def options_of_printing(x):
    for k in range(2):
        with np.printoptions(precision=3, suppress=True), np.errstate(all="ignore"):
            x = np.sin(x) * (k + 1)
    return np.sum(x)

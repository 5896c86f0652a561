"""Programs that a prototype of this compiler, or other source transformers, got wrong in silence."""

import dataclasses

import numpy as np

from traps import M, V, W, right_or_refused, trap


@trap((V, 3), (V, 0))
def tape_of_an_array_overwritten(x, steps):
    y = x.copy()
    s = 0.0
    for _ in range(steps):
        s += np.sum(np.sin(y))
        y *= x
    return s + np.sum(y)


@trap((V,), (V[:1],))
def slot_read_before_it_is_overwritten(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1] + y[i] ** 2
    return np.sum(y * x)


@trap((V, 3), (V, 0))
def initial_value_captured_by_the_body(x, n):
    s = x
    for _ in range(n):
        s = s * x + x
    return np.sum(s)


@trap((1.3, 0.7, 2.1), argnums=(0, 1, 2))
def parentheses(a, b, c):
    s = (a - (b - c)) / (a / (b * c)) ** 2
    t = -(((a + b) * (c - a)) ** 2) - -(a - b)
    u = (-a) ** 2 - (a if b > c else b - c) * (a - b) / (c / a)
    return s * (t - (a - c)) + (a**b) ** c + a ** (b**c) + u


@trap((V,), (-V,))
def arm_that_dies(x):
    y = np.sum(x)
    if y > 0.0:
        size = y * y
    else:
        y = y * x[0]
    if x[0] > 0:
        pass
    else:
        size = x[1]  # noqa: F841
    return y * x[1]


@trap((V, W))
def zero_times_an_array(x, y):
    return np.sum(0.0 * x * y + 0 * x) + x[0]


@trap((M,))
def zero_keeps_its_shape(x):
    y = 0 * x
    return np.sum(y + x[0]) + y.shape[0]


@trap((V, 1.0), (V, 99.0), (V[:0], 1.0))
def stop_by_break(x, level):
    s = 0.0
    for v in x:
        s += v * v
        if s > level:
            break
    return s


@trap((1.5,), (200.0,))
def endless_loop_with_break(x):
    n = 0.0
    while True:
        if x < 1.0:
            break
        x = x / 2
        n = n + x * x
    return n * x


@trap((V, np.array([1, 0, 1, 2])))
def element_update(x, where):
    y = np.zeros(3)
    for i in range(len(x)):
        y[where[i]] += x[i] * x[i]
        y[i % 2] -= np.sin(x[i])
    return np.sum(y**3)


@trap((V,))
def write_through_an_alias(x):
    y = x * 1.0
    z = y
    z[0] = x[1] * x[2]
    z += x
    return np.sum(y**2)


@trap((V,))
def write_through_a_view(x):
    y = x * 1.0
    tail = y[1:]
    tail[0] = x[0] ** 2
    tail *= 3.0
    return np.sum(y * x)


@trap((V,))
def read_through_a_view(x):
    y = x * 1.0
    tail = y[1:]
    y[2] = x[0] ** 2
    return np.sum(tail * x[1:])


@trap((V, 3), (V, 0))
def append_in_a_loop(x, n):
    states = [x]
    for _ in range(n):
        states.append(np.sin(states[-1]) * x)
    s = 0.0
    for state in states:
        s += np.sum(state**2)
    return s


@trap((M,), (M[:0],), (M[:1, :1],))
def product_of_one_element(x):
    s = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s += x[i, j] * x[i, j]
    return s


@trap((V, np.array([3, 1, 2, 5])), (V, np.array([3, 1, 2, 5], dtype=np.uint8)))
def integer_array_beside(x, n):
    y = n * x
    y[0] += n[1] / 2
    z = np.zeros(4)
    z += y * n
    return np.sum(z * x / n)


@right_or_refused((V,))
def float_stored_in_an_integer_array(x):
    y = np.zeros(4, dtype=np.int64)
    y[0] = x[2] + 0.25
    return np.sum(y * x)


@dataclasses.dataclass
class Sized:
    width: float
    height: float = 2.0

    @property
    def area(self):
        return self.width * self.height


class Biased:
    scale = 3.0

    def __init__(self, bias):
        self.bias = bias


BIASED = Biased(0.5)


@trap((V,))
def attributes_that_instances_have(x):
    made, sized = Biased(x[0]), Sized(x[1])
    made.extra = x[2]
    total = 0.0
    for k, name in enumerate(("bias", "extra", "scale", "none", "__len__")):
        if hasattr(made, name):
            total += x[k % 4] * 2.0**k
    for k, name in enumerate(("width", "height", "area", "none")):
        if hasattr(sized, name):
            total += x[k] * 3.0**k
    return total


@trap((V,))
def attributes_of_what_is_outside(x):
    total = 0.0
    for k, (owner, name) in enumerate(((BIASED, "bias"), (BIASED, "none"), (np, "exp"), (np, "none"))):
        if hasattr(owner, name):
            total += x[k] * 2.0**k
    return total


@trap((V,))
def attributes_with_a_default(x):
    made = Biased(x[0])
    mine = getattr(made, "bias", 7.0) * getattr(made, "none", 5.0) * getattr(made, "scale", 7.0)
    return mine * getattr(BIASED, "bias", 7.0) * getattr(BIASED, "none", x[1]) * getattr(x, "ndim", 7)


def _counted(x, numbers):
    last = numbers[-1] + (10 if 2 in numbers else 0)
    return x[len(numbers) - 1] * sum(numbers) + x[numbers[1]] * max(numbers) + last * x[0]


@trap((V,))
def ranges_as_values(x):
    numbers, few = range(len(x) - 1), range(1, 4, 2)
    total = len(numbers) * x[0] + len(range(len(x), 2)) * x[1] + np.sum(np.zeros(len(few)) + x[2])
    for i in reversed(few):
        total = 0.5 * total + x[i]
    first, second, _ = range(3)
    total += np.sum(np.array(few) * x[few]) + np.dot(range(4), x) + x[first] * x[second] * np.mean(range(3))
    return total + _counted(x, range(4)) + len(range(int(x[3]), 4)) * x[3]


@trap((V,))
def bits_of_an_index(x):
    count = int(np.log2(len(x)))
    total = 0.0
    for i in range(len(x)):
        backwards = int(format(i, f"0{count}b")[::-1], 2)
        total += x[backwards] * i + bin(i).count("1") * x[i] ** 2
    return total + sum(x[int(hex(i), 16)] * int(oct(i)[2:]) * (ord(chr(i)) + 1) for i in range(4))

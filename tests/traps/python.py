"""Numbers and conditions as Python has them, beside those of NumPy."""

from __future__ import annotations

import functools
import itertools
import operator

import numpy as np
from traps import M, V, W, right_or_refused, trap

NAN = float("nan")


@trap((V,), (-V,))
def truth_values_are_numbers(x):
    t = bool(x[0] > 0)
    return (t + t) * x[1] + (~t) * x[2] + (t - t) * x[3] + (-t) * x[0]


@trap((0.3, 0.7), (0.7, 0.3))
def truth_values_of_python_numbers_add_up(a, b):
    count = (a > 0.5) + (b > 0.5) + (a < b)
    return count * a * b


@trap((V,), (-V,))
def truth_values_of_numpy_do_not(x):
    t = x[0] > 0
    return (t + t) * x[1] + (~t) * x[2] + np.sum(((x > 0) + (x > 0)) * x)


@right_or_refused((V,), (-V,))
def and_gives_its_second_operand(x):
    return (x[0] > 0 and x[1]) + 1.0


@right_or_refused((V,), (-V,))
def or_gives_its_first_operand(x):
    return (x[0] or x[1]) * 2.0


@trap((V,), (-V,))
def and_of_numbers_as_a_condition(x):
    if x[0] and x[1] and not (x[2] < 0 or x[3]):
        return x[0] * x[1]
    k = 0
    while k < 3 and x[k]:
        k += 1
    return x[k] * 2.0 if not (x[0] and x[3] > 0) else x[1]


@trap((V,), (-V,))
def python_passes_over_a_nan(x):
    return max(x[0], NAN) * 0.0 + x[1] + max(x[1], x[2], 0.1) + min(0.5, x[3])


@trap((V,))
def the_largest_beside_a_nan(x):
    y = x * 1.0
    y[1] = NAN
    return max(y) * 2.0 + min(y)


@trap((M,))
def einsum_gives_a_transpose(a):
    b = np.einsum("ij->ji", a)
    b[0, 1] = 9.0
    c = np.einsum("ba", a)
    c *= 2.0
    return np.sum(a * a)


@right_or_refused((V,))
def einsum_gives_a_diagonal(x):
    a = np.outer(x, x)
    d = np.einsum("ii->i", a)
    total = np.sum(d * d)
    d[0] = 9.0
    return np.sum(a) + total


@trap((V,))
def einsum_gives_a_diagonal_that_is_overwritten_later(x):
    a = np.outer(x, x)
    d = np.einsum("ii->i", a)
    total = np.sum(d * d)
    a[:] = 1.0
    return total + np.sum(a * x)


@trap((V, W))
def no_power_and_no_difference_is_no_copy(x, y):
    a = np.outer(x, y)
    b = np.linalg.matrix_power(a, 1)
    b[0] = 2.0
    c = np.diff(y, n=0)
    c[1] = 3.0
    return np.sum(a * a) + np.sum(y * x)


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **keywords):
        return 2.0 * f(*args, **keywords)

    return wrapper


def shifted(by):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(x):
            return f(x + by)

        return wrapper

    return decorate


@trap((V,))
@doubled
def a_decorator_changes_the_function(x):
    return np.sum(x * x)


@shifted(0.5)
@doubled
def helper_with_decorators(x):
    return np.sum(x**3)


@trap((V,))
def a_decorator_changes_a_helper(x):
    return helper_with_decorators(x) * x[0]


@trap((V,), (-V,))
def largest_by_a_key(x):
    k = min(range(4), key=lambda i: x[i])
    pair = max([(x[0], 1), (x[2], 2)], key=lambda p: p[0])
    return max(x, key=abs) * 2.0 + min(x[0], x[1], key=lambda v: -v) + k * x[k] + pair[0] * pair[1]


@trap((V, 2), (V, 3))
def looked_for_in_a_set(x, n):
    total = 0.0
    for k in range(4):
        if k in {1, 3, 1}:
            total += x[k]
        elif k not in {0}:
            total -= x[k] ** 2
    return total if n in {2} else total * x[0]


@trap((V,), (np.array([-0.3, -0.5, -1.1, -2.0]),))
def numbers_chosen_by_and_and_or(x):
    scale = float(np.sum(x > 0)) or 2.0
    first = x[0] or x[1]
    both = (x[0] and x[2]) if x[3] > 0 else (x[2] or x[1] or 3.0)
    total = 0.0
    for v in x:
        total += (v - 1.0) and v * 2.0
    return first * scale + both * x[1] + total


@trap((V,), (np.array([0.1, 0.5, 0.45, 2.0]),))
def arrays_of_one_element_as_conditions(x):
    total = 0.0
    column = x.reshape(-1, 1)
    for k in range(len(x)):
        if column[k] > 0.4:
            total += np.sum(column[k] ** 2)
    m, trips = np.array([[np.sum(x)]]), 0
    while m > 0.5 and trips < 9:
        m = m * 0.6
        trips += 1
    return total + np.sum(m) + (1.0 if m else 0.0)


def scaled(factor):
    def around(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            return factor * function(*args, **kwargs)

        return inner

    return around


@trap((V,))
def functions_inside_with_decorators(x):
    calls, found = 0.0, {}

    def counted(function):
        def inner(v):
            nonlocal calls
            calls += v
            return function(v)

        return inner

    def registered(function):
        found[function.__name__] = function
        return function

    @registered
    @scaled(x[0])
    @scaled(2.0)
    def powers(v, p=2):
        return v**p

    @counted
    def square(v):
        return v * v

    @np.vectorize
    def bent(v):
        return v * v if v > 1.0 else np.sin(v)

    total = np.sum(found["powers"](x, p=3)) + np.sum(bent(x))
    for v in x:
        total += square(v)
    return total * calls


@trap((V,))
def a_decorator_that_calls(x):
    for k in range(3):

        @lambda function: function(x)
        def loss(v):
            return np.sum(v**2)

        @scaled(k + 1.0)
        def step(v):
            return np.sin(v) * loss

        x = x + step(x)
    return loss


@trap((V,))
def what_is_sorted_by_what_is_known(x):
    pairs = [("b", x[0]), ("a", x[1]), ("c", x[2])]
    pairs.sort(reverse=True)
    total, count = pairs[0][1] * 2.0 + pairs[2][1] * 3.0, 0.0

    def key(pair):
        nonlocal count
        count += pair[1]
        return len(pair[0]), pair[0] != "a"

    pairs = sorted(pairs, key=key)
    total += pairs[0][1] * 5.0 + pairs[1][1] * 7.0
    by_number = sorted([(x[3], 2.0), (x[1], 1.0)], key=operator.itemgetter(1))
    return (total + by_number[0][0] ** 2) * count


@trap(({"b": V, "a": W, "ccc": V + W},))
def items_of_a_dict_in_order(params):
    total = 0.0
    for k, (name, v) in enumerate(sorted(params.items())):
        total += np.sum(v**2) * (k + len(name))
    for k, (_, v) in enumerate(sorted(params.items(), key=lambda item: -len(item[0]))):
        total += np.sum(v**3) * k
    return total


@right_or_refused((V,))
def tuples_in_an_order_that_data_decides(x):
    return sorted([(1, x[0]), (1, x[1]), (0, x[2])])[1][1]


@trap((V,))
def getters_and_callers(x):
    a, b = operator.itemgetter(0, 2)(x)
    turned = operator.methodcaller("reshape", -1, 2)(x)
    return a * b * operator.itemgetter(-1)(x) + operator.attrgetter("T")(turned)[0, 1]


@trap((V,))
def the_longest_of_two(x):
    total = 0.0
    for a, b in itertools.zip_longest([x[0], x[1]], [x[2]], fillvalue=1.5):
        total += a * b
    for k, (a, b) in enumerate(itertools.zip_longest(x, x[1:] ** 2, fillvalue=2.0)):
        total += a * b * k
    return total


@trap((V,))
def columns_of_what_is_yielded(x):
    a, b = map(np.array, zip(*((v, v * v) for v in x)))
    return np.sum(a * b)


@trap((V,))
def several_at_least_with_an_axis(x):
    a, b = np.atleast_1d(x[0], x)
    rows, column = np.atleast_2d(x, x[1])
    return np.sum(a * b) + np.sum(rows * column * np.asarray_chkfinite(x))

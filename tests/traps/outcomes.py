"""What becomes of a path: it raises, it gives None, it is chosen by a table or by what a number is among."""

from __future__ import annotations

import math

import numpy as np

from traps import V, numpy_trap, right_or_refused, trap

KNOTS = [0, 0.5, 1.25, 2.0, 4.0]
HEIGHTS = [1.0, -0.5, 2.0, 3.5, 0.25]
CUBICS = [[1.0, 0.5, -0.25], [0.0, 2.0, 1.0], [-1.0, 0.75, 0.5]]
POWERS = {1: "x", 3: "cube"}


@trap((0.3,), (1.3,), (3.0,))
def between_knots(x):
    low, high = 0, len(KNOTS) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if KNOTS[middle] <= x:
            low = middle
        else:
            high = middle
    t = (x - KNOTS[low]) / (KNOTS[high] - KNOTS[low])
    return (1 - t) * HEIGHTS[low] + t * HEIGHTS[high]


@trap((0.4,), (1.4,), (2.9,))
def row_of_a_table(x):
    a, b, c = CUBICS[int(x)]
    return a + b * x + c * x**3 + CUBICS[-1 - int(x)][int(2 * x) % 3] * x


@trap((np.array([0.2, 2.4, 1.1]),))
def table_by_items(x):
    total = 0
    for i in range(len(x)):
        total = total + HEIGHTS[int(x[i])] * np.sin(x[i])
    return total


@numpy_trap((V, 2), (V, 0), (V, 4))
def table_in_a_loop_as_long_as_data_says(x, n):
    total = 0.0
    for i in range(int(n + x[0])):
        total += HEIGHTS[i] * x[0] ** i
    return total


@trap((0.7, 2), (0.7, 3), (0.7, 5))
def number_among_others(x, n):
    if n in (2, 4):
        x = x * 3
    if n not in [1, 2, 3]:
        x = np.sin(x)
    return x**2 if n in POWERS else x


@trap((V,), (V[:3],))
def size_among_others(x):
    return np.sum(x**2) if len(x) in (3, 5) else np.sum(np.sin(x))


def _described(x):
    if x > 2:
        return x * x, None, "far"
    if x > 1:
        return 3 * x, x + 1, "near"
    return np.sin(x), x, "inside"


@trap((0.5,), (1.5,), (2.5,))
def text_of_a_path_that_nobody_reads(x):
    value, rest, _ = _described(x)
    return value if rest is None else value * rest


@right_or_refused((V,), (-V,))
def one_array_twice_in_a_tuple_of_one_path(x):
    y = 2.0 * x
    pair = (y, y, None) if x[0] > 0 else (3.0 * x, 4.0 * x, 1.0)
    pair[0][1] = 5.0
    return np.sum(pair[1] * x)


@right_or_refused((V,), (-V,))
def two_views_in_a_tuple_of_one_path(x):
    y = 2.0 * x
    if x[0] > 0:
        pair = y[:2], y[1:], None
    else:
        pair = 3.0 * x[:2], 4.0 * x[1:], 1.0
    pair[0][1] = 5.0
    return np.sum(pair[1] * x[1:])


@right_or_refused((V,), (-V,))
def array_of_a_tuple_of_one_path_that_is_written(x):
    y = 2.0 * x
    pair = (y, None) if x[0] > 0 else (3.0 * x, 1.0)
    y[1] = 5.0
    return np.sum(pair[0] * x)


@trap((0.5,), (-0.5,))
def statements_before_an_error(x):
    if x < 0:
        y = 3 * x
        if y < -10:
            raise ValueError(f"{y} is too small")
        elif y < -5:
            raise KeyError("small")
        z = y
    else:
        z = x
    return z * x


def _by_kind(x, kind):
    if kind == "linear":
        return 2 * x
    elif kind == "square":
        return x * x
    raise NotImplementedError(kind)


@trap((0.5,), (-0.5,))
def helper_that_raises_on_another_path(x):
    if x < -3:
        return _by_kind(x, "cubic")
    return _by_kind(x, "linear") if x > 0 else _by_kind(x, "square")


@trap((V,), (np.abs(V),))
def writes_before_an_error(x):
    y = np.zeros(2)
    if x[0] > 10:
        y[0] = x[0]
        raise OverflowError(y[0])
    y[1] = x[1]
    if x[1] < -10:
        y[1] = 3.0
        assert math.isinf(x[1]), "not that far"
    return np.sum(y * y)


RATES = {"slow": 0.5, "fast": 3.0, 0: 0.25}


def _rate(kind):
    try:
        return RATES[kind]
    except (KeyError, TypeError):
        return sum([RATES[one] for one in kind])


@trap((0.5, "slow"), (0.5, ["slow", "fast"]), (0.5, (0, "fast")))
def looked_up_or_added(x, kind):
    return _rate(kind) * x * x


@trap((0.7,), (V,), ([0.5, 2.0],))
def one_or_many(x):
    try:
        count = len(x)
    except TypeError:
        x, count = np.array([x]), 1
    else:
        x = np.asarray(x) * 2.0
    finally:
        scale = 3.0
    return np.sum(np.sin(x)) / count * scale


@trap((0.7,), (V,))
def shape_of_a_number(x):
    try:
        rows = x.shape[0]
    except (AttributeError, IndexError):
        rows = 7
    return np.sum(x * x) * rows


@trap((V, 0.5))
def numpy_does_not_divide_by_zero_in_words(x, rate):
    rate = np.asarray(rate)
    zero = False
    try:
        z = x * (1 + rate) / rate
    except ZeroDivisionError:
        zero = True
    return np.sum(x) if zero else np.sum(z)


@trap((0.5,))
def errors_in_trips(x):
    for name in ("slow", "none", "fast", 1):
        try:
            rate = RATES[name]
        except KeyError as error:
            if error.args[0] == 1:
                break
            x = x + 1.0
            continue
        x = x * rate
    return x * x


@right_or_refused((0.5,))
def statements_before_a_caught_error(x):
    y = x
    try:
        y = 2.0 * x
        y = y * RATES["none"]
    except KeyError:
        y = 3.0 * y
    return y


@right_or_refused((0.5,))
def caught_by_the_outer_one(x):
    try:
        try:
            rate = RATES["none"]
        except TypeError:
            rate = 1.0
    except KeyError:
        rate = 2.0
    return rate * x


@right_or_refused((0.5,), (-0.5,))
def raised_and_caught(x):
    try:
        if x < 0:
            raise ValueError("negative")
        y = x * x
    except ValueError:
        y = -x
    return y


@right_or_refused((V,))
def an_element_that_is_missing_before_a_caught_error(x):
    try:
        scale = x[7] * RATES["none"]
    except KeyError:
        scale = 1.0
    except IndexError:
        scale = 2.0
    return np.sum(x) * scale


@right_or_refused((V,))
def an_element_that_is_missing_inside_another_try(x):
    try:
        try:
            scale = x[7] * RATES["none"]
        except KeyError:
            scale = 1.0
    except IndexError:
        scale = 2.0
    return np.sum(x) * scale


@right_or_refused((V,))
def division_by_zero_before_a_caught_error(x):
    try:
        scale = 1 / (len(x) - 4) + RATES["none"]
    except KeyError:
        scale = 1.0
    except ZeroDivisionError:
        scale = 2.0
    return np.sum(x) * scale


@right_or_refused((V,))
def a_singular_matrix_before_a_caught_error(x):
    try:
        scale = np.linalg.inv(np.zeros((2, 2)) * x[0])[0, 0] * RATES["none"]
    except KeyError:
        scale = 1.0
    except np.linalg.LinAlgError:
        scale = 2.0
    return np.sum(x) * scale


@right_or_refused((V,))
def logarithms_of_numpy_numbers(x):
    total = 0.0
    for v in x:
        try:
            total += math.log(v) * v
        except ValueError:
            total += 5.0 * v
    return total


@right_or_refused((V,))
def exponentials_that_overflow(x):
    try:
        return math.exp(x[2] * 1000) * x[0]
    except OverflowError:
        return x[0] * x[0]


@right_or_refused((V,))
def parts_that_do_not_fit(x):
    total = 0.0
    for i in range(1, 3):
        for j in range(1, 4):
            try:
                total += np.sum(x[:i] * x[:j])
            except ValueError:
                total += 10 * x[0]
    return total


@right_or_refused((V,))
def a_part_written_where_it_does_not_fit(x):
    y = x.copy()
    for i in range(3):
        try:
            y[i:] = x[:2] * 2
        except ValueError:
            y[0] = 10 * x[0]
    return np.sum(y * y)


@right_or_refused((V,))
def the_least_of_nothing(x):
    try:
        least = min(v for v in x if v > 100)
    except ValueError:
        least = 2.0
    return least * x[0]


@trap((V,))
def list_written_under_names_of_its_own(x):
    n = len(x)
    sums = [1.0] * (n + 1)
    for i in range(n):
        item = 2.0 * x[i]
        sums[n - i] = item * sums[n - 1 - i] + n + item * item
    return sums[0] * sums[1] + sums[3] * sums[2]


@trap(([0.5, 1.2, 0.7],))
def list_given_and_written_under_names_of_its_own(values):
    n = len(values)
    for i in range(n):
        item = 2.0 * values[i]
        values[n - 1 - i] = item * values[n - 1 - i] + n + item * item
    return values[0] * values[1] + values[2]


@trap((V,))
def places_of_a_size(x):
    rows = [None] * len(x)
    rows[0] = x[0]
    for i in range(1, len(x)):
        rows[i] = rows[i - 1] * x[i] + 1.0
    return rows[-1]


@numpy_trap((V, 3), (V, 1))
def as_many_items_as_data_says(x, n):
    return sum([x[1] ** 2] * int(n + x[0] ** 2))


def clipped(v):
    try:
        v[abs(v) < 0.6] = 0.0
    except TypeError:
        if abs(v) < 0.6:
            v = 0.0
    return v


@trap((V,), demanded=("numpy",))
def written_where_it_is_an_array(x):
    return np.sum(clipped(x * 1.0) * x) + clipped(float(x[2])) * x[1] + clipped(float(x[0])) * x[2]


@trap((V,), (V[:1],))
def errors_that_types_decide(x):
    try:
        y = np.atleast_1d(x)
        z = np.einsum("i,i->i", y, y)
    except (NameError, AttributeError, ImportError):
        z = x
    try:
        shape = np.squeeze(z)[()].shape
    except AttributeError:
        shape = ()
    try:
        length = np.linalg.norm(z)
    except np.linalg.LinAlgError:
        length = 0.0
    return np.sum(z) * (1 + len(shape)) + length


@trap((V,), (0.5,))
def a_number_or_its_items(x):
    try:
        held = np.array([float(x), 1.0])
    except TypeError:
        held = np.asarray([float(v) for v in x])
    return np.sum(held**2)


@right_or_refused((V,), (V[1:2],))
def a_number_of_what_is_left(x):
    left = x[x > 0]
    try:
        number = float(left)
    except TypeError:
        number = 2.0
    return number * x[0]


@right_or_refused((V,))
def what_a_call_may_raise(x):
    def halved(v, n):
        if n == 0:
            raise TypeError("none left")
        return halved(v / 2.0, n - 1) if n > 1 else v

    try:
        found = halved(x[0], int(x[2]))
    except TypeError:
        found = x[1]
    return found

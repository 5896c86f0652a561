"""Programs with loops: zero trips, early exits, bounds and indices that move."""

import numpy as np

from traps import V, W, numpy_trap, right_or_refused, trap


@trap((V,), (V[:1],))
def index_that_wraps(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i - 1] * x[i] ** 2 + x[-i] * x[-1]
    return s


@trap((V,), (V[:1],), (V[:0],))
def counts_down(x):
    s = 1.0
    for i in range(len(x) - 1, -1, -1):
        s = s * np.cos(x[i]) + i * x[i]
    for i in range(len(x), 0, -2):
        s = s * x[i - 1]
    return s + np.sum(x)


@trap((V, 0), (V, 1), (V, 5))
def integer_start_becomes_float(x, n):
    s = 0
    for i in range(n):
        s = s + x[i % 4] * i
    return s * np.sum(x) + x[0]


@trap((V,))
def loop_variable_lives_on(x):
    for i in range(len(x)):
        if x[i] > 1.0:
            break
    for v in x:
        s = v * 2
    return x[i] ** 2 * v + s


@trap((V,))
def loop_variable_reassigned(x):
    s = 0.0
    for i in range(3):
        i = i + 1
        s += x[i] ** 2
    return s * i


@trap((V,))
def bound_reassigned(x):
    n = 3
    s = 1.0
    for i in range(n):
        n = 1
        s = s * x[i]
    return s * n


@trap((V, W), (W, V), argnums=(0, 1))
def break_of_the_inner_loop(x, y):
    s = 0.0
    for a in x:
        for b in y:
            if b < 0:
                break
            s += a * b
        else:
            s = s * 2
        s += a**2
    return s


@trap((V, 0.2), (V, 9.0), argnums=(0, 1))
def continue_in_while(x, level):
    i, s = 0, 0.0
    while i < len(x):
        i += 1
        if x[i - 1] < level:
            continue
        s += level * x[i - 1] ** 2
        if s > 10.0:
            return s * s
    return s + x[0]


@trap((V,), (V + 1.5,), (V[:0],))
def several_ways_out(x):
    s = 1.0
    for i in range(len(x)):
        if x[i] < -0.5:
            break
        if x[i] > 2.4:
            return s * x[i]
        if x[i] < 0.6:
            continue
        s = s * x[i]
    else:
        return s + np.sum(x)
    return s - x[0]


@trap((V, 3, 2), (V, 0, 2), (V, 3, 0))
def nested_loops_with_carried_arrays(x, n, m):
    y = x * 1.0
    for k in range(n):
        z = y * k
        for _ in range(m):
            z = np.sin(z) + x * y
        y = y + z
    return np.sum(y)


@trap((V,))
def triangular_loop(x):
    y = x * 1.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            y[j] -= y[i] * x[j - i]
    return np.sum(y**2)


@trap((3.7, 1.2), (0.3, 1.2), argnums=(0, 1))
def trips_by_data(t, x):
    for _ in range(int(t)):
        x = x * x - 0.3 * t
    return x


@trap((V,))
def value_of_the_last_trip(x):
    last = 0.0
    for v in x:
        last = v * v
    return last


@trap((V,))
def unused_carried_value(x):
    s, waste = 0.0, 1.0
    for v in x:
        waste = waste * v
        s = s + np.exp(v)
    return s


@trap((V, np.array([2, 0, 3, 1])))
def index_read_from_data(x, order):
    y = np.zeros(4)
    k = 0
    for i in range(4):
        k = order[k]
        y[k] = x[i] * x[k]
    return np.sum(y * x)


@trap((V,))
def maximum_kept_in_a_loop(x):
    best, at = x[0], 0
    for i in range(1, len(x)):
        if x[i] > best:
            best, at = x[i], i
    return best**2 + at * x[at]


@right_or_refused((V,))
def function_chosen_by_data(x):
    g = np.sin if x[0] > 0 else np.cos
    return np.sum(g(x))


@right_or_refused((V,))
def generator_in_a_sum(x):
    return sum(v * v for v in x)


@right_or_refused((V,))
def filtered_comprehension(x):
    return sum([v * v for v in x if v > 0])


@right_or_refused((V,))
def assignment_expression(x):
    if (s := np.sum(x)) > 1.0:
        return s * s
    return s


@right_or_refused((V[:2],))
def unpacked_array(x):
    a, b = x
    return a * b * b


@trap((np.sin(np.arange(24.0)).reshape(4, 6),), (np.sin(np.arange(35.0)).reshape(5, 7),))
def pool_every_second(a):
    rows, columns = a.shape
    out = np.zeros((rows // 2, columns // 2))
    for i in range(0, rows - 1, 2):
        for j in range(0, columns - 1, 2):
            out[i // 2, j // 2] = np.max(a[i : i + 2, j : j + 2])
    return out.sum()


@trap((np.sin(np.arange(30.0)).reshape(5, 6), np.cos(np.arange(9.0)).reshape(3, 3)), argnums=(0, 1))
def window_as_wide_as_another_array(a, kernel):
    m, n = kernel.shape
    rows, columns = a.shape
    rows = rows - m + 1
    columns = columns - n + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i][j] = np.sum(a[i : i + m, j : j + n] * kernel)
    return np.sum(out**2)


@numpy_trap((np.arange(1.0, 5.0).reshape(4, 1), np.array([0.5, 2.0, -1.0])), argnums=(0, 1))
def sizes_that_broadcast_from_trip_to_trip(c, x):
    a, b = c[0], c[1]
    for i in range(2, 4):
        t = a
        a = c[i] - b
        b = t + b * x
    return np.sum(np.sin(a + b * x))


@numpy_trap((np.array([[0.5], [1.5]]), np.array([0.5, 2.0, -1.0])), argnums=(0, 1))
def one_axis_becomes_many_in_a_loop(c, x):
    y = c[0]
    s = 0.0
    for i in range(3):
        s = s + np.sum(y * y * c[1])
        y = y * x if i == 1 else y + c[1]
    return s * np.sum(y)


@trap((1.5,), (0.2,), (3.0,))
def names_bound_in_the_condition_of_a_loop(x):
    total, k = 0.0, 0
    while (rest := x - total) > 0.3 and (k := k + 1) < 5:
        total += rest * 0.5
        if k == 3:
            continue
        total += 0.01 * rest**2
    return total * rest + k * x


@trap((V,))
def items_stored_beside_a_counter(x):
    y = np.ones((len(x), 2))
    n = 0
    for i in range(len(x)):
        y[i, 1] = x[i]
        n += 1
    return np.sum(y[:, 1] * x) * n


@trap((V,))
def items_stored_behind_another_loop(x):
    y = np.ones((len(x), 2))
    n = 0.0
    for i in range(len(x)):
        n += x[i] * i
    for i in range(len(x)):
        y[i, 1] = x[i]
        n = n + 1.0
    return np.sum(y[:, 1] * x) * n + y[1, 1]


@trap((1.3,))
def bound_first_in_a_loop_that_data_ends_inside_one_that_fills_a_list(k):
    widths = []
    for _ in range(3):
        x = k
        while x > 0.1:
            width = 2 * x
            x = x * 0.5
        widths.append(width)
    return widths[0] * widths[1]

"""Names that only some paths bind, checks that only some inputs fail, lists as long as the data says."""

import functools
import math

import numpy as np

from traps import M, V, W, numpy_trap, right_or_refused, trap


# ---------------------------------------------------------------- names without a value on some path
@trap((2.0,), (0.5,))
def name_bound_on_one_path(x):
    if x > 0:
        y = np.log(x)
    return y * x


@trap((2.0, 10.0), (3.0, 4.0))
def name_bound_in_a_loop(x, stop):
    while x < stop:
        step = x * 0.5
        x = x + step
    return x * step


@trap((np.abs(V),))
def array_bound_on_one_path(x):
    if x[0] > 0:
        y = np.log(x)
    return np.sum(y * x)


@trap((2.0,), (3.5,))
def users_own_result(x):
    if x > 1.0:
        result = x * x
    return result + x


@trap((V,), (-V,))
def bound_in_every_arm(x):
    if x[0] > 1.0:
        y = x[0]
    elif x[0] > 0.0:
        y = x[1] * x[1]
    else:
        y = np.sum(x)
    return y * x[2]


# ---------------------------------------------------------------- checks
@trap((2.0,), (0.3,))
def raises_on_bad_input(x):
    if x < 0:
        raise ValueError("negative")
    return np.sqrt(x)


@trap((np.abs(V),))
def raises_in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] < 0:
            raise ValueError(f"negative at {i}: {x[i]}")
        s += np.sqrt(x[i])
    return s


@trap((V, 3.0))
def asserts_in_a_loop(x, bound):
    s = 0.0
    for v in x:
        assert v < bound, "too large"
        s += v * v
    return s


# ---------------------------------------------------------------- lengths
@trap((V,), (V[:2],), (np.array([1.0, 5.0, 2.0]),))
def star_of_an_array(x):
    return max(*x)


@trap((V,), (V[:2],), (V[:3],))
def star_unpacking_of_an_array(x):
    first, *rest = x
    return first * sum(rest)


@right_or_refused((V, 3), (V, 0))
def array_that_grows(x, n):
    for _ in range(n):
        x = np.concatenate([x, x])
    return np.sum(x**2)


@trap((V, W[:2]), (V[:2], W), (V[:3], W[:3]))
def zip_of_other_lengths(x, y):
    s = 0.0
    for a, b in zip(x, y):  # noqa: B905
        s += a * a * b
    return s


# ---------------------------------------------------------------- lists that data makes longer
@trap((V,), (-V,), (V[:0],))
def sum_of_some(x):
    return sum(v * v for v in x if v > 0) + 0.0


@right_or_refused((V,), (-V,))
def items_that_pass(x):
    kept = []
    for i in range(len(x)):
        if x[i] > 0:
            kept.append(x[i] * x[i])
    return sum(kept) + x[0]


@right_or_refused((V,), (-V,))
def comprehension_with_a_condition(x):
    return np.sum(np.array([v * v * x[0] for v in x if v > 0]))


@right_or_refused((V,), (-V,))
def two_lists_and_an_item(x):
    small = [x[0]]
    large = []
    for i in range(1, len(x)):
        if x[i] < x[0]:
            small.append(x[i])
        else:
            large.append(x[i])
            large.append(x[i] * 3)
    s = small[-1]
    for k in range(len(small)):
        s += small[k] * (k + 1)
    for k in range(len(large)):
        s += large[k] * (k + 2) * x[0]
    return s


@right_or_refused((V,), (-V,))
def popped_on_one_path(x):
    items = [x[0], x[1], x[2]]
    if x[1] > 0:
        items.pop()
    return sum(items)


@right_or_refused((V,), (-V,))
def arrays_that_pass(x):
    rows = []
    for i in range(len(x)):
        if x[i] > 0:
            rows.append(x * x[i])
    s = x[0]
    for row in rows:
        s = s + np.sum(row * row)
    return s


@right_or_refused((V,), (-V,))
def stack_of_decreasing(x):
    stack = []
    for i in range(len(x)):
        while len(stack) > 0 and stack[-1] < x[i]:
            stack.pop()
        stack.append(x[i] * 1.0)
    return sum(stack)


@right_or_refused((3.5,), (0.5,))
def work_list(x):
    todo = [x]
    total = 0.0
    while todo:
        v = todo.pop()
        total += v * v
        if v > 1.0:
            todo.append(v / 2)
            todo.append(v / 3)
    return total


# ---------------------------------------------------------------- lists of unlike items
@trap((V,))
def integers_among_floats(x):
    parts = []
    for i in range(len(x)):
        parts.append(x[i] * 1.5)
        parts.append(1)
    s = 0.0
    for p in parts:
        s = s + p * p
    return s


@trap((V,))
def integer_first(x):
    parts = [1]
    for i in range(len(x)):
        parts.append(x[i] * 1.5)
    return parts[0] * sum(parts)


@trap((V,))
def losses_so_far(x):
    history = []
    loss = 0.0
    for i in range(len(x)):
        history.append(loss)
        loss = loss + x[i] * x[i]
    return sum(history)


@trap((V,))
def rows_of_growing_length(x):
    rows = []
    for i in range(len(x)):
        rows.append(x[: i + 1])
    return np.sum(rows[0] * rows[2]) + np.sum(rows[1] * rows[1])


@trap((V,))
def row_of_one_among_rows(x):
    rows = [x[:1], x]
    for _ in range(2):
        rows.append(x * 2)
    return np.sum(rows[0] * rows[1] * rows[2])


@trap(((V[:1], V),), ((V, V[:1]),), ((V, V * 2),))
def items_of_other_lengths(parts):
    s = 0.0
    for p in parts:
        for q in parts:
            s = s + np.sum(p * q * q)
            if len(p) == len(q):
                s = s + p[0]
    return s


# ---------------------------------------------------------------- parts that may or may not share memory
A = np.array([[2.0, 0.5, 1.0], [0.3, 1.5, -0.7]])


@right_or_refused((A,), (np.asfortranarray(A),))
def ravel_of_a_transpose(a):
    b = a.copy()
    v = np.ravel(b.T)
    v[0] = 5.0
    return np.sum(b * b) + np.sum(v)


@right_or_refused((A,), (np.asfortranarray(A),))
def ravel_read_after_a_write(a):
    b = a.copy()
    v = np.ravel(b.T)
    b[0, 0] = 5.0
    return np.sum(v * v)


@right_or_refused((A,), (np.asfortranarray(A),))
def reshape_of_a_result(a):
    b = a.T * 2.0
    v = b.reshape(6)
    v[1] = 3.0
    return np.sum(b * b) + np.sum(v)


@trap((A,), (np.asfortranarray(A),))
def ravel_of_a_copy(a):
    b = a.copy()
    v = np.ravel(b)
    v[1] = 5.0
    w = b[1].reshape(3, 1)
    w[0, 0] = 4.0
    return np.sum(b * b) + np.sum(v)


@right_or_refused((V,))
def ravel_with_gaps(x):
    y = x.copy()
    v = y[::2].ravel()
    v[0] = 4.0
    return np.sum(y * y)


@trap((V,))
def reshape_with_gaps(x):
    y = x.copy()
    v = y[::2].reshape(2, 1)
    v[0, 0] = 4.0
    return np.sum(y * y)


@right_or_refused((A,))
def other_orders(a):
    w = np.array([1.0, 10.0, 100.0, 1e3, 1e4, 1e5])
    return np.sum(a.flatten("F") * w) + np.sum(a.reshape(6, order="F") * w)


@right_or_refused((V,))
def no_copy_asked_for(x):
    y = x.copy()
    z = y.astype(float, copy=False)
    z[0] = 7.0
    return np.sum(y * y)


@right_or_refused((V,))
def real_part_written(x):
    z = x + 0j
    z.real[0] = 5.0
    return np.sum(np.abs(z) ** 2)


@right_or_refused((V,))
def attributes_of_memory(x):
    return np.sum(x) if x.base is None else 0.0


# ---------------------------------------------------------------- recursive functions that read from around them
@right_or_refused((1.3,))
def rebound_around_recursion(x):
    k = x * 2

    def grow(y):
        if y > 10.0:
            return y * k
        return grow(y * 1.5)

    first = grow(x)
    k = x * x
    return first + 10 * grow(x)


@right_or_refused((1.3,))
def written_around_recursion(x):
    buffer = np.array([1.0, 2.0])
    part = buffer[:1]
    held = [x, x * x]

    def grow(y):
        if y > 10.0:
            return y * buffer[0] + part[0] * held[0]
        return grow(y * 1.5)

    first = grow(x)
    buffer[0] = x
    second = grow(x)
    held[0] = held[1] + 1
    return first + 10 * second + 100 * grow(x)


@right_or_refused((1.3,))
def helper_around_recursion(x):
    k = x

    def scaled(y):
        return y * k

    def grow(y):
        if y > 10.0:
            return scaled(y)
        return grow(y * 1.5)

    first = grow(x)
    k = x * x
    return first + 10 * grow(x)


@right_or_refused((1.3,))
def defined_anew_in_a_loop(x):
    total = 0.0
    for i in range(3):
        k = x + i

        def grow(y):
            if y > 10.0:
                return y * k
            return grow(y * 1.5)

        total += grow(x)
    return total


@trap((0.3,))
def one_lambda_within_another_of_the_same_source(x):
    def chain(*fs):
        return functools.reduce(lambda f, g: lambda t: f(g(t)), fs)

    def twice(f):
        return lambda t: f(f(t))

    return chain(np.sin, np.exp, lambda t: t * 2)(x) * twice(twice(lambda t: t * np.sin(t) + 1))(x)


@trap((0.3,))
def closures_of_one_maker(x):
    def make(k):
        def grow(y, n):
            if y > 10.0 or n > 3:
                return y * k
            return grow(y * k, n + 1)

        return grow

    return make(2.0)(x, 0) + make(3.0)(x, 0)


# ---------------------------------------------------------------- None on some paths
@trap((V,))
def none_until_the_first_trip(x):
    previous = best = None
    total = 0.0
    for v in x:
        if previous is not None:
            total += (v - previous) ** 2
        if best is None or v > best:
            best = v
        previous = v if v > -0.5 else None
    return total * best


@trap((2.5,), (-0.5,))
def none_for_want_of_convergence(a):
    def newton(trips):
        y = 1.3
        for _ in range(trips):
            residual = y**3 - a
            if abs(residual) < 1e-12:
                return y, residual
            y = y - residual / (3 * y**2)

    found = newton(50)
    early = newton(1)
    if early == None:  # noqa: E711
        early = (a * a, 0.0)
    return found[0] * early[0]


@trap((V,))
def none_reset_in_the_loop(x):
    state = None
    total, i = 0.0, 0
    while i < len(x):
        if state is not None and state > 0.6:
            total = total + state
            state = None
        state = x[i] * np.ones(2)[0] if state is None else 0.5 * state + x[i]
        i += 1
    if state is None:
        return total
    return total * state


@right_or_refused((V,), (-V,))
def array_in_a_list_written_after_both_paths(x):
    kept = []
    for i in range(len(x)):
        kept.append(x * x[i])
    if x[0] > 0:
        last = 2 * x
        kept.append(last)
    else:
        last = 3 * x
        kept.append(last)
    last[0] = 9.0
    return kept[-1][0] * x[1] + np.sum(last)


@right_or_refused((V,), (-V,))
def list_in_a_list_written_after_one_path(x):
    kept = []
    for i in range(len(x)):
        kept.append([x[i]])
    row = [1.0]
    if x[0] > 0:
        row = [x[1] * x[2]]
        kept.append(row)
    row[0] = 9.0
    return kept[-1][0] * x[1] + row[0] * x[3]


def _filled(x, limit):
    kept, sums, count = np.zeros((2, 4)), np.zeros(4), 0
    for j in range(4):
        for i in range(2):
            kept[i, j] = x[j] * (i + 1) + sums[i]
            if kept[i, j] > limit:
                return kept, sums, count
        sums[j] += x[j] ** 2
        count += 1
    kept = 2.0 * kept
    return kept, sums, 7


@trap((V, 0.4), (V, 1.9), (V, 99.0))
def an_array_that_a_loop_writes_and_returns(x, limit):
    kept, sums, count = _filled(x, limit)
    return (count + 0.5) * np.sum(kept**2) + np.sum(sums**3)


def _grown(x, limit):
    rounds = 0
    while True:
        rounds += 1
        x[0] *= 1.5
        if x[0] > limit:
            return x
        if rounds > 3:
            break
        x[1] += x[0]
    x[0] = 7.0
    return x


@trap((V, 0.1), (V, 1.0), (V, 99.0))
def an_argument_that_a_loop_writes_and_returns(x, limit):
    other = _grown(x, limit)
    other[2] *= x[0]
    return np.sum(x**2)


def _halved(f, a, b, fa, fb, width, depth):
    m = 0.5 * (a + b)
    fm = f(m)
    if depth <= 0 or b - a < width:
        return 0.25 * (b - a) * (fa + 2.0 * fm + fb)
    left = _halved(f, a, m, fa, fm, 1.01 * width, depth - 1)
    return left + _halved(f, m, b, fm, fb, 1.02 * width, depth - 1)


@numpy_trap((0.7, 20), (0.65, 1))
def an_area_by_halves(a, depth):
    f = lambda x: math.sin(3.0 * a * x)
    return _halved(f, a, 2.0, f(a), f(2.0), 0.1, 20) + _halved(f, a, 2.5, f(a), f(2.5), 0.2, depth)


def _faded(x, count):
    return x if count == 0 else 0.99 * _faded(x, count - 1) + 0.1


@numpy_trap((V,), (0.4,))
def a_recursion_with_many_known_steps(x):
    return np.sum(_faded(x, 100))


def _scaled(x, count, limit):
    if count == 0 or x[0] > limit:
        return x
    return _scaled(1.01 * x, count - 1, 0.999 * limit)


@numpy_trap((V,), (3.0 * V,))
def a_recursion_that_counts_and_compares(x):
    return np.sum(_scaled(x, 100, 1.0) ** 2)


# ---------------------------------------------------------------- views returned from a loop that writes on
def history(x, tolerance):
    h = np.zeros(9)
    for k in range(9):
        x = np.cos(x)
        h[k] = x[0]
        if abs(x[0] - 0.739) < tolerance:
            return h[: k + 1]
        h[k] *= 1.5
    return h


@numpy_trap((V, 1e-2), (V, 0.5), (V, 1e-30), argnums=0)
def history_up_to_where_it_settles(x, tolerance):
    return np.sum(history(x, tolerance) ** 2)


def reflections(r, order):
    ks, errors = np.zeros(order), np.zeros(order)
    error = r[0]
    for n in range(order):
        ks[n] = -(r[n + 1] + np.sum(ks[:n] * r[n:0:-1])) / error
        error = error * (1.0 - ks[n] * ks[n])
        errors[n] = error
        if error <= 0.0:
            return ks[: n + 1], errors[: n + 1], n
        ks[:n] = ks[:n] + ks[n] * ks[:n][::-1]
    return ks, errors, None


@numpy_trap((np.array([3.0, 1.0, 0.5, 0.2]), 3), (np.array([1.0, 0.5, 3.0, 0.2]), 3), (V, 0), argnums=0)
def views_with_a_number(r, order):
    ks, errors, _ = reflections(r, order)
    return np.sum(ks**2) + np.sum(errors**3) + r[0]


def rows_until(a, limit):
    q = a.copy()
    for k in range(len(a)):
        q[k] = np.sin(q[k]) * q[k - 1]
        for j in range(a.shape[1]):
            q[k, j] += 0.5
            if q[k, j] > limit:
                return q[: k + 1, :]
        q[0] *= 1.1
    return q


@numpy_trap((M, 0.4), (M, 0.7), (M, 9.0), argnums=0)
def rows_returned_from_two_loops(a, limit):
    return np.sum(rows_until(a, limit) ** 2)

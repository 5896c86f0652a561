"""Programs that write: through aliases, views and arguments, over what they read, in helpers."""

import operator

import numpy as np

from traps import M, V, W, right_or_refused, trap


@trap((V,))
def copy_is_no_alias(x):
    y = x.copy()
    z = np.copy(y)
    w = y[[0, 1, 2, 3]]
    z[0] = 5.0
    w[1] = x[0]
    y[2] *= x[3]
    return np.sum(y**2) + np.sum(z * x) + np.sum(w * y)


@trap((V,))
def argument_overwritten(x):
    x[0] = x[1] * x[2]
    x[1:] *= 2.0
    return np.sum(x**2)


@trap((V,))
def argument_updated(x):
    x += 1
    x *= x
    return np.sum(x)


@trap((2.0,))
def number_updated(x):
    y = x
    y += 1
    y *= x
    return y * x


@trap((V,))
def alias_of_an_argument(x):
    y = x
    y[0] = 3.0
    return np.sum(x * x)


@trap((V,))
def rebound_is_no_alias(x):
    y = x
    y = y + 1
    x = x * 2
    return np.sum(x * y)


@trap((M,))
def row_view(A):
    B = A * 1.0
    for i in range(B.shape[0]):
        row = B[i]
        row[0] = row[1] * row[2]
        row *= 2.0
    return np.sum(B * A)


@trap((M,))
def rows_overwritten_by_the_loop(A):
    B = A * 1.0
    for row in B:
        row[1] = row[0] ** 2
        row += 1.0
    return np.sum(B**2)


@trap((M,))
def transposed_view(A):
    B = A * 1.0
    B.T[0] = A[:, 1] ** 2
    C = B.T
    C[2, 1] *= A[0, 0]
    return np.sum(B * A)


@right_or_refused((M,))
def reshaped_view(A):
    B = A * 1.0
    flat = B.reshape(-1)
    flat[0] = A[1, 1] ** 2
    B.ravel()[2] = A[0, 1] ** 2
    B.flatten()[3] = 99.0
    return np.sum(B * A)


@right_or_refused((M,))
def view_of_a_view(A):
    B = A * 1.0
    inner = B[:, 1:][1]
    inner[::-1][0] = A[0, 0] ** 2
    return np.sum(B * A)


@trap((V,))
def overlapping_slices(x):
    y = x * 1.0
    y[1:] = y[:-1]
    y[:-1] += y[1:]
    y[::-1] *= y
    return np.sum(y * x)


@trap((V,))
def values_swapped(x):
    y = x * 1.0
    y[0], y[1] = y[1] * x[0], y[0]
    for i in range(len(y) - 1):
        y[i], y[i + 1] = y[i + 1], y[i] * x[i]
    return np.sum(y * x)


@trap((V, 3), (V, 4), (V, 0))
def buffers_swapped(x, steps):
    old = x * 1.0
    new = np.zeros_like(old)
    for _ in range(steps):
        for i in range(len(old)):
            new[i] = np.sin(old[i]) + old[i - 1] * x[i]
        old, new = new, old
    return np.sum(old * x)


@trap((1.5, 0.5, 4), (1.5, 0.5, 0), argnums=(0, 1))
def names_swapped(a, b, n):
    for _ in range(n):
        a, b = b, a + b * b
    return a - 2 * b


def fill(target, value):
    target[0] = value * target[1]
    target[1:] += value


@trap((V,))
def helper_writes_into_its_argument(x):
    y = x * 1.0
    fill(y, x[0])
    fill(y[1:], x[1])
    return np.sum(y**2)


@trap((V,))
def inner_function_writes_into_a_captured_array(x):
    y = np.zeros(4)

    def put(i, value):
        y[i] += value * value

    for i in range(4):
        put(i, x[i])
    put(0, x[3])
    return np.sum(y * x)


@trap((V,))
def array_passed_twice(x):
    def mix(a, b):
        a[0] = b[1] * b[0]
        return np.sum(a * b)

    y = x * 1.0
    return mix(y, y) + y[0]


@trap((V, V), (V, W), argnums=(0, 1))
def one_array_for_two_arguments(x, y):
    return np.sum(x * y + x)


@right_or_refused((V,))
def asarray_is_an_alias(x):
    y = x * 1.0
    z = np.asarray(y)
    z[0] = x[1] ** 2
    return np.sum(y * x)


@right_or_refused((V,))
def list_of_one_array(x):
    row = x * 1.0
    rows = [row] * 2
    rows[0][0] = x[1] ** 2
    rows[1][0] *= x[2]
    return np.sum(rows[0] * rows[1])


@right_or_refused((M,))
def list_of_views(A):
    B = A * 1.0
    rows = [B[0], B[1]]
    rows[0][1] = A[1, 1] ** 2
    return np.sum(B * A)


@right_or_refused((V,))
def same_array_appended(x):
    y = np.zeros(2)
    seen = []
    for i in range(len(x)):
        y[0] = x[i]
        y[1] += x[i] ** 2
        seen.append(y)
    return np.sum(seen[0] * seen[-1])


@trap((V,))
def copy_appended(x):
    y = np.zeros(2)
    seen = []
    for i in range(len(x)):
        y[0] = x[i]
        y[1] += x[i] ** 2
        seen.append(y.copy())
    return np.sum(seen[0] * seen[-1])


@right_or_refused((V,))
def list_alias_appended(x):
    a = [x[0]]
    b = a
    for v in x:
        a.append(v * v)
    return b[-1] * len(b) + b[0]


@right_or_refused((V,))
def default_list_shared(x):
    def push(value, into=[]):  # noqa: B006
        into.append(value)
        return into

    push(x[0])
    values = push(x[1] ** 2)
    return values[0] * values[1]


@trap((V,))
def elements_read_while_they_change(x):
    y = x * 1.0
    for i, v in enumerate(y):
        if i < 3:
            y[i + 1] += v * v
    return np.sum(y)


@trap((M,))
def element_read_before_and_after_a_write(A):
    B = A * 1.0
    before = B[0, 0]
    row = B[0].copy()
    B[0, 0] = A[1, 1] ** 2
    after = B[0, 0]
    return before * after + np.sum(row * B[0])


@trap((V,))
def part_of_an_array_survives(x):
    y = np.ones(4)
    y[1] = x[0]
    y[1:3] = x[1:3] * y[1]
    y[1] = 7.0
    return np.sum(y * x)


@trap((M, V[:3]))
def scalar_broadcast_into_a_slice(A, x):
    B = np.zeros((2, 3))
    B[:, 0] = x[0] * x[1]
    B[1, :] += x * x[2]
    B[:, :] *= A
    return np.sum(B**2)


@right_or_refused((V,))
def view_rebound_in_a_loop(x):
    A = np.outer(x, x)
    row = A[1]
    for i in range(2):
        row[i] *= 2.0 * x[0]
        row = np.sin(row)
    return np.sum(A * A)


@right_or_refused((V,))
def argument_rebound_in_a_loop(x):
    y = x
    for i in range(2):
        y[i] = y[i] * 3.0
        y = y * 0.5
    return np.sum(x * y)


@trap((V,))
def view_read_again_before_a_loop(x):
    A = np.outer(x, x)
    row = A[0]
    for i in range(1, 2):
        row[i + 1] = A[i - 1, 1] * x[0]
    for _ in range(1, 3):
        row = np.sin(row)
    return np.sum(np.sin(A)) + np.sum(row)


@trap((V,))
def written_by_a_function(x):
    y = x * x
    operator.setitem(y, 1, x[0])
    operator.setitem(y, slice(2, None), operator.getitem(x, slice(2)))
    return np.sum(y * operator.getitem(x, 0))


@trap((V,))
def array_without_a_copy(x):
    a = x * 1.0
    b = np.array(a, copy=None)
    c = np.array(a, copy=None, ndmin=2)
    d = np.array(a, ndmin=2)
    b[0] = 5.0
    c[0, 1] = x[2] * 3.0
    d[0, 2] = 9.0
    return np.sum(a * x) + np.sum(d * x)


X = np.array([3.0, 1.0, 2.0, 5.0, 4.0])


@right_or_refused((X, True), (X, False))
def overlap_on_a_branch(x, first):
    y = x * 1.0
    part = y[:3] if first else y[2:]
    y[::2] = part
    return np.sum(y * x)


@right_or_refused((X, 0), (X, 2))
def overlap_through_a_loop(x, n):
    y = x * 1.0
    part = np.zeros(3)
    for _ in range(n):
        y[::2] = part
        part = y[:3]
    return np.sum(y * x)


@right_or_refused((X,))
def overlap_under_a_mask(x):
    y = x * 1.0
    y[x > 2.5] = y[:3]
    return np.sum(y * x)


@right_or_refused((X,))
def overlap_with_an_axis_more(x):
    y = x * 1.0
    y[::2] = y[None, :3]
    return np.sum(y * x)


@trap((X,))
def zeros_below_zero(x):
    y = x * 2.0
    y[:] = -0.0
    return np.sum(np.copysign(x, y))


# ------------------------------------------- all of an array, read backwards: XLA's compiler dies of such scatters
@trap((V,))
def number_written_to_a_row_of_all(x):
    y = x * 1.0
    y[None, :] = x[1]
    return np.sum(y[::-1] * x)


@trap((V,))
def zero_written_to_all_by_a_new_axis(x):
    y = x[::-1]
    y[None] = 0.0
    return np.sum(y[::-1] * x) + np.sum(x**2)


@trap((V,))
def number_written_between_zero_and_the_length(x):
    y = x * x
    y[0 : len(x)] = x[2]
    return np.sum(y[::-1] * x)


@trap((M,))
def number_written_to_all_rows_and_columns(A):
    B = A * 2.0
    B[0 : A.shape[0], : A.shape[1]] = A[0, 1]
    B[:, 0 : A.shape[1]] += 2.0
    return np.sum(B[::-1] * A)


@trap((V,))
def number_written_to_all_but_one(x):
    y = x * 1.0
    y[0 : len(x) - 1] = x[1]
    y[1 : len(x)] += x[0]
    return np.sum(y[::-1] * x)


@trap((V,))
def number_written_to_the_first_few_that_are_all(x):
    y = x * 1.0
    y[0:4] = x[1]
    y[:4] += 2.0
    return np.sum(y[::-1] * x)


@trap((V,))
def zero_written_to_the_last_few_that_are_all(x):
    y = x * 1.0
    y[-4:] = 0.0
    return np.sum(np.flip(y) * x) + np.sum(x**2)


@trap((V,))
def array_written_beyond_the_end(x):
    y = np.zeros(len(x))
    y[:9] = np.sin(x)
    return np.sum(np.roll(y[::-1], 1) * x)


@trap((V, 4), (V, 2))
def number_written_to_as_many_as_an_argument_says(x, n):
    y = x * x
    y[:n] = x[2]
    return np.sum(y[::-1] * x)


@trap((M,))
def rows_and_columns_that_are_all(A):
    B = A * 2.0
    B[:2, -3:] = np.cos(A[0, 1])
    B[None, :2] += A
    return np.sum(B[::-1, ::-1] * A)


@trap((V,))
def first_few_that_are_all_in_a_view(x):
    w = x * x
    y = w[::-1]
    y[0:4] = 3.0 * x[0]
    return np.sum(w * x)

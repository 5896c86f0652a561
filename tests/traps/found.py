"""Programs that the fuzzer found, made small."""

import warnings

import numpy as np

from traps import M, V, W, numpy_trap, right_or_refused, trap


@trap((V,))
def view_read_for_its_length(x):
    a = np.zeros((2, len(x)))
    row = a[0]
    a[1, 0] = 1.0
    a[0] += x
    return np.sum(np.array([v * w for v, w in zip(row, x)]))


@trap((M,))
def branch_without_result_in_a_loop(x):
    for row in x:
        if x[0, 0] < 2.0:
            for i in range(2):
                squares = np.ones((2, 2)) * row[0]
            chosen = {"a": 1.0, "b": squares[-2, 1] if np.all(row > -9.0) else 1.0}
    return np.sum(x) * 2.0 + np.sum(x**2)


@trap((V,))
def index_after_an_empty_loop(x):
    for i in range(1, len(x)):
        pass
    a = np.ones((2, len(x))) * x
    v = a[0]
    a += v[i]
    return np.sum(a * x) + i * x[i]


def bump(v):
    v[0] += 0.5
    return v[0]


@trap((V,))
def view_read_in_a_condition(x):
    a = x * 1.0
    row = a[::2]
    a[1] = x[0]
    if x[0] > 9.0 or row[0] > 0.1:
        row[0] = 2.0 * x[1]
    return np.sum(row * row) + np.sum(a * x)


@trap((V,), (np.array([-0.5, 1.0, 2.0, 0.7]),))
def write_behind_and(x):
    y = x.copy()
    s = 0.0
    if x[0] > 0.0 and bump(y) > 0.9:
        s = x[1]
    return s + y[0] * x[0]


@trap((V,), (np.array([-0.5, 1.0, 2.0, 0.7]),))
def write_behind_or(x):
    y = x.copy()
    if x[0] > 0.0 or bump(y) > 0.9:
        y[1] = x[2] ** 2
    return y[0] * x[0] + y[1]


@trap((V,), (np.array([-0.5, 1.0, 2.0, 0.7]),))
def write_in_a_chain(x):
    y = x.copy()
    if 0.0 < x[0] < bump(y):
        y[1] = x[2] ** 2
    return y[0] * x[0] + y[1]


@right_or_refused((V,))
def write_in_a_loop_condition(x):
    y = x.copy()
    s = 0.0
    while bump(y) < 2.0:
        s += y[0] * x[1]
    return s + y[0] * x[0]


@trap((V,))
def item_of_a_dict_in_place(x):
    y = x * 1.0
    d = {"a": y, "b": x}
    d["a"] += x
    return np.sum(y * x)


@trap((V,))
def item_of_a_list_in_place(x):
    y = x * 1.0
    items = [[y], x]
    items[0][0] *= x
    return np.sum(y * x)


@right_or_refused((V,))
def item_of_a_long_list_in_place(x):
    items = []
    for i in range(3):
        items.append(x * i)
    y = items[1]
    items[1] += x
    return np.sum(y * x)


@trap(({"a": V, "b": V + 1.0},))
def item_of_an_argument_in_place(d):
    v = d["a"]
    d["a"] *= d["b"]
    return np.sum(v * v)


@right_or_refused((np.array(0.5), V), argnums=(0, 1))
def without_axes_by_unpacking(z, x):
    s, w = 1.0, z
    w += x[0]
    return s * z * x[1]


@right_or_refused((V,))
def without_axes_in_a_dict(x):
    z = np.array(x[0])
    d = {"a": z}
    d["a"] += 1.0
    return z * x[1]


@right_or_refused((V,))
def without_axes_in_a_helper(x):
    def change(a):
        a += 1.0

    z = np.array(x[0])
    change(z)
    return z * x[1]


@right_or_refused((V,), (-V,))
def without_axes_chosen(x):
    z = np.array(x[0])
    w = z if x[1] > 0.0 else x[1]
    w += 1.0
    return z * x[1]


@right_or_refused((V,))
def without_axes_in_a_list(x):
    z = np.array(x[0])
    items = []
    for i in range(2):
        items.append(z)
    z += 1.0
    return items[0] * x[1]


@right_or_refused((V,))
def without_axes_as_a_view(x):
    y = x * 1.0
    z = y[:1].reshape(())
    z += 1.0
    w = y[..., 1]
    w += 1.0
    return np.sum(y * x)


@trap((V,))
def without_axes_alone(x):
    z = np.zeros(())
    for v in x:
        z += v * v
    return z * x[0]


@trap((V,))
def constant_added_to_a_view_that_is_not_read_again(x):
    v = x * 1.0
    w = v[::-1]
    w += 2.0
    return np.sum(v * v)


@trap((V,))
def constant_added_to_a_second_name(x):
    w = x
    w += 2.0
    return np.sum(x * x)


@trap((np.array([1.0, 1.0, 1.0]),), (np.array([1.0, -1.0, 1.0]),))
def counted_loops_behind_a_branch(x):
    s = x[0]
    if x[1] > 0.0:
        while s < 20.0:
            k = 0
            while k < 3 and s < 10.0:
                k += 1
                s = s * 1.2 + x[1] * np.sin(s)
            s = s + x[2] ** 2 + 5.0
    return s


@right_or_refused((V,), (-V,))
def list_of_a_branch(x):
    s = x[1]
    if x[0] <= 0.0:
        s = np.sum(np.array([v * x for v in x]))
    return s


@trap((V, W))
def an_array_of_one_path_is_not_measured_on_the_other(x, y):
    z = np.cos(y)
    column = y[:, None]
    for _ in range(x.shape[0]):
        column[::-1] = 1.0
    z, x = (x, z)
    k = 1
    while True:
        k += 1
        if k > 3 or np.mean(z) <= 20.0:
            break
        z[:2] = 1.0
        x[z.shape[0] - 1] *= z @ x
    return np.sum(x * z) + np.sum(column)


@right_or_refused((V, np.abs(M)))
def a_part_of_a_transpose_on_one_path(x, a):
    held = other = np.zeros((4, 3))
    y = other.T[-1] if a[1, 1] > 0.1 else np.ones(4)
    y[3] = x[0]
    return np.sum(held) * x[1]


@trap((V,), (-V,))
def a_list_that_ends_as_one_path_says(x):
    items = [v for v in x]
    items.append(items[-1] * x[0] if items[-1] >= 0.5 else x[1])
    return items[-1] * items[0]


@trap((V, np.ones((4, 3), np.float32), np.array([0.3, 0.9, 1.1], np.float32)))
def an_array_of_ones_is_double_on_every_path(x, w, single):
    ones = np.full((4, 3), 1.0)
    if x[0] > 0.0:
        x[1:] = np.cos(ones @ single)[1:] * x[1:]
    return np.sum(x) + np.sum(w)


@trap((V, np.ones((4, 4))))
def shapes_of_rows_in_two_loops(x, a):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(i):
            total += a[j][i] * x[i]
            a[j, j] = 2.0 * x[j]
    return total


@trap((V, W), (-V, W))
def all_of_a_turned_view_is_replaced(x, y):
    if x[0] > 0.1:
        turned = y[::-1]
        turned[...] = x[1]
    else:
        turned = x * 2.0
    return np.sum(y * np.arange(1.0, 5.0)) + np.sum(turned * np.arange(2.0, 6.0))


@trap((V, 1.5), (V, 0.2), argnums=(0, 1))
def what_a_condition_chooses_is_not_what_is_carried(x, c):
    k = 0
    while k < 2 and ((x[1] if x[3] > 0.9 else x[2]) if x[3] <= 0.98 else c) <= 0.36 + k + c:
        k += 1
        c = 1.0
    return c * x[0] + x[2]


@trap((V, 1.5), (-V, 1.5), argnums=(0, 1))
def a_choice_in_a_condition_leaves_its_name_alone(x, c):
    k = 0
    while k < 3 and ((x[1] if x[3] > 0.57 else x[0]) if x[3] <= 0.98 else c) <= 0.36:
        k += 1
        c = c * x[2]
    return c


@trap((np.abs(V),), (np.array([0.5, 1.2, 0.7]),))
def a_softmax_in_each_trip(x):
    for _ in range(4):
        z = np.exp(x) / np.sqrt(x)
        p = np.exp(z - np.max(z))
        x = x - 0.1 * p / np.sum(p)
    return np.sum(x * x)


@trap((np.abs(V),))
def rows_to_columns_and_back(x):
    a = np.outer(x, x**2)
    for i in range(1, len(x)):
        a[i, :i] = a[:i, i]
        a[:, i] = a[i, :]
    return np.sum(a * np.arange(16.0).reshape(4, 4))


@right_or_refused((np.abs(V),))
def a_column_to_a_row_beside_it(x):
    a = np.outer(x, x**2)
    a[:3, 3] = a[1, 1:]
    return np.sum(a * np.arange(16.0).reshape(4, 4))


@trap((V[:3], np.array([0.3, 0.9, 1.1], np.float32)), (-V[:3], np.array([0.3, 0.9, 1.1], np.float32)))
def double_chosen_beside_single(x, w):
    larger = np.maximum(np.dot(x, w), w[2])
    chosen = np.dot(x, w) if larger > w[2] else w[1] * x[0]
    return larger * chosen + np.abs(np.dot(x, w)) + np.where(w[0] > x[0], x[1], w[1])


def overwritten_on_a_path(x, least):
    if least > 0.5:
        row = x.reshape(1, -1)
        row[...] = 1.0
    else:
        row = x.reshape(1, -1)
    return row.ravel()


@right_or_refused((V, 0.1), (V, 0.9))
def a_view_of_what_may_be_one(x, least):
    first = overwritten_on_a_path(x, least)
    overwritten_on_a_path(x, 1.0)
    return np.sum(first)


@right_or_refused((V, 0.5), (V, 1.5))
def a_number_that_may_be_an_int_fills_an_array(x, c):
    k = 0
    while k < 2 and c <= 0.95:
        k += 1
        c = 1
    t = np.full(3, c)
    t[0] += 0.47 * x[0]
    return np.sum(t * x[1]) + c


@right_or_refused((V, 0.5), (V, 1.5))
def a_list_of_such_numbers(x, c):
    if c < 1.0:
        c = 2
    t = np.array([c, 1, c])
    y = np.zeros_like(t)
    y[1] = x[1] * x[2]
    return np.sum(y * t)


@right_or_refused((V, 0.5), (V, 1.5))
def a_view_of_such_an_array(x, c):
    for _ in range(2):
        c = 3
    t = np.ones(4, dtype=int) * c
    row = t[1:]
    row[0] = x[1] * x[2]
    return np.sum(t * x)


@trap((V, 0.5), (V, 1.5))
def such_an_array_that_is_only_read(x, c):
    if c < 1.0:
        c = 2
    t = np.full(4, c) * x
    t[0] = t[1] * x[0]
    return np.sum(t * x) / c


@trap((V,), (V[:2],))
def a_sum_that_starts_at_an_int(x):
    total, largest = 0, 0
    for v in x:
        total += v * v
        if v > largest:
            largest = v
    y = np.full(3, total)
    y[0] = largest * x[0]
    z = np.ones(3) * largest
    z[1] += total
    return np.sum(y * z)


@right_or_refused((V, 1.5), (V, 0.5))
def the_class_of_such_a_number(x, c):
    if c < 1.0:
        c = 2
    return np.sum(x) * (3.0 if isinstance(c, int) else 1.0)


@right_or_refused((V, 1.5), (V, 0.5))
def the_type_of_such_a_number(x, c):
    if c < 1.0:
        c = 2
    return np.sum(x) * (3.0 if type(c) is float else 1.0)


@trap((V, 1.5), (V, 0.5))
def such_a_number_is_one_in_any_case(x, c):
    if c < 1.0:
        c = 2
    return np.sum(x * c) if isinstance(c, (int, float)) else np.sum(x)


@right_or_refused((V, 1.5), (V, 0.5))
def the_dtype_of_such_an_array(x, c):
    if c < 1.0:
        c = 2
    t = np.full(4, c)
    u = np.zeros(4, dtype=t.dtype)
    u[0] = x[0]
    return np.sum(u * x) + np.sum(x.astype(t.dtype) * x)


@right_or_refused((V, 0.7))
def views_perhaps_in_a_list_that_a_loop_fills(x, c):
    flat = [x.reshape(1, -1).ravel() for _ in np.ones(2)]
    x += c
    return np.sum(np.sin(flat[-1])) + np.sum(flat[0])


@right_or_refused((V, 0.7))
def appended_in_a_loop_perhaps_as_a_view(x, c):
    kept = []
    for k in np.ones(2):
        kept.append(x.ravel() if k < c else np.asarray(x))
    x[1:] += c
    return np.sum(kept[-1] ** 2)


@trap((V, 0.7))
def appended_in_a_loop_as_copies(x, c):
    kept = []
    for k in np.ones(2):
        kept.append(x.ravel().copy() * k)
    x[1:] += c
    return np.sum(kept[-1] ** 2) + np.sum(x**3)


@numpy_trap((V, np.ones((2, 3))), (V - 5.0, np.ones((2, 3))))
def a_row_is_as_long_as_what_only_a_branch_makes(x, B):
    M = 0.5 * np.ones((B.shape[0], len(x)))
    for _ in range(3):
        if np.all(x > 0):
            pass
        else:
            x = np.tanh(np.sum(M, axis=-2))
        M[1, :] *= [x[k - 1] for k in range(len(x))]
    return np.sum(x) + np.sum(M)


@right_or_refused((V, 0.7))
def two_names_that_a_loop_binds_to_one_array(x, c):
    for s in x:
        v = np.cos(x)
        w = v
        w[0] = s
    v[1] = c
    return np.sum(w * x)


@right_or_refused((V, 0.7))
def an_array_twice_in_what_a_loop_binds(x, c):
    for k in range(3):
        v = np.cos(x * k)
        pair = (v, v)
    pair[0][1] = c
    return np.sum(pair[1] * x)


@right_or_refused((V, 0.7))
def a_name_of_a_loop_and_a_dict_from_before_it(x, c):
    held = {"a": x * 2.0}
    for k in range(3):
        v = np.cos(x * k)
        held["a"] = v
    v[1] = c
    return np.sum(held["a"] * x)


@right_or_refused((V, 0.7))
def a_name_of_a_loop_and_a_view_of_it(x, c):
    k = 0
    while k < 3:
        v = np.cos(x * k)
        w = v.reshape(2, 2)
        k += 1
    v[1] = c
    return np.sum(w)


@trap((V, 0.7))
def names_of_a_loop_with_arrays_of_their_own(x, c):
    for k in range(3):
        v = np.cos(x * k)
        w = v
        w = w * 2.0
    v[1] = c
    w[0] = c
    return np.sum(v * x) + np.sum(w)


# ------------------------------------------------------------- what gives an array without axes as it is
Z = np.array(2.0)


@right_or_refused((V, Z), (V, np.array(0.5)))
def the_larger_one_changed(x, z):
    s = max(1.0, z)
    for _ in range(2):
        s *= 2.0
    return z * x[0]


@right_or_refused((V, Z), (V, np.array(0.5)))
def the_smallest_of_a_list_changed(x, z):
    s = min([3.0, z, x[0] + 5.0])
    s += 2.0
    return z * x[0]


@right_or_refused((V, Z), (V, np.array(0.5)))
def what_was_sorted_changed(x, z):
    s = sorted([z, np.float64(1.0)])[1]
    s += 2.0
    return z * x[0]


@right_or_refused((V, Z))
def what_was_sorted_in_place_changed(x, z):
    items = [z, np.float64(1.0)]
    items.sort()
    items[1] += 2.0
    return z * x[0]


@right_or_refused((V, Z))
def item_picked_by_data_changed(x, z):
    items = [z, 3.0]
    s = items[1 - int(np.argmax(np.array(items)))]
    s += 1.0
    return z * x[0]


@right_or_refused((V, Z))
def item_of_a_growing_list_changed(x, z):
    items = []
    for _ in range(len(x)):
        items.append(z)
    s = items[1]
    s += 1.0
    return z * x[0]


@right_or_refused((V, Z))
def item_changed_while_the_list_grows(x, z):
    items = []
    for k in range(len(x)):
        if k > 0:
            s = items[k - 1]
            s += 1.0
        items.append(z)
    return z * x[0]


@right_or_refused((V, Z))
def items_of_tuples_in_a_growing_list_changed(x, z):
    items = [(z, v) for v in x]
    for s, _ in items:
        s += 1.0
    return z * x[0]


@trap((V, Z))
def the_larger_one_replaced(x, z):
    s = max(z, x[0])
    s = s + 2.0
    s += 1.0
    return z * s


@trap((V, Z))
def numbers_in_a_growing_list_changed(x, z):
    items = []
    for v in x:
        items.append(v * z)
    s = items[0]
    s += 1.0
    return s * z


def columns(a):
    return np.array([a[..., k] for k in range(a.shape[-1])])


@trap((V[:3],), (M,))
def columns_that_are_unpacked(x):
    u, v, w = columns(x)
    return np.sum(u * v + w * u)


@numpy_trap((V, 0.4), (V, -1.2))
def a_list_as_long_as_data_say_that_is_unpacked(x, limit):
    kept = [v for v in x if v > limit]
    if len(kept) == 3:
        a, b, c = kept
        return a * b - c
    a, b = x[0], x[1]
    return a * b


@trap((V,))
def warnings_that_are_recorded(x):
    with warnings.catch_warnings(record=True):
        y = np.log(x - 1.0)
    return np.sum(np.where(x > 1.0, y, x * x))

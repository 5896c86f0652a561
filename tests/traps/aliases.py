"""Names that may stand for one array, on some path or in some trip, while it is written under another name."""

import numpy as np

from traps import V, numpy_trap, right_or_refused, trap

X = np.array([0.5, -1.0, 2.0])
Y = X + 0.1
W = np.array([1.5, 0.3])


@right_or_refused((X,))
def merged_view_stale(x):
    b = x.copy()
    if x[0] > 0:
        v = b[1:]
    else:
        v = b[:2]
    b[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def merged_alias_stale(x):
    b = x.copy()
    c = x * 2
    if x[0] > 0:
        v = b
    else:
        v = c
    b[1] = 9.0
    return np.sum(v * x)


@right_or_refused((X,))
def merged_one_sided(x):
    b = x.copy()
    if x[0] > 0:
        v = b[1:]
    b[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def loop_view_stale(x):
    b = x.copy()
    v = b[:2]
    for i in range(2):
        v = b[i : i + 2]
    b[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def loop_view_late(x):
    b = x.copy()
    for i in range(2):
        v = b[i : i + 2]
    b[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def loop_alias_stale(x):
    b = x.copy()
    v = x * 3
    for i in range(2):
        v = b
    b[1] = 9.0
    return np.sum(v * x)


@trap((X,))
def loop_prev(x):
    b = x.copy()
    prev = b
    s = 0.0
    for i in range(3):
        s = s + np.sum(prev * x)
        prev = b
        b[i] = 7.0
    return s


@trap((X,))
def loop_prev_copy(x):
    b = x.copy()
    prev = b.copy()
    s = 0.0
    for i in range(3):
        s = s + np.sum(prev * x)
        prev = b.copy()
        b[i] = 7.0
    return s


@trap((X,))
def loop_prev_view(x):
    b = x.copy()
    prev = b[:2]
    s = 0.0
    for i in range(3):
        s = s + np.sum(prev * W)
        prev = b[1:]
        b[i] = 7.0
    return s


@right_or_refused((X,))
def cond_expr_alias(x):
    b = x.copy()
    c = x * 2
    v = b if x[0] > 0 else c
    b[1] = 9.0
    return np.sum(v * x)


@right_or_refused((X,))
def while_alias(x):
    b = x.copy()
    v = b
    n = 0
    while n < 2:
        v = b[::-1]
        b[0] = b[0] + 1.0
        n += 1
    b[2] = 9.0
    return np.sum(v * x)


@right_or_refused((X,))
def tuple_merge(x):
    b = x.copy()
    if x[0] > 0:
        t = (b, 1.0)
    else:
        t = (x * 2, 2.0)
    b[1] = 9.0
    return np.sum(t[0]) * t[1]


@right_or_refused((X,))
def list_merge(x):
    b = x.copy()
    xs = [x * 2]
    if x[0] > 0:
        xs[0] = b
    b[1] = 9.0
    return np.sum(xs[0] * x)


@right_or_refused((X,))
def dict_merge(x):
    b = x.copy()
    d = {"a": x * 2}
    if x[0] > 0:
        d["a"] = b
    b[1] = 9.0
    return np.sum(d["a"] * x)


@right_or_refused((X,))
def dict_loop(x):
    b = x.copy()
    d = {"a": x * 2}
    for i in range(2):
        d["a"] = b
    b[1] = 9.0
    return np.sum(d["a"] * x)


@right_or_refused((X,))
def list_of_growing_views(x):
    b = x.copy()
    xs = []
    for i in range(2):
        xs.append(b[i:])
    b[1] = 9.0
    return np.sum(xs[0] * x)


@right_or_refused((X,))
def seq_set_alias(x):
    xs = []
    for i in range(3):
        xs.append(x * i)
    b = x.copy()
    for i in range(2):
        xs[i] = b
    b[1] = 9.0
    return np.sum(xs[0] * x)


@trap((X,))
def func_returns_view(x):
    def first(v):
        return v[:2]

    b = x.copy()
    v = first(b)
    b[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def func_returns_cond_view(x):
    def pick(v):
        if x[0] > 0:
            return v[:2]
        return v[1:]

    b = x.copy()
    v = pick(b)
    b[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def arg_alias_stale(x):
    v = x[1:] if x[0] > 0 else x[:2]
    x[1] = 9.0
    return np.sum(v * W)


@right_or_refused((X,))
def early_return_view(x):
    b = x.copy()
    v = b
    for i in range(3):
        if x[i] < 0:
            v = b[i:]
            break
    b[1] = 9.0
    return np.sum(v)


@trap((X,))
def swap_buffers(x):
    a = x.copy()
    b = x * 0.5
    for i in range(3):
        a, b = b, a
        a[i] = a[i] + b[i] * 2
    return np.sum(a * x)


@right_or_refused((X,))
def swap_buffers2(x):
    a = x.copy()
    b = x * 0.5
    c = a
    for i in range(2):
        a, b = b, a
    a[0] = 9.0
    return np.sum(c * x)


@right_or_refused((X,))
def rebind_slice(x):
    v = x.copy()
    for i in range(2):
        v = v[:-1]
    v[0] = 5.0
    return np.sum(v) * x[0]


@right_or_refused((X,))
def rebind_slice2(x):
    b = x.copy()
    v = b
    for i in range(2):
        v = v[:-1]
    b[0] = 5.0
    return np.sum(v) * x[0]


@right_or_refused((X,))
def rebind_slice3(x):
    b = x.copy()
    v = b
    while np.sum(v) > 0.6:
        v = v[:-1]
    b[0] = 5.0
    return np.sum(v) * x[0]


def rg(v, n):
    if n <= 0:
        return v
    return rg(v, n - 1.0)


def rg2(v, n):
    if n <= 0:
        return v * 2
    return rg2(v, n - 1.0)


@right_or_refused((Y,))
def rec_alias_write(x):
    b = x.copy()
    r = rg(b, x[0])
    r[0] = 9.0
    return np.sum(b * x)


@right_or_refused((Y,))
def rec_alias_stale(x):
    b = x.copy()
    r = rg(b, x[0])
    b[0] = 9.0
    return np.sum(r * x)


@right_or_refused((Y,))
def rec_fresh_write(x):
    b = x.copy()
    r = rg2(b, x[0])
    r[0] = 9.0
    return np.sum(b * x) + np.sum(r)


@right_or_refused((Y,))
def rec_write_arg(x):
    def h(v, n):
        if n > 0:
            v[0] = v[0] * 2
            return h(v, n - 1.0)
        return np.sum(v)

    b = x.copy()
    return h(b, x[2]) + b[0]


@right_or_refused((Y,))
def rec_list(x):
    def h(xs, n):
        if n > 0:
            xs.append(n)
            return h(xs, n - 1.0)
        return sum(xs)

    return h([x[0]], x[2])


@right_or_refused((Y,))
def rec_closure_write(x):
    b = x.copy()

    def h(n):
        if n > 0:
            b[0] = b[0] * 2
            return h(n - 1.0)
        return np.sum(b)

    return h(x[2]) + b[0]


# ---------------------------------------------------------------- parts without axes
@right_or_refused((X,))
def reshaped_to_no_axes(x):
    a = x[:1] * 1.0
    y = np.reshape(a, ())
    a[0] = 5.0
    return y * x[1]


@right_or_refused((X,))
def squeezed_to_no_axes(x):
    a = x[:1] * 1.0
    y = np.squeeze(a)
    z = a[0]
    a *= 2.0
    return y * x[1] + z


@right_or_refused((X,))
def part_by_ellipsis(x):
    a = x * 1.0
    y = a[0, ...]
    a[0] = 5.0
    return y * x[1]


@right_or_refused((X,))
def part_without_axes_written(x):
    a = x[:1] * 1.0
    y = a.squeeze()
    y += 1.0
    return a[0] * x[1]


@right_or_refused((X,))
def axes_given_to_an_array_without(x):
    a = np.array(2.0)
    b = a.reshape(1)
    b[0] = x[0]
    return a * x[1]


@right_or_refused((X,))
def number_made_an_array_twice(x):
    a = np.asarray(x[0])
    b = np.atleast_1d(a)
    b[0] = 7.0
    return a * x[1]


@right_or_refused((X,))
def transposed_without_axes(x):
    a = np.array(0.0)
    b = a.T
    a += x[0]
    return b * x[1]


@right_or_refused((X,))
def squeezed_before_a_loop_that_writes(x):
    a = x[:1] * 1.0
    y = np.squeeze(a)
    s = 0.0
    for v in x:
        s = s + y * v
        a[0] += v
    return s


@numpy_trap((X,))
def reshaped_in_a_loop_that_writes(x):
    a = x * 1.0
    s = 0.0
    for i in range(2):
        s = s + np.exp(np.reshape(a[i : i + 1], ())) * a[i + 1]
        a[i] = 0.0
        a[i + 1] *= 2.0
    return s + np.sum(a)


@trap((X,))
def numbers_written_as_arrays(x):
    w = np.zeros((3, 3))
    w[0:2, 0:2] = np.outer(x[:2], x[:2])
    w[2:3, 2:3] = np.atleast_2d(x[2])
    w[0:1, 1:2] = np.atleast_2d(x[1])
    v = np.zeros(3)
    v[0:1] = np.atleast_1d(x[0])
    v[1:2] = np.reshape(x[2], (1,))
    v[2:] = np.expand_dims(x[1] * x[0], 0)
    return np.sum(w**2) + np.sum(v**2)


@trap((X,))
def no_copy_of_the_same_dtype(x):
    y = x * 1.0
    z = y.astype(np.float64, copy=False)
    w = y.astype(float, copy=True)
    z[0] = 5.0
    w[1] = x[2] * 3.0
    return np.sum(y * x) + np.sum(w * x) + np.sum(y.astype(np.float32, copy=False) * 0)


# ---------------------------------------------------------------- two names exchanged by way of a third
@trap((V, 0), (V, 1), (V, 4), argnums=0)
def buffers_exchanged(x, steps):
    u, spare = x.copy(), np.zeros_like(x)
    for _ in range(steps):
        spare[0], spare[-1] = u[0], u[-1]
        spare[1:-1] = np.sin(u[1:-1]) + 0.2 * (u[2:] - u[:-2])
        old = u
        u = spare
        spare = old
    return np.sum(u**2) + np.sum(spare)


@trap((V, 3), argnums=0)
def exchanged_before_the_writes(x, steps):
    a, b = np.zeros(4), np.zeros(4)
    for i in range(steps):
        t = a
        a = b
        b = t
        a[i] = x[i]
        for j in range(i):
            a[j] = b[j] * x[i]
    return np.sum(a) + np.sum(b**2)


@right_or_refused((V, 3), argnums=0)
def exchanged_and_kept(x, steps):
    a, b = x.copy(), np.zeros(4)
    t = b
    for i in range(steps):
        t = a
        a = b
        b = t
        a[i] = b[i] * 2.0
    return np.sum(a) + np.sum(t**2)


@trap((2.0, 3.0), argnums=(0, 1))
def numbers_exchanged(x, y):
    if x < y:
        t = x
        x = y
        y = t
    return x * x * y

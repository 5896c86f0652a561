"""Programs about powers, constants, sizes and layouts."""

import math

import numpy as np

from traps import M, V, W, trap


@trap((V,), (np.array([0.0, -2.0, 0.0, 3.0]),))
def constant_powers(x):
    return np.sum(x**0 + x**1 + x**2 + x**3 + x**2.0 + x**3.0)


@trap((V,))
def negative_powers(x):
    return np.sum(x**-1 + x**-2 + x**-1.0 + (-x) ** 2 - x**2)


@trap((1.5, 0.4), argnums=(0, 1))
def constant_bases(x, y):
    return 2**x + 2.5**y + (-2) ** 2 * x - (-2.0) ** 3 * y + 2**-1 * x - (-x) ** 2 + 1 / 3**y


@trap((-1.5, 3), (1.5, 0), (0.0, 2), (2.0, -1))
def integer_exponent_argument(x, n):
    return x**n * 2


@trap((7.3, 2.0), (-7.3, 2.0), (7.3, -2.0), argnums=(0, 1))
def remainders(x, y):
    return (x % y) * 3 + (x // y) * x + abs(x) % 1.7 + math.fmod(x, y)


@trap((V, W), argnums=(0, 1))
def unused_argument(x, y):
    return np.sum(x**2)


@trap((V, 2.0), argnums=(0, 1))
def constant_function(x, y):
    return 3.0


@trap((V + 0.2,))
def derivative_stops_at_an_integer(x):
    n = np.floor(x) + np.sign(x) + np.round(x)
    return np.sum(n) * 2 + x[int(abs(x[2]))]


@trap((2.5,), (np.float64(2.5),), (np.array(2.5),))
def returned_argument(x):
    return x


@trap(({"used": V, "unused": W, "scalar": 2.0},))
def dict_with_an_unused_key(p):
    return np.sum(p["used"]) * 2


@trap(((V, (2.0, W)),))
def nested_tuple_partly_used(p):
    a, (b, _) = p
    return np.sum(a) * b


@trap((V, V, 1.5), argnums=(2, 0))
def order_of_argnums(x, y, z):
    return np.sum(x * y) * z


@trap((V[:1],), (V,), (V[:0],))
def sizes_of_one_and_zero(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2
    return np.sum(y * x) + np.sum(np.cumsum(x)) + 1.0


@trap((M[:1], M[:, :1]), (M, M), (M, M[:, :1]), (M[:1, :1], M), argnums=(0, 1))
def one_program_for_broadcast_sizes(a, b):
    return np.sum((a + b) * a / (3 + b))


@trap((V[::-1],), (V[::2],), (np.stack([V, W], axis=1)[:, 1],))
def strided_argument(x):
    y = x * 1.0
    y[0] = x[-1] ** 2
    return np.sum(y * x)


@trap((np.asfortranarray(M),), (M.T,))
def column_major_argument(A):
    B = A.copy()
    B[0] *= A[-1]
    return np.sum(B * A) + A.reshape(-1)[1] ** 2


@trap((V, W))
def large_and_small(x, y):
    z = np.logaddexp(x * 300, y * 300)
    return np.sum(z) / 300


@trap((V,))
def loop_over_a_tuple_of_numbers(x):
    s = 0.0
    for k, c in ((0, 0.5), (2, 1.5), (-1, 3.0)):
        s += c * x[k] ** 2
    return s


@trap((V,))
def items_as_python_numbers(x):
    square = (x[None, :] @ x[:, None]).item()
    table = np.outer(x, x)
    return square * x.item(1) * table.item(6) * table.item((0, 3)) * table.item(-1)


@trap((V, np.array([1, 2, 3, 4])), (V, np.array([True, False, True, True])), (V, V.astype(np.float32)))
def integers_made_floats_by_asarray(x, k):
    k = np.asarray(k, dtype=float)
    k[0] = 0.5
    y = np.zeros_like(k)
    for i in range(len(k)):
        y[i] = x[i] * k[i]
    return np.sum(y * x) + np.sum(np.asanyarray(k, float) * x)


@trap((V, np.array([1, 2, 3, 4])))
def integers_made_floats_by_array_without_a_copy(x, k):
    k = np.array(k, dtype="f8", copy=None)
    k /= np.sum(k)
    held = np.ascontiguousarray(np.arange(4), dtype=np.float64)
    held[1:] += x[1:]
    return np.sum(x * k * held)


@trap((V,), (np.array([0.25, 3.0, 0.1, -0.5]),))
def ufuncs_that_are_told_a_dtype(x):
    single, whole = np.full(4, 1.1, np.float32), np.arange(1, 5)
    result = np.empty_like(x)
    np.multiply(x, x, out=result, dtype=float)
    total = np.sum(np.add(single, single, dtype=np.float64) * x) + np.sum(np.sin(x, dtype="f8"))
    total += np.sum(np.divide(whole, 2, dtype=float) * x) + np.sum(np.power(whole, 2, dtype=float) * result)
    total += np.add(1, 2, dtype=float) * x[0] + np.sum(np.greater(x, 0.4, dtype=bool) * x)
    return total + np.add(x[0], x[1], dtype=None) ** 2

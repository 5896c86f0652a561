"""Programs that write by `out=`: into fresh arrays, views, arguments, over what they read, through masks."""

import numpy as np

from traps import V, right_or_refused, trap


@trap((V,))
def out_is_returned(x):
    y = np.zeros(4)
    z = np.add(x, x, out=y)
    z *= x
    return np.sum(y**2)


@trap((V,))
def out_by_place_and_in_a_tuple(x):
    y = np.zeros_like(x)
    np.sin(x, y)
    np.multiply(y, x, out=(y,))
    return np.sum(y)


@trap((V,))
def out_over_what_is_read(x):
    y = x.copy()
    np.exp(y, out=y)
    np.cumsum(y, out=y)
    np.clip(x, -0.5, 1.0, x)
    return np.sum(y * x)


@trap((V,))
def out_of_matrix_products(x):
    A = 0.2 * np.outer(x, x)
    C = np.empty((4, 4))
    np.dot(A, A, out=C)
    np.matmul(C, A, out=A)
    np.dot(A, x, x)
    return np.sum(np.sin(A) * C) + np.sum(x)


@trap((V,))
def out_of_reductions(x):
    y = np.zeros(2)
    x.reshape(2, 2).sum(axis=0, out=y)
    z = np.outer(x, x)
    np.mean(z, 0, None, x)
    w = np.zeros(4)
    np.median(z, axis=0, out=w)
    np.add.reduce(z, axis=1, out=z[0])
    return np.sum(x) * np.prod(y) + np.sum(w**2) + np.sum(z)


@trap((V,))
def out_is_a_view(x):
    y = np.zeros((2, 4))
    np.multiply(x[:2], 2.0, out=y[0, 1:3])
    np.concatenate((x[1:], x), out=y.reshape(8)[1:])
    np.take(x, [0, 1, 1, 2], out=y[0])
    return np.sum(y * x)


@trap((V,))
def out_is_wider(x):
    y = np.ones((3, 4))
    np.add(x, 1.0, out=y)
    y[1] *= 2.0
    return np.sum(y * x)


@trap((V,))
def out_through_a_mask(x):
    y = np.zeros(4)
    np.log(x, out=y, where=x > 0)
    z = np.ones(4)
    np.divide(1.0, np.maximum(x, 0.0), out=z, where=x > 0)
    np.sqrt(np.abs(x), out=x, where=np.array([True, False, True, True]))
    np.arccosh(y, out=y, where=y > 1.0)
    return np.sum(y * x) + np.sum(z**2)


@trap((V,))
def out_through_masks_of_other_shapes(x):
    y = np.zeros((2, 4))
    np.power(np.abs(x), [[0.5], [2.0]], out=y, where=np.array([[True], [False]]))
    np.multiply(x, x[0], out=y, where=x > 0)
    np.add(y, 1.0, out=y, where=True)
    return np.sum(y * x)


@trap((V, V + 1.0), (V, np.abs(V)), argnums=(0, 1))
def divided_where_it_can_be(a, b):
    b[1] = 0.0
    return np.sum(np.divide(a, b, out=np.zeros_like(a), where=b != 0) * b)


@right_or_refused((V, 2.0), (V, 0.0), argnums=(0, 1))
def divided_by_a_number_where_it_can_be(a, b):
    return np.sum(np.divide(a, b, out=np.zeros_like(a), where=(b != 0) & (a > 0)))

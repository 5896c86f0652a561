"""Slices in loops over the same number of elements in each trip, on XLA: windows that move, with steps too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from points import Program, Programs, check_on_xla, matrix, vector

from adcompiler import grad

pytest.importorskip("jax")

CASES = Programs()
on = CASES.on


@on((vector(13), 4), (vector(3), 4))
def blocks_of_an_argument(x, n):
    out = np.zeros(x.size)
    for t in range(x.size // n):
        out[t * n : (t + 1) * n] = np.sin(x[t * n : (t + 1) * n]) * (t + 1)
    return np.sum(out * x)


@on((vector(12), matrix(3, 3)), (vector(12), matrix(1, 1)))
def blocks_of_a_size(x, W):
    n = W.shape[0]
    out = np.zeros(x.size)
    for t in range(x.size // n):
        out[t * n : (t + 1) * n] = W @ x[t * n : (t + 1) * n]
    return np.sum(out * x)


@on((matrix(7, 7), 2))
def blocks_of_a_matrix(A, b):
    B = np.zeros_like(A)
    for i in range(A.shape[0] // b):
        for j in range(A.shape[1] // b):
            B[i * b : (i + 1) * b, j * b : (j + 1) * b] += A[j * b : (j + 1) * b, i * b : (i + 1) * b] ** 2
    return np.sum(B * A)


@on((matrix(6, 6) + 5 * np.eye(6), 2))
def blocks_eliminated(A, b):
    A = A.copy()
    n = A.shape[0] // b
    for k in range(n):
        D = A[k * b : (k + 1) * b, k * b : (k + 1) * b]
        for i in range(k + 1, n):
            A[i * b : (i + 1) * b, k * b : (k + 1) * b] = A[
                i * b : (i + 1) * b, k * b : (k + 1) * b
            ] @ np.linalg.inv(D)
            for j in range(k + 1, n):
                A[i * b : (i + 1) * b, j * b : (j + 1) * b] -= (
                    A[i * b : (i + 1) * b, k * b : (k + 1) * b] @ A[k * b : (k + 1) * b, j * b : (j + 1) * b]
                )
    return np.sum(A)


@on((vector(12), 2, 3))
def blocks_from_a_place(x, lo, n):
    s = 0.0
    for t in range(2):
        s = s + np.sum(np.sin(x[lo + t * n : lo + (t + 1) * n]) * x[:n])
    return s


@on((vector(12), 0), (vector(12), 2))
def perhaps_no_block(x, m):
    s = np.sum(x)
    for t in range(m):
        s = s + np.sum(x[t * 4 : (t + 1) * 4] * x[:4])
    return s


@on((vector(10), 3), (vector(12), 3))
def blocks_that_may_not_fit(x, n):
    s = 0.0
    for t in range(4):
        s = s + np.sum(x[t * n : (t + 1) * n] ** 2)
    return s


@on((vector(48).reshape(2, 4, 6), 2))
def pooled(x, p):
    N, H, W = x.shape
    out = np.zeros((N, H // p, W // p))
    for i in range(H // p):
        for j in range(W // p):
            out[:, i, j] = np.max(x[:, i * p : i * p + p, j * p : j * p + p], axis=(1, 2))
    return np.sum(out**2)


@on((vector(11), vector(3), 2))
def convolution_by_window(x, w, s):
    k = w.shape[0]
    n = (x.size - k) // s + 1
    out = np.zeros(n)
    for i in range(n):
        out[i] = x[i * s : i * s + k] @ w
    return np.sum(out**2)


@on((vector(12), vector(3), 2), (vector(12), vector(3), 1))
def convolution_by_tap(x, w, s):
    k = w.shape[0]
    n = (x.size - k) // s + 1
    out = np.zeros(n)
    for j in range(k):
        out += x[j : j + s * n : s] * w[j]
    return np.sum(out**2)


@on((vector(14),))
def products_of_steps(x):
    s = 0.0
    for k in range(3):
        s = s + np.prod(x[k : k + 6 : 2])
    return s


@on((vector(12),))
def steps_written(x):
    y = np.zeros(12)
    for k in range(3):
        y[k : k + 9 : 3] = np.sin(x[k : k + 3]) * (k + 1)
    return np.sum(y * x)


@on((vector(12),))
def steps_added_to(x):
    y = np.zeros(12)
    for k in range(4):
        y[k : k + 9 : 3] += x[k : k + 3] * (k + 1)
    return np.sum(y * x)


@on((vector(20), 3))
def steps_backwards(x, s):
    t = 0.0
    for k in range(3):
        t = t + np.sum(x[k + 4 * s : k : -s] * np.arange(4)) * x[k]
    return t


@on((vector(12), 2))
def steps_written_backwards(x, s):
    y = np.ones(x.size)
    for k in range(3):
        y[k + 4 * s : k : -s] *= x[k : k + 4]
    return np.sum(y * x)


@on((vector(12), 3))
def blocks_counted_down(x, n):
    s = 0.0
    for t in range(2, -1, -1):
        s = s * 0.5 + np.sum(x[t * n : (t + 1) * n] ** 2)
    return s


@on((vector(12), 3))
def places_by_products(x, b):
    s = 0.0
    for i in range(1, 3):
        for j in range(3):
            s = s + np.sum(x[i * j : i * j + b] ** 2) * (i + j)
    return s


@on((vector(5), matrix(12, 5), 3))
def gates(x, W, h):
    z = W @ x
    s = 0.0
    for g in range(4):
        s = s + np.sum(np.tanh(z[g * h : (g + 1) * h]) * (g + 1))
    return s


@on((vector(12), 3))
def views_of_blocks(x, n):
    y = x.copy()
    for t in range(1, x.size // n):
        v = y[t * n : (t + 1) * n]
        v += y[(t - 1) * n : t * n]
        v *= 2.0
    return np.sum(y**2)


@on((vector(12), 12))
def blocks_of_one_number(x, n):
    y = np.zeros(x.size)
    for t in range(x.size // n):
        y[t * n : (t + 1) * n] = x[t * n] * 2.0
    return np.sum(y * x)


@on((vector(120).reshape(2, 2, 5, 6), 3, 2, 2, 1))
def im2col(img, fh, fw, stride, pad):
    N, C, H, W = img.shape
    out_h = (H + 2 * pad - fh) // stride + 1
    out_w = (W + 2 * pad - fw) // stride + 1
    p = np.pad(img, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    col = np.zeros((N, C, fh, fw, out_h, out_w))
    for y in range(fh):
        y_max = y + stride * out_h
        for x in range(fw):
            x_max = x + stride * out_w
            col[:, :, y, x, :, :] = p[:, :, y:y_max:stride, x:x_max:stride]
    col = col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)
    return np.sum(col**3 * np.arange(col.shape[1]))


@on((matrix(30, 12), 3, 2, 1, 0, 5, 6), (matrix(18, 12), 3, 2, 2, 1, 5, 4))
def col2im(col, fh, fw, stride, pad, H, W):
    N, C = (2, 2)
    out_h = (H + 2 * pad - fh) // stride + 1
    out_w = (W + 2 * pad - fw) // stride + 1
    col = col.reshape(N, out_h, out_w, C, fh, fw).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((N, C, H + 2 * pad + stride - 1, W + 2 * pad + stride - 1))
    for y in range(fh):
        y_max = y + stride * out_h
        for x in range(fw):
            x_max = x + stride * out_w
            img[:, :, y:y_max:stride, x:x_max:stride] += col[:, :, y, x, :, :]
    return np.sum(img[:, :, pad : H + pad, pad : W + pad] ** 2)


@pytest.mark.parametrize(("program", "point"), CASES, ids=[program.__name__ for program, _ in CASES])
def test_as_numpy_and_differences(program: Program, point: tuple[Any, ...]) -> None:
    check_on_xla(program, point)


def test_in_single_precision() -> None:
    x = vector(12).astype(np.float32)
    slope = grad(blocks_of_an_argument, backend="jax")(x, 3)
    assert slope.dtype == np.float32
    assert np.allclose(slope, grad(blocks_of_an_argument)(x, 3), rtol=1e-5, atol=1e-5)


def test_only_the_window_is_touched() -> None:
    source = grad(blocks_of_a_size).source(vector(12), matrix(3, 3), backend="jax")
    assert "lax.dynamic_slice_in_dim(x, " in source
    assert "jnp.where" not in source


def test_widths_are_arguments_that_xla_knows() -> None:
    gradient = grad(blocks_of_an_argument, backend="jax")
    for n in (3, 4, 6):
        assert np.allclose(gradient(vector(12), n), grad(blocks_of_an_argument)(vector(12), n))
    assert gradient.compilations == 1

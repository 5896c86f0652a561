"""What other packages wrap around functions and loops: Numba, jax.jit, functools.lru_cache, tqdm."""

import functools

import numba
import numpy as np
import pytest
import tqdm
import tqdm.auto

from adcompiler import CompileError, check_grads, grad, value_and_grad

X = np.array([0.5, 1.5, 2.5, -0.7])


@numba.njit
def damped(a, b):
    return a * np.exp(-b) if a > 0.0 else a


@numba.njit(fastmath=True)
def relaxed(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = damped(y[i], y[i - 1])
    return np.sum(y)


@numba.njit("float64(float64[:])")
def cubes(x):
    total = 0.0
    for i in numba.prange(x.shape[0]):
        total += x[i] ** 3
    return total


@functools.cache
def binomials(n):
    row = np.ones(n)
    for k in range(1, n):
        row[k] = row[k - 1] * (n - k) / k
    return row


@functools.lru_cache
def factor(k):
    return 2.0**k


def called(x):
    return relaxed(x) * cubes(x) + binomials(4) @ x * factor(3)


def with_bars(x):
    total = 0.0
    for v in tqdm.tqdm(x, desc="items"):
        total += v * v
    for k in tqdm.trange(2):
        total *= x[k]
    for k, v in enumerate(tqdm.auto.tqdm(x[1:], total=3, leave=False)):
        total += k * v
    return total


@pytest.mark.parametrize("f", [relaxed, cubes, called, with_bars])
def test_what_stands_behind_is_differentiated(f):
    """Both backends, as finite differences say of the function as it is called."""
    check_grads(f, (X,), order=1)
    value, _ = value_and_grad(f)(X)
    np.testing.assert_allclose(value, f(X), rtol=1e-14)


def test_names_are_those_of_the_function():
    """The source, the parameters and the place of an error are those of what Numba was given."""
    gradient = grad(relaxed, argnums="x")
    assert "def relaxed_grad(x):" in gradient.source(X)

    @numba.njit
    def polynomial(x):
        return np.sum(np.poly1d(x))

    with pytest.raises(
        CompileError, match=r"test_wrappers\.py:\d+:23: how many coefficients `np.poly1d` keeps"
    ):
        grad(polynomial)(X)


def test_what_a_cache_keeps_is_not_written_to():
    """A write would change what the next call gives."""

    def written(x):
        row = binomials(4)
        row[0] = x[0]
        return row @ x

    with pytest.raises(CompileError, match=r"an array that functools\.lru_cache keeps"):
        grad(written)(X)


def test_what_a_cache_keeps_is_not_drawn_anew():
    """The second call gives the number of the first, which a call made anew would not."""

    @functools.lru_cache
    def noise(k):
        return np.random.rand()

    def noisy(x):
        return x[0] * noise(1) + x[1] * noise(1)

    with pytest.raises(CompileError, match="`noise` gives what an earlier call of it has made"):
        grad(noisy)(X)

"""Windows, and masks as subscripts: arrays that depend on sizes alone, so that their shapes are known to XLA."""

from __future__ import annotations

from typing import Any

import numpy as np


def hamming(M: Any) -> Any:  # noqa: N803
    """A raised cosine that does not reach zero."""
    if M <= 1:
        return _short(M)
    return 0.54 + 0.46 * np.cos(np.pi * _centred(M) / (M - 1))


def hanning(M: Any) -> Any:  # noqa: N803
    """A raised cosine."""
    if M <= 1:
        return _short(M)
    return 0.5 + 0.5 * np.cos(np.pi * _centred(M) / (M - 1))


def blackman(M: Any) -> Any:  # noqa: N803
    """A sum of two cosines."""
    if M <= 1:
        return _short(M)
    n = _centred(M)
    return 0.42 + 0.5 * np.cos(np.pi * n / (M - 1)) + 0.08 * np.cos(2.0 * np.pi * n / (M - 1))


def bartlett(M: Any) -> Any:  # noqa: N803
    """A triangle."""
    if M <= 1:
        return _short(M)
    n = _centred(M)
    return np.where(np.less_equal(n, 0), 1 + n / (M - 1), 1 - n / (M - 1))


def kaiser(M: Any, beta: Any) -> Any:  # noqa: N803
    """A quotient of Bessel functions."""
    if M <= 1:
        return _short(M)
    double = beta if isinstance(beta, float) else np.float64(beta)
    n = np.arange(0, M)
    alpha = (M - 1) / 2.0
    return np.i0(double * np.sqrt(1 - ((n - alpha) / alpha) ** 2.0)) / np.i0(double)


def _short(count: Any) -> Any:
    return np.ones(1) if count == 1 else np.ones(0)


def _centred(count: Any) -> Any:
    """From 1 - count to count - 1 in steps of 2."""
    return np.arange(1 - count, count, 2)


def mask_indices(n: Any, mask_func: Any, k: Any = 0) -> Any:
    """The subscripts of a triangle, or of what else a function leaves of a matrix."""
    if mask_func is np.triu:
        return np.triu_indices(n, k)
    if mask_func is np.tril:
        return np.tril_indices(n, k)
    return np.nonzero(mask_func(np.ones((n, n), int), k) != 0)

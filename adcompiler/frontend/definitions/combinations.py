"""Functions of scipy.special that are made of others."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend.definitions.imported import special


def comb(N: Any, k: Any, *, exact: Any = False, repetition: Any = False) -> Any:
    """The number of ways to choose k of N things."""
    if exact:
        raise ValueError("exact=True is not supported")
    n, some = np.asarray(N), np.asarray(k)
    if repetition:
        return np.where((some == 0) & (n >= 0), 1.0, special.binom(n + some - 1, some))
    return np.where((some <= n) & (n >= 0) & (some >= 0), special.binom(n, some), 0.0)


def perm(N: Any, k: Any, exact: Any = False) -> Any:
    """The number of ways to arrange k of N things."""
    if exact:
        raise ValueError("exact=True is not supported")
    n, some = np.asarray(N), np.asarray(k)
    return np.where((some <= n) & (n >= 0) & (some >= 0), special.poch(n - some + 1, some), 0.0)

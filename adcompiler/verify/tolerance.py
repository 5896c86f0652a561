"""How closely derivatives have to agree, by the dtypes that take part."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from adcompiler.verify.finite import is_inexact

# JAX's default tolerances for gradients, absolute and relative.
TOLERANCES = {"float16": 1e-2, "float32": 2e-3, "complex64": 1e-3}
DOUBLE = 1e-5


def tolerance(leaves: Iterable[object], atol: float | None, rtol: float | None) -> tuple[float, float]:
    """The absolute and relative tolerance for derivatives between such values: the coarsest dtype counts."""
    names = [str(np.asarray(leaf).dtype) for leaf in leaves if is_inexact(leaf)]
    default = max((TOLERANCES.get(name, DOUBLE) for name in names), default=DOUBLE)
    return default if atol is None else atol, default if rtol is None else rtol


def coarsest(leaves: Iterable[object]) -> float:
    """The relative tolerance that precision below double among values asks for; 0 if there is none."""
    names = [str(np.asarray(leaf).dtype) for leaf in leaves if is_inexact(leaf)]
    return max((TOLERANCES.get(name, 0.0) for name in names), default=0.0)


def distance(computed: complex, expected: complex) -> float:
    """The absolute difference; 0 for equal infinities and infinite for NaN, which agrees with nothing."""
    if computed == expected:
        return 0.0
    difference = abs(computed - expected)
    return math.inf if math.isnan(difference) else difference

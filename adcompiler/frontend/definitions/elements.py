"""Arrays that are filled element by element: what np.vectorize is made of.

These have no counterpart in NumPy; `element` and `elements` give the number, or the numbers, at a place.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def array_of(element: Any, shape: Any, dtype: Any) -> Any:
    """An array with a number at each place."""
    result = np.empty(shape, dtype)
    for place in np.ndindex(*shape):
        result[place] = element(place)
    return result


def arrays_of(elements: Any, shape: Any, dtypes: Any) -> Any:
    """As many arrays as there are dtypes, with a number each at each place."""
    results = tuple([np.empty(shape, dtype) for dtype in dtypes])
    for place in np.ndindex(*shape):
        for result, item in zip(results, elements(place), strict=True):
            result[place] = item
    return results

"""How deep Python may recurse while nested syntax is walked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

FRAMES = 10_000  # a sum of a thousand terms has a thousand levels, and each takes a few frames


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Raise Python's limit for a while; the user's own limit may be higher still."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)

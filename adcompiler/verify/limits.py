"""A time limit for what may never end: a proof, a random program, an oracle on a slow function."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooLong(BaseException):
    """Time is up; not an Exception, so that nothing on the way takes it for a failure of its own."""


@contextmanager
def at_most(seconds: float, *modules: str) -> Iterator[None]:
    """Raise TooLong after so many seconds of processor time, on systems that have such an alarm clock.

    The modules that are needed are imported first: an import that is cut off leaves a package in parts.
    """
    for module in modules:
        importlib.import_module(module)
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong

    try:
        before = signal.signal(signal.SIGPROF, ring)
    except ValueError:  # only the main thread may set an alarm
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

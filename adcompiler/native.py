"""Running the emitted NumPy source as Numba compiles it."""

from __future__ import annotations

import linecache
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.emit.native import INSTEAD, may_raise, refuse_what_differs
from adcompiler.errors import CompileError
from adcompiler.overloads import teach
from adcompiler.pipeline import Program


class Native:
    """A program as a function that Numba compiles, once for each layout of its arguments.

    interpreted: the same function as Python runs it. What the program raises is raised by it, in Python's words; and
    it answers where Numba cannot know what Python does: where a number is divided by zero, an error or infinite;
    where functions of math would raise, and Numba goes on with nan; and where an array cannot be laid out as asked.
    """

    def __init__(self, program: Program, interpreted: Callable[..., object]) -> None:
        import numba

        self.largest = refuse_what_differs(program.optimized)
        self.may_raise = may_raise(program.optimized)
        teach()
        self.location = program.lowered.location
        self.interpreted = interpreted
        # subscripts are checked as NumPy does; without, what lies beside an array would be read in silence
        self.compiled: Any = numba.njit(boundscheck=True, error_model="python", fastmath=False)(interpreted)

    def __call__(self, *args: object, **kwargs: object) -> object:
        """The result."""
        given = [self._given(value) for value in args]
        named = {key: self._given(value) for key, value in kwargs.items()}
        with warnings.catch_warnings():
            # of lists among the arguments Numba says that it may do otherwise some day
            warnings.simplefilter("ignore")
            return self._measured(*given, **named)

    def direct(self, args: tuple[object, ...]) -> Callable[..., object] | None:
        """What runs for arrays and numbers like these; None if they have to be looked at first."""
        if any(isinstance(value, np.ndarray) and not value.ndim for value in args):
            return None
        return self._measured if any(isinstance(value, int) for value in args) else self._run

    def _measured(self, *args: object, **kwargs: object) -> object:
        """The result, by Python where an integer is so long that products of it may not fit into Numba's."""
        if any(isinstance(value, int) and abs(value) > self.largest for value in (*args, *kwargs.values())):
            return self.interpreted(*args, **kwargs)
        return self._run(*args, **kwargs)

    def _run(self, *args: object, **kwargs: object) -> object:
        from numba.core.errors import NumbaError

        try:
            result = self.compiled(*args, **kwargs)
        except NumbaError as problem:
            raise self._refusal(problem) from None
        except Exception as problem:  # of the program, or of Numba itself
            result = self.interpreted(*args, **kwargs)
            if isinstance(problem, ZeroDivisionError | NotImplementedError):
                return result
            raise self._refusal(problem) from problem
        if self.may_raise and not _is_finite(result):
            return self.interpreted(*args, **kwargs)
        return result

    def _given(self, value: Any) -> Any:
        """An argument as Numba takes it: an array without axes is a number."""
        match value:
            case np.ndarray() if not value.ndim:
                return value[()]
            case list():
                self._check_items(value)
        return value

    def _check_items(self, items: list[Any]) -> None:
        """Refuse lists that Numba does not take: it says so by TypeErrors when it is called."""
        from numba import typeof

        if any(isinstance(item, list | dict) for item in items) or len({typeof(item) for item in items}) > 1:
            raise CompileError.at(
                self.location,
                "Numba takes lists of items that have one type and layout, and are no lists",
                INSTEAD,
            )

    def _refusal(self, problem: Exception) -> CompileError:
        said = re.sub(r"\x1b\[[0-9;]*m", "", str(problem))
        file = self.interpreted.__code__.co_filename
        place = re.search(rf'File "{re.escape(file)}", line (\d+)', said)
        line = linecache.getline(file, int(place[1])).strip() if place else ""
        where = f" at `{line}`" if line and not line.startswith("def ") else ""
        return CompileError.at(
            self.location, f"Numba does not take the NumPy source{where}: {_reason(said)}", INSTEAD
        )


def _is_finite(result: object) -> bool:
    leaves, _ = pytree.flatten(result)
    return all(bool(np.all(np.isfinite(leaf))) for leaf in leaves if isinstance(leaf, float | np.ndarray))


def _reason(said: str) -> str:
    """The one line of Numba's message that says what is the matter."""
    unknown = re.search(r">>> (.*)", said)
    if unknown:
        return f"no implementation of {unknown[1]}"
    untyped = re.search(r"Cannot determine Numba type of .*", said)
    if untyped:
        return untyped[0]
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("Failed in")]
    return lines[0] if lines else "it fails without a word"

"""The gradient by `jax.grad`: an ordinary NumPy function is run on JAX's arrays, with JAX's functions.

The function is rebuilt (`mirror`) with the functions of jax.numpy and jax.scipy in the place of those of
numpy, math and scipy. Where the program writes into arrays, branches or counts on data, or calls what JAX has
not, JAX refuses it, and NotForJax says in its words why. JAX's arrays cannot be written into, so that
`b += 1` makes a new one; a program to which that matters gives another value under JAX, here or close by, and
is not compared.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from adcompiler.pytree import flatten
from adcompiler.verify.finite import Argnums, Vector, argument_leaves, fresh, is_inexact, is_number, like_leaf
from adcompiler.verify.judgement import first_line
from adcompiler.verify.mirror import OF_MATH, Mirror, root

SINGLE, DOUBLE = 1e-3, 1e-9  # how closely the values have to agree, relative to their size
ASIDE = 1e-3  # how far from the point they are compared once more, relative to the arguments


class NotForJax(Exception):
    """JAX does not take the program, or means something else by it; the message says which."""


def jax_gradient(
    f: Callable[..., object],
    args: Sequence[object],
    argnums: Argnums = 0,
    direction: Mapping[int, Vector] | None = None,
) -> dict[int, Vector]:
    """The gradient of a function with one real scalar result by `jax.grad`, by the numbers of the leaves.

    With a `direction` (by leaf) it is the gradient of the derivative along it, by `jax.grad` twice. Raises
    NotForJax where JAX is not installed, refuses the program, or gives another value than NumPy.
    """
    if not has_jax():
        raise NotForJax("jax is not installed")
    jax: Any = importlib.import_module("jax")
    leaves, structure = flatten(tuple(args))
    chosen = [i for i in argument_leaves(args, argnums) if is_inexact(leaves[i])]
    given = [leaves[i] for i in chosen]
    mirrored = UnderJax().counterpart(f)

    def run(
        active: Sequence[object], function: Callable[..., object], constant: Callable[[object], object]
    ) -> Any:
        filled = [constant(leaf) for leaf in leaves]
        for i, leaf in zip(chosen, active, strict=True):
            filled[i] = leaf
        return function(*structure.unflatten(filled))

    def value(active: Sequence[object]) -> Any:
        return run(active, mirrored, lambda leaf: _constant(jax, leaf))

    def along(active: Sequence[object]) -> Any:
        assert direction is not None
        slopes = jax.grad(value)(list(active))
        return sum(
            jax.numpy.sum(jax.numpy.real(direction[i] * slope))
            for i, slope in zip(chosen, slopes, strict=True)
        )

    random = np.random.default_rng(0)
    with jax.enable_x64(True):
        try:
            for near in (given, [_beside(random, leaf) for leaf in given]):
                _same_value(
                    run([fresh(leaf) for leaf in near], f, fresh),
                    value([jax.numpy.asarray(leaf) for leaf in near]),
                )
            active = [jax.numpy.asarray(leaf) for leaf in given]
            found = jax.grad(value if direction is None else along)(active)
        except NotForJax:
            raise
        except Exception as error:  # JAX refuses much that is legal here, in many ways
            raise NotForJax(f"JAX refuses it: {type(error).__name__}: {first_line(error)}") from error
        return {i: np.asarray(slope) for i, slope in zip(chosen, found, strict=True)}


def has_jax() -> bool:
    """Whether JAX is installed; it is not imported."""
    return importlib.util.find_spec("jax") is not None


class UnderJax(Mirror):
    """Functions rebuilt for JAX's arrays."""

    def of_library(self, value: Any) -> Any:
        """The function or type of the same name in jax.numpy or jax.scipy."""
        library = root(value)
        if library == "jax":
            return value
        name = str(getattr(value, "__name__", ""))
        for module in _modules(value, library):
            found = getattr(module, OF_MATH.get(name, name) if library == "math" else name, None)
            if found is not None:
                return found
        if isinstance(value, type):
            return value

        def missing(*_: object, **__: object) -> object:
            raise NotForJax(f"JAX has no counterpart of {library}.{name}")

        return missing


def _modules(value: Any, library: str) -> list[Any]:
    """Where JAX may have what a library calls by that name."""
    path = str(getattr(value, "__module__", "")).split(".")
    jax_numpy: Any = importlib.import_module("jax.numpy")
    if library == "scipy" and len(path) > 1:
        name = f"jax.scipy.{path[1]}"
        return [importlib.import_module(name)] if importlib.util.find_spec(name) else []
    if isinstance(value, np.ufunc):  # they do not say where they come from: SciPy's are ufuncs too
        known = getattr(np, value.__name__, None) is value
        return [jax_numpy] if known else [importlib.import_module("jax.scipy.special")]
    inner = getattr(jax_numpy, path[1].strip("_"), None) if len(path) > 1 else None
    return [jax_numpy] if inner is None else [inner, jax_numpy]


def _constant(jax: Any, leaf: object) -> object:
    """An argument that is not differentiated; arrays of numbers become JAX's, so that they can be indexed."""
    return jax.numpy.asarray(leaf) if isinstance(leaf, np.ndarray) and is_number(leaf) else fresh(leaf)


def _beside(random: np.random.Generator, leaf: object) -> object:
    """A value near a leaf, of its type and dtype."""
    array = np.asarray(leaf)
    step = ASIDE * random.uniform(0.5, 1.0, array.shape)
    return like_leaf(leaf, array * (1 + step))


def _same_value(ours: Any, theirs: Any) -> None:
    """Refuse to compare where the value under JAX is another."""
    array, other = np.asarray(ours), np.asarray(theirs)
    tolerance = DOUBLE if array.dtype == np.float64 else SINGLE
    if other.shape == () and np.allclose(array, other, rtol=tolerance, atol=tolerance, equal_nan=True):
        return
    raise NotForJax(f"under JAX the program has another value: {other}, not {array}")

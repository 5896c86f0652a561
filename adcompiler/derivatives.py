"""What is made of the reverse and the forward mode: jvp, Jacobians, Hessians. The names and meanings are JAX's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.api import Backend, Gradient, grad
from adcompiler.results import cotangent_of, varies


class Pushforward(Gradient):
    """A function with its tangent: called as the function is, with `x_dot` for the tangent of a parameter `x`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """(value, tangent), or (value, tangent, aux), at these arguments and tangents."""
        tangents = {key: kwargs.pop(key) for key in [key for key in kwargs if self._is_tangent(key)]}
        bound = self._bound(args, kwargs)
        names = self._active(list(bound.arguments), len(args))
        if set(tangents) != {f"{name}_dot" for name in names}:
            wanted = ", ".join(f"{name}_dot" for name in names)
            raise TypeError(
                f"the pushforward needs the tangents {wanted}, and got {', '.join(tangents) or 'none'}"
            )
        fitted = {
            f"{name}_dot": _fitted(name, bound.arguments[name], tangents[f"{name}_dot"]) for name in names
        }
        return self._run(args, kwargs, fitted)

    def _is_tangent(self, key: str) -> bool:
        return key.endswith("_dot") and key not in self._parameters.parameters


def pushforward(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    backend: Backend = "numpy",
) -> Pushforward:
    """The function that gives a function's value and its tangent.

    pushforward(f)(x, y, x_dot=v) is (f(x, y), the derivative of f at (x, y) along v in x); with argnums=(0, 1) both
    `x_dot` and `y_dot` are given. A tangent has the structure, shapes and dtypes of its argument; the tangent that comes
    back has those of the value. `source` and `ir` show what runs. Forward mode: Griewank and Walther, Evaluating
    Derivatives, 2nd ed., section 3.1.
    """
    return Pushforward(fun, argnums, has_aux, False, backend, pushforward=True)


@functools.lru_cache(maxsize=256)
def _kept(fun: Callable[..., Any], argnums: tuple[int, ...], has_aux: bool, backend: Backend) -> Pushforward:
    return pushforward(fun, argnums, has_aux, backend)


def jvp(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
    backend: Backend = "numpy",
) -> Any:
    """The value at the primals and its derivative along the tangents, as jax.jvp.

    Returns (value, tangent), or (value, tangent, aux). The tangent of what has no derivative, an integer, is a zero of
    dtype float0, as in JAX; what is given as the tangent of such a primal is not looked at.
    """
    if len(primals) != len(tangents):
        raise TypeError(f"jvp: {len(primals)} primals and {len(tangents)} tangents")
    argnums = tuple(k for k, primal in enumerate(primals) if any(map(varies, pytree.flatten(primal)[0])))
    try:
        pushed = _kept(fun, argnums, has_aux, backend)
    except TypeError:  # a callable object that has no hash
        pushed = pushforward(fun, argnums, has_aux, backend)
    bound = pushed._bound(tuple(primals), {})
    names = pushed._active(list(bound.arguments), len(primals))
    given = {
        f"{name}_dot": _fitted(name, primals[k], tangents[k]) for name, k in zip(names, argnums, strict=True)
    }
    value, tangent, *aux = pushed._run(tuple(primals), {}, given)
    return (value, cotangent_of(value, tangent), *aux)


def _fitted(name: str, primal: Any, tangent: Any) -> Any:
    """The tangent, when it fits its primal; None in place of what does not vary."""
    leaves, tree = pytree.flatten(primal)
    parts, other = pytree.flatten(tangent)
    if not any(map(varies, leaves)):
        return tangent
    if tree != other:
        raise TypeError(f"the tangent of {name} has another structure than {name}: {other}, not {tree}")
    for leaf, part in zip(leaves, parts, strict=True):
        if varies(leaf) and (_shape(leaf), _dtype(leaf)) != (_shape(part), _dtype(part)):
            raise TypeError(
                f"the tangent of {name} has the shape and dtype {_shape(part)}, {_dtype(part)}; "
                f"{name} has {_shape(leaf)}, {_dtype(leaf)}"
            )
    return tree.unflatten([part if varies(leaf) else None for leaf, part in zip(leaves, parts, strict=True)])


def _shape(leaf: Any) -> tuple[int, ...]:
    return np.shape(leaf)


def _size(leaf: Any) -> int:
    return int(np.size(leaf))


def _dtype(leaf: Any) -> np.dtype[Any]:
    return np.dtype(getattr(leaf, "dtype", type(leaf)))


def linearize(
    fun: Callable[..., Any], *primals: Any, backend: Backend = "numpy"
) -> tuple[Any, Callable[..., Any]]:
    """The value at the primals, and the derivative there as a function of the tangents, as jax.linearize."""
    value = fun(*primals)
    return value, lambda *tangents: jvp(fun, primals, tangents, backend=backend)[1]


def hvp(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    backend: Backend = "numpy",
) -> Any:
    """The Hessian of a scalar function times a vector: forward over reverse (Pearlmutter 1994).

    The product has the structure of the primals, or of the only one.
    """
    slope = _slope(fun, tuple(range(len(primals))) if len(primals) > 1 else 0, backend)
    return jvp(slope, primals, tangents, backend=backend)[1]


@functools.lru_cache(maxsize=256)
def _slope(fun: Callable[..., Any], argnums: int | tuple[int, ...], backend: Backend) -> Gradient:
    made = grad(fun, argnums, backend=backend)
    assert isinstance(made, Gradient)
    return made


def jacfwd(
    fun: Callable[..., Any], argnums: int | Sequence[int] = 0, backend: Backend = "numpy"
) -> Callable[..., Any]:
    """The Jacobian by forward mode, a column for each element of what is differentiated, as jax.jacfwd.

    For each leaf of the value, the structure of the argument with arrays of shape value.shape + argument.shape.
    """
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    pushed = pushforward(fun, numbers, backend=backend)

    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        names = pushed._active(list(pushed._bound(args, kwargs).arguments), len(args))
        chosen = [args[k] for k in numbers]
        leaves, tree = pytree.flatten(chosen)
        columns: list[list[np.ndarray[Any, Any]]] = []
        values: Any = None
        for number, leaf in enumerate(leaves):
            for k in range(_size(leaf)):
                unit = np.zeros(_shape(leaf), _dtype(leaf))
                unit.flat[k] = 1
                parts = [np.zeros(_shape(one), _dtype(one)) for one in leaves]
                parts[number] = unit
                directions = tree.unflatten(
                    [_like(one, part) for one, part in zip(leaves, parts, strict=True)]
                )
                given = {
                    f"{name}_dot": _fitted(name, primal, part)
                    for name, primal, part in zip(names, chosen, directions, strict=True)
                }
                values, tangent = pushed._run(args, kwargs, given)
                columns.append([np.asarray(part) for part in pytree.flatten(tangent)[0]])
        if not columns:
            values = fun(*args, **kwargs)
        outs, out_tree = pytree.flatten(values)
        blocks = []
        for row, out in enumerate(outs):
            first, parts = 0, []
            for leaf in leaves:
                count = _size(leaf)
                block = [column[row] for column in columns[first : first + count]]
                first += count
                stacked = np.stack(block, axis=-1) if block else np.zeros((*_shape(out), 0), _dtype(leaf))
                parts.append(stacked.reshape(_shape(out) + _shape(leaf)))
            inner = tree.unflatten(parts)
            blocks.append(inner[0] if isinstance(argnums, int) else tuple(inner))
        return out_tree.unflatten(blocks)

    return jacobian_of


def _like(leaf: Any, part: np.ndarray[Any, Any]) -> Any:
    """A tangent of the kind of its primal: a number for a number."""
    return (
        part
        if np.ndim(leaf) or isinstance(leaf, np.ndarray)
        else part[()]
        if hasattr(leaf, "dtype")
        else float(part)
    )


def jacrev(
    fun: Callable[..., Any], argnums: int | Sequence[int] = 0, backend: Backend = "numpy"
) -> Callable[..., Any]:
    """The Jacobian by reverse mode, a row for each element of the value, as jax.jacrev.

    For each leaf of the value, the structure of the argument with arrays of shape value.shape + argument.shape.
    """
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    pulled = Gradient(fun, numbers, False, False, backend, True)

    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        value = fun(*pytree.tree_map(_fresh, args), **pytree.tree_map(_fresh, kwargs))
        outs, out_tree = pytree.flatten(value)
        blocks = []
        for number, out in enumerate(outs):
            rows = []
            for k in range(_size(out)):
                parts = [np.zeros(_shape(one), _dtype(one)) for one in outs]
                parts[number].flat[k] = 1
                seeds = [_like(one, part) for one, part in zip(outs, parts, strict=True)]
                rows.append(pulled._run(args, kwargs, {"g": out_tree.unflatten(seeds)}))
            stacked = pytree.tree_map(
                lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]).reshape(
                    _shape(out) + _shape(leaves[0])  # noqa: B023
                ),
                *rows,
            )
            blocks.append(stacked[0] if isinstance(argnums, int) else stacked)
        return out_tree.unflatten(blocks)

    return jacobian_of


def _fresh(leaf: object) -> object:
    return leaf.copy(order="K") if isinstance(leaf, np.ndarray) else leaf


def jacobian(
    fun: Callable[..., Any], argnums: int | Sequence[int] = 0, backend: Backend = "numpy"
) -> Callable[..., Any]:
    """The Jacobian by the mode that needs fewer sweeps: forward where there are more results than arguments."""
    forwards, backwards = jacfwd(fun, argnums, backend), jacrev(fun, argnums, backend)
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        value = fun(*pytree.tree_map(_fresh, args), **pytree.tree_map(_fresh, kwargs))
        wide = sum(_size(leaf) for leaf in pytree.flatten(value)[0])
        long = sum(_size(leaf) for k in numbers for leaf in pytree.flatten(args[k])[0])
        return (forwards if long <= wide else backwards)(*args, **kwargs)

    return jacobian_of


def hessian(
    fun: Callable[..., Any], argnums: int | Sequence[int] = 0, backend: Backend = "numpy"
) -> Callable[..., Any]:
    """The Hessian of a scalar function, forward over reverse, as jax.hessian.

    For an array argument an array of shape argument.shape + argument.shape; for containers, nested ones of blocks.
    """
    return jacfwd(grad(fun, argnums, backend=backend), argnums, backend)

"""What is made of the reverse and the forward mode: jvp, Jacobians, Hessians. The names and meanings are JAX's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import MethodType
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.api import Backend, Gradient, grad
from adcompiler.argnums import Argnums, argument_at, numbers_of, placed
from adcompiler.pullbacks import IN_ONE_PIECE, Pullback
from adcompiler.results import cotangent_of, varies
from adcompiler.sparse import filled, pattern_of


class Pushforward(Gradient):
    """A function with its tangent: called as the function is, with `x_dot` for the tangent of a parameter `x`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """(value, tangent), or (value, tangent, aux), at these arguments and tangents."""
        args, kwargs = placed(self.primal, self._asked, args, kwargs)
        active = self._active(len(args))
        wanted = dict(zip(self._tangents(active), active, strict=True))
        given = {key: kwargs.pop(key) for key in wanted if key in kwargs}
        if len(given) < len(wanted):
            raise TypeError(
                f"the pushforward needs the tangents {', '.join(wanted)}, and got {', '.join(given) or 'none'}"
            )
        bound = self._bound(args, kwargs).arguments
        return self._run(
            args, kwargs, {key: _fitted(n, argument_at(n, bound), given[key]) for key, n in wanted.items()}
        )

    def along(self, args: Sequence[Any], kwargs: Mapping[str, Any], tangents: Sequence[Any]) -> Any:
        """The same, with the tangents in the order of argnums."""
        bound = self._bound(args, kwargs).arguments
        active = self._active(len(args))
        given = {
            key: _fitted(name, argument_at(name, bound), tangent)
            for key, name, tangent in zip(self._tangents(active), active, tangents, strict=True)
        }
        return self._run(tuple(args), dict(kwargs), given)


def pushforward(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
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


def _by_identity(fun: Callable[..., Any]) -> bool:
    """Whether what was compiled for a function may be kept by it: equal ones are the same one."""
    kind: Any = type(fun)
    return kind is MethodType or kind.__eq__ is object.__eq__


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
    pushed = (_kept if _by_identity(fun) else pushforward)(fun, argnums, has_aux, backend)
    value, tangent, *aux = pushed.along(primals, {}, [tangents[k] for k in argnums])
    return (value, cotangent_of(value, tangent), *aux)


def _fitted(name: str, primal: Any, tangent: Any) -> Any:
    """The tangent, when it fits its primal, with dicts in the order of its own; None in place of what does not vary."""
    leaves, tree = pytree.flatten(primal)
    parts, other = pytree.flatten(tangent)
    if leaves and not any(map(varies, leaves)):
        raise TypeError(f"{name} has no tangent: it holds no float")
    if tree != other:
        parts, other = pytree.flatten(_ordered(primal, tangent))
    if tree != other:
        raise TypeError(f"the tangent of {name} has another structure than {name}: {other}, not {tree}")
    for leaf, part in zip(leaves, parts, strict=True):
        if varies(leaf) and (_shape(leaf), _dtype(leaf)) != (_shape(part), _dtype(part)):
            raise TypeError(
                f"the tangent of {name} has the shape and dtype {_shape(part)}, {_dtype(part)}; "
                f"{name} has {_shape(leaf)}, {_dtype(leaf)}"
            )
    return tree.unflatten([part if varies(leaf) else None for leaf, part in zip(leaves, parts, strict=True)])


def _ordered(primal: Any, tangent: Any) -> Any:
    """The tangent with the dicts in it ordered as in its primal, if it fits; JAX gives dicts in the order of their keys."""
    try:
        return pytree.tree_map(lambda _, part: part, primal, tangent)
    except ValueError:
        return tangent


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
    held = pytree.tree_map(_fresh, primals)
    value = fun(*pytree.tree_map(_fresh, held))
    return value, lambda *tangents: jvp(fun, held, tangents, backend=backend)[1]


def hvp(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    backend: Backend = "numpy",
) -> Any:
    """The Hessian of a scalar function times a vector: forward over reverse (Pearlmutter 1994).

    The product has the structure of the primals, or of the only one.
    """
    make = _slope if _by_identity(fun) else grad
    slope = make(fun, tuple(range(len(primals))) if len(primals) > 1 else 0, backend=backend)
    return jvp(slope, primals, tangents, backend=backend)[1]


@functools.lru_cache(maxsize=256)
def _slope(fun: Callable[..., Any], argnums: int | tuple[int, ...], backend: Backend) -> Gradient:
    made = grad(fun, argnums, backend=backend)
    assert isinstance(made, Gradient)
    return made


def jacfwd(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    backend: Backend = "numpy",
    *,
    holomorphic: bool = False,
    sparsity: Any = None,
) -> Callable[..., Any]:
    """The Jacobian by forward mode, a column for each element of what is differentiated, as jax.jacfwd.

    For each leaf of the value, the structure of the argument with arrays of shape value.shape + argument.shape.
    holomorphic: arguments and values are complex, and the elements are complex derivatives; without it arguments are real.
    sparsity: where a Jacobian of one array by one array can have elements, as a matrix of SciPy or a Boolean array of shape
              (value.size, argument.size); the Jacobian is then a scipy.sparse.csr_array, and columns without a common row
              share a sweep. ValueError where the Jacobian has more. Needs the extra `sparse`.
    """
    if sparsity is not None:
        return _sparse(pushforward(fun, argnums, backend=backend), argnums, sparsity)
    asked = numbers_of(fun, argnums)
    numbers = (asked,) if isinstance(asked, int) else asked
    pushed = pushforward(fun, numbers, backend=backend)

    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = placed(fun, argnums, args, kwargs)
        chosen = [args[k] for k in numbers]
        _refuse_other_dtypes("jacfwd", "argument", chosen, "c" if holomorphic else "f")
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
                values, tangent = pushed.along(args, kwargs, directions)
                _refuse_other_dtypes("jacfwd", "result", values, "c" if holomorphic else "fc")
                columns.append([np.asarray(part) for part in pytree.flatten(tangent)[0]])
        if not columns:
            values = fun(*pytree.tree_map(_fresh, args), **pytree.tree_map(_fresh, kwargs))
            _refuse_other_dtypes("jacfwd", "result", values, "c" if holomorphic else "fc")
        outs, out_tree = pytree.flatten(values)
        blocks = []
        for row, out in enumerate(outs):
            first, parts = 0, []
            for leaf in leaves:
                count = _size(leaf)
                block = [column[row] for column in columns[first : first + count]]
                first += count
                stacked = np.stack(block, axis=-1) if block else np.zeros((*_shape(out), 0), _dtype(out))
                parts.append(stacked.reshape(_shape(out) + _shape(leaf)))
            inner = tree.unflatten(parts)
            blocks.append(inner[0] if isinstance(asked, int) else tuple(inner))
        return out_tree.unflatten(blocks)

    return jacobian_of


def _sparse(pushed: Pushforward, argnums: Argnums, sparsity: Any) -> Callable[..., Any]:
    """The Jacobian at arguments, from as many sweeps as its pattern has colours, and one more."""
    number = pushed.argnums
    if not isinstance(number, int):
        raise TypeError("a sparse Jacobian is that by one argument: argnums is one number or name")
    pattern = pattern_of(sparsity)

    @functools.wraps(pushed.primal, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = placed(pushed.primal, argnums, args, kwargs)
        point = args[number]
        _refuse_other_dtypes("a sparse Jacobian", "argument", point, "f")
        if not isinstance(getattr(point, "shape", None), tuple) or np.size(point) != pattern.shape[1]:
            raise ValueError(
                f"a pattern of shape {pattern.shape} is for an array of {pattern.shape[1]} elements"
            )

        def product(direction: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            value, tangent = pushed.along(args, kwargs, [direction.reshape(np.shape(point))])
            _refuse_other_dtypes("a sparse Jacobian", "result", value, "f")
            if pytree.node(value) is not None:
                raise TypeError("a sparse Jacobian is that of one array, not of a container")
            return np.ravel(np.asarray(tangent))

        return filled(pattern, product, _dtype(point))

    return jacobian_of


def _refuse_other_dtypes(name: str, what: str, tree: Any, kinds: str) -> None:
    """As in JAX: complex numbers only where it is plain what the elements of a Jacobian by them are."""
    wanted = {"f": "real floats", "c": "complex numbers (holomorphic=True)", "fc": "floats"}[kinds]
    for leaf in pytree.flatten(tree)[0]:
        if not varies(leaf) or _dtype(leaf).kind not in kinds:
            raise TypeError(f"{name} needs {wanted}, and this {what} has the dtype {_dtype(leaf)}")


def _like(leaf: Any, part: np.ndarray[Any, Any]) -> Any:
    """A tangent of the kind of its primal: a number for a number."""
    return (
        part
        if np.ndim(leaf) or isinstance(leaf, np.ndarray)
        else part[()]
        if hasattr(leaf, "dtype")
        else part.item()
    )


def jacrev(
    fun: Callable[..., Any], argnums: Argnums = 0, backend: Backend = "numpy", *, holomorphic: bool = False
) -> Callable[..., Any]:
    """The Jacobian by reverse mode, as jax.jacrev: one sweep forwards, then one backwards for each element of the value.

    For each leaf of the value, the structure of the argument with arrays of shape value.shape + argument.shape.
    holomorphic: arguments and values are complex, and the elements are complex derivatives; without it values are real.
    """
    asked = numbers_of(fun, argnums)
    numbers = (asked,) if isinstance(asked, int) else asked
    linearised = _linearised(fun, numbers, backend)

    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = placed(fun, argnums, args, kwargs)
        chosen = [args[k] for k in numbers]
        _refuse_other_dtypes("jacrev", "argument", chosen, "c" if holomorphic else "fc")
        value, pulled = linearised(args, kwargs)
        _refuse_other_dtypes("jacrev", "result", value, "c" if holomorphic else "f")
        outs, out_tree = pytree.flatten(value)
        leaves, tree = pytree.flatten(tuple(chosen))
        blocks = []
        for number, out in enumerate(outs):
            rows = []
            for k in range(_size(out)):
                parts = [np.zeros(_shape(one), _dtype(one)) for one in outs]
                parts[number].flat[k] = 1
                seeds = [_like(one, part) for one, part in zip(outs, parts, strict=True)]
                rows.append(pytree.flatten(pulled(out_tree.unflatten(seeds)))[0])
            columns = zip(*rows, strict=True) if rows else ([] for _ in leaves)
            block = tree.unflatten(
                [
                    np.array([np.asarray(row) for row in column], _dtype(leaf)).reshape(
                        _shape(out) + _shape(leaf)
                    )
                    for leaf, column in zip(leaves, columns, strict=True)
                ]
            )
            blocks.append(block[0] if isinstance(asked, int) else block)
        return out_tree.unflatten(blocks)

    return jacobian_of


def _linearised(
    fun: Callable[..., Any], numbers: tuple[int, ...], backend: Backend
) -> Callable[[tuple[Any, ...], dict[str, Any]], tuple[Any, Callable[[Any], Any]]]:
    """(args, kwargs) -> (value, pullback): the value is computed once, and read by every call of the pullback.

    With Numba the pullback computes it again.
    """
    if backend not in IN_ONE_PIECE:
        halves = Pullback(fun, numbers, False, backend)
        return lambda args, kwargs: halves(*args, **kwargs)
    whole = Gradient(fun, numbers, False, False, backend, True)

    def at(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Callable[[Any], Any]]:
        value = fun(*pytree.tree_map(_fresh, args), **pytree.tree_map(_fresh, kwargs))
        return value, lambda g: whole._run(args, kwargs, {"g": g})

    return at


def _fresh(leaf: object) -> object:
    return leaf.copy(order="K") if isinstance(leaf, np.ndarray) else leaf


def jacobian(
    fun: Callable[..., Any], argnums: Argnums = 0, backend: Backend = "numpy", *, holomorphic: bool = False
) -> Callable[..., Any]:
    """The Jacobian by the mode that needs fewer sweeps: forward where there are more results than arguments.

    Of complex numbers without `holomorphic`, by the mode that has them: forward for values, reverse for arguments.
    """
    forwards = jacfwd(fun, argnums, backend, holomorphic=holomorphic)
    backwards = jacrev(fun, argnums, backend, holomorphic=holomorphic)
    asked = numbers_of(fun, argnums)
    numbers = (asked,) if isinstance(asked, int) else asked

    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = placed(fun, argnums, args, kwargs)
        value = fun(*pytree.tree_map(_fresh, args), **pytree.tree_map(_fresh, kwargs))
        given, made = pytree.flatten([args[k] for k in numbers])[0], pytree.flatten(value)[0]
        forward = sum(map(_size, given)) <= sum(map(_size, made))
        if not holomorphic and any(_dtype(leaf).kind == "c" for leaf in (*given, *made)):
            forward = all(_dtype(leaf).kind != "c" for leaf in given)
        return (forwards if forward else backwards)(*args, **kwargs)

    return jacobian_of


def hessian(
    fun: Callable[..., Any], argnums: Argnums = 0, backend: Backend = "numpy", *, sparsity: Any = None
) -> Callable[..., Any]:
    """The Hessian of a scalar function, forward over reverse, as jax.hessian.

    For an array argument an array of shape argument.shape + argument.shape; for containers, nested ones of blocks.
    sparsity: where it can have elements, a square matrix; as for `jacfwd`.
    """
    return jacfwd(grad(fun, argnums, backend=backend), argnums, backend, sparsity=sparsity)

"""Checks of derivatives against finite differences: `check_grads` as in JAX, of a pullback and of a tangent.

`check_vjp` and `check_jvp` take plain callables and values, whoever made them; only `check_grads` asks the
compiler.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from adcompiler.errors import CompileError
from adcompiler.pytree import flatten, leaves_with_paths, tree_map
from adcompiler.verify.comparison import leaves_like
from adcompiler.verify.finite import (
    Line,
    Vector,
    along,
    argument_names,
    fresh_arguments,
    is_inexact,
    is_number,
    like_leaf,
    named_leaves,
    one_sided,
    outcome,
)
from adcompiler.verify.report import kind_of, shown
from adcompiler.verify.tolerance import distance, tolerance

Pullback: TypeAlias = Callable[[object], object]
Vjp: TypeAlias = Callable[..., tuple[object, Pullback]]

SEED = 0
MODES = ("fwd", "rev")
LOCALISED = 64  # arguments of up to this many components are searched for the worst one when a check fails


def check_grads(
    f: Callable[..., object],
    args: Iterable[object],
    order: int = 1,
    modes: Sequence[str] | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
    *,
    backend: str | Sequence[str] = ("numpy", "jax"),
) -> None:
    """Check the derivatives that adcompiler gives for `f` at `args` against finite differences.

    As `jax.test_util.check_grads`: one random direction an argument leaf, and AssertionError on
    disagreement, with what was compared. `modes` names "rev" (the cotangents), "fwd" (the tangents), or both;
    by default both, where forward mode takes the function. `atol`, `rtol` and the step `eps` have defaults that follow the
    dtypes. For a `grad` object its `primal` is checked. Every backend named is checked. Arguments that
    cannot vary (integers, strings) are passed on. An order above 1 checks the gradient in each argument as
    a function of its own; f then returns one real array.
    """
    if wrong := [mode for mode in modes or () if mode not in MODES]:
        raise ValueError(f"the modes are 'fwd' and 'rev', not {', '.join(map(repr, wrong))}")
    if order < 1:
        raise ValueError(f"the order is at least 1, not {order}")
    from adcompiler import (
        api,
        derivatives,
        pullbacks,
    )  # the imports upwards: the check of the compiler has to call it

    given = tuple(args)
    primal = getattr(f, "primal", f)
    if getattr(f, "has_aux", False):
        primal = _composed("f({})[0]", len(given), f=primal)
    limits = atol, rtol, eps

    def backwards(one: Callable[..., object], about: str) -> None:
        check_vjp(one, lambda *at: pullbacks.vjp(one, *at, backend=name), given, *limits, about)

    def forwards(one: Callable[..., object], about: str) -> None:
        check_jvp(one, lambda at, by: derivatives.jvp(one, at, by, backend=name), given, *limits, about)

    backends: tuple[Any, ...] = (backend,) if isinstance(backend, str) else tuple(backend)
    for name in backends:
        if modes is None or "rev" in modes:
            _check_order(api, backwards, primal, given, order, name, _called(primal))
        if modes is None or "fwd" in modes:
            try:
                _check_order(api, forwards, primal, given, order, name, _called(primal))
            except CompileError:
                if modes is not None:
                    raise


def check_vjp(
    f: Callable[..., object],
    f_vjp: Vjp,
    args: Iterable[object],
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
    err_msg: str = "",
) -> None:
    """Check `value, pullback = f_vjp(*args)` against `f`: the value, and the pullback by finite differences.

    `pullback(cotangent)` returns a tuple with a cotangent for every argument; what it returns for leaves
    that cannot vary is not looked at. Raises AssertionError on disagreement, on wrong shapes and dtypes,
    and if `f_vjp` or the pullback writes into the arguments; `err_msg` heads the message.
    """
    given = tuple(args)
    about = err_msg or _called(f)
    random = np.random.default_rng(SEED)
    result = f(*fresh_arguments(given))
    origin = outcome(result)
    handed = fresh_arguments(given)
    value, pullback = f_vjp(*handed)
    _check_value(value, result, about, (atol, rtol))
    weights = tree_map(lambda leaf: _random_like(random, leaf), result)
    cotangents = pullback(tree_map(_conjugate, weights))
    _check_untouched(given, handed, about)
    leaves, structure = flatten(given)
    found = leaves_like(given, cotangents, f"{about}: the cotangents")
    weight = outcome(weights).vector
    for i, (path, leaf) in enumerate(named_leaves(f, given)):
        if not is_inexact(leaf):
            continue
        _check_kind(found[i], leaf, f"{about}: the cotangent of {path}")
        direction = np.asarray(_random_like(random, leaf))
        direction = direction.astype(np.result_type(direction.dtype, np.float64))
        line = Line(f, tuple(leaves), structure, {i: direction})
        compared = _compared(line, i, np.asarray(found[i]), weight, eps)
        allowed = tolerance((leaf, *origin.leaves), atol, rtol)
        if compared.within(allowed):
            continue
        raise AssertionError(
            _disagreement(about, path, line, i, compared, np.asarray(found[i]), weight, allowed, eps)
        )


def check_jvp(
    f: Callable[..., object],
    f_jvp: Callable[[tuple[object, ...], tuple[object, ...]], tuple[object, object]],
    args: Iterable[object],
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
    err_msg: str = "",
) -> None:
    """Check `value, tangent = f_jvp(args, tangents)` against `f`: the value, and the tangent by finite differences.

    Raises AssertionError on disagreement, and if `f_jvp` writes into the arguments; `err_msg` heads the message.
    """
    given = tuple(args)
    about = err_msg or _called(f)
    random = np.random.default_rng(SEED)
    result = f(*fresh_arguments(given))
    handed = fresh_arguments(given)
    tangents = tree_map(lambda leaf: _random_like(random, leaf), given)
    assert isinstance(tangents, tuple)
    value, tangent = f_jvp(handed, tangents)
    _check_value(value, result, about, (atol, rtol))
    _check_untouched(given, handed, about)
    leaves, structure = flatten(given)
    moved = flatten(tangents)[0]
    directions = {
        i: np.asarray(moved[i]).astype(np.result_type(np.asarray(moved[i]), np.float64))
        for i, leaf in enumerate(leaves)
        if is_inexact(leaf)
    }
    line = Line(f, tuple(leaves), structure, directions)
    slope = along(line) if eps is None else along(line, "five-point", eps)
    found = np.concatenate(
        [
            np.ravel(np.asarray(part)) if is_inexact(leaf) else np.zeros(np.size(np.asarray(leaf)))
            for leaf, part in zip(
                flatten(result)[0], leaves_like((result,), (tangent,), f"{about}: the tangent"), strict=True
            )
            if is_number(leaf)
        ]
        or [np.zeros(0)]
    )
    low, high = tolerance((*leaves, *flatten(result)[0]), atol, rtol)
    off = np.abs(found - slope.value) > low + high * np.abs(slope.value) + slope.error
    if np.any(off | (np.isnan(found) != np.isnan(slope.value))):
        k = int(np.argmax(off))
        raise AssertionError(
            f"{about}: the tangent disagrees with finite differences in component {k}: "
            f"{found[k]!r}, finite differences {slope.value[k]!r} ± {slope.error[k]:.1g}"
        )


@dataclass(frozen=True)
class _Compared:
    """One directional derivative from both sides."""

    adjoint: complex
    expected: float
    doubt: float
    problem: str

    @property
    def difference(self) -> float:
        return distance(self.adjoint, self.expected)

    def within(self, tolerance: tuple[float, float]) -> bool:
        return self.difference <= tolerance[0] + tolerance[1] * abs(self.expected)


def _check_order(
    api: Any,
    check: Callable[[Callable[..., object], str], None],
    f: Callable[..., object],
    args: tuple[object, ...],
    order: int,
    backend: str,
    about: str,
) -> None:
    """`check` of a function, and above the first order of its gradients."""
    check(f, f"{about}, backend {backend}")
    if order == 1:
        return
    summed = _as_scalar(f, f(*fresh_arguments(args)), len(args))
    for k, arg in enumerate(args):
        if any(is_inexact(leaf) for leaf in flatten(arg)[0]):
            gradient = api.grad(summed, argnums=k, backend=backend)
            above = f"the gradient of {about} by {argument_names(f, args)[k]}"
            _check_order(api, check, gradient, args, order - 1, backend, above)


def _as_scalar(f: Callable[..., object], result: object, count: int) -> Callable[..., object]:
    """`f` itself if it returns a number, else its weighted sum, for an order above the first."""
    array = np.asarray(result) if is_inexact(result) else None
    if array is None or array.dtype.kind == "c":
        raise ValueError(
            f"an order above 1 needs a function that returns one real array, not {kind_of(result)}"
        )
    if array.shape == ():
        return f
    weight = np.random.default_rng(SEED).standard_normal(array.shape).astype(array.dtype)
    return _composed("np.sum(weight * f({}))", count, f=f, weight=weight, np=np)


def _composed(expression: str, count: int, **names: Any) -> Callable[..., object]:
    """A function of `count` parameters, which stand for the braces in an expression, with its source."""
    parameters = ", ".join(f"x{k}" for k in range(count))
    source = f"def composed({parameters}):\n    return {expression.format(parameters)}\n"
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    file = f"<check_grads {digest}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)
    composed: Callable[..., object] = names["composed"]
    return composed


def _compared(line: Line, leaf: int, cotangent: Vector, weight: Vector, eps: float | None) -> _Compared:
    """The derivative of the weighted result along the line, from the cotangent and by finite differences."""
    direction = line.directions[leaf]
    adjoint = float(np.sum(np.conj(direction) * np.conj(cotangent)).real)
    slope = along(line) if eps is None else along(line, "five-point", eps)
    expected = float(np.sum(np.conj(slope.value) * weight).real)
    return _Compared(adjoint, expected, float(np.sum(slope.error * np.abs(weight))), slope.problem)


def _disagreement(
    about: str,
    path: str,
    line: Line,
    leaf: int,
    compared: _Compared,
    cotangent: Vector,
    weight: Vector,
    tolerance: tuple[float, float],
    eps: float | None,
) -> str:
    """The message of a failed check: what was compared, both values, the tolerance, and likely causes."""
    direction = np.array2string(line.directions[leaf], precision=4, threshold=8, edgeitems=2, separator=", ")
    lines = [
        f"{about}: the adjoint disagrees with finite differences",
        f"  argument            {path}",
        f"  direction           {' '.join(direction.split())} (random, seed {SEED})",
        f"  adjoint             {shown(compared.adjoint)}",
        f"  finite differences  {shown(compared.expected)} ± {compared.doubt:.1g}",
        f"  difference          {compared.difference:.3g}, "
        f"more than the tolerance {tolerance[0]:.1g} + {tolerance[1]:.1g} * {abs(compared.expected):.3g}",
    ]
    if 1 < cotangent.size <= LOCALISED:
        lines.append(_worst_component(line, leaf, cotangent, weight, eps))
    if weight.size == 1:
        left, right = (side[0] for side in one_sided(line))
        if abs(left - right) > 1e-3 * max(abs(left), abs(right)):
            slopes = f"its slopes are {shown(left)} and {shown(right)}"
            lines.append(f"  the function has a kink here: {slopes}")
    if compared.problem:
        lines.append(f"  finite differences met {compared.problem}")
    return "\n".join(lines)


def _worst_component(line: Line, leaf: int, cotangent: Vector, weight: Vector, eps: float | None) -> str:
    worst, found = (), None
    for index in np.ndindex(cotangent.shape):
        unit = np.zeros(cotangent.shape)
        unit[index] = 1.0
        one = _compared(Line(line.f, line.leaves, line.structure, {leaf: unit}), leaf, cotangent, weight, eps)
        if found is None or not one.difference <= found.difference:
            worst, found = index, one
    assert found is not None
    place = ", ".join(map(str, worst))
    both = f"{shown(found.adjoint)}, finite differences {shown(found.expected)}"
    return f"  worst component     [{place}]: {both}"


def _check_value(
    value: object, expected: object, about: str, limits: tuple[float | None, float | None]
) -> None:
    parts = leaves_like((expected,), (value,), f"{about}: the value")
    for (path, leaf), given in zip(leaves_with_paths(expected), parts, strict=True):
        if not is_number(leaf):
            continue
        where = f"{about}: the value{path and ' at ' + path}"
        _check_kind(given, leaf, where)
        atol, rtol = tolerance((leaf,), *limits)
        if not np.allclose(np.asarray(given), np.asarray(leaf), rtol, atol, equal_nan=True):
            raise AssertionError(f"{where} is {given!r}, but the function returns {leaf!r}")


def _check_kind(given: object, like: object, what: str) -> None:
    """Shape and dtype; the dtype of a Python number is free, as NumPy has it."""
    wanted = getattr(like, "dtype", None)
    same = is_number(given) and np.asarray(given).shape == np.asarray(like).shape
    if not same or (wanted is not None and np.asarray(given).dtype != wanted):
        raise AssertionError(f"{what} is {kind_of(given)}, but should be {kind_of(like)}")


def _check_untouched(before: tuple[object, ...], after: tuple[object, ...], about: str) -> None:
    if flatten(before)[1] != flatten(after)[1]:
        raise AssertionError(f"{about}: computing the gradient changed the containers among the arguments")
    for (path, old), (_, new) in zip(leaves_with_paths(before), leaves_with_paths(after), strict=True):
        if isinstance(old, np.ndarray) and old.tobytes() != np.asarray(new).tobytes():
            raise AssertionError(f"{about}: computing the gradient changed the argument at args{path}")


def _random_like(random: np.random.Generator, leaf: object) -> object:
    """A random value of the type, shape and dtype of an inexact leaf; zero for other numbers."""
    if not is_number(leaf):
        return leaf
    array = np.asarray(leaf)
    values: Vector = np.zeros(array.shape, array.dtype)
    if is_inexact(leaf):
        values = random.standard_normal(array.shape)
    if array.dtype.kind == "c":
        values = values + 1j * random.standard_normal(array.shape)
    return like_leaf(leaf, values)


def _conjugate(leaf: Any) -> object:
    return leaf.conjugate() if is_inexact(leaf) and np.asarray(leaf).dtype.kind == "c" else leaf


def _called(f: Callable[..., object]) -> str:
    return getattr(f, "__qualname__", None) or type(f).__qualname__

"""The oracles: derivatives of a sample that know nothing of the compiler."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import CodeType
from typing import Any

import mpmath
import numpy as np

from adcompiler import pytree
from adcompiler.verify.finite import Line, along
from operations.program import copied, is_active, jax_primal, leaves, primal
from operations.record import Sample

STEP = 1e-30
EXTENDED = np.dtype(np.longdouble), np.dtype(np.clongdouble)
# where long double is double, as on some machines, differences reach no more than this
DIFFERENCES = 1e-9
# second derivatives; and those from second differences in double precision
SECOND, SECOND_DOUBLE = 1e-9, 1e-7
LADDER = [2.0**-k for k in (10, 11, 12)]


def inner(left: Any, right: Any) -> Any:
    """The real part of the sum of products over all inexact leaves, and the size of its terms."""
    total, size = 0.0, 0.0
    for a, b in zip(leaves(left), leaves(right), strict=True):
        if a is not None and b is not None and is_active(b) and is_active(a):
            product = np.asarray(a) * np.asarray(b)
            total = total + np.sum(np.real(product))
            size = size + float(np.sum(np.abs(product)))
    return total, size


@dataclass(frozen=True)
class Point:
    """A sample at its arguments, as a function of the leaves that are differentiated."""

    sample: Sample
    arguments: tuple[Any, ...]

    @cached_property
    def leaves(self) -> tuple[Any, ...]:
        return tuple(pytree.flatten(self.arguments)[0])

    @cached_property
    def active(self) -> tuple[int, ...]:
        """The places of the leaves that are differentiated."""
        return tuple(k for k, leaf in enumerate(self.leaves) if is_active(leaf))

    def at(self, changed: dict[int, Any]) -> Any:
        """The result with other values for some leaves."""
        parts = [changed.get(k, leaf) for k, leaf in enumerate(self.leaves)]
        structure = pytree.flatten(self.arguments)[1]
        with np.errstate(all="ignore"):
            return primal(self.sample)(*copied(structure.unflatten(parts)))

    def directions(self, seed: int = 3) -> dict[int, Any]:
        """A direction for every leaf that is differentiated."""
        rng = np.random.default_rng(seed)
        found = {}
        for k in self.active:
            like = np.asarray(self.leaves[k])
            v = rng.uniform(0.5, 1.5, like.shape) * rng.choice([-1.0, 1.0], like.shape)
            found[k] = v + 1j * rng.uniform(-1.0, 1.0, like.shape) if like.dtype.kind == "c" else v
        return found


def units(like: Any) -> list[Any]:
    """The unit vectors of an array's space; for complex ones also in the imaginary direction."""
    shape, kind = np.shape(like), np.asarray(like).dtype.kind
    found = []
    for index in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        found += [unit, 1j * unit] if kind == "c" else [unit]
    return found


def assembled(like: Any, slopes: list[float]) -> Any:
    """The cotangent with these products with the unit vectors, with JAX's sign for complex numbers."""
    values = np.array(slopes)
    if np.asarray(like).dtype.kind == "c":
        values = values[0::2] - 1j * values[1::2]
    return values.reshape(np.shape(like))


# ------------------------------------------------------------------------------------------- complex step


def complex_step(point: Point, directions: dict[int, Any]) -> Any:
    """The derivative of the result along directions, for analytic samples of real numbers."""
    # those that stay are complex too: nothing may be lost where one is written into another
    moved = {k: _imaginary(point.leaves[k], STEP * directions.get(k, 0.0)) for k in point.active}
    return pytree.tree_map(lambda leaf: np.imag(leaf) / STEP, point.at(moved))


def _imaginary(leaf: Any, by: Any) -> Any:
    moved = np.asarray(leaf) + 1j * by
    return (
        moved
        if isinstance(leaf, np.ndarray)
        else moved[()]
        if isinstance(leaf, np.generic)
        else complex(moved)
    )


# -------------------------------------------------------------------------------------------- differences


def extended(point: Point) -> Point | None:
    """The point in long double, where the function has it: its differences are then good to 1e-14."""
    sample = point.sample
    if np.finfo(np.longdouble).eps > 1e-18 or not sample.proof.extended or "math." in sample.text:
        return None
    parts = [_longer(leaf) if k in point.active else leaf for k, leaf in enumerate(point.leaves)]
    structure = pytree.flatten(point.arguments)[1]
    longer = Point(point.sample, structure.unflatten(parts))
    try:
        result = longer.at({})
    except Exception:  # each library has its own for what it does not know
        return None  # LAPACK and most of scipy.special know single and double precision only
    kept = all(
        np.asarray(leaf).dtype in EXTENDED for leaf in leaves(result) if np.asarray(leaf).dtype.kind in "fc"
    )
    return longer if kept else None


def _longer(leaf: Any) -> Any:
    made = np.asarray(leaf).astype(np.clongdouble if np.asarray(leaf).dtype.kind == "c" else np.longdouble)
    return made if isinstance(leaf, np.ndarray) else made[()]


def differences(point: Point, directions: dict[int, Any]) -> Any:
    """The derivative of the result along directions by extrapolated central differences."""
    places = {k: np.asarray(v) for k, v in directions.items()}
    structure = pytree.flatten(point.arguments)[1]

    def f(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return primal(point.sample)(*arguments)

    slope = along(Line(f, point.leaves, structure, places))
    return slope.origin.unflatten(slope.value)


def curvature(
    point: Point, weight: Any, first: dict[int, Any], second: dict[int, Any]
) -> tuple[float, float]:
    """The second derivative of the weighted result along two directions, and to how much it can be trusted.

    Of analytic samples by differences of complex steps; of others by second differences, extrapolated.
    """
    longer = extended(point)
    at = longer or point
    if point.sample.proof.analytic:
        structure = pytree.flatten(at.arguments)[1]

        def f(*arguments: Any) -> Any:
            return np.asarray(inner(weight, complex_step(Point(point.sample, arguments), first))[0])[()]

        line = Line(f, at.leaves, structure, {k: np.asarray(v) for k, v in second.items()})
        return float(along(line).value[0]), SECOND

    def moved(s: float, t: float) -> Any:
        parts = {
            k: type(at.leaves[k])(at.leaves[k] + s * first[k] + t * second[k])
            if isinstance(at.leaves[k], float)
            else at.leaves[k] + s * first[k] + t * second[k]
            for k in at.active
        }
        return inner(weight, at.at(parts))[0]

    row: list[Any] = []
    for h in LADDER if longer is not None else [8 * h for h in LADDER]:
        finer = [(moved(h, h) - moved(h, -h) - moved(-h, h) + moved(-h, -h)) / (4 * h * h)]
        for order, older in enumerate(row):
            finer.append(finer[order] + (finer[order] - older) / (4 ** (order + 1) - 1))
        row = finer
    return float(row[-1]), SECOND if longer is not None else SECOND_DOUBLE


# ------------------------------------------------------------------------------------------------- mpmath

DIGITS = 50


def fifty_digits(point: Point, weight: Any) -> list[Any]:
    """The cotangents of an elementwise sample, from derivatives to 50 digits."""
    text = point.sample.proof.mpmath
    code = compile(text, "<mpmath>", "eval")
    named = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    names = list(point.sample.operands)
    values = dict(zip(names, point.arguments, strict=True))
    found = []
    with mpmath.workdps(DIGITS):
        known = {name: getattr(mpmath, name) for name in named - set(names) if hasattr(mpmath, name)}
        for name in names:
            if not is_active(values[name]):
                continue
            total = np.zeros(np.shape(weight))
            if name in named:
                for index in np.ndindex(np.shape(weight)):
                    here = {n: _element(v, index, np.shape(weight)) for n, v in values.items()}
                    slope = mpmath.diff(partial(_with, code, {**known, **here}, name), here[name])
                    total[index] = float(slope * _element(weight, index, np.shape(weight)))
            found.append(_summed(total, np.shape(values[name])))
    return found


def _with(code: CodeType, names: dict[str, Any], name: str, value: Any) -> Any:
    """An expression with another value for one of its names."""
    return eval(code, {**names, name: value})


def _element(value: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    element = np.broadcast_to(value, shape)[index]
    return bool(element) if element.dtype.kind == "b" else mpmath.mpf(float(element))


def _summed(values: Any, shape: tuple[int, ...]) -> Any:
    """The sum over the axes along which an operand of this shape was broadcast."""
    values = values.sum(axis=tuple(range(values.ndim - len(shape))))
    return (
        values.sum(axis=tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True) if shape else values
    )


# ---------------------------------------------------------------------------------------------------- JAX


@dataclass(frozen=True)
class JaxAnswer:
    """What JAX says about a sample: the cotangents of active leaves, and the derivative along the directions.

    The derivative is asked for only where neither the complex step nor long double gives it.
    """

    cotangents: list[Any]
    tangent: Any


def jax_answers(points: Sequence[Point], weights: Sequence[Any]) -> list[JaxAnswer]:
    """jax.vjp and jax.jvp of samples, compiled as one program."""
    import jax

    forward = [not point.sample.proof.analytic and extended(point) is None for point in points]

    def answers(actives: Any, tangents: Any, cotangents: Any) -> Any:
        return [
            _jax_answer(jax, point, *parts)
            for point, *parts in zip(points, actives, tangents, cotangents, strict=True)
        ]

    with jax.enable_x64(True):
        actives = [[np.asarray(point.leaves[k]) for k in point.active] for point in points]
        tangents = [
            [np.asarray(v) for v in point.directions().values()] if asked else None
            for point, asked in zip(points, forward, strict=True)
        ]
        # an oracle runs once: it need not be fast, and LLVM takes less time to compile it
        compiled = jax.jit(answers, compiler_options={"xla_backend_optimization_level": 0})
        found = compiled(actives, tangents, [pytree.flatten(w)[0] for w in weights])
        return [JaxAnswer(*jax.tree.map(np.asarray, answer)) for answer in found]


def _jax_answer(jax: Any, point: Point, active: Any, tangents: Any, cotangents: Any) -> Any:
    structure = pytree.flatten(point.arguments)[1]

    def f(*values: Any) -> Any:
        changed = dict(zip(point.active, values, strict=True))
        parts = [changed.get(k, leaf) for k, leaf in enumerate(point.leaves)]
        results = jax.tree.leaves(jax_primal(point.sample)(*structure.unflatten(parts)))
        return [r if jax.numpy.asarray(r).dtype.kind in "fc" else None for r in results]

    value, pull = jax.vjp(f, *active)
    wanted = [
        None if r is None else jax.numpy.asarray(w, r.dtype) for r, w in zip(value, cotangents, strict=True)
    ]
    tangent = None if tangents is None else jax.jvp(f, tuple(active), tuple(tangents))[1]
    return list(pull(wanted)), tangent

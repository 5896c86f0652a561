"""The routes to a Hessian times a vector: forward over reverse, against differences of the gradient, and reverse over
reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler.api import Backend, grad, value_and_grad
from adcompiler.derivatives import pushforward
from adcompiler.pytree import flatten, tree_map
from adcompiler.verify.finite import (
    Line,
    along,
    fresh_arguments,
    is_inexact,
    like_leaf,
    line_through,
)
from adcompiler.verify.fuzz.compare import (
    EXACT,
    SINGLE,
    Disagrees,
    Route,
    Setting,
    check_kinds,
    check_value,
    same_gradients,
    single,
)
from adcompiler.verify.fuzz.tangents import direction_of
from adcompiler.verify.fuzz.values import LARGEST, STEP, double
from adcompiler.verify.judgement import inner_product, same_bytes
from adcompiler.verify.slope import slope_along

BESIDE = 1e-5  # how closely the differences of two steps have to agree, or a kink of the gradient is near
ROUGH = 1e-5  # against differences


@dataclass(frozen=True, slots=True)
class Known:
    """What the first route gave at a point: the gradient and its derivative along the direction."""

    gradient: Any
    product: Any


def products(at: Setting) -> list[Route]:
    """The routes to a Hessian times a vector; the first one gives the others what to compare with."""
    found: list[Known] = []
    return [
        Route("forward over reverse", "numpy", lambda: _pushed(at, "numpy", found)),
        Route("differences of the gradient", "numpy", lambda: _differences(at, found), True),
        Route("reverse over reverse", "numpy", lambda: _reversed(at, found), True),
        Route("symmetry", "numpy", lambda: _symmetric(at, found), True),
        Route("forward over reverse on jax", "jax", lambda: _pushed(at, "jax", found), True),
    ]


def _pushed(at: Setting, backend: Backend, found: list[Known]) -> str:
    """The tangent of value_and_grad: value, gradient, slope and product, and the same again."""
    numbers = at.program.argnums
    both = value_and_grad(at.function, numbers, backend=backend)
    pushed = pushforward(both, numbers, backend=backend)
    for k, point in enumerate(at.points):
        args, direction = fresh_arguments(point.args), direction_of(at, point)
        before = same_bytes((args, direction))
        result = pushed.along(args, {}, direction)
        if same_bytes((args, direction)) != before:
            raise Disagrees("changes its arguments or their tangents")
        if same_bytes(pushed.along(args, {}, direction)) != same_bytes(result):
            raise Disagrees("gives something else when called again")
        (value, gradient), (slope, product) = result
        check_value(point, value, backend)
        check_kinds(at.program, point, gradient)
        check_kinds(at.program, point, product)
        same_gradients(both(*args)[1], gradient, "that of value_and_grad")
        expected, size = inner_product(direction, gradient)
        near = SINGLE if single(point) else EXACT
        if not abs(float(slope) - expected) <= near * max(1.0, abs(expected), size):
            raise Disagrees("the slope is not the gradient along its direction", f"{slope}, not {expected}")
        if backend == "numpy":
            found.append(Known(gradient, product))
        elif k < len(found):
            same_gradients(found[k].product, product, "the product of NumPy")
    return at.points[0].oracle


def _differences(at: Setting, found: list[Known]) -> str:
    """Differences of the gradient in double precision, component by component, with two steps."""
    numbers = at.program.argnums
    gradient = grad(at.twin, numbers)
    oracle = "differences of the gradient"
    for point, known in zip(at.points, found, strict=True):
        args = tree_map(double, point.args)
        assert isinstance(args, tuple)
        line = line_through(gradient, args, numbers, point.direction)
        near, far = (_differenced(line, step) for step in (STEP / 2, STEP))
        scale = max(1.0, float(np.max(np.abs(near), initial=0.0)))
        if not np.all(np.isfinite(near)) or scale > LARGEST:
            oracle = "no finite differences"
            continue
        doubt = np.abs(near - far)
        if not np.all(doubt <= BESIDE * scale):
            oracle = "beside a kink of the gradient"
            continue
        parts = [np.ravel(np.asarray(part)) for part in flatten(known.product)[0] if is_inexact(part)]
        product = np.concatenate([part.astype(np.float64) for part in parts])
        tolerance = SINGLE if single(point) else ROUGH
        if not np.all(np.abs(product - near) <= tolerance * scale + 10 * doubt):
            raise Disagrees("the product is not what differences say", f"{product}\nnot {near}")
    return oracle


def _differenced(line: Line, step: float) -> np.ndarray[Any, Any]:
    return np.asarray(along(line, "five-point", step).value)


def _reversed(at: Setting, found: list[Known]) -> str:
    """The gradient of the slope along the direction, which is computed by reverse mode too."""
    numbers = at.program.argnums
    for point, known in zip(at.points, found, strict=True):
        slope = slope_along(grad(at.function, numbers), at.function, point.args, {}, direction_of(at, point))
        gradient = grad(slope, numbers)(*fresh_arguments(point.args))
        check_kinds(at.program, point, gradient)
        same_gradients(known.product, gradient, "that of reverse over reverse")
    return "reverse over reverse"


def _symmetric(at: Setting, found: list[Known]) -> str:
    """u H v is v H u, for another direction u."""
    numbers = at.program.argnums
    random = np.random.default_rng([at.program.seed, 11])
    pushed = pushforward(grad(at.function, numbers), numbers)
    for point, known in zip(at.points, found, strict=True):
        direction = direction_of(at, point)
        other = tuple(tree_map(lambda leaf: _drawn(random, leaf), point.args[k]) for k in numbers)
        _, product = pushed.along(fresh_arguments(point.args), {}, other)
        ours, size = inner_product(other, known.product)
        theirs, more = inner_product(direction, product)
        near = SINGLE if single(point) else EXACT
        if not abs(ours - theirs) <= near * max(1.0, size, more):
            raise Disagrees("the Hessian is not symmetric", f"{ours}, not {theirs}")
    return "symmetry"


def _drawn(random: np.random.Generator, leaf: Any) -> Any:
    return like_leaf(leaf, random.standard_normal(np.shape(leaf))) if is_inexact(leaf) else leaf

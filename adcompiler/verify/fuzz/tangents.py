"""The routes to tangents: pushforward and jvp against the slope of the program, and against reverse mode."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.api import Backend
from adcompiler.derivatives import jacfwd, jvp, pushforward
from adcompiler.pullbacks import vjp
from adcompiler.pytree import flatten, tree_map
from adcompiler.verify.finite import fresh_arguments, is_inexact, like_leaf
from adcompiler.verify.fuzz.compare import (
    EXACT,
    ROUGH,
    SAME,
    SINGLE,
    Disagrees,
    Route,
    Setting,
    check_value,
    same_gradients,
    single,
)
from adcompiler.verify.fuzz.values import Point
from adcompiler.verify.judgement import inner_product, same_bytes


def tangents(at: Setting) -> list[Route]:
    """The routes to a tangent; the first one gives the others what to compare with."""
    found: list[Any] = []
    return [
        Route("pushforward", "numpy", lambda: _pushed(at, "numpy", found)),
        Route("dot product", "numpy", lambda: _dotted(at, found), True),
        Route("jacfwd", "numpy", lambda: _by_columns(at), True),
        Route("pushforward on jax", "jax", lambda: _pushed(at, "jax", found), True),
    ]


def direction_of(at: Setting, point: Point) -> tuple[Any, ...]:
    """The direction of the point's slope, in the types and dtypes of the arguments."""
    numbers = at.program.argnums
    pairs = zip(numbers, point.direction, strict=True)
    return tuple(tree_map(like_leaf, point.args[k], d) for k, d in pairs)


def _pushed(at: Setting, backend: Backend, found: list[Any]) -> str:
    """pushforward: the value, the tangent, the same again, and the arguments as they were."""
    pushed = pushforward(at.function, at.program.argnums, backend=backend)
    for k, point in enumerate(at.points):
        args, direction = fresh_arguments(point.args), direction_of(at, point)
        before = same_bytes((args, direction))
        value, tangent = pushed.along(args, {}, direction)
        if same_bytes((args, direction)) != before:
            raise Disagrees("changes its arguments or their tangents")
        again = pushed.along(args, {}, direction)
        if same_bytes(again) != same_bytes((value, tangent)):
            raise Disagrees("gives something else when called again", f"{(value, tangent)}\n{again}")
        check_value(point, value, backend)
        if np.shape(tangent) or np.asarray(tangent).dtype != np.asarray(value).dtype:
            raise Disagrees("the tangent has another shape or dtype", f"{tangent!r} of {value!r}")
        near = SINGLE if single(point) else EXACT if point.oracle == "complex step" else ROUGH
        scale = max(1.0, abs(point.slope))
        if not abs(float(tangent) - point.slope) <= near * scale + 10 * point.doubt:
            said = f"{float(tangent)!r}, by {point.oracle} {point.slope!r}"
            raise Disagrees("the tangent is wrong", said)
        if backend == "numpy":
            found.append(tangent)
        elif k < len(found):
            same_gradients([found[k]], [tangent], "the tangent of NumPy")
    return at.points[0].oracle


def _dotted(at: Setting, found: list[Any]) -> str:
    """vjp: the cotangents times the direction are the tangent; jvp gives what pushforward gives, bit for bit."""
    numbers = at.program.argnums
    for point, tangent in zip(at.points, found, strict=True):
        direction = direction_of(at, point)
        args = fresh_arguments(point.args)
        value, pullback = vjp(at.function, *args)
        check_value(point, value, "numpy")
        weight = like_leaf(value, 1.0)
        cotangents = pullback(weight)
        slope, size = inner_product(direction, tuple(cotangents[k] for k in numbers))
        near = SINGLE if single(point) else EXACT
        if not abs(float(tangent) - slope) <= near * max(1.0, abs(slope), size):
            raise Disagrees("the tangent is not the dot product with the cotangents", f"{tangent}, {slope}")
        whole = [tree_map(_nothing, arg) for arg in args]
        for k, part in zip(numbers, direction, strict=True):
            whole[k] = part
        again = jvp(at.function, args, whole)
        near = SINGLE if single(point) else SAME
        if not np.allclose(float(again[1]), float(tangent), rtol=near, atol=near):
            raise Disagrees("jvp is not pushforward", f"{again[1]!r}, not {tangent!r}")
    return at.points[0].oracle


def _nothing(leaf: Any) -> Any:
    return like_leaf(leaf, np.zeros(np.shape(leaf))) if is_inexact(leaf) else leaf


def _by_columns(at: Setting) -> str:
    """jacfwd: all of the gradient, an element a sweep."""
    point = at.points[0]
    numbers = tuple(k for k in at.program.argnums if all(map(is_inexact, flatten(point.args[k])[0])))
    columns = jacfwd(at.function, numbers)(*fresh_arguments(point.args))
    _, pullback = vjp(at.function, *fresh_arguments(point.args))
    cotangents = pullback(like_leaf(point.value, 1.0))
    expected = tuple(cotangents[k] for k in numbers)
    same_gradients(expected, columns, "that of reverse mode")
    return point.oracle

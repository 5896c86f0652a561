"""`match`: which case is taken, what it binds, and how control leaves it."""

from __future__ import annotations

import collections
import enum
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from traps import V, W, numpy_trap, trap


class Mode(enum.Enum):
    LINEAR = 1
    SQUARE = 2


@dataclass
class Circle:
    radius: float


@dataclass
class Box:
    width: float
    height: float


class Point(NamedTuple):
    x: float
    y: float


@trap((V, "soft"), (V, "hard"), (V, "relu"), (V, None), (V, True), (V, 1), (V, 1.0))
def a_case_for_each_constant(x, kind):
    match kind:
        case "soft":
            return np.sum(np.log1p(np.exp(x)))
        case "hard" | "relu":
            y = np.maximum(x, 0.0)
        case None:
            y = x
        case True:
            y = x * x
        case 1:
            y = x**3
    return np.sum(y)


@trap((V, Mode.LINEAR), (V, Mode.SQUARE))
def a_case_for_each_member(x, mode=Mode.LINEAR):
    match mode:
        case Mode.LINEAR:
            return np.sum(x)
        case Mode.SQUARE:
            return np.sum(x * x)


@trap((V,), (W,), (V + 1.0,))
def cases_that_data_decides(x):
    total = 0.0
    for v in x:
        match v:
            case t if t > 1.9:
                break
            case t if t > 0.6:
                total += t * t
                continue
            case t:
                total += np.sin(t)
        total *= 1.5
    return total


@trap((V,), (W,))
def a_guard_sees_the_names_of_its_pattern(x):
    y = x[0]
    match (x[0], x[1]):
        case (y, z) if y > 1.0:
            r = y * 2.0
        case (z, y) if z < y:
            r = y * z * 3.0
        case _:
            r = 1.0
    return r * y + z


@trap((V,))
def steps_of_a_program(x):
    y = x
    for step in (("mul", 0.5), ("add", x[0]), ("scale", 0.7), ("pow", 2), ("sin",)):
        match step:
            case ("mul" | "scale", k):
                y = y * k
            case ("add", k):
                y = y + k
            case ("pow", int() as n):
                y = y**n
            case (name,):
                y = getattr(np, name)(y)
    return np.sum(y)


@trap((V, 0), (V, 1), (V, 2))
def alternatives_that_bind(x, k):
    match (k, x[0]):
        case (0, y) | (y, 0):
            return y * 2.0
        case (1, (y)) | (2.5, y):
            return y * y
        case pair:
            return pair[1] * x[1]


@trap((V,), (V[:2],), (V[:1],))
def items_and_the_rest(x):
    items = [v * v for v in x]
    match items:
        case [a]:
            return a
        case [a, b]:
            return a * b
        case [a, *rest, b]:
            return a * b + sum(rest) * len(rest)


@numpy_trap((np.array([0.5, 3.0]),), (np.array([0.5, 0.7, 3.0]),), (np.array([0.5, 0.7, 0.2, 3.0]),))
def a_list_whose_length_data_decides(x):
    items = []
    k = 0
    while x[k] < 2.0:
        items.append(x[k] * x[-1])
        k += 1
    match items:
        case [a]:
            return a
        case [a, b]:
            return a * b
        case _:
            return np.sum(x)


@trap((V,), ([1.0, 2.0],), ((1.0, 2.0),))
def an_array_is_no_sequence(x):
    match x:
        case [a, b]:
            return a * b
        case _:
            return np.sum(x)


@trap((V, "ab"), (V, "b"))
def a_text_is_no_sequence(x, text):
    match text:
        case [_, _]:
            return np.sum(x)
        case "ab":
            return np.sum(x * x)
        case str():
            return x[0]


@trap(
    (V, {"kind": "line", "w": 2.0}),
    (V, {"kind": "parabola", "w": (2.0, 3.0)}),
    (V, {"kind": "line"}),
    (V, {}),
)
def a_dict_of_settings(x, settings):
    match settings:
        case {"kind": "line", "w": w}:
            return np.sum(x * w)
        case {"kind": "parabola", "w": [a, b]}:
            return np.sum(x * x * a + b)
        case {"kind": _}:
            return x[1]
        case {}:
            return x[0]


def area(shape):
    match shape:
        case Circle(radius=r):
            return np.pi * r**2
        case Box(width=a, height=b):
            return a * b
        case Point(x=0.0) | (_, 0.0):
            return 1.0
        case float() | int():
            return shape
        case _:
            raise ValueError(shape)


@trap((V,))
def a_class_for_each_shape(x):
    shapes = Circle(x[0]), Box(x[1], x[2]), Point(x[3], 0.0), x[2]
    return sum(area(shape) * (k + 1.0) for k, shape in enumerate(shapes))


@trap((V,))
def cases_inside_of_cases(x):
    r = 0.0
    match x[0]:
        case v if v < 1.0:
            for q in x:
                match q:
                    case t if t < v:
                        r += t * v
                    case t:
                        r += v * v * t
        case v:
            r = v
    return r * v


@trap((V,))
def a_match_in_a_function_inside(x):
    def chosen(k):
        match k:
            case "square":
                return lambda v: v * v
            case "sine":
                return np.sin
        return np.cos

    match x.shape:
        case (n,):
            return sum(np.sum(chosen(k)(x)) for k in ("square", "sine", "other")) / n


@trap((V,))
def no_case_fits(x):
    y = x[0]
    match collections.deque([x[0], x[1]]):
        case [a, b, c]:
            y = a * b * c
        case (a, 7.0):
            y = a
    return y * x[1]


@trap((V,), (W,))
def the_names_that_the_front_end_gives(x):
    result = x[1]
    match x[0] > 1.0:
        case True if result > 0.0:
            return result
        case isinstance if x[2] > 0.0:
            result = x[2] * isinstance
    return result * x[0]


@trap((V, {"w": 2.0}), (V, {}))
def a_match_that_is_tried(x, settings):
    try:
        match settings["w"]:
            case float() as w:
                y = x * w
    except KeyError:
        y = x * x
    return np.sum(y)


def parts(x):
    for v in x:
        match v:
            case w if w > 0.6:
                yield w * w
            case w:
                yield np.sin(w)


@numpy_trap((V,), (W,))
def a_match_that_yields(x):
    return sum(v * (k + 1.0) for k, v in enumerate(parts(x)))

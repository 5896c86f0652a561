"""Derivatives where a function has none, or more than one: zeros, ties, and what is no number.

Each line is a program at one point, with the numbers that both backends must give for its cotangents (of a
cotangent of ones). They are those of the installed JAX, or it is said what JAX gives and why that is not taken.
docs/rules.md shows the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from operations.record import BOTH, NUMPY, Backends

inf, nan = np.inf, np.nan


@dataclass(frozen=True)
class Kink:
    """A program at a point.

    gives: the cotangents of the floating-point operands, in their order.
    jax:   what JAX gives, where that is something else.
    why:   the reason, where JAX gives something else.
    """

    text: str
    at: dict[str, Any]
    gives: tuple[Any, ...]
    jax: tuple[Any, ...]
    why: str = ""
    backends: Backends = BOTH


GROUPS: dict[str, list[Kink]] = {}


def group(title: str) -> None:
    """Begin a part of the table."""
    GROUPS[title] = []


def kink(
    text: str, *gives: Any, jax: Any = None, why: str = "", backends: Backends = BOTH, **at: Any
) -> None:
    """Add a line; lists are arrays."""
    assert bool(why) == (jax is not None), "a difference from JAX needs a reason"
    values = {name: _array(value) for name, value in at.items()}
    GROUPS[list(GROUPS)[-1]].append(Kink(text, values, gives, gives if jax is None else jax, why, backends))


def _array(value: Any) -> Any:
    return np.array(value) if isinstance(value, list) else value


group("Ties of the larger and the smaller")
kink("np.maximum(x, 0.0)", 0.5, x=0.0)
kink("np.minimum(x, 0.0)", 0.5, x=0.0)
kink("np.maximum(a, b)", 0.5, 0.5, a=2.0, b=2.0)
kink("np.fmax(a, b)", 0.5, 0.5, a=2.0, b=2.0, jax=(0.0, 1.0), why="half each, as of np.maximum")
kink("np.fmin(a, b)", 0.5, 0.5, a=2.0, b=2.0, jax=(0.0, 1.0), why="half each, as of np.maximum")
kink("np.maximum(a, b)", 0.5, 0.5, a=inf, b=inf)
kink("np.maximum(x, x)", 1.0, x=3.0)
kink("max(a, b)", 0.5, 0.5, a=2.0, b=2.0, jax=(1.0, 0.0), why="half each, as of np.maximum")
kink("min(a, b)", 0.5, 0.5, a=2.0, b=2.0, jax=(1.0, 0.0), why="half each, as of np.maximum")
kink("np.clip(x, 0.0, 1.0)", [0.0, 0.5, 1.0, 0.5, 0.0], x=[-1.0, 0.0, 0.5, 1.0, 2.0])
kink("np.clip(x, 1.0, 0.0)", [0.0, 0.0, 0.0], x=[-1.0, 0.5, 2.0])
kink("np.max(x)", [0.0, 0.5, 0.5], x=[1.0, 3.0, 3.0])
kink("np.min(x)", [0.25, 0.25, 0.25, 0.25], x=[2.0, 2.0, 2.0, 2.0])
kink("np.max(x, axis=1)", [[0.5, 0.5], [0.0, 1.0]], x=[[1.0, 1.0], [0.0, 2.0]])
kink("np.sort(x)", [1.0, 1.0, 1.0], x=[2.0, 2.0, 1.0])
_FIXED = "as with size=, without which JAX gives 0"
kink(
    "np.unique(x)",
    [1.0, 1.0, 0.0, 0.0],
    x=[2.0, 1.0, 2.0, 1.0],
    jax=([0.0] * 4,),
    why=_FIXED,
    backends=NUMPY,
)
kink("np.unique(x)", [1.0, 1.0, 0.0], x=[nan, 1.0, nan], jax=([0.0] * 3,), why=_FIXED, backends=NUMPY)
for _name, _gives in (
    ("union1d", ([1.0, 1.0, 0.0], [0.0, 1.0])),
    ("intersect1d", ([1.0, 0.0, 0.0], [0.0, 0.0])),
    ("setdiff1d", ([0.0, 1.0, 0.0], [0.0, 0.0])),
    ("setxor1d", ([0.0, 1.0, 0.0], [0.0, 1.0])),
):
    kink(
        f"np.{_name}(a, b)",
        *_gives,
        a=[2.0, 1.0, 2.0],
        b=[2.0, 3.0],
        jax=([0.0] * 3, [0.0] * 2),
        why=_FIXED,
        backends=NUMPY,
    )
kink("np.linalg.norm(x, np.inf)", [-0.5, 0.5, 0.0], x=[-2.0, 2.0, 1.0])

group("Zero")
kink(
    "np.abs(x)",
    0.0,
    x=0.0,
    jax=(1.0,),
    why="the same from both sides; JAX has changed its mind between versions",
)
kink(
    "abs(x)",
    0.0,
    x=0.0,
    jax=(1.0,),
    why="the same from both sides; JAX has changed its mind between versions",
)
kink(
    "np.fabs(x)",
    0.0,
    x=0.0,
    jax=(1.0,),
    why="the same from both sides; JAX has changed its mind between versions",
)
kink("np.sign(x)", 0.0, x=0.0)
kink("np.sqrt(x)", inf, x=0.0)
kink("np.cbrt(x)", inf, x=0.0)
kink("np.log(x)", inf, x=0.0)
kink("np.log1p(x)", inf, x=-1.0)
kink("1 / x", -inf, x=np.float64(0.0))
kink("np.linalg.norm(x)", [nan, nan], x=[0.0, 0.0])
kink("np.linalg.norm(x, 1)", [0.0, 1.0], x=[0.0, 2.0], jax=([1.0, 1.0],), why="as of np.abs")
kink("np.hypot(a, b)", nan, nan, a=0.0, b=0.0, jax=(0.5, 0.5), why="there is no slope, as of the norm")
kink("np.arctan2(a, b)", nan, nan, a=0.0, b=0.0)
kink("np.sinc(x)", 0.0, x=0.0)
kink("np.arccosh(x)", inf, x=1.0)
kink("np.arcsin(x)", inf, x=1.0)
kink("np.std(x)", [nan, nan], x=[2.0, 2.0])
kink("np.prod(x)", [0.0, 3.0, 0.0], x=[1.0, 0.0, 3.0])
kink("np.prod(x)", [0.0, 0.0, 0.0], x=[1.0, 0.0, 0.0])
kink("np.abs(x)", 0j, x=0j)
kink("np.angle(x)", nan + 0j, x=0j)

group("Powers")
kink("x ** 0", 0.0, x=0.0)
kink("x ** 0.0", 0.0, x=0.0, jax=(nan,), why="it is the constant 1")
kink("x ** 1", 1.0, x=0.0)
kink("x ** 2", 0.0, x=0.0)
kink("x ** 0.5", inf, x=np.float64(0.0))
kink("x ** -1", -inf, x=np.float64(0.0))
kink("0.0 ** x", 0.0, x=2.0)
kink("0.0 ** x", 0.0, x=0.0)
kink("a ** b", 0.0, 0.0, a=0.0, b=0.0, jax=(nan, 0.0), why="as of x ** 0")
kink("a ** b", 1.0, 0.0, a=0.0, b=1.0)
kink("a ** b", 0.0, 0.0, a=0.0, b=2.0)
kink("a ** b", 12.0, nan, a=np.float64(-2.0), b=np.float64(3.0))

group("Steps and remainders")
kink("np.floor(x)", 0.0, x=2.0)
kink("np.round(x)", 0.0, x=0.5)
kink("np.heaviside(a, b)", 0.0, 1.0, a=0.0, b=0.7)
kink("a % b", 1.0, -2.0, a=4.0, b=2.0)
kink("a // b", 0.0, 0.0, a=4.0, b=2.0)
kink("np.copysign(a, b)", 0.0, 0.0, a=0.0, b=1.0, jax=(1.0, 0.0), why="as of np.abs")

group("Choices")
kink("np.where(x > 0, x, 2.0 * x)", 2.0, x=0.0)
kink("np.where(x > 0, np.sqrt(x), 0.0)", nan, x=0.0)
kink("np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)", 0.0, x=0.0)
kink("x if x > 0 else 2.0 * x", 2.0, x=0.0)
kink("np.nan_to_num(x)", [0.0, 0.0, 1.0], x=[nan, inf, 2.0])

group("Not a number, infinities")
kink("np.maximum(a, b)", 0.0, 0.0, a=nan, b=1.0)
kink("np.fmax(a, b)", 0.0, 1.0, a=nan, b=1.0)
kink("np.max(x)", [nan, nan], x=[nan, 1.0])
kink("np.sum(x)", [1.0, 1.0], x=[nan, inf])
kink("np.exp(x)", [0.0, inf], x=[-inf, inf])
kink("np.tanh(x)", [0.0, 0.0], x=[-inf, inf])
kink("np.log(x)", [0.0, nan], x=[inf, nan])
kink("x * 0.0", 0.0, x=inf)
kink("np.logaddexp(a, b)", 1.0, 0.0, a=0.0, b=-inf)
kink("np.logaddexp(a, b)", nan, nan, a=-inf, b=-inf)

group("Empty arrays, axes of size 1, numbers")
kink("np.sum(x)", np.zeros(0), x=np.zeros(0))
kink("np.prod(x)", np.zeros(0), x=np.zeros(0))
kink("np.mean(x, axis=0)", np.zeros((2, 0)), x=np.zeros((2, 0)))
kink("np.sum(np.max(x, axis=0))", np.zeros((2, 0)), x=np.zeros((2, 0)))
kink("np.cumsum(x)", np.zeros(0), x=np.zeros(0))
kink("np.linalg.norm(x)", np.zeros(0), x=np.zeros(0))
kink("np.var(x)", [0.0], x=[3.0])
kink("np.std(x)", [nan], x=[3.0])
kink("np.var(x, ddof=1)", [nan], x=[3.0])
kink("np.sum(x * y)", [5.0], [3.0, 3.0], x=[3.0], y=[2.0, 3.0])
kink("x * y", 4.0, np.array(3.0), x=3.0, y=np.array(4.0))
kink("np.sum(x)", np.array(1.0), x=np.array(4.0))

group("Integers and truth values")
kink("x * n", 3.0, x=2.0, n=3)
kink("np.sum(x ** n)", [1.0, 4.0, 27.0], x=[1.0, 2.0, 3.0], n=np.array([1, 2, 3]))
kink("np.sum(x * c)", [1.0, 0.0], x=[2.0, 3.0], c=np.array([True, False]))
kink("np.sum(x[c])", [1.0, 0.0], x=[2.0, 3.0], c=np.array([True, False]), backends=("numpy",))

group("Sorting, quantiles, running extremes, interpolation")
kink("np.median(x)", [0.0, 0.5, 0.5, 0.0], x=[1.0, 2.0, 2.0, 3.0])
kink("np.median(x)", [0.0, 1.0, 0.0], x=[2.0, 2.0, 2.0])
kink("np.quantile(x, 0.5, method='lower')", [1.0, 0.0], x=[1.0, 1.0])
kink("np.pad(x, 1, mode='maximum')", [1.0, 2.0, 2.0], x=[1.0, 3.0, 3.0])
kink("np.ptp(x)", [-1.0, 0.5, 0.5], x=[0.0, 1.0, 1.0])
kink("np.nanmax(x)", [0.0, 0.5, 0.5], x=[nan, 3.0, 3.0])
kink("np.nanmean(x)", [0.0, 0.5, 0.5], x=[nan, 3.0, 5.0])
kink("np.max(x, initial=2.0)", [0.0, 0.5], x=[1.0, 2.0])
kink("np.sum(x, where=c)", [1.0, 0.0], x=[nan, nan], c=[True, False])
kink("np.interp(x, p, y)", 1.0, [0.0, 1.0, 0.0], x=1.0, p=np.array([0, 1, 2]), y=[0.0, 1.0, 2.0])
kink("np.interp(x, p, y)", 0.0, [0.0, 0.0, 1.0], x=3.0, p=np.array([0, 1, 2]), y=[0.0, 1.0, 2.0])
kink(
    "np.maximum.accumulate(x)",
    [1.0, 1.0],
    jax=([1.5, 0.5],),
    why="the latest of equal elements gets all, at each place",
    x=[2.0, 2.0],
)

"""The control flow of jax.lax, as the loops and branches that it stands for."""

from __future__ import annotations

from typing import Any

from adcompiler.frontend import trees

_NOTHING = object()


def fori_loop(lower: Any, upper: Any, body_fun: Any, init_val: Any, *, unroll: Any = None) -> Any:
    """A loop over a range that carries a value."""
    value = init_val
    for i in range(lower, upper):
        value = body_fun(i, value)
    return value


def while_loop(cond_fun: Any, body_fun: Any, init_val: Any) -> Any:
    """A loop that carries a value as long as a condition holds."""
    value = init_val
    while cond_fun(value):
        value = body_fun(value)
    return value


def cond(pred: Any, true_fun: Any, false_fun: Any, *operands: Any, operand: Any = _NOTHING) -> Any:
    """One of two functions."""
    given = operands if operand is _NOTHING else (operand,)
    if pred:
        return true_fun(*given)
    return false_fun(*given)


def switch(index: Any, branches: Any, *operands: Any, operand: Any = _NOTHING) -> Any:
    """One of several functions, by its number; the first or the last for numbers beyond."""
    given = operands if operand is _NOTHING else (operand,)
    return _chosen(index, 0, tuple(branches), given)


def _chosen(index: Any, number: Any, branches: Any, given: Any) -> Any:
    first = branches[0]
    if len(branches) == 1:
        return first(*given)
    if index <= number:
        return first(*given)
    return _chosen(index, number + 1, branches[1:], given)


def scan(f: Any, init: Any, xs: Any = None, length: Any = None, reverse: Any = False, unroll: Any = 1) -> Any:
    """A loop over the items of arrays that carries a value and stacks what every trip gives."""
    count = trees.trips(xs, length)
    carry, ys = trees.room(f, init, xs, count)
    for k in reversed(range(count)) if reverse else range(count):
        carry, y = f(carry, trees.item(xs, k))
        trees.put(ys, k, y)
    return carry, ys


def map(f: Any, xs: Any, *, batch_size: Any = None) -> Any:
    """A function of every item, stacked."""
    return scan(lambda carry, x: (carry, f(x)), (), xs)[1]

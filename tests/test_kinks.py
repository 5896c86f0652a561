"""The table of kinks and special values, exactly, on both backends; and what the installed JAX gives."""

from __future__ import annotations

import math
from typing import Any

import kinks
import numpy as np
import pytest
from operations.program import is_active, jax_primal, primal
from operations.record import Proof, Sample

from adcompiler import grad, vjp

KINKS = [kink for lines in kinks.GROUPS.values() for kink in lines]
NAMES = [f"{k.text} at {', '.join(f'{n}={v}' for n, v in k.at.items())}" for k in KINKS]


def same(found: list[Any], wanted: tuple[Any, ...]) -> None:
    """Fail unless all numbers and shapes are equal; NaN is equal to NaN."""
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert np.array_equal(np.asarray(ours), np.asarray(theirs), equal_nan=True), f"{found}, not {wanted}"


@pytest.mark.parametrize("kink", KINKS, ids=NAMES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_both_backends_give_it(kink: kinks.Kink, backend: str) -> None:
    if backend not in kink.backends:
        return
    sample = Sample("a kink", 0, kink.text, kink.at, Proof())
    arguments = tuple(kink.at.values())
    value, pullback = vjp(primal(sample), *arguments, backend=backend)
    found = pullback(np.ones(np.shape(value), np.asarray(value).dtype)[()])
    same([c for argument, c in zip(arguments, found, strict=True) if is_active(argument)], kink.gives)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_infinite_slopes_of_python_numbers() -> None:
    """Python raises where NumPy and XLA give infinity."""

    def quarter(x: Any) -> Any:
        return x**0.25

    def root(x: Any) -> Any:
        return math.sqrt(x)

    for f in (quarter, root):
        assert f(0.0) == 0.0
        with pytest.raises(ZeroDivisionError):
            grad(f)(0.0)
        assert grad(f, backend="jax")(0.0) == np.inf
    assert grad(quarter)(np.float64(0.0)) == np.inf
    assert grad(lambda x: np.sqrt(x))(0.0) == np.inf


@pytest.mark.parametrize("kink", KINKS, ids=NAMES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_jax_gives(kink: kinks.Kink) -> None:
    jax = pytest.importorskip("jax")
    sample = Sample("a kink", 0, kink.text, kink.at, Proof())
    arguments = list(kink.at.values())
    active = [k for k, argument in enumerate(arguments) if is_active(argument)]

    def f(*values: Any) -> Any:
        given = dict(zip(active, values, strict=True))
        return jax_primal(sample)(*(given.get(k, argument) for k, argument in enumerate(arguments)))

    with jax.enable_x64(True):
        value, pull = jax.vjp(f, *(jax.numpy.asarray(arguments[k]) for k in active))
        found = list(pull(jax.numpy.ones_like(value)))
    try:
        same(found, kink.jax)
    except AssertionError:
        same(found, kink.gives)  # where JAX differed, a later version may not

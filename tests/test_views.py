"""Where NumPy gives a view, writes to it and to what it views are followed or refused: found out from NumPy itself."""

from __future__ import annotations

import copy
import warnings
from textwrap import indent
from typing import Any

import numpy as np
import pytest
from operations import SAMPLES, Sample
from operations.program import function, lines_of, namespace

from adcompiler import CompileError, value_and_grad, vjp

LAST = {
    "the view is written": "{view}[...] = 0.25\nreturn np.sum({base} * {base})",
    "the array is written": "{base}[...] = 3.0\nreturn np.sum({view} * {view})",
    "the array is written after the view was read": "s = np.sum({view} * {view})\n{base}[...] = 3.0\nreturn s",
}


def program(sample: Sample, result: str, last: str) -> Any:
    """A function of the sample's operands that goes on with its result, `v`."""
    body = indent(f"{lines_of(sample, result)}\n{last}", "    ")
    text = f"def f({', '.join(sample.operands)}):\n{body}\n"
    return function(text, "f", f"{sample.name} {hash(last)}", **{"np": np, **namespace(text)})


def views() -> list[tuple[Sample, str, str]]:
    """Samples whose result shares memory with an operand: the names of the view and of the operand."""
    found: dict[tuple[str, Any, str], tuple[Sample, str, str]] = {}
    for sample in SAMPLES:
        arguments = sample.arguments()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                result = program(sample, "v = {}", "return v")(*arguments.values())
            except Exception:  # a sample may be of what NumPy refuses
                continue
        parts = result if isinstance(result, (tuple, list)) else [result]
        for name, value in arguments.items():
            if not (isinstance(value, np.ndarray) and value.dtype == np.float64 and value.size):
                continue
            for k, part in enumerate(parts):
                if isinstance(part, np.ndarray) and np.shares_memory(part, value):
                    view = "v" if part is result else f"v[{k}]"
                    found.setdefault((sample.text, value.shape, name), (sample, view, name))
    return list(found.values())


VIEWS = views()


def test_there_are_enough() -> None:
    """NumPy gives views in many samples, of many operations."""
    assert len(VIEWS) > 100
    assert len({sample.operation for sample, _, _ in VIEWS}) > 20


@pytest.mark.parametrize("end", LAST)
def test_views(end: str) -> None:
    """The value is NumPy's, and the gradient that of differences, unless the program is refused."""
    followed = 0
    for sample, view, base in VIEWS:
        f = program(sample, "v = {}", LAST[end].format(view=view, base=base))
        arguments = list(sample.arguments().values())
        number = list(sample.operands).index(base)
        try:
            expected = f(*copy.deepcopy(arguments))
        except ValueError:
            continue  # the view is read-only
        try:
            value, slope = value_and_grad(f, argnums=number)(*copy.deepcopy(arguments))
        except CompileError:
            continue
        np.testing.assert_allclose(value, expected, rtol=1e-12, err_msg=sample.text)
        direction = np.random.default_rng(0).normal(size=arguments[number].shape)
        ends = []
        for step in (1e-5, -1e-5):
            shifted = copy.deepcopy(arguments)
            shifted[number] = shifted[number] + step * direction
            ends.append(f(*shifted))
        np.testing.assert_allclose(
            np.sum(slope * direction), (ends[0] - ends[1]) / 2e-5, rtol=1e-6, atol=1e-6, err_msg=sample.text
        )
        followed += 1
    assert followed > 60


def seen_twice(x: Any) -> Any:
    y = x * 2
    z = y.view()
    z[0] = x[1]
    return y.view(y.dtype) * x


def test_the_view_of_an_array_is_its_memory() -> None:
    x = np.array([1.0, 2.0, 3.0])
    value, pullback = vjp(seen_twice, x)
    assert np.array_equal(value, [2.0, 8.0, 18.0])
    assert np.array_equal(pullback(np.ones(3))[0], [2.0, 9.0, 12.0])


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: np.sum(x.view(np.int64)), "reads bytes as other numbers"),
        (lambda x: x.astype(np.float32, casting="safe"), "according to the rule 'safe'"),
        (lambda x: x.fill(), "missing a required argument"),
    ],
)
def test_methods_that_are_refused(f: Any, said: str) -> None:
    with pytest.raises(CompileError, match=said):
        vjp(f, np.ones(3))

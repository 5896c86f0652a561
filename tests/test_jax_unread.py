"""What nothing reads any more is dropped from the JAX text, and nothing else is."""

from __future__ import annotations

import ast

import numpy as np

from adcompiler import grad
from adcompiler.emit.jax_unread import without_unread


def dropped(text: str) -> str:
    definition = ast.parse(text).body[0]
    assert isinstance(definition, ast.FunctionDef)
    without_unread(definition)
    return ast.unparse(definition)


def test_ends_of_windows() -> None:
    def f(x, w, y):
        rows = y.shape[0]
        out = np.zeros(y.shape)
        for i in range(w.shape[0]):
            end = i + rows
            out += x[i:end] * w[i]
        return np.sum(out**2)

    rng = np.random.default_rng(1)
    args = rng.normal(size=7), rng.normal(size=3), np.zeros(5)
    on_xla = grad(f, (0, 1), backend="jax")
    text = on_xla.source(*args)
    assert "dynamic_slice" in text
    assert "i + rows" not in text
    for found, expected in zip(on_xla(*args), grad(f, (0, 1))(*args), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_chains_and_names_that_are_bound_anew() -> None:
    text = "def f(x):\n    a = x.shape[0]\n    b = a + 1\n    c = x\n    c = x * 2\n    return c"
    assert dropped(text) == "def f(x):\n    c = x * 2\n    return c"


def test_what_is_read_or_has_an_effect_stays() -> None:
    for text in (
        "def f(x):\n    a = x + 1\n\n    def g(y):\n        return a + y\n    return g(x)",
        "def f(xs):\n    last = xs.pop()\n    return xs",
        "def f(x):\n    for k in range(3):\n        y = x\n        x = x + 1\n    return y",
        "def f(x):\n    a = x\n    a = a * 2\n    return a",
        "def f(x, c):\n    a = x\n    if c:\n        a = 2 * x\n    return a",
    ):
        assert dropped(text) == text


def test_a_parameter_called_kernel_needs_no_import_of_this_package() -> None:
    def f(image, kernel):
        return np.sum(image[:3] * kernel)

    text = grad(f, (0, 1), backend="jax").source(np.ones(5), np.ones(3))
    assert "adcompiler" not in text

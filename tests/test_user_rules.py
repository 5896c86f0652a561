"""Primitives and rules that users add: by dotted path, through the functions that the tables use."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient, assert_same
from documents import NAMED, ROOT, examples
from modules import saved

from adcompiler import CompileError, check_grads, grad, value_and_grad
from adcompiler.primitives import registry
from adcompiler.primitives.registry import elementwise
from adcompiler.rules import registry as formulas
from adcompiler.rules.registry import RULES, rule

X = np.array([-1.0, 0.5, 2.0, 0.0])


@pytest.fixture(autouse=True)
def tables_as_before() -> Iterator[None]:
    """Rows that a test adds are taken out again, and what was found through them is forgotten."""
    tables: list[dict[Any, Any]] = [
        registry.PRIMITIVES,
        registry._BY_PATH,
        registry._functions,
        RULES,
        formulas._namespace,
    ]
    before = [dict(table) for table in tables]
    yield
    for table, rows in zip(tables, before, strict=True):
        table.clear()
        table.update(rows)
    registry._modules_seen = (0, 0)


def module(name: str, folder: Path) -> ModuleType:
    """A module of docs/rules.md."""
    for example in examples((ROOT / "docs" / "rules.md").read_text()):
        named = NAMED.match(example.code)
        if named and named[1] == name:
            return saved(example.code, folder / f"{name}.py")
    raise LookupError(name)


@pytest.fixture
def activations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module with softplus."""
    monkeypatch.delitem(sys.modules, "activations", raising=False)
    return module("activations", tmp_path)


def test_elementwise(activations: ModuleType, backend: str) -> None:
    """By attribute of its module, with broadcasting; values, first and second derivatives."""

    def cost(w, x):
        return np.sum(activations.softplus(w * x) ** 2)

    value, slope = value_and_grad(cost, argnums=(0, 1), backend=backend)(0.7, X)
    assert_same(value, cost(0.7, X))
    assert_gradient(cost, (0.7, X), slope, (0, 1))
    check_grads(cost, (0.7, X), order=2, backend=backend)


def test_in_a_loop(activations: ModuleType, backend: str) -> None:
    """By its own name, on scalars that a loop carries."""
    softplus = activations.softplus

    def cost(x):
        s = 0.0
        for i in range(len(x)):
            s = s + softplus(s * x[i])
        return s

    assert_gradient(cost, (X,), grad(cost, backend=backend)(X))


def test_the_rule_is_used(activations: ModuleType) -> None:
    """The printed adjoint is the user's formula, and the primal the user's template."""
    source = value_and_grad(lambda x: activations.softplus(x)).source(0.5)
    assert "np.logaddexp(0.0, x)" in source
    assert "1 + np.exp(-x)" in source
    assert "jax.nn.softplus(x)" in value_and_grad(lambda x: activations.softplus(x)).source(
        0.5, backend="jax"
    )


def test_emitted_code_stands_alone(activations: ModuleType, tmp_path: Path) -> None:
    """With templates, the emitted source knows nothing of the user's module."""
    source = value_and_grad(lambda x: np.sum(activations.softplus(x))).source(X)
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, ast.Name) or node.id != "activations"
    name = next(n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef))
    function = getattr(saved(source, tmp_path / "emitted.py"), name)
    assert_same(function(X)[1], 1 / (1 + np.exp(-X)))


def test_dtypes(activations: ModuleType, backend: str) -> None:
    """The dtype is that of the function itself."""
    gradient = grad(lambda x: np.sum(activations.softplus(x)), backend=backend)
    assert np.asarray(gradient(X)).dtype == np.float64
    assert np.asarray(gradient(X.astype(np.float32))).dtype == np.float32


def test_matrices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    """A primitive that is not elementwise, with its own rule for types."""
    monkeypatch.delitem(sys.modules, "systems", raising=False)
    systems = module("systems", tmp_path)
    a = np.array([[3.0, 1.0, 0.2], [1.0, 2.0, -0.5], [0.0, 0.3, 1.5]])

    def work(a, f):
        return np.dot(f, systems.solve(a, f))

    assert_gradient(work, (a, X[:3]), grad(work, argnums=(0, 1), backend=backend)(a, X[:3]), (0, 1))
    check_grads(work, (a, X[:3]), order=2, backend=backend)


def test_rule_as_a_function(tmp_path: Path, backend: str) -> None:
    """A rule may be a Python function, with formulas for other operands beside it."""
    swish = saved(
        "def swish(x, b):\n    return x / (1 + 2.718281828459045 ** (-b * x))\n", tmp_path / "own.py"
    ).swish
    elementwise(
        "swish(x, b, /)", "own.swish", numpy="x / (1 + np.exp(-b * x))", jax="x * jax.nn.sigmoid(b * x)"
    )

    def slope(g, y, x, b, **rest):
        share = y / x
        return g * share * (1 + b * (x - y))

    rule("swish(x, b)", x=slope, b="g * y * (x - y)")

    def cost(x, b):
        return np.sum(swish(x, b))

    x = np.array([-1.0, 0.5, 2.0])
    assert_gradient(cost, (x, 0.8), grad(cost, argnums=(0, 1), backend=backend)(x, 0.8), (0, 1))


def test_without_a_rule(tmp_path: Path) -> None:
    """A primitive without a rule is refused where a derivative has to pass through it, and only there."""
    own = saved("def cut(x):\n    return x - x % 0.5\n", tmp_path / "own.py")
    elementwise("cut(x, /)", "own.cut", numpy="x - x % 0.5", jax="x - x % 0.5")
    with pytest.raises(CompileError, match="no derivative rule") as caught:
        grad(lambda x: own.cut(x) * 2.0)(0.7)
    (diagnostic,) = caught.value.diagnostics
    assert "own.cut(x)" in diagnostic.location.text
    assert grad(lambda x, y: own.cut(y) * x)(0.7, 1.2) == 1.0


def test_rules_name_operands() -> None:
    """A formula for an operand that the primitive does not have is a mistake."""
    with pytest.raises(ValueError, match="no operand z"):
        rule("sin(x)", z="g")

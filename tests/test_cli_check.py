"""`adcompiler check`: what each oracle says of right and of wrong gradients, as a table and as JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from click.testing import CliRunner, Result

from adcompiler import cli, pipeline
from adcompiler.api import Gradient
from adcompiler.rules import registry
from adcompiler.transforms import forward
from adcompiler.verify import exact, judge, under_jax
from adcompiler.verify.judge import ORACLES, SYMMETRY
from adcompiler.verify.judgement import Subject, kink_at, slopes_beside

FUNCTIONS = """
from dataclasses import dataclass
import math
import numpy as np
from adcompiler import value_and_grad

def wave(x):
    return np.sin(x) * x

def layers(params, x, steps=2):
    h = x
    for _ in range(steps):
        h = np.tanh(params["W"] @ h + params["b"])
    return np.sum(h ** 2)

def sweep(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)

def power(x, n):
    s = 0.0
    for k in range(n):
        s += math.sin(x) ** k
    return s

def kinked(x):
    return np.sum(np.where(x > 0, x, 0.0) * np.array([1.0, 2.0, 3.0]))

def both(x):
    return np.sum(np.maximum(x, 0.0) * np.sin(x + 1.0))

def jumps(x):
    return np.floor(x) + x

def root(x):
    return np.sqrt(x)

def lossy(x):
    return np.sum(np.abs(x) * 1e-6)

def aliased(x):
    a = x * 1.0
    b = a
    b += 1.0
    return np.sum(a * x)

def stairs(x):
    return np.sum(np.sin(x).astype(np.float32) * x)

def halved(v):
    v *= 0.5

def writes(x):
    halved(x)
    return np.sum(x * x)

def minimum(x):
    return np.sum((x - np.array([1.0, 2.0])) ** 2)

def constant(x):
    return np.sin(x) ** 2 + np.cos(x) ** 2

def offset(x):
    return 1e10 + np.sin(x)

def hilbert(b):
    n = len(b)
    A = 1.0 / (np.arange(n)[:, None] + np.arange(n) + 1.0)
    return np.sum(np.linalg.solve(A, b) ** 2)

def size(z):
    return np.sum(np.abs(z) ** 2) + np.real(z[0])

@dataclass
class Spring:
    k: float
    x: np.ndarray

def energy(s):
    return 0.5 * s.k * np.sum(s.x ** 2)
energy_example = (Spring(2.0, np.array([3.0, 1.0])),)

@value_and_grad(has_aux=True, argnums=(0, 1))
def product(x, y):
    print("said by the function")
    return x * y * y, [x]
product_example = (2.0, 3.0)

def scaled(x, *, scale=2.0):
    return scale * x * np.log(x)

def shadowed(v, gradient, np_=1.0, *, slopes=2.0):
    return np.sum(np.sin(v) * gradient) * np_ * slopes

def masked(x):
    return np.median(x[x > 0.0] ** 2)

def hidden(x):
    with memoryview(b""):
        return np.log(x)

def outside(x):
    return x[10] * 2.0

def empty(x):
    return np.sum(x) + 1.0
"""

REGISTERED = """
import numpy as np
import optree

class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b

optree.register_pytree_node(
    Pair, lambda p: ((p.a, p.b), None), lambda _, parts: Pair(*parts), namespace=optree.registry.__GLOBAL_NAMESPACE
)

def f(p):
    return np.sum(p.a * p.b ** 2)

args = (Pair(np.array([2.0, 0.5]), np.array([1.0, 3.0])),)
"""

FIRST = tuple(oracle for oracle in ORACLES if oracle is not SYMMETRY)  # those for a gradient
NAMES = tuple(oracle.name for oracle in FIRST)
LAYERS = ("-a", "params={'W': f64[n,n], 'b': f64[n]}", "-a", "x=f64[n]")


@pytest.fixture(autouse=True)
def import_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that the command puts on the import path are taken off again."""
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of functions to check."""
    path = tmp_path_factory.mktemp("check") / "functions.py"
    path.write_text(FUNCTIONS)
    return path


def check(*words: object) -> Result:
    """`adcompiler check` with these words; never a traceback."""
    result = CliRunner().invoke(cli.main, ["check", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def table(*words: object) -> str:
    """What `adcompiler check` prints; no oracle may object."""
    result = check(*words)
    assert result.exit_code == 0, result.output
    return result.output


def report(*words: object, code: int = 0) -> dict[str, Any]:
    """The JSON object; the exit code has to fit it."""
    result = check(*words, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["agrees"] == (code == 0)
    return found


def by_name(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is said, by oracle."""
    return {row["oracle"]: row for row in found["oracles"]}


def agreements(found: Mapping[str, Any]) -> dict[str, str]:
    """Whether each oracle agrees."""
    return {row["oracle"]: row["agreement"] for row in found["oracles"]}


def blind(found: Mapping[str, Any]) -> set[str]:
    """The oracles that cannot see; all others have to agree."""
    assert "disagrees" not in agreements(found).values(), found
    return {name for name, agreement in agreements(found).items() if agreement == "cannot see"}


# ---------------------------------------------------------------- right gradients
def test_all_oracles_agree(file: Path) -> None:
    """A scalar closed form: every oracle sees it, and the exact ones to rounding."""
    rows = by_name(report(f"{file}:wave", "-a", "x=0.7"))
    assert tuple(rows) == NAMES
    assert {row["agreement"] for row in rows.values()} == {"ok"}
    slope = np.cos(0.7) * 0.7 + np.sin(0.7)
    for name in (
        "finite differences",
        "complex step",
        "50 digits",
        "jax.grad",
        "other backend",
        "unoptimised",
    ):
        worst = rows[name]["worst"]
        assert worst["component"] == "x" and worst["computed"] == pytest.approx(slope, rel=1e-14)
    assert all(rows[name]["error"] <= 1e-14 for name in ("complex step", "dot product", "50 digits"))
    assert rows["SymPy"]["note"] == "proved for real arguments: x"
    assert rows["value"]["error"] == 0.0 and rows["value"]["note"] == "bit for bit"


def test_table(file: Path) -> None:
    """A row an oracle, with the phrases that say what it sees; a line sums up."""
    out = table(f"{file}:wave", "-a", "x=0.7")
    lines = out.splitlines()
    assert lines[0] == "gradient of wave (NumPy)"
    header = "oracle +agreement +error +tolerance +worst component +it sees +it cannot see"
    assert re.fullmatch(header, lines[2])
    for oracle, line in zip(FIRST, lines[3:], strict=False):
        assert line.startswith(oracle.name) and "✓ ok" in line
        assert oracle.sees in line and line.endswith(oracle.blind)
    assert lines[-1] == "10 of 10 oracles agree"
    assert "\x1b" not in out


def test_containers(file: Path, backend: str) -> None:
    """Arrays in a dict, an integer beside them, on either backend; components as the user writes them."""
    found = report(f"{file}:layers", *LAYERS, "-a", "steps=3", "--backend", backend)
    assert found["backend"] == backend and found["argnums"] == [0]
    assert "drawn at random" in found["arguments"]
    assert blind(found) == {"SymPy", "50 digits"}
    rows = by_name(found)
    assert re.fullmatch(
        r"params\['(W'\]\[\d, \d|b'\]\[\d)\]", rows["finite differences"]["worst"]["component"]
    )
    assert rows["finite differences"]["checked"] == rows["finite differences"]["components"] == 12
    assert rows["other backend"]["note"] == (
        "XLA against NumPy" if backend == "numpy" else "NumPy against XLA"
    )
    assert rows["value"]["note"] == ("bit for bit" if backend == "numpy" else "to rounding")


def test_argnums(file: Path) -> None:
    """Several arguments, also counted from the end."""
    rows = by_name(report(f"{file}:layers", *LAYERS, "--argnum", "0", "--argnum", "1"))
    assert rows["finite differences"]["components"] == 15
    found = report(f"{file}:layers", *LAYERS, "-a", "steps=1", "--argnum", "-2")
    assert found["argnums"] == [-2]
    assert by_name(found)["finite differences"]["worst"]["component"].startswith("x[")


def test_in_place(file: Path) -> None:
    """What JAX refuses is said in its words; the complex step sees through arrays made by np.zeros."""
    found = report(f"{file}:sweep", "-a", "x=f64[n]")
    assert blind(found) == {"SymPy", "50 digits", "jax.grad"}
    assert by_name(found)["jax.grad"]["note"].startswith(
        "JAX refuses it: TypeError: JAX arrays are immutable"
    )


def test_integers(file: Path) -> None:
    """An integer that counts a loop; functions of math."""
    assert blind(report(f"{file}:power", "-a", "x=0.5", "-a", "n=4")) == set()


@pytest.mark.parametrize("order", [1, 2])
def test_kinds_of_arguments(file: Path, order: int) -> None:
    """Instances, keywords, auxiliary results, and what the function prints."""
    assert "SymPy" in blind(report(f"{file}:energy", "--order", order))
    assert blind(report(f"{file}:scaled", "-a", "x=2.0", "-a", "scale=3.0", "--order", order)) == set()
    result = check(f"{file}:product", "--order", order)
    assert result.exit_code == 0 and "said by the function" not in result.output
    count = {1: 10, 2: 11}[order]
    assert f"{count} of {count} oracles agree" in result.output


def test_complex_and_single(file: Path) -> None:
    """Complex arguments in JAX's convention; single precision to its own tolerance."""
    assert blind(report(f"{file}:size", "-a", "z=c128[n]")) == {
        "complex step",
        "SymPy",
        "50 digits",
    }
    rows = by_name(report(f"{file}:both", "-a", "x=f32[n]"))
    assert rows["jax.grad"]["tolerance"] == pytest.approx(2e-3, rel=1e-2)


def test_refused_by_the_other_backend(file: Path) -> None:
    """A program that XLA cannot have is judged without it."""
    found = report(f"{file}:masked", "-a", "x=[1.0, -2.0, 3.0]")
    assert "other backend" in blind(found) and "jax.grad" not in blind(found)
    assert by_name(found)["other backend"]["note"].startswith("refused: ")


def test_another_value_under_jax(file: Path) -> None:
    """Two names for one array: JAX computes something else, and is not believed."""
    found = report(f"{file}:aliased", "-a", "x=[1.0, 2.0]")
    assert by_name(found)["jax.grad"]["note"].startswith("under JAX the program has another value: ")
    assert "complex step" not in blind(found)
    written = report(f"{file}:writes", "-a", "x=[1.0, 2.0]")
    assert by_name(written)["jax.grad"]["note"].endswith("has another value: 5.0, not 1.25")


def test_empty(file: Path) -> None:
    """No component, nothing to object to."""
    found = report(f"{file}:empty", "-a", "x=f64[0]")
    assert by_name(found)["finite differences"]["note"] == "nothing to compare: no argument can vary"


# ---------------------------------------------------------------- second derivatives
def test_second_derivative(file: Path) -> None:
    """The gradient of the slope along a direction, by all oracles."""
    found = report(f"{file}:wave", "-a", "x=0.7", "--order", "2")
    assert found["order"] == 2 and blind(found) == set()
    rows = by_name(found)
    curvature = 2 * np.cos(0.7) - 0.7 * np.sin(0.7)
    slope = np.cos(0.7) * 0.7 + np.sin(0.7)
    ratio = rows["jax.grad"]["worst"]["computed"] / rows["value"]["worst"]["expected"]
    assert ratio == pytest.approx(curvature / slope, rel=1e-12)


def test_second_derivatives_of_arrays(file: Path, backend: str) -> None:
    """Containers and loops that write, on either backend."""
    assert blind(report(f"{file}:layers", *LAYERS, "--order", "2", "--backend", backend)) == {
        "SymPy",
        "50 digits",
    }
    found = report(f"{file}:sweep", "-a", "x=f64[n]", "--order", "2", "--backend", backend)
    assert "finite differences" not in blind(found) and "complex step" not in blind(found)


def test_second_derivatives_of_awkward_arguments(file: Path) -> None:
    """Complex arguments, and parameters with names that the slope would use itself."""
    seen = blind(report(f"{file}:size", "-a", "z=c128[n]", "--order", "2"))
    assert seen.isdisjoint({"finite differences", "forward mode", "symmetry", "other backend"})
    words = ("-a", "v=f64[n]", "-a", "gradient=f64[n]", "--argnum", "0", "--argnum", "1", "--order", "2")
    found = report(f"{file}:shadowed", *words, "-a", "slopes=3.0")
    assert blind(found) == {"SymPy", "50 digits"}


def test_second_derivatives_that_are_wrong(file: Path) -> None:
    """A rule whose own derivative is wrong: the first gradient is right, the second is not."""
    wrong = registry.RULES["cos"]
    with mock.patch.dict(
        registry.RULES, {"cos": replace(wrong, formulas={"x": _code("2.0 * -g * sin(x)", "cos")})}
    ):
        assert blind(report(f"{file}:wave", "-a", "x=0.7")) == set()
        found = report(f"{file}:wave", "-a", "x=0.7", "--order", "2", code=1)
    wrong = {name for name, agreement in agreements(found).items() if agreement == "disagrees"}
    knowing_the_function = {
        "finite differences",
        "complex step",
        "dot product",
        "SymPy",
        "50 digits",
        "jax.grad",
    }
    assert wrong == knowing_the_function and "cannot see" not in agreements(found).values()


# ---------------------------------------------------------------- where oracles cannot see
def test_a_kink(file: Path) -> None:
    """At a kink any slope between those of its two sides serves; the other components are compared."""
    found = report(f"{file}:kinked", "-a", "x=[1.0, 0.0, -1.0]")
    rows = by_name(found)
    kink = "the function has a kink at x[1] (slope 0 to the left, 2 to the right, 0 computed)"
    assert rows["finite differences"]["agreement"] == "ok" and rows["finite differences"]["note"] == kink
    assert {"complex step", "dot product"} <= blind(found)
    assert "the function has a kink (slope" in rows["dot product"]["note"]
    alone = by_name(report(f"{file}:kinked", "-a", "x=[0.0, 0.0, 0.0]"))
    assert alone["finite differences"]["agreement"] == "cannot see"
    assert alone["jax.grad"]["agreement"] == alone["other backend"]["agreement"] == "ok"


def test_a_kink_excuses_no_other_component(file: Path) -> None:
    """A wrong component beside a kink is found."""
    with mock.patch.dict(registry.RULES, {"where": scaled_rule("where", "2.0")}):
        found = report(f"{file}:kinked", "-a", "x=[1.0, 0.0, -1.0]", code=1)
    worst = by_name(found)["finite differences"]["worst"]
    assert (worst["component"], worst["computed"], worst["expected"]) == ("x[0]", 2.0, pytest.approx(1.0))


def test_a_slope_outside_of_a_kink(file: Path) -> None:
    """A slope that is not between those of the two sides is no convention."""
    with mock.patch.dict(registry.RULES, {"maximum": scaled_rule("maximum", "9.0")}):
        found = report(f"{file}:both", "-a", "x=[0.0, 0.0]", code=1)
    assert agreements(found)["finite differences"] == "disagrees"


def test_a_jump(file: Path) -> None:
    """Where the function jumps there is no slope."""
    found = report(f"{file}:jumps", "-a", "x=2.0")
    assert blind(found) == {
        "finite differences",
        "complex step",
        "dot product",
        "50 digits",
    }
    assert by_name(found)["finite differences"]["note"] == "the function jumps at x"
    assert by_name(found)["50 digits"]["note"].startswith("the point lies on the boundary of a case")


@pytest.mark.parametrize("order", [1, 2])
def test_a_wrong_tangent(file: Path, order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of forward mode alone is seen by the oracles that ask it, and by no other."""
    right = forward._Forward.summed

    def first_term(self: Any, op: Any, terms: Any, builder: Any) -> None:
        right(self, op, terms[:1], builder)

    monkeypatch.setattr(forward._Forward, "summed", first_term)
    rows = by_name(report(f"{file}:wave", "-a", "x=0.7", "--order", order, code=1))
    wrong = {name for name, row in rows.items() if row["agreement"] == "disagrees"}
    assert wrong == ({"forward mode"} if order == 1 else {"forward mode", "symmetry"})


def test_an_infinite_slope(file: Path) -> None:
    """At the end of the domain differences and the complex step say nothing, JAX does."""
    found = report(f"{file}:root", "-a", "x=0.0")
    rows = by_name(found)
    assert blind(found) == {
        "finite differences",
        "complex step",
        "dot product",
        "50 digits",
        "forward mode",
    }
    assert rows["jax.grad"]["agreement"] == "ok" and rows["jax.grad"]["worst"]["computed"] == "inf"


def test_a_lost_imaginary_part(file: Path) -> None:
    """abs drops the imaginary part without a word, also where slopes are small."""
    found = report(f"{file}:lossy", "-a", "x=[1.0, -2.0]")
    assert by_name(found)["complex step"]["note"].startswith("the imaginary part is lost on the way")


@pytest.mark.parametrize(
    ("name", "argument"),
    [("minimum", "x=[1.0, 2.0]"), ("constant", "x=0.3"), ("offset", "x=0.3"), ("hilbert", "b=f64[7]")],
)
def test_rounding_is_no_disagreement(file: Path, name: str, argument: str) -> None:
    """Gradients that vanish, values that hide their slope, and ill-conditioned systems."""
    assert "finite differences" not in blind(report(f"{file}:{name}", "-a", argument))


def test_single_precision_inside(file: Path) -> None:
    """Small steps fall on one stair, or on two, of a function of doubles that computes in single precision."""
    found = report(f"{file}:stairs", "-a", "x=[0.4, 1.3]")
    row = by_name(found)["finite differences"]
    assert row["agreement"] == "ok" or row["note"].startswith("the function is a staircase at x[")
    with mock.patch.dict(registry.RULES, {"sin": scaled_rule("sin", "1.5")}):
        report(f"{file}:stairs", "-a", "x=[0.4, 1.3]", code=1)


def test_parts_without_names(tmp_path: Path) -> None:
    """A direction cannot be written for a type whose parts have numbers for names."""
    path = tmp_path / "registered.py"
    path.write_text(REGISTERED)
    assert blind(report(f"{path}:f")) >= {"SymPy"}
    assert "the parts of a Pair have no names" in report(f"{path}:f", "--order", "2", code=1)["failed"]


def test_jax_functions_in_the_source(tmp_path: Path) -> None:
    """What the undecorated function computes in JAX's single precision is compared to that."""
    path = tmp_path / "with_jax.py"
    path.write_text("import jax.numpy as jnp\n\ndef f(x):\n    return jnp.sum(jnp.sin(x))\n")
    row = by_name(report(f"{path}:f", "-a", "x=[0.4, 1.3]"))["value"]
    assert (row["agreement"], row["note"]) == ("ok", "to rounding")


def test_an_oracle_that_takes_too_long(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy and JAX are stopped after a while."""

    def endless(*_: object) -> Any:
        while True:
            pass

    monkeypatch.setattr(exact, "prove", endless)
    monkeypatch.setattr(judge, "jax_gradient", endless)
    monkeypatch.setattr(judge, "SECONDS", 0.2)
    rows = by_name(report(f"{file}:wave", "-a", "x=0.7"))
    assert rows["SymPy"]["note"].startswith("no answer within") and rows["jax.grad"]["note"].startswith(
        "no answer"
    )


def test_without_jax(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs JAX says so."""
    from adcompiler.commands import check as command

    monkeypatch.setattr(under_jax, "has_jax", lambda: False)
    monkeypatch.setattr(command, "has_jax", lambda: False)
    rows = by_name(report(f"{file}:wave", "-a", "x=0.7"))
    assert rows["jax.grad"]["note"] == rows["other backend"]["note"] == "jax is not installed"


# ---------------------------------------------------------------- wrong gradients
def _code(text: str, name: str) -> Any:
    """A formula of a rule."""
    return compile(text, f"<rule {name}>", "eval")


def scaled_rule(name: str, factor: str) -> registry.Rule:
    """The rule of a primitive with its formulas wrong by a factor."""
    right = registry.RULES[name]

    def wrong(formula: registry.Formula) -> Callable[..., object]:
        def scaled(**names: Any) -> Any:
            found = registry.evaluate(formula, names)
            return None if found is None else found * float(factor)

        return scaled

    return replace(right, formulas={k: wrong(f) for k, f in right.formulas.items()}, same=None)


@pytest.mark.parametrize("factor", ["-1.0", "2.0", "1.0000001"])
def test_a_wrong_rule(file: Path, factor: str) -> None:
    """A planted fault: exit code 1, the oracles that know better, the component with both numbers."""
    with mock.patch.dict(registry.RULES, {"sin": scaled_rule("sin", factor)}):
        result = check(f"{file}:sweep", "-a", "x=[0.5, 0.9, 1.1]")
        found = report(f"{file}:sweep", "-a", "x=[0.5, 0.9, 1.1]", code=1)
    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith(
        "DISAGREES: finite differences, complex step, dot product"
    )
    rows = by_name(found)
    worst = rows["complex step"]["worst"]
    assert worst["component"] == "x[0]"
    # y1 = sin(y0) x1, y2 = sin(y1) x2
    y1 = np.sin(0.5) * 0.9
    right, wrong = (1 + c * np.cos(0.5) * 0.9 * (1 + c * np.cos(y1) * 1.1) for c in (1.0, float(factor)))
    assert worst["expected"] == pytest.approx(right, rel=1e-13)
    assert worst["computed"] == pytest.approx(wrong, rel=1e-13)
    assert rows["complex step"]["error"] > rows["complex step"]["tolerance"]
    assert f"x[0]: {worst['computed']:.10g}, not {worst['expected']:.10g}" in result.output
    # What shares the rule agrees with it.
    assert rows["other backend"]["agreement"] == rows["unoptimised"]["agreement"] == "ok"


def test_sympy_and_jax_object(file: Path) -> None:
    """The formula is wrong everywhere, the number at the point."""
    with mock.patch.dict(registry.RULES, {"sin": scaled_rule("sin", "-1.0")}):
        rows = by_name(report(f"{file}:wave", "-a", "x=0.7", code=1))
    objecting = {name for name, row in rows.items() if row["agreement"] == "disagrees"}
    assert objecting == {
        "finite differences",
        "complex step",
        "dot product",
        "SymPy",
        "50 digits",
        "jax.grad",
    }
    assert re.match(r"x: DIFFERS at x = \S+: ", rows["SymPy"]["note"])
    assert rows["SymPy"]["worst"]["component"].startswith("x at x = ")


def test_rounding_through_single_precision(file: Path) -> None:
    """A derivative that was rounded to single precision on the way does not pass."""
    right = Gradient.__call__

    def rounded(self: Gradient, *args: Any, **kwargs: Any) -> Any:
        result = right(self, *args, **kwargs)
        return result if self.value else np.float64(np.float32(result))

    with mock.patch.object(Gradient, "__call__", rounded):
        rows = by_name(report(f"{file}:wave", "-a", "x=0.7", code=1))
    assert rows["complex step"]["agreement"] == rows["unoptimised"]["agreement"] == "disagrees"
    assert 1e-9 < rows["complex step"]["error"] < 1e-7


def test_a_wrong_pass(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a pass breaks, the adjoint as derived shows; the value is none of the gradient's."""
    right = pipeline.build

    def broken(
        function: Any, args: Any, kwargs: Any, request: Any, check: bool = False, **options: Any
    ) -> Any:
        if options:
            return right(function, args, kwargs, request, check, **options)
        with mock.patch.dict(registry.RULES, {"sin": scaled_rule("sin", "3.0")}):
            return right(function, args, kwargs, request, check)

    monkeypatch.setattr(pipeline, "build", broken)
    rows = by_name(report(f"{file}:wave", "-a", "x=0.7", code=1))
    assert rows["unoptimised"]["agreement"] == "disagrees" and rows["value"]["agreement"] == "ok"


def test_another_value(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A primal that is off in its last bit."""
    right = Gradient.__call__

    def nudged(self: Gradient, *args: Any, **kwargs: Any) -> Any:
        result = right(self, *args, **kwargs)
        return (np.nextafter(result[0], 9.0), result[1]) if self.value else result

    monkeypatch.setattr(Gradient, "__call__", nudged)
    found = report(f"{file}:wave", "-a", "x=0.7", code=1)
    assert [name for name, said in agreements(found).items() if said == "disagrees"] == ["value"]
    worst = by_name(found)["value"]["worst"]
    assert worst["computed"] == np.nextafter(worst["expected"], 9.0)


def test_a_backend_that_fails(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is emitted for the other backend has to run, or to be refused."""
    right = Gradient.__call__

    def failing(self: Gradient, *args: Any, **kwargs: Any) -> Any:
        if self.backend == "jax":
            raise TypeError("not a valid JAX type")
        return right(self, *args, **kwargs)

    monkeypatch.setattr(Gradient, "__call__", failing)
    found = report(f"{file}:wave", "-a", "x=0.7", code=1)
    assert (
        by_name(found)["other backend"]["note"] == "XLA against NumPy: raises TypeError: not a valid JAX type"
    )


# ---------------------------------------------------------------- refusals
def test_refused(file: Path) -> None:
    """As show prints it, and as JSON with the place."""
    result = check(f"{file}:hidden", "-a", "x=1.0")
    assert result.exit_code == 1 and "`with` is not supported" in result.output and "^^^" in result.output
    found = report(f"{file}:hidden", "-a", "x=1.0", code=1)
    (refused,) = found["refused"]
    line = FUNCTIONS.splitlines().index('    with memoryview(b""):') + 1
    assert (refused["line"], refused["column"], refused["file"]) == (line, 10, str(file))
    assert "put the `with` around" in refused["instead"]
    assert found["oracles"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{file}:waves", "-a", "x=1.0"), "did you mean wave?"),
        (("nowhere.py:f",), "there is no file nowhere.py"),
        (("{file}:wave",), "no example value for x"),
        (("{file}:wave", "-a", "x=1.0", "--argnum", "3"), "argnums=3"),
        (("{file}:outside", "-a", "x=[1.0]"), "outside itself fails at the example: IndexError"),
    ],
)
def test_problems_in_words(file: Path, words: tuple[str, ...], said: str) -> None:
    """Whatever else is wrong is said in a line, and in JSON."""
    given = [word.format(file=file) for word in words]
    result = check(*given)
    assert result.exit_code == 1 and said in result.output.replace("\n", " ")
    assert said in report(*given, code=1)["failed"]


@pytest.mark.parametrize(
    "words", [("f.py:f", "--order", "3"), ("f.py:f", "--arg", "x"), ("f.py:f", "--backend", "c"), ()]
)
def test_misuse_is_exit_code_2(words: tuple[str, ...]) -> None:
    """Command lines that cannot be understood."""
    result = check(*words)
    assert result.exit_code == 2 and "Usage" in result.output


# ---------------------------------------------------------------- JSON
def test_keys_are_stable(file: Path) -> None:
    """What programs may rely on; numbers that JSON has not are text."""
    found = report(f"{file}:wave", "-a", "x=0.7")
    keys = "target function backend order argnums arguments value agrees refused failed oracles"
    assert list(found) == keys.split()
    keys = "oracle agreement error tolerance worst checked components note sees cannot_see"
    assert all(list(row) == keys.split() for row in found["oracles"])
    assert list(found["oracles"][0]["worst"]) == ["component", "computed", "expected"]
    assert found["value"] == np.sin(0.7) * 0.7 and found["target"] == f"{file}:wave"
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_nothing_else_on_stdout(file: Path) -> None:
    """A function that prints, in a process of its own; without jax.grad, JAX is not imported for the import alone."""
    command = [sys.executable, "-m", "adcompiler", "check", f"{file}:product", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["agrees"] is True
    lean = "import adcompiler, adcompiler.cli, sys; print({'jax', 'sympy', 'mpmath'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", lean], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_help() -> None:
    """The group names both commands, and the command its options."""
    assert re.search(r"check +Check the gradient", CliRunner().invoke(cli.main, ["--help"]).output)
    out = check("--help").output
    assert all(option in out for option in ("--arg", "--backend", "--argnum", "--order", "--json", "--plain"))


# ---------------------------------------------------------------- kinks
def test_fast_oscillation_is_no_kink() -> None:
    """Slopes that differ only because the step is too large are no kink: from closer by they are others."""
    subject = Subject(lambda x: np.sin(1e6 * x), (0.3,), 0, 1e6 * np.cos(3e5))
    line = replace(subject.line, directions={0: np.ones(())})
    assert slopes_beside(subject, line) is None
    assert kink_at(subject, 0, ()) == ""

"""The fuzzer: what it writes, that it sees what is wrong, and a few of its programs on every route."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.rules import registry
from adcompiler.transforms import forward
from adcompiler.verify.fuzz.__main__ import PLANS, run
from adcompiler.verify.fuzz.compare import Finding, examine, reason
from adcompiler.verify.fuzz.generate import Parameter, Program, generate
from adcompiler.verify.fuzz.histogram import CONSTRUCTS, histogram, rare
from adcompiler.verify.fuzz.metamorphic import in_a_helper, renamed, reordered
from adcompiler.verify.fuzz.noise import judge
from adcompiler.verify.fuzz.shrink import shrink
from adcompiler.verify.fuzz.values import arguments, function_of, in_double, loaded, quiet


def program(source: str, *parameters: Parameter) -> Program:
    """A program by hand, of a vector x if nothing else is said."""
    return Program(0, f"import numpy as np\n\n{source}", parameters or (Parameter("x", "array", (3,)),))


def verdicts(examined: Any) -> dict[str, str]:
    """What each route gave."""
    return {finding.route: finding.verdict for finding in examined.findings}


# ---------------------------------------------------------------- what is written
def test_no_construct_is_rare() -> None:
    """Each construct is in at least one of a hundred programs."""
    sources = [generate(seed).source for seed in range(10_000, 10_700)]
    counts = histogram(sources)
    assert set(counts) == set(CONSTRUCTS)
    assert rare(counts, len(sources)) == []


def test_one_seed_one_program() -> None:
    """A seed gives the same program in another process, with another hash seed, after other seeds."""
    text = "from adcompiler.verify.fuzz.generate import generate; print(hash(''), generate(17).source)"
    runs = [
        subprocess.run(
            [sys.executable, "-c", text],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.partition(" ")[2]
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == f"{generate(17).source}\n"


def test_programs_are_text_that_parses_back() -> None:
    """A program is spelled as ast.unparse spells it, so that shrinking changes nothing else."""
    for seed in range(50):
        source = generate(seed).source
        assert ast.unparse(ast.parse(source)) + "\n" == source


# ---------------------------------------------------------------- what is seen
def test_right_program() -> None:
    """All routes agree on a program that is right; jax.grad takes part where nothing is written."""
    right = program("def program(x):\n    return np.sum(np.sin(x) * x)\n")
    assert verdicts(examine(right, ("numpy", "jax"))) == dict.fromkeys(
        ("numpy", "numpy grad", "unoptimised", "forward", "jax", "jax.grad"), "agrees"
    )


def test_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that is wrong by a part in ten million is a failure on every route, and made small."""
    monkeypatch.setitem(registry.RULES, "sin", registry.RULES["sin"])
    registry.rule("sin(x)", x="g * cos(x) * (1 + 1e-7)")
    first = program(
        "def program(x):\n    y = 2.0 * x\n    for i in range(3):\n        y[i] += np.sin(x[i])\n    return np.sum(y)\n"
    )
    examined = examine(first)
    assert [finding.what for finding in examined.failures] == ["the gradient is wrong"]

    def fails(candidate: Program) -> bool:
        return any(f.kind == examined.failures[0].kind for f in examine(candidate).failures)

    small = shrink(first, fails)
    assert len(small.source) < len(first.source)
    assert "np.sin" in small.source and fails(small)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "return np.sum(np.abs(x - x[0] * 1.0 + 1e-5)) + (1.0 if x[0] > 0.1 else 0.0) * np.log(-1.0)",
            "is not finite",
        ),
        ("return x", "gives no number"),
        ("return x[7]", "raises IndexError"),
    ],
)
def test_skipped(body: str, why: str) -> None:
    """A program that says nothing is skipped, and told why."""
    assert examine(program(f"def program(x):\n    {body}\n")).skipped == why


def test_beside_a_kink() -> None:
    """Differences with two steps do not agree where a kink is nearer than the larger of them."""
    first = arguments(program("x = 0\n"), {})[0][0]
    kinked = program(f"def program(x):\n    return np.sum(np.abs(x - {first + 1e-4}))\n")
    assert examine(kinked).skipped == "is beside a kink"


def test_refusal_without_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal has to name a line of the program."""
    from adcompiler.verify.fuzz import compare

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise CompileError(Diagnostic("no", Location("<fuzz>", 99, 1, "nowhere")))

    monkeypatch.setattr(compare, "value_and_grad", lambda *args, **kwargs: refuse)
    (finding,) = examine(program("def program(x):\n    return np.sum(x)\n")).findings
    assert (finding.verdict, finding.what) == ("wrong", "is refused without a place")


def test_reason_names_nothing_of_the_program() -> None:
    """Refusals for one reason are counted as one."""
    at = Location("<fuzz>", 1, 1)
    texts = {
        reason(CompileError.at(at, f"`{name}` is f64[3,{k}] here")) for k, name in enumerate(("v1", "M2"))
    }
    assert len(texts) == 1


def test_damage_is_judged() -> None:
    """A refusal and an exception of Python's own are proper answers to a damaged program."""
    found = {
        text: judge(program(f"def program(x):\n    {text}\n    return np.sum(x)\n"), "by hand").verdict
        for text in ("del x", "x = x[9]", "x = undefined", "while True:\n        pass", "x = x * 2.0")
    }
    assert found == {
        "del x": "refused",
        "x = x[9]": "agrees",
        "x = undefined": "refused",
        "while True:\n        pass": "agrees",
        "x = x * 2.0": "agrees",
    }


def test_changes_change_nothing() -> None:
    """A program gives the same number after each metamorphic change."""
    import random

    changes: tuple[Callable[[str, random.Random], str | None], ...] = (renamed, reordered, in_a_helper)
    for seed in range(30, 50):
        made = generate(seed)
        for change in changes:
            source = change(made.source, random.Random(seed))
            if source is not None:
                assert _value(made) == _value(replace(made, source=source)), change.__name__


def _value(made: Program) -> Any:
    with quiet(), loaded(made.source) as namespace:
        try:
            return np.asarray(function_of(namespace)(*arguments(made, namespace))).tobytes()
        except Exception as error:  # a random program may raise anything
            return type(error)


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("y = x * 2.0\n    y += 1.0\n    return np.sum(y)", "jax.grad"),
        ("y = x * 2.0\n    z = y\n    z += 1.0\n    return np.sum(y * x)", "not for jax.grad"),
        ("for y in (x, x):\n        y *= 0.5\n    return np.sum(x * x)", "not for jax.grad"),
        ("y = x * 2.0\n    y[0] = 1.0\n    return np.sum(y)", "not for jax.grad"),
        ("y = x * 2.0\n    np.add.at(y, 0, 1.0)\n    return np.sum(y)", "not for jax.grad"),
    ],
)
def test_jax_grad(body: str, verdict: str) -> None:
    """jax.grad is asked about programs that mean the same under JAX, where nothing is written into."""
    examined = examine(program(f"def program(x):\n    {body}\n"), ("jax",), ("jax.grad",))
    assert [(finding.verdict, finding.what) for finding in examined.findings] == [("agrees", verdict)]


def test_in_double() -> None:
    """The twin from which slopes are taken."""
    assert in_double("np.float32(x)") == "np.float64(x)"


# ---------------------------------------------------------------- runs
def wrong(findings: list[Any]) -> list[tuple[int, Finding]]:
    """The failures of a run, to be shown."""
    return [(failure.seed, failure.finding) for failure in findings]


def test_programs_on_numpy() -> None:
    """A few programs, on every route of the NumPy backend."""
    summary = run("programs", range(25), ("numpy",), shrinking=False)
    assert wrong(summary.failures) == []
    assert summary.verdicts["numpy", "agrees"] > 12


def test_programs_on_jax() -> None:
    """A handful under XLA."""
    summary = run("programs", range(900, 904), ("numpy", "jax"), shrinking=False)
    assert wrong(summary.failures) == []
    assert summary.verdicts["jax", "agrees"] > 0


def test_tangents() -> None:
    """A few programs in forward mode."""
    summary = run("forward", range(12), ("numpy",), shrinking=False)
    assert wrong(summary.failures) == []
    assert all(summary.verdicts[route, "agrees"] > 5 for route in ("pushforward", "dot product", "jacfwd"))


def test_products() -> None:
    """A few programs at order 2, among them those in which something was wrong once."""
    seeds = [*range(5), 700020, 700024, 700030, 700035, 720272, 720279, 720427]
    summary = run("second order", seeds, ("numpy",), shrinking=False)
    assert wrong(summary.failures) == []
    routes = "forward over reverse", "differences of the gradient", "reverse over reverse", "symmetry"
    assert all(summary.verdicts[route, "agrees"] > 8 for route in routes)


def test_tangents_and_products_on_jax() -> None:
    """One or two under XLA."""
    for mode, route in (("forward", "pushforward on jax"), ("second order", "forward over reverse on jax")):
        summary = run(mode, range(3, 5), ("numpy", "jax"), shrinking=False)
        assert wrong(summary.failures) == []
        assert summary.verdicts[route, "agrees"] + summary.verdicts[route, "refused"] > 0


def test_a_wrong_tangent_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A factor too much in forward mode alone is a failure of the route that compares, and of no gradient."""
    right = forward._Forward.summed

    def first_term(self: Any, op: Any, terms: Any, builder: Any) -> None:
        right(self, op, terms[:1], builder)

    source = program(
        "def program(x):\n    y = 2.0 * x\n    for i in range(3):\n        y[i] *= np.sin(x[i])\n    return np.sum(y * x)\n"
    )
    assert not examine(source, plan=PLANS["forward"]).failures
    assert not examine(source, plan=PLANS["second order"]).failures
    monkeypatch.setattr(forward._Forward, "summed", first_term)
    (found,) = examine(source, plan=PLANS["forward"]).failures
    assert (found.route, found.what) == ("pushforward", "the tangent is wrong")
    assert [f.route for f in examine(source, plan=PLANS["second order"]).failures] == ["forward over reverse"]


def test_noise() -> None:
    """A few damaged programs."""
    summary = run("noise", range(5), ("numpy",), shrinking=False)
    assert wrong(summary.failures) == []
    assert sum(n for (_, verdict), n in summary.verdicts.items() if verdict == "refused") > 5


def test_metamorphic() -> None:
    """A few programs with their variants."""
    summary = run("metamorphic", range(6), ("numpy",), shrinking=False)
    assert wrong(summary.failures) == []
    assert summary.verdicts["renamed", "agrees"] > 3


def test_command() -> None:
    """The command prints JSON, and shows a program."""
    command = [sys.executable, "-m", "adcompiler.verify.fuzz", "--seed", "17"]
    shown = subprocess.run([*command, "--show-program"], capture_output=True, text=True, check=True).stdout
    assert shown == generate(17).source
    told = subprocess.run(
        [*command, "--count", "2", "--json"], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(told)["programs"] == 2

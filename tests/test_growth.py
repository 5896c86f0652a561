"""Compile time grows linearly with the length of a function, and not at all with the trips of its loops.

Nothing is timed: ops, statements and lines of Python executed by the compiler are counted. As a script it
prints these counts, and seconds, for functions of 100, 1,000 and 5,000 statements:

    python tests/test_growth.py
"""

from __future__ import annotations

import ast
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from modules import saved

from adcompiler import CompileError, grad, value_and_grad

FOLDER = Path(tempfile.mkdtemp(prefix="growth"))
# work for five times the statements, over five times the work
SLACK = 1.2
STAGES = ("build", "numpy", "jax")


# ---------------------------------------------------------------- programs of any length
def arithmetic(count: int) -> Iterator[str]:
    """Numbers that go on from statement to statement."""
    yield "    b = 1.5"
    statements = ("x = np.sin(x) * b", "b = b + x * 0.5", "x = x - b / 3.0", "b = np.tanh(b)")
    for statement in itertools.islice(itertools.cycle(statements), count):
        yield f"    {statement}"
    yield "    return x + b"


def writes(count: int) -> Iterator[str]:
    """Elements of an array, overwritten."""
    yield "    y = np.zeros(4)"
    for k in range(count):
        yield f"    y[{k % 4}] = np.sin(y[{(k + 1) % 4}]) + x"
    yield "    return np.sum(y)"


def overwritten(count: int) -> Iterator[str]:
    """An array, or a part of it, that the adjoint sweep needs as it was before the next statement."""
    yield "    y = np.ones(4) * x"
    for k in range(count // 3):
        yield f"    x = np.sum(np.sin(y{'[::2]' if k % 2 else ''}))"
        yield f"    y[{k % 4}] = x"
        yield "    y *= 0.5"
    yield "    return np.sum(y) + x"


def control(count: int) -> Iterator[str]:
    """Loops and branches, with a new name and a new array each; seven statements at a time."""
    yield "    v = np.ones(3) * x"
    for k in range(count // 7):
        yield f"    w{k} = np.sin(v) * x"
        yield "    for i in range(3):"
        yield f"        v[i] = w{k}[i] * 0.5"
        yield f"        x = x + w{k}[i]"
        yield "    if x > 0.5:"
        yield "        x = x * 0.9 + v[1]"
        yield f"    c{k} = x * 0.5"
    yield "    return x + np.sum(v)"


def calls(count: int) -> Iterator[str]:
    """Calls of one helper."""
    yield from ("    def helper(a, b):", "        return np.sin(a) * b + a")
    yield from itertools.repeat("    x = helper(x, 0.5)", count)
    yield "    return x"


PROGRAMS = {
    "arithmetic": arithmetic,
    "writes": writes,
    "overwritten": overwritten,
    "control": control,
    "calls": calls,
}


@cache
def program(kind: str, count: int) -> Callable[..., Any]:
    """A function of about so many statements, in a file of its own."""
    body = PROGRAMS[kind](count)
    text = "\n".join(["import numpy as np", "", "", "def f(x):", *body]) + "\n"
    f: Callable[..., Any] = saved(text, FOLDER / f"{kind}_{count}.py").f
    return f


def text_of(gradient: Any, stage: str, *args: Any) -> str:
    """What a gradient object gives after a stage."""
    text: str = gradient.ir(*args) if stage == "build" else gradient.source(*args, backend=stage)
    return text


# ---------------------------------------------------------------- counting
@contextmanager
def counted_lines() -> Iterator[list[int]]:
    """Count the lines of Python executed inside, each trip of a comprehension as one."""
    lines = [0]

    def local(frame: FrameType, event: str, arg: object) -> Any:
        lines[0] += event == "line"
        return local

    before = sys.gettrace()
    sys.settrace(lambda frame, event, arg: local)
    try:
        yield lines
    finally:
        sys.settrace(before)


def work(f: Callable[..., Any], *args: Any) -> dict[str, int]:
    """The lines of Python that each stage executes, without the stages before it."""
    gradient, counts = grad(f), {}
    for stage in STAGES:
        with counted_lines() as lines:
            text_of(gradient, stage, *args)
        counts[stage] = lines[0]
    return counts


def statements(text: str) -> int:
    """The statements of a source, at every depth."""
    return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(text)))


@cache
def gradient_of(kind: str, count: int) -> Any:
    """The gradient object of a program, one for all of its stages."""
    return grad(program(kind, count))


def size(kind: str, count: int, stage: str) -> int:
    """How much a stage gives: ops (a line each in the dump) or statements."""
    text = text_of(gradient_of(kind, count), stage, 0.7)
    return len(text.splitlines()) if stage == "build" else statements(text)


# ---------------------------------------------------------------- tests
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", PROGRAMS)
def test_size_is_linear(kind: str, stage: str) -> None:
    """The IR and both sources get longer by the same for each statement."""
    few, more, many = (size(kind, count, stage) for count in (100, 300, 900))
    assert (many - more) / 600 == pytest.approx((more - few) / 200, rel=0.05)


@cache
def growth(kind: str) -> dict[str, float]:
    """For each stage, how much more work five times as many statements are, divided by five."""
    work(program(kind, 20), 0.7)  # what is found once and kept
    few, many = (work(program(kind, count), 0.7) for count in (140, 700))
    return {stage: many[stage] / few[stage] / 5 for stage in STAGES}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", PROGRAMS)
def test_work_is_linear(kind: str, stage: str) -> None:
    """Five times the statements take five times the work."""
    assert growth(kind)[stage] < SLACK


@pytest.mark.parametrize("kind", ["arithmetic", "control"])
def test_five_thousand_statements(kind: str) -> None:
    """A function of 5,000 statements compiles: nothing recurses along its length."""
    assert all(growth(kind)[stage] < SLACK for stage in ("build", "numpy")), (
        "not to be tried: it would take hours"
    )
    f = program(kind, 5000)
    assert statements(ast.unparse(ast.parse(Path(f.__code__.co_filename).read_text()))) >= 4990
    few, more, many = (size(kind, count, "numpy") for count in (100, 1000, 5000))
    assert (many - more) / 4000 == pytest.approx((more - few) / 900, rel=0.05)


def test_five_thousand_statements_for_xla() -> None:
    """So it does for XLA."""
    assert all(growth("arithmetic")[stage] < SLACK for stage in ("build", "jax")), (
        "not to be tried: it would take hours"
    )
    few, many = (size("arithmetic", count, "jax") for count in (1000, 5000))
    assert many == pytest.approx(5 * few, rel=0.05)


@pytest.mark.parametrize("stage", ["numpy", "jax"])
def test_long_chains(stage: str) -> None:
    """A chain of 60 cases, and a loop that can be left in 40 places, are nested deeply in the source."""
    cases = [f"    elif x < {k}.0:\n        x = x * {k}.5" for k in range(1, 60)]
    exits = [
        f"        if x < -{k}.0:\n            return x * {k}.5\n        x = x * 0.99" for k in range(1, 41)
    ]
    lines = [
        "def f(x):",
        "    if x < 0.0:",
        "        x = x * 0.5",
        *cases,
        "    for _ in range(3):",
        *exits,
        "    return x",
    ]
    f = saved("\n".join(lines) + "\n", FOLDER / "chains.py").f
    gradient = grad(f)
    compile(text_of(gradient, stage, 30.5), "chains", "exec")
    assert float(gradient(30.5)) == pytest.approx(31.5 * 0.99**120, rel=1e-14)


def power(x, steps):
    s = np.zeros(2)
    for _ in range(steps):
        s = np.sin(s) * x + 1.0
    return np.sum(s)


def while_power(x, steps):
    k, s = 0, x
    while k < steps:
        s = s * x
        k = k + 1
    return s


def recurrence(x, steps):
    y = np.zeros(steps)
    y[0] = x
    for i in range(1, steps):
        y[i] = np.sin(y[i - 1]) * x
    return np.sum(y)


@pytest.mark.parametrize("returns", (False, True))
def test_choices_among_many(returns: bool) -> None:
    """A hundred and twenty arms are one inside another; Python indents no text for XLA as deeply."""
    arms = range(120)
    lines = [f"    if x > {100 - k}: return x * {k + 2}" for k in arms]
    if not returns:
        lines = [f"    {'elif' if k else 'if'} x > {100 - k}: x = x * {k + 2}" for k in arms]
    f = saved("\n".join(["def f(x):", *lines, "    return x * x"]), FOLDER / "arms.py").f
    assert value_and_grad(f)(-30.0) == (f(-30.0), -60.0)
    assert value_and_grad(f)(70.5) == (f(70.5), 32.0 if returns else 2 * 32.0**2 * 70.5)
    with pytest.raises(CompileError, match="nested more deeply here than Python can follow"):
        grad(f, backend="jax")(-30.0)


@pytest.mark.parametrize("f", [power, while_power, recurrence])
def test_trips_do_not_matter(f: Callable[..., Any]) -> None:
    """10 trips and 10,000 trips: one compilation, the same sources, the same work."""
    gradient = grad(f)
    sources = {
        gradient.source(0.7, steps, backend=backend) for steps in (10, 10_000) for backend in ("numpy", "jax")
    }
    assert len(sources) == 2
    assert gradient.compilations == 1
    assert work(f, 0.7, 10_000) == pytest.approx(work(f, 0.7, 10), rel=0.01)


@pytest.mark.parametrize("f", [power, while_power, recurrence])
def test_xla_gets_a_loop(f: Callable[..., Any]) -> None:
    """What is handed to XLA is as long for 10,000 trips as for 10."""
    import jax

    name = f"{f.__name__}_grad"
    emitted = getattr(saved(grad(f).source(0.7, 10, backend="jax"), FOLDER / f"{name}.py"), name)
    with jax.enable_x64(True):
        lengths = {
            len(str(jax.make_jaxpr(emitted, static_argnums=1)(0.7, k)).splitlines()) for k in (10, 10_000)
        }
    assert len(lengths) == 1


def report() -> None:
    """Print the counts for functions of 100, 1,000 and 5,000 statements."""
    text_of(gradient_of("arithmetic", 20), "jax", 0.7)
    titles = ("program", "statements", "ops", "NumPy", "JAX", "lines run", "per statement", "seconds")
    print("".join(f"{title:>14}" for title in titles))
    for kind, count in itertools.product(PROGRAMS, (100, 1000, 5000)):
        start = time.perf_counter()
        sizes = [size(kind, count, stage) for stage in STAGES]
        seconds = time.perf_counter() - start
        lines = sum(work(program(kind, count), 0.7).values())
        cells = (kind, count, *sizes, lines, lines // count, f"{seconds:.1f}")
        print("".join(f"{cell:>14}" for cell in cells), flush=True)


if __name__ == "__main__":
    report()

"""checkpoint: the gradient without it bit for bit, as many trips as the theory says, on both backends."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_counts import by_formula, fewest, rewound, sines
from checkpoint_programs import PROGRAMS
from modules import saved

import adcompiler
from adcompiler import CompileError, check_grads, checkpoint, grad, hessian, jvp, value_and_grad
from adcompiler.runtime import square_root_slots
from adcompiler.verify.unoptimised import Unoptimised

X = np.array([0.3, 0.9, -0.4])
HEAD = "import math\n\nimport numpy as np\n\nfrom adcompiler import checkpoint\n\n\n"
FOR = re.compile(r"(for .* in )LOOP\((.*)\):")
ON_XLA = (
    *("elements_in_place", "several_states", "downwards", "enumerate_zip", "break", "nested_checkpoints"),
    *("inside_a_loop", "length_from_data", "two_precisions", "loop_else", "captured_is_overwritten_later"),
    *("wraps_around", "steps"),
)


def program(name: str, path: Path, loop: str) -> Callable[..., Any]:
    """A program whose loops go over what `loop` says of it."""
    text = FOR.sub(lambda found: f"{found[1]}{loop.format(found[2])}:", PROGRAMS[name])
    f: Callable[..., Any] = saved(HEAD + text.lstrip("\n"), path / f"{name}_{abs(hash(loop))}.py").f
    return f


@pytest.mark.parametrize("slots", ["", ", slots=1", ", slots=3"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_bit_equal(name: str, slots: str, tmp_path: Path) -> None:
    """With any number of slots and of trips, the value and the gradient are those without checkpoint."""
    plain = program(name, tmp_path, "{0}")
    kept = program(name, tmp_path, f"checkpoint({{0}}{slots})")
    expected, both, alone = value_and_grad(plain), value_and_grad(kept), grad(kept)
    for n in (0, 1, 11):
        assert np.array_equal(kept(X.copy(), n), plain(X.copy(), n))
        value, slope = expected(X.copy(), n)
        again, found = both(X.copy(), n)
        assert np.array_equal(again, value)
        assert np.array_equal(found, slope)
        assert found.dtype == slope.dtype
        assert np.array_equal(alone(X.copy(), n), slope)


@pytest.mark.parametrize("name", ON_XLA)
def test_on_xla(name: str, tmp_path: Path) -> None:
    """Through XLA the gradient is that of NumPy."""
    plain = program(name, tmp_path, "{0}")
    kept = grad(program(name, tmp_path, "checkpoint({0}, slots=3)"), backend="jax")
    expected = grad(plain)
    for n in (0, 1, 7):
        rtol = 1e-5 if name == "two_precisions" else 1e-12
        np.testing.assert_allclose(kept(X, n), expected(X, n), rtol=rtol, atol=1e-14)


@pytest.mark.parametrize("name", ["branch", "jumps_inside", "names_swap", "nested_checkpoints"])
def test_unoptimised(name: str, tmp_path: Path) -> None:
    """The passes that can be left out change nothing, and the verifier finds nothing between them."""
    kept = program(name, tmp_path, "checkpoint({0}, slots=3)")
    np.testing.assert_allclose(Unoptimised(kept)(X, 7), grad(kept)(X, 7), rtol=1e-12)


@pytest.mark.parametrize("name", ["several_states", "branch"])
def test_square_root_on_xla(name: str, tmp_path: Path) -> None:
    """The number of slots follows from that of trips, which XLA is told."""
    plain = program(name, tmp_path, "{0}")
    kept = grad(program(name, tmp_path, "checkpoint({0})"), backend="jax")
    for n in (0, 1, 12):
        np.testing.assert_allclose(kept(X, n), grad(plain)(X, n), rtol=1e-12)


# ---------------------------------------------------------------------------------------------------- the schedule


@pytest.mark.parametrize("slots", range(1, 8))
def test_fewest_trips(slots: int) -> None:
    """The schedule is the best there is, and as good as the paper says."""
    for trips in range(1, 60):
        assert rewound([0], trips, slots) == fewest(trips, slots) == by_formula(trips, slots)


@pytest.mark.parametrize("trips", [0, 1, 2, 3, 10, 99, 100, 1000, 5000])
def test_square_root(trips: int) -> None:
    """With the default number of slots no trip is run again more than twice."""
    slots = square_root_slots(trips)
    assert slots <= (2 * trips) ** 0.5 + 2
    assert rewound([0], trips, slots) <= 2 * trips


def one_sine(x: Any, n: int) -> Any:
    """A sine a trip; three slots."""
    y = x.copy()
    for _ in checkpoint(range(n), slots=3):
        y = np.sin(y) * x
    return np.sum(y)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 10, 35, 36, 100])
def test_trips_run(n: int, tmp_path: Path) -> None:
    """The emitted code runs each trip once in the primal, once in its adjoint, and as the formula says between."""
    source = value_and_grad(one_sine)
    source(X, n)
    module = saved(source.source(), tmp_path / "one_sine_emitted.py")
    assert sines(module, "one_sine_value_and_grad", X, n) == n + (by_formula(n, 3) if n else 0) + n
    if n:  # three slots, and what is carried into the trip itself
        assert source.source().count("[None] * 4") == 2


WHILES = {
    "settles": """
def f(x, n):
    y = np.ones_like(x)
    change = 1.0
    while LOOP(change > 10.0 ** -n):
        new = np.cos(x * y)
        change = np.sum((new - y) ** 2)
        y = new
    return np.sum(y)
""",
    "writes_in_place": """
def f(x, n):
    y = x.copy()
    trips = 0
    while LOOP(trips < 3 * n):
        y[0] = np.sin(y[0]) * y[1]
        y += 0.1 * y[0] * x
        trips += 1
        if np.max(y) > 5.0:
            break
    return np.sum(y ** 2) * trips
""",
    "inside_a_loop": """
def f(x, n):
    total = 0.0
    for i in range(n):
        s = x[i % 3]
        while LOOP(s * s < 4.0):
            s = s * 1.3 + 0.2 * np.sin(s)
        total += s * np.sin(s)
    return total
""",
    "with_a_loop_inside": """
def f(x, n):
    y = x.copy()
    k = 0
    while LOOP(k < n and np.sum(y * y) > 1e-3):
        for j in checkpoint(range(3), slots=2):
            y[j] = np.sin(y[j] * y[j - 1]) + 0.5 * x[j]
        k += 1
    return np.sum(y)
""",
    "ends_with_return": """
def f(x, n):
    y = x
    k = 0
    while LOOP(True):
        if k >= n:
            return np.sum(y * y)
        y = np.sin(y) * x
        k += 1
""",
}
WHILE = re.compile(r"LOOP\((.*)\):")


def while_program(name: str, path: Path, condition: str) -> Callable[..., Any]:
    """A program whose `while` has the condition that `condition` makes of its own."""
    text = WHILE.sub(lambda found: f"{condition.format(found[1])}:", WHILES[name])
    f: Callable[..., Any] = saved(HEAD + text.lstrip("\n"), path / f"{name}_{abs(hash(condition))}.py").f
    return f


@pytest.mark.parametrize("slots", ["", ", slots=1", ", slots=3"])
@pytest.mark.parametrize("name", WHILES)
def test_while(name: str, slots: str, tmp_path: Path) -> None:
    """A `while` with any number of slots and of trips: value and gradient are those without checkpoint, bit for bit."""
    plain = while_program(name, tmp_path, "{0}")
    kept = while_program(name, tmp_path, f"checkpoint({{0}}{slots})")
    assert "_kept = [None] *" in grad(kept).source(X, 1)
    for n in (0, 1, 11):
        value, slope = value_and_grad(plain)(X.copy(), n)
        again, found = value_and_grad(kept)(X.copy(), n)
        assert np.array_equal(kept(X.copy(), n), value) and np.array_equal(again, value)
        assert np.array_equal(found, slope)


@pytest.mark.parametrize("name", ["settles", "writes_in_place", "with_a_loop_inside"])
def test_while_on_xla(name: str, tmp_path: Path) -> None:
    """XLA allocates the slots, and no tape: the number of trips needs no bound."""
    plain = while_program(name, tmp_path, "{0}")
    kept = grad(while_program(name, tmp_path, "checkpoint({0}, slots=3)"), backend="jax")
    for n in (0, 1, 11):
        np.testing.assert_allclose(kept(X, n), grad(plain)(X, n), rtol=1e-10, atol=1e-14)
    assert "max_trips" not in kept.source()


# ---------------------------------------------------------------------------------------------------- functions


@checkpoint
def layer(x: Any, w: Any) -> Any:
    """A layer with branches, a loop, and writes in place."""
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = np.sin(y[i - 1]) * y[i]
    if y[0] > 0:
        y = np.tanh(y @ w)
    else:
        y = y * y
    return y, np.sum(y)


def writes(y: Any, w: Any) -> None:
    """Changes its argument."""
    y[1:] = np.sin(y[1:]) * w[0, 0]
    y *= 2.0


def decorated(x: Any, w: Any, call: Any = layer) -> Any:
    """Layers one after another, what follows reads their results."""
    h, s = call(x, w)
    h, t = call(h * s, w)
    return np.sum(h * h) + t


def in_loops(x: Any, w: Any, call: Any = layer) -> Any:
    """Layers in a for and in a while."""
    h = x
    for _ in range(3):
        h = call(h, w)[0]
    while np.sum(h * h) > 1e-3:
        h = 0.5 * call(h, w)[0]
    return np.sum(h)


kept_writes = checkpoint(writes)


def in_place(x: Any, w: Any, call: Any = kept_writes) -> Any:
    """A call that writes into an array which is read before, between and after."""
    y = x * 1.5
    for _ in range(3):
        call(y, w)
    z = y * y
    call(y, w)
    return np.sum(y * z)


def within(x: Any, w: Any, call: Any = layer) -> Any:
    """A checkpointed function calls another, in a checkpointed loop."""

    def both(h: Any) -> Any:
        return call(call(h, w)[0], w)[0]

    h = x
    for _ in checkpoint(range(5), slots=2):
        h = checkpoint(both)(h)
    return np.sum(h * checkpoint(lambda v: np.exp(v) * h)(h))


FUNCTIONS = (decorated, in_loops, in_place, within)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_functions(f: Callable[..., Any], backend: str) -> None:
    """The gradient is that of the same calls without checkpoint."""
    w = np.random.default_rng(0).normal(size=(3, 3)) * 0.5
    plain = writes if f is in_place else layer.function
    expected = value_and_grad(f, argnums=(0, 1))(X.copy(), w, plain)
    found = value_and_grad(f, argnums=(0, 1), backend=backend)(X.copy(), w)
    assert np.array_equal(f(X.copy(), w), expected[0])
    for a, b in zip((found[0], *found[1]), (expected[0], *expected[1]), strict=True):
        if backend == "numpy":
            assert np.array_equal(a, b)
        else:
            np.testing.assert_allclose(a, b, rtol=1e-12)


class Net:
    """A model with checkpointed methods."""

    def __init__(self, w: Any) -> None:
        self.w = w

    @checkpoint
    def __call__(self, x: Any) -> Any:
        return np.tanh(x @ self.w)

    @checkpoint
    def other(self, x: Any) -> Any:
        """Another."""
        return np.exp(-x @ self.w) + x


NET = Net(np.eye(3) * 0.5)


def test_methods() -> None:
    """Methods stay methods, in Python and in the compiler; the function itself may be checkpointed too."""
    f = checkpoint(lambda x: np.sum(NET(x) * NET.other(x)))
    plain = grad(lambda x: np.sum(np.tanh(x @ NET.w) * (np.exp(-x @ NET.w) + x)))
    assert np.array_equal(grad(f)(X), plain(X))
    check_grads(f, (X,))


def stack(x: Any) -> Any:
    """A function with seven arrays of the size of its argument."""
    a = np.sin(x)
    b = np.exp(a * x)
    c = np.cos(b) * a
    d = np.tanh(c + b)
    return np.sin(d * c * b + x)


def test_xla_computes_again() -> None:
    """XLA's compiler does not take the second computation for the first: fewer bytes, more operations."""
    import jax

    def deep(x: Any, call: Any) -> Any:
        for _ in (1, 2, 3, 4, 5, 6):
            x = call(x)
        return np.sum(x)

    x = np.linspace(0.0, 1.0, 10_000)
    used = []
    for call in (stack, checkpoint(stack)):
        gradient = grad(deep, backend="jax")
        gradient(x, call)
        names: dict[str, Any] = {}
        exec(gradient.source(), names)  # noqa: S102
        compiled = names["deep_grad"].lower(jax.ShapeDtypeStruct(x.shape, np.float32), call=None).compile()
        used.append((compiled.memory_analysis().temp_size_in_bytes, compiled.cost_analysis()["flops"]))
    (bytes_kept, flops), (bytes_again, flops_again) = used
    assert bytes_again < 0.85 * bytes_kept
    assert flops_again > 1.5 * flops


# ---------------------------------------------------------------------------------------------------- other modes


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_second_order(backend: str) -> None:
    """Forward over reverse and reverse over reverse, through the schedule and through its snapshots."""

    def plain(x: Any, n: int) -> Any:
        y = x.copy()
        for _ in range(n):
            y = np.sin(y) * x
            y[0] = y[1] * y[0]
        return np.sum(y * y)

    def kept(x: Any, n: int) -> Any:
        y = x.copy()
        for _ in checkpoint(range(n), slots=3):
            y = np.sin(y) * x
            y[0] = y[1] * y[0]
        return np.sum(y * y)

    first = {f: grad(f) for f in (plain, kept)}

    def along(f: Any) -> Any:
        inner = first[f]
        return lambda x, n: np.sum(inner(x, n) * np.cos(x))

    of_plain, of_kept = along(plain), along(kept)
    for n in (0, 1, 7):
        expected = hessian(plain)(X, n)
        np.testing.assert_allclose(hessian(kept, backend=backend)(X, n), expected, rtol=1e-12)
        expected = grad(of_plain)(X, n)
        np.testing.assert_allclose(grad(of_kept, backend=backend)(X, n), expected, rtol=1e-12)
        tangents = [jvp(lambda x, f=f: f(x, 7), (X,), (X,))[1] for f in (plain, kept)]
        assert np.array_equal(*tangents)


def test_plain_python() -> None:
    """Without the compiler checkpoint changes nothing, and refuses what it would refuse there."""
    numbers = range(5)
    assert checkpoint(numbers, slots=2) is numbers
    assert layer.__name__ == "layer"
    assert checkpoint(abs)(-3) == 3
    with pytest.raises(ValueError, match="at least 1 slot"):
        checkpoint(numbers, slots=0)
    with pytest.raises(TypeError, match="number of trips"):
        checkpoint(numbers, slots=2.0)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="keeps its arguments"):
        checkpoint(abs, slots=3)  # type: ignore[call-overload]


def test_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is printed by the primal sweep alone."""

    def loud(x: Any) -> Any:
        for i in checkpoint(range(4), slots=2):
            print("trip", i)
            assert x[0] < 100, "large"
            x = np.sin(x)
        return np.sum(x)

    points = [X]
    for _ in range(3):
        points.append(np.sin(points[-1]))
    np.testing.assert_allclose(grad(loud)(X), np.prod(np.cos(points), axis=0), rtol=1e-14)
    assert capsys.readouterr().out == "trip 0\ntrip 1\ntrip 2\ntrip 3\n"


# ---------------------------------------------------------------------------------------------------- refused


def draws(x: Any) -> Any:
    """Random numbers in a checkpointed loop."""
    rng = np.random.default_rng(3)
    for _ in checkpoint(range(5), slots=2):
        x = np.sin(x) * rng.normal()
    return np.sum(x)


def carries_a_list(x: Any) -> Any:
    """A list that the trips read and lengthen."""
    found = [x, x * 2]
    for _ in checkpoint(range(4), slots=2):
        found.append(found[-1] * np.sin(found[-2]))
    return np.sum(found[-1])


def over_a_list(x: Any) -> Any:
    """A container is gone over while compiling."""
    for w in checkpoint([x, x * 2]):
        x = np.sin(w)
    return np.sum(x)


def no_slots(x: Any) -> Any:
    """There is no gradient without the state at the start."""
    for _ in checkpoint(range(3), slots=0):
        x = np.sin(x)
    return np.sum(x)


def slots_from_data(x: Any) -> Any:
    """The number of slots is read from an array."""
    for _ in checkpoint(range(3), slots=x[0]):
        x = np.sin(x)
    return np.sum(x)


def slots_of_a_function(x: Any) -> Any:
    """A function has no slots."""
    return np.sum(checkpoint(stack, slots=3)(x))


def a_condition(x: Any) -> Any:
    """A truth value that no loop waits for."""
    return np.sum(x * 1.5) if checkpoint(np.sum(x) < 100) else np.sum(x)


def one_of_two_conditions(x: Any) -> Any:
    """The condition of the loop is not the one that is checkpointed."""
    while np.sum(x) < 50 and checkpoint(np.sum(x) < 100, slots=2):
        x = x * 1.5
    return np.sum(x)


def two_numbers_of_slots(x: Any) -> Any:
    """Python would refuse the call."""
    while checkpoint(np.sum(x) < 100, 2, slots=2):  # type: ignore[misc]
        x = x * 1.5
    return np.sum(x)


def no_slots_of_a_while(x: Any) -> Any:
    """As for a range."""
    while checkpoint(np.sum(x) < 100, slots=0):
        x = x * 1.5
    return np.sum(x)


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (draws, "would draw other random numbers"),
        (carries_a_list, "carries 'found', which is neither an array nor a number"),
        (over_a_list, "goes over a container"),
        (no_slots, "at least 1 slot"),
        (slots_from_data, "must be known while compiling"),
        (slots_of_a_function, "a function keeps its arguments"),
        (a_condition, "belongs to a `while`"),
        (one_of_two_conditions, "belongs to a `while`"),
        (two_numbers_of_slots, "takes the condition of a loop, and slots"),
        (no_slots_of_a_while, "at least 1 slot"),
    ],
)
def test_refused(f: Callable[..., Any], reason: str) -> None:
    """With a place in the source, and what to write instead."""
    with pytest.raises(CompileError, match=reason) as caught:
        grad(f)(X)
    assert "test_checkpoint.py" in str(caught.value)
    assert "instead:" in str(caught.value)


def test_square_root_of_unknown(tmp_path: Path) -> None:
    """XLA allocates the slots before it knows how many trips there are."""
    f = program("loop_else", tmp_path, "checkpoint({0})")
    with pytest.raises(CompileError, match="slots=8"):
        grad(f, backend="jax")(X, 5)


def test_exported() -> None:
    """The mark is there, and nothing else of it."""
    assert adcompiler.checkpoint is checkpoint

"""The object that grad returns: compiled once, shown as IR and as source, stepped through, reproducible."""

from __future__ import annotations

import copy
import linecache
import math
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from differences import assert_gradient
from modules import saved

import adcompiler
from adcompiler import CompileError, grad, value_and_grad

A = np.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]])
X = np.array([0.5, -1.0, 2.0])
Y = np.array([1.5, 0.3])


def loss(w, x, y, power=2):
    """The distance between a linear map of x and y."""
    r = w @ x - y
    return np.sum(r**power) / power


def cubic(x):
    return x**3 + 2 * x


# ---------------------------------------------------------------- compile once
def test_compiled_once_per_signature(backend: str) -> None:
    """Other values and sizes compile nothing, other dtypes do; nothing is compiled a second time."""
    gradient = grad(loss, backend=backend)
    assert gradient.compilations == 0
    gradient(A, X, Y)
    gradient(A + 1, X, Y)
    gradient(np.ones((5, 4)), np.ones(4), np.ones(5))
    assert gradient.compilations == 1
    gradient(A.astype(np.float32), X.astype(np.float32), Y.astype(np.float32))
    assert gradient.compilations == 2
    gradient(A, X, Y, power=3)
    count = gradient.compilations
    gradient(A, X, Y)
    gradient(A, X, Y, power=3)
    gradient(A.astype(np.float32), X.astype(np.float32), Y.astype(np.float32))
    assert gradient.compilations == count


def test_gradient_of_gradient_is_compiled_once(backend: str) -> None:
    """Repeated calls of a gradient of a gradient compile nothing."""
    first = grad(cubic, backend=backend)
    second = grad(first, backend=backend)
    assert [float(second(x)) for x in (1.0, 2.0, 3.0)] == [6.0, 12.0, 18.0]
    assert second.compilations == 1


def test_source_shares_the_compilation() -> None:
    """Asking for the source of a signature that was called compiles nothing."""
    gradient = grad(loss, backend="numpy")
    gradient(A, X, Y)
    gradient.source(A, X, Y, backend="numpy")
    gradient.source(A, X, Y, backend="jax")
    gradient.source()
    assert gradient.compilations == 1


compiled_by_xla: list[str] = []


def _note(event: str, duration: float, **_: Any) -> None:
    if event.endswith("backend_compile_duration"):
        compiled_by_xla.append(event)


jax.monitoring.register_event_duration_secs_listener(_note)


def test_xla_compiles_once() -> None:
    """A second call on the JAX backend asks nothing of XLA's compiler."""
    gradient = grad(loss, backend="jax")
    jax.block_until_ready(gradient(A, X, Y))
    compiled_by_xla.clear()
    for step in range(3):
        jax.block_until_ready(gradient(A + step, X, Y))
    assert compiled_by_xla == []


def test_xla_while_bound_is_reused() -> None:
    """A data-dependent loop is compiled for a bound, and again only where the trips outgrow it."""

    def root(a):
        x = 1.0
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return x

    gradient = grad(root, backend="jax")
    assert float(gradient(2.0)) == pytest.approx(0.5 / math.sqrt(2.0), rel=1e-9)
    compiled_by_xla.clear()
    assert float(gradient(2.1)) == pytest.approx(0.5 / math.sqrt(2.1), rel=1e-9)
    assert compiled_by_xla == []
    assert float(gradient(400.0)) == pytest.approx(0.025, rel=1e-9)


def falls(x, stop):
    s = x[0]
    while s > stop:
        s = 0.99 * s + 1e-6 * np.sin(x[1] * s)
    return s * x[1]


def turns(x, m):
    s = x[0]
    for k in range(int(m[0])):
        if s > m[1]:
            break
        s += 0.001 * np.sin(x[1] * k) ** 2
    return s**2


@pytest.mark.parametrize(
    ("f", "given"),
    [(falls, (1.3e-4, 5e-5)), (turns, (np.array([900.0, 9.0]), np.array([1000.0, 9.0])))],
    ids=["while", "for"],
)
def test_other_numbers_of_trips_compile_nothing(f: Any, given: tuple[Any, Any]) -> None:
    """Some 900 trips and some 1,000, as data say, have one executable: slots come in powers of two."""
    gradient = grad(f, backend="jax")
    x = np.array([1.1, 0.7])
    first, second = given
    np.testing.assert_allclose(gradient(x, first), grad(f)(x, first), rtol=1e-10)
    compiled_by_xla.clear()
    np.testing.assert_allclose(gradient(x, second), grad(f)(x, second), rtol=1e-10)
    assert compiled_by_xla == []


# ---------------------------------------------------------------- the object
def test_metadata() -> None:
    """The object looks like the function that it wraps."""
    gradient = grad(loss, backend="numpy")
    assert gradient.__name__ == "loss"
    assert gradient.__doc__ == loss.__doc__
    assert gradient.__module__ == loss.__module__
    assert gradient.__wrapped__ is loss
    assert gradient.primal is loss
    assert gradient.primal(A, X, Y) == loss(A, X, Y)
    assert "loss" in repr(gradient)


def test_decorator() -> None:
    """@grad needs no parentheses."""

    @grad
    def square(x):
        return x * x

    assert float(square(3.0)) == 6.0
    assert square.primal(3.0) == 9.0


def test_stages_of_the_ir() -> None:
    """The IR of the function, of the adjoint as it is first built, and of the adjoint that is emitted."""
    gradient = grad(loss, backend="numpy")
    stages = {stage: str(gradient.ir(A, X, Y, stage=stage)) for stage in ("primal", "adjoint", "optimized")}
    assert len(set(stages.values())) == 3
    assert all("f64" in text for text in stages.values())
    assert len(stages["optimized"].splitlines()) <= len(stages["adjoint"].splitlines())
    with pytest.raises(ValueError, match="primal"):
        gradient.ir(A, X, Y, stage="assembly")


# ---------------------------------------------------------------- the source
def test_source_of_the_last_signature(backend: str) -> None:
    """Without arguments, source prints what was called last."""
    gradient = grad(loss, backend="numpy")
    gradient(A, X, Y)
    first = gradient.source(backend=backend)
    assert first == gradient.source(A, X, Y, backend=backend)
    gradient(A.astype(np.float32), X, Y)
    assert gradient.source(backend=backend) != first


def test_source_before_any_call() -> None:
    """Without arguments and without a call there is no signature to print for."""
    with pytest.raises((TypeError, ValueError), match="signature|argument"):
        grad(loss, backend="numpy").source()


@pytest.mark.parametrize("flavour", ["numpy", "jax"])
def test_source_of_a_signature(flavour: str, tmp_path: Path) -> None:
    """Signatures may be written instead of arguments; the code works for every size."""
    gradient = grad(loss, backend="numpy")
    text = gradient.source("f64[n,m]", "f64[m]", "f64[n]", backend=flavour)
    assert "f64[n,m]" in text
    function = saved(text, tmp_path / f"signature_{flavour}.py").loss_grad
    with jax.enable_x64(True):
        assert_gradient(loss, (A, X, Y), function(A, X, Y))
        args = (np.ones((4, 5)), np.ones(5), np.ones(4))
        assert_gradient(loss, args, function(*args))


def test_signatures_of_numbers_and_containers() -> None:
    """Scalars, integers, and containers of signatures."""

    def f(p, n):
        return np.sum(p["w"]) * p["b"] ** n

    gradient = grad(f, backend="numpy")
    assert "def f_grad" in gradient.source({"w": "f32[k]", "b": "f64"}, 2, backend="numpy")
    assert "def f_grad" in gradient.source({"w": "f64[k,k]", "b": "f64"}, "i64", backend="numpy")


def test_bad_signature() -> None:
    """A signature that means nothing is refused with its text."""
    with pytest.raises((ValueError, CompileError), match=re.escape("f63[n")):
        grad(loss, backend="numpy").source("f63[n", "f64[m]", "f64[n]", backend="numpy")


def test_source_reads_well() -> None:
    """A header with the signature, the user's lines, a comment for each group, no redundant arithmetic."""
    text = grad(loss, argnums=(0, 1), backend="numpy").source(A, X, Y, backend="numpy")
    assert "def loss_grad(w, x, y" in text
    assert "Gradient of loss with respect to w, x" in text
    assert "r = w @ x - y" in text
    assert re.search(r"# line \d+: r = w @ x - y", text)
    assert "return dw, dx" in text
    for noise in (" + 0\n", " * 1\n", "1 * ", "0 + ", "expand", "unbroadcast", "broadcast_to"):
        assert noise not in text
    assert max(len(line) for line in text.splitlines()) <= 120


def test_source_compiles_on_its_own(tmp_path: Path) -> None:
    """A saved source runs in a Python that knows nothing of this package."""
    text = grad(loss, backend="numpy").source(A, X, Y, backend="numpy")
    (tmp_path / "emitted.py").write_text(text)
    script = (
        "import sys; sys.modules['adcompiler'] = None; import numpy as np; from emitted import loss_grad;"
        "print(loss_grad(np.ones((2, 3)), np.ones(3), np.zeros(2)).tolist())"
    )
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[[3.0, 3.0, 3.0], [3.0, 3.0, 3.0]]"


def test_source_is_differentiated_again(tmp_path: Path, backend: str) -> None:
    """The emitted NumPy source is itself a program that grad takes, loops and tapes included."""

    def f(x, n):
        y = x
        for _ in range(n):
            y = np.sin(y) * x
        return y

    text = grad(f, backend="numpy").source(0.7, 4, backend="numpy")
    function = saved(text, tmp_path / f"again_{backend}.py").f_grad
    second = grad(function, backend=backend)(0.7, 4)
    assert_gradient(function, (0.7, 4), second)


def lines_run(function: Callable[..., Any], *args: Any) -> Iterator[tuple[str, int]]:
    """The places that a call runs through."""
    seen: list[tuple[str, int]] = []

    def trace(frame: Any, event: str, _: Any) -> Any:
        if event == "line":
            seen.append((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(before)
    return iter(seen)


def test_stepping_through() -> None:
    """A debugger that steps through a call of the NumPy backend sees the emitted lines."""
    gradient = grad(loss, backend="numpy")
    gradient(A, X, Y)
    text = {line.strip() for line in gradient.source(A, X, Y, backend="numpy").splitlines()}
    seen = {linecache.getline(file, line).strip() for file, line in lines_run(gradient, A, X, Y)}
    assert any(line.startswith("r = w @ x - y") for line in seen & text)
    assert any(line.startswith("return") for line in seen & text)


def test_traceback_shows_the_emitted_line() -> None:
    """An error at run time points at a line of the emitted source, with its text."""

    def f(x, chosen):
        return x[chosen[0]] ** 2

    gradient = grad(f, backend="numpy")
    gradient(X, np.array([1]))
    with pytest.raises(IndexError) as caught:
        gradient(X, np.array([7]))
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.line
    assert last.line in gradient.source(backend="numpy")


# ---------------------------------------------------------------- processes of their own
SCRIPT = """
import sys
import numpy as np
from adcompiler import grad

assert not {"jax", "sympy", "matplotlib"} & set(sys.modules), "imported at once"


def f(params, x):
    s, seen = 0.0, []
    for name, p in params.items():
        for i in range(len(x)):
            if x[i] > 0:
                s = s * p + np.sin(x[i] * s)
            else:
                s -= p
        seen.append(s)
    return s * seen[0] + sum(seen)


gradient = grad(f, argnums=(0, 1), backend="numpy")
args = ({"alpha": 1.5, "beta": 0.5, "gamma": 2.0}, np.array([0.5, -1.0, 2.0]))
gradient(*args)
assert not {"jax", "sympy", "matplotlib"} & set(sys.modules), "imported without need"
print(gradient.source(*args, backend="numpy"))
print(gradient.ir(*args))
assert "sympy" not in sys.modules
print(gradient.source(*args, backend="jax"))
"""


def run_script(folder: Path, seed: str) -> str:
    """What the script prints under a hash seed."""
    path = folder / "script.py"
    path.write_text(SCRIPT)
    root = str(Path(adcompiler.__file__).parents[1])
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root}
    run = subprocess.run([sys.executable, str(path)], env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_hash_seed_does_not_matter(tmp_path: Path) -> None:
    """Two processes with other hash seeds print the same bytes; neither imports jax before it must."""
    first, second = run_script(tmp_path, "1"), run_script(tmp_path, "2")
    assert "def f_grad" in first
    assert first == second


def test_two_objects_print_the_same() -> None:
    """A second object in the same process prints the same source: no counters, no ids."""
    texts = {grad(loss, backend="numpy").source(A, X, Y, backend=b) for b in ("numpy", "numpy", "numpy")}
    assert len(texts) == 1
    others = {grad(loss, backend="jax").source(A, X, Y, backend="numpy") for _ in range(2)}
    assert texts == others


# ---------------------------------------------------------------- what is no number beside what varies
@dataclass(frozen=True)
class Layer:
    """A matrix, and how its result goes on: by name, by a function."""

    W: Any
    kind: str
    activation: Callable[..., Any]
    doubled: bool = False


def through(layers, x):
    """The size of what layers make of x."""
    for layer in layers:
        x = layer.activation(layer.W @ x)
        if layer.kind == "squared":
            x = x * x
        if layer.doubled:
            x = 2.0 * x
    return np.sum(x)


def test_fields_that_are_no_numbers(backend: str) -> None:
    """Texts, functions and flags in a dataclass are part of the signature, and stay what they are."""
    gradient = grad(through, backend=backend)
    for kind, doubled in (("plain", False), ("squared", False), ("squared", True)):
        layers = [Layer(A, kind, np.tanh, doubled), Layer(A.T, "plain", np.sin)]
        found = gradient(layers, X)
        assert [(g.kind, g.activation, g.doubled) for g in found] == [
            (kind, np.tanh, doubled),
            ("plain", np.sin, False),
        ]

        def of_matrices(W, V, kind=kind, doubled=doubled):
            return through([Layer(W, kind, np.tanh, doubled), Layer(V, "plain", np.sin)], X)

        assert_gradient(of_matrices, (A, A.T), [np.asarray(g.W) for g in found], (0, 1))
    assert gradient.compilations == 3
    _, pullback = adcompiler.vjp(through, layers, X)
    cotangents, _ = pullback(1.0)
    assert (cotangents[0].kind, cotangents[0].activation) == (None, None)
    np.testing.assert_allclose(cotangents[1].W, found[1].W, rtol=1e-12)
    with pytest.raises(CompileError, match="it is a str"):
        gradient({"W": A, "kind": "plain"}, X)


# ---------------------------------------------------------------- called again
SCALE = 2.0


def scaled(x, y):
    return np.sum(x * y) * SCALE


def test_called_again_with_other_arguments(backend: str) -> None:
    """What runs without further questions for known types and shapes is asked again where these differ."""
    gradient = grad(scaled, backend=backend)
    for _ in range(3):
        np.testing.assert_array_equal(gradient(X, X), 2 * X)
        np.testing.assert_array_equal(gradient(X, 3.0), np.full(3, 6.0))
        np.testing.assert_array_equal(gradient(X[:1], X), 2 * np.sum(X) * np.ones(1))
        assert gradient(X.astype(np.float32), X.astype(np.float32)).dtype == np.float32
        assert float(gradient(2.0, 3.0)) == 6.0
        assert gradient(2.0, y=3.0) == 6.0


def test_called_again_after_a_global_has_changed(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = grad(scaled, backend=backend)
    for value in (2.0, 2.0, 5.0, 5.0, 2.0):
        monkeypatch.setitem(globals(), "SCALE", value)
        np.testing.assert_array_equal(gradient(X, X), value * X)


OPTIONS: dict[str, float] = {}
STEPS: list[float] = []


def asked(x):
    return 3 * x if "double" in OPTIONS else x


def asked_of_a_list(x):
    return 3 * x if 2.0 in STEPS else x


def asked_and_failed(x):
    try:
        rate = OPTIONS["double"]
    except KeyError:
        rate = 0.5
    return rate * x


def counted(x):
    return x * (1 + len(OPTIONS) + len(STEPS))


def true_or_false(x):
    return 3 * x if STEPS else x


def gone_through(x):
    total = x
    for name in OPTIONS:
        total = total + OPTIONS[name] * x
    return total


def by_a_number_of_the_program(x):
    return [1.0, *STEPS][int(x)] * x if STEPS else x


def from_a_table(x):
    return x if not STEPS else STEPS[int(x) - 1] * x


@pytest.mark.parametrize(
    ("f", "wanted"),
    [
        (asked, [1.0, 3.0, 1.0]),
        (asked_of_a_list, [1.0, 3.0, 1.0]),
        (asked_and_failed, [0.5, 7.0, 0.5]),
        (counted, [1.0, 3.0, 1.0]),
        (true_or_false, [1.0, 3.0, 1.0]),
        (gone_through, [1.0, 8.0, 1.0]),
        (by_a_number_of_the_program, [1.0, 2.0, 1.0]),
        (from_a_table, [1.0, 2.0, 1.0]),
    ],
)
def test_called_again_after_a_container_has_changed(
    f: Callable[..., Any], wanted: list[float], backend: str
) -> None:
    """A dict or a list from outside that is changed in place is the same object, and is looked at again."""
    gradient = grad(f, backend=backend)
    found = [float(gradient(1.0))]
    OPTIONS["double"] = 7.0
    STEPS.append(2.0)
    found.append(float(gradient(1.0)))
    OPTIONS.clear()
    STEPS.clear()
    found.append(float(gradient(1.0)))
    assert found == wanted
    assert gradient.compilations == 2


class Gained:
    """An object with private attributes: a number, an array, and a number of its class."""

    __offset = 1.0

    def __init__(self):
        self.__gain = 2.0
        self.__table = np.array([1.0, 2.0])

    def __weighted(self, x):
        return x * self.__gain * np.sum(self.__table)

    def run(self, x):
        return self.__weighted(x) + x * self.__offset

    def change(self, gain, table):
        self.__gain, self.__table = gain, table


GAINED = Gained()


@pytest.mark.parametrize("bound", [True, False])
def test_called_again_after_a_private_attribute_has_changed(bound: bool, backend: str) -> None:
    GAINED.change(2.0, np.array([1.0, 2.0]))
    gradient = grad(GAINED.run if bound else lambda x: GAINED.run(x), backend=backend)
    found = [float(gradient(1.0))]
    GAINED.change(3.0, np.array([1.0, 2.0]))
    found.append(float(gradient(1.0)))
    GAINED.change(3.0, np.array([2.0, 5.0, 1.0]))
    found.append(float(gradient(1.0)))
    assert found == [7.0, 10.0, 25.0]


class Power:
    def of(self, x):
        return x * x


class Scaled(Power):
    def __init__(self, gain):
        self.gain = gain

    def of(self, x):
        return self.offset + self.gain * super().of(x)

    def __call__(self, x):
        return self.of(x)

    def __mul__(self, x):
        return self.gain * x

    @property
    def offset(self):
        return 1.0

    @staticmethod
    def shifted(x):
        return x + 2.0


def double(self, gain):
    self.gain = 2.0 * gain


@pytest.mark.parametrize(
    "kind, name, code",
    [
        (Power, "of", lambda self, x: x**3),
        (Scaled, "of", lambda self, x: 5.0 * x),
        (Scaled, "__init__", double),
        (Scaled, "__call__", lambda self, x: self.of(x) ** 2),
        (Scaled, "__mul__", lambda self, x: x**4),
        (Scaled, "offset", property(lambda self: self.gain**2)),
        (Scaled, "shifted", staticmethod(lambda x: 7.0 * x)),
    ],
)
def test_called_again_after_a_method_has_changed(
    kind: type, name: str, code: object, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Methods of objects that the function makes itself are looked at again, as functions are."""

    def function(x):
        scaled = Scaled(x)
        return scaled(x) * scaled.shifted(x) + scaled * x

    differentiated = value_and_grad(function, backend=backend)
    before = float(differentiated(3.0)[0])
    monkeypatch.setattr(kind, name, code)
    value, slope = map(float, differentiated(3.0))
    assert before == 28.0 * 5.0 + 9.0 != value == function(3.0)
    h = 1e-5
    assert abs(slope - (function(3.0 + h) - function(3.0 - h)) / (2 * h)) < 1e-6 * abs(slope)


class Remembering:
    def __init__(self, weights):
        self.weights, self.seen, self.calls = weights, [], 0

    def __call__(self, x):
        self.seen.append(x)
        self.calls += 1
        self.weights *= 2.0
        return np.sum(self.weights * self.seen[-1] ** self.calls)


REMEMBERING = Remembering(np.array([1.0, 3.0]))


def with_a_copy(x):
    model = copy.deepcopy(REMEMBERING)
    return model(x) + model(x) * len(model.seen)


def test_called_again_after_a_copied_object_has_changed(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of an object from outside is the function's own; what it is a copy of is looked at again."""
    differentiated = value_and_grad(with_a_copy, backend=backend)
    x = np.array([0.5, 2.0])

    def slope(k: int) -> float:
        """By differences."""
        step = 1e-5 * np.eye(2)[k]
        return float(with_a_copy(x + step) - with_a_copy(x - step)) / 2e-5

    for name, new in (
        ("calls", 0),
        ("calls", 2),
        ("weights", np.array([0.5, -1.0])),
        ("seen", [x, x]),
        ("extra", 1),
    ):
        monkeypatch.setattr(REMEMBERING, name, new, raising=False)
        value, found = differentiated(x)
        assert float(value) == float(with_a_copy(x))
        np.testing.assert_allclose(found, [slope(0), slope(1)], rtol=1e-6)
    np.testing.assert_array_equal(REMEMBERING.weights, [0.5, -1.0])
    assert (REMEMBERING.calls, len(REMEMBERING.seen)) == (2, 2)


def powers(x, n):
    s = x
    for _ in range(n - 1):
        s = s * x
    return s if n > 2 else s + x


def test_called_again_with_other_integers(backend: str) -> None:
    gradient = grad(powers, backend=backend)
    assert [float(gradient(2.0, n)) for n in (2, 2, 3, 3, 2, 4)] == [5.0, 5.0, 12.0, 12.0, 5.0, 32.0]


def test_called_again_with_64_bits_switched_off() -> None:
    """The types of the result do not depend on how JAX is set up at the time of the first call."""
    gradient = grad(scaled, backend="jax")
    for on in (True, False, True, False):
        with jax.enable_x64(on):
            found = gradient(X, X)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, 2 * X)


def summed_squares(x):
    s = 0.0
    for k in range(len(x)):
        s += x[k] * x[k]
    return s


def test_inside_another_jit() -> None:
    """A gradient of loops over elements can be called where JAX traces; options of the compiler are left away."""
    gradient = grad(summed_squares, backend="jax")
    for _ in range(2):
        np.testing.assert_array_equal(gradient(X), 2 * X)
        with jax.enable_x64(True):
            np.testing.assert_array_equal(jax.jit(lambda x: gradient(x) + 1)(X), 2 * X + 1)

"""The NumPy source under Numba: what it takes agrees with NumPy, the rest is refused with its reason."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_golden
import test_traps  # noqa: F401  (fills the table of traps)
from click.testing import CliRunner
from differences import assert_same, fresh, leaves, snapshot
from traps import TRAPS

from adcompiler import CompileError, grad, hvp, jacrev, jvp, overloads, value_and_grad, vjp
from adcompiler.bench.kernels import KERNELS
from adcompiler.cli import main

numba = pytest.importorskip("numba")

X = np.arange(1.0, 9.0) / 4
Layer = namedtuple("Layer", "w b")


def refusal(f: Callable[..., Any], *args: Any) -> str:
    """How a gradient is refused: located, with a way out."""
    with pytest.raises(CompileError) as caught:
        grad(f, backend="numba")(*args)
    for diagnostic in caught.value.diagnostics:
        assert diagnostic.location.text and 'backend="numpy"' in diagnostic.hint
    return caught.value.diagnostics[0].message


def agrees(f: Callable[..., Any], args: tuple[Any, ...], argnums: Any = 0) -> bool:
    """Whether Numba takes a program, which then gives what NumPy gives, twice, and leaves its arguments alone."""
    before = snapshot(args)
    both = value_and_grad(f, argnums=argnums, backend="numba")
    try:
        found = both(*args)
    except CompileError as error:
        assert all(d.location.text and 'backend="numpy"' in d.hint for d in error.diagnostics), error
        return False
    expected = value_and_grad(f, argnums=argnums)(*fresh(args))
    assert snapshot(args) == before
    assert_same(found, expected, rtol=1e-11)
    assert_same(both(*args), found, rtol=0)
    kinds = [[np.asarray(leaf).dtype for leaf in leaves(tree)] for tree in (found, expected)]
    assert kinds[0] == kinds[1]
    return True


# ---------------------------------------------------------------- programs
GOLDEN = (
    "bisection black_scholes compound_interest continued_fraction discounted_reward fibonacci first_passage grow "
    "helper_results histogram huber layer_norm logistic_graph mask_update mask_write matrix_search modulo quadrature "
    "quiz radial_basis rosenbrock smoothstep square_root star_arguments tax three_nodes trigonometry"
).split()
KERNELS_TAKEN = (
    "thomas recurrence sor burgers shallow_water triangular_solve durbin floyd_warshall newton bouncing_ball rnn "
    "logistic_regression neuron lennard_jones square_root"
).split()
KERNELS_REFUSED = (
    "attention bundle_adjustment convolution gaussian_mixture kmeans log_sum_exp lstm mlp n_body softmax_cross_entropy"
).split()
BY_NAME = {kernel.name: kernel for kernel in KERNELS}
TRAPS_TAKEN = (
    "base_of_an_integer replaced_in_part loop_variable_lives_on loop_variable_reassigned value_of_the_last_trip "
    "unused_carried_value closure_sees_the_last_value short_circuit name_bound_in_a_loop bound_in_every_arm "
    "raises_on_bad_input truth_values_of_python_numbers_add_up number_updated stack_of_decreasing popped_on_one_path"
).split()


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_programs(name: str) -> None:
    """Those of tests/golden that Numba compiles within about a second."""
    case = test_golden.load(name)
    assert all(agrees(case.f, args, case.argnums) for args in case.runs)


@pytest.mark.parametrize("name", TRAPS_TAKEN)
def test_trap_programs(name: str) -> None:
    """Where source transformers go wrong in silence, Numba does not."""
    case = TRAPS[name]
    assert all(agrees(case.f, args, case.argnums) for args in case.runs)


@pytest.mark.parametrize("name", KERNELS_TAKEN)
def test_kernels_taken(name: str) -> None:
    """Kernels of the benchmark; of its loops all are taken but the one whose parameters are a dict."""
    kernel = BY_NAME[name]
    assert agrees(kernel.numpy, kernel.make(kernel.sizes["small"]), kernel.argnums)


@pytest.mark.parametrize("name", KERNELS_REFUSED)
def test_kernels_refused(name: str) -> None:
    """All kernels of the benchmark that Numba does not take: dicts, and reductions over an axis."""
    kernel = BY_NAME[name]
    assert "Numba does not take the NumPy source" in refusal(
        kernel.numpy, *kernel.make(kernel.sizes["small"])
    )


# ---------------------------------------------------------------- what Numba would compute otherwise
def overlapping(x):
    y = x * 2.0
    y[1:] += y[:-1]
    return np.sum(y * y)


def turned_round(x):
    y = x * 2.0
    y += y[::-1]
    return np.sum(y * y)


def factorials(x, n):
    s, p = 0.0, 1
    for k in range(1, n):
        p *= k
        s += x**k / p
    return s


def alternating(x, n):
    s = 0.0
    for k in range(n):
        s += (-1) ** k * x**k
    return s


def truths(x):
    t = x[0] > 0.0
    return (t + t) * x[1]


def noisy(x):
    return np.sum(x * np.random.default_rng(0).normal(size=len(x)))


def talking(x):
    print(x[0])
    return np.sum(x * x)


def total(x):
    return np.sum(x * x)


def spectrum(x):
    return np.sum(np.abs(np.fft.fft(x)) ** 2)


def halved(x):
    return x if x < 1.0 else halved(x / 2.0) * 2.0


@pytest.mark.parametrize(
    ("f", "args", "said"),
    [
        (overlapping, (X,), "read what it has just written"),
        (turned_round, (X,), "read what it has just written"),
        (factorials, (0.5, 30), "grows from trip to trip"),
        (alternating, (0.5, 30), "power of integers"),
        (truths, (X,), "truth values"),
        (noisy, (X,), "other random numbers"),
        (talking, (X,), "prints numbers otherwise"),
        (halved, (3.0,), "calls itself"),
        (total, (X.astype(np.float32),), "float32"),
        (spectrum, (X,), "complex128"),
    ],
)
def test_refused(f: Callable[..., Any], args: tuple[Any, ...], said: str) -> None:
    """What Numba takes, and gives other numbers for."""
    assert said in refusal(f, *args)


def cubes(x, n):
    return x * (n * n * n)


def test_long_integers() -> None:
    """A product that does not fit into 64 bits is left to Python."""
    assert grad(cubes, backend="numba")(0.5, 3_000_000) == 27e18
    assert grad(cubes, backend="numba")(0.5, 100) == 1e6


def test_numba_still_differs() -> None:
    """The differences that are refused are there: else the refusals can go."""
    compiled = numba.njit(lambda x, y: x * y)
    assert compiled(np.float32(0.1), 0.3) != float(np.float32(0.1) * 0.3)
    assert compiled(9 * 10**12, 3_000_000) != 27 * 10**18

    def shifted(x: Any) -> Any:
        x[1:] += x[:-1]
        return x

    assert not np.array_equal(numba.njit(shifted)(X.copy()), shifted(X.copy()))


# ---------------------------------------------------------------- errors, arguments, results
def neighbours(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += x[i] * x[i + 1]
    return s


def reads_from(x, i):
    return x[i] * x[0]


def quotient(a, b):
    return a / b


def rooted(a):
    return math.sqrt(a) * a


def guarded(x):
    if x[0] < 0.0:
        raise ValueError("a negative start")
    assert x[1] > 0.0, "the second"
    return np.sum(x * x)


def affine(layer, x):
    return np.sum(layer.w * x + layer.b)


def squares(xs):
    s = 0.0
    for v in xs:
        s += v * v
    return s


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (reads_from, (X, len(X))),
        (reads_from, (X, -len(X) - 1)),
        (quotient, (1.0, 0.0)),
        (rooted, (-1.0,)),
        (guarded, (-X,)),
        (guarded, (np.array([1.0, -1.0]),)),
    ],
)
def test_errors(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """What is raised is what NumPy's backend raises, in its words: nothing is read beside an array."""
    with pytest.raises((IndexError, ZeroDivisionError, ValueError, AssertionError)) as expected:
        grad(f)(*args)
    with pytest.raises(type(expected.value)) as found:
        grad(f, backend="numba")(*args)
    assert str(found.value) == str(expected.value)


def test_division_by_zero_of_numpy() -> None:
    """Where NumPy divides, the result is infinite."""
    with np.errstate(all="ignore"):
        assert grad(quotient, backend="numba")(np.float64(1.0), np.float64(0.0)) == np.inf


def test_memory() -> None:
    """Arrays that are strided, turned round, read-only or without axes; results have memory of their own."""
    frozen = X.copy()
    frozen.flags.writeable = False
    for x in (X, X[::2], X[::-1], frozen):
        assert agrees(neighbours, (x,))
    assert agrees(rooted, (np.array(2.0),))
    gradient = grad(neighbours, backend="numba")
    first, second = gradient(X), gradient(X)
    assert not np.shares_memory(first, second) and not np.shares_memory(first, X)


def test_containers() -> None:
    """Named tuples and lists are taken; dicts are not, nor lists of several layouts."""
    layer = grad(affine, backend="numba")(Layer(X, 2.0), X)
    assert isinstance(layer, Layer)
    assert_same(layer, Layer(X, 8.0))
    assert agrees(squares, ([1.0, 2.0],)) and agrees(squares, ((1.0, 2.0),))
    assert "dict" in refusal(lambda p: np.sum(p["w"]), {"w": X})
    pair = [X.reshape(4, 2), X.reshape(2, 4).T]
    assert "one type and layout" in refusal(lambda xs: sum([np.sum(x) for x in xs]), pair)


def test_transformations() -> None:
    """Every transformation passes the backend on; the source is that of NumPy."""
    assert grad(neighbours, backend="numba").source(X) == grad(neighbours).source(X)
    assert grad(neighbours).source(X, backend="numba") == grad(neighbours).source(X)
    for made in (
        lambda backend: jvp(neighbours, (X,), (X,), backend=backend),
        lambda backend: vjp(neighbours, X, backend=backend)[1](2.0),
        lambda backend: hvp(neighbours, (X,), (X,), backend=backend),
        lambda backend: jacrev(lambda x: x * x[::-1], backend=backend)(X),
    ):
        assert_same(made("numba"), made("numpy"), rtol=1e-12)


def test_calls_are_remembered() -> None:
    """One compilation a signature, whatever the sizes."""
    gradient = grad(neighbours, backend="numba")
    for n in (3, 5, 8):
        assert len(gradient(X[:n])) == n
    assert gradient.compilations == 1


def test_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Numba the message says what to install; importing the package never imports it."""
    with monkeypatch.context() as patch:
        patch.setattr(overloads.importlib.util, "find_spec", lambda package: None)
        with pytest.raises(ModuleNotFoundError, match=r"adcompiler\[numba\]"):
            grad(neighbours, backend="numba")
    assert importlib.util.find_spec("numba") is not None
    code = "import sys, adcompiler.native, adcompiler.cli; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_missing_on_the_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A line that says what to install, and no traceback."""
    (tmp_path / "square.py").write_text("def square(x=2.0):\n    return x * x\n")
    monkeypatch.setattr(overloads.importlib.util, "find_spec", lambda package: None)
    done = CliRunner().invoke(main, ["show", f"{tmp_path / 'square.py'}:square", "--backend", "numba"])
    assert done.exit_code == 1 and 'pip install "adcompiler[numba]"' in done.output

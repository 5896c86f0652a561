"""The command line: what `adcompiler show` prints, which arguments it takes, and how it refuses."""

from __future__ import annotations

import copy
import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

import adcompiler
from adcompiler import cli
from adcompiler.api import Gradient
from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.verify import Proof, exact, judge
from adcompiler.viewer.example import BadExample, Drawing, parsed
from adcompiler.viewer.show import THEME, Listing, number_text, show_error, show_listings

ROOT = Path(__file__).parent.parent
QUICKSTART = ROOT / "examples" / "quickstart.py"
GOLDEN = ROOT / "tests" / "golden"

FUNCTIONS = """
from dataclasses import dataclass
from functools import partial
from math import log
import numpy as np
from adcompiler import grad, value_and_grad

def det(A, b):
    return np.sum(np.log(A @ b) ** 2)

def power(x, n):
    y = 1.0
    for _ in range(n):
        y = y * x
    return y

def scaled(x, *, scale=2.0, mode="log"):
    return scale * x * log(x) if mode == "log" else scale * x

@dataclass
class Spring:
    k: float
    x: float

def energy(s):
    return 0.5 * s.k * s.x ** 2
energy_example = (Spring(2.0, 3.0),)

@value_and_grad(has_aux=True, argnums=(0, 1))
def product(x, y):
    return x * y * y, [x]
product_example = (2.0, 3.0)

class Model:
    def square(self, x):
        return x * x
square = Model().square
cube = lambda x: x ** 3
third = partial(power, n=3)
sine = np.sin

def defaults(x=2.0, y=3.0):
    return x * y

def vector(x):
    return x * 2.0

def kink(x):
    return np.where(x > 0, x, 0.0)

def outside(x):
    return x[10] * 2.0

def files(x):
    with open("f") as f:
        y = x
    return y * eval("2.0")

def layers_sum(layers, x):
    h = x
    for W, b in layers:
        h = W @ h + b
    return np.sum(h)
"""


@pytest.fixture(autouse=True)
def import_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that `show` puts on the import path are taken off again."""
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    """A file of functions to show."""
    path = tmp_path / "functions.py"
    path.write_text(FUNCTIONS)
    return path


def show(*words: object) -> Result:
    """`adcompiler show` with these words."""
    return CliRunner().invoke(cli.main, ["show", *map(str, words)])


def shown(*words: object) -> str:
    """What `adcompiler show` prints; it must succeed."""
    result = show(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: object, code: int = 1) -> str:
    """What `adcompiler show` says when it does not succeed; never a traceback."""
    result = show(*words)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result.output


# ---------------------------------------------------------------- what is shown
def test_function_beside_adjoint(backend: str) -> None:
    """Both sources, the numbers, and the verdicts, on either backend."""
    out = shown(f"{QUICKSTART}:loss", "--backend", backend)
    lines = QUICKSTART.read_text().splitlines()
    number = lines.index("def loss(layers, x, y):") + 1
    assert f"{number}  def loss(layers, x, y):" in out
    assert "def loss_grad(layers, x, y):" in out
    assert ("import jax" in out) == (backend == "jax")
    assert "for k in reversed(range(len(layers))):" in out
    assert "value 0.92583170816912" in out
    assert re.search(r"finite differences +✓ agrees in 26 components", out)
    assert re.search(r"SymPy +- not applicable: layers\[0\]\[0\] is no real number", out)


def test_closed_form_is_proved() -> None:
    """The numbers of the lecture, and SymPy's proof."""
    out = shown(f"{QUICKSTART}:neuron")
    assert "value 0.7310585786300049" in out
    assert re.search(r"w0 +2.0 +-0.1966119332414818", out)
    assert re.search(r"SymPy +✓ proved for real arguments: w0, w1, w2, x0, x1", out)


def test_closed_form_is_proved_under_jax() -> None:
    """The JAX source too."""
    assert "✓ proved" in shown(f"{QUICKSTART}:neuron", "--backend", "jax")


@pytest.mark.parametrize(
    ("stage", "head"),
    [("primal", "func loss("), ("adjoint", "func loss_grad("), ("optimized", "func loss_grad(")],
)
def test_stages(stage: str, head: str) -> None:
    """The IR of each stage, one line an operation however long."""
    out = shown(f"{QUICKSTART}:loss", "--stage", stage)
    assert head in out
    assert "import numpy" not in out
    assert (shown(f"{QUICKSTART}:loss", "--stage", "ir") == out.replace("optimized", "ir")) == (
        stage == "optimized"
    )


def test_plain_text_is_not_broken() -> None:
    """Piped output has no colours and no frames, and holds the emitted source as it is."""
    from adcompiler import grad

    out = shown(f"{GOLDEN}/perceptron.py:f", "--plain")
    assert "\x1b" not in out and "─" not in out and "│" not in out
    module: dict[str, object] = {}
    exec((GOLDEN / "perceptron.py").read_text(), module)  # only for its arguments
    arguments = module["args"]
    assert isinstance(arguments, tuple)
    located = cli.locate(f"{GOLDEN}/perceptron.py:f")
    assert grad(located.value).source(*arguments).strip("\n") in out


def test_decoration_is_kept(functions: Path) -> None:
    """value_and_grad, argnums and has_aux of the object in the file; the options overrule them."""
    out = shown(f"{functions}:product")
    assert "product_value_and_grad" in out
    assert re.search(r"x +2.0 +9.0", out) and re.search(r"y +3.0 +12.0", out)
    assert "proved for real arguments: x, y" in out
    out = shown(f"{functions}:product", "--argnum", "1", "--backend", "jax")
    assert re.search(r"x +2.0\n", out) and re.search(r"y +3.0 +12.0", out)


@pytest.mark.parametrize(
    ("words", "gradient"),
    [
        (("square", "-a", "x=3.0"), "6.0"),
        (("cube", "-a", "x=2.0"), "12.0"),
        (("third", "-a", "x=2.0"), "12.0"),
        (("sine", "-a", "x=0.0"), "1.0"),
        (("defaults",), "3.0"),
        (("defaults", "--argnum", "1"), "2.0"),
        (("defaults", "--argnum", "-1", "-a", "x=5.0"), "5.0"),
        (("scaled", "-a", "x=1.0"), "2.0"),
        (("scaled", "-a", "x=1.0", "-a", "scale=3.0"), "3.0"),
        (("scaled", "-a", "x=1.0", "-a", "mode='linear'"), "2.0"),
        (("power", "-a", "x=2.0", "-a", "n=3"), "12.0"),
    ],
)
def test_kinds_of_functions(functions: Path, words: tuple[str, ...], gradient: str) -> None:
    """Methods, lambdas, partials, ufuncs, defaults and keywords, all with their gradient and a proof."""
    out = shown(f"{functions}:{words[0]}", *words[1:])
    assert re.search(rf"^\w+ +\S+ +{re.escape(gradient)}$", out, re.MULTILINE), out
    assert "✓ agrees" in out and "✓ proved" in out


def test_instances_of_classes(functions: Path) -> None:
    """A dataclass as argument: a row a field, and a proof."""
    out = shown(f"{functions}:energy")
    assert re.search(r"s\.k +2\.0 +4\.5", out) and re.search(r"s\.x +3\.0 +6\.0", out)
    assert "proved for real arguments: s.k, s.x" in out


# ---------------------------------------------------------------- arguments
def test_literals(functions: Path) -> None:
    """Lists of numbers are arrays, lists of tuples stay lists."""
    out = shown(f"{functions}:det", "-a", "A=[[1.0, 2.0], [3.0, 4.0]]", "-a", "b=[0.5, 1]")
    assert "f64[2,2]" in out and "✓ agrees in 4 components" in out
    words = ("-a", "layers=[([[1.0, 2.0]], [0.0])]", "-a", "x=[1.0, 1.0]")
    assert "layers[0][0]" in shown(f"{functions}:layers_sum", *words)


def test_signatures_are_drawn(functions: Path) -> None:
    """Sizes by letter, the same values every time, and a note that says so."""
    words = (f"{functions}:layers_sum", "-a", "layers=[(f64[m,n], f64[m])]", "-a", "x=f64[n]")
    out = shown(*words)
    assert "f64[3,4]" in out and "arguments drawn at random (normal, seed 0)" in out
    assert "✓ agrees" in out
    assert shown(*words) == out


def test_drawn_values_suit_the_function(functions: Path) -> None:
    """The logarithm of normal numbers is no number; positive ones are drawn instead."""
    out = shown(f"{functions}:det", "-a", "A=f64[n,m]", "-a", "b=f64[m]")
    assert "uniform between 0.5 and 1.5" in out and "✓ agrees in 12 components" in out


def test_variables_beside_the_function(tmp_path: Path) -> None:
    """`args` and `argnums` of the file, as in the golden cases."""
    path = tmp_path / "case.py"
    path.write_text("def f(x, y):\n    return x * y\n\nargs = (2.0, 5.0)\nargnums = (1,)\n")
    assert re.search(r"y +5.0 +2.0", shown(f"{path}:f"))
    assert re.search(r"y +5.0 +7.0", shown(f"{path}:f", "--arg", "x=7.0"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.0", 2.0),
        ("-3", -3),
        ("1 + 2j", 1 + 2j),
        ("'relu'", "relu"),
        ("None", None),
        ("-inf", -np.inf),
        ("(1.0, 2)", (1.0, 2)),
        ("{'a': 1.0}", {"a": 1.0}),
        ("[]", []),
    ],
)
def test_values_read(text: str, value: object) -> None:
    """Literals are what Python makes of them."""
    read = parsed(text, Drawing())
    assert read == value and type(read) is type(value)


def test_arrays_read() -> None:
    """Regular lists of numbers become arrays, ragged ones stay lists of arrays."""
    matrix = parsed("[[1, 2], [3, 4]]", Drawing())
    assert isinstance(matrix, np.ndarray) and matrix.dtype == np.int64 and matrix.shape == (2, 2)
    ragged = parsed("[[1.0], [2.0, 3.0]]", Drawing())
    assert isinstance(ragged, list) and [len(row) for row in ragged] == [1, 2]


def test_signatures_read() -> None:
    """Types, sizes that hang together, and scalars as Python has them."""
    drawing = Drawing()
    matrix = parsed("f32[n, m + 1, 2]", drawing)
    assert isinstance(matrix, np.ndarray) and matrix.dtype == np.float32 and matrix.shape == (3, 5, 2)
    assert np.shape(parsed("i64[m]", drawing)) == (4,)
    assert type(parsed("f64", drawing)) is float and type(parsed("i64", drawing)) is int
    assert np.asarray(parsed("bool[n]", drawing)).dtype == bool


@pytest.mark.parametrize(
    "text", ["f7[n]", "f64[n", "import os", "x + 1", "f64[n/2]", "f24", "__import__('os')"]
)
def test_values_that_cannot_be_read(text: str) -> None:
    """What is neither literal nor signature is not evaluated."""
    with pytest.raises(BadExample):
        parsed(text, Drawing())


# ---------------------------------------------------------------- refusals
def test_compile_error_with_caret(functions: Path) -> None:
    """All places with a caret below each, and exit code 1."""
    out = refused(f"{functions}:files", "-a", "x=1.0").splitlines()
    assert any(line.strip().startswith("with open") for line in out)
    carets = [k for k, line in enumerate(out) if re.fullmatch(r" +\^+", line)]
    assert len(carets) >= 2
    for k in carets:
        assert re.match(r".+functions\.py:\d+:\d+: ", out[k - 2])
        column = int(out[k - 2].split("functions.py:")[1].split(":")[1])
        assert out[k].index("^") == 4 + column - 1
    assert out[-1].endswith("places cannot be compiled")


def test_error_has_colours() -> None:
    """The same text in a terminal, styled."""
    where = Location("f.py", 3, 5, "    y = spam(x)", 4)
    error = CompileError(Diagnostic("no such thing", where, "write eggs"))
    plain, coloured = io.StringIO(), io.StringIO()
    show_error(Console(file=plain, theme=THEME, highlight=False), error)
    show_error(Console(file=coloured, theme=THEME, highlight=False, force_terminal=True), error)
    assert plain.getvalue() == f"{error}\n"
    assert "\x1b[1;31m" in coloured.getvalue()
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured.getvalue()) == plain.getvalue()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{file}:kinks", "-a", "x=1.0"), "did you mean kink?"),
        (("{file}",), "which function"),
        (("{file}:zzz",), "{file}:det"),
        (("nowhere.py:f",), "there is no file nowhere.py"),
        (("{file}:det", "-a", "A=f64[n,m]"), "no example value for b: give --arg b=2.0"),
        (("{file}:det", "-a", "C=1.0"), "det has no parameter C; it has A, b"),
        (("{file}:det", "-a", "A=[1,"), "cannot be read: give a Python literal"),
        (("{file}:kink", "-a", "x=1.0", "--argnum", "3"), "argnums=3"),
        (("{file}:vector", "-a", "x=[1.0, 2.0]"), "grad requires a scalar output"),
        (("{file}:kink", "-a", "x=1"), "pass floats"),
        (("{file}:outside", "-a", "x=[1.0, 2.0]"), "fails at the example: IndexError"),
    ],
)
def test_problems_in_words(functions: Path, words: tuple[str, ...], said: str) -> None:
    """Whatever is wrong is said in a line that tells what to do."""
    out = refused(*(word.format(file=functions) for word in words))
    assert said.format(file=functions) in out.replace("\n", " "), out


@pytest.mark.parametrize(
    "words", [("f.py:f", "--nope"), ("f.py:f", "--arg", "x"), ("f.py:f", "--backend", "c"), ()]
)
def test_misuse_is_exit_code_2(functions: Path, words: tuple[str, ...]) -> None:
    """Command lines that cannot be understood."""
    command = [word.replace("f.py:f", f"{functions}:kink") for word in words]
    assert "Usage" in refused(*command, code=2)


def test_a_file_that_fails(tmp_path: Path) -> None:
    """The error and its line, not a traceback."""
    path = tmp_path / "broken.py"
    path.write_text("x = 1\ny = x / 0\n")
    assert "line 2: ZeroDivisionError" in refused(f"{path}:f")
    path.write_text("def f(x:\n")
    assert "SyntaxError" in refused(f"{path}:f")


# ---------------------------------------------------------------- disagreement
def test_a_kink_is_no_disagreement(functions: Path) -> None:
    """Any slope between those of the two sides serves; finite differences give their mean."""
    out = shown(f"{functions}:kink", "-a", "x=0.0")
    assert "the function has a kink at x (slope 0 to the left, 1 to the right, 0 computed)" in out


def test_disagreement_is_exit_code_1(functions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong gradient is said in both verdicts."""
    original = Gradient.__call__
    monkeypatch.setattr(Gradient, "__call__", lambda self, *args: 1.5 * original(self, *args))
    out = refused(f"{functions}:cube", "-a", "x=2.0")
    assert "✗ DISAGREES, most at x: 18, by differences 12 ±" in out


def test_a_proof_may_take_too_long(functions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy is stopped after a while."""

    def endless(*_: object) -> Proof:
        while True:
            pass

    monkeypatch.setattr(exact, "prove", endless)
    monkeypatch.setattr(judge, "SECONDS", 0.2)
    assert "not applicable: no answer within" in shown(f"{functions}:cube", "-a", "x=2.0")


# ---------------------------------------------------------------- files
def test_packages(tmp_path: Path) -> None:
    """Relative imports work in a file of a package."""
    package = tmp_path / "shown_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "constants.py").write_text("K = 3.0\n")
    (package / "model.py").write_text("from .constants import K\ndef f(x):\n    return K * x\n")
    assert re.search(r"x +2.0 +3.0", shown(f"{package}/model.py:f", "-a", "x=2.0"))


def test_names_of_the_standard_library(tmp_path: Path) -> None:
    """A file called copy.py does not stand in for the module of that name."""
    path = tmp_path / "copy.py"
    path.write_text("def f(x):\n    return x * x\n")
    assert "✓ agrees" in shown(f"{path}:f", "-a", "x=2.0")
    assert sys.modules["copy"] is copy


# ---------------------------------------------------------------- layout
def laid_out(width: int) -> list[str]:
    """Two listings in a terminal of that width, without the colours."""
    console = Console(file=io.StringIO(), theme=THEME, width=width, force_terminal=True)
    left = Listing("left.py", "def f(x):\n    return x * x", 41)
    right = Listing("right", 'def f_grad(x):\n    """' + "Gradient of f. " * 12 + '"""\n    return x + x')
    show_listings(console, [left, right])
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "\x1b" in text
    return re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()


def test_side_by_side() -> None:
    """In a wide terminal both begin on one line, within frames; the docstring wraps at its indent."""
    lines = laid_out(120)
    assert any("41 def f(x):" in line and "def f_grad(x):" in line for line in lines)
    assert all(len(line) <= 120 for line in lines)
    assert sum("    Gradient of f" in line for line in lines) >= 1


def test_one_above_the_other() -> None:
    """In a narrow one, one after the other, without frames at the sides."""
    lines = laid_out(40)
    assert not any("def f(x):" in line and "def f_grad(x):" in line for line in lines)
    assert not any("│" in line for line in lines)
    assert all(len(line) <= 40 for line in lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.1), "0.1"),
        (np.float32(0.5), "0.5"),
        (np.array(2.0), "2.0"),
        (np.array([1.0, 0.25]), "[1.   0.25]"),
        (np.array([1e-9, 1.0]), "[1.e-09 1.e+00]"),
        (np.arange(100.0), "[ 0.  1. ... 98. 99.]"),
        ("relu", "'relu'"),
        (np.tanh, "tanh"),
        ((1.0, [2.0]), "[0] = 1.0, [1][0] = 2.0"),
    ],
)
def test_numbers(value: object, text: str) -> None:
    """Scalars with all digits, arrays with a few."""
    assert number_text(value) == text


# ---------------------------------------------------------------- the command
def test_version() -> None:
    """The version, from the command and from the module."""
    assert adcompiler.__version__ in CliRunner().invoke(cli.main, ["--version"]).output
    command = [sys.executable, "-m", "adcompiler", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == (
        f"adcompiler, version {adcompiler.__version__}"
    )


def test_help_names_the_options() -> None:
    """Each option is explained."""
    out = CliRunner().invoke(cli.main, ["show", "--help"]).output
    assert all(option in out for option in ("--arg", "--backend", "--stage", "--argnum", "--plain"))

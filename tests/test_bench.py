"""The benchmark: its kernels compute what they say, in NumPy and in JAX, and its command reports what it found."""

from __future__ import annotations

import functools
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from adcompiler import grad
from adcompiler.bench import contenders, measure, plot, report
from adcompiler.bench.growth import LADDERS, Growth
from adcompiler.bench.kernel import GROUPS, SIZES, Kernel
from adcompiler.bench.kernels import KERNELS, select
from adcompiler.bench.machine import describe
from adcompiler.bench.measure import Figures, Row, geometric_mean, joined
from adcompiler.cli import main

# one of each kind: a loop over elements, one over rows, whole arrays, a while loop, a list, plain numbers
BY_ALL = ("recurrence", "heat_1d", "logistic_regression", "newton", "mlp", "black_scholes")
BY_NAME = {kernel.name: kernel for kernel in KERNELS}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bench", *arguments])


def jax_value(kernel: Kernel, args: tuple[Any, ...]) -> float:
    import jax

    with jax.enable_x64(True):
        static = tuple(k for k, arg in enumerate(args) if isinstance(arg, int))
        return float(jax.jit(kernel.jax, static_argnums=static)(*contenders.on_device(args)))


# ---------------------------------------------------------------- kernels
@pytest.mark.parametrize("name", BY_NAME)
def test_both_versions_agree(name: str) -> None:
    """NumPy and JAX compute the same number, and leave the arguments as they are."""
    kernel = BY_NAME[name]
    args = kernel.make(kernel.sizes["small"])
    assert jax_value(kernel, args) == pytest.approx(float(kernel.numpy(*args)), rel=1e-9)
    assert np.array_equal(joined(args), joined(kernel.make(kernel.sizes["small"])))


@pytest.mark.parametrize("name", BY_NAME)
def test_numpy_gradient_is_the_slope(name: str) -> None:
    """The emitted NumPy gradient has the slope of the function along a random direction."""
    kernel = BY_NAME[name]
    args = kernel.make(kernel.sizes["small"])
    with np.errstate(all="ignore"):
        assert measure.has_slope(kernel, args, joined(grad(kernel.numpy, kernel.argnums)(*args)))


@pytest.mark.parametrize("name", [kernel.name for kernel in KERNELS if kernel.library is not None])
def test_libraries_compute_the_kernel(name: str) -> None:
    """The routine of a library that stands for a kernel gives its value."""
    kernel = BY_NAME[name]
    args = kernel.make(kernel.sizes["small"])
    assert kernel.library is not None
    library = replace(kernel, jax=kernel.library)
    assert jax_value(library, args) == pytest.approx(float(kernel.numpy(*args)), rel=1e-9)


@pytest.fixture(scope="module")
def measured() -> list[Row]:
    return [measure.measure(BY_NAME[name], "small", ("numpy", "xla", "jax"), 1) for name in BY_ALL]


def test_gradients_of_all_agree(measured: list[Row]) -> None:
    """Each contender that takes a kernel gives the same gradient, and has been timed."""
    for row in measured:
        assert {name: one.message for name, one in row.figures.items() if one.status != "ok"}.keys() <= {
            "jax"
        }
        for one in row.figures.values():
            if one.status == "ok":
                assert one.error is not None and one.error < 1e-10
                assert one.seconds and one.first_seconds and one.primal_seconds and one.runs
    newton = next(row for row in measured if row.name == "newton")
    assert newton.figures["jax"].status == "refused"
    assert "Reverse-mode differentiation does not work for lax.while_loop" in newton.figures["jax"].message
    assert newton.reference == "numpy"


def test_analyses_are_those_of_xla(measured: list[Row]) -> None:
    """Flops and temporary bytes are known for both programs that XLA runs; a product of matrices has its count."""
    row = next(row for row in measured if row.name == "logistic_regression")
    n, m = row.numbers
    for name in ("xla", "jax"):
        figures = row.figures[name]  # type: ignore[index]
        assert figures.flops is not None and figures.flops > 4 * n * m
        assert figures.temporary_bytes is not None
    assert row.figures["numpy"].flops is None
    assert row.transform_seconds


def test_kernels_are_complete() -> None:
    """Names are unique, each group is there, each kernel says what it is and has sizes that grow."""
    assert len(BY_NAME) == len(KERNELS) >= 50
    assert {kernel.group for kernel in KERNELS} == set(GROUPS)
    for kernel in KERNELS:
        assert kernel.title.endswith(".")
        assert tuple(kernel.sizes) == SIZES
        small, medium, large = (kernel.sizes[size] for size in SIZES)
        assert all(a <= b <= c for a, b, c in zip(small, medium, large, strict=True))
    assert set(LADDERS) <= set(BY_NAME)


def test_suites() -> None:
    """A suite is a group or a kernel; no suite means all."""
    assert select([]) == list(KERNELS)
    assert {kernel.group for kernel in select(["scalars", "control_flow"])} == {"scalars", "control_flow"}
    assert [kernel.name for kernel in select(["neuron", "lu"])] == ["lu", "neuron"]
    with pytest.raises(KeyError, match="nothing"):
        select(["nothing"])


# ---------------------------------------------------------------- who is right
def test_a_wrong_gradient_gets_no_time() -> None:
    """A contender whose gradient differs is an error in its row, and the reference is who has the function's slope."""
    wrong = replace(BY_NAME["rosenbrock"], jax=lambda x, y: (1.0 - x) ** 2 + 101.0 * (y - x**2) ** 2)
    row = measure.measure(wrong, "small", ("numpy", "jax"), 1)
    assert row.reference == "numpy"
    assert row.figures["numpy"].status == "ok"
    peer = row.figures["jax"]
    assert peer.status == "disagrees" and peer.seconds is None
    assert peer.message.startswith("the gradient differs from that of numpy by 9.8e-03")
    assert row.speedup("numpy") is None


def test_nobody_is_right() -> None:
    """Where no gradient has the function's slope, none is timed."""

    def stairs(x: float, y: float) -> float:
        return np.floor(1e5 * x) * y

    wrong = replace(BY_NAME["rosenbrock"], numpy=stairs)
    row = measure.measure(wrong, "small", ("numpy",), 1)
    assert row.reference is None
    assert row.figures["numpy"].status == "disagrees"
    assert "slope" in row.figures["numpy"].message


def viewed(x: float, y: float) -> float:
    with memoryview(b""):
        return x * y


def test_refusals_have_their_message() -> None:
    """What we refuse is shown with its line; what fails otherwise is called a failure."""
    row = measure.measure(replace(BY_NAME["rosenbrock"], numpy=viewed), "small", ("numpy", "xla"), 1)
    for figures in row.figures.values():
        assert figures.status == "refused"
        assert figures.message.startswith("`with` is not supported")
        assert figures.message.endswith('with memoryview(b""):)')
    assert contenders.refusal(ValueError("a\n  b"), True) == ("failed", "ValueError: a b")
    assert contenders.refusal(ValueError("a" * 500), False)[1].endswith("aaa...")


def test_finite_differences_come_near() -> None:
    """Differences of the function agree with our gradient as well as they can; where they take too long, they refuse."""
    row = measure.measure(BY_NAME["mlp"], "small", ("numpy", "finite"), 1)
    assert row.figures["finite"].status == "ok"
    with pytest.raises(contenders.Refused, match="evaluations of the function would take about"):
        slow = replace(BY_NAME["mlp"], numpy=slowly)
        contenders.prepare("finite", slow, slow.make((3, 40, 4)))


def slowly(layers: Any, X: Any, Y: Any) -> float:
    import time

    time.sleep(0.01)
    return 0.0


def test_source_and_same_loops_take_part() -> None:
    """The emitted source itself, and jax.grad of the function as we print it for JAX, give the same gradient."""
    row = measure.measure(BY_NAME["recurrence"], "small", ("numpy", "source", "same"), 1)
    assert {name: one.status for name, one in row.figures.items()} == dict.fromkeys(row.figures, "ok")
    assert row.figures["source"].error == row.figures["numpy"].error
    assert row.speedup("numpy", "same") and row.speedup("numpy") is None
    titles = [sheet.head for sheet in report.sheets([row_of("first", 1e-3, 4e-3)], ("numpy", "xla", "jax"))]
    assert [text for text in titles[0] if "same" in text] == []


def test_autograd_takes_part() -> None:
    """Autograd gets the NumPy function with its own modules; what it refuses has its words."""
    pytest.importorskip("autograd")
    row = measure.measure(BY_NAME["chain"], "small", ("numpy", "autograd"), 1)
    assert row.figures["autograd"].status == "ok"
    row = measure.measure(BY_NAME["recurrence"], "small", ("numpy", "autograd"), 1)
    assert row.figures["autograd"].status == "refused"
    assert row.figures["autograd"].message.startswith(("TypeError", "ValueError"))


@pytest.mark.parametrize("name", ["autograd", "torch", "numba"])
def test_missing_packages_are_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contender that is not installed is absent, and the report says so once."""
    monkeypatch.setattr(contenders.importlib.util, "find_spec", lambda package: None)
    row = measure.measure(BY_NAME["neuron"], "small", ("numpy", name), 1)  # type: ignore[arg-type]
    assert row.figures[name].status == "absent"  # type: ignore[index]
    assert report.notes([row, row]) == [
        (f"{report.TITLES.get(name, name)} absent", f"{name} is not installed")
    ]


def test_contenders_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round begins with another clock; before each turn there is a rest and a call that is not timed."""
    monkeypatch.setattr(measure, "SETTLE_SECONDS", 0.0)
    heard: list[str] = []
    clocks = [
        measure.Clock(functools.partial(heard.append, name), calls, rounds, [])
        for name, calls, rounds in (("a", 1, 2), ("b", 2, 2), ("c", 1, 1))
    ]
    measure.take_turns(clocks)
    assert "".join(heard) == "aa" + "bbb" + "cc" + "bbb" + "aa"
    assert [len(one.seconds) for one in clocks] == [2, 2, 1]


# ---------------------------------------------------------------- the command
def test_command_writes_what_was_measured(tmp_path: Path) -> None:
    """The tables are printed; the JSON has all figures, the machine and the groups; the page has the tables."""
    json_file, page = tmp_path / "figures.json", tmp_path / "page.md"
    options = "--size", "small", "--repeat", "1", "--json", str(json_file), "--markdown", str(page)
    result = run("neuron", "newton", *options)
    assert result.exit_code == 0, result.output
    for text in (
        "neuron",
        "newton",
        "refused",
        "mean of scalars",
        "JAX refused: newton: ValueError",
    ):
        assert text in result.output
    written = json.loads(json_file.read_text())
    assert set(written) == {"machine", "settings", "kernels", "groups", "growth"}
    assert {
        "processor",
        "cores",
        "memory_bytes",
        "system",
        "flags",
        "python",
        "versions",
        "load",
        "date",
        "accelerator",
    } == set(written["machine"])
    assert {"numpy", "jax", "jaxlib"} <= set(written["machine"]["versions"])
    assert [row["name"] for row in written["kernels"]] == ["newton", "neuron"]
    figures = written["kernels"][1]["figures"]
    assert set(figures) == {"numpy", "xla", "jax"}
    assert set(figures["xla"]) >= {
        "status", "message", "first_seconds", "seconds", "runs", "primal_seconds", "primal_ratio", "speedup",
        "error", "flops", "temporary_bytes", "tape_bytes",
    }  # fmt: skip
    assert set(written["groups"]) == {"control_flow", "scalars"}
    assert written["groups"]["scalars"]["speedup"]["xla"] == pytest.approx(figures["xla"]["speedup"])
    assert written["groups"]["scalars"]["flops"]["jax"] == pytest.approx(
        figures["xla"]["flops"] / figures["jax"]["flops"]
    )
    assert written["settings"]["size"] == "small"
    text = page.read_text()
    assert text.startswith("# Benchmarks\n") and "| newton | scalar |" in text
    assert "lax.while\\_loop" in text


def test_command_lists_the_kernels() -> None:
    result = run("--list")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == len(KERNELS)
    assert run("--list", "scalars").output.splitlines()[0].startswith("scalars      product_of_sum")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "'nothing' is neither a kernel nor one of the groups loops, control_flow"),
        (
            ["neuron", "--against", "jax,pencil"],
            "'pencil' is none of source, jax, same, library, autograd, torch",
        ),
        (["neuron", "--size", "huge"], "'huge' is not one of"),
        (["neuron", "--repeat", "0"], "0 is not in the range"),
    ],
)
def test_command_line_cannot_be_understood(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_disagreement_is_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gradient that disagrees is in red in the table, and the command fails."""
    wrong = replace(BY_NAME["rosenbrock"], jax=lambda x, y: x * y)
    monkeypatch.setattr("adcompiler.bench.kernels.KERNELS", (wrong,))
    result = run("rosenbrock", "--size", "small", "--repeat", "1")
    assert result.exit_code == 1
    assert "JAX disagrees: rosenbrock: the gradient differs from that of numpy" in result.output


def test_show_does_not_pay_for_bench() -> None:
    """The command line does not import what measures, nor JAX, before it is asked to."""
    check = (
        "import sys, adcompiler.cli; print(sorted({'jax', 'adcompiler.bench.measure'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- reports
def row_of(name: str, ours: float, theirs: float | None) -> Row:
    """A row that was not measured."""
    jax = Figures("jax", "ok", "", 1.0, theirs, (), 1e-3) if theirs else Figures("jax", "refused", "no")
    figures: Any = {
        "numpy": Figures("numpy", "ok", "", 0.1, 2 * ours, (), ours),
        "xla": Figures("xla", "ok", "", 0.2, ours, (), 1e-3, tape_bytes=2048),
        "jax": jax,
    }
    return Row(name, "loops", "element", "Title.", "small", (4,), "jax", 0.01, figures)


def test_means_leave_out_what_cannot_be_compared() -> None:
    """A mean is over the kernels that both took, and the line says how many."""
    rows = [row_of("first", 1e-3, 4e-3), row_of("second", 1e-3, 9e-3), row_of("third", 1e-3, None)]
    times, costs = report.sheets(rows, ("numpy", "xla", "jax"))
    assert times.lines[0] == ("first", "element", "2 ms", "1 ms", "4 ms", "2.00×", "4.00×")
    assert times.lines[2][-3:] == ("refused", "–", "–")
    assert times.lines[3] == ("mean of loops", "2 of 3", "", "", "", "3.00×", "6.00×")
    assert times.means == {3}
    assert costs.lines[0][-1] == "2.05 kB"
    assert report.notes(rows) == [("JAX refused: third", "no")]
    assert geometric_mean([None, 2.0, 8.0]) == pytest.approx(4.0)
    assert geometric_mean([None]) is None


def test_means_of_loops_are_also_by_grain() -> None:
    """Loops over elements, rows and arrays have means of their own."""
    rows = [row_of("first", 1e-3, 4e-3), replace(row_of("second", 1e-3, 9e-3), grain="row")]
    times, _ = report.sheets(rows, ("numpy", "xla", "jax"))
    assert [line[0] for line in times.lines[2:]] == [
        "mean of loops",
        "mean of loops, element",
        "mean of loops, row",
    ]
    assert [line[-1] for line in times.lines[2:]] == ["6.00×", "4.00×", "9.00×"]
    groups = report.as_json(rows, ("numpy", "xla", "jax"), describe(), {})["groups"]
    assert groups["loops"]["by_grain"]["loops, row"]["xla"] == pytest.approx(9.0)


def test_tables_fit_a_terminal() -> None:
    """The tables need no more than 120 columns: no name is cut short."""
    console = Console(width=120, record=True, file=io.StringIO())
    rows = [row_of("softmax_cross_entropy", 1e-3, 4e-3), replace(row_of("b", 1e-2, 1e-3), grain="row")]
    report.show(console, rows, ("numpy", "xla", "jax"), describe())
    text = console.export_text()
    assert text.count("softmax_cross_entropy") == 2
    assert text.count("mean of loops, element") == 2
    assert "4.00×" in text and "0.10×" in text and "…" not in text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(None, "–"), (0.00432, "0.0043×"), (0.432, "0.43×"), (1.0, "1.00×"), (43.21, "43.2×"), (432.1, "432×")],
)
def test_factors_have_two_digits_or_three(ratio: float | None, text: str) -> None:
    row = row_of("first", 1e-3, 1e-3 * ratio if ratio else None)
    assert report.sheets([row], ("numpy", "xla", "jax"))[0].lines[0][-1] == text


def test_growth_is_written_and_drawn(tmp_path: Path) -> None:
    """Growth is a table in the page and a picture beside that of the ratios."""
    rows = tuple(replace(row_of("sor", 1e-3 * n, 4e-3 * n), numbers=(n,)) for n in (8, 16))
    growth = [Growth("sor", "points on a side", rows)]
    text = report.markdown(rows, ("numpy", "xla", "jax"), describe(), growth)
    assert "## Growth of sor" in text and "| points on a side | NumPy | XLA | JAX |" in text
    assert "| 16 | 32 ms | 16 ms | 64 ms |" in text
    pytest.importorskip("matplotlib")
    plot.plot_ratios([*rows, row_of("third", 1e-3, None)], tmp_path / "ratios.svg")
    plot.plot_growth(growth, tmp_path / "growth.svg")
    assert "<svg" in (tmp_path / "ratios.svg").read_text()
    assert (
        "points on a side" in (tmp_path / "growth.svg").read_text()
        or (tmp_path / "growth.svg").stat().st_size
    )


def test_pictures_need_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without matplotlib the command says what to install, before it measures anything."""
    monkeypatch.setattr("importlib.util.find_spec", lambda package: None)
    result = run("neuron", "--plot", str(tmp_path / "ratios.svg"))
    assert result.exit_code == 1
    assert "pip install 'adcompiler[bench]'" in result.output
    assert "grad/f" not in result.output


def test_many_contenders_have_a_table_of_ratios() -> None:
    """With many contenders there are more tables, none wider than a terminal of 120 columns."""
    row = row_of("softmax_cross_entropy", 1e-3, 4e-3)
    more: Any = {
        name: Figures(name, "ok", "", 1.0, 8e-3, (), 1e-3) for name in ("source", "same", "numba", "finite")
    }  # type: ignore[arg-type]
    row = replace(row, figures={**row.figures, **more})
    names: Any = tuple(row.figures)
    console = Console(width=120, record=True, file=io.StringIO())
    report.show(console, [row], names, describe())
    text = console.export_text()
    assert "How many times faster we are" in text and "…" not in text
    assert text.count("softmax_cross_entropy") == 4
    ratios = report.sheets([row], names)[1]
    assert dict(zip(ratios.head, ratios.lines[0], strict=True))["XLA\n/ Numba"] == "8.00×"

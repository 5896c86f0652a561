"""docs/coverage.md and the table of kinks in docs/rules.md, made of the records; and that the records are complete.

pytest tests/test_coverage.py --update-docs      # writes them anew
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faults
import kinks
import numpy as np
import pytest
import test_jax_functions
from documents import ROOT, assert_up_to_date, filled
from operations import FAMILIES, OPERATIONS, SAMPLES, Operation, Sample

from adcompiler import pipeline  # noqa: F401  (fills the tables)
from adcompiler.frontend.definitions import definition_of
from adcompiler.frontend.library import FUNCTIONS
from adcompiler.frontend.static import row_of
from adcompiler.primitives.registry import PRIMITIVES, find, path_of
from adcompiler.rules.registry import RULES

DOCS = ROOT / "docs"
TABLE = dict(PRIMITIVES)  # as it is before tests add rows


# ---------------------------------------------------------------------------------------- docs/coverage.md


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", r"\|")


def keywords(operation: Operation) -> str:
    """The keywords that the samples give, in the order of their first use."""
    found: dict[str, None] = {}
    for sample in operation.samples:
        for node in ast.walk(ast.parse(sample.text)):
            if isinstance(node, ast.Call):
                found.update(dict.fromkeys(k.arg for k in node.keywords if k.arg))
    return ", ".join(f"`{name}`" for name in found)


def count(items: Iterable[bool]) -> str:
    """How many, and nothing for none."""
    return str(sum(items) or "")


def tolerances(samples: Iterable[Sample]) -> str:
    """What other tolerances hold, with their reasons."""
    found = dict.fromkeys(f"{s.proof.tolerance:g}: {s.proof.because}" for s in samples if s.proof.because)
    return "; ".join(found)


def row(operation: Operation) -> str:
    """The line of an operation."""
    proved = [s for s in operation.samples if not s.refusal]
    parts = [
        f"`{cell(operation.name)}`",
        cell(keywords(operation)),
        str(len(proved)),
        count("numpy" in s.proof.backends for s in proved),
        count("jax" in s.proof.backends for s in proved),
        count(s.proof.analytic for s in proved),
        count(bool(s.proof.mpmath) for s in proved),
        count(s.proof.jax and "jax" in s.proof.backends for s in proved),
        count(s.twofold for s in proved),
        cell(tolerances(proved)),
    ]
    return f"| {' | '.join(parts)} |"


HEAD = (
    "| | keywords | samples | NumPy | XLA | complex step | 50 digits | `jax.vjp` | second order | tolerance |"
)


def tables() -> str:
    """A table for each family."""
    parts = []
    for family, title in sorted(FAMILIES.items(), key=lambda item: item[1]):
        rows = [row(o) for o in sorted(OPERATIONS.values(), key=lambda o: o.name) if o.family == family]
        parts.append("\n".join([f"### {title}", "", HEAD, "|---" * 10 + "|", *rows]))
    return "\n\n".join(parts)


def refusals() -> str:
    """What is refused."""
    rows = ["| program | on | says |", "|---|---|---|"]
    for sample in SAMPLES:
        if sample.refusal:
            where = ", ".join({"numpy": "NumPy", "jax": "XLA"}[b] for b in sample.proof.backends)
            rows.append(f"| `{cell(sample.text)}` | {where} | {cell(sample.refusal)} |")
    return "\n".join(dict.fromkeys(rows))


def totals() -> str:
    """How many there are of everything."""
    proved = [s for s in SAMPLES if not s.refusal]
    on = {b: sum(b in s.proof.backends for s in proved) for b in ("numpy", "jax")}
    return (
        f"{len(OPERATIONS)} operations, {len(proved)} samples: {on['numpy']} on NumPy, {on['jax']} on XLA; "
        f"{sum(s.proof.analytic for s in proved)} by complex step, "
        f"{sum(bool(s.proof.mpmath) for s in proved)} to 50 digits, "
        f"{sum(s.proof.jax and 'jax' in s.proof.backends for s in proved)} against JAX, "
        f"{sum(s.twofold for s in proved)} to second order."
    )


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the page lists the functions of Python 3.11")
def test_coverage(update_docs: bool) -> None:
    """docs/coverage.md is what the records say."""
    path = DOCS / "coverage.md"
    sections = {"totals": totals(), "operations": tables(), "refusals": refusals(), "faults": faults.report()}
    assert_up_to_date(path, filled(path.read_text(), sections), update_docs)


# ------------------------------------------------------------------------------------------- docs/rules.md


def shown(value: Any) -> str:
    """A number, or an array of them, in few letters."""
    if isinstance(value, (np.ndarray, list)):
        array = np.asarray(value)
        if not array.size:
            return f"empty, {array.shape}"
        return f"[{', '.join(map(shown, array))}]" if array.ndim else f"array({shown(array[()])})"
    if isinstance(value, (bool, np.bool_, int)):
        return str(value)
    if isinstance(value, np.floating):
        return shown(float(value))
    return f"{value:g}"


def lines_of_kinks() -> str:
    """The tables of kinks."""
    parts = []
    for title, lines in kinks.GROUPS.items():
        rows = []
        for k in lines:
            at = ", ".join(f"{name} = {shown(value)}" for name, value in k.at.items())
            theirs = f"{', '.join(map(shown, k.jax))}: {k.why}" if k.why else ""
            rows.append(f"| `{cell(k.text)}` | {at} | {', '.join(map(shown, k.gives))} | {theirs} |")
        parts.append(
            "\n".join([f"{title}:", "", "| | at | derivative | where JAX differs |", "|---" * 4 + "|", *rows])
        )
    return "\n\n".join(parts)


def test_kinks(update_docs: bool) -> None:
    """docs/rules.md shows the table that the tests prove."""
    path = DOCS / "rules.md"
    assert_up_to_date(path, filled(path.read_text(), {"kinks": lines_of_kinks()}), update_docs)


# ------------------------------------------------------------------------------------------ completeness


def named() -> set[str]:
    """The functions that samples name, as dotted paths."""
    found: set[str] = set()
    of_jax = Path(test_jax_functions.__file__).read_text()  # those are proved against JAX alone
    for text in {*(sample.text for sample in SAMPLES), of_jax}:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.Attribute, ast.Name)):
                found.add(ast.unparse(node))
    return {f"numpy.{name.removeprefix('np.')}" if name.startswith("np.") else name for name in found}


def test_every_function_of_the_tables_has_a_sample() -> None:
    paths = {
        path
        for name, entry in TABLE.items()
        if name in RULES
        for path in entry.paths
        if not path.startswith("operator.") and find(path) is not None
    }
    there = named()
    assert {path for path in paths if path.removeprefix("builtins.") not in there} == set()


# functions that HIPS autograd differentiates and that are refused here, and why
REFUSED = {
    "scipy.integrate.odeint": "it calls a function of the program from compiled code",
    "scipy.stats.multivariate_normal.entropy": "it is a logarithm of the determinant of cov: np.linalg.slogdet",
}
OF_AUTOGRAD = ("numpy", "numpy.linalg", "numpy.fft", "scipy.special", "scipy.linalg")


# of what numpy or scipy has and jax.numpy or jax.scipy has too
NOT_FOLLOWED = {
    "it tells or changes how arrays are printed": "array_repr array_str get_printoptions printoptions set_printoptions",
    "it reads, writes or shares memory outside": "from_dlpack frombuffer fromfile fromiter fromstring load save savez",
    "it makes a function of objects": "frompyfunc",
    "its result is made of bits, texts or truths that are known before": "packbits unpackbits einsum_path iterable",
    "JAX has no derivative of it, or none in reverse": "schur rsf2csf funm hessenberg qr_multiply eigh_tridiagonal",
    "it is expm of a larger matrix": "expm_frechet",
    "it makes a matrix, or a table, of one integer: pass it": "bernoulli hadamard helmert invhilbert invpascal pascal",
    "it is scipy.linalg.companion in another order": "fiedler_companion",
}


def is_known(name: str) -> bool:
    """Whether one of these modules has a function of the name that is followed."""
    functions = [getattr(importlib.import_module(module), name, None) for module in OF_AUTOGRAD]
    return any(
        f is not None and (path_of(f) or definition_of(f) or row_of(FUNCTIONS, f) is not None)
        for f in functions
    )


def test_what_autograd_differentiates_is_known_or_refused_for_a_reason() -> None:
    """No function of the table of HIPS autograd is left out by oversight."""
    core = pytest.importorskip("autograd.core")
    for module in (
        "autograd.numpy",
        "autograd.scipy.special",
        "autograd.scipy.linalg",
        "autograd.scipy.stats",
    ):
        importlib.import_module(module)
    refused = {path.rpartition(".")[2] for path in REFUSED}
    left_out = set()
    for differentiated in core.primitive_vjps:
        function = getattr(differentiated, "fun", differentiated)
        module = getattr(function, "__module__", None) or ""
        name = getattr(function, "__name__", "")
        if module.startswith(("autograd", "scipy.stats")) or name in refused or is_known(name):
            continue
        left_out.add(f"{module}.{name}")
    assert left_out == set()
    assert not any(is_known(path.rpartition(".")[2]) for path in REFUSED)


def test_what_jax_has_is_known_or_left_out_for_a_reason() -> None:
    """No function that jax.numpy or jax.scipy takes from NumPy or SciPy is left out by oversight."""
    left_out = set()
    for module in OF_AUTOGRAD:
        ours, theirs = importlib.import_module(module), importlib.import_module(f"jax.{module}")
        for name in dir(theirs):
            function = getattr(ours, name, None)
            if name[0] == "_" or not callable(function) or isinstance(function, type) or is_known(name):
                continue
            left_out.add(name)
    assert left_out == {name for names in NOT_FOLLOWED.values() for name in names.split()}


def test_there_are_enough() -> None:
    assert len(OPERATIONS) >= 180
    assert sum(not sample.refusal for sample in SAMPLES) >= 1800
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)

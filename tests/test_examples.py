"""The examples run as they are, reach what they promise, and the NumPy backend needs no JAX."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(name: str, *options: str) -> str:
    """What an example prints."""
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(EXAMPLES / name), *options]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_quickstart() -> None:
    """The adjoints, and all the checks."""
    out = run("quickstart.py")
    assert "def loss_grad(layers, x, y):" in out
    assert "for k in reversed(range(len(layers))):" in out
    assert "agrees with finite differences on both backends" in out
    assert "agrees with the same program compiled by XLA" in out
    assert "-0.2 -0.39 0.2 0.39 -0.59" in out
    assert out.count("proved for real arguments") == 5


@pytest.mark.parametrize("backend", ["jax", "numpy"])
def test_digits(backend: str) -> None:
    """At least 95% on the test set; for NumPy the example itself asserts that JAX is not imported."""
    pytest.importorskip("sklearn")
    out = run("digits.py", "--backend", backend)
    assert f"backend {backend}" in out
    assert float(out.rsplit("test accuracy", 1)[1].strip(" %\n")) >= 95.0


def test_checkpointing(tmp_path: Path) -> None:
    """The table; the example itself asserts that all of its gradients are one, bit for bit on NumPy."""
    pytest.importorskip("matplotlib")
    out = run(
        "checkpointing.py", "--backend", "numpy", "--most", "100", "--plot", str(tmp_path / "memory.svg")
    )
    assert out.endswith("the gradients agree bit for bit\n")
    memory = [float(cell) for cell in out.splitlines()[-2].split()[1::2]]
    assert max(memory[1:]) < 0.5 * memory[0]
    assert (tmp_path / "memory.svg").read_text().startswith("<?xml")

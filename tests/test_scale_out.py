"""Emitted code on several devices and in several processes, by JAX's own engine: the same numbers, and one exchange."""

from __future__ import annotations

import importlib
import os
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from adcompiler import value_and_grad

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "data_parallel.py"
GLOO = hasattr(importlib.import_module("jaxlib._jax"), "make_gloo_tcp_collectives")


def run(*command: str) -> list[str]:
    """The lines that a program of Python prints."""
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment, timeout=200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def trained() -> list[float]:
    """What the example prints, by the NumPy backend on one processor."""
    example = runpy.run_path(str(EXAMPLE))
    both = value_and_grad(example["loss"])
    params, x, y = example["data"]()
    losses = []
    for _ in range(example["STEPS"]):
        value, slope = both(params, x, y)
        losses.append(float(value))
        params = {name: params[name] - example["RATE"] * slope[name] for name in params}
    return [losses[0], losses[-1], sum(float(abs(p).sum()) for p in params.values())]


def numbers(lines: list[str]) -> list[float]:
    """The first and the last loss, and the sum of the parameters."""
    found = {line.split()[0]: line.split()[1:] for line in lines if line}  # Gloo leaves blank ones
    return [float(word) for word in (*found["loss"], *found["parameters"])]


def test_devices(tmp_path: Path) -> None:
    """Eight devices: a loop over rows by shard_map, and array code that jit alone divides."""
    program = f"""
        import runpy
        example = runpy.run_path({str(EXAMPLE)!r})
        example["train"](8, 1, 0, "")

        import re
        import jax, numpy as np
        from jax.sharding import AxisType, NamedSharding, PartitionSpec as P
        from adcompiler import value_and_grad

        def loss(params, x, y):
            hidden = np.tanh(x @ params["w1"] + params["b1"])
            return np.sum((hidden @ params["w2"] - y) ** 2) / len(x)

        both = value_and_grad(loss, backend="jax")
        mesh = jax.make_mesh((8,), ("rows",), axis_types=(AxisType.Auto,))
        params, x, y = example["data"]()
        params = jax.device_put(params, NamedSharding(mesh, P()))
        x, y = jax.device_put((x, y), NamedSharding(mesh, P("rows")))
        step = jax.jit(both)
        text = step.lower(params, x, y).compile().as_text()
        print("collectives", *re.findall(r"(all-\\w+|reduce-scatter|collective-\\w+)\\(", text))
        for name, (value, slope) in {{"jit": step(params, x, y), "call": both(params, x, y)}}.items():
            print(name, float(value), *(float(abs(slope[key]).sum()) for key in ("w1", "b1", "w2")))
    """
    (tmp_path / "eight.py").write_text(textwrap.dedent(program))
    lines = run(str(tmp_path / "eight.py"))
    np.testing.assert_allclose(numbers(lines), trained(), rtol=1e-12)
    assert lines[:2] == ["8 devices in 1 processes", "communication in a step: all-reduce"]
    assert "collectives all-reduce" in lines
    example = runpy.run_path(str(EXAMPLE))
    value, slope = value_and_grad(example["loss"])(*example["data"]())
    wanted = [float(value), *(float(abs(slope[key]).sum()) for key in ("w1", "b1", "w2"))]
    for line in lines[-2:]:
        np.testing.assert_allclose([float(word) for word in line.split()[1:]], wanted, rtol=1e-12)


@pytest.mark.skipif(not GLOO, reason="this jaxlib has no Gloo")
def test_processes() -> None:
    """Two processes on this machine."""
    lines = run(str(EXAMPLE), "--devices=1", "--processes=2")
    np.testing.assert_allclose(numbers(lines), trained(), rtol=1e-12)
    assert "2 devices in 2 processes" in lines
    assert "communication in a step: all-reduce" in lines

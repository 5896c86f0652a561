"""The kernels of the benchmark on a GPU, if there is one: JAX_PLATFORMS= pytest -m gpu."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from click.testing import CliRunner

from adcompiler import grad
from adcompiler.bench.kernels import KERNELS, select
from adcompiler.bench.measure import measure
from adcompiler.cli import main
from adcompiler.pipeline import UNFUSED


@pytest.mark.gpu
@pytest.mark.parametrize("name", [kernel.name for kernel in KERNELS])
def test_kernel(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The gradient is that of NumPy, to the kernel's tolerance; what it costs beside jax.grad is printed."""
    if jax.default_backend() != "gpu":
        pytest.skip("JAX has no GPU here")
    (kernel,) = select([name])
    row = measure(kernel, "small", ("numpy", "xla", "jax"), 3)
    ours = row.figures["xla"]
    with capsys.disabled():
        print(
            f"\n{name}: {ours.status} {ours.message} {row.speedup('xla') or float('nan'):.3g} times jax.grad"
        )
    assert ours.status in ("ok", "refused"), ours.message
    assert row.figures["numpy"].status == "ok"


def recurrence(x: Any) -> Any:
    """A loop over elements."""
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


@pytest.mark.parametrize(("device", "options"), [("cpu", UNFUSED), ("gpu", None), ("tpu", None)])
def test_options_of_the_compiler(
    device: str, options: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps loops over elements in place on processors is not asked of other devices."""
    asked = []
    jitted = jax.jit
    monkeypatch.setattr(jax, "default_backend", lambda: device)
    monkeypatch.setattr(
        jax, "jit", lambda f, **given: (asked.append(given.get("compiler_options")), jitted(f, **given))[1]
    )
    found = grad(recurrence, backend="jax")(np.linspace(0.1, 1.0, 5))
    assert asked == [options]
    np.testing.assert_allclose(found, grad(recurrence)(np.linspace(0.1, 1.0, 5)), rtol=1e-14)


def test_device_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says so before it measures anything."""
    monkeypatch.setattr(jax, "default_backend", lambda: "cpu")
    done = CliRunner().invoke(main, ["bench", "newton", "--size", "small", "--device", "gpu"])
    assert done.exit_code == 1
    assert "JAX runs on cpu here" in done.output

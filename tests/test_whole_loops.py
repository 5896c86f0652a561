"""What is asked of XLA for the process, and that loops with long bodies are one kernel each then."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest

from adcompiler import grad
from adcompiler.bench.contenders import program_of
from adcompiler.bench.kernels import select
from adcompiler.compiled import Xla
from adcompiler.whole_loops import LIMIT, ask_for_whole_loops

WANTED = f"--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold={LIMIT}"


@pytest.mark.parametrize(
    ("given", "then"),
    [
        (None, WANTED),
        ("", WANTED),
        ("--xla_force_host_platform_device_count=2", f"--xla_force_host_platform_device_count=2 {WANTED}"),
        (WANTED, WANTED),
        (
            "--xla_backend_extra_options=xla_cpu_optimize_for_size",
            "--xla_backend_extra_options=xla_cpu_optimize_for_size",
        ),
        ("/etc/xla.flags", "/etc/xla.flags"),
    ],
)
def test_flags(given: str | None, then: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option is added once; what the user says of such options, and a file of flags, stay."""
    monkeypatch.setenv("XLA_FLAGS", given or "")
    if given is None:
        monkeypatch.delenv("XLA_FLAGS")
    ask_for_whole_loops()
    assert os.environ["XLA_FLAGS"] == then


@pytest.mark.parametrize("backend", ["numpy", "numba", "jax", "jax+numba"])
def test_who_asks(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the backends that run XLA ask, when a derivative is made and before it is called."""
    if backend.endswith("numba"):
        pytest.importorskip("numba")
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    grad(np.sum, backend=backend)  # type: ignore[call-overload]
    assert ("XLA_FLAGS" in os.environ) == backend.startswith("jax")


@pytest.mark.parametrize("name", ["thomas", "soft_dtw", "smith_waterman", "newton", "ray_marching"])
def test_one_kernel(name: str) -> None:
    """All loops of kernels whose bodies touch more than 1 kB a trip lie in calls that XLA compiles whole."""
    (kernel,) = select([name])
    args = kernel.make(kernel.sizes["small"])
    run = Xla(program_of(kernel, args))
    run(*args)
    text = run.executable(*args).as_text()
    module = {
        block.partition(" ")[0]: block
        for block in re.split(r"^(?:ENTRY )?%", text, flags=re.M)
        if " = " in block
    }
    marked = re.findall(r"call\(.*to_apply=%([\w.\-]+).*xla_cpu_small_call=\"true\"", text)
    assert marked
    inside: set[str] = set()
    while marked:
        found = marked.pop()
        if found not in inside:
            inside.add(found)
            marked += re.findall(r"(?:body|condition|to_apply|calls)=%([\w.\-]+)", module[found])
    assert [name for name, block in module.items() if " while(" in block and name not in inside] == []

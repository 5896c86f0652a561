"""The machine and the versions that figures were measured with."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("adcompiler", "numpy", "scipy", "jax", "jaxlib", "autograd", "torch", "numba")


@dataclass(frozen=True)
class Machine:
    """What figures depend on.

    load:  the mean number of running processes when they were begun.
    flags: what the process asks of XLA, for all contenders.
    """

    processor: str
    cores: int
    memory_bytes: int | None
    system: str
    python: str
    versions: dict[str, str]
    load: float | None
    date: str
    accelerator: str = ""
    flags: str = ""

    def sentence(self) -> str:
        """The machine in words."""
        memory = f", {self.memory_bytes / 2**30:.0f} GiB" if self.memory_bytes else ""
        load = f"; load {self.load:.1f} at the start" if self.load is not None else ""
        packages = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        accelerator = f"; XLA on {self.accelerator}" if self.accelerator else ""
        flags = f"; XLA_FLAGS={self.flags}" if self.flags else ""
        return (
            f"{self.processor}, {self.cores} cores{memory}, {self.system}{accelerator}{flags}; Python {self.python}, {packages}; "
            f"{self.date}{load}"
        )


def describe(packages: Sequence[str] = PACKAGES) -> Machine:
    """This machine, now."""
    return Machine(
        _processor(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        _memory(),
        f"{platform.system()} {platform.release()}",
        platform.python_version(),
        {name: version for name in packages if (version := _version(name))},
        os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        time.strftime("%Y-%m-%d"),
        _accelerator(),
        os.environ.get("XLA_FLAGS", ""),
    )


def _accelerator() -> str:
    """What XLA runs on, where that is not the processor."""
    import jax

    return "" if jax.default_backend() == "cpu" else jax.devices()[0].device_kind


def _processor() -> str:
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _memory() -> int | None:
    names = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in names or "SC_PAGE_SIZE" not in names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None

"""Options of the test run."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from adcompiler.whole_loops import ask_for_whole_loops

ask_for_whole_loops()  # whichever test starts XLA
os.environ.setdefault("JAX_PLATFORMS", "cpu")
# examples are judged by what they show, not by how long a busy machine takes to draw them
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden and --update-docs, which write what the compiler says today."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the sections of tests/golden")
    parser.addoption("--update-docs", action="store_true", help="rewrite what README.md and docs/ generate")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been imported and collected stays to the end: the garbage collector need not go over it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden sections are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def update_docs(request: pytest.FixtureRequest) -> bool:
    """Whether what documents generate is to be rewritten."""
    return bool(request.config.getoption("--update-docs"))


@pytest.fixture(params=["numpy", "jax"])
def backend(request: pytest.FixtureRequest) -> str:
    """Both ways to run a gradient."""
    return str(request.param)

"""Options of the test run."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("JAX_PLATFORMS", "cpu")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden, which writes what the compiler emits into the golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the sections of tests/golden")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden sections are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(params=["numpy", "jax"])
def backend(request: pytest.FixtureRequest) -> str:
    """Both ways to run a gradient."""
    return str(request.param)

"""Every sample of every operation, on both backends, against the oracles (see operations/)."""

from __future__ import annotations

import pytest
from operations import OPERATIONS
from operations.prove import prove, prove_gradients, prove_on_xla, prove_values, samples_on, some


@pytest.mark.parametrize("name", OPERATIONS)
def test_numpy(name: str) -> None:
    operation = OPERATIONS[name]
    proved = [sample for sample in operation.samples if sample.refusal or "numpy" in sample.proof.backends]
    problems = [f"{sample.name}: {problem}" for sample in proved for problem in prove(sample)]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("name", OPERATIONS)
def test_values(name: str) -> None:
    samples = samples_on(OPERATIONS[name], "numpy")
    problems = [*prove_values(samples), *prove_gradients(some(samples))]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("name", OPERATIONS)
def test_xla(name: str) -> None:
    problems = prove_on_xla(samples_on(OPERATIONS[name], "jax"))
    assert not problems, "\n" + "\n".join(problems)

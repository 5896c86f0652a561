"""The tests' own test: a fixed sample of planted faults, each of which the samples must find; and the last full run.

`python tests/faults.py` plants them all.
"""

from __future__ import annotations

import ast
from functools import cache

import faults
import pytest
from operations import Sample

from adcompiler.primitives.registry import PRIMITIVES


@cache
def names_in(sample: Sample) -> tuple[set[str], set[str]]:
    """The plain names in a sample, and those behind a dot."""
    nodes = list(ast.walk(ast.parse(sample.text)))
    plain = {node.id for node in nodes if isinstance(node, ast.Name)}
    return plain, {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def mentions(sample: Sample, primitive: str) -> bool:
    """Whether a sample names a function of a primitive."""
    paths = [path.rpartition(".") for path in PRIMITIVES[primitive].paths]
    plain = {name for module, _, name in paths if module == "builtins"}
    dotted = {name for module, _, name in paths if module != "builtins"}
    names, attributes = names_in(sample)
    return bool(plain & names) or bool(dotted & attributes)


def few() -> list[tuple[faults.Fault, list[Sample]]]:
    """Every 29th fault of the rules of functions that samples name, with samples that name them, and every fifth other."""
    found = []
    for fault in faults.in_rules()[::29]:
        samples = [s for s in faults.ON_NUMPY if mentions(s, fault.place.partition(",")[0])]
        known = any(kind in fault.kind for kind in faults.MECHANICAL) or faults.reason(fault.name)
        if samples and not known:
            found.append((fault, samples))
    others = [fault for fault in faults.PASSES[1::5] if not faults.reason(fault.name)]
    return found + [(fault, faults.candidates(fault, {})) for fault in others]


FEW = few()


@pytest.mark.parametrize(("fault", "samples"), FEW, ids=[fault.name for fault, _ in FEW])
def test_a_planted_fault_is_found(fault: faults.Fault, samples: list[Sample]) -> None:
    assert faults.judged(fault, samples).outcome == "found"


@pytest.mark.skipif(not faults.RESULTS.exists(), reason="python tests/faults.py has not been run to its end")
def test_the_last_full_run_found_nearly_all() -> None:
    verdicts = [outcome for outcome in faults.last_run().values() if outcome != "none"]
    assert len(verdicts) > 1500
    assert verdicts.count("found") >= 0.98 * len(verdicts)
    survivors = [name for name, outcome in faults.last_run().items() if outcome == "survived"]
    assert all(map(faults.reason, survivors))

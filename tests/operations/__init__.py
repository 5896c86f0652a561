"""One record for each operation, a module for each family: see `operations.record` for the form.

`tests/test_operations.py` proves every sample; `docs/coverage.md` is made of the records.
"""

from __future__ import annotations

import importlib
import pkgutil

from operations.record import FAMILIES, OPERATIONS, Operation, Proof, Sample

for family in pkgutil.iter_modules(__path__):
    importlib.import_module(f"operations.{family.name}")

SAMPLES = tuple(sample for operation in OPERATIONS.values() for sample in operation.samples)

__all__ = ["FAMILIES", "OPERATIONS", "SAMPLES", "Operation", "Proof", "Sample"]

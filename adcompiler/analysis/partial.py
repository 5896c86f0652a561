"""Which values a path leaves without a meaning; nothing can be read off these, not even a size."""

from __future__ import annotations

from collections.abc import Collection

from adcompiler.analysis.alias import ITEMS, STORES
from adcompiler.ir.core import Apply, Call, For, If, Region, Value, While, walk


def unmade(body: Region) -> set[Value]:
    """The values that have no meaning."""
    return {op.result for op in walk(body) if isinstance(op, Apply) and op.primitive == "undefined"}


def partial(body: Region, unbound: Collection[Value]) -> set[Value]:
    """The values that some path leaves without a meaning."""
    found = set(unbound)

    def visit(region: Region) -> None:
        for op in region.ops:
            if isinstance(op, Apply) and (op.primitive in STORES or op.primitive in ITEMS):
                # a list that holds one, and what is taken out of it
                if not found.isdisjoint(op.operands):
                    found.update(op.results)
            if isinstance(op, (Apply, Call)):
                continue
            while True:
                before = len(found)
                for inner in op.regions:
                    visit(inner)
                    if isinstance(op, If):
                        found.update(
                            r for r, end in zip(op.results, inner.results, strict=True) if end in found
                        )
                if isinstance(op, (For, While)):
                    carried = op.body.params[-len(op.inits) :] if op.inits else ()
                    for init, param, end, result in zip(
                        op.inits, carried, op.body.results, op.results, strict=True
                    ):
                        if init in found or end in found:
                            found.update((param, result))
                if len(found) == before:
                    break

    visit(body)
    return found

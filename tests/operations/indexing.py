"""Reading and writing parts of arrays."""

from __future__ import annotations

from operations.record import Text, family, integers, normal, operation, sample

family("indexing", "Reading and writing by subscripts")

SUBSCRIPTS = [Text(text) for text in ("0", "-1", "1:3", "::-2", "...")]
LISTS = [Text(text) for text in ("[0, 2, 1]", "[-1, 0]")]

operation(
    "x[i]",
    sample("x[{i}]", x=normal(5), i=SUBSCRIPTS),
    sample("x[i]", x=normal(5), i=[3, integers(0, 5, 4)]),
    sample("x[{i}]", x=normal(5), i=LISTS, jax=False),
)
operation(
    "x[i] = v",
    sample("y = x.copy(); y[{i}] = v; y", x=normal(5), v=normal(), i=SUBSCRIPTS + LISTS),
    jax=False,
)

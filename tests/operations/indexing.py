"""Reading and writing parts of arrays."""

from __future__ import annotations

from operations.record import (
    JAX,
    NUMPY,
    Text,
    boolean,
    family,
    integers,
    normal,
    number,
    operation,
    refused,
    sample,
)

family("indexing", "Reading and writing by subscripts")


def texts(*subscripts: str) -> list[Text]:
    """Subscripts as they are written."""
    return [Text(text) for text in subscripts]


VECTOR = texts("0", "-1", "1:3", "1:", ":-2", "::-2", "4:1:-1", "::2", "...", "3:3")
PICK = texts("[0, 2, 1]", "[-1, 0]", "[[0, 1], [4, 2]]")
MATRIX = texts(
    "0", "-1", "1, 2", "-1, -1", ":, 0", "1:, :2", "::-1, 1", "..., 1", "1, ...", "0:1", ":, 1:2", "::2, ::-1"
)
PICK_2 = texts(
    "[0, 2]", "[2, 0], 1", "[2, 0], [1, 3]", ":, [0, 3]", "[0, 1], 1:", "[[0], [2]], [1, 3]", "1, [0, 0]"
)
CUBE = texts(
    "0", "..., 0", ":, 1", "1, :, 2", ":, None, 1", "0, 1, 2", "None, 1", "[1, 0], :, [1, 3]", ":, [0, 2]"
)
# what is written, for a part of each shape
NEW = [normal(), number(0.5, 0.6)]

operation(
    "x[i]",
    sample("x[{i}]", x=normal(5), i=VECTOR),
    sample("x[{i}]", x=normal(3, 4), i=MATRIX),
    sample("x[{i}]", x=normal(2, 3, 4), i=CUBE[:7]),
    sample("x[{i}]", x=normal(5), i=PICK, jax=False),
    sample("x[{i}]", x=normal(3, 4), i=PICK_2, jax=False),
    sample("x[{i}]", x=normal(2, 3, 4), i=CUBE[7:], jax=False),
    sample("x[i]", x=normal(5), i=[3, integers(0, 5, 4), integers(-4, 5, 2, 2)]),
    sample("x[i, j]", x=normal(3, 4), i=[1, integers(0, 3, 3)], j=[2, integers(-3, 4, 3)]),
    sample("x[i:i + 2]", x=normal(5), i=[0, 2], jax=False),
    sample("x[i] * x[j] * x[i]", x=normal(4), i=1, j=[1, 3], order=2),
    sample("x[x > 0.0]", x=normal(5), backends=NUMPY, analytic=False),
    sample("x[c]", x=[normal(4), normal(4, 2)], c=boolean(4), backends=NUMPY),
    sample("x[0] + x[0] * x[1]", x=[normal(3), normal(3, 2)], order=2),
)
operation(
    "x[i] = v",
    sample("y = x.copy(); y[{i}] = v; y", x=normal(5), v=NEW, i=VECTOR + PICK),
    sample("y = x.copy(); y[{i}] = v; y", x=normal(3, 4), v=normal(), i=MATRIX + PICK_2),
    sample(
        "y = x.copy(); y[{i}] = v; y",
        x=normal(3, 4),
        v=normal(4),
        i=texts("0", "1:", "[0, 2]", "...", "::-2"),
    ),
    sample(
        "y = x.copy(); y[{i}] = v; y",
        x=normal(3, 4),
        v=normal(3, 1),
        i=texts(":", ":, 1:3", "..., :2", ":, [0, 3]"),
    ),
    sample(
        "y = x.copy(); y[{i}] = v; y", x=normal(2, 3, 4), v=normal(4), i=texts("0", ":, 1", "..., :", "1, 2")
    ),
    sample("y = x.copy(); y[1:3] = v; y", x=normal(5), v=[normal(2), normal(1), normal(1, 2)]),
    sample("y = x.copy(); y[i] = v; y", x=normal(5), v=[normal(4), normal(), normal(1)], i=integers(0, 5, 4)),
    sample("y = x.copy(); y[i] = v; y", x=normal(5), v=normal(), i=[2, -1]),
    sample(
        "y = x.copy(); y[i, j] = v; y",
        x=normal(3, 4),
        v=[normal(3), normal()],
        i=integers(0, 3, 3),
        j=integers(0, 4, 3),
    ),
    sample("y = x.copy(); y[c] = v; y", x=normal(4), v=normal(), c=boolean(4)),
    sample("y = x.copy(); y[c] = v; y", x=normal(4, 2), v=normal(), c=boolean(4)),
    sample("y = x.copy(); y[c] = v; y", x=normal(4, 2), v=normal(2), c=boolean(4), backends=NUMPY),
    refused("x[x > 0.0]", "XLA needs fixed shapes", x=normal(5), backends=JAX),
    sample("y = x.copy(); y[c] = v; y", x=normal(4), v=normal(2), c=boolean(4), backends=NUMPY),
    sample("y = x.copy(); y[y < 0] = 0.5; y * x", x=normal(4), analytic=False),
    sample("y = x.copy(); y[0] = y[1] * y[2]; y[1] = y[0] * v; y", x=normal(3), v=normal(), order=2),
    sample("y = x * 1.0; y[0] = v; y[0] = 2.0 * y[0]; y", x=normal(3), v=normal()),
    jax=False,
)
operation(
    "x[i] += v",
    sample("y = x.copy(); y[{i}] += v; y", x=normal(5), v=NEW, i=VECTOR + PICK[:2]),
    sample(
        "y = x.copy(); y[{i}] *= v; y", x=normal(5), v=normal(), i=texts("0", "1:3", "::-2", "..."), order=2
    ),
    sample("y = x.copy(); y[{i}] -= v; y", x=normal(3, 4), v=normal(), i=MATRIX),
    sample(
        "y = x.copy(); y[{i}] /= v; y", x=normal(3, 4), v=[normal(4), normal(1)], i=texts("0", "1:", "...")
    ),
    sample("y = x.copy(); y[1:3] += y[0:2]; y * y", x=normal(5), order=2),
    sample("y = x.copy(); y += v; y *= x; y", x=normal(2, 3), v=[normal(3), normal()], order=2),
    jax=False,
)
operation(
    "numpy.add.at",
    sample(
        "y = x.copy(); np.add.at(y, i, v); y",
        x=normal(4),
        v=[normal(3), normal(), normal(1)],
        i=integers(0, 4, 3),
    ),
    sample(
        "y = x.copy(); np.add.at(y, ([0, 0, 1], [1, 1, 2]), v); y", x=normal(3, 4), v=[normal(3), normal()]
    ),
    sample("y = x.copy(); np.add.at(y, [0, 2, 0], v); y", x=normal(3, 2), v=[normal(3, 2), normal(2)]),
    jax=False,
)

"""Moving, joining, repeating, picking, sorting elements."""

from __future__ import annotations

import numpy as np

from operations.record import Text, complexes, distinct, family, integers, normal, number, operation, sample

family("rearrange", "Moving, joining, repeating, sorting")

operation(
    "numpy.transpose",
    sample("np.transpose(x)", x=[normal(4), normal(2, 3), normal(2, 1, 3), normal(0, 3)]),
    sample("np.transpose(x, {axes})", x=normal(2, 3, 4), axes=[(1, 2, 0), (-1, 0, 1), (0, 2, 1)]),
    sample("x.transpose({axes})", x=normal(2, 3, 4), axes=[(1, 2, 0), (2, 1, 0)]),
    sample("x.transpose(2, 0, 1)", x=normal(2, 3, 4)),
    sample("x.T @ x", x=[normal(2, 3), normal(4)]),
    sample("np.permute_dims(x, (1, 0))", x=normal(2, 3)),
    sample("x.T * x[0, 0]", x=complexes(2, 3), analytic=False),
)
operation("numpy.matrix_transpose", sample("np.matrix_transpose(x)", x=[normal(2, 3), normal(2, 3, 4)]))
operation(
    "numpy.swapaxes",
    sample("np.swapaxes(x, {a}, {b})", x=normal(2, 3, 4), a=[0, 1, -1], b=[0, 2]),
    sample("x.swapaxes(0, -1)", x=normal(2, 3, 4)),
)
operation(
    "numpy.moveaxis",
    sample("np.moveaxis(x, {a}, {b})", x=normal(2, 3, 4), a=[0, -1], b=[-1, 1]),
    sample("np.moveaxis(x, (0, 1), (2, 0))", x=normal(2, 3, 4)),
)
operation(
    "numpy.reshape",
    sample("np.reshape(x, {shape})", x=normal(2, 3), shape=[(3, 2), -1, (3, -1), (1, 6), (6, 1), (2, 3, 1)]),
    sample("x.reshape({shape})", x=normal(2, 3), shape=[(3, 2), -1]),
    sample("x.reshape(3, -1)", x=normal(2, 3)),
    sample("np.reshape(x, ())", x=normal(1)),
    sample("np.reshape(x, (1, 1))", x=[normal(), normal(1)]),
    sample("np.reshape(x, (0, 3))", x=normal(3, 0)),
)
for _name in ("ravel", "flatten"):
    operation(
        f"numpy.{_name}",
        *[
            sample("np.ravel(x)", x=[normal(2, 3), normal(), normal(4), normal(2, 0)])
            for _ in [0]
            if _name == "ravel"
        ],
        sample(f"x.{_name}() * x[0, 0]", x=[normal(2, 3), normal(2, 1)]),
    )
operation(
    "numpy.squeeze",
    sample("np.squeeze(x)", x=[normal(2, 1, 3), normal(1, 1), normal(3)]),
    sample("np.squeeze(x, axis={axis})", x=normal(1, 3, 1), axis=[0, -1, (0, 2), (0, -1)]),
    sample("x.squeeze(1)", x=normal(2, 1, 3)),
)
operation(
    "numpy.expand_dims",
    sample("np.expand_dims(x, {axis})", x=normal(2, 3), axis=[0, 1, -1, (0, -1), (1, 2)]),
    sample("np.expand_dims(x, 0)", x=[normal(), normal(4)]),
    sample("x[:, None] * x", x=normal(3)),
)
for _name in ("atleast_1d", "atleast_2d"):
    operation(f"numpy.{_name}", sample(f"np.{_name}(x)", x=[normal(), normal(3), normal(2, 3)]))
operation(
    "numpy.broadcast_to",
    sample("np.broadcast_to(x, {shape})", x=normal(4), shape=[(3, 4), (2, 3, 4), (4,)]),
    sample("np.broadcast_to(x, (2, 5, 3))", x=[normal(2, 1, 3), normal(1, 3), normal(5, 1)]),
    sample("np.broadcast_to(x, {shape})", x=normal(), shape=[(3,), (2, 3), ()]),
)
operation(
    "numpy.flip",
    sample("np.flip(x)", x=[normal(3), normal(2, 3)]),
    sample("np.flip(x, axis={axis})", x=normal(2, 3), axis=[0, 1, -1, (0, 1)]),
    sample("x[::-1] * x", x=normal(4)),
)
operation(
    "numpy.roll",
    sample("np.roll(x, {shift})", x=normal(2, 3), shift=[1, -1, 2, 7]),
    sample("np.roll(x, {shift}, axis={axis})", x=normal(2, 3), shift=[1, -2], axis=[0, 1, -1]),
    sample("np.roll(x, 2)", x=[normal(5), normal(1)]),
)
operation(
    "numpy.concatenate",
    sample("np.concatenate([x, y])", x=normal(4), y=[normal(2), normal(0), normal(4)]),
    sample("np.concatenate((x, y), axis={axis})", x=normal(2, 3), y=normal(2, 3), axis=[0, 1, -1, None]),
    sample("np.concatenate([x, y, z], axis=-1)", x=normal(2, 3), y=normal(2, 1), z=normal(2, 2)),
    sample("np.concatenate([x, y], axis=None)", x=normal(2, 3), y=normal(4)),
    sample("np.concatenate([x])", x=normal(2, 3)),
    sample("np.concatenate([x, x * 2.0])", x=normal(3)),
    sample("np.concatenate([x, y])", x=complexes(2), y=normal(3), analytic=False),
)
operation(
    "numpy.stack",
    sample("np.stack([x, y])", x=normal(2, 3), y=normal(2, 3)),
    sample("np.stack([x, y, x], axis={axis})", x=normal(2, 3), y=normal(2, 3), axis=[0, 1, 2, -1]),
    sample("np.stack([x, y, 0.5])", x=normal(), y=number(1.0, 2.0)),
)
operation(
    "numpy.hstack",
    sample("np.hstack([x, y])", x=normal(4), y=[normal(2), normal()]),
    sample("np.hstack([x, y])", x=normal(2, 3), y=normal(2, 1)),
)
operation(
    "numpy.vstack",
    sample("np.vstack([x, y])", x=normal(4), y=[normal(4), normal(2, 4)]),
    sample("np.vstack([x, y])", x=normal(1, 3), y=normal(2, 3)),
)
operation(
    "numpy.column_stack",
    sample("np.column_stack([x, y])", x=normal(4), y=[normal(4), normal(4, 2)]),
    sample("np.column_stack([x, y])", x=normal(4, 1), y=normal(4)),
)
operation(
    "numpy.repeat",
    sample("np.repeat(x, {n})", x=[normal(), normal(4), normal(2, 3)], n=[1, 3]),
    sample("np.repeat(x, {n}, axis={axis})", x=normal(2, 3), n=[0, 2], axis=[0, 1, -2]),
    sample("np.repeat(x, n)", x=normal(3), n=2),
)
operation(
    "numpy.tile",
    sample("np.tile(x, {reps})", x=normal(3), reps=[1, 3, (2, 3), (1, 1)]),
    sample("np.tile(x, {reps})", x=normal(2, 3), reps=[2, (2, 1), (2, 2), (2, 1, 2)]),
    sample("np.tile(x, n)", x=normal(3), n=2),
)
operation(
    "numpy.diag",
    sample("np.diag(x, {k})", x=normal(3), k=[0, 1, -2]),
    sample("np.diag(x, {k})", x=[normal(3, 3), normal(3, 4), normal(4, 3)], k=[0, 1, -2]),
    sample("np.diag(x)", x=normal(1)),
)
operation(
    "numpy.diagonal",
    sample("np.diagonal(x, {k})", x=[normal(3, 3), normal(3, 5)], k=[0, 1, -2]),
    sample("x.diagonal()", x=normal(3, 4)),
)
for _name in ("tril", "triu"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[normal(3, 3), normal(3, 4), normal(2, 3, 3)]),
        sample(f"np.{_name}(x, k={{k}})", x=[normal(3, 4), normal(2, 3, 3)], k=[1, -2]),
    )
operation(
    "numpy.diff",
    sample("np.diff(x, n={n})", x=normal(5), n=[0, 1, 2, 3]),
    sample("np.diff(x, n={n}, axis={axis})", x=normal(4, 5), n=[1, 2], axis=[0, 1, -1]),
)
operation(
    "numpy.pad",
    sample("np.pad(x, {width})", x=normal(3), width=[1, (1, 2), 0]),
    sample("np.pad(x, {width}, constant_values=1.5)", x=normal(2, 3), width=[2, ((0, 1), (2, 0))]),
)
operation(
    "numpy.sort",
    sample("np.sort(x)", x=[distinct(5), distinct(1), distinct(2, 3), distinct(0)]),
    sample("np.sort(x, axis={axis})", x=distinct(3, 4), axis=[0, 1, -1, None]),
    sample("np.sort(x) * x", x=distinct(4), order=2),
    analytic=False,
)
operation(
    "numpy.argsort",
    sample("x[np.argsort(x)] * x", x=distinct(5)),
    sample("np.take_along_axis(x, np.argsort(x, axis={axis}), axis={axis})", x=distinct(3, 4), axis=[0, 1]),
    analytic=False,
)
operation(
    "numpy.take",
    sample("np.take(x, i)", x=normal(4), i=[integers(0, 4, 3), integers(0, 4, 2, 2), 2]),
    sample("np.take(x, i) * np.take(x, i)", x=normal(2, 3), i=integers(0, 6, 4), order=2),
    sample(
        "np.take(x, i, axis={axis})",
        x=normal(3, 3),
        i=[integers(0, 3, 4), integers(0, 3, 2, 1)],
        axis=[0, 1, -1],
    ),
    sample("np.take(x, 1, axis=0)", x=normal(2, 3)),
    sample("x.take(i)", x=normal(4), i=integers(-3, 4, 3)),
)
operation(
    "numpy.take_along_axis",
    sample(
        "np.take_along_axis(x, i, axis=1)", x=normal(2, 3), i=[integers(0, 3, 2, 2), integers(0, 3, 2, 4)]
    ),
    sample("np.take_along_axis(x, i, axis=0)", x=[normal(4)], i=integers(0, 4, 3)),
    sample("np.take_along_axis(x, i, axis=-1)", x=normal(2, 3, 4), i=integers(0, 4, 2, 3, 1)),
)
operation(
    "numpy.copy",
    sample("np.copy(x) * x", x=[normal(3), normal(2, 3)]),
    sample("x.copy() * x", x=normal(3)),
    sample("np.ndarray.copy(x) * x", x=normal(3), jax=False),
)
operation(
    "numpy.ndarray.astype",
    sample(
        "x.astype({dtype}) * y",
        x=normal(3),
        y=normal(3),
        dtype=[Text("np.float64"), Text("float")],
        analytic=False,
        single=False,
        extended=False,
    ),
    sample("i.astype(float) * x", x=normal(3), i=integers(1, 5, 3)),
)
operation(
    "conversions to Python numbers",
    sample("float(x) * x * x", x=[normal(), number(0.5, 1.0)]),
    sample("x.item() * x", x=np.array(0.7)),
    sample("float(x[0]) * x * float(x[1])", x=normal(3)),
    analytic=False,
    extended=False,
    jax=False,
    single=False,
    order=2,
)

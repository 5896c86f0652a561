"""Turning, repeating, padding, cutting, joining, diagonals and grids."""

from __future__ import annotations

import numpy as np

from operations.record import (
    NUMPY,
    Text,
    boolean,
    complexes,
    distinct,
    family,
    integers,
    normal,
    number,
    operation,
    positive,
    refused,
    sample,
)

family("rearranging", "Turning, repeating, cutting, joining")

MATRICES = [normal(2, 3), normal(3, 3)]

for _name in ("fliplr", "flipud"):
    operation(f"numpy.{_name}", sample(f"np.{_name}(x)", x=[*MATRICES, normal(2, 3, 2), normal(1, 3)]))
operation(
    "numpy.rot90",
    sample("np.rot90(x, {k})", x=[normal(2, 3), normal(2, 3, 2)], k=[0, 1, 2, 3, -1]),
    sample("np.rot90(x, 1, (1, 2))", x=normal(2, 3, 2)),
    sample("y = np.rot90(x.copy()); y[0] = 2.0; y * y", x=normal(2, 3), jax=False),
)
operation(
    "numpy.roll (keywords)",
    sample("np.roll(x, {shift})", x=[normal(5), normal(2, 3)], shift=[2, -1, 0]),
    sample("np.roll(x, (1, -1), axis=(0, 1))", x=normal(2, 3)),
    sample("np.roll(x, 1, axis={axis})", x=normal(2, 3), axis=[0, 1, (0, 1)]),
    sample("np.roll(x, (1, 2), axis=1)", x=normal(2, 4)),
)
operation(
    "numpy.repeat (keywords)",
    sample("np.repeat(x, 3)", x=[normal(), normal(4), normal(2, 3)]),
    sample("np.repeat(x, 2, axis={axis})", x=normal(2, 3), axis=[0, 1]),
    sample("np.repeat(x, [1, 0, 2])", x=normal(3), jax=False),
    sample("np.repeat(x, [1, 2], axis={axis})", x=normal(2, 2), axis=[0, 1], jax=False),
    sample("np.repeat(x, k, axis=0)", x=normal(3, 2), k=np.array([1, 0, 2]), backends=NUMPY, jax=False),
    sample("x.repeat(2)", x=normal(2, 2)),
)
operation(
    "numpy.pad (keywords)",
    sample("np.pad(x, {width})", x=normal(4), width=[2, (1, 2), 0]),
    sample("np.pad(x, (1, 2), mode={mode})", x=normal(4), mode=["edge", "reflect", "symmetric", "wrap"]),
    sample("np.pad(x, 7, mode={mode})", x=normal(4), mode=["reflect", "symmetric", "wrap"]),
    sample(
        "np.pad(x, ((1, 0), (2, 1)), mode={mode})",
        x=normal(2, 3),
        mode=["constant", "edge", "symmetric", "wrap"],
    ),
    sample("np.pad(x, (1, 2), constant_values=(3.0, 4.0))", x=normal(4)),
    sample("np.pad(x, {width}, mode='mean')", x=[normal(4), normal(2, 3)], width=[2, (0, 3)]),
    sample(
        "np.pad(x, ((1, 2), (0, 3)), mode='mean', stat_length={length})",
        x=normal(4, 3),
        length=[None, 2, (1, 3), ((1, 2), (9, 1))],
    ),
    sample("np.pad(x, 1, mode={mode})", x=normal(2, 1, 3), mode=["mean", "linear_ramp"]),
    sample("np.pad(x, 2, mode='linear_ramp')", x=[normal(4), normal(2, 3)]),
    sample(
        "np.pad(x, ((1, 2), (0, 3)), mode='linear_ramp', end_values={ends})",
        x=normal(2, 3),
        ends=[1.5, (2.0, -1.0), ((1, 2), (3, 4))],
    ),
    sample(
        "np.pad(x, (1, 2), mode='linear_ramp', end_values=v)",
        x=[normal(3), normal(2, 3)],
        v=normal(),
        jax=False,
    ),
    sample(
        "np.pad(x, 2, mode='linear_ramp', end_values=((v, 1.0), (w, v)))",
        x=normal(2, 3),
        v=normal(),
        w=normal(),
        jax=False,
    ),
    sample("np.pad(x, 2, constant_values=v)", x=[normal(3), normal(2, 3)], v=normal()),
    sample("np.pad(x, ((1, 0), (2, 1)), constant_values=v)", x=normal(2, 3), v=[normal(2), normal(2, 2)]),
    sample("np.pad(x, {width}, 'symmetric')", x=normal(2, 3), width=[{0: 1}, {0: (0, 1), -1: 2}], jax=False),
    refused(
        "np.pad(x, 2, mode={mode})", "np.pad is supported with the modes", x=normal(4), mode=["empty", "new"]
    ),
    refused("np.pad(x, 2, 'reflect', reflect_type='odd')", "reflect_type='even'", x=normal(4)),
    order=2,
)
operation(
    "numpy.pad (extremes)",
    sample(
        "np.pad(x, 2, mode={mode})", x=[distinct(4), distinct(2, 3)], mode=["maximum", "minimum", "median"]
    ),
    sample(
        "np.pad(x, ((1, 2), (0, 3)), mode={mode}, stat_length={length})",
        x=distinct(4, 3),
        mode=["maximum", "minimum", "median"],
        length=[2, ((1, 2), (9, 1))],
    ),
    refused("np.pad(x, 2, mode='maximum')", "no order that means anything", x=complexes(3)),
    analytic=False,
)
for _name, _x in (("split", normal(6)), ("array_split", normal(5))):
    operation(
        f"numpy.{_name}",
        sample(f"a, b = np.{_name}(x, 2); a.sum() * b", x=normal(6)),
        sample(f"a, b, c = np.{_name}(x, [1, 3]); a.sum() * b * c.sum()", x=_x),
        sample(f"a, b = np.{_name}(x, 2, axis={{axis}}); a * b", x=normal(2, 4, 2), axis=[0, 1, 2, -1]),
        order=2,
    )
operation(
    "numpy.array_split (uneven)", sample("a, b, c = np.array_split(x, 3); a.sum() * b.sum() * c", x=normal(7))
)
operation(
    "numpy.hsplit", sample("a, b = np.hsplit(x, 2); a * b", x=[normal(4), normal(2, 4), normal(2, 4, 2)])
)
operation("numpy.vsplit", sample("a, b = np.vsplit(x, 2); a * b", x=[normal(4, 3), normal(2, 3)]))
operation("numpy.dsplit", sample("a, b = np.dsplit(x, 2); a * b", x=[normal(2, 3, 4), normal(1, 2, 2)]))
operation("numpy.unstack", sample("a, b = np.unstack(x, axis={axis}); a * b", x=normal(2, 2), axis=[0, 1]))
operation(
    "numpy.moveaxis (keywords)",
    sample("np.moveaxis(x, {start}, {end})", x=normal(2, 3, 4), start=[0, -1], end=[1, -1]),
    sample("np.moveaxis(x, [0, 1], [2, 0])", x=normal(2, 3, 4)),
)
operation(
    "numpy.rollaxis",
    sample("np.rollaxis(x, {axis}, {start})", x=normal(2, 3, 4), axis=[0, 2], start=[0, 1, 3]),
)
operation(
    "numpy.broadcast_arrays",
    sample("a, b = np.broadcast_arrays(x, y); a * b", x=normal(2, 3), y=[normal(3), normal(2, 1), normal()]),
    sample("a, b, c = np.broadcast_arrays(x, y, 2.0); a * b * c", x=normal(2, 1), y=normal(3)),
)
operation(
    "numpy.block",
    sample("np.block([x, y])", x=normal(2, 3), y=normal(2, 1)),
    sample("np.block([[x, y], [y, x]])", x=normal(2, 2), y=normal(2, 2)),
    sample("np.block([[x, np.ones((2, 1))], [np.zeros((1, 3)), y]])", x=normal(2, 3), y=normal()),
    sample("np.block([x, y, 1.0])", x=normal(3), y=normal()),
)
operation(
    "numpy.meshgrid",
    sample(
        "a, b = np.meshgrid(x, y, indexing={indexing}); a * b",
        x=normal(3),
        y=normal(2),
        indexing=["xy", "ij"],
    ),
    sample("a, b = np.meshgrid(x, y, sparse=True); a * b", x=normal(3), y=normal(2)),
    sample("a, b, c = np.meshgrid(x, y, z); a * b * c", x=normal(3), y=normal(2), z=normal(2)),
    sample("a, b = np.meshgrid(x, y); a[0] = 1.0; a * b", x=normal(3), y=normal(2), jax=False),
)
operation(
    "numpy.indices",
    sample("np.indices((2, 3)) * x", x=normal()),
    sample("a, b = np.indices((2, 3), sparse=True); a * b * x", x=normal()),
)
operation("numpy.fromfunction", sample("np.fromfunction(lambda i, j: i + x * j ** 2, (2, 3))", x=normal()))
operation(
    "numpy.apply_along_axis",
    sample("np.apply_along_axis(lambda v: v * v[0], {axis}, x)", x=normal(2, 3), axis=[0, 1, -1], jax=False),
    sample("np.apply_along_axis(np.sum, {axis}, x)", x=normal(2, 3), axis=[0, 1], jax=False),
    sample("np.apply_along_axis(np.cumsum, 1, x)", x=normal(2, 3, 2), jax=False),
    sample("np.apply_along_axis(lambda v: v ** 2, 0, x)", x=normal(3), jax=False),
)
operation(
    "numpy.apply_over_axes",
    sample("np.apply_over_axes(np.sum, x, {axes})", x=normal(2, 3, 2), axes=[(0, 2), -1, 1], jax=False),
    sample("np.apply_over_axes(np.cumsum, x, (0, 1))", x=normal(2, 3), jax=False),
    sample("np.apply_over_axes(lambda v, k: v.mean(k, keepdims=True) * v, x, 1)", x=normal(2, 3), jax=False),
)
operation(
    "numpy.vectorize",
    sample("np.vectorize(np.sin)(x) * x", x=[normal(4), normal(2, 3), normal(), normal(1)]),
    sample("np.vectorize(lambda t: t ** 3 if t > 0 else 0.5 * t)(x)", x=[normal(4), normal(2, 3)]),
    sample("np.vectorize(lambda t: 0 if t < 0 else t * t, otypes=[float])(x)", x=normal(4)),
    sample("np.vectorize(lambda a, b: a * max(a, b))(x, y)", x=normal(2, 3), y=[normal(3), normal(2, 1)]),
    sample("np.vectorize(lambda a, b: a * b)(x, c)", x=normal(3), c=[normal(), number(1.0, 2.0)]),
    sample("np.vectorize(pow)(x, exp=k)", x=normal(3), k=integers(1, 4, 3)),
    sample("y, z = np.vectorize(lambda t: (t * t, -t))(x); y * z", x=[normal(3), normal(2, 2), normal()]),
    sample("np.vectorize(lambda t: t * np.sum(x))(x)", x=normal(3)),
    sample("h = np.vectorize(lambda t: t * t); h(h(x[0]) * x[1:])", x=normal(3, 2)),
    sample("np.vectorize(lambda t: t, otypes='d')(x[:0]) + x[:1, :0]", x=normal(2, 1)),
    refused(
        "np.vectorize(lambda t: {result})(x)",
        "takes the dtype of the first result",
        x=normal(3),
        result=[Text("0 if t < 0 else t"), Text("max(t, 0)")],
    ),
    refused("np.vectorize(lambda t: [t])(x)", "gives a list", x=normal(3)),
    refused("np.vectorize(lambda t: t, excluded=[0])(x)", "'excluded' of np.vectorize", x=normal(3)),
    analytic=False,
    jax=False,
    extended=False,
)
for _name in ("hamming", "hanning", "blackman", "bartlett"):
    operation(f"numpy.{_name}", sample(f"np.{_name}({{n}}) * x", x=normal(), n=[0, 1, 2, 5], jax=False))
operation(
    "numpy.kaiser",
    sample("np.kaiser({n}, {beta}) * x", x=normal(), n=[1, 5], beta=[0.0, 3, 8.5], jax=False),
    sample("np.kaiser(4, b) * x", x=normal(4), b=positive(), jax=False),
    analytic=False,
    tolerance=1e-10,
    because="NumPy, SciPy and XLA compute i0 by series of their own, good to 1e-11",
)
operation(
    "numpy.mask_indices",
    sample(
        "x[np.mask_indices(3, {f}, {k})] * 2.0",
        x=normal(3, 3),
        f=[Text("np.triu"), Text("np.tril")],
        k=[0, 1],
        jax=False,
    ),
    sample(
        "x[np.mask_indices(2, lambda m, k: np.triu(m, 1))] * 2.0",
        x=normal(2, 2),
        backends=NUMPY,
        jax=False,
    ),
)
operation(
    "numpy.tri",
    sample("np.tri(3, {m}, {k}) @ x", x=normal(4), m=[4], k=[0, 1, -1]),
    sample("np.tri(3) @ x", x=normal(3)),
)
for _name in ("tril", "triu"):
    operation(
        f"numpy.{_name} (diagonals)",
        sample(f"np.{_name}(x, {{k}})", x=[normal(3, 3), normal(2, 3), normal(2, 2, 3)], k=[0, 1, -1]),
    )
operation("numpy.diagflat", sample("np.diagflat(x, {k})", x=[normal(3), normal(2, 2)], k=[0, 1, -1]))
operation(
    "numpy.diagonal (keywords)",
    sample("np.diagonal(x, {offset})", x=[normal(3, 3), normal(2, 4)], offset=[0, 1, -1]),
    sample("np.diagonal(x, {offset}, {a}, {b})", x=normal(3, 3, 3), offset=[0, 1, -1], a=[0, 2], b=[1]),
    sample("np.diagonal(x, axis1=1, axis2=0)", x=normal(3, 3)),
    sample("x.diagonal(1)", x=normal(2, 3, 2)),
    order=2,
)
operation(
    "numpy.trace (keywords)",
    sample("np.trace(x, {offset})", x=[normal(3, 3), normal(2, 4)], offset=[0, 1, -1]),
    sample("np.trace(x, axis1=1, axis2=2)", x=normal(2, 3, 3)),
    sample("np.trace(x, 1, 2, 0)", x=normal(3, 2, 3)),
    sample("x.trace()", x=normal(3, 3)),
    order=2,
)
operation(
    "numpy.insert",
    sample("np.insert(x, {place}, y)", x=normal(4), y=[normal(), 9.0], place=[0, 2, -1, 4]),
    sample("np.insert(x, [1, 3], [y, z])", x=normal(4), y=normal(), z=normal(), jax=False),
    sample("np.insert(x, [3, 1], y)", x=normal(4), y=normal(2), jax=False),
    sample("np.insert(x, 1, y, axis={axis})", x=normal(3, 3), y=[normal(), normal(3)], axis=[0, 1]),
    sample("np.insert(x, [1], y, axis=0)", x=normal(3, 2), y=normal(2, 2), jax=False),
    sample("np.insert(x, 1, y)", x=normal(2, 2), y=normal()),
)
operation(
    "numpy.append",
    sample("np.append(x, y)", x=[normal(4), normal(2, 3), normal()], y=[normal(2), normal(), normal(2, 2)]),
    sample("np.append(x, y, axis={axis})", x=normal(2, 3), y=normal(2, 3), axis=[0, 1]),
)
operation(
    "numpy.delete",
    sample("np.delete(x, {place})", x=normal(5), place=[0, 2, 4, -1, -5]),
    sample("np.delete(x, {places})", x=normal(5), places=[[0, 3], [-1, 1], [1, 2, 4], []], jax=False),
    sample("np.delete(x, 1, axis={axis})", x=normal(3, 2), axis=[0, 1, None]),
    sample("np.delete(x, slice(0, 2), axis=1)", x=normal(2, 3)),
    sample(
        "y = 0.0\nfor i in range(-2, 2):\n    y = y + np.delete(x, i, axis={axis}) ** 2 * x[i, i]\ny",
        x=normal(2, 3),
        axis=[0, 1, None],
        order=2,
    ),
    sample("np.delete(x, [True, False, False])", x=normal(3), jax=False),
    sample("np.delete(x, m)", x=normal(4), m=boolean(4), backends=NUMPY, jax=False),
    sample(
        "np.delete(x, k, axis={axis})",
        x=normal(4, 2),
        k=[np.array([1, -1, 1]), np.array([], int)],
        axis=[0, None],
        backends=NUMPY,
        jax=False,
    ),
)
operation(
    "numpy.resize", sample("np.resize(x, {shape})", x=[normal(5), normal(2, 3)], shape=[8, 3, (2, 4), (2, 2)])
)
operation(
    "numpy.dstack",
    sample("np.dstack([x, y])", x=normal(3), y=normal(3)),
    sample("np.dstack((x, y))", x=normal(2, 3), y=[normal(2, 3), normal(2, 3, 2)]),
)
operation(
    "numpy.atleast_3d", sample("np.atleast_3d(x)", x=[normal(), normal(3), normal(2, 3), normal(2, 1, 2)])
)
operation(
    "numpy.concat",
    sample("np.concat([x, y], axis={axis})", x=normal(2, 3), y=normal(2, 3), axis=[0, 1, None]),
)
operation(
    "numpy.astype",
    sample("np.astype(k, float) * x", x=normal(3), k=integers(0, 3, 3)),
    sample(
        "y = x * 2; z = np.astype(y, float, copy={copy}); z[0] = 3.0; y * z",
        x=normal(3),
        copy=[True, False],
        analytic=False,
        extended=False,
        single=False,
        jax=False,
    ),
)
operation(
    "numpy.copyto",
    sample("y = x.copy(); np.copyto(y, v); y * x", x=normal(2, 3), v=[normal(), normal(3), normal(2, 3)]),
    sample("y = x.copy(); np.copyto(y, v, where=m); y * x", x=normal(2, 3), v=normal(3), m=boolean(2, 3)),
    jax=False,
)
operation(
    "numpy.put",
    sample(
        "y = x.copy(); np.put(y, {k}, v); y * x", x=normal(5), v=[normal(2), normal()], k=[[0, 2], [-1, 1]]
    ),
    sample("y = x.copy(); np.put(y, [0, 5], v); y * x", x=normal(2, 3), v=normal(2)),
    sample(
        "y = x.copy(); np.put(y, [0, 9], v, mode={mode}); y", x=normal(4), v=normal(2), mode=["clip", "wrap"]
    ),
    sample("y = x.copy(); y.put([0, 2], v); y", x=normal(4), v=normal()),
    jax=False,
)
operation(
    "numpy.putmask",
    sample(
        "y = x.copy(); np.putmask(y, m, v); y * x",
        x=normal(5),
        m=boolean(5),
        v=[normal(5), normal(), normal(2)],
    ),
    sample("y = x.copy(); np.putmask(y, x > 0, v); y", x=normal(2, 3), v=normal(2, 3), analytic=False),
    jax=False,
)
operation(
    "numpy.place",
    sample("y = x.copy(); np.place(y, m, [v]); y * x", x=normal(5), m=boolean(5), v=normal()),
    sample("y = x.copy(); np.place(y, m, v); y * x", x=normal(5), m=boolean(5), v=normal(2), backends=NUMPY),
    jax=False,
)
operation(
    "numpy.fill_diagonal",
    sample(
        "y = x.copy(); np.fill_diagonal(y, v); y * x",
        x=[normal(3, 3), normal(3, 4), normal(4, 3)],
        v=[normal(), 2.0],
    ),
    sample("y = x.copy(); np.fill_diagonal(y, v); y", x=normal(3, 4), v=[normal(3), normal(2)]),
    sample(
        "y = x.copy(); np.fill_diagonal(y, v, wrap=True); y * x",
        x=[normal(5, 2), normal(7, 2), normal(2, 4), normal(3, 1), normal(2, 2, 2)],
        v=[normal(), normal(2)],
        jax=False,
    ),
    jax=False,
)

# ---------------------------------------------------------------------------------------------------- orders and dtypes

FORTRAN = np.asfortranarray([[1.0, -0.5, 0.3], [0.4, 2.0, -1.1]])

operation(
    "elements in Fortran's order",
    sample("np.ravel(x, order='F') * y", x=[normal(2, 3), FORTRAN], y=normal(6)),
    sample("x.ravel('F') + x.flatten('F') * y", x=[normal(2, 3), normal(6)], y=normal(6)),
    sample("np.reshape(x, {shape}, order='F')", x=normal(2, 3, 2), shape=[(4, 3), (-1, 6), -1, (3, 2, 2)]),
    sample("x.reshape(3, 2, order='F') @ y", x=[normal(2, 3), FORTRAN], y=normal(2)),
)
operation(
    "numpy.ndarray.flat",
    sample("x.flat[3] * y", x=[normal(2, 3), FORTRAN], y=normal()),
    sample("x.flat[1:5] * x.T.flat[{places}]", x=normal(2, 3), places=[Text("[0, 2, 2, 5]"), Text("2:")]),
    sample("y = x.copy(); y.flat[::2] = v; y", x=[normal(2, 3), FORTRAN], v=[normal(), normal(3)]),
    sample("y = x * x; y.flat[::4] += v; y", x=normal(3, 3), v=normal(3)),
    sample("y = x.copy(); v = y.flat[1:4]; v[0] = 9.0; y * y", x=normal(2, 3)),
    sample("y = 0.0\nfor v in x.flat:\n    y = 0.5 * y + v * v\ny", x=normal(2, 3)),
    jax=False,
)
for _name in ("concatenate", "stack", "hstack", "vstack"):
    operation(
        f"numpy.{_name} (dtype)",
        sample(f"np.{_name}([x, y], dtype=np.float64)", x=normal(3), y=[normal(3), integers(0, 5, 3)]),
        analytic=False,
        extended=False,
        single=False,
    )
operation(
    "numpy.trace (dtype)",
    sample("np.trace(x, dtype=np.float64)", x=normal(3, 3)),
    analytic=False,
    extended=False,
    single=False,
)
operation(
    "numpy.full (of an array)",
    sample("np.full((2, 3), x)", x=[normal(3), normal(2, 1)]),
    sample("np.full(3, [x, 1.0, y])", x=normal(), y=normal()),
    jax=False,
)
operation(
    "numpy.zeros_like (keywords)",
    sample("np.zeros_like(x, shape=(2, 2)) + x[0]", x=normal(3)),
    sample("np.ones_like(x, shape=2) * x[0]", x=normal(3)),
    sample("np.full_like(x, x[1], shape=(2, 2))", x=normal(3), jax=False),
)
operation(
    "numpy.array (order)",
    sample("np.array(x, order={how}) * x", x=[normal(2, 3), FORTRAN], how=["C", "F", "K"]),
    sample("np.asarray(x, order='C') * x", x=[normal(2, 3), FORTRAN]),
    sample("y = np.asarray(x, copy=True); y[0] = 2.0; y * x", x=normal(3)),
    jax=False,
)
operation(
    "numpy.broadcast",
    sample("np.ones(np.broadcast(x, y).shape) * x + y", x=normal(3, 1), y=[normal(4), normal(1, 4)]),
    sample(
        "np.broadcast(x, y).size * x * y + np.broadcast(x, y).nd", x=normal(2, 3), y=[normal(3), normal()]
    ),
    jax=False,
)
operation(
    "numpy.broadcast_shapes",
    sample(
        "np.zeros(np.broadcast_shapes(x.shape, y.shape)) + x * y", x=normal(3, 1), y=[normal(4), normal(1, 4)]
    ),
)

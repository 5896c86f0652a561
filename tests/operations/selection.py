"""Ordering elements, looking for them, picking them by conditions and numbers."""

from __future__ import annotations

import numpy as np

from operations.record import (
    NUMPY,
    boolean,
    complexes,
    distinct,
    family,
    inside,
    integers,
    normal,
    operation,
    positive,
    refused,
    sample,
)

family("selection", "Ordering and picking")

AXES = [None, 0, 1, -1]
PICKED = np.array([[0, 2, 1], [3, 0, 0], [1, 1, 2]])
FIRST = np.array([0, 2, 1, 1, 0])

operation(
    "numpy.sort_complex",
    sample("np.sort_complex(x)", x=[distinct(4), distinct(2, 3)], analytic=False, single=False),
)
operation(
    "numpy.partition",
    sample("np.partition(x, {k})[{k}]", x=distinct(5), k=[0, 2, -1]),
    sample("np.partition(x, 1, axis={axis})[1]", x=distinct(3, 4), axis=[0, None], jax=False),
    sample("np.partition(x, 2, axis=-1)[:, 2]", x=[distinct(3, 4), distinct(1, 3)]),
    sample("np.sum(np.partition(x, 2)[:2])", x=distinct(5)),
    sample("y = x.copy(); y.partition(1); y[1] * x", x=distinct(4), jax=False),
    analytic=False,
)
operation(
    "numpy.argpartition",
    sample("x[np.argpartition(y, 2)[2]]", x=normal(5), y=distinct(5)),
    sample("x[np.argpartition(y, {k}, axis=0)[{k}], 0]", x=normal(3, 2), y=distinct(3), k=[0, 1]),
    analytic=False,
)
operation(
    "numpy.argsort (keywords)",
    sample("x[np.argsort(y)]", x=normal(5), y=distinct(5)),
    sample("x[np.argsort(y, kind='stable')]", x=normal(5), y=distinct(5), jax=False),
    sample("np.take_along_axis(x, np.argsort(x, axis={axis}), {axis})", x=distinct(3, 4), axis=[0, 1]),
    sample("x.argsort() * x", x=distinct(4)),
    analytic=False,
)
operation(
    "numpy.lexsort",
    sample("x[np.lexsort((y, z))]", x=normal(5), y=distinct(5), z=FIRST),
    sample("x[np.lexsort((z,))]", x=normal(5), z=distinct(5)),
    analytic=False,
)
operation(
    "numpy.searchsorted",
    sample(
        "np.searchsorted(y, x, side={side}) * x",
        x=distinct(4),
        y=np.array([-1.0, 0.0, 1.0]),
        side=["left", "right"],
    ),
    sample("y.searchsorted(x) * x", x=distinct(2, 3), y=np.array([-1.0, 0.0, 1.0])),
    analytic=False,
)
operation(
    "numpy.digitize",
    sample(
        "np.digitize(x, [-1.0, 0.0, 1.0], right={right}) * x", x=distinct(4), right=[False, True], jax=False
    ),
    sample("v[np.digitize(x, np.array([-0.5, 0.5]))] * x", x=distinct(4), v=normal(3)),
    analytic=False,
)
operation(
    "numpy.take (keywords)",
    sample("np.take(x, k)", x=normal(5), k=[2, -1, integers(0, 5, 4), integers(0, 5, 2, 3)]),
    sample("np.take(x, k, axis={axis})", x=normal(3, 4), k=integers(0, 3, 5), axis=AXES),
    sample("np.take(x, [0, 7, -9], mode={mode})", x=normal(5), mode=["clip", "wrap"], jax=False),
    sample("np.take(x, [1, 4], axis=0, mode='clip')", x=normal(3, 2), jax=False),
    sample("x.take(k, 1)", x=normal(2, 4), k=integers(0, 4, 3)),
)
operation(
    "numpy.take_along_axis (keywords)",
    sample("np.take_along_axis(x, k, axis=1)", x=normal(3, 4), k=PICKED),
    sample("np.take_along_axis(x, k, axis=0)", x=normal(4, 3), k=PICKED),
    sample("np.take_along_axis(x, k, axis=-1)", x=[normal(1, 4), normal(3, 4)], k=PICKED),
)
operation(
    "numpy.put_along_axis",
    sample("y = x.copy(); np.put_along_axis(y, k, v, 1); y", x=normal(3, 4), k=PICKED[:, :1], v=normal(3, 1)),
    sample("y = x.copy(); np.put_along_axis(y, k, v, 0); y", x=normal(4, 3), k=PICKED[:1], v=normal(1, 3)),
    sample("y = x.copy(); np.put_along_axis(y, k, 2.0, 0); y * x", x=normal(5), k=integers(0, 5, 2)),
    sample(
        "y = x.copy(); np.put_along_axis(y, k, v, 2); y",
        x=normal(2, 3, 4),
        k=integers(0, 4, 2, 3, 1),
        v=normal(),
    ),
    jax=False,
)
operation(
    "numpy.choose",
    sample("np.choose(k, [x, y, x * y])", x=normal(5), y=normal(5), k=FIRST, jax=False),
    sample(
        "np.choose(k, (x, 2.0, y), mode={mode})", x=normal(), y=normal(5), k=FIRST + 1, mode=["clip", "wrap"]
    ),
    sample("k.choose([x, y])", x=normal(5), y=normal(5), k=boolean(5), jax=False),
    sample("np.choose(k, [x, y])", x=normal(2, 1), y=normal(3), k=np.array([0, 1, 0]), jax=False),
)
operation(
    "numpy.select",
    sample("np.select([x > 0.5, x > 0], [x, x * y], default=z)", x=normal(5), y=normal(5), z=normal()),
    sample("np.select([m, x > 0], [x, y])", x=normal(5), y=normal(5), m=boolean(5)),
    sample("np.select([x > 1, x > 0], [0.5, {b}], x)", x=normal(5), b=[1.5, 2]),
    sample("np.select([x > 1, x > 0, x < -1], [x, 0.5, 1.5]) * x", x=normal(6)),
    sample("np.select([m], [x], y)", x=normal(2, 3), y=normal(3), m=boolean(2, 3)),
    analytic=False,
)
operation(
    "numpy.piecewise",
    sample("np.piecewise(x, [x < 0, x >= 0], [lambda v: v * v, lambda v: 3 * v])", x=normal(5)),
    sample("np.piecewise(x, [x < 0], [lambda v: -v, np.exp])", x=normal(2, 3)),
    sample("np.piecewise(x, [x < 0], [-1.0, 1.0]) * x", x=normal(4)),
    backends=NUMPY,
    jax=False,
    analytic=False,
)
operation(
    "numpy.compress",
    sample(
        "np.compress([True, False, True], x, axis={axis})", x=normal(3, 3), axis=[0, 1, -1, None], jax=False
    ),
    sample("np.compress(m, x)", x=normal(5), m=boolean(5), backends=NUMPY, jax=False),
    sample("x.compress(m, axis=1)", x=normal(2, 4), m=boolean(4), backends=NUMPY, jax=False),
)
operation(
    "numpy.extract",
    sample("np.extract(m, x)", x=normal(2, 3), m=boolean(2, 3)),
    sample("np.extract(x > 0, x) ** 2", x=normal(5), analytic=False),
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.nonzero",
    sample("x[np.nonzero(m)]", x=[normal(5)], m=boolean(5)),
    sample("x[np.nonzero(m)]", x=normal(3, 4), m=boolean(3, 4)),
    sample("x[np.where(m)]", x=normal(2, 3, 2), m=boolean(2, 3, 2)),
    sample("x[m.nonzero()]", x=normal(4), m=boolean(4)),
    refused("x[np.nonzero(m)]", "XLA needs fixed shapes", x=normal(5), m=boolean(5), backends=("jax",)),
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.unique",
    sample("x[np.unique(i)] ** 2", x=normal(5), i=FIRST),
    sample("np.sum(x) * np.unique(i)", x=normal(5), i=[PICKED, boolean(5)]),
    sample("x[np.unique(i, return_index=True)[1]] ** 2", x=normal(5), i=FIRST),
    sample(
        "u, k = np.unique(i, return_inverse=True); z = np.zeros(len(u)); np.add.at(z, k, x); z * u",
        x=normal(5),
        i=FIRST,
    ),
    sample("u, n = np.unique(i, return_counts=True); x[u] ** 2 / n", x=normal(5), i=FIRST),
    sample("np.unique(x) ** 2", x=[distinct(4), distinct(2, 3), complexes(3)]),
    sample("np.unique(np.round(x)) + x[0]", x=distinct(5)),
    sample("np.unique(np.concatenate((x, x[:2], x))) ** 2", x=distinct(3)),
    sample("np.unique(x[k], axis={axis}) ** 2", x=distinct(3, 2), k=FIRST % 3, axis=[0, 1, -1]),
    sample(
        "u, k = np.unique(x[k], axis=0, return_index=True); u * k[:, None]", x=distinct(3, 2), k=FIRST % 3
    ),
    sample(
        "u, i, k, n = np.unique(x[k], True, True, True); u[k] * n[k] + x[k][i][k]", x=distinct(4), k=FIRST
    ),
    sample("np.sum(np.unique(x[k], return_counts=True)[1]) * x", x=distinct(4), k=FIRST),
    sample(
        "np.unique(np.append(x, [np.nan, np.nan]), equal_nan={same})[:4] ** 2",
        x=distinct(4),
        same=[True, False],
    ),
    refused("np.unique(x)", "XLA needs fixed shapes", x=distinct(3), backends=("jax",)),
    analytic=False,
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.unique_values",
    sample("np.unique_values(x[k]) ** 2", x=[distinct(4), distinct(4, 2)], k=FIRST),
    analytic=False,
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.unique_counts",
    sample("u = np.unique_counts(x[k]); u.values**2 * u.counts", x=distinct(4), k=FIRST),
    analytic=False,
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.unique_inverse",
    sample("u, k = np.unique_inverse(x[k]); u[k] ** 2", x=[distinct(4), distinct(4, 2)], k=FIRST),
    analytic=False,
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.unique_all",
    sample("u = np.unique_all(x[k]); u.values**2 * u.counts + x[u.indices]", x=distinct(5), k=FIRST),
    sample("np.sum(np.unique_all(x).inverse_indices) * x", x=distinct(5)),
    analytic=False,
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.trim_zeros",
    sample("np.sum(np.trim_zeros(x * m, {trim}) ** 2)", x=normal(5), m=boolean(5), trim=["fb", "f", "B"]),
    sample("np.sum(np.trim_zeros(0 * x)) + x", x=normal(3)),
    sample("y = x.copy(); np.trim_zeros(y)[0] = 3.0; y * x", x=normal(3), backends=NUMPY),
    sample("np.trim_zeros(x * m)", x=normal(5), m=boolean(5), backends=NUMPY),
    refused("np.trim_zeros(x)", "takes a vector", x=normal(2, 2)),
    analytic=False,
    jax=False,
)
for _name in ("union1d", "setdiff1d", "intersect1d", "setxor1d"):
    operation(
        f"numpy.{_name}",
        sample(f"x[np.{_name}(i, [2, 3])] ** 2", x=normal(5), i=FIRST),
        sample(f"x[np.{_name}(np.arange(len(x)), i)] ** 2", x=normal(5), i=FIRST),
        sample(f"np.{_name}(x[i], np.append(y, x[1:3])) ** 2", x=distinct(4), y=inside(3, 4, 2), i=FIRST),
        sample(f"np.{_name}(x, y[:, :1] * x) ** 2", x=distinct(4), y=inside(3, 4, 2, 2)),
        sample(f"np.sum(np.{_name}(x, y * x[:2]) ** 2)", x=distinct(3), y=inside(3, 4)),
        analytic=False,
        backends=NUMPY,
        jax=False,
    )
for _name in ("setdiff1d", "intersect1d", "setxor1d"):
    operation(
        f"numpy.{_name} (assume_unique)",
        sample(f"np.{_name}(x, x[:2], assume_unique=True) ** 2", x=distinct(4)),
        sample(f"np.{_name}(x, np.append(x[2:], y), True) ** 2", x=distinct(4), y=inside(3, 4, 2)),
        analytic=False,
        backends=NUMPY,
        jax=False,
    )
operation(
    "numpy.flatnonzero",
    sample("x[np.flatnonzero(m)]", x=normal(5), m=boolean(5)),
    sample("np.ravel(x)[np.flatnonzero(x > 0)] ** 2", x=normal(2, 3), analytic=False),
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.argwhere",
    sample("x[np.argwhere(m)[:, 0]]", x=normal(4), m=boolean(4)),
    sample("x[np.argwhere(m)[:, 0], np.argwhere(m)[:, 1]]", x=normal(3, 4), m=boolean(3, 4)),
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.histogram",
    sample("np.histogram(x, weights=v)[0]", x=distinct(6), v=normal(6), jax=False),
    sample(
        "np.histogram(x, 4, weights=v, density={density})[0]",
        x=normal(5),
        v=positive(5),
        density=[False, True],
    ),
    sample("np.histogram(x, bins=3, range=(-1.0, 1.0), weights=v)[0]", x=distinct(2, 3), v=normal(2, 3)),
    sample("np.histogram(x, np.array([-1.5, -0.2, 0.4, 1.7]), weights=v)[0]", x=distinct(6), v=normal(6)),
    sample(
        "np.histogram(k, [1, 2, 4], weights=v)[0]", k=np.array([0, 1, 2, 4, 4, 5]), v=normal(6), jax=False
    ),
    sample("n, edges = np.histogram(x, 3); n * edges[1:] ** 2", x=distinct(5)),
    refused("np.histogram(x, {bins})[0] * x[0]", "depends on the data", x=normal(5), bins=["auto"]),
    analytic=False,
)
operation(
    "numpy.histogram2d",
    sample(
        "np.histogram2d(x, y, weights=v, density={density})[0]",
        x=distinct(6),
        y=distinct(6),
        v=positive(6),
        density=[False, True],
    ),
    sample(
        "np.histogram2d(x, y, (2, 3), [(-1, 1), (-2, 1)], weights=v)[0]",
        x=distinct(6),
        y=distinct(6),
        v=normal(6),
    ),
    sample(
        "np.histogram2d(x, y, [-1.0, 0.2, 1.9], weights=v)[0]",
        x=distinct(6),
        y=distinct(6),
        v=normal(6),
        jax=False,
    ),
    sample(
        "np.histogram2d(x, y, [[-1.0, 0.2, 1.9], 2], weights=v)[0]",
        x=distinct(6),
        y=distinct(6),
        v=normal(6),
        jax=False,
    ),
    sample(
        "n, a, b = np.histogram2d(x, y, (3, 2)); n * a[1:, None] ** 2 * b[1:]", x=distinct(5), y=distinct(5)
    ),
    refused("np.histogram2d(x, y, [3])[0]", "must be equal to the dimension", x=distinct(5), y=distinct(5)),
    analytic=False,
)
operation(
    "numpy.histogramdd",
    sample("np.histogramdd(x, {bins}, weights=v)[0]", x=distinct(5, 3), v=normal(5), bins=[2, (2, 3, 2)]),
    sample(
        "np.histogramdd((x, y, x), 2, weights=v, density=True)[0]",
        x=distinct(5),
        y=distinct(5),
        v=positive(5),
        jax=False,
    ),
    sample("n, edges = np.histogramdd(x, 3); n * edges[0][1:, None] * edges[1][1:]", x=distinct(5, 2)),
    sample("np.histogramdd(x, 3, weights=v)[0]", x=distinct(5), v=normal(5), jax=False),
    analytic=False,
)
operation(
    "numpy.histogram_bin_edges",
    sample("np.histogram_bin_edges(x, {n})", x=[distinct(4), distinct(2, 3), normal(1)], n=[1, 3]),
    sample("np.histogram_bin_edges(x, [0.0, 1.0, 3.0]) * x[0]", x=distinct(3), jax=False),
    sample("np.histogram_bin_edges(x, 3, (0.0, 2.0)) * x[0]", x=distinct(4)),
    analytic=False,
)
operation(
    "numpy.bincount",
    sample("np.bincount(k, weights=v)", k=np.array([2, 0, 1, 1]), v=normal(4)),
    sample("np.bincount(k, weights=v, minlength=6)", k=np.array([2, 0, 1, 1]), v=normal(4)),
    sample("np.bincount(k) * x", k=np.array([2, 0, 1, 1]), x=normal()),
    analytic=False,
    backends=NUMPY,
    jax=False,
)
operation(
    "numpy.isin",
    sample("np.isin(k, [0, 1], invert={invert}) * x", x=normal(5), k=FIRST, invert=[False, True], jax=False),
    sample(
        "np.isin(k, [0, 1], assume_unique={unique}) * x",
        x=normal(3),
        k=np.arange(3),
        unique=[False, True],
        jax=False,
    ),
)
operation(
    "numpy.array_equal",
    sample("np.array_equal(x, y) * x", x=normal(3), y=[normal(3), normal(4)], analytic=False),
)
operation(
    "numpy.array_equiv",
    sample("np.array_equiv(x, y) * x", x=normal(3), y=[normal(3), normal(2, 3)], analytic=False),
)
operation(
    "numpy.tril_indices",
    sample("x[np.tril_indices(4, {k})]", x=normal(4, 4), k=[0, -1, 1]),
    sample("x[np.tril_indices(3, 0, 4)]", x=normal(3, 4)),
    sample("x[np.tril_indices_from(x)]", x=[normal(3, 3), normal(2, 4)]),
)
operation(
    "numpy.triu_indices",
    sample("x[np.triu_indices(4, {k})]", x=normal(4, 4), k=[0, -1, 1]),
    sample("x[np.triu_indices_from(x, 1)]", x=[normal(3, 3), normal(2, 4)]),
)
operation("numpy.diag_indices", sample("x[np.diag_indices(3)]", x=[normal(3, 3), normal(3, 4)]))
operation(
    "numpy.ix_",
    sample("x[np.ix_([0, 2], [1, 3])]", x=normal(3, 4), jax=False),
    sample("x[np.ix_(k, [0, 0, 1])]", x=normal(3, 4), k=integers(0, 3, 2), jax=False),
)
operation("numpy.unravel_index", sample("x[np.unravel_index(5, (3, 4))]", x=normal(3, 4)))
operation(
    "numpy.unravel_index (of data)",
    sample("x[np.unravel_index(np.argmax(x), x.shape)] * x", x=[distinct(3, 4), distinct(2, 1, 3)]),
    sample("i, j = np.unravel_index(k, (3, 4)); x[i, j]", x=normal(3, 4), k=integers(0, 12, 5)),
    analytic=False,
    jax=False,
)
operation(
    "numpy.ravel_multi_index",
    sample("np.ravel(x)[np.ravel_multi_index((i, j), (3, 4))]", x=normal(3, 4), i=FIRST, j=FIRST),
    jax=False,
)
operation(
    "numpy.diag_indices_from",
    sample("x[np.diag_indices_from(x)]", x=normal(3, 3)),
)
operation(
    "numpy.iscomplexobj",
    sample("x * 2 if np.isrealobj(x) and not np.iscomplexobj(x) and not np.isscalar(x) else x", x=normal(3)),
    sample("np.real_if_close(x) * 3", x=normal(3), jax=False),
    sample("x * np.isscalar(2.0) if np.issubdtype(x.dtype, np.floating) else 0 * x", x=normal(3)),
    sample("x + np.zeros(3, np.result_type(x, np.float32, 1.5))", x=normal(3)),
    analytic=False,
)

operation(
    "numpy.searchsorted (sorter)",
    sample("np.searchsorted(y, x, sorter=np.argsort(y)) * x", x=distinct(4), y=np.array([1.0, -1.0, 0.1])),
    analytic=False,
)
operation(
    "numpy.ravel_multi_index (keywords)",
    sample(
        "x[np.ravel_multi_index(([0, 7], [1, -2]), (3, 4), mode={mode})]", x=normal(12), mode=["clip", "wrap"]
    ),
    sample("x[np.ravel_multi_index((i, j), (3, 4), order='F')]", x=normal(12), i=FIRST, j=FIRST),
    jax=False,
)

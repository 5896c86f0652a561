"""Averages, spreads, quantiles; reductions of part of the elements; the forms that leave out what is no number."""

from __future__ import annotations

import numpy as np

from operations.record import Text, boolean, distinct, family, normal, operation, positive, refused, sample

family("statistics", "Averages, spreads and quantiles")

KEEP = [False, True]
DOUBLES = "NumPy takes the weights as float64, so that differences are not of long doubles"
AXES = [None, 0, 1, -1, (0, 1)]
GAPS = np.array([[1.0, np.nan, 3.0], [0.4, 0.5, -1.0]])
SOME = np.array([[True, False, True, True], [False, True, False, True]])
FEW = np.array([[1.0, np.nan, 3.0, 0.2], [0.4, 0.5, -1.0, np.nan]])
MOST = np.array([[True, True, True, True], [True, False, True, True]])
HOLES = np.array([1.5, np.nan, -0.3, 2.0, np.nan])

operation(
    "numpy.average",
    sample("np.average(x, axis={axis}, keepdims={keepdims})", x=normal(2, 3), axis=AXES, keepdims=KEEP),
    sample("np.average(x, weights=v)", x=normal(4), v=positive(4)),
    sample("np.average(x, axis={axis}, weights=v)", x=normal(2, 3), v=positive(2, 3), axis=[None, 0, 1]),
    sample(
        "np.average(x, axis=1, weights=v, keepdims={keepdims})", x=normal(2, 3), v=positive(3), keepdims=KEEP
    ),
    sample("np.average(x, axis=0, weights=[1, 2])", x=normal(2, 3), jax=False),
    sample("a, b = np.average(x, axis=0, weights=v, returned=True); a * b", x=normal(2, 3), v=positive(2)),
    order=2,
)
for _name in ("var", "std"):
    operation(
        f"numpy.{_name} (keywords)",
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=normal(2, 3), axis=AXES, keepdims=KEEP
        ),
        sample(f"np.{_name}(x, ddof={{ddof}})", x=normal(4), ddof=[0, 1, 2]),
        sample(f"np.{_name}(x, axis=0, correction=1)", x=normal(3, 2)),
        sample(f"np.{_name}(x, where=m)", x=normal(6), m=boolean(6)),
        sample(f"np.{_name}(x, axis={{axis}}, ddof=1, where=m)", x=normal(2, 4), m=SOME, axis=[1, None]),
        sample(f"x.{_name}({{axis}})", x=normal(2, 3), axis=[None, 0]),
        sample(f"np.{_name}(x, mean=y)", x=normal(4), y=[normal(), 0.3], jax=False),
        sample(
            f"np.{_name}(x, axis=0, mean=y, where=m)", x=normal(2, 3), y=normal(3), m=SOME[:, :3], jax=False
        ),
        analytic=False,
        order=2,
    )
for _name in ("sum", "prod"):
    operation(
        f"numpy.{_name} (where, initial)",
        sample(f"np.{_name}(x, where=m)", x=normal(5), m=boolean(5)),
        sample(
            f"np.{_name}(x, axis={{axis}}, where=m)", x=normal(2, 3), m=[boolean(2, 3), boolean(3)], axis=AXES
        ),
        sample(f"np.{_name}(x, initial=y)", x=normal(2, 3), y=[normal(), 0.7]),
        sample(
            f"np.{_name}(x, 1, where=m, initial=3.0, keepdims={{keepdims}})",
            x=normal(2, 3),
            m=boolean(2, 3),
            keepdims=KEEP,
        ),
        sample(f"x.{_name}(axis=0, where=m)", x=normal(2, 3), m=boolean(3)),
        order=2,
    )
for _name, _start in (("max", -0.2), ("min", 0.2)):
    operation(
        f"numpy.{_name} (where, initial)",
        sample(f"np.{_name}(x, initial={{start}})", x=distinct(5), start=[_start, 9.0, -9.0]),
        sample(
            f"np.{_name}(x, axis={{axis}}, where=m, initial={_start})",
            x=distinct(2, 3),
            m=boolean(2, 3),
            axis=AXES,
        ),
        sample(f"np.{_name}(x, initial=y)", x=distinct(5), y=[0.13, 7.0, -7.0]),
        sample(f"x.{_name}(1, initial={_start}, keepdims=True)", x=distinct(2, 3)),
        analytic=False,
    )
operation(
    "numpy.mean (where)",
    sample("np.mean(x, where=m)", x=normal(5), m=boolean(5)),
    sample(
        "np.mean(x, axis={axis}, where=m, keepdims={keepdims})",
        x=normal(2, 3),
        m=np.array([[True, False, True], [True, True, True]]),
        axis=AXES,
        keepdims=KEEP,
    ),
    order=2,
)
operation(
    "numpy.any (where)", sample("np.any(x > 0, where=m) * x", x=normal(5), m=boolean(5), analytic=False)
)
operation(
    "numpy.all (where)",
    sample("np.all(x > 0, axis=0, where=m) * x", x=normal(2, 3), m=boolean(3), analytic=False),
)
operation(
    "numpy.ptp",
    sample("np.ptp(x)", x=[distinct(4), distinct(2, 3)]),
    sample(
        "np.ptp(x, axis={axis}, keepdims={keepdims})", x=distinct(2, 3), axis=[0, 1, (0, 1)], keepdims=KEEP
    ),
    analytic=False,
)
operation(
    "numpy.median",
    sample("np.median(x)", x=[distinct(), distinct(1), distinct(4), distinct(5), distinct(2, 3)]),
    sample("np.median(x, axis={axis}, keepdims={keepdims})", x=distinct(3, 4), axis=AXES, keepdims=KEEP),
    sample("np.median(x, overwrite_input=False)", x=distinct(4)),
    sample("np.median(x, axis={axis})", x=distinct(2, 3, 4), axis=[(0, 2), (2, 0), 1]),
    analytic=False,
    order=2,
)
for _name, _fractions in (("quantile", [0.3, 0.5]), ("percentile", [30, 75.0])):
    _method = _fractions[0]
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x, {{q}})", x=[distinct(5), distinct(2, 3), distinct(1)], q=_fractions),
        sample(
            f"np.{_name}(x, {_method}, axis={{axis}}, keepdims={{keepdims}})",
            x=distinct(3, 4),
            axis=AXES,
            keepdims=KEEP,
        ),
        sample(
            f"np.{_name}(x, {_fractions}, axis={{axis}}, keepdims={{keepdims}})",
            x=distinct(3, 4),
            axis=AXES,
            keepdims=KEEP,
            jax=False,
        ),
        sample(
            f"np.{_name}(x, {_method}, method={{method}})",
            x=distinct(4),
            method=["lower", "higher", "midpoint", "nearest"],
        ),
        sample(f"np.{_name}(x, q)", x=distinct(4), q=[0.37, 0.81]),
        sample(f"np.{_name}(x, 0.3, overwrite_input=False, weights=None)", x=distinct(4), jax=False),
        refused(f"np.{_name}(x, 0.5, method='hazen')", "method", x=distinct(4)),
        analytic=False,
    )
operation(
    "numpy.cov",
    sample("np.cov(x)", x=[normal(4), normal(2, 4)]),
    sample("np.cov(x, rowvar=False)", x=normal(4, 2)),
    sample("np.cov(x, y)", x=normal(4), y=[normal(4), normal(2, 4)]),
    sample("np.cov(x, bias={bias})", x=normal(2, 4), bias=KEEP),
    sample("np.cov(x, ddof={ddof})", x=normal(2, 4), ddof=[0, 1, 2]),
    sample("np.cov(x, aweights=v)", x=normal(2, 4), v=positive(4), tolerance=1e-10, because=DOUBLES),
    sample("np.cov(x, fweights=[1, 2, 3, 1])", x=normal(2, 4), jax=False),
    sample("np.cov(x, dtype={dtype})", x=normal(2, 4), dtype=[None, Text("float")], jax=False),
    sample(
        "np.cov(x, aweights=v, fweights=[1, 2, 3, 1])",
        x=normal(2, 4),
        v=positive(4),
        jax=False,
        tolerance=1e-10,
        because=DOUBLES,
    ),
    analytic=False,
    order=2,
)
operation(
    "numpy.corrcoef",
    sample("np.corrcoef(x)", x=[normal(2, 5), normal(3, 5)]),
    sample("np.corrcoef(x, y)", x=normal(5), y=normal(5)),
    sample("np.corrcoef(x, dtype=float)", x=normal(2, 5), jax=False),
    sample("np.corrcoef(x, rowvar=False)", x=normal(5, 2)),
    analytic=False,
    jax=False,
)
for _name in ("nansum", "nanmean", "nanprod"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[normal(4), HOLES, GAPS]),
        sample(f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=GAPS, axis=AXES, keepdims=KEEP),
        analytic=False,
    )
for _name in ("nansum", "nanprod"):
    operation(
        f"numpy.{_name} (keywords)",
        sample(f"np.{_name}(x, axis={{axis}}, where=m)", x=GAPS, m=SOME[:, :3], axis=[None, 1]),
        sample(f"np.{_name}(x, axis=0, initial=y)", x=GAPS, y=normal()),
        sample(f"np.{_name}(x, initial=y, where=m, keepdims=True)", x=GAPS, y=normal(), m=SOME[:, :3]),
        analytic=False,
    )
for _name in ("nanmean", "nanvar", "nanstd"):
    operation(
        f"numpy.{_name} (keywords)",
        sample(
            f"np.{_name}(x, axis={{axis}}, where=m)", x=FEW, m=MOST, axis=[None, 1], jax=_name == "nanmean"
        ),
        sample(f"np.{_name}(x, dtype=np.float64)", x=GAPS),
        analytic=False,
    )
for _name in ("nanvar", "nanstd"):
    operation(
        f"numpy.{_name} (mean, correction)",
        sample(f"np.{_name}(x, mean=y)", x=GAPS, y=normal(), jax=False),
        sample(f"np.{_name}(x, axis=1, correction=1)", x=FEW, jax=False),
        analytic=False,
    )
for _name, _start in (("nanmax", 0.6), ("nanmin", -0.6)):
    operation(
        f"numpy.{_name} (where, initial)",
        sample(f"np.{_name}(x, initial=y)", x=[HOLES, GAPS], y=[_start, 9.0, -9.0]),
        sample(
            f"np.{_name}(x, axis={{axis}}, where=m, initial={_start})", x=GAPS, m=SOME[:, :3], axis=[0, 1]
        ),
        analytic=False,
    )
operation(
    "extrema of nothing",
    sample("np.max(x[:0], initial=y) * x", x=normal(3), y=normal()),
    sample("np.min(x[:, :0], axis=1, initial=y)", x=normal(2, 3), y=normal()),
    analytic=False,
)
for _name in ("nancumsum", "nancumprod"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[normal(4), HOLES, GAPS]),
        sample(f"np.{_name}(x, axis={{axis}})", x=GAPS, axis=[0, 1, -1]),
        analytic=False,
    )
for _name in ("nanvar", "nanstd"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[normal(4), HOLES, GAPS]),
        sample(
            f"np.{_name}(x, axis=1, ddof={{ddof}}, keepdims={{keepdims}})", x=GAPS, ddof=[0, 1], keepdims=KEEP
        ),
        analytic=False,
    )
for _name in ("nanmax", "nanmin"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[distinct(4), HOLES, GAPS]),
        sample(f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=GAPS, axis=AXES, keepdims=KEEP),
        sample(f"np.{_name}(x, axis=1, initial=None)", x=GAPS, jax=False),
        analytic=False,
    )
operation("numpy.nanargmax", sample("np.nanargmax(x) * y", x=HOLES, y=normal(), analytic=False))
operation(
    "extrema from None",
    sample(
        "np.{name}(x, initial=None, keepdims=True)", x=distinct(2, 3), name=[Text(n) for n in ("max", "amin")]
    ),
    sample("x.min(axis=0, initial=None)", x=distinct(2, 3)),
    refused("np.sum(x, initial=None)", "in an order of its own", x=normal(3)),
    analytic=False,
    jax=False,
)
operation("numpy.nanargmin", sample("np.nanargmin(x, axis=0) * y", x=GAPS, y=normal(), analytic=False))
operation(
    "numpy.nanmedian",
    sample("np.nanmedian(x)", x=[distinct(4), HOLES, GAPS]),
    sample("np.nanmedian(x, axis={axis}, keepdims={keepdims})", x=GAPS, axis=AXES, keepdims=KEEP),
    analytic=False,
)
for _name, _fraction in (("nanquantile", 0.4), ("nanpercentile", 40)):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x, {_fraction})", x=[distinct(4), HOLES, GAPS]),
        sample(
            f"np.{_name}(x, {_fraction}, axis={{axis}}, keepdims={{keepdims}})",
            x=GAPS,
            axis=[0, 1, None],
            keepdims=KEEP,
        ),
        sample(f"np.{_name}(x, [{_fraction}, {_fraction / 2}], axis=1)", x=GAPS, jax=False),
        analytic=False,
    )
operation(
    "numpy.cumulative_sum",
    sample("np.cumulative_sum(x)", x=normal(4)),
    sample(
        "np.cumulative_sum(x, axis={axis}, include_initial={initial})",
        x=normal(2, 3),
        axis=[0, 1],
        initial=KEEP,
    ),
)
operation(
    "numpy.cumulative_prod",
    sample("np.cumulative_prod(x)", x=normal(4)),
    sample(
        "np.cumulative_prod(x, axis={axis}, include_initial={initial})",
        x=normal(2, 3),
        axis=[0, 1],
        initial=KEEP,
    ),
)

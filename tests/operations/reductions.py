"""Sums, products, extrema, moments, norms, running sums and products."""

from __future__ import annotations

from operations.record import distinct, family, normal, operation, sample

family("reductions", "Sums, products, extrema, moments, norms")

SHAPES = [normal(), normal(1), normal(4), normal(2, 3), normal(2, 1, 3)]
KEEP = [False, True]
AXES_1 = [None, 0, -1, (0,)]
AXES_2 = [None, 0, 1, -1, (0, 1), (1, 0)]
AXES_3 = [None, 1, -2, (0, 2), (0, -1), (2, 1)]

for _name in ("sum", "mean", "prod"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=SHAPES),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=normal(4), axis=AXES_1, keepdims=KEEP
        ),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=normal(2, 3), axis=AXES_2, keepdims=KEEP
        ),
        sample(
            f"np.{_name}(x, {{axis}}, keepdims={{keepdims}})", x=normal(2, 1, 3), axis=AXES_3, keepdims=KEEP
        ),
        sample(f"x.{_name}({{axis}})", x=normal(2, 3), axis=[None, 0, (0, 1)]),
        sample(f"np.{_name}(x, axis=0)", x=[normal(1, 3), normal(3, 1)]),
        order=2,
    )

for _name in ("max", "min"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[distinct(*shape) for shape in [(), (1,), (4,), (2, 3), (2, 1, 3)]]),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})",
            x=distinct(2, 3),
            axis=AXES_2,
            keepdims=KEEP,
        ),
        analytic=False,
    )

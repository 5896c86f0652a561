"""Methods of the distributions of scipy.stats.

A row has the name of the distribution and that of the method, and the operands of the method in SciPy's order. XLA is
given the expressions of their rules.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import dim, is_one, same
from adcompiler.ir.types import Array, Type, broadcast_shapes
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array

DENSITIES = ("pdf", "logpdf")
PROBABILITIES = ("cdf", "logcdf", "sf", "logsf")
# the parameters beside loc and scale
CONTINUOUS = {
    "beta": "a, b, ",
    "cauchy": "",
    "chi2": "df, ",
    "expon": "",
    "gamma": "a, ",
    "laplace": "",
    "lognorm": "s, ",
    "t": "df, ",
    "uniform": "",
}
DISCRETE = {"bernoulli": "p, ", "binom": "n, p, ", "poisson": "mu, "}


def real(type: Type) -> Array:
    """The type of a real number, or of an array of them."""
    found = array(type)
    if found.dtype.kind not in "biuf" or found.dtype.itemsize > 8:
        raise TypeError(
            f"the distributions of scipy.stats take real numbers up to float64, not {found.dtype}"
        )
    return found


def infer_law(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shapes broadcast, in double precision always."""
    numbers = [real(type) for type in types]
    loc = numbers[-1 if path.endswith("pmf") else -2]
    if numbers[0].dtype.kind == loc.dtype.kind == "b" and not path.endswith("ppf"):
        raise TypeError("NumPy does not subtract bools: give loc as a number")
    if path.endswith(("binom.logpmf", "bernoulli.logpmf")) and numbers[-2].dtype.kind == "b":
        raise TypeError("logpmf of a probability p is supported for real numbers only: SciPy negates it")
    return Array(np.dtype(np.float64), broadcast_shapes(*(number.shape for number in numbers)))


def infer_multivariate(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A number for each vector along the last axis; SciPy drops axes of one vector."""
    if attrs["allow_singular"]:
        raise TypeError("allow_singular=True is not supported")
    if array(types[1]).rank != 1 or array(types[2]).rank != 2:
        raise TypeError("give multivariate_normal a vector as its mean and a matrix as cov")
    x, mean, cov = map(real, types)
    if not x.rank or same(x.shape[-1], dim(1)):
        raise TypeError("multivariate_normal takes vectors of two or more numbers here")
    if any(same(x.shape[-1], size) is False for size in (*mean.shape, *cov.shape)):
        raise ValueError("the vectors, the mean and the rows of cov must have one size")
    return Array(np.dtype(np.float64), tuple(size for size in x.shape[:-1] if not is_one(size)))


for _law, _shapes in CONTINUOUS.items():
    for _method in (*DENSITIES, *PROBABILITIES, "ppf"):
        primitive(
            f"{_law}_{_method}({'q' if _method == 'ppf' else 'x'}, {_shapes}loc=0, scale=1, /)",
            infer_law,
            f"scipy.stats.{_law}.{_method}",
            elementwise=True,
            numpy_only=True,
        )
for _law, _shapes in DISCRETE.items():
    for _method in ("pmf", "logpmf"):
        primitive(
            f"{_law}_{_method}(k, {_shapes}loc=0, /)",
            infer_law,
            f"scipy.stats.{_law}.{_method}",
            elementwise=True,
            numpy_only=True,
        )
for _method in DENSITIES:
    primitive(
        f"multivariate_normal_{_method}(x, mean=None, cov=1, /, allow_singular=False)",
        infer_multivariate,
        f"scipy.stats.multivariate_normal.{_method}",
        numpy_only=True,
    )

"""What XLA is given expressions for: the values are those of SciPy, also inside of loops and beyond the ordinary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import scipy.stats
from operations import OPERATIONS, Sample
from operations.program import joined, leaves, primal
from operations.prove import differ

from adcompiler import grad, value_and_grad, vjp

X = np.array([0.3, 0.8, 1.9, -0.4])


def some_of(family: str) -> list[Sample]:
    """Every third sample of each operation of a family that runs on XLA."""
    return [
        sample
        for operation in OPERATIONS.values()
        if operation.family == family
        for sample in operation.samples[::3]
        if "jax" in sample.proof.backends and not sample.refusal
    ]


@pytest.mark.parametrize("family", ["distributions", "signals"])
def test_values_on_xla(family: str) -> None:
    samples = some_of(family)
    arguments = [value for sample in samples for value in sample.arguments().values()]
    found, _ = vjp(joined(samples), *arguments, backend="jax")
    for sample, value in zip(samples, found, strict=True):
        wanted = primal(sample)(*sample.arguments().values())
        assert [(np.shape(v), np.asarray(v).dtype) for v in leaves(value)] == [
            (np.shape(v), np.asarray(v).dtype) for v in leaves(wanted)
        ], sample.name
        assert not list(differ(leaves(value), leaves(wanted), 1e-11, "SciPy")), sample.name


def in_a_loop(x: Any, a: Any) -> Any:
    y = x.copy()
    for i in range(len(x)):
        if scipy.stats.laplace.cdf(x[i]) > 0.3:
            y[i] = scipy.stats.gamma.logpdf(abs(x[i]), a, scale=2.0) * scipy.stats.norm.pdf(y[i - 1])
    return np.sum(scipy.ndimage.gaussian_filter1d(y, 0.8, mode="nearest"))


def smoothed(x: Any, kernel: Any) -> Any:
    y = scipy.signal.lfilter(kernel, [1.0, -0.3], scipy.signal.convolve(x, kernel, mode="same"))
    return np.sum(y) * scipy.stats.expon.pdf(kernel[0])


PRIOR = scipy.stats.gamma(2.0, scale=1.5)


def frozen(x: Any, a: Any) -> Any:
    laws = [scipy.stats.norm(a, 2.0), scipy.stats.cauchy(scale=a), PRIOR]
    total = scipy.stats.multivariate_normal(mean=np.zeros(4), cov=a * np.eye(4)).logpdf(x)
    for law in laws:
        total += np.sum(law.pdf(np.abs(x))) * law.cdf(0.7)
    return total + PRIOR.logpdf(a)


@pytest.mark.parametrize(
    ("f", "arguments"), [(frozen, (X, 1.5)), (in_a_loop, (X, 1.5)), (smoothed, (X, X[:3]))]
)
def test_programs(f: Any, arguments: Any) -> None:
    value, slopes = value_and_grad(f, argnums=(0, 1))(*arguments)
    on_xla, theirs = value_and_grad(f, argnums=(0, 1), backend="jax")(*arguments)
    assert value == f(*arguments)
    np.testing.assert_allclose(on_xla, value, rtol=1e-12)
    step = 1e-6
    for k, (ours, other) in enumerate(zip(slopes, theirs, strict=True)):
        np.testing.assert_allclose(ours, other, rtol=1e-9, atol=1e-12)
        for j in range(np.size(arguments[k])):
            unit = np.zeros(np.shape(arguments[k]))
            unit.flat[j] = step
            ends = [f(*arguments[:k], arguments[k] + s * unit, *arguments[k + 1 :]) for s in (1, -1)]
            np.testing.assert_allclose(
                np.ravel(ours)[j], (ends[0] - ends[1]) / (2 * step), rtol=1e-6, atol=1e-8
            )


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_parameters_that_are_none(backend: Any) -> None:
    """NaN, as SciPy gives it, and not what the formula would."""

    def f(x: Any, s: Any) -> Any:
        return np.sum(scipy.stats.gamma.logpdf(x, 2.0, scale=s)) + scipy.stats.binom.pmf(1, 2, s)

    assert np.isnan(f(X, -1.0))
    assert np.isnan(value_and_grad(f, backend=backend)(X, -1.0)[0])


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_single_precision(backend: Any) -> None:
    """Distributions compute in double precision, filters give what they are given."""
    x = X.astype(np.float32)
    value, slope = value_and_grad(lambda x: np.sum(scipy.stats.cauchy.logpdf(x)), backend=backend)(x)
    assert (np.asarray(value).dtype, slope.dtype) == (np.float64, np.float32)
    value, slope = value_and_grad(lambda x: np.sum(scipy.ndimage.laplace(x) ** 2), backend=backend)(x)
    assert (np.asarray(value).dtype, slope.dtype) == (np.float32, np.float32)


def test_quantiles_and_densities_are_called_by_their_names() -> None:
    source = grad(lambda x: np.sum(scipy.stats.t.cdf(x, 3.0))).source(X)
    assert "stats.t.pdf(x, 3.0)" in source
    source = grad(lambda x: np.sum(scipy.ndimage.gaussian_filter(x, 2.0) ** 2)).source(X)
    assert source.count("ndimage.gaussian_filter(") == 2


HELD = {"law": scipy.stats.norm(0.5, 2.0)}


def test_a_distribution_from_outside_is_read_anew() -> None:
    def f(x: Any) -> Any:
        return HELD["law"].logpdf(x)

    compiled = value_and_grad(f)
    for law in (scipy.stats.norm(0.5, 2.0), scipy.stats.norm(0.5, 3.0), scipy.stats.chi2(3.0)):
        HELD["law"] = law
        assert compiled(1.2)[0] == f(1.2)
    HELD["law"].kwds["scale"] = 4.0
    assert compiled(1.2)[0] == f(1.2)

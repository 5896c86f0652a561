"""Methods of the distributions of scipy.stats, under the name of the distribution and that of the method."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend.definitions.imported import special

NORMAL = 2.5066282746310002
LOG_NORMAL = 0.9189385332046727


def _if_positive(scale: Any, value: Any) -> Any:
    positive = scale > 0
    return value if positive is True else np.where(positive, value, np.nan)


def _standard(x: Any, loc: Any, scale: Any) -> Any:
    """(x - loc) / scale in double precision, rounded where SciPy rounds it."""
    x = np.asarray(x)
    if x.dtype == np.float64:
        return (x - loc) / scale
    return np.asarray((x - np.asarray(loc)) / np.asarray(scale), dtype=float)


def norm_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density of a normal distribution."""
    z = _standard(x, loc, scale)
    return _if_positive(scale, np.exp(-(z**2) / 2.0) / NORMAL / scale)


def norm_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density."""
    z = _standard(x, loc, scale)
    return _if_positive(scale, -(z**2) / 2.0 - LOG_NORMAL - np.log(scale))


def norm_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of less."""
    return _if_positive(scale, special.ndtr(_standard(x, loc, scale)))


def norm_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the probability of less."""
    return _if_positive(scale, special.log_ndtr(_standard(x, loc, scale)))


def norm_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more."""
    return _if_positive(scale, special.ndtr(-_standard(x, loc, scale)))


def norm_logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the probability of more."""
    return _if_positive(scale, special.log_ndtr(-_standard(x, loc, scale)))


def norm_ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The number with this probability of less."""
    q = np.asarray(q)
    if q.dtype == np.float64:
        return _if_positive(scale, special.ndtri(q) * scale + loc)
    z = special.ndtri(q) * np.asarray(scale) + np.asarray(loc)
    return _if_positive(scale, np.asarray(z, dtype=float))


class Distribution:
    """A distribution with its parameters, as scipy.stats.norm(0.0, 2.0) makes it."""

    def __init__(self, law: Any, *parameters: Any, **named: Any) -> None:
        self.law = law
        self.parameters = parameters
        self.named = named

    def pdf(self, x: Any) -> Any:
        return self.law.pdf(x, *self.parameters, **self.named)

    def logpdf(self, x: Any) -> Any:
        return self.law.logpdf(x, *self.parameters, **self.named)

    def pmf(self, k: Any) -> Any:
        return self.law.pmf(k, *self.parameters, **self.named)

    def logpmf(self, k: Any) -> Any:
        return self.law.logpmf(k, *self.parameters, **self.named)

    def cdf(self, x: Any) -> Any:
        return self.law.cdf(x, *self.parameters, **self.named)

    def logcdf(self, x: Any) -> Any:
        return self.law.logcdf(x, *self.parameters, **self.named)

    def sf(self, x: Any) -> Any:
        return self.law.sf(x, *self.parameters, **self.named)

    def logsf(self, x: Any) -> Any:
        return self.law.logsf(x, *self.parameters, **self.named)

    def ppf(self, q: Any) -> Any:
        return self.law.ppf(q, *self.parameters, **self.named)

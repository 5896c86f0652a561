"""Scalar expressions, written with math: those of a first lecture on derivatives, and some that are met in practice."""

from __future__ import annotations

import math
from typing import Any

from numpy.random import Generator

from adcompiler.bench.kernel import Kernel, sizes


def product_of_sum(x: float, y: float, z: float) -> float:
    """The first graph of the lectures: (x + y) z."""
    return (x + y) * z


def product_of_sum_jax(x: Any, y: Any, z: Any) -> Any:
    """The same."""
    return (x + y) * z


def neuron(w0: float, w1: float, w2: float, x0: float, x1: float) -> float:
    """A neuron with two inputs: 1 / (1 + exp(-(w0 x0 + w1 x1 + w2)))."""
    return 1.0 / (1.0 + math.exp(-(w0 * x0 + w1 * x1 + w2)))


def neuron_jax(w0: Any, w1: Any, w2: Any, x0: Any, x1: Any) -> Any:
    """By the function of jax.nn."""
    import jax

    return jax.nn.sigmoid(w0 * x0 + w1 * x1 + w2)


def chain(x: float) -> float:
    """A chain of functions: exp(sin(x^2)) sqrt(1 + x^2) + log(2 + cos(x))."""
    inner = math.sin(x * x)
    return math.exp(inner) * math.sqrt(1.0 + x * x) + math.log(2.0 + math.cos(x))


def chain_jax(x: Any) -> Any:
    """The same."""
    import jax.numpy as jnp

    inner = jnp.sin(x * x)
    return jnp.exp(inner) * jnp.sqrt(1.0 + x * x) + jnp.log(2.0 + jnp.cos(x))


def rosenbrock(x: float, y: float) -> float:
    """Rosenbrock's valley (Rosenbrock, Computer Journal 3, 1960)."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def rosenbrock_jax(x: Any, y: Any) -> Any:
    """The same."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def black_scholes(spot: float, strike: float, years: float, rate: float, sigma: float) -> float:
    """The price of a call option (Black and Scholes, J. Political Economy 81, 1973), whose gradient is the Greeks."""
    spread = sigma * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * years) / spread
    d2 = d1 - spread
    n1 = 0.5 * (1.0 + math.erf(d1 / math.sqrt(2.0)))
    n2 = 0.5 * (1.0 + math.erf(d2 / math.sqrt(2.0)))
    return spot * n1 - strike * math.exp(-rate * years) * n2


def black_scholes_jax(spot: Any, strike: Any, years: Any, rate: Any, sigma: Any) -> Any:
    """By the normal distribution of JAX."""
    import jax.numpy as jnp
    from jax.scipy.special import ndtr

    spread = sigma * jnp.sqrt(years)
    d1 = (jnp.log(spot / strike) + (rate + 0.5 * sigma**2) * years) / spread
    return spot * ndtr(d1) - strike * jnp.exp(-rate * years) * ndtr(d1 - spread)


def two_regimes(x: float, scale: float) -> float:
    """Huber's loss: a branch on the data (Huber, Annals of Mathematical Statistics 35, 1964)."""
    r = abs(x)
    if r < scale:
        return 0.5 * r * r
    return scale * (r - 0.5 * scale)


def two_regimes_jax(x: Any, scale: Any) -> Any:
    """Both regimes, selected."""
    import jax.numpy as jnp

    r = jnp.abs(x)
    return jnp.where(r < scale, 0.5 * r * r, scale * (r - 0.5 * scale))


def square_root(a: float) -> float:
    """A square root by ten steps of Heron's method."""
    x = 1.0
    for _ in range(10):
        x = 0.5 * (x + a / x)
    return x


def square_root_jax(a: Any) -> Any:
    """A loop that XLA unrolls."""
    from jax import lax

    return lax.fori_loop(0, 10, lambda _, x: 0.5 * (x + a / x), a * 0.0 + 1.0, unroll=True)


def lennard_jones(x: float, y: float, z: float, epsilon: float, sigma: float) -> float:
    """Energy of two atoms (Lennard-Jones, Proc. Royal Society A 106, 1924)."""
    r = math.sqrt(x * x + y * y + z * z)
    ratio = (sigma / r) ** 6
    return 4.0 * epsilon * (ratio**2 - ratio)


def lennard_jones_jax(x: Any, y: Any, z: Any, epsilon: Any, sigma: Any) -> Any:
    """Without the root."""
    ratio = (sigma * sigma / (x * x + y * y + z * z)) ** 3
    return 4.0 * epsilon * (ratio**2 - ratio)


def _kernel(numpy: Any, jax: Any, *point: float) -> Kernel:
    """A kernel at one point, of one size."""

    def arguments(rng: Generator) -> tuple[Any, ...]:
        return point

    return Kernel(numpy, jax, "scalars", "scalar", arguments, tuple(range(len(point))), sizes((), (), ()))


KERNELS = (
    _kernel(product_of_sum, product_of_sum_jax, -2.0, 5.0, -4.0),
    _kernel(neuron, neuron_jax, 2.0, -3.0, -3.0, -1.0, -2.0),
    _kernel(chain, chain_jax, 1.3),
    _kernel(rosenbrock, rosenbrock_jax, -1.2, 1.0),
    _kernel(black_scholes, black_scholes_jax, 100.0, 105.0, 0.75, 0.03, 0.25),
    _kernel(two_regimes, two_regimes_jax, -1.7, 1.2),
    _kernel(square_root, square_root_jax, 7.0),
    _kernel(lennard_jones, lennard_jones_jax, 0.8, -0.7, 0.6, 1.2, 1.1),
)

"""Loops over grids and steps in time: relaxation, stencils, waves, flows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Kernel, Scalar, sizes


# ---------------------------------------------------------------- successive over-relaxation
def sor(u: Array, f: Array, omega: float, sweeps: int) -> Scalar:
    """Successive over-relaxation of Poisson's equation, element by element (Young, Trans. AMS 76, 1954)."""
    u = u.copy()
    n, m = u.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                mean = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])
                u[i, j] = (1.0 - omega) * u[i, j] + omega * mean
    return np.sum(u**2)


def sor_jax(u: Any, f: Any, omega: Any, sweeps: int) -> Any:
    """A scan over the rows; all but the left neighbour at once, then a scan along the row with a scalar carry."""
    import jax.numpy as jnp
    from jax import lax

    def row(above: Any, inputs: Any) -> Any:
        old, below, f_row = inputs
        around = above[1:-1] + below[1:-1] + old[2:] - f_row[1:-1]
        known = (1.0 - omega) * old[1:-1] + 0.25 * omega * around

        def cell(left: Any, known_j: Any) -> Any:
            new = known_j + 0.25 * omega * left
            return new, new

        _, inner = lax.scan(cell, old[0], known)
        new = jnp.concatenate([old[:1], inner, old[-1:]])
        return new, new

    def sweep(_: Any, u: Any) -> Any:
        _, rows = lax.scan(row, u[0], (u[1:-1], u[2:], f[1:-1]))
        return jnp.concatenate([u[:1], rows, u[-1:]])

    return jnp.sum(lax.fori_loop(0, sweeps, sweep, u) ** 2)


def grid_and_source(rng: Generator, n: int, sweeps: int) -> tuple[Any, ...]:
    """Values on a square grid, a source, and how far to relax."""
    return rng.normal(size=(n, n)), rng.normal(size=(n, n)), 1.5, sweeps


# ---------------------------------------------------------------- Burgers
def burgers(u: Array, ratio: float, steps: int) -> Scalar:
    """Upwind steps of Burgers's equation, in place from the right (LeVeque, Finite Volume Methods, 12)."""
    u = u.copy()
    for _ in range(steps):
        for i in range(len(u) - 1, 0, -1):
            u[i] -= ratio * u[i] * (u[i] - u[i - 1])
    return np.sum(u**2)


def burgers_jax(u: Any, ratio: Any, steps: int) -> Any:
    """All elements at once: from the right, each reads the old values of both."""
    import jax.numpy as jnp
    from jax import lax

    def step(_: Any, u: Any) -> Any:
        return u.at[1:].add(-ratio * u[1:] * (u[1:] - u[:-1]))

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def positive_wave(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """A positive wave, the ratio of time step to cell, and the number of steps."""
    return 1.0 + 0.5 * np.sin(np.linspace(0.0, 6.28, n)) + 0.1 * rng.random(n), 0.3, steps


# ---------------------------------------------------------------- heat in one, two and three dimensions
def heat_1d(u: Array, k: float, steps: int) -> Scalar:
    """Explicit steps of the heat equation on a line (Smith, Numerical Solution of PDEs, chapter 2)."""
    u = u.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def heat_1d_jax(u: Any, k: Any, steps: int) -> Any:
    """The same in whole arrays."""
    import jax.numpy as jnp
    from jax import lax

    def step(_: Any, u: Any) -> Any:
        return u.at[1:-1].add(k * (u[2:] - 2.0 * u[1:-1] + u[:-2]))

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def jacobi_2d(u: Array, f: Array, steps: int) -> Scalar:
    """Jacobi's iteration for Poisson's equation with two arrays (Golub and Van Loan, 11.2)."""
    old, new = u.copy(), u.copy()
    for _ in range(steps):
        new[1:-1, 1:-1] = 0.25 * (
            old[:-2, 1:-1] + old[2:, 1:-1] + old[1:-1, :-2] + old[1:-1, 2:] - f[1:-1, 1:-1]
        )
        old[1:-1, 1:-1] = new[1:-1, 1:-1]
    return np.sum(old**2)


def jacobi_2d_jax(u: Any, f: Any, steps: int) -> Any:
    """The same in whole arrays."""
    import jax.numpy as jnp
    from jax import lax

    source = f[1:-1, 1:-1]

    def step(_: Any, u: Any) -> Any:
        inner = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - source)
        return u.at[1:-1, 1:-1].set(inner)

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def heat_3d(u: Array, k: Array, steps: int) -> Scalar:
    """Heat in a body whose conductivity varies: seven points in three dimensions (Smith, chapter 2)."""
    u = u.copy()
    for _ in range(steps):
        inner = u[1:-1, 1:-1, 1:-1]
        around = u[2:, 1:-1, 1:-1] + u[:-2, 1:-1, 1:-1] + u[1:-1, 2:, 1:-1] + u[1:-1, :-2, 1:-1]
        around = around + u[1:-1, 1:-1, 2:] + u[1:-1, 1:-1, :-2]
        u[1:-1, 1:-1, 1:-1] = inner + k[1:-1, 1:-1, 1:-1] * (around - 6.0 * inner)
    return np.sum(u**2)


def heat_3d_jax(u: Any, k: Any, steps: int) -> Any:
    """The same in whole arrays."""
    import jax.numpy as jnp
    from jax import lax

    conduct = k[1:-1, 1:-1, 1:-1]

    def step(_: Any, u: Any) -> Any:
        around = u[2:, 1:-1, 1:-1] + u[:-2, 1:-1, 1:-1] + u[1:-1, 2:, 1:-1] + u[1:-1, :-2, 1:-1]
        around = around + u[1:-1, 1:-1, 2:] + u[1:-1, 1:-1, :-2]
        return u.at[1:-1, 1:-1, 1:-1].add(conduct * (around - 6.0 * u[1:-1, 1:-1, 1:-1]))

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def line(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """Temperatures on a line, the conductivity, and the number of steps."""
    return rng.random(n), 0.2, steps


def square(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """Values on a square grid, a source, and the number of steps."""
    return rng.random((n, n)), rng.normal(size=(n, n)), steps


def cube(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """Temperatures in a cube, conductivities, and the number of steps."""
    return rng.random((n, n, n)), 0.1 * rng.random((n, n, n)), steps


# ---------------------------------------------------------------- wave with its history
def wave(u: Array, speed: Array, steps: int) -> Scalar:
    """Leapfrog steps of the wave equation, all of whose states are kept (Courant, Friedrichs, Lewy, 1928)."""
    n = len(u)
    history = np.zeros((steps + 2, n))
    history[0] = u
    history[1] = u
    for t in range(1, steps + 1):
        bend = history[t, 2:] - 2.0 * history[t, 1:-1] + history[t, :-2]
        history[t + 1, 1:-1] = 2.0 * history[t, 1:-1] - history[t - 1, 1:-1] + speed[1:-1] ** 2 * bend
    return np.sum(history**2) / steps


def wave_jax(u: Any, speed: Any, steps: int) -> Any:
    """A scan that carries two states and stacks them."""
    import jax.numpy as jnp
    from jax import lax

    square = speed[1:-1] ** 2

    def step(carry: Any, _: Any) -> Any:
        before, now = carry
        bend = now[2:] - 2.0 * now[1:-1] + now[:-2]
        new = jnp.zeros_like(now).at[1:-1].set(2.0 * now[1:-1] - before[1:-1] + square * bend)
        return (now, new), new

    _, history = lax.scan(step, (u, u), None, length=steps)
    return (jnp.sum(history**2) + 2.0 * jnp.sum(u**2)) / steps


def string(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """A plucked string, the speed of waves along it, and the number of steps."""
    return np.exp(-(np.linspace(-3.0, 3.0, n) ** 2)), 0.4 + 0.4 * rng.random(n), steps


# ---------------------------------------------------------------- alternating directions
def adi(inner: Array, k: float, steps: int) -> Scalar:
    """Heat by alternating implicit directions, element by element (Peaceman and Rachford, J. SIAM 3, 1955)."""
    n = len(inner) + 2
    u = np.zeros((n, n))
    u[1:-1, 1:-1] = inner
    w, c, d = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    for _ in range(steps):
        for i in range(1, n - 1):  # implicit along the rows
            for j in range(1, n - 1):
                m = 1.0 + 2.0 * k + k * c[i, j - 1]
                right = u[i, j] + k * (u[i - 1, j] - 2.0 * u[i, j] + u[i + 1, j])
                c[i, j] = -k / m
                d[i, j] = (right + k * d[i, j - 1]) / m
            for j in range(n - 2, 0, -1):
                w[i, j] = d[i, j] - c[i, j] * w[i, j + 1]
        for j in range(1, n - 1):  # implicit along the columns
            for i in range(1, n - 1):
                m = 1.0 + 2.0 * k + k * c[i - 1, j]
                right = w[i, j] + k * (w[i, j - 1] - 2.0 * w[i, j] + w[i, j + 1])
                c[i, j] = -k / m
                d[i, j] = (right + k * d[i - 1, j]) / m
            for i in range(n - 2, 0, -1):
                u[i, j] = d[i, j] - c[i, j] * u[i + 1, j]
    return np.sum(u**2)


def adi_jax(inner: Any, k: Any, steps: int) -> Any:
    """Thomas's algorithm for all lines at once, one scan down and one up for each direction."""
    import jax.numpy as jnp
    from jax import lax

    zeros = jnp.zeros(len(inner))

    def solved(right: Any) -> Any:
        """The systems along the first axis."""

        def down(carry: Any, r: Any) -> Any:
            c, d = carry
            m = 1.0 + 2.0 * k + k * c
            new = -k / m, (r + k * d) / m
            return new, new

        def up(after: Any, inputs: Any) -> Any:
            c, d = inputs
            new = d - c * after
            return new, new

        _, eliminated = lax.scan(down, (jnp.zeros(()), zeros), right)
        return lax.scan(up, zeros, eliminated, reverse=True)[1]

    def bent(a: Any) -> Any:
        """One explicit step along the first axis, of the inner points."""
        return a[1:-1, 1:-1] + k * (a[:-2, 1:-1] - 2.0 * a[1:-1, 1:-1] + a[2:, 1:-1])

    def step(_: Any, u: Any) -> Any:
        w = jnp.pad(solved(bent(u).T).T, 1)
        return jnp.pad(solved(bent(w.T).T), 1)

    return jnp.sum(lax.fori_loop(0, steps, step, jnp.pad(inner, 1)) ** 2)


def plate(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """Temperatures of a plate inside its edge, which is held at zero, the conductivity, and the number of steps."""
    return rng.random((n, n)), 0.7, steps


# ---------------------------------------------------------------- Maxwell
def fdtd_2d(ex: Array, ey: Array, hz: Array, steps: int) -> Scalar:
    """Maxwell's equations in two dimensions on a staggered grid (Yee, IEEE Trans. Antennas 14, 1966)."""
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    for t in range(steps):
        ey[0, :] = np.exp(-0.1 * t)
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return np.sum(hz**2)


def fdtd_2d_jax(ex: Any, ey: Any, hz: Any, steps: int) -> Any:
    """The same in whole arrays."""
    import jax.numpy as jnp
    from jax import lax

    def step(t: Any, fields: Any) -> Any:
        ex, ey, hz = fields
        ey = ey.at[0, :].set(jnp.exp(-0.1 * t))
        ey = ey.at[1:, :].add(-0.5 * (hz[1:, :] - hz[:-1, :]))
        ex = ex.at[:, 1:].add(-0.5 * (hz[:, 1:] - hz[:, :-1]))
        curl = ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]
        return ex, ey, hz.at[:-1, :-1].add(-0.7 * curl)

    return jnp.sum(lax.fori_loop(0, steps, step, (ex, ey, hz))[2] ** 2)


def fields(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """The fields on a square grid, and the number of steps."""
    return rng.normal(size=(n, n)), rng.normal(size=(n, n)), rng.normal(size=(n, n)), steps


KERNELS = (
    Kernel(sor, sor_jax, "loops", "element", grid_and_source, (0, 1), sizes((5, 2), (60, 10), (120, 40))),
    Kernel(
        burgers, burgers_jax, "loops", "element", positive_wave, (0,), sizes((8, 3), (500, 50), (2000, 500))
    ),
    Kernel(adi, adi_jax, "loops", "element", plate, (0,), sizes((5, 2), (40, 10), (120, 20))),
    Kernel(heat_1d, heat_1d_jax, "loops", "array", line, (0,), sizes((8, 3), (1000, 500), (4000, 2000))),
    Kernel(jacobi_2d, jacobi_2d_jax, "loops", "array", square, (0, 1), sizes((6, 3), (100, 100), (300, 200))),
    Kernel(heat_3d, heat_3d_jax, "loops", "array", cube, (0, 1), sizes((5, 2), (32, 20), (64, 50))),
    Kernel(wave, wave_jax, "loops", "row", string, (0, 1), sizes((8, 3), (500, 300), (2000, 1000))),
    Kernel(fdtd_2d, fdtd_2d_jax, "loops", "array", fields, (0, 1, 2), sizes((5, 3), (100, 100), (250, 200))),
)

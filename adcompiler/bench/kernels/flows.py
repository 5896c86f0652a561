"""Flows on grids, with boundaries that are written at each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Kernel, Scalar, sizes


# ---------------------------------------------------------------- lid-driven cavity
def cavity(u: Array, v: Array, p: Array, steps: int, relax: int) -> Scalar:
    """Flow in a cavity under a moving lid, with a pressure iteration (Chorin, Math. Comp. 22, 1968)."""
    u, v, p = u.copy(), v.copy(), p.copy()
    n = len(u)
    h = 2.0 / (n - 1)
    dt, rho, nu = 0.001, 1.0, 0.1
    b = np.zeros((n, n))
    for _ in range(steps):
        ux = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * h)
        uy = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2.0 * h)
        vx = (v[1:-1, 2:] - v[1:-1, :-2]) / (2.0 * h)
        vy = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h)
        b[1:-1, 1:-1] = rho * ((ux + vy) / dt - ux**2 - 2.0 * uy * vx - vy**2)
        for _ in range(relax):
            p[1:-1, 1:-1] = 0.25 * (
                p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - h**2 * b[1:-1, 1:-1]
            )
            p[:, -1] = p[:, -2]
            p[0, :] = p[1, :]
            p[:, 0] = p[:, 1]
            p[-1, :] = 0.0
        px = (p[1:-1, 2:] - p[1:-1, :-2]) / (2.0 * h * rho)
        py = (p[2:, 1:-1] - p[:-2, 1:-1]) / (2.0 * h * rho)
        spread_u = u[1:-1, 2:] + u[1:-1, :-2] + u[2:, 1:-1] + u[:-2, 1:-1] - 4.0 * u[1:-1, 1:-1]
        spread_v = v[1:-1, 2:] + v[1:-1, :-2] + v[2:, 1:-1] + v[:-2, 1:-1] - 4.0 * v[1:-1, 1:-1]
        move_u = u[1:-1, 1:-1] * ux + v[1:-1, 1:-1] * uy
        move_v = u[1:-1, 1:-1] * vx + v[1:-1, 1:-1] * vy
        u[1:-1, 1:-1] += dt * (nu * spread_u / h**2 - move_u - px)
        v[1:-1, 1:-1] += dt * (nu * spread_v / h**2 - move_v - py)
        u[0, :] = 0.0
        u[:, 0] = 0.0
        u[:, -1] = 0.0
        u[-1, :] = 1.0
        v[0, :] = 0.0
        v[-1, :] = 0.0
        v[:, 0] = 0.0
        v[:, -1] = 0.0
    return np.sum(u**2) + np.sum(v**2)


def cavity_jax(u: Any, v: Any, p: Any, steps: int, relax: int) -> Any:
    """The same in whole arrays; the walls of the velocities by padding."""
    import jax.numpy as jnp
    from jax import lax

    h = 2.0 / (len(u) - 1)
    dt, rho, nu = 0.001, 1.0, 0.1

    def slopes(a: Any) -> Any:
        return (a[1:-1, 2:] - a[1:-1, :-2]) / (2.0 * h), (a[2:, 1:-1] - a[:-2, 1:-1]) / (2.0 * h)

    def around(a: Any) -> Any:
        return a[1:-1, 2:] + a[1:-1, :-2] + a[2:, 1:-1] + a[:-2, 1:-1]

    def step(_: Any, carry: Any) -> Any:
        u, v, p = carry
        (ux, uy), (vx, vy) = slopes(u), slopes(v)
        b = rho * ((ux + vy) / dt - ux**2 - 2.0 * uy * vx - vy**2)

        def relaxed(_: Any, p: Any) -> Any:
            inner = 0.25 * (around(p) - h**2 * b)
            inner = jnp.concatenate([inner[:1], inner, jnp.zeros((1, inner.shape[1]))])
            left = inner[:, :1].at[-1].set(0.0)
            right = inner[:, -1:].at[-1].set(0.0)
            return jnp.concatenate([left, inner, right], axis=1)

        p = lax.fori_loop(0, relax, relaxed, p)
        px, py = slopes(p)
        ui, vi = u[1:-1, 1:-1], v[1:-1, 1:-1]
        new_u = ui + dt * (nu * (around(u) - 4.0 * ui) / h**2 - ui * ux - vi * uy - px / rho)
        new_v = vi + dt * (nu * (around(v) - 4.0 * vi) / h**2 - ui * vx - vi * vy - py / rho)
        return jnp.pad(new_u, 1).at[-1].set(1.0), jnp.pad(new_v, 1), p

    u, v, _ = lax.fori_loop(0, steps, step, (u, v, p))
    return jnp.sum(u**2) + jnp.sum(v**2)


def cavity_at_rest(rng: Generator, n: int, steps: int, relax: int) -> tuple[Any, ...]:
    """A fluid that is nearly at rest; steps in time, and of the pressure in each."""
    u, v, p = (0.1 * rng.normal(size=(n, n)) for _ in range(3))
    return u, v, p, steps, relax


# ---------------------------------------------------------------- gas dynamics
def shock_tube(density: Array, momentum: Array, energy: Array, steps: int) -> Scalar:
    """Gas between two walls by Rusanov's fluxes (Toro, Riemann Solvers, 10.5); mirrored cells are written each step."""
    d, m, e = density.copy(), momentum.copy(), energy.copy()
    ratio, gamma = 0.2, 1.4
    for _ in range(steps):
        d[0] = d[1]
        d[-1] = d[-2]
        m[0] = -m[1]
        m[-1] = -m[-2]
        e[0] = e[1]
        e[-1] = e[-2]
        v = m / d
        pressure = (gamma - 1.0) * (e - 0.5 * m * v)
        speed = np.abs(v) + np.sqrt(gamma * pressure / d)
        most = np.maximum(speed[1:], speed[:-1])
        flow_m = m * v + pressure
        flow_e = v * (e + pressure)
        flux_d = 0.5 * (m[1:] + m[:-1]) - 0.5 * most * (d[1:] - d[:-1])
        flux_m = 0.5 * (flow_m[1:] + flow_m[:-1]) - 0.5 * most * (m[1:] - m[:-1])
        flux_e = 0.5 * (flow_e[1:] + flow_e[:-1]) - 0.5 * most * (e[1:] - e[:-1])
        d[1:-1] -= ratio * (flux_d[1:] - flux_d[:-1])
        m[1:-1] -= ratio * (flux_m[1:] - flux_m[:-1])
        e[1:-1] -= ratio * (flux_e[1:] - flux_e[:-1])
    return np.sum(d[1:-1] ** 2) + np.sum(m[1:-1] ** 2)


def shock_tube_jax(density: Any, momentum: Any, energy: Any, steps: int) -> Any:
    """The three quantities as one array; the mirrored cells are joined to it."""
    import jax.numpy as jnp
    from jax import lax

    ratio, gamma = 0.2, 1.4
    mirror = jnp.array([[1.0], [-1.0], [1.0]])

    def step(_: Any, inner: Any) -> Any:
        state = jnp.concatenate([mirror * inner[:, :1], inner, mirror * inner[:, -1:]], axis=1)
        d, m, e = state
        v = m / d
        pressure = (gamma - 1.0) * (e - 0.5 * m * v)
        speed = jnp.abs(v) + jnp.sqrt(gamma * pressure / d)
        most = jnp.maximum(speed[1:], speed[:-1])
        flow = jnp.stack([m, m * v + pressure, v * (e + pressure)])
        flux = 0.5 * (flow[:, 1:] + flow[:, :-1]) - 0.5 * most * (state[:, 1:] - state[:, :-1])
        return inner - ratio * (flux[:, 1:] - flux[:, :-1])

    start = jnp.stack([density, momentum, energy])[:, 1:-1]
    d, m, _ = lax.fori_loop(0, steps, step, start)
    return jnp.sum(d**2) + jnp.sum(m**2)


def gas(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """Dense gas on the left of a tube, thin gas on the right, nearly at rest."""
    left = np.arange(n) < n / 2
    density = np.where(left, 1.0, 0.25) + 0.05 * rng.random(n)
    return density, 0.05 * rng.normal(size=n), np.where(left, 2.5, 0.5) + 0.1 * rng.random(n), steps


# ---------------------------------------------------------------- shallow water
def shallow_water(h: Array, u: Array, steps: int) -> Scalar:
    """Shallow water in a basin, cell by cell on a staggered grid (Sielecki, Mon. Weather Rev. 96, 1968)."""
    h, u = h.copy(), u.copy()
    n = len(h)
    ratio, gravity = 0.2, 1.0
    for _ in range(steps):
        for i in range(1, n):
            u[i] -= ratio * gravity * (h[i] - h[i - 1])
        u[0] = 0.0
        u[n] = 0.0
        for i in range(n):
            right = h[i] if u[i + 1] > 0.0 or i == n - 1 else h[i + 1]
            left = h[i] if u[i] < 0.0 or i == 0 else h[i - 1]
            h[i] -= ratio * (u[i + 1] * right - u[i] * left)
    return np.sum(h**2)


def shallow_water_jax(h: Any, u: Any, steps: int) -> Any:
    """Velocities at once; a scan over the cells, because each reads what is already new on its left."""
    import jax.numpy as jnp
    from jax import lax

    n = len(h)
    ratio, gravity = 0.2, 1.0

    def step(_: Any, carry: Any) -> Any:
        h, u = carry
        u = u.at[1:n].add(-ratio * gravity * (h[1:] - h[:-1])).at[0].set(0.0).at[n].set(0.0)
        flow_right = u[1:] * jnp.where(u[1:] > 0.0, h, jnp.append(h[1:], h[-1]))

        def cell(before: Any, inputs: Any) -> Any:
            h_i, u_i, out = inputs
            new = h_i - ratio * (out - u_i * jnp.where(u_i < 0.0, h_i, before))
            return new, new

        _, h = lax.scan(cell, h[0], (h, u[:-1], flow_right))
        return h, u

    return jnp.sum(lax.fori_loop(0, steps, step, (h, u))[0] ** 2)


def basin(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """A hump of water in a basin, with currents between the cells."""
    h = 1.0 + 0.3 * np.exp(-(np.linspace(-3.0, 3.0, n) ** 2)) + 0.01 * rng.random(n)
    return h, 0.05 * rng.normal(size=n + 1), steps


KERNELS = (
    Kernel(
        cavity,
        cavity_jax,
        "loops",
        "array",
        cavity_at_rest,
        (0, 1),
        sizes((6, 2, 2), (41, 20, 20), (81, 50, 50)),
    ),
    Kernel(
        shock_tube, shock_tube_jax, "loops", "array", gas, (0, 1, 2), sizes((8, 3), (400, 200), (2000, 1000))
    ),
    Kernel(
        shallow_water,
        shallow_water_jax,
        "loops",
        "element",
        basin,
        (0, 1),
        sizes((6, 3), (200, 50), (1000, 200)),
    ),
)

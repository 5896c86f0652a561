"""Control flow that depends on data: iterations to a tolerance, steps that are rejected, events, rays that hit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Kernel, Scalar, sizes


# ---------------------------------------------------------------- Newton to a tolerance
def newton(eccentricity: float, anomalies: Array) -> Scalar:
    """Kepler's equation by Newton's method to a tolerance, for each anomaly (Danby, Celestial Mechanics, 6.6)."""
    total = 0.0
    for i in range(len(anomalies)):
        E = anomalies[i]
        change = 1.0
        while abs(change) > 1e-12:
            change = (E - eccentricity * np.sin(E) - anomalies[i]) / (1.0 - eccentricity * np.cos(E))
            E = E - change
        total += np.cos(E) - eccentricity
    return total


def newton_jax(eccentricity: Any, anomalies: Any) -> Any:
    """A while loop for all anomalies at once."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    def solved(M: Any) -> Any:
        def step(carry: Any) -> Any:
            E, _ = carry
            change = (E - eccentricity * jnp.sin(E) - M) / (1.0 - eccentricity * jnp.cos(E))
            return E - change, change

        E, _ = lax.while_loop(lambda carry: jnp.abs(carry[1]) > 1e-12, step, (M, jnp.ones(())))
        return jnp.cos(E) - eccentricity

    return jnp.sum(jax.vmap(solved)(anomalies))


def anomalies(rng: Generator, n: int) -> tuple[Any, ...]:
    """An eccentricity, and mean anomalies."""
    return 0.6, rng.random(n) * 6.0


# ---------------------------------------------------------------- adaptive Runge-Kutta
def adaptive_rk(y: Array, rates: Array, end: float, tolerance: float) -> Scalar:
    """Predators and prey by an adaptive Runge-Kutta pair (Bogacki and Shampine, Appl. Math. Lett. 2, 1989)."""

    def slope(y: Array) -> Array:
        return np.array([y[0] * (rates[0] - rates[1] * y[1]), y[1] * (rates[2] * y[0] - rates[3])])

    t, h = 0.0, 0.1
    while t < end:
        h = min(h, end - t)
        k1 = slope(y)
        k2 = slope(y + 0.5 * h * k1)
        k3 = slope(y + 0.75 * h * k2)
        new = y + h * (2.0 * k1 + 3.0 * k2 + 4.0 * k3) / 9.0
        k4 = slope(new)
        error = np.max(np.abs(h * (-5.0 * k1 / 72.0 + k2 / 12.0 + k3 / 9.0 - k4 / 8.0)))
        if error <= tolerance:
            t = t + h
            y = new
        h = h * min(4.0, max(0.25, 0.9 * (tolerance / (error + 1e-30)) ** (1.0 / 3.0)))
    return np.sum(y**2)


def adaptive_rk_jax(y: Any, rates: Any, end: Any, tolerance: Any) -> Any:
    """A while loop that selects between both outcomes of a step."""
    import jax.numpy as jnp
    from jax import lax

    def slope(y: Any) -> Any:
        return jnp.stack([y[0] * (rates[0] - rates[1] * y[1]), y[1] * (rates[2] * y[0] - rates[3])])

    def step(carry: Any) -> Any:
        t, h, y = carry
        h = jnp.minimum(h, end - t)
        k1 = slope(y)
        k2 = slope(y + 0.5 * h * k1)
        k3 = slope(y + 0.75 * h * k2)
        new = y + h * (2.0 * k1 + 3.0 * k2 + 4.0 * k3) / 9.0
        k4 = slope(new)
        error = jnp.max(jnp.abs(h * (-5.0 * k1 / 72.0 + k2 / 12.0 + k3 / 9.0 - k4 / 8.0)))
        accepted = error <= tolerance
        factor = jnp.clip(0.9 * (tolerance / (error + 1e-30)) ** (1.0 / 3.0), 0.25, 4.0)
        return jnp.where(accepted, t + h, t), h * factor, jnp.where(accepted, new, y)

    _, _, y = lax.while_loop(lambda carry: carry[0] < end, step, (jnp.zeros(()), jnp.asarray(0.1), y))
    return jnp.sum(y**2)


def populations(rng: Generator, end: int, digits: int) -> tuple[Any, ...]:
    """Two populations, the rates of their growth, the time of the end, and the tolerance of a step."""
    return 1.0 + rng.random(2), np.array([1.1, 0.4, 0.1, 0.4]), float(end), 10.0**-digits


# ---------------------------------------------------------------- events
def bouncing_ball(height: float, speed: float, bounce: float, drag: float, end: float) -> Scalar:
    """A ball with drag that bounces at an event that is found between two steps (Hairer et al., Solving ODEs I, II.6)."""
    x, v, t = height, speed, 0.0
    dt = 0.002
    while t < end:
        a = -9.81 - drag * v * abs(v)
        new_v = v + dt * a
        new_x = x + dt * v + 0.5 * dt * dt * a
        if new_x < 0.0:
            part = x / (x - new_x)
            t = t + part * dt
            v = -bounce * (v + part * dt * a)
            x = 1e-9
        else:
            t = t + dt
            x, v = new_x, new_v
    return x**2 + 0.1 * v**2


def bouncing_ball_jax(height: Any, speed: Any, bounce: Any, drag: Any, end: Any) -> Any:
    """A while loop that selects between both outcomes of a step."""
    import jax.numpy as jnp
    from jax import lax

    dt = 0.002

    def step(carry: Any) -> Any:
        x, v, t = carry
        a = -9.81 - drag * v * jnp.abs(v)
        new_v = v + dt * a
        new_x = x + dt * v + 0.5 * dt * dt * a
        hit = new_x < 0.0
        part = jnp.where(hit, x / (x - new_x), 1.0)
        after = -bounce * (v + part * dt * a)
        return jnp.where(hit, 1e-9, new_x), jnp.where(hit, after, new_v), t + part * dt

    start = jnp.asarray(height), jnp.asarray(speed), jnp.zeros(())
    x, v, _ = lax.while_loop(lambda carry: carry[2] < end, step, start)
    return x**2 + 0.1 * v**2


def throw(rng: Generator, end: int) -> tuple[Any, ...]:
    """Height, speed, what a bounce keeps of it, drag, and the time of the end."""
    return 2.0, 1.0, 0.97, 0.01, end + 0.123


# ---------------------------------------------------------------- power iteration
def power_iteration(A: Array, x: Array, tolerance: float) -> Scalar:
    """The largest eigenvalue by the power method to a tolerance (Golub and Van Loan, Matrix Computations, 7.3)."""
    old: Scalar = 0.0
    new: Scalar = 1.0
    while abs(new - old) > tolerance * abs(new):
        y = A @ x
        x = y / np.sqrt(np.sum(y**2))
        old, new = new, x @ (A @ x)
    return new


def power_iteration_jax(A: Any, x: Any, tolerance: Any) -> Any:
    """A while loop."""
    import jax.numpy as jnp
    from jax import lax

    def step(carry: Any) -> Any:
        x, _, new = carry
        y = A @ x
        x = y / jnp.sqrt(jnp.sum(y**2))
        return x, new, x @ (A @ x)

    def moving(carry: Any) -> Any:
        return jnp.abs(carry[2] - carry[1]) > tolerance * jnp.abs(carry[2])

    return lax.while_loop(moving, step, (x, jnp.zeros(()), jnp.ones(())))[2]


def spread_matrix(rng: Generator, n: int) -> tuple[Any, ...]:
    """A symmetric matrix with one eigenvalue above the others, a start, and a tolerance."""
    B = rng.normal(size=(n, n)) / np.sqrt(n)
    v = rng.normal(size=n) / np.sqrt(n)
    return B + B.T + 4.0 * np.outer(v, v), rng.random(n) + v, 1e-12


# ---------------------------------------------------------------- conjugate gradients
def conjugate_gradients(B: Array, b: Array, tolerance: float) -> Scalar:
    """Regularised least squares by conjugate gradients (Hestenes and Stiefel, J. Res. Nat. Bur. Stand. 49, 1952)."""
    x = np.zeros(len(b))
    r = b
    p = r
    rr = r @ r
    while rr > tolerance:
        Ap = B.T @ (B @ p) + p
        alpha = rr / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        old, rr = rr, r @ r
        p = r + (rr / old) * p
    return np.sum(x**3)


def conjugate_gradients_jax(B: Any, b: Any, tolerance: Any) -> Any:
    """A while loop."""
    import jax.numpy as jnp
    from jax import lax

    def step(carry: Any) -> Any:
        x, r, p, rr = carry
        Ap = B.T @ (B @ p) + p
        alpha = rr / (p @ Ap)
        r = r - alpha * Ap
        new = r @ r
        return x + alpha * p, r, r + (new / rr) * p, new

    start = jnp.zeros_like(b), b, b, b @ b
    return jnp.sum(lax.while_loop(lambda carry: carry[3] > tolerance, step, start)[0] ** 3)


def observed(rng: Generator, m: int, n: int) -> tuple[Any, ...]:
    """A matrix with more rows than columns, a right-hand side, and a tolerance."""
    return rng.normal(size=(m, n)) / np.sqrt(m), rng.normal(size=n), 1e-20


# ---------------------------------------------------------------- ray marching
def ray_marching(centre: Array, radius: float, rays: Array) -> Scalar:
    """Shading of a ball on the ground by marching along rays (Hart, Sphere Tracing, Visual Computer 12, 1996)."""
    light = 0.0
    for k in range(len(rays)):
        dx, dy, dz = rays[k, 0], rays[k, 1], rays[k, 2]
        t = 0.0
        while t < 20.0:
            x, y, z = t * dx - centre[0], t * dy - centre[1], t * dz - centre[2]
            away = np.sqrt(x * x + y * y + z * z) - radius
            ground = t * dy + 1.0
            distance = min(away, ground)
            if distance < 1e-6:
                if away < ground:
                    light += (x + 2.0 * y) / radius + 0.1 * t
                break
            t = t + distance
    return light / len(rays)


def ray_marching_jax(centre: Any, radius: Any, rays: Any) -> Any:
    """A while loop for all rays at once."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    def seen(ray: Any) -> Any:
        def distances(t: Any) -> Any:
            return jnp.linalg.norm(t * ray - centre) - radius, t * ray[1] + 1.0

        def marching(carry: Any) -> Any:
            t, distance = carry
            return (t < 20.0) & (distance >= 1e-6)

        def step(carry: Any) -> Any:
            t = carry[0] + carry[1]
            return t, jnp.minimum(*distances(t))

        t, distance = lax.while_loop(marching, step, (jnp.zeros(()), jnp.minimum(*distances(0.0))))
        away, ground = distances(t)
        x, y, _ = t * ray - centre
        hit = (distance < 1e-6) & (away < ground) & (t < 20.0)
        return jnp.where(hit, (x + 2.0 * y) / radius + 0.1 * t, 0.0)

    return jnp.mean(jax.vmap(seen)(rays))


def camera(rng: Generator, n: int) -> tuple[Any, ...]:
    """A ball, and the directions of the rays of a camera of n times n pixels."""
    x, y = np.meshgrid(np.linspace(-0.8, 0.8, n), np.linspace(-0.8, 0.8, n))
    rays = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)
    rays = rays / np.sqrt(np.sum(rays**2, axis=1, keepdims=True))
    return np.array([0.13, 0.07, 4.0]), 1.3, rays


KERNELS = (
    Kernel(newton, newton_jax, "control_flow", "scalar", anomalies, (0, 1), sizes((4,), (1000,), (20_000,))),
    Kernel(
        adaptive_rk,
        adaptive_rk_jax,
        "control_flow",
        "array",
        populations,
        (0, 1),
        sizes((2, 4), (20, 6), (100, 8)),
        tolerance=1e-6,
    ),
    Kernel(
        bouncing_ball,
        bouncing_ball_jax,
        "control_flow",
        "scalar",
        throw,
        (0, 1, 2, 3),
        sizes((1,), (5,), (20,)),
        tolerance=1e-6,
    ),
    Kernel(
        power_iteration,
        power_iteration_jax,
        "control_flow",
        "array",
        spread_matrix,
        (0,),
        sizes((5,), (100,), (500,)),
    ),
    Kernel(
        conjugate_gradients,
        conjugate_gradients_jax,
        "control_flow",
        "array",
        observed,
        (0, 1),
        sizes((8, 5), (200, 100), (1000, 500)),
        tolerance=1e-6,
    ),
    Kernel(
        ray_marching, ray_marching_jax, "control_flow", "scalar", camera, (0, 1), sizes((5,), (30,), (100,))
    ),
)

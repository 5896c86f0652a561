"""Models of sequences: recurrent networks, filters, integrators with a fixed step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Kernel, Scalar, sizes


# ---------------------------------------------------------------- recurrent network
def rnn(U: Array, W: Array, b: Array, x: Array, targets: Array) -> Scalar:
    """A recurrent network read at each step (Elman, Finding Structure in Time, Cognitive Science 14, 1990)."""
    h = np.zeros(len(b))
    loss = 0.0
    for t in range(len(x)):
        h = np.tanh(W @ h + U @ x[t] + b)
        loss += np.sum((h - targets[t]) ** 2)
    return loss / len(x)


def rnn_jax(U: Any, W: Any, b: Any, x: Any, targets: Any) -> Any:
    """What does not depend on the state as one product, then a scan."""
    import jax.numpy as jnp
    from jax import lax

    def step(h: Any, driven: Any) -> Any:
        h = jnp.tanh(W @ h + driven)
        return h, h

    _, states = lax.scan(step, jnp.zeros_like(b), x @ U.T + b)
    return jnp.sum((states - targets) ** 2) / len(x)


def rnn_example(rng: Generator, length: int, inputs: int, states: int) -> tuple[Any, ...]:
    """Weights, a sequence, and targets for the states."""
    U, W = rng.normal(size=(states, inputs)) / np.sqrt(inputs), rng.normal(size=(states, states))
    targets = np.tanh(rng.normal(size=(length, states)))
    return U, W / np.sqrt(states), 0.1 * rng.normal(size=states), rng.normal(size=(length, inputs)), targets


# ---------------------------------------------------------------- LSTM
def lstm(params: dict[str, Array], x: Array, targets: Array) -> Scalar:
    """Long short-term memory, one sequence (Hochreiter and Schmidhuber, Neural Computation 9, 1997)."""
    n = targets.shape[1]
    h, c = np.zeros(n), np.zeros(n)
    loss = 0.0
    for t in range(len(x)):
        gates = params["W"] @ h + params["U"] @ x[t] + params["b"]
        keep = 1.0 / (1.0 + np.exp(-gates[:n]))
        write = 1.0 / (1.0 + np.exp(-gates[n : 2 * n]))
        show = 1.0 / (1.0 + np.exp(-gates[2 * n : 3 * n]))
        c = keep * c + write * np.tanh(gates[3 * n :])
        h = show * np.tanh(c)
        loss += np.sum((h - targets[t]) ** 2)
    return loss / len(x)


def lstm_jax(params: Any, x: Any, targets: Any) -> Any:
    """What does not depend on the state as one product, then a scan."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    n = targets.shape[1]

    def step(carry: Any, driven: Any) -> Any:
        h, c = carry
        keep, write, show, new = jnp.split(params["W"] @ h + driven, 4)
        c = jax.nn.sigmoid(keep) * c + jax.nn.sigmoid(write) * jnp.tanh(new)
        h = jax.nn.sigmoid(show) * jnp.tanh(c)
        return (h, c), h

    _, states = lax.scan(step, (jnp.zeros(n), jnp.zeros(n)), x @ params["U"].T + params["b"])
    return jnp.sum((states - targets) ** 2) / len(x)


def lstm_example(rng: Generator, length: int, inputs: int, states: int) -> tuple[Any, ...]:
    """The weights of the four gates in one matrix, a sequence, and targets for the states."""
    params = {
        "W": rng.normal(size=(4 * states, states)) / np.sqrt(states),
        "U": rng.normal(size=(4 * states, inputs)) / np.sqrt(inputs),
        "b": 0.1 * rng.normal(size=4 * states),
    }
    return params, rng.normal(size=(length, inputs)), np.tanh(rng.normal(size=(length, states)))


# ---------------------------------------------------------------- Kalman filter
def kalman(F: Array, H: Array, Q: Array, R: Array, z: Array) -> Scalar:
    """Likelihood of measurements by the Kalman filter (Kalman, J. Basic Engineering 82, 1960)."""
    n = len(F)
    x, P = np.zeros(n), np.eye(n)
    total = 0.0
    for t in range(len(z)):
        x = F @ x
        P = F @ P @ F.T + Q
        S = H @ P @ H.T + R
        error = z[t] - H @ x
        K = np.linalg.solve(S, H @ P).T
        total += error @ np.linalg.solve(S, error) + np.linalg.slogdet(S)[1]
        x = x + K @ error
        P = P - K @ H @ P
    return 0.5 * total / len(z)


def kalman_jax(F: Any, H: Any, Q: Any, R: Any, z: Any) -> Any:
    """A scan over the measurements, with one Cholesky factor in each step."""
    import jax.numpy as jnp
    from jax import lax
    from jax.scipy.linalg import cho_solve

    n = len(F)

    def step(carry: Any, measured: Any) -> Any:
        x, P = carry
        x = F @ x
        P = F @ P @ F.T + Q
        HP = H @ P
        factor = jnp.linalg.cholesky(HP @ H.T + R)
        error = measured - H @ x
        solved = cho_solve((factor, True), jnp.column_stack([HP, error]))
        K = solved[:, :n].T
        term = error @ solved[:, n] + 2.0 * jnp.sum(jnp.log(jnp.diag(factor)))
        return (x + K @ error, P - K @ HP), term

    _, terms = lax.scan(step, (jnp.zeros(n), jnp.eye(n)), z)
    return 0.5 * jnp.mean(terms)


def tracking(rng: Generator, length: int, states: int, sensors: int) -> tuple[Any, ...]:
    """A stable system, its sensors, the two covariances, and measurements."""
    F = 0.9 * np.eye(states) + 0.1 * rng.normal(size=(states, states)) / np.sqrt(states)
    H = rng.normal(size=(sensors, states))
    return F, H, 0.1 * np.eye(states), 0.5 * np.eye(sensors), rng.normal(size=(length, sensors))


# ---------------------------------------------------------------- Runge-Kutta with a fixed step
def rk4(y: Array, growth: Array, A: Array, dt: float, steps: int) -> Scalar:
    """Competing species by the classical Runge-Kutta method (Kutta, 1901; Hairer et al., Solving ODEs I, II.1)."""

    def slope(y: Array) -> Array:
        return y * (growth - A @ y)

    for _ in range(steps):
        k1 = slope(y)
        k2 = slope(y + 0.5 * dt * k1)
        k3 = slope(y + 0.5 * dt * k2)
        k4 = slope(y + dt * k3)
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y**2)


def rk4_jax(y: Any, growth: Any, A: Any, dt: Any, steps: int) -> Any:
    """A loop with the state as its carry."""
    import jax.numpy as jnp
    from jax import lax

    def slope(y: Any) -> Any:
        return y * (growth - A @ y)

    def step(_: Any, y: Any) -> Any:
        k1 = slope(y)
        k2 = slope(y + 0.5 * dt * k1)
        k3 = slope(y + 0.5 * dt * k2)
        k4 = slope(y + dt * k3)
        return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

    return jnp.sum(lax.fori_loop(0, steps, step, y) ** 2)


def species(rng: Generator, n: int, steps: int) -> tuple[Any, ...]:
    """Populations, rates of growth, how each suffers from the others, the step and the number of steps."""
    A = np.eye(n) + 0.3 * rng.random((n, n)) / n
    return 0.5 + rng.random(n), 0.5 + rng.random(n), A, 0.05, steps


KERNELS = (
    Kernel(
        rnn,
        rnn_jax,
        "sequences",
        "array",
        rnn_example,
        (0, 1, 2),
        sizes((4, 2, 3), (100, 32, 64), (500, 64, 256)),
    ),
    Kernel(
        lstm,
        lstm_jax,
        "sequences",
        "array",
        lstm_example,
        (0,),
        sizes((4, 2, 3), (100, 32, 64), (500, 64, 256)),
    ),
    Kernel(
        kalman,
        kalman_jax,
        "sequences",
        "array",
        tracking,
        (0, 1),
        sizes((4, 3, 2), (200, 8, 4), (1000, 24, 12)),
        tolerance=1e-7,
    ),
    Kernel(rk4, rk4_jax, "sequences", "array", species, (0, 1, 2), sizes((3, 4), (20, 500), (100, 2000))),
)

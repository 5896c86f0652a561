"""Loops that fill tables element by element: recurrences, dynamic programming, particles on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Integers, Kernel, Scalar, sizes

FAR = 1e10  # the cost of a cell outside the table


# ---------------------------------------------------------------- recurrence
def recurrence(x: Array) -> Scalar:
    """A nonlinear recurrence written in place: y[i] = sin(y[i - 1]) x[i]."""
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


def recurrence_jax(x: Any) -> Any:
    """A scan with a scalar carry and stacked results."""
    import jax.numpy as jnp
    from jax import lax

    def step(before: Any, x_i: Any) -> Any:
        y = jnp.sin(before) * x_i
        return y, y

    _, y = lax.scan(step, x[0], x[1:])
    return x[0] + jnp.sum(y)


def signal(rng: Generator, n: int) -> tuple[Any, ...]:
    """One vector."""
    return (rng.normal(size=n),)


# ---------------------------------------------------------------- soft dynamic time warping
def soft_dtw(x: Array, y: Array) -> Scalar:
    """Soft dynamic time warping of two series (Cuturi and Blondel, Soft-DTW, ICML 2017, algorithm 1)."""
    n, m = len(x), len(y)
    gamma = 0.5
    R = np.full((n + 1, m + 1), FAR)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            a, b, c = R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]
            least = min(a, b, c)
            s = np.exp((least - a) / gamma) + np.exp((least - b) / gamma) + np.exp((least - c) / gamma)
            R[i, j] = (x[i - 1] - y[j - 1]) ** 2 + least - gamma * np.log(s)
    return R[n, m]


def soft_dtw_jax(x: Any, y: Any) -> Any:
    """A scan over the diagonals, each of which is one vector."""
    import jax.numpy as jnp
    from jax import lax
    from jax.nn import logsumexp

    n, m = len(x), len(y)
    gamma = 0.5
    costs = _diagonals((x[:, None] - y[None, :]) ** 2, FAR)
    border = jnp.full(1, FAR)

    def diagonal(carry: Any, cost: Any) -> Any:
        older, old = carry
        left = jnp.concatenate([border, old[:-1]])
        corner = jnp.concatenate([border, older[:-1]])
        new = cost - gamma * logsumexp(-jnp.stack([corner, left, old]) / gamma, axis=0)
        return (old, new), None

    first = jnp.full(n, FAR).at[0].set(costs[0, 0])
    (_, last), _ = lax.scan(diagonal, (jnp.full(n, FAR), first), costs[1 : n + m - 1])
    return last[n - 1]


def _diagonals(table: Any, outside: float) -> Any:
    """The diagonals of a table as rows: row d has table[i, d - i] at i."""
    import jax.numpy as jnp

    n, m = table.shape
    i, d = jnp.arange(n)[None, :], jnp.arange(n + m - 1)[:, None]
    inside = (d - i >= 0) & (d - i < m)
    return jnp.where(inside, table[i, jnp.clip(d - i, 0, m - 1)], outside)


def two_series(rng: Generator, n: int, m: int) -> tuple[Any, ...]:
    """Two random walks."""
    return np.cumsum(rng.normal(size=n)) / np.sqrt(n), np.cumsum(rng.normal(size=m)) / np.sqrt(m)


# ---------------------------------------------------------------- Smith-Waterman
def smith_waterman(S: Array, gap: float) -> Scalar:
    """Local alignment, smoothed (Smith and Waterman, J. Mol. Biol. 147, 1981; Petti et al., 2023)."""
    n, m = S.shape
    H = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            matched = np.logaddexp(0.0, H[i - 1, j - 1] + S[i - 1, j - 1])
            H[i, j] = np.logaddexp(matched, np.logaddexp(H[i - 1, j], H[i, j - 1]) - gap)
    most = np.max(H)
    return most + np.log(np.sum(np.exp(H - most)))


def smith_waterman_jax(S: Any, gap: Any) -> Any:
    """A scan over the diagonals, each of which is one vector."""
    import jax.numpy as jnp
    from jax import lax
    from jax.nn import logsumexp

    n, m = S.shape
    inside = _diagonals(jnp.ones_like(S), 0.0) > 0
    border = jnp.zeros(1)

    def diagonal(carry: Any, inputs: Any) -> Any:
        older, old = carry
        s, known = inputs
        up = jnp.concatenate([border, old[:-1]])
        corner = jnp.concatenate([border, older[:-1]])
        new = jnp.logaddexp(jnp.logaddexp(0.0, corner + s), jnp.logaddexp(up, old) - gap)
        new = jnp.where(known, new, 0.0)
        return (old, new), new

    start = jnp.zeros(n), jnp.zeros(n)
    _, H = lax.scan(diagonal, start, (_diagonals(S, 0.0), inside))
    inner = logsumexp(jnp.where(inside, H, -jnp.inf))
    return jnp.logaddexp(inner, jnp.log(n + m + 1.0))


def similarities(rng: Generator, n: int, m: int) -> tuple[Any, ...]:
    """The similarity of each pair of letters, and the price of a gap."""
    return rng.normal(size=(n, m)) - 0.5, 2.0


# ---------------------------------------------------------------- hidden Markov model
def hmm_forward(start: Array, move: Array, emit: Array, seen: Integers) -> Scalar:
    """Likelihood of a hidden Markov model by the forward algorithm (Rabiner, Proc. IEEE 77, 1989, III.A)."""
    alpha = np.zeros((len(seen), len(start)))
    alpha[0] = start + emit[:, seen[0]]
    for t in range(1, len(seen)):
        most = np.max(alpha[t - 1])
        alpha[t] = most + np.log(np.exp(alpha[t - 1] - most) @ np.exp(move)) + emit[:, seen[t]]
    last = np.max(alpha[-1])
    return last + np.log(np.sum(np.exp(alpha[-1] - last)))


def hmm_forward_jax(start: Any, move: Any, emit: Any, seen: Any) -> Any:
    """A scan over the observations."""
    import jax.numpy as jnp
    from jax import lax
    from jax.nn import logsumexp

    moved = jnp.exp(move)
    likely = emit.T[seen]

    def step(alpha: Any, emitted: Any) -> Any:
        most = lax.stop_gradient(jnp.max(alpha))
        return most + jnp.log(jnp.exp(alpha - most) @ moved) + emitted, None

    alpha, _ = lax.scan(step, start + likely[0], likely[1:])
    return logsumexp(alpha)


def observations(rng: Generator, states: int, letters: int, length: int) -> tuple[Any, ...]:
    """Logarithms of probabilities, and a sequence of letters."""

    def normalised(shape: tuple[int, ...]) -> Array:
        p = rng.random(shape) + 0.1
        logs: Array = np.log(p / np.sum(p, axis=-1, keepdims=True))
        return logs

    seen = rng.integers(0, letters, size=length)
    return normalised((states,)), normalised((states, states)), normalised((states, letters)), seen


# ---------------------------------------------------------------- Floyd-Warshall
def floyd_warshall(W: Array) -> Scalar:
    """Smoothed shortest paths between all nodes (Floyd, Algorithm 97, CACM 5, 1962), a soft minimum for each."""
    D = W.copy()
    n = len(D)
    gamma = 0.1
    for k in range(n):
        row, column = D[k].copy(), D[:, k].copy()
        for i in range(n):
            for j in range(n):
                D[i, j] = -gamma * np.logaddexp(-D[i, j] / gamma, -(column[i] + row[j]) / gamma)
    return np.mean(D)


def floyd_warshall_jax(W: Any) -> Any:
    """The whole matrix for each node."""
    import jax.numpy as jnp
    from jax import lax

    gamma = 0.1

    def through(k: Any, D: Any) -> Any:
        return -gamma * jnp.logaddexp(-D / gamma, -(D[:, k, None] + D[k, None, :]) / gamma)

    return jnp.mean(lax.fori_loop(0, len(W), through, W))


def distances(rng: Generator, n: int) -> tuple[Any, ...]:
    """Lengths of the edges of a complete graph."""
    return (1.0 + rng.random((n, n)) * 5.0,)


# ---------------------------------------------------------------- particle in cell
def particle_in_cell(x: Array, v: Array, cells: int, steps: int) -> Scalar:
    """Electrons in a periodic box (Birdsall and Langdon, Plasma Physics via Computer Simulation, chapter 2)."""
    x, v = x.copy(), v.copy()
    count = len(x)
    dt = 0.1
    for _ in range(steps):
        rho = np.zeros(cells)
        for p in range(count):
            left = int(np.floor(x[p]))
            weight = x[p] - left
            rho[left % cells] += 1.0 - weight
            rho[(left + 1) % cells] += weight
        field = np.cumsum(1.0 - rho * cells / count)
        field = field - np.mean(field)
        for p in range(count):
            left = int(np.floor(x[p]))
            weight = x[p] - left
            force = (1.0 - weight) * field[left % cells] + weight * field[(left + 1) % cells]
            v[p] -= dt * force
            x[p] = (x[p] + dt * v[p]) % cells
    return 0.5 * np.sum(v**2)


def particle_in_cell_jax(x: Any, v: Any, cells: int, steps: int) -> Any:
    """All particles at once; charges are collected by one scatter."""
    import jax.numpy as jnp
    from jax import lax

    count = len(x)
    dt = 0.1

    def step(_: Any, carry: Any) -> Any:
        x, v = carry
        left = jnp.floor(x).astype(int)
        weight = x - left
        places = jnp.concatenate([left % cells, (left + 1) % cells])
        rho = jnp.zeros(cells).at[places].add(jnp.concatenate([1.0 - weight, weight]))
        field = jnp.cumsum(1.0 - rho * cells / count)
        field = field - jnp.mean(field)
        v = v - dt * ((1.0 - weight) * field[left % cells] + weight * field[(left + 1) % cells])
        return (x + dt * v) % cells, v

    _, v = lax.fori_loop(0, steps, step, (x, v))
    return 0.5 * jnp.sum(v**2)


def electrons(rng: Generator, count: int, cells: int, steps: int) -> tuple[Any, ...]:
    """Two streams of electrons that are spread evenly, with a disturbance."""
    x = (np.arange(count) + 0.5 + 0.2 * rng.random(count)) * cells / count
    v = np.where(np.arange(count) % 2 == 0, 1.0, -1.0) + 0.1 * rng.normal(size=count)
    return x, v, cells, steps


KERNELS = (
    Kernel(recurrence, recurrence_jax, "loops", "element", signal, (0,), sizes((8,), (16_000,), (100_000,))),
    Kernel(
        soft_dtw,
        soft_dtw_jax,
        "loops",
        "element",
        two_series,
        (0, 1),
        sizes((5, 6), (100, 110), (400, 440)),
    ),
    Kernel(
        smith_waterman,
        smith_waterman_jax,
        "loops",
        "element",
        similarities,
        (0, 1),
        sizes((5, 6), (100, 110), (400, 440)),
    ),
    Kernel(
        hmm_forward,
        hmm_forward_jax,
        "loops",
        "row",
        observations,
        (0, 1, 2),
        sizes((3, 4, 8), (20, 30, 500), (50, 100, 5000)),
    ),
    Kernel(
        floyd_warshall, floyd_warshall_jax, "loops", "element", distances, (0,), sizes((5,), (40,), (150,))
    ),
    Kernel(
        particle_in_cell,
        particle_in_cell_jax,
        "loops",
        "element",
        electrons,
        (0, 1),
        sizes((12, 4, 3), (1000, 64, 10), (10_000, 256, 50)),
    ),
)

"""Tangent of tests/golden/cholesky.py."""

# %% numpy
import numpy as np


def f_jvp(A, *, A_dot):
    """Value and tangent of f with respect to A.   A: f64[n,m]"""
    L = np.zeros_like(A)
    L_dot = np.zeros_like(L)
    logdet = 0.0
    logdet_dot = 0.0
    for i in range(A.shape[0]):
        for j in range(i):
            L_i = L[i, :j]
            L_j = L[j, :j]
            L_j_j = L[j, j]
            L_i_j = (A[i, j] - L_i @ L_j) / L_j_j
            L_dot[i, j] = (
                (A_dot[i, j] - (L_dot[i, :j] @ L_j + L_i @ L_dot[j, :j])) / L_j_j
                - L_dot[j, j] / L_j_j * L_i_j
            )
            L[i, j] = L_i_j
        L_i = L[i, :i]
        L_i_i = np.sqrt(A[i, i] - L_i @ L[i, :i])
        L_dot[i, i] = (A_dot[i, i] - (L_dot[i, :i] @ L_i + L_i @ L_dot[i, :i])) / (2 * L_i_i)
        L[i, i] = L_i_i
        L_i_i = L[i, i]
        logdet_dot += 2 * (L_dot[i, i] / L_i_i)
        logdet += 2 * np.log(L_i_i)
    return logdet, logdet_dot

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def read_at(x, *index):
    """x[index] for an index that is not negative: XLA reads it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    return lax.dynamic_slice(x, start, (1,) * len(index) + rest, allow_negative_indices=False).reshape(rest)


def write_at(x, v, *index):
    """x with v at an index that is not negative: XLA writes it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), rest).reshape((1,) * len(index) + rest)
    return lax.dynamic_update_slice(x, v, start, allow_negative_indices=False)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_jvp(A, *, A_dot):
    """Value and tangent of f with respect to A.   A: f64[n,m]"""
    A = jnp.asarray(A)
    A_dot = jnp.asarray(A_dot)
    L = jnp.zeros_like(A)

    def body_i(i, carry):
        logdet, L, logdet_dot, L_dot = carry

        def body_j(j, carry):
            L, L_dot = carry
            L_i = read_at(L, i)
            L_j = read_at(L, j)
            t = jnp.arange(A.shape[1]) < j
            L_j_j = read_at(L, j, j)
            L_i_j = (read_at(A, i, j) - jnp.sum(jnp.where(t, L_i * L_j, 0))) / L_j_j
            L_dot = write_at(
                L_dot,
                (
                    (
                        read_at(A_dot, i, j)
                        - (
                            jnp.sum(jnp.where(t, read_at(L_dot, i) * L_j, 0))
                            + jnp.sum(jnp.where(t, L_i * read_at(L_dot, j), 0))
                        )
                    ) / L_j_j
                    - read_at(L_dot, j, j) / L_j_j * L_i_j
                ),
                i,
                j,
            )
            L = write_at(L, L_i_j, i, j)
            return L, L_dot

        L, L_dot = lax.fori_loop(0, i, body_j, (L, L_dot))
        L_i = read_at(L, i)
        t = jnp.arange(A.shape[1]) < i
        L_i_i = jnp.sqrt(read_at(A, i, i) - jnp.sum(jnp.where(t, L_i * read_at(L, i), 0)))
        L_dot = write_at(
            L_dot,
            (
                read_at(A_dot, i, i)
                - (
                    jnp.sum(jnp.where(t, read_at(L_dot, i) * L_i, 0))
                    + jnp.sum(jnp.where(t, L_i * read_at(L_dot, i), 0))
                )
            ) / (2 * L_i_i),
            i,
            i,
        )
        L = write_at(L, L_i_i, i, i)
        L_i_i = read_at(L, i, i)
        logdet_dot = logdet_dot + 2 * (read_at(L_dot, i, i) / L_i_i)
        logdet = logdet + 2 * jnp.log(L_i_i)
        return logdet, L, logdet_dot, L_dot

    logdet, _, logdet_dot, _ = fori_loop(0, A.shape[0], body_i, (0.0, L, 0.0, jnp.zeros_like(L)))
    return logdet, logdet_dot

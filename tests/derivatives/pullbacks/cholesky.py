"""Both halves of the pullback of tests/golden/cholesky.py."""

# %% numpy
import numpy as np


def f_fwd(A):
    """Value of f, and what f_bwd reads."""
    L = np.zeros_like(A)
    logdet = 0.0
    for i in range(A.shape[0]):
        for j in range(i):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
        L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        logdet += 2 * np.log(L[i, i])
    return logdet, (L,)


def f_bwd(L, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dL = np.zeros_like(L)
    dA = np.zeros_like(L)
    for i in reversed(range(len(L))):  # line 8: for i in range(A.shape[0])
        L_i_i = L[i, i]                # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        dL[i, i] += g * 2 / L_i_i      # line 12: logdet += 2 * np.log(L[i, i])
        t = dL[i, i] / (2 * L_i_i)     # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        dL[i, i] = 0
        dL[i, :i] -= 2 * (t * L[i, :i])
        dA[i, i] += t
        for j in reversed(range(i)):   # line 9: for j in range(i)
            dL_i_j = dL[i, j]          # line 10: L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
            dL[i, j] = 0
            t = dL_i_j / L[j, j]
            dL[j, j] -= t * L[i, j]
            dL[j, :j] -= t * L[i, :j]
            dL[i, :j] -= t * L[j, :j]
            dA[i, j] += t
    return (dA,)

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


def add_at(x, v, *index):
    """x with v added at an index that is not negative: XLA adds it in place."""
    return write_at(x, read_at(x, *index) + v, *index)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_fwd(A):
    """Value of f, and what f_bwd reads."""
    A = jnp.asarray(A)
    L = jnp.zeros_like(A)

    def body_i(i, carry):
        logdet, L = carry

        def body_j(j, L):
            return write_at(
                L,
                (
                    read_at(A, i, j)
                    - jnp.sum(jnp.where(jnp.arange(A.shape[1]) < j, read_at(L, i) * read_at(L, j), 0))
                ) / read_at(L, j, j),
                i,
                j,
            )

        L = lax.fori_loop(0, i, body_j, L)
        L = write_at(
            L,
            jnp.sqrt(
                read_at(A, i, i)
                - jnp.sum(jnp.where(jnp.arange(A.shape[1]) < i, read_at(L, i) * read_at(L, i), 0))
            ),
            i,
            i,
        )
        logdet = logdet + 2 * jnp.log(read_at(L, i, i))
        return logdet, L

    logdet, L = fori_loop(0, A.shape[0], body_i, (0.0, L))
    return logdet, (A, L)


@jax.jit
def f_bwd(A, L, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    g = jnp.asarray(g)
    dA = jnp.zeros_like(A)  # line 8: for i in range(A.shape[0]):

    def body_i(k, carry):
        dL, dA = carry
        i = A.shape[0] - 1 - k
        L_i_i = read_at(L, i, i)  # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        # line 12: logdet += 2 * np.log(L[i, i])
        t = add_at(read_at(dL, i), g * 2 / L_i_i, i)
        t_1 = read_at(t, i)       # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        t_2 = t_1 / (2 * L_i_i)
        t_3 = jnp.arange(A.shape[1])
        dL = write_at(
            dL,
            write_at(t, jnp.where(i >= 0, 0.0, t_1), i) + jnp.where(t_3 < i, -2 * (t_2 * read_at(L, i)), 0),
            i,
        )
        dA = add_at(dA, t_2, i, i)

        def body_j(k, carry):  # line 9: for j in range(i):
            dL, dA, t = carry
            j = i - 1 - k
            # line 10: L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
            t_1 = read_at(t, j) / read_at(L, j, j)
            t_2 = t_3 < j
            dL = write_at(
                dL,
                (
                    add_at(read_at(dL, j), -(t_1 * read_at(L, i, j)), j)
                    + jnp.where(t_2, -(t_1 * read_at(L, i)), 0)
                ),
                j,
            )
            dA = add_at(dA, t_1, i, j)
            return dL, dA, write_at(t, 0, j) + jnp.where(t_2, -(t_1 * read_at(L, j)), 0)

        dL, dA, dL_i = lax.fori_loop(0, i, body_j, (dL, dA, read_at(dL, i)))
        dL = write_at(dL, dL_i, i)
        return dL, dA

    _, dA = fori_loop(0, A.shape[0], body_i, (jnp.zeros_like(L), dA))
    return (dA,)

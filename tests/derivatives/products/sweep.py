"""Gradient, and Hessian times a vector, of tests/golden/sweep.py."""

# %% numpy
import numpy as np


def sweep_grad_jvp(A, steps, *, A_dot):
    """Value and tangent of sweep_grad with respect to A.   A: f64[n,m], steps: int"""
    A_dot = A_dot.copy()
    A = A.copy()
    n, m = A.shape
    A_tape = []
    tapes = []
    A_i_j_tapes = []
    A_tape_dot = []
    tapes_dot = []
    A_i_j_tapes_dot = []
    for _ in range(steps):             # records 16 * A.shape[0] * A.shape[1] bytes a trip
        tapes_1 = []
        A_i_j_tapes_1 = []
        tapes_dot_1 = []
        A_i_j_tapes_dot_1 = []
        for i in range(1, n - 1):
            tape = []
            A_i_j_tape = []
            tape_dot = []
            A_i_j_tape_dot = []
            for j in range(1, m - 1):  # records 32 bytes a trip
                A_i_jm1 = A[i, j - 1]
                A_im1_j = A[i - 1, j]
                t1 = A_i_jm1 * A_im1_j
                t2 = 0.5 * A_dot[i + 1, j]
                t3 = 0.5 * A[i + 1, j]
                tape_dot.append(t2)
                tape.append(t3)
                A_dot_i_j = A_dot[i, j]
                A_i_j = A[i, j]
                A_i_j_tape_dot.append(A_dot_i_j)
                A_i_j_tape.append(A_i_j)
                A_dot[i, j] = (
                    (A_dot[i, j - 1] * A_im1_j + A_i_jm1 * A_dot[i - 1, j]) * np.cos(t1)
                    + (t2 * A_i_j + t3 * A_dot_i_j)
                )
                A[i, j] = np.sin(t1) + t3 * A_i_j
            tapes_dot_1.append(tape_dot)
            tapes_1.append(tape)
            A_i_j_tapes_dot_1.append(A_i_j_tape_dot)
            A_i_j_tapes_1.append(A_i_j_tape)
        A_tape_dot.append(A_dot.copy())
        A_tape.append(A.copy())
        tapes_dot.append(tapes_dot_1)
        tapes.append(tapes_1)
        A_i_j_tapes_dot.append(A_i_j_tapes_dot_1)
        A_i_j_tapes.append(A_i_j_tapes_1)
    dA = np.ones_like(A)
    dA_dot = np.zeros_like(A)
    for t in reversed(range(steps)):
        A_dot = A_tape_dot[t]
        A = A_tape[t]
        tapes_dot_1 = tapes_dot[t]
        tapes_1 = tapes[t]
        A_i_j_tapes_dot_1 = A_i_j_tapes_dot[t]
        A_i_j_tapes_1 = A_i_j_tapes[t]
        for i in reversed(range(1, n - 1)):
            tape_dot = tapes_dot_1[i - 1]
            tape = tapes_1[i - 1]
            A_i_j_tape_dot = A_i_j_tapes_dot_1[i - 1]
            A_i_j_tape = A_i_j_tapes_1[i - 1]
            for j in reversed(range(1, m - 1)):
                t1 = tape[j - 1]
                A_i_j = A_i_j_tape[j - 1]
                A_dot_i_jm1 = A_dot[i, j - 1]
                A_i_jm1 = A[i, j - 1]
                A_dot_im1_j = A_dot[i - 1, j]
                A_im1_j = A[i - 1, j]
                t2 = A_i_jm1 * A_im1_j
                dA_dot_i_j = dA_dot[i, j]
                dA_i_j = dA[i, j]
                dA_dot[i, j] = dA_dot_i_j * t1 + dA_i_j * tape_dot[j - 1]
                dA[i, j] = dA_i_j * t1
                dA_dot[i + 1, j] += (dA_dot_i_j * A_i_j + dA_i_j * A_i_j_tape_dot[j - 1]) * 0.5
                dA[i + 1, j] += dA_i_j * A_i_j * 0.5
                t1 = np.cos(t2)
                t3 = dA_dot_i_j * t1 - dA_i_j * ((A_dot_i_jm1 * A_im1_j + A_i_jm1 * A_dot_im1_j) * np.sin(t2))
                t2 = dA_i_j * t1
                dA_dot[i - 1, j] += t3 * A_i_jm1 + t2 * A_dot_i_jm1
                dA[i - 1, j] += t2 * A_i_jm1
                dA_dot[i, j - 1] += t3 * A_im1_j + t2 * A_dot_im1_j
                dA[i, j - 1] += t2 * A_im1_j
    return dA, dA_dot

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
@jax.jit(static_argnames=("steps",))
def sweep_grad_jvp(A, steps, *, A_dot):
    """Value and tangent of sweep_grad with respect to A.   A: f64[n,m], steps: int"""
    n = A.shape[0]
    m = A.shape[1]

    def body_t(t, carry):  # records 16 * A.shape[0] * A.shape[1] bytes a trip
        A_1, A_tape, tapes, A_i_j_tapes, A_dot, A_tape_dot, tapes_dot, A_i_j_tapes_dot = carry

        def body_i(i, carry):
            A_1, tapes, A_i_j_tapes, A_dot, tapes_dot, A_i_j_tapes_dot = carry

            def body_j(j, carry):  # records 32 bytes a trip
                A_1, tapes, A_i_j_tapes, A_dot, tapes_dot, A_i_j_tapes_dot = carry
                A_i_jm1 = read_at(A_1, i, j - 1)
                A_im1_j = read_at(A_1, i - 1, j)
                t_1 = A_i_jm1 * A_im1_j
                t_2 = 0.5 * read_at(A_dot, i + 1, j)
                t_3 = 0.5 * read_at(A_1, i + 1, j)
                tapes_dot = write_at(tapes_dot, t_2, t, i - 1, j - 1)
                tapes = write_at(tapes, t_3, t, i - 1, j - 1)
                A_dot_i_j = read_at(A_dot, i, j)
                A_i_j = read_at(A_1, i, j)
                A_i_j_tapes_dot = write_at(A_i_j_tapes_dot, A_dot_i_j, t, i - 1, j - 1)
                A_i_j_tapes = write_at(A_i_j_tapes, A_i_j, t, i - 1, j - 1)
                A_dot = write_at(
                    A_dot,
                    (
                        (
                            read_at(A_dot, i, j - 1) * A_im1_j + A_i_jm1 * read_at(A_dot, i - 1, j)
                        ) * jnp.cos(t_1)
                        + (t_2 * A_i_j + t_3 * A_dot_i_j)
                    ),
                    i,
                    j,
                )
                A_1 = write_at(A_1, jnp.sin(t_1) + t_3 * A_i_j, i, j)
                return A_1, tapes, A_i_j_tapes, A_dot, tapes_dot, A_i_j_tapes_dot

            return fori_loop(1, m - 1, body_j, (A_1, tapes, A_i_j_tapes, A_dot, tapes_dot, A_i_j_tapes_dot))

        A_1, tapes, A_i_j_tapes, A_dot, tapes_dot, A_i_j_tapes_dot = fori_loop(
            1, n - 1, body_i, (A_1, tapes, A_i_j_tapes, A_dot, tapes_dot, A_i_j_tapes_dot)
        )
        A_tape_dot = write_at(A_tape_dot, A_dot, t)
        A_tape = write_at(A_tape, A_1, t)
        return A_1, A_tape, tapes, A_i_j_tapes, A_dot, A_tape_dot, tapes_dot, A_i_j_tapes_dot

    (
        A_1, A_tape, tapes, A_i_j_tapes, _, A_tape_dot, tapes_dot, A_i_j_tapes_dot
    ) = fori_loop(
        0,
        steps,
        body_t,
        (
            A,
            jnp.zeros((max(steps, 0), A.shape[0], A.shape[1])),
            jnp.zeros((max(steps, 0), max(A.shape[0] - 2, 1), max(A.shape[1] - 2, 1))),
            jnp.zeros((max(steps, 0), max(A.shape[0] - 2, 1), max(A.shape[1] - 2, 1))),
            A_dot,
            jnp.zeros((max(steps, 0), A.shape[0], A.shape[1])),
            jnp.zeros((max(steps, 0), max(A.shape[0] - 2, 1), max(A.shape[1] - 2, 1))),
            jnp.zeros((max(steps, 0), max(A.shape[0] - 2, 1), max(A.shape[1] - 2, 1))),
        ),
    )
    dA = jnp.ones_like(A_1)

    def body_t(k, carry):
        dA, dA_dot = carry
        t = steps - 1 - k
        A_dot = read_at(A_tape_dot, t)
        A_1 = read_at(A_tape, t)
        t_1 = n - 1

        def body_i(k, carry):
            dA, dA_dot = carry
            i = t_1 - k
            t_2 = m - 1

            def body_j(k, carry):
                dA, dA_dot = carry
                j = t_2 - k
                t_3 = read_at(tapes, t, i - 1, j - 1)
                A_i_j = read_at(A_i_j_tapes, t, i - 1, j - 1)
                A_dot_i_jm1 = read_at(A_dot, i, j - 1)
                A_i_jm1 = read_at(A_1, i, j - 1)
                A_dot_im1_j = read_at(A_dot, i - 1, j)
                A_im1_j = read_at(A_1, i - 1, j)
                t_4 = A_i_jm1 * A_im1_j
                dA_dot_i_j = read_at(dA_dot, i, j)
                dA_i_j = read_at(dA, i, j)
                dA_dot = write_at(
                    dA_dot, dA_dot_i_j * t_3 + dA_i_j * read_at(tapes_dot, t, i - 1, j - 1), i, j
                )
                dA = write_at(dA, dA_i_j * t_3, i, j)
                dA_dot = add_at(
                    dA_dot,
                    (dA_dot_i_j * A_i_j + dA_i_j * read_at(A_i_j_tapes_dot, t, i - 1, j - 1)) * 0.5,
                    i + 1,
                    j,
                )
                dA = add_at(dA, dA_i_j * A_i_j * 0.5, i + 1, j)
                t_3 = jnp.cos(t_4)
                t_4 = (
                    dA_dot_i_j * t_3
                    - dA_i_j * ((A_dot_i_jm1 * A_im1_j + A_i_jm1 * A_dot_im1_j) * jnp.sin(t_4))
                )
                t_3 = dA_i_j * t_3
                dA_dot = add_at(dA_dot, t_4 * A_i_jm1 + t_3 * A_dot_i_jm1, i - 1, j)
                dA = add_at(dA, t_3 * A_i_jm1, i - 1, j)
                dA_dot = add_at(dA_dot, t_4 * A_im1_j + t_3 * A_dot_im1_j, i, j - 1)
                dA = add_at(dA, t_3 * A_im1_j, i, j - 1)
                return dA, dA_dot

            return fori_loop(1, t_2, body_j, (dA, dA_dot))

        return fori_loop(1, t_1, body_i, (dA, dA_dot))

    dA, dA_dot = fori_loop(0, steps, body_t, (dA, jnp.zeros_like(A_1)))
    return dA, dA_dot

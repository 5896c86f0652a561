"""A range bounded by an outer index: every pair of charges once."""
import numpy as np


def f(x, q):
    energy = 0.0
    for i in range(len(x)):
        for j in range(i):
            energy += q[i] * q[j] / abs(x[i] - x[j])
    return energy


args = (np.array([0.0, 1.1, 2.7, -0.8]), np.array([1.0, -2.0, 0.5, 1.5]))
more_args = [(np.array([0.4]), np.array([1.0]))]
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %q: f64[q.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %t.1: (q.shape[0]) = shape(%q)    # adjoint of line 7
#     %dq: f64[q.shape[0]] = zeros_of(%t.1)    # adjoint of line 7
#     %t.2: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.2)    # adjoint of line 7
#     %dq.1: f64[q.shape[0]], %dx.1: f64[x.shape[0]] = for %i in reversed range(0, %t, 1) carrying (%dq.2 = %dq, %dx.2 = %dx):    # adjoint of line 7
#         %dq.3: f64[q.shape[0]], %dx.3: f64[x.shape[0]] = for %j in reversed range(0, %i, 1) carrying (%dq.4 = %dq.2, %dx.4 = %dx.2):    # adjoint of line 8
#             %t.3: f64 = getitem(%q, %i, index=(At(operand=0),))    # adjoint of line 9
#             %t.4: f64 = getitem(%q, %j, index=(At(operand=0),))    # adjoint of line 9
#             %t.5: f64 = getitem(%x, %i, index=(At(operand=0),))    # adjoint of line 9
#             %t.6: f64 = getitem(%x, %j, index=(At(operand=0),))    # adjoint of line 9
#             %t.7: f64 = subtract(%t.5, %t.6)    # adjoint of line 9
#             %t.8: f64 = absolute(%t.7)    # adjoint of line 9
#             %t.9: f64 = multiply(%t.3, %t.4)    # adjoint of line 9
#             %t.10: f64 = divide(%t.9, %t.8)    # adjoint of line 9
#             %t.11: f64 = divide(%t.10, %t.8)    # adjoint of line 9
#             %t.12: f64 = sign(%t.7)    # adjoint of line 9
#             %t.13: f64 = multiply(%t.11, %t.12)    # adjoint of line 9
#             %t.14: f64 = negative(%t.13)    # adjoint of line 9
#             %dx.5: f64[x.shape[0]] = add_at(%dx.4, %t.13, %j, index=(At(operand=0),))    # adjoint of line 9
#             %dx.6: f64[x.shape[0]] = add_at(%dx.5, %t.14, %i, index=(At(operand=0),))    # adjoint of line 9
#             %t.15: f64 = divide(%t.4, %t.8)    # adjoint of line 9
#             %t.16: f64 = divide(%t.3, %t.8)    # adjoint of line 9
#             %dq.5: f64[q.shape[0]] = add_at(%dq.4, %t.16, %j, index=(At(operand=0),))    # adjoint of line 9
#             %dq.6: f64[q.shape[0]] = add_at(%dq.5, %t.15, %i, index=(At(operand=0),))    # adjoint of line 9
#             yield %dq.6, %dx.6
#         yield %dq.3, %dx.3
#     return %dx.1, %dq.1

# %% numpy
import numpy as np


def f_grad(x, q):
    """Gradient of f with respect to x, q.   x: f64[n], q: f64[m]"""
    dq = np.zeros_like(q)
    dx = np.zeros_like(x)
    for i in reversed(range(len(x))):  # line 7: for i in range(len(x))
        for j in reversed(range(i)):   # line 8: for j in range(i)
            q_i = q[i]                 # line 9: energy += q[i] * q[j] / abs(x[i] - x[j])
            q_j = q[j]
            t = x[i] - x[j]
            t1 = abs(t)
            t2 = q_i * q_j / t1 / t1 * np.sign(t)
            dx[j] += t2
            dx[i] -= t2
            dq[j] += q_i / t1
            dq[i] += q_j / t1
    return dx, dq

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
def f_grad(x, q):
    """Gradient of f with respect to x, q.   x: f64[n], q: f64[m]"""
    x = jnp.asarray(x)
    q = jnp.asarray(q)
    # adjoint
    dq = jnp.zeros_like(q)  # line 7: for i in range(len(x)):
    dx = jnp.zeros_like(x)

    def body_i(k, carry):
        dq, dx = carry
        i = x.shape[0] - 1 - k

        def body_j(k, carry):    # line 8: for j in range(i):
            dq, dx, t, t_1 = carry
            j = i - 1 - k
            q_i = read_at(q, i)  # line 9: energy += q[i] * q[j] / abs(x[i] - x[j])
            q_j = read_at(q, j)
            t_2 = read_at(x, i) - read_at(x, j)
            t_3 = jnp.abs(t_2)
            t_2 = q_i * q_j / t_3 / t_3 * jnp.sign(t_2)
            dx = add_at(dx, t_2, j)
            dq = add_at(dq, q_i / t_3, j)
            return dq, dx, t + q_j / t_3, t_1 - t_2

        dq, dx, dq_i, dx_i = lax.fori_loop(0, i, body_j, (dq, dx, read_at(dq, i), read_at(dx, i)))
        dx = write_at(dx, dx_i, i)
        dq = write_at(dq, dq_i, i)
        return dq, dx

    dq, dx = fori_loop(0, x.shape[0], body_i, (dq, dx))
    return dx, dq

"""A stencil with whole-array slices, repeated."""
import numpy as np


def f(u, rate, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + rate * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


args = (np.array([0.0, 1.0, 0.5, -0.3, 0.2]), 0.2, 3)
more_args = [(np.array([0.0, 1.0, 0.5]), 0.2, 1)]
argnums = (0, 1)


# %% ir
# func f_grad(%u: f64[u.shape[0]], %rate: f64, %steps: i64):
#     %u.1: f64[u.shape[0]] = copy(%u)    # line 6
#     %tape: list[f64[u.shape[0] - 2]] = tape(%steps, item=f64[u.shape[0] - 2])    # line 7
#     %u.2: f64[u.shape[0]], %tape.1: list[f64[u.shape[0] - 2]] = for %_ in range(0, %steps, 1) carrying (%u.3 = %u.1, %tape.2 = %tape):    # line 7, records 8 * u.shape[0] - 16 bytes a trip
#         %t: f64[u.shape[0] - 2] = getitem(%u.3, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 8
#         %t.1: f64[u.shape[0] - 2] = getitem(%u.3, 2, index=(Slice(start=0, stop=None, step=None),))    # line 8
#         %t.2: f64[u.shape[0] - 2] = getitem(%u.3, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 8
#         %t.3: f64[u.shape[0] - 2] = multiply(2, %t.2)    # line 8
#         %t.4: f64[u.shape[0] - 2] = subtract(%t.1, %t.3)    # line 8
#         %t.5: f64[u.shape[0] - 2] = getitem(%u.3, -2, index=(Slice(start=None, stop=0, step=None),))    # line 8
#         %t.6: f64[u.shape[0] - 2] = add(%t.4, %t.5)    # line 8
#         %tape.3: list[f64[u.shape[0] - 2]] = record(%tape.2, %_, %t.6)    # line 7
#         %t.7: f64[u.shape[0] - 2] = multiply(%rate, %t.6)    # line 8
#         %t.8: f64[u.shape[0] - 2] = add(%t, %t.7)    # line 8
#         %u.4: f64[u.shape[0]] = setitem(%u.3, %t.8, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # line 8
#         yield %u.4, %tape.3
#     %t.9: f64[u.shape[0]] = multiply(2, %u.2)    # adjoint of line 9
#     %du: f64[u.shape[0]], %drate: f64 = for %_.1 in reversed range(0, %steps, 1) carrying (%du.1 = %t.9, %drate.1 = 0.0):    # adjoint of line 7
#         %t.10: f64[u.shape[0] - 2] = recall(%tape.1, %_.1)    # adjoint of line 7
#         %t.11: f64[u.shape[0] - 2] = getitem(%du.1, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         %t.12: f64[u.shape[0] - 2] = multiply(%t.11, %t.10)    # adjoint of line 8
#         %t.13: f64 = sum(%t.12, keepdims=False)    # adjoint of line 8
#         %drate.2: f64 = add(%drate.1, %t.13)    # adjoint of line 8
#         %t.14: f64[u.shape[0] - 2] = multiply(%t.11, %rate)    # adjoint of line 8
#         %t.15: f64[u.shape[0] - 2] = multiply(-2, %t.14)    # adjoint of line 8
#         %du.2: f64[u.shape[0]] = add_at(%du.1, %t.15, 1, -1, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         %du.3: f64[u.shape[0]] = add_at(%du.2, %t.14, -2, index=(Slice(start=None, stop=0, step=None),))    # adjoint of line 8
#         %du.4: f64[u.shape[0]] = add_at(%du.3, %t.14, 2, index=(Slice(start=0, stop=None, step=None),))    # adjoint of line 8
#         yield %du.4, %drate.2
#     return %du, %drate

# %% numpy
import numpy as np


def f_grad(u, rate, steps):
    """Gradient of f with respect to u, rate.   u: f64[n], rate: float, steps: int"""
    # primal
    u = u.copy()
    tape = []
    for _ in range(steps):  # records 8 * u.shape[0] - 16 bytes a trip
        t = u[2:] - 2 * u[1:-1] + u[:-2]
        tape.append(t)
        u[1:-1] = u[1:-1] + rate * t
    # adjoint
    du = 2 * u                        # line 9: return np.sum(u**2)
    drate = 0.0
    for k in reversed(range(steps)):  # line 7: for _ in range(steps)
        t = du[1:-1]                  # line 8: u[1:-1] = u[1:-1] + rate * (u[2:] - 2 * u[1:-1] + u[:-2])
        drate += np.sum(t * tape[k])
        t1 = t * rate
        du[1:-1] -= 2 * t1
        du[:-2] += t1
        du[2:] += t1
    return du, drate

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


@jax.jit(static_argnames=("steps",))
def f_grad(u, rate, steps):
    """Gradient of f with respect to u, rate.   u: f64[n], rate: float, steps: int"""

    # primal
    def body_k(k, carry):  # records 8 * u.shape[0] - 16 bytes a trip
        u_1, tape = carry
        t = u_1[2:] - 2 * u_1[1:-1] + u_1[:-2]
        tape = write_at(tape, t, k)
        u_1 = u_1.at[1:-1].set(u_1[1:-1] + rate * t)
        return u_1, tape

    u_1, tape = fori_loop(0, steps, body_k, (u, jnp.zeros((max(steps, 0), u.shape[0] - 2))))

    # adjoint
    def body_k(trip, carry):  # line 7: for _ in range(steps):
        du, drate = carry
        k = steps - 1 - trip
        t = du[1:-1]          # line 8: u[1:-1] = u[1:-1] + rate * (u[2:] - 2 * u[1:-1] + u[:-2])
        drate = drate + jnp.sum(t * read_at(tape, k))
        t = t * rate
        du = du + jnp.pad(-2 * t, (1, 1)) + jnp.pad(t, (0, 2)) + jnp.pad(t, (2, 0))
        return du, drate

    du, drate = fori_loop(0, steps, body_k, (2 * u_1, 0.0))
    return du, drate

"""Kepler's equation by Newton's method in a while loop."""
import numpy as np


def f(M, e):
    E = M
    while abs(E - e * np.sin(E) - M) > 1e-12:
        E = E - (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
    return E


args = (1.1, 0.3)
argnums = (0, 1)


# %% ir
# func f_grad(%M: f64, %e: f64):
#     %E_tape: list[f64] = tape(-1, item=f64)    # line 7
#     %E: f64, %trips: i64, %E_tape.1: list[f64] = while carrying (%E.1 = %M, %k = 0, %E_tape.2 = %E_tape):    # line 7, records 8 bytes a trip
#         %t: f64 = sin(%E.1)    # line 7
#         %t.1: f64 = multiply(%e, %t)    # line 7
#         %t.2: f64 = subtract(%E.1, %t.1)    # line 7
#         %t.3: f64 = subtract(%t.2, %M)    # line 7
#         %t.4: f64 = absolute(%t.3)    # line 7
#         %t.5: bool = greater(%t.4, 1e-12)    # line 7
#         test %t.5
#     do:
#         %E_tape.3: list[f64] = record(%E_tape.2, %k, %E.1)    # line 7
#         %t.6: f64 = sin(%E.1)    # line 8
#         %t.7: f64 = multiply(%e, %t.6)    # line 8
#         %t.8: f64 = subtract(%E.1, %t.7)    # line 8
#         %t.9: f64 = subtract(%t.8, %M)    # line 8
#         %t.10: f64 = cos(%E.1)    # line 8
#         %t.11: f64 = multiply(%e, %t.10)    # line 8
#         %t.12: f64 = subtract(1, %t.11)    # line 8
#         %t.13: f64 = divide(%t.9, %t.12)    # line 8
#         %E.2: f64 = subtract(%E.1, %t.13)    # line 8
#         %t.14: i64 = add(%k, 1)    # line 7
#         yield %E.2, %t.14, %E_tape.3
#     %dE: f64, %de: f64, %dM: f64 = for %k.1 in reversed range(0, %trips, 1) carrying (%dE.1 = 1.0, %de.1 = 0.0, %dM.1 = 0.0):    # adjoint of line 7
#         %E.3: f64 = recall(%E_tape.1, %k.1)    # adjoint of line 7
#         %t.15: f64 = sin(%E.3)    # adjoint of line 8
#         %t.16: f64 = cos(%E.3)    # adjoint of line 8
#         %t.17: f64 = multiply(%e, %t.16)    # adjoint of line 8
#         %t.18: f64 = subtract(1, %t.17)    # adjoint of line 8
#         %t.19: f64 = multiply(%e, %t.15)    # adjoint of line 8
#         %t.20: f64 = subtract(%E.3, %t.19)    # adjoint of line 8
#         %t.21: f64 = subtract(%t.20, %M)    # adjoint of line 8
#         %t.22: f64 = divide(%t.21, %t.18)    # adjoint of line 8
#         %t.23: f64 = divide(%dE.1, %t.18)    # adjoint of line 8
#         %t.24: f64 = multiply(%t.23, %t.22)    # adjoint of line 8
#         %t.25: f64 = multiply(%t.24, %t.16)    # adjoint of line 8
#         %de.2: f64 = subtract(%de.1, %t.25)    # adjoint of line 8
#         %t.26: f64 = multiply(%t.24, %e)    # adjoint of line 8
#         %t.27: f64 = multiply(%t.26, %t.15)    # adjoint of line 8
#         %dE.2: f64 = add(%dE.1, %t.27)    # adjoint of line 8
#         %dM.2: f64 = add(%dM.1, %t.23)    # adjoint of line 8
#         %dE.3: f64 = subtract(%dE.2, %t.23)    # adjoint of line 8
#         %t.28: f64 = multiply(%t.23, %t.15)    # adjoint of line 8
#         %de.3: f64 = add(%de.2, %t.28)    # adjoint of line 8
#         %t.29: f64 = multiply(%t.23, %e)    # adjoint of line 8
#         %t.30: f64 = multiply(%t.29, %t.16)    # adjoint of line 8
#         %dE.4: f64 = add(%dE.3, %t.30)    # adjoint of line 8
#         yield %dE.4, %de.3, %dM.2
#     %dM.3: f64 = add(%dM, %dE)    # adjoint of line 7
#     return %dM.3, %de

# %% numpy
import numpy as np


def f_grad(M, e):
    """Gradient of f with respect to M, e.   M: float, e: float"""
    # primal
    E_tape = []
    E = M
    while abs(E - e * np.sin(E) - M) > 1e-12:  # records 8 bytes a trip
        E_tape.append(E)
        E = E - (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
    # adjoint
    dE = 1.0
    de = 0.0
    dM = 0.0
    for E in reversed(E_tape):  # line 7: while abs(E - e * np.sin(E) - M) > 1e-12
        t = np.sin(E)           # line 8: E = E - (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
        t1 = np.cos(E)
        t2 = 1 - e * t1
        t3 = dE / t2
        t4 = t3 * ((E - e * t - M) / t2)
        de -= t4 * t1
        dE += t4 * e * t
        dM += t3
        dE -= t3
        de += t3 * t
        dE += t3 * e * t1
    dM += dE
    return dM, de

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


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit(static_argnames=("max_trips",))
def f_grad(M, e, *, max_trips=1024):
    """Gradient of f with respect to M, e.   M: float, e: float"""
    M = jnp.asarray(M)
    e = jnp.asarray(e)

    # primal
    def condition(carry):
        E, _, _, _ = carry
        return jnp.abs(E - e * jnp.sin(E) - M) > 1e-12

    def body(carry):  # records 8 bytes a trip
        E, k, E_tape, needed = carry
        E_tape = write_at(E_tape, E, k)
        needed = jnp.maximum(needed, k + 1)
        E = E - (E - e * jnp.sin(E) - M) / (1 - e * jnp.cos(E))
        return E, k + 1, E_tape, needed

    _, trips, E_tape, needed = lax.while_loop(condition, body, (M, 0, jnp.zeros(max(max_trips, 0)), 0))

    # adjoint
    def body_k(trip, carry):    # line 7: while abs(E - e * np.sin(E) - M) > 1e-12:
        dE, de, dM = carry
        k = trips - 1 - trip
        E = read_at(E_tape, k)  # line 7: while abs(E - e * np.sin(E) - M) > 1e-12:
        t = jnp.sin(E)          # line 8: E = E - (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
        t_1 = jnp.cos(E)
        t_2 = 1 - e * t_1
        t_3 = dE / t_2
        t_2 = t_3 * ((E - e * t - M) / t_2)
        de = de - t_2 * t_1
        dE = dE + t_2 * e * t
        dM = dM + t_3
        dE = dE - t_3
        de = de + t_3 * t
        dE = dE + t_3 * e * t_1
        return dE, de, dM

    dE, de, dM = lax.fori_loop(0, trips, body_k, (1.0, 0.0, 0.0))
    dM = dM + dE
    # a result is NaN where the loops ran too often to be recorded
    enough = needed <= max_trips
    return jnp.where(enough, dM, jnp.nan), jnp.where(enough, de, jnp.nan)

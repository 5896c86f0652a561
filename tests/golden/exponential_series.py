"""break: a power series summed until its terms vanish."""


def f(x):
    term, total = 1.0, 1.0
    for k in range(1, 100):
        term = term * x / k
        total = total + term
        if abs(term) < 1e-17:
            break
    return total


args = (1.3,)
order = 2


# %% ir
# func f_grad(%x: f64):
#     %term_tape: list[f64] = tape(-1, item=f64)    # line 6
#     %term: f64, %broke: bool, %k: i64, %term_tape.1: list[f64] = while carrying (%term.1 = 1.0, %broke.1 = False, %k.1 = 0, %term_tape.2 = %term_tape):    # line 6, records 8 bytes a trip
#         %t: bool = logical_not(%broke.1)    # line 6
#         %t.1: bool = if %t:    # line 6
#             %t.2: bool = less(%k.1, 99)    # line 6
#             yield %t.2
#         else:
#             yield False
#         test %t.1
#     do:
#         %term_tape.3: list[f64] = record(%term_tape.2, %k.1, %term.1)    # line 6
#         %k.2: i64 = add(1, %k.1)    # line 6
#         %t.3: f64 = multiply(%term.1, %x)    # line 7
#         %term.2: f64 = divide(%t.3, %k.2)    # line 7
#         %t.4: f64 = absolute(%term.2)    # line 9
#         %t.5: bool = less(%t.4, 1e-17)    # line 9
#         %broke.2: bool = if %t.5:    # line 9
#             yield True
#         else:
#             yield %broke.1
#         %t.6: i64 = add(%k.1, 1)    # line 6
#         yield %term.2, %broke.2, %t.6, %term_tape.3
#     %dterm: f64, %dx: f64 = for %k.3 in reversed range(0, %k, 1) carrying (%dterm.1 = 0.0, %dx.1 = 0.0):    # adjoint of line 6
#         %term.3: f64 = recall(%term_tape.1, %k.3)    # adjoint of line 6
#         %k.4: i64 = add(1, %k.3)    # adjoint of line 6
#         %dterm.2: f64 = add(%dterm.1, 1.0)    # adjoint of line 8
#         %t.7: f64 = divide(%dterm.2, %k.4)    # adjoint of line 7
#         %dterm.3: f64 = multiply(%t.7, %x)    # adjoint of line 7
#         %t.8: f64 = multiply(%t.7, %term.3)    # adjoint of line 7
#         %dx.2: f64 = add(%dx.1, %t.8)    # adjoint of line 7
#         yield %dterm.3, %dx.2
#     return %dx

# %% numpy
def f_grad(x):
    """Gradient of f with respect to x.   x: float"""
    # primal
    term_tape = []
    term = 1.0
    broke = False
    k = 0
    while not broke and k < 99:  # records 8 bytes a trip
        term_tape.append(term)
        k_1 = k + 1
        k = 1 + k
        term = term * x / k
        if abs(term) < 1e-17:
            broke = True
        k = k_1
    # adjoint
    dterm = 0.0
    dx = 0.0
    for k in reversed(range(k)):  # line 6: for k in range(1, 100)
        term = term_tape[k]
        k += 1
        dterm += 1.0              # line 8: total = total + term
        t = dterm / k             # line 7: term = term * x / k
        dterm = t * x
        dx += t * term
    return dx

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
@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: float"""
    x = jnp.asarray(x)

    # primal
    def condition(carry):
        _, broke, k, _ = carry
        return jnp.logical_and(jnp.logical_not(broke), k < 99)

    def body(carry):  # records 8 bytes a trip
        term, broke, k, term_tape = carry
        term_tape = write_at(term_tape, term, k)
        k_1 = 1 + k
        term = term * x / k_1
        broke = jnp.logical_or(jnp.abs(term) < 1e-17, broke)
        return term, broke, k + 1, term_tape

    _, _, k, term_tape = lax.while_loop(condition, body, (1.0, False, 0, jnp.zeros(99)))

    # adjoint
    def body_k(trip, carry):            # line 6: for k in range(1, 100):
        dterm, dx = carry
        k_1 = k - 1 - trip
        term = read_at(term_tape, k_1)  # line 6: for k in range(1, 100):
        k_1 = 1 + k_1
        dterm = dterm + 1.0             # line 8: total = total + term
        t = dterm / k_1                 # line 7: term = term * x / k
        dterm = t * x
        dx = dx + t * term
        return dterm, dx

    _, dx = lax.fori_loop(0, k, body_k, (0.0, 0.0))
    return dx

"""A simultaneous assignment that swaps, in a loop."""


def f(a, b, n):
    for _ in range(n):
        a, b = b, a * b + 0.1 * a
    return a * b


args = (0.7, 1.2, 4)
more_args = [(0.7, 1.2, 0)]
argnums = (0, 1)


# %% ir
# func f_grad(%a: f64, %b: f64, %n: i64):
#     %t: i64 = add(%n, 1)    # line 5
#     %a_tape: list[f64] = tape(%t, item=f64)    # line 5
#     %a_tape.1: list[f64] = record(%a_tape, 0, %a)    # line 5
#     %a.1: f64, %b.1: f64, %a_tape.2: list[f64] = for %_ in range(0, %n, 1) carrying (%a.2 = %a, %b.2 = %b, %a_tape.3 = %a_tape.1):    # line 5, records 8 bytes a trip
#         %t.1: f64 = multiply(%a.2, %b.2)    # line 6
#         %t.2: f64 = multiply(0.1, %a.2)    # line 6
#         %b.3: f64 = add(%t.1, %t.2)    # line 6
#         %t.3: i64 = add(%_, 1)    # line 5
#         %a_tape.4: list[f64] = record(%a_tape.3, %t.3, %b.2)    # line 5
#         yield %b.2, %b.3, %a_tape.4
#     %da: f64, %db: f64 = for %_.1 in reversed range(0, %n, 1) carrying (%da.1 = %b.1, %db.1 = %a.1):    # adjoint of line 5
#         %a.3: f64 = recall(%a_tape.2, %_.1)    # adjoint of line 5
#         %t.4: i64 = add(%_.1, 1)    # adjoint of line 5
#         %b.4: f64 = recall(%a_tape.2, %t.4)    # adjoint of line 5
#         %da.2: f64 = multiply(%db.1, 0.1)    # adjoint of line 6
#         %t.5: f64 = multiply(%db.1, %b.4)    # adjoint of line 6
#         %da.3: f64 = add(%da.2, %t.5)    # adjoint of line 6
#         %t.6: f64 = multiply(%db.1, %a.3)    # adjoint of line 6
#         %db.2: f64 = add(%da.1, %t.6)    # adjoint of line 6
#         yield %da.3, %db.2
#     return %da, %db

# %% numpy
def f_grad(a, b, n):
    """Gradient of f with respect to a, b.   a: float, b: float, n: int"""
    # primal
    a_tape = [a]
    for _ in range(n):  # records 8 bytes a trip
        a_tape.append(b)
        a, b = b, a * b + 0.1 * a
    # adjoint
    da = b
    db = a
    for k in reversed(range(n)):  # line 5: for _ in range(n)
        da_1 = db * 0.1           # line 6: a, b = b, a * b + 0.1 * a
        da, db = da_1 + db * a_tape[k + 1], da + db * a_tape[k]
    return da, db

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
@jax.jit(static_argnames=("n",))
def f_grad(a, b, n):
    """Gradient of f with respect to a, b.   a: float, b: float, n: int"""
    # primal
    a_tape = write_at(jnp.zeros(max(n + 1, 0)), a, 0)

    def body_k(k, carry):  # records 8 bytes a trip
        a, b, a_tape = carry
        b_1 = a * b + 0.1 * a
        a_tape = write_at(a_tape, b, k + 1)
        return b, b_1, a_tape

    a, b, a_tape = fori_loop(0, n, body_k, (a, b, a_tape))

    # adjoint
    def body_k(trip, carry):    # line 5: for _ in range(n):
        da, db = carry
        k = n - 1 - trip
        a = read_at(a_tape, k)  # line 5: for _ in range(n):
        b = read_at(a_tape, k + 1)
        da_1 = db * 0.1         # line 6: a, b = b, a * b + 0.1 * a
        da_1 = da_1 + db * b
        db = da + db * a
        return da_1, db

    da, db = fori_loop(0, n, body_k, (b, a))
    return da, db

"""reversed over an array and over a range."""
import numpy as np


def f(a, x):
    value = 0.0
    for c in reversed(a):
        value = x / (c + value)
    for k in reversed(range(3)):
        value = value + a[k] * x**k
    return value


args = (np.array([1.0, 3.0, 5.0, 7.0]), 0.8)
argnums = (0, 1)


# %% ir
# func f_grad(%a: f64[a.shape[0]], %x: f64):
#     %t: i64 = size(%a, axis=0)    # line 7
#     %tape: list[f64] = tape(%t, item=f64)    # line 7
#     %value: f64, %tape.1: list[f64] = for %k in range(0, %t, 1) carrying (%value.1 = 0.0, %tape.2 = %tape):    # line 7, records 8 bytes a trip
#         %t.1: i64 = size(%a, axis=0)    # line 7
#         %t.2: i64 = subtract(%t.1, 1)    # line 7
#         %t.3: i64 = subtract(%t.2, %k)    # line 7
#         %c: f64 = getitem(%a, %t.3, index=(At(operand=0),))    # line 7
#         %t.4: f64 = add(%c, %value.1)    # line 8
#         %tape.3: list[f64] = record(%tape.2, %k, %t.4)    # line 7
#         %value.2: f64 = divide(%x, %t.4)    # line 8
#         yield %value.2, %tape.3
#     %t.5: (a.shape[0]) = shape(%a)    # adjoint of line 9
#     %da: f64[a.shape[0]] = zeros_of(%t.5)    # adjoint of line 9
#     %da.1: f64[a.shape[0]], %dx: f64 = for %k.1 in range(0, 3, 1) carrying (%da.2 = %da, %dx.1 = 0.0):    # adjoint of line 9
#         %t.6: f64 = getitem(%a, %k.1, index=(At(operand=0),))    # adjoint of line 10
#         %t.7: f64 = power(%x, %k.1)    # adjoint of line 10
#         %t.8: f64 = multiply(%t.6, %k.1)    # adjoint of line 10
#         %t.9: bool = equal(%k.1, 0)    # adjoint of line 10
#         %t.10: i64 = subtract(%k.1, 1)    # adjoint of line 10
#         %t.11: i64 = where(%t.9, 1, %t.10)    # adjoint of line 10
#         %t.12: f64 = power(%x, %t.11)    # adjoint of line 10
#         %t.13: f64 = multiply(%t.8, %t.12)    # adjoint of line 10
#         %dx.2: f64 = add(%dx.1, %t.13)    # adjoint of line 10
#         %da.3: f64[a.shape[0]] = setitem(%da.2, %t.7, %k.1, index=(At(operand=0),))    # adjoint of line 10
#         yield %da.3, %dx.2
#     %dvalue: f64, %da.4: f64[a.shape[0]], %dx.3: f64 = for %k.2 in reversed range(0, %t, 1) carrying (%dvalue.1 = 1.0, %da.5 = %da.1, %dx.4 = %dx):    # adjoint of line 7
#         %t.14: f64 = recall(%tape.1, %k.2)    # adjoint of line 7
#         %t.15: i64 = subtract(%t, 1)    # adjoint of line 7
#         %t.16: i64 = subtract(%t.15, %k.2)    # adjoint of line 7
#         %value.3: f64 = divide(%x, %t.14)    # adjoint of line 8
#         %t.17: f64 = divide(%dvalue.1, %t.14)    # adjoint of line 8
#         %dx.5: f64 = add(%dx.4, %t.17)    # adjoint of line 8
#         %t.18: f64 = multiply(%t.17, %value.3)    # adjoint of line 8
#         %dc: f64 = negative(%t.18)    # adjoint of line 8
#         %da.6: f64[a.shape[0]] = add_at(%da.5, %dc, %t.16, index=(At(operand=0),))    # adjoint of line 7
#         yield %dc, %da.6, %dx.5
#     return %da.4, %dx.3

# %% numpy
import numpy as np


def f_grad(a, x):
    """Gradient of f with respect to a, x.   a: f64[n], x: float"""
    # primal
    tape = []
    value = 0.0
    for k in range(len(a)):  # records 8 bytes a trip
        c = a[len(a) - 1 - k]
        t = c + value
        tape.append(t)
        value = x / t
    # adjoint
    da = np.zeros_like(a)
    dx = 0.0
    for k in range(3):                 # line 9: for k in reversed(range(3))
        # line 10: value = value + a[k] * x**k
        dx += a[k] * k * x ** np.where(k == 0, 1, k - 1)
        da[k] = x ** k
    dvalue = 1.0
    for k in reversed(range(len(a))):  # line 7: for c in reversed(a)
        t = tape[k]
        value = x / t                  # line 8: value = x / (c + value)
        t1 = dvalue / t
        dx += t1
        dc = -(t1 * value)
        da[len(a) - 1 - k] += dc
        dvalue = dc
    return da, dx

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
def f_grad(a, x):
    """Gradient of f with respect to a, x.   a: f64[n], x: float"""
    a = jnp.asarray(a)
    x = jnp.asarray(x)

    # primal
    def body_k(k, carry):  # records 8 bytes a trip
        value, tape = carry
        c = read_at(a, a.shape[0] - 1 - k)
        t = c + value
        tape = write_at(tape, t, k)
        value = x / t
        return value, tape

    _, tape = fori_loop(0, a.shape[0], body_k, (0.0, jnp.zeros(a.shape[0])))
    # adjoint
    da = jnp.zeros_like(a)  # line 9: for k in reversed(range(3)):

    def body_k(k, carry):
        da, dx = carry
        dx = dx + read_at(a, k) * k * x ** jnp.where(k == 0, 1, k - 1)  # line 10: value = value + a[k] * x**k
        da = write_at(da, x ** k, k)
        return da, dx

    da, dx = lax.fori_loop(0, 3, body_k, (da, 0.0))

    def body_k(trip, carry):  # line 7: for c in reversed(a):
        dvalue, da, dx = carry
        k = a.shape[0] - 1 - trip
        t = read_at(tape, k)  # line 7: for c in reversed(a):
        value = x / t         # line 8: value = x / (c + value)
        t = dvalue / t
        dx = dx + t
        dc = -(t * value)
        # line 7: for c in reversed(a):
        da = add_at(da, dc, a.shape[0] - 1 - k)
        return dc, da, dx

    _, da, dx = fori_loop(0, a.shape[0], body_k, (1.0, da, dx))
    return da, dx

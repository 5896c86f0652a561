"""A list that starts as a literal, grows in a loop, and is read from its end."""


def f(x, n):
    T = [1.0, x]
    for _ in range(2, n):
        T.append(2 * x * T[-1] - T[-2])
    return T[-1] + 0.5 * T[-2]


args = (0.3, 6)
more_args = [(0.3, 2), (0.3, 3)]


# %% ir
# func f_grad(%x: f64, %n: i64):
#     %T: list[f64] = seq_make(1.0, %x, item=f64)    # line 6
#     %t: i64 = subtract(%n, 2)    # line 6
#     %T_last_tape: list[f64] = tape(%t, item=f64)    # line 6
#     %T.1: list[f64], %T_last_tape.1: list[f64] = for %_ in range(2, %n, 1) carrying (%T.2 = %T, %T_last_tape.2 = %T_last_tape):    # line 6, records 8 bytes a trip
#         %t.1: i64 = subtract(%_, 2)    # line 6
#         %t.2: f64 = multiply(2, %x)    # line 7
#         %t.3: f64 = seq_get(%T.2, -1)    # line 7
#         %T_last_tape.3: list[f64] = record(%T_last_tape.2, %t.1, %t.3)    # line 6
#         %t.4: f64 = multiply(%t.2, %t.3)    # line 7
#         %t.5: f64 = seq_get(%T.2, -2)    # line 7
#         %t.6: f64 = subtract(%t.4, %t.5)    # line 7
#         %T.3: list[f64] = seq_append(%T.2, %t.6)    # line 7
#         yield %T.3, %T_last_tape.3
#     %dT: list[f64] = seq_zeros(%T.1)    # adjoint of line 8
#     %dT.1: list[f64] = seq_set(%dT, -2, 0.5)    # adjoint of line 8
#     %dT.2: list[f64] = seq_add(%dT.1, -1, 1.0)    # adjoint of line 8
#     %dT.3: list[f64], %dx: f64 = for %_.1 in reversed range(2, %n, 1) carrying (%dT.4 = %dT.2, %dx.1 = 0.0):    # adjoint of line 6
#         %t.7: i64 = subtract(%_.1, 2)    # adjoint of line 6
#         %t.8: f64 = recall(%T_last_tape.1, %t.7)    # adjoint of line 6
#         %t.9: f64 = multiply(2, %x)    # adjoint of line 7
#         %t.10: f64 = seq_get(%dT.4, -1)    # adjoint of line 7
#         %dT.5: list[f64] = seq_drop(%dT.4)    # adjoint of line 7
#         %t.11: f64 = negative(%t.10)    # adjoint of line 7
#         %dT.6: list[f64] = seq_add(%dT.5, -2, %t.11)    # adjoint of line 7
#         %t.12: f64 = multiply(%t.10, %t.8)    # adjoint of line 7
#         %t.13: f64 = multiply(%t.10, %t.9)    # adjoint of line 7
#         %dT.7: list[f64] = seq_add(%dT.6, -1, %t.13)    # adjoint of line 7
#         %t.14: f64 = multiply(%t.12, 2)    # adjoint of line 7
#         %dx.2: f64 = add(%dx.1, %t.14)    # adjoint of line 7
#         yield %dT.7, %dx.2
#     %t.15: f64 = seq_get(%dT.3, 1)    # adjoint of line 6
#     %dx.3: f64 = add(%dx, %t.15)    # adjoint of line 6
#     return %dx.3

# %% numpy
def f_grad(x, n):
    """Gradient of f with respect to x.   x: float, n: int"""
    # primal
    T = [1.0, x]
    T_last_tape = []
    for _ in range(2, n):  # records 8 bytes a trip
        T_last = T[-1]
        T_last_tape.append(T_last)
        T.append(2 * x * T_last - T[-2])
    # adjoint
    dT = [0.0] * len(T)              # line 8: return T[-1] + 0.5 * T[-2]
    dT[-2] = 0.5
    dT[-1] += 1.0
    dx = 0.0
    for k in reversed(range(2, n)):  # line 6: for _ in range(2, n)
        dT_last = dT.pop()           # line 7: T.append(2 * x * T[-1] - T[-2])
        dT[-2] += -dT_last
        dT[-1] += dT_last * (2 * x)
        dx += dT_last * T_last_tape[k - 2] * 2
    dx += dT[1]
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit(static_argnames=("n",))
def f_grad(x, n):
    """Gradient of f with respect to x.   x: float, n: int"""
    # primal
    T = [1.0, x]
    T_last_tape = []
    for k in range(2, n):  # records 8 bytes a trip
        T_last = T[-1]
        T_last_tape.append(T_last)
        T = [*T, 2 * x * T_last - T[-2]]
    # adjoint
    # line 8: return T[-1] + 0.5 * T[-2]
    dT = [jnp.zeros_like(item) for item in T]
    dT[-2] = 0.5
    dT[-1] += 1.0
    dx = 0.0              # line 6: for _ in range(2, n):
    for k in reversed(range(2, n)):
        dT_last = dT[-1]  # line 7: T.append(2 * x * T[-1] - T[-2])
        dT.pop()
        dT[-2] += -dT_last
        dT[-1] += dT_last * (2 * x)
        dx = dx + dT_last * T_last_tape[k - 2] * 2
    dx = dx + dT[1]
    return dx

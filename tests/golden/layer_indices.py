"""A range whose index subscripts a list of matrices of different sizes stays a loop."""
import numpy as np


def f(Ws, bs, x):
    for k in range(len(Ws)):
        x = np.tanh(Ws[k] @ x + bs[k])
    return np.sum(x)


rng = np.random.default_rng(0)
args = ([rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [rng.normal(size=4), rng.normal(size=2)],
        rng.normal(size=3))
more_args = [([rng.normal(size=(2, 3))], [rng.normal(size=2)], rng.normal(size=3))]
argnums = (0, 1)


# %% ir
# func f_grad(%Ws: list[f64[?Ws[*].0!,?Ws[*].1!]] = Ws[*], %bs: list[f64[?bs[*].0!]] = bs[*], %x: f64[x.shape[0]]):
#     %t: i64 = seq_length(%Ws)    # line 6
#     %t.1: i64 = add(%t, 1)    # line 6
#     %x_tape: list[f64[?loop1.x.0.0!]] = tape(%t.1, item=f64[?loop1.x.0.0!])    # line 6
#     %x_tape.1: list[f64[?loop1.x.0.0!]] = record(%x_tape, 0, %x)    # line 6
#     %x.1: f64[?loop1.x.0.0!], %x_tape.2: list[f64[?loop1.x.0.0!]] = for %k in range(0, %t, 1) carrying (%x.2 = %x, %x_tape.3 = %x_tape.1):    # line 6, records 8 * ?item4.0! bytes a trip
#         %t.2: f64[?item4.0!,?item4.1!] = seq_get(%Ws, %k)    # line 7
#         %t.3: f64[?item4.0!] = matmul(%t.2, %x.2)    # line 7
#         %t.4: f64[?item5.0!] = seq_get(%bs, %k)    # line 7
#         %t.5: f64[?item4.0!] = add(%t.3, %t.4)    # line 7
#         %x.3: f64[?item4.0!] = tanh(%t.5)    # line 7
#         %t.6: i64 = add(%k, 1)    # line 6
#         %x_tape.4: list[f64[?loop1.x.0.0!]] = record(%x_tape.3, %t.6, %x.3)    # line 6
#         yield %x.3, %x_tape.4
#     %t.7: (?loop1.x.0.0!) = shape(%x.1)    # adjoint of line 8
#     %dx: f64[?loop1.x.0.0!] = full_of(%t.7, 1.0)    # adjoint of line 8
#     %dbs: list[f64[?bs[*].0!]] = seq_zeros(%bs)    # adjoint of line 6
#     %dWs: list[f64[?Ws[*].0!,?Ws[*].1!]] = seq_blank(%Ws)    # adjoint of line 6
#     %dx.1: f64[x.shape[0]], %dWs.1: list[f64[?Ws[*].0!,?Ws[*].1!]], %dbs.1: list[f64[?bs[*].0!]] = for %k.1 in reversed range(0, %t, 1) carrying (%dx.2 = %dx, %dWs.2 = %dWs, %dbs.2 = %dbs):    # adjoint of line 6
#         %x.4: f64[?loop1.x.0.0!] = recall(%x_tape.2, %k.1)    # adjoint of line 6
#         %t.8: i64 = add(%k.1, 1)    # adjoint of line 6
#         %x.5: f64[?loop1.x.0.0!] = recall(%x_tape.2, %t.8)    # adjoint of line 6
#         %t.9: f64[?item4.0!,?item4.1!] = seq_get(%Ws, %k.1)    # adjoint of line 7
#         %t.10: f64[?item4.0!] = power(%x.5, 2)    # adjoint of line 7
#         %t.11: f64[?item4.0!] = subtract(1, %t.10)    # adjoint of line 7
#         %t.12: f64[?loop1.x.0.0!'] = multiply(%dx.2, %t.11)    # adjoint of line 7
#         %dbs.3: list[f64[?bs[*].0!]] = seq_set(%dbs.2, %k.1, %t.12)    # adjoint of line 7
#         %t.13: f64[?loop1.x.0.0!',?loop1.x.0.0!] = outer(%t.12, %x.4)    # adjoint of line 7
#         %t.14: f64[?item4.1!,?item4.0!] = transpose(%t.9)    # adjoint of line 7
#         %dx.3: f64[?item4.1!] = matmul(%t.14, %t.12)    # adjoint of line 7
#         %dWs.3: list[f64[?Ws[*].0!,?Ws[*].1!]] = seq_set(%dWs.2, %k.1, %t.13)    # adjoint of line 7
#         yield %dx.3, %dWs.3, %dbs.3
#     return %dWs.1, %dbs.1

# %% numpy
import numpy as np


def f_grad(Ws, bs, x):
    """Gradient of f with respect to Ws, bs.   Ws: list of f64[n,m], bs: list of f64[k], x: f64[l]"""
    # primal
    x_tape = [x]
    for k in range(len(Ws)):
        x = np.tanh(Ws[k] @ x + bs[k])
        x_tape.append(x)
    # adjoint
    dx = np.ones_like(x)                   # line 8: return np.sum(x)
    dbs = [np.zeros_like(item) for item in bs]
    dWs = [None] * len(Ws)
    for k in reversed(range(len(Ws))):     # line 6: for k in range(len(Ws))
        t = dx * (1 - x_tape[k + 1] ** 2)  # line 7: x = np.tanh(Ws[k] @ x + bs[k])
        dbs[k] = t
        dx = Ws[k].T @ t
        dWs[k] = np.outer(t, x_tape[k])
    return dWs, dbs

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(Ws, bs, x):
    """Gradient of f with respect to Ws, bs.   Ws: list of f64[n,m], bs: list of f64[k], x: f64[l]"""
    # primal
    x_tape = [x]
    for k in range(len(Ws)):
        x = jnp.tanh(Ws[k] @ x + bs[k])
        x_tape.append(x)
    # adjoint
    dx = jnp.ones_like(x)                        # line 8: return np.sum(x)
    dbs = [jnp.zeros_like(item) for item in bs]  # line 6: for k in range(len(Ws)):
    dWs = [None] * len(Ws)
    for k in reversed(range(len(Ws))):           # line 6: for k in range(len(Ws)):
        x = x_tape[k]
        x_1 = x_tape[k + 1]
        t = dx * (1 - x_1 ** 2)                  # line 7: x = np.tanh(Ws[k] @ x + bs[k])
        dbs[k] = t
        dx = t @ Ws[k]
        dWs[k] = jnp.outer(t, x)
    return dWs, dbs

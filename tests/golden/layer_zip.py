"""zip, enumerate and reversed over Python containers."""
import numpy as np


def f(Ws, bs, x):
    penalty = 0.0
    for k, W in enumerate(Ws):
        penalty += np.sum(W**2) / (k + 1)
    for W, b in zip(Ws, bs):
        x = np.tanh(W @ x + b)
    for b in reversed(bs):
        x = x * np.sum(b**2)
    return np.sum(x) + penalty


rng = np.random.default_rng(0)
args = ([rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [rng.normal(size=4), rng.normal(size=2)],
        rng.normal(size=3))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%Ws: list[f64[?Ws[*].0!,?Ws[*].1!]] = Ws[*], %bs: list[f64[?bs[*].0!]] = bs[*], %x: f64[x.shape[0]]):
#     %t: i64 = seq_length(%Ws)    # line 7
#     %t.1: i64 = seq_length(%Ws)    # line 9
#     %t.2: i64 = add(%t.1, 1)    # line 9
#     %x_tape: list[f64[?loop4.x.0.0!]] = tape(%t.2, item=f64[?loop4.x.0.0!])    # line 9
#     %x_tape.1: list[f64[?loop4.x.0.0!]] = record(%x_tape, 0, %x)    # line 9
#     %x.1: f64[?loop4.x.0.0!], %x_tape.2: list[f64[?loop4.x.0.0!]] = for %k in range(0, %t.1, 1) carrying (%x.2 = %x, %x_tape.3 = %x_tape.1):    # line 9, records 8 * ?item7.0! bytes a trip
#         %W: f64[?item7.0!,?item7.1!] = seq_get(%Ws, %k)    # line 9
#         %b: f64[?item8.0!] = seq_get(%bs, %k)    # line 9
#         %t.3: f64[?item7.0!] = matmul(%W, %x.2)    # line 10
#         %t.4: f64[?item7.0!] = add(%t.3, %b)    # line 10
#         %x.3: f64[?item7.0!] = tanh(%t.4)    # line 10
#         %t.5: i64 = add(%k, 1)    # line 9
#         %x_tape.4: list[f64[?loop4.x.0.0!]] = record(%x_tape.3, %t.5, %x.3)    # line 9
#         yield %x.3, %x_tape.4
#     %t.6: i64 = seq_length(%bs)    # line 11
#     %x_tape.5: list[f64[?loop4.x.0.0!]] = tape(%t.6, item=f64[?loop4.x.0.0!])    # line 11
#     %tape: list[f64] = tape(%t.6, item=f64)    # line 11
#     %x.4: f64[?loop4.x.0.0!], %x_tape.6: list[f64[?loop4.x.0.0!]], %tape.1: list[f64] = for %k.1 in range(0, %t.6, 1) carrying (%x.5 = %x.1, %x_tape.7 = %x_tape.5, %tape.2 = %tape):    # line 11, records 8 * ?loop4.x.0.0! + 8 bytes a trip
#         %x_tape.8: list[f64[?loop4.x.0.0!]] = record(%x_tape.7, %k.1, %x.5)    # line 11
#         %t.7: i64 = seq_length(%bs)    # line 11
#         %t.8: i64 = subtract(%t.7, 1)    # line 11
#         %t.9: i64 = subtract(%t.8, %k.1)    # line 11
#         %b.1: f64[?item11.0!] = seq_get(%bs, %t.9)    # line 11
#         %t.10: f64[?item11.0!] = power(%b.1, 2)    # line 12
#         %t.11: f64 = sum(%t.10, keepdims=False)    # line 12
#         %tape.3: list[f64] = record(%tape.2, %k.1, %t.11)    # line 11
#         %x.6: f64[?loop4.x.0.0!] = multiply(%x.5, %t.11)    # line 12
#         yield %x.6, %x_tape.8, %tape.3
#     %t.12: (?loop4.x.0.0!) = shape(%x.4)    # adjoint of line 13
#     %dx: f64[?loop4.x.0.0!] = full_of(%t.12, 1.0)    # adjoint of line 13
#     %dbs: list[f64[?bs[*].0!]] = seq_zeros(%bs)    # adjoint of line 11
#     %dx.1: f64[?loop4.x.0.0!], %dbs.1: list[f64[?bs[*].0!]] = for %k.2 in reversed range(0, %t.6, 1) carrying (%dx.2 = %dx, %dbs.2 = %dbs):    # adjoint of line 11
#         %x.7: f64[?loop4.x.0.0!] = recall(%x_tape.6, %k.2)    # adjoint of line 11
#         %t.13: f64 = recall(%tape.1, %k.2)    # adjoint of line 11
#         %t.14: i64 = subtract(%t.6, 1)    # adjoint of line 11
#         %t.15: i64 = subtract(%t.14, %k.2)    # adjoint of line 11
#         %b.2: f64[?item11.0!] = seq_get(%bs, %t.15)    # adjoint of line 11
#         %dx.3: f64[?loop4.x.0.0!] = multiply(%dx.2, %t.13)    # adjoint of line 12
#         %t.16: f64[?loop4.x.0.0!] = multiply(%dx.2, %x.7)    # adjoint of line 12
#         %t.17: f64 = sum(%t.16, keepdims=False)    # adjoint of line 12
#         %t.18: f64[?item11.0!] = multiply(2, %b.2)    # adjoint of line 12
#         %db: f64[?item11.0!] = multiply(%t.18, %t.17)    # adjoint of line 12
#         %dbs.3: list[f64[?bs[*].0!]] = seq_add(%dbs.2, %t.15, %db)    # adjoint of line 11
#         yield %dx.3, %dbs.3
#     %dWs: list[f64[?Ws[*].0!,?Ws[*].1!]] = seq_blank(%Ws)    # adjoint of line 9
#     %dx.4: f64[x.shape[0]], %dWs.1: list[f64[?Ws[*].0!,?Ws[*].1!]], %dbs.4: list[f64[?bs[*].0!]] = for %k.3 in reversed range(0, %t.1, 1) carrying (%dx.5 = %dx.1, %dWs.2 = %dWs, %dbs.5 = %dbs.1):    # adjoint of line 9
#         %x.8: f64[?loop4.x.0.0!] = recall(%x_tape.2, %k.3)    # adjoint of line 9
#         %t.19: i64 = add(%k.3, 1)    # adjoint of line 9
#         %x.9: f64[?loop4.x.0.0!] = recall(%x_tape.2, %t.19)    # adjoint of line 9
#         %W.1: f64[?item7.0!,?item7.1!] = seq_get(%Ws, %k.3)    # adjoint of line 9
#         %t.20: f64[?item7.0!] = power(%x.9, 2)    # adjoint of line 10
#         %t.21: f64[?item7.0!] = subtract(1, %t.20)    # adjoint of line 10
#         %db.1: f64[?loop4.x.0.0!'] = multiply(%dx.5, %t.21)    # adjoint of line 10
#         %dW: f64[?loop4.x.0.0!',?loop4.x.0.0!] = outer(%db.1, %x.8)    # adjoint of line 10
#         %t.22: f64[?item7.1!,?item7.0!] = transpose(%W.1)    # adjoint of line 10
#         %dx.6: f64[?item7.1!] = matmul(%t.22, %db.1)    # adjoint of line 10
#         %dbs.6: list[f64[?bs[*].0!]] = seq_add(%dbs.5, %k.3, %db.1)    # adjoint of line 9
#         %dWs.3: list[f64[?Ws[*].0!,?Ws[*].1!]] = seq_set(%dWs.2, %k.3, %dW)    # adjoint of line 9
#         yield %dx.6, %dWs.3, %dbs.6
#     %dWs.4: list[f64[?Ws[*].0!,?Ws[*].1!]] = for %k.4 in reversed range(0, %t, 1) carrying (%dWs.5 = %dWs.1):    # adjoint of line 7
#         %W.2: f64[?item3.0!,?item3.1!] = seq_get(%Ws, %k.4)    # adjoint of line 7
#         %t.23: i64 = add(%k.4, 1)    # adjoint of line 8
#         %t.24: f64[?item3.0!,?item3.1!] = multiply(2, %W.2)    # adjoint of line 8
#         %dW.1: f64[?item3.0!,?item3.1!] = divide(%t.24, %t.23)    # adjoint of line 8
#         %dWs.6: list[f64[?Ws[*].0!,?Ws[*].1!]] = seq_add(%dWs.5, %k.4, %dW.1)    # adjoint of line 7
#         yield %dWs.6
#     return %dWs.4, %dbs.4, %dx.4

# %% numpy
import numpy as np


def f_grad(Ws, bs, x):
    """Gradient of f with respect to Ws, bs, x.   Ws: list of f64[n,m], bs: list of f64[k], x: f64[l]"""
    # primal
    x_tape = [x]
    for k in range(len(Ws)):
        W = Ws[k]
        b = bs[k]
        x = np.tanh(W @ x + b)
        x_tape.append(x)
    x_tape_1 = []
    tape = []
    for k in range(len(bs)):
        x_tape_1.append(x)
        b = bs[len(bs) - 1 - k]
        t = np.sum(b ** 2)
        tape.append(t)
        x = x * t
    # adjoint
    dx = np.ones_like(x)                    # line 13: return np.sum(x) + penalty
    dbs = [np.zeros_like(item) for item in bs]
    for k in reversed(range(len(bs))):      # line 11: for b in reversed(bs)
        t = len(bs) - 1 - k
        b = bs[t]
        t1 = dx * x_tape_1[k]               # line 12: x = x * np.sum(b**2)
        dx = dx * tape[k]
        db = 2 * b * np.sum(t1)
        dbs[t] += db
    dWs = [None] * len(Ws)
    for k in reversed(range(len(Ws))):      # line 9: for W, b in zip(Ws, bs)
        W = Ws[k]
        db = dx * (1 - x_tape[k + 1] ** 2)  # line 10: x = np.tanh(W @ x + b)
        dW = np.outer(db, x_tape[k])
        dx = W.T @ db
        dbs[k] += db
        dWs[k] = dW
    for k in reversed(range(len(Ws))):      # line 7: for k, W in enumerate(Ws)
        W = Ws[k]
        dW = 2 * W / (k + 1)                # line 8: penalty += np.sum(W**2) / (k + 1)
        dWs[k] += dW
    return dWs, dbs, dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(Ws, bs, x):
    """Gradient of f with respect to Ws, bs, x.   Ws: list of f64[n,m], bs: list of f64[k], x: f64[l]"""
    # primal
    x_tape = [x]
    for k in range(len(Ws)):
        W = Ws[k]
        b = bs[k]
        x = jnp.tanh(W @ x + b)
        x_tape.append(x)
    x_tape_1 = []
    tape = []
    for k in range(len(bs)):
        x_tape_1.append(x)
        b = bs[len(bs) - 1 - k]
        t = jnp.sum(b ** 2)
        tape.append(t)
        x = x * t
    # adjoint
    dx = jnp.ones_like(x)         # line 13: return np.sum(x) + penalty
    # line 11: for b in reversed(bs):
    dbs = [jnp.zeros_like(item) for item in bs]
    for k in reversed(range(len(bs))):
        x = x_tape_1[k]
        t = len(bs) - 1 - k
        b = bs[t]
        dx_1 = dx * tape[k]       # line 12: x = x * np.sum(b**2)
        db = 2 * b * jnp.sum(dx * x)
        dbs[t] += db              # line 11: for b in reversed(bs):
        dx = dx_1
    dWs = [None] * len(Ws)        # line 9: for W, b in zip(Ws, bs):
    for k in reversed(range(len(Ws))):
        x = x_tape[k]
        x_1 = x_tape[k + 1]
        W = Ws[k]
        db = dx * (1 - x_1 ** 2)  # line 10: x = np.tanh(W @ x + b)
        dW = jnp.outer(db, x)
        dx = db @ W
        dbs[k] += db              # line 9: for W, b in zip(Ws, bs):
        dWs[k] = dW
    for k in reversed(range(len(Ws))):
        W = jnp.asarray(Ws[k])    # line 7: for k, W in enumerate(Ws):
        dW = 2 * W / (k + 1)      # line 8: penalty += np.sum(W**2) / (k + 1)
        dWs[k] += dW              # line 7: for k, W in enumerate(Ws):
    return dWs, dbs, dx

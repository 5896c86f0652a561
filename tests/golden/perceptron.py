"""The multilayer perceptron of the lectures: a loop over a list of layers of any sizes stays a loop."""
import numpy as np

rng = np.random.default_rng(0)


def loss(layers, x, y):
    h = x
    for W, b in layers:
        a = W @ h + b
        h = np.tanh(a)
    return 0.5 * np.sum((h - y) ** 2)


def layers_of(*sizes):
    shapes = [(sizes[k], sizes[k - 1]) for k in range(1, len(sizes))]
    return [(rng.normal(size=(m, n)), rng.normal(size=m)) for m, n in shapes]


f = loss
args = (layers_of(3, 4, 2), rng.normal(size=3), rng.normal(size=2))
more_args = [
    (layers_of(2, 3), rng.normal(size=2), rng.normal(size=3)),
    (layers_of(5, 4, 3, 2), rng.normal(size=5), rng.normal(size=2)),
    ([], rng.normal(size=3), rng.normal(size=3)),
]


# %% ir
# func loss_grad(%layers_W: list[f64[?layers[*][0].0!,?layers[*][0].1!]] = layers[*][0], %layers_b: list[f64[?layers[*][1].0!]] = layers[*][1], %x: f64[x.shape[0]], %y: f64[y.shape[0]]):
#     %t: i64 = seq_length(%layers_W)    # line 9
#     %t.1: i64 = add(%t, 1)    # line 9
#     %h_tape: list[f64[?loop1.h.0.0!]] = tape(%t.1, item=f64[?loop1.h.0.0!])    # line 9
#     %h_tape.1: list[f64[?loop1.h.0.0!]] = record(%h_tape, 0, %x)    # line 9
#     %h: f64[?loop1.h.0.0!], %h_tape.2: list[f64[?loop1.h.0.0!]] = for %k in range(0, %t, 1) carrying (%h.1 = %x, %h_tape.3 = %h_tape.1):    # line 9, records 8 * ?item4.0! bytes a trip
#         %W: f64[?item4.0!,?item4.1!] = seq_get(%layers_W, %k)    # line 9
#         %b: f64[?item5.0!] = seq_get(%layers_b, %k)    # line 9
#         %t.2: f64[?item4.0!] = matmul(%W, %h.1)    # line 10
#         %a: f64[?item4.0!] = add(%t.2, %b)    # line 10
#         %h.2: f64[?item4.0!] = tanh(%a)    # line 11
#         %t.3: i64 = add(%k, 1)    # line 9
#         %h_tape.4: list[f64[?loop1.h.0.0!]] = record(%h_tape.3, %t.3, %h.2)    # line 9
#         yield %h.2, %h_tape.4
#     %t.4: f64[y.shape[0]] = subtract(%h, %y)    # adjoint of line 12
#     %dlayers_W: list[f64[?layers[*][0].0!,?layers[*][0].1!]] = seq_blank(%layers_W)    # adjoint of line 9
#     %dlayers_b: list[f64[?layers[*][1].0!]] = seq_blank(%layers_b)    # adjoint of line 9
#     %dh: f64[x.shape[0]], %dlayers_W.1: list[f64[?layers[*][0].0!,?layers[*][0].1!]], %dlayers_b.1: list[f64[?layers[*][1].0!]] = for %k.1 in reversed range(0, %t, 1) carrying (%dh.1 = %t.4, %dlayers_W.2 = %dlayers_W, %dlayers_b.2 = %dlayers_b):    # adjoint of line 9
#         %h.3: f64[?loop1.h.0.0!] = recall(%h_tape.2, %k.1)    # adjoint of line 9
#         %t.5: i64 = add(%k.1, 1)    # adjoint of line 9
#         %h.4: f64[?loop1.h.0.0!] = recall(%h_tape.2, %t.5)    # adjoint of line 9
#         %W.1: f64[?item4.0!,?item4.1!] = seq_get(%layers_W, %k.1)    # adjoint of line 9
#         %t.6: f64[?item4.0!] = power(%h.4, 2)    # adjoint of line 11
#         %t.7: f64[?item4.0!] = subtract(1, %t.6)    # adjoint of line 11
#         %da: f64[?loop1.h.0.0!'] = multiply(%dh.1, %t.7)    # adjoint of line 11
#         %dW: f64[?loop1.h.0.0!',?loop1.h.0.0!] = outer(%da, %h.3)    # adjoint of line 10
#         %t.8: f64[?item4.1!,?item4.0!] = transpose(%W.1)    # adjoint of line 10
#         %dh.2: f64[?item4.1!] = matmul(%t.8, %da)    # adjoint of line 10
#         %dlayers_b.3: list[f64[?layers[*][1].0!]] = seq_set(%dlayers_b.2, %k.1, %da)    # adjoint of line 9
#         %dlayers_W.3: list[f64[?layers[*][0].0!,?layers[*][0].1!]] = seq_set(%dlayers_W.2, %k.1, %dW)    # adjoint of line 9
#         yield %dh.2, %dlayers_W.3, %dlayers_b.3
#     return %dlayers_W.1, %dlayers_b.1

# %% numpy
import numpy as np


def loss_grad(layers, x, y):
    """Gradient of loss with respect to layers.   layers: list of (f64[n,m], f64[k]), x: f64[l], y: f64[p]"""
    # primal
    h_tape = [x]
    h = x
    for W, b in layers:
        a = W @ h + b
        h = np.tanh(a)
        h_tape.append(h)
    # adjoint
    dh = h - y                              # line 12: return 0.5 * np.sum((h - y) ** 2)
    dlayers = [None] * len(layers)
    for k in reversed(range(len(layers))):  # line 9: for W, b in layers
        W = layers[k][0]
        da = dh * (1 - h_tape[k + 1] ** 2)  # line 11: h = np.tanh(a)
        dW = np.outer(da, h_tape[k])        # line 10: a = W @ h + b
        dh = W.T @ da
        dlayers[k] = (dW, da)
    return dlayers

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def loss_grad(layers, x, y):
    """Gradient of loss with respect to layers.   layers: list of (f64[n,m], f64[k]), x: f64[l], y: f64[p]"""
    # primal
    h_tape = [x]
    h = x
    for k in range(len(layers)):
        W = layers[k][0]
        b = layers[k][1]
        a = W @ h + b
        h = jnp.tanh(a)
        h_tape.append(h)
    # adjoint
    dlayers_W = [None] * len(layers)  # line 9: for W, b in layers:
    dlayers_b = [None] * len(layers)
    dh = h - y
    for k in reversed(range(len(layers))):
        h_1 = h_tape[k]
        h_2 = h_tape[k + 1]
        W = layers[k][0]
        da = dh * (1 - h_2 ** 2)      # line 11: h = np.tanh(a)
        dW = jnp.outer(da, h_1)       # line 10: a = W @ h + b
        dh = da @ W
        dlayers_b[k] = da             # line 9: for W, b in layers:
        dlayers_W[k] = dW
    return list(zip(dlayers_W, dlayers_b))

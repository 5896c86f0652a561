"""Lists, tuples and dicts inside each other."""
import numpy as np


def f(model, x):
    (scale, shift), blocks = model["head"], model["blocks"]
    for block in blocks:
        x = x + np.tanh(block["U"] @ x)
    return np.sum(x * scale) + shift


rng = np.random.default_rng(0)
blocks = [{"U": rng.normal(size=(2, 2))}, {"U": rng.normal(size=(2, 2))}]
args = ({"head": (rng.normal(size=2), 0.3), "blocks": blocks}, rng.normal(size=2))


# %% ir
# func f_grad(%scale: f64[model['head'][0].shape[0]] = model['head'][0], %shift: f64 = model['head'][1], %model: list[f64[?model['blocks'][*]['U'].0!,?model['blocks'][*]['U'].1!]] = model['blocks'][*]['U'], %x: f64[x.shape[0]]):
#     %t: i64 = seq_length(%model)    # line 7
#     %x_tape: list[f64[x.shape[0]]] = tape(%t, item=f64[x.shape[0]])    # line 7
#     %tape: list[f64[?item3.0!]] = tape(%t, item=f64[?item3.0!])    # line 7
#     %x.1: f64[x.shape[0]], %x_tape.1: list[f64[x.shape[0]]], %tape.1: list[f64[?item3.0!]] = for %k in range(0, %t, 1) carrying (%x.2 = %x, %x_tape.2 = %x_tape, %tape.2 = %tape):    # line 7, records 8 * ?item3.0! + 8 * x.shape[0] bytes a trip
#         %x_tape.3: list[f64[x.shape[0]]] = record(%x_tape.2, %k, %x.2)    # line 7
#         %t.1: f64[?item3.0!,?item3.1!] = seq_get(%model, %k)    # line 7
#         %t.2: f64[?item3.0!] = matmul(%t.1, %x.2)    # line 8
#         %t.3: f64[?item3.0!] = tanh(%t.2)    # line 8
#         %tape.3: list[f64[?item3.0!]] = record(%tape.2, %k, %t.3)    # line 7
#         %x.3: f64[x.shape[0]] = add(%x.2, %t.3)    # line 8
#         yield %x.3, %x_tape.3, %tape.3
#     %dmodel: list[f64[?model['blocks'][*]['U'].0!,?model['blocks'][*]['U'].1!]] = seq_blank(%model)    # adjoint of line 7
#     %dx: f64[x.shape[0]], %dmodel.1: list[f64[?model['blocks'][*]['U'].0!,?model['blocks'][*]['U'].1!]] = for %k.1 in reversed range(0, %t, 1) carrying (%dx.1 = %scale, %dmodel.2 = %dmodel):    # adjoint of line 7
#         %x.4: f64[x.shape[0]] = recall(%x_tape.1, %k.1)    # adjoint of line 7
#         %t.4: f64[?item3.0!] = recall(%tape.1, %k.1)    # adjoint of line 7
#         %t.5: f64[?item3.0!,?item3.1!] = seq_get(%model, %k.1)    # adjoint of line 7
#         %t.6: f64[?item3.0!] = power(%t.4, 2)    # adjoint of line 8
#         %t.7: f64[?item3.0!] = subtract(1, %t.6)    # adjoint of line 8
#         %t.8: f64[x.shape[0]] = multiply(%dx.1, %t.7)    # adjoint of line 8
#         %t.9: f64[x.shape[0],x.shape[0]] = outer(%t.8, %x.4)    # adjoint of line 8
#         %t.10: f64[?item3.1!,?item3.0!] = transpose(%t.5)    # adjoint of line 8
#         %t.11: f64[?item3.1!] = matmul(%t.10, %t.8)    # adjoint of line 8
#         %dx.2: f64[x.shape[0]] = add(%dx.1, %t.11)    # adjoint of line 8
#         %dmodel.3: list[f64[?model['blocks'][*]['U'].0!,?model['blocks'][*]['U'].1!]] = seq_set(%dmodel.2, %k.1, %t.9)    # adjoint of line 7
#         yield %dx.2, %dmodel.3
#     return %x.1, 1.0, %dmodel.1

# %% numpy
import numpy as np


def f_grad(model, x):
    """Gradient of f with respect to model.   model: {'head': (f64[n], float), 'blocks': list of {'U': f64[m,k]}}, x: f64[n]"""
    scale = model["head"][0]
    # primal
    x_tape = []
    tape = []
    for k in range(len(model["blocks"])):
        x_tape.append(x)
        t = np.tanh(model["blocks"][k]["U"] @ x)
        tape.append(t)
        x = x + t
    # adjoint
    dmodel = [None] * len(model["blocks"])
    dx = scale
    for k in reversed(range(len(model["blocks"]))):  # line 7: for block in blocks
        t = dx * (1 - tape[k] ** 2)                  # line 8: x = x + np.tanh(block["U"] @ x)
        dx = dx + model["blocks"][k]["U"].T @ t
        dmodel[k] = np.outer(t, x_tape[k])
    return {"head": (x.copy(), 1.0), "blocks": [{"U": dmodel_k} for dmodel_k in dmodel]}

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(model, x):
    """Gradient of f with respect to model.   model: {'head': (f64[n], float), 'blocks': list of {'U': f64[m,k]}}, x: f64[n]"""
    # primal
    x_tape = []
    tape = []
    for k in range(len(model["blocks"])):
        x_tape.append(x)
        t = jnp.tanh(model["blocks"][k]["U"] @ x)
        tape.append(t)
        x = x + t
    # adjoint
    dmodel = [None] * len(model["blocks"])  # line 7: for block in blocks:
    dx = model["head"][0]
    for k in reversed(range(len(model["blocks"]))):
        x_1 = x_tape[k]
        t = dx * (1 - tape[k] ** 2)         # line 8: x = x + np.tanh(block["U"] @ x)
        dx = dx + t @ model["blocks"][k]["U"]
        dmodel[k] = jnp.outer(t, x_1)       # line 7: for block in blocks:
    return {"head": (x, 1.0), "blocks": [{"U": dmodel_k} for dmodel_k in dmodel]}

"""A gated recurrent unit with its weights in a dict."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def f(p, xs):
    h = np.zeros(p["Uz"].shape[0])
    for x in xs:
        z = sigmoid(p["Wz"] @ x + p["Uz"] @ h)
        candidate = np.tanh(p["Wh"] @ x + p["Uh"] @ h)
        h = (1 - z) * h + z * candidate
    return np.sum(h**2)


rng = np.random.default_rng(0)
args = ({"Wz": rng.normal(size=(2, 3)), "Uz": rng.normal(size=(2, 2)), "Wh": rng.normal(size=(2, 3)),
         "Uh": rng.normal(size=(2, 2))}, rng.normal(size=(4, 3)))


# %% ir
# func f_grad(%Wz: f64[p['Wz'].shape[0],p['Wz'].shape[1]] = p['Wz'], %Uz: f64[p['Uz'].shape[0],p['Uz'].shape[1]] = p['Uz'], %Wh: f64[p['Wh'].shape[0],p['Wh'].shape[1]] = p['Wh'], %Uh: f64[p['Uh'].shape[0],p['Uh'].shape[1]] = p['Uh'], %xs: f64[xs.shape[0],xs.shape[1]]):
#     %t: i64 = size(%Uz, axis=0)    # line 10
#     %h: f64[p['Uz'].shape[0]] = zeros(%t)    # line 10
#     %t.1: i64 = size(%xs, axis=0)    # line 11
#     %h_tape: list[f64[p['Uz'].shape[0]]] = tape(%t.1, item=f64[p['Uz'].shape[0]])    # line 11
#     %tape: list[f64[p['Wz'].shape[0]]] = tape(%t.1, item=f64[p['Wz'].shape[0]])    # line 11
#     %candidate_tape: list[f64[p['Wh'].shape[0]]] = tape(%t.1, item=f64[p['Wh'].shape[0]])    # line 11
#     %h.1: f64[p['Uz'].shape[0]], %h_tape.1: list[f64[p['Uz'].shape[0]]], %tape.1: list[f64[p['Wz'].shape[0]]], %candidate_tape.1: list[f64[p['Wh'].shape[0]]] = for %k in range(0, %t.1, 1) carrying (%h.2 = %h, %h_tape.2 = %h_tape, %tape.2 = %tape, %candidate_tape.2 = %candidate_tape):    # line 11, records 8 * p['Uz'].shape[0] + 8 * p['Wh'].shape[0] + 8 * p['Wz'].shape[0] bytes a trip
#         %h_tape.3: list[f64[p['Uz'].shape[0]]] = record(%h_tape.2, %k, %h.2)    # line 11
#         %x: f64[xs.shape[1]] = getitem(%xs, %k, index=(At(operand=0),))    # line 11
#         %t.2: f64[p['Wz'].shape[0]] = matmul(%Wz, %x)    # line 12
#         %t.3: f64[p['Uz'].shape[0]] = matmul(%Uz, %h.2)    # line 12
#         %t.4: f64[p['Wz'].shape[0]] = add(%t.2, %t.3)    # line 12
#         %t.5: f64[p['Wz'].shape[0]] = negative(%t.4)    # line 6
#         %t.6: f64[p['Wz'].shape[0]] = exp(%t.5)    # line 6
#         %tape.3: list[f64[p['Wz'].shape[0]]] = record(%tape.2, %k, %t.6)    # line 11
#         %t.7: f64[p['Wz'].shape[0]] = add(1, %t.6)    # line 6
#         %z: f64[p['Wz'].shape[0]] = divide(1, %t.7)    # line 6
#         %t.8: f64[p['Wh'].shape[0]] = matmul(%Wh, %x)    # line 13
#         %t.9: f64[p['Uh'].shape[0]] = matmul(%Uh, %h.2)    # line 13
#         %t.10: f64[p['Wh'].shape[0]] = add(%t.8, %t.9)    # line 13
#         %candidate: f64[p['Wh'].shape[0]] = tanh(%t.10)    # line 13
#         %candidate_tape.3: list[f64[p['Wh'].shape[0]]] = record(%candidate_tape.2, %k, %candidate)    # line 11
#         %t.11: f64[p['Wz'].shape[0]] = subtract(1, %z)    # line 14
#         %t.12: f64[p['Wz'].shape[0]] = multiply(%t.11, %h.2)    # line 14
#         %t.13: f64[p['Wz'].shape[0]] = multiply(%z, %candidate)    # line 14
#         %h.3: f64[p['Wz'].shape[0]] = add(%t.12, %t.13)    # line 14
#         yield %h.3, %h_tape.3, %tape.3, %candidate_tape.3
#     %t.14: f64[p['Uz'].shape[0]] = multiply(2, %h.1)    # adjoint of line 15
#     %t.15: (p['Wz'].shape[0], p['Wz'].shape[1]) = shape(%Wz)    # adjoint of line 11
#     %dWz: f64[p['Wz'].shape[0],p['Wz'].shape[1]] = zeros_of(%t.15)    # adjoint of line 11
#     %t.16: (p['Uz'].shape[0], p['Uz'].shape[1]) = shape(%Uz)    # adjoint of line 11
#     %dUz: f64[p['Uz'].shape[0],p['Uz'].shape[1]] = zeros_of(%t.16)    # adjoint of line 11
#     %t.17: (p['Wh'].shape[0], p['Wh'].shape[1]) = shape(%Wh)    # adjoint of line 11
#     %dWh: f64[p['Wh'].shape[0],p['Wh'].shape[1]] = zeros_of(%t.17)    # adjoint of line 11
#     %t.18: (p['Uh'].shape[0], p['Uh'].shape[1]) = shape(%Uh)    # adjoint of line 11
#     %dUh: f64[p['Uh'].shape[0],p['Uh'].shape[1]] = zeros_of(%t.18)    # adjoint of line 11
#     %dh: f64[p['Uz'].shape[0]], %dWz.1: f64[p['Wz'].shape[0],p['Wz'].shape[1]], %dUz.1: f64[p['Uz'].shape[0],p['Uz'].shape[1]], %dWh.1: f64[p['Wh'].shape[0],p['Wh'].shape[1]], %dUh.1: f64[p['Uh'].shape[0],p['Uh'].shape[1]] = for %k.1 in reversed range(0, %t.1, 1) carrying (%dh.1 = %t.14, %dWz.2 = %dWz, %dUz.2 = %dUz, %dWh.2 = %dWh, %dUh.2 = %dUh):    # adjoint of line 11
#         %h.4: f64[p['Uz'].shape[0]] = recall(%h_tape.1, %k.1)    # adjoint of line 11
#         %t.19: f64[p['Wz'].shape[0]] = recall(%tape.1, %k.1)    # adjoint of line 11
#         %candidate.1: f64[p['Wh'].shape[0]] = recall(%candidate_tape.1, %k.1)    # adjoint of line 11
#         %x.1: f64[xs.shape[1]] = getitem(%xs, %k.1, index=(At(operand=0),))    # adjoint of line 11
#         %t.20: f64[p['Wz'].shape[0]] = add(1, %t.19)    # adjoint of line 6
#         %z.1: f64[p['Wz'].shape[0]] = divide(1, %t.20)    # adjoint of line 6
#         %t.21: f64[p['Wz'].shape[0]] = subtract(1, %z.1)    # adjoint of line 14
#         %dz: f64[p['Uz'].shape[0]] = multiply(%dh.1, %candidate.1)    # adjoint of line 14
#         %dcandidate: f64[p['Uz'].shape[0]] = divide(%dh.1, %t.20)    # adjoint of line 14
#         %t.22: f64[p['Uz'].shape[0]] = multiply(%dh.1, %h.4)    # adjoint of line 14
#         %dh.2: f64[p['Uz'].shape[0]] = multiply(%dh.1, %t.21)    # adjoint of line 14
#         %dz.1: f64[p['Uz'].shape[0]] = subtract(%dz, %t.22)    # adjoint of line 14
#         %t.23: f64[p['Wh'].shape[0]] = power(%candidate.1, 2)    # adjoint of line 13
#         %t.24: f64[p['Wh'].shape[0]] = subtract(1, %t.23)    # adjoint of line 13
#         %t.25: f64[p['Uz'].shape[0]] = multiply(%dcandidate, %t.24)    # adjoint of line 13
#         %t.26: f64[p['Uz'].shape[0],p['Uz'].shape[0]] = outer(%t.25, %h.4)    # adjoint of line 13
#         %dUh.3: f64[p['Uh'].shape[0],p['Uh'].shape[1]] = add(%dUh.2, %t.26)    # adjoint of line 13
#         %t.27: f64[p['Uh'].shape[1],p['Uh'].shape[0]] = transpose(%Uh)    # adjoint of line 13
#         %t.28: f64[p['Uh'].shape[1]] = matmul(%t.27, %t.25)    # adjoint of line 13
#         %dh.3: f64[p['Uz'].shape[0]] = add(%dh.2, %t.28)    # adjoint of line 13
#         %t.29: f64[p['Uz'].shape[0],xs.shape[1]] = outer(%t.25, %x.1)    # adjoint of line 13
#         %dWh.3: f64[p['Wh'].shape[0],p['Wh'].shape[1]] = add(%dWh.2, %t.29)    # adjoint of line 13
#         %t.30: f64[p['Uz'].shape[0]] = divide(%dz.1, %t.20)    # adjoint of line 6
#         %t.31: f64[p['Uz'].shape[0]] = divide(%t.30, %t.20)    # adjoint of line 6
#         %t.32: f64[p['Uz'].shape[0]] = multiply(%t.31, %t.19)    # adjoint of line 6
#         %t.33: f64[p['Uz'].shape[0],p['Uz'].shape[0]] = outer(%t.32, %h.4)    # adjoint of line 12
#         %dUz.3: f64[p['Uz'].shape[0],p['Uz'].shape[1]] = add(%dUz.2, %t.33)    # adjoint of line 12
#         %t.34: f64[p['Uz'].shape[1],p['Uz'].shape[0]] = transpose(%Uz)    # adjoint of line 12
#         %t.35: f64[p['Uz'].shape[1]] = matmul(%t.34, %t.32)    # adjoint of line 12
#         %dh.4: f64[p['Uz'].shape[0]] = add(%dh.3, %t.35)    # adjoint of line 12
#         %t.36: f64[p['Uz'].shape[0],xs.shape[1]] = outer(%t.32, %x.1)    # adjoint of line 12
#         %dWz.3: f64[p['Wz'].shape[0],p['Wz'].shape[1]] = add(%dWz.2, %t.36)    # adjoint of line 12
#         yield %dh.4, %dWz.3, %dUz.3, %dWh.3, %dUh.3
#     return %dWz.1, %dUz.1, %dWh.1, %dUh.1

# %% numpy
import numpy as np


def f_grad(p, xs):
    """Gradient of f with respect to p.   p: {'Wz': f64[n,m], 'Uz': f64[n,n], 'Wh': f64[n,k], 'Uh': f64[n,n]}, xs: f64[l,k]"""
    Wz = p["Wz"]
    Uz = p["Uz"]
    Wh = p["Wh"]
    Uh = p["Uh"]
    # primal
    h = np.zeros(Uz.shape[0])
    h_tape = []
    tape = []
    candidate_tape = []
    # records 8 * p['Uz'].shape[0] + 8 * p['Wh'].shape[0] + 8 * p['Wz'].shape[0] bytes a trip
    for k in range(len(xs)):
        h_tape.append(h)
        x = xs[k]
        t = np.exp(-(Wz @ x + Uz @ h))
        tape.append(t)
        z = 1 / (1 + t)
        candidate = np.tanh(Wh @ x + Uh @ h)
        candidate_tape.append(candidate)
        h = (1 - z) * h + z * candidate
    # adjoint
    dh = 2 * h                  # line 15: return np.sum(h**2)
    dWz = np.zeros_like(Wz)
    dUz = np.zeros_like(Uz)
    dWh = np.zeros_like(Wh)
    dUh = np.zeros_like(Uh)
    # line 11: for x in xs
    for k in reversed(range(len(xs))):
        h = h_tape[k]
        t = tape[k]
        candidate = candidate_tape[k]
        x = xs[k]
        t1 = 1 + t              # line 6: return 1 / (1 + np.exp(-z))
        z = 1 / t1
        dz = dh * candidate     # line 14: h = (1 - z) * h + z * candidate
        dcandidate = dh / t1
        t2 = dh * h
        dh = dh * (1 - z)
        dz = dz - t2
        # line 13: candidate = np.tanh(p["Wh"] @ x + p["Uh"] @ h)
        t2 = dcandidate * (1 - candidate ** 2)
        dUh += np.outer(t2, h)
        dh = dh + Uh.T @ t2
        dWh += np.outer(t2, x)
        t2 = dz / t1 / t1 * t   # line 6: return 1 / (1 + np.exp(-z))
        dUz += np.outer(t2, h)  # line 12: z = sigmoid(p["Wz"] @ x + p["Uz"] @ h)
        dh = dh + Uz.T @ t2
        dWz += np.outer(t2, x)
    return {"Wz": dWz, "Uz": dUz, "Wh": dWh, "Uh": dUh}

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


@jax.jit
def f_grad(p, xs):
    """Gradient of f with respect to p.   p: {'Wz': f64[n,m], 'Uz': f64[n,n], 'Wh': f64[n,k], 'Uh': f64[n,n]}, xs: f64[l,k]"""
    xs = jnp.asarray(xs)
    # primal
    h = jnp.zeros(p["Uz"].shape[0])

    # records 8 * p['Uz'].shape[0] + 8 * p['Wh'].shape[0] + 8 * p['Wz'].shape[0] bytes a trip
    def body_k(k, carry):
        h, h_tape, tape, candidate_tape = carry
        h_tape = write_at(h_tape, h, k)
        x = read_at(xs, k)
        t = jnp.exp(-(p["Wz"] @ x + p["Uz"] @ h))
        tape = write_at(tape, t, k)
        z = 1 / (1 + t)
        candidate = jnp.tanh(p["Wh"] @ x + p["Uh"] @ h)
        candidate_tape = write_at(candidate_tape, candidate, k)
        h = (1 - z) * h + z * candidate
        return h, h_tape, tape, candidate_tape

    h, h_tape, tape, candidate_tape = fori_loop(
        0,
        xs.shape[0],
        body_k,
        (
            h,
            jnp.zeros((xs.shape[0], *h.shape)),
            jnp.zeros((xs.shape[0], p["Wz"].shape[0])),
            jnp.zeros((xs.shape[0], p["Wh"].shape[0])),
        ),
    )
    # adjoint
    dWz = jnp.zeros_like(p["Wz"])  # line 11: for x in xs:
    dUz = jnp.zeros_like(p["Uz"])
    dWh = jnp.zeros_like(p["Wh"])
    dUh = jnp.zeros_like(p["Uh"])

    def body_k(trip, carry):
        dh, dWz, dUz, dWh, dUh = carry
        k = xs.shape[0] - 1 - trip
        h = read_at(h_tape, k)
        t = read_at(tape, k)
        candidate = read_at(candidate_tape, k)
        x = read_at(xs, k)
        t_1 = 1 + t                  # line 6: return 1 / (1 + np.exp(-z))
        z = 1 / t_1
        dz = dh * candidate          # line 14: h = (1 - z) * h + z * candidate
        dcandidate = dh / t_1
        dh_1 = dh * (1 - z)
        dz = dz - dh * h
        # line 13: candidate = np.tanh(p["Wh"] @ x + p["Uh"] @ h)
        t_2 = dcandidate * (1 - candidate ** 2)
        dUh = dUh + jnp.outer(t_2, h)
        dh = dh_1 + t_2 @ p["Uh"]
        dWh = dWh + jnp.outer(t_2, x)
        t = dz / t_1 / t_1 * t       # line 6: return 1 / (1 + np.exp(-z))
        dUz = dUz + jnp.outer(t, h)  # line 12: z = sigmoid(p["Wz"] @ x + p["Uz"] @ h)
        dh = dh + t @ p["Uz"]
        dWz = dWz + jnp.outer(t, x)
        return dh, dWz, dUz, dWh, dUh

    _, dWz, dUz, dWh, dUh = fori_loop(0, xs.shape[0], body_k, (2 * h, dWz, dUz, dWh, dUh))
    return {"Wz": dWz, "Uz": dUz, "Wh": dWh, "Uh": dUh}

"""Mini-batches from a function that yields, and a momentum that is kept in a dict from the first step on."""

import numpy as np


def batches(x, y, size):
    for start in range(0, len(x), size):
        yield x[start : start + size], y[start : start + size]


class Momentum:
    def __init__(self, rate, beta=0.9):
        self.rate = rate
        self.beta = beta
        self.velocity = {}

    def step(self, name, value, slope):
        if name not in self.velocity:
            self.velocity[name] = np.zeros_like(value)
        self.velocity[name] = self.beta * self.velocity[name] - self.rate * slope
        return value + self.velocity[name]


def f(w, x, y):
    optimizer = Momentum(0.1)
    for _ in range(3):
        for xs, ys in batches(x, y, 2):
            slope = xs.T @ (xs @ w - ys) / len(ys)
            w = optimizer.step("w", w, slope)
    return np.sum((x @ w - y) ** 2)


args = (
    np.array([0.5, -0.3]),
    np.array([[1.0, 0.2], [0.3, -1.0], [0.6, 0.7], [-0.4, 1.1]]),
    np.array([1.0, 0.5, -0.2, 0.8]),
)
argnums = (0, 1)
backends = ("numpy",)


# %% ir
# func f_grad(%w: f64[w.shape[0]], %x: f64[x.shape[0],x.shape[1]], %y: f64[y.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 7
#     %xs: f64[2,x.shape[1]] = getitem(%x, 0, 2, index=(Slice(start=0, stop=1, step=None),))    # line 8
#     %ys: f64[2] = getitem(%y, 0, 2, index=(Slice(start=0, stop=1, step=None),))    # line 8
#     %t.1: f64[x.shape[1],2] = transpose(%xs)    # line 28
#     %t.2: f64[2] = matmul(%xs, %w)    # line 28
#     %t.3: f64[2] = subtract(%t.2, %ys)    # line 28
#     %t.4: f64[x.shape[1]] = matmul(%t.1, %t.3)    # line 28
#     %slope: f64[x.shape[1]] = divide(%t.4, 2)    # line 28
#     %t.5: f64[w.shape[0]] = zeros_like(%w)    # line 19
#     %t.6: f64[w.shape[0]] = multiply(0.9, %t.5)    # line 20
#     %t.7: f64[x.shape[1]] = multiply(0.1, %slope)    # line 20
#     %t.8: f64[w.shape[0]] = subtract(%t.6, %t.7)    # line 20
#     %w.1: f64[w.shape[0]] = add(%w, %t.8)    # line 21
#     %t.9: i64 = subtract(2, %t)    # line 7
#     %t.10: i64 = floor_divide(%t.9, 2)    # line 7
#     %t.11: i64 = negative(%t.10)    # line 7
#     %w_tape: list[f64[w.shape[0]]] = tape(%t.11, item=f64[w.shape[0]])    # line 7
#     %tape: list[f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))]] = tape(%t.11, item=f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))])    # line 7
#     %w.2: f64[w.shape[0]], %w.3: f64[w.shape[0]], %w_tape.1: list[f64[w.shape[0]]], %tape.1: list[f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))]] = for %start in range(2, %t, 2) carrying (%w.4 = %w.1, %w.5 = %t.8, %w_tape.2 = %w_tape, %tape.2 = %tape):    # line 7, records 8 * ?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0])) + 8 * w.shape[0] bytes a trip
#         %t.12: i64 = subtract(%start, 2)    # line 7
#         %t.13: i64 = floor_divide(%t.12, 2)    # line 7
#         %w_tape.3: list[f64[w.shape[0]]] = record(%w_tape.2, %t.13, %w.4)    # line 7
#         %t.14: i64 = add(%start, 2)    # line 8
#         %xs.1: f64[?window(?start@loop5:?start@loop5 + 2 of x.shape[0]),x.shape[1]] = getitem(%x, %start, %t.14, index=(Slice(start=0, stop=1, step=None),))    # line 8
#         %t.15: i64 = add(%start, 2)    # line 8
#         %ys.1: f64[?window(?start@loop5:?start@loop5 + 2 of y.shape[0])] = getitem(%y, %start, %t.15, index=(Slice(start=0, stop=1, step=None),))    # line 8
#         %t.16: f64[x.shape[1],?window(?start@loop5:?start@loop5 + 2 of x.shape[0])] = transpose(%xs.1)    # line 28
#         %t.17: f64[?window(?start@loop5:?start@loop5 + 2 of x.shape[0])] = matmul(%xs.1, %w.4)    # line 28
#         %t.18: f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))] = subtract(%t.17, %ys.1)    # line 28
#         %tape.3: list[f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))]] = record(%tape.2, %t.13, %t.18)    # line 7
#         %t.19: f64[x.shape[1]] = matmul(%t.16, %t.18)    # line 28
#         %t.20: i64 = size(%ys.1, axis=0)    # line 28
#         %slope.1: f64[x.shape[1]] = divide(%t.19, %t.20)    # line 28
#         %t.21: f64[w.shape[0]] = multiply(0.9, %w.5)    # line 20
#         %t.22: f64[x.shape[1]] = multiply(0.1, %slope.1)    # line 20
#         %t.23: f64[w.shape[0]] = subtract(%t.21, %t.22)    # line 20
#         %w.6: f64[w.shape[0]] = add(%w.4, %t.23)    # line 21
#         yield %w.6, %t.23, %w_tape.3, %tape.3
#     %w_tapes: list[list[f64[w.shape[0]]]] = tape(2, item=list[f64[w.shape[0]]])    # line 26
#     %tapes: list[list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]]] = tape(2, item=list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]])    # line 26
#     %w.7: f64[w.shape[0]], %w.8: f64[w.shape[0]], %w_tapes.1: list[list[f64[w.shape[0]]]], %tapes.1: list[list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]]] = for %_ in range(1, 3, 1) carrying (%w.9 = %w.2, %w.10 = %w.3, %w_tapes.2 = %w_tapes, %tapes.2 = %tapes):    # line 26
#         %t.24: i64 = subtract(%_, 1)    # line 26
#         %t.25: i64 = size(%x, axis=0)    # line 7
#         %t.26: i64 = subtract(0, %t.25)    # line 7
#         %t.27: i64 = floor_divide(%t.26, 2)    # line 7
#         %t.28: i64 = negative(%t.27)    # line 7
#         %w_tape.4: list[f64[w.shape[0]]] = tape(%t.28, item=f64[w.shape[0]])    # line 7
#         %tape.4: list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]] = tape(%t.28, item=f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))])    # line 7
#         %w.11: f64[w.shape[0]], %w.12: f64[w.shape[0]], %w_tape.5: list[f64[w.shape[0]]], %tape.5: list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]] = for %start.1 in range(0, %t.25, 2) carrying (%w.13 = %w.9, %w.14 = %w.10, %w_tape.6 = %w_tape.4, %tape.6 = %tape.4):    # line 7, records 8 * ?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0])) + 8 * w.shape[0] bytes a trip
#             %t.29: i64 = subtract(%start.1, 0)    # line 7
#             %t.30: i64 = floor_divide(%t.29, 2)    # line 7
#             %w_tape.7: list[f64[w.shape[0]]] = record(%w_tape.6, %t.30, %w.13)    # line 7
#             %t.31: i64 = add(%start.1, 2)    # line 8
#             %xs.2: f64[?window(?start@loop8:?start@loop8 + 2 of x.shape[0]),x.shape[1]] = getitem(%x, %start.1, %t.31, index=(Slice(start=0, stop=1, step=None),))    # line 8
#             %t.32: i64 = add(%start.1, 2)    # line 8
#             %ys.2: f64[?window(?start@loop8:?start@loop8 + 2 of y.shape[0])] = getitem(%y, %start.1, %t.32, index=(Slice(start=0, stop=1, step=None),))    # line 8
#             %t.33: f64[x.shape[1],?window(?start@loop8:?start@loop8 + 2 of x.shape[0])] = transpose(%xs.2)    # line 28
#             %t.34: f64[?window(?start@loop8:?start@loop8 + 2 of x.shape[0])] = matmul(%xs.2, %w.13)    # line 28
#             %t.35: f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))] = subtract(%t.34, %ys.2)    # line 28
#             %tape.7: list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]] = record(%tape.6, %t.30, %t.35)    # line 7
#             %t.36: f64[x.shape[1]] = matmul(%t.33, %t.35)    # line 28
#             %t.37: i64 = size(%ys.2, axis=0)    # line 28
#             %slope.2: f64[x.shape[1]] = divide(%t.36, %t.37)    # line 28
#             %t.38: f64[w.shape[0]] = multiply(0.9, %w.14)    # line 20
#             %t.39: f64[x.shape[1]] = multiply(0.1, %slope.2)    # line 20
#             %t.40: f64[w.shape[0]] = subtract(%t.38, %t.39)    # line 20
#             %w.15: f64[w.shape[0]] = add(%w.13, %t.40)    # line 21
#             yield %w.15, %t.40, %w_tape.7, %tape.7
#         %w_tapes.3: list[list[f64[w.shape[0]]]] = record(%w_tapes.2, %t.24, %w_tape.5)    # line 26
#         %tapes.3: list[list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]]] = record(%tapes.2, %t.24, %tape.5)    # line 26
#         yield %w.11, %w.12, %w_tapes.3, %tapes.3
#     %t.41: f64[x.shape[0]] = matmul(%x, %w.7)    # line 30
#     %t.42: f64[x.shape[0]] = subtract(%t.41, %y)    # adjoint of line 30
#     %t.43: f64[x.shape[0]] = multiply(2, %t.42)    # adjoint of line 30
#     %dx: f64[x.shape[0],w.shape[0]] = outer(%t.43, %w.7)    # adjoint of line 30
#     %t.44: f64[x.shape[1],x.shape[0]] = transpose(%x)    # adjoint of line 30
#     %dw: f64[x.shape[1]] = matmul(%t.44, %t.43)    # adjoint of line 30
#     %t.45: (w.shape[0]) = shape(%w.8)    # adjoint of line 26
#     %t.46: f64[w.shape[0]] = zeros_of(%t.45)    # adjoint of line 26
#     %dw.1: f64[w.shape[0]], %dw.2: f64[w.shape[0]], %dx.1: f64[x.shape[0],x.shape[1]] = for %_.1 in reversed range(1, 3, 1) carrying (%dw.3 = %dw, %dw.4 = %t.46, %dx.2 = %dx):    # adjoint of line 26
#         %t.47: i64 = subtract(%_.1, 1)    # adjoint of line 26
#         %w_tape.8: list[f64[w.shape[0]]] = recall(%w_tapes.1, %t.47)    # adjoint of line 26
#         %tape.8: list[f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))]] = recall(%tapes.1, %t.47)    # adjoint of line 26
#         %dw.5: f64[w.shape[0]], %dw.6: f64[w.shape[0]], %dx.3: f64[x.shape[0],x.shape[1]] = for %start.2 in reversed range(0, %t, 2) carrying (%dw.7 = %dw.3, %dw.8 = %dw.4, %dx.4 = %dx.2):    # adjoint of line 7
#             %t.48: i64 = subtract(%start.2, 0)    # adjoint of line 7
#             %t.49: i64 = floor_divide(%t.48, 2)    # adjoint of line 7
#             %w.16: f64[w.shape[0]] = recall(%w_tape.8, %t.49)    # adjoint of line 7
#             %t.50: f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))] = recall(%tape.8, %t.49)    # adjoint of line 7
#             %t.51: i64 = add(%start.2, 2)    # adjoint of line 8
#             %xs.3: f64[?window(?start@loop8:?start@loop8 + 2 of x.shape[0]),x.shape[1]] = getitem(%x, %start.2, %t.51, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#             %ys.3: f64[?window(?start@loop8:?start@loop8 + 2 of y.shape[0])] = getitem(%y, %start.2, %t.51, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#             %t.52: i64 = size(%ys.3, axis=0)    # adjoint of line 28
#             %t.53: f64[w.shape[0]] = add(%dw.8, %dw.7)    # adjoint of line 21
#             %dslope: f64[w.shape[0]] = multiply(-0.1, %t.53)    # adjoint of line 20
#             %dw.9: f64[w.shape[0]] = multiply(%t.53, 0.9)    # adjoint of line 20
#             %t.54: f64[w.shape[0]] = divide(%dslope, %t.52)    # adjoint of line 28
#             %t.55: f64[w.shape[0],?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))] = outer(%t.54, %t.50)    # adjoint of line 28
#             %t.56: f64[?window(?start@loop8:?start@loop8 + 2 of x.shape[0])] = matmul(%xs.3, %t.54)    # adjoint of line 28
#             %dxs: f64[?window(?start@loop8:?start@loop8 + 2 of x.shape[0]),w.shape[0]] = outer(%t.56, %w.16)    # adjoint of line 28
#             %t.57: f64[x.shape[1],?window(?start@loop8:?start@loop8 + 2 of x.shape[0])] = transpose(%xs.3)    # adjoint of line 28
#             %t.58: f64[x.shape[1]] = matmul(%t.57, %t.56)    # adjoint of line 28
#             %dw.10: f64[w.shape[0]] = add(%dw.7, %t.58)    # adjoint of line 28
#             %t.59: f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0])),w.shape[0]] = transpose(%t.55)    # adjoint of line 28
#             %dxs.1: f64[?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?(?window(?start@loop8:?start@loop8 + 2 of x.shape[0]) with ?window(?start@loop8:?start@loop8 + 2 of y.shape[0]))),w.shape[0]] = add(%dxs, %t.59)    # adjoint of line 28
#             %dx.5: f64[x.shape[0],x.shape[1]] = add_at(%dx.4, %dxs.1, %start.2, %t.51, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#             yield %dw.10, %dw.9, %dx.5
#         yield %dw.5, %dw.6, %dx.3
#     %dw.11: f64[w.shape[0]], %dw.12: f64[w.shape[0]], %dx.6: f64[x.shape[0],x.shape[1]] = for %start.3 in reversed range(2, %t, 2) carrying (%dw.13 = %dw.1, %dw.14 = %dw.2, %dx.7 = %dx.1):    # adjoint of line 7
#         %t.60: i64 = subtract(%start.3, 2)    # adjoint of line 7
#         %t.61: i64 = floor_divide(%t.60, 2)    # adjoint of line 7
#         %w.17: f64[w.shape[0]] = recall(%w_tape.1, %t.61)    # adjoint of line 7
#         %t.62: f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))] = recall(%tape.1, %t.61)    # adjoint of line 7
#         %t.63: i64 = add(%start.3, 2)    # adjoint of line 8
#         %xs.4: f64[?window(?start@loop5:?start@loop5 + 2 of x.shape[0]),x.shape[1]] = getitem(%x, %start.3, %t.63, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         %ys.4: f64[?window(?start@loop5:?start@loop5 + 2 of y.shape[0])] = getitem(%y, %start.3, %t.63, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         %t.64: i64 = size(%ys.4, axis=0)    # adjoint of line 28
#         %t.65: f64[w.shape[0]] = add(%dw.14, %dw.13)    # adjoint of line 21
#         %dslope.1: f64[w.shape[0]] = multiply(-0.1, %t.65)    # adjoint of line 20
#         %dw.15: f64[w.shape[0]] = multiply(%t.65, 0.9)    # adjoint of line 20
#         %t.66: f64[w.shape[0]] = divide(%dslope.1, %t.64)    # adjoint of line 28
#         %t.67: f64[w.shape[0],?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))] = outer(%t.66, %t.62)    # adjoint of line 28
#         %t.68: f64[?window(?start@loop5:?start@loop5 + 2 of x.shape[0])] = matmul(%xs.4, %t.66)    # adjoint of line 28
#         %dxs.2: f64[?window(?start@loop5:?start@loop5 + 2 of x.shape[0]),w.shape[0]] = outer(%t.68, %w.17)    # adjoint of line 28
#         %t.69: f64[x.shape[1],?window(?start@loop5:?start@loop5 + 2 of x.shape[0])] = transpose(%xs.4)    # adjoint of line 28
#         %t.70: f64[x.shape[1]] = matmul(%t.69, %t.68)    # adjoint of line 28
#         %dw.16: f64[w.shape[0]] = add(%dw.13, %t.70)    # adjoint of line 28
#         %t.71: f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0])),w.shape[0]] = transpose(%t.67)    # adjoint of line 28
#         %dxs.3: f64[?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?(?window(?start@loop5:?start@loop5 + 2 of x.shape[0]) with ?window(?start@loop5:?start@loop5 + 2 of y.shape[0]))),w.shape[0]] = add(%dxs.2, %t.71)    # adjoint of line 28
#         %dx.8: f64[x.shape[0],x.shape[1]] = add_at(%dx.7, %dxs.3, %start.3, %t.63, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         yield %dw.16, %dw.15, %dx.8
#     %t.72: f64[w.shape[0]] = add(%dw.12, %dw.11)    # adjoint of line 21
#     %dslope.2: f64[w.shape[0]] = multiply(-0.1, %t.72)    # adjoint of line 20
#     %t.73: f64[w.shape[0]] = divide(%dslope.2, 2)    # adjoint of line 28
#     %t.74: f64[w.shape[0],2] = outer(%t.73, %t.3)    # adjoint of line 28
#     %t.75: f64[2] = matmul(%xs, %t.73)    # adjoint of line 28
#     %dxs.4: f64[2,w.shape[0]] = outer(%t.75, %w)    # adjoint of line 28
#     %t.76: f64[x.shape[1],2] = transpose(%xs)    # adjoint of line 28
#     %t.77: f64[x.shape[1]] = matmul(%t.76, %t.75)    # adjoint of line 28
#     %dw.17: f64[w.shape[0]] = add(%dw.11, %t.77)    # adjoint of line 28
#     %t.78: f64[2,w.shape[0]] = transpose(%t.74)    # adjoint of line 28
#     %dxs.5: f64[2,w.shape[0]] = add(%dxs.4, %t.78)    # adjoint of line 28
#     %dx.9: f64[x.shape[0],x.shape[1]] = add_at(%dx.6, %dxs.5, 0, 2, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#     return %dw.17, %dx.9

# %% numpy
import numpy as np


def f_grad(w, x, y):
    """Gradient of f with respect to w, x.   w: f64[n], x: f64[m,n], y: f64[m]"""
    # primal
    xs = x[0:2]
    ys = y[0:2]
    t = xs @ w - ys
    slope = xs.T @ t / 2
    w_1 = 0.9 * np.zeros_like(w) - 0.1 * slope
    w_2 = w + w_1
    w_tape = []
    tape = []
    for start in range(2, len(x), 2):
        w_tape.append(w_2)
        xs_1 = x[start:start + 2]
        ys = y[start:start + 2]
        t1 = xs_1 @ w_2 - ys
        tape.append(t1)
        slope = xs_1.T @ t1 / len(ys)
        w_1 = 0.9 * w_1 - 0.1 * slope
        w_2 = w_2 + w_1
    w_tapes = []
    tapes = []
    for _ in range(1, 3):
        w_tape_1 = []
        tape_1 = []
        for start in range(0, len(x), 2):
            w_tape_1.append(w_2)
            xs_1 = x[start:start + 2]
            ys = y[start:start + 2]
            t1 = xs_1 @ w_2 - ys
            tape_1.append(t1)
            slope = xs_1.T @ t1 / len(ys)
            w_1 = 0.9 * w_1 - 0.1 * slope
            w_2 = w_2 + w_1
        w_tapes.append(w_tape_1)
        tapes.append(tape_1)
    # adjoint
    t1 = 2 * (x @ w_2 - y)              # line 30: return np.sum((x @ w - y) ** 2)
    dx = np.outer(t1, w_2)
    dw = x.T @ t1
    dw_1 = np.zeros_like(w_1)
    for k in reversed(range(1, 3)):     # line 26: for _ in range(3)
        w_tape_1 = w_tapes[k - 1]
        tape_1 = tapes[k - 1]
        # line 7: for start in range(0, len(x), size)
        for start in reversed(range(0, len(x), 2)):
            t1 = (start - 0) // 2
            xs_1 = x[start:start + 2]   # line 8: yield x[start : start + size], y[start : start + size]
            ys = y[start:start + 2]
            t2 = dw_1 + dw              # line 21: return value + self.velocity[name]
            dslope = -0.1 * t2          # line 20: self.velocity[name] = self.beta * self.velocity[name] - ...
            t3 = dslope / len(ys)       # line 28: slope = xs.T @ (xs @ w - ys) / len(ys)
            t4 = xs_1 @ t3
            dw += xs_1.T @ t4
            dxs = np.outer(t4, w_tape_1[t1])
            dxs = dxs + np.outer(t3, tape_1[t1]).T
            dx[start:start + 2] += dxs  # line 8: yield x[start : start + size], y[start : start + size]
            dw_1 = t2 * 0.9
    # line 7: for start in range(0, len(x), size)
    for start in reversed(range(2, len(x), 2)):
        t1 = (start - 2) // 2
        xs_1 = x[start:start + 2]       # line 8: yield x[start : start + size], y[start : start + size]
        ys = y[start:start + 2]
        t2 = dw_1 + dw                  # line 21: return value + self.velocity[name]
        dslope = -0.1 * t2              # line 20: self.velocity[name] = self.beta * self.velocity[name] - ...
        t3 = dslope / len(ys)           # line 28: slope = xs.T @ (xs @ w - ys) / len(ys)
        t4 = xs_1 @ t3
        dw += xs_1.T @ t4
        dxs = np.outer(t4, w_tape[t1])
        dxs = dxs + np.outer(t3, tape[t1]).T
        dx[start:start + 2] += dxs      # line 8: yield x[start : start + size], y[start : start + size]
        dw_1 = t2 * 0.9
    dslope = -0.1 * (dw_1 + dw)         # line 20: self.velocity[name] = self.beta * self.velocity[name] - ...
    t1 = dslope / 2                     # line 28: slope = xs.T @ (xs @ w - ys) / len(ys)
    t2 = xs @ t1
    dxs = np.outer(t2, w)
    dw = dw + xs.T @ t2
    dxs = dxs + np.outer(t1, t).T
    dx[0:2] += dxs                      # line 8: yield x[start : start + size], y[start : start + size]
    return dw, dx

# %% jax

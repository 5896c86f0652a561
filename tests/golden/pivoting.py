"""Rows of a list of lists that change their places: a determinant by elimination with pivots."""

import numpy as np


def f(A):
    a = [list(row) for row in A]
    n = len(a)
    det = 1.0
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(a[r][i]))
        if p != i:
            a[i], a[p] = a[p], a[i]
            det = -det
        det *= a[i][i]
        for r in range(i + 1, n):
            ratio = a[r][i] / a[i][i]
            for c in range(i, n):
                a[r][c] -= ratio * a[i][c]
    return det


args = (np.array([[0.2, 1.1, -0.4], [1.3, 0.4, 0.6], [0.5, -0.9, 0.8]]),)
backends = ("numpy",)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %t: i64 = size(%A, axis=0)    # line 7
#     %t.1: list[list[f64]] = seq_make(item=list[f64])    # line 7
#     %t.2: list[list[f64]] = for %k in range(0, %t, 1) carrying (%t.3 = %t.1):    # line 7
#         %row: f64[A.shape[1]] = getitem(%A, %k, index=(At(operand=0),))    # line 7
#         %t.4: list[f64] = seq_unstack(%row)    # line 7
#         %t.5: list[list[f64]] = seq_append(%t.3, %t.4)    # line 7
#         yield %t.5
#     %t.6: i64 = seq_length(%t.2)    # line 7
#     %t.7: list[f64[A.shape[1]]] = seq_make(item=f64[A.shape[1]])    # line 7
#     %t.8: list[f64[A.shape[1]]] = for %k.1 in range(0, %t.6, 1) carrying (%t.9 = %t.7):    # line 7
#         %t.10: list[f64] = seq_get(%t.2, %k.1)    # line 7
#         %t.11: f64[A.shape[1]] = seq_stack(%t.10)    # line 7
#         %t.12: list[f64[A.shape[1]]] = seq_append(%t.9, %t.11)    # line 7
#         yield %t.12
#     %a: f64[?items0,A.shape[1]] = seq_stack(%t.8)    # line 7
#     %n: i64 = size(%a, axis=0)    # line 8
#     %best_tape: list[i64] = tape(%n, item=i64)    # line 10
#     %det_tape: list[f64] = tape(%n, item=f64)    # line 10
#     %a_i_i_tape: list[f64] = tape(%n, item=f64)    # line 10
#     %a_tape: list[f64[?items0,A.shape[1]]] = tape(%n, item=f64[?items0,A.shape[1]])    # line 10
#     %a_i_i_tapes: list[list[f64]] = tape(%n, item=list[f64])    # line 10
#     %ratio_tapes: list[list[f64]] = tape(%n, item=list[f64])    # line 10
#     %det: f64, %a.1: f64[?items0,A.shape[1]], %best_tape.1: list[i64], %det_tape.1: list[f64], %a_i_i_tape.1: list[f64], %a_tape.1: list[f64[?items0,A.shape[1]]], %a_i_i_tapes.1: list[list[f64]], %ratio_tapes.1: list[list[f64]] = for %i in range(0, %n, 1) carrying (%det.1 = 1.0, %a.2 = %a, %best_tape.2 = %best_tape, %det_tape.2 = %det_tape, %a_i_i_tape.2 = %a_i_i_tape, %a_tape.2 = %a_tape, %a_i_i_tapes.2 = %a_i_i_tapes, %ratio_tapes.2 = %ratio_tapes):    # line 10, records 8 * ?items0 * A.shape[1] + 24 bytes a trip
#         %t.13: i64 = undefined(type=i64)    # line 11
#         %t.14: f64 = undefined(type=f64)    # line 11
#         %best: i64, %has_best: bool, %most: f64, %has_most: bool = for %item in range(%i, %n, 1) carrying (%best.1 = %t.13, %has_best.1 = False, %most.1 = %t.14, %has_most.1 = False):    # line 11
#             %t.15: f64 = getitem(%a.2, %item, %i, index=(At(operand=0), At(operand=1)))    # line 11
#             %rank: f64 = absolute(%t.15)    # line 11
#             %t.16: bool = logical_not(%has_most.1)    # line 11
#             %t.17: bool = if %t.16:    # line 11
#                 yield True
#             else:
#                 %t.18: bool = greater(%rank, %most.1)    # line 11
#                 yield %t.18
#             %best.2: i64, %t.19: bool, %most.2: f64 = if %t.17:    # line 11
#                 yield %item, True, %rank
#             else:
#                 yield %best.1, %has_best.1, %most.1
#             yield %best.2, %t.19, %most.2, True
#         %best_tape.3: list[i64] = record(%best_tape.2, %i, %best)    # line 10
#         %t.20: () = check(%has_best, error='TypeError', text='"\'best\' is None on the path taken"')    # line 11
#         %t.21: bool = not_equal(%best, %i)    # line 12
#         %a.3: f64[?items0,A.shape[1]], %det.2: f64 = if %t.21:    # line 12
#             %t.22: i64 = size(%a.2, axis=1)    # line 13
#             %a.4: f64[?items0,A.shape[1]] = for %k.2 in range(0, %t.22, 1) carrying (%a.5 = %a.2):    # line 13
#                 %t.23: f64 = getitem(%a.5, %i, %k.2, index=(At(operand=0), At(operand=1)))    # line 13
#                 %t.24: f64 = getitem(%a.5, %best, %k.2, index=(At(operand=0), At(operand=1)))    # line 13
#                 %a.6: f64[?items0,A.shape[1]] = setitem(%a.5, %t.23, %best, %k.2, index=(At(operand=0), At(operand=1)))    # line 13
#                 %a.7: f64[?items0,A.shape[1]] = setitem(%a.6, %t.24, %i, %k.2, index=(At(operand=0), At(operand=1)))    # line 13
#                 yield %a.7
#             %det.3: f64 = negative(%det.1)    # line 14
#             yield %a.4, %det.3
#         else:
#             yield %a.2, %det.1
#         %det_tape.3: list[f64] = record(%det_tape.2, %i, %det.2)    # line 10
#         %t.25: f64 = getitem(%a.3, %i, %i, index=(At(operand=0), At(operand=1)))    # line 15
#         %a_i_i_tape.3: list[f64] = record(%a_i_i_tape.2, %i, %t.25)    # line 10
#         %det.4: f64 = multiply(%det.2, %t.25)    # line 15
#         %t.26: i64 = add(%i, 1)    # line 16
#         %t.27: i64 = subtract(%n, %t.26)    # line 16
#         %a_i_i_tape.4: list[f64] = tape(%t.27, item=f64)    # line 16
#         %ratio_tape: list[f64] = tape(%t.27, item=f64)    # line 16
#         %a.8: f64[?items0,A.shape[1]], %a_i_i_tape.5: list[f64], %ratio_tape.1: list[f64] = for %r in range(%t.26, %n, 1) carrying (%a.9 = %a.3, %a_i_i_tape.6 = %a_i_i_tape.4, %ratio_tape.2 = %ratio_tape):    # line 16, records 16 bytes a trip
#             %t.28: i64 = subtract(%r, %t.26)    # line 16
#             %t.29: f64 = getitem(%a.9, %r, %i, index=(At(operand=0), At(operand=1)))    # line 17
#             %t.30: f64 = getitem(%a.9, %i, %i, index=(At(operand=0), At(operand=1)))    # line 17
#             %a_i_i_tape.7: list[f64] = record(%a_i_i_tape.6, %t.28, %t.30)    # line 16
#             %ratio: f64 = divide(%t.29, %t.30)    # line 17
#             %ratio_tape.3: list[f64] = record(%ratio_tape.2, %t.28, %ratio)    # line 16
#             %a.10: f64[?items0,A.shape[1]] = for %c in range(%i, %n, 1) carrying (%a.11 = %a.9):    # line 18
#                 %t.31: f64 = getitem(%a.11, %r, %c, index=(At(operand=0), At(operand=1)))    # line 19
#                 %t.32: f64 = getitem(%a.11, %i, %c, index=(At(operand=0), At(operand=1)))    # line 19
#                 %t.33: f64 = multiply(%ratio, %t.32)    # line 19
#                 %t.34: f64 = subtract(%t.31, %t.33)    # line 19
#                 %a.12: f64[?items0,A.shape[1]] = setitem(%a.11, %t.34, %r, %c, index=(At(operand=0), At(operand=1)))    # line 19
#                 yield %a.12
#             yield %a.10, %a_i_i_tape.7, %ratio_tape.3
#         %a_tape.3: list[f64[?items0,A.shape[1]]] = record(%a_tape.2, %i, %a.8)    # line 10
#         %a_i_i_tapes.3: list[list[f64]] = record(%a_i_i_tapes.2, %i, %a_i_i_tape.5)    # line 10
#         %ratio_tapes.3: list[list[f64]] = record(%ratio_tapes.2, %i, %ratio_tape.1)    # line 10
#         yield %det.4, %a.8, %best_tape.3, %det_tape.3, %a_i_i_tape.3, %a_tape.3, %a_i_i_tapes.3, %ratio_tapes.3
#     %t.35: (?items0, A.shape[1]) = shape(%a.1)    # adjoint of line 10
#     %t.36: f64[?items0,A.shape[1]] = zeros_of(%t.35)    # adjoint of line 10
#     %ddet: f64, %da: f64[?items0,A.shape[1]] = for %i.1 in reversed range(0, %n, 1) carrying (%ddet.1 = 1.0, %da.1 = %t.36):    # adjoint of line 10
#         %best.3: i64 = recall(%best_tape.1, %i.1)    # adjoint of line 10
#         %det.5: f64 = recall(%det_tape.1, %i.1)    # adjoint of line 10
#         %t.37: f64 = recall(%a_i_i_tape.1, %i.1)    # adjoint of line 10
#         %a.13: f64[?items0,A.shape[1]] = recall(%a_tape.1, %i.1)    # adjoint of line 10
#         %a_i_i_tape.8: list[f64] = recall(%a_i_i_tapes.1, %i.1)    # adjoint of line 10
#         %ratio_tape.4: list[f64] = recall(%ratio_tapes.1, %i.1)    # adjoint of line 10
#         %t.38: bool = not_equal(%best.3, %i.1)    # adjoint of line 12
#         %t.39: i64 = add(%i.1, 1)    # adjoint of line 16
#         %da.2: f64[?items0,A.shape[1]] = for %r.1 in reversed range(%t.39, %n, 1) carrying (%da.3 = %da.1):    # adjoint of line 16
#             %t.40: i64 = subtract(%r.1, %t.39)    # adjoint of line 16
#             %t.41: f64 = recall(%a_i_i_tape.8, %t.40)    # adjoint of line 16
#             %ratio.1: f64 = recall(%ratio_tape.4, %t.40)    # adjoint of line 16
#             %da.4: f64[?items0,A.shape[1]], %dratio: f64 = for %c.1 in reversed range(%i.1, %n, 1) carrying (%da.5 = %da.3, %dratio.1 = 0.0):    # adjoint of line 18
#                 %t.42: f64 = getitem(%a.13, %i.1, %c.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 19
#                 %t.43: f64 = getitem(%da.5, %r.1, %c.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 19
#                 %t.44: f64 = multiply(%t.43, %t.42)    # adjoint of line 19
#                 %dratio.2: f64 = subtract(%dratio.1, %t.44)    # adjoint of line 19
#                 %t.45: f64 = multiply(%t.43, %ratio.1)    # adjoint of line 19
#                 %t.46: f64 = negative(%t.45)    # adjoint of line 19
#                 %da.6: f64[?items0,A.shape[1]] = add_at(%da.5, %t.46, %i.1, %c.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 19
#                 yield %da.6, %dratio.2
#             %t.47: f64 = divide(%dratio, %t.41)    # adjoint of line 17
#             %t.48: f64 = multiply(%t.47, %ratio.1)    # adjoint of line 17
#             %t.49: f64 = negative(%t.48)    # adjoint of line 17
#             %da.7: f64[?items0,A.shape[1]] = add_at(%da.4, %t.49, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 17
#             %da.8: f64[?items0,A.shape[1]] = add_at(%da.7, %t.47, %r.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 17
#             yield %da.8
#         %ddet.2: f64 = multiply(%ddet.1, %t.37)    # adjoint of line 15
#         %t.50: f64 = multiply(%ddet.1, %det.5)    # adjoint of line 15
#         %da.9: f64[?items0,A.shape[1]] = add_at(%da.2, %t.50, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 15
#         %da.10: f64[?items0,A.shape[1]], %ddet.3: f64 = if %t.38:    # adjoint of line 12
#             %t.51: i64 = size(%A, axis=1)    # adjoint of line 13
#             %ddet.4: f64 = negative(%ddet.2)    # adjoint of line 14
#             %da.11: f64[?items0,A.shape[1]] = for %k.3 in reversed range(0, %t.51, 1) carrying (%da.12 = %da.9):    # adjoint of line 13
#                 %t.52: f64 = getitem(%da.12, %i.1, %k.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %da.13: f64[?items0,A.shape[1]] = setitem(%da.12, 0, %i.1, %k.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %t.53: f64 = getitem(%da.13, %best.3, %k.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %da.14: f64[?items0,A.shape[1]] = setitem(%da.13, %t.52, %best.3, %k.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 %da.15: f64[?items0,A.shape[1]] = add_at(%da.14, %t.53, %i.1, %k.3, index=(At(operand=0), At(operand=1)))    # adjoint of line 13
#                 yield %da.15
#             yield %da.11, %ddet.4
#         else:
#             yield %da.9, %ddet.2
#         yield %ddet.3, %da.10
#     %t.54: list[f64[A.shape[1]]] = seq_unstack(%da)    # adjoint of line 7
#     %t.55: list[list[f64]] = seq_blank(%t.2)    # adjoint of line 7
#     %t.56: list[f64[A.shape[1]]], %t.57: list[list[f64]] = for %k.4 in reversed range(0, %t.6, 1) carrying (%t.58 = %t.54, %t.59 = %t.55):    # adjoint of line 7
#         %t.60: f64[A.shape[1]] = seq_get(%t.58, -1)    # adjoint of line 7
#         %t.61: list[f64[A.shape[1]]] = seq_drop(%t.58)    # adjoint of line 7
#         %t.62: list[f64] = seq_unstack(%t.60)    # adjoint of line 7
#         %t.63: list[list[f64]] = seq_set(%t.59, %k.4, %t.62)    # adjoint of line 7
#         yield %t.61, %t.63
#     %t.64: (A.shape[0], A.shape[1]) = shape(%A)    # adjoint of line 7
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.64)    # adjoint of line 7
#     %t.65: list[list[f64]], %dA.1: f64[A.shape[0],A.shape[1]] = for %k.5 in reversed range(0, %t, 1) carrying (%t.66 = %t.57, %dA.2 = %dA):    # adjoint of line 7
#         %t.67: list[f64] = seq_get(%t.66, -1)    # adjoint of line 7
#         %t.68: list[list[f64]] = seq_drop(%t.66)    # adjoint of line 7
#         %drow: f64[A.shape[1]] = seq_stack(%t.67)    # adjoint of line 7
#         %dA.3: f64[A.shape[0],A.shape[1]] = setitem(%dA.2, %drow, %k.5, index=(At(operand=0),))    # adjoint of line 7
#         yield %t.68, %dA.3
#     return %dA.1

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # primal
    t = []
    for row in A:
        t.append(list(row))
    n_1 = len(t)
    t1 = []
    for k in range(n_1):
        t1.append(np.array(t[k]))
    a = np.array(t1)
    n = len(a)
    best_tape = []
    det_tape = []
    a_i_i_tape = []
    a_tape = []
    a_i_i_tapes = []
    ratio_tapes = []
    det = 1.0
    for i in range(n):
        best = 0
        has_best = False
        has_most = False
        for item in range(i, n):
            rank = abs(a[item, i])
            if not has_most or rank > most:
                best = item
                has_best = True
                most = rank
            has_most = True
        best_tape.append(best)
        if not has_best:
            raise TypeError("'best' is None on the path taken")
        if best != i:
            for k in range(a.shape[1]):
                a_best_k = a[best, k]
                a[best, k] = a[i, k]
                a[i, k] = a_best_k
            det = -det
        det_tape.append(det)
        a_i_i = a[i, i]
        a_i_i_tape.append(a_i_i)
        det *= a_i_i
        a_i_i_tape_1 = []
        ratio_tape = []
        for r in range(i + 1, n):  # records 16 bytes a trip
            a_i_i = a[i, i]
            a_i_i_tape_1.append(a_i_i)
            ratio = a[r, i] / a_i_i
            ratio_tape.append(ratio)
            for c in range(i, n):
                a[r, c] -= ratio * a[i, c]
        a_tape.append(a.copy())
        a_i_i_tapes.append(a_i_i_tape_1)
        ratio_tapes.append(ratio_tape)
    # adjoint
    da = np.zeros_like(a)
    ddet = 1.0
    for i in reversed(range(n)):             # line 10: for i in range(n)
        best = best_tape[i]
        a_i_i = a_i_i_tape[i]
        a = a_tape[i]
        a_i_i_tape_1 = a_i_i_tapes[i]
        ratio_tape = ratio_tapes[i]
        t1 = i + 1
        for r in reversed(range(t1, n)):     # line 16: for r in range(i + 1, n)
            t2 = r - t1
            ratio = ratio_tape[t2]
            dratio = 0.0
            for c in reversed(range(i, n)):  # line 18: for c in range(i, n)
                da_r_c = da[r, c]            # line 19: a[r][c] -= ratio * a[i][c]
                dratio -= da_r_c * a[i, c]
                da[i, c] -= da_r_c * ratio
            t3 = dratio / a_i_i_tape_1[t2]   # line 17: ratio = a[r][i] / a[i][i]
            da[i, i] -= t3 * ratio
            da[r, i] += t3
        t1 = ddet * det_tape[i]              # line 15: det *= a[i][i]
        ddet *= a_i_i
        da[i, i] += t1
        if best != i:
            ddet = -ddet                     # line 14: det = -det
            # line 13: a[i], a[p] = a[p], a[i]
            for k in reversed(range(A.shape[1])):
                da_i_k = da[i, k]
                da[i, k] = 0
                da_best_k = da[best, k]
                da[best, k] = da_i_k
                da[i, k] += da_best_k
    t1 = list(da)                            # line 7: a = [list(row) for row in A]
    t2 = [None] * len(t)
    for k in reversed(range(n_1)):           # line 7: a = [list(row) for row in A]
        t = t1.pop()
        t2[k] = list(t)
    dA = np.zeros_like(A)
    for k in reversed(range(len(A))):        # line 7: a = [list(row) for row in A]
        t = t2.pop()
        drow = np.array(t)
        dA[k] = drow
    return dA

# %% jax

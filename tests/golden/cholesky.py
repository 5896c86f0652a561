"""The row Cholesky factorisation: slices that grow with the loop index, elements overwritten."""
import numpy as np


def f(A):
    L = np.zeros_like(A)
    logdet = 0.0
    for i in range(A.shape[0]):
        for j in range(i):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
        L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        logdet += 2 * np.log(L[i, i])
    return logdet


args = (np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]),)
backends = ("numpy",)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]]):
#     %L: f64[A.shape[0],A.shape[1]] = zeros_like(%A)    # line 6
#     %t: i64 = size(%A, axis=0)    # line 8
#     %L_tape: list[f64[?length(None:?i@loop1:1 of A.shape[1])]] = tape(%t, item=f64[?length(None:?i@loop1:1 of A.shape[1])])    # line 8
#     %L_tape.1: list[f64[?length(None:?i@loop1:1 of A.shape[1])]] = tape(%t, item=f64[?length(None:?i@loop1:1 of A.shape[1])])    # line 8
#     %tape: list[f64] = tape(%t, item=f64)    # line 8
#     %L_tape.2: list[f64] = tape(%t, item=f64)    # line 8
#     %L_tapes: list[list[f64[?length(None:?j@loop4:1 of A.shape[1])]]] = tape(%t, item=list[f64[?length(None:?j@loop4:1 of A.shape[1])]])    # line 8
#     %L_tapes.1: list[list[f64[?length(None:?j@loop4:1 of A.shape[1])]]] = tape(%t, item=list[f64[?length(None:?j@loop4:1 of A.shape[1])]])    # line 8
#     %L_tapes.2: list[list[f64]] = tape(%t, item=list[f64])    # line 8
#     %tape_tape: list[list[f64]] = tape(%t, item=list[f64])    # line 8
#     %L.1: f64[A.shape[0],A.shape[1]], %L_tape.3: list[f64[?length(None:?i@loop1:1 of A.shape[1])]], %L_tape.4: list[f64[?length(None:?i@loop1:1 of A.shape[1])]], %tape.1: list[f64], %L_tape.5: list[f64], %L_tapes.3: list[list[f64[?length(None:?j@loop4:1 of A.shape[1])]]], %L_tapes.4: list[list[f64[?length(None:?j@loop4:1 of A.shape[1])]]], %L_tapes.5: list[list[f64]], %tape_tape.1: list[list[f64]] = for %i in range(0, %t, 1) carrying (%L.2 = %L, %L_tape.6 = %L_tape, %L_tape.7 = %L_tape.1, %tape.2 = %tape, %L_tape.8 = %L_tape.2, %L_tapes.6 = %L_tapes, %L_tapes.7 = %L_tapes.1, %L_tapes.8 = %L_tapes.2, %tape_tape.2 = %tape_tape):    # line 8
#         %L_tape.9: list[f64[?length(None:?j@loop4:1 of A.shape[1])]] = tape(%i, item=f64[?length(None:?j@loop4:1 of A.shape[1])])    # line 9
#         %L_tape.10: list[f64[?length(None:?j@loop4:1 of A.shape[1])]] = tape(%i, item=f64[?length(None:?j@loop4:1 of A.shape[1])])    # line 9
#         %L_tape.11: list[f64] = tape(%i, item=f64)    # line 9
#         %tape.3: list[f64] = tape(%i, item=f64)    # line 9
#         %L.3: f64[A.shape[0],A.shape[1]], %L_tape.12: list[f64[?length(None:?j@loop4:1 of A.shape[1])]], %L_tape.13: list[f64[?length(None:?j@loop4:1 of A.shape[1])]], %L_tape.14: list[f64], %tape.4: list[f64] = for %j in range(0, %i, 1) carrying (%L.4 = %L.2, %L_tape.15 = %L_tape.9, %L_tape.16 = %L_tape.10, %L_tape.17 = %L_tape.11, %tape.5 = %tape.3):    # line 9
#             %t.1: f64 = getitem(%A, %i, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             %t.2: f64[?length(None:?j@loop4:1 of A.shape[1])] = getitem(%L.4, %i, %j, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 10
#             %L_tape.18: list[f64[?length(None:?j@loop4:1 of A.shape[1])]] = record(%L_tape.15, %j, %t.2)    # line 9
#             %t.3: f64[?length(None:?j@loop4:1 of A.shape[1])] = getitem(%L.4, %j, %j, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 10
#             %L_tape.19: list[f64[?length(None:?j@loop4:1 of A.shape[1])]] = record(%L_tape.16, %j, %t.3)    # line 9
#             %t.4: f64 = matmul(%t.2, %t.3)    # line 10
#             %t.5: f64 = subtract(%t.1, %t.4)    # line 10
#             %t.6: f64 = getitem(%L.4, %j, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             %L_tape.20: list[f64] = record(%L_tape.17, %j, %t.6)    # line 9
#             %t.7: f64 = divide(%t.5, %t.6)    # line 10
#             %tape.6: list[f64] = record(%tape.5, %j, %t.7)    # line 9
#             %L.5: f64[A.shape[0],A.shape[1]] = setitem(%L.4, %t.7, %i, %j, index=(At(operand=0), At(operand=1)))    # line 10
#             yield %L.5, %L_tape.18, %L_tape.19, %L_tape.20, %tape.6
#         %L_tapes.9: list[list[f64[?length(None:?j@loop4:1 of A.shape[1])]]] = record(%L_tapes.6, %i, %L_tape.12)    # line 8
#         %L_tapes.10: list[list[f64[?length(None:?j@loop4:1 of A.shape[1])]]] = record(%L_tapes.7, %i, %L_tape.13)    # line 8
#         %L_tapes.11: list[list[f64]] = record(%L_tapes.8, %i, %L_tape.14)    # line 8
#         %tape_tape.3: list[list[f64]] = record(%tape_tape.2, %i, %tape.4)    # line 8
#         %t.8: f64 = getitem(%A, %i, %i, index=(At(operand=0), At(operand=1)))    # line 11
#         %t.9: f64[?length(None:?i@loop1:1 of A.shape[1])] = getitem(%L.3, %i, %i, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 11
#         %L_tape.21: list[f64[?length(None:?i@loop1:1 of A.shape[1])]] = record(%L_tape.6, %i, %t.9)    # line 8
#         %t.10: f64[?length(None:?i@loop1:1 of A.shape[1])] = getitem(%L.3, %i, %i, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # line 11
#         %L_tape.22: list[f64[?length(None:?i@loop1:1 of A.shape[1])]] = record(%L_tape.7, %i, %t.10)    # line 8
#         %t.11: f64 = matmul(%t.9, %t.10)    # line 11
#         %t.12: f64 = subtract(%t.8, %t.11)    # line 11
#         %t.13: f64 = sqrt(%t.12)    # line 11
#         %tape.7: list[f64] = record(%tape.2, %i, %t.13)    # line 8
#         %L.6: f64[A.shape[0],A.shape[1]] = setitem(%L.3, %t.13, %i, %i, index=(At(operand=0), At(operand=1)))    # line 11
#         %t.14: f64 = getitem(%L.6, %i, %i, index=(At(operand=0), At(operand=1)))    # line 12
#         %L_tape.23: list[f64] = record(%L_tape.8, %i, %t.14)    # line 8
#         yield %L.6, %L_tape.21, %L_tape.22, %tape.7, %L_tape.23, %L_tapes.9, %L_tapes.10, %L_tapes.11, %tape_tape.3
#     %t.15: (A.shape[0], A.shape[1]) = shape(%L.1)    # adjoint of line 8
#     %t.16: f64[A.shape[0],A.shape[1]] = zeros_of(%t.15)    # adjoint of line 8
#     %t.17: (A.shape[0], A.shape[1]) = shape(%A)    # adjoint of line 8
#     %dA: f64[A.shape[0],A.shape[1]] = zeros_of(%t.17)    # adjoint of line 8
#     %dlogdet: f64, %dL: f64[A.shape[0],A.shape[1]], %dA.1: f64[A.shape[0],A.shape[1]] = for %i.1 in reversed range(0, %t, 1) carrying (%dlogdet.1 = 1.0, %dL.1 = %t.16, %dA.2 = %dA):    # adjoint of line 8
#         %t.18: f64[?length(None:?i@loop1:1 of A.shape[1])] = recall(%L_tape.3, %i.1)    # adjoint of line 8
#         %t.19: f64[?length(None:?i@loop1:1 of A.shape[1])] = recall(%L_tape.4, %i.1)    # adjoint of line 8
#         %t.20: f64 = recall(%tape.1, %i.1)    # adjoint of line 8
#         %t.21: f64 = recall(%L_tape.5, %i.1)    # adjoint of line 8
#         %L_tape.24: list[f64[?length(None:?j@loop4:1 of A.shape[1])]] = recall(%L_tapes.3, %i.1)    # adjoint of line 8
#         %L_tape.25: list[f64[?length(None:?j@loop4:1 of A.shape[1])]] = recall(%L_tapes.4, %i.1)    # adjoint of line 8
#         %L_tape.26: list[f64] = recall(%L_tapes.5, %i.1)    # adjoint of line 8
#         %tape.8: list[f64] = recall(%tape_tape.1, %i.1)    # adjoint of line 8
#         %t.22: f64 = multiply(%dlogdet.1, 2)    # adjoint of line 12
#         %t.23: f64 = divide(%t.22, %t.21)    # adjoint of line 12
#         %dL.2: f64[A.shape[0],A.shape[1]] = add_at(%dL.1, %t.23, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 12
#         %t.24: f64 = getitem(%dL.2, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %dL.3: f64[A.shape[0],A.shape[1]] = setitem(%dL.2, 0, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %t.25: f64 = multiply(2, %t.20)    # adjoint of line 11
#         %t.26: f64 = divide(%t.24, %t.25)    # adjoint of line 11
#         %t.27: f64[?length(None:?i@loop1:1 of A.shape[1])] = multiply(%t.26, %t.19)    # adjoint of line 11
#         %t.28: f64[?length(None:?i@loop1:1 of A.shape[1])] = negative(%t.27)    # adjoint of line 11
#         %t.29: f64[?length(None:?i@loop1:1 of A.shape[1])] = multiply(%t.26, %t.18)    # adjoint of line 11
#         %t.30: f64[?length(None:?i@loop1:1 of A.shape[1])] = negative(%t.29)    # adjoint of line 11
#         %dL.4: f64[A.shape[0],A.shape[1]] = add_at(%dL.3, %t.30, %i.1, %i.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 11
#         %dL.5: f64[A.shape[0],A.shape[1]] = add_at(%dL.4, %t.28, %i.1, %i.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 11
#         %dA.3: f64[A.shape[0],A.shape[1]] = add_at(%dA.2, %t.26, %i.1, %i.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 11
#         %dL.6: f64[A.shape[0],A.shape[1]], %dA.4: f64[A.shape[0],A.shape[1]] = for %j.1 in reversed range(0, %i.1, 1) carrying (%dL.7 = %dL.5, %dA.5 = %dA.3):    # adjoint of line 9
#             %t.31: f64[?length(None:?j@loop4:1 of A.shape[1])] = recall(%L_tape.24, %j.1)    # adjoint of line 9
#             %t.32: f64[?length(None:?j@loop4:1 of A.shape[1])] = recall(%L_tape.25, %j.1)    # adjoint of line 9
#             %t.33: f64 = recall(%L_tape.26, %j.1)    # adjoint of line 9
#             %t.34: f64 = recall(%tape.8, %j.1)    # adjoint of line 9
#             %t.35: f64 = getitem(%dL.7, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %dL.8: f64[A.shape[0],A.shape[1]] = setitem(%dL.7, 0, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.36: f64 = divide(%t.35, %t.33)    # adjoint of line 10
#             %t.37: f64 = multiply(%t.35, %t.34)    # adjoint of line 10
#             %t.38: f64 = divide(%t.37, %t.33)    # adjoint of line 10
#             %t.39: f64 = negative(%t.38)    # adjoint of line 10
#             %dL.9: f64[A.shape[0],A.shape[1]] = add_at(%dL.8, %t.39, %j.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             %t.40: f64[?length(None:?j@loop4:1 of A.shape[1])] = multiply(%t.36, %t.32)    # adjoint of line 10
#             %t.41: f64[?length(None:?j@loop4:1 of A.shape[1])] = negative(%t.40)    # adjoint of line 10
#             %t.42: f64[?length(None:?j@loop4:1 of A.shape[1])] = multiply(%t.36, %t.31)    # adjoint of line 10
#             %t.43: f64[?length(None:?j@loop4:1 of A.shape[1])] = negative(%t.42)    # adjoint of line 10
#             %dL.10: f64[A.shape[0],A.shape[1]] = add_at(%dL.9, %t.43, %j.1, %j.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 10
#             %dL.11: f64[A.shape[0],A.shape[1]] = add_at(%dL.10, %t.41, %i.1, %j.1, index=(At(operand=0), Slice(start=None, stop=1, step=None)))    # adjoint of line 10
#             %dA.6: f64[A.shape[0],A.shape[1]] = add_at(%dA.5, %t.36, %i.1, %j.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 10
#             yield %dL.11, %dA.6
#         yield %dlogdet.1, %dL.6, %dA.4
#     return %dA.1

# %% numpy
import numpy as np


def f_grad(A):
    """Gradient of f with respect to A.   A: f64[n,m]"""
    # primal
    L = np.zeros_like(A)
    L_tape = []
    L_tape_1 = []
    tape = []
    L_tape_2 = []
    L_tapes = []
    L_tapes_1 = []
    L_tapes_2 = []
    tape_tape = []
    for i in range(A.shape[0]):
        L_tape_3 = []
        L_tape_4 = []
        L_tape_5 = []
        tape_1 = []
        for j in range(i):
            t = L[i, :j]
            L_tape_3.append(t.copy())
            t1 = L[j, :j]
            L_tape_4.append(t1.copy())
            L_j_j = L[j, j]
            L_tape_5.append(L_j_j)
            t2 = (A[i, j] - t @ t1) / L_j_j
            tape_1.append(t2)
            L[i, j] = t2
        L_tapes.append(L_tape_3)
        L_tapes_1.append(L_tape_4)
        L_tapes_2.append(L_tape_5)
        tape_tape.append(tape_1)
        t = L[i, :i]
        L_tape.append(t.copy())
        t1 = L[i, :i]
        L_tape_1.append(t1.copy())
        t2 = np.sqrt(A[i, i] - t @ t1)
        tape.append(t2)
        L[i, i] = t2
        L_tape_2.append(L[i, i])
    # adjoint
    dL = np.zeros_like(L)
    dA = np.zeros_like(A)
    dlogdet = 1.0
    for i in reversed(range(A.shape[0])):     # line 8: for i in range(A.shape[0])
        L_1 = L_tape[i]
        L_tape_1_1 = L_tape_1[i]
        tape_1 = tape[i]
        L_tape_2_1 = L_tape_2[i]
        L_tape_3 = L_tapes[i]
        L_tape_4 = L_tapes_1[i]
        L_tape_5 = L_tapes_2[i]
        tape_2 = tape_tape[i]
        dL[i, i] += dlogdet * 2 / L_tape_2_1  # line 12: logdet += 2 * np.log(L[i, i])
        dL_i_i = dL[i, i]                     # line 11: L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        dL[i, i] = 0
        t = dL_i_i / (2 * tape_1)
        dL[i, :i] -= t * L_1
        dL[i, :i] -= t * L_tape_1_1
        dA[i, i] += t
        for j in reversed(range(i)):          # line 9: for j in range(i)
            L_tape_5_1 = L_tape_5[j]
            dL_i_j = dL[i, j]                 # line 10: L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
            dL[i, j] = 0
            t = dL_i_j / L_tape_5_1
            dL[j, j] -= dL_i_j * tape_2[j] / L_tape_5_1
            dL[j, :j] -= t * L_tape_3[j]
            dL[i, :j] -= t * L_tape_4[j]
            dA[i, j] += t
    return dA

# %% jax

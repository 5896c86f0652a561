"""np.vectorize: a function of numbers, with branches and a loop, for every element of two arrays."""
import numpy as np


@np.vectorize
def payout(loss, deductible):
    if loss <= deductible:
        return 0.0
    left, total = loss - deductible, 0.0
    while left > 1.0:
        total += 0.9
        left *= 0.5
    return total + left


def f(losses, deductible):
    return np.sum(payout(losses, deductible) ** 2)


args = (np.array([[0.3, 2.0, 4.5], [1.1, 0.2, 0.9]]), np.array([0.25, 0.5, 1.0]))
argnums = (0, 1)


# %% ir
# func f_grad(%losses: f64[losses.shape[0],losses.shape[1]], %deductible: f64[deductible.shape[0]]):
#     %t: i64 = size(%losses, axis=1)    # line 17
#     %t.1: i64 = size(%losses, axis=0)    # line 17
#     %result: f64[losses.shape[0],losses.shape[1]] = empty(%t.1, %t)    # line 17
#     %trips_tapes: list[list[i64]] = tape(%t.1, item=list[i64])    # line 17
#     %result.1: f64[losses.shape[0],losses.shape[1]], %trips_tapes.1: list[list[i64]] = for %i0 in range(0, %t.1, 1) carrying (%result.2 = %result, %trips_tapes.2 = %trips_tapes):    # line 17
#         %trips_tape: list[i64] = tape(%t, item=i64)    # line 17
#         %result.3: f64[losses.shape[0],losses.shape[1]], %trips_tape.1: list[i64] = for %i1 in range(0, %t, 1) carrying (%result.4 = %result.2, %trips_tape.2 = %trips_tape):    # line 17, records 8 bytes a trip
#             %t.2: f64 = getitem(%losses, %i0, %i1, index=(At(operand=0), At(operand=1)))    # line 17
#             %t.3: f64 = python(%t.2, kind=f64)    # line 17
#             %t.4: f64 = getitem(%deductible, %i1, index=(At(operand=0),))    # line 17
#             %t.5: f64 = python(%t.4, kind=f64)    # line 17
#             %t.6: bool = less_equal(%t.3, %t.5)    # line 7
#             %result.5: f64, %trips: i64 = if %t.6:    # line 7
#                 %t.7: i64 = undefined(type=i64)    # line 7
#                 yield 0.0, %t.7
#             else:
#                 %left: f64 = subtract(%t.3, %t.5)    # line 9
#                 %left.1: f64, %total: f64, %trips.1: i64 = while carrying (%left.2 = %left, %total.1 = 0.0, %k = 0):    # line 10
#                     %t.8: bool = greater(%left.2, 1.0)    # line 10
#                     test %t.8
#                 do:
#                     %total.2: f64 = add(%total.1, 0.9)    # line 11
#                     %left.3: f64 = multiply(%left.2, 0.5)    # line 12
#                     %t.9: i64 = add(%k, 1)    # line 10
#                     yield %left.3, %total.2, %t.9
#                 %result.6: f64 = add(%total, %left.1)    # line 13
#                 yield %result.6, %trips.1
#             %trips_tape.3: list[i64] = record(%trips_tape.2, %i1, %trips)    # line 17
#             %result.7: f64[losses.shape[0],losses.shape[1]] = setitem(%result.4, %result.5, %i0, %i1, index=(At(operand=0), At(operand=1)))    # line 17
#             yield %result.7, %trips_tape.3
#         %trips_tapes.3: list[list[i64]] = record(%trips_tapes.2, %i0, %trips_tape.1)    # line 17
#         yield %result.3, %trips_tapes.3
#     %t.10: (losses.shape[0], losses.shape[1]) = shape(%losses)    # adjoint of line 17
#     %t.11: f64[losses.shape[0],losses.shape[1]] = multiply(2, %result.1)    # adjoint of line 17
#     %dlosses: f64[losses.shape[0],losses.shape[1]] = zeros_of(%t.10)    # adjoint of line 17
#     %t.12: (deductible.shape[0]) = shape(%deductible)    # adjoint of line 17
#     %ddeductible: f64[deductible.shape[0]] = zeros_of(%t.12)    # adjoint of line 17
#     %dresult: f64[losses.shape[0],losses.shape[1]], %dlosses.1: f64[losses.shape[0],losses.shape[1]], %ddeductible.1: f64[deductible.shape[0]] = for %i0.1 in reversed range(0, %t.1, 1) carrying (%dresult.1 = %t.11, %dlosses.2 = %dlosses, %ddeductible.2 = %ddeductible):    # adjoint of line 17
#         %trips_tape.4: list[i64] = recall(%trips_tapes.1, %i0.1)    # adjoint of line 17
#         %dresult.2: f64[losses.shape[0],losses.shape[1]], %dlosses.3: f64[losses.shape[0],losses.shape[1]], %ddeductible.3: f64[deductible.shape[0]] = for %i1.1 in reversed range(0, %t, 1) carrying (%dresult.3 = %dresult.1, %dlosses.4 = %dlosses.2, %ddeductible.4 = %ddeductible.2):    # adjoint of line 17
#             %trips.2: i64 = recall(%trips_tape.4, %i1.1)    # adjoint of line 17
#             %t.13: f64 = getitem(%losses, %i0.1, %i1.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 17
#             %t.14: f64 = python(%t.13, kind=f64)    # adjoint of line 17
#             %t.15: f64 = getitem(%deductible, %i1.1, index=(At(operand=0),))    # adjoint of line 17
#             %t.16: f64 = python(%t.15, kind=f64)    # adjoint of line 17
#             %t.17: bool = less_equal(%t.14, %t.16)    # adjoint of line 7
#             %dresult.4: f64 = getitem(%dresult.3, %i0.1, %i1.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 17
#             %t.18: f64, %t.19: f64 = if %t.17:    # adjoint of line 7
#                 yield 0.0, 0.0
#             else:
#                 %dleft: f64 = for %k.1 in reversed range(0, %trips.2, 1) carrying (%dleft.1 = %dresult.4):    # adjoint of line 10
#                     %dleft.2: f64 = multiply(%dleft.1, 0.5)    # adjoint of line 12
#                     yield %dleft.2
#                 %t.20: f64 = negative(%dleft)    # adjoint of line 9
#                 yield %dleft, %t.20
#             %ddeductible.5: f64[deductible.shape[0]] = add_at(%ddeductible.4, %t.19, %i1.1, index=(At(operand=0),))    # adjoint of line 17
#             %dlosses.5: f64[losses.shape[0],losses.shape[1]] = add_at(%dlosses.4, %t.18, %i0.1, %i1.1, index=(At(operand=0), At(operand=1)))    # adjoint of line 17
#             yield %dresult.3, %dlosses.5, %ddeductible.5
#         yield %dresult.2, %dlosses.3, %ddeductible.3
#     return %dlosses.1, %ddeductible.1

# %% numpy
import numpy as np


def f_grad(losses, deductible):
    """Gradient of f with respect to losses, deductible.   losses: f64[n,m], deductible: f64[m]"""
    # primal
    result = np.empty((len(losses), losses.shape[1]), dtype=np.float64)
    trips_tapes = []
    for i0 in range(len(losses)):
        trips_tape = []
        for i1 in range(losses.shape[1]):  # records 8 bytes a trip
            t = float(losses[i0, i1])
            t1 = float(deductible[i1])
            if t <= t1:
                result_1 = 0.0
                trips = 0
            else:
                left = t - t1
                total = 0.0
                trips = 0
                while left > 1.0:
                    total += 0.9
                    left *= 0.5
                    trips += 1
                result_1 = total + left
            trips_tape.append(trips)
            result[i0, i1] = result_1
        trips_tapes.append(trips_tape)
    # adjoint
    dresult = 2 * result                             # line 17: return np.sum(payout(losses, deductible) ** 2)
    dlosses = np.zeros_like(losses)
    ddeductible = np.zeros_like(deductible)
    for i0 in reversed(range(len(losses))):          # line 17: return np.sum(payout(losses, deductible) ** 2)
        trips_tape = trips_tapes[i0]
        for i1 in reversed(range(losses.shape[1])):  # line 17: return np.sum(payout(losses, deductible) ** 2)
            trips = trips_tape[i1]
            dresult_1 = dresult[i0, i1]
            if float(losses[i0, i1]) <= float(deductible[i1]):
                t = 0.0
                t1 = 0.0
            else:
                t = dresult_1
                for _ in reversed(range(trips)):     # line 10: while left > 1.0
                    dleft = t * 0.5                  # line 12: left *= 0.5
                    t = dleft
                t1 = -t                              # line 9: left, total = loss - deductible, 0.0
            ddeductible[i1] += t1                    # line 17: return np.sum(payout(losses, deductible) ** 2)
            dlosses[i0, i1] += t
    return dlosses, ddeductible

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


@jax.jit
def f_grad(losses, deductible):
    """Gradient of f with respect to losses, deductible.   losses: f64[n,m], deductible: f64[m]"""
    losses = jnp.asarray(losses)
    deductible = jnp.asarray(deductible)
    # primal
    result = jnp.empty((losses.shape[0], losses.shape[1]), dtype=jnp.float64)

    def body_i0(i0, carry):
        result, trips_tapes = carry

        def body_i1(i1, carry):  # records 8 bytes a trip
            result, trips_tapes = carry
            t = read_at(losses, i0, i1)
            t_1 = read_at(deductible, i1)

            def otherwise():
                left = t - t_1

                def condition(carry):
                    left, _, _ = carry
                    return left > 1.0

                def body(carry):
                    left, total, k = carry
                    total = total + 0.9
                    left = left * 0.5
                    return left, total, k + 1

                left, total, trips = lax.while_loop(condition, body, (left, 0.0, 0))
                result = total + left
                return result, trips

            result_1, trips = lax.cond(t <= t_1, lambda: (0.0, 0), otherwise)
            trips_tapes = write_at(trips_tapes, trips, i0, i1)
            result = write_at(result, result_1, i0, i1)
            return result, trips_tapes

        return fori_loop(0, losses.shape[1], body_i1, (result, trips_tapes))

    result, trips_tapes = fori_loop(
        0,
        losses.shape[0],
        body_i0,
        (result, jnp.zeros((losses.shape[0], max(losses.shape[1], 1)), jnp.int64)),
    )
    # adjoint
    dlosses = jnp.zeros_like(losses)  # line 17: return np.sum(payout(losses, deductible) ** 2)
    ddeductible = jnp.zeros_like(deductible)

    def body_i0(k, carry):
        dresult, dlosses, ddeductible = carry
        i0 = losses.shape[0] - 1 - k

        def body_i1(k, carry):
            dresult, dlosses, ddeductible = carry
            i1 = losses.shape[1] - 1 - k
            trips = read_at(trips_tapes, i0, i1)
            dresult_1 = read_at(dresult, i0, i1)

            def otherwise():              # line 7: if loss <= deductible:
                def body_k(trip, dleft):  # line 10: while left > 1.0:
                    return dleft * 0.5    # line 12: left *= 0.5

                dleft = lax.fori_loop(0, trips, body_k, dresult_1)
                return dleft, -dleft

            t, t_1 = lax.cond(
                read_at(losses, i0, i1) <= read_at(deductible, i1), lambda: (0.0, 0.0), otherwise
            )
            # line 17: return np.sum(payout(losses, deductible) ** 2)
            ddeductible = add_at(ddeductible, t_1, i1)
            dlosses = add_at(dlosses, t, i0, i1)
            return dresult, dlosses, ddeductible

        return fori_loop(0, losses.shape[1], body_i1, (dresult, dlosses, ddeductible))

    _, dlosses, ddeductible = fori_loop(0, losses.shape[0], body_i0, (2 * result, dlosses, ddeductible))
    return dlosses, ddeductible

"""Both halves of the pullback of tests/golden/runge_kutta.py."""

# %% numpy
import numpy as np


def pendulum_fwd(state, g, h, steps):
    """Value of pendulum, and what pendulum_bwd reads."""
    state0_tape = []
    k1_tape = []
    tape = []
    k2_tape = []
    tape_1 = []
    k3_tape = []
    tape_2 = []
    tape_3 = []
    for _ in range(steps):  # records 96 bytes a trip
        state0 = state[0]
        state0_tape.append(state0)
        k1 = np.array([state[1], -g * np.sin(state0)])
        k1_tape.append(k1)
        t = state + 0.5 * h * k1
        t1 = t[0]
        tape.append(t1)
        k2 = np.array([t[1], -g * np.sin(t1)])
        k2_tape.append(k2)
        t = state + 0.5 * h * k2
        t1 = t[0]
        tape_1.append(t1)
        k3 = np.array([t[1], -g * np.sin(t1)])
        k3_tape.append(k3)
        t = state + h * k3
        t1 = t[0]
        tape_2.append(t1)
        k4 = np.array([t[1], -g * np.sin(t1)])
        t = k1 + 2 * k2 + 2 * k3 + k4
        tape_3.append(t)
        state = state + h / 6 * t
    state1 = state[1]
    state0 = state[0]
    t = np.cos(state0)
    return (
        0.5 * state1 ** 2 - g * t,
        (
            g, h, steps, state.copy(), state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3,
            state1, state0, t
        ),
    )


def pendulum_bwd(
    g, h, steps, state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3, state1, state0,
    t, g_
):
    """Cotangents of the arguments of pendulum, for the cotangent g_ of its value."""
    dg = -(g_ * t)     # line 15: return 0.5 * state[1] ** 2 - g * np.cos(state[0])
    dstate = np.zeros_like(state)
    dstate[0] = g_ * g * np.sin(state0)
    dstate[1] += 2 * state1 * (g_ * 0.5)
    dh = 0.0
    # line 9: for _ in range(steps)
    for k in reversed(range(steps)):
        state0 = state0_tape[k]
        t = tape[k]
        t1 = tape_1[k]
        t2 = tape_2[k]
        t3 = 0.5 * h   # line 11: k2 = slope(state + 0.5 * h * k1)
        # line 14: state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        dk4 = dstate * (h / 6)
        dk3 = dk4 * 2
        dh += np.sum(dstate * tape_3[k]) / 6
        t4 = dk4[1]    # line 7: return np.array([s[1], -g * np.sin(s[0])])
        t5 = np.zeros_like(dstate)
        t5[0] = -(t4 * g * np.cos(t2))
        dg -= t4 * np.sin(t2)
        t5[1] += dk4[0]
        dstate += t5   # line 13: k4 = slope(state + h * k3)
        dh += np.sum(t5 * k3_tape[k])
        dk3_1 = dk3 + t5 * h
        t2 = dk3_1[1]  # line 7: return np.array([s[1], -g * np.sin(s[0])])
        t4 = np.zeros_like(dstate)
        t4[0] = -(t2 * g * np.cos(t1))
        dg -= t2 * np.sin(t1)
        t4[1] += dk3_1[0]
        dstate += t4   # line 12: k3 = slope(state + 0.5 * h * k2)
        dk2 = dk3 + t4 * t3
        dh += np.sum(t4 * k2_tape[k]) * 0.5
        t1 = dk2[1]    # line 7: return np.array([s[1], -g * np.sin(s[0])])
        t2 = np.zeros_like(dstate)
        t2[0] = -(t1 * g * np.cos(t))
        dg -= t1 * np.sin(t)
        t2[1] += dk2[0]
        dstate += t2   # line 11: k2 = slope(state + 0.5 * h * k1)
        dk1 = dk4 + t2 * t3
        dh += np.sum(t2 * k1_tape[k]) * 0.5
        t = dk1[1]     # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dstate[0] -= t * g * np.cos(state0)
        dg -= t * np.sin(state0)
        dstate[1] += dk1[0]
    return dstate, dg, dh

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


@jax.jit(static_argnames=("steps",))
def pendulum_fwd(state, g, h, steps):
    """Value of pendulum, and what pendulum_bwd reads."""
    g = jnp.asarray(g)
    h = jnp.asarray(h)

    def body_k(k, carry):  # records 96 bytes a trip
        state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3 = carry
        state0 = state[0]
        state0_tape = write_at(state0_tape, state0, k)
        k1 = jnp.array([state[1], -g * jnp.sin(state0)])
        k1_tape = write_at(k1_tape, k1, k)
        t = state + 0.5 * h * k1
        t_1 = t[0]
        tape = write_at(tape, t_1, k)
        k2 = jnp.array([t[1], -g * jnp.sin(t_1)])
        k2_tape = write_at(k2_tape, k2, k)
        t = state + 0.5 * h * k2
        t_1 = t[0]
        tape_1 = write_at(tape_1, t_1, k)
        k3 = jnp.array([t[1], -g * jnp.sin(t_1)])
        k3_tape = write_at(k3_tape, k3, k)
        t = state + h * k3
        t_1 = t[0]
        tape_2 = write_at(tape_2, t_1, k)
        k4 = jnp.array([t[1], -g * jnp.sin(t_1)])
        t = k1 + 2 * k2 + 2 * k3 + k4
        tape_3 = write_at(tape_3, t, k)
        state = state + h / 6 * t
        return state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3

    (
        state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3
    ) = fori_loop(
        0,
        steps,
        body_k,
        (
            state,
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
        ),
    )
    state1 = state[1]
    state0 = state[0]
    t = jnp.cos(state0)
    return (
        0.5 * state1 ** 2 - g * t,
        (
            state, g, h, k1_tape, k2_tape, k3_tape, state0_tape, tape, tape_1, tape_2, tape_3, state1, state0,
            t
        ),
    )


@jax.jit(static_argnames=("steps",))
def pendulum_bwd(
    state, g, h, k1_tape, k2_tape, k3_tape, state0_tape, tape, tape_1, tape_2, tape_3, state1, state0, t, g_,
    *, steps
):
    """Cotangents of the arguments of pendulum, for the cotangent g_ of its value."""
    g_ = jnp.asarray(g_)
    dg = -(g_ * t)  # line 15: return 0.5 * state[1] ** 2 - g * np.cos(state[0])
    dstate = jnp.zeros_like(state)
    dstate = dstate.at[0].set(g_ * g * jnp.sin(state0))
    dstate = dstate.at[1].add(2 * state1 * (g_ * 0.5))

    def body_k(trip, carry):       # line 9: for _ in range(steps):
        dstate, dg, dh = carry
        k = steps - 1 - trip
        # line 9: for _ in range(steps):
        state0 = read_at(state0_tape, k)
        k1 = read_at(k1_tape, k)
        t = read_at(tape, k)
        k2 = read_at(k2_tape, k)
        t_1 = read_at(tape_1, k)
        k3 = read_at(k3_tape, k)
        t_2 = read_at(tape_2, k)
        t_3 = 0.5 * h              # line 11: k2 = slope(state + 0.5 * h * k1)
        dk4 = dstate * (h / 6)     # line 14: state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        dk3 = dk4 * 2
        dh = dh + jnp.sum(dstate * read_at(tape_3, k)) / 6
        t_4 = dk4[1]               # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dg = dg - t_4 * jnp.sin(t_2)
        t_2 = jnp.zeros_like(dstate).at[0].set(-(t_4 * g * jnp.cos(t_2))).at[1].add(dk4[0])
        dstate_1 = dstate + t_2    # line 13: k4 = slope(state + h * k3)
        dh = dh + jnp.sum(t_2 * k3)
        dk3_1 = dk3 + t_2 * h
        t_2 = dk3_1[1]             # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dg = dg - t_2 * jnp.sin(t_1)
        t_1 = jnp.zeros_like(dstate).at[0].set(-(t_2 * g * jnp.cos(t_1))).at[1].add(dk3_1[0])
        dstate_1 = dstate_1 + t_1  # line 12: k3 = slope(state + 0.5 * h * k2)
        dk2 = dk3 + t_1 * t_3
        dh = dh + jnp.sum(t_1 * k2) * 0.5
        t_1 = dk2[1]               # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dg = dg - t_1 * jnp.sin(t)
        t = jnp.zeros_like(dstate).at[0].set(-(t_1 * g * jnp.cos(t))).at[1].add(dk2[0])
        dstate = dstate_1 + t      # line 11: k2 = slope(state + 0.5 * h * k1)
        dk1 = dk4 + t * t_3
        dh = dh + jnp.sum(t * k1) * 0.5
        t = dk1[1]                 # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dstate = dstate.at[0].add(-(t * g * jnp.cos(state0)))
        dg = dg - t * jnp.sin(state0)
        dstate = dstate.at[1].add(dk1[0])
        return dstate, dg, dh

    dstate, dg, dh = fori_loop(0, steps, body_k, (dstate, dg, 0.0))
    return dstate, dg, dh

"""Programs about names, scopes and branches."""

import math

import numpy as np
import scipy.signal
import scipy.special

from traps import V, W, right_or_refused, trap


@trap((V, W), argnums=(0, 1))
def names_of_the_compiler(x, dx):
    dy = x * dx
    x_tape = np.sin(dy)
    g, y = x_tape * x, dx[0]
    for i in range(len(x)):
        x_tape[i] = x_tape[i] * y + g[i]
        y = y * dy[i]
    _1, t = np.sum(x_tape), y
    return _1 * t


@trap((V, 1.5), argnums=(0, 1))
def names_of_modules(jnp, jax):
    lax = jnp * jax
    trips = lax.sum()
    early = trips * jax
    return early + lax[0]


@trap((V, 2.0, W), argnums=(0, 1, 2))
def parameters_with_names_that_numpy_code_needs(np, max, len):
    np = np * 2.0
    for i in range(3):
        np[i] = math.tanh(np[i]) * max
    return np.sum() * max + (np @ len) / 2.0


@trap((V, W), argnums=(0, 1))
def parameters_with_names_of_loops_and_modules(math, range):
    total = 0.0
    for k, v in enumerate(math):
        if v > 0.2:
            total += np.sin(v) * range[k]
        math[k] = total * v
    return total + np.sum(np.exp(-math))


@trap((V, W), argnums=(0, 1))
def parameters_with_names_of_scipy(signal, special):
    return np.sum(scipy.signal.convolve(signal, special, "same") * scipy.special.erf(signal))


@trap(({"np": V, "len": [W, V]},))
def a_container_with_the_name_of_a_module(np):
    total = 0.0
    for k, v in enumerate(np["len"]):
        total += math.exp(v[0]) * k + (v * np["np"]).sum()
    return total


@trap((V, W, V, 0.5), argnums=(0, 1, 2))
def names_of_emitted_functions(read_at, moved, resized, larger):
    s = 0.0
    for i in range(1, len(read_at)):
        s += np.sum(read_at[:i] * moved[:i]) * max(moved[i], larger)
    return s + np.sum(resized)


@trap((V,))
def names_of_builtins(x):
    len = x[0]
    range = len * x[1]
    reversed = x[2]
    float = range * reversed
    zip, enumerate = float, len
    s = 0.0
    for v in x:
        s += v * zip * enumerate
    return s


@trap((V,))
def parameter_rebound(x):
    x = x[1:] * x[0]
    x = np.sum(x)
    x = x * x
    return x


@trap((V,))
def closure_sees_the_last_value(x):
    s = x[0]

    def g(t):
        return t * s

    s = x[1] * x[2]
    a = g(x[0])
    s = a * s
    return g(a)


@trap((V,))
def default_keeps_the_first_value(x):
    s = x[0]

    def g(t, s=s):
        return t * s

    s = x[1] * 5
    return g(x[2]) * s


@right_or_refused((V,))
def late_binding(x):
    powers = [lambda t: t**k for k in range(1, 4)]  # noqa: B023
    s = 0.0
    for p in powers:
        s += np.sum(p(x))
    return s


@trap((V,))
def shadowed_by_a_comprehension(x):
    v = x[0]
    squares = [v * v for v in x]
    return v * sum(squares)


@trap((V,))
def nested_closures(x):
    def outer(a):
        def inner(b):
            return a * b * x[0]

        return inner(a) + inner(x[1])

    return outer(x[2]) * outer(x[3])


@trap((V,), (-V,))
def write_in_one_arm(x):
    y = x * 1.0
    if x[0] > 0:
        y[1] = x[2] ** 2
    else:
        y *= x
    return np.sum(y * x)


@trap((V,), (-1.1 * V,))
def branch_inside_branch(x):
    s = 1.0
    for v in x:
        if v > 0:
            if v > 1:
                s = s * v
            else:
                t = s - v
                s = t * t
        elif v < -0.6:
            s += v
    return s


@trap((2.0, 3.0), (3.0, 2.0), argnums=(0, 1))
def short_circuit(x, y):
    if x > y or 1.0 / (y - x) < 0:
        return x * y
    return x / y if y > 0 and math.log(y) > 0 else y

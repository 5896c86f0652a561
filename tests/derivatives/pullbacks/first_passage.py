"""Both halves of the pullback of tests/golden/first_passage.py."""

# %% numpy
import numpy as np


def f_fwd(x, level):
    """Value of f, and what f_bwd reads."""
    broke = False
    s = 0.0
    has_s = False
    i = 0
    while not broke and i < len(x):
        if x[i] > level:
            s = x[i] ** 2
            broke = True
            has_s = True
        i += 1
    t = not broke
    if t:
        t1 = np.sum(x)
        s = t1 * level
        has_s = True
    else:
        t1 = 0.0
    if not has_s:
        raise UnboundLocalError("'s' may have no value here")
    return s, (x.copy(), level, i, t, t1)


def f_bwd(x, level, i, t, t_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    if t:
        dlevel = g * t_1           # line 11: s = np.sum(x) * level
        dx = np.full_like(x, g * level)
        ds = 0.0
    else:
        dx = np.zeros_like(x)
        dlevel = 0.0
        ds = g
    for i in reversed(range(i)):   # line 6: for i in range(len(x))
        x_i = x[i]                 # line 7: if x[i] > level
        if x_i > level:
            dx[i] += 2 * x_i * ds  # line 8: s = x[i] ** 2
            ds = 0.0
    return dx, dlevel

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


def while_loop(possible, condition, body, init):
    """lax.while_loop; one that cannot have a trip is not traced, since there may be no elements to pick."""
    return lax.while_loop(condition, body, init) if possible else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_fwd(x, level):
    """Value of f, and what f_bwd reads."""
    x = jnp.asarray(x)
    level = jnp.asarray(level)

    def condition(carry):
        broke, _, _, i = carry
        return jnp.logical_and(jnp.logical_not(broke), i < x.shape[0])

    def body(carry):
        broke, s, has_s, i = carry
        x_i = read_at(x, i)

        def then():
            s = x_i ** 2
            return True, s, True

        broke, s, t = lax.cond(read_at(x, i) > level, then, lambda: (broke, s, has_s))
        return broke, s, t, i + 1

    broke, s, has_s, i = while_loop(x.shape[0] > 0, condition, body, (False, 0.0, False, 0))
    t = jnp.logical_not(broke)

    def then():
        t = jnp.sum(x)
        s = t * level
        return s, True, t

    s, t_1, t_2 = lax.cond(t, then, lambda: (s, has_s, 0.0))

    def check(holds):
        if not holds:
            raise UnboundLocalError("'s' may have no value here")

    jax.debug.callback(check, t_1, ordered=True)
    return s, (x, level, i, t, t_2)


@jax.jit
def f_bwd(x, level, i, t, t_2, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    g = jnp.asarray(g)

    def then():           # line 6: for i in range(len(x)):
        dlevel = g * t_2  # line 11: s = np.sum(x) * level
        dx = jnp.full_like(x, g * level)
        return dx, dlevel, 0.0

    dx, dlevel, ds = lax.cond(t, then, lambda: (jnp.zeros_like(x), 0.0, g))

    def body_i(k, carry):
        ds, dx = carry
        i_1 = i - 1 - k
        x_i = read_at(x, i_1)    # line 7: if x[i] > level:
        t = x_i > level
        ds_1 = jnp.where(t, 0.0, ds)
        t = jnp.where(t, 2 * x_i * ds, -0.0)
        dx = add_at(dx, t, i_1)  # line 8: s = x[i] ** 2
        return ds_1, dx

    _, dx = lax.fori_loop(0, i, body_i, (ds, dx))
    return dx, dlevel

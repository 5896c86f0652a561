"""enumerate over an array."""
import numpy as np


def f(rewards, gamma):
    total = 0.0
    for t, reward in enumerate(rewards):
        total += gamma**t * reward
    return total


args = (np.array([1.0, -0.5, 2.0, 0.3]), 0.9)
argnums = (0, 1)


# %% ir
# func f_grad(%rewards: f64[rewards.shape[0]], %gamma: f64):
#     %t: i64 = size(%rewards, axis=0)    # line 7
#     %t.1: (rewards.shape[0]) = shape(%rewards)    # adjoint of line 7
#     %drewards: f64[rewards.shape[0]] = zeros_of(%t.1)    # adjoint of line 7
#     %drewards.1: f64[rewards.shape[0]], %dgamma: f64 = for %t.2 in reversed range(0, %t, 1) carrying (%drewards.2 = %drewards, %dgamma.1 = 0.0):    # adjoint of line 7
#         %reward: f64 = getitem(%rewards, %t.2, index=(At(operand=0),))    # adjoint of line 7
#         %t.3: f64 = power(%gamma, %t.2)    # adjoint of line 8
#         %t.4: f64 = multiply(%reward, %t.2)    # adjoint of line 8
#         %t.5: bool = equal(%t.2, 0)    # adjoint of line 8
#         %t.6: i64 = subtract(%t.2, 1)    # adjoint of line 8
#         %t.7: i64 = where(%t.5, 1, %t.6)    # adjoint of line 8
#         %t.8: f64 = power(%gamma, %t.7)    # adjoint of line 8
#         %t.9: f64 = multiply(%t.4, %t.8)    # adjoint of line 8
#         %dgamma.2: f64 = add(%dgamma.1, %t.9)    # adjoint of line 8
#         %drewards.3: f64[rewards.shape[0]] = setitem(%drewards.2, %t.3, %t.2, index=(At(operand=0),))    # adjoint of line 7
#         yield %drewards.3, %dgamma.2
#     return %drewards.1, %dgamma

# %% numpy
import numpy as np


def f_grad(rewards, gamma):
    """Gradient of f with respect to rewards, gamma.   rewards: f64[n], gamma: float"""
    drewards = np.zeros_like(rewards)
    dgamma = 0.0
    for t in reversed(range(len(rewards))):  # line 7: for t, reward in enumerate(rewards)
        reward = rewards[t]
        # line 8: total += gamma**t * reward
        dgamma += reward * t * gamma ** np.where(t == 0, 1, t - 1)
        drewards[t] = gamma ** t
    return drewards, dgamma

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


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(rewards, gamma):
    """Gradient of f with respect to rewards, gamma.   rewards: f64[n], gamma: float"""
    rewards = jnp.asarray(rewards)
    gamma = jnp.asarray(gamma)
    # adjoint
    drewards = jnp.zeros_like(rewards)  # line 7: for t, reward in enumerate(rewards):

    def body_t(k, carry):
        drewards, dgamma = carry
        t = rewards.shape[0] - 1 - k
        reward = read_at(rewards, t)
        # line 8: total += gamma**t * reward
        dgamma = dgamma + reward * t * gamma ** jnp.where(t == 0, 1, t - 1)
        drewards = write_at(drewards, gamma ** t, t)  # line 7: for t, reward in enumerate(rewards):
        return drewards, dgamma

    drewards, dgamma = fori_loop(0, rewards.shape[0], body_t, (drewards, 0.0))
    return drewards, dgamma

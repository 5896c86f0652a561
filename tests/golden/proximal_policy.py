"""where, clip, minimum and maximum."""
import numpy as np


def f(logits, old, advantage):
    ratio = np.exp(logits - old)
    clipped = np.clip(ratio, 0.8, 1.2)
    gain = np.minimum(ratio * advantage, clipped * advantage)
    bonus = np.where(advantage > 0, np.maximum(logits, -1.0), 0.1 * logits)
    return np.mean(gain) + np.sum(bonus)


args = (np.array([0.1, -0.4, 0.6]), np.array([0.0, 0.1, 0.2]), np.array([1.0, -0.5, 2.0]))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%logits: f64[logits.shape[0]], %old: f64[old.shape[0]], %advantage: f64[advantage.shape[0]]):
#     %t: f64[logits.shape[0]] = subtract(%logits, %old)    # adjoint of line 6
#     %ratio: f64[logits.shape[0]] = exp(%t)    # adjoint of line 6
#     %clipped: f64[logits.shape[0]] = clip(%ratio, 0.8, 1.2)    # adjoint of line 7
#     %t.1: f64[logits.shape[0]] = multiply(%ratio, %advantage)    # adjoint of line 8
#     %t.2: f64[logits.shape[0]] = multiply(%clipped, %advantage)    # adjoint of line 8
#     %t.3: bool[advantage.shape[0]] = greater(%advantage, 0)    # adjoint of line 9
#     %t.4: i64 = size(%clipped, axis=0)    # adjoint of line 10
#     %t.5: f64 = divide(1.0, %t.4)    # adjoint of line 10
#     %t.6: (logits.shape[0]) = shape(%clipped)    # adjoint of line 10
#     %dgain: f64[logits.shape[0]] = expand(%t.5, %t.6, keepdims=False)    # adjoint of line 10
#     %t.7: f64[advantage.shape[0]] = where(%t.3, 1.0, 0)    # adjoint of line 9
#     %t.8: f64[advantage.shape[0]] = where(%t.3, 0, 1.0)    # adjoint of line 9
#     %dlogits: f64[advantage.shape[0]] = multiply(%t.8, 0.1)    # adjoint of line 9
#     %t.9: f64[logits.shape[0]] = subtract(%logits, -1.0)    # adjoint of line 9
#     %t.10: f64[logits.shape[0]] = heaviside(%t.9, 0.5)    # adjoint of line 9
#     %t.11: f64[advantage.shape[0]] = multiply(%t.7, %t.10)    # adjoint of line 9
#     %dlogits.1: f64[advantage.shape[0]] = add(%dlogits, %t.11)    # adjoint of line 9
#     %t.12: bool[logits.shape[0]] = greater(%t.2, %t.1)    # adjoint of line 8
#     %t.13: bool[logits.shape[0]] = equal(%t.2, %t.1)    # adjoint of line 8
#     %t.14: f64[logits.shape[0]] = divide(%dgain, 2)    # adjoint of line 8
#     %t.15: f64[logits.shape[0]] = where(%t.13, %t.14, 0)    # adjoint of line 8
#     %t.16: f64[logits.shape[0]] = where(%t.12, %t.5, %t.15)    # adjoint of line 8
#     %t.17: bool[logits.shape[0]] = greater(%t.1, %t.2)    # adjoint of line 8
#     %t.18: bool[logits.shape[0]] = equal(%t.1, %t.2)    # adjoint of line 8
#     %t.19: f64[logits.shape[0]] = where(%t.18, %t.14, 0)    # adjoint of line 8
#     %t.20: f64[logits.shape[0]] = where(%t.17, %t.5, %t.19)    # adjoint of line 8
#     %dclipped: f64[logits.shape[0]] = multiply(%t.20, %advantage)    # adjoint of line 8
#     %dadvantage: f64[logits.shape[0]] = multiply(%t.20, %clipped)    # adjoint of line 8
#     %dratio: f64[logits.shape[0]] = multiply(%t.16, %advantage)    # adjoint of line 8
#     %t.21: f64[logits.shape[0]] = multiply(%t.16, %ratio)    # adjoint of line 8
#     %dadvantage.1: f64[logits.shape[0]] = add(%dadvantage, %t.21)    # adjoint of line 8
#     %t.22: f64[logits.shape[0]] = subtract(%ratio, 0.8)    # adjoint of line 7
#     %t.23: f64[logits.shape[0]] = heaviside(%t.22, 0.5)    # adjoint of line 7
#     %t.24: f64[logits.shape[0]] = multiply(%dclipped, %t.23)    # adjoint of line 7
#     %t.25: f64[logits.shape[0]] = subtract(1.2, %ratio)    # adjoint of line 7
#     %t.26: f64[logits.shape[0]] = heaviside(%t.25, 0.5)    # adjoint of line 7
#     %t.27: f64[logits.shape[0]] = multiply(%t.24, %t.26)    # adjoint of line 7
#     %dratio.1: f64[logits.shape[0]] = add(%dratio, %t.27)    # adjoint of line 7
#     %t.28: f64[logits.shape[0]] = multiply(%dratio.1, %ratio)    # adjoint of line 6
#     %dlogits.2: f64[advantage.shape[0]] = add(%dlogits.1, %t.28)    # adjoint of line 6
#     %dold: f64[logits.shape[0]] = negative(%t.28)    # adjoint of line 6
#     return %dlogits.2, %dold, %dadvantage.1

# %% numpy
import numpy as np


def f_grad(logits, old, advantage):
    """Gradient of f with respect to logits, old, advantage.   logits: f64[n], old: f64[n], advantage: f64[n]"""
    ratio = np.exp(logits - old)        # line 6: ratio = np.exp(logits - old)
    clipped = np.clip(ratio, 0.8, 1.2)  # line 7: clipped = np.clip(ratio, 0.8, 1.2)
    t = ratio * advantage               # line 8: gain = np.minimum(ratio * advantage, clipped * advantage)
    t1 = clipped * advantage
    t2 = advantage > 0                  # line 9: bonus = np.where(advantage > 0, np.maximum(logits, -1.0) ...
    t3 = 1.0 / len(clipped)             # line 10: return np.mean(gain) + np.sum(bonus)
    dgain = np.full_like(clipped, t3)
    # line 9: bonus = np.where(advantage > 0, np.maximum(logits, -1.0) ...
    dlogits = np.where(t2, 0, 1.0) * 0.1
    dlogits = dlogits + np.where(t2, 1.0, 0) * np.heaviside(logits - -1.0, 0.5)
    t2 = dgain / 2                      # line 8: gain = np.minimum(ratio * advantage, clipped * advantage)
    t4 = np.where(t1 > t, t3, np.where(t1 == t, t2, 0))
    t5 = np.where(t > t1, t3, np.where(t == t1, t2, 0))
    dclipped = t5 * advantage
    dadvantage = t5 * clipped
    dratio = t4 * advantage
    dadvantage = dadvantage + t4 * ratio
    # line 7: clipped = np.clip(ratio, 0.8, 1.2)
    dratio = dratio + dclipped * np.heaviside(ratio - 0.8, 0.5) * np.heaviside(1.2 - ratio, 0.5)
    t = dratio * ratio                  # line 6: ratio = np.exp(logits - old)
    dlogits = dlogits + t
    dold = -t
    return dlogits, dold, dadvantage

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(logits, old, advantage):
    """Gradient of f with respect to logits, old, advantage.   logits: f64[n], old: f64[n], advantage: f64[n]"""
    advantage = jnp.asarray(advantage)
    # adjoint
    ratio = jnp.exp(logits - old)        # line 6: ratio = np.exp(logits - old)
    clipped = jnp.clip(ratio, 0.8, 1.2)  # line 7: clipped = np.clip(ratio, 0.8, 1.2)
    t = ratio * advantage                # line 8: gain = np.minimum(ratio * advantage, clipped * advantage)
    t_1 = clipped * advantage
    # line 9: bonus = np.where(advantage > 0, np.maximum(logits, -1.0), 0.1 * logits)
    t_2 = advantage > 0
    t_3 = 1.0 / clipped.shape[0]         # line 10: return np.mean(gain) + np.sum(bonus)
    dgain = jnp.full_like(clipped, t_3)
    # line 9: bonus = np.where(advantage > 0, np.maximum(logits, -1.0), 0.1 * logits)
    dlogits = jnp.where(t_2, 0, 1.0) * 0.1
    dlogits = dlogits + jnp.where(t_2, 1.0, 0) * jnp.heaviside(logits - -1.0, 0.5)
    t_2 = dgain / 2                      # line 8: gain = np.minimum(ratio * advantage, clipped * advantage)
    t_4 = jnp.where(t_1 > t, t_3, jnp.where(t_1 == t, t_2, 0))
    t = jnp.where(t > t_1, t_3, jnp.where(t == t_1, t_2, 0))
    dclipped = t * advantage
    dadvantage = t * clipped
    dratio = t_4 * advantage
    dadvantage = dadvantage + t_4 * ratio
    # line 7: clipped = np.clip(ratio, 0.8, 1.2)
    dratio = dratio + dclipped * jnp.heaviside(ratio - 0.8, 0.5) * jnp.heaviside(1.2 - ratio, 0.5)
    t = dratio * ratio                   # line 6: ratio = np.exp(logits - old)
    dlogits = dlogits + t
    dold = -t
    return dlogits, dold, dadvantage

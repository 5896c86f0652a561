"""Arguments that are not differentiated may be of any kind: a string, None, a function, a bool."""
import numpy as np


def f(x, kind, mask, scale, squared):
    if kind == "soft":
        y = np.log1p(np.exp(x))
    else:
        y = np.maximum(x, 0)
    if mask is not None:
        y = y * mask
    y = scale(y)
    return np.sum(y**2 if squared else y)


args = (np.array([0.5, -1.0, 2.0]), "soft", None, np.tanh, True)
more_args = [(np.array([0.5, -1.0, 2.0]), "hard", np.array([1, 0, 1]), np.sin, False)]


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: f64[x.shape[0]] = exp(%x)    # adjoint of line 7
#     %y: f64[x.shape[0]] = log1p(%t)    # adjoint of line 7
#     %y.1: f64[x.shape[0]] = tanh(%y)    # adjoint of line 12
#     %t.1: f64[x.shape[0]] = power(%y.1, 2)    # adjoint of line 13
#     %t.2: f64[x.shape[0]] = multiply(2, %y.1)    # adjoint of line 13
#     %t.3: f64[x.shape[0]] = subtract(1, %t.1)    # adjoint of line 12
#     %dy: f64[x.shape[0]] = multiply(%t.2, %t.3)    # adjoint of line 12
#     %t.4: f64[x.shape[0]] = add(1, %t)    # adjoint of line 7
#     %t.5: f64[x.shape[0]] = divide(%dy, %t.4)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = multiply(%t.5, %t)    # adjoint of line 7
#     return %dx

# %% numpy
import numpy as np


def f_grad(x, kind, mask, scale, squared):
    """Gradient of f with respect to x.   x: f64[n], kind: str, mask: None, scale: ufunc, squared: bool"""
    assert kind == "soft"
    assert mask is None
    assert squared is True
    t = np.exp(x)          # line 7: y = np.log1p(np.exp(x))
    y = np.log1p(t)
    y = np.tanh(y)         # line 12: y = scale(y)
    dy = 2 * y * (1 - y ** 2)
    dx = dy / (1 + t) * t  # line 7: y = np.log1p(np.exp(x))
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit(static_argnames=("kind", "mask", "squared", "scale"))
def f_grad(x, kind, mask, scale, squared):
    """Gradient of f with respect to x.   x: f64[n], kind: str, mask: None, scale: ufunc, squared: bool"""
    assert kind == "soft"
    assert mask is None
    assert squared is True
    # adjoint
    t = jnp.exp(x)         # line 7: y = np.log1p(np.exp(x))
    y = jnp.log1p(t)
    y = jnp.tanh(y)        # line 12: y = scale(y)
    dy = 2 * y * (1 - y ** 2)
    dx = dy / (1 + t) * t  # line 7: y = np.log1p(np.exp(x))
    return dx

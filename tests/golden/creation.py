"""Arrays made inside: zeros, ones, full, eye, arange, linspace and the _like forms."""
import numpy as np


def f(x, s):
    n = len(x)
    A = s * np.eye(n) + np.full((n, n), 0.1)
    grid = np.linspace(0.0, 1.0, n) + np.arange(n)
    base = np.ones(n) + np.ones_like(x) + np.full_like(x, s) + np.zeros(n) + np.zeros_like(x)
    return (x + base) @ A @ (x * grid)


args = (np.array([0.5, -1.0, 2.0]), 1.5)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %s: f64):
#     %n: i64 = size(%x, axis=0)    # line 6
#     %t: f64[x.shape[0],x.shape[0]] = eye(%n, k=0)    # line 7
#     %t.1: f64[x.shape[0],x.shape[0]] = multiply(%s, %t)    # line 7
#     %t.2: f64[x.shape[0],x.shape[0]] = full(0.1, %n, %n)    # line 7
#     %A: f64[x.shape[0],x.shape[0]] = add(%t.1, %t.2)    # line 7
#     %t.3: f64[x.shape[0]] = linspace(0.0, 1.0, %n, endpoint=True)    # line 8
#     %t.4: i64[x.shape[0]] = arange(%n)    # line 8
#     %t.5: f64[x.shape[0]] = ones(%n)    # line 9
#     %t.6: f64[x.shape[0]] = ones_like(%x)    # line 9
#     %t.7: f64[x.shape[0]] = add(%t.5, %t.6)    # line 9
#     %t.8: f64[x.shape[0]] = full_like(%x, %s)    # line 9
#     %t.9: f64[x.shape[0]] = add(%t.7, %t.8)    # line 9
#     %t.10: f64[x.shape[0]] = zeros(%n)    # line 9
#     %t.11: f64[x.shape[0]] = add(%t.9, %t.10)    # line 9
#     %t.12: f64[x.shape[0]] = zeros_like(%x)    # line 9
#     %base: f64[x.shape[0]] = add(%t.11, %t.12)    # line 9
#     %t.13: f64[x.shape[0]] = add(%x, %base)    # line 10
#     %t.14: f64[x.shape[0]] = matmul(%t.13, %A)    # line 10
#     %grid: f64[x.shape[0]] = add(%t.3, %t.4)    # adjoint of line 8
#     %t.15: f64[x.shape[0]] = multiply(%x, %grid)    # adjoint of line 10
#     %dx: f64[x.shape[0]] = multiply(%t.14, %grid)    # adjoint of line 10
#     %dbase: f64[x.shape[0]] = matmul(%A, %t.15)    # adjoint of line 10
#     %dA: f64[x.shape[0],x.shape[0]] = outer(%t.13, %t.15)    # adjoint of line 10
#     %dx.1: f64[x.shape[0]] = add(%dx, %dbase)    # adjoint of line 10
#     %ds: f64 = sum(%dbase, keepdims=False)    # adjoint of line 9
#     %t.16: f64[x.shape[0],x.shape[0]] = multiply(%dA, %t)    # adjoint of line 7
#     %t.17: f64 = sum(%t.16, keepdims=False)    # adjoint of line 7
#     %ds.1: f64 = add(%ds, %t.17)    # adjoint of line 7
#     return %dx.1, %ds.1

# %% numpy
import numpy as np


def f_grad(x, s):
    """Gradient of f with respect to x, s.   x: f64[n], s: float"""
    # primal
    n = len(x)
    t = np.eye(n)
    A = s * t + np.full((n, n), 0.1)
    base = np.ones(n) + np.ones_like(x) + np.full_like(x, s) + np.zeros(n) + np.zeros_like(x)
    t1 = x + base
    # adjoint
    # line 8: grid = np.linspace(0.0, 1.0, n) + np.arange(n)
    grid = np.linspace(0.0, 1.0, n) + np.arange(n)
    t2 = x * grid         # line 10: return (x + base) @ A @ (x * grid)
    dx = t1 @ A * grid
    dbase = A @ t2
    dA = np.outer(t1, t2)
    dx = dx + dbase
    ds = np.sum(dbase)    # line 9: base = np.ones(n) + np.ones_like(x) + np.full_like(x, s) ...
    ds += np.sum(dA * t)  # line 7: A = s * np.eye(n) + np.full((n, n), 0.1)
    return dx, ds

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, s):
    """Gradient of f with respect to x, s.   x: f64[n], s: float"""
    # primal
    n = x.shape[0]
    t = jnp.eye(n)
    A = s * t + jnp.full((n, n), 0.1)
    base = jnp.ones(n) + jnp.ones_like(x) + jnp.full_like(x, s) + jnp.zeros(n) + jnp.zeros_like(x)
    t_1 = x + base
    # adjoint
    # line 8: grid = np.linspace(0.0, 1.0, n) + np.arange(n)
    grid = jnp.linspace(0.0, 1.0, n) + jnp.arange(n)
    t_2 = x * grid             # line 10: return (x + base) @ A @ (x * grid)
    dx = t_1 @ A * grid
    dbase = A @ t_2
    dA = jnp.outer(t_1, t_2)
    dx = dx + dbase
    # line 9: base = np.ones(n) + np.ones_like(x) + np.full_like(x, s) + np.zeros(n) + np.zeros_like(x)
    ds = jnp.sum(dbase)
    ds = ds + jnp.sum(dA * t)  # line 7: A = s * np.eye(n) + np.full((n, n), 0.1)
    return dx, ds

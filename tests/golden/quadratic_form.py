"""Matrix products of every rank, and a unary minus."""
import numpy as np


def f(A, B, x):
    return 0.5 * x @ (A @ B) @ x - (B @ x) @ (-B @ x)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), rng.normal(size=3))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%A: f64[A.shape[0],A.shape[1]], %B: f64[B.shape[0],B.shape[1]], %x: f64[x.shape[0]]):
#     %t: f64[x.shape[0]] = multiply(0.5, %x)    # line 6
#     %t.1: f64[A.shape[0],B.shape[1]] = matmul(%A, %B)    # line 6
#     %t.2: f64[B.shape[1]] = matmul(%t, %t.1)    # line 6
#     %t.3: f64[B.shape[0]] = matmul(%B, %x)    # line 6
#     %t.4: f64[B.shape[0],B.shape[1]] = negative(%B)    # line 6
#     %t.5: f64[B.shape[0]] = matmul(%t.4, %x)    # line 6
#     %t.6: f64[B.shape[0]] = negative(%t.5)    # adjoint of line 6
#     %t.7: f64[B.shape[0]] = negative(%t.3)    # adjoint of line 6
#     %t.8: f64[B.shape[0],x.shape[0]] = outer(%t.7, %x)    # adjoint of line 6
#     %t.9: f64[B.shape[1],B.shape[0]] = transpose(%t.4)    # adjoint of line 6
#     %dx: f64[B.shape[1]] = matmul(%t.9, %t.7)    # adjoint of line 6
#     %t.10: f64[B.shape[0],x.shape[0]] = outer(%t.6, %x)    # adjoint of line 6
#     %dB: f64[B.shape[0],x.shape[0]] = subtract(%t.10, %t.8)    # adjoint of line 6
#     %t.11: f64[B.shape[1],B.shape[0]] = transpose(%B)    # adjoint of line 6
#     %t.12: f64[B.shape[1]] = matmul(%t.11, %t.6)    # adjoint of line 6
#     %dx.1: f64[B.shape[1]] = add(%dx, %t.12)    # adjoint of line 6
#     %dx.2: f64[B.shape[1]] = add(%dx.1, %t.2)    # adjoint of line 6
#     %t.13: f64[A.shape[0]] = matmul(%t.1, %x)    # adjoint of line 6
#     %t.14: f64[x.shape[0],x.shape[0]] = outer(%t, %x)    # adjoint of line 6
#     %t.15: f64[B.shape[1],B.shape[0]] = transpose(%B)    # adjoint of line 6
#     %dA: f64[x.shape[0],B.shape[0]] = matmul(%t.14, %t.15)    # adjoint of line 6
#     %t.16: f64[A.shape[1],A.shape[0]] = transpose(%A)    # adjoint of line 6
#     %t.17: f64[A.shape[1],x.shape[0]] = matmul(%t.16, %t.14)    # adjoint of line 6
#     %dB.1: f64[B.shape[0],x.shape[0]] = add(%dB, %t.17)    # adjoint of line 6
#     %t.18: f64[A.shape[0]] = multiply(%t.13, 0.5)    # adjoint of line 6
#     %dx.3: f64[B.shape[1]] = add(%dx.2, %t.18)    # adjoint of line 6
#     return %dA, %dB.1, %dx.3

# %% numpy
import numpy as np


def f_grad(A, B, x):
    """Gradient of f with respect to A, B, x.   A: f64[n,m], B: f64[m,k], x: f64[k]"""
    # primal
    t = 0.5 * x
    t1 = A @ B
    t2 = -B
    # adjoint
    t3 = -(t2 @ x)  # line 6: return 0.5 * x @ (A @ B) @ x - (B @ x) @ (-B @ x)
    t4 = -(B @ x)
    dx = t2.T @ t4
    dB = np.outer(t3, x) - np.outer(t4, x)
    dx = dx + B.T @ t3
    dx = dx + t @ t1
    t2 = np.outer(t, x)
    dA = t2 @ B.T
    dB = dB + A.T @ t2
    dx = dx + t1 @ x * 0.5
    return dA, dB, dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(A, B, x):
    """Gradient of f with respect to A, B, x.   A: f64[n,m], B: f64[m,k], x: f64[k]"""
    # primal
    t = 0.5 * x
    t_1 = A @ B
    t_2 = -B
    # adjoint
    t_3 = -(t_2 @ x)  # line 6: return 0.5 * x @ (A @ B) @ x - (B @ x) @ (-B @ x)
    t_4 = -(B @ x)
    dx = t_4 @ t_2
    dB = jnp.outer(t_3, x) - jnp.outer(t_4, x)
    dx = dx + t_3 @ B
    dx = dx + t @ t_1
    t = jnp.outer(t, x)
    dA = t @ B.T
    dB = dB + A.T @ t
    dx = dx + t_1 @ x * 0.5
    return dA, dB, dx

"""einsum, transpose and a stable softmax: attention of a few tokens."""
import numpy as np


def f(Q, K, V):
    scores = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    out = np.matmul(weights, V)
    return np.sum(np.transpose(out) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), rng.normal(size=(4, 5)))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%Q: f64[Q.shape[0],Q.shape[1]], %K: f64[K.shape[0],K.shape[1]], %V: f64[V.shape[0],V.shape[1]]):
#     %t: f64[Q.shape[0],K.shape[0]] = einsum(%Q, %K, subscripts='id,jd->ij', optimize=False)    # line 6
#     %t.1: i64 = size(%Q, axis=1)    # line 6
#     %t.2: f64 = sqrt(%t.1)    # line 6
#     %scores: f64[Q.shape[0],K.shape[0]] = divide(%t, %t.2)    # line 6
#     %t.3: f64[Q.shape[0],1] = max(%scores, axis=1, keepdims=True)    # line 7
#     %t.4: f64[Q.shape[0],K.shape[0]] = subtract(%scores, %t.3)    # line 7
#     %weights: f64[Q.shape[0],K.shape[0]] = exp(%t.4)    # line 7
#     %t.5: f64[Q.shape[0],1] = sum(%weights, axis=1, keepdims=True)    # line 8
#     %weights.1: f64[Q.shape[0],K.shape[0]] = divide(%weights, %t.5)    # line 8
#     %out: f64[Q.shape[0],V.shape[1]] = matmul(%weights.1, %V)    # line 9
#     %t.6: f64[V.shape[1],Q.shape[0]] = transpose(%out)    # line 10
#     %t.7: f64[V.shape[1],Q.shape[0]] = multiply(2, %t.6)    # adjoint of line 10
#     %dout: f64[Q.shape[0],V.shape[1]] = transpose(%t.7)    # adjoint of line 10
#     %t.8: f64[V.shape[1],V.shape[0]] = transpose(%V)    # adjoint of line 9
#     %dweights: f64[Q.shape[0],V.shape[0]] = matmul(%dout, %t.8)    # adjoint of line 9
#     %t.9: f64[K.shape[0],Q.shape[0]] = transpose(%weights.1)    # adjoint of line 9
#     %dV: f64[K.shape[0],V.shape[1]] = matmul(%t.9, %dout)    # adjoint of line 9
#     %dweights.1: f64[Q.shape[0],V.shape[0]] = divide(%dweights, %t.5)    # adjoint of line 8
#     %t.10: f64[Q.shape[0],V.shape[0]] = multiply(%dweights.1, %weights.1)    # adjoint of line 8
#     %t.11: f64[Q.shape[0],1] = sum(%t.10, axis=1, keepdims=True)    # adjoint of line 8
#     %dweights.2: f64[Q.shape[0],V.shape[0]] = subtract(%dweights.1, %t.11)    # adjoint of line 8
#     %dscores: f64[Q.shape[0],V.shape[0]] = multiply(%dweights.2, %weights)    # adjoint of line 7
#     %t.12: f64[Q.shape[0],V.shape[0]] = divide(%dscores, %t.2)    # adjoint of line 6
#     %dQ: f64[Q.shape[0],K.shape[1]] = einsum(%t.12, %K, subscripts='ij,jd->id', optimize=False)    # adjoint of line 6
#     %dK: f64[V.shape[0],Q.shape[1]] = einsum(%t.12, %Q, subscripts='ij,id->jd', optimize=False)    # adjoint of line 6
#     return %dQ, %dK, %dV

# %% numpy
import numpy as np


def f_grad(Q, K, V):
    """Gradient of f with respect to Q, K, V.   Q: f64[n,m], K: f64[k,m], V: f64[k,l]"""
    # primal
    t = np.sqrt(Q.shape[1])
    scores = np.einsum("id,jd->ij", Q, K) / t
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    t1 = np.sum(weights, axis=1, keepdims=True)
    weights_1 = weights / t1
    out = np.matmul(weights_1, V)
    # adjoint
    dout = (2 * out.T).T          # line 10: return np.sum(np.transpose(out) ** 2)
    dweights = dout @ V.T         # line 9: out = np.matmul(weights, V)
    dV = weights_1.T @ dout
    dweights = dweights / t1      # line 8: weights = weights / np.sum(weights, axis=1, keepdims=True)
    dweights = dweights - np.sum(dweights * weights_1, axis=1, keepdims=True)
    dscores = dweights * weights  # line 7: weights = np.exp(scores - np.max(scores, axis=1, keepdim ...
    t1 = dscores / t              # line 6: scores = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    dQ = np.einsum("ij,jd->id", t1, K)
    dK = np.einsum("ij,id->jd", t1, Q)
    return dQ, dK, dV

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(Q, K, V):
    """Gradient of f with respect to Q, K, V.   Q: f64[n,m], K: f64[k,m], V: f64[k,l]"""
    # primal
    t = jnp.sqrt(Q.shape[1])
    scores = jnp.einsum("id,jd->ij", Q, K) / t
    weights = jnp.exp(scores - jnp.max(scores, axis=1, keepdims=True))
    t_1 = jnp.sum(weights, axis=1, keepdims=True)
    weights_1 = weights / t_1
    out = weights_1 @ V
    # adjoint
    dout = (2 * out.T).T          # line 10: return np.sum(np.transpose(out) ** 2)
    dweights = dout @ V.T         # line 9: out = np.matmul(weights, V)
    dV = weights_1.T @ dout
    dweights = dweights / t_1     # line 8: weights = weights / np.sum(weights, axis=1, keepdims=True)
    dweights = dweights - jnp.sum(dweights * weights_1, axis=1, keepdims=True)
    dscores = dweights * weights  # line 7: weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    t = dscores / t               # line 6: scores = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    dQ = jnp.einsum("ij,jd->id", t, K)
    dK = jnp.einsum("ij,id->jd", t, Q)
    return dQ, dK, dV

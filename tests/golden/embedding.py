"""Integer arrays as subscripts: an embedding with repeated tokens, and the cross entropy of labels."""
import numpy as np


def f(E, W, tokens, labels):
    logits = E[tokens] @ W
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(labels)), labels])


rng = np.random.default_rng(0)
args = (rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), np.array([2, 0, 2, 4]), np.array([1, 3, 0, 1]))
argnums = (0, 1)


# %% ir
# func f_grad(%E: f64[E.shape[0],E.shape[1]], %W: f64[W.shape[0],W.shape[1]], %tokens: i64[tokens.shape[0]], %labels: i64[labels.shape[0]]):
#     %t: f64[tokens.shape[0],E.shape[1]] = getitem(%E, %tokens, index=(At(operand=0),))    # line 6
#     %logits: f64[tokens.shape[0],W.shape[1]] = matmul(%t, %W)    # line 6
#     %t.1: f64[tokens.shape[0],1] = max(%logits, axis=1, keepdims=True)    # line 7
#     %shifted: f64[tokens.shape[0],W.shape[1]] = subtract(%logits, %t.1)    # line 7
#     %t.2: f64[tokens.shape[0],W.shape[1]] = exp(%shifted)    # line 8
#     %t.3: f64[tokens.shape[0],1] = sum(%t.2, axis=1, keepdims=True)    # line 8
#     %t.4: f64[tokens.shape[0],1] = log(%t.3)    # line 8
#     %logp: f64[tokens.shape[0],W.shape[1]] = subtract(%shifted, %t.4)    # line 8
#     %t.5: i64 = size(%labels, axis=0)    # line 9
#     %t.6: i64[labels.shape[0]] = arange(%t.5)    # line 9
#     %t.7: f64[labels.shape[0]] = getitem(%logp, %t.6, %labels, index=(At(operand=0), At(operand=1)))    # line 9
#     %t.8: f64 = divide(-1.0, %t.5)    # adjoint of line 9
#     %t.9: (labels.shape[0]) = shape(%t.7)    # adjoint of line 9
#     %t.10: f64[labels.shape[0]] = expand(%t.8, %t.9, keepdims=False)    # adjoint of line 9
#     %t.11: (tokens.shape[0], W.shape[1]) = shape(%logits)    # adjoint of line 9
#     %dlogp: f64[tokens.shape[0],W.shape[1]] = zeros_of(%t.11)    # adjoint of line 9
#     %dlogp.1: f64[tokens.shape[0],W.shape[1]] = add_at(%dlogp, %t.10, %t.6, %labels, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#     %t.12: f64[tokens.shape[0],1] = sum(%dlogp.1, axis=1, keepdims=True)    # adjoint of line 8
#     %t.13: f64[tokens.shape[0],1] = divide(%t.12, %t.3)    # adjoint of line 8
#     %t.14: f64[tokens.shape[0],W.shape[1]] = multiply(%t.13, %t.2)    # adjoint of line 8
#     %dshifted: f64[tokens.shape[0],W.shape[1]] = subtract(%dlogp.1, %t.14)    # adjoint of line 8
#     %t.15: f64[W.shape[1],W.shape[0]] = transpose(%W)    # adjoint of line 6
#     %t.16: f64[tokens.shape[0],W.shape[0]] = matmul(%dshifted, %t.15)    # adjoint of line 6
#     %t.17: f64[E.shape[1],tokens.shape[0]] = transpose(%t)    # adjoint of line 6
#     %dW: f64[E.shape[1],W.shape[1]] = matmul(%t.17, %dshifted)    # adjoint of line 6
#     %t.18: (E.shape[0], E.shape[1]) = shape(%E)    # adjoint of line 6
#     %dE: f64[E.shape[0],E.shape[1]] = zeros_of(%t.18)    # adjoint of line 6
#     %dE.1: f64[E.shape[0],E.shape[1]] = add_at(%dE, %t.16, %tokens, index=(At(operand=0),))    # adjoint of line 6
#     return %dE.1, %dW

# %% numpy
import numpy as np


def f_grad(E, W, tokens, labels):
    """Gradient of f with respect to E, W.   E: f64[n,m], W: f64[m,k], tokens: i64[l], labels: i64[p]"""
    # primal
    E_tokens = E[tokens]
    logits = E_tokens @ W
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    t = np.exp(shifted)
    t1 = np.sum(t, axis=1, keepdims=True)
    logp = shifted - np.log(t1)
    t2 = np.arange(len(labels))
    t3 = logp[t2, labels]
    # adjoint
    dlogp = np.zeros_like(logits)  # line 9: return -np.mean(logp[np.arange(len(labels)), labels])
    np.add.at(dlogp, (t2, labels), np.full_like(t3, -1.0 / len(labels)))
    # line 8: logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, ...
    dshifted = dlogp - np.sum(dlogp, axis=1, keepdims=True) / t1 * t
    dW = E_tokens.T @ dshifted     # line 6: logits = E[tokens] @ W
    dE = np.zeros_like(E)
    np.add.at(dE, tokens, dshifted @ W.T)
    return dE, dW

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(E, W, tokens, labels):
    """Gradient of f with respect to E, W.   E: f64[n,m], W: f64[m,k], tokens: i64[l], labels: i64[p]"""
    E = jnp.asarray(E)
    W = jnp.asarray(W)
    tokens = jnp.asarray(tokens)
    # primal
    E_tokens = E[tokens]
    logits = E_tokens @ W
    shifted = logits - jnp.max(logits, axis=1, keepdims=True)
    t = jnp.exp(shifted)
    t_1 = jnp.sum(t, axis=1, keepdims=True)
    logp = shifted - jnp.log(t_1)
    t_2 = jnp.arange(labels.shape[0])
    # adjoint
    dlogp = jnp.zeros_like(logits)  # line 9: return -np.mean(logp[np.arange(len(labels)), labels])
    dlogp = dlogp.at[t_2, labels].add(jnp.full_like(logp[t_2, labels], -1.0 / labels.shape[0]))
    # line 8: logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    dshifted = dlogp - jnp.sum(dlogp, axis=1, keepdims=True) / t_1 * t
    dW = E_tokens.T @ dshifted      # line 6: logits = E[tokens] @ W
    dE = jnp.zeros_like(E)
    dE = dE.at[tokens].add(dshifted @ W.T)
    return dE, dW

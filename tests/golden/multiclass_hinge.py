"""max over an axis, comparison of integers, and astype of booleans."""
import numpy as np


def f(W, X, labels):
    scores = X @ W
    right = scores[np.arange(len(X)), labels]
    margins = np.maximum(0.0, scores - right[:, None] + 1.0)
    wrong = (np.arange(W.shape[1]) != labels[:, None]).astype(np.float64)
    return np.mean(np.max(margins * wrong, axis=1)) + 0.01 * np.sum(W * W)


rng = np.random.default_rng(0)
args = (rng.normal(size=(2, 3)), rng.normal(size=(4, 2)), np.array([0, 2, 1, 0]))


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %X: f64[X.shape[0],X.shape[1]], %labels: i64[labels.shape[0]]):
#     %scores: f64[X.shape[0],W.shape[1]] = matmul(%X, %W)    # line 6
#     %t: i64 = size(%X, axis=0)    # line 7
#     %t.1: i64[X.shape[0]] = arange(%t)    # line 7
#     %right: f64[X.shape[0]] = getitem(%scores, %t.1, %labels, index=(At(operand=0), At(operand=1)))    # line 7
#     %t.2: f64[X.shape[0],1] = getitem(%right, index=(Slice(start=None, stop=None, step=None), NewAxis()))    # line 8
#     %t.3: f64[X.shape[0],W.shape[1]] = subtract(%scores, %t.2)    # line 8
#     %t.4: f64[X.shape[0],W.shape[1]] = add(%t.3, 1.0)    # line 8
#     %margins: f64[X.shape[0],W.shape[1]] = maximum(0.0, %t.4)    # line 8
#     %t.5: i64 = size(%W, axis=1)    # line 9
#     %t.6: i64[W.shape[1]] = arange(%t.5)    # line 9
#     %t.7: i64[labels.shape[0],1] = getitem(%labels, index=(Slice(start=None, stop=None, step=None), NewAxis()))    # line 9
#     %t.8: bool[labels.shape[0],W.shape[1]] = not_equal(%t.6, %t.7)    # line 9
#     %wrong: f64[labels.shape[0],W.shape[1]] = astype(%t.8)    # line 9
#     %t.9: f64[X.shape[0],W.shape[1]] = multiply(%margins, %wrong)    # line 10
#     %t.10: f64[X.shape[0]] = max(%t.9, axis=1, keepdims=False)    # line 10
#     %dW: f64[W.shape[0],W.shape[1]] = multiply(0.02, %W)    # adjoint of line 10
#     %t.11: i64 = size(%right, axis=0)    # adjoint of line 10
#     %t.12: f64 = divide(1.0, %t.11)    # adjoint of line 10
#     %t.13: (X.shape[0]) = shape(%right)    # adjoint of line 10
#     %t.14: f64[X.shape[0],1] = expand_dims(%t.10, axis=1)    # adjoint of line 10
#     %t.15: bool[X.shape[0],W.shape[1]] = hits(%t.9, %t.14, axis=1, of='max')    # adjoint of line 10
#     %t.16: i64[X.shape[0],1] = sum(%t.15, axis=1, keepdims=True)    # adjoint of line 10
#     %t.17: f64[X.shape[0],W.shape[1]] = where(%t.15, %t.12, 0)    # adjoint of line 10
#     %t.18: f64[X.shape[0],W.shape[1]] = divide(%t.17, %t.16)    # adjoint of line 10
#     %dmargins: f64[X.shape[0],W.shape[1]] = multiply(%t.18, %wrong)    # adjoint of line 10
#     %t.19: f64[X.shape[0],W.shape[1]] = heaviside(%t.4, 0.5)    # adjoint of line 8
#     %dscores: f64[X.shape[0],W.shape[1]] = multiply(%dmargins, %t.19)    # adjoint of line 8
#     %t.20: f64[X.shape[0],1] = sum(%dscores, axis=1, keepdims=True)    # adjoint of line 8
#     %t.21: f64[X.shape[0],1] = negative(%t.20)    # adjoint of line 8
#     %dright: f64[X.shape[0]] = zeros_of(%t.13)    # adjoint of line 8
#     %dright.1: f64[X.shape[0]] = setitem(%dright, %t.21, index=(Slice(start=None, stop=None, step=None), NewAxis()))    # adjoint of line 8
#     %dscores.1: f64[X.shape[0],W.shape[1]] = add_at(%dscores, %dright.1, %t.1, %labels, index=(At(operand=0), At(operand=1)))    # adjoint of line 7
#     %t.22: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 6
#     %t.23: f64[X.shape[1],W.shape[1]] = matmul(%t.22, %dscores.1)    # adjoint of line 6
#     %dW.1: f64[W.shape[0],W.shape[1]] = add(%dW, %t.23)    # adjoint of line 6
#     return %dW.1

# %% numpy
import numpy as np


def f_grad(W, X, labels):
    """Gradient of f with respect to W.   W: f64[n,m], X: f64[k,n], labels: i64[k]"""
    # primal
    scores = X @ W
    t = np.arange(len(X))
    right = scores[t, labels]
    t1 = scores - right[:, None] + 1.0
    margins = np.maximum(0.0, t1)
    wrong = (np.arange(W.shape[1]) != labels[:, None]).astype(np.float64)
    t2 = margins * wrong
    # adjoint
    dW = 0.02 * W            # line 10: return np.mean(np.max(margins * wrong, axis=1)) + 0.01 * ...
    t3 = t2 == np.expand_dims(np.max(t2, axis=1), axis=1)
    dmargins = np.where(t3, 1.0 / len(right), 0) / np.sum(t3, axis=1, keepdims=True) * wrong
    # line 8: margins = np.maximum(0.0, scores - right[:, None] + 1.0)
    dscores = dmargins * np.heaviside(t1, 0.5)
    dright = np.zeros_like(right)
    dright[:, None] = -np.sum(dscores, axis=1, keepdims=True)
    # line 7: right = scores[np.arange(len(X)), labels]
    np.add.at(dscores, (t, labels), dright)
    dW = dW + X.T @ dscores  # line 6: scores = X @ W
    return dW

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(W, X, labels):
    """Gradient of f with respect to W.   W: f64[n,m], X: f64[k,n], labels: i64[k]"""
    W = jnp.asarray(W)
    X = jnp.asarray(X)
    labels = jnp.asarray(labels)
    # primal
    scores = X @ W
    t = jnp.arange(X.shape[0])
    right = scores[t, labels]
    t_1 = scores - right[:, None] + 1.0
    margins = jnp.maximum(0.0, t_1)
    wrong = (jnp.arange(W.shape[1]) != labels[:, None]).astype(jnp.float64)
    t_2 = margins * wrong
    # adjoint
    dW = 0.02 * W            # line 10: return np.mean(np.max(margins * wrong, axis=1)) + 0.01 * np.sum(W * W)
    t_2 = t_2 == jnp.expand_dims(jnp.max(t_2, axis=1), axis=1)
    dmargins = (
        jnp.where(t_2, 1.0 / right.shape[0], 0) / jnp.sum(t_2.astype(jnp.int64), axis=1, keepdims=True)
        * wrong
    )
    # line 8: margins = np.maximum(0.0, scores - right[:, None] + 1.0)
    dscores = dmargins * jnp.heaviside(t_1, 0.5)
    dright = jnp.zeros_like(right)
    dright = jnp.reshape(-jnp.sum(dscores, axis=1, keepdims=True), dright.shape)
    # line 7: right = scores[np.arange(len(X)), labels]
    dscores = dscores.at[t, labels].add(dright)
    dW = dW + X.T @ dscores  # line 6: scores = X @ W
    return dW

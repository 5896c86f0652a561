"""Recursion on the structure of a nested tuple."""
import numpy as np


def encode(tree, W):
    if not isinstance(tree, tuple):
        return tree
    left, right = tree
    return np.tanh(W @ (encode(left, W) + 0.5 * encode(right, W)))


def f(W, tree):
    return np.sum(encode(tree, W))


args = (
    np.array([[0.5, -1.0], [0.3, 0.8]]),
    ((np.array([1.0, 2.0]), np.array([0.5, -0.5])), np.array([-1.0, 0.2])),
)
argnums = (0, 1)
backends = ("numpy",)


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %left: f64[tree[0][0].shape[0]] = tree[0][0], %right: f64[tree[0][1].shape[0]] = tree[0][1], %right.1: f64[tree[1].shape[0]] = tree[1]):
#     %t: f64[tree[0][1].shape[0]] = multiply(0.5, %right)    # line 9
#     %t.1: f64[tree[0][0].shape[0]] = add(%left, %t)    # line 9
#     %t.2: f64[W.shape[0]] = matmul(%W, %t.1)    # line 9
#     %result: f64[W.shape[0]] = tanh(%t.2)    # line 9
#     %t.3: f64[tree[1].shape[0]] = multiply(0.5, %right.1)    # line 9
#     %t.4: f64[W.shape[0]] = add(%result, %t.3)    # line 9
#     %t.5: f64[W.shape[0]] = matmul(%W, %t.4)    # line 9
#     %result.1: f64[W.shape[0]] = tanh(%t.5)    # adjoint of line 9
#     %t.6: f64[W.shape[0]] = power(%result.1, 2)    # adjoint of line 9
#     %t.7: f64[W.shape[0]] = subtract(1, %t.6)    # adjoint of line 9
#     %dW: f64[W.shape[0],W.shape[0]] = outer(%t.7, %t.4)    # adjoint of line 9
#     %t.8: f64[W.shape[1],W.shape[0]] = transpose(%W)    # adjoint of line 9
#     %dresult: f64[W.shape[1]] = matmul(%t.8, %t.7)    # adjoint of line 9
#     %dright: f64[W.shape[1]] = multiply(%dresult, 0.5)    # adjoint of line 9
#     %t.9: f64[W.shape[0]] = power(%result, 2)    # adjoint of line 9
#     %t.10: f64[W.shape[0]] = subtract(1, %t.9)    # adjoint of line 9
#     %t.11: f64[W.shape[1]] = multiply(%dresult, %t.10)    # adjoint of line 9
#     %t.12: f64[W.shape[1],tree[0][0].shape[0]] = outer(%t.11, %t.1)    # adjoint of line 9
#     %dW.1: f64[W.shape[0],W.shape[0]] = add(%dW, %t.12)    # adjoint of line 9
#     %t.13: f64[W.shape[1],W.shape[0]] = transpose(%W)    # adjoint of line 9
#     %dleft: f64[W.shape[1]] = matmul(%t.13, %t.11)    # adjoint of line 9
#     %dright.1: f64[W.shape[1]] = multiply(%dleft, 0.5)    # adjoint of line 9
#     return %dW.1, %dleft, %dright.1, %dright

# %% numpy
import numpy as np


def f_grad(W, tree):
    """Gradient of f with respect to W, tree.   W: f64[n,n], tree: ((f64[n], f64[n]), f64[n])"""
    left = tree[0][0]
    right = tree[0][1]
    right_1 = tree[1]
    # primal
    t = left + 0.5 * right
    result = np.tanh(W @ t)
    t1 = result + 0.5 * right_1
    # adjoint
    t2 = result ** 2  # line 9: return np.tanh(W @ (encode(left, W) + 0.5 * encode(right ...
    result = np.tanh(W @ t1)
    t3 = 1 - result ** 2
    dW = np.outer(t3, t1)
    dresult = W.T @ t3
    dright = dresult * 0.5
    t1 = dresult * (1 - t2)
    dW = dW + np.outer(t1, t)
    dleft = W.T @ t1
    dright_1 = dleft * 0.5
    return dW, ((dleft, dright_1), dright)

# %% jax

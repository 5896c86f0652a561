"""Parameters in a dict, under keys made of the number of the layer: the loop over the layers is unrolled."""

import numpy as np


def f(parameters, X):
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A = np.maximum(0.1, parameters["W" + str(l)] @ A + parameters["b" + str(l)])
    A = parameters[f"W{L}"] @ A + parameters[f"b{L}"]
    return np.mean(np.log(1 + np.exp(-A)))


rng = np.random.default_rng(3)
args = (
    {
        "W1": rng.normal(size=(3, 2)),
        "b1": rng.normal(size=(3, 1)),
        "W2": rng.normal(size=(1, 3)),
        "b2": rng.normal(size=(1, 1)),
    },
    rng.normal(size=(2, 5)),
)


# %% ir
# func f_grad(%W1: f64[parameters['W1'].shape[0],parameters['W1'].shape[1]] = parameters['W1'], %b1: f64[parameters['b1'].shape[0],1] = parameters['b1'], %W2: f64[1,parameters['W2'].shape[1]] = parameters['W2'], %b2: f64[1,1] = parameters['b2'], %X: f64[X.shape[0],X.shape[1]]):
#     %t: f64[parameters['W1'].shape[0],X.shape[1]] = matmul(%W1, %X)    # line 10
#     %t.1: f64[parameters['W1'].shape[0],X.shape[1]] = add(%t, %b1)    # line 10
#     %A: f64[parameters['W1'].shape[0],X.shape[1]] = maximum(0.1, %t.1)    # line 10
#     %t.2: f64[1,X.shape[1]] = matmul(%W2, %A)    # line 11
#     %A.1: f64[1,X.shape[1]] = add(%t.2, %b2)    # adjoint of line 11
#     %t.3: f64[1,X.shape[1]] = negative(%A.1)    # adjoint of line 12
#     %t.4: f64[1,X.shape[1]] = exp(%t.3)    # adjoint of line 12
#     %t.5: f64[1,X.shape[1]] = add(1, %t.4)    # adjoint of line 12
#     %t.6: i64 = count(%A.1)    # adjoint of line 12
#     %t.7: f64 = divide(1.0, %t.6)    # adjoint of line 12
#     %t.8: f64[1,X.shape[1]] = divide(%t.7, %t.5)    # adjoint of line 12
#     %t.9: f64[1,X.shape[1]] = multiply(%t.8, %t.4)    # adjoint of line 12
#     %dA: f64[1,X.shape[1]] = negative(%t.9)    # adjoint of line 12
#     %db2: f64[1,1] = sum(%dA, axis=1, keepdims=True)    # adjoint of line 11
#     %t.10: f64[X.shape[1],parameters['W1'].shape[0]] = transpose(%A)    # adjoint of line 11
#     %dW2: f64[1,parameters['W1'].shape[0]] = matmul(%dA, %t.10)    # adjoint of line 11
#     %t.11: f64[parameters['W2'].shape[1],1] = transpose(%W2)    # adjoint of line 11
#     %dA.1: f64[parameters['W2'].shape[1],X.shape[1]] = matmul(%t.11, %dA)    # adjoint of line 11
#     %t.12: f64[parameters['W1'].shape[0],X.shape[1]] = subtract(%t.1, 0.1)    # adjoint of line 10
#     %t.13: f64[parameters['W1'].shape[0],X.shape[1]] = heaviside(%t.12, 0.5)    # adjoint of line 10
#     %t.14: f64[parameters['W2'].shape[1],X.shape[1]] = multiply(%dA.1, %t.13)    # adjoint of line 10
#     %db1: f64[parameters['W2'].shape[1],1] = sum(%t.14, axis=1, keepdims=True)    # adjoint of line 10
#     %t.15: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 10
#     %dW1: f64[parameters['W2'].shape[1],X.shape[0]] = matmul(%t.14, %t.15)    # adjoint of line 10
#     return %dW1, %db1, %dW2, %db2

# %% numpy
import numpy as np


def f_grad(parameters, X):
    """Gradient of f with respect to parameters.   parameters: {'W1': f64[n,m], 'b1': f64[n,1], 'W2': f64[1,n], 'b2': f64[1,1]}, X: f64[m,k]"""
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    # primal
    t = W1 @ X + b1
    A = np.maximum(0.1, t)
    # adjoint
    t1 = A.T         # line 11: A = parameters[f"W{L}"] @ A + parameters[f"b{L}"]
    A = W2 @ A + b2
    t2 = np.exp(-A)  # line 12: return np.mean(np.log(1 + np.exp(-A)))
    dA = -(1.0 / A.size / (1 + t2) * t2)
    # line 11: A = parameters[f"W{L}"] @ A + parameters[f"b{L}"]
    db2 = np.sum(dA, axis=1, keepdims=True)
    dW2 = dA @ t1
    dA = W2.T @ dA
    # line 10: A = np.maximum(0.1, parameters["W" + str(l)] @ A + param ...
    t1 = dA * np.heaviside(t - 0.1, 0.5)
    db1 = np.sum(t1, axis=1, keepdims=True)
    dW1 = t1 @ X.T
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(parameters, X):
    """Gradient of f with respect to parameters.   parameters: {'W1': f64[n,m], 'b1': f64[n,1], 'W2': f64[1,n], 'b2': f64[1,1]}, X: f64[m,k]"""
    # primal
    t = parameters["W1"] @ X + parameters["b1"]
    A = jnp.maximum(0.1, t)
    # adjoint
    # line 11: A = parameters[f"W{L}"] @ A + parameters[f"b{L}"]
    A_1 = parameters["W2"] @ A + parameters["b2"]
    t_1 = jnp.exp(-A_1)                       # line 12: return np.mean(np.log(1 + np.exp(-A)))
    dA = -(1.0 / A_1.size / (1 + t_1) * t_1)
    db2 = jnp.sum(dA, axis=1, keepdims=True)  # line 11: A = parameters[f"W{L}"] @ A + parameters[f"b{L}"]
    dW2 = dA @ A.T
    dA = parameters["W2"].T @ dA
    # line 10: A = np.maximum(0.1, parameters["W" + str(l)] @ A + parameters["b" + str(l)])
    t = dA * jnp.heaviside(t - 0.1, 0.5)
    db1 = jnp.sum(t, axis=1, keepdims=True)
    dW1 = t @ X.T
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

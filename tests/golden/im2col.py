"""A convolution as a product of matrices: windows that are read with a step, at a place that moves."""
import numpy as np


def im2col(images, height, width, stride, pad):
    n, channels, rows, columns = images.shape
    out_h = (rows + 2 * pad - height) // stride + 1
    out_w = (columns + 2 * pad - width) // stride + 1
    padded = np.pad(images, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    col = np.zeros((n, channels, height, width, out_h, out_w))
    for y in range(height):
        y_max = y + stride * out_h
        for x in range(width):
            x_max = x + stride * out_w
            col[:, :, y, x, :, :] = padded[:, :, y:y_max:stride, x:x_max:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * out_h * out_w, -1)


def f(kernels, images):
    number, _, height, width = kernels.shape
    col = im2col(images, height, width, 2, 1)
    out = col @ kernels.reshape(number, -1).T
    return np.sum(np.maximum(0.0, out) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 2, 3, 2)), rng.normal(size=(2, 2, 5, 6)))
argnums = (0, 1)


# %% ir
# func f_grad(%kernels: f64[kernels.shape[0],kernels.shape[1],kernels.shape[2],kernels.shape[3]], %images: f64[images.shape[0],images.shape[1],images.shape[2],images.shape[3]]):
#     %number: i64 = size(%kernels, axis=0)    # line 20
#     %height: i64 = size(%kernels, axis=2)    # line 20
#     %width: i64 = size(%kernels, axis=3)    # line 20
#     %n: i64 = size(%images, axis=0)    # line 6
#     %channels: i64 = size(%images, axis=1)    # line 6
#     %rows: i64 = size(%images, axis=2)    # line 6
#     %columns: i64 = size(%images, axis=3)    # line 6
#     %t: i64 = add(%rows, 2)    # line 7
#     %t.1: i64 = subtract(%t, %height)    # line 7
#     %t.2: i64 = floor_divide(%t.1, 2)    # line 7
#     %out_h: i64 = add(%t.2, 1)    # line 7
#     %t.3: i64 = add(%columns, 2)    # line 8
#     %t.4: i64 = subtract(%t.3, %width)    # line 8
#     %t.5: i64 = floor_divide(%t.4, 2)    # line 8
#     %out_w: i64 = add(%t.5, 1)    # line 8
#     %padded: f64[images.shape[0],images.shape[1],images.shape[2] + 2,images.shape[3] + 2] = pad(%images, pad_width=((0, 0), (0, 0), (1, 1), (1, 1)), mode='constant', constant_values=0)    # line 9
#     %col: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = zeros(%n, %channels, %height, %width, %out_h, %out_w)    # line 10
#     %col.1: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = for %y in range(0, %height, 1) carrying (%col.2 = %col):    # line 11
#         %t.6: i64 = multiply(2, %out_h)    # line 12
#         %y_max: i64 = add(%y, %t.6)    # line 12
#         %col.3: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = for %x in range(0, %width, 1) carrying (%col.4 = %col.2):    # line 13
#             %t.7: i64 = multiply(2, %out_w)    # line 14
#             %x_max: i64 = add(%x, %t.7)    # line 14
#             %t.8: f64[images.shape[0],images.shape[1],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = getitem(%padded, %y, %y_max, 2, %x, %x_max, 2, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), Slice(start=0, stop=1, step=2), Slice(start=3, stop=4, step=5)))    # line 15
#             %col.5: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = setitem(%col.4, %t.8, %y, %x, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0), At(operand=1), Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None)))    # line 15
#             yield %col.5
#         yield %col.3
#     %t.9: f64[images.shape[0],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1,images.shape[1],kernels.shape[2],kernels.shape[3]] = transpose(%col.1, axes=(0, 4, 5, 1, 2, 3))    # line 16
#     %t.10: i64 = multiply(%n, %out_h)    # line 16
#     %t.11: i64 = multiply(%t.10, %out_w)    # line 16
#     %col.6: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3]) // ((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0])] = reshape(%t.9, %t.11, -1)    # line 16
#     %t.12: f64[kernels.shape[0],kernels.shape[1] * kernels.shape[2] * kernels.shape[3]] = reshape(%kernels, %number, -1)    # line 22
#     %t.13: f64[kernels.shape[1] * kernels.shape[2] * kernels.shape[3],kernels.shape[0]] = transpose(%t.12)    # line 22
#     %out: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],kernels.shape[0]] = matmul(%col.6, %t.13)    # line 22
#     %t.14: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],kernels.shape[0]] = maximum(0.0, %out)    # adjoint of line 23
#     %t.15: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],kernels.shape[0]] = multiply(2, %t.14)    # adjoint of line 23
#     %t.16: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],kernels.shape[0]] = heaviside(%out, 0.5)    # adjoint of line 23
#     %dout: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],kernels.shape[0]] = multiply(%t.15, %t.16)    # adjoint of line 23
#     %dcol: f64[(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0],kernels.shape[1] * kernels.shape[2] * kernels.shape[3]] = matmul(%dout, %t.12)    # adjoint of line 22
#     %t.17: f64[((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3]) // ((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0]),(images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0]] = transpose(%col.6)    # adjoint of line 22
#     %t.18: f64[((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3]) // ((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0]),kernels.shape[0]] = matmul(%t.17, %dout)    # adjoint of line 22
#     %t.19: f64[kernels.shape[0],((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3] + images.shape[0] * images.shape[1] * kernels.shape[2] * kernels.shape[3]) // ((images.shape[2] + 2 - kernels.shape[2]) // 2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) * images.shape[0] + (images.shape[2] + 2 - kernels.shape[2]) // 2 * images.shape[0] + (images.shape[3] + 2 - kernels.shape[3]) // 2 * images.shape[0] + images.shape[0])] = transpose(%t.18)    # adjoint of line 22
#     %t.20: (kernels.shape[0], kernels.shape[1], kernels.shape[2], kernels.shape[3]) = shape(%kernels)    # adjoint of line 22
#     %dkernels: f64[kernels.shape[0],kernels.shape[1],kernels.shape[2],kernels.shape[3]] = reshape_to(%t.19, %t.20)    # adjoint of line 22
#     %t.21: (images.shape[0], (images.shape[2] + 2 - kernels.shape[2]) // 2 + 1, (images.shape[3] + 2 - kernels.shape[3]) // 2 + 1, images.shape[1], kernels.shape[2], kernels.shape[3]) = shape(%t.9)    # adjoint of line 16
#     %t.22: f64[images.shape[0],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1,images.shape[1],kernels.shape[2],kernels.shape[3]] = reshape_to(%dcol, %t.21)    # adjoint of line 16
#     %dcol.1: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = transpose(%t.22, axes=(0, 3, 4, 5, 1, 2))    # adjoint of line 16
#     %t.23: (images.shape[0], images.shape[1], images.shape[2] + 2, images.shape[3] + 2) = shape(%padded)    # adjoint of line 11
#     %dpadded: f64[images.shape[0],images.shape[1],images.shape[2] + 2,images.shape[3] + 2] = zeros_of(%t.23)    # adjoint of line 11
#     %dcol.2: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1], %dpadded.1: f64[images.shape[0],images.shape[1],images.shape[2] + 2,images.shape[3] + 2] = for %y.1 in reversed range(0, %height, 1) carrying (%dcol.3 = %dcol.1, %dpadded.2 = %dpadded):    # adjoint of line 11
#         %t.24: i64 = multiply(2, %out_h)    # adjoint of line 12
#         %y_max.1: i64 = add(%y.1, %t.24)    # adjoint of line 12
#         %dcol.4: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1], %dpadded.3: f64[images.shape[0],images.shape[1],images.shape[2] + 2,images.shape[3] + 2] = for %x.1 in reversed range(0, %width, 1) carrying (%dcol.5 = %dcol.3, %dpadded.4 = %dpadded.2):    # adjoint of line 13
#             %t.25: i64 = multiply(2, %out_w)    # adjoint of line 14
#             %x_max.1: i64 = add(%x.1, %t.25)    # adjoint of line 14
#             %t.26: f64[images.shape[0],images.shape[1],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = getitem(%dcol.5, %y.1, %x.1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0), At(operand=1), Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None)))    # adjoint of line 15
#             %dcol.6: f64[images.shape[0],images.shape[1],kernels.shape[2],kernels.shape[3],(images.shape[2] + 2 - kernels.shape[2]) // 2 + 1,(images.shape[3] + 2 - kernels.shape[3]) // 2 + 1] = setitem(%dcol.5, 0, %y.1, %x.1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0), At(operand=1), Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None)))    # adjoint of line 15
#             %dpadded.5: f64[images.shape[0],images.shape[1],images.shape[2] + 2,images.shape[3] + 2] = add_at(%dpadded.4, %t.26, %y.1, %y_max.1, 2, %x.1, %x_max.1, 2, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), Slice(start=0, stop=1, step=2), Slice(start=3, stop=4, step=5)))    # adjoint of line 15
#             yield %dcol.6, %dpadded.5
#         yield %dcol.4, %dpadded.3
#     %dimages: f64[images.shape[0],images.shape[1],images.shape[2],images.shape[3]] = getitem(%dpadded.1, 1, -1, 1, -1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), Slice(start=0, stop=1, step=None), Slice(start=2, stop=3, step=None)))    # adjoint of line 9
#     return %dkernels, %dimages

# %% numpy
import numpy as np


def f_grad(kernels, images):
    """Gradient of f with respect to kernels, images.   kernels: f64[n,m,k,l], images: f64[p,q,r,s]"""
    # primal
    number = kernels.shape[0]
    height = kernels.shape[2]
    width = kernels.shape[3]
    n, channels, rows, columns = images.shape
    out_h = (rows + 2 - height) // 2 + 1
    out_w = (columns + 2 - width) // 2 + 1
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    col = np.zeros((n, channels, height, width, out_h, out_w))
    for y in range(height):
        y_max = y + 2 * out_h
        for x in range(width):
            x_max = x + 2 * out_w
            col[:, :, y, x, :, :] = padded[:, :, y:y_max:2, x:x_max:2]
    t = np.transpose(col, axes=(0, 4, 5, 1, 2, 3))
    col = np.reshape(t, (n * out_h * out_w, -1))
    t1 = np.reshape(kernels, (number, -1))
    out = col @ t1.T
    # adjoint
    # line 23: return np.sum(np.maximum(0.0, out) ** 2)
    dout = 2 * np.maximum(0.0, out) * np.heaviside(out, 0.5)
    dcol = dout @ t1                      # line 22: out = col @ kernels.reshape(number, -1).T
    dkernels = np.reshape((col.T @ dout).T, kernels.shape)
    # line 16: return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * out_h ...
    dcol = np.transpose(np.reshape(dcol, t.shape), axes=(0, 3, 4, 5, 1, 2))
    dpadded = np.zeros_like(padded)
    for y in reversed(range(height)):     # line 11: for y in range(height)
        y_max = y + 2 * out_h             # line 12: y_max = y + stride * out_h
        for x in reversed(range(width)):  # line 13: for x in range(width)
            x_max = x + 2 * out_w         # line 14: x_max = x + stride * out_w
            # line 15: col[:, :, y, x, :, :] = padded[:, :, y:y_max:stride, x:x ...
            dcol_y_x = dcol[:, :, y, x, :, :].copy()
            dcol[:, :, y, x, :, :] = 0
            dpadded[:, :, y:y_max:2, x:x_max:2] += dcol_y_x
    # line 9: padded = np.pad(images, [(0, 0), (0, 0), (pad, pad), (pa ...
    dimages = dpadded[:, :, 1:-1, 1:-1]
    return dkernels, dimages

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_grad(kernels, images):
    """Gradient of f with respect to kernels, images.   kernels: f64[n,m,k,l], images: f64[p,q,r,s]"""
    # primal
    number = kernels.shape[0]
    height = kernels.shape[2]
    width = kernels.shape[3]
    n = images.shape[0]
    channels = images.shape[1]
    rows = images.shape[2]
    columns = images.shape[3]
    out_h = (rows + 2 - height) // 2 + 1
    out_w = (columns + 2 - width) // 2 + 1
    padded = jnp.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    col = jnp.zeros((n, channels, height, width, out_h, out_w))

    def body_y(y, col):
        def body_x(x, col):
            return col.at[:, :, y, x, :, :].set(
                lax.dynamic_slice_in_dim(
                    lax.dynamic_slice_in_dim(
                        padded, y, 2 * ((images.shape[2] + 2 - kernels.shape[2]) // 2) + 1, axis=2
                    ),
                    x,
                    2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) + 1,
                    axis=3,
                )[:, :, ::2, ::2]
            )

        return fori_loop(0, width, body_x, col)

    col = fori_loop(0, height, body_y, col)
    t = jnp.transpose(col, axes=(0, 4, 5, 1, 2, 3))
    col = jnp.reshape(t, (n * out_h * out_w, -1))
    t_1 = jnp.reshape(kernels, (number, -1))
    out = col @ t_1.T
    # adjoint
    # line 23: return np.sum(np.maximum(0.0, out) ** 2)
    dout = 2 * jnp.maximum(0.0, out) * jnp.heaviside(out, 0.5)
    dcol = dout @ t_1                 # line 22: out = col @ kernels.reshape(number, -1).T
    dkernels = jnp.reshape((col.T @ dout).T, kernels.shape)
    # line 16: return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * out_h * out_w, -1)
    dcol = jnp.transpose(jnp.reshape(dcol, t.shape), axes=(0, 3, 4, 5, 1, 2))
    dpadded = jnp.zeros_like(padded)  # line 11: for y in range(height):

    def body_y(k, carry):
        dcol, dpadded = carry
        y = height - 1 - k

        def body_x(k, carry):  # line 13: for x in range(width):
            dcol, dpadded = carry
            x = width - 1 - k
            # line 15: col[:, :, y, x, :, :] = padded[:, :, y:y_max:stride, x:x_max:stride]
            dcol_y_x = dcol[:, :, y, x, :, :]
            dcol = dcol.at[:, :, y, x, :, :].set(0)
            dpadded = lax.dynamic_update_slice(
                dpadded,
                lax.dynamic_slice_in_dim(
                    lax.dynamic_slice_in_dim(
                        dpadded, y, 2 * ((images.shape[2] + 2 - kernels.shape[2]) // 2) + 1, axis=2
                    ),
                    x,
                    2 * ((images.shape[3] + 2 - kernels.shape[3]) // 2) + 1,
                    axis=3,
                ).at[:, :, ::2, ::2].add(dcol_y_x),
                (0, 0, y, x),
            )
            return dcol, dpadded

        return fori_loop(0, width, body_x, (dcol, dpadded))

    _, dpadded = fori_loop(0, height, body_y, (dcol, dpadded))
    # line 9: padded = np.pad(images, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    dimages = dpadded[:, :, 1:-1, 1:-1]
    return dkernels, dimages

"""Ellipsis and negative indices, read and written."""
import numpy as np


def f(image):
    grey = 0.3 * image[..., 0] + 0.6 * image[..., 1] + 0.1 * image[..., -1]
    image = image.copy()
    image[-1, ...] = grey[0, :, None]
    image[0, -1] *= grey[-1, -1]
    return np.sum(grey**2) + np.sum(image**3)


rng = np.random.default_rng(0)
args = (rng.normal(size=(2, 3, 3)),)


# %% ir
# func f_grad(%image: f64[image.shape[0],image.shape[1],image.shape[2]]):
#     %t: f64[image.shape[0],image.shape[1]] = getitem(%image, 0, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0)))    # line 6
#     %t.1: f64[image.shape[0],image.shape[1]] = multiply(0.3, %t)    # line 6
#     %t.2: f64[image.shape[0],image.shape[1]] = getitem(%image, 1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0)))    # line 6
#     %t.3: f64[image.shape[0],image.shape[1]] = multiply(0.6, %t.2)    # line 6
#     %t.4: f64[image.shape[0],image.shape[1]] = add(%t.1, %t.3)    # line 6
#     %t.5: f64[image.shape[0],image.shape[1]] = getitem(%image, -1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0)))    # line 6
#     %t.6: f64[image.shape[0],image.shape[1]] = multiply(0.1, %t.5)    # line 6
#     %grey: f64[image.shape[0],image.shape[1]] = add(%t.4, %t.6)    # line 6
#     %image.1: f64[image.shape[0],image.shape[1],image.shape[2]] = copy(%image)    # line 7
#     %t.7: f64[image.shape[1],1] = getitem(%grey, 0, index=(At(operand=0), Slice(start=None, stop=None, step=None), NewAxis()))    # line 8
#     %image.2: f64[image.shape[0],image.shape[1],image.shape[2]] = setitem(%image.1, %t.7, -1, index=(At(operand=0),))    # line 8
#     %t.8: f64[image.shape[2]] = getitem(%image.2, 0, -1, index=(At(operand=0), At(operand=1)))    # line 9
#     %t.9: f64 = getitem(%grey, -1, -1, index=(At(operand=0), At(operand=1)))    # line 9
#     %t.10: f64[image.shape[2]] = multiply(%t.8, %t.9)    # line 9
#     %image.3: f64[image.shape[0],image.shape[1],image.shape[2]] = setitem(%image.2, %t.10, 0, -1, index=(At(operand=0), At(operand=1)))    # line 9
#     %t.11: f64[image.shape[0],image.shape[1],image.shape[2]] = power(%image.3, 2)    # adjoint of line 10
#     %t.12: f64[image.shape[0],image.shape[1],image.shape[2]] = multiply(3, %t.11)    # adjoint of line 10
#     %t.13: f64[image.shape[0],image.shape[1]] = multiply(2, %grey)    # adjoint of line 10
#     %t.14: f64[image.shape[2]] = getitem(%t.12, 0, -1, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#     %t.15: f64[image.shape[2]] = multiply(%t.14, %t.9)    # adjoint of line 9
#     %t.16: f64[image.shape[2]] = multiply(%t.14, %t.8)    # adjoint of line 9
#     %t.17: f64 = sum(%t.16, keepdims=False)    # adjoint of line 9
#     %dgrey: f64[image.shape[0],image.shape[1]] = add_at(%t.13, %t.17, -1, -1, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#     %dimage: f64[image.shape[0],image.shape[1],image.shape[2]] = setitem(%t.12, %t.15, 0, -1, index=(At(operand=0), At(operand=1)))    # adjoint of line 9
#     %t.18: f64[image.shape[1],image.shape[2]] = getitem(%dimage, -1, index=(At(operand=0),))    # adjoint of line 8
#     %t.19: f64[image.shape[1],1] = sum(%t.18, axis=1, keepdims=True)    # adjoint of line 8
#     %dimage.1: f64[image.shape[0],image.shape[1],image.shape[2]] = setitem(%dimage, 0, -1, index=(At(operand=0),))    # adjoint of line 8
#     %dgrey.1: f64[image.shape[0],image.shape[1]] = add_at(%dgrey, %t.19, 0, index=(At(operand=0), Slice(start=None, stop=None, step=None), NewAxis()))    # adjoint of line 8
#     %t.20: f64[image.shape[0],image.shape[1]] = multiply(%dgrey.1, 0.1)    # adjoint of line 6
#     %dimage.2: f64[image.shape[0],image.shape[1],image.shape[2]] = add_at(%dimage.1, %t.20, -1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 6
#     %t.21: f64[image.shape[0],image.shape[1]] = multiply(%dgrey.1, 0.6)    # adjoint of line 6
#     %dimage.3: f64[image.shape[0],image.shape[1],image.shape[2]] = add_at(%dimage.2, %t.21, 1, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 6
#     %t.22: f64[image.shape[0],image.shape[1]] = multiply(%dgrey.1, 0.3)    # adjoint of line 6
#     %dimage.4: f64[image.shape[0],image.shape[1],image.shape[2]] = add_at(%dimage.3, %t.22, 0, index=(Slice(start=None, stop=None, step=None), Slice(start=None, stop=None, step=None), At(operand=0)))    # adjoint of line 6
#     return %dimage.4

# %% numpy
import numpy as np


def f_grad(image):
    """Gradient of f with respect to image.   image: f64[n,m,k]"""
    # primal
    grey = 0.3 * image[:, :, 0] + 0.6 * image[:, :, 1] + 0.1 * image[:, :, -1]
    image = image.copy()
    image[-1] = grey[0, :, None]
    image_0_last = image[0, -1].copy()
    grey_last_last = grey[-1, -1]
    image[0, -1] *= grey_last_last
    # adjoint
    dimage = 3 * image ** 2          # line 10: return np.sum(grey**2) + np.sum(image**3)
    dgrey = 2 * grey
    t = dimage[0, -1]                # line 9: image[0, -1] *= grey[-1, -1]
    dgrey[-1, -1] += np.sum(t * image_0_last)
    dimage[0, -1] = t * grey_last_last
    # line 8: image[-1, ...] = grey[0, :, None]
    t = np.sum(dimage[-1], axis=1, keepdims=True)
    dimage[-1] = 0
    dgrey[0, :, None] += t
    dimage[:, :, -1] += dgrey * 0.1  # line 6: grey = 0.3 * image[..., 0] + 0.6 * image[..., 1] + 0.1 * ...
    dimage[:, :, 1] += dgrey * 0.6
    dimage[:, :, 0] += dgrey * 0.3
    return dimage

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(image):
    """Gradient of f with respect to image.   image: f64[n,m,k]"""
    image = jnp.asarray(image)
    # primal
    grey = 0.3 * image[:, :, 0] + 0.6 * image[:, :, 1] + 0.1 * image[:, :, -1]
    image = image.at[-1].set(grey[0, :, None])
    image_0_last = image[0, -1]
    grey_last_last = grey[-1, -1]
    image = image.at[0, -1].set(image_0_last * grey_last_last)
    # adjoint
    t = 3 * image ** 2               # line 10: return np.sum(grey**2) + np.sum(image**3)
    t_1 = t[0, -1]                   # line 9: image[0, -1] *= grey[-1, -1]
    dgrey = (2 * grey).at[-1, -1].add(jnp.sum(t_1 * image_0_last))
    dimage = t.at[0, -1].set(t_1 * grey_last_last)
    dimage_1 = dimage.at[-1].set(0)  # line 8: image[-1, ...] = grey[0, :, None]
    dgrey = dgrey.at[0, :, None].add(jnp.sum(dimage[-1], axis=1, keepdims=True))
    # line 6: grey = 0.3 * image[..., 0] + 0.6 * image[..., 1] + 0.1 * image[..., -1]
    dimage = dimage_1.at[:, :, -1].add(dgrey * 0.1)
    dimage = dimage.at[:, :, 1].add(dgrey * 0.6)
    dimage = dimage.at[:, :, 0].add(dgrey * 0.3)
    return dimage
